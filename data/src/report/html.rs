//! A page that anybody can open: no GIS, no network.

use super::map::{Maps, class};
use super::page::{both, close, escape, open, put};
use crate::work::check::{Checked, Found};
use partition::check::rules::{RULES, Severity};
use std::collections::BTreeMap;

/// More findings than this are counted, not listed.
const LISTED: usize = 2_000;
/// Findings with a map of their own.
const DRAWN: usize = 300;

/// What a page says beside the findings.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The files that were checked, in the order of the subject's own.
    pub sources: &'a [String],
    /// Whether it opens in Chinese; the reader can change that.
    pub chinese: bool,
}

/// The findings as one HTML page: the verdict, a map whose numbers are those of the list, each finding with a sentence and
/// a close-up. It loads nothing and runs nothing.
#[must_use]
pub fn html(checked: &Checked, page: &Page<'_>) -> String {
    let listed = checked.findings.len().min(LISTED);
    let maps = Maps::new(checked);
    let mut out = String::new();
    let w = &mut out;
    open(w, page.chinese, ["网格核查报告", "Coverage report"]);
    heading(w, checked, page);
    if let Some(maps) = &maps {
        both(w, "h2", "地图", "Map");
        both(
            w,
            "p",
            "图上的编号与下面清单的编号相同,点击编号可跳到该处。+3 表示此处另有 3 处。",
            "The numbers are those of the list below; click one to go there. +3 means three more in the same spot.",
        );
        put(w, &format!("<div class=\"map\">{}</div>", maps.overview(listed)));
        legend(w);
    }
    if listed > 0 {
        both(w, "h2", "清单", "List");
    }
    for (i, f) in checked.findings[..listed].iter().enumerate() {
        finding(w, checked, i, f, maps.as_ref().filter(|_| i < DRAWN));
    }
    let more = checked.findings.len() - listed;
    if more > 0 {
        both(
            w,
            "p",
            &format!("另有 {more} 处未列出;全部见 --format json。"),
            &format!("{more} more are not listed; --format json has all."),
        );
    }
    let tested = RULES.iter().filter(|r| r.checked).count();
    let t = checked.thresholds;
    let (area, width) = (t.min_area_m2, t.sliver_width_m);
    both(
        w,
        "footer",
        &format!(
            "面积小于 {area} m² 或平均宽度小于 {width} m 的空白、重叠按警告计,仍全部列出。面积为椭球面积。规则共 {} 条,其中 {tested} 条可由程序核查;不能核查的不等于合格。",
            RULES.len()
        ),
        &format!(
            "Gaps and overlaps below {area} m² or narrower than {width} m on average count as warnings, and are listed all the same. Areas are ellipsoidal. Of {} rules {tested} are tested by program; what is not tested is not thereby right.",
            RULES.len()
        ),
    );
    close(w);
    out
}

fn heading(w: &mut String, checked: &Checked, page: &Page<'_>) {
    let polygons = checked.subject.regions.len();
    both(w, "h1", "网格核查报告", "Coverage report");
    let (class, zh, en) = if checked.valid() {
        ("ok", "合格:无空白、无重叠", "Valid: no gap, no overlap")
    } else {
        ("bad", "不合格:有空白、重叠或错误图形", "Not valid: there are gaps, overlaps or wrong shapes")
    };
    put(w, &format!("<div class=\"verdict {class}\">"));
    both(w, "strong", zh, en);
    put(w, "</div>");
    let (zh, en) = if checked.subject.boundary.is_some() {
        ("已与边界核对", "checked against a boundary")
    } else {
        (
            "未给出边界:只能发现被网格围住的空白",
            "no boundary was given: only gaps enclosed by cells can be found",
        )
    };
    both(w, "p", &format!("{polygons} 个图形,{zh}。"), &format!("{polygons} polygons, {en}."));
    put(w, &format!("<p class=\"files\">{}</p>", escape(&page.sources.join(", "))));
    let mut counts: BTreeMap<_, [usize; 4]> = BTreeMap::new();
    let mut areas: BTreeMap<_, f64> = BTreeMap::new();
    for f in &checked.findings {
        let column = match (f.finding.accepted, f.finding.severity) {
            (Some(_), _) => 3,
            (None, Severity::Error) => 0,
            (None, Severity::Warning) => 1,
            (None, Severity::Info) => 2,
        };
        counts.entry(f.finding.rule).or_default()[column] += 1;
        *areas.entry(f.finding.rule).or_default() += f.area_m2;
    }
    if !counts.is_empty() {
        put(w, "<table><tr>");
        for (zh, en) in [
            ("规则", "Rule"),
            ("内容", "What"),
            ("错误", "Errors"),
            ("警告", "Warnings"),
            ("提示", "Notes"),
            ("合法空白", "Accepted"),
            ("面积 m²", "Area m²"),
        ] {
            both(w, "th", zh, en);
        }
        put(w, "</tr>");
        for (rule, n) in counts {
            let r = rule.rule();
            put(w, &format!("<tr><td>{}</td>", r.id));
            both(w, "td", r.zh, r.en);
            n.iter().for_each(|n| {
                put(
                    w,
                    &format!("<td class=\"r\">{}</td>", if *n == 0 { String::new() } else { n.to_string() }),
                )
            });
            put(w, &format!("<td class=\"r\">{:.2}</td></tr>", areas[&rule]));
        }
        put(w, "</table>");
    }
    let summary = checked.summary();
    let files = summary.get("files").and_then(serde_json::Value::as_array);
    if let Some(files) = files {
        put(w, "<table><tr>");
        for (zh, en) in [("文件", "File"), ("图形", "Polygons"), ("问题", "Findings")] {
            both(w, "th", zh, en);
        }
        put(w, "</tr>");
        for f in files {
            let counts = f["counts"].as_object().into_iter().flatten();
            let counts: Vec<String> = counts.map(|(rule, n)| format!("{rule} × {n}")).collect();
            let name = escape(f["file"].as_str().unwrap_or_default());
            put(
                w,
                &format!(
                    "<tr><td>{name}</td><td class=\"r\">{}</td><td>{}</td></tr>",
                    f["polygons"],
                    counts.join(", ")
                ),
            );
        }
        put(w, "</table>");
    }
}

fn legend(w: &mut String) {
    put(w, "<p class=\"legend\">");
    for (class, zh, en) in [
        ("E", "错误", "error"),
        ("W", "警告", "warning"),
        ("I", "提示", "note"),
        ("A", "合法空白", "accepted"),
    ] {
        put(w, &format!("<i class=\"{class}\"></i>"));
        both(w, "span", zh, en);
    }
    put(w, "</p>");
}

fn finding(w: &mut String, checked: &Checked, i: usize, f: &Found, maps: Option<&Maps<'_>>) {
    let g = &f.finding;
    let (number, class) = (i + 1, class(g));
    let (zh, en) = match class {
        "E" => ("错误", "error"),
        "W" => ("警告", "warning"),
        "A" => ("合法空白", "accepted"),
        _ => ("提示", "note"),
    };
    put(
        w,
        &format!(
            "<article id=\"f{number}\"><div class=\"words\"><h3><b class=\"{class}\">{number}</b> {} ",
            g.rule.id()
        ),
    );
    both(w, "span", zh, en);
    put(w, "</h3>");
    both(w, "p", &escape(&f.words.zh), &escape(&f.words.en));
    put(w, "<dl>");
    if !g.ground.parts.is_empty() {
        let side = |v: f64| if v >= 0.01 { format!("{v:.2}") } else { format!("{v:.6}") };
        fact(w, "面积", "area", &format!("{} m²", side(f.area_m2)));
        fact(w, "平均宽", "mean width", &format!("{} m", side(g.width_um as f64 / 1e6)));
    }
    if let Some([x, y]) = f.at(&checked.subject) {
        let (zh, en) =
            if checked.subject.frame.is_planar() { ("坐标", "place") } else { ("经纬度", "lon, lat") };
        fact(w, zh, en, &format!("{x:.7}, {y:.7}"));
    }
    put(w, "</dl></div>");
    if let Some(maps) = maps.filter(|_| f.at(&checked.subject).is_some()) {
        put(w, &maps.close_up(g, escape));
    }
    put(w, "</article>");
}

fn fact(w: &mut String, zh: &str, en: &str, value: &str) {
    both(w, "dt", zh, en);
    put(w, &format!("<dd>{value}</dd>"));
}
