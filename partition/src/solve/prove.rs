//! The most equal plan of a small piece of ground, with the proof that there is none more equal.

use super::{
    Options, Problem, SolveError,
    exact::{Limits, MAX_UNITS, most_equal},
    rules::Reduced,
    solve,
};
use crate::{measure::fair_share, progress::Silent, solve::Goal};

/// A plan of a number of cells, and what no plan can beat.
#[derive(Clone, Debug, PartialEq)]
pub struct Proved {
    /// The cell of each unit.
    pub labels: Vec<u32>,
    /// The worst deviation from the mean.
    pub worst: f64,
    /// No contiguous plan has a smaller one; below `worst` where that is not proved to be the least.
    pub at_least: f64,
}

impl Proved {
    /// Whether nothing is more equal.
    #[must_use]
    pub fn is_optimal(&self) -> bool {
        self.at_least >= self.worst
    }
}

/// What one look at all cells may cost: about a second in all.
const LIMITS: Limits = Limits { columns: 4_000_000, steps: 60_000_000 };

/// Cuts a connected graph of at most 64 units into `cells` as equal as can be and proves it, or says how far it got.
///
/// # When to use
/// To know whether a cell out of balance could be better with its neighbours. Only the first criterion counts.
///
/// # Errors
/// [`SolveError::TooManyUnits`] beyond 64 units; else those of [`solve`].
///
/// # Complexity
/// Grows fast with units per cell; bounded to about a second, after which `at_least` stays below `worst`.
pub fn prove_most_equal(problem: &Problem<'_>, cells: u32) -> Result<Proved, SolveError> {
    let units = problem.graph.len();
    if units > MAX_UNITS {
        return Err(SolveError::TooManyUnits { units, most: MAX_UNITS });
    }
    let problem = Problem { goal: Goal::Cells(cells), counts: None, ..*problem };
    let mut labels = solve(&problem, &Options::default(), &Silent)?.labels;
    let loads = &problem.criterion.loads;
    let bound = fair_share(loads, cells as usize).lower_bound_max_deviation;
    let part = Reduced::of(&problem)?.part;
    let worst = deviation(&labels, loads, cells);
    if worst <= bound + 1e-12 {
        return Ok(Proved { labels, worst, at_least: worst });
    }
    let equal = most_equal(&part, cells, &[], worst, LIMITS);
    if let Some(better) = equal.labels {
        labels = better;
    }
    let worst = deviation(&labels, loads, cells);
    let at_least = if equal.closed { worst } else { equal.at_least.max(bound).min(worst) };
    Ok(Proved { labels, worst, at_least })
}

fn deviation(labels: &[u32], loads: &[i64], cells: u32) -> f64 {
    let mut sums = vec![0_i64; cells as usize];
    for (&c, &w) in labels.iter().zip(loads) {
        sums[c as usize] += w;
    }
    let mean = loads.iter().sum::<i64>() as f64 / f64::from(cells);
    sums.iter().map(|&w| (w as f64 - mean).abs() / mean.max(1e-9)).fold(0.0, f64::max)
}
