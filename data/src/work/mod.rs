//! The line of work: from files to units, from units to a plan.
//!
//! * [`town`]: units and their workload from an OpenStreetMap extract
//! * [`given`]: units, parents and loads from an office's own file
//! * [`plan`]: a plan over units, proved to tile their boundary
//!
//! Commands and jobs call these; they read and write nothing themselves.

pub mod checked;
mod error;
pub mod given;
pub mod plan;
pub mod town;

pub use error::WorkError;
