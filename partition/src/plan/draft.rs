//! A plan under edit: its labels are what its history makes of the labels it began with.

use super::operation::apply_where;
use super::{Change, Ground, Move, Operation, Refusal};

/// A draft (草稿): labels, and the edits that led to them.
///
/// The only way to change one is [`Draft::record`]; undo and redo are edits too, so a history only ever grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    labels: Vec<u32>,
    cells: u32,
    changes: Vec<Change>,
    /// Places in `changes` that undo would take back, and that redo would make again; the newest last.
    standing: Vec<usize>,
    taken_back: Vec<usize>,
}

/// A change that does not fit the plan it is said to belong to: it was made from other labels.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("change {change} does not fit: {reason}")]
pub struct Misfit {
    /// Its place in the history, from 0.
    pub change: usize,
    /// What does not fit.
    pub reason: &'static str,
}

impl Draft {
    /// A draft without edits: `labels` over cells `0..cells`.
    #[must_use]
    pub fn new(labels: Vec<u32>, cells: u32) -> Self {
        Self { labels, cells, ..Self::default() }
    }

    /// The draft that `changes` make of the labels it began with.
    ///
    /// # Errors
    /// [`Misfit`] at the first change that cannot have happened.
    pub fn replay(
        labels: Vec<u32>,
        cells: u32,
        changes: impl IntoIterator<Item = Change>,
    ) -> Result<Self, Misfit> {
        let mut draft = Self::new(labels, cells);
        changes.into_iter().try_for_each(|c| draft.record(c))?;
        Ok(draft)
    }

    /// The cell of each unit.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// Number of cells, retired ones included.
    #[must_use]
    pub fn cells(&self) -> u32 {
        self.cells
    }

    /// Every edit, oldest first.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What an operation would do now. Nothing changes until it is recorded.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn propose(&self, ground: &Ground, operation: &Operation) -> Result<Change, Refusal> {
        self.propose_where(ground, operation, &|_| false)
    }

    /// [`Draft::propose`], where cells of which `scattered` is true may lie in several pieces: dedicated ones (专属网格).
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn propose_where(
        &self,
        ground: &Ground,
        operation: &Operation,
        scattered: &dyn Fn(u32) -> bool,
    ) -> Result<Change, Refusal> {
        let again = |place: Option<&usize>, moves: fn(Move) -> Move| {
            let change = place.and_then(|&i| self.changes.get(i))?;
            let moves = change.moves.iter().map(|&m| moves(m)).collect();
            Some(Change { operation: operation.clone(), moves, cells: self.cells })
        };
        match operation {
            Operation::Undo => again(self.standing.last(), Move::inverse).ok_or(Refusal::NothingToUndo),
            Operation::Redo => again(self.taken_back.last(), |m| m).ok_or(Refusal::NothingToRedo),
            _ => apply_where(ground, &self.labels, self.cells, operation, scattered),
        }
    }

    /// Makes a proposed change part of the draft.
    ///
    /// # Errors
    /// [`Misfit`] when it was proposed for other labels; nothing has changed then.
    pub fn record(&mut self, change: Change) -> Result<(), Misfit> {
        let place = self.changes.len();
        let misfit = |reason| Misfit { change: place, reason };
        if change.cells < self.cells {
            return Err(misfit("cells got lost"));
        }
        for m in &change.moves {
            if self.labels.get(m.unit as usize) != Some(&m.from) || m.to >= change.cells {
                return Err(misfit("a unit is not where the change takes it from"));
            }
        }
        if !change.moves.is_sorted_by(|a, b| a.unit < b.unit) {
            return Err(misfit("units are not in order"));
        }
        match change.operation {
            Operation::Undo => {
                let undone = self.standing.pop().ok_or_else(|| misfit("there was nothing to undo"))?;
                self.taken_back.push(undone);
            }
            Operation::Redo => {
                let redone = self.taken_back.pop().ok_or_else(|| misfit("there was nothing to redo"))?;
                self.standing.push(redone);
            }
            _ => {
                self.standing.push(place);
                self.taken_back.clear();
            }
        }
        for m in &change.moves {
            self.labels[m.unit as usize] = m.to;
        }
        self.cells = change.cells;
        self.changes.push(change);
        Ok(())
    }
}
