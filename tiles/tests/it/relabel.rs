//! Units change hands.

use crate::support::{Dice, Plan, cell_attributes, flat, jittered, source, unit_attributes};
use tiles::{BuildError, NO_CELL, Options, SourceInput, TileSource};

/// All tiles of a few zooms, and what the source says of itself.
fn everything(s: &TileSource) -> (Vec<Option<Vec<u8>>>, [u8; 2], Vec<u64>) {
    let mut tiles = Vec::new();
    for z in s.min_zoom()..=(s.min_zoom() + 6).min(s.max_zoom()) {
        let [[x0, x1], [y0, y1]] = s.tile_range(z).unwrap();
        for (x, y) in (x0..=x1).flat_map(|x| (y0..=y1).map(move |y| (x, y))) {
            tiles.push(s.tile(z, x, y).unwrap());
        }
    }
    (tiles, [s.min_zoom(), s.max_zoom()], s.cells_without_ground().collect())
}

#[test]
fn relabelling_gives_the_bytes_of_building_anew() {
    let mut plan = jittered(3, 12, 3, 100, 4);
    let dice = &mut Dice(5);
    let mut relabelled = source(&plan, &Options::default(), flat);
    for step in 0..12 {
        // A few units change hands, one loses its cell, cells end and new ones begin.
        for _ in 0..=dice.below(4) {
            let unit = dice.below(144) as usize;
            plan.labels[unit] = dice.below(plan.cells as u64) as u32;
        }
        match step % 4 {
            1 => plan.labels[dice.below(144) as usize] = NO_CELL,
            2 => plan.labels.iter_mut().filter(|l| **l == 1).for_each(|l| *l = 2),
            3 => {
                plan.cells += 1;
                plan.labels[dice.below(144) as usize] = plan.cells as u32 - 1;
            }
            _ => {}
        }
        let Plan { units, labels, cells } = &plan;
        let input = SourceInput {
            units,
            labels,
            cells: &cell_attributes(*cells),
            unit_attributes: &[],
            context: &[],
        };
        relabelled = relabelled.relabelled(input, &flat).unwrap();
        let anew = source(&plan, &Options::default(), flat);
        assert!(everything(&relabelled) == everything(&anew), "step {step}");
    }
}

#[test]
fn relabelling_refuses_other_units() {
    let plan = jittered(3, 4, 2, 100, 4);
    let s = source(&plan, &Options::default(), flat);
    let input = SourceInput {
        units: &plan.units[1..],
        labels: &plan.labels[1..],
        cells: &cell_attributes(4),
        unit_attributes: &unit_attributes(15),
        context: &[],
    };
    assert!(matches!(s.relabelled(input, &flat), Err(BuildError::Labels { units: 15, labels: 16 })));
}
