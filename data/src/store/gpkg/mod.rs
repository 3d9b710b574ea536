//! One GeoPackage (OGC 12-128r19).
//!
//! Layers for GDAL and QGIS, in the frame's coordinate system: `boundary`, `units`, `cells`. Attribute tables for what
//! they can't hold:
//!
//! | table | holds |
//! |---|---|
//! | `wangge_project` | key → JSON: format version, name, frame, unit kind, parents, fingerprints |
//! | `wangge_criterion` | name, column in `units`, scale, estimate note |
//! | `wangge_revision` | base revisions: number of units and fingerprint |
//! | `wangge_plan` | name, revision, seed, options, inputs, certificate |
//! | `wangge_label` | plan, unit, cell: numbers from 0 in the order of the layers |
//!
//! Coordinates are metres as doubles, each exactly the one that [`Frame::from_projected_m`] turns back into its
//! micrometre. The same project gives the same bytes: `last_change` is not the clock's but a constant.
//!
//! [`Frame::from_projected_m`]: crate::frame::Frame::from_projected_m

mod fingerprint;
mod layers;
mod open;
mod rows;
mod save;
mod schema;

pub use open::open;
pub use save::save;

/// Version of the tables; a higher one is refused.
const FORMAT: i64 = 1;

/// The feature layers, in the order they are written.
const LAYERS: [&str; 3] = ["boundary", "units", "cells"];
