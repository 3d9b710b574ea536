//! Simulated annealing of a plan: units drawn by chance move to a neighbouring cell, accepted by Metropolis' rule
//! (Kirkpatrick, Gelatt, Vecchi 1983), contiguity kept at every move.
//!
//! Two things make it find shapes that descent does not. Balance is cheap while it is hot and dear at the end, so that
//! cells trade units through states that are out of balance. And where cells have many units, clusters of them move
//! first, then the parts of the clusters, then single units.

use super::{
    coarsen::coarsen,
    draft::{Draft, Judge},
    part::Part,
    rng::Rng,
};

/// How hot it begins and ends, and what leaving the bounds costs then; between, each changes by equal factors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    pub(crate) heat: [f64; 2],
    pub(crate) weight: [f64; 2],
    /// Draws for each unit.
    pub(crate) draws: f64,
}

impl Schedule {
    /// From any plan to a well-shaped one that is nearly in balance.
    pub(crate) fn forming(draws: f64) -> Self {
        Self { heat: [0.1, 0.03], weight: [1.0, 30.0], draws }
    }

    /// From any plan to one within its bounds, whatever its shape, through any other.
    pub(crate) fn hot(draws: f64) -> Self {
        Self { heat: [10.0, 0.1], weight: [30.0, 100.0], draws }
    }

    /// From a good plan to one nearby.
    pub(crate) fn finishing(weight: f64, draws: f64) -> Self {
        Self { heat: [0.03, 0.003], weight: [weight, weight], draws }
    }
}

/// Heats at which it stays for an equal number of draws.
const STEPS: usize = 64;

/// Anneals `draft` as `schedule` says, as far as `stop` lets it.
pub(crate) fn anneal(
    draft: &mut Draft<'_>,
    schedule: Schedule,
    rng: &mut Rng,
    stop: &(dyn Fn() -> bool + Sync),
) {
    let part = draft.part;
    let n = part.len();
    let draws = (schedule.draws * n as f64) as usize / STEPS;
    let at = |[from, to]: [f64; 2], step: usize| from * (to / from).powf(step as f64 / (STEPS - 1) as f64);
    for step in 0..STEPS {
        if stop() {
            return;
        }
        let (heat, weight) = (at(schedule.heat, step), at(schedule.weight, step));
        draft.rejudge(Judge { weight, ..draft.judge });
        for _ in 0..draws {
            let unit = rng.below(n) as u32;
            let row = part.graph.row(unit);
            let Some(&beside) = row.get(rng.below(row.len())) else { continue };
            let to = draft.labels[beside as usize];
            if to == draft.labels[unit as usize] {
                continue;
            }
            let Some(flip) = draft.flip(unit, to) else { continue };
            if flip.gain >= 0.0 || rng.unit() < (flip.gain / heat).exp() {
                draft.try_flip(&flip);
            }
        }
    }
}

/// Units a cell above which clusters move first.
const MANY: f64 = 25.0;
/// Units a cell above which a move changes so little that it takes less heat.
const FINE: f64 = 60.0;
/// What is left of the heat where clusters have moved before.
const WARM: f64 = 0.7;

/// Anneals `labels` of `part`, clusters first; the result is as contiguous as they were.
pub(crate) fn anneal_levels(
    part: &Part,
    mut labels: Vec<u32>,
    k: usize,
    judge: Judge<'_>,
    schedule: Schedule,
    rng: &mut Rng,
    stop: &(dyn Fn() -> bool + Sync),
) -> Vec<u32> {
    let units = part.len() as f64 / k as f64;
    let fineness = (FINE / units).min(1.0);
    let mut hot = schedule.heat[0] * fineness.powf(0.6);
    let cold = schedule.heat[1] * fineness.powf(0.3);
    if units > MANY
        && let Some(coarse) = coarsen(part, &labels, judge.bounds.band.target * 0.5, rng)
    {
        let mut lifted = vec![0; coarse.part.len()];
        for (u, &cluster) in coarse.cluster.iter().enumerate() {
            lifted[cluster as usize] = labels[u];
        }
        let moved = anneal_levels(&coarse.part, lifted, k, judge, schedule, rng, stop);
        for (label, &cluster) in labels.iter_mut().zip(&coarse.cluster) {
            *label = moved[cluster as usize];
        }
        hot *= WARM;
    }
    let mut draft = Draft::new(part, labels, k, judge);
    anneal(&mut draft, Schedule { heat: [hot.max(cold), cold], ..schedule }, rng, stop);
    draft.labels
}
