//! What edits are judged against: who borders whom, inside which parent.

use crate::frame::Point;
use crate::graph::UnitGraph;
use std::collections::{BTreeSet, HashMap};

/// The unchanging ground under a plan: the unit graph and the parents of one base revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ground {
    graph: UnitGraph,
    parents: Vec<u32>,
    /// The piece of ground each unit lies on, when borders between parents do not count.
    piece: Vec<u32>,
}

impl Ground {
    /// `parents` holds the parent of each unit, or nothing where there are none.
    ///
    /// # Complexity
    /// O(units + borders), once.
    #[must_use]
    pub fn new(graph: UnitGraph, parents: Vec<u32>) -> Self {
        let inside = |u: u32, v: u32| parents.get(u as usize) == parents.get(v as usize);
        let piece = graph.pieces(inside).of;
        Self { graph, parents, piece }
    }

    /// The unit graph.
    #[must_use]
    pub fn graph(&self) -> &UnitGraph {
        &self.graph
    }

    /// The parent of a unit, if there are parents.
    #[must_use]
    pub fn parent(&self, unit: u32) -> Option<u32> {
        self.parents.get(unit as usize).copied()
    }

    /// A point to show for a unit.
    #[must_use]
    pub fn place(&self, unit: u32) -> Option<Point> {
        self.graph.centre.get(unit as usize).copied()
    }

    /// Units of `after` whose parent the cell did not reach before. A cell that had no unit takes the parent of its
    /// first.
    pub(super) fn strangers(&self, before: &[u32], after: &[u32]) -> Vec<u32> {
        let allowed = if before.is_empty() { after.get(..1).unwrap_or_default() } else { before };
        let allowed: BTreeSet<Option<u32>> = allowed.iter().map(|&u| self.parent(u)).collect();
        after.iter().copied().filter(|&u| !allowed.contains(&self.parent(u))).collect()
    }

    /// The connected pieces of a set of units, and how many pieces of ground they lie on.
    pub(super) fn pieces(&self, units: &[u32]) -> Pieces {
        let mut seen: HashMap<u32, bool> = units.iter().map(|&u| (u, false)).collect();
        let (mut members, mut stack) = (Vec::new(), Vec::new());
        for &start in units {
            if seen.insert(start, true) != Some(false) {
                continue;
            }
            stack.push(start);
            let mut piece = Vec::new();
            while let Some(u) = stack.pop() {
                piece.push(u);
                if u as usize >= self.graph.len() {
                    continue;
                }
                for &v in self.graph.row(u) {
                    if let Some(met @ false) = seen.get_mut(&v) {
                        *met = true;
                        stack.push(v);
                    }
                }
            }
            members.push(piece);
        }
        let grounds: BTreeSet<_> = units.iter().map(|&u| self.piece.get(u as usize)).collect();
        Pieces { members, grounds: grounds.len() }
    }
}

/// The pieces of one cell.
pub(super) struct Pieces {
    pub(super) members: Vec<Vec<u32>>,
    grounds: usize,
}

impl Pieces {
    /// Pieces beyond those that the ground itself forces.
    pub(super) fn avoidable(&self) -> usize {
        self.members.len().saturating_sub(self.grounds)
    }

    /// All units outside the largest piece (the first of several), ascending.
    pub(super) fn cut_off(&self) -> Vec<u32> {
        let largest = (0..self.members.len()).max_by_key(|&i| (self.members[i].len(), std::cmp::Reverse(i)));
        let rest = self.members.iter().enumerate().filter(|(i, _)| Some(*i) != largest);
        let mut units: Vec<u32> = rest.flat_map(|(_, piece)| piece.iter().copied()).collect();
        units.sort_unstable();
        units
    }
}
