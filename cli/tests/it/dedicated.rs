//! Dedicated cells (专属网格): beside the plan, not part of it.

use super::partition::{cells, field};
use super::{answer, text, wangge};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Runs `partition` or `repartition` to a table; gives the answer and the cell of each unit.
fn cut(command: &str, dir: &Path, args: &[&str]) -> (Value, BTreeMap<String, String>) {
    let out = dir.join("cells.csv");
    let made = answer(0, &[&[command][..], args, &["--out", text(&out), "--format", "json"]].concat());
    for zero in ["gaps", "overlaps", "noncontiguous", "empty"] {
        assert_eq!(made[zero], 0, "{zero}");
    }
    (made, cells(&out))
}

/// Households of each cell of a field.
fn households(of: &BTreeMap<String, String>) -> BTreeMap<&str, u64> {
    let mut sums = BTreeMap::new();
    for (unit, cell) in of {
        *sums.entry(cell.as_str()).or_default() += 10 + unit[1..].parse::<u64>().unwrap() * 7 % 5;
    }
    sums
}

fn of_cell<'a>(of: &'a BTreeMap<String, String>, cell: &str) -> BTreeSet<&'a str> {
    of.iter().filter(|(_, c)| *c == cell).map(|(u, _)| u.as_str()).collect()
}

#[test]
fn they_have_their_ground_and_no_part_in_the_balance() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let carve = ["--dedicated", "市场=u30,u47", "--dedicated", "学校=u9,u10"];
    let args = [&[text(&units), "--k", "6", "--codes", "330481001007"], &carve[..]].concat();
    let (made, of) = cut("partition", dir.path(), &args);
    assert_eq!((&made["cells"], &made["units"]), (&json!(6), &json!(48)));
    // Their numbers come after those of the base cells, from the north-west too; the market lies in two places.
    let own = made["dedicated"].as_array().unwrap();
    let told: Vec<[&str; 2]> =
        own.iter().map(|d| [&d["cell"], &d["name"]].map(|v| v.as_str().unwrap())).collect();
    assert_eq!(told, [["330481001007007", "学校"], ["330481001007008", "市场"]]);
    assert_eq!(of_cell(&of, "330481001007007"), ["u10", "u9"].into());
    assert_eq!(of_cell(&of, "330481001007008"), ["u30", "u47"].into());
    // The mean is that of the six.
    let mut sums = households(&of);
    assert_eq!(own[0]["households"], json!(sums.remove("330481001007007").unwrap()));
    assert_eq!(own[1]["households"], json!(sums.remove("330481001007008").unwrap()));
    let mean = sums.values().sum::<u64>() as f64 / 6.0;
    let worst = sums.values().map(|&w| (w as f64 / mean - 1.0).abs()).fold(0.0, f64::max);
    assert!((made["max_deviation"].as_f64().unwrap() - worst).abs() < 1e-9);
    // A number of cells that the range allows is counted without them: 558 households, 47 of them theirs.
    let run = wangge(
        &[&["partition", text(&units), "--k", "6", "--range", "households=90..92"], &carve[..]].concat(),
    );
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains(&format!("shares {} households", sums.values().sum::<u64>())), "{said}");
    // In a project they are cells like others: proved, found by checks to lie where they lie, exempt from the balance.
    let project = dir.path().join("p.gpkg");
    answer(
        0,
        &[&["partition"], &args[..], &["--tolerance", "0.3", "--out", text(&project), "--format", "json"]]
            .concat(),
    );
    assert_eq!(answer(0, &["verify", text(&project), "--format", "json"])["verified"], true);
    let held = [
        "check",
        text(&project),
        "--load",
        "households",
        "--size",
        "households=60..120",
        "--tolerance",
        "0.31",
    ];
    let checked = answer(0, &[&held[..], &["--format", "json"]].concat());
    assert_eq!((&checked["polygons"], &checked["counts"]), (&json!(8), &json!({})));
    let shown = wangge(&["export", text(&project), "--out", text(&dir.path().join("c.geojson"))]);
    assert!(shown.status.success());
    let text = std::fs::read_to_string(dir.path().join("c.geojson")).unwrap();
    assert_eq!(text.matches("\"kind\":\"dedicated\"").count(), 2, "{text}");
}

#[test]
fn ground_they_cut_off_is_joined_across_or_divided_and_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let (made, of) =
        cut("partition", dir.path(), &[text(&units), "--k", "5", "--dedicated", "公园=u1,u8,u9"]);
    let [severed] = made["severed"].as_array().unwrap().as_slice() else { panic!("{made}") };
    assert_eq!(
        (&severed["units"], &severed["load"], &severed["beside"]),
        (&json!(["u0"]), &json!(10), &json!(["公园"]))
    );
    let across = severed["link"][1].as_str().unwrap();
    assert!(["u2", "u16"].contains(&across), "the nearest beside the park: {severed}");
    assert_eq!(of["u0"], of[across]);
    assert!(
        severed["zh"].as_str().unwrap().contains("隔开 1 个单元")
            && severed["en"].as_str().unwrap().contains(across)
    );
    // A column of the field: what is left and right of it stands on its own.
    let river = "湖=u4,u12,u20,u28,u36,u44";
    let (made, of) = cut("partition", dir.path(), &[text(&units), "--k", "7", "--dedicated", river]);
    let [severed] = made["severed"].as_array().unwrap().as_slice() else { panic!("{made}") };
    assert_eq!((severed["units"].as_array().unwrap().len(), &severed["link"]), (18, &Value::Null));
    assert!(severed["en"].as_str().unwrap().contains("divided on their own"));
    let side = |east: bool| -> BTreeSet<&str> {
        of.iter()
            .filter(|(u, _)| {
                let x = u[1..].parse::<u32>().unwrap() % 8;
                x != 4 && (x > 4) == east
            })
            .map(|(_, c)| c.as_str())
            .collect()
    };
    assert!(side(true).is_disjoint(&side(false)));
    assert_eq!(side(true).len() + side(false).len(), 7);
}

#[test]
fn they_are_named_by_units_a_column_polygons_or_a_plan_file() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let (_, by_flag) = cut(
        "partition",
        dir.path(),
        &[
            text(&units),
            "--k",
            "6",
            "--dedicated",
            "学校=u9,u10",
            "--wall",
            "u25,u33",
            "--crossing",
            "u18,u26=1.5",
        ],
    );
    let plan = dir.path().join("方案.toml");
    let file = |text: &str| std::fs::write(&plan, text).unwrap();
    file(&format!(
        "units = {:?}\nk = 6\n[[dedicated]]\nname = \"学校\"\nunits = [\"u9\", \"u10\"]\n[crossings]\n\"u25,u33\" = \"wall\"\n\"u18,u26\" = 1.5\n",
        text(&units)
    ));
    assert_eq!(cut("partition", dir.path(), &["--plan", text(&plan)]).1, by_flag);
    // The list that was is no key any more, and a price is a number or "wall".
    for (wrong, word) in [
        ("crossing = [\"rail=5\"]", "unknown field `crossing`"),
        ("[crossings]\nrail = \"high\"", "'rail' needs a price"),
    ] {
        file(&format!("units = {:?}\nk = 6\n{wrong}\n", text(&units)));
        let run = wangge(&["partition", "--plan", text(&plan)]);
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!((run.status.code(), said.contains(word)), (Some(2), true), "{said}");
    }
    let columned = std::fs::read_to_string(&units).unwrap();
    let named = ["u9", "u10"].iter().fold(columned, |t, u| {
        t.replace(&format!("\"id\":\"{u}\""), &format!("\"id\":\"{u}\",\"campus\":\"学校\""))
    });
    let with_column = dir.path().join("named.geojson");
    std::fs::write(&with_column, named).unwrap();
    let plain = ["--k", "6", "--wall", "u25,u33", "--crossing", "u18,u26=1.5"];
    let by_column = cut(
        "partition",
        dir.path(),
        &[&[text(&with_column), "--dedicated-from", "campus"], &plain[..]].concat(),
    );
    assert_eq!((by_column.1, &by_column.0["dedicated"][0]["name"]), (by_flag.clone(), &json!("学校")));
    // u9 and u10 are the second and third of the second row from the north.
    let ring = json!([
        [120.0011, 30.0042],
        [120.0029, 30.0042],
        [120.0029, 30.0048],
        [120.0011, 30.0048],
        [120.0011, 30.0042]
    ]);
    let ground = json!({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "学校"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]});
    let polygons = dir.path().join("校区.geojson");
    std::fs::write(&polygons, ground.to_string()).unwrap();
    let by_polygon = cut(
        "partition",
        dir.path(),
        &[&[text(&units), "--dedicated-from", text(&polygons)], &plain[..]].concat(),
    );
    assert_eq!((by_polygon.1, &by_polygon.0["dedicated"][0]["name"]), (by_flag, &json!("学校")));
}

#[test]
fn a_plan_in_force_keeps_them_and_their_codes() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let project = dir.path().join("p.gpkg");
    let p = text(&project);
    answer(
        0,
        &[
            "partition",
            text(&units),
            "--k",
            "6",
            "--dedicated",
            "学校=u9,u10",
            "--out",
            p,
            "--format",
            "json",
        ],
    );
    let (made, of) = cut("repartition", dir.path(), &[p, "--dedicated", "市场=u40,u41"]);
    assert_eq!(made["cells"], 6);
    assert_eq!(of_cell(&of, "007"), ["u10", "u9"].into(), "the school is what it was");
    assert_eq!(of_cell(&of, "008"), ["u40", "u41"].into());
    assert_eq!(made["change"]["new"], json!(["008"]));
    let moved: BTreeSet<&str> =
        made["change"]["units"].as_array().unwrap().iter().map(|m| m["unit"].as_str().unwrap()).collect();
    assert!(moved.contains("u40") && moved.contains("u41") && !moved.contains("u9"));
    // One that ends gives its ground back, and its code is not given again.
    let (made, of) = cut("repartition", dir.path(), &[p, "--dedicated", "学校="]);
    assert_eq!((&made["dedicated"], &made["change"]["retired"]), (&json!([]), &json!(["007"])));
    assert!(of.values().all(|c| ["001", "002", "003", "004", "005", "006"].contains(&c.as_str())), "{of:?}");
}

#[test]
fn levels_nest_with_them_and_the_page_shows_them() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 8, 6);
    let (page, out) = (dir.path().join("r.html"), dir.path().join("p.gpkg"));
    let args = [
        "partition",
        text(&units),
        "--levels",
        "2:0.1,6:0.2",
        "--dedicated",
        "<学校>=u9,u10",
        "--report",
        text(&page),
        "--out",
        text(&out),
    ];
    let made = answer(0, &[&args[..], &["--format", "json"]].concat());
    assert!(
        made["levels"].as_array().unwrap().iter().all(|l| l["nested"] == true && l["noncontiguous"] == 0),
        "{made}"
    );
    assert_eq!(made["dedicated"][0]["cell"].as_str().map(|c| &c[..2]), Some("1-"), "in a cell above");
    assert_eq!(answer(0, &["verify", text(&out), "--format", "json"])["verified"], true);
    let html = std::fs::read_to_string(&page).unwrap();
    for part in [
        "<i class=\"own\"></i>",
        "<path class=\"c own\"",
        "<td class=\"r own\">–</td>",
        "&lt;学校&gt;",
        "专属网格",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html.matches("<path class=\"c own\"").count(), 1);
    // A page without any speaks of none.
    answer(0, &["partition", text(&units), "--k", "6", "--report", text(&page), "--format", "json"]);
    assert!(!std::fs::read_to_string(&page).unwrap().contains("专属"));
}

#[test]
fn what_cannot_be_is_said_in_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let units = field(dir.path(), 4, 4);
    let u = text(&units);
    let all: Vec<String> = (0..16).map(|i| format!("u{i}")).collect();
    let everything = format!("全部={}", all.join(","));
    let cases: [(&[&str], [&str; 2]); 7] = [
        (&["--dedicated", "校=u99"], ["no unit 'u99'", "没有单元"]),
        (&["--dedicated", "校=u1", "--dedicated", "园=u1,u2"], ["in '校' already", "已属于"]),
        (&["--dedicated", "校=u1", "--lock", "u1=北"], ["a rule puts its unit u1", "规则"]),
        (&["--dedicated", &everything], ["leaves no ground", "没有为基础网格"]),
        (&["--dedicated", "u1"], ["NAME=UNIT", "名称=单元"]),
        (&["--dedicated-from", "none"], ["", "列「none」"]),
        (&["--dedicated-from", "campus"], ["column 'campus'", "列「campus」"]),
    ];
    for (args, words) in cases.iter().filter(|c| !c.1[0].is_empty()) {
        let run = wangge(&[&["partition", u, "--k", "2"], *args].concat());
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{args:?}: {said}");
        assert!(words.iter().all(|w| said.contains(w)) && said.lines().count() == 1, "{args:?}: {said}");
    }
}
