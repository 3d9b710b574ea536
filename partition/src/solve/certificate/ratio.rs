//! C7: around a unit a further criterion is too rich or too poor against the first.

use super::{Bound, Facts, Refuted, View, members};
use crate::solve::Rules;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BinaryHeap};

/// No connected cell with this unit is inside both limits.
///
/// Such a cell holds only units that a way of units lighter than `hi` in all leads to. Of these, those with most (or
/// least) of the further criterion for their load are taken, the last one in part: even so the limit is missed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// The parent it lies in.
    pub parent: Option<u32>,
    /// The unit.
    pub unit: u32,
    /// Least load of a cell in the first criterion.
    pub lo: i64,
    /// Greatest load of a cell in the first criterion.
    pub hi: i64,
    /// What a cell may have of the further one.
    pub further: Bound,
    /// The most (the least, when that is above the bound) that a cell with the unit could have.
    pub best: i64,
    /// What it rests on: links.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
}

impl Ratio {
    /// The proof for one of `units`, where there is one.
    pub(crate) fn find(
        facts: &Facts<'_>,
        rules: &Rules,
        units: &[u32],
        [lo, hi]: [i64; 2],
        further: &Bound,
    ) -> Option<Self> {
        let view = View::of(facts, rules).ok()?;
        let column = facts.column(&further.criterion).ok()?;
        units.iter().find_map(|&unit| {
            let [least, most] = reachable(&view, column, unit, lo, hi);
            let best = match (most < i128::from(further.lo), least > i128::from(further.hi)) {
                (true, _) => most,
                (_, true) => least,
                _ => return None,
            };
            let best = i64::try_from(best).unwrap_or(i64::MAX);
            let parent = facts.parent(unit);
            Some(Self { parent, unit, lo, hi, further: further.clone(), best, rules: rules.clone() })
        })
    }

    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when a cell with the unit may be inside both limits.
    pub fn recheck(&self, facts: &Facts<'_>) -> Result<(), Refuted> {
        members(&[self.unit], self.parent, facts)?;
        let column = facts.column(&self.further.criterion)?;
        let [least, most] = reachable(&View::of(facts, &self.rules)?, column, self.unit, self.lo, self.hi);
        if most < i128::from(self.further.lo) || least > i128::from(self.further.hi) {
            return Ok(());
        }
        let why = format!(
            "a cell with unit {} may have {least} to {most} of {}",
            self.unit, self.further.criterion
        );
        Err(Refuted::DoesNotFollow { why })
    }
}

/// Bounds of what a cell with `unit` inside `lo..=hi` can have of `column`. No such cell at all: an empty interval.
fn reachable(view: &View<'_>, column: &[i64], unit: u32, lo: i64, hi: i64) -> [i128; 2] {
    let loads = view.facts.loads;
    let own = loads[unit as usize];
    if own > hi {
        return [i128::MAX, -1];
    }
    // Units by the load of the lightest way to them, both ends included (Dijkstra).
    let mut way = BTreeMap::from([(unit, own)]);
    let mut open = BinaryHeap::from([(std::cmp::Reverse(own), unit)]);
    let mut around: Vec<(i128, i128)> = Vec::new();
    while let Some((std::cmp::Reverse(far), u)) = open.pop() {
        if way.get(&u).is_some_and(|&w| far > w) {
            continue;
        }
        let own = (i128::from(column[u as usize]), i128::from(loads[u as usize]));
        if u != unit && own != (0, 0) {
            around.push(own);
        }
        for v in view.neighbours(u) {
            let next = far.saturating_add(loads[v as usize]);
            if next <= hi && way.get(&v).is_none_or(|&w| next < w) {
                way.insert(v, next);
                open.push((std::cmp::Reverse(next), v));
            }
        }
    }
    let first = i128::from(column[unit as usize]);
    let (room, need) = (i128::from(hi - own), i128::from(lo - own));
    // Richest first: b1/a1 > b2/a2 as b1·a2 > b2·a1; units without load come first, for they cost nothing.
    around.sort_by(|x, y| (y.0 * x.1).cmp(&(x.0 * y.1)).then(x.cmp(y)));
    let mut most = first;
    let mut left = room;
    for &(b, a) in &around {
        if a <= left {
            (most, left) = (most + b, left - a);
        } else {
            most += b * left / a;
            break;
        }
    }
    let mut least = first;
    let mut lack = need;
    for &(b, a) in around.iter().rev().filter(|e| e.1 > 0) {
        if lack <= 0 {
            break;
        }
        if a <= lack {
            (least, lack) = (least + b, lack - a);
        } else {
            least += (b * lack + a - 1) / a;
            lack = 0;
        }
    }
    if lack > 0 { [i128::MAX, -1] } else { [least, most] }
}
