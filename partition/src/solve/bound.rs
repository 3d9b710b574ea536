//! How equal the cells of each parent could be at best: by arithmetic, by pockets, and on small ground exactly.

use super::{
    Goal, Options, ParentBound, Problem, Solution, SolveError,
    certificate::{Certificate, Exhaustive, Scope},
    certify::Proof,
    cut::EQUAL_ENOUGH,
    decide::{Asked, Range, cheap_proof},
    exact::most_equal,
    part::Part,
    region::{Context, EQUAL_EXACT},
    rules::Reduced,
};
use crate::measure::fair_share;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Finds [`Solution::bounds`].
pub(super) fn find(
    problem: &Problem<'_>,
    options: &Options,
    solution: &mut Solution,
    context: Context<'_>,
) -> Result<(), SolveError> {
    // Nobody asks how much more equal a plan could be that is as equal as it was asked to be.
    let enough = match (problem.goal, options.within) {
        (Goal::Cells(_), None) => options.tolerance.unwrap_or(EQUAL_ENOUGH),
        _ => f64::INFINITY,
    };
    let mut plain = by_arithmetic(problem, solution);
    let open = |b: &ParentBound| b.max_deviation > enough && b.cells > 1 && !b.is_least();
    if !plain.values().any(|p| open(&p.0)) || (context.work.stop)() {
        solution.bounds = plain.into_values().map(|p| p.0).collect();
        return Ok(());
    }
    let (ground, _) = Reduced::of_proofs(problem)?;
    let regions = super::regions(ground.part.clone(), ground.parents.as_deref());
    let proof = Proof::of(problem, &ground);
    let groups: Vec<(&[super::Region], ParentBound, i64)> = regions
        .chunk_by(|a, b| a.parent == b.parent)
        .filter_map(|group| plain.remove(&group[0].parent).map(|(bound, slack)| (group, bound, slack)))
        .collect();
    let found: Vec<(ParentBound, Option<Certificate>)> = groups
        .into_par_iter()
        .map(|(group, bound, slack)| {
            if !open(&bound) {
                return (bound, None);
            }
            let parts: Vec<Part> = group.iter().map(|r| r.part.clone()).collect();
            let total = parts.iter().map(Part::load).sum();
            Ground { parts: &parts, total, slack, bound }.bounded(&proof, context)
        })
        .collect();
    for (mut bound, certificate) in found {
        if let Some(certificate) = certificate {
            let known = solution.certificates.iter().position(|c| *c == certificate);
            bound.certificate = Some(known.unwrap_or_else(|| {
                solution.certificates.push(certificate);
                solution.certificates.len() - 1
            }));
        }
        solution.bounds.push(bound);
    }
    Ok(())
}

/// What the loads alone say of each parent, and the slack of its plan: |cells · load − total|, the worst deviation as a
/// whole number.
fn by_arithmetic(problem: &Problem<'_>, solution: &Solution) -> BTreeMap<Option<u32>, (ParentBound, i64)> {
    let mut cells: BTreeMap<Option<u32>, Vec<i64>> = BTreeMap::new();
    for cell in &solution.cells {
        cells.entry(cell.parent).or_default().push(cell.load);
    }
    let mut units: BTreeMap<Option<u32>, Vec<i64>> = BTreeMap::new();
    for (&p, &w) in problem.parents.unwrap_or_default().iter().zip(&problem.criterion.loads) {
        units.entry(Some(p)).or_default().push(w);
    }
    let bound = |parent: Option<u32>, cells: &[i64]| {
        let (k, total) = (cells.len() as i64, cells.iter().sum::<i64>());
        // A slack that does not fit is none that anybody asks about.
        let slack = cells.iter().map(|&w| k.checked_mul(w).map(|w| (w - total).abs()));
        let slack = slack.collect::<Option<Vec<i64>>>()?.into_iter().max()?;
        let own = units.get(&parent);
        let least = own.map(|own| fair_share(own, cells.len()).lower_bound_max_deviation);
        let bound = ParentBound {
            parent,
            cells: k as u32,
            mean: total as f64 / k as f64,
            max_deviation: slack as f64 / total as f64,
            lower_bound_max_deviation: least.unwrap_or(solution.lower_bound_max_deviation),
            certificate: None,
        };
        (total > 0).then_some((bound, slack))
    };
    cells.iter().filter_map(|(&parent, cells)| Some((parent, bound(parent, cells)?))).collect()
}

/// One parent and its cells. Deviations times the total are whole numbers, here called slack.
struct Ground<'a> {
    parts: &'a [Part],
    total: i64,
    /// The slack of the plan.
    slack: i64,
    bound: ParentBound,
}

impl Ground<'_> {
    /// The bound with what searching adds, and the proof of that.
    fn bounded(mut self, proof: &Proof<'_>, context: Context<'_>) -> (ParentBound, Option<Certificate>) {
        let least = (self.bound.lower_bound_max_deviation * self.total as f64).ceil() as i64;
        let (more, certificate) =
            self.exactly(proof, context).unwrap_or_else(|| self.by_pockets(least, proof));
        if more > least {
            self.bound.lower_bound_max_deviation = more as f64 / self.total as f64;
            return (self.bound, certificate);
        }
        (self.bound, None)
    }

    /// What a cell may weigh where its slack is at most `slack`.
    fn range(&self, slack: i64) -> Range {
        let k = i64::from(self.bound.cells);
        Range { lo: ((self.total - slack).max(0) + k - 1) / k, hi: (self.total + slack) / k }
    }

    /// The least slack of any plan, on small ground in one piece.
    fn exactly(&self, proof: &Proof<'_>, context: Context<'_>) -> Option<(i64, Option<Certificate>)> {
        let [part] = self.parts else { return None };
        if part.len() > EQUAL_EXACT {
            return None;
        }
        let equal = most_equal(part, self.bound.cells, &[], self.bound.max_deviation, context.limits);
        let least = if equal.closed && equal.labels.is_none() {
            self.slack
        } else {
            (equal.at_least * self.total as f64).round() as i64
        };
        let Range { lo, hi } = self.range((least - 1).max(0));
        let mut units = part.units.clone();
        units.sort_unstable();
        let claim = Exhaustive {
            scope: Scope::ComponentWide,
            parent: self.bound.parent,
            units,
            lo,
            hi,
            further: Vec::new(),
            rules: super::Rules::default(),
        };
        Some((least, proof.confirmed(claim)))
    }

    /// A slack that weights and pockets alone forbid any plan to get below.
    fn by_pockets(&self, least: i64, proof: &Proof<'_>) -> (i64, Option<Certificate>) {
        let disproof = |slack: i64| {
            let asked = Asked { range: self.range(slack), sides: &[], names: &[] };
            cheap_proof(self.bound.parent, self.parts, asked)
        };
        // Below `no` nothing can be; the plan at hand has the slack `yes`.
        let (mut no, mut yes, mut found) = (least, self.slack, None);
        while no < yes {
            let middle = i64::midpoint(no, yes);
            match disproof(middle) {
                Some(certificate) => (no, found) = (middle + 1, Some(certificate)),
                None => yes = middle,
            }
        }
        (no, found.and_then(|c| proof.grounded(c)))
    }
}
