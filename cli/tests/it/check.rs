//! `wangge check`: how it answers.

use super::{text, wangge};
use serde_json::Value;

/// Two squares with 1 m between them, as `id` and lower left corner in a plane of metres.
fn two_squares(gap_m: f64) -> tempfile::NamedTempFile {
    let square = |id: &str, x: f64| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{x},0],[{0},0],[{0},10],[{x},10],[{x},0]]]}}}}"#,
            x + 10.0
        )
    };
    let file = tempfile::Builder::new().suffix(".geojson").tempfile().unwrap();
    let set = [square("东", 0.0), square("西", 10.0 + gap_m)].join(",");
    std::fs::write(file.path(), format!(r#"{{"type":"FeatureCollection","features":[{set}]}}"#)).unwrap();
    file
}

#[test]
fn every_format_tells_the_same() {
    let file = two_squares(-1.0);
    let check = |format: &str| {
        let out = wangge(&["check", text(file.path()), "--planar", "1", "--format", format]);
        assert_eq!(out.status.code(), Some(1), "{out:?}");
        String::from_utf8(out.stdout).unwrap()
    };
    let json: Value = serde_json::from_str(&check("json")).unwrap();
    assert_eq!(json["valid"], false);
    assert_eq!(json["boundary"], "none");
    assert_eq!(json["polygons"], 2);
    assert_eq!(json["counts"]["OVL-01"], 1);
    let one = &json["findings"][0];
    assert_eq!(
        (&one["rule"], &one["ids"][0], &one["ids"][1]),
        (&"OVL-01".into(), &"东".into(), &"西".into())
    );
    assert!((one["area_m2"].as_f64().unwrap() - 10.0).abs() < 1e-6);
    for cost in ["check_cpu_s", "guard_cpu_s", "peak_rss_bytes"] {
        assert!(json[cost].is_number(), "{cost}");
    }

    let lines = check("ndjson");
    let lines: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(&lines[0], one);
    assert_eq!(lines[1]["counts"], json["counts"]);
    assert!(lines[1].get("findings").is_none());

    let map: Value = serde_json::from_str(&check("geojson")).unwrap();
    assert_eq!(map["features"][0]["properties"], *one);
    assert_eq!(map["features"][0]["geometry"]["type"], "Polygon");

    assert!(check("text").contains("OVL-01"));
}

#[test]
fn sentences_in_both_languages() {
    let file = two_squares(-1.0);
    let say = |lang| {
        let out = wangge(&["check", text(file.path()), "--planar", "1", "--lang", lang]);
        String::from_utf8(out.stdout).unwrap()
    };
    assert!(say("zh").contains("面积 10.0 m²") && say("zh").contains("不合格"), "{}", say("zh"));
    assert!(say("en").contains("10.0 m², 1.00 m wide") || say("en").contains("not a valid"), "{}", say("en"));
}

#[test]
fn the_line_between_0_and_1_can_be_moved() {
    let overlap = two_squares(-1.0);
    let clean = two_squares(0.0);
    let code = |file: &tempfile::NamedTempFile, on: &str| {
        wangge(&["check", text(file.path()), "--planar", "1", "--fail-on", on]).status.code()
    };
    assert_eq!(["E", "W", "I"].map(|on| code(&overlap, on)), [Some(1); 3]);
    assert_eq!(["E", "W", "I"].map(|on| code(&clean, on)), [Some(0); 3]);
    // Held twice, but thinner than anybody draws: counted, as a warning.
    let sliver = two_squares(-0.000_009);
    assert_eq!(["E", "W", "I"].map(|on| code(&sliver, on)), [Some(0), Some(1), Some(1)]);
}
