//! A graph without ground.

use super::{answer, shared_data::shared, text, wangge};
use std::collections::BTreeMap;

#[test]
fn a_published_graph_gets_an_assignment() {
    let Some(folder) = shared("bench-hsinchu-2k") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (nodes, edges) = (folder.join("nodes.csv.gz"), folder.join("edges.csv.gz"));
    let out = dir.path().join("assignment.csv");
    let args =
        ["partition", "--nodes", text(&nodes), "--edges", text(&edges), "--k", "200", "--out", text(&out)];
    let figures = answer(0, &[&args[..], &["--format", "json"]].concat());
    assert_eq!(figures["cells"], 200);
    for zero in ["noncontiguous", "empty"] {
        assert_eq!(figures[zero], 0);
    }
    assert!(figures["within_25pct_free"].as_f64().unwrap() >= 0.95, "{figures}");
    let table = std::fs::read_to_string(&out).unwrap();
    let mut sizes = BTreeMap::<&str, usize>::new();
    for line in table.lines().skip(1) {
        *sizes.entry(line.split_once(',').unwrap().1).or_default() += 1;
    }
    assert_eq!(table.lines().next(), Some("id,cell"));
    assert_eq!(sizes.len(), 200);
    assert_eq!(sizes.values().sum::<usize>(), figures["units"].as_u64().unwrap() as usize);
}

#[test]
fn tables_that_are_wrong_are_named_with_the_line() {
    let dir = tempfile::tempdir().unwrap();
    let run = |nodes: &str, edges: &str| {
        let (n, e) = (dir.path().join("n.csv"), dir.path().join("e.csv"));
        std::fs::write(&n, nodes).unwrap();
        std::fs::write(&e, edges).unwrap();
        let out =
            wangge(&["partition", "--nodes", text(&n), "--edges", text(&e), "--k", "1", "--balance", "w"]);
        assert_eq!(out.status.code(), Some(2), "{out:?}");
        String::from_utf8(out.stderr).unwrap()
    };
    let good = "id,w,area_m2,lon,lat\na,1,5,120,30\nb,2,5,120.1,30\n";
    let edges = "id_a,id_b,shared_m\na,b,7\n";
    assert!(run("id,area_m2,lon,lat\n", edges).contains("n.csv has no column 'w'"));
    assert!(run(&good.replace("b,2", "b,-2"), edges).contains("n.csv line 3: 'w' is -2"));
    assert!(run(&good.replace("b,2", "a,2"), edges).contains("n.csv line 3: the id 'a'"));
    assert!(run(&good.replace("120.1", "NaN"), edges).contains("n.csv line 3: 'lon' is 'NaN'"));
    assert!(run(good, &edges.replace("a,b", "a,c")).contains("e.csv line 2: there is no unit 'c'"));
    assert!(run(good, "i,j,shared_m\n0,2,7\n").contains("e.csv line 2: there is no unit '2'"));
    assert!(run("id,w,area_m2,lon,lat\n", edges).contains("no features"));
}
