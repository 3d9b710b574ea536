//! Random lines, and small pictures whose faces are known.

use super::*;
use crate::frame::{Point, Polygon, Region};
use proptest::prelude::*;

fn l(ax: i64, ay: i64, bx: i64, by: i64, tag: u32) -> Line {
    Line { a: Point::new(ax, ay), b: Point::new(bx, by), tag }
}

fn square(x: i64, y: i64, s: i64) -> Region {
    let p = |dx, dy| Point::new(x + dx, y + dy);
    Region::single(Polygon { shell: vec![p(0, 0), p(s, 0), p(s, s), p(0, s)], holes: vec![] })
}

fn of_regions(r: &[Region]) -> Subdivision {
    let lines: Vec<Line> = r.iter().zip(0..).flat_map(|(r, i)| boundary_lines(r, i)).collect();
    let s = Subdivision::of(&lines);
    s.invariants().unwrap();
    s
}

#[test]
fn two_squares_that_overlap_have_three_faces() {
    let s = of_regions(&[square(0, 0, 10), square(5, 5, 10)]);
    let held: Vec<_> = s.holders().into_iter().skip(1).collect();
    assert_eq!(s.face_count(), 4);
    let mut by_holders: Vec<_> =
        s.inner_faces().map(|f| (held[f.index() - 1].clone(), s.twice_area_um2(f))).collect();
    by_holders.sort();
    assert_eq!(by_holders, [(vec![0], 150), (vec![0, 1], 50), (vec![1], 150)]);
    assert_eq!(s.windings(|_| 1).iter().max(), Some(&2));
}

#[test]
fn an_island_lies_in_the_face_around_it() {
    let s = of_regions(&[square(0, 0, 100), square(20, 20, 20), square(25, 25, 5), square(60, 20, 10)]);
    let held = s.holders();
    let mut areas: Vec<_> =
        s.inner_faces().map(|f| (held[f.index()].clone(), s.twice_area_um2(f) / 2)).collect();
    areas.sort();
    assert_eq!(
        areas,
        [(vec![0], 10_000 - 400 - 100), (vec![0, 1], 400 - 25), (vec![0, 1, 2], 25), (vec![0, 3], 100)]
    );
    let ring = s.outlines(|f| (held[f.index()] == [0]).then_some(7));
    assert_eq!(ring[&7].parts.len(), 1);
    assert_eq!(ring[&7].parts[0].holes.len(), 2);
    assert_eq!(ring[&7].twice_area_um2(), 2 * 9500);
}

#[test]
fn dead_ends_are_inside_one_face() {
    let mut lines: Vec<Line> = boundary_lines(&square(0, 0, 10), 0).collect();
    lines.extend([l(5, 0, 5, 6, 1), l(5, 6, 7, 6, 1), l(2, 2, 3, 3, 1)]);
    let s = Subdivision::of(&lines);
    s.invariants().unwrap();
    assert_eq!(s.face_count(), 2);
}

#[test]
fn ground_that_touches_itself_in_a_point_gets_simple_rings() {
    // A ring of eight squares around a hole, without the corner square: the hole opens in one point only.
    let lines: Vec<Line> = (0..3)
        .flat_map(|x| (0..3).map(move |y| (x, y)))
        .flat_map(|(x, y)| {
            boundary_lines(&square(10 * x, 10 * y, 10), (3 * x + y) as u32).collect::<Vec<_>>()
        })
        .collect();
    let s = Subdivision::of(&lines);
    let held = s.holders();
    let r = &s.outlines(|f| (![4, 8].contains(&held[f.index()][0])).then_some(0))[&0];
    assert_eq!(r.parts.len(), 1);
    assert_eq!(r.parts[0].holes.len(), 1, "{r:?}");
    assert_eq!(r.twice_area_um2(), 2 * 700);
    assert_eq!(crate::chain::guard(r), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Few grid points and many lines: everything touches, overlaps and crosses.
    #[test]
    fn any_lines_are_noded(raw in prop::collection::vec((0i64..24, 0i64..24, 0i64..24, 0i64..24, 0u32..4), 1..60)) {
        let lines: Vec<Line> = raw.iter().map(|&(a, b, c, d, t)| l(a, b, c, d, t)).collect();
        let s = Subdivision::of(&lines);
        prop_assert_eq!(s.invariants(), Ok(()));
    }

    #[test]
    fn any_lines_far_apart_are_noded(
        raw in prop::collection::vec((any::<i32>(), any::<i32>(), any::<i32>(), any::<i32>()), 1..30),
        scale in 1i64..16_000,
    ) {
        let far = |v: i32| i64::from(v) * scale;
        let lines: Vec<Line> = raw.iter().map(|&(a, b, c, d)| l(far(a), far(b), far(c), far(d), 0)).collect();
        prop_assert_eq!(Subdivision::of(&lines).invariants(), Ok(()));
    }

    /// Outlines of any labels of any picture are regions, and their areas add up.
    #[test]
    fn outlines_are_regions(
        raw in prop::collection::vec((0i64..16, 0i64..16, 0i64..16, 0i64..16), 1..40),
        colours in prop::collection::vec(0u32..3, 64),
    ) {
        let lines: Vec<Line> = raw.iter().map(|&(a, b, c, d)| l(a, b, c, d, 0)).collect();
        let s = Subdivision::of(&lines);
        let parts = s.outlines(|f| Some(colours[f.index() % 64]));
        let sum: i128 = parts.values().map(Region::twice_area_um2).sum();
        prop_assert_eq!(sum, s.inner_faces().map(|f| s.twice_area_um2(f)).sum::<i128>());
        for r in parts.values() {
            prop_assert_eq!(crate::chain::guard(r), Ok(()));
        }
    }
}
