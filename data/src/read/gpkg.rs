//! GeoPackage (OGC 12-128) through our own SQLite.

use super::{Fault, Feature, FeatureSet, ReadError, ReadOptions, Source, pick_id};
use crate::crs::Crs;
use crate::{runtime, sqlite, wkb};
use geo_types::{Geometry, GeometryCollection};
use serde_json::{Map, Value};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Column, Row, TypeInfo, ValueRef};

/// A feature table as the GeoPackage describes it.
struct Layer {
    name: String,
    geometry: String,
    srs_id: i64,
}

pub(super) fn read(source: &Source, options: &ReadOptions, sha256: String) -> Result<FeatureSet, ReadError> {
    let task = async {
        let mut db = sqlite::open_readonly(&source.path).await.map_err(|e| broken(source, e))?;
        let set = read_layer(&mut db, source, options, sha256).await;
        sqlite::close(db).await;
        set
    };
    runtime::block_on(task).map_err(|e| ReadError::Io { path: source.path.clone(), source: e })?
}

fn broken(source: &Source, e: impl ToString) -> ReadError {
    ReadError::GeoPackage { path: source.path.clone(), reason: e.to_string() }
}

async fn read_layer(
    db: &mut SqliteConnection,
    source: &Source,
    options: &ReadOptions,
    sha256: String,
) -> Result<FeatureSet, ReadError> {
    plain(db, source, "gpkg_geometry_columns", options).await?;
    let layer = choose(layers(db, source).await?, source, is_project(db).await)?;
    plain(db, source, &layer.name, options).await?;
    let crs = match &options.crs {
        Some(crs) => crs.clone(),
        None => {
            plain(db, source, "gpkg_spatial_ref_sys", options).await?;
            declared_crs(db, source, &layer).await?
        }
    };
    let mut set = FeatureSet {
        path: source.path.clone(),
        layer: Some(layer.name.clone()),
        crs,
        features: Vec::new(),
        sha256,
    };
    let limit = options.limits.features;
    // In the order of their row ids, which is the order they were written in.
    let sql = format!(
        "SELECT * FROM {} ORDER BY rowid LIMIT {}",
        sqlite::quote(&layer.name),
        limit.saturating_add(1)
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *db).await.map_err(|e| broken(source, e))?;
    if rows.len() > limit {
        return Err(ReadError::TooLarge { path: source.path.clone(), what: "features", limit: limit as u64 });
    }
    let mut vertices = 0;
    for (index, row) in rows.iter().enumerate() {
        let fault = |id, fault: Fault| ReadError::Feature {
            path: source.path.clone(),
            layer: Some(layer.name.clone()),
            index,
            id,
            fault: Box::new(fault),
        };
        let (properties, blob, fid) = columns(row, &layer.geometry).map_err(|f| fault(None, f))?;
        let id = pick_id(options, &properties, fid).map_err(|f| fault(None, f))?;
        let read = match blob {
            Some(blob) => {
                wkb::read_gpkg(&blob).map_err(|e| fault(id.clone(), Fault::Geometry(e.to_string())))?
            }
            None => wkb::Read {
                geometry: Geometry::GeometryCollection(GeometryCollection(vec![])),
                unclosed_rings: 0,
            },
        };
        super::each_coord(&read.geometry, &mut |_| vertices += 1);
        if vertices > options.limits.vertices {
            let limit = options.limits.vertices as u64;
            return Err(ReadError::TooLarge { path: source.path.clone(), what: "vertices", limit });
        }
        set.features.push(Feature {
            index,
            id,
            properties,
            geometry: read.geometry,
            unclosed_rings: read.unclosed_rings,
        });
    }
    Ok(set)
}

/// Refuses a table that is more than stored rows.
async fn plain(
    db: &mut SqliteConnection,
    source: &Source,
    table: &str,
    options: &ReadOptions,
) -> Result<(), ReadError> {
    let refusal = super::plain::refusal(db, table, options.limits.bytes).await;
    match refusal.map_err(|e| broken(source, e))? {
        Some(reason) => Err(broken(source, reason)),
        None => Ok(()),
    }
}

async fn layers(db: &mut SqliteConnection, source: &Source) -> Result<Vec<Layer>, ReadError> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns ORDER BY rowid")
            .fetch_all(db)
            .await
            .map_err(|e| broken(source, e))?;
    Ok(rows.into_iter().map(|(name, geometry, srs_id)| Layer { name, geometry, srs_id }).collect())
}

/// Whether the file is a project of ours, in which its cells are meant when nothing is said.
async fn is_project(db: &mut SqliteConnection) -> bool {
    let found =
        sqlx::query("SELECT 1 FROM sqlite_schema WHERE name = 'wangge_project'").fetch_optional(db).await;
    matches!(found, Ok(Some(_)))
}

fn choose(mut layers: Vec<Layer>, source: &Source, project: bool) -> Result<Layer, ReadError> {
    let wanted = source.layer.as_deref().or(project.then_some("cells"));
    let found = match wanted {
        Some(wanted) => layers.iter().position(|l| l.name == wanted),
        None => (layers.len() == 1).then_some(0),
    };
    if let Some(i) = found {
        return Ok(layers.swap_remove(i));
    }
    let path = source.path.clone();
    let names: Vec<String> = layers.into_iter().map(|l| l.name).collect();
    Err(match wanted {
        _ if names.is_empty() => ReadError::Empty { path, layer: None },
        Some(wanted) => ReadError::NoLayer { path, wanted: wanted.to_owned(), layers: names },
        None => ReadError::AmbiguousLayer { path, layers: names },
    })
}

async fn declared_crs(db: &mut SqliteConnection, source: &Source, layer: &Layer) -> Result<Crs, ReadError> {
    let row: Option<(String, i64, String)> = sqlx::query_as(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
    )
    .bind(layer.srs_id)
    .fetch_optional(db)
    .await
    .map_err(|e| broken(source, e))?;
    let crs = match row {
        Some((org, code, _)) if org.eq_ignore_ascii_case("EPSG") => {
            u32::try_from(code).map(Crs::from_epsg).ok()
        }
        // 12-128 requirement 11: −1 and 0 mean "undefined".
        _ if layer.srs_id <= 0 => None,
        // Ours carry the PROJ string, for which WKT 1 is only a wrapping.
        Some((_, _, wkt)) => {
            Some(match wkt.split_once("EXTENSION[\"PROJ4\",\"").and_then(|(_, r)| r.split('"').next()) {
                Some(proj) => Crs::from_proj(proj),
                None => Crs::parse(&wkt),
            })
        }
        None => None,
    };
    match crs {
        Some(crs) => crs.map_err(|e| ReadError::Crs { path: source.path.clone(), source: e }),
        None => Err(ReadError::NoCrs { path: source.path.clone(), layer: Some(layer.name.clone()) }),
    }
}

type Columns = (Map<String, Value>, Option<Vec<u8>>, Option<String>);

/// Attributes, the geometry's bytes, and the integer primary key as a last resort for an id.
fn columns(row: &SqliteRow, geometry: &str) -> Result<Columns, Fault> {
    let (mut properties, mut blob, mut fid) = (Map::new(), None, None);
    for (i, column) in row.columns().iter().enumerate() {
        let fail = |e: sqlx::Error| Fault::Geometry(format!("column {} cannot be read: {e}", column.name()));
        let raw = row.try_get_raw(i).map_err(fail)?;
        // The value's own type, not the column's: SQLite lets them differ.
        let kind = if raw.is_null() { "NULL".to_owned() } else { raw.type_info().name().to_owned() };
        if column.name() == geometry {
            if kind != "NULL" {
                blob = Some(row.try_get_unchecked::<Vec<u8>, _>(i).map_err(fail)?);
            }
            continue;
        }
        let value = match kind.as_str() {
            "NULL" => Value::Null,
            "INTEGER" | "BOOLEAN" | "INT8" => Value::from(row.try_get_unchecked::<i64, _>(i).map_err(fail)?),
            "REAL" => Value::from(row.try_get_unchecked::<f64, _>(i).map_err(fail)?),
            "BLOB" => continue,
            _ => Value::from(row.try_get_unchecked::<String, _>(i).map_err(fail)?),
        };
        if i == 0 && matches!(column.name(), "fid" | "ogc_fid" | "OBJECTID") {
            fid = value.as_i64().map(|n| n.to_string());
            continue;
        }
        properties.insert(column.name().to_owned(), value);
    }
    Ok((properties, blob, fid))
}
