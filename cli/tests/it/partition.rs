//! What a plan may be asked: several criteria, rules, a plan file, change, pairs, codes.

use super::{answer, shared_data::shared, text, wangge};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Units u0 … of a field of squares, row by row from the north: 10 to 14 households, shops, and a village for each half.
pub(crate) fn field(dir: &Path, columns: u32, rows: u32) -> PathBuf {
    let mut features = Vec::new();
    for i in 0..columns * rows {
        let (x, y) = (i % columns, rows - 1 - i / columns);
        let at = |dx: u32, dy: u32| {
            format!("[{:.3},{:.3}]", 120.0 + f64::from(x + dx) * 1e-3, 30.0 + f64::from(y + dy) * 1e-3)
        };
        let ring = [at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)].join(",");
        let old = x / 2 + 1;
        features.push(format!(
            r#"{{"type":"Feature","properties":{{"id":"u{i}","households":{},"shops":{},"none":0,"old":"{old:03}"}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#,
            10 + i * 7 % 5,
            i * 5 % 7,
        ));
    }
    let path = dir.join("units.geojson");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")))
        .unwrap();
    path
}

/// Which cell each unit came to.
pub(crate) fn cells(table: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(table).unwrap();
    text.lines()
        .skip(1)
        .map(|l| l.split_once(',').map(|(u, c)| (u.to_owned(), c.to_owned())).unwrap())
        .collect()
}

/// Runs `partition` to a table; gives the answer and the cells.
fn cut(command: &str, dir: &Path, args: &[&str]) -> (Value, BTreeMap<String, String>) {
    let out = dir.join("cells.csv");
    let args = [&[command][..], args, &["--out", text(&out), "--format", "json"]].concat();
    (answer(0, &args), cells(&out))
}

#[test]
fn rules_are_kept_through_the_command() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let rules = [
        "--lock",
        "u0=北",
        "--lock",
        "u3=北",
        "--lock",
        "u40=南",
        "--together",
        "u20,u21,u28",
        "--apart",
        "u10,u11,u12",
        "--office",
        "u7,u47",
        "--office",
        "u30",
        "--wall",
        "u25,u33",
        "--crossing",
        "u18,u26=1.5",
    ];
    let (made, of) = cut("partition", dir.path(), &[&[text(&units), "--k", "6"], &rules[..]].concat());
    for zero in ["gaps", "overlaps", "noncontiguous", "empty"] {
        assert_eq!(made[zero], 0, "{zero}");
    }
    let cell = |u: &str| of[u].clone();
    let different =
        |units: &[&str]| units.iter().map(|u| cell(u)).collect::<BTreeSet<_>>().len() == units.len();
    assert_eq!(cell("u0"), cell("u3"));
    assert!(
        different(&["u0", "u40"]) && different(&["u10", "u11", "u12"]) && different(&["u7", "u47", "u30"])
    );
    assert!(!different(&["u20", "u21"]) && !different(&["u21", "u28"]) && different(&["u25", "u33"]));
    // The name of a lock is the name of its cell in the project.
    let project = dir.path().join("p.gpkg");
    answer(
        0,
        &[
            &["partition", text(&units), "--k", "6"],
            &rules[..],
            &["--out", text(&project), "--format", "json"],
        ]
        .concat(),
    );
    let layers = [format!("{}:cells", project.display())];
    let shown = answer(0, &["inspect", &layers[0], "--format", "json"]);
    assert!(shown.to_string().len() > 2);
}

#[test]
fn a_plan_file_says_what_flags_say_and_flags_go_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let plan = dir.path().join("方案.toml");
    std::fs::write(
        &plan,
        format!(
            "# 示例\nunits = {:?}\nk = 6\nbalance = [\"households:0.10\", \"shops:0.30\"]\nsoft = [\"shops\"]\nseed = 3\nlock = [\"u0=A\", \"u40=B\"]\npairs = true\n",
            text(&units)
        ),
    )
    .unwrap();
    let out = dir.path().join("a.csv");
    let by_file = answer(0, &["partition", "--plan", text(&plan), "--out", text(&out), "--format", "json"]);
    let flags = [
        "partition",
        text(&units),
        "--k",
        "6",
        "--balance",
        "households:0.10",
        "--balance",
        "shops:0.30",
        "--soft",
        "shops",
        "--seed",
        "3",
        "--lock",
        "u0=A",
        "--lock",
        "u40=B",
        "--pairs",
    ];
    let other = dir.path().join("b.csv");
    let by_flags = answer(0, &[&flags[..], &["--out", text(&other), "--format", "json"]].concat());
    assert_eq!(cells(&out), cells(&other));
    for same in ["criteria", "pairs", "seed", "max_deviation"] {
        assert_eq!(by_file[same], by_flags[same], "{same}");
    }
    assert_eq!(
        (by_file["criteria"][0]["name"].as_str(), by_file["criteria"][0]["hard"].as_bool()),
        (Some("shops"), Some(false))
    );
    // Every cell stands in a pair or a three of neighbours.
    let groups = by_file["pairs"]["groups"].as_array().unwrap();
    assert_eq!(groups.iter().map(|g| g.as_array().unwrap().len()).sum::<usize>(), 6);
    assert_eq!(by_file["pairs"]["alone"], Value::Array(vec![]));
    let nine = answer(0, &["partition", "--plan", text(&plan), "--k", "9", "--format", "json"]);
    assert_eq!((nine["cells"].as_u64(), nine["seed"].as_u64()), (Some(9), Some(3)));
}

#[test]
fn what_cannot_be_is_one_sentence_in_two_languages() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 4, 3);
    let u = text(&units);
    let plan = |content: &str| {
        let path = dir.path().join(format!("{}.toml", content.len()));
        std::fs::write(&path, content).unwrap();
        text(&path).to_owned()
    };
    let (misspelt, broken) = (plan("k = 2\nbalanse = [\"shops\"]\n"), plan("k = = 2\n"));
    let out = dir.path().join("out.gpkg");
    let cases: [(&[&str], [&str; 2]); 24] = [
        (
            &[u, "--k", "2", "--lock", "u0=A", "--lock", "u0=B"],
            ["lock u0=A; lock u0=B", "锁定 u0=A;锁定 u0=B"],
        ),
        (
            &[u, "--k", "2", "--together", "u0,u1", "--apart", "u0,u1"],
            ["together u0,u1; apart u0,u1", "既要求同格又要求分开"],
        ),
        (&[u, "--k", "2", "--wall", "u0,u1", "--together", "u0,u1"], ["wall u0,u1", "既要求同格又要求分开"]),
        (&[u, "--k", "2", "--office", "u0,u5,u7"], ["at least 3 cells", "至少需要 3 个"]),
        (&[u, "--k", "2", "--lock", "x=A"], ["no unit 'x'", "没有单元"]),
        (&[u, "--k", "2", "--wall", "u0,u11"], ["u0 and u11 have no common border", "没有公共边"]),
        (&[u, "--k", "2", "--wall", "river"], ["class 'river'", "没有「river」类"]),
        (&[u, "--k", "13"], ["only 12 units", "只有 12 个"]),
        (&[u, "--k", "0"], ["at least 1", "至少为 1"]),
        (&[u, "--k", "2", "--balance", "none"], ["`none` is 0 for all units", "无可均衡"]),
        (&[u, "--k", "2", "--balance", "people"], ["no column 'people'", "people"]),
        (
            &[u, "--k", "2", "--balance", "households", "--balance", "people:0.1"],
            ["no column 'people'", "没有"],
        ),
        (&[u, "--k", "2", "--balance", "households:much"], ["'much'", "不是数字"]),
        (&[u, "--k", "2", "--tolerance", "NaN"], ["not a share", "容差"]),
        (
            &[
                u,
                "--k",
                "2",
                "--balance",
                "households:0.1",
                "--balance",
                "shops:0.1",
                "--weight",
                "shops=NaN",
            ],
            ["no number", "不是数字"],
        ),
        (&[u, "--k", "2", "--soft", "shops"], ["'shops' is not balanced", "未列入"]),
        (&[u, "--k", "5", "--range", "households=20..24"], ["k must be", "网格数须为"]),
        (&[u, "--k", "1", "--range", "households=100..110"], ["no number of cells", "最接近的是"]),
        (&[u, "--range", "households=5"], ["no range", "区间写法"]),
        (&[u], ["say how many cells", "请给出网格数"]),
        (&[u, "--k", "2", "--cap", "5"], ["for repartition", "用于 repartition"]),
        (&[u, "--k", "2", "--codes", "3304"], ["'3304' is no code of 12 digits", "无法编码"]),
        (&["--plan", &misspelt], ["balanse", "unknown field"]),
        (&["--plan", &broken], [".toml", "line 1"]),
    ];
    let before = std::fs::read_dir(dir.path()).unwrap().count();
    for (args, words) in cases {
        let run = wangge(&[&["partition"], args, &["--out", text(&out)]].concat());
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(run.stdout.is_empty(), "{args:?}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        assert!(words.iter().all(|w| stderr.contains(w)), "{args:?}: {stderr}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), before, "{args:?} left something behind");
    }
    // A disconnected parent cannot be one cell.
    let isle = std::fs::read_to_string(&units).unwrap().replace("\"id\":\"u0\"", "\"id\":\"isle\"");
    let moved = isle.replacen(
        "[120.000,30.002],[120.001,30.002],[120.001,30.003],[120.000,30.003],[120.000,30.002]",
        "[120.020,30.002],[120.021,30.002],[120.021,30.003],[120.020,30.003],[120.020,30.002]",
        1,
    );
    assert_ne!(isle, moved);
    std::fs::write(&units, moved).unwrap();
    let run = wangge(&["partition", u, "--k", "1", "--out", text(&out)]);
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("2 separate pieces") && stderr.contains("互不相连的 2 片"), "{stderr}");
    // Until a ferry is declared.
    let made = answer(0, &["partition", u, "--k", "1", "--link", "isle,u3", "--format", "json"]);
    assert_eq!((&made["cells"], &made["noncontiguous"]), (&1.into(), &0.into()));
}

#[test]
fn a_plan_in_force_changes_little_and_keeps_its_codes() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let u = text(&units);
    let (made, of) = cut("repartition", dir.path(), &[u, "--current", "old", "--tolerance", "0.02"]);
    assert_eq!(made["cells"], 4);
    let change = &made["change"];
    let moved = change["units"].as_array().unwrap();
    assert_eq!(
        (&change["kept"], &change["new"], &change["retired"]),
        (&4.into(), &Value::Array(vec![]), &Value::Array(vec![]))
    );
    // What the report says is what differs between the two tables.
    let before: BTreeMap<String, String> =
        (0..48).map(|i| (format!("u{i}"), format!("{:03}", i % 8 / 2 + 1))).collect();
    let differ: BTreeSet<&str> =
        of.iter().filter(|(u, c)| before[*u] != **c).map(|(u, _)| u.as_str()).collect();
    assert_eq!(moved.iter().map(|m| m["unit"].as_str().unwrap()).collect::<BTreeSet<_>>(), differ);
    let households: u64 = differ.iter().map(|u| 10 + u[1..].parse::<u64>().unwrap() * 7 % 5).sum();
    assert_eq!(
        (&change["loads"]["households"], &made["moved_load"]),
        (&households.into(), &households.into())
    );
    assert!(differ.len() <= 6, "{differ:?}");
    // From a project, one cell more: it gets the next code; nothing moves but its ground.
    let project = dir.path().join("p.gpkg");
    answer(0, &["repartition", u, "--current", "old", "--out", text(&project), "--format", "json"]);
    let (five, of) = cut(
        "repartition",
        dir.path(),
        &[text(&project), "--k", "5", "--tolerance", "0.25", "--lock", "u0=002"],
    );
    assert_eq!(five["cells"], 5);
    assert_eq!(five["change"]["new"], Value::Array(vec!["005".into()]));
    assert_eq!(of["u0"], "002");
    // What cannot be, in a sentence.
    for (args, words) in [
        (&["--cap", "0", "--lock", "u0=004"][..], ["more than the cap of 0", "超过上限 0"]),
        (&["--lock", "u0=999"], ["no cell '999'", "没有网格「999」"]),
        (&["--current", "nothing"], ["plan in force", "现行方案"]),
    ] {
        let run = wangge(&[&["repartition", text(&project)], args].concat());
        let stderr = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(words.iter().all(|w| stderr.contains(w)), "{args:?}: {stderr}");
    }
}

#[test]
fn codes_are_those_of_the_standard() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let (_, of) = cut("partition", dir.path(), &[text(&units), "--k", "6", "--codes", "330481001007"]);
    let codes: BTreeSet<&str> = of.values().map(String::as_str).collect();
    let expected: Vec<String> = (1..=6).map(|i| format!("330481001007{i:03}")).collect();
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), expected);
    // The first number is in the north-west.
    assert_eq!(of["u0"], "330481001007001");
}

#[test]
fn a_size_that_contradicts_itself_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let text_of = std::fs::read_to_string(&units).unwrap();
    // 2.84 persons for each household, as in the plan that a preset comes from.
    let persons = text_of.replace("\"shops\"", "\"persons\":30,\"shops\"");
    std::fs::write(&units, persons).unwrap();
    let run = wangge(&["partition", text(&units), "--size", "s0-17-dangjian"]);
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{stderr}");
    for word in ["2.5 persons", "--balance households", "户均 2.5", "以户数为主"] {
        assert!(stderr.contains(&word.replace("2.5", "2.50")), "{stderr}");
    }
    let made = answer(
        0,
        &[
            "partition",
            text(&units),
            "--size",
            "s0-17-dangjian",
            "--balance",
            "households",
            "--format",
            "json",
        ],
    );
    assert_eq!(made["cells"], 2);
}

#[test]
fn no_more_cells_are_made_than_there_are_people() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let run = |args: &[&str]| wangge(&[&["partition", text(&units), "--format", "json"], args].concat());
    let made = |args: &[&str]| -> Value { serde_json::from_slice(&run(args).stdout).unwrap() };
    // 574 households: six cells of about 100, seven at most of 80 to 120, five at least.
    let range = ["--range", "households=80..120"];
    assert_eq!(made(&[&range[..], &["--staff", "9"]].concat())["cells"], 6);
    assert_eq!(made(&[&range[..], &["--staff", "5"]].concat())["cells"], 5);
    assert_eq!(made(&["--staff", "4"])["cells"], 4);
    for (args, words) in [
        (
            &[&range[..], &["--staff", "3"]].concat(),
            "5 cells are needed at least, and there are 3 people: 2 more",
        ),
        (&vec!["--k", "4", "--staff", "3"], "只有 3 人"),
    ] {
        let refused = run(args);
        let stderr = String::from_utf8(refused.stderr).unwrap();
        assert!(refused.status.code() == Some(2) && stderr.contains(words), "{stderr}");
    }
}

#[test]
fn classes_of_lines_are_walls_or_have_a_price() {
    let dir = tempfile::tempdir().unwrap();
    let (n, e) = (dir.path().join("n.csv"), dir.path().join("e.csv"));
    // Seven columns of five; a railway between the third and the fourth.
    let mut nodes = String::from("id,w,area_m2,perimeter_m,lon,lat\n");
    let mut edges = String::from("id_a,id_b,shared_m,class\n");
    for i in 0..35 {
        let (x, y) = (i % 7, i / 7);
        nodes +=
            &format!("n{i},1,10000,400,{},{}\n", 120.0 + f64::from(x) * 0.001, 30.0 + f64::from(y) * 0.001);
        if x < 6 {
            edges += &format!("n{i},n{},100,{}\n", i + 1, if x == 2 { "railway" } else { "" });
        }
        if y < 4 {
            edges += &format!("n{i},n{},100,\n", i + 7);
        }
    }
    std::fs::write(&n, nodes).unwrap();
    std::fs::write(&e, edges).unwrap();
    let graph = ["--nodes", text(&n), "--edges", text(&e), "--balance", "w:0.3", "--k", "2"];
    for rule in [["--wall", "railway"], ["--crossing", "railway=1.5"]] {
        let (_, of) = cut("partition", dir.path(), &[&graph[..], &rule].concat());
        for y in 0..5 {
            assert_ne!(of[&format!("n{}", y * 7 + 2)], of[&format!("n{}", y * 7 + 3)], "{rule:?}");
        }
    }
}

#[test]
fn taipei_changes_little_after_a_year() {
    let Some(folder) = shared("bench-hsinchu-2k") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (nodes, edges) = (folder.join("nodes.csv.gz"), folder.join("edges.csv.gz"));
    let graph = ["--nodes", text(&nodes), "--edges", text(&edges)];
    let plan = dir.path().join("plan.csv");
    answer(
        0,
        &[
            &["partition"],
            &graph[..],
            &["--k", "44", "--tolerance", "0.05", "--out", text(&plan), "--format", "json"],
        ]
        .concat(),
    );
    // The same plan, balanced by persons instead of households.
    let args = ["--balance", "population:0.05", "--current", text(&plan)];
    let (made, of) = cut("repartition", dir.path(), &[&graph[..], &args].concat());
    let before = cells(&plan);
    let differ = of.iter().filter(|(u, c)| before[*u] != **c).count();
    assert_eq!(made["moved_units"].as_u64(), Some(differ as u64));
    assert!(differ * 5 < of.len(), "{differ} of {}", of.len());
    assert_eq!(made["noncontiguous"], 0);
}
