//! `wangge partition` and `wangge repartition`: cells from units.

use super::check::speaks_chinese;
use super::handed;
use crate::answer::{change, summary};
use crate::args::Partition;
use crate::asked::Asked;
use crate::columns::{Columns, total_of};
use crate::in_force::{dedicated, in_force, present};
use crate::progress::Line;
use crate::table::table;
use crate::{End, Outcome, input, usage};
use data::frame::Frame;
use data::read::FeatureSet;
use data::report::{PlanPage, write_plan};
use data::store::{
    self,
    model::{Input, Project},
};
use data::work::given::{Layers, take_in};
use data::work::plan::{Dedicated, InForce, Made, Order, make};
use data::write::{OutFeature, Shape, write_csv, write_geojson};
use partition::solve::Goal;
use serde_json::{Value, json};
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

pub(crate) fn run(a: &Partition) -> Outcome {
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
    let again_only = asked.current.is_some() || asked.cap.is_some() || asked.price.is_some();
    if !again && (again_only || handed::is_asked(&asked)) {
        return Err("--current, --price, --cap, --near, --objects, --roster and --handover are for repartition · 这些选项用于 repartition".into());
    }
    let columns = asked.columns()?;
    if let (Some(nodes), Some(edges)) = (&a.nodes, &a.edges) {
        return super::graph::run(a, &asked, [nodes, edges], columns, again);
    }
    let input = a.input.clone().or(units).ok_or("name the units · 请给出单元文件")?;
    writable(asked.out.as_deref(), &["gpkg", "geojson", "json", "csv"])?;
    writable(asked.handover.as_deref(), &["csv"])?;
    let page = asked.report.as_deref();
    if let Some(path) = page.filter(|p| p.extension().is_none_or(|e| e != "html" && e != "htm")) {
        return Err(format!("{}: a report of a plan ends in .html · 报告应为 .html", path.display()).into());
    }
    let loaded = load(a, &asked, &input, &columns)?;
    let mut project = loaded.project;
    let current = if again { Some(in_force(&asked, &project, loaded.units.as_ref())?) } else { None };
    let dedicated = dedicated(&asked, &project, loaded.units.as_ref(), again)?;
    let (balance, range) = (columns.balance.clone(), columns.range());
    let (made, mut out) = planned(&project, &asked, columns, &dedicated, current.clone(), loaded.inputs)?;
    out["unit_gaps"] = json!(loaded.gaps);
    if let Some(current) = &current {
        handed::report(a, &asked, &project, &made, current, &mut out)?;
    }
    if let Some(path) = page {
        let total = total_of(&project, &dedicated, &balance, None).unwrap_or(0) as f64;
        let mean = total / made.figures.cells.max(1) as f64;
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
    dedicated: &[Dedicated],
    current: Option<InForce>,
    inputs: Vec<Input>,
) -> Result<(Made, Value)> {
    if asked.size.is_some() {
        // A preset speaks of persons where they are counted.
        columns
            .further
            .retain(|f| f.column != "persons" || total_of(project, dedicated, "persons", None).is_some());
    }
    if !asked.near.is_empty() && (!asked.k.is_empty() || !asked.staff.is_empty()) {
        return Err(
            "--near keeps the cells there are: leave out --k and --staff · --near 不改变网格数".into()
        );
    }
    let mut wanted =
        columns.goal(asked.cells()?, asked.people()?, current.as_ref().map(present), |c, parent| {
            total_of(project, dedicated, c, parent)
        })?;
    let frame = Frame::from_definition(&project.frame)?;
    let mut options = asked.options(&columns);
    if current.is_some() {
        options.tolerance = options.tolerance.or(USUAL_TOLERANCE);
    }
    options.within = wanted.within;
    if let (false, Goal::Cells(k)) = (asked.near.is_empty(), wanted.goal) {
        let mean =
            total_of(project, dedicated, &columns.balance, None).unwrap_or(0) as f64 / f64::from(k.max(1));
        wanted.goal = Goal::around(mean, options.tolerance.unwrap_or_default());
    }
    let classes: Vec<([u32; 2], String)> =
        project.units.classes.iter().map(|c| (c.units, c.class.clone())).collect();
    let order = Order {
        further: columns.further.clone(),
        options,
        rules: asked.rules(&project.units.ids, &classes)?,
        dedicated: dedicated.to_vec(),
        near: asked.near.clone(),
        current,
        codes: asked.codes(),
        pairs: asked.pairs,
        levels: asked.levels()?,
        inputs,
        counts: wanted.counts,
        ..Order::new(&columns.balance, wanted.goal)
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
pub(super) const USUAL_TOLERANCE: Option<f64> = Some(0.05);

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
    let wanted = endings.join(", .");
    if known {
        Ok(())
    } else {
        Err(format!("{}: write to a .{wanted} · 应为 .{wanted}", path.display()).into())
    }
}

fn write(path: &Path, frame: &Frame, project: &Project, made: &Made) -> Result<()> {
    let Some(plan) = &project.plan else { return Ok(()) };
    match path.extension().and_then(|e| e.to_str()) {
        Some("gpkg") => {
            store::save(path, project)?;
            levels_above(made, |level, cells| {
                let beside = path.with_extension(format!("level-{level}.gpkg"));
                store::gpkg::write_features(&beside, frame, "cells", cells)?;
                Ok(())
            })?;
        }
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
            levels_above(made, |level, cells| {
                let beside = path.with_extension(format!("level-{level}.geojson"));
                write_geojson(&beside, frame, cells.iter().copied())?;
                Ok(())
            })?;
            let mut file = data::write::AtomicFile::create(&path.with_extension("certificate.json"))?;
            serde_json::to_writer_pretty(&mut file, &plan.certificate)?;
            file.commit()?;
        }
    }
    Ok(())
}

/// Writes each level above the finest, by number from the coarsest.
fn levels_above(made: &Made, mut write: impl FnMut(usize, &[OutFeature<'_>]) -> Result<()>) -> Result<()> {
    for (i, level) in made.levels.iter().enumerate().rev().skip(1) {
        let told = |code: &String| serde_json::Map::from_iter([("code".to_owned(), json!(code))]);
        let properties: Vec<_> = level.codes.iter().map(told).collect();
        let cells = level.codes.iter().zip(&level.regions).zip(&properties);
        let cells: Vec<OutFeature<'_>> = cells
            .map(|((code, region), properties)| OutFeature {
                id: Some(code),
                properties,
                shape: Shape::Ground(region),
            })
            .collect();
        write(i + 1, &cells)?;
    }
    Ok(())
}
