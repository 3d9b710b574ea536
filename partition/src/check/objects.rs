//! Objects against cells: enterprises, outlets, rivers, buildings.

use super::coverage::Thresholds;
use super::finding::{About, Finding, Suggestion};
use super::rules::{RuleId, Severity};
use crate::chain::Holder;
use crate::frame::{Bounds, BoxIndex, Point, Region, RegionIndex, contains, interior_point, length_um};
use crate::subdivision::{HalfEdge, Line, Subdivision, boundary_lines};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A thing with a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// Where it is; `None` when its coordinates are missing or unusable.
    pub at: Option<Point>,
    /// The cells whose lists name it.
    pub claimed_by: Vec<Holder>,
}

/// GAP-07, GAP-08 and OVL-07: objects outside every cell, without a place, in two cells, claimed twice or by the wrong cell.
///
/// On a border an object belongs to one side only, so in a coverage each has exactly one cell. O(log n) each.
#[must_use]
pub fn object_findings(cells: &[Region], objects: &[Object]) -> Vec<Finding> {
    let index = RegionIndex::new(cells);
    let mut findings: Vec<Finding> = objects
        .par_iter()
        .zip(0u32..objects.len() as u32)
        .filter_map(|(o, n)| {
            let about = About::Object(n);
            let Some(at) = o.at else {
                let locate = Some(Suggestion::Locate);
                return Some(Finding {
                    about,
                    suggestion: locate,
                    ..Finding::of(RuleId::Gap08, Point::default())
                });
            };
            let lies_in = index.all_at(at);
            let Some(cell) = lies_in.first() else {
                return Some(Finding { about, ..Finding::of(RuleId::Gap07, at) });
            };
            let mut claimed = o.claimed_by.clone();
            claimed.sort_unstable();
            claimed.dedup();
            let (holders, detail, suggestion) = match (&lies_in[..], &claimed[..]) {
                ([_, _, ..], _) => {
                    let twice = ("位于两个以上网格内", "it lies in several cells");
                    (lies_in, Some(twice), Suggestion::Settle)
                }
                (_, []) => return None,
                (_, [one]) if one == cell => return None,
                _ => (claimed, None, Suggestion::Record),
            };
            Some(Finding {
                about,
                holders,
                detail,
                suggestion: Some(suggestion),
                ..Finding::of(RuleId::Ovl07, at)
            })
        })
        .collect();
    findings.sort_by(Finding::order);
    findings
}

/// GAP-09: stretches of lines (rivers, roads) that lie in no cell. Along a cell's border is in it.
///
/// # Complexity
/// That of noding the lines with the cells they pass.
#[must_use]
pub fn line_findings(cells: &[Region], lines: &[Vec<Point>], thresholds: &Thresholds) -> Vec<Finding> {
    let pieces =
        |l: &Vec<Point>| l.windows(2).map(|w| [w[0], w[1]]).filter(|s| s[0] != s[1]).collect::<Vec<_>>();
    let boxes = lines.iter().flat_map(pieces).map(|[a, b]| Bounds::of_segment(a, b));
    let index = BoxIndex::new(boxes);
    let first_line = cells.len() as u32;
    let passed = |r: &Region| r.bounds().is_some_and(|b| index.meeting(b).next().is_some());
    let mut all: Vec<Line> =
        cells.iter().zip(0..).filter(|(r, _)| passed(r)).flat_map(|(r, i)| boundary_lines(r, i)).collect();
    for (line, n) in lines.iter().zip(first_line..) {
        all.extend(pieces(line).into_iter().map(|[a, b]| Line { a, b, tag: n }));
    }
    let s = Subdivision::of(&all);
    let held = s.holders_by(|t| (t < first_line).then_some(t));
    let mut open: BTreeMap<u32, Vec<[Point; 2]>> = BTreeMap::new();
    let is_open =
        |h: HalfEdge| held[s.left(h).index()].is_empty() && held[s.left(h.twin()).index()].is_empty();
    for h in s.edges().filter(|&h| is_open(h)) {
        let mut who: Vec<u32> = s.tags(h).iter().map(|t| t.tag).filter(|&t| t >= first_line).collect();
        who.dedup();
        for n in who {
            open.entry(n - first_line).or_default().push([s.origin(h), s.head(h)]);
        }
    }
    let findings = open.into_iter().map(|(n, stretch)| {
        let length: i64 = stretch.iter().map(|l| length_um(l[0], l[1])).sum();
        let at = stretch.first().map_or_else(Point::default, |l| l[0]);
        Finding {
            about: About::Object(n),
            severity: if thresholds.is_narrow(length) { Severity::Info } else { Severity::Warning },
            lines: stretch,
            ..Finding::of(RuleId::Gap09, at)
        }
    });
    findings.collect()
}

/// OVL-06: buildings that lie in two cells or more, with at least the minimum area in each.
///
/// `severity` is error for buildings, warning for compounds, courtyards and village groups.
///
/// # Complexity
/// For each building that of noding it with the borders in its box.
#[must_use]
pub fn building_findings(
    cells: &[Region],
    buildings: &[Region],
    severity: Severity,
    thresholds: &Thresholds,
) -> Vec<Finding> {
    let nowhere = Bounds::of_segment(Point::new(i64::MAX, i64::MAX), Point::new(i64::MAX, i64::MAX));
    let index = BoxIndex::new(cells.iter().map(|r| r.bounds().unwrap_or(nowhere)));
    buildings
        .par_iter()
        .zip(0u32..buildings.len() as u32)
        .filter_map(|(building, n)| {
            let window = building.bounds()?;
            let mut near: Vec<Holder> = index.meeting(window).collect();
            if near.len() < 2 {
                return None;
            }
            near.sort_unstable();
            let shares = shares(cells, &near, building, window);
            let holders: Vec<Holder> =
                shares.into_iter().filter(|(_, a)| !thresholds.is_small(*a)).map(|(c, _)| c).collect();
            let at = building.parts.first().and_then(interior_point)?;
            (holders.len() > 1).then(|| Finding {
                about: About::Object(n),
                severity,
                holders,
                ground: building.clone(),
                suggestion: Some(Suggestion::Redraw),
                ..Finding::of(RuleId::Ovl06, at)
            })
        })
        .collect()
}

/// Twice the ground of a building in each of the cells `near` it, ascending.
fn shares(cells: &[Region], near: &[Holder], building: &Region, window: Bounds) -> BTreeMap<Holder, i128> {
    const BUILDING: u32 = 0;
    let mut lines: Vec<Line> = boundary_lines(building, BUILDING).collect();
    for &c in near {
        let borders = boundary_lines(&cells[c as usize], BUILDING + 1);
        lines.extend(borders.filter(|l| l.a != l.b && Bounds::of_segment(l.a, l.b).meets(&window)));
    }
    let s = Subdivision::of(&lines);
    let inside = s.windings(|t| i32::from(t == BUILDING));
    let mut shares = BTreeMap::new();
    for f in s.inner_faces().filter(|f| inside[f.index()] > 0) {
        let Some(p) = s.face_region(f).parts.first().and_then(interior_point) else { continue };
        if let Some(&c) = near.iter().find(|&&c| contains(&cells[c as usize], p)) {
            *shares.entry(c).or_default() += s.twice_area_um2(f);
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Polygon, UM_PER_M};

    fn p(x: i64, y: i64) -> Point {
        Point::new(x * UM_PER_M, y * UM_PER_M)
    }

    fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
        Region::single(Polygon {
            shell: vec![p(x, y), p(x + w, y), p(x + w, y + h), p(x, y + h)],
            holes: vec![],
        })
    }

    fn ids(findings: &[Finding]) -> Vec<(&'static str, About)> {
        findings.iter().map(|f| (f.rule.id(), f.about)).collect()
    }

    #[test]
    fn objects_belong_to_exactly_one_cell() {
        let cells = [rect(0, 0, 10, 10), rect(10, 0, 10, 10)];
        let at = |x, y, claimed: &[u32]| Object { at: Some(p(x, y)), claimed_by: claimed.to_vec() };
        let objects = [
            at(5, 5, &[]),
            at(10, 5, &[0]),
            at(25, 5, &[]),
            Object::default(),
            at(5, 5, &[0, 1]),
            at(5, 5, &[1]),
            at(15, 5, &[1]),
        ];
        let found = object_findings(&cells, &objects);
        let n = About::Object;
        assert_eq!(ids(&found), [("GAP-07", n(2)), ("GAP-08", n(3)), ("OVL-07", n(4)), ("OVL-07", n(5))]);
        // Where cells overlap an object has two, whatever lists say.
        let over = [rect(0, 0, 12, 10), rect(10, 0, 10, 10)];
        let found = object_findings(&over, &[at(11, 5, &[0]), at(9, 5, &[])]);
        assert_eq!((ids(&found), &found[0].holders[..]), (vec![("OVL-07", n(0))], &[0, 1][..]));
    }

    #[test]
    fn a_river_is_covered_but_for_the_stretch_between_cells() {
        let cells = [rect(0, 0, 10, 10), rect(13, 0, 10, 10)];
        let t = Thresholds::default();
        let lines = [vec![p(2, 5), p(20, 5)], vec![p(0, 0), p(10, 0)], vec![p(30, 0), p(40, 0), p(40, 9)]];
        let found = line_findings(&cells, &lines, &t);
        assert_eq!(ids(&found), [("GAP-09", About::Object(0)), ("GAP-09", About::Object(2))]);
        assert_eq!(found[0].lines, [[p(10, 5), p(13, 5)]]);
    }

    #[test]
    fn a_border_through_a_house_is_named_one_along_its_wall_is_not() {
        let cells = [rect(0, 0, 10, 10), rect(10, 0, 10, 10)];
        let houses = [rect(8, 2, 4, 4), rect(10, 2, 4, 4), rect(2, 2, 3, 3), rect(18, 2, 9, 3)];
        let found = building_findings(&cells, &houses, Severity::Error, &Thresholds::default());
        assert_eq!(ids(&found), [("OVL-06", About::Object(0))]);
        assert_eq!(found[0].holders, [0, 1]);
    }
}
