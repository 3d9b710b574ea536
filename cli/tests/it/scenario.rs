//! Published plans on shipped ground.

use super::shared_data::shared;
use super::{text, wangge};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

#[test]
fn scenarios_come_out_as_expected() {
    let out = wangge(&["scenario", "run", "--all", "--json"]);
    let stdout = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(0), "{stdout}{}", String::from_utf8_lossy(&out.stderr));
    let all: Vec<Value> = stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let ids: Vec<&str> = all.iter().map(|s| s["id"].as_str().unwrap()).collect();
    for id in ["S0-10", "S0-16", "S0-17", "S0-19", "S4-04", "S4-06"] {
        assert!(ids.contains(&id), "{id}");
    }
    assert!(all.iter().all(|s| s["checks"].as_array().unwrap().len() >= 2));
    let missed: Vec<&Value> = all.iter().filter(|s| s["holds"] != true).map(|s| &s["id"]).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn they_come_out_on_counted_households_too() {
    let (Some(demo), Some(_)) = (shared("demo-taipei-wanhua"), shared("bench-hsinchu-2k")) else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wangge"));
    command.current_dir(root).args(["scenario", "run", "--all", "--json"]);
    let out = command.env("WANGGE_DATA", demo.canonicalize().unwrap().parent().unwrap()).output().unwrap();
    let stdout = String::from_utf8(out.stdout).unwrap();
    let all: Vec<Value> = stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let played = |s: &&Value| {
        let checks = s["checks"].as_array().unwrap();
        checks.iter().any(|c| c["what"].as_str().unwrap().starts_with("实测"))
    };
    assert_eq!(all.iter().filter(played).count(), all.len(), "{stdout}");
    let missed: Vec<&Value> = all.iter().filter(|s| s["holds"] != true).collect();
    assert!(missed.is_empty() && out.status.code() == Some(0), "{missed:?}");
}

#[test]
fn what_differs_from_what_was_expected_ends_in_1() {
    let dir = tempfile::tempdir().unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/scenarios/S0-16.toml");
    let scenario =
        std::fs::read_to_string(root).unwrap().replace("sizes = [2, 4, 4, 5]", "sizes = [3, 4, 4, 4]");
    std::fs::write(dir.path().join("S0-16.toml"), scenario).unwrap();
    let out = wangge(&["scenario", "run", "S0-16", "--dir", text(dir.path())]);
    let stdout = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(1), "{stdout}");
    assert!(stdout.contains("expected 应为 [3, 4, 4, 4], came out 实为 [2, 4, 4, 5]"), "{stdout}");
    let out = wangge(&["scenario", "run", "S9-99"]);
    assert_eq!(out.status.code(), Some(2));
}
