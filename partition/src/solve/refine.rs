//! Descent: units move between cells while that makes the plan better, contiguity kept at every move.

use super::{draft::Draft, rng::Rng};

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
        if accept && draft.try_flip(&flip).is_some() {
            moves += 1;
        }
    }
    moves
}

/// At most so many passes without heat; stops when little moves.
pub(crate) fn settle(draft: &mut Draft<'_>, sweeps: usize, rng: &mut Rng) {
    for i in 0..sweeps {
        if sweep(draft, 0.0, i % 2 == 1, rng) * 800 < draft.part.len() {
            break;
        }
    }
}
