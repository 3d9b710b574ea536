//! Defects of every kind, put into made-up ground.

use crate::ground::grid;
use crate::injection::{KINDS, Kind, Truth, found_and_repaired};
use partition::chain::guard;
use partition::check::{Thresholds, coverage_findings, nesting_findings};
use partition::coverage::{Parents, analyse, certify, nesting};
use partition::frame::Region;

#[test]
fn made_up_ground_is_right() {
    let (cells, boundary) = grid(40, 40);
    assert!(cells.iter().all(|c| guard(c) == Ok(())));
    let named: Vec<(String, Region)> =
        cells.iter().enumerate().map(|(i, c)| (i.to_string(), c.clone())).collect();
    certify(&named, &boundary, "made up", vec![]).unwrap();
    let a = analyse(&cells, Some(&boundary)).unwrap();
    assert_eq!(coverage_findings(&a, &cells, &Thresholds::default()), []);
}

#[test]
fn every_kind_is_found_at_twelve_places_and_repaired() {
    let (cells, boundary) = grid(40, 40);
    let truth = Truth::new(&cells, &boundary);
    for kind in KINDS.into_iter().chain([Kind::Thin(10_000)]) {
        assert_eq!(found_and_repaired(&truth, kind), 12, "{kind:?}");
    }
}

#[test]
fn cells_across_their_parents_border_are_found_although_they_match() {
    let (mut cells, _) = grid(24, 24);
    let parents: Vec<Region> = (0..6)
        .flat_map(|y| (0..6).map(move |x| (x, y)))
        .map(|(x, y)| {
            let members: Vec<Region> =
                (0..16).map(|i| cells[(4 * y + i / 4) * 24 + 4 * x + i % 4].clone()).collect();
            partition::plan::dissolve(&members, &[0; 16], 1).remove(0)
        })
        .collect();
    let of_cell: Vec<Option<u32>> = (0..576u32).map(|i| Some(i / 24 / 4 * 6 + i % 24 / 4)).collect();
    let p = Parents { regions: &parents, of_cell: &of_cell };
    assert_eq!(nesting(&cells, p), partition::coverage::Nesting::default());
    // At twelve places on the border of two parents a vertex moves five metres east, in both cells.
    for k in 0..12usize {
        let left = (2 * k + 1) * 24 + 3;
        let at = cells[left].parts[0].shell[7];
        for c in [left, left + 1] {
            let v = cells[c].parts[0].shell.iter_mut().find(|v| **v == at).unwrap();
            v.x += 5_000_000;
        }
    }
    let found = nesting_findings(&nesting(&cells, p), &cells, &Thresholds::default(), |_| false);
    assert_eq!(found.len(), 12);
    assert!(found.iter().all(|f| f.rule.id() == "OVL-04" && f.severity.letter() == "E"));
}
