//! What a cell can carry when no unit may be cut.

/// The fair share of `k` cells and the units too heavy for it.
#[derive(Clone, Debug, PartialEq)]
pub struct FairShare {
    /// The mean load W/k.
    pub mean: f64,
    /// What is left for each other cell when every giant has one of its own.
    pub fair_share: f64,
    /// The giants: units heavier than the fair share, ascending.
    pub giants: Vec<u32>,
    /// The largest of w_max / mean − 1, 1 − fair share / mean, and how far the whole numbers beside the mean are from it:
    /// a bound for every plan, contiguous or not.
    pub lower_bound_max_deviation: f64,
}

/// Peels giants: while the heaviest unit left weighs more than its fair part of the rest, it gets its own cell.
///
/// With loads sorted falling, g giants stand while w > rest/(k − g). At least one cell is left for the others.
#[must_use]
pub fn fair_share(loads: &[i64], k: usize) -> FairShare {
    let mut order: Vec<u32> = (0..loads.len() as u32).collect();
    order.sort_unstable_by_key(|&u| (std::cmp::Reverse(loads[u as usize]), u));
    let total: i128 = loads.iter().map(|&w| i128::from(w)).sum();
    let (mut rest, mut giants) = (total, Vec::new());
    for &u in order.iter().take(k.saturating_sub(1)) {
        let w = i128::from(loads[u as usize]);
        if w * (k - giants.len()) as i128 <= rest {
            break;
        }
        rest -= w;
        giants.push(u);
    }
    giants.sort_unstable();
    let mean = if k == 0 { 0.0 } else { total as f64 / k as f64 };
    let fair_share = if k == 0 { 0.0 } else { rest as f64 / (k - giants.len()) as f64 };
    let heaviest = order.first().map_or(0.0, |&u| loads[u as usize] as f64);
    // Some cell has at least the mean, some at most, and both have whole numbers.
    let whole = (mean.ceil() - mean).max(mean - mean.floor());
    let bound =
        if mean > 0.0 { (heaviest / mean - 1.0).max(1.0 - fair_share / mean).max(whole / mean) } else { 0.0 };
    FairShare { mean, fair_share, giants, lower_bound_max_deviation: bound }
}
