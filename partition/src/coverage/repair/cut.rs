//! Cutting long thin gaps across, where their neighbours change.
//!
//! Given whole to one cell, the gap between two rows of cells would become a spike along all the others.

use super::super::prepare::Prepared;
use crate::chain::{BOUNDARY, Holder};
use crate::frame::{
    Bounds, BoxIndex, Meeting, Orientation, Point, Polygon, length_um, meet, orient, ring_length_um,
    twice_area_um2,
};
use crate::subdivision::{FaceId, Subdivision};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Ground at least this many times as long as wide is a strip.
const THIN: i128 = 10;
/// A cut is looked for as far as this many mean widths.
const REACH: i64 = 8;
/// Two places on a ring are opposite when the way between them along the ring is this many times their distance.
const OPPOSITE: i64 = 3;
/// Shorter cuts than this do not stand on the grid, µm.
const SHORTEST_UM: i64 = 4;

/// The cuts across all long thin gaps, from the ground between the edges left over.
pub(super) fn cuts(s: &Subdivision, w: &[i32], p: &Prepared<'_>) -> Vec<[Point; 2]> {
    let once = i32::from(p.boundary.is_none());
    let is_gap = |f: FaceId| f != FaceId::OUTSIDE && w[f.index()] < once;
    let holder = |tag: u32| p.chain.residual[tag as usize].holder;
    let beside: HashMap<(Point, Point), Holder> = s
        .edges()
        .flat_map(|h| [h, h.twin()])
        .filter(|&h| is_gap(s.left(h)) && !is_gap(s.left(h.twin())))
        .map(|h| {
            let who = s.tags(h).iter().map(|t| holder(t.tag)).min();
            ((s.origin(h), s.head(h)), who.unwrap_or(BOUNDARY))
        })
        .collect();
    let gaps = s.outlines(|f| is_gap(f).then_some(0));
    let parts: Vec<&Polygon> = gaps.values().flat_map(|r| &r.parts).collect();
    parts.par_iter().with_min_len(64).flat_map_iter(|p| across(p, &beside)).collect()
}

/// Whether ground with this area and length of border is a strip rather than a patch.
pub(super) fn is_thin(twice_area: i128, border: i64) -> bool {
    i128::from(border).pow(2) >= 2 * THIN * twice_area
}

/// The cuts across one gap.
fn across(p: &Polygon, beside: &HashMap<(Point, Point), Holder>) -> Vec<[Point; 2]> {
    let length: i64 = p.rings().map(|r| ring_length_um(r)).sum();
    let twice_area: i128 = p.rings().map(|r| twice_area_um2(r)).sum();
    if !is_thin(twice_area, length) {
        return Vec::new();
    }
    let neighbours: BTreeSet<u32> =
        edges(p).filter_map(|e| beside.get(&(e.0, e.1)).copied()).filter(|&h| h != BOUNDARY).collect();
    if neighbours.len() < 2 {
        return Vec::new();
    }
    let width = (twice_area / i128::from(length.max(1))) as i64;
    let all = places(p);
    let index = BoxIndex::new(all.iter().map(|e| Bounds::of_segment(e.a, e.b)));
    let mut found = Vec::new();
    for here in &all {
        let before = all[here.before].a;
        if beside.get(&(before, here.a)) == beside.get(&(here.a, here.b)) {
            continue;
        }
        let corner = Corner { before, at: here.a, after: here.b };
        let reach = Bounds::of_segment(here.a, here.a).grown(REACH * width + SHORTEST_UM);
        let near: Vec<Place> = index.meeting(reach).map(|e| all[e as usize]).collect();
        let to = near
            .iter()
            .filter(|e| e.a != here.a && e.b != here.a)
            .map(|e| (e, nearest_on((e.a, e.b), here.a)))
            .filter(|&(e, q)| corner.sees(q) && is_opposite(here, e, q))
            .map(|(_, q)| q)
            .filter(|&q| near.iter().all(|e| meet([here.a, q], [e.a, e.b]) != Meeting::Cross))
            .min_by_key(|&q| (length_um(here.a, q), q));
        found.extend(to.map(|q| [here.a, q]));
    }
    found
}

/// An edge of a gap's rings, and where on them it is.
#[derive(Clone, Copy)]
struct Place {
    a: Point,
    b: Point,
    /// The edge that ends in `a`.
    before: usize,
    ring: usize,
    /// The way along the ring to `a`, and all around it, µm.
    along: i64,
    total: i64,
}

fn places(p: &Polygon) -> Vec<Place> {
    let mut all: Vec<Place> = Vec::new();
    for (ring, r) in p.rings().enumerate() {
        let (first, total, mut along) = (all.len(), ring_length_um(r), 0);
        for (i, (&a, &b)) in r.iter().zip(r.iter().cycle().skip(1)).enumerate() {
            let before = first + (i + r.len() - 1) % r.len();
            all.push(Place { a, b, before, ring, along, total });
            along += length_um(a, b);
        }
    }
    all
}

fn edges(p: &Polygon) -> impl Iterator<Item = (Point, Point)> {
    p.rings().flat_map(|r| r.iter().zip(r.iter().cycle().skip(1)).map(|(&a, &b)| (a, b)))
}

/// A vertex of a gap with its neighbours along the ring; the gap lies to the left.
struct Corner {
    before: Point,
    at: Point,
    after: Point,
}

impl Corner {
    /// Whether the way to `q` starts into the gap.
    fn sees(&self, q: Point) -> bool {
        use Orientation::Left;
        if length_um(self.at, q) < SHORTEST_UM {
            return false;
        }
        let left_of_after = orient(self.at, self.after, q) == Left;
        let right_of_before = orient(self.before, self.at, q) == Left;
        if orient(self.before, self.at, self.after) == Left {
            left_of_after && right_of_before
        } else {
            left_of_after || right_of_before
        }
    }
}

/// Whether `q` on the edge `e` is across the gap from the start of `here`, not just around the corner.
fn is_opposite(here: &Place, e: &Place, q: Point) -> bool {
    let way = (here.along - (e.along + length_um(e.a, q))).abs();
    here.ring != e.ring || way.min(here.total - way) >= OPPOSITE * length_um(here.a, q)
}

/// The place on an edge nearest to `p`: an end if it is not half as far again, else the foot on the grid.
fn nearest_on((a, b): (Point, Point), p: Point) -> Point {
    let (dx, dy) = ((b.x - a.x) as f64, (b.y - a.y) as f64);
    let t = ((p.x - a.x) as f64 * dx + (p.y - a.y) as f64 * dy) / (dx * dx + dy * dy);
    let t = t.clamp(0.0, 1.0);
    let foot = Point::new(a.x + (t * dx).round() as i64, a.y + (t * dy).round() as i64);
    let end = if length_um(a, p) <= length_um(b, p) { a } else { b };
    if 2 * length_um(end, p) <= 3 * length_um(foot, p) { end } else { foot }
}
