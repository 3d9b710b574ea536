//! `wangge check`: gaps, overlaps and wrong rings.

use crate::args::{Check, FailOn, Format, Lang};
use crate::progress::Line;
use crate::{End, Outcome, input, print_json, print_line, usage};
use data::work::check::{Checked, Subject};
use data::work::given::Layers;
use partition::check::Thresholds;
use partition::check::rules::Severity;
use serde_json::{Value, json};
use std::path::Path;

/// Findings that a person reads before turning to `--format json`.
const LISTED: usize = 50;

fn subject(a: &Check) -> Result<Subject, Box<dyn std::error::Error>> {
    if let Some(project) = input::project(&a.input)? {
        return Ok(Subject::of_project(project)?);
    }
    let cells = a.reading.read(&a.input)?;
    let boundary = a.boundary.as_ref().map(|b| a.reading.read(b)).transpose()?;
    let layers = Layers { units: &cells, parents: None, boundary: boundary.as_ref() };
    let frame = a.reading.frame(&layers)?;
    Ok(Subject::of_layers(&cells, boundary.as_ref(), frame)?)
}

pub(crate) fn run(a: &Check) -> Outcome {
    let line = Line::new();
    line.step("reading");
    let subject = subject(a)?;
    let before = usage::cpu_s();
    let checked = subject.check(&Thresholds::default(), &line);
    line.done();
    let checked = checked?;
    let mut summary = Value::Object(checked.summary());
    summary["check_cpu_s"] = json!(before.zip(usage::cpu_s()).map(|(b, e)| e - b));
    summary["guard_cpu_s"] = json!(line.cpu_s_of("guard"));
    summary["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    match a.reading.format {
        Format::Text => print_text(&checked, a.lang),
        Format::Json => {
            summary["findings"] = checked.rows().map(Value::Object).collect();
            print_json(&summary);
        }
        Format::Ndjson => {
            checked.rows().for_each(|row| print_json(&Value::Object(row)));
            print_json(&summary);
        }
        Format::Geojson => checked.write_geojson(&mut std::io::stdout().lock(), Path::new("stdout"))?,
    }
    let at_least = match a.fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Info => Severity::Info,
    };
    Ok(if checked.any(at_least) { End::Findings } else { End::Clean })
}

fn print_text(checked: &Checked, lang: Option<Lang>) {
    let chinese = lang.map_or_else(speaks_chinese, |l| l == Lang::Zh);
    let n = checked.subject.regions.len();
    let (listed, left) = checked.findings.split_at(checked.findings.len().min(LISTED));
    for f in listed {
        let words = if chinese { &f.words.zh } else { &f.words.en };
        print_line(&format!("{} {} {words}", f.finding.severity.letter(), f.finding.rule.id()));
    }
    match (left.len(), chinese) {
        (0, _) => {}
        (more, true) => print_line(&format!("…… 另有 {more} 处;全部见 --format json")),
        (more, false) => print_line(&format!("… and {more} more; --format json lists all")),
    }
    print_line(&match (checked.valid(), chinese) {
        (true, true) => format!("{n} 个图形:无空白、无重叠"),
        (false, true) => format!("{n} 个图形:不合格,有空白、重叠或错误图形"),
        (true, false) => format!("{n} polygons, valid: no gap, no overlap"),
        (false, false) => format!("{n} polygons, not a valid coverage"),
    });
}

fn speaks_chinese() -> bool {
    let set = |name| std::env::var(name).ok().filter(|v| !v.is_empty());
    set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).is_some_and(|l| l.starts_with("zh"))
}
