//! Features of any shape as one layer of a new GeoPackage.

use super::super::StoreError;
use super::super::rows::Field;
use super::super::write::Writer;
use super::save::replace;
use super::{connection, dialect, failed, schema};
use crate::frame::Frame;
use crate::runtime;
use crate::sqlite::quote;
use crate::wkb;
use crate::write::{AtomicFile, OutFeature, Shape};
use partition::frame::{Bounds, Point};
use serde_json::Value;
use sqlx::Connection;
use std::path::Path;

/// Features encoded at a time.
const BATCH: usize = 500;

/// Writes `features` as the layer `table`, in the frame's own metres. Columns are those of all features, in the order in
/// which they first appear; what is neither text nor a number is kept as JSON.
///
/// # Errors
/// [`StoreError`]; nothing is replaced then. A project that people have worked on is not replaced.
pub fn write_features(
    path: &Path,
    frame: &Frame,
    table: &str,
    features: &[OutFeature<'_>],
) -> Result<(), StoreError> {
    let written = runtime::block_on(async {
        let file = AtomicFile::create(path)?;
        let mut db = connection(file.path(), "rwc").await.map_err(failed(path, "written"))?;
        let mut w = Writer { db: &mut db, dialect: dialect(frame), frame };
        let filled = w.features(table, features).await;
        let closed = db.close().await;
        filled.and(closed).map_err(failed(path, "written"))?;
        replace(file, path).await
    });
    written.map_err(|source| StoreError::Io { path: path.to_owned(), source })?
}

impl Writer<'_> {
    async fn features(&mut self, table: &str, features: &[OutFeature<'_>]) -> sqlx::Result<()> {
        let columns = columns(features);
        let (srs_id, _) = schema::frame_srs(self.frame);
        self.batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;").await?;
        self.batch(schema::HEADER).await?;
        self.batch("BEGIN").await?;
        self.batch(schema::STANDARD_TABLES).await?;
        self.coordinate_systems().await?;
        let fields: String = columns.iter().map(|(n, t)| format!(", {} {t}", quote(n))).collect();
        let key = "fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY";
        self.batch(&format!("CREATE TABLE {} ({key}{fields});", quote(table))).await?;
        let names: Vec<&str> =
            ["fid", "geom"].into_iter().chain(columns.iter().map(|(n, _)| n.as_str())).collect();
        let mut extent: Option<Bounds> = None;
        for (batch, some) in features.chunks(BATCH).enumerate() {
            let mut rows = Vec::with_capacity(some.len());
            for (f, fid) in some.iter().zip(batch * BATCH + 1..) {
                let bounds = Bounds::of(points(f.shape));
                extent = extent.into_iter().chain(bounds).reduce(|a, b| a.union(&b));
                let mut row = vec![Field::Int(fid as i64), self.shape_of(f.shape, bounds, srs_id)];
                let id = |name: &str| f.id.filter(|_| name == "id").map(Value::from);
                row.extend(columns.iter().map(|(name, _)| {
                    f.properties.get(name).cloned().or_else(|| id(name)).map_or(Field::Null, field)
                }));
                rows.push(row);
            }
            self.insert(table, &names, rows).await?;
        }
        self.describe(table, "GEOMETRY", srs_id, extent.map(|b| self.corners(b))).await?;
        self.batch("COMMIT").await
    }

    fn corners(&self, b: Bounds) -> [f64; 4] {
        let ([x0, y0], [x1, y1]) = (self.frame.to_projected_m(b.min), self.frame.to_projected_m(b.max));
        [x0, x1, y0, y1]
    }

    fn shape_of(&self, shape: Shape<'_>, bounds: Option<Bounds>, srs_id: i32) -> Field {
        let Some(bounds) = bounds else { return Field::Null };
        let body = wkb::write_shape(shape, |p| self.frame.to_projected_m(p));
        Field::Shape(wkb::gpkg(body, srs_id, Some(self.corners(bounds))))
    }
}

fn points(shape: Shape<'_>) -> Vec<Point> {
    match shape {
        Shape::Ground(r) => r.rings().flatten().copied().collect(),
        Shape::Lines(l) => l.iter().flatten().copied().collect(),
        Shape::At(p) => vec![p],
    }
}

/// Names and types of the columns; one that is `fid` or `geom` already gets another name by the caller.
fn columns(features: &[OutFeature<'_>]) -> Vec<(String, &'static str)> {
    let mut columns: Vec<(String, &'static str)> = Vec::new();
    if features.iter().any(|f| f.id.is_some()) {
        columns.push(("id".into(), "TEXT"));
    }
    for (name, value) in features.iter().flat_map(|f| f.properties) {
        let kind = match value {
            Value::Null => continue,
            Value::Number(n) if n.is_i64() => "INTEGER",
            Value::Number(_) => "DOUBLE",
            _ => "TEXT",
        };
        match columns.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            Some((_, known)) if *known == kind => {}
            Some((_, known)) if *known == "INTEGER" && kind == "DOUBLE" => *known = kind,
            Some((_, known)) if *known == "DOUBLE" && kind == "INTEGER" => {}
            Some((_, known)) => *known = "TEXT",
            None => columns.push((name.clone(), kind)),
        }
    }
    columns.retain(|(n, _)| !["fid", "geom"].iter().any(|own| n.eq_ignore_ascii_case(own)));
    columns
}

fn field(value: Value) -> Field {
    match value {
        Value::Null => Field::Null,
        Value::String(s) => Field::Text(s),
        Value::Number(n) => n.as_i64().map_or_else(|| Field::from(n.as_f64()), Field::Int),
        other => Field::Text(other.to_string()),
    }
}
