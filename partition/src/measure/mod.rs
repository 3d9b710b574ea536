//! Figures of a plan, computed from its labels alone: nothing here trusts the solver.
//!
//! * [`figures`]: deviation, compactness, contiguity of a plan ([`Figures`])
//! * [`cell_sums`]: loads, ground and outline of each cell ([`CellSums`])
//! * [`fn@fair_share`]: what a cell can carry when no unit may be cut ([`FairShare`])

mod cells;
mod fair_share;

pub use cells::{CellSums, cell_sums};
pub use fair_share::{FairShare, fair_share};

use crate::graph::UnitGraph;
use serde::{Deserialize, Serialize};

/// The figures of one plan; the names are those of `wangge partition --format json`.
///
/// Deviations are |W − m| / m: of all cells against the mean m = W/k, of the `_free` ones (cells without a giant)
/// against the fair share. They are 0 when there is no load at all, or no free cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Number of units.
    pub units: usize,
    /// Number of cells.
    pub cells: usize,
    /// Cells in more than one piece.
    pub noncontiguous: usize,
    /// Cells without any unit.
    pub empty: usize,
    /// Worst deviation from the mean.
    pub max_deviation: f64,
    /// Share of the cells within 5 % of the mean, 0 to 1.
    pub within_5pct: f64,
    /// Share of the cells within 25 % of the mean, 0 to 1.
    pub within_25pct: f64,
    /// Worst deviation of a free cell from the fair share.
    pub max_deviation_free: f64,
    /// Share of the free cells within 5 % of the fair share.
    pub within_5pct_free: f64,
    /// Share of the free cells within 25 % of the fair share.
    pub within_25pct_free: f64,
    /// The fair share, in units of the criterion.
    pub fair_share: f64,
    /// Units heavier than the fair share.
    pub giants: usize,
    /// No plan of this many cells, contiguous or not, has a smaller worst deviation.
    pub lower_bound_max_deviation: f64,
    /// Mean of 4πA/P² over the cells that have units (Polsby and Popper 1991); 1 for a disc.
    pub mean_polsby_popper: f64,
}

/// The figures of the plan `labels` with cells `0..cells`.
///
/// Columns shorter than the graph count as zero loads; units labelled beyond `cells` belong to no cell.
#[must_use]
pub fn figures(graph: &UnitGraph, loads: &[i64], labels: &[u32], cells: usize) -> Figures {
    let share = fair_share(loads, cells);
    let sums = cell_sums(graph, &[loads], labels, cells);
    let mut giant = vec![false; cells];
    for &u in &share.giants {
        if let Some(giant) = labels.get(u as usize).and_then(|&c| giant.get_mut(c as usize)) {
            *giant = true;
        }
    }
    let mut pieces = vec![0_usize; cells];
    for piece in graph.components_within(labels).members() {
        if let Some(count) =
            piece.first().and_then(|&u| labels.get(u as usize)).and_then(|&c| pieces.get_mut(c as usize))
        {
            *count += 1;
        }
    }
    let load = |c: &CellSums| c.loads.iter().sum::<i64>();
    let all: Vec<f64> = sums.iter().map(|c| deviation(load(c), share.mean)).collect();
    let free: Vec<f64> =
        (0..cells).filter(|&c| !giant[c]).map(|c| deviation(load(&sums[c]), share.fair_share)).collect();
    let shapes: Vec<f64> =
        sums.iter().filter(|c| c.units > 0 && c.perimeter_mm > 0).map(CellSums::polsby_popper).collect();
    Figures {
        units: graph.len(),
        cells,
        noncontiguous: pieces.iter().filter(|&&p| p > 1).count(),
        empty: sums.iter().filter(|c| c.units == 0).count(),
        max_deviation: worst(&all),
        within_5pct: within(&all, 0.05),
        within_25pct: within(&all, 0.25),
        max_deviation_free: worst(&free),
        within_5pct_free: within(&free, 0.05),
        within_25pct_free: within(&free, 0.25),
        fair_share: share.fair_share,
        giants: share.giants.len(),
        lower_bound_max_deviation: share.lower_bound_max_deviation,
        mean_polsby_popper: if shapes.is_empty() {
            0.0
        } else {
            shapes.iter().sum::<f64>() / shapes.len() as f64
        },
    }
}

fn deviation(load: i64, mean: f64) -> f64 {
    if mean > 0.0 { (load as f64 - mean).abs() / mean } else { 0.0 }
}

fn worst(deviations: &[f64]) -> f64 {
    deviations.iter().copied().fold(0.0, f64::max)
}

fn within(deviations: &[f64], band: f64) -> f64 {
    // A deviation of exactly 5 % may come out as 0.05000000000000001; it is within.
    let inside = deviations.iter().filter(|&&d| d <= band + 1e-12).count();
    if deviations.is_empty() { 1.0 } else { inside as f64 / deviations.len() as f64 }
}
