//! A page about a plan that was made: no GIS, no network.

use super::ReportError;
use super::page::{both, close, escape, headings, open, put};
use super::plan_map::{Drawn, histogram, map, overlay, shade};
use crate::frame::Frame;
use crate::store::model::{Cell, CellKind, Criterion, Project};
use crate::work::plan::{InForce, Made};
use crate::write::{AtomicFile, WriteError};
use partition::frame::Region;
use partition::measure::fair_share;
use partition::plan::dissolve;
use partition::solve::ParentBound;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// More cells than this are counted, not listed.
const LISTED: usize = 5_000;

/// What a page about a plan speaks of.
#[derive(Clone, Copy, Debug)]
pub struct PlanPage<'a> {
    /// The ground.
    pub project: &'a Project,
    /// Its frame.
    pub frame: &'a Frame,
    /// The plan.
    pub made: &'a Made,
    /// The criterion that was balanced first.
    pub balance: &'a str,
    /// What each cell should have of it, in whole units, where that was asked for.
    pub range: Option<[f64; 2]>,
    /// What `wangge partition --format json` answers: proofs in words are taken from it.
    pub answer: &'a Value,
    /// The plan that was in force, when little of it was to change.
    pub before: Option<&'a InForce>,
    /// Whether it opens in Chinese; the reader can change that.
    pub chinese: bool,
}

/// Writes [`plan_html`] into a new file.
///
/// # Errors
/// [`ReportError`]; the old file is untouched then.
pub fn write_plan(path: &Path, page: &PlanPage<'_>) -> Result<(), ReportError> {
    let mut file = AtomicFile::create(path)?;
    let text = plan_html(page);
    file.write_all(text.as_bytes()).map_err(|source| WriteError::Io { path: path.to_owned(), source })?;
    Ok(file.commit()?)
}

/// The plan as one HTML page: what was reached and what cannot be, a map by deviation, a histogram, tables of levels, parents
/// and cells, proofs in sentences, and what changes. It loads nothing and runs nothing.
#[must_use]
pub fn plan_html(page: &PlanPage<'_>) -> String {
    let mut out = String::new();
    let w = &mut out;
    open(w, page.chinese, ["网格划分报告", "Report of a partition"]);
    heading(w, page);
    if let Some(before) = page.before {
        change(w, page, before);
    }
    both(w, "h2", "地图", "Map");
    legend(w, base(page).count() < page.made.plan.cells.len());
    put(w, &format!("<div class=\"map\">{}</div>", cells_map(page)));
    both(w, "h2", "负荷分布", "Loads");
    let loads: Vec<f64> = base(page).map(|c| number(c, page.balance)).collect();
    let mean = loads.iter().sum::<f64>() / loads.len().max(1) as f64;
    both(
        w,
        "p",
        &format!("每格 {} 的个数分布;竖线为平均值 {mean:.0}。", escape(page.balance)),
        &format!("How many cells have how many {}; the line is the mean, {mean:.0}.", escape(page.balance)),
    );
    put(w, &format!("<div class=\"map\">{}</div>", histogram(&loads, mean, page.range)));
    levels(w, page);
    parents(w, page);
    proofs(w, page);
    cells(w, page);
    both(
        w,
        "footer",
        "偏差以全部网格的平均值为基准,内部下界以该上级自己的平均值为基准;紧凑度为 4π·面积/周长²,圆为 1。下界:任何方案的最大偏差都不会更小。面积为椭球面积。",
        "Deviations are from the mean of all cells, bounds inside a parent from its own; compactness is 4π·area/perimeter², 1 for a disc. Lower bound: no plan has a smaller worst deviation. Areas are ellipsoidal.",
    );
    close(w);
    out
}

/// The cells that share the work.
fn base<'a>(page: &PlanPage<'a>) -> impl Iterator<Item = &'a Cell> {
    page.made.plan.cells.iter().filter(|c| c.kind == CellKind::Base)
}

fn number(cell: &Cell, name: &str) -> f64 {
    cell.figures.get(name).and_then(Value::as_f64).unwrap_or_default()
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn signed(share: f64) -> String {
    format!("{:+.1} %", 100.0 * share)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn heading(w: &mut String, page: &PlanPage<'_>) {
    both(w, "h1", "网格划分报告", "Report of a partition");
    put(w, &format!("<p class=\"files\">{}", escape(&page.project.name)));
    for input in &page.made.plan.inputs {
        put(w, &format!(" · {}", escape(input.path.rsplit(['/', '\\']).next().unwrap_or_default())));
    }
    put(w, "</p>");
    let (unmet, infeasible) = (list(page.answer, "unmet"), list(page.answer, "infeasible"));
    let proved = unmet.iter().filter(|u| !u["certificate"].is_null()).count();
    let (class, zh, en) = match (unmet.len(), infeasible.len()) {
        (0, 0) => (
            "ok",
            "各网格连片、不重不漏,且都在要求之内".to_owned(),
            "Cells are connected, without gap or overlap, and all within what was asked".to_owned(),
        ),
        (cells, parents) => (
            "bad",
            format!(
                "各网格连片、不重不漏;{cells} 个超出要求,其中 {proved} 个已证明无法满足{}",
                if parents > 0 { format!(";{parents} 个上级无法全部达标") } else { String::new() }
            ),
            format!(
                "Cells are connected, without gap or overlap; {cells} are outside what was asked, of which {proved} are proved impossible{}",
                if parents > 0 {
                    format!("; {parents} parents cannot be met as a whole")
                } else {
                    String::new()
                }
            ),
        ),
    };
    put(w, &format!("<div class=\"verdict {class}\">"));
    both(w, "strong", &zh, &en);
    put(w, "</div><div class=\"facts\">");
    let f = &page.made.figures;
    // Without parents the search knows more of the whole than arithmetic does.
    let whole = match &page.made.solution.bounds[..] {
        [one] if one.parent.is_none() => bound(one),
        _ => percent(f.lower_bound_max_deviation),
    };
    for (zh, en, value) in [
        ("网格", "cells", f.cells.to_string()),
        ("单元", "units", f.units.to_string()),
        ("最大偏差", "max deviation", percent(f.max_deviation)),
        ("偏差下界", "lower bound", whole),
        ("±5 % 以内", "within 5 %", percent(f.within_5pct)),
        ("±25 % 以内", "within 25 %", percent(f.within_25pct)),
        ("平均紧凑度", "mean compactness", format!("{:.2}", f.mean_polsby_popper)),
        ("超大单元", "giants", f.giants.to_string()),
    ] {
        put(w, &format!("<div><b>{value}</b>"));
        both(w, "span", zh, en);
        put(w, "</div>");
    }
    let dedicated = page.made.plan.cells.len() - base(page).count();
    if dedicated > 0 {
        put(w, &format!("<div><b>{dedicated}</b>"));
        both(w, "span", "专属网格", "dedicated");
        put(w, "</div>");
    }
    put(w, "</div>");
    for s in list(page.answer, "severed") {
        let text = |k: &str| escape(s[k].as_str().unwrap_or_default());
        both(w, "p", &text("zh"), &text("en"));
    }
}

fn legend(w: &mut String, dedicated: bool) {
    put(w, "<p class=\"legend\">");
    for (class, zh, en) in [
        ("d0", "低于 −20 %", "below −20 %"),
        ("d1", "−20 % 至 −5 %", "−20 % to −5 %"),
        ("d2", "±5 % 以内", "within 5 %"),
        ("d3", "5 % 至 20 %", "5 % to 20 %"),
        ("d4", "高于 20 %", "above 20 %"),
        ("own", "专属网格,不计入均衡", "dedicated, no part of the balance"),
    ]
    .into_iter()
    .filter(|l| l.0 != "own" || dedicated)
    {
        put(w, &format!("<i class=\"{class}\"></i>"));
        both(w, "span", zh, en);
    }
    put(w, "</p>");
}

fn cells_map(page: &PlanPage<'_>) -> String {
    let drawn: Vec<Drawn<'_>> = page
        .made
        .plan
        .cells
        .iter()
        .map(|c| {
            let deviation = number(c, "deviation");
            let (class, note) = match c.kind {
                CellKind::Base => (shade(deviation), signed(deviation)),
                CellKind::Dedicated => ("own", "专属 dedicated".to_owned()),
            };
            let title = format!("{} {}: {}, {note}", c.code, c.name, number(c, page.balance));
            Drawn { region: &c.region, code: &c.code, class, title }
        })
        .collect();
    let parents = parent_grounds(page);
    let above: Vec<&Region> = match page.made.levels.split_last() {
        Some((_, coarse)) => coarse.iter().flat_map(|l| &l.regions).collect(),
        None => parents.iter().collect(),
    };
    let above = above.into_iter().chain([&page.project.boundary.region]).collect::<Vec<_>>();
    map(page.frame, &drawn, &above, "按偏差着色的网格 cells by deviation")
}

/// The ground of each parent, from its units.
fn parent_grounds(page: &PlanPage<'_>) -> Vec<Region> {
    let units = &page.project.units;
    units.parents_of().map(|of| dissolve(&units.regions, of, units.parent_names.len())).unwrap_or_default()
}

fn levels(w: &mut String, page: &PlanPage<'_>) {
    if page.made.levels.is_empty() {
        return;
    }
    both(w, "h2", "分级", "Levels");
    table(
        w,
        &[
            ["级", "level"],
            ["网格", "cells"],
            ["容差", "tolerance"],
            ["最大偏差", "max deviation"],
            ["紧凑度", "compactness"],
        ],
    );
    for (i, l) in (1..).zip(&page.made.levels) {
        let tolerance = l.tolerance.map_or_else(String::new, percent);
        put(
            w,
            &format!(
                "<tr><td class=\"r\">{i}</td><td class=\"r\">{}</td><td class=\"r\">{tolerance}</td><td class=\"r\">{}</td><td class=\"r\">{:.2}</td></tr>",
                l.figures.cells,
                percent(l.figures.max_deviation),
                l.figures.mean_polsby_popper
            ),
        );
    }
    put(w, "</table>");
}

fn table(w: &mut String, names: &[[&str; 2]]) {
    let names: Vec<[String; 2]> = names.iter().map(|n| n.map(str::to_owned)).collect();
    headings(w, &names);
}

fn parents(w: &mut String, page: &PlanPage<'_>) {
    let mut of: BTreeMap<u32, Vec<&Cell>> = BTreeMap::new();
    for cell in base(page) {
        if let Some(parent) = cell.parent {
            of.entry(parent).or_default().push(cell);
        }
    }
    if of.is_empty() {
        return;
    }
    both(w, "h2", "上级", "Parents");
    table(
        w,
        &[
            ["上级", "parent"],
            ["网格", "cells"],
            ["合计", "total"],
            ["每格平均", "mean"],
            ["最小偏差", "least"],
            ["最大偏差", "greatest"],
            ["内部下界", "bound inside"],
            ["超大单元", "giants"],
            ["紧凑度", "compactness"],
            ["说明", "note"],
        ],
    );
    let names = match page.project.units.parents.is_empty() {
        true => page.made.parents().map(|p| p.0).unwrap_or_default(),
        false => &page.project.units.parent_names,
    };
    // What the units of each parent allow around its own mean.
    let mut loads: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    let column = page.project.units.criteria.iter().find(|c| c.name == page.balance);
    for (&l, &w) in page.made.plan.labels.iter().zip(column.into_iter().flat_map(|c| &c.loads)) {
        let cell = page.made.plan.cells.get(l as usize).filter(|c| c.kind == CellKind::Base);
        if let Some(parent) = cell.and_then(|c| c.parent) {
            loads.entry(parent).or_default().push(w);
        }
    }
    for (parent, cells) in of {
        let inside = fair_share(&loads.remove(&parent).unwrap_or_default(), cells.len());
        // Levels have bounds in the cells above, which need not be the parents of the project.
        let known = page.made.levels.is_empty() || page.project.units.parents.is_empty();
        let least = page.made.solution.bounds.iter().find(|b| known && b.parent == Some(parent));
        let name = names.get(parent as usize).map(String::as_str).unwrap_or_default();
        let total: f64 = cells.iter().map(|c| number(c, page.balance)).sum();
        let n = cells.len() as f64;
        let deviations = || cells.iter().map(|c| number(c, "deviation"));
        let shape = cells.iter().map(|c| number(c, "polsby_popper")).sum::<f64>() / n;
        put(
            w,
            &format!(
                "<tr><td>{}</td><td class=\"r\">{}</td><td class=\"r\">{total:.0}</td><td class=\"r\">{:.0}</td><td class=\"r\">{}</td><td class=\"r\">{}</td><td class=\"r\">{}</td><td class=\"r\">{}</td><td class=\"r\">{shape:.2}</td><td>",
                escape(name),
                cells.len(),
                total / n,
                signed(deviations().fold(f64::INFINITY, f64::min)),
                signed(deviations().fold(f64::NEG_INFINITY, f64::max)),
                least.map_or_else(|| percent(inside.lower_bound_max_deviation), bound),
                inside.giants.len()
            ),
        );
        if let Some(v) = list(page.answer, "infeasible").iter().find(|v| v["parent"] == name) {
            verdict(w, v);
        }
        put(w, "</td></tr>");
    }
    put(w, "</table>");
}

/// A lower bound, marked where nothing is more equal.
fn bound(b: &ParentBound) -> String {
    let least = if b.is_least() { " ✓" } else { "" };
    format!("{}{least}", percent(b.lower_bound_max_deviation))
}

/// Why a parent has no plan inside the range, and what would help.
fn verdict(w: &mut String, v: &Value) {
    match (v["zh"].as_str(), v["en"].as_str()) {
        (Some(zh), Some(en)) => both(w, "span", &escape(zh), &escape(en)),
        _ => both(w, "span", "未找到方案,也未证明不可能", "not found, not disproved"),
    }
}

fn proofs(w: &mut String, page: &PlanPage<'_>) {
    let whole = list(page.answer, "infeasible").iter().filter(|v| v["parent"].is_null());
    let all = list(page.answer, "certificates");
    if all.is_empty() && whole.clone().next().is_none() {
        return;
    }
    both(w, "h2", "已证明做不到的", "What is proved impossible");
    both(w, "p", "每一条都可用 wangge verify 复核。", "Each can be confirmed with wangge verify.");
    for v in whole {
        put(w, "<p>");
        verdict(w, v);
        put(w, "</p>");
    }
    put(w, "<ol start=\"0\">");
    for c in all.iter().take(LISTED) {
        put(w, "<li>");
        let text = |k: &str| escape(c[k].as_str().unwrap_or_default());
        both(w, "span", &text("zh"), &text("en"));
        put(w, "</li>");
    }
    put(w, "</ol>");
}

fn cells(w: &mut String, page: &PlanPage<'_>) {
    let (plan, criteria) = (&page.made.plan, &page.project.units.criteria);
    both(w, "h2", "网格", "Cells");
    let mut names = vec![["编码", "code"], ["名称", "name"], ["单元", "units"]]
        .into_iter()
        .map(|n| n.map(str::to_owned))
        .collect::<Vec<_>>();
    names.extend(criteria.iter().map(|c| [escape(&c.name), escape(&c.name)]));
    names.extend(
        [["偏差", "deviation"], ["面积 km²", "area km²"], ["紧凑度", "compactness"], ["说明", "note"]]
            .map(|n| n.map(str::to_owned)),
    );
    headings(w, &names);
    let unmet: BTreeMap<&str, &Value> =
        list(page.answer, "unmet").iter().filter_map(|u| Some((u["cell"].as_str()?, u))).collect();
    for cell in plan.cells.iter().take(LISTED) {
        let (deviation, dedicated) = (number(cell, "deviation"), cell.kind == CellKind::Dedicated);
        put(
            w,
            &format!(
                "<tr><td>{}</td><td>{}</td><td class=\"r\">{:.0}</td>",
                escape(&cell.code),
                escape(&cell.name),
                number(cell, "units")
            ),
        );
        for c in criteria {
            let digits = usize::from(c.scale != 1);
            put(w, &format!("<td class=\"r\">{:.digits$}</td>", number(cell, &c.name)));
        }
        put(
            w,
            &format!(
                "<td class=\"r {}\">{}</td><td class=\"r\">{:.3}</td><td class=\"r\">{:.2}</td><td>",
                if dedicated { "own" } else { shade(deviation) },
                if dedicated { "–".to_owned() } else { signed(deviation) },
                number(cell, "area_m2") / 1e6,
                number(cell, "polsby_popper")
            ),
        );
        if dedicated {
            both(w, "span", "专属网格,不计入均衡。", "Dedicated: no part of the balance.");
        }
        if cell.figures.get("giant") == Some(&Value::Bool(true)) {
            both(w, "span", "含超大单元。", "Holds a giant. ");
        }
        if let Some(u) = unmet.get(cell.code.as_str()) {
            match u["certificate"].as_u64() {
                Some(i) => both(
                    w,
                    "span",
                    &format!("超出要求,已证明:见 {i}。"),
                    &format!("Outside, proved: see {i}."),
                ),
                None => both(w, "span", "超出要求。", "Outside what was asked."),
            }
        }
        put(w, "</td></tr>");
    }
    put(w, "</table>");
    if let Some(more) = plan.cells.len().checked_sub(LISTED).filter(|m| *m > 0) {
        both(w, "p", &format!("另有 {more} 个未列出。"), &format!("{more} more are not listed."));
    }
}

/// From which cell to which, and who answered and answers.
fn handover(w: &mut String, page: &PlanPage<'_>) {
    let told = &page.answer["change"]["handover"];
    let pairs = list(told, "cells");
    if pairs.is_empty() {
        return;
    }
    both(w, "h3", "移交", "Handover");
    let criteria = &page.project.units.criteria;
    let figures = |of: &Value| -> Vec<String> {
        criteria.iter().map(|c| format!("{} {}", escape(&c.name), of["loads"][&c.name])).collect()
    };
    let (units, objects) = (&told["units"], &told["objects"]);
    let with_objects = told["objects_given"].as_u64() > Some(0);
    let (zh_objects, en_objects) = match with_objects {
        true => (format!(",对象 {objects} 个"), format!(", {objects} objects")),
        false => Default::default(),
    };
    both(
        w,
        "p",
        &format!("网格长变动涉及 {units} 个单元({}){zh_objects}。", figures(told).join("、")),
        &format!("Another grid leader for {units} units ({}){en_objects}.", figures(told).join(", ")),
    );
    let mut names = [
        ["原网格", "from"],
        ["新网格", "to"],
        ["原网格长", "leader before"],
        ["新网格长", "leader after"],
        ["单元", "units"],
    ]
    .map(|n| n.map(str::to_owned))
    .to_vec();
    names.extend(criteria.iter().map(|c| [escape(&c.name), escape(&c.name)]));
    if with_objects {
        names.push(["对象".to_owned(), "objects".to_owned()]);
    }
    headings(w, &names);
    for pair in pairs.iter().take(LISTED) {
        let text = |k: &str| escape(pair[k].as_str().unwrap_or("–"));
        let own = ["from", "to", "leader_from", "leader_to"].map(text);
        put(w, &format!("<tr><td>{}</td>", own.join("</td><td>")));
        put(w, &format!("<td class=\"r\">{}</td>", pair["units"]));
        for c in criteria {
            put(w, &format!("<td class=\"r\">{}</td>", pair["loads"][&c.name]));
        }
        if with_objects {
            put(w, &format!("<td class=\"r\">{}</td>", pair["objects"]));
        }
        put(w, "</tr>");
    }
    put(w, "</table>");
}

/// Before and after, side by side.
fn change(w: &mut String, page: &PlanPage<'_>, before: &InForce) {
    let Some(moved) = &page.made.solution.moved else { return };
    let units = &page.project.units;
    both(w, "h2", "变动", "Change");
    let column: Option<&Criterion> = units.criteria.iter().find(|c| c.name == page.balance);
    // Units that had no cell are in none of the old ones.
    let old: Vec<u32> = before.labels.iter().map(|l| l.unwrap_or(before.codes.len() as u32)).collect();
    let worst = |labels: &[u32], cells: usize, dedicated: &dyn Fn(u32) -> bool| {
        let mut sums = vec![0_i64; cells];
        for (&l, w) in labels.iter().zip(column.into_iter().flat_map(|c| &c.loads)) {
            if let Some(sum) = sums.get_mut(l as usize).filter(|_| !dedicated(l)) {
                *sum += w;
            }
        }
        sums.retain(|&w| w > 0);
        let mean = sums.iter().sum::<i64>() as f64 / sums.len().max(1) as f64;
        let off = || sums.iter().map(|&w| (w as f64 / mean.max(1e-9) - 1.0).abs());
        let beyond = off().filter(|&d| d > 0.05 + 1e-9).count();
        (sums.len(), off().fold(0.0, f64::max), beyond)
    };
    let new = &page.made.plan.labels;
    let all = &page.made.plan.cells;
    let (was, is) = (
        worst(&old, before.codes.len(), &|l| before.dedicated.contains(&l)),
        worst(new, all.len(), &|l| all.get(l as usize).is_some_and(|c| c.kind == CellKind::Dedicated)),
    );
    let name = escape(page.balance);
    let share = column.map_or(0.0, |c| moved.load as f64 / c.loads.iter().sum::<i64>().max(1) as f64);
    both(
        w,
        "p",
        &format!("{} 个单元换网格,占 {name} 的 {}。", moved.units.len(), percent(share)),
        &format!("{} units change hands, {} of {name}.", moved.units.len(), percent(share)),
    );
    table(w, &[["", ""], ["网格", "cells"], ["最大偏差", "max deviation"], ["超出 ±5 %", "beyond 5 %"]]);
    for (zh, en, (cells, worst, beyond)) in [("调整前", "before", was), ("调整后", "after", is)] {
        put(w, "<tr>");
        both(w, "td", zh, en);
        put(
            w,
            &format!(
                "<td class=\"r\">{cells}</td><td class=\"r\">{}</td><td class=\"r\">{beyond}</td></tr>",
                percent(worst)
            ),
        );
    }
    put(w, "</table>");
    handover(w, page);
    put(w, "<div class=\"pair\">");
    let regions = dissolve(&units.regions, &old, before.codes.len() + 1);
    let ground: Vec<&Region> = moved.units.iter().filter_map(|&u| units.regions.get(u as usize)).collect();
    let after: Vec<Region> = page.made.plan.cells.iter().map(|c| c.region.clone()).collect();
    for (zh, en, cells) in [("调整前", "before", &regions), ("调整后", "after", &after)] {
        put(w, "<figure class=\"map\">");
        put(w, &overlay(page.frame, cells, &ground, &format!("{zh} {en}")));
        both(
            w,
            "figcaption",
            &format!("{zh}(换手的单元着色)"),
            &format!("{en} (units that change hands in colour)"),
        );
        put(w, "</figure>");
    }
    put(w, "</div>");
}
