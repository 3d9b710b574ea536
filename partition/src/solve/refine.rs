//! Moves of units and of clusters of units between cells, contiguity kept at every move.
//!
//! Single units stall early: a fringe of five units has to move together. So units are merged inside their cells
//! into clusters, clusters are moved, and the merging is undone level by level (a V-cycle; Hendrickson and Leland
//! 1995), each level with a little heat at first.

use super::{
    coarsen::coarsen,
    draft::{Draft, Judge},
    part::Part,
    rng::Rng,
};

/// One pass over the frontier; `heat` above 0 now and then accepts a worse plan. Returns the number of moves.
pub(crate) fn sweep(draft: &mut Draft<'_>, heat: f64, backwards: bool, rng: &mut Rng) -> usize {
    let mut frontier = draft.frontier();
    if backwards {
        frontier.reverse();
    }
    let mut around = Vec::new();
    let mut moves = 0;
    for unit in frontier {
        let Some(flip) = draft.best_flip(unit, &mut around) else { continue };
        let accept = flip.gain > 1e-9
            || (heat > 0.0 && flip.gain > -8.0 * heat && rng.unit() < (flip.gain / heat).exp());
        if accept && draft.try_flip(&flip) {
            moves += 1;
        }
    }
    moves
}

/// Sweeps that cool down, then stop when little moves.
pub(crate) fn settle(draft: &mut Draft<'_>, heat: f64, sweeps: usize, rng: &mut Rng) {
    for i in 0..sweeps {
        let now = heat * (1.0 - i as f64 / (sweeps as f64 * 0.6)).max(0.0);
        let moves = sweep(draft, now, i % 2 == 1, rng);
        if now == 0.0 && moves * 200 < draft.part.len() / 4 {
            break;
        }
    }
}

/// Clusters per cell at which merging stops.
const CLUSTERS: usize = 6;
const SWEEPS: usize = 6;

/// One V-cycle from `labels`; the result is as contiguous as they were.
pub(crate) fn v_cycle(
    part: &Part,
    labels: Vec<u32>,
    k: usize,
    judge: Judge<'_>,
    heat: f64,
    rng: &mut Rng,
) -> Vec<u32> {
    let mut labels = labels;
    let mut level_heat = heat;
    if part.len() > CLUSTERS * k
        && let Some(coarse) = coarsen(part, &labels, judge.bounds.band.target * 0.5, rng)
    {
        let mut lifted = vec![0; coarse.part.len()];
        for (u, &cluster) in coarse.cluster.iter().enumerate() {
            lifted[cluster as usize] = labels[u];
        }
        let moved = v_cycle(&coarse.part, lifted, k, judge, heat, rng);
        labels = coarse.cluster.iter().map(|&c| moved[c as usize]).collect();
        level_heat = heat * (8.0 * k as f64 / part.len() as f64).min(1.0);
    }
    let mut draft = Draft::new(part, labels, k, judge);
    settle(&mut draft, level_heat, SWEEPS, rng);
    draft.labels
}
