//! Proofs that something cannot be done, written so that anybody can check them without the solver.
//!
//! With *giant* for a unit heavier than `hi`: a parent is feasible when its units other than giants can be covered
//! by connected cells inside the parent with `lo <= load <= hi`, giants standing alone. Units without load count.
//! Each kind says why that cannot be, and rechecks itself with code of its own, in its own file. A proof that rests on
//! rules names them: the smallest set of them that was found to do.

mod clash;
mod exhaustive;
mod homeless;
mod oversize;
mod pocket;
mod ratio;
mod view;
mod weight;
mod words;

pub use clash::{Clash, Why};
pub use exhaustive::{Exhaustive, Scope};
pub use homeless::Homeless;
pub use oversize::UnitAboveHi;
pub use pocket::Pocket;
pub use ratio::Ratio;
pub use view::Facts;
pub use weight::WeightGap;
pub use words::{Naming, Telling, Words};

use serde::{Deserialize, Serialize};
use view::View;

/// One proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Certificate {
    /// C1: a unit alone is above the range, so no cell with it can be inside.
    UnitAboveHi(UnitAboveHi),
    /// C2, C3: the load of a closed set of units is no sum of loads inside the range.
    WeightGap(WeightGap),
    /// C4: light pieces behind one gate, too heavy together with it.
    Pocket(Pocket),
    /// C6: rules that exclude each other.
    Clash(Clash),
    /// C7: around a unit a further criterion is too rich or too poor against the first.
    Ratio(Ratio),
    /// C8 for one unit: all cells with it were tried.
    Homeless(Homeless),
    /// C8: all covers were tried.
    Exhaustive(Exhaustive),
}

/// What each cell may have of a further criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// Its name.
    pub criterion: String,
    /// Least load of a cell.
    pub lo: i64,
    /// Greatest load of a cell.
    pub hi: i64,
}

/// Why a certificate proves nothing about the data it is held against.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refuted {
    /// A unit that does not exist, or is named twice.
    #[error("unit {unit} does not exist or is named twice; the certificate belongs to other data")]
    UnknownUnit {
        /// The unit.
        unit: u32,
    },
    /// A criterion that the data lack.
    #[error("there is no criterion '{name}'; the certificate belongs to other data")]
    UnknownCriterion {
        /// Its name.
        name: String,
    },
    /// A unit lies in another parent than claimed.
    #[error("unit {unit} does not lie in the parent the certificate speaks of")]
    OtherParent {
        /// The unit.
        unit: u32,
    },
    /// A load is not what was claimed.
    #[error("{what} is {actual}, not {claimed} as claimed")]
    OtherLoad {
        /// What was added up.
        what: String,
        /// As claimed.
        claimed: i64,
        /// As found.
        actual: i64,
    },
    /// The units touch others that could share a cell with them.
    #[error(
        "unit {unit} touches unit {neighbour}, which could share a cell with it; the claim leaves it out"
    )]
    NotClosed {
        /// A unit of the region.
        unit: u32,
        /// Its neighbour outside.
        neighbour: u32,
    },
    /// The numbers do not imply the claim.
    #[error("the claim does not follow: {why}")]
    DoesNotFollow {
        /// Why not.
        why: String,
    },
    /// Somebody found a cover.
    #[error("the units can be covered: one of the cells is {cell:?}")]
    Coverable {
        /// A cell of the cover that was found.
        cell: Vec<u32>,
    },
    /// The recheck gave up.
    #[error("the claim was neither confirmed nor refuted within {steps} steps")]
    Unconfirmed {
        /// Steps made.
        steps: u64,
    },
}

impl Certificate {
    /// Confirms the claim from the data alone.
    ///
    /// # Errors
    /// [`Refuted`] when the claim does not hold for these data.
    pub fn recheck(&self, facts: &Facts<'_>) -> Result<(), Refuted> {
        match self {
            Self::UnitAboveHi(c) => c.recheck(facts),
            Self::WeightGap(c) => c.recheck(facts),
            Self::Pocket(c) => c.recheck(facts),
            Self::Clash(c) => c.recheck(facts),
            Self::Ratio(c) => c.recheck(facts),
            Self::Homeless(c) => c.recheck(facts),
            Self::Exhaustive(c) => c.recheck(facts),
        }
    }

    /// What is claimed of a part of a plan only: nothing follows for the parent.
    #[must_use]
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Exhaustive(e) if e.scope == Scope::Local)
    }
}

/// Checks that `units` exist once each in `parent`; returns whether each unit of the graph is among them.
fn members(units: &[u32], parent: Option<u32>, facts: &Facts<'_>) -> Result<Vec<bool>, Refuted> {
    let mut inside = vec![false; facts.graph.len()];
    for &unit in units {
        match inside.get_mut(unit as usize) {
            Some(seen) if !*seen && (unit as usize) < facts.loads.len() => *seen = true,
            _ => return Err(Refuted::UnknownUnit { unit }),
        }
        if facts.parent(unit) != parent {
            return Err(Refuted::OtherParent { unit });
        }
    }
    Ok(inside)
}

/// Checks that no cell inside the range can hold a unit that is `inside` together with one that is not: every
/// neighbour is inside, a giant, in another parent, apart by a rule, or one that the `gate` shares its cell with.
fn closed(inside: &[bool], gate: Option<u32>, hi: i64, view: &View<'_>) -> Result<(), Refuted> {
    view.whole(inside)?;
    let gate = gate.map(|g| view.class(g));
    for unit in (0..view.facts.graph.len() as u32).filter(|&u| inside[u as usize]) {
        for neighbour in view.neighbours(unit) {
            let n = neighbour as usize;
            if !inside[n]
                && Some(view.class(neighbour)) != gate
                && view.facts.loads.get(n).is_some_and(|&w| w <= hi)
            {
                return Err(Refuted::NotClosed { unit, neighbour });
            }
        }
    }
    Ok(())
}

/// Adds up, without overflow.
fn sum(units: &[u32], loads: &[i64]) -> i128 {
    units.iter().filter_map(|&u| loads.get(u as usize)).map(|&w| i128::from(w)).sum()
}

/// Compares a claimed load with the one found.
fn same_load(what: &str, claimed: i64, actual: i128) -> Result<(), Refuted> {
    if i128::from(claimed) == actual {
        return Ok(());
    }
    let actual = i64::try_from(actual).unwrap_or(i64::MAX);
    Err(Refuted::OtherLoad { what: what.to_owned(), claimed, actual })
}
