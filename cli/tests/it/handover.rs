//! What changes hands when a plan is made anew (移交).

use super::partition::{cells, field};
use super::{answer, text, wangge};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A field whose plan in force has four cells of two columns, a point on every unit and one in the sea, a roster.
fn before(dir: &Path) -> [PathBuf; 3] {
    let units = field(dir, 8, 6);
    let point = |i: u32, x: f64, y: f64| json!({"type": "Feature", "properties": {"id": format!("楼{i}")}, "geometry": {"type": "Point", "coordinates": [x, y]}});
    let on =
        |i: u32| point(i, 120.0 + f64::from(i % 8) * 1e-3 + 4e-4, 30.0 + f64::from(5 - i / 8) * 1e-3 + 4e-4);
    let mut all: Vec<Value> = (0..48).map(on).collect();
    all.push(point(99, 121.0, 30.0));
    let objects = dir.join("楼.geojson");
    std::fs::write(&objects, json!({"type": "FeatureCollection", "features": all}).to_string()).unwrap();
    let roster = dir.join("花名册.csv");
    let rows = "网格编码,角色,姓名,人员编号,手机\n001,网格长,甲,T1,13800000001\n002,网格长,乙,T2,13800000002\n003,网格员,丙,T3,13800000003\n004,网格长,甲,T1,13800000001\n";
    std::fs::write(&roster, rows).unwrap();
    [units, objects, roster]
}

#[test]
fn units_households_and_objects_are_counted_for_each_pair_of_cells() {
    let dir = tempfile::tempdir().unwrap();
    let [units, objects, roster] = before(dir.path());
    let (out, list, page) =
        (dir.path().join("c.csv"), dir.path().join("移交.csv"), dir.path().join("r.html"));
    // Five cells of four: one is new, and something has to move.
    let args = ["repartition", text(&units), "--current", "old", "--k", "5", "--tolerance", "0.1"];
    let told = [
        "--objects",
        text(&objects),
        "--roster",
        text(&roster),
        "--handover",
        text(&list),
        "--report",
        text(&page),
    ];
    let made = answer(0, &[&args[..], &told, &["--out", text(&out), "--format", "json"]].concat());
    let after = cells(&out);
    let code_before = |u: &str| format!("{:03}", u[1..].parse::<u32>().unwrap() % 8 / 2 + 1);
    let households = |u: &str| 10 + u[1..].parse::<u64>().unwrap() * 7 % 5;
    // Counted anew from the two tables.
    let mut pairs: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for (u, to) in after.iter().filter(|(u, to)| code_before(u) != **to) {
        let pair = pairs.entry((code_before(u), to.clone())).or_default();
        *pair = (pair.0 + 1, pair.1 + households(u));
    }
    let leader = |code: &str| match code {
        "001" | "004" => json!("甲"),
        "002" => json!("乙"),
        _ => Value::Null,
    };
    let handover = &made["change"]["handover"];
    let told = handover["cells"].as_array().unwrap();
    assert!(!told.is_empty() && told.len() == pairs.len(), "{handover}");
    let mut changing = (0, 0);
    for row in told {
        let (from, to) = (row["from"].as_str().unwrap(), row["to"].as_str().unwrap());
        let (n, w) = pairs[&(from.to_owned(), to.to_owned())];
        assert_eq!(
            (&row["units"], &row["loads"]["households"], &row["objects"]),
            (&json!(n), &json!(w), &json!(n)),
            "{row}"
        );
        assert_eq!((&row["leader_from"], &row["leader_to"]), (&leader(from), &leader(to)), "{row}");
        // One person leads 001 and 004: ground between these two keeps its leader.
        let stays = leader(from) == leader(to) && leader(from) != Value::Null;
        assert_eq!(row["changes_leader"], !stays, "{row}");
        if !stays {
            changing = (changing.0 + n, changing.1 + w);
        }
    }
    assert_eq!(
        (&handover["units"], &handover["loads"]["households"], &handover["objects"]),
        (&json!(changing.0), &json!(changing.1), &json!(changing.0))
    );
    assert_eq!((&handover["objects_elsewhere"], &handover["objects_given"]), (&json!(1), &json!(49)));
    // The table: pairs, then units, then objects; each unit with its object.
    let csv = std::fs::read_to_string(&list).unwrap();
    let mut rows = csv.lines().map(|l| l.split(',').collect::<Vec<_>>());
    assert_eq!(
        rows.next().unwrap(),
        [
            "what",
            "id",
            "from",
            "to",
            "leader_from",
            "leader_to",
            "changes_leader",
            "units",
            "households",
            "shops",
            "none",
            "objects"
        ]
    );
    let rows: Vec<Vec<&str>> = rows.collect();
    let of = |what: &str| -> BTreeSet<String> {
        rows.iter().filter(|r| r[0] == what).map(|r| r[1].replace('楼', "u")).collect()
    };
    let moved: BTreeSet<String> =
        after.iter().filter(|(u, to)| code_before(u) != **to).map(|(u, _)| u.clone()).collect();
    assert_eq!((of("unit"), of("object")), (moved.clone(), moved));
    assert_eq!(rows.iter().filter(|r| r[0] == "cells").count(), told.len());
    // The page has the same rows. Nobody's telephone is anywhere.
    let html = std::fs::read_to_string(&page).unwrap();
    let first = &told[0];
    let line =
        format!("<tr><td>{}</td><td>{}</td>", first["from"].as_str().unwrap(), first["to"].as_str().unwrap());
    assert!(html.contains(&line) && html.contains("网格长变动涉及"), "{line}");
    assert!([&html, &csv, &made.to_string()].iter().all(|t| !t.contains("1380000000")));
}

#[test]
fn ground_that_keeps_its_leader_is_told_apart_and_people_come_from_a_project_too() {
    let dir = tempfile::tempdir().unwrap();
    let [units, _, roster] = before(dir.path());
    let current = dir.path().join("now.csv");
    // u0 was in 004, whose leader is also that of 001.
    let rows: String =
        (0..48).map(|i| format!("u{i},{:03}\n", if i == 0 { 4 } else { i % 8 / 2 + 1 })).collect();
    std::fs::write(&current, format!("id,cell\n{rows}")).unwrap();
    let args =
        ["repartition", text(&units), "--current", text(&current), "--tolerance", "0.25", "--format", "json"];
    let pair = |made: &Value| made["change"]["handover"].clone();
    let with = pair(&answer(0, &[&args[..], &["--roster", text(&roster)]].concat()));
    let [row] = with["cells"].as_array().unwrap().as_slice() else { panic!("{with}") };
    assert_eq!(
        (&row["from"], &row["to"], &row["changes_leader"]),
        (&json!("004"), &json!("001"), &json!(false))
    );
    assert_eq!((&with["units"], &with["loads"]["households"]), (&json!(0), &json!(0)));
    // Nobody is known: another cell is another leader.
    let without = pair(&answer(0, &args));
    assert_eq!((&without["units"], &without["cells"][0]["leader_from"]), (&json!(1), &Value::Null));
    // The same from a project that has taken the roster in.
    let project = dir.path().join("p.gpkg");
    let plan = ["partition", text(&units), "--k", "4", "--out", text(&project), "--format", "json"];
    answer(0, &plan);
    drop(crate::serve::Process::start_with(text(&project), &["--roster", text(&roster)]));
    assert_eq!(pair(&answer(0, &[&args[..], &["--roster", text(&project)]].concat())), with);
    // A roster with a fault is no roster.
    std::fs::write(&roster, "网格编码,角色,姓名\n001,网格长,\n").unwrap();
    let run = wangge(&[&args[..], &["--roster", text(&roster)]].concat());
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!((run.status.code(), said.contains("row 2")), (Some(2), true), "{said}");
    let run = wangge(&["partition", text(&units), "--k", "2", "--handover", "x.csv"]);
    assert_eq!(run.status.code(), Some(2));
}
