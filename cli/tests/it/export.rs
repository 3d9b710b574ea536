//! `wangge export`: a smaller file that is still a coverage.

use super::{answer, shared_data::shared, text, wangge};
use serde_json::Value;

#[test]
fn a_simplified_export_is_smaller_and_still_tiles() {
    let Some(folder) = shared("bench-hsinchu-2k") else { return };
    let units = folder.join("units.geojson.gz");
    let folder = tempfile::tempdir().unwrap();
    let [whole, small, gpkg] =
        ["whole.geojson", "small.geojson", "small.gpkg"].map(|n| folder.path().join(n));
    let full = answer(0, &["export", text(&units), "--out", text(&whole), "--format", "json"]);
    assert_eq!((&full["vertices"], &full["valid"]), (&full["vertices_before"], &Value::Bool(true)));
    let simplify = ["--simplify", "10", "--keep-outline", "--format", "json"];
    let thin = answer(0, &[&["export", text(&units), "--out", text(&small)][..], &simplify].concat());
    assert_eq!(thin["valid"], true);
    assert!(2 * thin["vertices"].as_u64().unwrap() < full["vertices"].as_u64().unwrap(), "{thin}");
    let again = answer(0, &["check", text(&small), "--fail-on", "E", "--format", "json"]);
    assert_eq!((&again["valid"], &again["polygons"]), (&Value::Bool(true), &full["cells"]));
    let layer = answer(0, &["export", text(&small), "--out", text(&gpkg), "--format", "json"]);
    assert_eq!(layer["valid"], true);
    let layer = answer(0, &["check", text(&gpkg), "--fail-on", "E", "--format", "json"]);
    assert_eq!((&layer["valid"], &layer["polygons"]), (&Value::Bool(true), &full["cells"]));
    let wrong = wangge(&["export", text(&units), "--out", "cells.shp"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(
        wangge(&["export", text(&units), "--out", text(&whole), "--simplify", "-3"]).status.code(),
        Some(2)
    );
}
