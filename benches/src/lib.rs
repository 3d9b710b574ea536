//! Shared inputs of the benches.

#[path = "../../partition/tests/it/ground.rs"]
mod ground;

pub mod process;

use partition::frame::{Point, Region};

/// `columns` × `rows` made-up cells with drawn-looking borders, and their boundary. SYNTHETIC.
#[must_use]
pub fn grid(columns: i64, rows: i64) -> (Vec<Region>, Region) {
    ground::grid(columns, rows)
}

/// Moves every vertex of every cell by up to `reach_um`, each cell for itself: no border matches any more.
pub fn loosen(cells: &mut [Region], reach_um: i64) {
    for (cell, i) in cells.iter_mut().zip(0..) {
        for (p, k) in cell.parts.iter_mut().flat_map(|p| &mut p.shell).zip(0..) {
            let [dx, dy] = ground::jitter([i, k, 1], reach_um);
            *p = Point::new(p.x + dx, p.y + dy);
        }
    }
}
