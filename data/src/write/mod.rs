//! Files out: GeoJSON and CSV here, GeoPackage through [`crate::store`].
//!
//! Every file is written beside its target and renamed when complete: a reader sees the old one or the new one.

mod atomic;
mod csv;
mod geojson;

pub use atomic::AtomicFile;
pub use csv::write_csv;
pub use geojson::{OutFeature, Shape, write_geojson, write_geojson_to};

use std::path::PathBuf;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The disk said no.
    #[error("cannot write {}: {source}; the old file, if there was one, is untouched", path.display())]
    Io {
        /// The file to be written.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A point with no longitude and latitude.
    #[error("cannot write {}: feature {index} has a point that frame {frame} cannot carry back to longitude and latitude; write a GeoPackage, which keeps the plane's own coordinates", path.display())]
    NoLonLat {
        /// The file to be written.
        path: PathBuf,
        /// Which feature, from 0.
        index: usize,
        /// The frame's definition.
        frame: String,
    },
}
