//! Older projects, brought up to date when they are opened to work on.

use super::super::StoreError;
use super::super::dialect::Dialect;
use super::super::read::Reader;
use super::super::snapshot::Snapshot;
use super::super::tables;
use super::super::write::{FORMAT, Writer};
use crate::frame::Frame;
use serde_json::json;
use sqlx::AnyConnection;

/// Brings a project to the newest format, one format at a time, in the caller's transaction.
pub(super) async fn migrate(db: &mut AnyConnection, dialect: Dialect, store: &str) -> Result<(), StoreError> {
    let failed = |source| StoreError::Database { store: store.into(), doing: "migrated", source };
    loop {
        let mut reader = Reader::new(db, dialect, store).await?;
        match reader.format()? {
            FORMAT => return Ok(()),
            1 => {
                let snapshot = Snapshot::of(reader.project().await?);
                let frame = Frame::from_definition(&snapshot.project.frame)?;
                two(&mut Writer { db, dialect, frame: &frame }, &snapshot).await.map_err(failed)?;
            }
            2 => {
                let frame = reader.frame()?;
                three(&mut Writer { db, dialect, frame: &frame }).await.map_err(failed)?;
            }
            other => {
                let reason = format!("its format version is {other}");
                return Err(StoreError::Damaged { store: store.into(), reason });
            }
        }
    }
}

/// Format 2: labels became versions with a history; people, tokens and the audit log came.
async fn two(w: &mut Writer<'_>, snapshot: &Snapshot) -> sqlx::Result<()> {
    w.batch("DROP TABLE wangge_label; DROP TABLE wangge_plan;").await?;
    w.batch("DELETE FROM gpkg_contents WHERE table_name IN ('wangge_label', 'wangge_plan');").await?;
    w.create(&tables::LIVE).await?;
    w.attribute_tables(&tables::LIVE).await?;
    w.live(snapshot).await?;
    let row = vec!["shown".into(), json!(null).to_string().into()];
    w.insert("wangge_project", &["key", "value"], vec![row]).await?;
    w.facts(&snapshot.project, snapshot.shown).await?;
    // These tables know of kinds already.
    w.batch("ALTER TABLE wangge_cell DROP COLUMN kind;").await?;
    w.batch("UPDATE wangge_project SET value = '2' WHERE key = 'format';").await
}

/// Format 3: cells have kinds; those there were are base cells.
async fn three(w: &mut Writer<'_>) -> sqlx::Result<()> {
    w.batch("ALTER TABLE wangge_cell ADD COLUMN kind TEXT NOT NULL DEFAULT 'base';").await?;
    w.batch("ALTER TABLE cells ADD COLUMN kind TEXT DEFAULT 'base';").await?;
    w.batch("UPDATE wangge_project SET value = '3' WHERE key = 'format';").await
}
