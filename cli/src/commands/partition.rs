//! `wangge partition` and `wangge repartition`: cells from units.

use super::check::speaks_chinese;
use crate::answer::{change, criteria, pairs, proofs, summary};
use crate::args::Partition;
use crate::asked::{Asked, Columns, total_of};
use crate::in_force::{current_table, in_force, present};
use crate::progress::Line;
use crate::table::table;
use crate::{End, Outcome, input, print_line, usage};
use data::frame::Frame;
use data::read::{FeatureSet, GraphTables, Limits, read_graph};
use data::report::{PlanPage, write_plan};
use data::store::{
    self,
    model::{Input, Project},
};
use data::work::given::{Layers, take_in};
use data::work::plan::{InForce, Made, Order, make};
use data::write::{OutFeature, Shape, write_csv, write_geojson};
use partition::measure::figures;
use partition::plan::pair;
use partition::solve::certificate::{Naming, Telling};
use partition::solve::{self, Criterion, Problem, solve, solve_nested};
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
    if !a.asked.levels.is_empty() {
        return Err(
            "--levels is for partition: a plan in force has one level · --levels 仅用于 partition".into()
        );
    }
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
    let page = asked.report.as_deref();
    if let Some(path) = page.filter(|p| p.extension().is_none_or(|e| e != "html" && e != "htm")) {
        return Err(format!("{}: a report of a plan ends in .html · 报告应为 .html", path.display()).into());
    }
    let loaded = load(a, &asked, &input, &columns)?;
    let mut project = loaded.project;
    let current = if again { Some(in_force(&asked, &project, loaded.units.as_ref())?) } else { None };
    let (balance, range) = (columns.balance.clone(), columns.range());
    let (made, mut out) = planned(&project, &asked, columns, current.clone(), loaded.inputs)?;
    out["unit_gaps"] = json!(loaded.gaps);
    if let Some(path) = page {
        let total = total_of(&project, &balance).unwrap_or(0) as f64;
        let mean = total / made.plan.cells.len().max(1) as f64;
        let around = asked.levels()?.last().and_then(|l| l.tolerance).or(asked.tolerance);
        let about = PlanPage {
            project: &project,
            frame: &Frame::from_definition(&project.frame)?,
            made: &made,
            balance: &balance,
            range: range.or(around.map(|t| [mean * (1.0 - t), mean * (1.0 + t)])),
            answer: &out,
            before: current.as_ref(),
            chinese: speaks_chinese(),
        };
        write_plan(path, &about)?;
    }
    project.plan = Some(made.plan.clone());
    if let Some((names, of_units)) = made.parents().filter(|_| project.units.parents.is_empty()) {
        project.units.parent_names = names.to_vec();
        project.units.parents = of_units.to_vec();
    }
    if let Some(path) = &asked.out {
        write(path, &Frame::from_definition(&project.frame)?, &project, &made)?;
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
    let goal = columns.goal(asked.cells()?, current.as_ref().map(present), |c| total_of(project, c))?;
    let frame = Frame::from_definition(&project.frame)?;
    let mut options = asked.options(&columns);
    if current.is_some() {
        options.tolerance = options.tolerance.or(USUAL_TOLERANCE);
    }
    let classes: Vec<([u32; 2], String)> =
        project.units.classes.iter().map(|c| (c.units, c.class.clone())).collect();
    let order = Order {
        further: columns.further.clone(),
        options,
        rules: asked.rules(&project.units.ids, &classes)?,
        current,
        codes: asked.codes(),
        pairs: asked.pairs,
        levels: asked.levels()?,
        inputs,
        ..Order::new(&columns.balance, goal)
    };
    let line = Line::new();
    let before = usage::cpu_s();
    let made = make(project, &frame, &order, &line);
    line.done();
    let made = made?;
    let mut out = summary(project, &made, &order);
    if let Some(current) = &order.current {
        out["change"] = change(project, &made, current);
    }
    out["solve_cpu_s"] = json!(before.zip(usage::cpu_s()).map(|(b, e)| e - b));
    out["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    Ok((made, out))
}

/// A plan that is changed need not be perfect: within 5 % nothing moves.
const USUAL_TOLERANCE: Option<f64> = Some(0.05);

/// A graph without ground: figures, and which unit goes where.
fn graph(a: &Partition, asked: &Asked, tables: [&Path; 2], columns: Columns, again: bool) -> Outcome {
    if asked.report.is_some() {
        return Err("a graph has no ground to draw; a report needs units · 图没有几何,无法生成报告".into());
    }
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
    let goal = columns.goal(asked.cells()?, current.as_ref().map(present), |c| totals.get(c).copied())?;
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
    let (rules, lock_names) = asked.rules(&ids, &classes)?.resolve(&ids, codes)?;
    let problem = Problem {
        further: &further,
        rules: Some(&rules),
        current: current.as_ref().map(|c| solve::Current { labels: &c.labels, price: c.price, cap: c.cap }),
        names: Some(&ids),
        lock_names: Some(&lock_names),
        ..Problem::new(&graph, &criterion, goal)
    };
    let line = Line::new();
    let before = usage::cpu_s();
    let levels = asked.levels()?;
    let as_made = |labels: &[u32], _: Option<&[u32]>| {
        (0..labels.iter().max().map_or(0, |&l| l + 1)).collect::<Vec<u32>>()
    };
    let solved = match levels.is_empty() {
        true => solve(&problem, &options, &line).map(|finest| solve::Nested { above: Vec::new(), finest }),
        false => solve_nested(&problem, &levels, &options, &as_made, &line),
    };
    line.done();
    let solve::Nested { above, finest: solution } = solved?;
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
    proofs(
        &mut out,
        &solution,
        &code,
        &Telling {
            naming: Naming { unit: &|u| ids[u as usize].clone(), cell: &|c| lock_names[c as usize].clone() },
            criterion: &|c| (c.unwrap_or(&criterion.name).to_owned(), 1),
        },
    );
    if let Some(m) = &solution.moved {
        out["moved_load"] = json!(m.load);
        out["moved_units"] = json!(m.units.len());
    }
    let all = above.iter().chain([&solution.labels]);
    let leveled = levels.iter().zip(all).map(|(level, labels)| {
        let f = figures(&linked, &criterion.loads, labels, level.cells as usize);
        crate::answer::level(&f, level.tolerance)
    });
    if !levels.is_empty() {
        out["levels"] = leveled.collect();
    }
    if asked.pairs {
        out["pairs"] = pairs(&pair(&linked, &solution.labels, solution.cells.len(), None), &code);
    }
    out["seed"] = json!(options.seed);
    out["input_sha256"] = json!(sha256);
    out["solve_cpu_s"] = json!(solve_cpu_s);
    out["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    if let Some(path) = &asked.out {
        let titles: Vec<String> = (1..=above.len()).map(|i| format!("level_{i}")).collect();
        let head: Vec<&str> = ["id", "cell"].into_iter().chain(titles.iter().map(String::as_str)).collect();
        let rows = ids.iter().enumerate().map(|(u, id)| {
            let levels = above.iter().map(|l| (l[u] + 1).to_string());
            [id.clone(), code(solution.labels[u])].into_iter().chain(levels).collect::<Vec<_>>()
        });
        write_csv(path, &head, rows)?;
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

/// Refuses a name that nothing can be written to before any work is done.
fn writable(path: Option<&Path>, endings: &[&str]) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let known = path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e));
    if known { Ok(()) } else { Err(format!("{}: write to a .gpkg, .geojson or .csv", path.display()).into()) }
}

fn write(path: &Path, frame: &Frame, project: &Project, made: &Made) -> Result<()> {
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
            // The levels above, each in a file of its own beside it.
            for (i, level) in made.levels.iter().enumerate().rev().skip(1) {
                let none = serde_json::Map::new();
                let cells = level.codes.iter().zip(&level.regions).map(|(code, region)| OutFeature {
                    id: Some(code),
                    properties: &none,
                    shape: Shape::Ground(region),
                });
                write_geojson(&path.with_extension(format!("level-{}.geojson", i + 1)), frame, cells)?;
            }
            let mut file = data::write::AtomicFile::create(&path.with_extension("certificate.json"))?;
            serde_json::to_writer_pretty(&mut file, &plan.certificate)?;
            file.commit()?;
        }
    }
    Ok(())
}
