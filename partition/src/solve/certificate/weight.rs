//! C2, C3: the load of a closed set of units is no sum of loads inside the range.

use super::{Refuted, closed, members, same_load, sum};
use crate::graph::UnitGraph;
use serde::{Deserialize, Serialize};

/// Cells that touch these units lie wholly among them (all around are giants, other parents, or nothing), so c
/// cells would weigh c·lo to c·hi together; no whole c gives this load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightGap {
    /// The parent they lie in.
    pub parent: Option<u32>,
    /// The units, ascending.
    pub units: Vec<u32>,
    /// Their load together.
    pub load: i64,
    /// Lower end of the range.
    pub lo: i64,
    /// Upper end of the range.
    pub hi: i64,
}

impl WeightGap {
    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when the set is not closed, or its load can be met.
    pub fn recheck(&self, graph: &UnitGraph, loads: &[i64], parents: Option<&[u32]>) -> Result<(), Refuted> {
        let inside = members(&self.units, self.parent, graph, loads, parents)?;
        closed(&inside, None, self.hi, graph, loads, parents)?;
        let total = sum(&self.units, loads);
        same_load("the load of the units", self.load, total)?;
        let (lo, hi) = (i128::from(self.lo), i128::from(self.hi));
        if self.units.is_empty() || lo < 0 || hi < lo {
            return Err(Refuted::DoesNotFollow { why: "the set or the range is empty".to_owned() });
        }
        // More cells than units cannot be; beyond the first c with c·hi >= load only c·lo grows.
        for c in 1..=self.units.len() as i128 {
            if c * lo <= total && total <= c * hi {
                let why = format!("{c} cells of {lo} to {hi} can weigh {total} together");
                return Err(Refuted::DoesNotFollow { why });
            }
        }
        Ok(())
    }
}
