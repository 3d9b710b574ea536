//! Inserting the vertices of one border into the other.

use super::Chain;
use crate::frame::{Bounds, BoxIndex, Orientation, Point, Region, Ring, is_between, orient, touches_pixel};
use std::collections::BTreeMap;

/// Inserts into every straight edge the vertices of others that lie exactly on it; returns how many.
///
/// # When to use
/// In the coordinate system of a source, before its vertices are carried into the frame one by one: a vertex on a
/// neighbour's straight edge leaves the line when both are projected, and a sliver opens. Inserted in both, it
/// stays shared.
///
/// # Steps
/// Cancel the chain; only edges that found no partner can miss a vertex, and only their ends can be missing.
///
/// # Complexity
/// O(n log n) for the chain, then O(log r) and the points in its box for each of the r unmatched edges.
pub fn insert_touching(regions: &mut [Region]) -> usize {
    let left = Chain::of(regions, None).residue().residual;
    let points = distinct(left.iter().flat_map(|e| [e.from, e.to]));
    let index = BoxIndex::of_points(&points);
    let mut missing: BTreeMap<(Point, Point), Vec<Point>> = BTreeMap::new();
    for e in &left {
        let on_it = points_along(&index, &points, e.from, e.to, |p| {
            orient(e.from, e.to, p) == Orientation::On && is_between(e.from, e.to, p)
        });
        if !on_it.is_empty() {
            missing.insert((e.from.min(e.to), e.from.max(e.to)), on_it);
        }
    }
    let count = missing.values().map(Vec::len).sum();
    if count > 0 {
        for region in regions {
            for part in &mut region.parts {
                for ring in std::iter::once(&mut part.shell).chain(&mut part.holes) {
                    splice(ring, |a, b| missing.get(&(a.min(b), a.max(b))).map_or(&[], Vec::as_slice));
                }
            }
        }
    }
    count
}

/// Inserts into the edges of `boundary` the `nodes` whose pixel they pass (within half a grid step); returns how many.
///
/// No vertex of the boundary moves. The area this moves is at most length × 1 µm.
pub fn insert_near(boundary: &mut Region, nodes: impl IntoIterator<Item = Point>) -> usize {
    insert_near_all(std::slice::from_mut(boundary), nodes)
}

/// As [`insert_near`], into several regions.
pub(crate) fn insert_near_all(regions: &mut [Region], nodes: impl IntoIterator<Item = Point>) -> usize {
    insert_into(regions, nodes, touches_pixel)
}

/// Inserts into the edges of `regions` those `nodes` that lie exactly on them; returns how many.
///
/// What [`insert_touching`] does within a layer, between layers: the vertices of units into the parents around them.
pub fn insert_on(regions: &mut [Region], nodes: impl IntoIterator<Item = Point>) -> usize {
    insert_into(regions, nodes, |a, b, p| orient(a, b, p) == Orientation::On && is_between(a, b, p))
}

fn insert_into(
    regions: &mut [Region],
    nodes: impl IntoIterator<Item = Point>,
    belongs: impl Fn(Point, Point, Point) -> bool,
) -> usize {
    let own = distinct(regions.iter().flat_map(Region::rings).flatten().copied());
    let mut nodes = distinct(nodes);
    if regions.len() == 1 {
        // A vertex of its own needs no place; of several regions one may have what another lacks.
        nodes.retain(|p| own.binary_search(p).is_err());
    }
    if nodes.is_empty() {
        return 0;
    }
    let index = BoxIndex::of_points(&nodes);
    let mut count = 0;
    for part in regions.iter_mut().flat_map(|r| &mut r.parts) {
        for ring in std::iter::once(&mut part.shell).chain(&mut part.holes) {
            let before = ring.len();
            let mut found: BTreeMap<(Point, Point), Vec<Point>> = BTreeMap::new();
            for (&a, &b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                if a != b {
                    let (a, b) = (a.min(b), a.max(b));
                    found.insert((a, b), points_along(&index, &nodes, a, b, |p| belongs(a, b, p)));
                }
            }
            splice(ring, |a, b| found.get(&(a.min(b), a.max(b))).map_or(&[], Vec::as_slice));
            count += ring.len() - before;
        }
    }
    count
}

fn distinct(points: impl IntoIterator<Item = Point>) -> Vec<Point> {
    let mut v: Vec<Point> = points.into_iter().collect();
    v.sort_unstable();
    v.dedup();
    v
}

/// Points that `belongs`, in order from the smaller end of `a`–`b` to the larger.
fn points_along(
    index: &BoxIndex,
    points: &[Point],
    a: Point,
    b: Point,
    belongs: impl Fn(Point) -> bool,
) -> Vec<Point> {
    let mut found: Vec<Point> = index
        .meeting(Bounds::of_segment(a, b))
        .map(|i| points[i as usize])
        .filter(|&p| p != a && p != b && belongs(p))
        .collect();
    sort_along(&mut found, a.min(b), a.max(b));
    found
}

/// Sorts points that lie on, or within a pixel of, the segment in the order in which it passes them.
pub(crate) fn sort_along(points: &mut [Point], a: Point, b: Point) {
    points.sort_unstable_by_key(|&p| order_along(a, b)(p));
}

/// The key of a point in the order from `a` to `b`.
pub(crate) fn order_along(a: Point, b: Point) -> impl Fn(Point) -> (i64, i64) {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    // Along the steeper axis a segment passes at most two pixels per step, and those in the order of the other axis.
    let flat = dx.abs() >= dy.abs();
    move |p| {
        let (x, y) = (p.x * dx.signum(), p.y * dy.signum());
        if flat { (x, y) } else { (y, x) }
    }
}

/// Rebuilds `ring` with the points of `inside(a, b)` (ordered from the smaller end) between each `a` and `b`.
pub(crate) fn splice<'a>(ring: &mut Ring, inside: impl Fn(Point, Point) -> &'a [Point]) {
    let mut out = Vec::with_capacity(ring.len() + 4);
    for (&a, &b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        out.push(a);
        let between = inside(a, b);
        if a < b {
            out.extend(between.iter().copied());
        } else {
            out.extend(between.iter().rev().copied());
        }
    }
    *ring = out;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Polygon;

    fn region(c: &[(i64, i64)]) -> Region {
        Region::single(Polygon { shell: c.iter().map(|&(x, y)| Point::new(x, y)).collect(), holes: vec![] })
    }

    #[test]
    fn an_exact_t_junction_matches_afterwards() {
        let mut r = vec![
            region(&[(0, 0), (9, 3), (9, 9), (0, 9)]),
            region(&[(0, 0), (0, -5), (3, -5), (3, 1)]),
            region(&[(3, 1), (3, -5), (9, -5), (9, 3)]),
        ];
        assert_eq!(insert_touching(&mut r), 1);
        assert!(r[0].parts[0].shell.contains(&Point::new(3, 1)));
        let inner = Chain::of(&r, None).cancel().borders.len();
        assert_eq!(inner, 3, "two pieces of the long edge and the wall below");
        assert_eq!(insert_touching(&mut r), 0);
    }

    #[test]
    fn a_node_a_hair_off_the_boundary_is_taken_in() {
        let mut b = region(&[(0, 0), (10, 1), (10, 9), (0, 9)]);
        let n =
            insert_near(&mut b, [Point::new(4, 0), Point::new(4, 5), Point::new(0, 0), Point::new(10, 4)]);
        assert_eq!(n, 2);
        assert_eq!(b.parts[0].shell[1], Point::new(4, 0));
        assert_eq!(b.parts[0].shell[3], Point::new(10, 4));
    }
}
