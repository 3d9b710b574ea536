//! A plan over the units of a project, with figures, proofs and a certificate.

mod codes;
mod levels;
mod named;

pub use codes::Codes;
pub use levels::PlanLevel;
pub use named::NamedRules;

use super::WorkError;
use crate::cells;
use crate::frame::Frame;
use crate::store::model::{Criterion, Input, Plan, Project};
use partition::chain::Chain;
use partition::coverage::{self, analyse};
use partition::frame::Region;
use partition::graph::{MIN_SHARED_MM, UnitGraph};
use partition::measure::{Figures, figures};
use partition::plan::{Pairing, dissolve, numbering, pair};
use partition::progress::Progress;
use partition::solve::certificate::{Facts, Refuted};
use partition::solve::{self, Goal, Limit, Options, Problem, Solution, solve, solve_nested};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What to make. Loads are in whole units of their criterion, not in its steps.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The criterion to balance first.
    pub balance: &'a str,
    /// How many cells, or how heavy.
    pub goal: Goal,
    /// What else to balance.
    pub further: Vec<Further>,
    /// Seed, tolerance, effort.
    pub options: Options,
    /// What cells must keep to.
    pub rules: NamedRules,
    /// The plan in force, if little of it shall change.
    pub current: Option<InForce>,
    /// Levels that nest, the coarsest first; their last one is the goal. Empty for one level.
    pub levels: Vec<solve::Level>,
    /// What cells are called; with levels, [`Codes::Plain`] is the code of the cell above and a number in it.
    pub codes: Codes,
    /// Whether neighbouring cells shall stand in for each other (AB岗).
    pub pairs: bool,
    /// What the units were made from.
    pub inputs: Vec<Input>,
}

impl<'a> Order<'a> {
    /// One criterion, no rules.
    #[must_use]
    pub fn new(balance: &'a str, goal: Goal) -> Self {
        Self {
            balance,
            goal,
            further: Vec::new(),
            options: Options::default(),
            rules: NamedRules::default(),
            current: None,
            levels: Vec::new(),
            codes: Codes::Plain,
            pairs: false,
            inputs: Vec::new(),
        }
    }
}

/// A criterion beside the first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Further {
    /// Its name.
    pub column: String,
    /// What a cell may have of it.
    pub limit: Limit,
    /// What leaving the limit costs against the first criterion.
    pub weight: f64,
    /// Whether the limit is insisted on.
    pub hard: bool,
}

/// The plan in force (现行方案).
#[derive(Clone, Debug, PartialEq)]
pub struct InForce {
    /// The codes of its cells, those without units included.
    pub codes: Vec<String>,
    /// The cell of each unit: an index into `codes`.
    pub labels: Vec<Option<u32>>,
    /// What moving as much load as a cell has costs.
    pub price: f64,
    /// The most load that may move.
    pub cap: Option<i64>,
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
    /// Which cells stand in for each other, where that was asked for.
    pub pairs: Option<Pairing>,
    /// The levels, the coarsest first, the finest last; empty for one level. Units without parents have the cells of the
    /// level above the finest as parents: [`Made::parents`].
    pub levels: Vec<PlanLevel>,
}

/// For each class of borders how many there are, and their length in m.
type Barriers = BTreeMap<String, (usize, f64)>;

impl Made {
    /// What runs along borders between units: what lies inside cells, and all of it.
    #[must_use]
    pub fn barriers(&self, project: &Project) -> (Barriers, Barriers) {
        let (mut inside, mut all) = (Barriers::new(), Barriers::new());
        if project.units.classes.is_empty() {
            return (inside, all);
        }
        let Ok(graph) = unit_graph(project) else { return (inside, all) };
        for border in &project.units.classes {
            let [u, v] = border.units;
            let length = graph.neighbours(u).find(|e| e.0 == v).map_or(0, |e| e.1) as f64 / 1e3;
            let cell = |u: u32| self.plan.labels.get(u as usize);
            let add = |of: &mut Barriers| {
                let sum = of.entry(border.class.clone()).or_default();
                *sum = (sum.0 + 1, sum.1 + length);
            };
            add(&mut all);
            if cell(u) == cell(v) {
                add(&mut inside);
            }
        }
        (inside, all)
    }

    /// The parents that the cells of the plan lie in when the units had none: their names, and that of each unit.
    #[must_use]
    pub fn parents(&self) -> Option<(&[String], &[u32])> {
        let above = self.levels.len().checked_sub(2).and_then(|i| self.levels.get(i))?;
        Some((&above.codes, &above.labels))
    }
}

/// Makes a plan for `project` and proves that its cells tile the boundary.
///
/// Cells are numbered from north-west to south-east, within their parents' order. With a plan in force, a cell that
/// keeps half the load of one keeps its code.
///
/// # Errors
/// [`WorkError`]: an unknown criterion or unit, a problem that cannot be put, or (a fault) a result that does not tile.
pub fn make(
    project: &Project,
    frame: &Frame,
    order: &Order<'_>,
    progress: &dyn Progress,
) -> Result<Made, WorkError> {
    let units = &project.units;
    let criterion = criterion(project, order.balance)?;
    let further = further(project, order)?;
    let in_force = order.current.as_ref();
    let (rules, names) = order.rules.resolve(&units.ids, in_force.map(|c| c.codes.as_slice()))?;
    progress.stage("graph", 0, 1);
    let graph = unit_graph(project)?;
    let balanced = solve::Criterion { name: criterion.name.clone(), loads: criterion.loads.clone() };
    let steps = |whole: i64| whole.saturating_mul(criterion.scale);
    let goal = match order.goal {
        Goal::Range { lo, hi } => Goal::Range { lo: steps(lo), hi: steps(hi) },
        cells @ Goal::Cells(_) => cells,
    };
    let problem = Problem {
        further: &further,
        parents: units.parents_of(),
        rules: Some(&rules),
        current: in_force.map(|c| solve::Current {
            labels: &c.labels,
            price: c.price,
            cap: c.cap.map(steps),
        }),
        names: Some(&units.ids),
        lock_names: Some(&names),
        ..Problem::new(&graph, &balanced, goal)
    };
    let order_of = |labels: &[u32], parents: Option<&[u32]>| levels::in_order(project, labels, parents);
    let (mut solution, above) = if order.levels.is_empty() {
        (solve(&problem, &order.options, progress)?, Vec::new())
    } else {
        let nested = solve_nested(&problem, &order.levels, &order.options, &order_of, progress)?;
        (nested.finest, nested.above)
    };
    progress.stage("outlines", 0, 1);
    let regions = dissolve(&units.regions, &solution.labels, solution.cells.len());
    let regions = renumber(&mut solution, regions);
    let linked = rules.linked(&graph)?;
    let figures = figures(&linked, &criterion.loads, &solution.labels, solution.cells.len());

    progress.stage("proof", 0, 1);
    let check = analyse(&regions, Some(&project.boundary.region))?;
    let count = |gap: bool| check.defects.iter().filter(|d| (d.kind == coverage::Kind::Gap) == gap).count();
    let within: Vec<Option<u32>> = solution.cells.iter().map(|c| c.parent).collect();
    // Parents that the units come with stay what the project calls parents.
    let own = units.parents_of().filter(|_| !above.is_empty());
    let parents: Vec<Option<u32>> = match own {
        Some(own) => first_units(&solution.labels, within.len()).map(|u| own.get(u).copied()).collect(),
        None => within.clone(),
    };
    let code = |old: &Option<u32>| old.and_then(|o| in_force?.codes.get(o as usize).cloned());
    let kept: Vec<Option<String>> = solution.moved.iter().flat_map(|m| &m.succession).map(code).collect();
    let used = in_force.map_or(&[][..], |c| &c.codes);
    let mut cell_names = order.codes.name(&parents, &units.parent_names, &kept, used)?;
    let all: Vec<&[u32]> = above.iter().map(Vec::as_slice).chain([solution.labels.as_slice()]).collect();
    if order.codes == Codes::Plain && !above.is_empty() {
        let codes = levels::codes(&all).pop().unwrap_or_default();
        cell_names.iter_mut().zip(codes).for_each(|(n, code)| n.code = code);
    }
    if in_force.is_none() {
        for lock in &rules.locks {
            let cell = solution.labels[lock.unit as usize] as usize;
            cell_names[cell].name.clone_from(&names[lock.cell as usize]);
        }
    }
    let levels = if above.is_empty() {
        Vec::new()
    } else {
        let (loads, wanted) = (&criterion.loads, &order.levels);
        levels::described(project, &linked, loads, &all, wanted, &regions, &cell_names)
    };
    let cells = cells::Order {
        project,
        frame,
        balance: order.balance,
        labels: &solution.labels,
        names: &cell_names,
        inputs: &order.inputs,
    };
    let (mut cells, certificate) = cells::described(&cells, regions);
    for (i, level) in levels.iter().enumerate().take(above.len()) {
        let units = first_units(&solution.labels, cells.len());
        for (cell, unit) in cells.iter_mut().zip(units) {
            let code = level.labels.get(unit).and_then(|&l| level.codes.get(l as usize));
            cell.figures.insert(format!("level_{}", i + 1), json!(code));
        }
    }
    let mut certificate = serde_json::to_value(&certificate?).unwrap_or_default();
    let proofs = Proofs {
        balance: order.balance.to_owned(),
        certificates: solution.certificates.clone(),
        above: (!above.is_empty()).then(|| within.iter().map(|p| p.unwrap_or(0)).collect()),
    };
    certificate["proofs"] = serde_json::to_value(proofs).unwrap_or_default();
    let of_cells: Option<Vec<u32>> = parents.iter().copied().collect();
    let pairs = order.pairs.then(|| pair(&linked, &solution.labels, cells.len(), of_cells.as_deref()));
    let plan = Plan {
        name: "网格".into(),
        labels: solution.labels.clone(),
        cells,
        certificate: Some(certificate),
        inputs: order.inputs.clone(),
        options: options_json(order),
        seed: order.options.seed,
    };
    Ok(Made { plan, solution, figures, gaps: count(true), overlaps: count(false), pairs, levels })
}

/// A unit of each cell.
fn first_units(labels: &[u32], cells: usize) -> impl Iterator<Item = usize> {
    let mut first = vec![0; cells];
    for (u, &l) in labels.iter().enumerate().rev() {
        first[l as usize] = u;
    }
    first.into_iter()
}

fn further(project: &Project, order: &Order<'_>) -> Result<Vec<solve::Further>, WorkError> {
    let one = |f: &Further| {
        let c = criterion(project, &f.column)?;
        let steps = |whole: i64| whole.saturating_mul(c.scale);
        let limit = match f.limit {
            Limit::Range { lo, hi } => Limit::Range { lo: steps(lo), hi: steps(hi) },
            share @ Limit::Share(_) => share,
        };
        let criterion = solve::Criterion { name: c.name.clone(), loads: c.loads.clone() };
        Ok(solve::Further { criterion, limit, weight: f.weight, hard: f.hard })
    };
    order.further.iter().map(one).collect()
}

/// Proofs of what no plan can do, as they stand under `proofs` in a plan's certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proofs {
    /// The criterion that the loads in them are of, in its steps.
    pub balance: String,
    /// The proofs.
    pub certificates: Vec<solve::Certificate>,
    /// With levels, what the proofs call the parent of each cell of the plan: its cell in the level above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Vec<u32>>,
}

impl Proofs {
    /// Confirms each from the units of `project` alone; gives the number of the first that fails, and why.
    ///
    /// # Errors
    /// [`WorkError`] when the project lacks the criterion, or its units are no coverage.
    pub fn recheck(&self, project: &Project) -> Result<Result<(), (usize, Refuted)>, WorkError> {
        let graph = unit_graph(project)?;
        let loads = &criterion(project, &self.balance)?.loads;
        let column = |c: &Criterion| solve::Criterion { name: c.name.clone(), loads: c.loads.clone() };
        let columns: Vec<solve::Criterion> = project.units.criteria.iter().map(column).collect();
        let further = columns.iter().collect();
        let labels = project.plan.iter().flat_map(|p| &p.labels);
        let above = self.above.as_ref().map(|above| {
            labels.map(|&l| above.get(l as usize).copied().unwrap_or(u32::MAX)).collect::<Vec<u32>>()
        });
        let parents = above.as_deref().or(project.units.parents_of());
        let facts = Facts { graph: &graph, loads, parents, further };
        let confirm = |(i, c): (usize, &solve::Certificate)| c.recheck(&facts).map_err(|e| (i, e));
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
    for f in &mut solution.further {
        f.outside.iter_mut().for_each(|c| *c = new_of_old[*c as usize]);
        f.outside.sort_unstable();
    }
    for u in &mut solution.unmet {
        u.cell = new_of_old[u.cell as usize];
    }
    solution.unmet.sort_by_key(|u| u.cell);
    if let Some(m) = &mut solution.moved {
        m.succession = order.iter().map(|&old| m.succession[old]).collect();
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
    if !order.levels.is_empty() {
        m.insert("levels".into(), json!(order.levels));
    }
    if !order.further.is_empty() {
        m.insert("further".into(), json!(order.further));
    }
    m
}
