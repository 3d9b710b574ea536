//! The demo.

use super::{answer, text, wangge};

#[test]
fn it_ends_clean_and_its_project_verifies() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("demo.gpkg");
    let demo = wangge(&["demo", "--out", text(&out)]);
    assert_eq!(demo.status.code(), Some(0), "{demo:?}");
    let stdout = String::from_utf8(demo.stdout).unwrap();
    let line = stdout.lines().last().unwrap();
    assert!(line.contains(r#""gaps":0,"overlaps":0,"noncontiguous":0"#), "{line}");
    let last: serde_json::Value = serde_json::from_str(line).unwrap();
    for zero in ["empty", "buildings_cut"] {
        assert_eq!(last[zero], 0, "{zero}");
    }
    assert!(last["on_source_lines"].as_f64().unwrap() >= 0.9);
    // The certificate speaks of all cells; `verify` adds their integer areas up to the boundary's.
    assert_eq!(last["certificate"]["cells"], last["cells"]);
    assert_eq!(answer(0, &["verify", text(&out), "--format", "json"])["verified"], true);
    assert_eq!(answer(0, &["check", text(&out), "--format", "json"])["valid"], true);
}
