//! How many cells and people each parent has (R-SIZE-4).

use super::partition::field;
use super::{answer, text, wangge};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The western three columns of a field of eight, and the other five.
fn villages(dir: &Path) -> PathBuf {
    let ring = |x0: f64, x1: f64| {
        format!("[[[{x0:.3},30],[{x1:.3},30],[{x1:.3},30.006],[{x0:.3},30.006],[{x0:.3},30]]]")
    };
    let one = |id: &str, x0: f64, x1: f64| {
        let ring = ring(x0, x1);
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}"}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#
        )
    };
    let path = dir.join("villages.geojson");
    let all = [one("西村", 120.0, 120.003), one("东村", 120.003, 120.008)].join(",");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{all}]}}"#)).unwrap();
    path
}

fn of(made: &Value, parent: &str) -> Value {
    let bounds = made["bounds"].as_array().unwrap();
    bounds.iter().find(|b| b["parent"] == parent).unwrap_or_else(|| panic!("{made}")).clone()
}

#[test]
fn each_parent_gets_the_cells_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (units, parents) = (field(dir.path(), 8, 6), villages(dir.path()));
    let base = ["partition", text(&units), "--parents", text(&parents), "--format", "json"];
    // By load it would be two and four.
    let args = ["--k", "西村=4", "--k", "东村=2", "--tolerance", "0.1"];
    let made = answer(0, &[&base[..], &args].concat());
    assert_eq!((&of(&made, "西村")["cells"], &of(&made, "东村")["cells"]), (&4.into(), &2.into()));
    for village in ["西村", "东村"] {
        assert!(of(&made, village)["max_deviation"].as_f64() <= Some(0.1), "{made}");
    }
    // Within 10 % of the mean of their own village, whatever the other one's is.
    assert_eq!(made["unmet"], serde_json::json!([]));

    let plan = dir.path().join("plan.toml");
    std::fs::write(&plan, "k = { \"西村\" = 1, \"东村\" = 5 }\n").unwrap();
    let made = answer(0, &[&base[..], &["--plan", text(&plan)]].concat());
    assert_eq!((&of(&made, "西村")["cells"], &of(&made, "东村")["cells"]), (&1.into(), &5.into()));
}

#[test]
fn each_parent_has_people_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let (units, parents) = (field(dir.path(), 8, 6), villages(dir.path()));
    let base = ["partition", text(&units), "--parents", text(&parents), "--format", "json"];
    let range = ["--range", "households=60..140"];
    // 西村 has some 216 households: two cells near 100, and two people; 东村 some 360 and three people, so three cells.
    let staff = ["--staff", "西村=2", "--staff", "东村=3"];
    let made = answer(0, &[&base[..], &range, &staff].concat());
    assert_eq!((&of(&made, "西村")["cells"], &of(&made, "东村")["cells"]), (&2.into(), &3.into()));
    assert_eq!(made["unmet"], serde_json::json!([]));
    let few = wangge(&[&base[..], &range, &["--staff", "西村=1", "--staff", "东村=3"]].concat());
    let said = String::from_utf8_lossy(&few.stderr);
    assert_eq!(few.status.code(), Some(2));
    assert!(said.contains("西村") && said.contains("至少需要 2 个网格,只有 1 人"), "{said}");
}

#[test]
fn numbers_that_cannot_be_are_said_with_the_parent() {
    let dir = tempfile::tempdir().unwrap();
    let (units, parents) = (field(dir.path(), 8, 6), villages(dir.path()));
    let base = ["partition", text(&units), "--parents", text(&parents)];
    for (args, words) in [
        (&["--k", "西村=4"][..], "东村"),
        (&["--k", "西村=4", "--k", "南村=2"], "南村"),
        (&["--k", "西村=40", "--k", "东村=2"], "上级 西村 不能划成 40 个网格"),
        (&["--k", "西村=0", "--k", "东村=2"], "上级 西村 不能划成 0 个网格"),
        (&["--k", "西村=4", "--k", "西村=2"], "重复"),
        (&["--k", "西村=四"], "不是整数"),
        (&["--k", "6", "--staff", "西村=4"], "同为总数"),
        (
            &["--k", "西村=4", "--k", "东村=2", "--range", "households=300..500"],
            "东村: 2 cells cannot share 360",
        ),
    ] {
        let out = wangge(&[&base[..], args].concat());
        let said = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}
