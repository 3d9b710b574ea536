//! Units that an office has: sizes that fit, sizes that cannot, and the proofs.

use super::{answer, shared_data::shared, text, wangge};
use serde_json::Value;

#[test]
fn wanhua_in_cells_of_300_to_500_households() {
    let Some(folder) = shared("demo-taipei-wanhua") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (units, zones) = (folder.join("units.geojson"), folder.join("zones_code2.geojson"));
    let out = dir.path().join("万华.gpkg");
    let args = ["partition", text(&units), "--parents", text(&zones), "--range", "households=300..500"];
    let made = answer(0, &[&args[..], &["--out", text(&out), "--format", "json"]].concat());
    assert_eq!(made["units"], 341);
    for zero in ["gaps", "overlaps", "noncontiguous", "empty"] {
        assert_eq!(made[zero], 0, "{zero}");
    }
    assert_eq!(made["giant_units"][0]["load"], 1459);
    let named: Vec<(&str, bool)> = made["infeasible"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["parent"].as_str().unwrap(), v["proved"].as_bool().unwrap()))
        .collect();
    assert_eq!(named, [("A6307-11", true), ("A6307-20", true)]);

    // One giant and two zones: three proofs, confirmed from the file alone.
    let verified = answer(0, &["verify", text(&out), "--format", "json"]);
    assert_eq!((&verified["proofs"], &verified["proofs_confirmed"]), (&3.into(), &3.into()));
    // A claim that is not true is found out.
    let mut forged: Value = made["certificate"].clone();
    let proof = forged["proofs"]["certificates"].as_array_mut().unwrap().last_mut().unwrap();
    proof["hi"] = (proof["hi"].as_i64().unwrap() + 1000).into();
    let path = dir.path().join("forged.json");
    std::fs::write(&path, forged.to_string()).unwrap();
    let refuted = answer(1, &["verify", text(&out), "--certificate", text(&path), "--format", "json"]);
    assert_eq!((&refuted["verified"], &refuted["proofs_confirmed"]), (&false.into(), &2.into()));
}

#[test]
fn cells_written_as_geojson_verify_against_their_certificate() {
    let Some(folder) = shared("demo-taipei-wanhua") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (units, boundary) = (folder.join("units.geojson"), folder.join("boundary.geojson"));
    let out = dir.path().join("cells.geojson");
    answer(0, &["partition", text(&units), "--k", "40", "--out", text(&out), "--format", "json"]);
    let certificate = dir.path().join("cells.certificate.json");
    let verify = |cells: &str| {
        let args = ["verify", cells, "--certificate", text(&certificate), "--boundary", text(&boundary)];
        wangge(&args).status.code()
    };
    assert_eq!(verify(text(&out)), Some(0));
    // One vertex moved by some micrometres.
    let cells = std::fs::read_to_string(&out).unwrap();
    let at = cells.find("[[[").unwrap() + 3;
    let end = at + cells[at..].find(',').unwrap();
    let lon: f64 = cells[at..end].parse().unwrap();
    let moved = dir.path().join("moved.geojson");
    std::fs::write(&moved, format!("{}{}{}", &cells[..at], lon + 1e-10, &cells[end..])).unwrap();
    assert_eq!(verify(text(&moved)), Some(1));
}
