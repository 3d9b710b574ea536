//! Cutting units into cells: contiguous always, parents kept, loads as asked, shapes compact.
//!
//! # When to use
//! [`solve`] makes a plan for a number of cells or a range of loads ([`Goal`]), from nothing or with little change
//! from the plan in force ([`Current`]), in one criterion or several ([`Further`]), under [`Rules`]. [`solve_near`]
//! repairs the plan in force around an edit, [`fn@standing`] describes what comes out; [`prove_most_equal`] proves small pieces.
//!
//! # Steps
//! 0. Units that stay together become one; what stays apart is a group of which no cell holds two.
//! 1. Each connected component of each parent is a region of its own; a number of cells is shared over them by
//!    largest remainder.
//! 2. Giants (units heavier than `hi`, or than the fair share) become cells of their own.
//! 3. Small pieces go to the exact engine: all connected cells in bounds, then an exact cover. It returns the best
//!    plan or a proof that there is none.
//! 4. Others: proportional recursive bisection; annealing on balance and Polsby–Popper, clusters of units first;
//!    ejection chains from cells outside their bounds; recuts of those left with neighbours, along random trees and
//!    exactly; the ground around those still left melted and annealed anew; of small ground several plans; then shape
//!    within the bounds.
//! 5. With a current plan: its cells, made whole, instead of a bisection; every move has its price.
//!
//! # Promises
//! Every unit in exactly one cell, every cell in one piece and in one parent, none empty. The same bytes for the same
//! input, options and seed on any number of threads, unless stopped. A range is never silently missed: each parent
//! is feasible, infeasible with a [`Certificate`] and its [`Relaxation`], or undecided. Nor is any other limit: each
//! cell outside one is [`Unmet`], with a proof where one was found. Rules that exclude each other are named, the fewest
//! that do.
//!
//! # Known weaknesses
//! Tolerances of further criteria are around the mean of a connected piece while the plan forms. A parent beyond the
//! exact engine is infeasible only by weight or pocket; otherwise "not found" stays "not disproved". Equal bytes are
//! promised for one machine type: `ln` and `atan2` come from the system's library.
//!
//! # References
//! solver.md §4; King et al. 2012 (local contiguity); DeFord et al. 2021 (tree recuts); Garfinkel and Nemhauser 1970
//! (set partitioning of districts).

mod anneal;
mod apart;
mod band;
mod bisect;
mod bound;
pub mod certificate;
mod certify;
mod chain;
mod coarsen;
mod cut;
mod decide;
mod draft;
mod error;
mod exact;
mod near;
mod nested;
mod part;
mod problem;
mod prove;
mod recut;
mod refine;
mod region;
mod reheat;
mod relax;
mod rng;
mod rules;
mod share;
mod solution;
mod standing;
mod warm;

pub use certificate::Certificate;
pub use certify::Unmet;
pub use error::SolveError;
pub use near::{Near, solve_near};
pub use nested::{Level, Nested, Numbering, solve_nested};
pub use problem::{Criterion, Current, Further, Goal, Limit, Options, Problem};
pub use prove::{Proved, prove_most_equal};
pub use relax::{Relaxation, Step};
pub use rules::{Crossing, Lock, Rules};
pub use solution::{
    CellSummary, FurtherResult, GiantNote, Moved, ParentBound, ParentVerdict, Solution, SplitParent,
};
pub use standing::{anchored, standing};

use crate::{measure::fair_share, progress::Progress};
use apart::fewest;
use certificate::{Clash, Facts, Naming};
use cut::Work;
use decide::{Decision, Range};
use draft::Change;
use exact::Limits;
use part::{NOWHERE, Part};
use rayon::prelude::*;
use region::{Cell, Context, into_cells, into_range};
use rules::Reduced;
use share::share;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Units that all attempts together may cut: small problems get several.
const ATTEMPTED: usize = 40_000;
const MOST_ATTEMPTS: usize = 400;

/// Solves `problem`.
///
/// # Errors
/// [`SolveError`] for input that cannot be right, a number of cells that cannot be, or rules that contradict each
/// other or were not met. A range that cannot be met is no error: see [`Solution::verdicts`].
pub fn solve(
    problem: &Problem<'_>,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Solution, SolveError> {
    problem::check(problem, options)?;
    solved(problem, options, progress).map_err(|e| explained(problem, e))
}

/// Where rules are why there is no plan: which of them, if that can be shown.
fn explained(problem: &Problem<'_>, error: SolveError) -> SolveError {
    let by_rules = matches!(
        error,
        SolveError::Contradiction { .. }
            | SolveError::LockedTwice { .. }
            | SolveError::NoWay { .. }
            | SolveError::AcrossParents { .. }
            | SolveError::TooFewForApart { .. }
            | SolveError::NotApart { .. }
            | SolveError::TooFewCells { .. }
            | SolveError::TooManyCells { .. }
    );
    let Some(rules) = problem.rules.filter(|r| by_rules && !r.is_free()) else { return error };
    let cells = match problem.goal {
        Goal::Cells(k) => Some(k),
        Goal::Range { .. } => None,
    };
    match Clash::find(&Facts::of(problem), &problem.with_standing_locks(rules), cells) {
        Ok(Some(clash)) => {
            let words = clash.words(&Naming { unit: &|u| problem.name(u), cell: &|c| problem.lock_name(c) });
            SolveError::Clash { clash: Box::new(clash), words }
        }
        _ => error,
    }
}

fn solved(problem: &Problem<'_>, options: &Options, progress: &dyn Progress) -> Result<Solution, SolveError> {
    let mut reduced = Reduced::of(problem)?;
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
            attempts: (ATTEMPTED / reduced.part.len().max(1)).clamp(1, MOST_ATTEMPTS),
            limits: Limits { columns: 8_000 * effort, steps: 60_000 * effort as u64 },
            stop: &stop,
        },
        limits: Limits { columns: 25_000 * effort, steps: 1_000_000 * effort as u64 },
        further: problem.further,
        within: options.within,
        change: Change::FREE,
    };
    let regions = regions(std::mem::take(&mut reduced.part), reduced.parents.as_deref());
    let present = present(&regions);
    let counts = match problem.goal {
        Goal::Cells(k) => share_cells(problem, &regions, &present, k)?,
        Goal::Range { .. } => present,
    };
    let total = problem.criterion.loads.iter().sum::<i64>().max(1);
    let done = AtomicU64::new(0);
    progress.stage("cells", 0, regions.len() as u64);
    let cells: Vec<Vec<Cell>> = regions
        .par_iter()
        .zip(&counts)
        .map(|(region, &count)| {
            // Each region may move its part of the cap.
            let own =
                |cap: i64| (i128::from(cap) * i128::from(region.part.load()) / i128::from(total)) as i64;
            let change = problem
                .current
                .map_or(Change::FREE, |c| Change { price: c.price, cap: c.cap.map_or(i64::MAX, own) });
            let context = Context { change, ..context };
            let mut cells = match problem.goal {
                Goal::Cells(_) => into_cells(&region.part, count, options.tolerance, context),
                Goal::Range { lo, hi } => into_range(&region.part, Range { lo, hi }, count, context),
            };
            for cell in &mut cells {
                expand(cell, &reduced, problem);
            }
            progress.stage("cells", done.fetch_add(1, Ordering::Relaxed) + 1, regions.len() as u64);
            cells
        })
        .collect();
    let verdicts = match problem.goal {
        Goal::Range { lo, hi } => certify::verdicts(&cells, problem, Range { lo, hi }, context, progress)?,
        Goal::Cells(_) => Vec::new(),
    };
    let mut solution =
        solution::assemble(problem, &regions, cells, verdicts, stopped.load(Ordering::Relaxed));
    reduced.confirm(problem, &solution.labels)?;
    let cap = problem.current.and_then(|c| c.cap);
    if let (Some(moved), Some(cap)) = (&solution.moved, cap)
        && moved.load > cap
    {
        let criterion = problem.criterion.name.clone();
        return Err(SolveError::MovedAboveCap { criterion, moved: moved.load, cap });
    }
    certify::unmet(problem, options, &mut solution, context, progress)?;
    bound::find(problem, options, &mut solution, context)?;
    Ok(solution)
}

/// Puts the units that stay together in the place of the one they were solved as.
fn expand(cell: &mut Cell, reduced: &Reduced, problem: &Problem<'_>) {
    let heaviest = |units: &[u32]| {
        let load = |u: u32| problem.criterion.loads[u as usize];
        units.iter().copied().max_by_key(|&u| (load(u), std::cmp::Reverse(u)))
    };
    cell.giant = cell.giant.and_then(|g| heaviest(&reduced.members[g as usize]));
    cell.units = cell.units.iter().flat_map(|&u| reduced.members[u as usize].iter().copied()).collect();
    cell.units.sort_unstable();
}

/// A connected component of a parent.
struct Region {
    parent: Option<u32>,
    part: Part,
}

/// Components by parent, then by smallest unit.
fn regions(whole: Part, parents: Option<&[u32]>) -> Vec<Region> {
    let components =
        parents.map_or_else(|| whole.graph.components(), |parents| whole.graph.components_within(parents));
    if components.count == 1 {
        return vec![Region { parent: parents.map(|p| p[0]), part: whole }];
    }
    let mut regions: Vec<Region> = components
        .members()
        .iter()
        .map(|units| Region { parent: parents.map(|p| p[units[0] as usize]), part: whole.sub(units) })
        .collect();
    regions.sort_by_key(|r| (r.parent, r.part.units[0]));
    regions
}

/// How many cells of the current plan each region holds most of; at least one.
fn present(regions: &[Region]) -> Vec<u32> {
    let mut most: BTreeMap<u32, (i64, usize)> = BTreeMap::new();
    for (i, region) in regions.iter().enumerate() {
        let mut loads: BTreeMap<u32, i64> = BTreeMap::new();
        for (&home, &w) in region.part.home.iter().zip(&region.part.loads).filter(|e| *e.0 != NOWHERE) {
            *loads.entry(home).or_default() += w;
        }
        for (home, load) in loads {
            let best = most.entry(home).or_insert((load, i));
            if load > best.0 {
                *best = (load, i);
            }
        }
    }
    let mut counts = vec![0_u32; regions.len()];
    for (_, i) in most.into_values() {
        counts[i] += 1;
    }
    counts.iter().map(|&c| c.max(1)).collect()
}

/// How many of `k` cells each region gets; giants count as one fair share, whatever they weigh. With a current
/// plan, what it has now, and more or fewer where cells are heaviest or lightest.
fn share_cells(
    problem: &Problem<'_>,
    regions: &[Region],
    present: &[u32],
    k: u32,
) -> Result<Vec<u32>, SolveError> {
    let least: Vec<u32> = regions.iter().map(|r| fewest(&r.part)).collect();
    let units = regions.iter().map(|r| r.part.len()).sum::<usize>();
    if k as usize > units {
        return Err(SolveError::TooManyCells { cells: k, units });
    }
    if regions.len() > k as usize {
        let mut parents: Vec<Option<u32>> = regions.iter().map(|r| r.parent).collect();
        parents.dedup();
        return Err(SolveError::TooFewCells { cells: k, pieces: regions.len(), parents: parents.len() });
    }
    let needed = least.iter().sum();
    if needed > k {
        return Err(SolveError::TooFewForApart { cells: k, needed });
    }
    if problem.current.is_some() && problem.counts.is_none() {
        return Ok(adjusted(regions, &least, present, k));
    }
    let fair = fair_share(&problem.criterion.loads, k as usize).fair_share.ceil() as i64;
    let load = |r: &Region| r.part.loads.iter().map(|&w| i128::from(w.min(fair))).sum::<i128>();
    let most = |r: &Region| r.part.len() as u32;
    let mut parents = Vec::new();
    let mut first = 0;
    for own in regions.chunk_by(|a, b| a.parent == b.parent) {
        parents.push((own, &least[first..first + own.len()], &present[first..first + own.len()]));
        first += own.len();
    }
    let given = match problem.counts {
        Some(_) => parents.iter().map(|p| counted(problem, p.0, p.1)).collect::<Result<Vec<u32>, _>>()?,
        None => {
            let loads: Vec<i128> = parents.iter().map(|p| p.0.iter().map(load).sum()).collect();
            let bounds: Vec<(u32, u32)> =
                parents.iter().map(|p| (p.1.iter().sum(), p.0.iter().map(most).sum())).collect();
            share(k, &loads, &bounds)
        }
    };
    let mut counts = Vec::with_capacity(regions.len());
    for (given, (own, least, present)) in given.into_iter().zip(parents) {
        counts.extend(if problem.current.is_some() {
            adjusted(own, least, present, given)
        } else {
            let loads: Vec<i128> = own.iter().map(load).collect();
            let bounds: Vec<(u32, u32)> = own.iter().zip(least).map(|(r, &few)| (few, most(r))).collect();
            share(given, &loads, &bounds)
        });
    }
    Ok(counts)
}

/// How many cells a parent shall have, if it can have so many.
fn counted(problem: &Problem<'_>, own: &[Region], least: &[u32]) -> Result<u32, SolveError> {
    let parent = own.first().and_then(|r| r.parent);
    let (units, needed) = (own.iter().map(|r| r.part.len()).sum::<usize>(), least.iter().sum::<u32>());
    let needed = needed.max(own.len() as u32);
    let cells = problem.count_of(parent).unwrap_or(0);
    if cells < needed || cells as usize > units {
        let parent = parent.map_or_else(|| "–".to_owned(), |p| problem.parent_name(p));
        return Err(SolveError::CellsOfParent { parent, cells, pieces: own.len(), units, needed });
    }
    Ok(cells)
}

fn adjusted(regions: &[Region], least: &[u32], present: &[u32], k: u32) -> Vec<u32> {
    let fewest = |i: usize| least[i];
    let most = |i: usize| regions[i].part.len() as u32;
    let mut counts: Vec<u32> =
        present.iter().enumerate().map(|(i, &c)| c.clamp(fewest(i), most(i).max(fewest(i)))).collect();
    loop {
        let given: u32 = counts.iter().sum();
        // Load for each cell as a fraction: a/b < c/d as a·d < c·b.
        let heavier = |&a: &usize, &b: &usize| {
            let load = |i: usize, n: u32| i128::from(regions[i].part.load()) * i128::from(n);
            load(a, counts[b]).cmp(&load(b, counts[a])).then(b.cmp(&a))
        };
        let all = 0..counts.len();
        let next = match given.cmp(&k) {
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Less => {
                all.filter(|&i| counts[i] < most(i)).max_by(heavier).map(|i| (i, counts[i] + 1))
            }
            std::cmp::Ordering::Greater => {
                all.filter(|&i| counts[i] > fewest(i)).min_by(heavier).map(|i| (i, counts[i] - 1))
            }
        };
        let Some((i, count)) = next else { return counts };
        counts[i] = count;
    }
}

/// A verdict on one parent before certificates are numbered.
struct Verdict {
    parent: Option<u32>,
    decision: Decision,
    relaxation: Option<Relaxation>,
}
