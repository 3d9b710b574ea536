//! Levels of cells that nest: each cell of a level lies in one of the level above.
//!
//! The coarsest level is cut from the units, then each finer one with the cells above as parents: every level is
//! contiguous by its own units, and nests because no cell crosses a parent. A coarse cell has many units to balance
//! with and the finest few, so the error is left where it costs least: levels above keep to a part of the tolerance
//! of those below, and cells below keep to theirs around the mean of all, not of their parent. From the finest level
//! upwards it would be the other way round: the top level would have few pieces to play with (solver.md §2.4).

use super::{Further, Goal, Limit, Options, Problem, Rules, Solution, SolveError, solve};
use crate::progress::Progress;
use serde::{Deserialize, Serialize};

/// One level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// How many cells.
    pub cells: u32,
    /// Loads within this share of the mean are equal; `None` as for the whole.
    pub tolerance: Option<f64>,
}

/// Cells of all levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nested {
    /// The cell of each unit in each level but the finest, the coarsest first.
    pub above: Vec<Vec<u32>>,
    /// The finest level; the parent of a cell is its cell in the level above.
    pub finest: Solution,
}

/// What a level may take of the tolerance of the finer ones.
const SHARE: f64 = 0.4;
/// The tolerance of a level, where none is given.
const USUAL: f64 = 0.05;

/// Puts the cells of a level into order, given the cell of each unit and the parent of each unit: the new number of each.
pub type Numbering<'a> = &'a dyn Fn(&[u32], Option<&[u32]>) -> Vec<u32>;

/// Makes `levels`, the coarsest first, over `problem`, whose goal they are. Cells of all levels but the finest are numbered
/// anew by `numbering`.
///
/// Units that stay together do so in all levels, links are links in all, and so are shares of further criteria; all other
/// rules, ranges and the plan in force speak of the finest.
///
/// # Errors
/// [`SolveError::Levels`] when a finer level has fewer cells than a coarser one, or there is none; and those of
/// [`solve`].
pub fn solve_nested(
    problem: &Problem<'_>,
    levels: &[Level],
    options: &Options,
    numbering: Numbering<'_>,
    progress: &dyn Progress,
) -> Result<Nested, SolveError> {
    let Some((finest, coarse)) = levels.split_last() else {
        return Err(SolveError::Levels { coarse: 0, fine: 0 });
    };
    if let Some(w) = levels.windows(2).find(|w| w[0].cells > w[1].cells) {
        return Err(SolveError::Levels { coarse: w[0].cells, fine: w[1].cells });
    }
    let tolerance = |level: &Level| level.tolerance.or(options.tolerance).unwrap_or(USUAL);
    let total = problem.criterion.loads.iter().sum::<i64>() as f64;
    let within = |level: &Level, share: f64| {
        let mean = total / f64::from(level.cells.max(1));
        let [lo, hi] = [mean * (1.0 - share), mean * (1.0 + share)];
        Some([lo.ceil().min(mean.floor()).max(0.0) as i64, hi.floor().max(mean.ceil()) as i64])
    };
    let whole = problem.rules.map(|r| Rules {
        together: problem.with_standing_locks(r).together_with_locks(),
        links: r.links.clone(),
        crossings: r.crossings.clone(),
        ..Rules::default()
    });
    let shares: Vec<Further> =
        problem.further.iter().filter(|f| matches!(f.limit, Limit::Share(_))).cloned().collect();
    let mut above: Vec<Vec<u32>> = Vec::new();
    for (i, level) in coarse.iter().enumerate() {
        let below = levels[i + 1..].iter().map(&tolerance).fold(f64::INFINITY, f64::min);
        let level_problem = Problem {
            goal: Goal::Cells(level.cells),
            parents: above.last().map(Vec::as_slice).or(problem.parents),
            rules: whole.as_ref(),
            further: &shares,
            current: None,
            counts: None,
            ..*problem
        };
        let share = tolerance(level).min(SHARE * below);
        let level_options = Options { within: within(level, share), ..*options };
        let mut labels = solve(&level_problem, &level_options, progress)?.labels;
        let new = numbering(&labels, level_problem.parents);
        labels.iter_mut().for_each(|l| *l = new.get(*l as usize).copied().unwrap_or(*l));
        above.push(labels);
    }
    let last = Problem {
        goal: Goal::Cells(finest.cells),
        parents: above.last().map(Vec::as_slice).or(problem.parents),
        counts: None,
        ..*problem
    };
    let last_options = Options { within: within(finest, tolerance(finest)), ..*options };
    Ok(Nested { finest: solve(&last, &last_options, progress)?, above })
}
