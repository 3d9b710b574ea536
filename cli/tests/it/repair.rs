//! `wangge repair`: found, repaired, checked to nothing.

use super::{answer, shared_data::shared, text, wangge};
use serde_json::Value;

/// Repairs into a new file, which then has no finding about gaps, overlaps or rings; repaired again it stays as it is.
fn to_nothing(set: &str, id: &str, more: &[&str]) {
    let Some(folder) = shared(set) else { return };
    let units = folder.join("units.geojson.gz");
    let out = tempfile::Builder::new().suffix(".geojson").tempfile().unwrap();
    let (units, out) = (text(&units), text(out.path()));
    let before = answer(1, &["check", units, "--id", id, "--format", "json"]);
    let wrong: f64 = before["area_m2"].as_object().unwrap().values().map(|v| v.as_f64().unwrap()).sum();

    let report =
        answer(0, &[&["repair", units, "--id", id, "--out", out, "--format", "json"], more].concat());
    assert_eq!(report["lost_ids"], serde_json::json!([]));
    assert_eq!(report["after"], serde_json::json!({}));
    assert!(report["before"]["GAP-01"].as_u64().unwrap() > 50);
    assert!(report["moved_area_m2"].as_f64().unwrap() <= 1.05 * wrong);

    let after: Value = {
        let run = wangge(&["check", out, "--id", id, "--format", "json"]);
        serde_json::from_slice(&run.stdout).unwrap()
    };
    assert_eq!(after["valid"], true, "{}", after["counts"]);
    assert_eq!(after["polygons"], before["polygons"]);
    // Nothing new: what is in several parts was so before.
    let parts = |v: &Value| v["counts"]["TOP-02"].as_u64().unwrap_or(0);
    assert!(parts(&after) <= parts(&before), "{} {}", after["counts"], before["counts"]);
    let again = answer(0, &["repair", out, "--id", id, "--dry-run", "--format", "json"]);
    assert_eq!(again["steps"], serde_json::json!([]));
    assert_eq!(again["changed_ids"], serde_json::json!([]));
}

#[test]
fn rhode_island_precincts() {
    to_nothing("broken-ri-precincts-419", "uid", &["--max-fill", "100000"]);
}

#[test]
fn kaohsiung_seams() {
    to_nothing("broken-tw-kaohsiung-seams", "id", &[]);
}

/// Squares of ten metres from these x to those.
fn strip(cells: &[(&str, i32, i32)]) -> tempfile::NamedTempFile {
    let square = |(id, x0, x1): &(&str, i32, i32)| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{"load":{x1}}},"geometry":{{"type":"Polygon","coordinates":[[[{x0},0],[{x1},0],[{x1},10],[{x0},10],[{x0},0]]]}}}}"#
        )
    };
    let file = tempfile::Builder::new().suffix(".geojson").tempfile().unwrap();
    let set: Vec<String> = cells.iter().map(square).collect();
    std::fs::write(file.path(), format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, set.join(",")))
        .unwrap();
    file
}

#[test]
fn a_dry_run_says_what_and_writes_nothing() {
    let cells = strip(&[("a", 0, 9), ("b", 10, 21), ("c", 20, 32)]);
    let boundary = strip(&[("all", 0, 30)]);
    let (cells, boundary) = (text(cells.path()), text(boundary.path()));
    let all = ["repair", cells, "--boundary", boundary, "--planar", "1", "--dry-run", "--format", "json"];
    let report = answer(0, &all);
    assert_eq!(report["applied"], false);
    assert_eq!(report["moved_area_m2"], 40.0);
    let steps: Vec<(&str, &Value)> = report["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["action"].as_str().unwrap(), &s["to"]))
        .collect();
    assert_eq!(steps, [("fill", &"a".into()), ("settle", &"b".into()), ("cut-off", &Value::Null)]);
    let by_load = answer(0, &[&all[..], &["--strategy", "workload", "--by", "load"]].concat());
    assert_eq!(by_load["steps"][0]["to"], "a");
    let lines = wangge(&["repair", cells, "--boundary", boundary, "--planar", "1", "--dry-run"]);
    assert!(String::from_utf8(lines.stdout).unwrap().contains("dry run"));
    assert_eq!(
        wangge(&["repair", cells, "--planar", "1"]).status.code(),
        Some(2),
        "neither --out nor --dry-run"
    );
}

#[test]
fn what_needs_a_person_is_asked_and_ends_in_1() {
    let cells = strip(&[("a", 0, 10), ("again", 0, 10), ("b", 10, 20)]);
    let report = answer(1, &["repair", text(cells.path()), "--planar", "1", "--dry-run", "--format", "json"]);
    assert_eq!(report["steps"][0]["reason"], "duplicate");
    assert_eq!(report["steps"][0]["from"], serde_json::json!(["a", "again"]));
    assert_eq!(report["changed_ids"], serde_json::json!([]));
}
