//! Simplification of shared borders (边界简化).

use crate::frame::{Bounds, BoxTree, Orientation, Point, Region, Ring, UM_PER_M, cross, orient};
use crate::subdivision::boundary_lines;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

/// How far borders may be simplified.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Simplify {
    /// A vertex may go when the triangle it makes with its neighbours is smaller than a square of this side, m.
    pub tolerance_m: f64,
    /// Whether the outer border of all regions together keeps every vertex, as a legal boundary must.
    pub keep_outline: bool,
}

/// `regions` with fewer vertices: what two of them share they still share, and what was a coverage still is one.
///
/// # When to use
/// For small maps and exports. Figures that count (areas, certificates) come from the full borders.
///
/// # Assumptions
/// Borders match vertex by vertex, lines meet only in vertices: the analysis finds nothing. Elsewhere nothing breaks, but
/// what did not match is simplified side by side.
///
/// # Steps
/// 1. A vertex where other than two edges meet, or two of different regions, is a junction and stays.
/// 2. Of the others, the one with the smallest triangle goes first (Visvalingam and Whyatt), as long as that is smaller
///    than the tolerance, for all regions at once.
/// 3. It stays while another vertex lies in its triangle or on it, or its two neighbours share an edge already: so no two
///    borders cross, touch or fall together, no ring falls below three vertices, and no hole leaves its shell.
///
/// # Complexity
/// O(n log n) for n vertices, and the vertices in the boxes of triangles.
///
/// # References
/// M. Visvalingam, J. D. Whyatt, *Line generalisation by repeated elimination of points*, The Cartographic Journal 30 (1993).
///
/// # Example
/// ```
/// use partition::{coverage::{Simplify, simplify}, frame::{Point, Polygon, Region}};
/// let m = |x: i64, y: i64| Point::new(x * 1_000_000, y * 1_000_000);
/// let region = |shell| Region::single(Polygon { shell, holes: vec![] });
/// let west = region(vec![m(0, 0), m(50, 0), m(51, 50), m(50, 100), m(0, 100)]);
/// let east = region(vec![m(50, 0), m(100, 0), m(100, 100), m(50, 100), m(51, 50)]);
/// let out = simplify(&[west, east], &Simplify { tolerance_m: 10.0, keep_outline: false });
/// assert_eq!(out[0].parts[0].shell.len() + out[1].parts[0].shell.len(), 8);
/// ```
#[must_use]
pub fn simplify(regions: &[Region], how: &Simplify) -> Vec<Region> {
    let side = how.tolerance_m.max(0.0) * UM_PER_M as f64;
    let mut borders = Borders::of(regions, how.keep_outline);
    borders.thin((2.0 * side * side).min(i128::MAX as f64) as i128);
    let kept = |ring: &Ring| -> Ring { ring.iter().copied().filter(|p| borders.is_kept(*p)).collect() };
    regions
        .par_iter()
        .map(|r| {
            let mut r = r.clone();
            for ring in r.parts.iter_mut().flat_map(|p| std::iter::once(&mut p.shell).chain(&mut p.holes)) {
                *ring = kept(ring);
            }
            r
        })
        .collect()
}

/// An edge, by the numbers of its ends in order, and a region that has it.
type User = (u32, u32, u32);
/// A vertex, the one at the other end of an edge, and who has that edge.
type End<'a> = (u32, u32, &'a [User]);

/// All vertices with their edges.
struct Borders {
    /// Sorted.
    points: Vec<Point>,
    /// For vertices that may go, the two beside it; they change as vertices go.
    beside: Vec<Option<[u32; 2]>>,
    gone: Vec<bool>,
    edges: HashSet<(u32, u32)>,
    /// The vertices that are left.
    index: BoxTree,
}

impl Borders {
    fn of(regions: &[Region], keep_outline: bool) -> Self {
        let mut points: Vec<Point> =
            regions.par_iter().flat_map_iter(Region::rings).flatten().copied().collect();
        points.par_sort_unstable();
        points.dedup();
        let number = |p: Point| points.partition_point(|&q| q < p) as u32;
        let mut users: Vec<User> = regions
            .par_iter()
            .zip(0..regions.len() as u32)
            .flat_map_iter(|(r, i)| boundary_lines(r, i))
            .filter(|l| l.a != l.b)
            .map(|l| (number(l.a.min(l.b)), number(l.a.max(l.b)), l.tag))
            .collect();
        users.par_sort_unstable();
        // Both ends of each edge with who has it: of a vertex that may go, all users are there twice.
        let mut ends: Vec<End<'_>> = Vec::new();
        let mut edges = HashSet::new();
        for who in users.chunk_by(|p, q| (p.0, p.1) == (q.0, q.1)) {
            let (a, b, _) = who[0];
            edges.insert((a, b));
            ends.push((a, b, who));
            ends.push((b, a, who));
        }
        ends.par_sort_unstable_by_key(|e| (e.0, e.1));
        let mut beside: Vec<Option<[u32; 2]>> = vec![None; points.len()];
        for star in ends.chunk_by(|p, q| p.0 == q.0) {
            let [(at, a, who), (_, b, others)] = star[..] else { continue };
            let same = who.iter().map(|u| u.2).eq(others.iter().map(|u| u.2));
            if same && (who.len() == 2 || (who.len() == 1 && !keep_outline)) {
                beside[at as usize] = Some([a, b]);
            }
        }
        let index = BoxTree::new((0..).zip(points.iter().map(|&p| Bounds { min: p, max: p })));
        Self { gone: vec![false; points.len()], points, beside, edges, index }
    }

    fn is_kept(&self, p: Point) -> bool {
        self.points.binary_search(&p).map_or(true, |i| !self.gone[i])
    }

    /// Twice the triangle at a vertex.
    fn triangle(&self, v: u32) -> Option<i128> {
        let [a, b] = self.beside[v as usize]?;
        let at = |i: u32| self.points[i as usize];
        Some(cross(at(a), at(v), at(b)).abs())
    }

    /// Lets vertices go whose triangle is below `limit`, twice µm²; of equal ones the first in place.
    fn thin(&mut self, limit: i128) {
        let all = (0..self.points.len() as u32).filter_map(|v| Some(Reverse((self.triangle(v)?, v))));
        let mut smallest: BinaryHeap<Reverse<(i128, u32)>> = all.filter(|t| t.0.0 < limit).collect();
        while let Some(Reverse((size, v))) = smallest.pop() {
            // Entries from before a neighbour went are stale.
            if self.gone[v as usize] || self.triangle(v) != Some(size) {
                continue;
            }
            let Some([a, b]) = self.beside[v as usize].filter(|ends| self.may_go(v, *ends)) else { continue };
            self.gone[v as usize] = true;
            let p = self.points[v as usize];
            self.index.remove(v, Bounds { min: p, max: p });
            for end in [a, b] {
                self.edges.remove(&(end.min(v), end.max(v)));
            }
            self.edges.insert((a.min(b), a.max(b)));
            for (end, other) in [(a, b), (b, a)] {
                if let Some(ends) = &mut self.beside[end as usize] {
                    let to_v = usize::from(ends[1] == v);
                    ends[to_v] = other;
                }
                if let Some(size) = self.triangle(end).filter(|s| *s < limit) {
                    smallest.push(Reverse((size, end)));
                }
            }
        }
    }

    /// Whether nothing lies in or on the triangle, and its third side is no edge yet.
    fn may_go(&self, v: u32, [a, b]: [u32; 2]) -> bool {
        if a == b || self.edges.contains(&(a.min(b), a.max(b))) {
            return false;
        }
        let corner = [a, v, b].map(|i| self.points[i as usize]);
        let Some(window) = Bounds::of(corner) else { return false };
        !self.index.meeting(window).any(|i| {
            ![a, v, b].contains(&i) && {
                let p = self.points[i as usize];
                let sides = [(0, 1), (1, 2), (2, 0)].map(|(s, t)| orient(corner[s], corner[t], p));
                !(sides.contains(&Orientation::Left) && sides.contains(&Orientation::Right))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::analyse;
    use crate::frame::Polygon;

    const M: i64 = UM_PER_M;

    fn region(shell: &[(i64, i64)]) -> Region {
        let shell = shell.iter().map(|&(x, y)| Point::new(x * M, y * M)).collect();
        Region::single(Polygon { shell, holes: vec![] })
    }

    fn far(tolerance_m: f64) -> Simplify {
        Simplify { tolerance_m, keep_outline: false }
    }

    #[test]
    fn a_tooth_in_which_something_stands_stays() {
        // An island two metres wide in the notch of a cell that surrounds it on three sides.
        let island = region(&[(49, 5), (51, 5), (51, 7), (49, 7)]);
        let notched = region(&[(0, 0), (45, 0), (50, 20), (55, 0), (100, 0), (100, 50), (0, 50)]);
        let both = [notched, island.clone()];
        let out = simplify(&both, &far(15.0));
        assert!(out[0].parts[0].shell.contains(&Point::new(50 * M, 20 * M)));
        assert_eq!(analyse(&out, None).unwrap().defects, []);
        // Without the island the notch goes.
        let out = simplify(&both[..1], &far(15.0));
        assert_eq!(out[0].parts[0].shell.len(), 4);
    }

    #[test]
    fn no_ring_loses_its_ground_however_far_it_goes() {
        let small = region(&[(10, 10), (12, 10), (13, 11), (12, 12), (10, 12)]);
        let hole: Ring = small.parts[0].shell.iter().rev().copied().collect();
        let mut around = region(&[(0, 0), (30, 0), (31, 15), (30, 30), (0, 30)]);
        around.parts[0].holes.push(hole);
        let out = simplify(&[around, small], &far(1e6));
        let sizes: Vec<usize> = out.iter().flat_map(Region::rings).map(Vec::len).collect();
        assert_eq!(sizes, [3, 3, 3]);
        assert_eq!(analyse(&out, None).unwrap().defects, []);
    }

    #[test]
    fn an_outline_that_is_kept_keeps_every_vertex() {
        let one = region(&[(0, 0), (50, 1), (100, 0), (100, 100), (0, 100)]);
        let keep = Simplify { tolerance_m: 50.0, keep_outline: true };
        assert_eq!(simplify(std::slice::from_ref(&one), &keep), [one]);
    }
}
