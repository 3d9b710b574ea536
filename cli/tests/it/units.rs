//! `wangge units`: from an extract, by each kind of limit and of division.

use super::{answer, shared_data::shared, text};
use serde_json::Value;

#[test]
fn wards_of_monaco_are_parents_that_no_unit_crosses() {
    let Some(extract) = shared("osm-pbf/monaco-2021-04-21.osm.pbf") else { return };
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("monaco.gpkg");
    let made = answer(
        0,
        &["units", text(&extract), "--boundary-level", "10", "--out", text(&out), "--format", "json"],
    );
    assert_eq!((&made["valid"], &made["buildings_cut"]), (&true.into(), &0.into()));
    assert!(made["on_source_lines"].as_f64().unwrap() >= 0.9, "{made}");
    // Three of nine wards lack a part of their border in the extract; that is said.
    assert_eq!(made["areas_incomplete"].as_array().unwrap().len(), 3, "{made}");
    assert!(made["buildings_across_parents"].as_u64().unwrap() > 0, "{made}");
    let planned = dir.path().join("plan.gpkg");
    let plan =
        answer(0, &["partition", text(&out), "--k", "20", "--out", text(&planned), "--format", "json"]);
    assert_eq!((&plan["gaps"], &plan["noncontiguous"]), (&0.into(), &0.into()));
    assert_eq!(answer(0, &["verify", text(&planned), "--format", "json"])["verified"], true);
}

#[test]
fn squares_and_hexagons_where_nothing_else_is_known() {
    let dir = tempfile::tempdir().unwrap();
    for (flag, size) in [("--squares", "200"), ("--hexagons", "9")] {
        let out = dir.path().join(format!("{}.gpkg", &flag[2..]));
        let sample = "data/samples/helsinki-centre/Helsinki.osm.pbf";
        let bbox = "24.9351766,60.1641551,24.9534132,60.1791074";
        let args =
            ["units", sample, "--boundary-bbox", bbox, flag, size, "--out", text(&out), "--format", "json"];
        let made = answer(0, &args);
        assert_eq!(made["valid"], true, "{flag}");
        assert!(made["units"].as_u64().unwrap() > 10, "{flag}: {made}");
    }
}

#[test]
fn an_offices_own_streets_buildings_and_counts() {
    let Some(folder) = shared("demo-taipei-wanhua") else { return };
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| text(&folder.join(name)).to_owned();
    let out = dir.path().join("units.gpkg");
    let (roads, buildings, boundary) =
        (file("roads.geojson"), file("buildings.geojson"), file("boundary.geojson"));
    let args = ["units", &roads, &buildings, "--boundary", &boundary, "--sum", "est_households"];
    let made = answer(0, &[&args[..], &["--out", text(&out), "--format", "json"]].concat());
    assert_eq!((&made["valid"], &made["buildings_cut"]), (&true.into(), &0.into()), "{made}");
    assert!(made["units"].as_u64().unwrap() > 100, "{made}");
    assert!(made["on_source_lines"].as_f64().unwrap() >= 0.9, "{made}");
    let plan = ["partition", text(&out), "--k", "20", "--balance", "est_households", "--format", "json"];
    let plan = answer(0, &plan);
    assert_eq!((&plan["gaps"], &plan["noncontiguous"], &plan["cells"]), (&0.into(), &0.into(), &20.into()));

    let mut unknown = args;
    unknown[6] = "families";
    let refused = super::wangge(&[&unknown[..], &["--out", text(&out)]].concat());
    let stderr = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(2) && stderr.contains("families"), "{stderr}");
}

/// Metres of borders of a class inside cells, and in all.
fn inside(made: &Value, class: &str) -> [f64; 2] {
    let borders = made["borders"].as_array().unwrap();
    let of = borders.iter().find(|b| b["class"] == class).unwrap_or_else(|| panic!("no {class}: {made}"));
    [of["inside_m"].as_f64().unwrap(), of["length_m"].as_f64().unwrap()]
}

#[test]
fn streets_of_helsinki_are_classes_that_a_plan_can_price_and_wall() {
    let dir = tempfile::tempdir().unwrap();
    let units = dir.path().join("u.gpkg");
    let sample = "data/samples/helsinki-centre/Helsinki.osm.pbf";
    let bbox = "24.9351766,60.1641551,24.9534132,60.1791074";
    answer(0, &["units", sample, "--boundary-bbox", bbox, "--out", text(&units), "--format", "json"]);
    let cut = |more: &[&str]| {
        let args = ["partition", text(&units), "--k", "9", "--balance", "households:0.5", "--format", "json"];
        answer(0, &[&args, more].concat())
    };
    let free = cut(&[]);
    // Borders mostly run along streets, and each class is one of the map's.
    let classes: Vec<&str> =
        free["borders"].as_array().unwrap().iter().map(|b| b["class"].as_str().unwrap()).collect();
    for class in ["primary", "secondary", "residential", "pedestrian"] {
        assert!(classes.contains(&class), "{class}: {classes:?}");
    }
    let [before, all] = inside(&free, "secondary");
    assert!(before > 0.0 && all > 1000.0, "{before} of {all}");
    // Priced, fewer metres of them lie inside cells; walled, none.
    let [priced, same] = inside(&cut(&["--crossing", "secondary=20"]), "secondary");
    assert_eq!(same, all);
    assert!(priced < 0.7 * before, "{priced} of {before}");
    let plan = dir.path().join("plan.toml");
    let walls = format!(
        "units = {:?}\nk = 20\nbalance = [\"households\"]\n[crossings]\nprimary = \"wall\"\n",
        text(&units)
    );
    std::fs::write(&plan, walls).unwrap();
    let walled = answer(0, &["partition", "--plan", text(&plan), "--format", "json"]);
    assert_eq!(inside(&walled, "primary")[0], 0.0);
    let out = super::wangge(&["partition", text(&units), "--k", "9", "--wall", "river"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("没有「river」类"));
}
