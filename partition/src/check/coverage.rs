//! From defects of a coverage to findings by rule.

use super::finding::Finding;
use super::rules::{RuleId, Severity};
use crate::chain::{BOUNDARY, Fault};
use crate::coverage::{Analysis, Defect, Kind};
use crate::frame::{Region, UM_PER_M};
use serde::{Deserialize, Serialize};

/// Where a defect stops being an error and is counted as a warning. Nothing is left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Less ground than this is a sliver, m². Default 1.
    pub min_area_m2: f64,
    /// Narrower ground than this is a sliver, m. Default 0.5.
    pub sliver_width_m: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { min_area_m2: 1.0, sliver_width_m: 0.5 }
    }
}

/// Whether a finding by this rule means that the regions do not tile their domain exactly.
#[must_use]
pub const fn is_tiling_rule(rule: RuleId) -> bool {
    !matches!(rule, RuleId::Top02)
}

/// Every defect of `analysis` as a finding, and regions that lie in several parts.
///
/// | defect | rule |
/// |---|---|
/// | gap inside; inside one region; a whole part of the boundary; along the boundary | GAP-01; GAP-03; GAP-04; GAP-02 |
/// | overlap; sliver; one region within another | OVL-01; OVL-02; OVL-03 |
/// | ground outside the boundary | OVL-04 |
/// | borders that coincide without matching | OVL-02 |
/// | wrong rings, spikes; no ground | TOP-01; TOP-03 |
/// | several parts | TOP-02 |
#[must_use]
pub fn coverage_findings(analysis: &Analysis, regions: &[Region], thresholds: &Thresholds) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        analysis.defects.iter().map(|d| from_defect(d, analysis.boundary.as_ref(), thresholds)).collect();
    findings.extend(regions.iter().zip(0..).filter(|(r, _)| r.parts.len() > 1).map(|(r, i)| Finding {
        rule: RuleId::Top02,
        severity: Severity::Warning,
        ground: Region::default(),
        lines: Vec::new(),
        holders: vec![i],
        neighbours: Vec::new(),
        width_um: 0,
        at: r.parts[1].shell.first().copied().unwrap_or_default(),
        detail: None,
    }));
    findings.sort_by(|p, q| {
        (p.rule, -p.ground.twice_area_um2(), &p.holders, p.at).cmp(&(
            q.rule,
            -q.ground.twice_area_um2(),
            &q.holders,
            q.at,
        ))
    });
    findings
}

fn from_defect(d: &Defect, boundary: Option<&Region>, t: &Thresholds) -> Finding {
    let um2 = (UM_PER_M as f64).powi(2);
    let sliver = (d.twice_area_um2() as f64) < 2.0 * t.min_area_m2 * um2
        || (d.width_um() as f64) < t.sliver_width_m * UM_PER_M as f64;
    let by_size = if sliver { Severity::Warning } else { Severity::Error };
    let (rule, severity) = match d.kind {
        Kind::Gap => (gap_rule(d, boundary), by_size),
        Kind::Overlap if sliver => (RuleId::Ovl02, Severity::Warning),
        Kind::Overlap => (RuleId::Ovl01, Severity::Error),
        Kind::Nested => (RuleId::Ovl03, Severity::Error),
        Kind::Trespass => (RuleId::Ovl04, by_size),
        Kind::Unmatched => (RuleId::Ovl02, Severity::Warning),
        Kind::Invalid(Fault::Empty) => (RuleId::Top03, Severity::Error),
        Kind::Invalid(_) | Kind::Spike => (RuleId::Top01, Severity::Error),
    };
    Finding {
        rule,
        severity,
        ground: d.ground.clone(),
        lines: d.lines.clone(),
        holders: d.holders.clone(),
        neighbours: d.neighbours.clone(),
        width_um: d.width_um(),
        at: d.at,
        detail: match d.kind {
            Kind::Invalid(Fault::Crossing(_)) => Some(("边界自相交", "its outline crosses itself")),
            Kind::Invalid(Fault::Along(_)) => Some(("边界部分重合", "its outline runs along itself")),
            Kind::Invalid(Fault::Winding(_)) => {
                Some(("重复包含或内外颠倒", "it encloses the same ground twice, or inside out"))
            }
            Kind::Spike => Some(("尖刺", "a spike")),
            Kind::Unmatched => Some(("邻边顶点不一致", "vertices do not match")),
            _ => None,
        },
    }
}

fn gap_rule(d: &Defect, boundary: Option<&Region>) -> RuleId {
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

    /// What the table calls tested is what the cases above find; nothing else is promised.
    #[test]
    fn every_rule_called_tested_has_code_and_case() {
        let b = rect(0, 0, 30, 30);
        let p = |x, y| Point::new(x * M, y * M);
        let of = |shell: Vec<Point>| Region::single(Polygon { shell, holes: vec![] });
        let holed = Region::single(Polygon {
            shell: rect(0, 0, 10, 10).parts[0].shell.clone(),
            holes: vec![rect(2, 2, 3, 3).parts[0].shell.iter().rev().copied().collect()],
        });
        let exclave = Region { parts: vec![b.parts[0].clone(), rect(50, 0, 5, 5).parts[0].clone()] };
        let two = Region { parts: [rect(0, 0, 1, 1), rect(5, 5, 1, 1)].map(|r| r.parts[0].clone()).to_vec() };
        let cases = [
            found(&ring(), None),
            found(&ring()[1..], Some(&b)),
            found(&[holed], None),
            found(std::slice::from_ref(&b), Some(&exclave)),
            found(&[rect(0, 0, 12, 10), rect(10, 0, 10, 10)], None),
            found(&[rect_um(0, 0, 10 * M + 9, 10 * M), rect(10, 0, 10, 10)], None),
            found(&[b.clone(), rect(1, 1, 3, 3)], None),
            found(&[rect(0, 0, 35, 30)], Some(&b)),
            found(&[of(vec![p(0, 0), p(4, 4), p(4, 0), p(0, 4)])], None),
            found(&[two], None),
            found(&[of(vec![p(0, 0), p(4, 4)])], None),
        ];
        let mut seen: Vec<&str> = cases.iter().flatten().map(|f| f.0).collect();
        seen.sort_unstable();
        seen.dedup();
        let promised: Vec<&str> =
            super::super::rules::RULES.iter().filter(|r| r.checked).map(|r| r.id).collect();
        assert_eq!(seen, promised);
    }

    #[test]
    fn words_say_how_much_and_whose() {
        let regions = [rect(0, 0, 12, 10), rect(10, 0, 10, 10)];
        let a = analyse(&regions, None).unwrap();
        let f = coverage_findings(&a, &regions, &Thresholds::default());
        let w = f[0].words(|h| format!("c{h}"), 20.0);
        assert!(w.en.contains("c0, c1") && w.en.contains("20.0 m²"), "{w:?}");
        assert!(w.zh.contains("c0、c1"), "{w:?}");
    }
}
