//! Coverages that are broken in known ways, against what another engine measured.

use super::wangge;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

/// The folder of test data, when it is there.
pub(crate) fn data(set: &str) -> Option<PathBuf> {
    let root = std::env::var_os("WANGGE_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    let folder = root.join(set);
    let found = folder.exists().then_some(folder);
    if found.is_none() {
        eprintln!("SKIPPED 1 case: {set} is not there; set WANGGE_DATA");
    }
    found
}

fn json(path: PathBuf) -> Value {
    let mut text = String::new();
    std::fs::File::open(path).unwrap().read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Every overlap of the oracle is found with the same pair and area ± max(1 %, 0.01 m²).
fn finds_what_is_known(set: &str, id: &str) {
    let Some(folder) = data(set) else { return };
    let units = folder.join("units.geojson.gz");
    let out = wangge(&["check", units.to_str().unwrap(), "--id", id, "--format", "json"]);
    assert_eq!(out.status.code(), Some(1), "findings");
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let known = json(folder.join("defects.json"));
    let findings = report["findings"].as_array().unwrap();
    let mut overlaps: BTreeMap<(String, String), f64> = BTreeMap::new();
    for f in findings.iter().filter(|f| f["rule"].as_str().unwrap().starts_with("OVL")) {
        let mut ids: Vec<String> =
            f["ids"].as_array().unwrap().iter().map(|i| i.as_str().unwrap().to_owned()).collect();
        ids.sort();
        for (i, a) in ids.iter().enumerate() {
            for b in &ids[i + 1..] {
                *overlaps.entry((a.clone(), b.clone())).or_default() += f["area_m2"].as_f64().unwrap();
            }
        }
    }
    for o in known["overlaps"].as_array().unwrap() {
        let (a, b) = (o["a"].as_str().unwrap().to_owned(), o["b"].as_str().unwrap().to_owned());
        let area = o["area_m2"].as_f64().unwrap();
        let ours = overlaps.get(&if a < b { (a, b) } else { (b, a) }).copied().unwrap_or_default();
        assert!((ours - area).abs() <= (0.01 * area).max(0.01), "{o}: we found {ours}");
    }
}

#[test]
fn rhode_island_precincts() {
    finds_what_is_known("broken-ri-precincts-419", "uid");
}

#[test]
fn kaohsiung_seams() {
    finds_what_is_known("broken-tw-kaohsiung-seams", "id");
}
