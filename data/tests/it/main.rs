//! Contract of the crate `data`, from outside.

mod bad_input;
mod carry;
mod crs;
mod frame;
#[cfg(feature = "gdal")]
mod gdal;
mod osm;
mod read;
mod store;
mod support;
mod write;
