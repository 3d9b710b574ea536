//! `wangge check`: gaps, overlaps and wrong rings.

use crate::args::{Check, FailOn, Format, Lang};
use crate::progress::Line;
use crate::{End, Outcome, input, print_json, print_line, usage};
use data::report::{self, Page};
use data::work::check::{Beside, Checked, Subject, Wanted};
use partition::check::Thresholds;
use partition::check::rules::Severity;
use serde_json::{Value, json};
use std::path::Path;

/// Findings that a person reads before turning to `--format json`.
const LISTED: usize = 50;

fn subject(a: &Check) -> Result<Subject, Box<dyn std::error::Error>> {
    let beside = |file: &Option<String>| file.as_ref().map(|f| a.reading.read_beside(f)).transpose();
    let (boundary, parents, accepted) = (beside(&a.boundary)?, beside(&a.parent)?, beside(&a.accepted)?);
    let objects = a.objects.as_ref().map(|o| a.reading.read_objects(o)).transpose()?;
    let mut wanted: Vec<Wanted> = a.sum.iter().cloned().map(Wanted::Sum).collect();
    for text in &a.size {
        let (column, lo, hi) = input::range(text)?;
        wanted.push(Wanted::Size(column, lo, hi));
    }
    wanted.extend(a.load.iter().cloned().map(|column| Wanted::Load(column, a.tolerance)));
    let beside = Beside {
        boundary: boundary.as_ref(),
        parents: parents.as_ref(),
        objects: objects.as_ref(),
        object_cell: a.object_cell.as_deref(),
        accepted: accepted.as_ref(),
        wanted: &wanted,
    };
    if let [one] = &a.input[..]
        && let Some(project) = input::project(one)?
    {
        return Ok(Subject::of_project(project, &beside)?);
    }
    let cells = a.input.iter().map(|file| a.reading.read(file)).collect::<Result<Vec<_>, _>>()?;
    let frame = a.reading.frame_or(|| beside.frame(&cells))?;
    Ok(Subject::of_files(&cells, a.by_file, &beside, frame)?)
}

fn thresholds(a: &Check) -> Result<Thresholds, String> {
    let t = Thresholds {
        min_area_m2: a.min_area,
        sliver_width_m: a.sliver_width,
        min_compactness: a.min_compactness,
    };
    let all = [t.min_area_m2, t.sliver_width_m, t.min_compactness, a.tolerance];
    let usable = all.iter().all(|v| v.is_finite() && *v >= 0.0);
    usable.then_some(t).ok_or_else(|| "thresholds are numbers, 0 or more".to_owned())
}

pub(crate) fn run(a: &Check) -> Outcome {
    let thresholds = thresholds(a)?;
    let line = Line::new();
    line.step("reading");
    let subject = subject(a)?;
    let before = usage::cpu_s();
    let checked = subject.check(&thresholds, &line);
    line.done();
    let checked = checked?;
    let mut summary = Value::Object(checked.summary());
    summary["check_cpu_s"] = json!(before.zip(usage::cpu_s()).map(|(b, e)| e - b));
    summary["guard_cpu_s"] = json!(line.cpu_s_of("guard"));
    summary["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    let chinese = a.lang.map_or_else(speaks_chinese, |l| l == Lang::Zh);
    let page = Page { sources: &a.input, chinese };
    match a.reading.format {
        Format::Text => print_text(&checked, chinese),
        Format::Json => {
            summary["findings"] = checked.rows().map(Value::Object).collect();
            print_json(&summary);
        }
        Format::Ndjson => {
            checked.rows().for_each(|row| print_json(&Value::Object(row)));
            print_json(&summary);
        }
        Format::Geojson => checked.write_geojson(&mut std::io::stdout().lock(), Path::new("stdout"))?,
        Format::Sarif => print_json(&report::sarif(&checked, page.sources)),
        Format::Html => print_line(&report::html(&checked, &page)),
    }
    if let Some(out) = &a.out {
        report::write_findings(out, &checked, &page)?;
    }
    let at_least = match a.fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Info => Severity::Info,
    };
    Ok(if checked.any(at_least) { End::Findings } else { End::Clean })
}

fn print_text(checked: &Checked, chinese: bool) {
    let n = checked.subject.regions.len();
    let (listed, left) = checked.findings.split_at(checked.findings.len().min(LISTED));
    for f in listed {
        let words = if chinese { &f.words.zh } else { &f.words.en };
        let weight = if f.finding.accepted.is_some() { "✓" } else { f.finding.severity.letter() };
        print_line(&format!("{weight} {} {words}", f.finding.rule.id()));
    }
    match (left.len(), chinese) {
        (0, _) => {}
        (more, true) => print_line(&format!("…… 另有 {more} 处;全部见 --format json 或 --out F.html")),
        (more, false) => print_line(&format!("… and {more} more; --format json and --out F.html list all")),
    }
    for file in checked.summary().get("files").and_then(Value::as_array).into_iter().flatten() {
        let counts = file["counts"].as_object().into_iter().flatten();
        let counts: Vec<String> = counts.map(|(rule, n)| format!("{rule} {n}")).collect();
        let name = file["file"].as_str().unwrap_or_default();
        print_line(&format!("{name}: {} {}", file["polygons"], counts.join(", ")));
    }
    print_line(&match (checked.valid(), chinese) {
        (true, true) => format!("{n} 个图形:无空白、无重叠"),
        (false, true) => format!("{n} 个图形:不合格,有空白、重叠或错误图形"),
        (true, false) => format!("{n} polygons, valid: no gap, no overlap"),
        (false, false) => format!("{n} polygons, not a valid coverage"),
    });
}

pub(crate) fn speaks_chinese() -> bool {
    let set = |name| std::env::var(name).ok().filter(|v| !v.is_empty());
    set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).is_some_and(|l| l.starts_with("zh"))
}
