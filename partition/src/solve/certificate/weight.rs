//! C2, C3: the load of a closed set of units is no sum of loads inside the range.

use super::{Bound, Facts, Refuted, View, closed, members, same_load, sum};
use crate::solve::Rules;
use serde::{Deserialize, Serialize};

/// Cells that touch these units lie wholly among them (all around are giants, other parents, walls, or nothing), so c
/// cells would weigh c·lo to c·hi together; no whole c gives this load, and those of the further criteria with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// Bounds in further criteria that no number of cells meets at the same time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Bound>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
}

impl WeightGap {
    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when the set is not closed, or its load can be met.
    pub fn recheck(&self, facts: &Facts<'_>) -> Result<(), Refuted> {
        let inside = members(&self.units, self.parent, facts)?;
        closed(&inside, None, self.hi, &View::of(facts, &self.rules)?)?;
        let total = sum(&self.units, facts.loads);
        same_load("the load of the units", self.load, total)?;
        let mut bounds = vec![(total, i128::from(self.lo), i128::from(self.hi))];
        for b in &self.further {
            bounds.push((sum(&self.units, facts.column(&b.criterion)?), i128::from(b.lo), i128::from(b.hi)));
        }
        if self.units.is_empty() || bounds.iter().any(|&(_, lo, hi)| lo < 0 || hi < lo) {
            return Err(Refuted::DoesNotFollow { why: "the set or the range is empty".to_owned() });
        }
        // More cells than units cannot be; beyond the first c with c·hi >= load only c·lo grows.
        for c in 1..=self.units.len() as i128 {
            if bounds.iter().all(|&(total, lo, hi)| c * lo <= total && total <= c * hi) {
                let why = format!("{c} cells of {} to {} can weigh {total} together", self.lo, self.hi);
                return Err(Refuted::DoesNotFollow { why });
            }
        }
        Ok(())
    }
}
