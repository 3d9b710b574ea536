//! Proofs that something cannot be done, written so that anybody can check them without the solver.
//!
//! With *giant* for a unit heavier than `hi`: a parent is feasible when its units other than giants can be covered
//! by connected cells inside the parent with `lo <= load <= hi`, giants standing alone. Units without load count.
//! Each kind says why that cannot be, and rechecks itself with code of its own, in its own file.

mod exhaustive;
mod oversize;
mod pocket;
mod weight;

pub use exhaustive::{Exhaustive, Scope};
pub use oversize::UnitAboveHi;
pub use pocket::Pocket;
pub use weight::WeightGap;

use crate::graph::UnitGraph;
use serde::{Deserialize, Serialize};

/// One proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Certificate {
    /// C1: a unit alone is above the range, so no cell with it can be inside.
    UnitAboveHi(UnitAboveHi),
    /// C2, C3: the load of a closed set of units is no sum of loads inside the range.
    WeightGap(WeightGap),
    /// C4: light pieces behind one gate, too heavy together with it.
    Pocket(Pocket),
    /// C8: all covers were tried.
    Exhaustive(Exhaustive),
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
    pub fn recheck(&self, graph: &UnitGraph, loads: &[i64], parents: Option<&[u32]>) -> Result<(), Refuted> {
        match self {
            Self::UnitAboveHi(c) => c.recheck(graph, loads, parents),
            Self::WeightGap(c) => c.recheck(graph, loads, parents),
            Self::Pocket(c) => c.recheck(graph, loads, parents),
            Self::Exhaustive(c) => c.recheck(graph, loads, parents),
        }
    }
}

/// Checks that `units` exist once each in `parent`; returns whether each unit of the graph is among them.
fn members(
    units: &[u32],
    parent: Option<u32>,
    graph: &UnitGraph,
    loads: &[i64],
    parents: Option<&[u32]>,
) -> Result<Vec<bool>, Refuted> {
    let mut inside = vec![false; graph.len()];
    for &unit in units {
        match inside.get_mut(unit as usize) {
            Some(seen) if !*seen && (unit as usize) < loads.len() => *seen = true,
            _ => return Err(Refuted::UnknownUnit { unit }),
        }
        if parent_of(unit, parents) != parent {
            return Err(Refuted::OtherParent { unit });
        }
    }
    Ok(inside)
}

fn parent_of(unit: u32, parents: Option<&[u32]>) -> Option<u32> {
    parents.and_then(|p| p.get(unit as usize).copied())
}

/// Checks that no cell inside the range can hold a unit that is `inside` together with one that is not: every
/// neighbour is inside, a giant, in another parent, or the `gate`.
fn closed(
    inside: &[bool],
    gate: Option<u32>,
    hi: i64,
    graph: &UnitGraph,
    loads: &[i64],
    parents: Option<&[u32]>,
) -> Result<(), Refuted> {
    for unit in (0..graph.len() as u32).filter(|&u| inside[u as usize]) {
        for (neighbour, _) in graph.neighbours(unit) {
            let n = neighbour as usize;
            if !inside[n]
                && Some(neighbour) != gate
                && loads.get(n).is_some_and(|&w| w <= hi)
                && parent_of(unit, parents) == parent_of(neighbour, parents)
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
