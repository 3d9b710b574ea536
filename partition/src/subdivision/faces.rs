//! Faces: loops, which loop lies in which face, and what encloses them.

use super::build::{FaceId, HalfEdge, Subdivision};
use crate::frame::{Bounds, BoxIndex, Orientation, Point, orient, twice_area_um2};
use std::collections::VecDeque;

/// First stretch searched to the west of a loop, µm; doubled until something is found.
const FIRST_REACH_UM: i64 = 50_000_000;

impl Subdivision {
    /// Traces all loops and sorts them into faces.
    pub(super) fn find_faces(&mut self) {
        const NONE: FaceId = FaceId(u32::MAX);
        self.left = vec![NONE; self.next.len()];
        self.loops = vec![Vec::new()];
        self.twice_area = vec![0];
        // Loops that enclose ground to their left are shells; the others run around the outside of a component.
        let mut hulls: Vec<(Point, HalfEdge, i128)> = Vec::new();
        let mut ring: Vec<Point> = Vec::new();
        for i in 0..self.next.len() as u32 {
            let h = HalfEdge(i);
            if self.left(h) != NONE {
                continue;
            }
            ring.clear();
            ring.extend(self.around(h).map(|e| self.origin(e)));
            let area = twice_area_um2(&ring);
            let face = FaceId(self.loops.len() as u32);
            if area > 0 {
                self.mark(h, face);
                self.loops.push(vec![h]);
                self.twice_area.push(area);
            } else if let Some(&west) = ring.iter().min() {
                self.mark(h, FaceId::OUTSIDE);
                hulls.push((west, h, area));
            }
        }
        self.nest(hulls);
    }

    fn mark(&mut self, h: HalfEdge, face: FaceId) {
        let mut at = h;
        loop {
            self.left[at.index()] = face;
            at = self.next[at.index()];
            if at == h {
                return;
            }
        }
    }

    /// Gives each hull to the face that surrounds it.
    ///
    /// From west to east: the edge found west of a hull belongs to a component that starts further west, whose own
    /// hull has been given away already.
    fn nest(&mut self, mut hulls: Vec<(Point, HalfEdge, i128)>) {
        hulls.sort_unstable_by_key(|h| (h.0, h.1));
        if hulls.len() <= 1 {
            self.loops[0].extend(hulls.iter().map(|h| h.1));
            return;
        }
        let index = BoxIndex::new(
            self.edges
                .iter()
                .map(|&[a, b]| Bounds::of_segment(self.points[a as usize], self.points[b as usize])),
        );
        let first = self.points.first().map_or(0, |p| p.x);
        for (west, h, area) in hulls {
            let face = self.edge_west_of(&index, west, first).map_or(FaceId::OUTSIDE, |e| self.left(e));
            self.mark(h, face);
            self.loops[face.index()].push(h);
            if face != FaceId::OUTSIDE {
                self.twice_area[face.index()] += area;
            }
        }
    }

    /// The half-edge nearest to the west of `p` at its height (half-open upwards), with `p` to its left.
    fn edge_west_of(&self, index: &BoxIndex, p: Point, first: i64) -> Option<HalfEdge> {
        let mut reach = FIRST_REACH_UM;
        loop {
            let from = p.x.saturating_sub(reach);
            let window = Bounds { min: Point::new(from, p.y), max: p };
            let nearest = index
                .meeting(window)
                .filter_map(|e| self.downward_west_of(HalfEdge(2 * e), p))
                .reduce(|best, e| if self.is_east_of(e, best) { e } else { best });
            // An edge in the window may cross the ray further west than the window reaches.
            if let Some(h) = nearest
                && (from <= first
                    || orient(self.origin(h), self.head(h), Point::new(from, p.y)) != Orientation::Left)
            {
                return Some(h);
            }
            if from <= first {
                return nearest;
            }
            reach = reach.saturating_mul(4);
        }
    }

    /// The downward direction of an edge that crosses the height of `p` strictly west of it: `p` lies to its left.
    fn downward_west_of(&self, h: HalfEdge, p: Point) -> Option<HalfEdge> {
        let (a, b) = (self.origin(h), self.head(h));
        if (a.y <= p.y) == (b.y <= p.y) {
            return None;
        }
        let down = if a.y > b.y { h } else { h.twin() };
        (orient(self.origin(down), self.head(down), p) == Orientation::Left).then_some(down)
    }

    /// Of two downward edges that share a height and do not cross: whether `e` lies east of `f` there.
    fn is_east_of(&self, e: HalfEdge, f: HalfEdge) -> bool {
        let (e1, e0, f1, f0) = (self.origin(e), self.head(e), self.origin(f), self.head(f));
        // Compare an end of one with the other's line, within the heights they share.
        let tests = [
            (e0.y >= f0.y && e0.y <= f1.y, orient(f1, f0, e0)),
            (e1.y >= f0.y && e1.y <= f1.y, orient(f1, f0, e1)),
        ];
        for (shared, side) in tests {
            if shared && side != Orientation::On {
                return side == Orientation::Left;
            }
        }
        let tests = [
            (f0.y >= e0.y && f0.y <= e1.y, orient(e1, e0, f0)),
            (f1.y >= e0.y && f1.y <= e1.y, orient(e1, e0, f1)),
        ];
        tests.iter().any(|&(shared, side)| shared && side == Orientation::Right)
    }

    /// Winding number of each face: `sign(tag)` is what a line adds to the ground on its left.
    ///
    /// O(edges). The outside has 0.
    #[must_use]
    pub fn windings(&self, sign: impl Fn(u32) -> i32) -> Vec<i32> {
        let mut w = vec![0; self.face_count()];
        self.spread(|from, to, h| {
            let step: i32 = self
                .tags(h)
                .iter()
                .map(|t| if t.forward == (h.0 & 1 == 0) { sign(t.tag) } else { -sign(t.tag) })
                .sum();
            w[to.index()] = w[from.index()] + step;
        });
        w
    }

    /// The holders of each face, ascending, when a line's tag is the number of the holder to its left.
    ///
    /// A holder counts where its winding number is not 0. O(edges × holders on a face).
    #[must_use]
    pub fn holders(&self) -> Vec<Vec<u32>> {
        self.holders_by(Some)
    }

    /// As [`holders`](Self::holders), when `holder(tag)` is to the left of a line; `None` is a line of nobody.
    #[must_use]
    pub fn holders_by(&self, holder: impl Fn(u32) -> Option<u32>) -> Vec<Vec<u32>> {
        let mut counts: Vec<Vec<(u32, i32)>> = vec![Vec::new(); self.face_count()];
        self.spread(|from, to, h| {
            let mut c = counts[from.index()].clone();
            for t in self.tags(h) {
                let Some(who) = holder(t.tag) else { continue };
                let step = if t.forward == (h.0 & 1 == 0) { 1 } else { -1 };
                match c.binary_search_by_key(&who, |e| e.0) {
                    Ok(i) => {
                        c[i].1 += step;
                        if c[i].1 == 0 {
                            c.remove(i);
                        }
                    }
                    Err(i) => c.insert(i, (who, step)),
                }
            }
            counts[to.index()] = c;
        });
        counts.into_iter().map(|c| c.into_iter().map(|(holder, _)| holder).collect()).collect()
    }

    /// The tags whose lines enclose each face an odd number of times, ascending, whatever their direction.
    #[must_use]
    pub fn odd_tags(&self) -> Vec<Vec<u32>> {
        let mut sets: Vec<Vec<u32>> = vec![Vec::new(); self.face_count()];
        self.spread(|from, to, h| {
            let mut set = sets[from.index()].clone();
            for t in self.tags(h) {
                match set.binary_search(&t.tag) {
                    Ok(i) => drop(set.remove(i)),
                    Err(i) => set.insert(i, t.tag),
                }
            }
            sets[to.index()] = set;
        });
        sets
    }

    /// Visits every face once from the outside inwards: `visit(known face, new face, half-edge with the new face left)`.
    fn spread(&self, mut visit: impl FnMut(FaceId, FaceId, HalfEdge)) {
        let mut seen = vec![false; self.face_count()];
        seen[0] = true;
        let mut queue = VecDeque::from([FaceId::OUTSIDE]);
        while let Some(f) = queue.pop_front() {
            for &start in self.loops(f) {
                for h in self.around(start) {
                    let g = self.left(h.twin());
                    if !std::mem::replace(&mut seen[g.index()], true) {
                        visit(f, g, h.twin());
                        queue.push_back(g);
                    }
                }
            }
        }
    }
}
