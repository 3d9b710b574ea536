//! Who holds each face of a tile.

use crate::arcs::{Arcs, TOLERANCE};
use crate::drawn::drawn;
use crate::plane::EXTENT;
use partition::frame::{Bounds, Point, Region};
use partition::subdivision::{FaceId, HalfEdge, Line, Subdivision, node};
use std::collections::{BTreeMap, VecDeque};

/// The side of an arc where nobody is.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Tag of the lines that bound the window.
const FRAME: u32 = u32::MAX;
/// Tag of the sides of the tile's box where the window is larger.
const CUT: u32 = u32::MAX - 1;

/// A drawn point farther than this from every drawn line lies where it lay before drawing: the tolerance, and below
/// one step each for snapping, noding and clipping.
const CLEAR: i64 = TOLERANCE as i64 + 4;

/// The faces inside a tile's box, each with its holder.
pub(crate) struct Faces {
    subdivision: Subdivision,
    holders: Vec<u32>,
}

impl Faces {
    /// Draws `arcs` in `tile` and finds the holder of each face.
    ///
    /// `world` bounds all arcs; `at` tells who holds a point of the lattice before drawing, [`NOBODY`] where nobody does.
    ///
    /// # Steps
    /// 1. Arcs are simplified and snap-rounded ([`drawn`]), then led over the sides of the box, as lines like others.
    /// 2. On the side of the box a spot is chosen that lies clear of everything drawn; there the holder is known.
    ///    Where there is none (a level drawn far below its zooms), the window is widened to the west until all is clear.
    /// 3. From face to face, each arc says who is left and who is entered. Drawing can make arcs cross, and then a face
    ///    has several holders, or one a negative number of times; but the sum over all is still 1 inside the domain
    ///    and 0 outside, because borders between two holders add nothing to it.
    /// 4. A face whose sum is positive goes to the smallest of those who hold it, any other to nobody. The rule looks at
    ///    nothing but the face's holders, so every tile that sees the face decides alike.
    pub(crate) fn new(arcs: &Arcs, z: u8, tile: Bounds, world: Bounds, at: impl Fn(Point) -> u32) -> Self {
        let mut window = tile;
        let mut lines = drawn(arcs, z, window.grown(2 * CLEAR));
        let mut spot = clear_spot(&lines, window);
        if spot.is_none() {
            window.min.x = world.min.x.min(window.min.x) - i64::from(EXTENT);
            lines = drawn(arcs, z, window.grown(2 * CLEAR));
            spot = clear_spot(&lines, window);
        }
        let subdivision = Subdivision::of_noded(&clip(lines, window, tile));
        let holders = match spot {
            Some(spot) => holders(&subdivision, arcs, spot, at(spot)),
            None => vec![NOBODY; subdivision.face_count()],
        };
        let mut out = Self { subdivision, holders };
        if window != tile {
            out.forget_outside(tile);
        }
        out
    }

    /// The ground of each label of holders.
    pub(crate) fn outlines(&self, label: impl Fn(u32) -> u32) -> BTreeMap<u32, Region> {
        self.subdivision.outlines(|f| {
            let holder = self.holders[f.index()];
            if holder == NOBODY {
                return None;
            }
            let l = label(holder);
            (l != NOBODY).then_some(l)
        })
    }

    fn forget_outside(&mut self, tile: Bounds) {
        for f in self.subdivision.inner_faces() {
            let s = &self.subdivision;
            let inside = s.loops(f).iter().all(|&h| {
                s.around(h).all(|e| {
                    let p = s.origin(e);
                    tile.meets(&Bounds { min: p, max: p })
                })
            });
            if !inside {
                self.holders[f.index()] = NOBODY;
            }
        }
    }
}

/// The lines of a box, counter-clockwise.
pub(crate) fn sides(b: Bounds, tag: u32) -> [Line; 4] {
    let (sw, ne) = (b.min, b.max);
    let (se, nw) = (Point::new(ne.x, sw.y), Point::new(sw.x, ne.y));
    [(sw, se), (se, ne), (ne, nw), (nw, sw)].map(|(a, b)| Line { a, b, tag })
}

/// Leads noded lines over the sides of the window (and of the tile's box), and drops what lies outside.
///
/// Only lines that reach the sides are noded again: the others can neither cross a side nor pass a pixel on it.
fn clip(lines: Vec<Line>, window: Bounds, tile: Bounds) -> Vec<Line> {
    let inner = tile.grown(-1);
    let inside = |b: &Bounds| {
        b.min.x >= inner.min.x && b.min.y >= inner.min.y && b.max.x <= inner.max.x && b.max.y <= inner.max.y
    };
    let (mut kept, mut reaching): (Vec<Line>, Vec<Line>) =
        lines.into_iter().partition(|l| inside(&Bounds::of_segment(l.a, l.b)));
    reaching.extend(sides(window, FRAME));
    if window != tile {
        reaching.extend(sides(tile, CUT));
    }
    let within = |p: Point| window.meets(&Bounds { min: p, max: p });
    kept.extend(node(&reaching).into_iter().filter(|l| within(l.a) && within(l.b)));
    kept
}

/// A point on the side of `window` that is farther than [`CLEAR`] from all lines: the middle of the longest such stretch.
fn clear_spot(lines: &[Line], window: Bounds) -> Option<Point> {
    let mut best: Option<(i64, Point)> = None;
    for side in sides(window, FRAME) {
        let along = Bounds::of_segment(side.a, side.b);
        let upright = along.min.x == along.max.x;
        let reach = |b: &Bounds| if upright { (b.min.y, b.max.y) } else { (b.min.x, b.max.x) };
        let (from, to) = reach(&along);
        let mut blocked: Vec<(i64, i64)> = lines
            .iter()
            .map(|l| Bounds::of_segment(l.a, l.b).grown(CLEAR))
            .filter(|b| b.meets(&along))
            .map(|b| reach(&b))
            .collect();
        blocked.push((to, to));
        blocked.sort_unstable();
        let mut free_from = from;
        for (lo, hi) in blocked {
            let length = lo - free_from;
            if length >= 2 && best.is_none_or(|(l, _)| length > l) {
                let middle = free_from + length / 2;
                let spot =
                    if upright { Point::new(along.min.x, middle) } else { Point::new(middle, along.min.y) };
                best = Some((length, spot));
            }
            free_from = free_from.max(hi);
        }
    }
    best.map(|(_, spot)| spot)
}

/// How often each holder holds a face; ascending, without zeros.
type Counts = Vec<(u32, i32)>;

fn add(counts: &mut Counts, holder: u32, step: i32) {
    if holder == NOBODY || step == 0 {
        return;
    }
    match counts.binary_search_by_key(&holder, |c| c.0) {
        Ok(i) => {
            counts[i].1 += step;
            if counts[i].1 == 0 {
                counts.remove(i);
            }
        }
        Err(i) => counts.insert(i, (holder, step)),
    }
}

/// Spreads what is known at `spot`, on the side of the window, over the faces inside.
fn holders(s: &Subdivision, arcs: &Arcs, spot: Point, at_spot: u32) -> Vec<u32> {
    let mut counts: Vec<Option<Counts>> = vec![None; s.face_count()];
    let mut queue = VecDeque::new();
    if let Some(first) = face_at(s, spot) {
        let mut known = Counts::new();
        add(&mut known, at_spot, 1);
        counts[first.index()] = Some(known);
        queue.push_back(first);
    }
    while let Some(f) = queue.pop_front() {
        for h in s.loops(f).iter().flat_map(|&h| s.around(h)) {
            let g = s.left(h.twin());
            if g == FaceId::OUTSIDE || counts[g.index()].is_some() {
                continue;
            }
            let mut c = counts[f.index()].clone().unwrap_or_default();
            for t in s.tags(h).iter().filter(|t| t.tag < CUT) {
                let [left, right] = arcs.sides(t.tag);
                let (here, there) = if t.forward == forward(h) { (left, right) } else { (right, left) };
                add(&mut c, here, -1);
                add(&mut c, there, 1);
            }
            counts[g.index()] = Some(c);
            queue.push_back(g);
        }
    }
    counts.into_iter().map(|c| c.as_ref().map_or(NOBODY, holder)).collect()
}

fn holder(counts: &Counts) -> u32 {
    let sum: i32 = counts.iter().map(|c| c.1).sum();
    if sum <= 0 {
        return NOBODY;
    }
    counts.iter().find(|c| c.1 > 0).map_or(NOBODY, |c| c.0)
}

const fn forward(h: HalfEdge) -> bool {
    h.0 & 1 == 0
}

/// The face inside the window that has `spot` on its border.
fn face_at(s: &Subdivision, spot: Point) -> Option<FaceId> {
    s.edges().find_map(|h| {
        let on_frame = s.tags(h).iter().any(|t| t.tag == FRAME);
        let here = Bounds { min: spot, max: spot };
        if !on_frame || !Bounds::of_segment(s.origin(h), s.head(h)).meets(&here) {
            return None;
        }
        [s.left(h), s.left(h.twin())].into_iter().find(|&f| f != FaceId::OUTSIDE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plane::shift;
    use crate::trace::{SidedEdge, arcs};
    use partition::frame::twice_area_um2;

    /// `n` × `n` squares of `size` steps of zoom `z`, `at` from the origin.
    fn squares(z: u8, n: u32, size: i64, at: i64) -> Arcs {
        let p = |i: u32, j: u32| {
            Point::new((at + i64::from(i) * size) << shift(z), (at + i64::from(j) * size) << shift(z))
        };
        let cell = |i: u32, j: u32| if i < n && j < n { j * n + i } else { NOBODY };
        let mut edges = Vec::new();
        for i in 0..=n {
            for j in 0..=n {
                let (here, west, south) =
                    (cell(i, j), cell(i.wrapping_sub(1), j), cell(i, j.wrapping_sub(1)));
                if i < n {
                    edges.push(SidedEdge { from: p(i, j), to: p(i + 1, j), left: here, right: south });
                }
                if j < n {
                    edges.push(SidedEdge { from: p(i, j), to: p(i, j + 1), left: west, right: here });
                }
            }
        }
        Arcs::new(&arcs(&edges))
    }

    #[test]
    fn where_no_spot_is_clear_the_answer_comes_from_the_west() {
        let arcs = squares(3, 40, 8, 1000);
        let world = Bounds { min: Point::new(1000, 1000), max: Point::new(1320, 1320) };
        let tile = Bounds { min: Point::new(1100, 1100), max: Point::new(1200, 1199) };
        let at = |p: Point| {
            assert!(!world.meets(&Bounds { min: p, max: p }), "{p:?} is not clear");
            NOBODY
        };
        assert_eq!(clear_spot(&drawn(&arcs, 3, tile), tile), None);
        let ground = Faces::new(&arcs, 3, tile, world, at).outlines(|c| c);
        let sum: i128 = ground.values().map(Region::twice_area_um2).sum();
        assert_eq!(sum, 2 * 100 * 99);
        for (cell, region) in ground {
            assert_eq!(region.parts.len(), 1);
            let ring = &region.parts[0].shell;
            assert!(twice_area_um2(ring) <= 2 * 64);
            let (i, j) = (i64::from(cell % 40), i64::from(cell / 40));
            for p in ring {
                assert!((0..=8).contains(&(p.x - 1000 - 8 * i)) && (0..=8).contains(&(p.y - 1000 - 8 * j)));
            }
        }
    }

    #[test]
    fn faces_go_to_the_smallest_holder_and_never_to_two() {
        assert_eq!(holder(&vec![(3, 1)]), 3);
        assert_eq!(holder(&vec![(3, -1), (5, 1), (7, 1)]), 5);
        assert_eq!(holder(&vec![(3, 1), (5, -1)]), NOBODY);
        assert_eq!(holder(&vec![]), NOBODY);
    }
}
