//! A quick test for the ordinary case: rings that touch neither themselves nor each other.

use crate::frame::{Meeting, Orientation, Point, Region, meet, orient, winding_step};

/// Edges, or boxes, under one box of the tree.
const FAN: usize = 16;

/// Buffers of [`is_plainly_valid`], kept from region to region.
#[derive(Default)]
pub(super) struct Scratch {
    /// The ends of the edges, ring after ring; each ring closed by its first point.
    points: Vec<Point>,
    /// Where each ring starts in `points`, and the end.
    rings: Vec<usize>,
    /// Boxes of the edges, then of each [`FAN`] of them, and so on up to one block.
    levels: Vec<Boxes>,
}

/// Boxes in coordinates relative to the region, coarsened until they fit 32 bits.
#[derive(Default)]
struct Boxes {
    min_x: Vec<i32>,
    max_x: Vec<i32>,
    min_y: Vec<i32>,
    max_y: Vec<i32>,
}

impl Boxes {
    fn clear(&mut self) {
        self.min_x.clear();
        self.max_x.clear();
        self.min_y.clear();
        self.max_y.clear();
    }

    fn push(&mut self, [x0, y0, x1, y1]: [i32; 4]) {
        self.min_x.push(x0);
        self.min_y.push(y0);
        self.max_x.push(x1);
        self.max_y.push(y1);
    }

    fn len(&self) -> usize {
        self.min_x.len()
    }

    fn hull(&self, range: std::ops::Range<usize>) -> [i32; 4] {
        let low = |v: &[i32]| v.iter().copied().fold(i32::MAX, i32::min);
        let high = |v: &[i32]| v.iter().copied().fold(i32::MIN, i32::max);
        [
            low(&self.min_x[range.clone()]),
            low(&self.min_y[range.clone()]),
            high(&self.max_x[range.clone()]),
            high(&self.max_y[range]),
        ]
    }

    /// Adds boxes that meet nothing until whole blocks of [`FAN`] are full.
    fn fill_up(&mut self) {
        while self.len() % FAN != 0 {
            self.push(NOWHERE);
        }
    }

    /// Which boxes of a block meet box `i`, as bits. Whole blocks compile to a few vector instructions.
    #[inline]
    fn meeting(&self, i: usize, block: usize) -> u32 {
        let (x0, x1, y0, y1) = (self.min_x[i], self.max_x[i], self.min_y[i], self.max_y[i]);
        let at = block * FAN..block * FAN + FAN;
        let (a, b) = (&self.min_x[at.clone()], &self.max_x[at.clone()]);
        let (c, d) = (&self.min_y[at.clone()], &self.max_y[at]);
        let mut bits = 0;
        for k in 0..FAN {
            let meets = (a[k] <= x1) & (b[k] >= x0) & (c[k] <= y1) & (d[k] >= y0);
            bits |= if meets { 1u32 << k } else { 0 };
        }
        bits
    }
}

/// A box that meets nothing.
const NOWHERE: [i32; 4] = [i32::MAX, i32::MAX, i32::MIN, i32::MIN];

/// Whether every ring is simple, no two rings touch, and each has the ground to its left.
///
/// `false` says nothing: the full test has to decide.
///
/// # Complexity
/// O(n log n) for borders as they are drawn: pairs of edges are looked for in a tree of boxes along the rings.
pub(super) fn is_plainly_valid(region: &Region, s: &mut Scratch) -> bool {
    s.points.clear();
    s.rings.clear();
    for ring in region.rings() {
        if ring.len() < 3 {
            return false;
        }
        s.rings.push(s.points.len());
        s.points.extend_from_slice(ring);
        s.points.push(ring[0]);
    }
    s.rings.push(s.points.len());
    if s.points.is_empty() || !s.turns_are_plain() {
        return false;
    }
    let top = s.index();
    s.no_edges_meet(top, 0, 0) && s.ground_is_left()
}

impl Scratch {
    /// No edge of zero length, none that turns back on the one before.
    fn turns_are_plain(&self) -> bool {
        self.rings.windows(2).all(|r| {
            let ring = &self.points[r[0]..r[1]];
            let n = ring.len() - 1;
            (0..n).all(|i| {
                let (a, b, c) = (ring[if i == 0 { n - 1 } else { i - 1 }], ring[i], ring[i + 1]);
                // On one line and turning back: c lies on a's side of b.
                b != c && (orient(a, b, c) != Orientation::On || !is_ahead(b, a, c))
            })
        })
    }

    /// Boxes of all edges (the joint between two rings is an edge to nowhere) and of groups of them.
    ///
    /// Returns the level of the one box around all.
    fn index(&mut self) -> usize {
        let (mut lo, mut hi) = (self.points[0], self.points[0]);
        for p in &self.points {
            lo = Point::new(lo.x.min(p.x), lo.y.min(p.y));
            hi = Point::new(hi.x.max(p.x), hi.y.max(p.y));
        }
        // Coarser boxes only meet more often.
        let extent = (hi.x - lo.x).max(hi.y - lo.y) as u64;
        let coarse = 34u32.saturating_sub(extent.leading_zeros());
        if self.levels.is_empty() {
            self.levels.push(Boxes::default());
        }
        let mut edges = std::mem::take(&mut self.levels[0]);
        edges.clear();
        let mut next_ring = 1;
        for i in 1..self.points.len() {
            if i == self.rings[next_ring] {
                next_ring += 1;
                edges.push(NOWHERE);
                continue;
            }
            let (a, b) = (self.points[i - 1], self.points[i]);
            let at = |v: i64, o: i64| ((v - o) >> coarse) as i32;
            let (ax, bx, ay, by) = (at(a.x, lo.x), at(b.x, lo.x), at(a.y, lo.y), at(b.y, lo.y));
            edges.push([ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)]);
        }
        edges.fill_up();
        self.levels[0] = edges;
        let mut level = 0;
        while self.levels[level].len() > FAN {
            if self.levels.len() == level + 1 {
                self.levels.push(Boxes::default());
            }
            let mut above = std::mem::take(&mut self.levels[level + 1]);
            above.clear();
            let below = &self.levels[level];
            for first in (0..below.len()).step_by(FAN) {
                above.push(below.hull(first..first + FAN));
            }
            above.fill_up();
            self.levels[level + 1] = above;
            level += 1;
        }
        level + 1
    }

    /// No edge under box `i` of a level meets one under box `j` ≥ `i`, but for neighbours in their common end.
    fn no_edges_meet(&self, level: usize, i: usize, j: usize) -> bool {
        if level == 0 {
            return self.are_apart(i, j);
        }
        let below = &self.levels[level - 1];
        for a in FAN * i..FAN * i + FAN {
            let mut bits = below.meeting(a, j);
            if i == j {
                // Each pair once; a box with itself unless it is an edge.
                bits &= u32::MAX << (a - FAN * i) << u32::from(level == 1);
            }
            while bits != 0 {
                let b = FAN * j + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if !self.no_edges_meet(level - 1, a, b) {
                    return false;
                }
            }
        }
        true
    }

    /// Edges `i` < `j`, whose boxes meet, do not.
    fn are_apart(&self, i: usize, j: usize) -> bool {
        let [a, b] = [self.points[i], self.points[i + 1]];
        let [c, d] = [self.points[j], self.points[j + 1]];
        // Neighbours, which do not turn back: they share their end and nothing else.
        let next = i + 1 == j;
        let closes =
            a == d && self.rings.binary_search(&i).is_ok() && self.rings.binary_search(&(j + 2)).is_ok();
        next || closes || meet([a, b], [c, d]) == Meeting::Apart
    }

    /// Shells run counter-clockwise where nothing else is, holes clockwise where one ring is.
    fn ground_is_left(&self) -> bool {
        let one = self.rings.len() == 2;
        self.rings.windows(2).all(|r| {
            let ring = &self.points[r[0]..r[1] - 1];
            let n = ring.len();
            let Some((i, &west)) = ring.iter().enumerate().min_by_key(|(_, p)| **p) else { return false };
            let turn = orient(ring[(i + n - 1) % n], west, ring[(i + 1) % n]);
            let around: i32 = if one { 0 } else { self.winding_without(r[0], west) };
            matches!((around, turn), (0, Orientation::Left) | (1, Orientation::Right))
        })
    }

    /// Winding number at `p` of all rings but the one that starts at `ring`.
    fn winding_without(&self, ring: usize, p: Point) -> i32 {
        let others = self.rings.windows(2).filter(|r| r[0] != ring);
        others.flat_map(|r| self.points[r[0]..r[1]].windows(2)).map(|e| winding_step(e[0], e[1], p)).sum()
    }
}

/// Whether `q` lies on the same side of `o` as `p`, all three on one line.
fn is_ahead(o: Point, p: Point, q: Point) -> bool {
    let same = |a: i64, b: i64| a.signum() == b.signum();
    same(p.x - o.x, q.x - o.x) && same(p.y - o.y, q.y - o.y)
}
