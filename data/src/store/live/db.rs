//! Connections and transactions of an open project.

use super::super::dialect::Dialect;
use super::super::records::Author;
use super::super::rows::{Field, insert, run, select};
use super::super::tables::{self, Table};
use super::super::{Location, StoreError};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Row, Transaction};
use tokio::sync::{Mutex, MutexGuard};

/// The database of an open project.
pub(super) struct Db {
    pub(super) pool: AnyPool,
    pub(super) dialect: Dialect,
    pub(super) location: Location,
    /// Whose turn it is to write, within this process: a queue instead of a scramble for the database's own lock.
    pub(super) turn: Mutex<()>,
}

/// One transaction. Dropped without [`Tx::commit`] nothing of it happened.
pub(super) struct Tx<'a> {
    pub(super) tx: Transaction<'static, Any>,
    db: &'a Db,
    _turn: Option<MutexGuard<'a, ()>>,
}

impl Db {
    pub(super) fn store(&self) -> String {
        self.location.to_string()
    }

    pub(super) fn failed(&self, doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError + use<> {
        let store = self.store();
        move |source| StoreError::Database { store: store.clone(), doing, source }
    }

    pub(super) fn damaged(&self, reason: impl ToString) -> StoreError {
        StoreError::Damaged { store: self.store(), reason: reason.to_string() }
    }

    /// A transaction that sees one moment of the project.
    pub(super) async fn read(&self) -> Result<Tx<'_>, StoreError> {
        let begin = match self.dialect {
            Dialect::GeoPackage { .. } => "BEGIN",
            Dialect::PostGis { .. } => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let tx = self.pool.begin_with(begin).await.map_err(self.failed("read"))?;
        Ok(Tx { tx, db: self, _turn: None })
    }

    /// A transaction that nobody else writes beside, in this process or another.
    pub(super) async fn write(&self) -> Result<Tx<'_>, StoreError> {
        let turn = self.turn.lock().await;
        let mut tx = self.begin_write().await?;
        if let Dialect::PostGis { .. } = self.dialect {
            let sql = "SELECT value FROM wangge_project WHERE key = 'format' FOR UPDATE";
            select(&mut tx, sql, vec![]).await.map_err(self.failed("written"))?;
        }
        Ok(Tx { tx, db: self, _turn: Some(turn) })
    }

    /// The same without knowing yet whether it is a project.
    pub(super) async fn begin_write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let begin = match self.dialect {
            Dialect::GeoPackage { .. } => "BEGIN IMMEDIATE",
            Dialect::PostGis { .. } => "BEGIN",
        };
        self.pool.begin_with(begin).await.map_err(self.failed("written"))
    }
}

impl Tx<'_> {
    pub(super) async fn select(
        &mut self,
        sql: &'static str,
        values: Vec<Field>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        select(&mut self.tx, sql, values).await.map_err(self.db.failed("read"))
    }

    pub(super) async fn run(&mut self, sql: &'static str, values: Vec<Field>) -> Result<u64, StoreError> {
        run(&mut self.tx, sql.into(), values).await.map_err(self.db.failed("written"))
    }

    /// Appends rows; their numbers come by themselves. Returns the first number.
    pub(super) async fn append(&mut self, table: &Table, rows: Vec<Vec<Field>>) -> Result<i64, StoreError> {
        let sql = format!("SELECT MAX(id) AS last FROM {}", table.name);
        let last = select(&mut self.tx, sql, vec![]).await.map_err(self.db.failed("read"))?;
        let last: Option<i64> = match last.first() {
            Some(row) => row.try_get("last").map_err(|e| self.db.damaged(e))?,
            None => None,
        };
        let first = last.unwrap_or(0) + 1;
        let rows = (first..).zip(rows).map(|(id, mut row)| {
            row.insert(0, id.into());
            row
        });
        let inserted =
            insert(&mut self.tx, self.db.dialect, table.name, &table.names(), rows.collect()).await;
        inserted.map_err(self.db.failed("written"))?;
        Ok(first)
    }

    /// Writes a line of the audit log.
    pub(super) async fn note(
        &mut self,
        author: &Author,
        action: &str,
        target: &str,
        detail: &Value,
    ) -> Result<(), StoreError> {
        let row = vec![
            author.at.to_string().into(),
            author.name.as_str().into(),
            action.into(),
            target.into(),
            detail.to_string().into(),
        ];
        self.append(&tables::AUDIT, vec![row]).await.map(drop)
    }

    /// When this returns, everything happened and stays.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        let failed = self.db.failed("written");
        self.tx.commit().await.map_err(failed)
    }
}
