//! What a proof is held against: the data, and the rules it rests on.

use super::Refuted;
use crate::graph::UnitGraph;
use crate::solve::{Criterion, Problem, Rules};
use std::collections::{BTreeMap, BTreeSet};

/// The data that proofs speak of.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Who borders whom.
    pub graph: &'a UnitGraph,
    /// The load of each unit in the first criterion.
    pub loads: &'a [i64],
    /// The parent of each unit.
    pub parents: Option<&'a [u32]>,
    /// The further criteria.
    pub further: Vec<&'a Criterion>,
}

impl<'a> Facts<'a> {
    /// One criterion.
    #[must_use]
    pub fn new(graph: &'a UnitGraph, loads: &'a [i64], parents: Option<&'a [u32]>) -> Self {
        Self { graph, loads, parents, further: Vec::new() }
    }

    /// What a problem speaks of.
    #[must_use]
    pub fn of(problem: &Problem<'a>) -> Self {
        let further = problem.further.iter().map(|f| &f.criterion).collect();
        Self { graph: problem.graph, loads: &problem.criterion.loads, parents: problem.parents, further }
    }

    pub(super) fn parent(&self, unit: u32) -> Option<u32> {
        self.parents.and_then(|p| p.get(unit as usize).copied())
    }

    /// The column of a further criterion.
    pub(super) fn column(&self, name: &str) -> Result<&'a [i64], Refuted> {
        let found = self.further.iter().find(|c| c.name == name && c.loads.len() == self.graph.len());
        found.map(|c| c.loads.as_slice()).ok_or_else(|| Refuted::UnknownCriterion { name: name.to_owned() })
    }
}

/// The ground under rules: which units share a cell in any plan, and which never do.
#[derive(Clone)]
pub(super) struct View<'a> {
    pub(super) facts: &'a Facts<'a>,
    /// The smallest unit of those that each one shares a cell with.
    class: Vec<u32>,
    /// Classes that each class may not be with.
    foes: BTreeMap<u32, BTreeSet<u32>>,
    /// The units of each class of several.
    members: BTreeMap<u32, Vec<u32>>,
    links: BTreeMap<u32, Vec<u32>>,
}

impl<'a> View<'a> {
    pub(super) fn of(facts: &'a Facts<'a>, rules: &Rules) -> Result<Self, Refuted> {
        let n = facts.graph.len();
        let lists = rules.together.iter().chain(&rules.apart).chain(std::iter::once(&rules.seeds)).flatten();
        let named = lists.chain(rules.walls.iter().chain(&rules.links).flatten()).copied();
        if let Some(unit) = named.chain(rules.locks.iter().map(|l| l.unit)).max().filter(|&u| u as usize >= n)
        {
            return Err(Refuted::UnknownUnit { unit });
        }
        let mut view = Self {
            facts,
            class: (0..n as u32).collect(),
            foes: BTreeMap::new(),
            members: BTreeMap::new(),
            links: BTreeMap::new(),
        };
        for &[a, b] in &rules.links {
            view.links.entry(a).or_default().push(b);
            view.links.entry(b).or_default().push(a);
        }
        let mut locked: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for lock in &rules.locks {
            locked.entry(lock.cell).or_default().push(lock.unit);
        }
        for group in rules.together.iter().chain(locked.values()) {
            group.windows(2).for_each(|w| view.join(w[0], w[1]));
        }
        let first: Vec<u32> = locked.values().map(|units| units[0]).collect();
        let walls = rules.walls.iter().map(|w| &w[..]);
        for (i, &a) in first.iter().enumerate() {
            first[i + 1..].iter().for_each(|&b| view.separate(a, b));
        }
        for group in rules.apart.iter().map(Vec::as_slice).chain([&rules.seeds[..]]).chain(walls) {
            let group: BTreeSet<u32> = group.iter().copied().collect();
            for &a in &group {
                for &b in group.iter().filter(|&&b| b != a) {
                    view.separate(a, b);
                }
            }
        }
        Ok(view)
    }

    pub(super) fn class(&self, unit: u32) -> u32 {
        let mut at = unit;
        while self.class[at as usize] != at {
            at = self.class[at as usize];
        }
        at
    }

    /// Makes two units share a cell; foes of one become foes of both.
    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.class(a), self.class(b));
        let (keep, gone) = (a.min(b), a.max(b));
        if keep == gone {
            return;
        }
        self.class[gone as usize] = keep;
        let units = self.members.remove(&gone).unwrap_or_else(|| vec![gone]);
        self.members.entry(keep).or_insert_with(|| vec![keep]).extend(units);
        for foe in self.foes.remove(&gone).unwrap_or_default() {
            let foe = if foe == gone { keep } else { foe };
            self.foes.entry(keep).or_default().insert(foe);
            let back = self.foes.entry(foe).or_default();
            back.remove(&gone);
            back.insert(keep);
        }
    }

    /// Whether no cell may hold both.
    pub(super) fn apart(&self, a: u32, b: u32) -> bool {
        let (a, b) = (self.class(a), self.class(b));
        self.facts.parent(a) != self.facts.parent(b) || self.foes.get(&a).is_some_and(|f| f.contains(&b))
    }

    /// Makes two units stay apart.
    pub(super) fn separate(&mut self, a: u32, b: u32) {
        let (a, b) = (self.class(a), self.class(b));
        self.foes.entry(a).or_default().insert(b);
        self.foes.entry(b).or_default().insert(a);
    }

    pub(super) fn has_foes(&self, class: u32) -> bool {
        self.foes.get(&class).is_some_and(|f| !f.is_empty())
    }

    /// Classes that border a class and may join it.
    pub(super) fn beside(&self, class: u32) -> BTreeSet<u32> {
        let own = self.members.get(&class).map_or(std::slice::from_ref(&class), Vec::as_slice);
        let around = own.iter().flat_map(|&u| self.neighbours(u)).map(|v| self.class(v));
        around.filter(|&c| c != class).collect()
    }

    /// Classes that have foes, ascending.
    pub(super) fn with_foes(&self) -> impl Iterator<Item = u32> + '_ {
        self.foes.iter().filter(|e| !e.1.is_empty()).map(|e| *e.0)
    }

    /// A unit of a class that has to be apart from a unit of the same class.
    pub(super) fn contradiction(&self) -> Option<u32> {
        self.foes.iter().find(|(class, foes)| foes.contains(class)).map(|e| *e.0)
    }

    /// The units of each class of several.
    pub(super) fn groups(&self) -> &BTreeMap<u32, Vec<u32>> {
        &self.members
    }

    /// The units of the class of `unit`.
    pub(super) fn own(&self, unit: u32) -> Vec<u32> {
        self.members.get(&self.class(unit)).cloned().unwrap_or_else(|| vec![unit])
    }

    /// Neighbours that may share a cell with `unit`.
    pub(super) fn neighbours(&self, unit: u32) -> impl Iterator<Item = u32> + '_ {
        let links = self.links.get(&unit).map_or(&[][..], Vec::as_slice);
        let all = self.facts.graph.row(unit).iter().chain(links).copied();
        all.filter(move |&v| !self.apart(unit, v))
    }

    /// Whether each unit can be reached from `start` over units that `open` lets through.
    pub(super) fn reach(&self, start: u32, open: impl Fn(u32) -> bool) -> Vec<Option<u32>> {
        let mut from = vec![None; self.class.len()];
        let mut queue = vec![start];
        from[start as usize] = Some(start);
        let mut head = 0;
        while head < queue.len() {
            let u = queue[head];
            head += 1;
            for v in self.neighbours(u) {
                if from[v as usize].is_none() && open(v) {
                    from[v as usize] = Some(u);
                    queue.push(v);
                }
            }
        }
        from
    }

    /// The units that hang together with `start`, in no order.
    pub(super) fn piece(&self, start: u32) -> Vec<u32> {
        let (mut seen, mut piece) = (BTreeSet::from([start]), vec![start]);
        let mut head = 0;
        while head < piece.len() {
            let around: Vec<u32> = self.neighbours(piece[head]).collect();
            piece.extend(around.into_iter().filter(|&v| seen.insert(v)));
            head += 1;
        }
        piece
    }

    /// Checks that units that share a cell are all among `inside` or all outside.
    pub(super) fn whole(&self, inside: &[bool]) -> Result<(), Refuted> {
        for (class, units) in self.groups() {
            if let Some(&unit) = units.iter().find(|&&u| inside[u as usize] != inside[*class as usize]) {
                return Err(Refuted::NotClosed { unit: *class, neighbour: unit });
            }
        }
        Ok(())
    }
}
