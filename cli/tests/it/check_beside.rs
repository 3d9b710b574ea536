//! `wangge check` of several files, and of what lies beside the cells.

use super::{answer, text, wangge};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A folder of files in a plane of metres.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, features: &[Value]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, json!({"type": "FeatureCollection", "features": features}).to_string())
            .unwrap();
        path
    }
}

/// A rectangle from (x0, 0) to (x1, 10).
fn cell(id: &str, x0: f64, x1: f64, properties: Value) -> Value {
    let ring = [[x0, 0.0], [x1, 0.0], [x1, 10.0], [x0, 10.0], [x0, 0.0]];
    json!({"type": "Feature", "id": id, "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn plain(id: &str, x0: f64, x1: f64) -> Value {
    cell(id, x0, x1, json!({}))
}

fn point(id: &str, at: Value, properties: Value) -> Value {
    let geometry = if at.is_null() { at } else { json!({"type": "Point", "coordinates": at}) };
    json!({"type": "Feature", "id": id, "properties": properties, "geometry": geometry})
}

fn check(code: i32, args: &[&str]) -> Value {
    answer(code, &[&["check", "--planar", "1", "--format", "json"], args].concat())
}

fn rules(report: &Value) -> Vec<(&str, &str)> {
    let all = report["findings"].as_array().unwrap().iter();
    all.map(|f| (f["rule"].as_str().unwrap(), f["severity"].as_str().unwrap())).collect()
}

#[test]
fn files_of_a_district_are_one_report_with_the_strips_between_them() {
    let f = Folder::new();
    let east = f.file("east.geojson", &[plain("1", 0.0, 10.0), plain("2", 10.0, 20.0)]);
    let west = f.file("west.geojson", &[plain("1", 21.0, 30.0), plain("2", 29.0, 40.0)]);
    let south = f.file("south.geojson", &[plain("1", 38.0, 50.0)]);
    let all = f.file("all.geojson", &[plain("district", 0.0, 50.0)]);
    let (east, west, south, all) = (text(&east), text(&west), text(&south), text(&all));
    let together = [east, west, south, "--boundary", all];

    let report = check(1, &[&together[..], &["--by-file"]].concat());
    assert_eq!(rules(&report), [("GAP-05", "E"), ("OVL-01", "E"), ("OVL-15", "E")]);
    let [strip, inside, across] = [0, 1, 2].map(|i| &report["findings"][i]);
    assert_eq!(strip["files"], json!(["east", "west"]));
    assert_eq!(strip["neighbours"][0]["shared_m"], 10.0);
    assert_eq!((&inside["files"], &inside["ids"]), (&json!(["west"]), &json!(["1", "2"])));
    assert_eq!(across["files"], json!(["south", "west"]));
    assert!(across["en"].as_str().unwrap().contains("west/2"), "{across}");
    assert_eq!(
        report["files"][1],
        json!({"file": "west", "polygons": 2, "counts": {"GAP-05": 1, "OVL-01": 1, "OVL-15": 1}})
    );
    assert_eq!(report["files"][0]["counts"], json!({"GAP-05": 1}));

    // Without it they are cells of one area in several files.
    let report = check(1, &together);
    assert_eq!(rules(&report), [("GAP-02", "E"), ("OVL-01", "E"), ("OVL-01", "E")]);
    let said = wangge(&[&["check", "--planar", "1", "--by-file", "--lang", "zh"], &together[..]].concat());
    assert!(String::from_utf8(said.stdout).unwrap().contains("west: 2 GAP-05 1, OVL-01 1, OVL-15 1"));
}

#[test]
fn cells_are_held_against_the_level_above_and_its_figures() {
    let f = Folder::new();
    let row = |n: i64| json!({"households": n});
    let cells =
        [cell("a", 0.0, 10.8, row(300)), cell("b", 10.8, 20.0, row(250)), cell("c", 20.0, 30.0, row(450))];
    let cells = f.file("cells.geojson", &cells);
    let street = |id: &str, x0, x1, n: i64| cell(id, x0, x1, json!({"households": n}));
    let parents = [street("东", 0.0, 10.0, 300), street("西", 10.0, 30.0, 699), street("北", 30.0, 40.0, 0)];
    let parents = f.file("streets.geojson", &parents);
    let (cells, parents) = (text(&cells), text(&parents));
    let report = check(1, &[cells, "--parent", parents]);
    assert_eq!(rules(&report), [("GAP-02", "E"), ("GAP-06", "E"), ("OVL-04", "E")]);
    assert_eq!(report["boundary"], "given");
    assert_eq!(
        (&report["findings"][1]["parent"], &report["findings"][1]["at"][0]),
        (&json!("北"), &json!(35.0))
    );
    assert_eq!(
        (&report["findings"][2]["ids"], &report["findings"][2]["area_m2"]),
        (&json!(["a"]), &json!(8.0))
    );

    let figures = ["--sum", "households", "--size", "households=260..400", "--load", "households"];
    let report = check(1, &[&[cells, "--parent", parents][..], &figures].concat());
    let about: Vec<Value> = report["findings"].as_array().unwrap()[3..]
        .iter()
        .map(|f| json!([f["rule"], f["ids"], f["parent"]]))
        .collect();
    let expected = json!([
        ["SIZE-01", ["b"], null],
        ["SIZE-01", ["c"], null],
        ["LOAD-01", ["b"], null],
        ["LOAD-01", ["c"], null],
        ["ATTR-01", [], "西"]
    ]);
    assert_eq!(json!(about), expected);
    let attr = report["findings"][7]["en"].as_str().unwrap();
    assert!(attr.contains("households 700, should be 699"), "{attr}");
    // 700 households cannot be shared by cells of 360 to 400 each.
    let report = check(1, &[cells, "--parent", parents, "--size", "households=360..700"]);
    assert_eq!(report["counts"]["SIZE-02"], 1, "{report}");
    assert_eq!(report["findings"].as_array().unwrap().last().unwrap()["parent"], "东");
    let wrong = wangge(&["check", cells, "--planar", "1", "--load", "people"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("no column 'people'"));
}

#[test]
fn every_object_lies_in_exactly_one_cell() {
    let f = Folder::new();
    let cells = f.file("cells.geojson", &[plain("a", 0.0, 12.0), plain("b", 10.0, 20.0)]);
    let line = json!({"type": "Feature", "id": "river", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[1, 5], [25, 5]]}});
    let objects = [
        point("right", json!([5, 5]), json!({"grid": "a"})),
        point("lost", json!([50, 5]), json!({"grid": "a"})),
        point("nowhere", Value::Null, json!({"grid": "b"})),
        point("twice", json!([11, 5]), json!({})),
        point("elsewhere", json!([15, 5]), json!({"grid": "a"})),
        point("claimed", json!([15, 5]), json!({"grid": "a、b"})),
        line,
        cell("house", 9.0, 16.0, json!({})),
    ];
    let objects = f.file("objects.geojson", &objects);
    let (cells, objects) = (text(&cells), text(&objects));
    let report = check(1, &[cells, "--objects", objects, "--object-cell", "grid"]);
    let about: Vec<Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| !f["object"].is_null())
        .map(|f| json!([f["rule"], f["object"], f["ids"]]))
        .collect();
    let expected = json!([
        ["GAP-07", "lost", []],
        ["GAP-08", "nowhere", []],
        ["GAP-09", "river", []],
        ["OVL-06", "house", ["a", "b"]],
        ["OVL-07", "elsewhere", ["a"]],
        ["OVL-07", "twice", ["a", "b"]],
        ["OVL-07", "claimed", ["a", "b"]]
    ]);
    assert_eq!(json!(about), expected);
    let nowhere = report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "GAP-08").unwrap();
    assert_eq!(nowhere["at"], Value::Null);
    assert!(nowhere["zh"].as_str().unwrap().contains("对象 nowhere"));
    // One with impossible coordinates is named too, and the rest still tested.
    let far = [point("far", json!([500, 500]), json!({})), point("lost", json!([50, 5]), json!({}))];
    let far = f.file("far.geojson", &far);
    let squares = f.file("lonlat.geojson", &[plain("a", 0.0, 10.0)]);
    let report = answer(1, &["check", text(&squares), "--objects", text(&far), "--format", "json"]);
    assert_eq!(rules(&report), [("GAP-07", "E"), ("GAP-08", "W")]);
}

#[test]
fn a_listed_lake_is_no_gap_and_an_unsigned_one_no_exception() {
    let f = Folder::new();
    let cells =
        f.file("cells.geojson", &[plain("a", 0.0, 10.0), plain("b", 20.0, 30.0), plain("c", 31.0, 40.0)]);
    let all = f.file("all.geojson", &[plain("all", 0.0, 40.0)]);
    let lake = |properties| cell("lake", 10.0, 20.0, properties);
    let signed = f.file("signed.geojson", &[lake(json!({"理由": "湖面", "批准人": "水务局"}))]);
    let unsigned = f.file("unsigned.geojson", &[lake(json!({"reason": "a lake"}))]);
    let (cells, all) = (text(&cells), text(&all));
    let report = check(1, &[cells, "--boundary", all, "--accepted", text(&signed)]);
    assert_eq!(report["counts"], json!({"GAP-02": 1}));
    assert_eq!(report["accepted"], 1);
    let lakes: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "I").collect();
    assert_eq!(lakes[0]["accepted"], json!({"reason": "湖面", "author": "水务局"}));
    assert!(lakes[0]["zh"].as_str().unwrap().contains("湖面 (水务局)"));
    let wrong = wangge(&["check", cells, "--planar", "1", "--accepted", text(&unsigned)]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("author"));

    // With nothing but legal gaps the coverage is right.
    let two = f.file("two.geojson", &[plain("a", 0.0, 10.0), plain("b", 20.0, 40.0)]);
    let on = ["--boundary", all, "--accepted", text(&signed), "--fail-on", "I"];
    let report = check(0, &[&[text(&two)][..], &on].concat());
    assert_eq!((&report["valid"], &report["accepted"]), (&json!(true), &json!(1)));
}

#[test]
fn thresholds_move_the_line_between_warning_and_error() {
    let f = Folder::new();
    let cells = f.file("cells.geojson", &[plain("a", 0.0, 10.0), plain("b", 9.0, 20.0)]);
    let cells = text(&cells);
    assert_eq!(rules(&check(1, &[cells])), [("OVL-01", "E")]);
    let wide = check(1, &[cells, "--sliver-width", "2"]);
    assert_eq!(rules(&wide), [("OVL-02", "W")]);
    assert_eq!(
        wide["thresholds"],
        json!({"min_area_m2": 1.0, "sliver_width_m": 2.0, "min_compactness": 0.05})
    );
    assert_eq!(rules(&check(1, &[cells, "--min-area", "11"])), [("OVL-02", "W")]);
    check(0, &[cells, "--min-area", "11", "--fail-on", "E"]);
    let wrong = wangge(&["check", cells, "--planar", "1", "--min-area", "-1"]);
    assert_eq!(wrong.status.code(), Some(2));
}
