//! Building a chain and cancelling it.

use super::{BOUNDARY, Holder};
use crate::frame::{Point, Region, length_um};
use rayon::prelude::*;

/// One directed edge, stored with its ends in order: `lo < hi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    lo: Point,
    hi: Point,
    holder: Holder,
    /// +1 when the ring runs lo → hi, −1 when it runs hi → lo.
    sign: i8,
}

/// Σ ∂regions − ∂B as a multiset of directed edges.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    edges: Vec<Edge>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

impl Chain {
    /// The chain Σ ∂regions − ∂boundary. Holder `i` is `regions[i]`.
    ///
    /// Edges of zero length are left out. Complexity: O(n) time and 40 bytes per edge.
    #[must_use]
    pub fn of(regions: &[Region], boundary: Option<&Region>) -> Self {
        let mut edges: Vec<Edge> = regions
            .par_iter()
            .enumerate()
            .with_min_len(256)
            .flat_map_iter(|(i, r)| region_edges(r, i as Holder, 1))
            .collect();
        if let Some(b) = boundary {
            edges.extend(region_edges(b, BOUNDARY, -1));
        }
        Self { edges }
    }

    /// Number of directed edges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there are no edges.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// Cancels opposite edges. O(n log n), parallel, independent of the number of threads.
    #[must_use]
    pub fn cancel(mut self) -> Cancelled {
        self.edges.par_sort_unstable();
        let mut out = Cancelled::default();
        for group in self.edges.chunk_by(|p, q| p.lo == q.lo && p.hi == q.hi) {
            sort_out(group, &mut out);
        }
        out
    }
}

fn region_edges(region: &Region, holder: Holder, direction: i8) -> impl Iterator<Item = Edge> + '_ {
    region.rings().flat_map(move |ring| {
        ring.iter().zip(ring.iter().cycle().skip(1)).filter(|(a, b)| a != b).map(move |(&a, &b)| {
            if a < b {
                Edge { lo: a, hi: b, holder, sign: direction }
            } else {
                Edge { lo: b, hi: a, holder, sign: -direction }
            }
        })
    })
}

/// Cancels within one undirected edge.
fn sort_out(group: &[Edge], out: &mut Cancelled) {
    if let [a, b] = group
        && a.sign != b.sign
    {
        if a.holder == b.holder {
            out.folds.push(residual(a));
        } else {
            let (plus, minus) = if a.sign > 0 { (a, b) } else { (b, a) };
            out.borders.push(Border { from: a.lo, to: a.hi, left: plus.holder, right: minus.holder });
        }
        return;
    }
    if let [only] = group {
        out.residual.push(residual(only));
        return;
    }
    // More than two users: nobody's border. Each holder first cancels against itself (a seam between its own
    // parts), the rest stays in the residual unless the directions balance.
    let mut rest: Vec<&Edge> = Vec::with_capacity(group.len());
    for own in group.chunk_by(|p, q| p.holder == q.holder) {
        let net: i32 = own.iter().map(|e| i32::from(e.sign)).sum();
        if (net.unsigned_abs() as usize) < own.len() {
            out.folds.push(residual(&own[0]));
        }
        let kept = own.iter().filter(|e| i32::from(e.sign) * net > 0).take(net.unsigned_abs() as usize);
        rest.extend(kept);
    }
    if let [a, b] = rest[..]
        && a.sign != b.sign
    {
        let (plus, minus) = if a.sign > 0 { (a, b) } else { (b, a) };
        out.borders.push(Border { from: a.lo, to: a.hi, left: plus.holder, right: minus.holder });
    } else {
        out.residual.extend(rest.into_iter().map(residual));
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
