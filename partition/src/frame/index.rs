//! Candidates: which boxes meet.
//!
//! Exact answers come from the predicates; an index only says where to look. Coordinates of a frame stay below
//! 2⁴⁶ and are exact as `f64`, in which the tree's areas and distances cannot overflow.

use super::{Bounds, Point};
use rstar::{AABB, RTree, RTreeObject};

/// Below this many boxes a sorted sweep beats building a tree.
const SWEEP_LIMIT: usize = 2048;

/// Boxes with their numbers, found by place.
#[derive(Clone, Debug)]
pub struct BoxIndex {
    tree: RTree<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    bounds: Bounds,
    id: u32,
}

impl RTreeObject for Entry {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        envelope(&self.bounds)
    }
}

fn envelope(b: &Bounds) -> AABB<[f64; 2]> {
    AABB::from_corners([b.min.x as f64, b.min.y as f64], [b.max.x as f64, b.max.y as f64])
}

impl BoxIndex {
    /// Bulk-loads boxes; box `i` gets number `i`. O(n log n).
    #[must_use]
    pub fn new(boxes: impl IntoIterator<Item = Bounds>) -> Self {
        let entries = boxes.into_iter().zip(0u32..).map(|(bounds, id)| Entry { bounds, id }).collect();
        Self { tree: RTree::bulk_load(entries) }
    }

    /// Bulk-loads boxes with numbers of their own.
    pub(crate) fn numbered(boxes: impl Iterator<Item = (u32, Bounds)>) -> Self {
        Self { tree: RTree::bulk_load(boxes.map(|(id, bounds)| Entry { bounds, id }).collect()) }
    }

    /// Adds a box. O(log n).
    pub(crate) fn insert(&mut self, id: u32, bounds: Bounds) {
        self.tree.insert(Entry { bounds, id });
    }

    /// Takes a box away, if it is there. O(log n).
    pub(crate) fn remove(&mut self, id: u32, bounds: Bounds) {
        self.tree.remove(&Entry { bounds, id });
    }

    /// Bulk-loads points; point `i` gets number `i`.
    #[must_use]
    pub fn of_points(points: &[Point]) -> Self {
        Self::new(points.iter().map(|&p| Bounds { min: p, max: p }))
    }

    /// Numbers of the boxes that meet `window`, in no particular order.
    pub fn meeting(&self, window: Bounds) -> impl Iterator<Item = u32> + '_ {
        self.tree.locate_in_envelope_intersecting(envelope(&window)).map(|e| e.id)
    }
}

/// Calls `visit(i, j)` once for each pair of boxes that meet, with `i < j`, in no particular order.
///
/// Stops early when `visit` returns `false`. Few boxes are swept along x, many go through a tree, so that
/// boxes stacked on one another cost no more than the pairs they form.
pub fn meeting_pairs(boxes: &[Bounds], mut visit: impl FnMut(usize, usize) -> bool) {
    if boxes.len() > SWEEP_LIMIT {
        let index = BoxIndex::new(boxes.iter().copied());
        for (a, b) in index.tree.intersection_candidates_with_other_tree(&index.tree) {
            if a.id < b.id && !visit(a.id as usize, b.id as usize) {
                return;
            }
        }
        return;
    }
    let mut order: Vec<u32> = (0..boxes.len() as u32).collect();
    order.sort_unstable_by_key(|&i| boxes[i as usize].min.x);
    for (k, &i) in order.iter().enumerate() {
        let a = &boxes[i as usize];
        for &j in &order[k + 1..] {
            let b = &boxes[j as usize];
            if b.min.x > a.max.x {
                break;
            }
            let (lo, hi) = (i.min(j) as usize, i.max(j) as usize);
            if a.min.y <= b.max.y && b.min.y <= a.max.y && !visit(lo, hi) {
                return;
            }
        }
    }
}
