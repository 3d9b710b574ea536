//! Which units never share a cell, and plans that keep to it whatever they weigh.

use super::{
    exact::{Ask, Exact, Limits, Want, cover},
    part::Part,
};
use std::collections::{BTreeMap, BTreeSet};

/// Groups of units of which no cell holds two; walls are groups of two. Empty where nothing is kept apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Apart {
    groups: Vec<Vec<u32>>,
    /// The groups of each unit; empty when there are no groups.
    of: Vec<Vec<u32>>,
}

impl Apart {
    /// Groups over units `0..units`; those with fewer than two members say nothing and are left out.
    pub(crate) fn new(units: usize, groups: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let groups: Vec<Vec<u32>> = groups.into_iter().filter(|g| g.len() > 1).collect();
        if groups.is_empty() {
            return Self::default();
        }
        let mut of = vec![Vec::new(); units];
        for (g, members) in groups.iter().enumerate() {
            for &u in members {
                of[u as usize].push(g as u32);
            }
        }
        Self { groups, of }
    }

    /// What is left of it among `units`, numbered in their order.
    pub(crate) fn among(&self, units: &[u32]) -> Self {
        if self.is_empty() {
            return Self::default();
        }
        let mut groups = vec![Vec::new(); self.groups.len()];
        for (local, &u) in units.iter().enumerate() {
            for &g in &self.of[u as usize] {
                groups[g as usize].push(local as u32);
            }
        }
        Self::new(units.len(), groups)
    }

    /// The same for clusters of units, none of which holds two that stay apart.
    pub(crate) fn clustered(&self, cluster: &[u32], clusters: usize) -> Self {
        Self::new(clusters, self.groups.iter().map(|g| g.iter().map(|&u| cluster[u as usize]).collect()))
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub(crate) fn groups(&self) -> &[Vec<u32>] {
        &self.groups
    }

    pub(crate) fn of(&self, unit: u32) -> &[u32] {
        self.of.get(unit as usize).map_or(&[], Vec::as_slice)
    }

    /// Units that `unit` may not be with, possibly several times.
    pub(crate) fn foes(&self, unit: u32) -> impl Iterator<Item = u32> + '_ {
        self.of(unit).iter().flat_map(|&g| &self.groups[g as usize]).copied().filter(move |&v| v != unit)
    }

    pub(crate) fn forbids(&self, a: u32, b: u32) -> bool {
        self.of(a).iter().any(|g| self.of(b).contains(g))
    }

    /// How many units of `cell` may not be with `unit`.
    #[inline]
    pub(crate) fn conflicts(&self, unit: u32, cell: u32, labels: &[u32]) -> usize {
        if self.is_empty() {
            return 0;
        }
        self.foes(unit).filter(|&v| labels[v as usize] == cell).count()
    }

    /// Cells that hold units that should be apart, ascending.
    pub(crate) fn cells_in_conflict(&self, labels: &[u32]) -> Vec<u32> {
        let mut bad = Vec::new();
        for group in &self.groups {
            let mut cells: Vec<u32> = group.iter().map(|&u| labels[u as usize]).collect();
            cells.sort_unstable();
            bad.extend(cells.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]));
        }
        bad.sort_unstable();
        bad.dedup();
        bad
    }
}

/// A plan of a connected part that holds nothing together that stays apart: the lightest cell joins its lightest
/// neighbour that it may join, until `k` cells are left or no two can join. Returns labels and the number of cells.
pub(crate) fn merged_apart(part: &Part, k: usize) -> (Vec<u32>, usize) {
    let rare_first = merged(part, k, true);
    if rare_first.1 <= k {
        return rare_first;
    }
    let lightest_first = merged(part, k, false);
    let mut best = if lightest_first.1 < rare_first.1 { lightest_first } else { rare_first };
    // What joining did not find a small part may have all the same.
    while best.1 > k {
        let count = Some(best.1 as u32 - 1);
        let ask = Ask { lo: 0, hi: i64::MAX, count, prefer: None, sides: &[], want: Want::Any };
        let Exact::Cover(labels) = cover(part, ask, Limits { columns: 20_000, steps: 200_000 }) else {
            break;
        };
        best = (labels, best.1 - 1);
    }
    best
}

/// The fewest cells that [`merged_apart`] gets to; 1 without anything apart.
pub(crate) fn fewest(part: &Part) -> u32 {
    if part.apart.is_empty() { 1 } else { merged_apart(part, 1).1 as u32 }
}

fn merged(part: &Part, k: usize, rare_first: bool) -> (Vec<u32>, usize) {
    let n = part.len();
    let mut cell: Vec<u32> = (0..n as u32).collect();
    let mut units: Vec<Vec<u32>> = (0..n as u32).map(|u| vec![u]).collect();
    let mut load = part.loads.clone();
    let mut around: Vec<BTreeSet<u32>> =
        (0..n as u32).map(|u| part.graph.row(u).iter().copied().collect()).collect();
    let mut foes: Vec<BTreeSet<u32>> = (0..n as u32).map(|u| part.apart.foes(u).collect()).collect();
    let mut count = n;
    // Cells by load; those that have nobody to join leave it until something beside them changes.
    let mut open: BTreeSet<(i64, u32)> = load.iter().copied().zip(0..n as u32).collect();
    while count > k {
        let Some((_, a)) = open.pop_first() else { break };
        let i = a as usize;
        let free = around[i].iter().filter(|b| !foes[i].contains(b));
        // Who may join few goes first; else the lightest.
        let rare = |b: u32| {
            let own = &around[b as usize];
            if rare_first { own.iter().filter(|c| !foes[b as usize].contains(c)).count() } else { 0 }
        };
        let Some(&b) = free.min_by_key(|&&b| (rare(b), load[b as usize], b)) else { continue };
        let j = b as usize;
        open.remove(&(load[j], b));
        let gone = std::mem::take(&mut units[j]);
        gone.iter().for_each(|&u| cell[u as usize] = a);
        units[i].extend(gone);
        load[i] += load[j];
        for c in std::mem::take(&mut around[j]) {
            around[c as usize].remove(&b);
            if c != a {
                around[c as usize].insert(a);
                around[i].insert(c);
            }
        }
        for c in std::mem::take(&mut foes[j]) {
            foes[c as usize].remove(&b);
            foes[c as usize].insert(a);
            foes[i].insert(c);
        }
        open.insert((load[i], a));
        count -= 1;
    }
    let mut number = BTreeMap::new();
    let labels = cell
        .iter()
        .map(|&c| {
            let next = number.len() as u32;
            *number.entry(c).or_insert(next)
        })
        .collect();
    (labels, count)
}
