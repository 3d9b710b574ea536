//! Basic units (基本单元): the smallest ground that a plan never cuts.
//!
//! * [`build`]: the faces between boundary, streets, rivers … that cut no building
//! * [`squares`], [`hexagons`]: lines to cut by where nothing else is known

mod build;
mod fallback;
mod merge;
mod onward;
mod picture;
mod sources;

pub use build::{BuildError, Units, build};
pub use fallback::{hexagon_area_m2, hexagons, squares};
pub use sources::{LineKind, Options, SourceLine, Sources, Whole};
