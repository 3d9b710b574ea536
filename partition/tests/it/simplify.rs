//! Simplified coverages are coverages, with the neighbours they had.

use crate::ground::grid;
use partition::chain::{Chain, guard};
use partition::coverage::{Simplify, analyse, simplify};
use partition::frame::Region;
use std::collections::BTreeSet;

fn neighbours(cells: &[Region]) -> BTreeSet<(u32, u32)> {
    Chain::of(cells, None)
        .cancel()
        .borders
        .iter()
        .map(|b| (b.left.min(b.right), b.left.max(b.right)))
        .collect()
}

fn vertices(cells: &[Region]) -> usize {
    cells.iter().flat_map(Region::rings).map(Vec::len).sum()
}

#[test]
fn at_any_tolerance_nothing_opens_crosses_or_parts() {
    let (cells, boundary) = grid(30, 30);
    let mut before = vertices(&cells);
    for tolerance_m in [0.0, 1.0, 5.0, 20.0, 80.0, 1e9] {
        for keep_outline in [true, false] {
            let out = simplify(&cells, &Simplify { tolerance_m, keep_outline });
            assert!(out.iter().all(|r| guard(r) == Ok(())));
            let against = keep_outline.then_some(&boundary);
            assert_eq!(analyse(&out, against).unwrap().defects, [], "{tolerance_m} m");
            assert_eq!(neighbours(&out), neighbours(&cells));
            if keep_outline {
                let now = vertices(&out);
                assert!(now <= before, "{now} vertices at {tolerance_m} m");
                before = now;
            }
        }
    }
    let none = simplify(&cells, &Simplify { tolerance_m: 0.0, keep_outline: false });
    assert_eq!(none, cells);
    let hard = simplify(&cells, &Simplify { tolerance_m: 20.0, keep_outline: false });
    assert!(3 * vertices(&hard) < vertices(&cells), "{} of {}", vertices(&hard), vertices(&cells));
    let threads = |n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| simplify(&cells, &Simplify { tolerance_m: 5.0, keep_outline: false }))
    };
    assert_eq!(threads(1), threads(3));
}
