//! CRS-01: cells that lie elsewhere than they say.

use data::crs::{Crs, Shift};
use data::read::{FeatureSet, ReadOptions, Source, read_features};
use data::work::check::{Beside, Subject};
use partition::check::Thresholds;
use partition::check::rules::RuleId;
use partition::progress::Silent;
use serde_json::json;
use std::path::Path;

/// Five by five cells of some 400 m, each position put through `shown`; with `whole` their box alone.
fn town(folder: &Path, name: &str, whole: bool, shown: impl Fn([f64; 2]) -> [f64; 2]) -> std::path::PathBuf {
    let n = if whole { 1 } else { 5 };
    let (width, height) = (0.025 / f64::from(n), 0.02 / f64::from(n));
    let features: Vec<_> = (0..n * n)
        .map(|i| {
            let (x, y) = (24.9 + width * f64::from(i % n), 60.1 + height * f64::from(i / n));
            let corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]];
            let ring = corners.map(&shown);
            json!({"type": "Feature", "id": i, "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        })
        .collect();
    let path = folder.join(name);
    std::fs::write(&path, json!({"type": "FeatureCollection", "features": features}).to_string()).unwrap();
    path
}

fn read(path: &Path, crs: Option<Crs>) -> FeatureSet {
    read_features(&Source::file(path), &ReadOptions { crs, ..ReadOptions::default() }).unwrap()
}

/// What is said under CRS-01.
fn said(cells: &FeatureSet, boundary: &FeatureSet) -> Vec<String> {
    let beside = Beside { boundary: Some(boundary), ..Beside::default() };
    let frame = beside.frame(std::slice::from_ref(cells)).unwrap();
    let subject = Subject::of_files(std::slice::from_ref(cells), false, &beside, frame).unwrap();
    let checked = subject.check(&Thresholds::default(), &Silent).unwrap();
    let crs = checked.findings.iter().filter(|f| f.finding.rule == RuleId::Crs01);
    crs.map(|f| f.words.en.clone()).collect()
}

#[test]
fn cells_from_a_shifted_map_are_suspected_and_fit_when_they_are_read_so() {
    let dir = tempfile::tempdir().unwrap();
    let boundary = read(&town(dir.path(), "whole.geojson", true, |p| p), None);
    for shift in [Shift::Gcj02, Shift::Bd09] {
        let path = town(dir.path(), "cells.geojson", false, |p| shift.shifted(p));
        let said_as_is = said(&read(&path, None), &boundary);
        assert!(
            said_as_is.len() == 1 && said_as_is[0].contains(&format!("--crs {}", shift.name())),
            "{said_as_is:?}"
        );
        assert!(said(&read(&path, Some(Crs::shifted(shift).unwrap())), &boundary).is_empty());
    }
}

#[test]
fn exchanged_axes_are_suspected_where_both_orders_are_places() {
    let dir = tempfile::tempdir().unwrap();
    let boundary = read(&town(dir.path(), "whole.geojson", true, |p| p), None);
    let cells = read(&town(dir.path(), "cells.geojson", false, |[x, y]| [y, x]), None);
    let said = said(&cells, &boundary);
    assert!(said.len() == 1 && said[0].contains("axes exchanged"), "{said:?}");
}

#[test]
fn cells_in_their_place_are_not_suspected_nor_are_cells_somewhere_else() {
    let dir = tempfile::tempdir().unwrap();
    let boundary = read(&town(dir.path(), "whole.geojson", true, |p| p), None);
    for moved in [0.0, 0.0001, 0.004, 0.3] {
        let cells = read(&town(dir.path(), "cells.geojson", false, |[x, y]| [x + moved, y]), None);
        assert!(said(&cells, &boundary).is_empty(), "{moved}");
    }
}

#[test]
fn a_zone_number_where_none_belongs_is_refused_with_the_right_code() {
    let dir = tempfile::tempdir().unwrap();
    let to_metres = |[x, y]: [f64; 2]| [38_500_000.0 + (x - 24.9) * 1e5, 3_400_000.0 + (y - 60.1) * 1e5];
    let path = town(dir.path(), "cells.geojson", false, to_metres);
    let options = ReadOptions { crs: Some(Crs::from_epsg(4547).unwrap()), ..ReadOptions::default() };
    let error = read_features(&Source::file(&path), &options).unwrap_err().to_string();
    assert!(error.contains("zone number 38") && error.contains("EPSG:4526"), "{error}");
    read(&path, Some(Crs::from_epsg(4526).unwrap()));
}
