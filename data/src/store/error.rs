//! Why a project could not be written or read.

use super::records::{ETag, Recorded};
use crate::frame::FrameError;
use crate::write::WriteError;
use std::path::PathBuf;

/// Why a project could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The system can't give the bytes.
    #[error("cannot open the project {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Writing failed.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Not a database.
    #[error("{store} is not a project: it is not an SQLite database")]
    NotSqlite {
        /// Where, without password.
        store: String,
    },
    /// Somebody else's.
    #[error(
        "{store} is not a project: it is a GeoPackage or database of another program; read its layers as sources instead"
    )]
    NotAProject {
        /// Where, without password.
        store: String,
    },
    /// From the future.
    #[error(
        "the project {store} has format version {found}, this program reads up to {known}; use a newer wangge"
    )]
    Newer {
        /// Where, without password.
        store: String,
        /// As found.
        found: i64,
        /// The newest known.
        known: i64,
    },
    /// Edited elsewhere.
    #[error(
        "the layer {layer} of the project {store} was changed by another program; export it from there and import it as a new revision, or go back to a copy"
    )]
    ForeignChange {
        /// Where, without password.
        store: String,
        /// The layer changed.
        layer: &'static str,
    },
    /// Something is missing or contradicts itself.
    #[error("the project {store} is damaged: {reason}; go back to a copy")]
    Damaged {
        /// Where, without password.
        store: String,
        /// What is wrong.
        reason: String,
    },
    /// The project in memory contradicts itself.
    #[error("this project cannot be saved: {0}")]
    Invalid(String),
    /// The frame can't be made.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The database cannot be reached, or says no.
    #[error("the project {store} cannot be {doing}: {source}")]
    Database {
        /// Where, without password.
        store: String,
        /// Opened, read or written.
        doing: &'static str,
        /// From the database.
        source: sqlx::Error,
    },
    /// Somebody works on it.
    #[error("the project {} is in use by {holder}; stop that one first, or use a copy", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
        /// Which process, on which machine, since when.
        holder: String,
    },
    /// Replacing it would lose what people did.
    #[error(
        "the project {store} holds {work} that writing it anew would lose; choose another name, or move it away first"
    )]
    HasHistory {
        /// Where, without password.
        store: String,
        /// What it holds.
        work: &'static str,
    },
    /// There is one already.
    #[error("there is a project at {store} already; choose another place")]
    Exists {
        /// Where, without password.
        store: String,
    },
    /// Nothing there.
    #[error("there is no project at {store}; copy one there first")]
    NoProject {
        /// Where, without password.
        store: String,
    },
    /// A database without geometry.
    #[error("the database {store} has no PostGIS: let its administrator run CREATE EXTENSION postgis")]
    NoPostgis {
        /// Where, without password.
        store: String,
    },
    /// No such network.
    #[error("there is no plan '{plan}'; known are: {}", known.join(", "))]
    UnknownPlan {
        /// As given.
        plan: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// No such version.
    #[error("there is no version {version}")]
    UnknownVersion {
        /// As given.
        version: u32,
    },
    /// The draft has moved on.
    #[error("the draft is at {etag} now, not at {given}: {} operation(s) came in between; look at them and try again", since.len())]
    Stale {
        /// What the caller thought it was at.
        given: ETag,
        /// Where it is.
        etag: ETag,
        /// What came in between; all operations of the draft when `given` is not one of its states.
        since: Vec<Recorded>,
    },
}
