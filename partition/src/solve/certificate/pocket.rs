//! C4: light pieces behind one gate, too heavy together with it.

use super::{Refuted, closed, members, same_load, sum};
use crate::graph::UnitGraph;
use serde::{Deserialize, Serialize};

/// The units hang on the rest of the parent by `gate` alone, and each connected piece of them is lighter than `lo`.
/// A cell with one of them must therefore hold the gate, there is one such cell, and it must hold them all: too much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pocket {
    /// The parent they lie in.
    pub parent: Option<u32>,
    /// The units behind the gate, ascending.
    pub units: Vec<u32>,
    /// The only unit through which they reach others.
    pub gate: u32,
    /// Load of the units and the gate together.
    pub load: i64,
    /// Lower end of the range.
    pub lo: i64,
    /// Upper end of the range.
    pub hi: i64,
}

impl Pocket {
    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when there is another way out, a piece heavy enough to live alone, or room in the gate's cell.
    pub fn recheck(&self, graph: &UnitGraph, loads: &[i64], parents: Option<&[u32]>) -> Result<(), Refuted> {
        let mut named = self.units.clone();
        named.push(self.gate);
        members(&named, self.parent, graph, loads, parents)?;
        let mut inside = members(&self.units, self.parent, graph, loads, parents)?;
        closed(&inside, Some(self.gate), self.hi, graph, loads, parents)?;
        let total = sum(&named, loads);
        same_load("the load of the pocket and its gate", self.load, total)?;
        if loads[self.gate as usize] > self.hi {
            return Err(Refuted::DoesNotFollow { why: "the gate is a giant and stands alone".to_owned() });
        }
        if self.units.is_empty() || total <= i128::from(self.hi) {
            let why = format!("pocket and gate weigh {total}, which fits {}", self.hi);
            return Err(Refuted::DoesNotFollow { why });
        }
        // Take the pieces out one by one; each must be too light for a cell of its own.
        while let Some(first) = inside.iter().position(|&x| x) {
            let (mut piece, mut stack) = (0_i128, vec![first as u32]);
            inside[first] = false;
            while let Some(u) = stack.pop() {
                piece += i128::from(loads[u as usize]);
                for (v, _) in graph.neighbours(u) {
                    if std::mem::take(&mut inside[v as usize]) {
                        stack.push(v);
                    }
                }
            }
            if piece >= i128::from(self.lo) {
                let why = format!("the piece with unit {first} weighs {piece} and could be a cell");
                return Err(Refuted::DoesNotFollow { why });
            }
        }
        Ok(())
    }
}
