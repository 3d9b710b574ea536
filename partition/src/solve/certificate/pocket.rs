//! C4: light pieces behind one gate, too heavy together with it.

use super::{Facts, Refuted, View, closed, members, same_load, sum};
use crate::solve::Rules;
use serde::{Deserialize, Serialize};

/// The units hang on the rest of the parent by `gate` alone, and each connected piece of them is lighter than `lo`.
/// A cell with one of them must therefore hold the gate, there is one such cell, and it must hold them all: too much.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pocket {
    /// The parent they lie in.
    pub parent: Option<u32>,
    /// The units behind the gate, ascending.
    pub units: Vec<u32>,
    /// The only unit, with those it shares a cell with by the rules, through which they reach others.
    pub gate: u32,
    /// Load of the units and the gate together.
    pub load: i64,
    /// Lower end of the range.
    pub lo: i64,
    /// Upper end of the range.
    pub hi: i64,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
}

impl Pocket {
    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when there is another way out, a piece heavy enough to live alone, or room in the gate's cell.
    pub fn recheck(&self, facts: &Facts<'_>) -> Result<(), Refuted> {
        let loads = facts.loads;
        let view = View::of(facts, &self.rules)?;
        members(&[self.gate], self.parent, facts)?;
        let gate = view.own(self.gate);
        let named: Vec<u32> = self.units.iter().chain(&gate).copied().collect();
        members(&named, self.parent, facts)?;
        let mut inside = members(&self.units, self.parent, facts)?;
        closed(&inside, Some(self.gate), self.hi, &view)?;
        let total = sum(&named, loads);
        same_load("the load of the pocket and its gate", self.load, total)?;
        if sum(&gate, loads) > i128::from(self.hi) {
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
                for v in view.neighbours(u).chain(view.own(u)) {
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
