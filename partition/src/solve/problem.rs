//! What is asked: units, what to balance, how many cells, which rules.

use super::{Rules, SolveError, part::NOWHERE};
use crate::graph::UnitGraph;
use serde::{Deserialize, Serialize};

/// What cells shall be equal in: households, persons, buildings …
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its name, for messages.
    pub name: String,
    /// The load of each unit, 0 or more.
    pub loads: Vec<i64>,
}

/// A criterion beside the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Further {
    /// What is added up.
    pub criterion: Criterion,
    /// What a cell may have of it.
    pub limit: Limit,
    /// What leaving the limit costs against leaving that of the first criterion; 1 is as much.
    pub weight: f64,
    /// Whether every stage insists on the limit; a soft one is only priced.
    pub hard: bool,
}

/// What a cell may have of a further criterion.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// At most this share away from the mean.
    Share(f64),
    /// From `lo` to `hi`.
    Range {
        /// Least load of a cell.
        lo: i64,
        /// Greatest load of a cell.
        hi: i64,
    },
}

impl Limit {
    /// Whether a cell may have `load` where the mean of all is `mean`.
    ///
    /// A share never excludes the whole numbers next to the mean.
    #[must_use]
    pub fn admits(self, load: i64, mean: f64) -> bool {
        match self {
            Self::Share(share) => super::band::Band::around(mean, share).admits(load),
            Self::Range { lo, hi } => (lo..=hi).contains(&load),
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Exactly so many cells, equally loaded; over several parents by largest remainder.
    Cells(u32),
    /// As many cells as it takes for each to weigh `lo` to `hi`.
    Range {
        /// Least load of a cell.
        lo: i64,
        /// Greatest load of a cell.
        hi: i64,
    },
}

impl Goal {
    /// The range that a share around the mean allows; never without the whole numbers next to the mean.
    #[must_use]
    pub fn around(mean: f64, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let [lo, hi] = [mean * (1.0 - share), mean * (1.0 + share)];
        Self::Range {
            lo: lo.ceil().min(mean.floor()).max(0.0) as i64,
            hi: hi.floor().max(mean.ceil()).max(1.0) as i64,
        }
    }
}

/// The plan that is in force, to change as little of it as can be.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// The cell of each unit; `None` for units that have none.
    pub labels: &'a [Option<u32>],
    /// What it costs to move as much load as a cell has, against the other terms; the default suits most.
    pub price: f64,
    /// The most load that may move.
    pub cap: Option<i64>,
}

impl Current<'_> {
    /// A price at which cells change for balance and hardly ever for shape.
    pub const USUAL_PRICE: f64 = 4.0;
}

/// A problem to solve.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// Who borders whom.
    pub graph: &'a UnitGraph,
    /// What to balance first.
    pub criterion: &'a Criterion,
    /// What else to balance.
    pub further: &'a [Further],
    /// The parent of each unit; no cell crosses parents. Any numbers.
    pub parents: Option<&'a [u32]>,
    /// What is asked for.
    pub goal: Goal,
    /// With [`Goal::Cells`]: how many of the cells each parent gets, ascending by parent; `None` shares them by load.
    pub counts: Option<&'a [(u32, u32)]>,
    /// What cells must keep to.
    pub rules: Option<&'a Rules>,
    /// The plan in force, if little of it shall change.
    pub current: Option<Current<'a>>,
    /// What to call units in messages; their numbers without.
    pub names: Option<&'a [String]>,
    /// What to call the cells of locks in messages; their numbers without.
    pub lock_names: Option<&'a [String]>,
    /// What to call parents in messages; their numbers without.
    pub parent_names: Option<&'a [String]>,
}

impl<'a> Problem<'a> {
    /// One criterion, no parents, no rules.
    #[must_use]
    pub fn new(graph: &'a UnitGraph, criterion: &'a Criterion, goal: Goal) -> Self {
        Self {
            graph,
            criterion,
            further: &[],
            parents: None,
            goal,
            counts: None,
            rules: None,
            current: None,
            names: None,
            lock_names: None,
            parent_names: None,
        }
    }

    pub(crate) fn name(&self, unit: u32) -> String {
        self.names.and_then(|n| n.get(unit as usize).cloned()).unwrap_or_else(|| unit.to_string())
    }

    pub(crate) fn lock_name(&self, cell: u32) -> String {
        self.lock_names.and_then(|n| n.get(cell as usize).cloned()).unwrap_or_else(|| cell.to_string())
    }

    pub(crate) fn parent_name(&self, parent: u32) -> String {
        self.parent_names.and_then(|n| n.get(parent as usize).cloned()).unwrap_or_else(|| parent.to_string())
    }

    /// How many cells `parent` shall have, where that is said.
    pub(crate) fn count_of(&self, parent: Option<u32>) -> Option<u32> {
        let (counts, parent) = (self.counts?, parent?);
        counts.binary_search_by_key(&parent, |c| c.0).ok().map(|i| counts[i].1)
    }

    pub(crate) fn criteria(&self) -> impl Iterator<Item = &'a Criterion> {
        std::iter::once(self.criterion).chain(self.further.iter().map(|f| &f.criterion))
    }

    /// The cell of each unit in the current plan, [`NOWHERE`] for none; empty without one.
    pub(crate) fn homes(&self) -> Vec<u32> {
        self.current.iter().flat_map(|c| c.labels).map(|l| l.unwrap_or(NOWHERE)).collect()
    }

    /// The rules with what locks say of the plan in force: the heaviest unit of a cell that units are locked to is
    /// locked to it too.
    pub(crate) fn with_standing_locks(&self, rules: &Rules) -> Rules {
        let mut rules = rules.clone();
        let Some(current) = self.current else { return rules };
        let mut cells: Vec<u32> = rules.locks.iter().map(|l| l.cell).collect();
        cells.sort_unstable();
        cells.dedup();
        for cell in cells {
            let elsewhere = |u: u32| rules.locks.iter().any(|l| l.unit == u && l.cell != cell);
            let own = (0..self.graph.len() as u32).filter(|&u| current.labels[u as usize] == Some(cell));
            let n = self.graph.len() as u32;
            let heaviest =
                own.filter(|&u| !elsewhere(u)).max_by_key(|&u| (self.criterion.loads[u as usize], n - u));
            rules.locks.extend(heaviest.map(|unit| super::Lock { unit, cell }));
        }
        rules
    }

    /// Whether a plan that meets the range of the first criterion need not meet anything else.
    pub(crate) fn is_plain(&self) -> bool {
        self.current.is_none()
            && !self.further.iter().any(|f| f.hard)
            && self.rules.is_none_or(Rules::is_free)
    }
}

/// How to solve it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Seed of all randomness. Default 1.
    pub seed: u64,
    /// With [`Goal::Cells`]: loads within this share of the mean are equal, then shape decides. `None` (default)
    /// makes the worst deviation as small as can be.
    pub tolerance: Option<f64>,
    /// With [`Goal::Cells`]: loads from the first to the second are equal, whatever the mean of a parent is; goes
    /// before `tolerance`.
    pub within: Option<[i64; 2]>,
    /// Work units: rounds of improvement; time grows in proportion. Default 12.
    pub effort: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, tolerance: None, within: None, effort: 12 }
    }
}

/// Refuses what cannot be right, whatever the rules say.
pub(crate) fn check(problem: &Problem<'_>, options: &Options) -> Result<(), SolveError> {
    let graph = problem.graph;
    let units = graph.len();
    if units == 0 {
        return Err(SolveError::NoUnits);
    }
    let length = |column: &str, given: usize| match given == units {
        true => Ok(()),
        false => Err(SolveError::ColumnLength { column: column.to_owned(), given, units }),
    };
    for criterion in problem.criteria() {
        check_loads(problem, criterion)?;
    }
    for f in problem.further {
        let name = || f.criterion.name.clone();
        match f.limit {
            Limit::Share(s) if !(0.0..=1.0).contains(&s) => return Err(SolveError::Tolerance),
            Limit::Range { lo, hi } => check_range(lo, hi)?,
            Limit::Share(_) => {}
        }
        if !f.weight.is_finite() || f.weight < 0.0 {
            return Err(SolveError::Weight { criterion: name() });
        }
    }
    problem.parents.map_or(Ok(()), |p| length("parents", p.len()))?;
    if let Some(current) = problem.current {
        length("the current plan", current.labels.len())?;
        if !current.price.is_finite() || current.price < 0.0 {
            return Err(SolveError::Weight { criterion: "moved load".to_owned() });
        }
    }
    for (what, column) in [("area", &graph.area_mm2), ("perimeter", &graph.perimeter_mm)] {
        if column.iter().map(|&x| i128::from(x)).sum::<i128>() > 1 << 62 {
            return Err(SolveError::MeasureTooLarge { what });
        }
    }
    if options.tolerance.is_some_and(|t| !(0.0..=1.0).contains(&t)) {
        return Err(SolveError::Tolerance);
    }
    if let Some([lo, hi]) = options.within {
        check_range(lo, hi)?;
    }
    if let (Goal::Cells(cells), Some(counts)) = (problem.goal, problem.counts) {
        let sum = counts.iter().map(|c| u64::from(c.1)).sum::<u64>();
        if sum != u64::from(cells) || !counts.windows(2).all(|w| w[0].0 < w[1].0) {
            return Err(SolveError::Counts { cells, sum });
        }
        let uncounted = |p: &&u32| problem.count_of(Some(**p)).is_none();
        if let Some(&parent) = problem.parents.unwrap_or_default().iter().find(uncounted) {
            return Err(SolveError::Uncounted { parent: problem.parent_name(parent) });
        }
    }
    match problem.goal {
        Goal::Cells(0) => Err(SolveError::NoCells),
        Goal::Cells(cells) if cells as usize > units => Err(SolveError::TooManyCells { cells, units }),
        Goal::Cells(_) => Ok(()),
        Goal::Range { lo, hi } => check_range(lo, hi),
    }
}

fn check_range(lo: i64, hi: i64) -> Result<(), SolveError> {
    if lo < 0 || hi < lo.max(1) || hi > 1 << 53 { Err(SolveError::Range { lo, hi }) } else { Ok(()) }
}

fn check_loads(problem: &Problem<'_>, criterion: &Criterion) -> Result<(), SolveError> {
    let (units, name) = (problem.graph.len(), || criterion.name.clone());
    if criterion.loads.len() != units {
        return Err(SolveError::ColumnLength { column: name(), given: criterion.loads.len(), units });
    }
    if let Some(unit) = criterion.loads.iter().position(|&w| w < 0) {
        let load = criterion.loads[unit];
        let unit = problem.name(unit as u32);
        return Err(SolveError::NegativeLoad { criterion: name(), unit, load });
    }
    match criterion.loads.iter().map(|&w| i128::from(w)).sum::<i128>() {
        0 => Err(SolveError::NoLoad { criterion: name() }),
        total if total > 1 << 53 => Err(SolveError::LoadTooLarge { criterion: name() }),
        _ => Ok(()),
    }
}
