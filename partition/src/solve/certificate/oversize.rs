//! C1: a unit alone is above the range.

use super::{Refuted, members, same_load};
use crate::graph::UnitGraph;
use serde::{Deserialize, Serialize};

/// The unit weighs more than a cell may: every cell with it is above the range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitAboveHi {
    /// The parent it lies in.
    pub parent: Option<u32>,
    /// The unit.
    pub unit: u32,
    /// Its load.
    pub load: i64,
    /// Upper end of the range.
    pub hi: i64,
}

impl UnitAboveHi {
    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when the unit is not there, or not above.
    pub fn recheck(&self, graph: &UnitGraph, loads: &[i64], parents: Option<&[u32]>) -> Result<(), Refuted> {
        members(&[self.unit], self.parent, graph, loads, parents)?;
        same_load("the load of the unit", self.load, i128::from(loads[self.unit as usize]))?;
        if self.load > self.hi {
            return Ok(());
        }
        Err(Refuted::DoesNotFollow { why: format!("{} is not above {}", self.load, self.hi) })
    }
}
