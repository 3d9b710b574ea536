//! Bad input ends in 2 and one sentence that names file, feature and reason; nothing is half-written.

use super::{text, wangge};
use std::path::Path;

const SQUARE: &str = "[120,30],[120.001,30],[120.001,30.001],[120,30.001],[120,30]";
const BOW_TIE: &str = "[120,30],[120.001,30.001],[120.001,30],[120,30.001],[120,30]";
const ELSEWHERE: &str = "[121,30],[121.001,30],[121.001,30.001],[121,30.001],[121,30]";

fn feature(id: &str, load: &str, ring: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"id":"{id}","households":{load}}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
    )
}

fn set(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

fn one(load: &str, ring: &str) -> String {
    set(&[feature("a", load, ring)])
}

/// Runs `args`, expects exit 2, one line on stderr with all of `words`, and no new file in `dir`.
fn refused(name: &str, dir: &Path, args: &[&str], words: &[&str]) {
    let before = std::fs::read_dir(dir).unwrap().count();
    let out = wangge(args);
    let stderr = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(2), "{name}: {stderr}");
    assert!(out.stdout.is_empty(), "{name}");
    assert_eq!(stderr.lines().count(), 1, "{name}: {stderr}");
    for word in words {
        assert!(stderr.contains(word), "{name}: '{word}' is not in: {stderr}");
    }
    assert_eq!(std::fs::read_dir(dir).unwrap().count(), before, "{name} left something behind");
}

#[test]
fn units_that_are_wrong() {
    let twice = set(&[feature("a", "1", SQUARE), feature("a", "1", ELSEWHERE)]);
    let cases: [(&str, String, &[&str]); 8] = [
        ("not a GeoJSON", "hello".into(), &["cannot read"]),
        ("empty", String::new(), &["no features"]),
        ("no features", set(&[]), &["no features"]),
        ("no number", one("\"many\"", SQUARE), &["feature 0", "households", "many"]),
        ("below zero", one("-3", SQUARE), &["feature 0", "households", "-3"]),
        ("one id twice", twice, &["feature 1", "id", "already used"]),
        ("off the Earth", one("1", &SQUARE.replace("[120,30]", "[120,95]")), &["feature 0", "95"]),
        ("no number as coordinate", one("1", &SQUARE.replace("[120,30]", "[NaN,30]")), &["feature 0"]),
    ];
    for (name, content, words) in cases {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("单元.geojson");
        std::fs::write(&file, content).unwrap();
        let out = dir.path().join("out.gpkg");
        let words: Vec<&str> = words.iter().copied().chain(["单元.geojson"]).collect();
        refused(name, dir.path(), &["partition", text(&file), "--k", "1", "--out", text(&out)], &words);
    }
}

#[test]
fn boundaries_and_coordinate_systems_that_are_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str, content: String| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        text(&path).to_owned()
    };
    let units = path("units.geojson", one("1", SQUARE));
    let bow = path("bow.geojson", one("1", BOW_TIE));
    let away = path("away.geojson", one("1", ELSEWHERE));
    let run = |name, args: &[&str], words: &[&str]| refused(name, dir.path(), args, words);
    for command in ["check", "units"] {
        let out = text(&dir.path().join("out.gpkg")).to_owned();
        let mut args = vec![command, &units, "--boundary", &bow];
        if command == "units" {
            args.extend(["--out", &out]);
        }
        run("bow-tie", &args, &["bow.geojson", "feature 0", "cross"]);
    }
    run(
        "outside",
        &["partition", &units, "--boundary", &away, "--k", "1"],
        &["units.geojson", "outside", "a"],
    );
    run("no such system", &["check", &units, "--crs", "EPSG:1"], &["EPSG:1"]);
    run("a word as system", &["check", &units, "--crs", "火星"], &["火星"]);
    run("no such file", &["check", "/nowhere/网格.geojson"], &["/nowhere/网格.geojson"]);
    run("more cells than units", &["partition", &units, "--k", "7"], &["7"]);
    run("a map of no findings", &["partition", &units, "--k", "1", "--format", "geojson"], &["check"]);
}

#[test]
fn extracts_that_are_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let whole = std::fs::read(root.join("data/samples/helsinki-centre/Helsinki.osm.pbf")).unwrap();
    let (cut, out) = (dir.path().join("cut.osm.pbf"), dir.path().join("out.gpkg"));
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let run = |name, source: &str, limit: &[&str], words: &[&str]| {
        let args: Vec<&str> =
            ["units", source].into_iter().chain(limit.iter().copied()).chain(["--out", text(&out)]).collect();
        refused(name, dir.path(), &args, words);
    };
    let bbox = ["--boundary-bbox", "24.9351766,60.1641551,24.9534132,60.1791074"];
    let sample = "data/samples/helsinki-centre/Helsinki.osm.pbf";
    run("cut off", text(&cut), &bbox, &["cut.osm.pbf"]);
    run("no box", sample, &["--boundary-bbox", "24.9,60.1,x,60.2"], &["west,south,east,north"]);
    run("a box inside out", sample, &["--boundary-bbox", "24.95,60.17,24.93,60.16"], &["box"]);
    run("no such level", sample, &["--boundary-level", "3"], &["level 3"]);
    run("no limit", sample, &[], &["--boundary"]);
    let squares = [bbox.as_slice(), &["--squares", "0"]].concat();
    run("no squares", sample, &squares, &["size"]);
}
