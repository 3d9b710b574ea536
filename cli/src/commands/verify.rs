//! `wangge verify`: a certificate, recomputed.

use crate::args::Verify;
use crate::{End, Outcome, input, print_line};
use data::carry::carry;
use data::frame::Frame;
use data::work::given::outline;
use data::work::plan::Proofs;
use partition::coverage::Certificate;
use partition::frame::Region;
use serde_json::{Value, json};

pub(crate) fn run(a: &Verify) -> Outcome {
    a.reading.no_map()?;
    let project = input::project(&a.cells)?;
    let inside = project.as_ref().and_then(|p| p.plan.as_ref()).and_then(|p| p.certificate.clone());
    let (name, document): (String, Value) = match (&a.certificate, inside) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            let name = path.display().to_string();
            let value =
                serde_json::from_str(&text).map_err(|e| format!("{name}: this is no certificate: {e}"))?;
            (name, value)
        }
        (None, Some(value)) => (a.cells.clone(), value),
        (None, None) => return Err("name the certificate with --certificate FILE".into()),
    };
    let no_certificate = |e| format!("{name}: this is no certificate: {e}");
    let proofs: Option<Proofs> = match document.get("proofs") {
        Some(value) => Some(serde_json::from_value(value.clone()).map_err(no_certificate)?),
        None => None,
    };
    let certificate: Certificate = serde_json::from_value(document).map_err(no_certificate)?;
    let frame = Frame::from_definition(&certificate.frame)?;
    let cells: Vec<(String, Region)> = match &project {
        Some(p) => p.plan.iter().flat_map(|p| &p.cells).map(|c| (c.code.clone(), c.region.clone())).collect(),
        None => {
            let set = a.reading.read(&a.cells)?;
            set.unique_ids()?.into_iter().zip(carry(&set, &frame)?.regions).collect()
        }
    };
    let boundary = match &a.boundary {
        Some(text) => {
            let set = a.reading.read(text)?;
            let regions = carry(&set, &frame)?.regions;
            Some(outline(&set, regions, &frame)?)
        }
        None => None,
    };
    let (mut verified, mut reason) = match certificate.verify(&cells, boundary.as_ref()) {
        Ok(()) if boundary.is_some() => (true, "tiles the given boundary".to_owned()),
        Ok(()) => (true, format!("tiles the region with hash {}", certificate.boundary_sha256)),
        Err(e) => (false, e.to_string()),
    };
    // Proofs speak of the units, which only a project has.
    let claimed = proofs.as_ref().map_or(0, |p| p.certificates.len());
    let mut confirmed = 0;
    if let (Some(proofs), Some(project)) = (&proofs, &project) {
        match proofs.recheck(project)? {
            Ok(()) => confirmed = claimed,
            Err((i, why)) => {
                verified = false;
                reason = format!("proof {i} of what cannot be done does not hold: {why}");
                confirmed = i;
            }
        }
    }
    let answer = json!({
        "verified": verified, "reason": reason, "proofs": claimed, "proofs_confirmed": confirmed,
    });
    a.reading.answer(&answer, || {
        print_line(&format!("{}: {reason}", if verified { "verified" } else { "NOT verified" }));
        if claimed > 0 {
            print_line(&match &project {
                Some(_) => format!("{confirmed} of {claimed} proofs of what cannot be done confirmed"),
                None => {
                    format!("{claimed} proofs of what cannot be done not looked at: they need the project")
                }
            });
        }
    });
    Ok(if verified { End::Clean } else { End::Findings })
}
