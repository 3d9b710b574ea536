//! SARIF 2.1.0 (OASIS): the form in which tools tell findings to systems that collect them.

use crate::work::check::Checked;
use partition::check::rules::{RULES, Severity};
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The findings as one run. A legal gap is a result with a suppression that holds its reason; places are properties `lon`
/// and `lat`, because SARIF knows lines of text only.
///
/// `sources` are the files that were checked, in the order of the subject's own files.
#[must_use]
pub fn sarif(checked: &Checked, sources: &[String]) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .filter(|r| r.checked)
        .map(|r| {
            json!({
                "id": r.id,
                "shortDescription": {"text": r.en},
                "fullDescription": {"text": format!("{} · {}", r.zh, r.en)},
                "help": {"text": r.basis},
                "defaultConfiguration": {"level": level(r.severity)},
            })
        })
        .collect();
    let index = |id: &str| RULES.iter().filter(|r| r.checked).position(|r| r.id == id);
    let names = checked.subject.files.as_ref().map(|f| &f.names[..]).unwrap_or_default();
    let uri = |row: &serde_json::Map<String, Value>| -> Vec<&String> {
        let Some(files) = row.get("files").and_then(Value::as_array) else {
            return sources.first().into_iter().collect();
        };
        let source = |file: &Value| names.iter().position(|n| file == n).and_then(|i| sources.get(i));
        files.iter().filter_map(source).collect()
    };
    let results: Vec<Value> = checked
        .rows()
        .zip(&checked.findings)
        .map(|(row, f)| {
            let cells: Vec<Value> = f
                .finding
                .holders
                .iter()
                .map(|&h| json!({"name": checked.subject.ids[h as usize], "kind": "cell"}))
                .collect();
            let mut locations: Vec<Value> = uri(&row)
                .into_iter()
                .map(|u| json!({"physicalLocation": {"artifactLocation": {"uri": escaped(u)}}}))
                .collect();
            if let (Some(first), false) = (locations.first_mut(), cells.is_empty()) {
                first["logicalLocations"] = json!(cells);
            }
            let id = f.finding.rule.id();
            let mut result = json!({
                "ruleId": id,
                "ruleIndex": index(id),
                "level": level(f.finding.severity),
                "message": {"text": f.words.en},
                "locations": locations,
                "properties": {
                    "lon": row["at"][0], "lat": row["at"][1], "area_m2": row["area_m2"],
                    "width_m": row["width_m"], "ids": row["ids"], "zh": row["zh"],
                },
            });
            if let Some(a) = row.get("accepted") {
                let why = format!(
                    "{} ({})",
                    a["reason"].as_str().unwrap_or(""),
                    a["author"].as_str().unwrap_or("")
                );
                result["suppressions"] = json!([{"kind": "external", "justification": why}]);
            }
            result
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "wangge", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "artifacts": sources.iter().map(|s| json!({"location": {"uri": escaped(s)}})).collect::<Vec<_>>(),
            "results": results,
            "properties": checked.summary(),
        }],
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as URI reference (RFC 3986): what is neither unreserved nor a separator in percent form.
fn escaped(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let one = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    path.replace('\\', "/").bytes().map(one).collect()
}
