//! What a foreign database may be made of before it is asked for anything.
//!
//! A view, a virtual table or a generated column computes what it answers, and can compute without end; a default value of a
//! column is stored once and answered with every row. So only stored tables are read, and their answers are weighed first.

use crate::sqlite::quote;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;

/// Why `table` is not read; nothing when it is a stored table whose rows weigh at most `bytes`.
///
/// O(stored bytes).
pub(super) async fn refusal(
    db: &mut SqliteConnection,
    table: &str,
    bytes: u64,
) -> sqlx::Result<Option<String>> {
    let found: Option<(String, Option<String>)> =
        sqlx::query_as("SELECT type, sql FROM sqlite_schema WHERE name = ?1 AND type IN ('table', 'view')")
            .bind(table)
            .fetch_optional(&mut *db)
            .await?;
    let Some((kind, sql)) = found else { return Ok(Some(format!("there is no table '{table}'"))) };
    let is_virtual = sql.unwrap_or_default().trim_start().to_ascii_uppercase().starts_with("CREATE VIRTUAL");
    if kind != "table" || is_virtual {
        return Ok(Some(format!(
            "'{table}' is a view or a virtual table; copy it into a table of its own first"
        )));
    }
    let columns: Vec<(String, i64)> = sqlx::query_as("SELECT name, hidden FROM pragma_table_xinfo(?1)")
        .bind(table)
        .fetch_all(&mut *db)
        .await?;
    if let Some((name, _)) = columns.iter().find(|c| c.1 != 0) {
        return Ok(Some(format!(
            "the column '{name}' of '{table}' is computed; copy it into a plain column first"
        )));
    }
    let lengths: Vec<String> =
        columns.iter().map(|(c, _)| format!("COALESCE(LENGTH(CAST({} AS BLOB)), 0)", quote(c))).collect();
    // TOTAL adds up as a float: a sum that runs over would be an error.
    let sql = format!("SELECT TOTAL({}) FROM {}", lengths.join(" + "), quote(table));
    let (weight,): (f64,) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(db).await?;
    Ok((weight > bytes as f64).then(|| format!("the rows of '{table}' hold more than {bytes} bytes")))
}
