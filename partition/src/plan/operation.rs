//! Edits as plain values, and what each would break.

use super::Ground;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One edit of a plan (编辑操作). Units and cells are numbers in the base revision and in the plan.
///
/// A cell is its number for ever: a cell whose last unit left keeps it, so codes are never used twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Operation {
    /// Units go to a cell that has units already.
    Assign {
        /// Which units.
        units: Vec<u32>,
        /// Where to.
        cell: u32,
    },
    /// Units of two cells change places: `first` go to the cell of `second` and the other way round.
    Swap {
        /// Units of one cell.
        first: Vec<u32>,
        /// Units of another.
        second: Vec<u32>,
    },
    /// All units of a cell go to another; the cell is retired.
    Merge {
        /// The cell that ends.
        cell: u32,
        /// The cell that takes over.
        into: u32,
    },
    /// Units leave their cell and become a new one, numbered next.
    Split {
        /// Units of one cell, but not all of it.
        units: Vec<u32>,
    },
    /// Several units go each to a cell that has units already: what a repair comes to.
    Reassign {
        /// Unit and cell.
        moves: Vec<(u32, u32)>,
    },
    /// Takes the newest edit back that still stands.
    Undo,
    /// Makes the newest edit again that was taken back.
    Redo,
}

/// One unit changing hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Move {
    /// The unit.
    pub unit: u32,
    /// The cell it leaves.
    pub from: u32,
    /// The cell it joins.
    pub to: u32,
}

impl Move {
    /// The way back.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self { unit: self.unit, from: self.to, to: self.from }
    }
}

/// What an operation does to one plan: enough to do it again, and to undo it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What was asked for.
    pub operation: Operation,
    /// What it comes to, ascending by unit, each unit once.
    pub moves: Vec<Move>,
    /// How many cells the plan has afterwards, retired ones included.
    pub cells: u32,
}

/// Why an operation was not done. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No such unit.
    #[error("there is no unit {unit}")]
    UnknownUnit {
        /// As given.
        unit: u32,
    },
    /// No such cell.
    #[error("there is no cell {cell}")]
    UnknownCell {
        /// As given.
        cell: u32,
    },
    /// Units named for one cell belong to several.
    #[error("unit {unit} belongs to another cell than unit {other}")]
    SeveralCells {
        /// A unit.
        unit: u32,
        /// One of another cell.
        other: u32,
    },
    /// Everything is as asked for already.
    #[error("nothing would change")]
    NothingChanges,
    /// A cell would lie in two parents.
    #[error("cell {cell} would reach into another parent with {} unit(s), first {}", units.len(), units.first().copied().unwrap_or_default())]
    CrossesParent {
        /// The cell.
        cell: u32,
        /// The units of the other parent, ascending.
        units: Vec<u32>,
    },
    /// A cell would be left without units; merging says so openly.
    #[error("cell {cell} would be left without units")]
    EmptiesCell {
        /// The cell.
        cell: u32,
    },
    /// A cell would fall into pieces.
    #[error("cell {cell} would fall into {pieces} pieces: {} unit(s) are cut off, first {}", units.len(), units.first().copied().unwrap_or_default())]
    BreaksContiguity {
        /// The cell.
        cell: u32,
        /// How many.
        pieces: usize,
        /// The units outside its largest piece, ascending.
        units: Vec<u32>,
    },
    /// No edit stands that could be taken back.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// No edit was taken back since the last one.
    #[error("there is nothing to redo")]
    NothingToRedo,
}

impl Refusal {
    /// A stable name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownUnit { .. } => "unknown-unit",
            Self::UnknownCell { .. } => "unknown-cell",
            Self::SeveralCells { .. } => "several-cells",
            Self::NothingChanges => "nothing-changes",
            Self::CrossesParent { .. } => "crosses-parent",
            Self::EmptiesCell { .. } => "empties-cell",
            Self::BreaksContiguity { .. } => "breaks-contiguity",
            Self::NothingToUndo => "nothing-to-undo",
            Self::NothingToRedo => "nothing-to-redo",
        }
    }

    /// The cell it is about.
    #[must_use]
    pub fn cell(&self) -> Option<u32> {
        match self {
            Self::UnknownCell { cell }
            | Self::CrossesParent { cell, .. }
            | Self::EmptiesCell { cell }
            | Self::BreaksContiguity { cell, .. } => Some(*cell),
            _ => None,
        }
    }

    /// The units to show, ascending.
    #[must_use]
    pub fn units(&self) -> &[u32] {
        match self {
            Self::CrossesParent { units, .. } | Self::BreaksContiguity { units, .. } => units,
            Self::UnknownUnit { unit } | Self::SeveralCells { unit, .. } => std::slice::from_ref(unit),
            _ => &[],
        }
    }
}

/// What `operation` would do to a plan: `labels` over cells `0..cells`, retired ones included.
///
/// [`Operation::Undo`] and [`Operation::Redo`] need a history: see [`super::Draft::propose`]; here there is none.
///
/// # Assumptions
/// A plan may be imperfect already: what is refused is only what gets worse. Contiguity is by border, within the pieces
/// of ground that borders inside one parent leave; an island may go to any cell of its parent.
///
/// # Complexity
/// O(units + borders of the cells concerned).
///
/// # Errors
/// [`Refusal`]: the first reason, cells ascending.
pub fn apply(ground: &Ground, labels: &[u32], cells: u32, operation: &Operation) -> Result<Change, Refusal> {
    apply_where(ground, labels, cells, operation, &|_| false)
}

/// [`apply`], where cells of which `scattered` is true may lie in several pieces: dedicated ones (专属网格).
pub(super) fn apply_where(
    ground: &Ground,
    labels: &[u32],
    cells: u32,
    operation: &Operation,
    scattered: &dyn Fn(u32) -> bool,
) -> Result<Change, Refusal> {
    let edit = Edit { ground, labels, cells, scattered };
    let (moves, cells) = match operation {
        Operation::Assign { units, cell } => (edit.assign(units, *cell)?, cells),
        Operation::Swap { first, second } => (edit.swap(first, second)?, cells),
        Operation::Merge { cell, into } => (edit.merge(*cell, *into)?, cells),
        Operation::Split { units } => (edit.split(units)?, cells + 1),
        Operation::Reassign { moves } => (edit.reassign(moves)?, cells),
        Operation::Undo => return Err(Refusal::NothingToUndo),
        Operation::Redo => return Err(Refusal::NothingToRedo),
    };
    if moves.is_empty() {
        return Err(Refusal::NothingChanges);
    }
    let ending = match operation {
        Operation::Merge { cell, .. } => Some(*cell),
        _ => None,
    };
    edit.check(&moves, ending)?;
    Ok(Change { operation: operation.clone(), moves: moves.into_values().collect(), cells })
}

/// Moves by unit.
type Moves = BTreeMap<u32, Move>;

struct Edit<'a> {
    ground: &'a Ground,
    labels: &'a [u32],
    cells: u32,
    scattered: &'a dyn Fn(u32) -> bool,
}

impl Edit<'_> {
    fn label(&self, unit: u32) -> Result<u32, Refusal> {
        self.labels.get(unit as usize).copied().ok_or(Refusal::UnknownUnit { unit })
    }

    /// A cell that has units; a retired one is not known any more.
    fn known(&self, cell: u32) -> Result<u32, Refusal> {
        if cell < self.cells && self.labels.contains(&cell) {
            Ok(cell)
        } else {
            Err(Refusal::UnknownCell { cell })
        }
    }

    fn to(&self, units: &[u32], to: u32, moves: &mut Moves) -> Result<(), Refusal> {
        for &unit in units {
            let from = self.label(unit)?;
            if from != to {
                moves.insert(unit, Move { unit, from, to });
            }
        }
        Ok(())
    }

    /// The one cell that all of `units` belong to.
    fn common(&self, units: &[u32]) -> Result<u32, Refusal> {
        let &first = units.first().ok_or(Refusal::NothingChanges)?;
        let cell = self.label(first)?;
        for &unit in units {
            if self.label(unit)? != cell {
                return Err(Refusal::SeveralCells { unit, other: first });
            }
        }
        Ok(cell)
    }

    fn assign(&self, units: &[u32], cell: u32) -> Result<Moves, Refusal> {
        let mut moves = Moves::new();
        self.to(units, self.known(cell)?, &mut moves)?;
        Ok(moves)
    }

    fn swap(&self, first: &[u32], second: &[u32]) -> Result<Moves, Refusal> {
        let (a, b) = (self.common(first)?, self.common(second)?);
        let mut moves = Moves::new();
        self.to(first, b, &mut moves)?;
        self.to(second, a, &mut moves)?;
        Ok(moves)
    }

    fn merge(&self, cell: u32, into: u32) -> Result<Moves, Refusal> {
        let (cell, into) = (self.known(cell)?, self.known(into)?);
        let mut moves = Moves::new();
        let units: Vec<u32> =
            (0..self.labels.len() as u32).filter(|&u| self.labels[u as usize] == cell).collect();
        self.to(&units, into, &mut moves)?;
        Ok(moves)
    }

    fn split(&self, units: &[u32]) -> Result<Moves, Refusal> {
        self.common(units)?;
        let mut moves = Moves::new();
        self.to(units, self.cells, &mut moves)?;
        Ok(moves)
    }

    fn reassign(&self, all: &[(u32, u32)]) -> Result<Moves, Refusal> {
        let mut moves = Moves::new();
        for &(unit, cell) in all {
            self.to(&[unit], self.known(cell)?, &mut moves)?;
        }
        Ok(moves)
    }

    fn check(&self, moves: &Moves, ending: Option<u32>) -> Result<(), Refusal> {
        // Units of every cell concerned, before and after.
        let mut cells: BTreeMap<u32, [Vec<u32>; 2]> = BTreeMap::new();
        for m in moves.values() {
            cells.entry(m.from).or_default();
            cells.entry(m.to).or_default();
        }
        for (unit, before) in (0..).zip(self.labels) {
            let after = moves.get(&unit).map_or(*before, |m| m.to);
            for (cell, time) in [(*before, 0), (after, 1)] {
                if let Some(units) = cells.get_mut(&cell) {
                    units[time].push(unit);
                }
            }
        }
        for (&cell, [_, after]) in &cells {
            if after.is_empty() && ending != Some(cell) {
                return Err(Refusal::EmptiesCell { cell });
            }
        }
        for (&cell, [before, after]) in &cells {
            let strangers = self.ground.strangers(before, after);
            if !strangers.is_empty() {
                return Err(Refusal::CrossesParent { cell, units: strangers });
            }
        }
        for (&cell, [before, after]) in &cells {
            let (was, is) = (self.ground.pieces(before), self.ground.pieces(after));
            if is.avoidable() > was.avoidable() && !(self.scattered)(cell) {
                let pieces = is.members.len();
                return Err(Refusal::BreaksContiguity { cell, pieces, units: is.cut_off() });
            }
        }
        Ok(())
    }
}
