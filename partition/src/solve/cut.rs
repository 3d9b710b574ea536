//! The heuristic pipeline on one part: bisection → V-cycles → recuts of cells outside → shape within the bounds.

use super::{
    band::Band,
    bisect::bisect,
    draft::{Draft, Judge},
    exact::Limits,
    part::Part,
    recut::{recut_exactly, recut_outside},
    refine::{settle, v_cycle},
    rng::Rng,
};

/// What the cells of a part shall weigh.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    /// Inside the bounds; then compact.
    Within(Band),
    /// As equal as can be.
    Equal,
}

/// How much work a part gets.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) effort: usize,
    /// What one attempt of the exact engine to improve a plan may cost.
    pub(crate) limits: Limits,
    pub(crate) stop: &'a (dyn Fn() -> bool + Sync),
}

/// Price of leaving the band while the shape still forms, and when only the bounds count.
const SOFT: f64 = 8.0;
const HARD: f64 = 60.0;
const HEAT: f64 = 0.03;
/// Times each unit may be put into a recut, on average, for each round of effort.
const RECUTS: u64 = 6;
/// The deviation every cell gets below first, when none is given.
const USUAL: f64 = 0.05;
/// Below this worst deviation equal cells are equal enough, and shape decides.
const EQUAL_ENOUGH: f64 = 0.01;

/// Labels `0..k` of a connected part with at least `k` units.
pub(crate) fn cut(part: &Part, k: usize, aim: Aim, work: Work<'_>, rng: &mut Rng) -> Vec<u32> {
    let (graph, loads) = (&part.graph, &part.loads[..]);
    let mut labels = bisect(graph, loads, k, rng);
    if k < 2 {
        return labels;
    }
    let mean = part.load() as f64 / k as f64;
    let (full, inner) = match aim {
        // A narrower band leaves the later stages room to give.
        Aim::Within(band) => (band, Band { target: mean, ..band }.narrowed(0.5)),
        Aim::Equal => (Band::around(mean, USUAL), Band::around(mean, USUAL)),
    };
    let soft = Judge { band: inner, weight: SOFT, keep_within: None };
    for _ in 0..work.effort.div_ceil(4) {
        if (work.stop)() {
            return labels;
        }
        labels = v_cycle(graph, loads, labels, k, soft, HEAT, rng);
    }
    let hard = Judge { band: inner, weight: HARD, keep_within: None };
    let mut draft = Draft::new(graph, loads, labels, k, hard);
    let mut purse = RECUTS * (work.effort * graph.len()) as u64;
    recut_outside(&mut draft, &full, 2 * work.effort, &mut purse, rng, work.stop);
    recut_exactly(&mut draft, &full, work.limits, rng, work.stop);
    let full = match aim {
        Aim::Within(band) => band,
        Aim::Equal => tighten(&mut draft, mean, work, &mut purse, rng),
    };
    // Shape last: every move that would leave the bounds further is refused.
    let judge = Judge { band: full, weight: HARD, keep_within: Some(full) };
    let mut labels = std::mem::take(&mut draft.labels);
    for _ in 0..work.effort.div_ceil(4) {
        if (work.stop)() {
            return labels;
        }
        labels = v_cycle(graph, loads, labels, k, judge, HEAT / 3.0, rng);
    }
    let mut draft = Draft::new(graph, loads, labels, k, judge);
    settle(&mut draft, 0.0, 4, rng);
    draft.labels
}

/// Narrows the band below the worst cell again and again; returns the band that the final shape must keep.
fn tighten(draft: &mut Draft<'_>, mean: f64, work: Work<'_>, purse: &mut u64, rng: &mut Rng) -> Band {
    let mut best = (draft.worst(), draft.labels.clone(), draft.cells.clone());
    let mut failures = 0;
    for _ in 0..4 * work.effort {
        if best.0 <= EQUAL_ENOUGH || failures > work.effort / 4 || *purse == 0 || (work.stop)() {
            break;
        }
        let narrower = (0.75 * best.0).max(EQUAL_ENOUGH);
        let band = Band::around(mean, narrower);
        // While some cell is far out, the others are still held to the usual band.
        draft.rejudge(Judge { band: Band::around(mean, narrower.min(USUAL)), ..draft.judge });
        recut_outside(draft, &band, 4, purse, rng, work.stop);
        let worst = draft.worst();
        if worst < best.0 * 0.999 {
            best = (worst, draft.labels.clone(), draft.cells.clone());
            failures = 0;
        } else {
            failures += 1;
            if worst > best.0 {
                draft.labels.clone_from(&best.1);
                draft.cells.clone_from(&best.2);
                draft.rejudge(draft.judge);
            }
        }
    }
    draft.labels = best.1;
    draft.cells = best.2;
    draft.rejudge(draft.judge);
    // One stubborn cell must not let all others go.
    Band::around(mean, best.0.min(USUAL))
}
