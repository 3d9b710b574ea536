//! The ground of each cell: the borders between units of different cells, joined.

use crate::chain::{BOUNDARY, Chain};
use crate::frame::{Point, Polygon, Region, interior_point, twice_area_um2};
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
    let s = Subdivision::of_noded(&lines);
    let held = s.holders();
    let mut grounds = s.outlines(|f| held[f.index()].first().copied());
    (0..cells as u32).map(|l| grounds.remove(&l).unwrap_or_default()).collect()
}

/// Where the label of a cell stands: inside the largest part of its ground. For cells that `wanted` says, in their order;
/// `None` for cells without units.
///
/// Only the units of wanted cells are looked at, so that after an edit it costs what changed.
///
/// # Complexity
/// That of [`dissolve`] for the units of wanted cells, and O(units).
#[must_use]
pub fn label_points(
    units: &[Region],
    labels: &[u32],
    cells: u32,
    wanted: impl Fn(u32) -> bool,
) -> Vec<(u32, Option<Point>)> {
    let wanted: Vec<bool> = (0..cells).map(wanted).collect();
    let is_wanted = |label: u32| wanted.get(label as usize) == Some(&true);
    let own: Vec<(&Region, u32)> =
        units.iter().zip(labels.iter().copied()).filter(|(_, l)| is_wanted(*l)).collect();
    let labels: Vec<u32> = own.iter().map(|o| o.1).collect();
    let grounds = if own.len() == units.len() {
        dissolve(units, &labels, cells as usize)
    } else {
        let regions: Vec<Region> = own.iter().map(|o| o.0.clone()).collect();
        dissolve(&regions, &labels, cells as usize)
    };
    let points = (0..).zip(&grounds).filter(|(cell, _)| is_wanted(*cell));
    points
        .map(|(cell, ground)| {
            // Units that are no coverage can lose the ground of a cell, but not its place.
            let first = || own.iter().filter(|o| o.1 == cell).find_map(|o| inner_point(o.0));
            (cell, inner_point(ground).or_else(first))
        })
        .collect()
}

/// A point inside the largest part.
fn inner_point(region: &Region) -> Option<Point> {
    let area = |p: &Polygon| p.rings().map(|r| twice_area_um2(r)).sum::<i128>();
    region.parts.iter().max_by_key(|p| area(p)).and_then(interior_point)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::analyse;
    use crate::frame::contains;

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
        let points = label_points(&units, &labels, 4, |_| true);
        for &(cell, at) in &points {
            assert_eq!(at.map(|p| contains(&cells[cell as usize], p)), (cell != 3).then_some(true));
        }
        assert_eq!(label_points(&units, &labels, 4, |c| c == 1), points[1..2]);
    }
}
