//! The coverage (覆盖): where cells leave a gap, overlap, trespass or do not match, and the proof that they do not.
//!
//! * [`analyse`]: every defect as a polygon or line, with the regions involved
//! * [`resolve`]: the ground that an invalid region means
//! * [`Certificate`], [`certify`]: the proof that cells tile a boundary, and its check

mod analyse;
mod certificate;
mod resolve;

pub use analyse::{Analysis, BadBoundary, Defect, Kind, analyse, analyse_watched};
pub use certificate::{Certificate, Input, NotProved, certify};
pub use resolve::resolve;
