//! Basic units (基本单元): the smallest ground that a plan never cuts.
//!
//! * [`build`]: the faces between boundary, roads, rivers … that cut no building
//! * [`squares`], [`hexagons`]: lines to cut by where nothing else is known

mod build;
mod fallback;
mod merge;

pub use build::{BuildError, LineKind, Options, SourceLine, Units, build};
pub use fallback::{hexagons, squares};
