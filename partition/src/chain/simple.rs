//! A quick test for the ordinary case: rings that touch neither themselves nor each other.
//!
//! A ring is divided into runs whose edges all go the same way, eastwards say: such a run cannot meet itself. A city
//! block has four or five, so few boxes are compared, and hardly any edges.

use crate::frame::{Bounds, Meeting, Orientation, Point, Region, meet, orient, winding_step};

/// Boxes under one box of the tree.
const FAN: usize = 16;

/// Buffers of [`is_plainly_valid`], kept from region to region.
#[derive(Default)]
pub(super) struct Scratch {
    /// The vertices, ring after ring; each ring closed by its first one.
    points: Vec<Point>,
    /// Where each ring starts in `points`, and the end.
    rings: Vec<usize>,
    /// Runs: first and last vertex.
    runs: Vec<[usize; 2]>,
    /// Boxes of the runs, then of each [`FAN`] of them, and so on up to one block.
    levels: Vec<Vec<Bounds>>,
}

/// Whether every ring is simple, no two rings touch, and each has the ground to its left.
///
/// `false` says nothing: the full test has to decide.
///
/// # Complexity
/// O(n log n) for borders as they are drawn: pairs of runs are looked for in a tree of boxes along the rings.
pub(super) fn is_plainly_valid(region: &Region, s: &mut Scratch) -> bool {
    s.points.clear();
    s.rings.clear();
    s.runs.clear();
    for ring in region.rings() {
        if ring.len() < 3 {
            return false;
        }
        s.rings.push(s.points.len());
        s.points.extend_from_slice(ring);
        s.points.push(ring[0]);
    }
    s.rings.push(s.points.len());
    if s.points.is_empty() || !s.find_runs() {
        return false;
    }
    let top = s.index();
    s.no_runs_meet(top, 0, 0) && s.ground_is_left()
}

/// The ways an edge goes: east, west, north, south as bits. 0 for an edge of no length.
#[inline]
fn ways(a: Point, b: Point) -> u8 {
    u8::from(b.x > a.x) | u8::from(b.x < a.x) << 1 | u8::from(b.y > a.y) << 2 | u8::from(b.y < a.y) << 3
}

impl Scratch {
    /// Divides the rings into runs; `false` when an edge has no length.
    fn find_runs(&mut self) -> bool {
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        let boxes = &mut self.levels[0];
        boxes.clear();
        for r in self.rings.windows(2) {
            let ring = &self.points[r[0]..r[1]];
            let (mut first, mut common) = (0, u8::MAX);
            let mut around = Bounds { min: ring[0], max: ring[0] };
            for i in 1..ring.len() {
                let (a, b) = (ring[i - 1], ring[i]);
                let way = ways(a, b);
                if way == 0 {
                    return false;
                }
                if common & way == 0 {
                    self.runs.push([r[0] + first, r[0] + i - 1]);
                    boxes.push(around);
                    (first, common) = (i - 1, u8::MAX);
                    around = Bounds { min: a, max: a };
                }
                common &= way;
                around.min = Point::new(around.min.x.min(b.x), around.min.y.min(b.y));
                around.max = Point::new(around.max.x.max(b.x), around.max.y.max(b.y));
            }
            self.runs.push([r[0] + first, r[1] - 1]);
            boxes.push(around);
        }
        true
    }

    /// Boxes around groups of boxes, level by level, until one group is left; returns the level of the box around that.
    fn index(&mut self) -> usize {
        let mut level = 0;
        while self.levels[level].len() > FAN {
            let hull = |group: &[Bounds]| {
                group.iter().skip(1).fold(group[0], |h, b| Bounds {
                    min: Point::new(h.min.x.min(b.min.x), h.min.y.min(b.min.y)),
                    max: Point::new(h.max.x.max(b.max.x), h.max.y.max(b.max.y)),
                })
            };
            let above: Vec<Bounds> = self.levels[level].chunks(FAN).map(hull).collect();
            level += 1;
            self.levels.truncate(level);
            self.levels.push(above);
        }
        level + 1
    }

    /// No run under box `i` of a level meets another under box `j` ≥ `i`, but for neighbours in their common end.
    fn no_runs_meet(&self, level: usize, i: usize, j: usize) -> bool {
        if level == 0 {
            return i == j || self.are_apart(i, j);
        }
        let below = &self.levels[level - 1];
        let children = |k: usize| FAN * k..below.len().min(FAN * k + FAN);
        children(i).all(|a| {
            let others = if i == j { a..children(j).end } else { children(j) };
            others.into_iter().all(|b| !below[a].meets(&below[b]) || self.no_runs_meet(level - 1, a, b))
        })
    }

    /// The edges of runs `i` < `j`, whose boxes meet, do not, but for neighbours in their common end.
    fn are_apart(&self, i: usize, j: usize) -> bool {
        let ([i0, i1], [j0, j1]) = (self.runs[i], self.runs[j]);
        let (a, b) = (&self.levels[0][i], &self.levels[0][j]);
        let both = Bounds {
            min: Point::new(a.min.x.max(b.min.x), a.min.y.max(b.min.y)),
            max: Point::new(a.max.x.min(b.max.x), a.max.y.min(b.max.y)),
        };
        let edge = |k: usize| [self.points[k], self.points[k + 1]];
        let in_both = |k: &usize| Bounds::of_segment(self.points[*k], self.points[*k + 1]).meets(&both);
        (i0..i1).filter(in_both).all(|p| {
            (j0..j1).filter(in_both).all(|q| match meet(edge(p), edge(q)) {
                Meeting::Apart => true,
                Meeting::AtEnds => self.are_neighbours(p, q),
                _ => false,
            })
        })
    }

    /// Whether edge `q` > `p` follows `p` on its ring, or comes before it around the ring's start.
    fn are_neighbours(&self, p: usize, q: usize) -> bool {
        p + 1 == q
            || (self.rings.binary_search(&p).is_ok()
                && self.rings.binary_search(&(q + 2)).is_ok_and(|r| self.rings[r - 1] == p))
    }

    /// Shells run counter-clockwise where nothing else is, holes clockwise where one ring is.
    fn ground_is_left(&self) -> bool {
        let one = self.rings.len() == 2;
        self.rings.windows(2).all(|r| {
            let ring = &self.points[r[0]..r[1] - 1];
            let n = ring.len();
            let mut i = 0;
            for k in 1..n {
                if ring[k] < ring[i] {
                    i = k;
                }
            }
            let west = ring[i];
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
