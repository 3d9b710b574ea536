//! Rows in and out of either database, in the SQL that both understand.

use super::StoreError;
use super::dialect::Dialect;
use crate::sqlite::quote;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Decode, Row, Type};

/// A value to store.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Field {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
    /// A geometry, as the back end wants it.
    Shape(Vec<u8>),
}

impl From<i64> for Field {
    fn from(v: i64) -> Self {
        Self::Int(v)
    }
}

impl From<u32> for Field {
    fn from(v: u32) -> Self {
        Self::Int(v.into())
    }
}

impl From<f64> for Field {
    fn from(v: f64) -> Self {
        Self::Real(v)
    }
}

impl From<&str> for Field {
    fn from(v: &str) -> Self {
        Self::Text(v.to_owned())
    }
}

impl From<String> for Field {
    fn from(v: String) -> Self {
        Self::Text(v)
    }
}

impl<T: Into<Self>> From<Option<T>> for Field {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

/// Inserts all rows; each has one value per column.
pub(super) async fn insert(
    db: &mut AnyConnection,
    dialect: Dialect,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Field>>,
) -> sqlx::Result<()> {
    // SQLite takes 32 766 values in one statement, PostgreSQL 65 535, and a round trip costs more than a row.
    let batch = (8_000 / columns.len().max(1)).clamp(1, 200);
    let names: Vec<String> = columns.iter().map(|c| quote(c)).collect();
    let head = format!("INSERT INTO {} ({}) VALUES ", quote(table), names.join(", "));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let (mut sql, mut values) = (head.clone(), Vec::new());
        for (i, row) in rows.by_ref().take(batch).enumerate() {
            sql.push_str(if i == 0 { "(" } else { ",(" });
            for (j, field) in row.into_iter().enumerate() {
                let n = values.len() + 1;
                let text = match &field {
                    Field::Null => "NULL".into(),
                    Field::Shape(_) => dialect.shape_parameter(n),
                    _ => format!("${n}"),
                };
                sql.push_str(if j == 0 { "" } else { "," });
                sql.push_str(&text);
                if field != Field::Null {
                    values.push(field);
                }
            }
            sql.push(')');
        }
        run(db, sql, values).await?;
    }
    Ok(())
}

/// Runs one statement made up here: names quoted, values as parameters. Returns how many rows it touched.
pub(super) async fn run(db: &mut AnyConnection, sql: String, values: Vec<Field>) -> sqlx::Result<u64> {
    let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
    for value in values {
        query = bound(query, value);
    }
    Ok(query.execute(db).await?.rows_affected())
}

/// The rows a statement gives, with its parameters.
pub(super) async fn select(
    db: &mut AnyConnection,
    sql: impl Into<String>,
    values: Vec<Field>,
) -> sqlx::Result<Vec<AnyRow>> {
    let mut query = sqlx::query(AssertSqlSafe(sql.into()));
    for value in values {
        query = bound(query, value);
    }
    query.fetch_all(db).await
}

type Query<'q> = sqlx::query::Query<'q, Any, sqlx::any::AnyArguments>;

fn bound(query: Query<'_>, value: Field) -> Query<'_> {
    match value {
        Field::Null => query.bind(None::<String>),
        Field::Int(v) => query.bind(v),
        Field::Real(v) => query.bind(v),
        Field::Text(v) => query.bind(v),
        Field::Blob(v) | Field::Shape(v) => query.bind(v),
    }
}

/// A value of one of our own tables: wrong means damaged.
pub(super) fn get<T>(row: &AnyRow, column: &str, store: &str) -> Result<T, StoreError>
where
    T: for<'r> Decode<'r, Any> + Type<Any>,
{
    row.try_get(column).map_err(|e| StoreError::Damaged { store: store.into(), reason: e.to_string() })
}

/// Text that is to be read back into what it was made from.
pub(super) fn parsed<T: std::str::FromStr>(row: &AnyRow, column: &str, store: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    parse(&get::<String>(row, column, store)?, column, store)
}

/// The same for text that may be missing.
pub(super) fn parsed_option<T: std::str::FromStr>(
    row: &AnyRow,
    column: &str,
    store: &str,
) -> Result<Option<T>, StoreError>
where
    T::Err: std::fmt::Display,
{
    get::<Option<String>>(row, column, store)?.map(|text| parse(&text, column, store)).transpose()
}

fn parse<T: std::str::FromStr>(text: &str, column: &str, store: &str) -> Result<T, StoreError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e| StoreError::Damaged { store: store.into(), reason: format!("{column}: {e}") })
}

/// A name that serde gives one of our enums, read back; or JSON in general.
pub(super) fn json<T: serde::de::DeserializeOwned>(
    text: &str,
    what: &str,
    store: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|e| StoreError::Damaged { store: store.into(), reason: format!("{what}: {e}") })
}

/// A number of ours that fits 32 bits.
pub(super) fn number(row: &AnyRow, column: &str, store: &str) -> Result<u32, StoreError> {
    let n: i64 = get(row, column, store)?;
    u32::try_from(n)
        .map_err(|_| StoreError::Damaged { store: store.into(), reason: format!("{column} is {n}") })
}

/// The same for a number that may be missing.
pub(super) fn number_option(row: &AnyRow, column: &str, store: &str) -> Result<Option<u32>, StoreError> {
    let Some(n) = get::<Option<i64>>(row, column, store)? else { return Ok(None) };
    u32::try_from(n)
        .map(Some)
        .map_err(|_| StoreError::Damaged { store: store.into(), reason: format!("{column} is {n}") })
}
