//! A plan over the units of a project, with figures, proofs and a certificate.

mod codes;
mod dedicated;
mod handover;
mod levels;
mod most;
mod named;

use dedicated::Carved;

pub use codes::Codes;
pub use dedicated::{Dedicated, Severed};
pub use handover::{Handed, Leader, Located, handover};
pub use levels::PlanLevel;
pub use most::{MOST_UNITS, MostEqual, most_equal};
pub use named::NamedRules;

use super::WorkError;
use crate::cells;
use crate::frame::Frame;
use crate::store::model::{CellKind, Criterion, Input, Plan, Project, Units};
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
    /// How many of the cells each parent gets, by name; empty shares them by load.
    pub counts: Vec<(String, u32)>,
    /// What else to balance.
    pub further: Vec<Further>,
    /// Seed, tolerance, effort; what cells may weigh `within` in whole units too.
    pub options: Options,
    /// What cells must keep to.
    pub rules: NamedRules,
    /// Cells of their own that have no part in all this.
    pub dedicated: Vec<Dedicated>,
    /// The plan in force, if little of it shall change.
    pub current: Option<InForce>,
    /// Units, by id, around which the plan in force is repaired while everything else stays; empty for a whole plan. The
    /// goal is a range then.
    pub near: Vec<String>,
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
            counts: Vec::new(),
            further: Vec::new(),
            options: Options::default(),
            rules: NamedRules::default(),
            dedicated: Vec::new(),
            current: None,
            near: Vec::new(),
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
    /// Which of its cells are dedicated ones; their codes go on as dedicated ones only.
    pub dedicated: Vec<u32>,
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
    /// The base cells with giants, verdicts and proofs, in steps of the criterion; cell `i` is cell `i` of the plan.
    /// Units have their numbers in the project, but in proofs.
    pub solution: Solution,
    /// Figures computed from the labels of base cells alone.
    pub figures: Figures,
    /// The units of base cells, ascending. Proofs number units by their place here.
    pub base: Vec<u32>,
    /// Ground that dedicated cells cut off.
    pub severed: Vec<Severed>,
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
        let Ok(graph) = unit_graph(&project.units) else { return (inside, all) };
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
/// keeps half the load of one keeps its code. Dedicated cells are carved out first and come last.
///
/// # Errors
/// [`WorkError`]: an unknown criterion or unit, a problem that cannot be put, or (a fault) a result that does not tile.
pub fn make(
    project: &Project,
    frame: &Frame,
    order: &Order<'_>,
    progress: &dyn Progress,
) -> Result<Made, WorkError> {
    let carved = Carved::of(project, &order.dedicated)?;
    let base = base_cells(project, order, &carved, progress)?;
    let Base { mut solution, above, rules, lock_names, figures, of_levels, pairs, severed } = base;
    let in_force = order.current.as_ref();
    let count = solution.cells.len();

    // From here on all units and all cells, the dedicated ones last.
    progress.stage("outlines", 0, 1);
    let all = &project.units;
    let labels = |of: &[u32]| carved.over(of, |i| (count + i) as u32);
    let mut regions = dissolve(&all.regions, &labels(&solution.labels), count + carved.cells.len());
    let aside = regions.split_off(count);
    let mut regions = renumber(&mut solution, regions);
    let locked: Vec<(usize, String)> = match in_force {
        None => rules
            .locks
            .iter()
            .map(|l| (solution.labels[l.unit as usize] as usize, lock_names[l.cell as usize].clone()))
            .collect(),
        Some(_) => Vec::new(),
    };
    regions.extend(aside);
    solution.labels = labels(&solution.labels);
    carved.renumber(&mut solution);
    let anchors = if above.is_empty() { Vec::new() } else { carved.anchors(project)? };
    let above: Vec<Vec<u32>> =
        above.iter().map(|l| carved.over(l, |i| anchors.get(i).map_or(0, |&a| l[a as usize]))).collect();
    let whole = criterion(&project.name, all, order.balance)?;
    if let (Some(moved), Some(in_force)) = (&mut solution.moved, in_force) {
        moved.succession.extend(carved.succession(in_force, &whole.loads));
        let stays = |u: usize| moved.succession[solution.labels[u] as usize] == in_force.labels[u];
        moved.units = (0..all.ids.len())
            .filter(|&u| in_force.labels[u].is_some() && !stays(u))
            .map(|u| u as u32)
            .collect();
        moved.load = moved.units.iter().map(|&u| whole.loads[u as usize]).sum();
    }

    progress.stage("proof", 0, 1);
    let check = analyse(&regions, Some(&project.boundary.region))?;
    let defects = |gap: bool| check.defects.iter().filter(|d| (d.kind == coverage::Kind::Gap) == gap).count();
    let parents = |of: Option<&[u32]>| -> Vec<Option<u32>> {
        first_units(&solution.labels, regions.len()).map(|u| of.and_then(|of| of.get(u).copied())).collect()
    };
    // What proofs call parents; and what the project does, where the units come with some.
    let within = parents(above.last().map(Vec::as_slice).or(all.parents_of()));
    let own = parents(all.parents_of().or(above.last().map(Vec::as_slice)));
    let code = |old: &Option<u32>| old.and_then(|o| in_force?.codes.get(o as usize).cloned());
    let kept: Vec<Option<String>> = solution.moved.iter().flat_map(|m| &m.succession).map(code).collect();
    let used = in_force.map_or(&[][..], |c| &c.codes);
    let mut names = order.codes.name(&own, &all.parent_names, &kept, used)?;
    let labels_of: Vec<&[u32]> =
        above.iter().map(Vec::as_slice).chain([solution.labels.as_slice()]).collect();
    if order.codes == Codes::Plain && !above.is_empty() {
        let codes = levels::codes(&labels_of).pop().unwrap_or_default();
        names.iter_mut().zip(codes).for_each(|(n, code)| n.code = code);
    }
    for (cell, name) in locked {
        names[cell].name = name;
    }
    for (cell, (name, _)) in names.iter_mut().skip(count).zip(&carved.cells) {
        cell.name.clone_from(name);
        cell.kind = CellKind::Dedicated;
    }
    let levels = match above.is_empty() {
        true => Vec::new(),
        false => levels::described(&all.regions, &labels_of, of_levels, &order.levels, &regions, &names),
    };
    let cells = cells::Order {
        project,
        frame,
        balance: order.balance,
        labels: &solution.labels,
        names: &names,
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
        aside: carved.aside(),
    };
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
    let (gaps, overlaps, base) = (defects(true), defects(false), carved.numbers);
    Ok(Made { plan, solution, figures, gaps, overlaps, pairs, levels, base, severed })
}

/// The plan of the ground that dedicated cells leave, in its own numbers.
struct Base {
    solution: Solution,
    /// The cell of each unit in the levels above.
    above: Vec<Vec<u32>>,
    rules: solve::Rules,
    lock_names: Vec<String>,
    figures: Figures,
    /// The figures of all levels, the coarsest first.
    of_levels: Vec<Figures>,
    pairs: Option<Pairing>,
    severed: Vec<Severed>,
}

/// The parents that were given a number of cells, by their own number.
fn counts(units: &Units, named: &[(String, u32)]) -> Result<Option<Vec<(u32, u32)>>, WorkError> {
    let number = |name: &String| {
        let mut found = (0..).zip(&units.parent_names).filter(|p| p.1 == name).map(|p| p.0);
        match (found.next(), found.next()) {
            (Some(number), None) if units.parents.contains(&number) => Ok(number),
            _ => Err(WorkError::NoParent { name: name.clone() }),
        }
    };
    let one = |(name, cells): &(String, u32)| Ok((number(name)?, *cells));
    let mut counts = named.iter().map(one).collect::<Result<Vec<(u32, u32)>, WorkError>>()?;
    counts.sort_unstable();
    Ok((!named.is_empty()).then_some(counts))
}

fn base_cells(
    project: &Project,
    order: &Order<'_>,
    carved: &Carved<'_>,
    progress: &dyn Progress,
) -> Result<Base, WorkError> {
    let units = &*carved.base;
    let criterion = criterion(&project.name, units, order.balance)?;
    let further = further(&project.name, units, order)?;
    let in_force = order.current.as_ref();
    let rules = order.rules.beside(&carved.cells, &project.units.ids)?;
    let (mut rules, lock_names) = rules.resolve(&units.ids, in_force.map(|c| c.codes.as_slice()))?;
    progress.stage("graph", 0, 1);
    let graph = unit_graph(units)?;
    let steps = |loads: i64| loads.saturating_mul(criterion.scale);
    let goal = match order.goal {
        Goal::Range { lo, hi } => Goal::Range { lo: steps(lo), hi: steps(hi) },
        cells @ Goal::Cells(_) => cells,
    };
    let severed = carved.severed(project, &graph, &criterion.loads, goal)?;
    rules.links.extend(severed.iter().filter_map(|s| carved.places(s.link?)));
    let balanced = solve::Criterion { name: criterion.name.clone(), loads: criterion.loads.clone() };
    let counts = counts(units, &order.counts)?;
    let options = Options { within: order.options.within.map(|w| w.map(steps)), ..order.options };
    let homes = in_force.map(|c| carved.labels_in_force(c)).unwrap_or_default();
    let problem = Problem {
        further: &further,
        parents: units.parents_of(),
        counts: counts.as_deref(),
        parent_names: Some(&units.parent_names),
        rules: Some(&rules),
        current: in_force.map(|c| solve::Current { labels: &homes, price: c.price, cap: c.cap.map(steps) }),
        names: Some(&units.ids),
        lock_names: Some(&lock_names),
        ..Problem::new(&graph, &balanced, goal)
    };
    let order_of =
        |labels: &[u32], parents: Option<&[u32]>| levels::in_order(&units.regions, labels, parents);
    let (solution, above) = if !order.near.is_empty() {
        (carved.repaired(&problem, &order.near, &options)?, Vec::new())
    } else if order.levels.is_empty() {
        (solve(&problem, &options, progress)?, Vec::new())
    } else {
        let nested = solve_nested(&problem, &order.levels, &options, &order_of, progress)?;
        (nested.finest, nested.above)
    };
    let linked = rules.linked(&graph)?;
    let figures_of = |labels: &[u32], cells: usize| figures(&linked, &criterion.loads, labels, cells);
    let finest = figures_of(&solution.labels, solution.cells.len());
    let most = |labels: &[u32]| labels.iter().max().map_or(0, |&l| l as usize + 1);
    let of_levels = above.iter().map(|l| figures_of(l, most(l))).chain([finest.clone()]).collect();
    let pairs = order.pairs.then(|| {
        let (of, cells) = (above.last().map(Vec::as_slice).or(units.parents_of()), solution.cells.len());
        let parents: Option<Vec<u32>> =
            of.map(|of| first_units(&solution.labels, cells).map(|u| of[u]).collect());
        pair(&linked, &solution.labels, cells, parents.as_deref())
    });
    Ok(Base { solution, above, rules, lock_names, figures: finest, of_levels, pairs, severed })
}

/// A unit of each cell.
fn first_units(labels: &[u32], cells: usize) -> impl Iterator<Item = usize> {
    let mut first = vec![0; cells];
    for (u, &l) in labels.iter().enumerate().rev() {
        first[l as usize] = u;
    }
    first.into_iter()
}

fn further(project: &str, units: &Units, order: &Order<'_>) -> Result<Vec<solve::Further>, WorkError> {
    let one = |f: &Further| {
        let c = criterion(project, units, &f.column)?;
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
    /// Units of dedicated cells, ascending: proofs number units as if these were not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<u32>,
}

impl Proofs {
    /// Confirms each from the units of `project` alone; gives the number of the first that fails, and why.
    ///
    /// # Errors
    /// [`WorkError`] when the project lacks the criterion, or its units are no coverage.
    pub fn recheck(&self, project: &Project) -> Result<Result<(), (usize, Refuted)>, WorkError> {
        let is_aside = |u: &usize| self.aside.binary_search(&(*u as u32)).is_ok();
        let units = dedicated::without(&project.units, &self.aside);
        let graph = unit_graph(&units)?;
        let loads = &criterion(&project.name, &units, &self.balance)?.loads;
        let column = |c: &Criterion| solve::Criterion { name: c.name.clone(), loads: c.loads.clone() };
        let columns: Vec<solve::Criterion> = units.criteria.iter().map(column).collect();
        let further = columns.iter().collect();
        let labels = project.plan.iter().flat_map(|p| &p.labels).enumerate().filter(|(u, _)| !is_aside(u));
        let above = self.above.as_ref().map(|above| {
            labels.map(|(_, &l)| above.get(l as usize).copied().unwrap_or(u32::MAX)).collect::<Vec<u32>>()
        });
        let parents = above.as_deref().or(units.parents_of());
        let facts = Facts { graph: &graph, loads, parents, further };
        let confirm = |(i, c): (usize, &solve::Certificate)| c.recheck(&facts).map_err(|e| (i, e));
        Ok(self.certificates.iter().enumerate().try_for_each(confirm))
    }
}

/// Which units touch, and for how long.
///
/// # Errors
/// [`WorkError::Graph`] when there are too many of them.
pub fn unit_graph(units: &Units) -> Result<UnitGraph, WorkError> {
    let regions = &units.regions;
    Ok(UnitGraph::of_coverage(regions, &Chain::of(regions, None).cancel().borders, MIN_SHARED_MM)?)
}

fn criterion<'a>(project: &str, units: &'a Units, name: &str) -> Result<&'a Criterion, WorkError> {
    let all = &units.criteria;
    all.iter().find(|c| c.name == name).ok_or_else(|| WorkError::NoColumn {
        path: project.to_owned(),
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
