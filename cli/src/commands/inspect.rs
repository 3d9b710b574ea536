//! `wangge inspect`: what is in a file.

use crate::args::Inspect;
use crate::{End, Outcome, input, print_line};
use serde_json::json;

pub(crate) fn run(a: &Inspect) -> Outcome {
    a.reading.no_map()?;
    let out = if let Some(p) = input::project(&a.file)? {
        json!({
            "project": p.name, "frame": p.frame, "boundary": p.boundary.name, "units": p.units.ids.len(),
            "cells": p.plan.as_ref().map(|plan| plan.cells.len()),
            "criteria": p.units.criteria.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        })
    } else {
        let set = a.reading.read(&a.file)?;
        let fields: Vec<&String> =
            set.features.first().map(|f| f.properties.keys().collect()).unwrap_or_default();
        json!({
            "file": set.path, "layer": set.layer, "crs": set.crs.name(), "features": set.features.len(),
            "fields": fields, "extent": set.bounds().map(|(lo, hi)| [lo, hi]), "sha256": set.sha256,
        })
    };
    a.reading.answer(&out, || {
        for (k, v) in out.as_object().into_iter().flatten() {
            print_line(&format!("{k:<10} {v}"));
        }
    });
    Ok(End::Clean)
}
