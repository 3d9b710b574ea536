//! Repairs around a few units, and whether a few cells could be more equal.

use super::partition::{cells, field};
use super::{answer, text, wangge};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn households(unit: &str) -> u64 {
    10 + unit[1..].parse::<u64>().unwrap() * 7 % 5
}

fn sums(of: &BTreeMap<String, String>) -> BTreeMap<&str, u64> {
    let mut sums = BTreeMap::new();
    of.iter().for_each(|(u, c)| *sums.entry(c.as_str()).or_default() += households(u));
    sums
}

#[test]
fn a_repair_near_units_leaves_all_that_is_further_away() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 16, 8);
    let (plan, edited, out) = (dir.path().join("a.csv"), dir.path().join("b.csv"), dir.path().join("c.csv"));
    answer(
        0,
        &[
            "partition",
            text(&units),
            "--k",
            "16",
            "--tolerance",
            "0.05",
            "--out",
            text(&plan),
            "--format",
            "json",
        ],
    );
    // Somebody gives a neighbour's units to the cell in the north-west corner.
    let mut of = cells(&plan);
    let corner = of["u0"].clone();
    let given: Vec<String> = (0..128)
        .map(|i| format!("u{i}"))
        .filter(|u| of[u] != corner)
        .filter(|u| {
            let i: i32 = u[1..].parse().unwrap();
            [i - 1, i + 1, i - 16, i + 16]
                .iter()
                .any(|n| (n % 16 - i % 16).abs() <= 1 && of.get(&format!("u{n}")) == Some(&corner))
        })
        .take(2)
        .collect();
    given.iter().for_each(|u| drop(of.insert(u.clone(), corner.clone())));
    let rows: String = of.iter().map(|(u, c)| format!("{u},{c}\n")).collect();
    std::fs::write(&edited, format!("id,cell\n{rows}")).unwrap();
    let lock = format!("{}={corner}", given[0]);
    let args = [
        "repartition",
        text(&units),
        "--current",
        text(&edited),
        "--near",
        &given[0],
        "--lock",
        &lock,
        "--tolerance",
        "0.08",
    ];
    let made = answer(0, &[&args[..], &["--out", text(&out), "--format", "json"]].concat());
    assert_eq!(
        (&made["cells"], &made["gaps"], &made["noncontiguous"], &made["unmet"]),
        (&json!(16), &json!(0), &json!(0), &json!([]))
    );
    let after = cells(&out);
    assert_eq!(after[&given[0]], corner, "what was locked stays");
    let mean = sums(&after).values().sum::<u64>() as f64 / 16.0;
    assert!(sums(&after).values().all(|&w| (w as f64 / mean - 1.0).abs() <= 0.08), "{:?}", sums(&after));
    let touched: BTreeSet<&String> =
        of.iter().filter(|(u, c)| after[*u] != **c).flat_map(|(u, c)| [c, &after[u]]).collect();
    assert!(!touched.is_empty() && touched.len() <= 8, "{touched:?}");
    assert_eq!(made["change"]["kept"], 16);
    // What does not go with it.
    for (more, word) in [(&["--k", "15"][..], "keeps the cells"), (&["--near", "u999"], "no unit 'u999'")] {
        let run = wangge(&[&args[..], more].concat());
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!((run.status.code(), said.contains(word)), (Some(2), true), "{said}");
    }
}

#[test]
fn the_most_equal_plan_of_a_few_cells_is_found_and_proved() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let (project, table) = (dir.path().join("p.gpkg"), dir.path().join("p.csv"));
    // A plan that is far from even: the columns in force.
    let rough = ["repartition", text(&units), "--current", "old", "--tolerance", "0.5", "--format", "json"];
    answer(0, &[&rough[..], &["--out", text(&project)]].concat());
    answer(0, &[&rough[..], &["--out", text(&table)]].concat());
    let mut of = cells(&table);
    let told = answer(0, &["prove", text(&project), "001", "002", "--format", "json"]);
    let named: Vec<&str> = told["cells"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
    assert!(named.starts_with(&["001", "002"]) && told["units"].as_u64().unwrap() <= 64, "{told}");
    let worst = |of: &BTreeMap<String, String>| {
        let own: Vec<u64> = sums(of).into_iter().filter(|(c, _)| named.contains(c)).map(|(_, w)| w).collect();
        let mean = own.iter().sum::<u64>() as f64 / own.len() as f64;
        own.iter().map(|&w| (w as f64 / mean - 1.0).abs()).fold(0.0, f64::max)
    };
    let figure = |k: &str| told[k].as_f64().unwrap();
    assert!((figure("deviation_now") - worst(&of)).abs() < 1e-9, "{told}");
    // The moves come to what is said.
    for m in told["moves"].as_array().unwrap() {
        let [unit, from, to] = ["unit", "from", "to"].map(|k| m[k].as_str().unwrap().to_owned());
        assert_eq!(of.insert(unit, to), Some(from));
    }
    assert!((figure("deviation") - worst(&of)).abs() < 1e-9, "{told}");
    assert!(
        figure("deviation") < figure("deviation_now") && figure("at_least") <= figure("deviation") + 1e-12
    );
    assert_eq!(told["proved"], figure("at_least") >= figure("deviation") - 1e-12);
    // For people; and what is no cell.
    let said = String::from_utf8(wangge(&["prove", text(&project), "001"]).stdout).unwrap();
    assert!(said.contains("worst deviation now") && said.contains('→'), "{said}");
    let run = wangge(&["prove", text(&project), "999"]);
    assert_eq!((run.status.code(), String::from_utf8(run.stderr).unwrap().contains("999")), (Some(2), true));
    let none: Value = json!(null);
    assert_ne!(told["balance"], none);
}
