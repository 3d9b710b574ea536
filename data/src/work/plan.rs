//! A plan over the units of a project, with figures, proofs and a certificate.

use super::WorkError;
use crate::cells;
use crate::frame::Frame;
use crate::store::model::{Criterion, Input, Plan, Project};
use crate::store::records::CellName;
use partition::chain::Chain;
use partition::coverage::{self, analyse};
use partition::frame::Region;
use partition::graph::{MIN_SHARED_MM, UnitGraph};
use partition::measure::{Figures, figures};
use partition::plan::{dissolve, numbering};
use partition::progress::Progress;
use partition::solve::certificate::Refuted;
use partition::solve::{self, Goal, Options, Problem, Solution, solve};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What to make.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The criterion to balance.
    pub balance: &'a str,
    /// How many cells, or how heavy; in whole units of the criterion, not in its steps.
    pub goal: Goal,
    /// Seed, tolerance, effort.
    pub options: Options,
    /// What the units were made from.
    pub inputs: Vec<Input>,
}

/// A plan and what is known about it.
#[derive(Clone, Debug)]
pub struct Made {
    /// The plan, ready to be stored.
    pub plan: Plan,
    /// Cells, giants, verdicts and proofs, in steps of the criterion; cell `i` is cell `i` of the plan.
    pub solution: Solution,
    /// Figures computed from the labels alone.
    pub figures: Figures,
    /// Gaps and overlaps of the cells against the boundary, counted on the cells' own ground.
    pub gaps: usize,
    /// Overlaps, likewise.
    pub overlaps: usize,
}

/// Makes a plan for `project` and proves that its cells tile the boundary.
///
/// Cells are numbered from north-west to south-east, within their parents' order.
///
/// # Errors
/// [`WorkError`]: an unknown criterion, a problem that cannot be put, or (a fault) a result that does not tile.
pub fn make(
    project: &Project,
    frame: &Frame,
    order: &Order<'_>,
    progress: &dyn Progress,
) -> Result<Made, WorkError> {
    let units = &project.units;
    let criterion = criterion(project, order.balance)?;
    progress.stage("graph", 0, 1);
    let graph = unit_graph(project)?;
    let parents = units.parents_of();
    let balanced = solve::Criterion { name: criterion.name.clone(), loads: criterion.loads.clone() };
    let goal = match order.goal {
        Goal::Range { lo, hi } => {
            Goal::Range { lo: lo.saturating_mul(criterion.scale), hi: hi.saturating_mul(criterion.scale) }
        }
        cells @ Goal::Cells(_) => cells,
    };
    let problem = Problem { parents, names: Some(&units.ids), ..Problem::new(&graph, &balanced, goal) };
    let mut solution = solve(&problem, &order.options, progress)?;
    progress.stage("outlines", 0, 1);
    let regions = dissolve(&units.regions, &solution.labels, solution.cells.len());
    let regions = renumber(&mut solution, regions);
    let figures = figures(&graph, &criterion.loads, &solution.labels, solution.cells.len());

    progress.stage("proof", 0, 1);
    let check = analyse(&regions, Some(&project.boundary.region))?;
    let count = |gap: bool| check.defects.iter().filter(|d| (d.kind == coverage::Kind::Gap) == gap).count();
    let width = solution.cells.len().to_string().len().max(3);
    let names: Vec<CellName> = (1..)
        .zip(&solution.cells)
        .map(|(n, c)| CellName {
            code: format!("{n:0width$}"), name: format!("第{n}网格"), parent: c.parent
        })
        .collect();
    let cells = cells::Order {
        project,
        frame,
        balance: order.balance,
        labels: &solution.labels,
        names: &names,
        inputs: &order.inputs,
    };
    let (cells, certificate) = cells::described(&cells, regions);
    let mut certificate = serde_json::to_value(&certificate?).unwrap_or_default();
    let proofs = Proofs { balance: order.balance.to_owned(), certificates: solution.certificates.clone() };
    certificate["proofs"] = serde_json::to_value(proofs).unwrap_or_default();
    let plan = Plan {
        name: "网格".into(),
        labels: solution.labels.clone(),
        cells,
        certificate: Some(certificate),
        inputs: order.inputs.clone(),
        options: options_json(order),
        seed: order.options.seed,
    };
    Ok(Made { plan, solution, figures, gaps: count(true), overlaps: count(false) })
}

/// Proofs of what no plan can do, as they stand under `proofs` in a plan's certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proofs {
    /// The criterion that the loads in them are of, in its steps.
    pub balance: String,
    /// The proofs.
    pub certificates: Vec<solve::Certificate>,
}

impl Proofs {
    /// Confirms each from the units of `project` alone; gives the number of the first that fails, and why.
    ///
    /// # Errors
    /// [`WorkError`] when the project lacks the criterion, or its units are no coverage.
    pub fn recheck(&self, project: &Project) -> Result<Result<(), (usize, Refuted)>, WorkError> {
        let graph = unit_graph(project)?;
        let loads = &criterion(project, &self.balance)?.loads;
        let confirm = |(i, c): (usize, &solve::Certificate)| {
            c.recheck(&graph, loads, project.units.parents_of()).map_err(|e| (i, e))
        };
        Ok(self.certificates.iter().enumerate().try_for_each(confirm))
    }
}

/// Which units of a project touch, and for how long.
///
/// # Errors
/// [`WorkError::Graph`] when there are too many of them.
pub fn unit_graph(project: &Project) -> Result<UnitGraph, WorkError> {
    let regions = &project.units.regions;
    Ok(UnitGraph::of_coverage(regions, &Chain::of(regions, None).cancel().borders, MIN_SHARED_MM)?)
}

fn criterion<'a>(project: &'a Project, name: &str) -> Result<&'a Criterion, WorkError> {
    let all = &project.units.criteria;
    all.iter().find(|c| c.name == name).ok_or_else(|| WorkError::NoColumn {
        path: project.name.clone(),
        column: name.into(),
        known: all.iter().map(|c| c.name.clone()).collect(),
    })
}

/// Puts cells into reading order within their parents; returns their ground in that order.
fn renumber(solution: &mut Solution, regions: Vec<Region>) -> Vec<Region> {
    let mut order = numbering(&regions);
    order.sort_by_key(|&c| solution.cells[c].parent);
    let mut new_of_old = vec![0u32; order.len()];
    for (new, &old) in order.iter().enumerate() {
        new_of_old[old] = new as u32;
    }
    for l in &mut solution.labels {
        *l = new_of_old[*l as usize];
    }
    for g in &mut solution.giants {
        g.cell = new_of_old[g.cell as usize];
    }
    solution.cells = order.iter().map(|&old| solution.cells[old].clone()).collect();
    let mut regions: Vec<Option<Region>> = regions.into_iter().map(Some).collect();
    order.iter().map(|&old| regions[old].take().unwrap_or_default()).collect()
}

fn options_json(order: &Order<'_>) -> Map<String, Value> {
    let mut m = Map::new();
    m.insert("balance".into(), json!(order.balance));
    m.insert("goal".into(), serde_json::to_value(order.goal).unwrap_or_default());
    m.insert("tolerance".into(), json!(order.options.tolerance));
    m.insert("effort".into(), json!(order.options.effort));
    m
}
