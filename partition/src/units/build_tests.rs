//! Small towns.

use super::*;
use crate::coverage::analyse;
use crate::frame::Polygon;
use crate::units::{hexagons, squares};

const M: i64 = 1_000_000;

fn p(x: i64, y: i64) -> Point {
    Point::new(x * M, y * M)
}

fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
    Region::single(Polygon { shell: vec![p(x, y), p(x + w, y), p(x + w, y + h), p(x, y + h)], holes: vec![] })
}

fn road(c: &[(i64, i64)]) -> SourceLine {
    SourceLine { points: c.iter().map(|&(x, y)| p(x, y)).collect(), kind: LineKind::Road }
}

fn check(u: &Units) {
    assert!(analyse(&u.regions, Some(&u.boundary)).unwrap().defects.is_empty());
    assert_eq!(u.buildings_cut, 0);
}

#[test]
fn a_cross_road_makes_four_blocks_and_dead_ends_make_none() {
    let b = rect(0, 0, 200, 200);
    let lines = [road(&[(-10, 100), (210, 90)]), road(&[(100, -5), (100, 205)]), road(&[(30, 95), (30, 40)])];
    let u = build(&b, &lines, &[], &Options::default()).unwrap();
    assert_eq!((u.regions.len(), u.faces), (4, 4));
    assert_eq!(u.on_source_lines_um, u.interior_border_um);
    check(&u);
}

#[test]
fn a_building_across_a_road_joins_its_blocks() {
    let b = rect(0, 0, 200, 100);
    let u =
        build(&b, &[road(&[(100, 0), (100, 100)])], &[rect(95, 40, 20, 20)], &Options::default()).unwrap();
    assert_eq!((u.regions.len(), u.joined_by_buildings), (1, 1));
    let beside =
        build(&b, &[road(&[(100, 0), (100, 100)])], &[rect(100, 40, 20, 20)], &Options::default()).unwrap();
    assert_eq!(beside.regions.len(), 2, "a building that touches the road from one side is not cut by it");
    check(&u);
    check(&beside);
}

#[test]
fn strips_between_carriageways_join_a_block() {
    let b = rect(0, 0, 200, 100);
    let u =
        build(&b, &[road(&[(100, 0), (100, 100)]), road(&[(105, 0), (105, 100)])], &[], &Options::default());
    let u = u.unwrap();
    assert_eq!((u.faces, u.regions.len(), u.joined_as_slivers), (3, 2, 1));
    check(&u);
}

#[test]
fn squares_and_hexagons_tile_any_boundary() {
    let b =
        Region::single(Polygon { shell: vec![p(3, 1), p(250, 40), p(180, 260), p(-40, 190)], holes: vec![] });
    let none = Options { min_area_m2: 0.0, min_width_m: 0.0 };
    let lines = squares(b.bounds().unwrap(), 50 * M);
    let u = build(&b, &lines, &[], &none).unwrap();
    assert!(u.regions.len() > 15);
    check(&u);
    let flat = |[lon, lat]: [f64; 2]| {
        Some(Point::new(((lon - 120.0) * 1e11) as i64, ((lat - 30.0) * 1.1e11) as i64))
    };
    let hex = hexagons([119.999, 29.999, 120.004, 30.004], 10, flat);
    let u = build(&b, &hex, &[], &none).unwrap();
    assert!(u.regions.len() >= 5, "{}", u.regions.len());
    check(&u);
    assert!(squares(b.bounds().unwrap(), 0).is_empty());
    assert!(hexagons([0.0, 0.0, 90.0, 80.0], 15, flat).is_empty());
}

#[test]
fn a_bad_boundary_is_refused() {
    let bow = Region::single(Polygon { shell: vec![p(0, 0), p(4, 4), p(4, 0), p(0, 4)], holes: vec![] });
    assert!(matches!(build(&bow, &[], &[], &Options::default()), Err(BuildError::Boundary(_))));
}
