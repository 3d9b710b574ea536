//! Files in and out, coordinate systems and the store.
//!
//! Floats live here and only here: what goes on to `partition` are integers of the frame.
//!
//! | I have … | I want … | use |
//! |---|---|---|
//! | a file of features | features with ids and attributes | [`read::read_features`] |
//! | an OpenStreetMap extract | roads, buildings, places | [`osm::read_pbf`] |
//! | a coordinate system's name | something to compute with | [`crs::Crs`] |
//! | a legal boundary | the integer plane to work in | [`frame::Frame`] |
//! | features and a frame | regions of that plane | [`carry::carry`] |
//! | regions | GeoJSON, CSV | [`mod@write`] |
//! | labels of a plan | cells with figures and a certificate | [`cells`] |
//! | findings | a report: GeoJSON, GeoPackage, SARIF, a page | [`report`] |
//! | a roster, .xlsx or text | who answers for which cell, and what is wrong | [`roster`] |
//! | a project | a GeoPackage or PostGIS, back to the last integer, with history | [`store`] |
//!
//! Every error names the file, the layer and the feature it is about and says what to do. Nothing a user can
//! send panics; what a stranger can send is bounded by [`read::Limits`].

pub mod carry;
pub mod cells;
pub mod crs;
pub mod frame;
pub mod osm;
pub mod read;
pub mod report;
pub mod roster;
pub mod store;
pub mod work;
pub mod write;

mod runtime;
mod sqlite;
mod wkb;
