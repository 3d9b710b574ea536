//! Cells against the level above them.

use super::coverage::Thresholds;
use super::finding::{About, Figures, Finding, Suggestion};
use super::rules::{RuleId, Severity};
use crate::chain::Holder;
use crate::coverage::Nesting;
use crate::frame::{Point, Region, interior_point};

/// A cell with this share of its ground in another parent spans both, in tenths.
const SPANS_TENTHS: i128 = 1;

/// Findings of a [`Nesting`]: OVL-04 and OVL-05 for ground in another parent, GAP-06 for parents not filled.
///
/// A cell that `is_merged` says is declared as spanning several communities may do so.
#[must_use]
pub fn nesting_findings(
    nesting: &Nesting,
    regions: &[Region],
    thresholds: &Thresholds,
    is_merged: impl Fn(Holder) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for s in nesting.strays.iter().filter(|s| !is_merged(s.cell)) {
        let whole = regions.get(s.cell as usize).map_or(0, Region::twice_area_um2);
        let spans = s.parent.is_some() && 10 * s.ground.twice_area_um2() >= SPANS_TENTHS * whole;
        let rule = if spans { RuleId::Ovl05 } else { RuleId::Ovl04 };
        findings.push(Finding {
            holders: vec![s.cell],
            suggestion: Some(Suggestion::CutOff),
            about: s.parent.map_or(About::Cells, About::Parent),
            ..on_ground(rule, &s.ground, thresholds)
        });
    }
    findings.extend(nesting.childless.iter().map(|&p| Finding {
        about: About::Parent(p),
        suggestion: Some(Suggestion::NewCell),
        detail: Some(("没有下级网格", "it has no cells")),
        ..Finding::of(RuleId::Gap06, Point::default())
    }));
    findings.extend(nesting.unfilled.iter().map(|(p, ground)| Finding {
        detail: Some(("下级网格只覆盖一部分", "its cells cover only part of it")),
        about: About::Parent(*p),
        ..on_ground(RuleId::Gap06, ground, thresholds)
    }));
    findings.sort_by(Finding::order);
    findings
}

fn on_ground(rule: RuleId, ground: &Region, t: &Thresholds) -> Finding {
    let width_um = (ground.twice_area_um2() / i128::from(ground.perimeter_um().max(1))) as i64;
    let at = ground.parts.first().and_then(interior_point).unwrap_or_default();
    let sliver = t.is_small(ground.twice_area_um2()) || t.is_narrow(width_um);
    Finding {
        severity: if sliver { Severity::Warning } else { Severity::Error },
        ground: ground.clone(),
        width_um,
        ..Finding::of(rule, at)
    }
}

/// A figure of cells and of their parents, such as households.
#[derive(Clone, Copy, Debug)]
pub struct Sums<'a> {
    /// Which figure: its number among those that are tested.
    pub column: u32,
    /// Of each cell.
    pub cells: &'a [i64],
    /// Of each parent.
    pub parents: &'a [i64],
    /// By which share of the parent's figure the sum may differ: 0 for what is counted, 0.001 for areas.
    pub tolerance: f64,
}

/// ATTR-01: parents whose figure is not the sum of their cells'. A parent without cells is left to GAP-06.
#[must_use]
pub fn sum_findings(parent_of: &[Option<u32>], sums: Sums<'_>) -> Vec<Finding> {
    let mut found: Vec<Option<i64>> = vec![None; sums.parents.len()];
    for (parent, &v) in parent_of.iter().zip(sums.cells) {
        if let Some(sum) = parent.and_then(|p| found.get_mut(p as usize)) {
            *sum = Some(sum.unwrap_or(0).saturating_add(v));
        }
    }
    let differs = |sum: i64, total: i64| {
        (i128::from(sum) - i128::from(total)).unsigned_abs() as f64
            > sums.tolerance * total.unsigned_abs() as f64
    };
    let all = found.into_iter().zip(sums.parents).zip(0..);
    all.filter_map(|((sum, &total), p)| Some((sum.filter(|&s| differs(s, total))?, total, p)))
        .map(|(sum, total, p)| Finding {
            about: About::Parent(p),
            figures: Some(Figures { column: sums.column, found: sum, wanted: (total, total) }),
            suggestion: Some(Suggestion::Recount),
            ..Finding::of(RuleId::Attr01, Point::default())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::{Parents, nesting};
    use crate::frame::{Polygon, UM_PER_M};

    fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
        let p = |x: i64, y: i64| Point::new(x * UM_PER_M, y * UM_PER_M);
        Region::single(Polygon {
            shell: vec![p(x, y), p(x + w, y), p(x + w, y + h), p(x, y + h)],
            holes: vec![],
        })
    }

    #[test]
    fn cells_out_of_their_parent_and_parents_out_of_cells() {
        let parents = [rect(0, 0, 100, 10), rect(100, 0, 10, 10), rect(120, 0, 5, 5), rect(130, 0, 9, 9)];
        let cells = [rect(0, 0, 105, 10), rect(105, 0, 5, 10), rect(120, 0, 9, 5)];
        let of = [Some(0), Some(1), Some(2)];
        let n = nesting(&cells, Parents { regions: &parents, of_cell: &of });
        let rules = |merged: bool| -> Vec<(&str, About)> {
            let found = nesting_findings(&n, &cells, &Thresholds::default(), |_| merged);
            found.iter().map(|f| (f.rule.id(), f.about)).collect()
        };
        assert_eq!(
            rules(false),
            [("GAP-06", About::Parent(3)), ("OVL-04", About::Parent(1)), ("OVL-04", About::Cells)]
        );
        assert_eq!(rules(true).len(), 1);
        let half = [rect(0, 0, 20, 10)];
        let sides = [rect(0, 0, 10, 10), rect(10, 0, 10, 10)];
        let n = nesting(&half, Parents { regions: &sides, of_cell: &[Some(0)] });
        let found = nesting_findings(&n, &half, &Thresholds::default(), |_| false);
        assert_eq!(found.iter().map(|f| f.rule.id()).collect::<Vec<_>>(), ["GAP-06", "OVL-05"]);
    }

    #[test]
    fn sums_are_those_of_the_parents() {
        let of = [Some(0), Some(0), Some(1), None];
        let sums = |parents: &[i64], tolerance| {
            sum_findings(&of, Sums { column: 0, cells: &[300, 200, 700, 9], parents, tolerance }).len()
        };
        assert_eq!(sums(&[500, 700, 40], 0.0), 0);
        assert_eq!(sums(&[501, 700, 40], 0.0), 1);
        assert_eq!(sums(&[501, 702, 40], 0.0025), 1);
        let cells = &[300, 200, 700, 9];
        let f = sum_findings(&of, Sums { column: 0, cells, parents: &[501, 700], tolerance: 0.0 });
        assert!(f[0].words(&|_: u32| String::new(), 0.0).en.contains("500, should be 501"));
    }
}
