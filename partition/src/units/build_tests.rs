//! Small towns.

use super::*;
use crate::coverage::analyse;
use crate::frame::{Point, Polygon, RegionIndex};
use crate::units::{LineKind, SourceLine, Whole, hexagons, squares};
use proptest::prelude::*;

const M: i64 = 1_000_000;

fn p(x: i64, y: i64) -> Point {
    Point::new(x * M, y * M)
}

fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
    Region::single(Polygon { shell: vec![p(x, y), p(x + w, y), p(x + w, y + h), p(x, y + h)], holes: vec![] })
}

fn house(x: i64, y: i64, w: i64, h: i64) -> Whole {
    Whole { ground: rect(x, y, w, h), weight: 1 }
}

fn line(kind: LineKind, c: &[(i64, i64)]) -> SourceLine {
    SourceLine { points: c.iter().map(|&(x, y)| p(x, y)).collect(), kind }
}

fn road(c: &[(i64, i64)]) -> SourceLine {
    line(LineKind::Road, c)
}

fn path(c: &[(i64, i64)]) -> SourceLine {
    line(LineKind::Path, c)
}

/// Units of a town, tested for what must hold of all.
fn town(boundary: &Region, lines: &[SourceLine], whole: &[Whole], options: &Options) -> Units {
    town_cut_off(boundary, lines, &[], whole, options)
}

fn town_cut_off(
    boundary: &Region,
    lines: &[SourceLine],
    cut_off: &[Point],
    whole: &[Whole],
    options: &Options,
) -> Units {
    let u = build(&Sources { boundary, lines, cut_off, whole }, options).unwrap();
    assert!(analyse(&u.regions, Some(&u.boundary)).unwrap().defects.is_empty());
    assert!(u.regions.iter().all(|r| r.parts.len() == 1), "every unit hangs together");
    assert_eq!(u.on_source_lines_um + u.on_outlines_um + u.on_continued_um, u.interior_border_um);
    u
}

/// The unit at a place, m.
fn at(u: &Units, x: i64, y: i64) -> u32 {
    RegionIndex::new(&u.regions).at(p(x, y)).unwrap()
}

fn all() -> Options {
    Options { min_area_m2: 0.0, min_width_m: 0.0, min_open_width_m: 0.0, ..Options::default() }
}

#[test]
fn a_cross_road_makes_four_blocks_and_dead_ends_make_none() {
    let b = rect(0, 0, 200, 200);
    let lines = [road(&[(-10, 100), (210, 90)]), road(&[(100, -5), (100, 205)]), road(&[(30, 95), (30, 10)])];
    let u = town(&b, &lines, &[], &Options::default());
    assert_eq!((u.regions.len(), u.blocks), (4, 4));
    assert_eq!(u.on_source_lines_um, u.interior_border_um);
}

#[test]
fn a_building_across_a_road_stays_whole_in_the_block_of_its_larger_part_and_the_road_divides() {
    let b = rect(0, 0, 200, 100);
    let u = town(&b, &[road(&[(100, 0), (100, 100)])], &[house(95, 40, 20, 20)], &Options::default());
    assert_eq!((u.regions.len(), u.walked_around, u.joined_by_buildings, u.buildings_cut), (2, 1, 0, 0));
    assert_eq!(at(&u, 97, 50), at(&u, 150, 50), "three quarters of it lie east of the road");
    assert_ne!(at(&u, 97, 50), at(&u, 50, 50));
    // The border goes 5 m out to the outline, 20 m along it and 5 m back, instead of 20 m through it.
    assert_eq!((u.on_source_lines_um, u.on_outlines_um), (80 * M, 30 * M));
}

#[test]
fn a_building_that_touches_the_road_from_one_side_changes_nothing() {
    let b = rect(0, 0, 200, 100);
    let u = town(&b, &[road(&[(100, 0), (100, 100)])], &[house(100, 40, 20, 20)], &Options::default());
    assert_eq!((u.regions.len(), u.walked_around, u.on_outlines_um), (2, 0, 0));
}

#[test]
fn buildings_that_overlap_go_to_one_block_together() {
    let b = rect(0, 0, 200, 100);
    // Each for itself would go to another side.
    let whole = [house(60, 40, 45, 20), house(98, 45, 20, 10)];
    let u = town(&b, &[road(&[(100, 0), (100, 100)])], &whole, &Options::default());
    assert_eq!((u.regions.len(), u.walked_around, u.buildings_cut), (2, 1, 0));
    assert_eq!(at(&u, 117, 50), at(&u, 50, 50));
}

#[test]
fn a_building_through_a_whole_block_leaves_its_ends_as_units_of_their_own() {
    let b = rect(0, 0, 320, 100);
    let lines = [road(&[(100, 0), (100, 100)]), road(&[(220, 0), (220, 100)])];
    let u = town(&b, &lines, &[house(-10, 40, 340, 20)], &Options::default());
    assert_eq!(u.buildings_cut, 0);
    assert_eq!(u.regions.len(), 5, "the outer blocks are left in two pieces each");
    assert_eq!([at(&u, 20, 50), at(&u, 300, 50)], [at(&u, 150, 10); 2]);
}

#[test]
fn a_block_that_a_building_fills_is_joined_and_counted() {
    let b = rect(0, 0, 200, 100);
    let u = town(&b, &[road(&[(150, 0), (150, 100)])], &[house(40, 0, 160, 100)], &Options::default());
    assert_eq!((u.regions.len(), u.walked_around, u.joined_by_buildings), (1, 1, 1));
}

#[test]
fn borders_of_parents_are_not_crossed_even_by_buildings_and_slivers() {
    let b = rect(0, 0, 200, 100);
    let parent = line(LineKind::Parent, &[(100, 0), (100, 100)]);
    let sliver = road(&[(104, 0), (104, 100)]);
    let u = town(&b, &[parent.clone(), sliver], &[house(95, 40, 20, 20)], &Options::default());
    assert_eq!((u.regions.len(), u.buildings_across_parents, u.buildings_cut), (2, 1, 0));
    assert_ne!(at(&u, 99, 10), at(&u, 101, 10));
    assert_eq!(at(&u, 101, 10), at(&u, 150, 10), "the sliver stays in its parent");
    assert_eq!((u.on_source_lines_um, u.interior_border_um), (100 * M, 100 * M));
    let narrow = rect(0, 0, 104, 100);
    let u = town(&narrow, &[parent], &[], &Options::default());
    assert_eq!((u.regions.len(), u.joined_as_slivers), (2, 0), "no neighbour in its parent: it stays");
}

#[test]
fn paths_divide_only_blocks_that_weigh_too_much() {
    let b = rect(0, 0, 200, 200);
    let lines = [road(&[(100, 0), (100, 200)]), path(&[(0, 100), (200, 100)])];
    let whole: Vec<Whole> = [(20, 30, 6), (20, 130, 5), (120, 30, 6), (120, 130, 4)]
        .map(|(x, y, weight)| Whole { ground: rect(x, y, 60, 40), weight })
        .to_vec();
    let with = |max_weight| town(&b, &lines, &whole, &Options { max_weight, ..Options::default() });
    assert_eq!((with(11).regions.len(), with(11).divided_by_paths), (2, 0));
    assert_eq!((with(10).regions.len(), with(10).divided_by_paths), (3, 1));
    assert_eq!((with(9).regions.len(), with(9).divided_by_paths), (4, 2));
    assert_eq!(with(9).on_source_lines_um, with(9).interior_border_um);
}

#[test]
fn a_building_across_a_path_joins_the_pieces_of_its_block() {
    let b = rect(0, 0, 200, 200);
    let heavy = Whole { ground: rect(20, 80, 60, 60), weight: 100 };
    let options = Options { max_weight: 10, ..Options::default() };
    let u = town(&b, &[path(&[(0, 100), (200, 100)])], &[heavy, house(120, 20, 60, 40)], &options);
    assert_eq!((u.regions.len(), u.divided_by_paths, u.joined_by_buildings), (1, 1, 1));
    assert_eq!((u.walked_around, u.on_outlines_um), (0, 0));
}

#[test]
fn pieces_cut_off_by_paths_where_next_to_nobody_lives_stay_with_their_block() {
    let b = rect(0, 0, 400, 100);
    let lines = [road(&[(300, 0), (300, 100)]), path(&[(100, 0), (100, 100)]), path(&[(200, 0), (200, 100)])];
    let whole: Vec<Whole> = [(20, 600), (120, 600), (220, 19), (320, 19)]
        .map(|(x, weight)| Whole { ground: rect(x, 20, 60, 60), weight })
        .to_vec();
    let u = town(&b, &lines, &whole, &Options { max_weight: 200, ..Options::default() });
    assert_eq!(u.regions.len(), 3);
    assert_eq!(at(&u, 150, 50), at(&u, 250, 50));
    assert_ne!(at(&u, 250, 50), at(&u, 350, 50), "not across the street");
}

#[test]
fn paths_that_end_at_the_kerb_go_on_to_the_street_but_through_no_building() {
    let b = rect(0, 0, 200, 100);
    let lines = [road(&[(0, 90), (200, 90)]), path(&[(100, 0), (100, 75)])];
    let halves = |extra: Option<Whole>| {
        let mut whole: Vec<Whole> =
            [20, 120].map(|x| Whole { ground: rect(x, 20, 60, 40), weight: 100 }).to_vec();
        whole.extend(extra);
        town(&b, &lines, &whole, &Options { max_weight: 150, ..Options::default() })
    };
    let u = halves(None);
    assert_eq!(u.regions.len(), 2, "the strip beyond the road joins one of the halves");
    assert_ne!(at(&u, 50, 50), at(&u, 150, 50));
    assert_eq!(u.on_continued_um, 15 * M);
    let u = halves(Some(house(90, 80, 20, 5)));
    assert_eq!(at(&u, 50, 50), at(&u, 150, 50));
    assert_eq!(u.on_continued_um, 0);
}

#[test]
fn streets_that_the_source_cuts_off_go_on_to_the_boundary() {
    let b = rect(0, 0, 200, 200);
    let short = [road(&[(100, 30), (100, 170)])];
    assert_eq!(town(&b, &short, &[], &all()).regions.len(), 1, "as a dead end it divides nothing");
    let u = town_cut_off(&b, &short, &[p(100, 30), p(100, 170)], &[], &all());
    assert_eq!((u.regions.len(), u.on_source_lines_um, u.on_continued_um), (2, 140 * M, 60 * M));
    // Straight on, not the shortest way.
    let slanted = [road(&[(100, 100), (150, 150)]), road(&[(100, 100), (0, 100)])];
    let u = town_cut_off(&b, &slanted, &[p(150, 150)], &[], &all());
    assert_eq!(u.regions.len(), 2);
    assert_eq!(at(&u, 190, 195), at(&u, 10, 150));
    assert_eq!(at(&u, 195, 190), at(&u, 10, 50));
    // A junction is all that is left: the shortest way.
    let junction = [road(&[(0, 100), (150, 100)]), road(&[(150, 100), (150, 0)])];
    let u = town_cut_off(&b, &junction, &[p(150, 100)], &[], &all());
    assert_eq!((u.regions.len(), u.on_continued_um), (3, 50 * M));
    // Further than a hundred metres nobody knows.
    let far = rect(-100, 0, 400, 400);
    assert_eq!(town_cut_off(&far, &short, &[p(100, 30), p(100, 170)], &[], &all()).regions.len(), 1);
}

#[test]
fn strips_between_carriageways_join_a_block() {
    let b = rect(0, 0, 200, 100);
    let street = |width: i64| [road(&[(100, 0), (100, 100)]), road(&[(100 + width, 0), (100 + width, 100)])];
    let u = town(&b, &street(5), &[], &Options::default());
    assert_eq!((u.blocks, u.regions.len(), u.joined_as_slivers), (3, 2, 1));
    // Where a tram runs between them they are further apart; a block of that width has buildings.
    assert_eq!(town(&b, &street(22), &[], &Options::default()).regions.len(), 2);
    assert_eq!(town(&b, &street(22), &[house(105, 20, 10, 30)], &Options::default()).regions.len(), 3);
    assert_eq!(town(&b, &street(30), &[], &Options::default()).regions.len(), 3);
}

#[test]
fn squares_and_hexagons_tile_any_boundary() {
    let b =
        Region::single(Polygon { shell: vec![p(3, 1), p(250, 40), p(180, 260), p(-40, 190)], holes: vec![] });
    let lines = squares(b.bounds().unwrap(), 50 * M);
    let u = town(&b, &lines, &[], &all());
    assert!(u.regions.len() > 15);
    let flat = |[lon, lat]: [f64; 2]| {
        Some(Point::new(((lon - 120.0) * 1e11) as i64, ((lat - 30.0) * 1.1e11) as i64))
    };
    let hex = hexagons([119.999, 29.999, 120.004, 30.004], 10, flat);
    let u = town(&b, &hex, &[], &all());
    assert!(u.regions.len() >= 5, "{}", u.regions.len());
    assert!(squares(b.bounds().unwrap(), 0).is_empty());
    assert!(hexagons([0.0, 0.0, 90.0, 80.0], 15, flat).is_empty());
}

#[test]
fn small_squares_stay_and_only_what_the_boundary_cuts_off_joins() {
    let lines = squares(rect(0, 0, 103, 100).bounds().unwrap(), 10 * M);
    let u = town(&rect(0, 0, 103, 100), &lines, &[], &Options::for_grid(100.0));
    assert_eq!((u.regions.len(), u.joined_as_slivers), (110, 0), "3 m by 10 m is more than a quarter");
    let u = town(&rect(0, 0, 102, 100), &lines, &[], &Options::for_grid(100.0));
    assert_eq!((u.regions.len(), u.joined_as_slivers), (100, 10));
}

#[test]
fn a_bad_boundary_is_refused() {
    let bow = Region::single(Polygon { shell: vec![p(0, 0), p(4, 4), p(4, 0), p(0, 4)], holes: vec![] });
    let sources = Sources { boundary: &bow, lines: &[], cut_off: &[], whole: &[] };
    assert!(matches!(build(&sources, &Options::default()), Err(BuildError::Boundary(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever is drawn: the units tile the boundary, each hangs together, and without borders of parents none of the
    /// buildings is cut, however they overlap.
    #[test]
    fn any_town_is_tiled_and_no_building_is_cut(
        lines in prop::collection::vec((0i64..40, 0i64..40, 0i64..40, 0i64..40, any::<bool>()), 0..16),
        houses in prop::collection::vec((0i64..36, 0i64..36, 1i64..9, 1i64..9, 0i64..20), 0..16),
        cut_off in prop::collection::vec((0i64..40, 0i64..40), 0..4),
        max_weight in 0i64..40,
        small in any::<bool>(),
    ) {
        let ten = |v: i64| 10 * v;
        let lines: Vec<SourceLine> = lines
            .into_iter()
            .map(|(a, b, c, d, foot)| {
                let kind = if foot { LineKind::Path } else { LineKind::Road };
                line(kind, &[(ten(a), ten(b)), (ten(c), ten(d))])
            })
            .collect();
        let whole: Vec<Whole> = houses
            .into_iter()
            .map(|(x, y, w, h, weight)| Whole { ground: rect(ten(x), ten(y), ten(w), ten(h)), weight })
            .collect();
        let cut_off: Vec<Point> = cut_off.into_iter().map(|(x, y)| p(ten(x), ten(y))).collect();
        let options = Options { max_weight, ..if small { all() } else { Options::default() } };
        let u = town_cut_off(&rect(5, 5, 380, 380), &lines, &cut_off, &whole, &options);
        prop_assert_eq!(u.buildings_cut, 0);
    }
}
