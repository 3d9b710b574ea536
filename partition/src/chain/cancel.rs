//! Building a chain and cancelling it.

use super::deal::deal;
use super::{BOUNDARY, Holder};
use crate::frame::{Point, Region, Ring, length_um};
use rayon::prelude::*;
use std::cmp::Ordering;

/// One directed edge, stored with its ends in order: `lo < hi`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) lo: Point,
    pub(super) hi: Point,
    pub(super) holder: Holder,
    /// +1 when the ring runs lo → hi, −1 when it runs hi → lo.
    pub(super) sign: i8,
}

/// Σ ∂regions − ∂B as a multiset of directed edges.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chain<'a> {
    regions: &'a [Region],
    boundary: Option<&'a Region>,
}

/// A stretch of border that matched: exactly two users, in opposite directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Border {
    /// One end.
    pub from: Point,
    /// Other end; `left` lies to the left of `from` → `to`.
    pub to: Point,
    /// Holder to the left; [`BOUNDARY`] when the outside of B lies there.
    pub left: Holder,
    /// Holder to the right; [`BOUNDARY`] when the outside of B lies there.
    pub right: Holder,
}

impl Border {
    /// Length, µm.
    #[must_use]
    pub fn length_um(&self) -> i64 {
        length_um(self.from, self.to)
    }
}

/// A directed edge that found no partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidualEdge {
    /// Start.
    pub from: Point,
    /// End; the holder's ground lies to the left (for [`BOUNDARY`]: to the right, its chain is subtracted).
    pub to: Point,
    /// Whose edge it is.
    pub holder: Holder,
}

/// What a chain leaves after cancellation.
#[derive(Clone, Debug, Default)]
pub struct Cancelled {
    /// Matched stretches, in order of their ends.
    pub borders: Vec<Border>,
    /// Unmatched directed edges, in order of their ends.
    pub residual: Vec<ResidualEdge>,
    /// Edges that a holder runs along in both directions: spikes and seams inside one region.
    pub folds: Vec<ResidualEdge>,
}

impl<'a> Chain<'a> {
    /// The chain Σ ∂regions − ∂boundary. Holder `i` is `regions[i]`.
    ///
    /// Edges of zero length are left out.
    #[must_use]
    pub const fn of(regions: &'a [Region], boundary: Option<&'a Region>) -> Self {
        Self { regions, boundary }
    }

    /// Number of directed edges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.regions.par_iter().with_min_len(256).map(count).sum::<usize>() + self.boundary.map_or(0, count)
    }

    /// Whether there are no edges.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cancels opposite edges.
    ///
    /// # Complexity
    /// O(n) expected, O(n log n) for sorting what it returns; parallel, independent of the number of threads. At most
    /// four million edges are held at a time, beyond what is returned.
    #[must_use]
    pub fn cancel(&self) -> Cancelled {
        let mut c = self.settled(true);
        c.borders.par_sort_unstable_by_key(|b| (b.from, b.to));
        c
    }

    /// As [`cancel`](Self::cancel), without listing the borders that matched: half the work where nobody asks for them.
    #[must_use]
    pub fn residue(&self) -> Cancelled {
        self.settled(false)
    }

    fn settled(&self, with_borders: bool) -> Cancelled {
        let total: usize = self.regions.par_iter().with_min_len(256).map(vertices).sum();
        let piles: Vec<Cancelled> = deal(
            self.regions.len(),
            total,
            |i, edges| push_edges(&self.regions[i], i as Holder, 1, edges),
            |users, out: &mut Cancelled| settle(users, with_borders, out),
        );
        let mut c = Cancelled::joined(piles);
        c.residual.par_sort_unstable();
        c.folds.sort_unstable();
        if let Some(b) = self.boundary {
            c.take_off(b, with_borders);
        }
        c
    }
}

impl Cancelled {
    /// Subtracts the chain of `boundary` from what is left: what the cells left over is little.
    pub(crate) fn subtract(&mut self, boundary: &Region) {
        self.take_off(boundary, !self.borders.is_empty());
    }

    fn take_off(&mut self, boundary: &Region, with_borders: bool) {
        let left = self.residual.drain(..).map(|r| Edge::of(&r));
        let mut edges: Vec<Edge> = left.collect();
        push_edges(boundary, BOUNDARY, -1, &mut edges);
        edges.par_sort_unstable();
        for users in edges.chunk_by_mut(|p, q| p.lo == q.lo && p.hi == q.hi) {
            settle(users, with_borders, self);
        }
        self.residual.par_sort_unstable();
        self.folds.sort_unstable();
    }

    fn joined(piles: Vec<Self>) -> Self {
        let mut c = Self {
            borders: Vec::with_capacity(piles.iter().map(|p| p.borders.len()).sum()),
            residual: Vec::with_capacity(piles.iter().map(|p| p.residual.len()).sum()),
            folds: Vec::new(),
        };
        for p in piles {
            c.borders.extend(p.borders);
            c.residual.extend(p.residual);
            c.folds.extend(p.folds);
        }
        c
    }
}

impl Edge {
    pub(super) fn of(r: &ResidualEdge) -> Self {
        if r.from < r.to {
            Self { lo: r.from, hi: r.to, holder: r.holder, sign: 1 }
        } else {
            Self { lo: r.to, hi: r.from, holder: r.holder, sign: -1 }
        }
    }
}

fn vertices(r: &Region) -> usize {
    r.rings().map(Vec::len).sum()
}

/// Appends the edges of a region, without those of zero length.
pub(super) fn push_edges(region: &Region, holder: Holder, direction: i8, edges: &mut Vec<Edge>) {
    for ring in region.rings() {
        let Some(&last) = ring.last() else { continue };
        let mut a = last;
        for &b in ring {
            match a.cmp(&b) {
                Ordering::Less => edges.push(Edge { lo: a, hi: b, holder, sign: direction }),
                Ordering::Greater => edges.push(Edge { lo: b, hi: a, holder, sign: -direction }),
                Ordering::Equal => {}
            }
            a = b;
        }
    }
}

/// Edges of a region that have a length.
fn count(region: &Region) -> usize {
    let differ = |r: &Ring| r.iter().zip(r.iter().cycle().skip(1)).filter(|(a, b)| a != b).count();
    region.rings().map(differ).sum()
}

/// Cancels within one undirected edge.
pub(super) fn settle(users: &mut [Edge], with_borders: bool, out: &mut Cancelled) {
    let border = |a: &Edge, b: &Edge| {
        let (plus, minus) = if a.sign > 0 { (a, b) } else { (b, a) };
        Border { from: a.lo, to: a.hi, left: plus.holder, right: minus.holder }
    };
    match users {
        [a, b] if a.sign != b.sign && a.holder != b.holder => {
            if with_borders {
                out.borders.push(border(a, b));
            }
            return;
        }
        [only] => return out.residual.push(residual(only)),
        _ => users.sort_unstable(),
    }
    // More than two users: nobody's border. Each holder first cancels against itself (a seam between its own
    // parts), the rest stays in the residual unless the directions balance.
    let mut rest: Vec<&Edge> = Vec::with_capacity(users.len());
    for own in users.chunk_by(|p, q| p.holder == q.holder) {
        let net: i32 = own.iter().map(|e| i32::from(e.sign)).sum();
        if (net.unsigned_abs() as usize) < own.len() {
            out.folds.push(ResidualEdge { from: own[0].lo, to: own[0].hi, holder: own[0].holder });
        }
        let kept = own.iter().filter(|e| i32::from(e.sign) * net > 0).take(net.unsigned_abs() as usize);
        rest.extend(kept);
    }
    match rest[..] {
        [a, b] if a.sign != b.sign => {
            if with_borders {
                out.borders.push(border(a, b));
            }
        }
        _ => out.residual.extend(rest.into_iter().map(residual)),
    }
}

fn residual(e: &Edge) -> ResidualEdge {
    let (from, to) = if e.sign > 0 { (e.lo, e.hi) } else { (e.hi, e.lo) };
    ResidualEdge { from, to, holder: e.holder }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Polygon;

    fn square(x: i64, y: i64, s: i64) -> Region {
        let p = |dx, dy| Point::new(x + dx, y + dy);
        Region::single(Polygon { shell: vec![p(0, 0), p(s, 0), p(s, s), p(0, s)], holes: vec![] })
    }

    #[test]
    fn two_squares_tile_their_union() {
        let b = Region::single(Polygon {
            shell: [(0, 0), (10, 0), (20, 0), (20, 10), (10, 10), (0, 10)]
                .map(|(x, y)| Point::new(x, y))
                .to_vec(),
            holes: vec![],
        });
        let c = Chain::of(&[square(0, 0, 10), square(10, 0, 10)], Some(&b)).cancel();
        assert!(c.residual.is_empty());
        let inner: Vec<_> = c.borders.iter().filter(|b| b.left != BOUNDARY && b.right != BOUNDARY).collect();
        assert_eq!(inner.len(), 1);
        assert_eq!((inner[0].left, inner[0].right, inner[0].length_um()), (0, 1, 10));
    }

    #[test]
    fn a_duplicate_leaves_its_ring() {
        let c = Chain::of(&[square(0, 0, 10), square(0, 0, 10)], Some(&square(0, 0, 10))).cancel();
        assert_eq!(c.residual.len(), 12, "all three users of each of the four edges");
        assert!(c.borders.is_empty());
    }

    #[test]
    fn a_spike_is_a_fold() {
        let mut s = square(0, 0, 10);
        s.parts[0].shell.splice(1..1, [Point::new(10, 0), Point::new(13, 0)]);
        let c = Chain::of(&[s], Some(&square(0, 0, 10))).cancel();
        assert_eq!(c.folds.len(), 1);
        assert!(c.residual.is_empty());
    }
}
