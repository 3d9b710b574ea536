//! Many rows at once.

use crate::sqlite::quote;
use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

/// A value to store.
pub(super) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<i64> for Cell {
    fn from(v: i64) -> Self {
        Self::Int(v)
    }
}

impl From<f64> for Cell {
    fn from(v: f64) -> Self {
        Self::Real(v)
    }
}

impl From<&str> for Cell {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}

impl From<String> for Cell {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

/// Inserts all rows; each has one value per column.
pub(super) async fn insert(
    db: &mut SqliteConnection,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Cell>>,
) -> sqlx::Result<()> {
    // SQLite takes 32 766 values in one statement, and a round trip costs more than a row.
    let batch = (8_000 / columns.len().max(1)).clamp(1, 200);
    let names: Vec<String> = columns.iter().map(|c| quote(c)).collect();
    let head = format!("INSERT INTO {} ({}) ", quote(table), names.join(", "));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut query = QueryBuilder::<Sqlite>::new(&head);
        query.push_values(rows.by_ref().take(batch), |mut values, row| {
            for cell in row {
                match cell {
                    Cell::Null => values.push("NULL"),
                    Cell::Int(v) => values.push_bind(v),
                    Cell::Real(v) => values.push_bind(v),
                    Cell::Text(v) => values.push_bind(v),
                    Cell::Blob(v) => values.push_bind(v),
                };
            }
        });
        query.build().execute(&mut *db).await?;
    }
    Ok(())
}
