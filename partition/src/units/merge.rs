//! Joining faces into units.

use super::build::Options;
use crate::frame::{UM_PER_M, length_um};
use crate::subdivision::{FaceId, Subdivision};
use std::collections::{BTreeMap, BTreeSet};

/// Disjoint sets of faces; the smallest face stands for its set.
pub(super) struct Groups {
    parent: Vec<usize>,
}

/// What joining needs to know of a set of faces.
#[derive(Default)]
struct Shape {
    twice_area_um2: i128,
    perimeter_um: i64,
    beside: BTreeMap<usize, i64>,
}

impl Groups {
    pub(super) fn new(faces: usize) -> Self {
        Self { parent: (0..faces).collect() }
    }

    pub(super) fn root(&self, mut f: usize) -> usize {
        while self.parent[f] != f {
            f = self.parent[f];
        }
        f
    }

    /// Whether the two were apart.
    pub(super) fn join(&mut self, f: usize, g: usize) -> bool {
        let (a, b) = (self.root(f), self.root(g));
        let (low, high) = (a.min(b), a.max(b));
        self.parent[high] = low;
        // Short paths for both askers.
        self.parent[f] = low;
        self.parent[g] = low;
        a != b
    }

    pub(super) fn count(&self, faces: impl Iterator<Item = usize>) -> usize {
        faces.map(|f| self.root(f)).collect::<BTreeSet<_>>().len()
    }

    /// Joins sets that are too small or too thin to the neighbour with the longest common border, smallest first.
    pub(super) fn join_slivers(
        &mut self,
        s: &Subdivision,
        inside: impl Fn(FaceId) -> bool,
        options: &Options,
    ) -> usize {
        let mut shapes = self.shapes(s, inside);
        let too_small = |p: &Shape| {
            let m2 = p.twice_area_um2 as f64 / 2.0 / (UM_PER_M as f64).powi(2);
            let width_m = 2.0 * m2 / (p.perimeter_um as f64 / UM_PER_M as f64).max(f64::MIN_POSITIVE);
            m2 < options.min_area_m2 || width_m < options.min_width_m
        };
        let mut waiting: BTreeSet<(i128, usize)> =
            shapes.iter().filter(|(_, p)| too_small(p)).map(|(&g, p)| (p.twice_area_um2, g)).collect();
        let mut joined = 0;
        while let Some((_, small)) = waiting.pop_first() {
            let Some(shape) = shapes.remove(&small) else { continue };
            let Some((&host, _)) =
                shape.beside.iter().max_by_key(|&(&g, &length)| (length, std::cmp::Reverse(g)))
            else {
                shapes.insert(small, shape);
                continue;
            };
            let Some(mut into) = shapes.remove(&host) else { continue };
            waiting.remove(&(into.twice_area_um2, host));
            let shared = into.beside.remove(&small).unwrap_or_default();
            into.twice_area_um2 += shape.twice_area_um2;
            into.perimeter_um += shape.perimeter_um - 2 * shared;
            self.join(small, host);
            let name = self.root(host);
            for (other, length) in shape.beside.into_iter().filter(|&(g, _)| g != host) {
                *into.beside.entry(other).or_default() += length;
            }
            for (&other, &length) in &into.beside {
                if let Some(o) = shapes.get_mut(&other) {
                    o.beside.remove(&small);
                    o.beside.remove(&host);
                    o.beside.insert(name, length);
                }
            }
            if too_small(&into) {
                waiting.insert((into.twice_area_um2, name));
            }
            shapes.insert(name, into);
            joined += 1;
        }
        joined
    }

    fn shapes(&self, s: &Subdivision, inside: impl Fn(FaceId) -> bool) -> BTreeMap<usize, Shape> {
        let mut shapes: BTreeMap<usize, Shape> = BTreeMap::new();
        for f in s.inner_faces().filter(|&f| inside(f)) {
            shapes.entry(self.root(f.index())).or_default().twice_area_um2 += s.twice_area_um2(f);
        }
        for h in s.edges() {
            let (f, g) = (s.left(h), s.left(h.twin()));
            let (a, b) = (self.root(f.index()), self.root(g.index()));
            let length = length_um(s.origin(h), s.head(h));
            for (mine, face, other, far) in [(a, f, b, g), (b, g, a, f)] {
                if inside(face) && (mine != other || !inside(far)) {
                    let shape = shapes.entry(mine).or_default();
                    shape.perimeter_um += length;
                    if inside(far) {
                        *shape.beside.entry(other).or_default() += length;
                    }
                }
            }
        }
        shapes
    }
}
