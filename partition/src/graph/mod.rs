//! The unit graph: who shares a border with whom, and for how long.
//!
//! * [`UnitGraph`]: compressed rows, integer lengths and areas
//! * [`Components`]: connected pieces of the whole or within labels
//! * [`GraphError`]: what is wrong with an edge list

mod build;
mod components;
mod of_coverage;

pub use build::GraphError;
pub use components::Components;
pub use of_coverage::MIN_SHARED_MM;

use crate::frame::Point;

/// Basic units as a graph in compressed rows.
///
/// Units are numbered `0..len`. All sums are integers, so they do not depend on the order of units.
/// [`UnitGraph::from_edges`] builds one and checks it; rows are then sorted, symmetric and without loops.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitGraph {
    /// `offsets[u]..offsets[u + 1]` are the entries of unit `u` in `neighbours` and `border_mm`.
    pub offsets: Vec<u32>,
    /// Neighbours, ascending within a row; rook contiguity only (a shared point is no border).
    pub neighbours: Vec<u32>,
    /// Length of the shared border, mm, beside each neighbour.
    pub border_mm: Vec<i64>,
    /// Area of each unit, mm².
    pub area_mm2: Vec<i64>,
    /// Whole perimeter of each unit, mm.
    pub perimeter_mm: Vec<i64>,
    /// A point that stands for each unit (its centroid, rounded), µm.
    pub centre: Vec<Point>,
}

impl UnitGraph {
    /// Number of units.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.area_mm2.len()
    }

    /// Whether there is no unit at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.area_mm2.is_empty()
    }

    /// The neighbours of `unit`, ascending, each with the shared border in mm.
    #[inline]
    pub fn neighbours(&self, unit: u32) -> impl Iterator<Item = (u32, i64)> + '_ {
        let row = self.offsets[unit as usize] as usize..self.offsets[unit as usize + 1] as usize;
        self.neighbours[row.clone()].iter().copied().zip(self.border_mm[row].iter().copied())
    }

    /// The neighbours of `unit` without their borders, for walks.
    #[inline]
    #[must_use]
    pub fn row(&self, unit: u32) -> &[u32] {
        &self.neighbours[self.offsets[unit as usize] as usize..self.offsets[unit as usize + 1] as usize]
    }

    /// The units that can be reached from `start`, in the order of a breadth-first walk: nearest first.
    #[must_use]
    pub fn walk(&self, start: u32) -> Vec<u32> {
        let mut seen = vec![false; self.len()];
        let mut order = vec![start];
        seen[start as usize] = true;
        let mut head = 0;
        while head < order.len() {
            for &v in self.row(order[head]) {
                if !std::mem::replace(&mut seen[v as usize], true) {
                    order.push(v);
                }
            }
            head += 1;
        }
        order
    }

    /// The same units with only the borders that `keep` lets through; perimeters stay.
    #[must_use]
    pub fn keeping(&self, keep: impl Fn(u32, u32) -> bool) -> Self {
        let mut graph =
            Self { offsets: vec![0], neighbours: Vec::new(), border_mm: Vec::new(), ..self.clone() };
        for u in 0..self.len() as u32 {
            for (v, border) in self.neighbours(u).filter(|e| keep(u, e.0)) {
                graph.neighbours.push(v);
                graph.border_mm.push(border);
            }
            graph.offsets.push(graph.neighbours.len() as u32);
        }
        graph
    }

    /// The graph of `units` alone, renumbered `0..units.len()` in the order given, and that order.
    ///
    /// Borders towards units left outside stay in the perimeter. Units out of range or given twice are ignored.
    #[must_use]
    pub fn induced(&self, units: &[u32]) -> (Self, Vec<u32>) {
        const OUTSIDE: u32 = u32::MAX;
        let mut local = vec![OUTSIDE; self.len()];
        let mut map = Vec::with_capacity(units.len());
        for &u in units {
            if let Some(slot) = local.get_mut(u as usize).filter(|slot| **slot == OUTSIDE) {
                *slot = map.len() as u32;
                map.push(u);
            }
        }
        let mut graph = Self {
            offsets: Vec::with_capacity(map.len() + 1),
            area_mm2: map.iter().map(|&u| self.area_mm2[u as usize]).collect(),
            perimeter_mm: map.iter().map(|&u| self.perimeter_mm[u as usize]).collect(),
            centre: map.iter().map(|&u| self.centre[u as usize]).collect(),
            ..Self::default()
        };
        graph.offsets.push(0);
        let mut row: Vec<(u32, i64)> = Vec::new();
        for &u in &map {
            row.clear();
            row.extend(
                self.neighbours(u)
                    .map(|(v, border)| (local[v as usize], border))
                    .filter(|&(v, _)| v != OUTSIDE),
            );
            row.sort_unstable();
            graph.neighbours.extend(row.iter().map(|e| e.0));
            graph.border_mm.extend(row.iter().map(|e| e.1));
            graph.offsets.push(graph.neighbours.len() as u32);
        }
        (graph, map)
    }
}
