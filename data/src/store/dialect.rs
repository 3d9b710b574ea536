//! What the two back ends do differently; everything else is SQL that both understand.

use super::rows::Field;
use crate::frame::Frame;
use crate::wkb;
use partition::frame::{Bounds, Region};

/// A back end, and the number its coordinate system has there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// SQLite with the tables of the GeoPackage standard.
    GeoPackage { srs_id: i32 },
    /// PostgreSQL with PostGIS.
    PostGis { srid: i32 },
}

impl Dialect {
    /// Declarations are written with SQLite's type names.
    pub(super) fn ddl(self, sql: &str) -> String {
        match self {
            Self::GeoPackage { .. } => sql.to_owned(),
            Self::PostGis { srid } => sql
                .replace("INTEGER", "BIGINT")
                .replace("BLOB", "BYTEA")
                .replace("DOUBLE", "DOUBLE PRECISION")
                .replace("AUTOINCREMENT", "")
                .replace("MULTIPOLYGON", &format!("geometry(MultiPolygon, {srid})")),
        }
    }

    /// A geometry, for [`super::rows::insert`].
    pub(super) fn shape(self, region: &Region, frame: &Frame) -> Field {
        let metres = |p| frame.to_projected_m(p);
        Field::Shape(match self {
            Self::GeoPackage { srs_id } => wkb::write_gpkg(region, srs_id, envelope(region, frame), metres),
            Self::PostGis { .. } => wkb::write(region, metres),
        })
    }

    /// Where parameter `n` is a geometry.
    pub(super) fn shape_parameter(self, n: usize) -> String {
        match self {
            Self::GeoPackage { .. } => format!("${n}"),
            Self::PostGis { srid } => format!("ST_GeomFromWKB(${n}, {srid})"),
        }
    }

    /// The geometry column in a SELECT.
    pub(super) fn select_shape(self) -> &'static str {
        match self {
            Self::GeoPackage { .. } => "geom",
            Self::PostGis { .. } => "ST_AsBinary(geom, 'NDR') AS geom",
        }
    }

    /// What such a SELECT gives.
    pub(super) fn read_shape(self, bytes: &[u8]) -> Option<geo_types::Geometry<f64>> {
        let read = match self {
            Self::GeoPackage { .. } => wkb::read_gpkg(bytes),
            Self::PostGis { .. } => wkb::read(bytes),
        };
        read.ok().map(|r| r.geometry)
    }

    /// Whether a table of the project is there.
    pub(super) fn has_table(self) -> &'static str {
        match self {
            Self::GeoPackage { .. } => "SELECT 1 FROM sqlite_schema WHERE name = $1",
            Self::PostGis { .. } => {
                "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
            }
        }
    }
}

/// Smallest and largest x, then y, in metres.
pub(super) fn envelope(region: &Region, frame: &Frame) -> Option<[f64; 4]> {
    let Bounds { min, max } = region.bounds()?;
    let ([x0, y0], [x1, y1]) = (frame.to_projected_m(min), frame.to_projected_m(max));
    Some([x0, x1, y0, y1])
}
