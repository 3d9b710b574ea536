//! The ground of each cell: the borders between units of different cells, joined.

use crate::chain::{BOUNDARY, Chain};
use crate::frame::Region;
use crate::subdivision::{Line, Subdivision};

/// The ground of each label `0..cells`; a label that no unit carries gets no ground.
///
/// # Assumptions
/// The units are a coverage whose borders match edge by edge (its analysis has no defects); labels are below `cells`.
///
/// # Complexity
/// One chain over the units, then O(n log n) for the n edges between cells: borders inside cells cost nothing more.
#[must_use]
pub fn dissolve(units: &[Region], labels: &[u32], cells: usize) -> Vec<Region> {
    let chain = Chain::of(units, None).cancel();
    let label = |unit: u32| labels.get(unit as usize).copied().unwrap_or(BOUNDARY);
    let mut lines: Vec<Line> = Vec::new();
    for b in &chain.borders {
        let (left, right) = (label(b.left), label(b.right));
        if left != right {
            lines.push(Line { a: b.from, b: b.to, tag: left });
            lines.push(Line { a: b.to, b: b.from, tag: right });
        }
    }
    lines.extend(chain.residual.iter().map(|e| Line { a: e.from, b: e.to, tag: label(e.holder) }));
    let s = Subdivision::of_noded(lines);
    let held = s.holders();
    let mut grounds = s.outlines(|f| held[f.index()].first().copied());
    (0..cells as u32).map(|l| grounds.remove(&l).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::analyse;
    use crate::frame::{Point, Polygon};

    #[test]
    fn cells_of_a_chess_board_tile_it() {
        let unit = |i: i64| {
            let (x, y) = (i % 8 * 10, i / 8 * 10);
            let p = |dx, dy| Point::new(x + dx, y + dy);
            Region::single(Polygon { shell: vec![p(0, 0), p(10, 0), p(10, 10), p(0, 10)], holes: vec![] })
        };
        let units: Vec<Region> = (0..64).map(unit).collect();
        let all = dissolve(&units, &[0; 64], 1);
        assert_eq!(all[0].twice_area_um2(), 2 * 6400);
        // A ring of cell 1 inside cell 0, and a diagonal of cell 2 that touches itself in points only.
        let labels: Vec<u32> = (0..64)
            .map(|i| {
                let (x, y) = (i % 8, i / 8);
                if x == y { 2 } else { u32::from((2..6).contains(&x) && (2..6).contains(&y)) }
            })
            .collect();
        let cells = dissolve(&units, &labels, 4);
        assert_eq!(cells[2].parts.len(), 8);
        assert!(cells[3].parts.is_empty());
        assert!(analyse(&cells[..3], Some(&all[0])).unwrap().defects.is_empty());
    }
}
