//! The reports of `wangge check`: what they hold, and that other programs read them.

use super::{text, wangge};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

/// Three squares with a gap, an overlap, a listed lake, and an id that a page must not take for markup.
fn district() -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let square = |id: &str, x0: f64, x1: f64, more: Value| {
        let (x0, x1) = (121.0 + x0 / 1e5, 121.0 + x1 / 1e5);
        let ring = [[x0, 31.0], [x1, 31.0], [x1, 31.0001], [x0, 31.0001], [x0, 31.0]];
        json!({"type": "Feature", "id": id, "properties": more, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let none = || json!({});
    let file = |name: &str, features: Vec<Value>| {
        let path = folder.path().join(name);
        std::fs::write(&path, json!({"type": "FeatureCollection", "features": features}).to_string())
            .unwrap();
        text(&path).to_owned()
    };
    let cells = vec![
        square("东<b>1</b>", 0.0, 10.0, none()),
        square("西&2", 12.0, 20.0, none()),
        square("南", 19.0, 30.0, none()),
        square("北", 40.0, 50.0, none()),
    ];
    let cells = file("cells 格.geojson", cells);
    let all = file("all.geojson", vec![square("all", 0.0, 50.0, none())]);
    let lake = square("lake", 30.0, 40.0, json!({"reason": "湖", "author": "水务局"}));
    let lake = file("lake.geojson", vec![lake]);
    let args = ["check", &cells, "--boundary", &all, "--accepted", &lake].map(str::to_owned).to_vec();
    (folder, args)
}

fn run(args: &[String], more: &[&str]) -> String {
    let all: Vec<&str> = args.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let out = wangge(&all);
    assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn out(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[test]
fn the_page_is_whole_in_itself_and_numbers_map_and_list_alike() {
    let (folder, args) = district();
    let page = out(&folder, "report.html");
    let shown = run(&args, &["--out", text(&page), "--format", "html", "--lang", "zh"]);
    let html = std::fs::read_to_string(&page).unwrap();
    assert_eq!(shown.trim_end(), html.trim_end());
    for outside in ["http:", "https:", "src=", "@import", "url(", "<script", "<link"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("default-src 'none'"));
    let report: Value = serde_json::from_str(&run(&args, &["--format", "json"])).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 3, "{report}");
    for (n, f) in (1..).zip(findings) {
        assert!(html.contains(&format!("<article id=\"f{n}\">")), "finding {n} is not in the list");
        assert!(html.contains(&format!("href=\"#f{n}\"")), "finding {n} is not on the map");
        let (zh, en) = (f["zh"].as_str().unwrap(), f["en"].as_str().unwrap());
        let escaped = |t: &str| t.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(html.contains(&escaped(zh)) && html.contains(&escaped(en)), "{f}");
    }
    assert!(!html.contains("<b>1</b>") && html.contains("东&lt;b&gt;1&lt;/b&gt;"));
    assert!(html.contains("湖 (水务局)") && html.contains("id=\"zh\" checked"));
    // An overview, and a close-up of each.
    assert_eq!(html.matches("<svg").count(), 1 + findings.len());
}

#[test]
fn sarif_has_the_shape_of_its_standard() {
    let (folder, args) = district();
    let file = out(&folder, "report.sarif");
    let sarif: Value =
        serde_json::from_str(&run(&args, &["--format", "sarif", "--out", text(&file)])).unwrap();
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(sarif, written);
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "wangge");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for r in results {
        let rule = &rules[r["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], r["ruleId"]);
        assert!(["error", "warning", "note"].contains(&r["level"].as_str().unwrap()));
        assert!(!r["message"]["text"].as_str().unwrap().is_empty());
        let (lon, lat) = (r["properties"]["lon"].as_f64().unwrap(), r["properties"]["lat"].as_f64().unwrap());
        assert!((120.9..121.1).contains(&lon) && (30.9..31.1).contains(&lat));
        let uri = r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.ends_with("cells%20%E6%A0%BC.geojson"), "{uri}");
    }
    let kept: Vec<&Value> = results.iter().filter(|r| r["suppressions"].is_array()).collect();
    assert_eq!(kept[0]["suppressions"][0]["justification"], "湖 (水务局)");
    assert_eq!(kept[0]["level"], "note");
}

#[test]
fn geojson_and_geopackage_hold_the_same_findings_and_gdal_reads_both() {
    let (folder, args) = district();
    let (json_file, gpkg) = (out(&folder, "r.geojson"), out(&folder, "r.gpkg"));
    run(&args, &["--out", text(&json_file)]);
    run(&args, &["--out", text(&gpkg)]);
    let map: Value = serde_json::from_str(&std::fs::read_to_string(&json_file).unwrap()).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), 3);
    let report = wangge(&["inspect", &format!("{}:findings", text(&gpkg)), "--format", "json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["features"], 3, "{report}");
    let wrong: Vec<&str> = args.iter().map(String::as_str).chain(["--out", "report.pdf"]).collect();
    let wrong = wangge(&wrong);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains(".html"));
    let Ok(ogr) = Command::new("ogrinfo").args(["-al", "-geom=NO", text(&gpkg), "findings"]).output() else {
        super::shared_data::skip("GeoPackage of findings read by ogrinfo: GDAL's tools are not there");
        return;
    };
    let said = String::from_utf8(ogr.stdout).unwrap();
    assert!(said.contains("Feature Count: 3") && said.contains("rule (String) = GAP-02"), "{said}");
    assert!(!String::from_utf8(ogr.stderr).unwrap().to_lowercase().contains("error"));
}
