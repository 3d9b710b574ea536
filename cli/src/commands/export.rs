//! `wangge export`: cells as a file, simplified where a small map is wanted.

use crate::args::Export;
use crate::{End, Outcome, input, print_line};
use data::carry::carry;
use data::frame::Frame;
use data::store::gpkg::write_features;
use data::work::given::frame_around;
use data::write::{OutFeature, Shape, write_geojson};
use partition::check::{Thresholds, coverage_findings, is_tiling_rule};
use partition::coverage::{Simplify, analyse, simplify};
use partition::frame::Region;
use serde_json::{Map, Value, json};

/// Cells with what is known of them.
struct Cells {
    frame: Frame,
    ids: Vec<String>,
    properties: Vec<Map<String, Value>>,
    regions: Vec<Region>,
}

fn cells(a: &Export) -> Result<Cells, Box<dyn std::error::Error>> {
    if let Some(project) = input::project(&a.input)? {
        let plan = project.plan.ok_or("the project has no plan yet, so there are no cells to export")?;
        let (mut ids, mut properties, mut regions) = (Vec::new(), Vec::new(), Vec::new());
        for mut c in plan.cells {
            c.figures.insert("name".into(), c.name.into());
            ids.push(c.code);
            properties.push(c.figures);
            regions.push(c.region);
        }
        return Ok(Cells { frame: Frame::from_definition(&project.frame)?, ids, properties, regions });
    }
    let set = a.reading.read(&a.input)?;
    let ids = set.unique_ids()?;
    let frame = a.reading.frame_or(|| frame_around(&[&set]))?;
    let regions = carry(&set, &frame)?.regions;
    let properties = set.features.into_iter().map(|f| f.properties).collect();
    Ok(Cells { frame, ids, properties, regions })
}

pub(crate) fn run(a: &Export) -> Outcome {
    a.reading.no_map()?;
    if !a.simplify.is_finite() || a.simplify < 0.0 {
        return Err("--simplify is a length in metres, 0 or more".into());
    }
    let c = cells(a)?;
    let how = Simplify { tolerance_m: a.simplify, keep_outline: a.keep_outline };
    let regions = if a.simplify > 0.0 { simplify(&c.regions, &how) } else { c.regions.clone() };
    let rows = c.ids.iter().zip(&c.properties).zip(&regions);
    let features: Vec<OutFeature<'_>> = rows
        .map(|((id, properties), region)| OutFeature {
            id: Some(id),
            properties,
            shape: Shape::Ground(region),
        })
        .collect();
    match a.out.extension().and_then(|e| e.to_str()) {
        Some("gpkg") => write_features(&a.out, &c.frame, "cells", &features)?,
        Some("geojson" | "json") => write_geojson(&a.out, &c.frame, features)?,
        _ => return Err(format!("{}: write .geojson or .gpkg", a.out.display()).into()),
    }
    let vertices = |r: &[Region]| r.iter().flat_map(Region::rings).map(Vec::len).sum::<usize>();
    let (before, after) = (vertices(&c.regions), vertices(&regions));
    let valid = wrong(&regions)? == 0;
    let answer = json!({
        "cells": regions.len(), "vertices_before": before, "vertices": after,
        "simplify_m": a.simplify, "keep_outline": a.keep_outline, "valid": valid,
    });
    a.reading.answer(&answer, || {
        print_line(&format!(
            "{} cells, {after} of {before} vertices; {}",
            regions.len(),
            if valid { "no gap, no overlap" } else { "not a valid coverage: see wangge check" }
        ));
    });
    Ok(if valid { End::Clean } else { End::Findings })
}

/// How much keeps these cells from being a coverage.
fn wrong(regions: &[Region]) -> Result<usize, Box<dyn std::error::Error>> {
    let found = coverage_findings(&analyse(regions, None)?, regions, &Thresholds::default());
    Ok(found.iter().filter(|f| is_tiling_rule(f.rule)).count())
}
