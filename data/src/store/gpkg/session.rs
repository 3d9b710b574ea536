//! A file that is being worked on: a write-ahead log while it is, one file again afterwards.

use super::super::StoreError;
use super::{connection, failed, options, see};
use sqlx::AnyPool;
use sqlx::any::AnyPoolOptions;
use sqlx::{Connection, Executor};
use std::path::{Path, PathBuf};

/// Connections to one file: readers beside the one writer.
const CONNECTIONS: u32 = 4;

/// Opens the connections. What a commit acknowledged is on the disk: `synchronous = FULL`.
pub(in crate::store) async fn connect(path: &Path) -> Result<AnyPool, StoreError> {
    see(path)?;
    let pool = AnyPoolOptions::new().max_connections(CONNECTIONS).after_connect(|db, _| {
        Box::pin(async move {
            db.execute("PRAGMA journal_mode = WAL").await?;
            db.execute("PRAGMA synchronous = FULL").await?;
            Ok(())
        })
    });
    let options = options(path, "rw").map_err(failed(path, "opened"))?;
    pool.connect_with(options).await.map_err(failed(path, "opened"))
}

/// Closes the connections and folds the log into the file.
pub(in crate::store) async fn finish(path: &Path, pool: &AnyPool) -> Result<(), StoreError> {
    pool.close().await;
    settle(path).await
}

/// Makes one file of a file and the log that a killed process left.
pub(super) async fn settle(path: &Path) -> Result<(), StoreError> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut log = real.clone().into_os_string();
    log.push("-wal");
    if !real.exists() {
        return Ok(());
    }
    if !PathBuf::from(&log).exists() && !in_log_mode(&real) {
        return Ok(());
    }
    let failed = failed(path, "closed");
    let mut db = connection(&real, "rw").await.map_err(&failed)?;
    let settled = async {
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        db.execute("PRAGMA journal_mode = DELETE").await
    };
    let settled = settled.await;
    db.close().await.map_err(&failed)?;
    settled.map_err(failed).map(drop)
}

/// Bytes 18 and 19 of an SQLite file say 2 when it has a write-ahead log.
fn in_log_mode(path: &Path) -> bool {
    use std::io::Read;
    let mut head = [0; 20];
    std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut head)).is_ok() && head[18] == 2
}
