//! C8 for one unit: every cell it could be in was tried.

use super::{Bound, Facts, Refuted, View, members};
use crate::solve::Rules;
use serde::{Deserialize, Serialize};

/// No connected cell with this unit is inside all limits: all connected sets with it that are not too heavy in any
/// criterion were looked at, and each lacks something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Homeless {
    /// The parent it lies in.
    pub parent: Option<u32>,
    /// The unit.
    pub unit: u32,
    /// Least load of a cell in the first criterion.
    pub lo: i64,
    /// Greatest load of a cell in the first criterion.
    pub hi: i64,
    /// What a cell may have of the further ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Bound>,
    /// What it rests on: links.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
}

/// Sets that a recheck looks at.
const MAX_SETS: u64 = 20_000_000;
/// Units of a set that is looked at: cells with more are neither enumerated nor excluded, and the search goes as deep.
const MAX_UNITS: usize = 512;
/// Sets that are looked at to find a proof.
const TRIED_SETS: u64 = 20_000;

impl Homeless {
    /// The proof for one of `units`, where there is one.
    pub(crate) fn find(
        facts: &Facts<'_>,
        rules: &Rules,
        units: &[u32],
        [lo, hi]: [i64; 2],
        further: &[Bound],
    ) -> Option<Self> {
        let claim = |&unit: &u32| Self {
            parent: facts.parent(unit),
            unit,
            lo,
            hi,
            further: further.to_vec(),
            rules: rules.clone(),
        };
        units.iter().map(claim).find(|c| c.recheck_within(facts, TRIED_SETS).is_ok())
    }

    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] with a cell inside all limits, or when there are too many sets to look at.
    pub fn recheck(&self, facts: &Facts<'_>) -> Result<(), Refuted> {
        self.recheck_within(facts, MAX_SETS)
    }

    fn recheck_within(&self, facts: &Facts<'_>, most: u64) -> Result<(), Refuted> {
        members(&[self.unit], self.parent, facts)?;
        let mut bounds = vec![(facts.loads, self.lo, self.hi)];
        for b in &self.further {
            bounds.push((facts.column(&b.criterion)?, b.lo, b.hi));
        }
        let view = View::of(facts, &self.rules)?;
        let sums = vec![0; bounds.len()];
        let mut growth = Growth {
            view,
            bounds,
            sums,
            set: Vec::new(),
            banned: vec![false; facts.loads.len()],
            left: most,
        };
        growth.banned[self.unit as usize] = true;
        if !growth.take(self.unit) {
            return Ok(());
        }
        match growth.grow() {
            Some(false) => Ok(()),
            Some(true) => Err(Refuted::Coverable { cell: growth.set }),
            None => Err(Refuted::Unconfirmed { steps: most }),
        }
    }
}

/// Grows a set unit by unit; a unit passed over is banned for the rest of the branch, so no set comes twice.
struct Growth<'a> {
    view: View<'a>,
    /// Load of each unit and what a cell may have, in each criterion.
    bounds: Vec<(&'a [i64], i64, i64)>,
    sums: Vec<i64>,
    set: Vec<u32>,
    banned: Vec<bool>,
    left: u64,
}

impl Growth<'_> {
    /// Adds a unit when the set is then not too heavy in any criterion.
    fn take(&mut self, unit: u32) -> bool {
        let own = |(column, _, hi): &(&[i64], i64, i64), sum: &i64| {
            sum.checked_add(column[unit as usize]).filter(|w| w <= hi)
        };
        let grown: Option<Vec<i64>> = self.bounds.iter().zip(&self.sums).map(|(b, s)| own(b, s)).collect();
        let Some(grown) = grown else { return false };
        self.sums = grown;
        self.set.push(unit);
        true
    }

    fn give_back(&mut self) {
        let Some(unit) = self.set.pop() else { return };
        for (sum, (column, ..)) in self.sums.iter_mut().zip(&self.bounds) {
            *sum -= column[unit as usize];
        }
    }

    /// Whether the set, or one that grows from it, is inside all limits; `None` when the limit of
    /// work is reached first.
    fn grow(&mut self) -> Option<bool> {
        self.left = self.left.checked_sub(1)?;
        if self.sums.iter().zip(&self.bounds).all(|(sum, b)| *sum >= b.1) {
            return Some(true);
        }
        let mut open: Vec<u32> = self
            .set
            .iter()
            .flat_map(|&u| self.view.neighbours(u))
            .filter(|&v| !self.banned[v as usize])
            .collect();
        open.sort_unstable();
        open.dedup();
        if self.set.len() >= MAX_UNITS && !open.is_empty() {
            return None;
        }
        let mut found = Some(false);
        for &v in &open {
            self.banned[v as usize] = true;
            if self.take(v) {
                found = self.grow();
                if found != Some(false) {
                    return found;
                }
                self.give_back();
            }
        }
        open.iter().for_each(|&v| self.banned[v as usize] = false);
        found
    }
}
