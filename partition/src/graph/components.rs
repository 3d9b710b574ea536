//! Connected pieces.

use super::UnitGraph;

/// The connected pieces of a graph, numbered by their smallest unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Components {
    /// The piece of each unit.
    pub of: Vec<u32>,
    /// How many pieces there are.
    pub count: usize,
}

impl Components {
    /// The units of each piece, ascending.
    #[must_use]
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.count];
        for (unit, &piece) in self.of.iter().enumerate() {
            members[piece as usize].push(unit as u32);
        }
        members
    }
}

impl UnitGraph {
    /// The connected pieces of the whole graph.
    #[must_use]
    pub fn components(&self) -> Components {
        self.pieces(|_, _| true)
    }

    /// The connected pieces when only borders between units of one label count. Units beyond the end of
    /// `labels` stand alone.
    #[must_use]
    pub fn components_within(&self, labels: &[u32]) -> Components {
        self.pieces(
            |u, v| matches!((labels.get(u as usize), labels.get(v as usize)), (Some(a), Some(b)) if a == b),
        )
    }

    /// Whether `labels` are exactly `0..k`, each cell non-empty and in one piece.
    #[must_use]
    pub fn is_contiguous(&self, labels: &[u32], k: usize) -> bool {
        let mut used = vec![false; k];
        labels.len() == self.len()
            && labels.iter().all(|&c| used.get_mut(c as usize).map(|u| *u = true).is_some())
            && used.iter().all(|&u| u)
            && self.components_within(labels).count == k
    }

    /// The connected pieces over the borders that `joined` lets through.
    pub(crate) fn pieces(&self, joined: impl Fn(u32, u32) -> bool) -> Components {
        const UNSEEN: u32 = u32::MAX;
        let mut of = vec![UNSEEN; self.len()];
        let (mut count, mut stack) = (0, Vec::new());
        for start in 0..self.len() {
            if of[start] != UNSEEN {
                continue;
            }
            of[start] = count;
            stack.push(start as u32);
            while let Some(u) = stack.pop() {
                for &v in self.row(u) {
                    if of[v as usize] == UNSEEN && joined(u, v) {
                        of[v as usize] = count;
                        stack.push(v);
                    }
                }
            }
            count += 1;
        }
        Components { of, count: count as usize }
    }
}
