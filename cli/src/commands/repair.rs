//! `wangge repair`: one holder for each gap and overlap.

use crate::args::{Repair, Strategy as Named};
use crate::{End, Outcome, print_line, usage};
use data::carry::carry_layers;
use data::frame::Frame;
use data::read::FeatureSet;
use data::work::given::{Layers, outline};
use data::write::{OutFeature, Shape, write_geojson};
use partition::check::{Thresholds, coverage_findings, is_tiling_rule};
use partition::coverage::repair::{self, Action, Nested, Options, Plan, Reason, Step, Strategy};
use partition::coverage::{BadBoundary, Parents, analyse};
use partition::frame::{Region, RegionIndex, interior_point};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Steps that a person reads before turning to `--format json`.
const LISTED: usize = 50;

type Counts = BTreeMap<&'static str, usize>;

pub(crate) fn run(a: &Repair) -> Outcome {
    a.reading.no_map()?;
    let cells = a.reading.read(&a.input)?;
    let ids = cells.unique_ids()?;
    let boundary = a.boundary.as_ref().map(|b| a.reading.read(b)).transpose()?;
    let parents = a.parents.as_ref().map(|p| a.reading.read(p)).transpose()?;
    let layers = Layers { units: &cells, parents: None, boundary: boundary.as_ref() };
    let frame = a.reading.frame(&layers)?;
    let sets: Vec<_> = [Some(&cells), boundary.as_ref(), parents.as_ref()].into_iter().flatten().collect();
    let mut carried = carry_layers(&sets, &frame)?.into_iter().map(|c| c.regions);
    let regions = carried.next().unwrap_or_default();
    let boundary = match &boundary {
        Some(set) => Some(outline(set, carried.next().unwrap_or_default(), &frame)?),
        None => None,
    };
    let above = parents.and_then(|_| carried.next());
    let of_cell: Vec<Option<u32>> = above.as_ref().map_or_else(Vec::new, |above| {
        let index = RegionIndex::new(above);
        let middle = |r: &Region| r.parts.first().and_then(interior_point);
        regions.iter().map(|r| middle(r).and_then(|p| index.at(p))).collect()
    });
    let weights = weights(a, &cells, &ids)?;
    let ranks: Vec<u32> = weights.iter().map(|&w| u32::try_from(w).unwrap_or(u32::MAX)).collect();
    let options = Options {
        strategy: match a.strategy {
            Named::Longest => Strategy::LongestBorder,
            Named::Named => Strategy::Named(&ranks),
            Named::Workload => Strategy::Workload(&weights),
        },
        max_fill_m2: a.max_fill,
        nested: if a.inner_wins { Nested::InnerWins } else { Nested::Ask },
        parents: above.as_deref().map(|regions| Parents { regions, of_cell: &of_cell }),
    };
    let started = usage::cpu_s();
    let plan = repair::plan(&regions, boundary.as_ref(), &options)?;
    let repaired = plan.apply(&regions);
    let cpu = started.zip(usage::cpu_s()).map(|(b, e)| e - b);
    let before = counts(&regions, boundary.as_ref())?;
    let after = counts(&repaired, boundary.as_ref())?;
    if let Some(out) = &a.out {
        let rows = cells.features.iter().zip(&ids).zip(&repaired);
        let features = rows.map(|((f, id), region)| OutFeature {
            id: Some(id),
            properties: &f.properties,
            shape: Shape::Ground(region),
        });
        write_geojson(out, &frame, features)?;
    }
    let lost: Vec<&String> =
        ids.iter().zip(&repaired).filter(|(_, r)| r.twice_area_um2() <= 0).map(|(id, _)| id).collect();
    let report = Report { plan: &plan, ids: &ids, frame: &frame };
    let answer = json!({
        "steps": plan.steps.iter().map(|s| report.row(s)).collect::<Vec<_>>(),
        "applied": a.out.is_some(),
        "moved_area_m2": report.moved_m2(),
        "changed_ids": plan.changes().map(|(h, _)| &ids[h as usize]).collect::<Vec<_>>(),
        "lost_ids": lost,
        "before": before, "after": after,
        "repair_cpu_s": cpu, "peak_rss_bytes": usage::peak_rss_bytes(),
    });
    a.reading.answer(&answer, || report.print(a.out.is_none(), &before, &after));
    Ok(if after.is_empty() { End::Clean } else { End::Findings })
}

/// The whole numbers of the column `--by`.
fn weights(a: &Repair, cells: &FeatureSet, ids: &[String]) -> Result<Vec<i64>, Box<dyn std::error::Error>> {
    let column = match (a.strategy, &a.by) {
        (Named::Longest, _) => return Ok(Vec::new()),
        (_, Some(column)) => column,
        (_, None) => return Err("name the column with --by COLUMN".into()),
    };
    let whole = |v: &Value| v.as_f64().filter(|v| (0.0..=1e12).contains(v)).map(|v| v.round() as i64);
    let value = |(f, id): (&data::read::Feature, &String)| {
        f.properties
            .get(column)
            .and_then(whole)
            .ok_or_else(|| format!("{id}: '{column}' holds no number, 0 or more").into())
    };
    cells.features.iter().zip(ids).map(value).collect()
}

/// Findings that keep cells from tiling, by rule.
fn counts(regions: &[Region], boundary: Option<&Region>) -> Result<Counts, BadBoundary> {
    let analysis = analyse(regions, boundary)?;
    let mut counts = Counts::new();
    for f in coverage_findings(&analysis, regions, &Thresholds::default()) {
        if is_tiling_rule(f.rule) {
            *counts.entry(f.rule.id()).or_default() += 1;
        }
    }
    Ok(counts)
}

struct Report<'a> {
    plan: &'a Plan,
    ids: &'a [String],
    frame: &'a Frame,
}

impl Report<'_> {
    fn area_m2(&self, s: &Step) -> f64 {
        self.frame.area_m2(s.ground.twice_area_um2(), s.at)
    }

    fn moved_m2(&self) -> f64 {
        self.plan.steps.iter().filter(|s| s.action.is_applied()).map(|s| self.area_m2(s)).sum()
    }

    fn from(&self, s: &Step) -> Vec<&String> {
        s.from.iter().map(|&h| &self.ids[h as usize]).collect()
    }

    fn row(&self, s: &Step) -> Value {
        let mut row = Map::new();
        row.insert("action".into(), name(s.action).into());
        row.insert("applied".into(), s.action.is_applied().into());
        if let Action::Ask(reason) = s.action {
            row.insert("reason".into(), why(reason).0.into());
        }
        row.insert("from".into(), json!(self.from(s)));
        row.insert("to".into(), json!(s.action.receiver().map(|h| &self.ids[h as usize])));
        row.insert("area_m2".into(), self.area_m2(s).into());
        row.insert("at".into(), json!(self.frame.to_lonlat(s.at)));
        Value::Object(row)
    }

    fn print(&self, dry: bool, before: &Counts, after: &Counts) {
        for s in self.plan.steps.iter().take(LISTED) {
            let from: Vec<&str> = self.from(s).into_iter().map(String::as_str).collect();
            let mut text = format!("{} {:.3} m²", name(s.action), self.area_m2(s));
            if !from.is_empty() {
                text += &format!(" of {}", from.join(", "));
            }
            if let Some(to) = s.action.receiver() {
                text += &format!(" → {}", self.ids[to as usize]);
            }
            if let Action::Ask(reason) = s.action {
                text += &format!(": {}", why(reason).1);
            }
            print_line(&text);
        }
        if self.plan.steps.len() > LISTED {
            print_line(&format!("… and {} more; --format json lists all", self.plan.steps.len() - LISTED));
        }
        let figure = |c: &Counts| c.iter().map(|(r, n)| format!("{r} {n}")).collect::<Vec<_>>().join(", ");
        let or_none = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
        print_line(&format!(
            "{}: {:.3} m² change hands; before: {}; after: {}",
            if dry { "dry run" } else { "repaired" },
            self.moved_m2(),
            or_none(figure(before)),
            or_none(figure(after))
        ));
    }
}

fn name(action: Action) -> &'static str {
    match action {
        Action::Resolve => "resolve",
        Action::Trim => "trim",
        Action::Match => "match",
        Action::Fill(_) => "fill",
        Action::Settle(_) => "settle",
        Action::Move(_) => "move",
        Action::CutOff => "cut-off",
        Action::NewCell => "new-cell",
        _ => "ask",
    }
}

/// As a word for machines, and as a sentence.
fn why(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::AboveMaxFill => ("above-max-fill", "the gap is larger than --max-fill"),
        Reason::Nested => ("nested", "one cell lies in another: which of them holds this ground?"),
        Reason::Duplicate => ("duplicate", "these cells are the same: which of them stays?"),
        Reason::NoNeighbour => ("no-neighbour", "no cell of the same parent borders on it"),
        _ => ("would-vanish", "a cell would lose almost all its ground"),
    }
}
