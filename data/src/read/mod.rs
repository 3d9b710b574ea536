//! Features from files: GeoJSON and GeoPackage here, everything else through GDAL when it is built in.
//!
//! What a file is, is decided by its content, not by its name.

mod error;
#[cfg(feature = "gdal")]
mod gdal;
mod geojson;
mod gpkg;
mod graph;
mod input;
mod plain;
mod source;

pub use error::{Fault, ReadError};
pub use graph::{GraphTables, read_graph};
pub(crate) use input::hex;
pub use source::Source;

use crate::crs::Crs;
use crate::frame::check_lonlat;
use geo_types::{Coord, Geometry};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::PathBuf;

/// How much is read before a file is refused. The defaults suit a desk; a server lowers them for strangers.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file, also after unpacking. Default 4 GiB.
    pub bytes: u64,
    /// Features of one layer. Default 5 million.
    pub features: usize,
    /// Vertices of one layer. Default 200 million.
    pub vertices: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 4 << 30, features: 5_000_000, vertices: 200_000_000 }
    }
}

/// How to read a file.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The coordinate system, when the user declares one: it wins over what the file says. [`Crs::local`] for `--planar`.
    pub crs: Option<Crs>,
    /// The attribute that holds the id (`--id FIELD`). Default: the attribute `id`, else the feature's own id.
    pub id_field: Option<String>,
    /// Bounds on what is read.
    pub limits: Limits,
}

/// One feature as found.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Position in the file, from 0.
    pub index: usize,
    /// The id, see [`ReadOptions::id_field`].
    pub id: Option<String>,
    /// Attributes in the file's order.
    pub properties: Map<String, Value>,
    /// The geometry, in the coordinate system of the set; an empty collection where the file has none.
    pub geometry: Geometry<f64>,
    /// Rings whose last point was not their first; they are closed in `geometry`.
    pub unclosed_rings: usize,
}

/// The features of one layer.
#[derive(Clone, Debug)]
pub struct FeatureSet {
    /// The file read.
    pub path: PathBuf,
    /// The layer, for formats that have layers.
    pub layer: Option<String>,
    /// What the coordinates mean.
    pub crs: Crs,
    /// The features in the file's order.
    pub features: Vec<Feature>,
    /// SHA-256 of the input's bytes as they lie on the disk, in hexadecimal.
    pub sha256: String,
}

impl FeatureSet {
    /// Smallest and largest x and y; `None` when there are no points.
    #[must_use]
    pub fn bounds(&self) -> Option<([f64; 2], [f64; 2])> {
        let mut b: Option<([f64; 2], [f64; 2])> = None;
        for f in &self.features {
            each_coord(&f.geometry, &mut |c| {
                let (min, max) = b.get_or_insert(([c.x, c.y], [c.x, c.y]));
                *min = [min[0].min(c.x), min[1].min(c.y)];
                *max = [max[0].max(c.x), max[1].max(c.y)];
            });
        }
        b
    }

    /// An id for every feature, each only once: what units, cells and parents need.
    ///
    /// # Errors
    /// [`Fault::NoId`] and [`Fault::DuplicateId`], naming the features.
    pub fn unique_ids(&self) -> Result<Vec<String>, ReadError> {
        let mut seen = HashMap::new();
        let mut ids = Vec::with_capacity(self.features.len());
        for f in &self.features {
            let id = f.id.clone().ok_or_else(|| self.fault(f, Fault::NoId))?;
            if let Some(first) = seen.insert(id.clone(), f.index) {
                return Err(self.fault(f, Fault::DuplicateId { first }));
            }
            ids.push(id);
        }
        Ok(ids)
    }

    /// An error about one feature of this set.
    #[must_use]
    pub fn fault(&self, feature: &Feature, fault: Fault) -> ReadError {
        ReadError::Feature {
            path: self.path.clone(),
            layer: self.layer.clone(),
            index: feature.index,
            id: feature.id.clone(),
            fault: Box::new(fault),
        }
    }
}

/// Reads one layer of one file.
///
/// # Errors
/// [`ReadError`]: each variant names the file and, where there is one, the layer and the feature.
pub fn read_features(source: &Source, options: &ReadOptions) -> Result<FeatureSet, ReadError> {
    let set = read_layer(source, options)?;
    check(&set)?;
    Ok(set)
}

/// [`read_features`] for lists of objects: a feature whose coordinates are no place keeps its attributes and loses its
/// geometry, so that it can be named instead of stopping the rest.
///
/// # Errors
/// As [`read_features`], but for such coordinates.
pub fn read_objects(source: &Source, options: &ReadOptions) -> Result<FeatureSet, ReadError> {
    let mut set = read_layer(source, options)?;
    let geographic = set.crs.is_geographic();
    for f in &mut set.features {
        let mut usable = true;
        each_coord(&f.geometry, &mut |c| {
            let finite = c.x.is_finite() && c.y.is_finite();
            usable &= finite && (!geographic || check_lonlat(c.x, c.y).is_ok());
        });
        if !usable {
            f.geometry = Geometry::GeometryCollection(geo_types::GeometryCollection(vec![]));
        }
    }
    Ok(set)
}

fn read_layer(source: &Source, options: &ReadOptions) -> Result<FeatureSet, ReadError> {
    let input = input::open(&source.path, &options.limits)?;
    let set = match input.content {
        input::Content::Json(text) => geojson::read(source, options, &text, input.sha256)?,
        input::Content::GeoPackage => gpkg::read(source, options, input.sha256)?,
        input::Content::Other(what) => other(source, options, what, input.sha256)?,
    };
    if set.features.is_empty() {
        return Err(ReadError::Empty { path: set.path, layer: set.layer });
    }
    Ok(set)
}

#[cfg(feature = "gdal")]
fn other(
    source: &Source,
    options: &ReadOptions,
    _what: &'static str,
    sha256: String,
) -> Result<FeatureSet, ReadError> {
    gdal::read(source, options, sha256)
}

#[cfg(not(feature = "gdal"))]
fn other(source: &Source, _: &ReadOptions, what: &'static str, _: String) -> Result<FeatureSet, ReadError> {
    Err(ReadError::NeedsGdal { path: source.path.clone(), what })
}

/// Every coordinate is a number, and a longitude and latitude, or in its zone, where the system says so.
fn check(set: &FeatureSet) -> Result<(), ReadError> {
    let geographic = set.crs.is_geographic();
    for f in &set.features {
        let (mut vertex, mut bad) = (0, None);
        each_coord(&f.geometry, &mut |c| {
            if bad.is_none() {
                if !(c.x.is_finite() && c.y.is_finite()) {
                    bad = Some(Fault::NotFinite { vertex, x: c.x, y: c.y });
                } else if geographic && let Err(e) = check_lonlat(c.x, c.y) {
                    bad = Some(Fault::Position { vertex, reason: e.to_string() });
                } else if let Some(why) = set.crs.misplaced(c.x, c.y) {
                    let reason = format!("({}, {}) is no position in {}: {why}", c.x, c.y, set.crs);
                    bad = Some(Fault::Position { vertex, reason });
                }
            }
            vertex += 1;
        });
        if let Some(fault) = bad {
            return Err(set.fault(f, fault));
        }
    }
    Ok(())
}

/// Calls `f` with every coordinate in the file's order.
pub(crate) fn each_coord(geometry: &Geometry<f64>, f: &mut impl FnMut(Coord<f64>)) {
    fn polygon(p: &geo_types::Polygon<f64>, f: &mut impl FnMut(Coord<f64>)) {
        std::iter::once(p.exterior()).chain(p.interiors()).flat_map(|r| &r.0).for_each(|c| f(*c));
    }
    match geometry {
        Geometry::Point(p) => f(p.0),
        Geometry::Line(l) => [l.start, l.end].into_iter().for_each(f),
        Geometry::LineString(l) => l.0.iter().for_each(|c| f(*c)),
        Geometry::Polygon(p) => polygon(p, f),
        Geometry::MultiPoint(m) => m.0.iter().for_each(|p| f(p.0)),
        Geometry::MultiLineString(m) => m.0.iter().flat_map(|l| &l.0).for_each(|c| f(*c)),
        Geometry::MultiPolygon(m) => m.0.iter().for_each(|p| polygon(p, f)),
        Geometry::GeometryCollection(m) => m.0.iter().for_each(|g| each_coord(g, f)),
        Geometry::Rect(r) => [r.min(), r.max()].into_iter().for_each(f),
        Geometry::Triangle(t) => t.to_array().into_iter().for_each(f),
    }
}

/// The id of a feature by the rule of [`ReadOptions::id_field`].
fn pick_id(
    options: &ReadOptions,
    properties: &Map<String, Value>,
    own: Option<String>,
) -> Result<Option<String>, Fault> {
    let text = |v: &Value| match v {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    };
    match &options.id_field {
        Some(field) => match properties.get(field).map(text) {
            Some(Some(id)) => Ok(Some(id)),
            found => Err(Fault::NoSuchField {
                field: field.clone(),
                reason: if found.is_some() { "is neither text nor a number" } else { "is missing" },
                fields: properties.keys().cloned().collect(),
            }),
        },
        None => Ok(properties.get("id").and_then(text).or(own)),
    }
}
