//! A project that is being worked on: the same store over either back end.
//!
//! Every read is one moment of the project, every write one transaction with its line in the audit log. A plan is the
//! labels it began with and what was done since; nothing of that is ever changed, only added to.

mod audit;
mod db;
mod migrate;
mod people;
mod plans;
mod tokens;
mod view;

use self::db::{Db, Tx};
use super::dialect::Dialect;
use super::gpkg::{self, FileLock};
use super::model::Project;
use super::read::Reader;
use super::rows::{Field, get, select};
use super::snapshot::{Shown, Snapshot};
use super::{Location, StoreError, Timestamp, postgis, tables};
use crate::frame::Frame;
use sqlx::Row;
use std::fmt;
use std::sync::{Arc, Mutex};

/// Which of the two back ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One file.
    GeoPackage,
    /// A schema of a PostgreSQL database with PostGIS.
    PostGis,
}

/// An open project. Cheap to clone; all clones are the same project.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    project: Arc<Project>,
    frame: Frame,
    /// The criterion that the first plan balances.
    balance: String,
    /// Only a file has one.
    lock: Mutex<Option<FileLock>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.inner.db.location).finish()
    }
}

impl Store {
    /// Opens a project to work on it, and brings an older one up to date. A file is locked until [`Store::close`]: one
    /// process at a time.
    ///
    /// # Errors
    /// [`StoreError`]: missing, of another program, newer than this program, changed elsewhere, or in use (and by whom).
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let store = location.to_string();
        let (pool, lock) = match location {
            Location::File(path) => {
                gpkg::see(path)?;
                let lock = FileLock::take(path)?;
                (gpkg::connect(path).await?, Some(lock))
            }
            Location::Postgres(url) => (postgis::connect(url, &store).await?, None),
        };
        let mut db = Db {
            pool,
            dialect: if lock.is_some() { gpkg::READ } else { postgis::READ },
            location: location.clone(),
            turn: tokio::sync::Mutex::new(()),
        };
        let mut tx = db.begin_write().await?;
        let conn = &mut *tx;
        migrate::migrate(conn, db.dialect, &store).await?;
        let project = Reader::new(conn, db.dialect, &store).await?.project().await?;
        let frame = Frame::from_definition(&project.frame)?;
        let dialect = match db.dialect {
            Dialect::GeoPackage { .. } => gpkg::dialect(&frame),
            Dialect::PostGis { .. } => postgis::dialect(conn).await.map_err(db.failed("read"))?,
        };
        // A project just saved does not know when it began: it asked no clock.
        let begun: Vec<Field> = vec![Timestamp::now().to_string().into()];
        let sql = "UPDATE wangge_version SET created_at = $1 WHERE created_at IS NULL";
        super::rows::run(conn, sql.into(), begun).await.map_err(db.failed("written"))?;
        let rows = select(conn, "SELECT balance FROM wangge_plan ORDER BY id LIMIT 1", vec![]).await;
        let rows = rows.map_err(db.failed("read"))?;
        let balance = rows.first().map(|r| get(r, "balance", &store)).transpose()?.unwrap_or_default();
        tx.commit().await.map_err(db.failed("written"))?;
        db.dialect = dialect;
        let project = Arc::new(project);
        Ok(Self { inner: Arc::new(Inner { db, project, frame, balance, lock: Mutex::new(lock) }) })
    }

    /// Writes a project to a place where there is none yet.
    ///
    /// # Errors
    /// [`StoreError::Exists`] and whatever keeps it from being written.
    pub async fn create(location: &Location, project: &Project) -> Result<(), StoreError> {
        Self::restore(location, &Snapshot::of(project.clone())).await
    }

    /// Writes a project with its history to a place where there is none yet: a copy, or a move to the other back end.
    ///
    /// # Errors
    /// [`StoreError::Exists`] and whatever keeps it from being written.
    pub async fn restore(location: &Location, snapshot: &Snapshot) -> Result<(), StoreError> {
        match location {
            Location::File(path) if path.exists() => Err(StoreError::Exists { store: location.to_string() }),
            Location::File(path) => gpkg::restore(path, snapshot).await,
            Location::Postgres(url) => postgis::restore(url, snapshot).await,
        }
    }

    /// Everything, as it is at this moment.
    ///
    /// # Errors
    /// [`StoreError`], also when a layer was changed elsewhere meanwhile.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let db = &self.inner.db;
        let store = db.store();
        let mut tx = db.read().await?;
        let mut reader = Reader::new(&mut tx.tx, db.dialect, &store).await?;
        let (project, shown) = (reader.project().await?, reader.shown()?);
        let mut tables = Vec::new();
        for table in tables::LIVE {
            let sql = format!("SELECT {} FROM {} ORDER BY id", table.names().join(", "), table.name);
            let rows = select(&mut tx.tx, sql, vec![]).await.map_err(db.failed("read"))?;
            let fields = |row: &sqlx::any::AnyRow| -> sqlx::Result<Vec<Field>> {
                let kinds = std::iter::once("INTEGER NOT NULL").chain(table.columns.iter().map(|c| c.1));
                kinds.enumerate().map(|(i, kind)| field(row, i, kind)).collect()
            };
            let rows: sqlx::Result<Vec<_>> = rows.iter().map(fields).collect();
            tables.push(rows.map_err(|e| db.damaged(format!("{}: {e}", table.name)))?);
        }
        Ok(Snapshot { project, shown, tables })
    }

    /// Which back end it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.inner.db.dialect {
            Dialect::GeoPackage { .. } => Kind::GeoPackage,
            Dialect::PostGis { .. } => Kind::PostGis,
        }
    }

    /// Where it is kept.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.inner.db.location
    }

    /// The ground: boundary, units, criteria, parents. Its plan is the one the layer `cells` showed at opening.
    #[must_use]
    pub fn project(&self) -> &Arc<Project> {
        &self.inner.project
    }

    /// The frame of the ground.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.inner.frame
    }

    /// Brings the layers up to date and lets go of the project, for all clones. A file is one file again then.
    ///
    /// Not closing loses nothing that was acknowledged; the layers follow at the next closing.
    ///
    /// # Errors
    /// What the database says.
    pub async fn close(self) -> Result<(), StoreError> {
        let synced = self.sync().await;
        let db = &self.inner.db;
        match &db.location {
            Location::File(path) => gpkg::finish(path, &db.pool).await?,
            Location::Postgres(_) => db.pool.close().await,
        }
        drop(self.inner.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
        synced
    }
}

fn field(row: &sqlx::any::AnyRow, i: usize, kind: &str) -> sqlx::Result<Field> {
    Ok(if kind.starts_with("INTEGER") {
        row.try_get::<Option<i64>, _>(i)?.into()
    } else if kind.starts_with("BLOB") {
        row.try_get::<Option<Vec<u8>>, _>(i)?.map_or(Field::Null, Field::Blob)
    } else {
        row.try_get::<Option<String>, _>(i)?.into()
    })
}

impl Inner {
    /// What the layers show.
    async fn shown(&self, tx: &mut Tx<'_>) -> Result<Option<Shown>, StoreError> {
        Reader::new(&mut tx.tx, self.db.dialect, &self.db.store()).await?.shown()
    }
}
