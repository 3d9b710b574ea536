//! C1: a unit alone is above the range.

use super::{Facts, Refuted, View, members, same_load};
use crate::solve::Rules;
use serde::{Deserialize, Serialize};

/// The unit, with those it shares a cell with by the rules, weighs more than a cell may: every cell with it is above
/// the range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitAboveHi {
    /// The parent it lies in.
    pub parent: Option<u32>,
    /// The unit.
    pub unit: u32,
    /// Its load, or that of all that share its cell.
    pub load: i64,
    /// Upper end of the range.
    pub hi: i64,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
}

impl UnitAboveHi {
    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when the unit is not there, or not above.
    pub fn recheck(&self, facts: &Facts<'_>) -> Result<(), Refuted> {
        members(&[self.unit], self.parent, facts)?;
        let view = View::of(facts, &self.rules)?;
        let own = view.own(self.unit);
        same_load("the load of the unit", self.load, super::sum(&own, facts.loads))?;
        if self.load > self.hi {
            return Ok(());
        }
        Err(Refuted::DoesNotFollow { why: format!("{} is not above {}", self.load, self.hi) })
    }
}
