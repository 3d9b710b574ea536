//! Figures of cells against what they should be: sizes, loads.

use super::finding::{About, Figures, Finding, Suggestion};
use super::rules::RuleId;
use crate::frame::{Point, Region, interior_point};
use crate::workload::{Range, feasible_k};

/// SIZE-01: cells whose figure lies outside `wanted`, in the figure's own steps. O(cells).
///
/// `column` is the number of the figure among those that are tested; `cells` has its value for each region, nothing for a
/// dedicated cell, which has no part in this.
#[must_use]
pub fn size_findings(
    regions: &[Region],
    column: u32,
    cells: &[Option<i64>],
    wanted: (i64, i64),
) -> Vec<Finding> {
    outside(RuleId::Size01, regions, column, cells, wanted)
}

/// LOAD-01: cells whose load differs from the mean by more than the share `tolerance` of it; dedicated cells have none.
/// O(cells).
#[must_use]
pub fn load_findings(regions: &[Region], column: u32, cells: &[Option<i64>], tolerance: f64) -> Vec<Finding> {
    let count = cells.iter().flatten().count();
    if count == 0 {
        return Vec::new();
    }
    let mean = cells.iter().flatten().map(|&v| v as f64).sum::<f64>() / count as f64;
    let wanted = ((mean * (1.0 - tolerance)).ceil() as i64, (mean * (1.0 + tolerance)).floor() as i64);
    outside(RuleId::Load01, regions, column, cells, wanted)
}

/// SIZE-02: parents that no number of cells could divide into the range, whatever their borders. O(cells).
///
/// `parents` counts them. A parent without cells is left to GAP-06.
#[must_use]
pub fn preset_findings(
    parent_of: &[Option<u32>],
    parents: usize,
    column: u32,
    cells: &[Option<i64>],
    wanted: (i64, i64),
) -> Vec<Finding> {
    let mut totals: Vec<Option<u64>> = vec![None; parents];
    for (parent, v) in parent_of.iter().zip(cells).filter_map(|(p, v)| Some((p, (*v)?))) {
        if let Some(total) = parent.and_then(|p| totals.get_mut(p as usize)) {
            *total = Some(total.unwrap_or(0).saturating_add(v.max(0).unsigned_abs()));
        }
    }
    let range = Range::new(wanted.0.max(0).unsigned_abs(), wanted.1.max(0).unsigned_abs());
    let cannot = |total: &u64| *total > 0 && feasible_k(*total, range).is_none();
    let all = (0..).zip(totals).filter_map(|(p, total)| Some((p, total.filter(cannot)?)));
    all.map(|(p, total)| Finding {
        about: About::Parent(p),
        figures: Some(Figures { column, found: i64::try_from(total).unwrap_or(i64::MAX), wanted }),
        detail: Some(("任何网格数都不能满足", "no number of cells does")),
        ..Finding::of(RuleId::Size02, Point::default())
    })
    .collect()
}

fn outside(
    rule: RuleId,
    regions: &[Region],
    column: u32,
    cells: &[Option<i64>],
    wanted: (i64, i64),
) -> Vec<Finding> {
    let known = (0..).zip(regions).zip(cells).filter_map(|(cell, v)| Some((cell, (*v)?)));
    let all = known.filter(|(_, v)| !(wanted.0..=wanted.1).contains(v));
    all.map(|((cell, region), found)| Finding {
        holders: vec![cell],
        figures: Some(Figures { column, found, wanted }),
        suggestion: Some(Suggestion::Share),
        ..Finding::of(rule, region.parts.iter().find_map(interior_point).unwrap_or_default())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(findings: &[Finding]) -> Vec<(&'static str, Vec<u32>)> {
        findings.iter().map(|f| (f.rule.id(), f.holders.clone())).collect()
    }

    #[test]
    fn sizes_and_loads_are_held_against_range_and_mean() {
        let regions = vec![Region::default(); 4];
        let cells = [300, 500, 299, 501].map(Some);
        assert_eq!(
            who(&size_findings(&regions, 0, &cells, (300, 500))),
            [("SIZE-01", vec![2]), ("SIZE-01", vec![3])]
        );
        // The mean is 400: 20 % of it are 80, 30 % are 120.
        assert_eq!(load_findings(&regions, 0, &cells, 0.2).len(), 4);
        assert_eq!(load_findings(&regions, 0, &cells, 0.3), []);
        assert_eq!(load_findings(&regions, 0, &[], 0.2), []);
        // A dedicated cell has no part: the mean of the others is 400.
        let cells = [Some(320), Some(480), None, Some(400)];
        assert_eq!(load_findings(&regions, 0, &cells, 0.2), []);
        assert_eq!(size_findings(&regions, 0, &cells, (320, 480)), []);
    }

    #[test]
    fn a_parent_between_one_cell_and_two_cannot_meet_the_preset() {
        let of = [Some(0), Some(0), Some(1), None];
        let found = preset_findings(&of, 3, 0, &[300, 250, 400, 9].map(Some), (300, 500));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].about, found[0].figures.map(|f| f.found)), (About::Parent(0), Some(550)));
    }
}
