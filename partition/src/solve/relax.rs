//! The smallest widening of a range that makes a parent feasible.
//!
//! Feasibility only grows with the range (a giant that stops being one is a cell inside the range by itself), so
//! a binary search finds the smallest step; the step below it is proved infeasible by the same engine.

use super::{
    decide::{Asked, Decision, Range, decide},
    exact::Limits,
    part::Part,
};
use serde::{Deserialize, Serialize};

/// How far one end, or both, must move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Feasible with this step, proved infeasible with any smaller one.
    By(i64),
    /// Feasible with this step, the plan at hand being one; whether with a smaller one nobody knows.
    AtMost(i64),
    /// No step of this kind helps.
    Never,
    /// Not found within the work limit, not disproved.
    Undecided,
}

/// The smallest steps that make an infeasible parent feasible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relaxation {
    /// δ for `lo − δ .. hi + δ`.
    pub both: Step,
    /// δ for `lo − δ .. hi`.
    pub lo_only: Step,
    /// δ for `lo .. hi + δ`.
    pub hi_only: Step,
}

impl Relaxation {
    /// With what the plan at hand needs where nothing smaller is known to do. `loads` are the least and the greatest
    /// load of its cells.
    pub(crate) fn or_as_planned(self, range: Range, loads: Option<[i64; 2]>) -> Self {
        let Some([least, greatest]) = loads else { return self };
        let (down, up) = ((range.lo - least).max(0), (greatest - range.hi).max(0));
        let known = |step: Step, does: bool, by: i64| match step {
            Step::Undecided if does => Step::AtMost(by),
            step => step,
        };
        Self {
            both: known(self.both, true, down.max(up)),
            lo_only: known(self.lo_only, up == 0, down),
            hi_only: known(self.hi_only, down == 0, up),
        }
    }
}

/// Where nothing was searched for.
pub(crate) const UNKNOWN: Relaxation =
    Relaxation { both: Step::Undecided, lo_only: Step::Undecided, hi_only: Step::Undecided };

/// The relaxation of an infeasible parent.
pub(crate) fn relax(
    parent: Option<u32>,
    components: &[Part],
    asked: Asked<'_>,
    limits: Limits,
) -> Relaxation {
    let range = asked.range;
    let heaviest = components.iter().map(Part::load).max().unwrap_or(0);
    let up = (heaviest - range.hi).max(0);
    let smallest = |most: i64, lo_moves: i64, hi_moves: i64| {
        // `lo` stops at 0: units without load are then cells of their own right.
        let at =
            |delta: i64| Range { lo: (range.lo - lo_moves * delta).max(0), hi: range.hi + hi_moves * delta };
        smallest_step(most, |delta| decide(parent, components, Asked { range: at(delta), ..asked }, limits))
    };
    Relaxation {
        both: smallest(up.max(range.lo), 1, 1),
        lo_only: smallest(range.lo, 1, 0),
        hi_only: smallest(up, 0, 1),
    }
}

/// Smallest δ in `1..=most` that is feasible, when 0 is not.
fn smallest_step(most: i64, decide: impl Fn(i64) -> Decision) -> Step {
    match decide(most) {
        Decision::Feasible => {}
        Decision::Infeasible(_) => return Step::Never,
        Decision::Undecided => return Step::Undecided,
    }
    // `no` is proved infeasible, `yes` feasible.
    let (mut no, mut yes) = (0, most);
    while yes - no > 1 {
        let middle = i64::midpoint(no, yes);
        match decide(middle) {
            Decision::Feasible => yes = middle,
            Decision::Infeasible(_) => no = middle,
            Decision::Undecided => return Step::Undecided,
        }
    }
    Step::By(yes)
}
