//! What can be wrong with an input file.

use crate::crs::CrsError;
use std::path::PathBuf;

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The system can't give the bytes.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Nothing in it.
    #[error("{}{} has no features", path.display(), layer_words(layer))]
    Empty {
        /// The file.
        path: PathBuf,
        /// The layer, if there are layers.
        layer: Option<String>,
    },
    /// Larger than allowed.
    #[error("{} has more than {limit} {what}; cut it into parts or raise the limit", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes, features or vertices.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// The end is missing.
    #[error("{} is cut off: {reason}; copy or download it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// How that was noticed.
        reason: String,
    },
    /// Text in another encoding.
    #[error("{} is not UTF-8 text (byte {at}); GeoJSON must be UTF-8, convert it with: iconv -f GB18030 -t UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// First byte that isn't.
        at: usize,
    },
    /// Broken JSON.
    #[error("{} is not valid JSON, line {line} column {column}{}: {reason}", path.display(), near.map(|n| format!(" (in feature {n}, counted from 0)")).unwrap_or_default())]
    Json {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The feature the place is in.
        near: Option<usize>,
        /// From the parser.
        reason: String,
    },
    /// JSON, but not GeoJSON.
    #[error("{} is JSON but not GeoJSON: {reason}", path.display())]
    NotGeoJson {
        /// The file.
        path: PathBuf,
        /// What is missing or wrong.
        reason: String,
    },
    /// A format this build can't read.
    #[error("{} is {what}, which this build cannot read; build with --features gdal (Debian: apt-get install libgdal-dev), or convert it with: ogr2ogr out.gpkg in", path.display())]
    NeedsGdal {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        what: &'static str,
    },
    /// No layer of that name.
    #[error("{} has no layer '{wanted}'; it has: {}", path.display(), layers.join(", "))]
    NoLayer {
        /// The file.
        path: PathBuf,
        /// As asked for.
        wanted: String,
        /// What there is.
        layers: Vec<String>,
    },
    /// Several layers and none named.
    #[error("{} has several layers, say which: {}", path.display(), layers.iter().map(|l| format!("{}:{l}", path.display())).collect::<Vec<_>>().join(", "))]
    AmbiguousLayer {
        /// The file.
        path: PathBuf,
        /// What there is.
        layers: Vec<String>,
    },
    /// The file doesn't say where it lies.
    #[error("{}{} does not say which coordinate system it uses; name it with --crs EPSG:…, or use --planar METRES", path.display(), layer_words(layer))]
    NoCrs {
        /// The file.
        path: PathBuf,
        /// The layer, if there are layers.
        layer: Option<String>,
    },
    /// It says it, but not so that we understand.
    #[error("{}: {source}; or name it with --crs EPSG:…", path.display())]
    Crs {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CrsError,
    },
    /// One row of a table is wrong.
    #[error("{}{}: {reason}", path.display(), if *line > 0 { format!(" line {line}") } else { String::new() })]
    Row {
        /// The file.
        path: PathBuf,
        /// Which line, from 1; 0 for the whole table.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A column that a table needs.
    #[error("{} has no column '{column}'; it has: {}", path.display(), known.join(", "))]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// As needed.
        column: String,
        /// What there is.
        known: Vec<String>,
    },
    /// One feature is wrong.
    #[error("{}{} feature {index}{}: {fault}", path.display(), layer_words(layer), id.as_ref().map(|i| format!(" (id {i})")).unwrap_or_default())]
    Feature {
        /// The file.
        path: PathBuf,
        /// The layer, if there are layers.
        layer: Option<String>,
        /// Which one, from 0.
        index: usize,
        /// Its id, if it has one.
        id: Option<String>,
        /// What is wrong; boxed, so that results stay small.
        fault: Box<Fault>,
    },
    /// A damaged or foreign database.
    #[error("{} cannot be read as a GeoPackage: {reason}", path.display())]
    GeoPackage {
        /// The file.
        path: PathBuf,
        /// From SQLite, or what is missing.
        reason: String,
    },
    /// GDAL can't read it.
    #[error("{}{}: GDAL cannot read it: {reason}", path.display(), layer_words(layer))]
    Gdal {
        /// The file.
        path: PathBuf,
        /// The layer, if it came so far.
        layer: Option<String>,
        /// From GDAL.
        reason: String,
    },
}

impl ReadError {
    /// What is wrong with a feature, when that is the error.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Feature { fault, .. } => Some(fault),
            _ => None,
        }
    }
}

/// What is wrong with one feature.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// NaN or infinite.
    #[error("vertex {vertex} is ({x}, {y}), which is not a number")]
    NotFinite {
        /// Which vertex, counted from 0 through all rings.
        vertex: usize,
        /// As found.
        x: f64,
        /// As found.
        y: f64,
    },
    /// Not on the Earth, or outside the frame.
    #[error("vertex {vertex}: {reason}")]
    Position {
        /// Which vertex, counted from 0 through all rings.
        vertex: usize,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The geometry can't be decoded.
    #[error("{0}")]
    Geometry(String),
    /// Lines or points where ground is needed.
    #[error("it is a {0}, but a polygon is needed here")]
    NotPolygon(&'static str),
    /// No ground at all.
    #[error("it has no geometry; remove it or draw it")]
    NoGeometry,
    /// `--id` names nothing.
    #[error("the id field '{field}' {reason}; the fields are: {}", fields.join(", "))]
    NoSuchField {
        /// As asked for.
        field: String,
        /// Missing, or of a wrong type.
        reason: &'static str,
        /// What there is.
        fields: Vec<String>,
    },
    /// Needed and not there.
    #[error("it has no id; add an attribute 'id' or name another with --id FIELD")]
    NoId,
    /// Two features, one id.
    #[error("its id was already used by feature {first}; ids must be unique")]
    DuplicateId {
        /// The earlier feature, from 0.
        first: usize,
    },
}

fn layer_words(layer: &Option<String>) -> String {
    layer.as_ref().map(|l| format!(", layer {l},")).unwrap_or_default()
}
