//! A connected piece of the problem: the one thing every stage works on.

use super::apart::Apart;
use crate::graph::UnitGraph;

/// No cell, or no unit.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// Units that are solved together. Inside it they are numbered `0..len`; `units` holds their numbers outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    pub(crate) graph: UnitGraph,
    /// Loads of the criterion that decides.
    pub(crate) loads: Vec<i64>,
    /// Loads of the further criteria, a column for each.
    pub(crate) sides: Vec<Vec<i64>>,
    pub(crate) apart: Apart,
    /// The cell each unit has in the current plan, or [`NOWHERE`]; empty without one.
    pub(crate) home: Vec<u32>,
    pub(crate) units: Vec<u32>,
}

impl Part {
    /// A part of this part, `local` in this part's numbers.
    pub(crate) fn sub(&self, local: &[u32]) -> Self {
        let (graph, local) = self.graph.induced(local);
        let pick = |column: &Vec<i64>| local.iter().map(|&u| column[u as usize]).collect();
        Self {
            graph,
            loads: pick(&self.loads),
            sides: self.sides.iter().map(pick).collect(),
            apart: self.apart.among(&local),
            home: local.iter().filter_map(|&u| self.home.get(u as usize).copied()).collect(),
            units: local.iter().map(|&u| self.units[u as usize]).collect(),
        }
    }

    /// The same without borders between units that stay apart: no cell holds both sides of one, so a cell lies in one
    /// connected piece of what is left. Walls cut the ground here.
    pub(crate) fn walled(mut self) -> Self {
        if !self.apart.is_empty() {
            let apart = &self.apart;
            self.graph = self.graph.keeping(|u, v| !apart.forbids(u, v));
        }
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.graph.len()
    }

    pub(crate) fn load(&self) -> i64 {
        self.loads.iter().sum()
    }

    /// The connected pieces of what is left without the units that `gone` names.
    pub(crate) fn pieces_without(&self, gone: impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
        let pieces = self.graph.pieces(|u, v| !gone(u) && !gone(v)).members();
        pieces.into_iter().filter(|piece| !piece.iter().any(|&u| gone(u))).collect()
    }

    /// Load that `unit` in `cell` counts as moved.
    #[inline]
    pub(crate) fn moved(&self, unit: u32, cell: u32) -> i64 {
        match self.home.get(unit as usize) {
            Some(&home) if home != NOWHERE && home != cell => self.loads[unit as usize],
            _ => 0,
        }
    }
}
