//! The plan (方案): which cell each unit belongs to.
//!
//! A plan is a label per unit of an immutable base; moving a unit changes a label, so it can never open a gap.
//!
//! * [`dissolve`]: the ground of each cell
//! * [`pair`]: neighbouring cells that stand in for each other (AB岗)
//! * [`numbering`]: cells in reading order, west to east and north to south

mod dissolve;
mod numbering;
mod pairing;

pub use dissolve::dissolve;
pub use numbering::numbering;
pub use pairing::{Pairing, pair};
