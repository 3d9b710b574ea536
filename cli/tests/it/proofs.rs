//! What cannot be done is said with numbers, levels nest, and a page shows it all.

use super::partition::field;
use super::{answer, text, wangge};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn a_pocket_between_walls_is_proved_with_the_walls_and_confirmed_by_verify() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let project = dir.path().join("p.gpkg");
    let page = dir.path().join("页.html");
    let args =
        ["partition", text(&units), "--range", "households=80..120", "--wall", "u0,u8", "--wall", "u1,u9"];
    let more = ["--wall", "u1,u2", "--wall", "u40,u41", "--out", text(&project), "--report", text(&page)];
    let made = answer(0, &[&args[..], &more, &["--format", "json"]].concat());
    let infeasible = &made["infeasible"][0];
    assert_eq!(infeasible["proved"], true, "{made}");
    let proof = &made["certificates"][infeasible["certificate"].as_u64().unwrap() as usize];
    assert_eq!((&proof["kind"], &proof["units"]), (&"weight_gap".into(), &serde_json::json!([0, 1])));
    assert_eq!(proof["rules"], serde_json::json!({"walls": [[0, 8], [1, 9], [1, 2]]}));
    assert!(
        infeasible["en"].as_str().unwrap().contains("wall u0,u8; wall u1,u9; wall u1,u2"),
        "{infeasible}"
    );
    assert!(
        infeasible["zh"].as_str().unwrap().contains("下限降到 22 households 或 去掉上述规则之一"),
        "{infeasible}"
    );
    let unmet = made["unmet"].as_array().unwrap();
    assert!(!unmet.is_empty() && unmet.iter().all(|u| u["certificate"] == infeasible["certificate"]));
    let verified = answer(0, &["verify", text(&project), "--format", "json"]);
    assert_eq!((&verified["verified"], &verified["proofs_confirmed"]), (&true.into(), &verified["proofs"]));
    // The page tells the same, and stands alone.
    let html = std::fs::read_to_string(&page).unwrap();
    for outside in ["http:", "https:", "src=", "@import", "url(", "<script", "<link"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains(proof["zh"].as_str().unwrap()) && html.contains(proof["en"].as_str().unwrap()));
    let cells = made["cells"].as_u64().unwrap() as usize;
    assert_eq!(html.matches("<title>").count(), cells + 1, "a shape for each cell, and the page's own title");
}

#[test]
fn rules_that_exclude_each_other_are_named_and_only_they() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let rules = [
        "--together",
        "u0,u1",
        "--together",
        "u1,u2",
        "--lock",
        "u0=A",
        "--lock",
        "u2=B",
        "--wall",
        "u30,u31",
    ];
    let out = wangge(&[&["partition", text(&units), "--k", "6"][..], &rules].concat());
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(2), "{said}");
    for words in ["together u0,u1", "together u1,u2", "lock u0=A", "lock u2=B", "同格 u0,u1", "去掉其中一条"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("u30"), "{said}");
}

/// Rows of a table by its first column.
fn rows(path: &Path) -> (Vec<String>, BTreeMap<String, Vec<String>>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|l| l.split(',').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().unwrap();
    (head, lines.map(|mut l| (l.remove(0), l)).collect())
}

#[test]
fn four_levels_nest_and_are_stored_with_the_cells() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 12, 8);
    let project = dir.path().join("p.gpkg");
    let args =
        ["partition", text(&units), "--balance", "households", "--levels", "2:0.05,4:0.1,8:0.1,24:0.25"];
    let made = answer(0, &[&args[..], &["--out", text(&project), "--format", "json"]].concat());
    let levels = made["levels"].as_array().unwrap();
    assert_eq!(levels.iter().map(|l| l["cells"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 4, 8, 24]);
    for l in levels {
        assert_eq!((&l["nested"], &l["noncontiguous"]), (&true.into(), &0.into()), "{l}");
        assert!(l["max_deviation"].as_f64() <= l["tolerance"].as_f64(), "{l}");
    }
    // Codes tell the cell above, which is the parent in the project; each cell knows all levels.
    let shown = dir.path().join("cells.geojson");
    answer(0, &["export", text(&project), "--out", text(&shown), "--format", "json"]);
    let cells: Value = serde_json::from_str(&std::fs::read_to_string(&shown).unwrap()).unwrap();
    let cells = cells["features"].as_array().unwrap();
    assert_eq!(cells.len(), 24);
    for f in cells {
        let (id, p) = (f["id"].as_str().unwrap(), &f["properties"]);
        let above: Vec<&str> = ["level_1", "level_2", "level_3"].map(|k| p[k].as_str().unwrap()).to_vec();
        assert!(above.iter().all(|a| id.starts_with(&format!("{a}-"))), "{id} {above:?}");
    }
    assert_eq!(answer(0, &["verify", text(&project), "--format", "json"])["verified"], true);
    assert_eq!(answer(0, &["check", text(&project), "--format", "json"])["valid"], true);
    let above = dir.path().join("p.level-2.gpkg");
    let checked = answer(
        0,
        &["check", &format!("{}:cells", text(&project)), "--parent", text(&above), "--format", "json"],
    );
    assert_eq!((&checked["valid"], &checked["counts"]), (&true.into(), &serde_json::json!({})), "{checked}");
    // The same plan as files: the levels above beside the cells, each the union of those below (GAP-06, OVL-05).
    let out = dir.path().join("网格.geojson");
    answer(0, &[&args[..], &["--out", text(&out), "--format", "json"]].concat());
    let above = dir.path().join("网格.level-3.geojson");
    let checked = answer(0, &["check", text(&out), "--parent", text(&above), "--format", "json"]);
    assert_eq!((&checked["valid"], &checked["counts"]), (&true.into(), &serde_json::json!({})), "{checked}");
    let wrong = wangge(&["partition", text(&units), "--balance", "households", "--levels", "8,2"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("由粗到细"));
}

#[test]
fn levels_of_a_graph_are_columns_of_its_table() {
    let dir = tempfile::tempdir().unwrap();
    let (nodes, edges) = (dir.path().join("n.csv"), dir.path().join("e.csv"));
    let row = |i: u32| format!("n{i},{},{},10000,{}", f64::from(i) * 0.001, 0, 10 + i % 3);
    let all: Vec<String> = (0..24).map(row).collect();
    std::fs::write(&nodes, format!("id,lon,lat,area_m2,w\n{}\n", all.join("\n"))).unwrap();
    let all: Vec<String> = (0..23).map(|i| format!("{i},{},100", i + 1)).collect();
    std::fs::write(&edges, format!("i,j,shared_m\n{}\n", all.join("\n"))).unwrap();
    let out = dir.path().join("a.csv");
    let args = ["partition", "--nodes", text(&nodes), "--edges", text(&edges), "--balance", "w"];
    let more = ["--levels", "2:0.1,4:0.1,8:0.2", "--out", text(&out), "--format", "json"];
    let made = answer(0, &[&args[..], &more].concat());
    assert_eq!(made["levels"].as_array().unwrap().len(), 3);
    let (head, rows) = rows(&out);
    assert_eq!(head, ["id", "cell", "level_1", "level_2"]);
    let mut above: BTreeMap<&str, &[String]> = BTreeMap::new();
    for row in rows.values() {
        assert_eq!(*above.entry(&row[0]).or_insert(&row[1..]), &row[1..]);
    }
    assert_eq!(above.len(), 8);
}

#[test]
fn a_page_about_a_change_shows_before_and_after() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let page = dir.path().join("change.html");
    let args = ["repartition", text(&units), "--current", "old", "--k", "5", "--balance", "households"];
    let made = answer(0, &[&args[..], &["--report", text(&page), "--format", "json"]].concat());
    let html = std::fs::read_to_string(&page).unwrap();
    let moved = made["change"]["units"].as_array().unwrap().len();
    assert!(moved > 0 && html.contains(&format!("{moved} units change hands")));
    assert!(html.contains("调整前") && html.contains("<figcaption class=\"en\" lang=\"en\">after"));
    let wrong = wangge(&["partition", text(&units), "--k", "5", "--report", "page.pdf"]);
    assert_eq!(wrong.status.code(), Some(2));
}
