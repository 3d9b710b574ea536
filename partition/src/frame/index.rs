//! Candidates: which boxes meet.
//!
//! Exact answers come from the predicates; an index only says where to look.
//!
//! * [`BoxIndex`]: boxes that stay as they are, in sorted rows: built by one sort, asked in a few binary searches
//! * [`BoxTree`]: boxes that come and go, in an R-tree
//!
//! Coordinates of a frame stay below 2⁴⁶ and are exact as `f64`, in which the tree's areas and distances cannot overflow.

use super::{Bounds, Point};
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};

/// Below this many boxes a sorted sweep beats an index.
const SWEEP_LIMIT: usize = 512;

/// Boxes above the size of most others stand in classes of up to so many times that size each, as a power of two.
const CLASS_BITS: u32 = 3;

/// Boxes with their numbers, found by place.
///
/// Boxes of like size stand together, in rows as high as that size, sorted from west to east. A query looks into the rows
/// it meets and the one below, of each class of sizes, from where a box of the class could still reach it.
#[derive(Clone, Debug, Default)]
pub struct BoxIndex {
    entries: Vec<Entry>,
    classes: Vec<Class>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    bounds: Bounds,
    id: u32,
}

/// Boxes of like width and height.
#[derive(Clone, Debug)]
struct Class {
    /// A row is 2^shift high, and no box of the class is higher.
    shift: u32,
    /// The widest box.
    widest: i64,
    /// Rows with their first entry, from south to north; the end of the last one.
    rows: Vec<(i64, u32)>,
    end: u32,
}

impl BoxIndex {
    /// Indexes boxes; box `i` gets number `i`. O(n log n).
    #[must_use]
    pub fn new(boxes: impl IntoIterator<Item = Bounds>) -> Self {
        let all: Vec<Entry> =
            boxes.into_iter().zip(0u32..).map(|(bounds, id)| Entry { bounds, id }).collect();
        let usual = usual_size(&all);
        let class = |e: &Entry| {
            let side = |lo: i64, hi: i64| {
                let bits = (hi as u64).wrapping_sub(lo as u64).checked_ilog2().map_or(0, |b| b + 1);
                usual + bits.saturating_sub(usual).next_multiple_of(CLASS_BITS)
            };
            (side(e.bounds.min.y, e.bounds.max.y), side(e.bounds.min.x, e.bounds.max.x))
        };
        let mut keyed: Vec<((u32, u32), i64, Entry)> = all
            .into_iter()
            .map(|e| {
                let class = class(&e);
                (class, e.bounds.min.y >> class.0.min(63), e)
            })
            .collect();
        keyed.par_sort_unstable_by_key(|(class, row, e)| (*class, *row, e.bounds.min.x, e.id));
        let mut classes: Vec<Class> = Vec::new();
        let mut at = 0;
        for members in keyed.chunk_by(|p, q| p.0 == q.0) {
            let mut rows = Vec::new();
            let mut widest = 0;
            for (i, (_, row, e)) in (at..).zip(members) {
                if rows.last().is_none_or(|&(r, _)| r != *row) {
                    rows.push((*row, i));
                }
                widest = widest.max(e.bounds.max.x.saturating_sub(e.bounds.min.x));
            }
            at += members.len() as u32;
            classes.push(Class { shift: members[0].0.0.min(63), widest, rows, end: at });
        }
        Self { entries: keyed.into_iter().map(|k| k.2).collect(), classes }
    }

    /// Indexes points; point `i` gets number `i`.
    #[must_use]
    pub fn of_points(points: &[Point]) -> Self {
        Self::new(points.iter().map(|&p| Bounds { min: p, max: p }))
    }

    /// Numbers of the boxes that meet `window`, in no particular order.
    pub fn meeting(&self, window: Bounds) -> impl Iterator<Item = u32> + '_ {
        self.classes.iter().flat_map(move |c| {
            let (south, north) = ((window.min.y >> c.shift).saturating_sub(1), window.max.y >> c.shift);
            let first = c.rows.partition_point(|r| r.0 < south);
            let met = c.rows[first..].iter().take_while(move |r| r.0 <= north).count();
            (first..first + met).flat_map(move |r| {
                let end = c.rows.get(r + 1).map_or(c.end, |next| next.1);
                let row = &self.entries[c.rows[r].1 as usize..end as usize];
                let west = window.min.x.saturating_sub(c.widest);
                let from = row.partition_point(|e| e.bounds.min.x < west);
                let near = row[from..].iter().take_while(move |e| e.bounds.min.x <= window.max.x);
                near.filter(move |e| e.bounds.meets(&window)).map(|e| e.id)
            })
        })
    }
}

/// Boxes up to 2 to this power wide and high make up the first class: some root of n to a row, where they lie evenly.
///
/// Measured between the tenth and the ninetieth of a hundred, so that single boxes far off do not count.
fn usual_size(all: &[Entry]) -> u32 {
    const SAMPLE: usize = 1024;
    let mut sample: Vec<i64> = all.iter().step_by(all.len() / SAMPLE + 1).map(|e| e.bounds.min.y).collect();
    sample.sort_unstable();
    let (Some(lo), Some(hi)) = (sample.get(sample.len() / 10), sample.get(sample.len() * 9 / 10)) else {
        return 0;
    };
    let extent = hi.saturating_sub(*lo) as u64;
    (extent / (all.len() as u64).isqrt().max(1)).checked_ilog2().unwrap_or(0)
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

/// Boxes with numbers of their own that come and go.
#[derive(Clone, Debug)]
pub(crate) struct BoxTree {
    tree: RTree<Entry>,
}

impl BoxTree {
    /// Bulk-loads boxes. O(n log n).
    pub(crate) fn new(boxes: impl Iterator<Item = (u32, Bounds)>) -> Self {
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

    /// Numbers of the boxes that meet `window`, in no particular order.
    pub(crate) fn meeting(&self, window: Bounds) -> impl Iterator<Item = u32> + '_ {
        self.tree.locate_in_envelope_intersecting(envelope(&window)).map(|e| e.id)
    }
}

/// Calls `visit(i, j)` once for each pair of boxes that meet, with `i < j`, in no particular order.
///
/// Stops early when `visit` returns `false`. Few boxes are swept along x, many are looked up, so that boxes stacked on one
/// another cost no more than the pairs they form.
pub fn meeting_pairs(boxes: &[Bounds], mut visit: impl FnMut(usize, usize) -> bool) {
    if boxes.len() > SWEEP_LIMIT {
        let index = BoxIndex::new(boxes.iter().copied());
        for (i, b) in boxes.iter().enumerate() {
            for j in index.meeting(*b).map(|j| j as usize).filter(|&j| i < j) {
                if !visit(i, j) {
                    return;
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Boxes of all sizes, in heaps and alone, some nowhere.
    fn boxes(n: u64) -> Vec<Bounds> {
        let mut seed = 7_u64;
        let mut below = |m: i64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 20) as i64 % m
        };
        (0..n)
            .map(|i| {
                let spread = [1_000, 1_000_000_000, 40_000_000_000_000][below(3) as usize];
                let min = Point::new(below(spread) - spread / 2, below(spread) - spread / 2);
                let size = [1, 20, 30_000_000, spread][below(4) as usize];
                match i % 50 {
                    0 => Bounds { min: Point::new(i64::MAX, i64::MAX), max: Point::new(i64::MAX, i64::MAX) },
                    _ => Bounds { min, max: Point::new(min.x + below(size), min.y + below(size)) },
                }
            })
            .collect()
    }

    #[test]
    fn an_index_finds_what_looking_at_each_box_finds() {
        for n in [0, 1, 2, 40, 3000] {
            let all = boxes(n);
            let index = BoxIndex::new(all.iter().copied());
            let tree = BoxTree::new((0..).zip(all.iter().copied()));
            for window in boxes(300) {
                let expected: Vec<u32> =
                    (0..).zip(&all).filter(|(_, b)| b.meets(&window)).map(|b| b.0).collect();
                let mut found: Vec<u32> = index.meeting(window).collect();
                found.sort_unstable();
                assert_eq!(found, expected, "{n} {window:?}");
                let mut found: Vec<u32> = tree.meeting(window).collect();
                found.sort_unstable();
                assert_eq!(found, expected, "{n} {window:?}");
            }
        }
    }

    #[test]
    fn each_pair_is_visited_once_however_many_there_are() {
        for n in [100, SWEEP_LIMIT as u64 + 500] {
            let all = boxes(n);
            let mut pairs = Vec::new();
            meeting_pairs(&all, |i, j| {
                pairs.push((i, j));
                true
            });
            pairs.sort_unstable();
            let every = (0..all.len()).flat_map(|i| (i + 1..all.len()).map(move |j| (i, j)));
            let expected: Vec<(usize, usize)> = every.filter(|&(i, j)| all[i].meets(&all[j])).collect();
            assert_eq!(pairs, expected);
        }
    }
}
