//! A schema of a PostgreSQL database with PostGIS.
//!
//! The same tables as in a file, under the same names, in the first schema of the connection's `search_path`. The layers
//! `boundary`, `units` and `cells` are ordinary tables with a geometry column in the frame's coordinate system and a GiST
//! index: QGIS, GDAL and tile servers read them as they are. Coordinates are the same doubles as in a file, so integers
//! come back exactly.
//!
//! Several processes may work on one project: writers take turns by a lock on one row.

use super::dialect::Dialect;
use super::location::Location;
use super::rows::{Field, run, select};
use super::snapshot::Snapshot;
use super::write::{Writer, criterion_columns, layer_tables, validate};
use super::{StoreError, tables};
use crate::frame::Frame;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Row};
use std::time::Duration;

/// Connections of one process.
const CONNECTIONS: u32 = 8;

/// How long to wait for a free connection, or for one to be made.
const PATIENCE: Duration = Duration::from_secs(20);

/// The first number for coordinate systems that EPSG does not know; PostGIS leaves up to 998 999 to users.
const OWN_SRID: i64 = 910_000;

/// The dialect before the coordinate system's number is known.
pub(super) const READ: Dialect = Dialect::PostGis { srid: 0 };

fn failed(store: &str, doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError + use<> {
    let store = store.to_owned();
    move |source| StoreError::Database { store: store.clone(), doing, source }
}

fn options(url: &str) -> sqlx::Result<AnyConnectOptions> {
    sqlx::any::install_default_drivers();
    Ok(url.parse::<AnyConnectOptions>()?.disable_statement_logging())
}

/// Opens connections, and sees that the database has PostGIS.
pub(super) async fn connect(url: &str, store: &str) -> Result<AnyPool, StoreError> {
    let failed = failed(store, "opened");
    let pool = AnyPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
    let pool = pool.connect_with(options(url).map_err(&failed)?).await.map_err(&failed)?;
    let mut db = pool.acquire().await.map_err(&failed)?;
    see(&mut db, store).await?;
    Ok(pool)
}

async fn see(db: &mut AnyConnection, store: &str) -> Result<(), StoreError> {
    let found = select(db, "SELECT 1 FROM pg_extension WHERE extname = 'postgis'", vec![]).await;
    if found.map_err(failed(store, "opened"))?.is_empty() {
        return Err(StoreError::NoPostgis { store: store.into() });
    }
    Ok(())
}

/// The dialect with the number that the project's coordinate system has.
pub(super) async fn dialect(db: &mut AnyConnection) -> sqlx::Result<Dialect> {
    let row =
        select(db, "SELECT CAST(ST_SRID(geom) AS BIGINT) AS srid FROM boundary LIMIT 1", vec![]).await?;
    let srid: i64 = row.first().map_or(Ok(0), |r| r.try_get("srid"))?;
    Ok(Dialect::PostGis { srid: i32::try_from(srid).unwrap_or(0) })
}

/// Writes a project with its history into a schema that has none.
pub(super) async fn restore(url: &str, snapshot: &Snapshot) -> Result<(), StoreError> {
    let store = Location::Postgres(url.into()).to_string();
    let frame = Frame::from_definition(&snapshot.project.frame)?;
    validate(&snapshot.project)?;
    let failed = failed(&store, "written");
    let mut db = AnyConnection::connect_with(&options(url).map_err(&failed)?).await.map_err(&failed)?;
    see(&mut db, &store).await?;
    let present: Vec<Field> = vec!["wangge_project".into()];
    let has_table = READ.has_table();
    if !select(&mut db, has_table, present).await.map_err(&failed)?.is_empty() {
        return Err(StoreError::Exists { store });
    }
    let mut tx = db.begin().await.map_err(&failed)?;
    fill(&mut tx, snapshot, &frame).await.map_err(&failed)?;
    tx.commit().await.map_err(&failed)?;
    db.close().await.map_err(&failed)
}

async fn fill(db: &mut AnyConnection, snapshot: &Snapshot, frame: &Frame) -> sqlx::Result<()> {
    let project = &snapshot.project;
    let columns = criterion_columns(&project.units);
    let dialect = Dialect::PostGis { srid: srid(db, frame).await? };
    let mut w = Writer { db, dialect, frame };
    w.create(&tables::GROUND).await?;
    w.create(&tables::LIVE).await?;
    w.batch(&layer_tables(&project.units, &columns)).await?;
    w.attributes(snapshot, &columns).await?;
    w.layers(project, &columns).await?;
    for layer in super::read::LAYERS {
        w.batch(&format!("CREATE INDEX {layer}_geom ON {layer} USING gist (geom);")).await?;
    }
    w.batch("ANALYZE boundary, units, cells;").await
}

/// The number of the frame's coordinate system, registered if PostGIS does not know it yet. 0 for a plane of its own.
async fn srid(db: &mut AnyConnection, frame: &Frame) -> sqlx::Result<i32> {
    let (Some(crs), Some(wkt)) = (frame.crs(), frame.wkt()) else { return Ok(0) };
    let known = if let Some(code) = crs.epsg() {
        let sql = "SELECT srid FROM spatial_ref_sys WHERE auth_name = 'EPSG' AND auth_srid = $1";
        select(db, sql, vec![i64::from(code).into()]).await?
    } else {
        let sql = "SELECT srid FROM spatial_ref_sys WHERE auth_name = 'wangge' AND proj4text = $1";
        select(db, sql, vec![frame.definition().into()]).await?
    };
    if let Some(row) = known.first() {
        return row.try_get("srid");
    }
    let next = "SELECT CAST(GREATEST(MAX(srid) + 1, $1) AS BIGINT) AS srid FROM spatial_ref_sys WHERE srid BETWEEN $1 AND 998998";
    let rows = select(db, next, vec![OWN_SRID.into()]).await?;
    let srid: i64 = rows.first().map_or(Ok(OWN_SRID), |r| r.try_get("srid"))?;
    let (authority, number) = crs.epsg().map_or(("wangge", srid), |code| ("EPSG", code.into()));
    let sql = "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) VALUES ($1, $2, $3, $4, $5)";
    let row = vec![srid.into(), authority.into(), number.into(), wkt.into(), frame.definition().into()];
    run(db, sql.into(), row).await?;
    Ok(srid as i32)
}
