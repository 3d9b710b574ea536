//! A connected piece of the problem: the one thing every stage works on.

use crate::graph::UnitGraph;

/// Units that are solved together. Inside it they are numbered `0..len`; `units` holds their numbers outside.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) graph: UnitGraph,
    pub(crate) loads: Vec<i64>,
    pub(crate) units: Vec<u32>,
}

impl Part {
    /// The part of `units` of a whole problem.
    pub(crate) fn of(graph: &UnitGraph, loads: &[i64], units: &[u32]) -> Self {
        let (graph, units) = graph.induced(units);
        let loads = units.iter().map(|&u| loads[u as usize]).collect();
        Self { graph, loads, units }
    }

    /// A part of this part, `local` in this part's numbers.
    pub(crate) fn sub(&self, local: &[u32]) -> Self {
        let mut part = Self::of(&self.graph, &self.loads, local);
        for unit in &mut part.units {
            *unit = self.units[*unit as usize];
        }
        part
    }

    pub(crate) fn len(&self) -> usize {
        self.units.len()
    }

    pub(crate) fn load(&self) -> i64 {
        self.loads.iter().sum()
    }

    /// The connected pieces of what is left without the units that `gone` names.
    pub(crate) fn pieces_without(&self, gone: impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
        let pieces = self.graph.pieces(|u, v| !gone(u) && !gone(v)).members();
        pieces.into_iter().filter(|piece| !piece.iter().any(|&u| gone(u))).collect()
    }
}
