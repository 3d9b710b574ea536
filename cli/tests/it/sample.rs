//! Objects of each cell drawn by chance.

use super::partition::field;
use super::{answer, text, wangge};
use std::collections::BTreeSet;

#[test]
fn twenty_businesses_of_each_cell_are_drawn_and_drawn_again() {
    let dir = tempfile::tempdir().unwrap();
    let (units, project) = (field(dir.path(), 8, 6), dir.path().join("p.gpkg"));
    answer(0, &["partition", text(&units), "--k", "4", "--out", text(&project), "--format", "json"]);
    // Points all over the field in rows, the last one outside.
    let point = |i: u32| {
        let (x, y) = (120.0001 + f64::from(i % 20) * 4e-4, 30.0001 + f64::from(i / 20) * 6e-4);
        format!(
            r#"{{"type":"Feature","id":"商户{i}","properties":{{}},"geometry":{{"type":"Point","coordinates":[{x:.4},{y:.4}]}}}}"#
        )
    };
    let list = |order: &mut dyn Iterator<Item = u32>, name: &str| {
        let all: Vec<String> = order.map(point).collect();
        let path = dir.path().join(name);
        std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(",")))
            .unwrap();
        path
    };
    let (forth, back) = (list(&mut (0..201), "商户.geojson"), list(&mut (0..201).rev(), "back.geojson"));
    let table = dir.path().join("抽查.csv");
    let draw = |objects: &std::path::Path, seed: &str| {
        let args = ["sample", text(&project), text(objects), "--each", "20", "--seed", seed];
        answer(0, &[&args[..], &["--out", text(&table), "--format", "json"]].concat())
    };
    let drawn = draw(&forth, "7");
    let cells = drawn["cells"].as_array().unwrap();
    let names: Vec<&str> =
        cells.iter().flat_map(|c| c["drawn"].as_array().unwrap()).filter_map(|n| n.as_str()).collect();
    assert_eq!((cells.len(), names.len()), (4, 80), "{drawn}");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 80);
    assert_eq!(cells.iter().map(|c| c["objects"].as_u64().unwrap()).sum::<u64>(), 200);
    assert_eq!(drawn["objects_elsewhere"], 1);
    let rows = std::fs::read_to_string(&table).unwrap();
    assert_eq!(rows.lines().count(), 81);
    assert_eq!(draw(&back, "7")["cells"], drawn["cells"]);
    assert_ne!(draw(&forth, "8")["cells"], drawn["cells"]);

    let out = wangge(&["sample", text(&units), text(&forth)]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("请给出含方案的项目"));
}
