//! `wangge check`: gaps, overlaps and wrong rings.

use crate::args::{Check, Format};
use crate::{End, Outcome, input, print_json, print_line, usage};
use data::carry::carry_layers;
use data::frame::Frame;
use data::work::given::{Layers, joined};
use partition::check::rules::Severity;
use partition::check::{Thresholds, coverage_findings, is_tiling_rule};
use partition::coverage::analyse;
use partition::frame::Region;
use serde_json::json;
use std::collections::BTreeMap;

/// What to check.
struct Subject {
    frame: Frame,
    ids: Vec<String>,
    regions: Vec<Region>,
    boundary: Option<Region>,
}

fn subject(a: &Check) -> Result<Subject, Box<dyn std::error::Error>> {
    if let Some(p) = input::project(&a.input)? {
        let plan = p.plan.ok_or("the project has no plan yet, so there are no cells to check")?;
        let (ids, regions) = plan.cells.into_iter().map(|c| (c.code, c.region)).unzip();
        return Ok(Subject {
            frame: Frame::from_definition(&p.frame)?,
            ids,
            regions,
            boundary: Some(p.boundary.region),
        });
    }
    let cells = a.reading.read(&a.input)?;
    let boundary = a.boundary.as_ref().map(|b| a.reading.read(b)).transpose()?;
    let layers = Layers { units: &cells, parents: None, boundary: boundary.as_ref() };
    let frame = a.reading.frame(&layers)?;
    let sets: Vec<_> = [Some(&cells), boundary.as_ref()].into_iter().flatten().collect();
    let mut carried = carry_layers(&sets, &frame)?.into_iter().map(|c| c.regions);
    let ids =
        cells.features.iter().map(|f| f.id.clone().unwrap_or_else(|| format!("#{}", f.index))).collect();
    Ok(Subject {
        frame,
        ids,
        regions: carried.next().unwrap_or_default(),
        boundary: carried.next().map(joined),
    })
}

pub(crate) fn run(a: &Check) -> Outcome {
    let s = subject(a)?;
    let before = usage::cpu_s();
    let analysis = analyse(&s.regions, s.boundary.as_ref())?;
    let findings = coverage_findings(&analysis, &s.regions, &Thresholds::default());
    let cpu = before.zip(usage::cpu_s()).map(|(b, e)| e - b);
    let (mut counts, mut areas) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, f64>::new());
    let mut rows = Vec::with_capacity(findings.len());
    for f in &findings {
        let area = s.frame.area_m2(f.ground.twice_area_um2(), f.at);
        let words = f.words(|h| s.ids[h as usize].clone(), area);
        *counts.entry(f.rule.id()).or_default() += 1;
        *areas.entry(f.rule.id()).or_default() += area;
        let ids: Vec<&String> = f.holders.iter().map(|&h| &s.ids[h as usize]).collect();
        rows.push(json!({
            "rule": f.rule, "severity": f.severity, "area_m2": area, "width_m": f.width_um as f64 / 1e6, "ids": ids,
            "at": s.frame.to_lonlat(f.at), "zh": words.zh, "en": words.en,
        }));
    }
    let valid = !findings.iter().any(|f| is_tiling_rule(f.rule));
    if a.reading.format == Format::Json {
        print_json(&json!({
            "valid": valid, "boundary": if s.boundary.is_some() { "given" } else { "none" },
            "polygons": s.regions.len(), "counts": counts, "area_m2": areas, "findings": rows,
            "check_cpu_s": cpu, "peak_rss_bytes": usage::peak_rss_bytes(),
        }));
    } else {
        for r in rows.iter().take(50) {
            print_line(&format!(
                "{} {} {}",
                r["severity"].as_str().unwrap_or(""),
                r["rule"].as_str().unwrap_or(""),
                r["en"].as_str().unwrap_or("")
            ));
        }
        if rows.len() > 50 {
            print_line(&format!("… and {} more; --format json lists all", rows.len() - 50));
        }
        print_line(&format!(
            "{} polygons, {}",
            s.regions.len(),
            if valid { "valid: no gap, no overlap" } else { "not a valid coverage" }
        ));
    }
    Ok(if findings.iter().any(|f| f.severity >= Severity::Warning) { End::Findings } else { End::Clean })
}
