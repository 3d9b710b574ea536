//! The plan (方案): which cell each unit belongs to.
//!
//! A plan is a label per unit of an immutable base; moving a unit changes a label, so it can never open a gap.
//!
//! * [`dissolve`]: the ground of each cell; [`label_points`]: where its label stands
//! * [`pair`]: neighbouring cells that stand in for each other (AB岗)
//! * [`succession`]: which cell keeps which code when a plan is drawn anew
//! * [`numbering`]: cells in reading order, west to east and north to south
//! * [`Operation`], [`apply`]: an edit as a value, and what it does ([`Change`]) or would break ([`Refusal`])
//! * [`Draft`]: a plan under edit, with undo and redo over its history
//! * [`Ground`]: the graph and the parents that edits are judged against

mod dissolve;
mod draft;
mod ground;
mod numbering;
mod operation;
mod pairing;
mod succession;

pub use dissolve::{dissolve, label_points};
pub use draft::{Draft, Misfit};
pub use ground::Ground;
pub use numbering::numbering;
pub use operation::{Change, Move, Operation, Refusal, apply};
pub use pairing::{Pairing, pair};
pub use succession::succession;
