//! Lines to cut by where nothing else is known.

use super::sources::{LineKind, SourceLine};
use crate::frame::{Bounds, Point};
use h3o::{CellIndex, LatLng, Resolution, VertexIndex};
use std::collections::BTreeSet;

/// Most squares or hexagons that are drawn; more would be a mistaken size.
const MOST: i64 = 1_000_000;

/// Straight lines `side_um` apart across `bounds`, on multiples of the side so that neighbouring projects agree.
///
/// Empty when the side is not positive or would make more than a million squares.
#[must_use]
pub fn squares(bounds: Bounds, side_um: i64) -> Vec<SourceLine> {
    let count = |lo: i64, hi: i64| (hi - lo) / side_um.max(1) + 2;
    let (nx, ny) = (count(bounds.min.x, bounds.max.x), count(bounds.min.y, bounds.max.y));
    if side_um <= 0 || nx.saturating_mul(ny) > MOST {
        return Vec::new();
    }
    let steps = |lo: i64, n: i64| (0..n).map(move |i| (lo.div_euclid(side_um) + i) * side_um);
    let upright = steps(bounds.min.x, nx).map(|x| [Point::new(x, bounds.min.y), Point::new(x, bounds.max.y)]);
    let level = steps(bounds.min.y, ny).map(|y| [Point::new(bounds.min.x, y), Point::new(bounds.max.x, y)]);
    upright.chain(level).map(|ends| SourceLine { points: ends.to_vec(), kind: LineKind::Grid }).collect()
}

/// Mean area of an H3 cell of `resolution`, m²; `None` above 15.
#[must_use]
pub fn hexagon_area_m2(resolution: u8) -> Option<f64> {
    Resolution::try_from(resolution).ok().map(Resolution::area_m2)
}

/// The edges of all H3 cells of `resolution` near the box `west, south, east, north` (degrees), carried into the frame.
///
/// Each vertex is carried once, under its canonical index, so that neighbours share it exactly. Empty for a resolution
/// above 15, a box outside the globe, or more than a million cells.
///
/// # References
/// <https://h3geo.org>, through the crate `h3o`.
#[must_use]
pub fn hexagons(
    lonlat: [f64; 4],
    resolution: u8,
    mut carry: impl FnMut([f64; 2]) -> Option<Point>,
) -> Vec<SourceLine> {
    let [w, s, e, n] = lonlat;
    let (Ok(resolution), Ok(centre), Ok(corner)) =
        (Resolution::try_from(resolution), LatLng::new((s + n) / 2.0, (w + e) / 2.0), LatLng::new(s, w))
    else {
        return Vec::new();
    };
    let edge_m = resolution.edge_length_m();
    // Rings of hexagons advance by at least 1.5 edges; two more for the distortion of the grid.
    let rings = (centre.distance_m(corner) / (1.2 * edge_m)).ceil() as i64 + 2;
    if rings.saturating_mul(rings).saturating_mul(3) > MOST {
        return Vec::new();
    }
    let cells: Vec<CellIndex> = centre.to_cell(resolution).grid_disk(rings as u32);
    let mut edges: BTreeSet<(VertexIndex, VertexIndex)> = BTreeSet::new();
    for c in cells {
        let around: Vec<VertexIndex> = c.vertexes().collect();
        for (&a, &b) in around.iter().zip(around.iter().cycle().skip(1)) {
            edges.insert((a.min(b), a.max(b)));
        }
    }
    edges
        .into_iter()
        .filter_map(|(a, b)| {
            let mut at = |v: VertexIndex| {
                let ll = LatLng::from(v);
                carry([ll.lng(), ll.lat()])
            };
            Some(SourceLine { points: vec![at(a)?, at(b)?], kind: LineKind::Grid })
        })
        .collect()
}
