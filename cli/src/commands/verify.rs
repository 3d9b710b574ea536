//! `wangge verify`: a certificate, recomputed.

use crate::args::{Format, Verify};
use crate::{End, Outcome, input, print_json, print_line};
use data::carry::carry;
use data::frame::Frame;
use data::work::given::joined;
use partition::coverage::Certificate;
use partition::frame::Region;
use serde_json::json;

pub(crate) fn run(a: &Verify) -> Outcome {
    let project = input::project(&a.cells)?;
    let inside = project.as_ref().and_then(|p| p.plan.as_ref()).and_then(|p| p.certificate.clone());
    let certificate: Certificate = match (&a.certificate, inside) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            serde_json::from_str(&text)
                .map_err(|e| format!("{}: this is no certificate: {e}", path.display()))?
        }
        (None, Some(value)) => serde_json::from_value(value)?,
        (None, None) => return Err("name the certificate with --certificate FILE".into()),
    };
    let frame = Frame::from_definition(&certificate.frame)?;
    let cells: Vec<(String, Region)> = match project {
        Some(p) => p.plan.into_iter().flat_map(|p| p.cells).map(|c| (c.code, c.region)).collect(),
        None => {
            let set = a.reading.read(&a.cells)?;
            set.unique_ids()?.into_iter().zip(carry(&set, &frame)?.regions).collect()
        }
    };
    let boundary = match &a.boundary {
        Some(text) => Some(joined(carry(&a.reading.read(text)?, &frame)?.regions)),
        None => None,
    };
    let (verified, reason) = match certificate.verify(&cells, boundary.as_ref()) {
        Ok(()) if boundary.is_some() => (true, "tiles the given boundary".to_owned()),
        Ok(()) => (true, format!("tiles the region with hash {}", certificate.boundary_sha256)),
        Err(e) => (false, e.to_string()),
    };
    if a.reading.format == Format::Json {
        print_json(&json!({"verified": verified, "reason": reason}));
    } else {
        print_line(&format!("{}: {reason}", if verified { "verified" } else { "NOT verified" }));
    }
    Ok(if verified { End::Clean } else { End::Findings })
}
