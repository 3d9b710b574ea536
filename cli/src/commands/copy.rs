//! `wangge copy`: a project in another place.

use crate::args::Copy;
use crate::{End, Outcome, print_json};
use data::store::{Location, copy};
use serde_json::{Map, json};

pub(crate) fn run(a: &Copy) -> Outcome {
    let (Ok(from), Ok(to)): (Result<Location, _>, Result<Location, _>) = (a.from.parse(), a.to.parse());
    let copied = copy(&from, &to)?;
    let counts: Map<_, _> = copied.counts().map(|(name, n)| (name.to_owned(), n.into())).collect();
    print_json(&json!({
        "from": from.to_string(), "to": to.to_string(), "units": copied.project.units.ids.len(),
        "rows": counts, "equal": true,
    }));
    Ok(End::Clean)
}
