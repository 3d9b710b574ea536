//! The project store.
//!
//! | I have … | I want … | use |
//! |---|---|---|
//! | a project in memory | one GeoPackage, and back | [`save`], [`open`]: blocking, from anywhere; async: [`gpkg::save`], [`gpkg::open`] |
//! | a project that people work on | its plans, versions, operations, people | [`Store`], over either back end |

pub mod gpkg;
pub mod model;
pub mod records;

mod dialect;
mod error;
mod fingerprint;
mod layers;
mod live;
mod location;
mod postgis;
mod read;
mod rows;
mod snapshot;
mod tables;
mod time;
mod write;

pub use error::StoreError;
pub use live::{Kind, Store};
pub use location::Location;
pub use model::Project;
pub use snapshot::Snapshot;
pub use time::{NoTime, Timestamp};

use crate::runtime;
use std::path::Path;

/// Writes a project as one GeoPackage. Killed at any moment, the old file stays whole.
///
/// # Errors
/// [`StoreError`].
pub fn save(path: &Path, project: &Project) -> Result<(), StoreError> {
    runtime::block_on(gpkg::save(path, project))
        .map_err(|source| StoreError::Io { path: path.to_owned(), source })?
}

/// Reads a project back, every coordinate to the last micrometre.
///
/// # Errors
/// [`StoreError`]; a file that is not exactly what wangge wrote is refused with a sentence that says why.
pub fn open(path: &Path) -> Result<Project, StoreError> {
    runtime::block_on(gpkg::open(path)).map_err(|source| StoreError::Io { path: path.to_owned(), source })?
}
