//! Coverages that are broken in known ways, against what another engine measured.

use super::{answer, shared_data::shared, text, wangge};
use geo::{Contains, Distance, Euclidean};
use geo_types::{Coord, LineString, Point, Polygon};
use serde_json::Value;
use std::collections::BTreeMap;

struct Broken {
    units: String,
    known: Value,
}

fn broken(set: &str) -> Option<Broken> {
    let folder = shared(set)?;
    let known = std::fs::read_to_string(folder.join("defects.json")).unwrap();
    Some(Broken {
        units: text(&folder.join("units.geojson.gz")).to_owned(),
        known: serde_json::from_str(&known).unwrap(),
    })
}

/// Every overlap of the oracle is found with the same pair and area ± max(1 %, 0.01 m²).
fn overlaps_are_found(b: &Broken, id: &str) {
    let report = answer(1, &["check", &b.units, "--id", id, "--format", "json"]);
    let mut ours: BTreeMap<(String, String), f64> = BTreeMap::new();
    for f in report["findings"].as_array().unwrap() {
        if f["rule"].as_str().unwrap().starts_with("OVL") {
            let ids: Vec<String> =
                f["ids"].as_array().unwrap().iter().map(|i| i.as_str().unwrap().to_owned()).collect();
            for (i, p) in ids.iter().enumerate() {
                for q in &ids[i + 1..] {
                    let pair = (p.min(q).clone(), p.max(q).clone());
                    *ours.entry(pair).or_default() += f["area_m2"].as_f64().unwrap();
                }
            }
        }
    }
    for o in b.known["overlaps"].as_array().unwrap() {
        let (p, q) = (o["a"].as_str().unwrap().to_owned(), o["b"].as_str().unwrap().to_owned());
        let area = o["area_m2"].as_f64().unwrap();
        let found = ours.get(&(p.clone().min(q.clone()), p.max(q))).copied().unwrap_or_default();
        assert!((found - area).abs() <= (0.01 * area).max(0.01), "{o}: we found {found}");
    }
}

/// Every hole of the oracle of 1 m² and more lies within 0.5 m of a gap of ours.
fn holes_are_found(b: &Broken, id: &str) -> usize {
    let out = wangge(&["check", &b.units, "--id", id, "--format", "geojson"]);
    assert_eq!(out.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let metres = |p: &Value| {
        let (lon, lat) = (p[0].as_f64().unwrap(), p[1].as_f64().unwrap());
        Coord { x: lon * 111_320.0 * lat.to_radians().cos(), y: lat * 110_574.0 }
    };
    let ring = |r: &Value| LineString::from(r.as_array().unwrap().iter().map(metres).collect::<Vec<_>>());
    let gaps: Vec<Polygon> = report["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["properties"]["rule"].as_str().unwrap().starts_with("GAP"))
        .map(|f| {
            assert_eq!(f["geometry"]["type"], "Polygon");
            let mut rings = f["geometry"]["coordinates"].as_array().unwrap().iter().map(ring);
            Polygon::new(rings.next().unwrap(), rings.collect())
        })
        .collect();
    let holes = b.known["holes"].as_array().unwrap();
    let large: Vec<_> = holes.iter().filter(|h| h["area_m2"].as_f64().unwrap() >= 1.0).collect();
    for h in &large {
        let at = Point::from(metres(&h["lonlat"]));
        let near = |g: &Polygon| g.contains(&at) || Euclidean.distance(g, &at) <= 0.5;
        assert!(gaps.iter().any(near), "no gap of ours is near {h}");
    }
    large.len()
}

#[test]
fn rhode_island_precincts() {
    let Some(b) = broken("broken-ri-precincts-419") else { return };
    overlaps_are_found(&b, "uid");
    assert_eq!(holes_are_found(&b, "uid"), 28);
}

#[test]
fn kaohsiung_seams() {
    let Some(b) = broken("broken-tw-kaohsiung-seams") else { return };
    overlaps_are_found(&b, "id");
    // All 63 holes of the oracle are below 1 m².
    assert_eq!(holes_are_found(&b, "id"), 0);
}

#[test]
fn precincts_in_feet_of_colorado() {
    let Some(folder) = shared("broken-us-precincts") else { return };
    let open = |name: &str| Broken {
        units: text(&folder.join(format!("{name}.epsg2232.geojson.gz"))).to_owned(),
        known: serde_json::from_slice(&std::fs::read(folder.join(format!("{name}.defects.json"))).unwrap())
            .unwrap(),
    };
    let gap_region = open("co_bad_gap_region");
    overlaps_are_found(&gap_region, "uid");
    assert_eq!(holes_are_found(&gap_region, "uid"), 3);
    let denver = open("denver2020_original");
    overlaps_are_found(&denver, "uid");
    assert_eq!(holes_are_found(&denver, "uid"), 10);
    // What another program repaired: no overlap is left, its ten holes are.
    let repaired = open("denver2020_repaired_by_maup");
    assert_eq!(holes_are_found(&repaired, "uid"), 10);
    let report = answer(1, &["check", &repaired.units, "--id", "uid", "--format", "json"]);
    assert!(report["counts"].as_object().unwrap().keys().all(|rule| !rule.starts_with("OVL")), "{report}");
}

/// Small cases of mapshaper's own tests of `-clean`, with what is wrong with each: polygons, and how often which rule is broken
/// when every area and width counts.
const FIXTURES: [(&str, usize, &str); 21] = [
    ("ex1_yemen.json", 2, r#"{"OVL-02":1}"#),
    ("ex2_yemen.json", 3, r#"{"OVL-02":1}"#),
    ("ex3.json", 1, r#"{"TOP-01":1}"#),
    ("ex4.json", 1, r#"{"GAP-03":1,"TOP-01":1}"#),
    ("ex5_three_precincts.json", 3, r#"{"OVL-01":2,"OVL-02":1}"#),
    ("ex6.json", 1, r#"{"TOP-01":1}"#),
    ("ex7_britain.json", 3, r#"{"GAP-01":1,"OVL-01":1,"OVL-02":4}"#),
    ("ex8_britain.json", 12, r#"{"GAP-01":7,"OVL-01":16,"OVL-02":10}"#),
    ("ex9_FranklinTwoPrecinctsDetail.json", 2, "{}"),
    ("ex10_bowtie.json", 1, r#"{"TOP-01":2,"TOP-02":1}"#),
    ("ex11_ogc.geojson", 1, r#"{"GAP-03":1,"TOP-02":1}"#),
    ("ex12_ogc.geojson", 1, r#"{"TOP-01":1,"TOP-02":1}"#),
    ("ex13_ogc.json", 1, r#"{"TOP-01":2,"TOP-02":1}"#),
    ("ex14_ogc.json", 1, r#"{"TOP-01":4,"TOP-02":1}"#),
    ("ex15_ogc.json", 1, r#"{"GAP-03":1}"#),
    ("ex16_ogc.json", 1, r#"{"GAP-03":1}"#),
    ("ex17_ogc.json", 1, r#"{"GAP-03":1}"#),
    ("ex18_ogc.json", 1, r#"{"TOP-01":1}"#),
    ("ex19_ogc.json", 1, r#"{"TOP-01":1}"#),
    ("ex22_three_ia_precincts.json", 3, r#"{"OVL-02":3}"#),
    ("ex23_three_ca_precincts.json", 3, r#"{"GAP-03":15,"OVL-02":1,"TOP-01":2}"#),
];

#[test]
fn small_cases_of_another_program() {
    let Some(folder) = shared("broken-mapshaper-fixtures/clean") else { return };
    for (file, polygons, counts) in FIXTURES {
        let path = folder.join(file);
        let all = ["--planar", "1", "--min-area", "0", "--sliver-width", "0", "--min-compactness", "0"];
        let args = [&["check", text(&path), "--format", "json"][..], &all].concat();
        let report = answer(i32::from(counts != "{}"), &args);
        let counts: Value = serde_json::from_str(counts).unwrap();
        assert_eq!((&report["polygons"], &report["counts"]), (&polygons.into(), &counts), "{file}");
    }
    // Lines are no cells, and are said to be none.
    for file in ["ex20_ogc_line.json", "ex21_crossed_lines.json"] {
        let out = wangge(&["check", text(&folder.join(file)), "--planar", "1"]);
        assert_eq!(out.status.code(), Some(2));
        assert!(String::from_utf8(out.stderr).unwrap().contains("line"));
    }
}
