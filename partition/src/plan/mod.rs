//! The plan (方案): which cell each unit belongs to.
//!
//! A plan is a label per unit of an immutable base; moving a unit changes a label, so it can never open a gap.
//!
//! * [`dissolve`]: the ground of each cell
//! * [`numbering`]: cells in reading order, west to east and north to south

mod dissolve;
mod numbering;

pub use dissolve::dissolve;
pub use numbering::numbering;
