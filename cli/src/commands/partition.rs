//! `wangge partition` and `wangge repartition`: cells from units.

use crate::args::Partition;
use crate::asked::{Asked, Columns, total_of};
use crate::progress::Line;
use crate::table::table;
use crate::{End, Outcome, input, print_line, usage};
use data::frame::Frame;
use data::read::{FeatureSet, GraphTables, Limits, read_graph};
use data::store::{
    self,
    model::{Input, Project},
};
use data::work::given::{Layers, take_in};
use data::work::plan::{InForce, Made, Order, make};
use data::write::{OutFeature, Shape, write_csv, write_geojson};
use partition::measure::figures;
use partition::plan::pair;
use partition::solve::{self, Criterion, Problem, Solution, solve};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

pub(crate) fn run(a: &Partition) -> Outcome {
    if a.asked.current.is_some() || a.asked.cap.is_some() || a.asked.price.is_some() {
        return Err("--current, --price and --cap are for repartition · 这些选项用于 repartition".into());
    }
    make_plan(a, false)
}

pub(crate) fn rerun(a: &Partition) -> Outcome {
    make_plan(a, true)
}

fn make_plan(a: &Partition, again: bool) -> Outcome {
    a.reading.no_map()?;
    let (asked, units) = a.asked.clone().over(a.plan.as_deref())?;
    let columns = asked.columns()?;
    if let (Some(nodes), Some(edges)) = (&a.nodes, &a.edges) {
        return graph(a, &asked, [nodes, edges], columns, again);
    }
    let input = a.input.clone().or(units).ok_or("name the units · 请给出单元文件")?;
    writable(asked.out.as_deref(), &["gpkg", "geojson", "json", "csv"])?;
    let loaded = load(a, &asked, &input, &columns)?;
    let mut project = loaded.project;
    let current = if again { Some(in_force(&asked, &project, loaded.units.as_ref())?) } else { None };
    let (made, mut out) = planned(&project, &asked, columns, current, loaded.inputs)?;
    out["unit_gaps"] = json!(loaded.gaps);
    project.plan = Some(made.plan.clone());
    if let Some(path) = &asked.out {
        write(path, &Frame::from_definition(&project.frame)?, &project)?;
    }
    a.reading.answer(&out, || table(&project, &made, &out));
    Ok(End::Clean)
}

/// The plan that was asked for, and the object of `--format json` about it.
pub(crate) fn planned(
    project: &Project,
    asked: &Asked,
    mut columns: Columns,
    current: Option<InForce>,
    inputs: Vec<Input>,
) -> Result<(Made, Value)> {
    if asked.size.is_some() {
        // A preset speaks of persons where they are counted.
        columns.further.retain(|f| f.column != "persons" || total_of(project, "persons").is_some());
    }
    let goal = columns.goal(asked.k, current.as_ref().map(present), |c| total_of(project, c))?;
    let frame = Frame::from_definition(&project.frame)?;
    let mut options = asked.options(&columns);
    if current.is_some() {
        options.tolerance = options.tolerance.or(USUAL_TOLERANCE);
    }
    let order = Order {
        further: columns.further.clone(),
        options,
        rules: asked.rules(&project.units.ids, &[])?,
        current,
        codes: asked.codes(),
        pairs: asked.pairs,
        inputs,
        ..Order::new(&columns.balance, goal)
    };
    let line = Line::new();
    let before = usage::cpu_s();
    let made = make(project, &frame, &order, &line);
    line.done();
    let made = made?;
    let mut out = summary(project, &made, order.options.seed);
    if let Some(current) = &order.current {
        out["change"] = change(project, &made, current);
    }
    out["solve_cpu_s"] = json!(before.zip(usage::cpu_s()).map(|(b, e)| e - b));
    out["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    Ok((made, out))
}

/// A plan that is changed need not be perfect: within 5 % nothing moves.
const USUAL_TOLERANCE: Option<f64> = Some(0.05);

/// Cells of the plan in force that have units.
fn present(current: &InForce) -> u32 {
    let mut used: Vec<u32> = current.labels.iter().flatten().copied().collect();
    used.sort_unstable();
    used.dedup();
    used.len() as u32
}

/// A graph without ground: figures, and which unit goes where.
fn graph(a: &Partition, asked: &Asked, tables: [&Path; 2], columns: Columns, again: bool) -> Outcome {
    if let Some(path) = asked.out.as_deref().filter(|p| p.extension().is_none_or(|e| e != "csv")) {
        return Err(format!("{}: a graph has no ground; write its cells to a .csv", path.display()).into());
    }
    let mut columns = columns;
    let names: Vec<&str> = std::iter::once(columns.balance.as_str())
        .chain(columns.further.iter().map(|f| f.column.as_str()))
        .collect();
    let GraphTables { ids, graph, loads, classes, sha256 } =
        read_graph(tables[0], tables[1], &names, &Limits::default())?;
    let totals: BTreeMap<String, u64> =
        names.iter().zip(&loads).map(|(n, l)| ((*n).to_owned(), l.iter().sum::<i64>() as u64)).collect();
    let current = match (again, &asked.current) {
        (false, _) => None,
        (true, Some(table)) => Some(current_table(Path::new(table), &ids, asked)?),
        (true, None) => return Err("say which plan is in force: --current FILE.csv · 请给出现行方案".into()),
    };
    let goal = columns.goal(asked.k, current.as_ref().map(present), |c| totals.get(c).copied())?;
    let mut options = asked.options(&columns);
    if again {
        options.tolerance = options.tolerance.or(USUAL_TOLERANCE);
    }
    let mut loads = loads.into_iter();
    let criterion = Criterion { name: columns.balance.clone(), loads: loads.next().unwrap_or_default() };
    let further: Vec<solve::Further> = columns
        .further
        .iter()
        .zip(loads)
        .map(|(f, loads)| solve::Further {
            criterion: Criterion { name: f.column.clone(), loads },
            limit: f.limit,
            weight: f.weight,
            hard: f.hard,
        })
        .collect();
    let codes = current.as_ref().map(|c| c.codes.as_slice());
    let (rules, _) = asked.rules(&ids, &classes)?.resolve(&ids, codes)?;
    let problem = Problem {
        further: &further,
        rules: Some(&rules),
        current: current.as_ref().map(|c| solve::Current { labels: &c.labels, price: c.price, cap: c.cap }),
        names: Some(&ids),
        ..Problem::new(&graph, &criterion, goal)
    };
    let line = Line::new();
    let before = usage::cpu_s();
    let solution = solve(&problem, &options, &line);
    line.done();
    let solution = solution?;
    let solve_cpu_s = before.zip(usage::cpu_s()).map(|(b, e)| e - b);
    let linked = rules.linked(&graph)?;
    let f = figures(&linked, &criterion.loads, &solution.labels, solution.cells.len());
    let parents: Vec<Option<u32>> = vec![None; solution.cells.len()];
    let kept: Vec<Option<String>> = solution
        .moved
        .iter()
        .flat_map(|m| &m.succession)
        .map(|old| old.and_then(|o| codes?.get(o as usize).cloned()))
        .collect();
    let names = asked.codes().name(&parents, &[], &kept, codes.unwrap_or_default())?;
    let code = |c: u32| names[c as usize].code.clone();
    let mut out = serde_json::to_value(&f)?;
    out["criteria"] = criteria(&solution, &code);
    out["certificates"] = json!(solution.certificates);
    if let Some(m) = &solution.moved {
        out["moved_load"] = json!(m.load);
        out["moved_units"] = json!(m.units.len());
    }
    if asked.pairs {
        out["pairs"] = pairs(&pair(&linked, &solution.labels, solution.cells.len(), None), &code);
    }
    out["seed"] = json!(options.seed);
    out["input_sha256"] = json!(sha256);
    out["solve_cpu_s"] = json!(solve_cpu_s);
    out["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    if let Some(path) = &asked.out {
        let rows = ids.iter().zip(&solution.labels);
        write_csv(path, &["id", "cell"], rows.map(|(id, &l)| [id.clone(), code(l)]))?;
    }
    a.reading.answer(&out, || {
        print_line(&format!(
            "cells {}, max deviation {:.1} %, lower bound {:.1} %, compactness {:.2}",
            f.cells,
            100.0 * f.max_deviation,
            100.0 * f.lower_bound_max_deviation,
            f.mean_polsby_popper
        ));
        crate::table::beside(&out);
    });
    Ok(End::Clean)
}

/// A project, or units that were read.
struct Loaded {
    project: Project,
    units: Option<FeatureSet>,
    inputs: Vec<Input>,
    gaps: usize,
}

fn load(a: &Partition, asked: &Asked, input: &str, columns: &Columns) -> Result<Loaded> {
    if asked.parents.is_none()
        && let Some(project) = input::project(input)?
    {
        let inputs = project.plan.as_ref().map(|p| p.inputs.clone()).unwrap_or_default();
        return Ok(Loaded { project, units: None, inputs, gaps: 0 });
    }
    let units = a.reading.read(input)?;
    let parents = asked.parents.as_ref().map(|t| a.reading.read(t)).transpose()?;
    let boundary = asked.boundary.as_ref().map(|t| a.reading.read(t)).transpose()?;
    let layers = Layers { units: &units, parents: parents.as_ref(), boundary: boundary.as_ref() };
    let taken = take_in(&layers, &a.reading.frame(&layers)?, Some(&columns.balance))?;
    if !taken.parents_not_filled.is_empty() {
        eprintln!("note: units do not fill these parents exactly: {}", taken.parents_not_filled.join(", "));
    }
    let sets = [Some(&units), parents.as_ref(), boundary.as_ref()];
    let inputs = sets
        .into_iter()
        .flatten()
        .map(|s| Input { path: s.path.display().to_string(), sha256: s.sha256.clone() })
        .collect();
    Ok(Loaded { project: taken.project, units: Some(units), inputs, gaps: taken.gaps })
}

/// The plan in force: that of the project, a column of the units, or a table.
fn in_force(asked: &Asked, project: &Project, units: Option<&FeatureSet>) -> Result<InForce> {
    let ids = &project.units.ids;
    match (&asked.current, &project.plan, units) {
        (Some(table), ..) if Path::new(table).extension().is_some_and(|e| e == "csv") => {
            current_table(Path::new(table), ids, asked)
        }
        (Some(column), _, Some(units)) => {
            let code = |v: &Value| match v {
                Value::Null => None,
                Value::String(s) => Some(s.trim().to_owned()).filter(|s| !s.is_empty()),
                other => Some(other.to_string()),
            };
            let cells: Vec<Option<String>> =
                units.features.iter().map(|f| f.properties.get(column).and_then(code)).collect();
            if cells.iter().all(Option::is_none) {
                return Err(format!("no unit has a cell in the column '{column}' · 列「{column}」中没有现行网格").into());
            }
            Ok(coded(cells, asked))
        }
        (None, Some(plan), _) => Ok(InForce {
            codes: plan.cells.iter().map(|c| c.code.clone()).collect(),
            labels: plan.labels.iter().map(|&l| Some(l)).collect(),
            price: asked.price(),
            cap: asked.cap,
        }),
        _ => Err("there is no plan in force: name a project with a plan, or a column or table with --current · 没有现行方案".into()),
    }
}

fn coded(cells: Vec<Option<String>>, asked: &Asked) -> InForce {
    let mut codes: Vec<String> = cells.iter().flatten().cloned().collect();
    codes.sort_unstable();
    codes.dedup();
    let number = |c: &String| codes.binary_search(c).ok().map(|i| i as u32);
    let labels = cells.iter().map(|c| c.as_ref().and_then(number)).collect();
    InForce { codes, labels, price: asked.price(), cap: asked.cap }
}

/// A table `id,cell`; units that it does not name have no cell yet.
fn current_table(path: &Path, ids: &[String], asked: &Asked) -> Result<InForce> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
    let mut rows = text.lines().map(|l| l.trim_end_matches('\r').trim_start_matches('\u{feff}'));
    if rows.next() != Some("id,cell") {
        return Err(format!("{name} line 1: the columns must be id,cell · 表头应为 id,cell").into());
    }
    let number: BTreeMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
    let mut cells = vec![None; ids.len()];
    for (i, row) in rows.enumerate().filter(|r| !r.1.is_empty()) {
        let (id, cell) = row.rsplit_once(',').unwrap_or((row, ""));
        let (id, cell) = (id.trim_matches('"'), cell.trim_matches('"'));
        let at = number
            .get(id)
            .ok_or_else(|| format!("{name} line {}: there is no unit '{id}' · 没有单元「{id}」", i + 2))?;
        cells[*at] = Some(cell.to_owned()).filter(|c| !c.is_empty());
    }
    Ok(coded(cells, asked))
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
    let code = |c: u32| made.plan.cells.get(c as usize).map(|c| c.code.clone()).unwrap_or_default();
    out["barrier_crossings"] = Value::Null;
    out["moved_load"] = json!(made.solution.moved.as_ref().map_or(0, |m| m.load));
    out["criteria"] = criteria(&made.solution, &code);
    if let Some(pairing) = &made.pairs {
        out["pairs"] = pairs(pairing, &code);
    }
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

/// The further criteria.
fn criteria(solution: &Solution, code: &impl Fn(u32) -> String) -> Value {
    let one = |f: &solve::FurtherResult| {
        json!({
            "name": f.name, "hard": f.hard, "max_deviation": f.max_deviation,
            "lower_bound_max_deviation": f.lower_bound_max_deviation,
            "outside": f.outside.iter().map(|&c| code(c)).collect::<Vec<_>>(),
        })
    };
    solution.further.iter().map(one).collect()
}

fn pairs(pairing: &partition::plan::Pairing, code: &impl Fn(u32) -> String) -> Value {
    let codes = |cells: &Vec<u32>| cells.iter().map(|&c| code(c)).collect::<Vec<_>>();
    json!({ "groups": pairing.groups.iter().map(codes).collect::<Vec<_>>(), "alone": codes(&pairing.alone) })
}

/// What changes hands, and what becomes of the codes.
fn change(project: &Project, made: &Made, current: &InForce) -> Value {
    let Some(moved) = &made.solution.moved else { return Value::Null };
    let code = |l: Option<u32>| l.and_then(|l| current.codes.get(l as usize));
    let loads: serde_json::Map<String, Value> = project
        .units
        .criteria
        .iter()
        .map(|c| {
            (
                c.name.clone(),
                data::cells::in_units(moved.units.iter().map(|&u| c.loads[u as usize]).sum(), c.scale),
            )
        })
        .collect();
    let kept: Vec<&String> = moved.succession.iter().filter_map(|&s| code(s)).collect();
    let used: Vec<&String> =
        (0..).zip(&current.codes).filter(|(i, _)| current.labels.contains(&Some(*i))).map(|e| e.1).collect();
    let new = made.plan.cells.iter().zip(&moved.succession).filter(|(_, s)| s.is_none());
    json!({
        "units": moved.units.iter().map(|&u| {
            let cell = made.plan.labels[u as usize];
            json!({
                "unit": project.units.ids[u as usize],
                "from": code(current.labels[u as usize]),
                "to": made.plan.cells[cell as usize].code,
            })
        }).collect::<Vec<_>>(),
        "loads": loads,
        "kept": kept.len(),
        "new": new.map(|(c, _)| &c.code).collect::<Vec<_>>(),
        "retired": used.into_iter().filter(|c| !kept.contains(c)).collect::<Vec<_>>(),
    })
}

/// Refuses a name that nothing can be written to before any work is done.
fn writable(path: Option<&Path>, endings: &[&str]) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let known = path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e));
    if known { Ok(()) } else { Err(format!("{}: write to a .gpkg, .geojson or .csv", path.display()).into()) }
}

fn write(path: &Path, frame: &Frame, project: &Project) -> Result<()> {
    let Some(plan) = &project.plan else { return Ok(()) };
    match path.extension().and_then(|e| e.to_str()) {
        Some("gpkg") => store::save(path, project)?,
        Some("csv") => {
            let rows = project.units.ids.iter().zip(&plan.labels);
            write_csv(
                path,
                &["id", "cell"],
                rows.map(|(id, &l)| [id.clone(), plan.cells[l as usize].code.clone()]),
            )?;
        }
        _ => {
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
    }
    Ok(())
}
