//! The heuristic pipeline on one part: bisection → V-cycles → recuts of cells outside → shape within the bounds.

use super::{
    band::{Band, Bounds, Side},
    bisect::bisect,
    draft::{Change, Draft, Judge},
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

/// What a part shall be cut into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task<'a> {
    pub(crate) k: usize,
    pub(crate) aim: Aim,
    pub(crate) sides: &'a [Side],
    pub(crate) change: Change,
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
/// The deviation that is worth it to keep units apart.
const ROUGH: f64 = 0.5;
/// Below this worst deviation equal cells are equal enough, and shape decides.
const EQUAL_ENOUGH: f64 = 0.01;

/// Labels `0..k` of a connected part with at least `k` units.
pub(crate) fn cut(part: &Part, task: Task<'_>, work: Work<'_>, rng: &mut Rng) -> Vec<u32> {
    let mut labels = bisect(part, task.k, rng);
    if task.k < 2 {
        return labels;
    }
    let narrow: Vec<Side> = task.sides.iter().map(|s| Side { band: s.band.narrowed(0.5), ..*s }).collect();
    let bounds = Bounds { band: inner(part, task), sides: &narrow };
    let soft = Judge { bounds, weight: SOFT, keep_within: None, change: task.change };
    for _ in 0..work.effort.div_ceil(4) {
        if (work.stop)() {
            return labels;
        }
        labels = v_cycle(part, labels, task.k, soft, HEAT, rng);
    }
    let (labels, judge) = meet(part, labels, task, &narrow, work, rng);
    // Shape last: every move that would leave the bounds further is refused.
    let mut labels = labels;
    for _ in 0..work.effort.div_ceil(4) {
        if (work.stop)() {
            return labels;
        }
        labels = v_cycle(part, labels, task.k, judge, HEAT / 3.0, rng);
    }
    let mut draft = Draft::new(part, labels, task.k, judge);
    settle(&mut draft, 0.0, 4, rng);
    draft.labels
}

/// The plan `labels`, contiguous already, with as little change as brings it within its bounds.
pub(crate) fn mend(part: &Part, labels: Vec<u32>, task: Task<'_>, work: Work<'_>, rng: &mut Rng) -> Vec<u32> {
    if task.k < 2 {
        return labels;
    }
    let bounds = Bounds { band: inner(part, task), sides: task.sides };
    let judge = Judge { bounds, weight: HARD, keep_within: None, change: task.change };
    let mut draft = Draft::new(part, labels, task.k, judge);
    settle(&mut draft, 0.0, 4, rng);
    let (labels, judge) = meet(part, draft.labels, task, task.sides, work, rng);
    let mut draft = Draft::new(part, labels, task.k, judge);
    settle(&mut draft, 0.0, 4, rng);
    draft.labels
}

/// The band of the first criterion while the shape forms: a narrower one leaves the later stages room to give.
fn inner(part: &Part, task: Task<'_>) -> Band {
    let mean = part.load() as f64 / task.k as f64;
    match task.aim {
        Aim::Within(band) if part.home.is_empty() => Band { target: mean, ..band }.narrowed(0.5),
        Aim::Within(band) => band,
        Aim::Equal => Band::around(mean, USUAL),
    }
}

/// Brings the cells that are outside within the bounds; gives the judge that keeps them there.
fn meet<'a>(
    part: &'a Part,
    labels: Vec<u32>,
    task: Task<'a>,
    narrow: &'a [Side],
    work: Work<'_>,
    rng: &mut Rng,
) -> (Vec<u32>, Judge<'a>) {
    let mean = part.load() as f64 / task.k as f64;
    let bounds = Bounds { band: inner(part, task), sides: narrow };
    let hard = Judge { bounds, weight: HARD, keep_within: None, change: task.change };
    let full = match task.aim {
        Aim::Within(band) => band,
        Aim::Equal => Band::around(mean, USUAL),
    };
    let full = Bounds { band: full, sides: task.sides };
    let mut draft = Draft::new(part, labels, task.k, hard);
    let mut purse = RECUTS * (work.effort * part.len()) as u64;
    recut_outside(&mut draft, &full, 2 * work.effort, &mut purse, rng, work.stop);
    recut_exactly(&mut draft, &full, work.limits, rng, work.stop);
    if !part.apart.is_empty() {
        // Apart comes before balance.
        let rough = Bounds { band: Band::around(full.band.target, ROUGH), sides: &[] };
        recut_outside(
            &mut draft,
            &rough,
            2 * work.effort,
            &mut { RECUTS * part.len() as u64 },
            rng,
            work.stop,
        );
        recut_exactly(&mut draft, &rough, work.limits, rng, work.stop);
    }
    let band = match task.aim {
        Aim::Within(band) => band,
        Aim::Equal => tighten(&mut draft, mean, task.sides, work, &mut purse, rng),
    };
    let full = Bounds { band, sides: task.sides };
    let judge = Judge { bounds: full, weight: HARD, keep_within: Some(full), change: task.change };
    (draft.labels, judge)
}

/// Narrows the band below the worst cell again and again; returns the band that the final shape must keep.
fn tighten(
    draft: &mut Draft<'_>,
    mean: f64,
    sides: &[Side],
    work: Work<'_>,
    purse: &mut u64,
    rng: &mut Rng,
) -> Band {
    // What lies outside in other criteria, or should be apart, counts before the worst deviation.
    let loose = Bounds { band: Band { target: mean, lo: 0, hi: i64::MAX }, sides };
    let score = |draft: &Draft<'_>| (draft.outside(&loose).len(), draft.worst());
    let mut best = (score(draft), draft.labels.clone());
    let mut failures = 0;
    for _ in 0..4 * work.effort {
        let worst = best.0.1;
        if worst <= EQUAL_ENOUGH || failures > work.effort / 4 || *purse == 0 || (work.stop)() {
            break;
        }
        let narrower = (0.75 * worst).max(EQUAL_ENOUGH);
        let band = Band::around(mean, narrower);
        // While some cell is far out, the others are still held to the usual band.
        let bounds = Bounds { band: Band::around(mean, narrower.min(USUAL)), ..draft.judge.bounds };
        draft.rejudge(Judge { bounds, ..draft.judge });
        recut_outside(draft, &Bounds { band, sides }, 4, purse, rng, work.stop);
        let now = score(draft);
        if now.0 < best.0.0 || (now.0 == best.0.0 && now.1 < worst * 0.999) {
            best = (now, draft.labels.clone());
            failures = 0;
        } else {
            failures += 1;
            if now.0 > best.0.0 || now.1 > worst {
                draft.labels.clone_from(&best.1);
                draft.recount();
            }
        }
    }
    draft.labels = best.1;
    draft.recount();
    // One stubborn cell must not let all others go.
    Band::around(mean, best.0.1.min(USUAL))
}
