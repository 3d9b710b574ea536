//! The guard: every region as a whole has winding number 0 or 1 everywhere.

use super::Holder;
use super::simple::{Scratch, is_plainly_valid};
use crate::frame::{Bounds, Meeting, Point, Region, angle_order, meet, meeting_pairs, winding_step};
use rayon::prelude::*;
use std::cmp::Ordering;

/// Why a region is not a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing is left once the region's own edges are cancelled.
    #[error("encloses no ground")]
    Empty,
    /// Two of its edges cross.
    #[error("its outline crosses itself")]
    Crossing(Point),
    /// Two of its edges run along each other without cancelling.
    #[error("its outline runs along itself")]
    Along(Point),
    /// Ground around this point is enclosed twice, or a negative number of times: an inverted shell, a hole outside
    /// its shell, overlapping parts or holes.
    #[error("it encloses the same ground twice, or inside out")]
    Winding(Point),
}

impl Fault {
    /// Where to look.
    #[must_use]
    pub const fn at(&self) -> Option<Point> {
        match *self {
            Self::Empty => None,
            Self::Crossing(p) | Self::Along(p) | Self::Winding(p) => Some(p),
        }
    }
}

/// Checks that `region` has winding number 0 or 1 everywhere; no short cut by any other result.
///
/// # Assumptions
/// None: any rings, in any direction, touching or not.
///
/// # Steps
/// 1. Cancel the region's own edges (seams between parts, spikes).
/// 2. No two edges may cross or run along each other. They may touch.
/// 3. Around each point where more than two edges meet, edges must alternate between leaving and entering: then all
///    edges of one connected outline have the same winding numbers on their sides.
/// 4. For each connected outline, one edge decides: at its lowest leftmost point, the ground outside has winding
///    number 0 or 1 (counted by the other outlines), and the first edge must lead to the other of the two.
///
/// Rings that touch neither themselves nor each other, the ordinary case, are told by a quicker test that looks only for
/// edges that meet.
///
/// # Complexity
/// O(n log n + pairs of boxes that meet + outlines × n).
///
/// # Errors
/// The first [`Fault`] in the order of the steps.
///
/// # Example
/// ```
/// use partition::{chain::{guard, Fault}, frame::{Point, Polygon, Region}};
/// let ring = |c: &[(i64, i64)]| c.iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>();
/// let bow_tie = Polygon { shell: ring(&[(0, 0), (4, 4), (4, 0), (0, 4)]), holes: vec![] };
/// assert!(matches!(guard(&Region::single(bow_tie)), Err(Fault::Crossing(_))));
/// let square = Polygon { shell: ring(&[(0, 0), (4, 0), (4, 4), (0, 4)]), holes: vec![] };
/// assert_eq!(guard(&Region::single(square)), Ok(()));
/// ```
pub fn guard(region: &Region) -> Result<(), Fault> {
    guard_with(region, &mut Scratch::default())
}

/// The regions that fail the [`guard`], ascending. Parallel; the same on any number of threads.
#[must_use]
pub fn guard_all(regions: &[Region]) -> Vec<(Holder, Fault)> {
    let found: Vec<Vec<(Holder, Fault)>> = regions
        .par_chunks(1024)
        .enumerate()
        .map_init(Scratch::default, |scratch, (chunk, regions)| {
            let numbered = regions.iter().zip((1024 * chunk) as Holder..);
            numbered.filter_map(|(r, i)| guard_with(r, scratch).err().map(|fault| (i, fault))).collect()
        })
        .collect();
    found.into_iter().flatten().collect()
}

fn guard_with(region: &Region, scratch: &mut Scratch) -> Result<(), Fault> {
    if is_plainly_valid(region, scratch) {
        return Ok(());
    }
    full(region)
}

fn full(region: &Region) -> Result<(), Fault> {
    let edges = own_edges(region)?;
    if edges.is_empty() {
        return Err(Fault::Empty);
    }
    let touches = check_pairs(&edges)?;
    let outlines = Outlines::new(&edges, &touches);
    outlines.check_alternation(&edges, &touches)?;
    outlines.check_winding(&edges)
}

type Edge = [Point; 2];

/// Directed edges left after the region's own have cancelled.
fn own_edges(region: &Region) -> Result<Vec<Edge>, Fault> {
    let mut edges: Vec<Edge> = region
        .rings()
        .flat_map(|r| r.iter().zip(r.iter().cycle().skip(1)).map(|(&a, &b)| [a, b]))
        .filter(|[a, b]| a != b)
        .collect();
    let key = |e: &Edge| if e[0] < e[1] { (e[0], e[1]) } else { (e[1], e[0]) };
    edges.sort_unstable_by_key(|e| (key(e), e[0] > e[1]));
    let mut kept = Vec::with_capacity(edges.len());
    for group in edges.chunk_by(|p, q| key(p) == key(q)) {
        let forward = group.iter().filter(|e| e[0] < e[1]).count();
        match (forward, group.len() - forward) {
            (f, b) if f == b => {}
            (f, b) if f == b + 1 => kept.push(group[0]),
            (f, b) if f + 1 == b => kept.push(group[group.len() - 1]),
            _ => return Err(Fault::Along(group[0][0])),
        }
    }
    Ok(kept)
}

/// A point inside an edge where another edge ends.
struct Touch {
    edge: usize,
    at: Point,
}

fn check_pairs(edges: &[Edge]) -> Result<Vec<Touch>, Fault> {
    let boxes: Vec<Bounds> = edges.iter().map(|e| Bounds::of_segment(e[0], e[1])).collect();
    let mut touches = Vec::new();
    let mut fault: Option<(usize, usize, Fault)> = None;
    meeting_pairs(&boxes, |i, j| {
        let found = match meet(edges[i], edges[j]) {
            Meeting::Apart | Meeting::AtEnds => return true,
            Meeting::Touch(at) => {
                let edge = if edges[i].contains(&at) { j } else { i };
                touches.push(Touch { edge, at });
                return true;
            }
            Meeting::Cross => Fault::Crossing(crate::frame::crossing_point(edges[i], edges[j])),
            Meeting::Along => Fault::Along(along_at(edges[i], edges[j])),
        };
        // The index visits pairs in no particular order: keep the first in edge order.
        if fault.is_none_or(|(a, b, _)| (i, j) < (a, b)) {
            fault = Some((i, j, found));
        }
        true
    });
    match fault {
        Some((.., f)) => Err(f),
        None => Ok(touches),
    }
}

fn along_at(a: Edge, b: Edge) -> Point {
    let low = |e: Edge| e[0].min(e[1]);
    low(a).max(low(b))
}

/// Connected outlines, and the edges around each of their points.
struct Outlines {
    points: Vec<Point>,
    /// Union-find over `points`.
    parent: Vec<u32>,
}

impl Outlines {
    fn new(edges: &[Edge], touches: &[Touch]) -> Self {
        let mut points: Vec<Point> = edges.iter().flatten().copied().collect();
        points.sort_unstable();
        points.dedup();
        let parent = (0..points.len() as u32).collect();
        let mut s = Self { points, parent };
        for e in edges {
            s.join(e[0], e[1]);
        }
        for t in touches {
            s.join(t.at, edges[t.edge][0]);
        }
        s
    }

    fn id(&self, p: Point) -> u32 {
        self.points.partition_point(|&q| q < p) as u32
    }

    fn find(&mut self, mut i: u32) -> u32 {
        while self.parent[i as usize] != i {
            let up = self.parent[self.parent[i as usize] as usize];
            self.parent[i as usize] = up;
            i = up;
        }
        i
    }

    /// The smaller number stays the root, so a root is the lowest leftmost point of its outline.
    fn join(&mut self, a: Point, b: Point) {
        let (a, b) = (self.id(a), self.id(b));
        let (a, b) = (self.find(a), self.find(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    fn root_of(&self, p: Point) -> u32 {
        let mut i = self.id(p);
        while self.parent[i as usize] != i {
            i = self.parent[i as usize];
        }
        i
    }

    fn check_alternation(&self, edges: &[Edge], touches: &[Touch]) -> Result<(), Fault> {
        // (point, far end, leaves the point)
        let mut spokes: Vec<(Point, Point, bool)> =
            edges.iter().flat_map(|&[a, b]| [(a, b, true), (b, a, false)]).collect();
        let mut through: Vec<(Point, usize)> = touches.iter().map(|t| (t.at, t.edge)).collect();
        through.sort_unstable();
        through.dedup();
        for (at, e) in through {
            spokes.push((at, edges[e][1], true));
            spokes.push((at, edges[e][0], false));
        }
        spokes.sort_unstable_by_key(|s| s.0);
        for star in spokes.chunk_by_mut(|p, q| p.0 == q.0) {
            if star.len() == 2 {
                if star[0].2 == star[1].2 {
                    return Err(Fault::Winding(star[0].0));
                }
                continue;
            }
            let o = star[0].0;
            star.sort_unstable_by(|p, q| angle_order(o, p.1, q.1));
            let alternates = star.iter().zip(star.iter().cycle().skip(1)).all(|(p, q)| p.2 != q.2);
            if !alternates {
                return Err(Fault::Winding(o));
            }
        }
        Ok(())
    }

    fn check_winding(&self, edges: &[Edge]) -> Result<(), Fault> {
        let mut first_edge: Vec<Option<(Point, bool)>> = vec![None; self.points.len()];
        for &[a, b] in edges {
            for (o, far, leaves) in [(a, b, true), (b, a, false)] {
                let slot = &mut first_edge[self.id(o) as usize];
                if slot.is_none_or(|(f, _)| angle_order(o, far, f) == Ordering::Less) {
                    *slot = Some((far, leaves));
                }
            }
        }
        for (i, &o) in self.points.iter().enumerate() {
            if self.parent[i] as usize != i {
                continue;
            }
            let outside: i32 = edges
                .iter()
                .filter(|e| self.root_of(e[0]) as usize != i)
                .map(|&[a, b]| winding_step(a, b, o))
                .sum();
            let leads_in = first_edge[i].is_some_and(|(_, leaves)| leaves);
            if !matches!((outside, leads_in), (0, true) | (1, false)) {
                return Err(Fault::Winding(o));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
