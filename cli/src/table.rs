//! The table of a plan, for people: headings in two languages, columns that line up.

use crate::print_line;
use data::store::model::{Cell, CellKind, Project};
use data::work::plan::Made;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// Headings of criteria that the product itself counts; others are called as in their file.
const HEADINGS: [(&str, [&str; 2]); 3] = [
    ("households", ["户数", "households"]),
    ("businesses", ["商户", "businesses"]),
    ("visits_month", ["巡查次/月", "visits/month"]),
];

/// Cells outside a limit whose proofs are told; `--format json` has all.
const EXPLAINED: usize = 10;

/// Prints cells, giants, parents without a plan, and the figures of the whole.
pub(crate) fn table(project: &Project, made: &Made, out: &Value) {
    columns(&rows(project, &made.plan.cells)).iter().for_each(|l| print_line(l));
    for c in project.units.criteria.iter().filter(|c| c.estimate.is_some()) {
        let [zh, en] = heading(&c.name);
        print_line(&format!("* {zh} {en} 估算: {}", c.estimate.as_deref().unwrap_or_default()));
    }
    for g in &made.solution.giants {
        let unit = &project.units.ids[g.unit as usize];
        print_line(&format!("超大单元 unit {unit} alone weighs {}: a cell of its own", g.load));
    }
    for v in out["infeasible"].as_array().into_iter().flatten() {
        let how = if v["proved"] == true {
            "cannot be cut into cells in range (proved)"
        } else {
            "not found, not disproved"
        };
        let which = v["parent"].as_str().map_or("the whole".into(), |p| format!("parent {p}"));
        print_line(&format!("{which}: {how}"));
        if let (Some(zh), Some(en)) = (v["zh"].as_str(), v["en"].as_str()) {
            print_line(&format!("    {zh}\n    {en}"));
        }
    }
    for s in out["severed"].as_array().into_iter().flatten() {
        let text = |k: &str| s[k].as_str().unwrap_or_default();
        print_line(&format!("{}\n    {}", text("zh"), text("en")));
    }
    beside(out);
    let dedicated = out["dedicated"].as_array().map_or(0, Vec::len);
    if dedicated > 0 {
        print_line(&format!("专属网格 dedicated cells {dedicated}, 不计入均衡 not part of the balance"));
    }
    whole(out);
}

/// Prints how equal the cells are, of each parent and of all, and how equal they could be.
pub(crate) fn whole(out: &Value) {
    match out["bounds"].as_array().map_or(&[][..], Vec::as_slice) {
        [one] => print_line(&bound(one, "")),
        parents => {
            for b in parents {
                print_line(&bound(b, &format!("上级 parent {}: ", b["parent"].as_str().unwrap_or("–"))));
            }
            print_line(&bound(out, ""));
        }
    }
}

/// How equal cells are, and could be at best.
fn bound(b: &Value, of: &str) -> String {
    let percent = |key: &str| 100.0 * b[key].as_f64().unwrap_or_default();
    let least = if b["least"] == true { " (已是最小 nothing is more equal)" } else { "" };
    format!(
        "{of}网格 cells {}, 最大偏差 max deviation {:.1} %, 下界 lower bound {:.1} %{least}",
        b["cells"],
        percent("max_deviation"),
        percent("lower_bound_max_deviation")
    )
}

/// Prints the further criteria, what changes hands, and pairs, where there are any.
pub(crate) fn beside(out: &Value) {
    let list = |v: &Value| v.as_array().map(Vec::len).unwrap_or_default();
    let text = |v: &Value| {
        let words: Vec<&str> = v.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        words.join(" ")
    };
    for c in out["criteria"].as_array().into_iter().flatten() {
        let [zh, en] = heading(c["name"].as_str().unwrap_or_default());
        let share = |k: &str| 100.0 * c[k].as_f64().unwrap_or_default();
        print_line(&format!(
            "{zh} {en}: 最大偏差 max deviation {:.1} %, 下界 lower bound {:.1} %, 超限 outside its limit {} {}",
            share("max_deviation"),
            share("lower_bound_max_deviation"),
            list(&c["outside"]),
            text(&c["outside"]),
        ));
    }
    for (i, l) in (1..).zip(out["levels"].as_array().into_iter().flatten()) {
        print_line(&format!(
            "第{i}级 level {i}: 网格 cells {}, 最大偏差 max deviation {:.1} %, 紧凑度 compactness {:.2}",
            l["cells"],
            100.0 * l["max_deviation"].as_f64().unwrap_or_default(),
            l["mean_polsby_popper"].as_f64().unwrap_or_default()
        ));
    }
    let unmet = out["unmet"].as_array().map_or(&[][..], Vec::as_slice);
    if !unmet.is_empty() {
        let proved = unmet.iter().filter(|u| !u["certificate"].is_null()).count();
        print_line(&format!(
            "超限网格 cells outside a limit {}, 已证明无法满足 proved that it cannot be met {proved}",
            unmet.len()
        ));
    }
    for u in unmet.iter().filter(|u| !u["certificate"].is_null()).take(EXPLAINED) {
        let proof = &out["certificates"][u["certificate"].as_u64().unwrap_or_default() as usize];
        let text = |k: &str| proof[k].as_str().unwrap_or_default();
        print_line(&format!(
            "    {}: {}\n    {}",
            u["cell"].as_str().unwrap_or_default(),
            text("zh"),
            text("en")
        ));
    }
    if !out["change"].is_null() {
        let change = &out["change"];
        print_line(&format!(
            "变动 units that change hands {}, {}; 编码 codes kept {}, new {}, retired {}",
            list(&change["units"]),
            change["loads"],
            change["kept"],
            list(&change["new"]),
            list(&change["retired"])
        ));
        let handover = &change["handover"];
        print_line(&format!(
            "网格长变动 another grid leader for units {}, {}, objects {}",
            handover["units"], handover["loads"], handover["objects"]
        ));
    } else if let Some(units) = out["moved_units"].as_u64() {
        print_line(&format!("变动 units that change hands {units}, load {}", out["moved_load"]));
    }
    for group in out["pairs"]["groups"].as_array().into_iter().flatten() {
        print_line(&format!("AB岗 {}", text(group)));
    }
    for alone in out["pairs"]["alone"].as_array().into_iter().flatten() {
        print_line(&format!(
            "AB岗 无法配对 nobody beside it is free to stand in: {}",
            alone.as_str().unwrap_or_default()
        ));
    }
}

fn heading(criterion: &str) -> [&str; 2] {
    HEADINGS.iter().find(|h| h.0 == criterion).map_or(["", criterion], |h| h.1)
}

/// Two rows of headings, then one for each cell.
fn rows(project: &Project, cells: &[Cell]) -> Vec<Vec<String>> {
    let criteria = &project.units.criteria;
    let head = |language: usize| {
        let loads = criteria.iter().map(|c| {
            let name = heading(&c.name)[language];
            if c.estimate.is_some() && language == 1 { format!("{name}*") } else { name.to_owned() }
        });
        let before = [["网格", "cell"], ["单元", "units"]].map(|h| h[language].to_owned());
        let after = [["偏差", "deviation"], ["紧凑度", "compactness"]].map(|h| h[language].to_owned());
        before.into_iter().chain(loads).chain(after).collect()
    };
    let mut rows: Vec<Vec<String>> = vec![head(0), head(1)];
    for cell in cells {
        let number = |k: &str| cell.figures.get(k).and_then(Value::as_f64).unwrap_or_default();
        let mut row = vec![cell.code.clone(), format!("{}", number("units"))];
        for c in criteria {
            let digits = usize::from(c.scale != 1);
            row.push(format!("{:.digits$}", number(&c.name)));
        }
        row.push(match cell.kind {
            CellKind::Base => format!("{:+.1} %", 100.0 * number("deviation")),
            CellKind::Dedicated => "专属".into(),
        });
        row.push(format!("{:.2}", number("polsby_popper")));
        rows.push(row);
    }
    rows
}

/// Lines whose columns line up on the right, where a Chinese character is two places wide.
fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..count)
        .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|t| t.width()).max().unwrap_or_default())
        .collect();
    let padded =
        |text: &String, width: usize| format!("{}{text}", " ".repeat(width - text.width().min(width)));
    rows.iter()
        .map(|r| r.iter().zip(&widths).map(|(t, &w)| padded(t, w)).collect::<Vec<_>>().join("  "))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_columns_line_up() {
        let row = |t: [&str; 3]| t.map(String::from).to_vec();
        let lines = columns(&[row(["网格", "户数", "偏差"]), row(["1", "households", "+0.5 %"])]);
        assert_eq!(lines, ["网格        户数    偏差", "   1  households  +0.5 %"]);
        assert!(lines.iter().all(|l| l.width() == lines[0].width()));
    }
}
