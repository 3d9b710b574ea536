//! What the table of rules calls tested is what the cases here find; nothing else is promised.

use super::rules::{RULES, Severity};
use super::*;
use crate::coverage::{Parents, analyse, nesting};
use crate::frame::{Point, Polygon, Region, UM_PER_M};

const M: i64 = UM_PER_M;

fn of(shell: Vec<Point>) -> Region {
    Region::single(Polygon { shell, holes: vec![] })
}

fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
    rect_um(x * M, y * M, w * M, h * M)
}

fn rect_um(x: i64, y: i64, w: i64, h: i64) -> Region {
    let p = |dx, dy| Point::new(x + dx, y + dy);
    of(vec![p(0, 0), p(w, 0), p(w, h), p(0, h)])
}

/// Findings about shape: gaps, overlaps, rings.
fn shapes(t: &Thresholds) -> Vec<Finding> {
    let p = |x, y| Point::new(x * M, y * M);
    let b = rect(0, 0, 30, 30);
    let ring: Vec<Region> =
        (0..9).filter(|i| *i != 4).map(|i| rect(i % 3 * 10, i / 3 * 10, 10, 10)).collect();
    let hole = rect(2, 2, 3, 3).parts[0].shell.iter().rev().copied().collect();
    let holed =
        Region::single(Polygon { shell: rect(0, 0, 10, 10).parts[0].shell.clone(), holes: vec![hole] });
    let exclave = Region { parts: vec![b.parts[0].clone(), rect(50, 0, 5, 5).parts[0].clone()] };
    let two = Region { parts: [rect(0, 0, 1, 1), rect(5, 5, 1, 1)].map(|r| r.parts[0].clone()).to_vec() };
    let over = [rect(0, 0, 12, 10), rect(10, 0, 10, 10)];
    let apart = [rect(0, 0, 9, 10), rect(11, 0, 9, 10)];
    let none = Facts::default();
    let parents = Facts { parent_of: &[Some(0), Some(1)], ..none };
    let cases: [(&[Region], Option<&Region>, Facts<'_>); 15] = [
        (&ring, None, none),
        (&ring[1..], Some(&b), none),
        (&[holed], None, none),
        (std::slice::from_ref(&b), Some(&exclave), none),
        (&over, None, none),
        (&[rect_um(0, 0, 10 * M + 9, 10 * M), rect(10, 0, 10, 10)], None, none),
        (&[b.clone(), rect(1, 1, 3, 3)], Some(&b), none),
        (&[rect(0, 0, 35, 30)], Some(&b), none),
        (&[of(vec![p(0, 0), p(4, 4), p(4, 0), p(0, 4)])], None, none),
        (&[two], None, none),
        (&[of(vec![p(0, 0), p(4, 4)]), rect(0, 0, 1, 100)], None, none),
        (&apart, Some(&rect(0, 0, 20, 10)), parents),
        (&over, None, parents),
        (&over, None, Facts { class_of: &[Class::Carved], ..none }),
        (&over, None, Facts { class_of: &[Class::Zone], ..none }),
    ];
    let found = cases.map(|(cells, boundary, facts)| {
        coverage_findings_with(&analyse(cells, boundary).unwrap(), cells, t, &facts)
    });
    found.into_iter().flatten().collect()
}

/// Findings about objects, levels and sums.
fn others(t: &Thresholds) -> Vec<Finding> {
    let p = |x, y| Point::new(x * M, y * M);
    let parents = [rect(0, 0, 10, 10), rect(10, 0, 10, 10)];
    let cells = [rect(0, 0, 20, 10)];
    let n = nesting(&cells, Parents { regions: &parents, of_cell: &[Some(0)] });
    let mut found = nesting_findings(&n, &cells, t, |_| false);
    let lost = Object { at: Some(p(99, 9)), claimed_by: vec![] };
    let twice = Object { at: Some(p(1, 1)), claimed_by: vec![0, 1] };
    found.extend(object_findings(&parents, &[lost, twice, Object::default()]));
    found.extend(line_findings(&parents, &[vec![p(5, 5), p(30, 5)]], t));
    found.extend(building_findings(&parents, &[rect(8, 2, 4, 4)], Severity::Error, t));
    found.extend(sum_findings(&[Some(0)], Sums { column: 0, cells: &[1], parents: &[2], tolerance: 0.0 }));
    found.extend(size_findings(&cells, 0, &[Some(550)], (300, 500)));
    found.extend(preset_findings(&[Some(0)], 1, 0, &[Some(550)], (300, 500)));
    found.extend(load_findings(&parents, 0, &[Some(1), Some(3)], 0.2));
    found
}

/// Rules whose code stands where files are read: `data` tests them.
const OF_FILES: [&str; 1] = ["CRS-01"];

#[test]
fn every_rule_called_tested_has_code_and_case() {
    let t = Thresholds::default();
    let found = [shapes(&t), others(&t)].concat();
    let mut seen: Vec<&str> = found.iter().map(|f| f.rule.id()).chain(OF_FILES).collect();
    seen.sort_unstable();
    seen.dedup();
    let mut promised: Vec<&str> = RULES.iter().filter(|r| r.checked).map(|r| r.id).collect();
    promised.sort_unstable();
    assert_eq!(seen, promised);
    for f in &found {
        let w = f.words(&|h: u32| format!("c{h}"), 1.0);
        assert!(w.zh.starts_with(f.rule.rule().zh) && w.en.starts_with(f.rule.rule().en));
    }
}
