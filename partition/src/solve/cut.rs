//! The heuristic pipeline on one part: bisection → annealing → chains and recuts of cells outside → shape within the
//! bounds.

use super::{
    anneal::{Schedule, anneal, anneal_levels},
    band::{Band, Bounds, Side},
    bisect::bisect,
    chain::mend_by_chains,
    draft::{Change, Draft, Judge},
    exact::Limits,
    part::Part,
    recut::{recut_exactly, recut_outside, recut_within},
    refine::settle,
    reheat::reheat,
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
    /// How many plans may be formed until one is within its bounds.
    pub(crate) attempts: usize,
    /// What one attempt of the exact engine to improve a plan may cost.
    pub(crate) limits: Limits,
    pub(crate) stop: &'a (dyn Fn() -> bool + Sync),
}

/// What all units weigh together in a mixture of criteria, at most, for each of them.
const MIXED: f64 = 1e9;
/// Price of leaving the band when only the bounds count.
const HARD: f64 = 60.0;
/// Draws for each unit while the shape forms and when it is finished, for each round of effort.
const FORMING: f64 = 40.0;
const FINISHING: f64 = 15.0;
/// Parts with more units than this get fewer draws: from them a good plan soon is worth more than a better one late.
/// Smaller ones get more, up to so many times.
const LARGE: f64 = 20_000.0;
const SMALL: f64 = 3.0;
/// Units a chain may look at for each that a recut may put together: it does much less with them.
const CHAINS: u64 = 20;
/// Times each unit may be put into a recut, on average, for each round of effort.
const RECUTS: u64 = 6;
/// The same for trees that are cut in all ways.
const TREES: u64 = 10;
/// Units a cell from which on single cuts of one tree find nothing that chains do not.
const FINE: usize = 25;
/// The deviation every cell gets below first, when none is given.
const USUAL: f64 = 0.05;
/// The deviation that is worth it to keep units apart.
const ROUGH: f64 = 0.5;
/// Below this worst deviation equal cells are equal enough, and shape decides.
pub(crate) const EQUAL_ENOUGH: f64 = 0.01;

/// Labels `0..k` of a connected part with at least `k` units.
pub(crate) fn cut(part: &Part, task: Task<'_>, work: Work<'_>, rng: &mut Rng) -> Vec<u32> {
    if task.k < 2 {
        return bisect(part, task.k, rng);
    }
    let each = work.effort as f64 * (LARGE / part.len() as f64).powf(1.5).min(SMALL);
    let narrow: Vec<Side> = task.sides.iter().map(|s| Side { band: s.band.narrowed(0.5), ..*s }).collect();
    let forming = Bounds { band: inner(part, task, 0.9), sides: &narrow };
    let judge = Judge { bounds: forming, weight: HARD, keep_within: None, change: task.change };
    let begun = bisect(part, task.k, rng);
    let schedule = match part.len() > task.k * FINE {
        true => Schedule::forming_fine(FORMING * each, half_width(&inner(part, task, 1.0))),
        false => Schedule::forming(FORMING * each),
    };
    let formed = anneal_levels(part, begun, task.k, judge, schedule, rng, work.stop);
    let (mut labels, mut judge) = meet(part, formed, task, &narrow, work, rng);
    if let Some(other) = attempted(part, &labels, task, FORMING * work.effort as f64, work, rng) {
        let (mended, kept) = meet(part, other.clone(), task, &narrow, work, rng);
        let better = excess(part, &mended, task) <= excess(part, &other, task);
        (labels, judge) = (if better { mended } else { other }, kept);
    }
    // Shape last: every move that would leave the bounds further is refused.
    let mut draft = Draft::new(part, labels, task.k, judge);
    anneal(&mut draft, Schedule::finishing(HARD, FINISHING * each), rng, work.stop);
    settle(&mut draft, 4, rng);
    draft.labels
}

/// Where `labels` are outside the bounds: the best of some more plans, if it is better. Small ground with little freedom
/// has few plans within, and each attempt finds only one plan, so they begin with other bisections and hotter.
fn attempted(
    part: &Part,
    labels: &[u32],
    task: Task<'_>,
    draws: f64,
    work: Work<'_>,
    rng: &mut Rng,
) -> Option<Vec<u32>> {
    let wide: Vec<Side> = task.sides.iter().map(|s| Side { band: s.band.narrowed(0.9), ..*s }).collect();
    let bounds = Bounds { band: inner(part, task, 0.9), sides: &wide };
    let judge = Judge { bounds, weight: HARD, keep_within: None, change: task.change };
    let mut least = excess(part, labels, task);
    let mut best = None;
    for _ in 1..work.attempts {
        if least <= 0.0 || (work.stop)() {
            break;
        }
        let begun = bisect(&mixed(part, rng), task.k, rng);
        let next = anneal_levels(part, begun, task.k, judge, Schedule::hot(draws), rng, work.stop);
        let now = excess(part, &next, task);
        if now < least {
            (least, best) = (now, Some(next));
        }
    }
    best
}

/// How far all cells are outside what is asked for together.
fn excess(part: &Part, labels: &[u32], task: Task<'_>) -> f64 {
    let bounds = Bounds { band: inner(part, task, 1.0), sides: task.sides };
    let judge = Judge { bounds, weight: HARD, keep_within: None, change: task.change };
    Draft::new(part, labels.to_vec(), task.k, judge).excess_of_all(&bounds)
}

/// The part with all criteria mixed into the first, each as important as chance has it: whichever leads a bisection
/// leaves the others to chance.
fn mixed(part: &Part, rng: &mut Rng) -> Part {
    if part.sides.is_empty() {
        return part.clone();
    }
    let columns = std::iter::once(&part.loads).chain(&part.sides);
    let weigh = |c: &Vec<i64>, rng: &mut Rng| rng.unit() * MIXED / c.iter().sum::<i64>().max(1) as f64;
    let columns: Vec<(&Vec<i64>, f64)> = columns.map(|c| (c, weigh(c, rng))).collect();
    let load = |u: usize| columns.iter().map(|(c, weight)| (c[u] as f64 * weight) as i64).sum();
    Part { loads: (0..part.len()).map(load).collect(), ..part.clone() }
}

/// The plan `labels`, contiguous already, with as little change as brings it within its bounds.
pub(crate) fn mend(part: &Part, labels: Vec<u32>, task: Task<'_>, work: Work<'_>, rng: &mut Rng) -> Vec<u32> {
    if task.k < 2 {
        return labels;
    }
    let bounds = Bounds { band: inner(part, task, 1.0), sides: task.sides };
    let judge = Judge { bounds, weight: HARD, keep_within: None, change: task.change };
    let mut draft = Draft::new(part, labels, task.k, judge);
    settle(&mut draft, 4, rng);
    let (labels, judge) = meet(part, draft.labels, task, task.sides, work, rng);
    let mut draft = Draft::new(part, labels, task.k, judge);
    settle(&mut draft, 4, rng);
    draft.labels
}

/// The band of the first criterion that a stage aims at: a narrower one leaves later stages room to give.
fn inner(part: &Part, task: Task<'_>, share: f64) -> Band {
    let mean = part.load() as f64 / task.k as f64;
    match task.aim {
        Aim::Within(band) if part.home.is_empty() => Band { target: mean, ..band }.narrowed(share),
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
    let bounds = Bounds { band: inner(part, task, 0.5), sides: narrow };
    // What changes costs too, so the bounds have to be dearer where there is a plan to keep.
    let weight = if part.home.is_empty() { HARD } else { 5.0 * HARD };
    let hard = Judge { bounds, weight, keep_within: None, change: task.change };
    let full = match task.aim {
        Aim::Within(band) => band,
        Aim::Equal => Band::around(mean, USUAL),
    };
    let full = Bounds { band: full, sides: task.sides };
    let mut draft = Draft::new(part, labels, task.k, hard);
    let mut purse = RECUTS * (work.effort * part.len()) as u64;
    let mut looks = CHAINS * purse;
    let mut trees = TREES * (work.effort * part.len()) as u64;
    let fine = is_fine(&draft);
    if !fine {
        chain_outside(&mut draft, &full, 2 * work.effort, &mut looks, rng, work.stop);
        recut_outside(&mut draft, &full, 2 * work.effort, &mut purse, rng, work.stop);
    }
    for _ in 0..if fine { 2 * work.effort } else { 3 } {
        chain_outside(&mut draft, &full, 8, &mut looks, rng, work.stop);
        recut_within(&mut draft, &full, 4, &mut trees, rng, work.stop);
        if draft.outside(&full).is_empty() {
            break;
        }
    }
    recut_exactly(&mut draft, &full, work.limits, rng, work.stop);
    if !fine {
        reheat(&mut draft, &full, FORMING * work.effort as f64, rng, work.stop);
        recut_exactly(&mut draft, &full, work.limits, rng, work.stop);
    }
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
        Aim::Equal => tighten(&mut draft, mean, task.sides, work, [&mut purse, &mut trees, &mut looks], rng),
    };
    let full = Bounds { band, sides: task.sides };
    let judge = Judge { bounds: full, weight: HARD, keep_within: Some(full), change: task.change };
    (draft.labels, judge)
}

fn half_width(band: &Band) -> f64 {
    (band.hi - band.lo) as f64 / 2.0 / band.target.max(1.0)
}

/// Whether cells have so many units that trees are better cut in all ways at once.
fn is_fine(draft: &Draft<'_>) -> bool {
    draft.part.len() > draft.cells.len() * FINE && draft.part.apart.is_empty()
}

/// Chains under a judge for whom a small excess over a narrow band counts as much as a large one over a wide band.
fn chain_outside(
    draft: &mut Draft<'_>,
    full: &Bounds<'_>,
    rounds: usize,
    looks: &mut u64,
    rng: &mut Rng,
    stop: &dyn Fn() -> bool,
) {
    let judge = draft.judge;
    draft.rejudge(Judge {
        weight: judge.weight * (USUAL / half_width(&full.band).max(1e-6)).clamp(0.2, 1e3),
        ..judge
    });
    mend_by_chains(draft, full, rounds, looks, rng, stop);
    draft.rejudge(judge);
}

/// Narrows the band below the worst cell again and again; returns the band that the final shape must keep.
fn tighten(
    draft: &mut Draft<'_>,
    mean: f64,
    sides: &[Side],
    work: Work<'_>,
    [purse, trees, looks]: [&mut u64; 3],
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
        let full = Bounds { band, sides };
        chain_outside(draft, &full, 4, looks, rng, work.stop);
        if is_fine(draft) {
            recut_within(draft, &full, 4, trees, rng, work.stop);
        } else {
            recut_outside(draft, &full, 4, purse, rng, work.stop);
        }
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
