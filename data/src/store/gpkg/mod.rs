//! One GeoPackage (OGC 12-128r19).
//!
//! Layers for GDAL and QGIS, in the frame's coordinate system: `boundary`, `units`, `cells`; beside them the attribute
//! tables of the store.
//!
//! Coordinates are metres as doubles, each exactly the one that [`Frame::from_projected_m`] turns back into its
//! micrometre. Saving the same project gives the same bytes: `last_change` is not the clock's but a constant.
//!
//! While a project is open in a [`super::Store`] there are two files beside it: SQLite's `-wal` with what was
//! acknowledged last, and `-lock`, which says who has it open.

mod describe;
mod features;
mod lock;
mod save;
pub(super) mod schema;
mod session;

pub use features::write_features;
pub use save::{open, save};

pub(super) use lock::FileLock;
pub(super) use save::restore;
pub(super) use session::{connect, finish};

use super::StoreError;
use super::dialect::Dialect;
use crate::frame::Frame;
use crate::sqlite::MAGIC;
use sqlx::AnyConnection;
use sqlx::any::AnyConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The dialect while nothing is written that needs the coordinate system's number.
pub(super) const READ: Dialect = Dialect::GeoPackage { srs_id: 0 };

/// The dialect of a file in a frame.
pub(super) fn dialect(frame: &Frame) -> Dialect {
    Dialect::GeoPackage { srs_id: schema::frame_srs(frame).0 }
}

/// Refuses what is no SQLite file at all.
pub(super) fn see(path: &Path) -> Result<(), StoreError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|f| f.take(MAGIC.len() as u64).read_to_end(&mut head))
        .map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    if head == MAGIC { Ok(()) } else { Err(StoreError::NotSqlite { store: shown(path) }) }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn failed(path: &Path, doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    let store = shown(path);
    move |source| StoreError::Database { store: store.clone(), doing, source }
}

/// How to connect to a file, whatever its name is made of.
fn options(path: &Path, mode: &str) -> sqlx::Result<AnyConnectOptions> {
    sqlx::any::install_default_drivers();
    let path = std::path::absolute(path).map_err(sqlx::Error::Io)?;
    let text = path.to_str().ok_or_else(|| {
        sqlx::Error::Configuration(format!("the path {} is not Unicode", path.display()).into())
    })?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._-".contains(&b);
    let encoded: String = text
        .bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    let options: AnyConnectOptions = format!("sqlite:{encoded}?mode={mode}").parse()?;
    Ok(options.disable_statement_logging())
}

async fn connection(path: &Path, mode: &str) -> sqlx::Result<AnyConnection> {
    AnyConnection::connect_with(&options(path, mode)?).await
}
