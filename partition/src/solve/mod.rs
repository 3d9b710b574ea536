//! Cutting units into cells: contiguous always, parents kept, loads as asked, shapes compact.
//!
//! # When to use
//! [`solve`] makes a plan from nothing, for a number of cells or a range of loads ([`Goal`]).
//!
//! # Steps
//! 1. Each connected component of each parent is a region of its own; a number of cells is shared over them by
//!    largest remainder.
//! 2. Giants (units heavier than `hi`, or than the fair share) become cells of their own.
//! 3. Small pieces go to the exact engine: all connected cells in bounds, then an exact cover. It returns the best
//!    plan or a proof that there is none.
//! 4. Others: proportional recursive bisection; V-cycles of contiguity-preserving moves on balance and
//!    Polsby–Popper; recuts of cells outside their bounds with neighbours, along random trees; then shape within the
//!    bounds.
//!
//! # Promises
//! Every unit in exactly one cell, every cell in one piece and in one parent, none empty. The same bytes for the same
//! input, options and seed on any number of threads, unless stopped. A range is never silently missed: each parent
//! is feasible, infeasible with a [`Certificate`] and its [`Relaxation`], or undecided.
//!
//! # Known weaknesses
//! The heuristics see one criterion. A parent beyond the exact engine is infeasible only by weight or pocket;
//! otherwise "not found" stays "not disproved". Equal bytes are promised for one machine type: `ln` and `atan2` come
//! from the system's library.
//!
//! # References
//! solver.md §4; King et al. 2012 (local contiguity); DeFord et al. 2021 (tree recuts); Garfinkel and Nemhauser 1970
//! (set partitioning of districts).

mod band;
mod bisect;
pub mod certificate;
mod coarsen;
mod cut;
mod decide;
mod draft;
mod error;
mod exact;
mod part;
mod recut;
mod refine;
mod region;
mod relax;
mod rng;
mod share;
mod solution;

pub use certificate::Certificate;
pub use error::SolveError;
pub use relax::{Relaxation, Step};
pub use solution::{CellSummary, GiantNote, ParentVerdict, Solution, SplitParent};

use crate::{graph::UnitGraph, measure::fair_share, progress::Progress};
use cut::Work;
use decide::{Decision, Range, decide};
use exact::Limits;
use part::Part;
use rayon::prelude::*;
use region::{Cell, Context, into_cells, into_range};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What cells shall be equal in: households, persons, buildings …
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its name, for messages.
    pub name: String,
    /// The load of each unit, 0 or more.
    pub loads: Vec<i64>,
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

/// A problem to solve.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// Who borders whom.
    pub graph: &'a UnitGraph,
    /// What to balance.
    pub criterion: &'a Criterion,
    /// The parent of each unit; no cell crosses parents. Any numbers.
    pub parents: Option<&'a [u32]>,
    /// What is asked for.
    pub goal: Goal,
}

/// How to solve it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Seed of all randomness. Default 1.
    pub seed: u64,
    /// With [`Goal::Cells`]: loads within this share of the mean are equal, then shape decides. `None` (default)
    /// makes the worst deviation as small as can be.
    pub tolerance: Option<f64>,
    /// Work units: rounds of improvement; time grows in proportion. Default 12.
    pub effort: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, tolerance: None, effort: 12 }
    }
}

/// Solves `problem`.
///
/// # Errors
/// [`SolveError`] for input that cannot be right or a number of cells that cannot be. A range that cannot be met is
/// no error: see [`Solution::verdicts`].
pub fn solve(
    problem: &Problem<'_>,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Solution, SolveError> {
    check(problem, options)?;
    let regions = regions(problem);
    let stopped = AtomicBool::new(false);
    let stop = || {
        let now = progress.cancelled();
        if now {
            stopped.store(true, Ordering::Relaxed);
        }
        now
    };
    let effort = options.effort.max(1) as usize;
    let context = Context {
        seed: options.seed,
        work: Work {
            effort,
            limits: Limits { columns: 8_000 * effort, steps: 60_000 * effort as u64 },
            stop: &stop,
        },
        limits: Limits { columns: 25_000 * effort, steps: 1_000_000 * effort as u64 },
    };
    let counts = match problem.goal {
        Goal::Cells(k) => Some(share_cells(problem, &regions, k)?),
        Goal::Range { .. } => None,
    };
    let done = AtomicU64::new(0);
    progress.stage("cells", 0, regions.len() as u64);
    let cells: Vec<Vec<Cell>> = regions
        .par_iter()
        .enumerate()
        .map(|(i, region)| {
            let cells = match problem.goal {
                Goal::Cells(_) => {
                    let k = counts.as_ref().map_or(1, |c| c[i]);
                    into_cells(&region.part, k, options.tolerance, context)
                }
                Goal::Range { lo, hi } => into_range(&region.part, Range { lo, hi }, context),
            };
            progress.stage("cells", done.fetch_add(1, Ordering::Relaxed) + 1, regions.len() as u64);
            cells
        })
        .collect();
    let verdicts = match problem.goal {
        Goal::Range { lo, hi } => verdicts(&regions, &cells, problem, Range { lo, hi }, context, progress),
        Goal::Cells(_) => Vec::new(),
    };
    Ok(solution::assemble(problem, &regions, cells, verdicts, stopped.load(Ordering::Relaxed)))
}

/// A connected component of a parent.
struct Region {
    parent: Option<u32>,
    part: Part,
}

/// Components by parent, then by smallest unit.
fn regions(problem: &Problem<'_>) -> Vec<Region> {
    let components = problem
        .parents
        .map_or_else(|| problem.graph.components(), |parents| problem.graph.components_within(parents));
    let mut regions: Vec<Region> = components
        .members()
        .iter()
        .map(|units| Region {
            parent: problem.parents.map(|p| p[units[0] as usize]),
            part: Part::of(problem.graph, &problem.criterion.loads, units),
        })
        .collect();
    regions.sort_by_key(|r| (r.parent, r.part.units[0]));
    regions
}

fn check(problem: &Problem<'_>, options: &Options) -> Result<(), SolveError> {
    let (graph, criterion) = (problem.graph, problem.criterion);
    let units = graph.len();
    let name = || criterion.name.clone();
    if units == 0 {
        return Err(SolveError::NoUnits);
    }
    if criterion.loads.len() != units {
        return Err(SolveError::ColumnLength { column: name(), given: criterion.loads.len(), units });
    }
    if let Some(given) = problem.parents.map(<[u32]>::len).filter(|&given| given != units) {
        return Err(SolveError::ColumnLength { column: "parents".to_owned(), given, units });
    }
    if let Some(unit) = criterion.loads.iter().position(|&w| w < 0) {
        let load = criterion.loads[unit];
        return Err(SolveError::NegativeLoad { criterion: name(), unit: unit as u32, load });
    }
    let total: i128 = criterion.loads.iter().map(|&w| i128::from(w)).sum();
    if total == 0 {
        return Err(SolveError::NoLoad { criterion: name() });
    }
    if total > 1 << 53 {
        return Err(SolveError::LoadTooLarge { criterion: name() });
    }
    for (what, column) in [("area", &graph.area_mm2), ("perimeter", &graph.perimeter_mm)] {
        if column.iter().map(|&x| i128::from(x)).sum::<i128>() > 1 << 62 {
            return Err(SolveError::MeasureTooLarge { what });
        }
    }
    if options.tolerance.is_some_and(|t| !(0.0..=1.0).contains(&t)) {
        return Err(SolveError::Tolerance);
    }
    match problem.goal {
        Goal::Cells(0) => Err(SolveError::NoCells),
        Goal::Cells(cells) if cells as usize > units => Err(SolveError::TooManyCells { cells, units }),
        Goal::Range { lo, hi } if lo < 0 || hi < lo.max(1) || hi > 1 << 53 => {
            Err(SolveError::Range { lo, hi })
        }
        _ => Ok(()),
    }
}

/// How many of `k` cells each region gets; giants count as one fair share, whatever they weigh.
fn share_cells(problem: &Problem<'_>, regions: &[Region], k: u32) -> Result<Vec<u32>, SolveError> {
    if regions.len() > k as usize {
        let mut parents: Vec<Option<u32>> = regions.iter().map(|r| r.parent).collect();
        parents.dedup();
        return Err(SolveError::TooFewCells { cells: k, pieces: regions.len(), parents: parents.len() });
    }
    let fair = fair_share(&problem.criterion.loads, k as usize).fair_share.ceil() as i64;
    let mut parents: Vec<(Option<u32>, i128, u32, u32)> = Vec::new();
    let load = |r: &Region| r.part.loads.iter().map(|&w| i128::from(w.min(fair))).sum::<i128>();
    for region in regions {
        let (w, units) = (load(region), region.part.len() as u32);
        match parents.last_mut().filter(|p| p.0 == region.parent) {
            Some(p) => *p = (p.0, p.1 + w, p.2 + 1, p.3 + units),
            None => parents.push((region.parent, w, 1, units)),
        }
    }
    let loads: Vec<i128> = parents.iter().map(|p| p.1).collect();
    let bounds: Vec<(u32, u32)> = parents.iter().map(|p| (p.2, p.3)).collect();
    let mut counts = Vec::with_capacity(regions.len());
    let mut first = 0;
    for (given, parent) in share(k, &loads, &bounds).into_iter().zip(&parents) {
        let own = &regions[first..first + parent.2 as usize];
        first += parent.2 as usize;
        let loads: Vec<i128> = own.iter().map(load).collect();
        let bounds: Vec<(u32, u32)> = own.iter().map(|r| (1, r.part.len() as u32)).collect();
        counts.extend(share::share(given, &loads, &bounds));
    }
    Ok(counts)
}

use share::share;

/// A verdict on one parent before certificates are numbered.
struct Verdict {
    parent: Option<u32>,
    decision: Decision,
    relaxation: Option<Relaxation>,
}

fn verdicts(
    regions: &[Region],
    cells: &[Vec<Cell>],
    problem: &Problem<'_>,
    range: Range,
    context: Context<'_>,
    progress: &dyn Progress,
) -> Vec<Verdict> {
    let groups: Vec<(usize, usize)> = regions
        .chunk_by(|a, b| a.parent == b.parent)
        .scan(0, |first, group| {
            let from = *first;
            *first += group.len();
            Some((from, *first))
        })
        .collect();
    let done = AtomicU64::new(0);
    groups
        .par_iter()
        .map(|&(from, to)| {
            let parent = regions[from].parent;
            let inside = cells[from..to].iter().flatten().all(|cell| {
                let load: i64 = cell.units.iter().map(|&u| problem.criterion.loads[u as usize]).sum();
                cell.giant.map_or((range.lo..=range.hi).contains(&load), |_| cell.units.len() == 1)
            });
            let decision = if inside {
                // The plan in hand is the proof.
                Decision::Feasible
            } else {
                let parts: Vec<Part> = regions[from..to].iter().map(|r| r.part.clone()).collect();
                decide(parent, &parts, range, context.limits)
            };
            let relaxation = matches!(decision, Decision::Infeasible(_)).then(|| {
                let parts: Vec<Part> = regions[from..to].iter().map(|r| r.part.clone()).collect();
                relax::relax(parent, &parts, range, context.limits)
            });
            progress.stage("verdicts", done.fetch_add(1, Ordering::Relaxed) + 1, groups.len() as u64);
            Verdict { parent, decision, relaxation }
        })
        .collect()
}
