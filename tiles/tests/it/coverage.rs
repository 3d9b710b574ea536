//! Cells of a tile tile it; tiles agree; no id is lost.

use crate::support::{Plan, decode, defects, flat, grounds, inner_points, jittered, kinds, source};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tiles::{Options, TileSource};

/// Asks for every tile of a zoom and holds them to all promises; returns how many had ground, and how
/// many vertices two neighbours both had to agree on (none, where cells are much larger than tiles).
pub(crate) fn check_zoom(plan: &Plan, source: &TileSource, z: u8) -> (usize, usize) {
    let [[x0, x1], [y0, y1]] = source.tile_range(z).unwrap();
    let mut labels: BTreeMap<u64, usize> = BTreeMap::new();
    let mut seen: BTreeMap<(u32, u32), BTreeMap<u64, partition::frame::Region>> = BTreeMap::new();
    let last = (1_u32 << z) - 1;
    for x in x0.saturating_sub(1)..=(x1 + 1).min(last) {
        for y in y0.saturating_sub(1)..=(y1 + 1).min(last) {
            let Some(bytes) = source.tile(z, x, y).unwrap() else { continue };
            assert_eq!(source.tile(z, x, y).unwrap().as_ref(), Some(&bytes), "the same bytes again");
            let layers = decode(&bytes);
            for f in layers.get("cell_labels").into_iter().flatten() {
                *labels.entry(f.id.unwrap()).or_default() += 1;
            }
            let cells = grounds(&layers, "cells");
            let found = defects(&cells, false);
            assert!(found.is_empty(), "{z}/{x}/{y} cells: {:?} {found:?}", kinds(&found));
            if let Some(from) = source.units_from_zoom()
                && z >= from
            {
                let units = grounds(&layers, "units");
                let found = defects(&units, false);
                assert!(found.is_empty(), "{z}/{x}/{y} units: {:?}", kinds(&found));
                let sum = |g: &BTreeMap<u64, partition::frame::Region>| {
                    g.values().map(partition::frame::Region::twice_area_um2).sum::<i128>()
                };
                assert_eq!(sum(&cells), sum(&units), "units fill the cells");
            }
            seen.insert((x, y), cells);
        }
    }
    // Every cell with ground has one label in all tiles of the zoom.
    assert_eq!(labels.len(), plan.cells, "zoom {z}: an id is lost");
    assert!(labels.values().all(|&n| n == 1), "zoom {z}: a label is in two tiles");
    let mut compared = 0;
    for (&(x, y), cells) in &seen {
        for next in [(x + 1, y), (x, y + 1), (x + 1, y + 1)] {
            let Some(others) = seen.get(&next) else { continue };
            let tiles = [[x, y], [next.0, next.1]];
            for (id, ground) in cells {
                let Some(other) = others.get(id) else { continue };
                let corners = |t: [u32; 2]| [i64::from(t[0]) * 4096, -i64::from(t[1]) * 4096];
                let (a, b) = (corners(tiles[0]), corners(tiles[1]));
                // Both boxes less two steps.
                let shared = |p: &partition::frame::Point| {
                    [a, b].iter().all(|c| {
                        (c[0] - 62..=c[0] + 4158).contains(&p.x) && (c[1] - 4158..=c[1] + 62).contains(&p.y)
                    })
                };
                let of = |r, t| inner_points(r, t, 2).into_iter().filter(|p| shared(p)).collect::<Vec<_>>();
                let (mine, theirs) = (of(ground, tiles[0]), of(other, tiles[1]));
                assert_eq!(mine, theirs, "{z} {tiles:?} disagree on cell {id}");
                compared += mine.len();
            }
        }
    }
    (seen.len(), compared)
}

#[test]
fn a_jittered_grid_is_a_coverage_in_every_tile_of_every_zoom() {
    let plan = jittered(7, 24, 4, 120, 4);
    let s = source(&plan, &Options::default(), flat);
    assert!(s.min_zoom() < s.units_from_zoom().unwrap() && s.units_from_zoom().unwrap() < s.max_zoom());
    for z in s.min_zoom()..=s.max_zoom().min(16) {
        let (tiles, compared) = check_zoom(&plan, &s, z);
        assert!(tiles > 0 && (tiles < 4 || compared > 0), "zoom {z}: nothing was compared");
    }
}

#[test]
fn it_stays_one_far_below_the_zooms_of_its_level_where_most_cells_collapse() {
    let plan = jittered(8, 60, 1, 100, 4);
    let options = Options { min_zoom: Some(0), units_from_zoom: Some(22), ..Options::default() };
    let s = source(&plan, &options, flat);
    for z in 0..=11 {
        assert!(check_zoom(&plan, &s, z).0 > 0);
    }
}

#[test]
fn inside_the_domain_cells_fill_the_tile_to_its_last_step() {
    let plan = jittered(9, 40, 2, 100, 4);
    let s = source(&plan, &Options::default(), flat);
    let mut full = 0;
    for z in 13..=19 {
        // The tile around the middle of the grid; it is inside the domain from zoom 14 or so.
        let [[x0, x1], [y0, y1]] = s.tile_range(z).unwrap();
        let (x, y) = ((x0 + x1) / 2, (y0 + y1) / 2);
        let cells = grounds(&decode(&s.tile(z, x, y).unwrap().unwrap()), "cells");
        if x0 + 2 < x && x + 2 < x1 {
            full += 1;
            let found = defects(&cells, true);
            assert!(found.is_empty(), "{z}: {found:?}");
        }
    }
    assert!(full >= 3);
}

#[test]
fn the_inside_of_one_cell_is_a_full_square() {
    let plan = jittered(3, 4, 4, 1000, 40);
    let s = source(&plan, &Options { units_from_zoom: Some(22), ..Options::default() }, flat);
    let [[x0, x1], [y0, y1]] = s.tile_range(18).unwrap();
    let bytes = s.tile(18, (x0 + x1) / 2, (y0 + y1) / 2).unwrap().unwrap();
    let cells = grounds(&decode(&bytes), "cells");
    assert_eq!(cells.len(), 1);
    assert_eq!(cells[&1000].twice_area_um2(), 2 * 4224 * 4224);
    assert!(s.tile(18, x1 + 2, y0).unwrap().is_none(), "nothing beside the domain");
}

#[test]
fn a_domain_with_a_hole_and_units_without_a_cell() {
    let mut plan = jittered(5, 12, 3, 100, 4);
    // A unit is missing in the middle of a cell; another cell is given up.
    let gone = plan.labels.iter().position(|&l| l == 5).unwrap() + 13;
    plan.units.remove(gone);
    plan.labels.remove(gone);
    for l in &mut plan.labels {
        if *l == 15 {
            *l = tiles::NO_CELL;
        }
    }
    plan.cells = 15;
    // Away from the middle of the world, where four tiles meet.
    let s = source(&plan, &Options::default(), |p| flat(p).map(|v| v + 10.5 / 8192.0));
    let [[x, x1], [y, y1]] = s.tile_range(13).unwrap();
    assert_eq!((x, y), (x1, y1), "all in one tile");
    let layers = decode(&s.tile(13, x, y).unwrap().unwrap());
    let cells = grounds(&layers, "cells");
    assert_eq!(cells.len(), 15);
    let found = defects(&cells, false);
    assert_eq!(kinds(&found), [partition::coverage::Kind::Gap], "the hole stays a hole");
    let units = grounds(&layers, "units");
    assert_eq!(units.len(), 143, "units without a cell are drawn as units");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn random_grids_are_coverages_at_any_zoom(
        seed in any::<u64>(),
        size_m in 3_i64..400,
        east_m in -15_000_000_i64..15_000_000,
        north_m in -15_000_000_i64..15_000_000,
        dz in 0_u8..9,
    ) {
        let plan = jittered(seed, 8, 2, size_m, size_m / 25);
        let moved = |p: partition::frame::Point| {
            let [x, y] = flat(p);
            let world = 40_075_016.685_578_5;
            [x + east_m as f64 / world, y - north_m as f64 / world]
        };
        let options = Options { min_zoom: Some(0), ..Options::default() };
        let s = source(&plan, &options, moved);
        // From cells of two pixels to units of many.
        let z = (s.units_from_zoom().unwrap().saturating_sub(4) + dz).min(tiles::MAX_ZOOM);
        check_zoom(&plan, &s, z);
    }
}
