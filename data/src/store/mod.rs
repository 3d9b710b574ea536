//! The project store.
//!
//! | I have … | I want … | use |
//! |---|---|---|
//! | a project in memory | one GeoPackage, and back | [`save`], [`open`]: blocking, from anywhere; async: [`gpkg::save`], [`gpkg::open`] |
//! | a project that people work on | its plans, versions, operations, people | [`Store`], over either back end |
//! | a project in one place | its people: [`people`], blocking; all of it in another, file or database | [`copy`], blocking |

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
use partition::people::People;
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

/// Copies a project with its whole history to a place where there is none yet, from file to database or back, and
/// compares what arrived with what was sent.
///
/// # Errors
/// [`StoreError`]: as [`Store::open`] and [`Store::restore`] say; [`StoreError::Damaged`] when the two are not equal.
pub fn copy(from: &Location, to: &Location) -> Result<Snapshot, StoreError> {
    let io = |source| StoreError::Io { path: to.to_string().into(), source };
    runtime::block_on(async {
        let sent = taken(from).await?;
        Store::restore(to, &sent).await?;
        if taken(to).await? != sent {
            let reason = "the copy is not equal to what was copied".to_owned();
            return Err(StoreError::Damaged { store: to.to_string(), reason });
        }
        Ok(sent)
    })
    .map_err(io)?
}

/// The people of a project's first plan. The project must not be in use elsewhere.
///
/// # Errors
/// [`StoreError`]: as [`Store::open`] says.
pub fn people(at: &Location) -> Result<People, StoreError> {
    let io = |source| StoreError::Io { path: at.to_string().into(), source };
    runtime::block_on(async {
        let store = Store::open(at).await?;
        let plans = store.plans().await?;
        let found = match plans.first() {
            Some(plan) => store.people(&plan.plan).await,
            None => Ok(People::default()),
        };
        store.close().await?;
        found
    })
    .map_err(io)?
}

async fn taken(at: &Location) -> Result<Snapshot, StoreError> {
    let store = Store::open(at).await?;
    let snapshot = store.snapshot().await?;
    store.close().await?;
    Ok(snapshot)
}
