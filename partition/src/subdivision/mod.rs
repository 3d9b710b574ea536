//! The subdivision (平面剖分): nodes, edges and faces of a set of lines.
//!
//! Everything that is not a proof is read from here: gaps and overlaps are faces with the wrong number of holders,
//! basic units are the faces between roads, outlines of cells are the edges whose two sides carry different labels.
//!
//! * [`node`]: snap rounding; after it lines meet only in their ends
//! * [`Subdivision::of`]: faces of noded lines
//! * [`Subdivision::windings`], [`Subdivision::holders`]: how often, and by whom, each face is enclosed
//! * [`Subdivision::outlines`]: the ground of each label
//! * [`Subdivision::invariants`]: what must hold, for tests

mod build;
mod faces;
mod invariants;
mod noding;
mod outline;

pub use build::{FaceId, HalfEdge, Subdivision, Tag};
pub(crate) use noding::Noded;
pub use noding::{Line, node};
pub use outline::boundary_lines;

#[cfg(test)]
mod tests;
