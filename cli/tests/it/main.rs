//! The built command, as a person starts it.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests stop loudly")]

mod broken;
#[path = "../../../api/tests/it/client.rs"]
#[allow(dead_code, reason = "shared with the tests of the server")]
mod client;
#[path = "../../../data/tests/it/postgres.rs"]
#[allow(dead_code, reason = "shared with the tests of the store")]
mod postgres;
mod serve;
#[path = "../../../api/tests/it/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the server")]
mod support;

use std::path::Path;
use std::process::{Command, Output};

fn wangge(args: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    Command::new(env!("CARGO_BIN_EXE_wangge")).current_dir(root).args(args).output().unwrap()
}

#[test]
fn the_demo_ends_clean_and_its_project_verifies() {
    let out = std::env::temp_dir().join(format!("wangge-demo-{}.gpkg", std::process::id()));
    let out = out.to_str().unwrap();
    let demo = wangge(&["demo", "--out", out]);
    assert_eq!(demo.status.code(), Some(0), "{demo:?}");
    let stdout = String::from_utf8(demo.stdout).unwrap();
    let last: serde_json::Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    for zero in ["gaps", "overlaps", "noncontiguous", "empty", "buildings_cut"] {
        assert_eq!(last[zero], 0, "{zero}");
    }
    assert!(last["on_source_lines"].as_f64().unwrap() >= 0.9);
    assert_eq!(wangge(&["verify", out]).status.code(), Some(0));
    assert_eq!(wangge(&["check", out]).status.code(), Some(0));
    std::fs::remove_file(out).unwrap();
}

#[test]
fn bad_input_ends_in_2_and_one_sentence() {
    let folder = std::env::temp_dir();
    let file = folder.join(format!("wangge-bad-{}.geojson", std::process::id()));
    let path = file.to_str().unwrap();
    let square = |id: &str, load: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}","households":{load}}},"geometry":{{"type":"Polygon","coordinates":[[[120,30],[120.001,30],[120.001,30.001],[120,30.001],[120,30]]]}}}}"#
        )
    };
    let set = |features: &[String]| {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    };
    let cases = [
        ("not a GeoJSON", "hello".to_owned()),
        ("empty", String::new()),
        ("no number", set(&[square("a", "\"many\"")])),
        ("below zero", set(&[square("a", "-3")])),
        ("one id twice", set(&[square("a", "1"), square("a", "1")])),
        ("off the Earth", set(&[square("a", "1").replace("[120,30]", "[120,95]")])),
    ];
    for (name, text) in cases {
        std::fs::write(&file, text).unwrap();
        let out = wangge(&["partition", path, "--k", "1"]);
        assert_eq!(out.status.code(), Some(2), "{name}: {out:?}");
        assert!(out.stdout.is_empty(), "{name}");
        assert_eq!(String::from_utf8(out.stderr).unwrap().lines().count(), 1, "{name}");
    }
    std::fs::remove_file(file).unwrap();
}
