//! The six counterexamples that a residual alone does not see, and shapes that must pass.

use super::*;
use crate::chain::Chain;
use crate::frame::{Polygon, Ring};
use proptest::prelude::*;

fn ring(c: &[(i64, i64)]) -> Ring {
    c.iter().map(|&(x, y)| Point::new(x, y)).collect()
}

fn square(x: i64, y: i64, s: i64) -> Ring {
    ring(&[(x, y), (x + s, y), (x + s, y + s), (x, y + s)])
}

fn hole(x: i64, y: i64, s: i64) -> Ring {
    let mut r = square(x, y, s);
    r.reverse();
    r
}

fn region(parts: Vec<(Ring, Vec<Ring>)>) -> Region {
    Region { parts: parts.into_iter().map(|(shell, holes)| Polygon { shell, holes }).collect() }
}

#[test]
fn a_bow_tie_whose_lobe_is_matched_is_caught() {
    // The inverted lobe cancels a neighbour that lies on it: the chain alone is content.
    let bow = region(vec![(ring(&[(0, 0), (10, 10), (10, 0), (5, 5), (0, 10)]), vec![])]);
    let crossing = region(vec![(ring(&[(0, 0), (4, 4), (4, 0), (0, 4)]), vec![])]);
    assert!(matches!(guard(&crossing), Err(Fault::Crossing(p)) if p == Point::new(2, 2)));
    // Meeting in a vertex instead of crossing: still twisted.
    assert!(guard(&bow).is_err());
}

#[test]
fn a_hole_outside_its_shell_is_caught() {
    let r = region(vec![(square(0, 0, 10), vec![hole(20, 0, 5)])]);
    assert_eq!(guard(&r), Err(Fault::Winding(Point::new(20, 0))));
    // Its chain is that of a square minus another: a cell lying on the "hole" cancels it.
    let filler = region(vec![(square(20, 0, 5), vec![])]);
    let b = region(vec![(square(0, 0, 10), vec![])]);
    assert!(Chain::of(&[r, filler], Some(&b)).cancel().residual.is_empty(), "only the guard sees it");
}

#[test]
fn overlapping_holes_are_caught() {
    let r = region(vec![(square(0, 0, 20), vec![hole(2, 2, 8), hole(5, 5, 8)])]);
    assert!(matches!(guard(&r), Err(Fault::Crossing(_))));
    let same = region(vec![(square(0, 0, 20), vec![hole(2, 2, 8), hole(2, 2, 8)])]);
    assert!(matches!(guard(&same), Err(Fault::Along(_))));
    let nested = region(vec![(square(0, 0, 20), vec![hole(2, 2, 8), hole(4, 4, 2)])]);
    assert_eq!(guard(&nested), Err(Fault::Winding(Point::new(4, 4))));
}

#[test]
fn overlapping_parts_are_caught() {
    let r = region(vec![(square(0, 0, 10), vec![]), (square(5, 5, 10), vec![])]);
    assert!(matches!(guard(&r), Err(Fault::Crossing(_))));
    let inside = region(vec![(square(0, 0, 10), vec![]), (square(2, 2, 3), vec![])]);
    assert_eq!(guard(&inside), Err(Fault::Winding(Point::new(2, 2))));
    let same = region(vec![(square(0, 0, 10), vec![]), (square(0, 0, 10), vec![])]);
    assert!(matches!(guard(&same), Err(Fault::Along(_))));
}

#[test]
fn an_inverted_shell_is_caught() {
    assert_eq!(guard(&region(vec![(hole(0, 0, 10), vec![])])), Err(Fault::Winding(Point::new(0, 0))));
}

#[test]
fn a_bad_boundary_is_caught_like_any_region() {
    let b = region(vec![(square(0, 0, 10), vec![]), (square(10, 0, 10), vec![]), (hole(30, 0, 2), vec![])]);
    assert!(guard(&b).is_err());
}

#[test]
fn nothing_is_empty() {
    assert_eq!(guard(&Region::default()), Err(Fault::Empty));
    assert_eq!(guard(&region(vec![(ring(&[(0, 0), (5, 5)]), vec![])])), Err(Fault::Empty));
}

#[test]
fn touching_is_allowed() {
    // A hole that touches the shell in a vertex, one that touches its edge, and two that touch each other.
    let corner = region(vec![(square(0, 0, 20), vec![ring(&[(0, 0), (4, 6), (6, 4)])])]);
    assert_eq!(guard(&corner), Ok(()));
    let edge = region(vec![(square(0, 0, 20), vec![ring(&[(0, 10), (5, 12), (5, 8)])])]);
    assert_eq!(guard(&edge), Ok(()));
    let pair = region(vec![(square(0, 0, 20), vec![hole(2, 2, 4), hole(6, 6, 4)])]);
    assert_eq!(guard(&pair), Ok(()));
    // Parts that share a seam, and an island in a hole.
    let seam = region(vec![(square(0, 0, 10), vec![]), (square(10, 0, 10), vec![])]);
    assert_eq!(guard(&seam), Ok(()));
    let island = region(vec![(square(0, 0, 20), vec![hole(5, 5, 10)]), (square(8, 8, 3), vec![])]);
    assert_eq!(guard(&island), Ok(()));
    // A keyhole: shell and hole joined by a bridge that is walked twice.
    let keyhole = region(vec![(
        ring(&[(0, 0), (10, 0), (10, 10), (0, 10), (0, 0), (2, 2), (2, 8), (8, 8), (8, 2), (2, 2)]),
        vec![],
    )]);
    assert_eq!(guard(&keyhole), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// What the quick test passes, the full test passes: rings on few grid points, up to three of them.
    #[test]
    fn the_quick_test_never_passes_what_the_full_test_refuses(
        rings in prop::collection::vec(prop::collection::vec((0i64..9, 0i64..9), 3..9), 1..4),
        far in any::<bool>(),
    ) {
        let scale = if far { 1 << 41 } else { 1 };
        let shape = |c: &Vec<(i64, i64)>| c.iter().map(|&(x, y)| Point::new(x * scale, y * scale)).collect::<Ring>();
        let parts = rings.iter().map(|c| Polygon::oriented(shape(c), vec![])).collect();
        let many = Region { parts };
        let holed = Region::single(Polygon::oriented(shape(&rings[0]), rings[1..].iter().map(shape).collect()));
        for r in [many, holed] {
            if is_plainly_valid(&r, &mut Scratch::default()) {
                prop_assert_eq!(full(&r), Ok(()));
            }
        }
    }
}

#[test]
fn the_quick_test_passes_ordinary_rings_of_any_length() {
    for n in [3usize, 15, 16, 17, 40, 300, 5000] {
        // A wheel with a notch at each second point, around a wheel-shaped hole.
        let wheel = |radius: f64| -> Ring {
            (0..n)
                .map(|i| {
                    let (turn, r) =
                        (i as f64 / n as f64 * std::f64::consts::TAU, radius - 0.1 * (i % 2) as f64);
                    Point::new((r * 1e9 * turn.cos()) as i64, (r * 1e9 * turn.sin()) as i64)
                })
                .collect()
        };
        let mut hole = wheel(0.5);
        hole.reverse();
        let r = region(vec![(wheel(1.0), vec![hole.clone()])]);
        let mut scratch = Scratch::default();
        let ordinary = n > 4;
        if ordinary {
            assert!(is_plainly_valid(&r, &mut scratch), "{n}");
        }
        assert_eq!(full(&r).is_ok(), guard(&r).is_ok());
        hole.reverse();
        assert!(!is_plainly_valid(&region(vec![(wheel(1.0), vec![hole])]), &mut scratch));
    }
}
