//! The coverage (覆盖): where cells leave a gap, overlap, trespass or do not match, and the proof that they do not.
//!
//! * [`analyse`]: every defect as a polygon or line, with the regions involved
//! * [`Recheck`]: the same after each edit, in the time of the edit
//! * [`nesting`]: whether cells stay inside their parents; [`levels_match`](crate::chain::levels_match) proves it of any number of levels
//! * [`resolve`]: the ground that an invalid region means
//! * [`simplify`]: fewer vertices on shared borders, and still a coverage
//! * [`repair`]: a plan that gives each face one holder, and its application
//! * [`Certificate`], [`certify`]: the proof that cells tile a boundary, and its check

mod analyse;
mod certificate;
mod ground;
mod nesting;
mod prepare;
mod recheck;
pub mod repair;
mod resolve;
mod simplify;

pub use analyse::{Analysis, Defect, Kind, analyse, analyse_watched};
pub use certificate::{Certificate, Input, NotProved, certify};
pub use ground::Parents;
pub use nesting::{Nesting, Stray, nesting};
pub use prepare::BadBoundary;
pub use recheck::Recheck;
pub use resolve::resolve;
pub use simplify::{Simplify, simplify};
