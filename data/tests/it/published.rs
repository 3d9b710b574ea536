//! Small cases that others publish, with facts about them: what GEOS and JTS find, and the areas of their overlays.

use partition::coverage::{Analysis, Kind, analyse, repair};
use partition::frame::{Bounds, Meeting, Point, Polygon, Region, Ring, meet};
use partition::subdivision::boundary_lines;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Published {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    suite: String,
    name: String,
    cells: Vec<Vec<Vec<Vec<[f64; 2]>>>>,
    fits: bool,
    faulty: Vec<u32>,
    overlaps_m2: Vec<(u32, u32, f64)>,
    gaps_m2: Vec<f64>,
    box_gaps_m2: f64,
}

/// Half the grid along all lines of a case, and the six digits of the facts.
const ROUNDING_M2: f64 = 1e-4;

fn cases() -> Vec<Case> {
    let all: Published = serde_json::from_str(include_str!("../facts/coverages.json")).unwrap();
    assert!(all.cases.len() > 45);
    all.cases
}

fn regions(case: &Case) -> Vec<Region> {
    let um = |v: f64| (v * 1e6).round() as i64;
    let ring = |r: &Vec<[f64; 2]>| -> Ring { r.iter().map(|&[x, y]| Point::new(um(x), um(y))).collect() };
    let part = |p: &Vec<Vec<[f64; 2]>>| Polygon::oriented(ring(&p[0]), p[1..].iter().map(ring).collect());
    case.cells.iter().map(|c| Region { parts: c.iter().map(part).collect() }).collect()
}

fn box_around(regions: &[Region]) -> Region {
    let Bounds { min, max } = Bounds::of(regions.iter().flat_map(Region::rings).flatten().copied()).unwrap();
    let shell = vec![min, Point::new(max.x, min.y), max, Point::new(min.x, max.y)];
    Region::single(Polygon { shell, holes: vec![] })
}

fn m2(twice_um2: i128) -> f64 {
    twice_um2 as f64 / 2e12
}

fn gaps(a: &Analysis) -> Vec<f64> {
    let mut all: Vec<f64> =
        a.defects.iter().filter(|d| d.kind == Kind::Gap).map(|d| m2(d.twice_area_um2())).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// Whether two cells have edges that share a stretch, but not both ends.
fn is_any_border_unmatched(cells: &[Region]) -> bool {
    let edges = |r: &Region| -> Vec<[Point; 2]> { boundary_lines(r, 0).map(|l| [l.a, l.b]).collect() };
    let all: Vec<Vec<[Point; 2]>> = cells.iter().map(edges).collect();
    let differ = |a: [Point; 2], b: [Point; 2]| meet(a, b) == Meeting::Along && a != b && a != [b[1], b[0]];
    all.iter().enumerate().any(|(i, one)| {
        let others = || all[i + 1..].iter().flatten();
        one.iter().any(|&a| a[0] != a[1] && others().any(|&b| b[0] != b[1] && differ(a, b)))
    })
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING_M2
}

#[test]
fn published_coverages_are_found_to_be_what_their_authors_say() {
    for case in cases() {
        let what = format!("{} / {}", case.suite, case.name);
        let cells = regions(&case);
        let found = analyse(&cells, None).unwrap();
        let mut shared: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for d in found.defects.iter().filter(|d| matches!(d.kind, Kind::Overlap | Kind::Nested)) {
            for (i, &a) in d.holders.iter().enumerate() {
                for &b in &d.holders[i + 1..] {
                    *shared.entry((a, b)).or_default() += m2(d.twice_area_um2());
                }
            }
        }
        assert_eq!(shared.len(), case.overlaps_m2.len(), "{what}: {shared:?}");
        for (a, b, area) in &case.overlaps_m2 {
            assert!(near(shared[&(*a, *b)], *area), "{what}: {shared:?}");
        }
        let enclosed = gaps(&found);
        assert_eq!(enclosed.len(), case.gaps_m2.len(), "{what}: {enclosed:?}");
        assert!(enclosed.iter().zip(&case.gaps_m2).all(|(a, b)| near(*a, *b)), "{what}: {enclosed:?}");
        // What GEOS calls valid may have gaps, and cells without ground.
        let others = found.defects.iter().filter(|d| !matches!(d.kind, Kind::Gap | Kind::Invalid(_)));
        // GEOS also objects to a corner on somebody's straight edge. It makes no gap and no overlap, so we do not, unless
        // the two share more than that point.
        let fits = case.fits || (case.overlaps_m2.is_empty() && !is_any_border_unmatched(&cells));
        assert_eq!(others.count() == 0, fits, "{what}: {:?}", found.defects);
        let faulty: Vec<u32> = found
            .defects
            .iter()
            .filter(|d| matches!(d.kind, Kind::Invalid(_)))
            .flat_map(|d| d.holders.clone())
            .collect();
        assert_eq!(faulty, case.faulty, "{what}");
        let in_box = analyse(&cells, Some(&box_around(&cells))).unwrap();
        assert!(near(gaps(&in_box).iter().sum(), case.box_gaps_m2), "{what}: {:?}", gaps(&in_box));
    }
}

#[test]
fn published_coverages_are_repaired_or_asked_about_and_keep_every_cell() {
    for case in cases() {
        let what = format!("{} / {}", case.suite, case.name);
        let cells = regions(&case);
        let plan = repair::plan(&cells, None, &repair::Options::default()).unwrap();
        let mended = plan.apply(&cells);
        assert_eq!(mended.len(), cells.len(), "{what}");
        let keeps = |i: u32| !mended[i as usize].parts.is_empty() || case.faulty.contains(&i);
        assert!((0..cells.len() as u32).all(keeps), "{what}");
        let wrong: f64 = case.overlaps_m2.iter().map(|o| o.2).sum::<f64>() + case.gaps_m2.iter().sum::<f64>();
        assert!(m2(plan.twice_moved_um2()) <= 1.05 * wrong + ROUNDING_M2, "{what}");
        let asked: Vec<_> = plan.steps.iter().filter(|s| !s.action.is_applied()).collect();
        let left = analyse(&mended, None).unwrap().defects;
        // Where there is no ground there is nothing to repair.
        for d in
            left.iter().filter(|d| !d.holders.iter().all(|h| case.faulty.contains(h)) || d.holders.is_empty())
        {
            let is_asked =
                asked.iter().any(|s| s.from == d.holders || d.holders.iter().all(|h| s.from.contains(h)));
            assert!(is_asked && d.kind != Kind::Unmatched, "{what}: {:?} {:?}", d.kind, d.holders);
        }
        let again = repair::plan(&mended, None, &repair::Options::default()).unwrap();
        assert_eq!(again.apply(&mended), mended, "{what}");
    }
}
