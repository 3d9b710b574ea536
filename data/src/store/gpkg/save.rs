//! Writing a whole file: everything into a new one beside the old one, then one rename. And reading it.

use super::super::model::Project;
use super::super::read::Reader;
use super::super::rows::select;
use super::super::snapshot::Snapshot;
use super::super::write::{Writer, criterion_columns, layer_tables, validate};
use super::super::{StoreError, tables};
use super::{FileLock, connection, failed, schema, see, session, shown};
use crate::frame::Frame;
use crate::write::AtomicFile;
use sqlx::AnyConnection;
use sqlx::Connection;
use std::path::Path;

/// Async form of [`crate::store::open`].
///
/// # Errors
/// [`StoreError`].
pub async fn open(path: &Path) -> Result<Project, StoreError> {
    see(path)?;
    let mut db = connection(path, "ro").await.map_err(failed(path, "opened"))?;
    let name = shown(path);
    let project = match Reader::new(&mut db, super::READ, &name).await {
        Ok(mut reader) => reader.project().await,
        Err(e) => Err(e),
    };
    db.close().await.ok();
    project
}

/// Async form of [`crate::store::save`].
///
/// # Errors
/// [`StoreError`]; nothing is replaced then. A project with operations, published versions, people or tokens is not
/// replaced: a new plan for it is a new draft, not a new file.
pub async fn save(path: &Path, project: &Project) -> Result<(), StoreError> {
    restore(path, &Snapshot::of(project.clone())).await
}

/// Writes a project with its history.
pub(in crate::store) async fn restore(path: &Path, snapshot: &Snapshot) -> Result<(), StoreError> {
    let frame = Frame::from_definition(&snapshot.project.frame)?;
    validate(&snapshot.project)?;
    let file = AtomicFile::create(path)?;
    let mut db = connection(file.path(), "rwc").await.map_err(failed(path, "written"))?;
    let filled = fill(&mut db, snapshot, &frame).await;
    let closed = db.close().await;
    filled.and(closed).map_err(failed(path, "written"))?;
    replace(file, path).await
}

/// Puts a complete file in the place of the one at `path`, unless that holds work of people.
pub(super) async fn replace(file: AtomicFile, path: &Path) -> Result<(), StoreError> {
    let lock = FileLock::take(path)?;
    // What a killed process left beside the old file would be taken for a part of the new one.
    session::settle(path).await?;
    if let Some(work) = history(path).await {
        return Err(StoreError::HasHistory { store: shown(path), work });
    }
    file.commit()?;
    drop(lock);
    Ok(())
}

/// What the file there holds that only people can have made; nothing when it is no project.
async fn history(path: &Path) -> Option<&'static str> {
    see(path).ok()?;
    let mut db = connection(path, "ro").await.ok()?;
    let mut held = None;
    for (work, sql) in [
        ("operations", "SELECT 1 FROM wangge_operation LIMIT 1"),
        ("published versions", "SELECT 1 FROM wangge_version WHERE state = 'published' LIMIT 1"),
        ("people", "SELECT 1 FROM wangge_person LIMIT 1"),
        ("tokens", "SELECT 1 FROM wangge_token LIMIT 1"),
    ] {
        // An older project has no such tables, and no such work.
        if select(&mut db, sql, vec![]).await.is_ok_and(|rows| !rows.is_empty()) {
            held = Some(work);
            break;
        }
    }
    db.close().await.ok();
    held
}

async fn fill(db: &mut AnyConnection, snapshot: &Snapshot, frame: &Frame) -> sqlx::Result<()> {
    let project = &snapshot.project;
    let columns = criterion_columns(&project.units);
    let dialect = super::dialect(frame);
    let mut w = Writer { db, dialect, frame };
    // No journal, because until it is renamed nobody knows the file.
    w.batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;").await?;
    w.batch(schema::HEADER).await?;
    w.batch("BEGIN").await?;
    w.batch(schema::STANDARD_TABLES).await?;
    w.create(&tables::GROUND).await?;
    w.create(&tables::LIVE).await?;
    w.batch(&layer_tables(&project.units, &columns)).await?;
    w.batch(&schema::rtree_tables()).await?;
    w.coordinate_systems().await?;
    w.attributes(snapshot, &columns).await?;
    w.attribute_tables(&tables::GROUND).await?;
    w.attribute_tables(&tables::LIVE).await?;
    w.descriptions(project, &columns).await?;
    w.layers(project, &columns).await?;
    w.batch(&schema::rtree_triggers()).await?;
    w.batch("COMMIT").await
}
