//! `wangge units`: from an extract, by each kind of limit and of division.

use super::{answer, shared_data::shared, text};

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
