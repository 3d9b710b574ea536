//! C8: all covers were tried.
//!
//! The recheck shares nothing with the engine: it decides unit by unit (in or out of the cell of the smallest unit
//! left), covers the pieces left one after the other, and remembers pieces that failed. Slower, but plain.

use super::{Bound, Facts, Refuted, View, closed, members};
use crate::solve::Rules;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an exhaustive proof speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The units are closed: the parent is infeasible.
    ComponentWide,
    /// The region could be cut otherwise if its outline moved: nothing is said about the parent.
    Local,
}

/// No set of connected cells inside the range covers exactly these units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exhaustive {
    /// What follows for the parent.
    pub scope: Scope,
    /// The parent they lie in.
    pub parent: Option<u32>,
    /// The units, ascending.
    pub units: Vec<u32>,
    /// Lower end of the range.
    pub lo: i64,
    /// Upper end of the range.
    pub hi: i64,
    /// Bounds of each cell in further criteria.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Bound>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Rules::is_empty")]
    pub rules: Rules,
}

/// Largest claim a recheck looks into; no honest one is larger.
const MAX_UNITS: usize = 64;
/// Steps a recheck may take: minutes at most.
const MAX_STEPS: u64 = 400_000_000;

impl Exhaustive {
    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when a cover exists, or a component-wide claim leaves out units that could take part.
    pub fn recheck(&self, facts: &Facts<'_>) -> Result<(), Refuted> {
        self.recheck_within(facts, MAX_STEPS)
    }

    /// The same in at most so many steps.
    pub(crate) fn recheck_within(&self, facts: &Facts<'_>, most: u64) -> Result<(), Refuted> {
        let inside = members(&self.units, self.parent, facts)?;
        if self.units.is_empty() {
            return Err(Refuted::DoesNotFollow { why: "nothing is left to cover".to_owned() });
        }
        let view = View::of(facts, &self.rules)?;
        match self.scope {
            Scope::ComponentWide => closed(&inside, None, self.hi, &view)?,
            Scope::Local => view.whole(&inside)?,
        }
        if self.units.len() > MAX_UNITS * MAX_UNITS {
            return Err(Refuted::Unconfirmed { steps: 0 });
        }
        let mut trial = Trial { left: most, ..Trial::of(self, &view)? };
        if trial.rows.len() > MAX_UNITS {
            return Err(Refuted::Unconfirmed { steps: 0 });
        }
        let left: Vec<u32> = (0..trial.rows.len() as u32).collect();
        let mut example = Vec::new();
        for piece in trial.pieces(&left) {
            match trial.first_cell(&piece)? {
                None => return Ok(()),
                Some(cell) => example = cell,
            }
        }
        let cell = example.iter().flat_map(|&i| trial.members[i as usize].iter().copied()).collect();
        Err(Refuted::Coverable { cell })
    }
}

/// The claim over classes: units that share a cell are one.
struct Trial {
    members: Vec<Vec<u32>>,
    /// Neighbours that may share a cell, ascending.
    rows: Vec<Vec<u32>>,
    foes: Vec<Vec<u32>>,
    /// The load of each class in each criterion.
    loads: Vec<Vec<i64>>,
    bounds: Vec<(i64, i64)>,
    /// Pieces tried, with the first cell of a cover where there is one.
    tried: BTreeMap<Vec<u32>, Option<Vec<u32>>>,
    /// Steps that are left.
    left: u64,
}

impl Trial {
    fn of(claim: &Exhaustive, view: &View<'_>) -> Result<Self, Refuted> {
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &u in &claim.units {
            members.entry(view.class(u)).or_default().push(u);
        }
        let classes: Vec<u32> = members.keys().copied().collect();
        let members: Vec<Vec<u32>> = members.into_values().collect();
        let number = |u: u32| classes.binary_search(&view.class(u)).ok().map(|i| i as u32);
        let row = |units: &Vec<u32>| {
            let mut row: Vec<u32> =
                units.iter().flat_map(|&u| view.neighbours(u)).filter_map(number).collect();
            row.sort_unstable();
            row.dedup();
            row
        };
        let foes = |&a: &u32| {
            let apart = |&i: &u32| classes[i as usize] != a && view.apart(a, classes[i as usize]);
            (0..classes.len() as u32).filter(apart).collect()
        };
        let mut columns = vec![view.facts.loads];
        let mut bounds = vec![(claim.lo, claim.hi)];
        for b in &claim.further {
            columns.push(view.facts.column(&b.criterion)?);
            bounds.push((b.lo, b.hi));
        }
        let load = |units: &Vec<u32>| -> Vec<i64> {
            columns
                .iter()
                .map(|c| units.iter().fold(0_i64, |sum, &u| sum.saturating_add(c[u as usize])))
                .collect()
        };
        Ok(Self {
            rows: members.iter().map(row).collect(),
            foes: classes.iter().map(foes).collect(),
            loads: members.iter().map(load).collect(),
            members,
            bounds,
            tried: BTreeMap::new(),
            left: MAX_STEPS,
        })
    }

    /// Connected pieces of a sorted set, each sorted.
    fn pieces(&self, set: &[u32]) -> Vec<Vec<u32>> {
        let mut open = set.to_vec();
        let mut pieces = Vec::new();
        while let Some(start) = open.pop() {
            let mut piece = vec![start];
            let mut head = 0;
            while head < piece.len() {
                for v in &self.rows[piece[head] as usize] {
                    if let Ok(at) = open.binary_search(v) {
                        open.remove(at);
                        piece.push(*v);
                    }
                }
                head += 1;
            }
            piece.sort_unstable();
            pieces.push(piece);
        }
        pieces
    }

    /// A cell with the smallest class of the connected `piece` such that the rest can be covered too.
    fn first_cell(&mut self, piece: &[u32]) -> Result<Option<Vec<u32>>, Refuted> {
        if let Some(known) = self.tried.get(piece) {
            return Ok(known.clone());
        }
        let count = |c: i128| {
            self.bounds.iter().enumerate().all(|(i, &(lo, hi))| {
                let total: i128 = piece.iter().map(|&u| i128::from(self.loads[u as usize][i])).sum();
                c * i128::from(lo) <= total && total <= c * i128::from(hi)
            })
        };
        let may = (1..=piece.len() as i128).any(count);
        let found = match piece.first() {
            Some(&first) if may => {
                let mut state = vec![State::Open; piece.len()];
                state[0] = State::In;
                self.decide(piece, &mut state, &self.loads[first as usize].clone())?
            }
            _ => None,
        };
        self.tried.insert(piece.to_vec(), found.clone());
        Ok(found)
    }

    /// Puts the next undecided neighbour of the cell in, then out; at the end tries the cell.
    fn decide(
        &mut self,
        piece: &[u32],
        state: &mut [State],
        load: &[i64],
    ) -> Result<Option<Vec<u32>>, Refuted> {
        self.left = self.left.checked_sub(1).ok_or(Refuted::Unconfirmed { steps: MAX_STEPS })?;
        if load.iter().zip(&self.bounds).any(|(&w, b)| w > b.1) {
            return Ok(None);
        }
        let is_in = |v: &u32| piece.binary_search(v).is_ok_and(|at| state[at] == State::In);
        let next = (0..piece.len())
            .find(|&i| state[i] == State::Open && self.rows[piece[i] as usize].iter().any(is_in));
        let Some(next) = next else {
            if load.iter().zip(&self.bounds).any(|(&w, b)| w < b.0) {
                return Ok(None);
            }
            let split = |want: bool| -> Vec<u32> {
                piece
                    .iter()
                    .zip(state.iter())
                    .filter(|(_, s)| (**s == State::In) == want)
                    .map(|(&u, _)| u)
                    .collect()
            };
            let rest = split(false);
            for left in self.pieces(&rest) {
                if self.first_cell(&left)?.is_none() {
                    return Ok(None);
                }
            }
            return Ok(Some(split(true)));
        };
        let own = piece[next] as usize;
        let crowded = self.foes[own].iter().any(is_in);
        for choice in [State::In, State::Out] {
            if choice == State::In && crowded {
                continue;
            }
            state[next] = choice;
            let grown: Vec<i64> = match choice {
                State::In => load.iter().zip(&self.loads[own]).map(|(a, b)| a.saturating_add(*b)).collect(),
                _ => load.to_vec(),
            };
            let found = self.decide(piece, state, &grown)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        state[next] = State::Open;
        Ok(None)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    In,
    Out,
}
