//! Ejection chains: a cell that is too heavy gives a unit to a neighbour, which gives one on, until the plan is better
//! as a whole; a cell that is too light takes one, and so on (Glover 1996). Between lumpy units one move alone never
//! fits, two or three in a row do.

use super::{
    band::Bounds,
    draft::{Draft, Flip, Undo},
    rng::Rng,
};

/// Chains tried for one cell in one round.
const ATTEMPTS: usize = 60;
/// Longest chain.
const LENGTH: usize = 5;
/// Chance in the choice of the next link, in units of energy: at first, more with each round, and at most.
const WHIM: [f64; 3] = [1.0, 0.25, 3.0];

/// Rounds of chains from the cells outside `bounds` until none is outside, the `purse` is empty or `stop` says so. The purse pays one for each unit looked at.
pub(crate) fn mend_by_chains(
    draft: &mut Draft<'_>,
    bounds: &Bounds<'_>,
    rounds: usize,
    purse: &mut u64,
    rng: &mut Rng,
    stop: &dyn Fn() -> bool,
) {
    let mut chains = Chains::new(draft);
    for round in 0..rounds {
        let bad = draft.outside(bounds);
        if bad.is_empty() {
            return;
        }
        chains.whim = (WHIM[0] + WHIM[1] * round as f64).min(WHIM[2]);
        for cell in bad {
            for _ in 0..ATTEMPTS {
                if *purse == 0 || stop() {
                    return;
                }
                if draft.fits(cell, bounds) {
                    break;
                }
                chains.try_from(draft, cell, purse, rng);
            }
        }
    }
}

struct Chains {
    /// Units of each cell, and where each unit stands among them.
    members: Vec<Vec<u32>>,
    slot: Vec<u32>,
    links: Vec<(Flip, Undo)>,
    whim: f64,
}

impl Chains {
    fn new(draft: &Draft<'_>) -> Self {
        let mut members = vec![Vec::new(); draft.cells.len()];
        let mut slot = vec![0; draft.part.len()];
        for (u, &c) in draft.labels.iter().enumerate() {
            slot[u] = members[c as usize].len() as u32;
            members[c as usize].push(u as u32);
        }
        Self { members, slot, links: Vec::new(), whim: WHIM[0] }
    }

    fn rename(&mut self, unit: u32, from: u32, to: u32) {
        let at = self.slot[unit as usize] as usize;
        self.members[from as usize].swap_remove(at);
        if let Some(&other) = self.members[from as usize].get(at) {
            self.slot[other as usize] = at as u32;
        }
        self.slot[unit as usize] = self.members[to as usize].len() as u32;
        self.members[to as usize].push(unit);
    }

    /// One chain from `cell`, kept if the plan is better with it.
    fn try_from(&mut self, draft: &mut Draft<'_>, cell: u32, purse: &mut u64, rng: &mut Rng) {
        self.links.clear();
        let gives = draft.cells[cell as usize].load as f64 > draft.judge.bounds.band.target;
        let (mut at, mut gain) = (cell, 0.0);
        while self.links.len() < LENGTH {
            let Some(flip) = self.next(draft, at, gives, purse, rng) else { break };
            let from = draft.labels[flip.unit as usize];
            let Some(undo) = draft.try_flip(&flip) else { break };
            self.rename(flip.unit, from, flip.to);
            self.links.push((flip, undo));
            gain += flip.gain;
            if gain > 1e-9 {
                return;
            }
            at = if gives { flip.to } else { from };
        }
        while let Some((flip, undo)) = self.links.pop() {
            self.rename(flip.unit, flip.to, undo.from);
            draft.undo(&flip, &undo);
        }
    }

    /// The most gainful link from `at`, with some chance in it: a unit that leaves it, or one that joins it.
    fn next(
        &self,
        draft: &mut Draft<'_>,
        at: u32,
        gives: bool,
        purse: &mut u64,
        rng: &mut Rng,
    ) -> Option<Flip> {
        let mut best: Option<(f64, Flip)> = None;
        for &u in &self.members[at as usize] {
            *purse = purse.saturating_sub(1);
            let row = draft.part.graph.row(u);
            for (i, &v) in row.iter().enumerate() {
                let other = draft.labels[v as usize];
                if other == at {
                    continue;
                }
                let (unit, to) = if gives { (u, other) } else { (v, at) };
                // Each move once.
                let seen = gives && row[..i].iter().any(|&w| draft.labels[w as usize] == other);
                if seen || self.links.iter().any(|l| l.0.unit == unit) {
                    continue;
                }
                let Some(flip) = draft.flip(unit, to) else { continue };
                let score = flip.gain - self.whim * rng.unit().max(1e-12).ln().abs();
                if best.is_none_or(|b| score > b.0) && draft.can_leave(unit) {
                    best = Some((score, flip));
                }
            }
        }
        best.map(|b| b.1)
    }
}
