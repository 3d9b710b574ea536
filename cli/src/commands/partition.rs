//! `wangge partition`: cells from units.

use crate::args::Partition;
use crate::progress::Line;
use crate::table::table;
use crate::{End, Outcome, input, print_line, usage};
use data::frame::Frame;
use data::read::{GraphTables, Limits, read_graph};
use data::store::{
    self,
    model::{Input, Project},
};
use data::work::given::{Layers, take_in};
use data::work::plan::{Made, Order, make};
use data::write::{OutFeature, Shape, write_csv, write_geojson};
use partition::measure::figures;
use partition::solve::{Criterion, Goal, Options, Problem, solve};
use serde_json::{Value, json};
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

pub(crate) fn run(a: &Partition) -> Outcome {
    a.reading.no_map()?;
    let (mut balance, mut goal) = (a.balance.clone(), a.k.map(Goal::Cells));
    if let Some(text) = &a.range {
        let (column, lo, hi) = range(text)?;
        balance = column;
        goal = Some(Goal::Range { lo, hi });
    }
    let goal = goal.ok_or("say how many cells (--k 20) or how heavy (--range households=300..500)")?;
    let options = Options { seed: a.seed, tolerance: a.tolerance, ..Options::default() };
    if let (Some(nodes), Some(edges)) = (&a.nodes, &a.edges) {
        return graph(a, [nodes, edges], balance, goal, &options);
    }
    let input = a.input.as_deref().ok_or("name the units")?;
    let (mut project, inputs, gaps) = load(a, input, &balance)?;
    let frame = Frame::from_definition(&project.frame)?;
    let line = Line::new();
    let before = usage::cpu_s();
    let made = make(&project, &frame, &Order { balance: &balance, goal, options, inputs }, &line);
    line.done();
    let made = made?;
    let mut out = summary(&project, &made, a.seed);
    out["unit_gaps"] = json!(gaps);
    out["solve_cpu_s"] = json!(before.zip(usage::cpu_s()).map(|(b, e)| e - b));
    out["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    project.plan = Some(made.plan.clone());
    if let Some(path) = &a.out {
        write(path, &frame, &project)?;
    }
    a.reading.answer(&out, || table(&project, &made, &out));
    Ok(End::Clean)
}

/// A graph without ground: figures, and which unit goes where.
fn graph(a: &Partition, tables: [&Path; 2], balance: String, goal: Goal, options: &Options) -> Outcome {
    let GraphTables { ids, graph, loads, sha256 } =
        read_graph(tables[0], tables[1], &balance, &Limits::default())?;
    let criterion = Criterion { name: balance, loads };
    let line = Line::new();
    let before = usage::cpu_s();
    let problem = Problem { names: Some(&ids), ..Problem::new(&graph, &criterion, goal) };
    let solution = solve(&problem, options, &line);
    line.done();
    let solution = solution?;
    let f = figures(&graph, &criterion.loads, &solution.labels, solution.cells.len());
    let mut out = serde_json::to_value(&f)?;
    out["certificates"] = json!(solution.certificates);
    out["seed"] = json!(a.seed);
    out["input_sha256"] = json!(sha256);
    out["solve_cpu_s"] = json!(before.zip(usage::cpu_s()).map(|(b, e)| e - b));
    out["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    if let Some(path) = &a.out {
        if path.extension().is_none_or(|e| e != "csv") {
            return Err(
                format!("{}: a graph has no ground; write its cells to a .csv", path.display()).into()
            );
        }
        let width = solution.cells.len().to_string().len().max(3);
        let rows = ids.iter().zip(&solution.labels);
        write_csv(path, &["id", "cell"], rows.map(|(id, l)| [id.clone(), format!("{:0width$}", l + 1)]))?;
    }
    a.reading.answer(&out, || {
        print_line(&format!(
            "cells {}, max deviation {:.1} %, lower bound {:.1} %, compactness {:.2}",
            f.cells,
            100.0 * f.max_deviation,
            100.0 * f.lower_bound_max_deviation,
            f.mean_polsby_popper
        ));
    });
    Ok(End::Clean)
}

/// `households=300..500`.
fn range(text: &str) -> Result<(String, i64, i64)> {
    let wrong = || format!("'{text}' is no range: write COLUMN=LO..HI, such as households=300..500");
    let (column, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (lo, hi) = rest.split_once("..").ok_or_else(wrong)?;
    Ok((column.to_owned(), lo.trim().parse().map_err(|_| wrong())?, hi.trim().parse().map_err(|_| wrong())?))
}

fn load(a: &Partition, input: &str, balance: &str) -> Result<(Project, Vec<Input>, usize)> {
    if a.parents.is_none()
        && let Some(p) = input::project(input)?
    {
        let inputs = p.plan.as_ref().map(|p| p.inputs.clone()).unwrap_or_default();
        return Ok((p, inputs, 0));
    }
    let units = a.reading.read(input)?;
    let parents = a.parents.as_ref().map(|t| a.reading.read(t)).transpose()?;
    let boundary = a.boundary.as_ref().map(|t| a.reading.read(t)).transpose()?;
    let layers = Layers { units: &units, parents: parents.as_ref(), boundary: boundary.as_ref() };
    let taken = take_in(&layers, &a.reading.frame(&layers)?, Some(balance))?;
    if !taken.parents_not_filled.is_empty() {
        eprintln!("note: units do not fill these parents exactly: {}", taken.parents_not_filled.join(", "));
    }
    let sets = [Some(&units), parents.as_ref(), boundary.as_ref()];
    let inputs = sets
        .into_iter()
        .flatten()
        .map(|s| Input { path: s.path.display().to_string(), sha256: s.sha256.clone() })
        .collect();
    Ok((taken.project, inputs, taken.gaps))
}

/// The object of `--format json`.
pub(crate) fn summary(project: &Project, made: &Made, seed: u64) -> Value {
    let mut out = json!({
        "units": made.figures.units, "cells": made.figures.cells, "gaps": made.gaps, "overlaps": made.overlaps,
        "noncontiguous": made.figures.noncontiguous, "empty": made.figures.empty,
    });
    if let (Some(out), Ok(Value::Object(figures))) =
        (out.as_object_mut(), serde_json::to_value(&made.figures))
    {
        out.extend(figures);
    }
    let name = |p: Option<u32>| p.and_then(|p| project.units.parent_names.get(p as usize).cloned());
    out["barrier_crossings"] = Value::Null;
    out["moved_load"] = json!(0);
    out["certificates"] = json!(made.solution.certificates);
    out["infeasible"] = made
        .solution
        .verdicts
        .iter()
        .filter(|v| v.feasible != Some(true))
        .map(|v| json!({"parent": name(v.parent), "proved": v.feasible.is_some(), "certificate": v.certificate, "relaxation": v.relaxation}))
        .collect();
    out["giant_units"] = made
        .solution
        .giants
        .iter()
        .map(
            |g| json!({"unit": project.units.ids[g.unit as usize], "load": g.load, "joined": g.joined.len()}),
        )
        .collect();
    out["seed"] = json!(seed);
    out["input_sha256"] = json!(made.plan.inputs.iter().map(|i| &i.sha256).collect::<Vec<_>>());
    out["certificate"] = json!(made.plan.certificate);
    out
}

fn write(path: &Path, frame: &Frame, project: &Project) -> Result<()> {
    let Some(plan) = &project.plan else { return Ok(()) };
    match path.extension().and_then(|e| e.to_str()) {
        Some("gpkg") => store::save(path, project)?,
        Some("geojson" | "json") => {
            let cells = plan.cells.iter().map(|c| OutFeature {
                id: Some(&c.code),
                properties: &c.figures,
                shape: Shape::Ground(&c.region),
            });
            write_geojson(path, frame, cells)?;
            let mut file = data::write::AtomicFile::create(&path.with_extension("certificate.json"))?;
            serde_json::to_writer_pretty(&mut file, &plan.certificate)?;
            file.commit()?;
        }
        Some("csv") => {
            let rows = project.units.ids.iter().zip(&plan.labels);
            write_csv(
                path,
                &["id", "cell"],
                rows.map(|(id, &l)| [id.clone(), plan.cells[l as usize].code.clone()]),
            )?;
        }
        _ => return Err(format!("{}: write to a .gpkg, .geojson or .csv", path.display()).into()),
    }
    Ok(())
}
