//! C8: all covers were tried.
//!
//! The recheck shares nothing with the engine: it decides unit by unit (in or out of the cell of the smallest unit
//! left), covers the pieces left one after the other, and remembers pieces that failed. Slower, but plain.

use super::{Refuted, closed, members};
use crate::graph::UnitGraph;
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    pub fn recheck(&self, graph: &UnitGraph, loads: &[i64], parents: Option<&[u32]>) -> Result<(), Refuted> {
        let inside = members(&self.units, self.parent, graph, loads, parents)?;
        if self.units.is_empty() {
            return Err(Refuted::DoesNotFollow { why: "nothing is left to cover".to_owned() });
        }
        if self.scope == Scope::ComponentWide {
            closed(&inside, None, self.hi, graph, loads, parents)?;
        }
        if self.units.len() > MAX_UNITS {
            return Err(Refuted::Unconfirmed { steps: 0 });
        }
        let mut trial = Trial { claim: self, graph, loads, tried: BTreeMap::new(), steps: 0 };
        let mut left = self.units.clone();
        left.sort_unstable();
        let mut example = Vec::new();
        for piece in trial.pieces(&left) {
            match trial.first_cell(&piece)? {
                None => return Ok(()),
                Some(cell) => example = cell,
            }
        }
        Err(Refuted::Coverable { cell: example })
    }
}

struct Trial<'a> {
    claim: &'a Exhaustive,
    graph: &'a UnitGraph,
    loads: &'a [i64],
    /// Pieces tried, with the first cell of a cover where there is one.
    tried: BTreeMap<Vec<u32>, Option<Vec<u32>>>,
    steps: u64,
}

impl Trial<'_> {
    /// Connected pieces of a sorted set, each sorted.
    fn pieces(&self, set: &[u32]) -> Vec<Vec<u32>> {
        let mut open = set.to_vec();
        let mut pieces = Vec::new();
        while let Some(start) = open.pop() {
            let mut piece = vec![start];
            let mut head = 0;
            while head < piece.len() {
                for (v, _) in self.graph.neighbours(piece[head]) {
                    if let Ok(at) = open.binary_search(&v) {
                        open.remove(at);
                        piece.push(v);
                    }
                }
                head += 1;
            }
            piece.sort_unstable();
            pieces.push(piece);
        }
        pieces
    }

    /// A cell with the smallest unit of the connected `piece` such that the rest can be covered too.
    fn first_cell(&mut self, piece: &[u32]) -> Result<Option<Vec<u32>>, Refuted> {
        if let Some(known) = self.tried.get(piece) {
            return Ok(known.clone());
        }
        let total: i128 = piece.iter().map(|&u| i128::from(self.loads[u as usize])).sum();
        let (lo, hi) = (i128::from(self.claim.lo), i128::from(self.claim.hi));
        let may = (1..=piece.len() as i128).any(|c| c * lo <= total && total <= c * hi);
        let found = match piece.first() {
            Some(&first) if may => {
                let mut state = vec![State::Open; piece.len()];
                state[0] = State::In;
                self.decide(piece, &mut state, self.loads[first as usize])?
            }
            _ => None,
        };
        self.tried.insert(piece.to_vec(), found.clone());
        Ok(found)
    }

    /// Puts the next undecided neighbour of the cell in, then out; at the end tries the cell.
    fn decide(&mut self, piece: &[u32], state: &mut [State], load: i64) -> Result<Option<Vec<u32>>, Refuted> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(Refuted::Unconfirmed { steps: MAX_STEPS });
        }
        if load > self.claim.hi {
            return Ok(None);
        }
        let next = (0..piece.len()).find(|&i| {
            state[i] == State::Open
                && self
                    .graph
                    .neighbours(piece[i])
                    .any(|(v, _)| piece.binary_search(&v).is_ok_and(|at| state[at] == State::In))
        });
        let Some(next) = next else {
            if load < self.claim.lo {
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
        for choice in [State::In, State::Out] {
            state[next] = choice;
            let grown = if choice == State::In {
                load.saturating_add(self.loads[piece[next] as usize])
            } else {
                load
            };
            let found = self.decide(piece, state, grown)?;
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
