//! Joining faces into units.

use super::picture::{Edge, Picture};
use super::sources::Options;
use crate::frame::{UM_PER_M, length_um};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Paths divide a block to share its weight: a piece of less than this part of the greatest weight is too small.
const LIGHT: i64 = 10;

/// Disjoint sets of faces; the smallest face stands for its set.
pub(super) struct Groups {
    parent: Vec<usize>,
}

/// What joining needs to know of a set of faces.
#[derive(Default)]
struct Shape {
    twice_area_um2: i128,
    twice_built_um2: i128,
    perimeter_um: i64,
    weight: i64,
    beside: BTreeMap<usize, Shared>,
}

/// Length of a common border, µm, ordered by what is crossed more easily.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Shared {
    /// Along paths inside a block.
    on_paths: i64,
    all: i64,
}

impl Shape {
    fn too_small(&self, options: &Options) -> bool {
        let m2 = self.twice_area_um2 as f64 / 2.0 / (UM_PER_M as f64).powi(2);
        let width_m = 2.0 * m2 / (self.perimeter_um as f64 / UM_PER_M as f64).max(f64::MIN_POSITIVE);
        let open = 10 * self.twice_built_um2 < self.twice_area_um2;
        let light = self.weight < options.max_weight / LIGHT;
        m2 < options.min_area_m2
            || width_m < options.min_width_m
            || open && width_m < options.min_open_width_m
            || light && self.beside.values().any(|s| s.on_paths > 0)
    }
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

    /// Joins sets that are too small, thin or light to a neighbour, smallest first: to the one with the longest common border
    /// along paths, so inside the block, else with the longest common border. Never across the border of a parent.
    pub(super) fn join_slivers(&mut self, picture: &Picture, weights: &[i64], options: &Options) -> usize {
        let mut shapes = self.shapes(picture, weights);
        let mut waiting: BTreeSet<(i128, usize)> = shapes
            .iter()
            .filter(|(_, p)| p.too_small(options))
            .map(|(&g, p)| (p.twice_area_um2, g))
            .collect();
        let mut joined = 0;
        while let Some((_, small)) = waiting.pop_first() {
            let Some(shape) = shapes.remove(&small) else { continue };
            let Some((&host, _)) = shape.beside.iter().max_by_key(|&(&g, &shared)| (shared, Reverse(g)))
            else {
                shapes.insert(small, shape);
                continue;
            };
            let Some(mut into) = shapes.remove(&host) else { continue };
            waiting.remove(&(into.twice_area_um2, host));
            let shared = into.beside.remove(&small).unwrap_or_default();
            into.twice_area_um2 += shape.twice_area_um2;
            into.twice_built_um2 += shape.twice_built_um2;
            into.weight = into.weight.saturating_add(shape.weight);
            into.perimeter_um += shape.perimeter_um - 2 * shared.all;
            self.join(small, host);
            let name = self.root(host);
            for (other, shared) in shape.beside.into_iter().filter(|&(g, _)| g != host) {
                let with = into.beside.entry(other).or_default();
                with.on_paths += shared.on_paths;
                with.all += shared.all;
            }
            for (&other, &shared) in &into.beside {
                if let Some(o) = shapes.get_mut(&other) {
                    o.beside.remove(&small);
                    o.beside.remove(&host);
                    o.beside.insert(name, shared);
                }
            }
            if into.too_small(options) {
                waiting.insert((into.twice_area_um2, name));
            }
            shapes.insert(name, into);
            joined += 1;
        }
        joined
    }

    fn shapes(&self, picture: &Picture, weights: &[i64]) -> BTreeMap<usize, Shape> {
        let mut shapes: BTreeMap<usize, Shape> = BTreeMap::new();
        for f in picture.faces() {
            let shape = shapes.entry(self.root(f)).or_default();
            shape.twice_area_um2 += picture.twice_area_um2(f);
            if !picture.parts_at[f].is_empty() {
                shape.twice_built_um2 += picture.twice_area_um2(f);
            }
        }
        for (building, f) in picture.homes(self) {
            let shape = shapes.entry(self.root(f)).or_default();
            shape.weight = shape.weight.saturating_add(weights[building]);
        }
        for h in picture.s.edges() {
            let (edge, [f, g]) = (picture.edge(h), picture.sides(h));
            let (a, b) = (self.root(f), self.root(g));
            let length = length_um(picture.s.origin(h), picture.s.head(h));
            for (mine, face, other, far) in [(a, f, b, g), (b, g, a, f)] {
                if !picture.inside[face] || mine == other && picture.inside[far] {
                    continue;
                }
                let shape = shapes.entry(mine).or_default();
                shape.perimeter_um += length;
                if edge > Edge::Parent {
                    let shared = shape.beside.entry(other).or_default();
                    shared.all += length;
                    shared.on_paths += if matches!(edge, Edge::Path | Edge::PathOnward) { length } else { 0 };
                }
            }
        }
        shapes
    }
}
