//! Small pictures with one defect each.

use super::*;
use crate::chain::BOUNDARY;

fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
    let p = |dx, dy| Point::new(x + dx, y + dy);
    Region::single(Polygon { shell: vec![p(0, 0), p(w, 0), p(w, h), p(0, h)], holes: vec![] })
}

fn kinds(regions: &[Region], boundary: Option<&Region>) -> Vec<(Kind, Vec<Holder>, i128)> {
    let a = analyse(regions, boundary).unwrap();
    a.defects.iter().map(|d| (d.kind, d.holders.clone(), d.twice_area_um2() / 2)).collect()
}

#[test]
fn a_right_coverage_has_no_defects_even_with_t_junctions_on_the_boundary() {
    assert_eq!(kinds(&[rect(0, 0, 10, 10), rect(10, 0, 10, 10)], Some(&rect(0, 0, 20, 10))), []);
    assert_eq!(kinds(&[rect(0, 0, 10, 10), rect(10, 0, 10, 10)], None), []);
}

#[test]
fn gaps_inside_on_the_side_and_where_a_cell_is_missing() {
    let b = rect(0, 0, 30, 10);
    let cells = [rect(0, 0, 9, 10), rect(10, 0, 10, 10)];
    assert_eq!(kinds(&cells, Some(&b)), [(Kind::Gap, vec![], 10), (Kind::Gap, vec![], 100)]);
    let a = analyse(&cells, Some(&b)).unwrap();
    assert_eq!(a.defects[0].neighbours, [(0, 10), (1, 10), (BOUNDARY, 2)]);
    assert_eq!(a.defects[1].neighbours, [(BOUNDARY, 30), (1, 10)]);
    assert_eq!(kinds(&cells, None), [], "a gap that is open to the outside needs a boundary");
}

#[test]
fn a_hole_without_a_boundary_is_a_gap() {
    let ring: Vec<Region> =
        (0..9).filter(|i| *i != 4).map(|i| rect(i % 3 * 10, i / 3 * 10, 10, 10)).collect();
    assert_eq!(kinds(&ring, None), [(Kind::Gap, vec![], 100)]);
}

#[test]
fn overlaps_name_each_pair() {
    let cells = [rect(0, 0, 12, 10), rect(10, 0, 10, 10), rect(20, 0, 10, 10)];
    assert_eq!(kinds(&cells, Some(&rect(0, 0, 30, 10))), [(Kind::Overlap, vec![0, 1], 20)]);
    let on_top = [rect(0, 0, 10, 10), rect(10, 0, 10, 10), rect(5, 2, 10, 5)];
    assert_eq!(kinds(&on_top, None), [(Kind::Overlap, vec![0, 2], 25), (Kind::Overlap, vec![1, 2], 25)]);
}

#[test]
fn duplicates_and_nested_cells_are_named_so() {
    let b = rect(0, 0, 10, 10);
    assert_eq!(kinds(&[b.clone(), b.clone()], Some(&b)), [(Kind::Nested, vec![0, 1], 100)]);
    assert_eq!(kinds(&[b.clone(), rect(2, 2, 3, 3)], Some(&b)), [(Kind::Nested, vec![0, 1], 9)]);
}

#[test]
fn trespass_needs_a_boundary() {
    let cells = [rect(0, 0, 10, 10), rect(10, 0, 15, 10)];
    assert_eq!(kinds(&cells, Some(&rect(0, 0, 20, 10))), [(Kind::Trespass, vec![1], 50)]);
}

#[test]
fn borders_that_coincide_without_matching_are_lines() {
    let cells = [rect(0, 0, 10, 10), rect(10, 0, 5, 4), rect(10, 4, 5, 6)];
    let a = analyse(&cells, Some(&rect(0, 0, 15, 10))).unwrap();
    assert_eq!(a.defects.len(), 2);
    assert!(a.defects.iter().all(|d| d.kind == Kind::Unmatched && d.holders[0] == 0));
}

#[test]
fn an_invalid_region_is_reported_and_the_rest_still_checked() {
    let p = Point::new;
    let bow = Region::single(Polygon { shell: vec![p(0, 0), p(4, 4), p(4, 0), p(0, 4)], holes: vec![] });
    let found = kinds(&[bow, rect(4, 0, 6, 4)], Some(&rect(0, 0, 10, 4)));
    assert_eq!(
        found,
        [
            (Kind::Gap, vec![], 4),
            (Kind::Gap, vec![], 4),
            (Kind::Invalid(Fault::Crossing(Point::new(2, 2))), vec![0], 0)
        ]
    );
    let bad = Region::single(Polygon { shell: vec![p(0, 0), p(0, 9), p(9, 9), p(9, 0)], holes: vec![] });
    assert!(analyse(&[], Some(&bad)).is_err());
}
