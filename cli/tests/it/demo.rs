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
    // Street blocks, not lumps of them: no unit is heavier than a cell, and the cells are what the preset asks for.
    assert!((80..100).contains(&last["units"].as_u64().unwrap()), "{}", last["units"]);
    assert_eq!((&last["cells"], &last["giants"]), (&10.into(), &0.into()));
    assert_eq!((&last["preset"], &last["within_25pct"]), (&"s0-06-large".into(), &1.0.into()));
    let on = |k: &str| last[k].as_f64().unwrap();
    let shares = on("on_source_lines") + on("on_building_outlines") + on("on_continued_lines");
    assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    // The certificate speaks of all cells; `verify` adds their integer areas up to the boundary's.
    assert_eq!(last["certificate"]["cells"], last["cells"]);
    assert_eq!(answer(0, &["verify", text(&out), "--format", "json"])["verified"], true);
    assert_eq!(answer(0, &["check", text(&out), "--format", "json"])["valid"], true);
}

#[test]
fn its_table_has_a_row_for_each_cell_under_two_rows_of_headings() {
    let dir = tempfile::tempdir().unwrap();
    let demo = wangge(&["demo", "--out", text(&dir.path().join("demo.gpkg"))]);
    let stdout = String::from_utf8(demo.stdout).unwrap();
    let lines: Vec<&str> = stdout.lines().collect();
    let words = |i: usize| lines[i].split_whitespace().collect::<Vec<_>>();
    assert_eq!(words(0)[..3], ["网格", "单元", "户数"]);
    assert_eq!(
        words(1),
        ["cell", "units", "households*", "businesses", "visits/month*", "deviation", "compactness"]
    );
    let cells: Vec<&str> = (2..12).map(|i| words(i)[0]).collect();
    assert_eq!((cells[0], cells[9], words(12)[0]), ("001", "010", "*"));
    assert!(lines[2..12].iter().all(|l| l.chars().count() == lines[1].chars().count()), "{stdout}");
    assert!(stdout.contains("lower bound"), "{stdout}");
}
