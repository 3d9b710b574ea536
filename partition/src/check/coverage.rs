//! From defects of a coverage to findings by rule.

use super::finding::{Finding, Suggestion};
use super::rules::{RuleId, Severity};
use crate::chain::{BOUNDARY, Fault, Holder};
use crate::coverage::repair::{is_cell_sized, twice_median_um2};
use crate::coverage::{Analysis, Defect, Kind};
use crate::frame::{Region, UM_PER_M};
use crate::subdivision::{Line, Subdivision, boundary_lines};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::f64::consts::PI;

/// Where a defect stops being an error and is counted as a warning. Nothing is left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Less ground than this is a sliver, and a cell with less is none, m². Default 1.
    pub min_area_m2: f64,
    /// Narrower ground than this is a sliver, m. Default 0.5.
    pub sliver_width_m: f64,
    /// Cells with a lower Polsby–Popper compactness (4π · area / perimeter²; 1 for a circle) are named. Default 0.05,
    /// which is a strip sixty times as long as wide.
    pub min_compactness: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { min_area_m2: 1.0, sliver_width_m: 0.5, min_compactness: 0.05 }
    }
}

impl Thresholds {
    pub(super) fn is_small(&self, twice_area_um2: i128) -> bool {
        (twice_area_um2 as f64) < 2.0 * self.min_area_m2 * (UM_PER_M as f64).powi(2)
    }

    pub(super) fn is_narrow(&self, width_um: i64) -> bool {
        (width_um as f64) < self.sliver_width_m * UM_PER_M as f64
    }
}

/// What a cell is, where it is not simply one of its level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Class {
    /// A cell of its level.
    #[default]
    Base,
    /// A dedicated cell (专属网格) that is carved out of the base cells.
    Carved,
    /// An industrial zone beside village cells, without declared precedence.
    Zone,
}

/// Ground that may stay without a cell: a lake, a military zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalGap {
    /// Where.
    pub ground: Region,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub author: String,
}

/// What is known of cells beyond their ground; all of it may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The parent of each cell.
    pub parent_of: &'a [Option<u32>],
    /// What each cell is.
    pub class_of: &'a [Class],
    /// Gaps that are none.
    pub legal_gaps: &'a [LegalGap],
}

impl Facts<'_> {
    /// Whether cells belong to two different parents or more.
    fn are_of_several_parents(&self, cells: impl Iterator<Item = Holder>) -> bool {
        let of = |h: Holder| self.parent_of.get(h as usize).copied().flatten();
        cells.filter(|&h| h != BOUNDARY).filter_map(of).collect::<BTreeSet<u32>>().len() > 1
    }

    fn has(&self, cells: &[Holder], class: Class) -> bool {
        cells.iter().any(|&h| self.class_of.get(h as usize) == Some(&class))
    }
}

/// Whether a finding by this rule means that the regions do not tile their domain exactly, level by level. The others are
/// about single cells (one without ground holds nothing, so it leaves and takes nothing either), objects and figures.
#[must_use]
pub const fn is_tiling_rule(rule: RuleId) -> bool {
    use RuleId::*;
    matches!(
        rule,
        Gap01
            | Gap02
            | Gap03
            | Gap04
            | Gap05
            | Gap06
            | Ovl01
            | Ovl02
            | Ovl03
            | Ovl04
            | Ovl05
            | Ovl11
            | Ovl14
            | Ovl15
            | Top01
    )
}

/// [`coverage_findings_with`] without anything known beyond the ground.
#[must_use]
pub fn coverage_findings(analysis: &Analysis, regions: &[Region], thresholds: &Thresholds) -> Vec<Finding> {
    coverage_findings_with(analysis, regions, thresholds, &Facts::default())
}

/// Every defect of `analysis` as a finding, and what is odd about single cells.
///
/// | defect | rule |
/// |---|---|
/// | gap inside; inside one region; a whole part of the boundary; along the boundary | GAP-01; GAP-03; GAP-04; GAP-02 |
/// | gap between cells of different parents | GAP-05 |
/// | overlap; sliver; one region within another | OVL-01; OVL-02; OVL-03 |
/// | overlap with an industrial zone; with a carved cell; of cells of different parents | OVL-11; OVL-14; OVL-15 |
/// | ground outside the boundary | OVL-04 |
/// | borders that coincide without matching | OVL-02 |
/// | wrong rings, spikes; no ground, or next to none | TOP-01; TOP-03 |
/// | several parts; hardly compact | TOP-02; TOP-04 |
///
/// A gap within a [`LegalGap`] is kept as information.
#[must_use]
pub fn coverage_findings_with(
    analysis: &Analysis,
    regions: &[Region],
    thresholds: &Thresholds,
    facts: &Facts<'_>,
) -> Vec<Finding> {
    let boundary = analysis.boundary.as_ref();
    let median = if analysis.defects.is_empty() { 0 } else { twice_median_um2(regions) };
    let mut findings: Vec<Finding> =
        analysis.defects.iter().map(|d| from_defect(d, boundary, thresholds, facts, median)).collect();
    let faulty: BTreeSet<Holder> = analysis
        .defects
        .iter()
        .filter(|d| matches!(d.kind, Kind::Invalid(_)))
        .flat_map(|d| d.holders.iter().copied())
        .collect();
    for (region, i) in regions.iter().zip(0..).filter(|(_, i)| !faulty.contains(i)) {
        // A dedicated cell may lie in several places.
        let may_scatter = facts.has(&[i], Class::Carved);
        let odd = of_one_cell(region, i, thresholds);
        findings.extend(odd.filter(|f| f.rule != RuleId::Top02 || !may_scatter));
    }
    findings.sort_by(Finding::order);
    findings
}

/// What is odd about a cell that is a proper region.
fn of_one_cell(region: &Region, i: Holder, t: &Thresholds) -> impl Iterator<Item = Finding> {
    let first = region.rings().flatten().next().copied().unwrap_or_default();
    let finding = |rule, at| Finding { holders: vec![i], ..Finding::of(rule, at) };
    let parts = (region.parts.len() > 1).then(|| {
        let second = region.parts[1].shell.first().copied();
        finding(RuleId::Top02, second.unwrap_or(first))
    });
    let (twice_area, perimeter) = (region.twice_area_um2(), region.perimeter_um().max(1));
    let width = (twice_area / i128::from(perimeter)) as i64;
    let redraw = Some(Suggestion::Redraw);
    let slight = if t.is_small(twice_area) {
        let detail = Some(("小于最小面积", "below the minimum area"));
        Some(Finding { detail, suggestion: redraw, width_um: width, ..finding(RuleId::Top03, first) })
    } else {
        t.is_narrow(width).then(|| Finding {
            severity: Severity::Warning,
            detail: Some(("过窄", "hardly any width")),
            suggestion: redraw,
            width_um: width,
            ..finding(RuleId::Top03, first)
        })
    };
    let compactness = 2.0 * PI * twice_area as f64 / (perimeter as f64).powi(2);
    let straggling =
        (slight.is_none() && compactness < t.min_compactness).then(|| finding(RuleId::Top04, first));
    parts.into_iter().chain(slight).chain(straggling)
}

fn from_defect(
    d: &Defect,
    boundary: Option<&Region>,
    t: &Thresholds,
    facts: &Facts<'_>,
    median: i128,
) -> Finding {
    let sliver = t.is_small(d.twice_area_um2()) || t.is_narrow(d.width_um());
    let by_size = if sliver { Severity::Warning } else { Severity::Error };
    let (rule, severity) = match d.kind {
        Kind::Gap => (gap_rule(d, boundary, facts), by_size),
        Kind::Overlap | Kind::Nested if facts.has(&d.holders, Class::Carved) => (RuleId::Ovl14, by_size),
        Kind::Overlap | Kind::Nested if facts.has(&d.holders, Class::Zone) => (RuleId::Ovl11, by_size),
        Kind::Nested => (RuleId::Ovl03, Severity::Error),
        Kind::Overlap if facts.are_of_several_parents(d.holders.iter().copied()) => (RuleId::Ovl15, by_size),
        Kind::Overlap if sliver => (RuleId::Ovl02, Severity::Warning),
        Kind::Overlap => (RuleId::Ovl01, Severity::Error),
        Kind::Trespass => (RuleId::Ovl04, by_size),
        Kind::Unmatched => (RuleId::Ovl02, Severity::Warning),
        Kind::Invalid(Fault::Empty) => (RuleId::Top03, Severity::Error),
        Kind::Invalid(_) | Kind::Spike => (RuleId::Top01, Severity::Error),
    };
    let accepted = match d.kind {
        Kind::Gap => facts.legal_gaps.iter().position(|l| is_within(&d.ground, &l.ground, t)),
        _ => None,
    };
    Finding {
        severity: if accepted.is_some() { Severity::Info } else { severity },
        ground: d.ground.clone(),
        lines: d.lines.clone(),
        holders: d.holders.clone(),
        neighbours: d.neighbours.clone(),
        width_um: d.width_um(),
        accepted: accepted.map(|i| i as u32),
        suggestion: if accepted.is_some() { None } else { suggestion(d, median) },
        detail: match d.kind {
            _ if accepted.is_some() => Some(("已列为合法空白", "listed as a legal gap")),
            Kind::Invalid(Fault::Crossing(_)) => Some(("边界自相交", "its outline crosses itself")),
            Kind::Invalid(Fault::Along(_)) => Some(("边界部分重合", "its outline runs along itself")),
            Kind::Invalid(Fault::Winding(_)) => {
                Some(("重复包含或内外颠倒", "it encloses the same ground twice, or inside out"))
            }
            Kind::Spike => Some(("尖刺", "a spike")),
            Kind::Unmatched => Some(("邻边顶点不一致", "vertices do not match")),
            Kind::Gap | Kind::Overlap | Kind::Trespass if sliver => Some(("狭长或很小", "a sliver")),
            _ => None,
        },
        ..Finding::of(rule, d.at)
    }
}

/// What a repair would do; `median` is twice the area of the median cell.
fn suggestion(d: &Defect, median: i128) -> Option<Suggestion> {
    Some(match d.kind {
        Kind::Gap => match d.neighbours.iter().find(|n| n.0 != BOUNDARY) {
            Some(&(to, _)) if !is_cell_sized(d.twice_area_um2(), d.ground.perimeter_um(), median) => {
                Suggestion::Fill(to)
            }
            _ => Suggestion::NewCell,
        },
        Kind::Overlap => Suggestion::Settle,
        Kind::Nested => Suggestion::Decide,
        Kind::Trespass | Kind::Spike => Suggestion::CutOff,
        Kind::Unmatched => Suggestion::Match,
        Kind::Invalid(_) => Suggestion::Redraw,
    })
}

/// Whether a gap lies in a legal one, but for ground that is small and the lesser part of it.
fn is_within(gap: &Region, legal: &Region, t: &Thresholds) -> bool {
    let meet = gap.bounds().zip(legal.bounds()).is_some_and(|(a, b)| a.meets(&b));
    meet && {
        let rest = beyond(gap, legal);
        t.is_small(rest) && 2 * rest < gap.twice_area_um2()
    }
}

/// Twice the ground of `a` that does not lie in `b`.
fn beyond(a: &Region, b: &Region) -> i128 {
    let lines: Vec<Line> = boundary_lines(a, 0).chain(boundary_lines(b, 1)).collect();
    let s = Subdivision::of(&lines);
    let held = s.holders();
    s.inner_faces().filter(|f| held[f.index()] == [0]).map(|f| s.twice_area_um2(f)).sum()
}

fn gap_rule(d: &Defect, boundary: Option<&Region>, facts: &Facts<'_>) -> RuleId {
    let beside: Vec<_> = d.neighbours.iter().map(|n| n.0).collect();
    let whole_part = || {
        boundary.is_some_and(|b| {
            let mine = d.ground.parts.first().map(|p| p.shell.len());
            b.parts.len() > 1
                && b.parts.iter().any(|p| {
                    Some(p.shell.len()) == mine && p.shell.iter().all(|v| d.ground.parts[0].shell.contains(v))
                })
        })
    };
    match beside[..] {
        [BOUNDARY] if whole_part() => RuleId::Gap04,
        [only] if only != BOUNDARY => RuleId::Gap03,
        _ if facts.are_of_several_parents(beside.iter().copied()) => RuleId::Gap05,
        _ if beside.contains(&BOUNDARY) => RuleId::Gap02,
        _ => RuleId::Gap01,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::analyse;
    use crate::frame::{Point, Polygon};

    const M: i64 = UM_PER_M;

    fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
        rect_um(x * M, y * M, w * M, h * M)
    }

    fn rect_um(x: i64, y: i64, w: i64, h: i64) -> Region {
        let p = |dx, dy| Point::new(x + dx, y + dy);
        Region::single(Polygon { shell: vec![p(0, 0), p(w, 0), p(w, h), p(0, h)], holes: vec![] })
    }

    fn found(regions: &[Region], boundary: Option<&Region>) -> Vec<(&'static str, &'static str)> {
        let a = analyse(regions, boundary).unwrap();
        coverage_findings(&a, regions, &Thresholds::default())
            .iter()
            .map(|f| (f.rule.id(), f.severity.letter()))
            .collect()
    }

    /// Three by three cells of ten metres, without the middle one.
    fn ring() -> Vec<Region> {
        (0..9).filter(|i| *i != 4).map(|i| rect(i % 3 * 10, i / 3 * 10, 10, 10)).collect()
    }

    #[test]
    fn each_gap_gets_its_rule() {
        let b = rect(0, 0, 30, 30);
        assert_eq!(found(&ring(), Some(&b)), [("GAP-01", "E")]);
        assert_eq!(found(&ring(), None), [("GAP-01", "E")]);
        assert_eq!(found(&ring()[1..], Some(&b))[..], [("GAP-01", "E"), ("GAP-02", "E")]);
        let holed = Region::single(Polygon {
            shell: rect(0, 0, 10, 10).parts[0].shell.clone(),
            holes: vec![rect(2, 2, 3, 3).parts[0].shell.iter().rev().copied().collect()],
        });
        assert_eq!(found(&[holed], None), [("GAP-03", "E")]);
        let with_exclave = Region { parts: vec![b.parts[0].clone(), rect(50, 0, 5, 5).parts[0].clone()] };
        let mut full = ring();
        full.push(rect(10, 10, 10, 10));
        assert_eq!(found(&full, Some(&with_exclave)), [("GAP-04", "E")]);
        let hair = [rect(0, 0, 10, 10), rect_um(10 * M, 0, 10 * M - 3, 10 * M)];
        assert_eq!(found(&hair, Some(&rect(0, 0, 20, 10))), [("GAP-02", "W")]);
    }

    #[test]
    fn each_overlap_gets_its_rule() {
        let b = rect(0, 0, 20, 10);
        assert_eq!(found(&[rect(0, 0, 12, 10), rect(10, 0, 10, 10)], Some(&b)), [("OVL-01", "E")]);
        let hair = [rect_um(0, 0, 10 * M + 9, 10 * M), rect(10, 0, 10, 10)];
        assert_eq!(found(&hair, Some(&b)), [("OVL-02", "W")]);
        assert_eq!(found(&[b.clone(), rect(1, 1, 3, 3)], Some(&b)), [("OVL-03", "E")]);
        assert_eq!(found(&[rect(0, 0, 25, 10)], Some(&b)), [("OVL-04", "E")]);
    }

    #[test]
    fn rings_and_parts_get_their_rules() {
        let p = |x, y| Point::new(x * M, y * M);
        let bow = Region::single(Polygon { shell: vec![p(0, 0), p(4, 4), p(4, 0), p(0, 4)], holes: vec![] });
        assert_eq!(found(&[bow], None), [("TOP-01", "E")]);
        let line = Region::single(Polygon { shell: vec![p(0, 0), p(4, 4)], holes: vec![] });
        assert_eq!(found(&[line], None), [("TOP-03", "E")]);
        let two = Region { parts: [rect(0, 0, 1, 1), rect(5, 5, 1, 1)].map(|r| r.parts[0].clone()).to_vec() };
        assert_eq!(found(&[two], None), [("TOP-02", "W")]);
    }

    #[test]
    fn parents_classes_and_legal_gaps_change_the_rule() {
        let b = rect(0, 0, 20, 10);
        let with = |cells: &[Region], facts: &Facts<'_>| -> Vec<(&'static str, &'static str, Option<u32>)> {
            let a = analyse(cells, Some(&b)).unwrap();
            let found = coverage_findings_with(&a, cells, &Thresholds::default(), facts);
            found.iter().map(|f| (f.rule.id(), f.severity.letter(), f.accepted)).collect()
        };
        let (apart, over) =
            ([rect(0, 0, 9, 10), rect(11, 0, 9, 10)], [rect(0, 0, 11, 10), rect(9, 0, 11, 10)]);
        let parents = Facts { parent_of: &[Some(0), Some(1)], ..Facts::default() };
        assert_eq!(with(&apart, &parents), [("GAP-05", "E", None)]);
        assert_eq!(with(&over, &parents), [("OVL-15", "E", None)]);
        let carved = Facts { class_of: &[Class::Base, Class::Carved], ..parents };
        assert_eq!(with(&over, &carved), [("OVL-14", "E", None)]);
        let zone = Facts { class_of: &[Class::Zone], ..parents };
        assert_eq!(with(&over, &zone), [("OVL-11", "E", None)]);
        let lake = |ground| LegalGap { ground, reason: "湖面".into(), author: "测绘科".into() };
        let lakes = [lake(rect(0, 0, 5, 5)), lake(rect(8, -1, 4, 12))];
        let legal = Facts { legal_gaps: &lakes, ..Facts::default() };
        assert_eq!(with(&apart, &legal), [("GAP-02", "I", Some(1))]);
    }

    #[test]
    fn small_thin_and_straggling_cells_are_named() {
        assert_eq!(found(&[rect_um(0, 0, M / 2, M)], None), [("TOP-03", "E")]);
        assert_eq!(found(&[rect_um(0, 0, M / 100, 1000 * M)], None), [("TOP-03", "W")]);
        assert_eq!(found(&[rect(0, 0, 1, 100)], None), [("TOP-04", "I")]);
        assert_eq!(found(&[rect(0, 0, 1, 30)], None), []);
    }

    #[test]
    fn words_say_how_much_and_whose() {
        let regions = [rect(0, 0, 12, 10), rect(10, 0, 10, 10)];
        let a = analyse(&regions, None).unwrap();
        let f = coverage_findings(&a, &regions, &Thresholds::default());
        let w = f[0].words(&|h: u32| format!("c{h}"), 20.0);
        assert!(w.en.contains("c0, c1") && w.en.contains("20.0 m²"), "{w:?}");
        assert!(w.zh.contains("c0、c1"), "{w:?}");
    }
}
