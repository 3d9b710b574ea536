//! Input that is large, or piled up, through `wangge check`.

use super::{answer, shared_data::shared, text};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

fn write(dir: &tempfile::TempDir, features: &[String]) -> PathBuf {
    let path = dir.path().join("cells.geojson");
    let all = features.join(",");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{all}]}}"#)).unwrap();
    path
}

fn feature(id: usize, ring: &str) -> String {
    format!(
        r#"{{"type":"Feature","id":{id},"properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
    )
}

#[test]
fn ten_thousand_polygons_on_one_place_are_one_finding_that_names_them_all() {
    let dir = tempfile::tempdir().unwrap();
    let square = "[120,31],[120.01,31],[120.01,31.01],[120,31.01],[120,31]";
    let path = write(&dir, &(0..10_000).map(|id| feature(id, square)).collect::<Vec<_>>());
    let report = answer(1, &["check", text(&path), "--format", "json"]);
    assert_eq!(report["counts"], json!({"OVL-03": 1}));
    assert_eq!(report["findings"][0]["ids"].as_array().unwrap().len(), 10_000);
}

#[test]
fn a_ring_of_a_million_vertices_is_checked_like_any_other() {
    const N: u32 = 1_000_000;
    let dir = tempfile::tempdir().unwrap();
    let mut ring = String::new();
    for i in (0..N).chain([0]) {
        let turn = f64::from(i) * std::f64::consts::TAU / f64::from(N);
        let comma = if ring.is_empty() { "" } else { "," };
        write!(ring, "{comma}[{:.9},{:.9}]", 120.0 + 0.05 * turn.cos(), 31.0 + 0.05 * turn.sin()).unwrap();
    }
    let report = answer(0, &["check", text(&write(&dir, &[feature(1, &ring)])), "--format", "json"]);
    assert_eq!((&report["valid"], &report["findings"]), (&json!(true), &json!([])));
}

#[test]
fn thirteen_counties_are_one_report_without_a_gap_between_them() {
    let Some(folder) = shared("bench-tw-west-105k") else { return };
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.file_name().is_some_and(|n| n.to_string_lossy().starts_with("units_")));
    files.sort();
    let files: Vec<&str> = files.iter().map(|f| text(f)).collect();
    let report = answer(0, &[&["check", "--by-file", "--format", "json"], &files[..]].concat());
    assert_eq!((&report["valid"], &report["polygons"]), (&json!(true), &json!(105_421)));
    let counts = report["counts"].as_object().unwrap();
    assert_eq!(counts.keys().collect::<Vec<&String>>(), ["TOP-04"], "nothing but straggling shapes");
    let polygons = report["files"].as_array().unwrap().iter().map(|f| f["polygons"].as_u64().unwrap());
    assert_eq!((files.len(), polygons.sum::<u64>()), (13, 105_421));
    assert_ne!(report["guard_cpu_s"], Value::Null);
}
