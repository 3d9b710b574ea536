//! The few things every SQLite file here needs.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;

/// The first bytes of every SQLite database.
pub(crate) const MAGIC: &[u8] = b"SQLite format 3\0";

/// Opens an existing database for reading only.
pub(crate) async fn open_readonly(path: &Path) -> sqlx::Result<SqliteConnection> {
    // Functions that the file's own schema calls are not trusted: it may be anybody's.
    let options = SqliteConnectOptions::new().filename(path).read_only(true).pragma("trusted_schema", "OFF");
    options.disable_statement_logging().connect().await
}

/// A name as SQL identifier, whatever it contains.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Closes and forgets the outcome: used after reading.
pub(crate) async fn close(db: SqliteConnection) {
    db.close().await.ok();
}
