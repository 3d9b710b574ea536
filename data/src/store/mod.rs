//! The project store.
//!
//! One back end so far: [`gpkg`], a single GeoPackage. The functions here are its, so that callers need not say which;
//! a PostGIS one will stand beside it.
//!
//! * [`save`], [`open`]: blocking, from anywhere
//! * [`gpkg::save`], [`gpkg::open`]: the same for async callers

pub mod gpkg;
pub mod model;

mod error;

pub use error::StoreError;
pub use model::Project;

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
