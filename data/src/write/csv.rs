//! Tables out.

use super::{AtomicFile, WriteError};
use std::path::Path;

/// Writes a table with a header line. Cells are quoted where needed.
///
/// # Errors
/// [`WriteError::Io`].
pub fn write_csv<R, C>(path: &Path, header: &[&str], rows: R) -> Result<(), WriteError>
where
    R: IntoIterator<Item = C>,
    C: IntoIterator<Item: AsRef<[u8]>>,
{
    let io = |source| WriteError::Io { path: path.to_owned(), source };
    let mut file = AtomicFile::create(path)?;
    let mut table = ::csv::Writer::from_writer(&mut file);
    let write = || -> Result<(), ::csv::Error> {
        table.write_record(header)?;
        for row in rows {
            table.write_record(row)?;
        }
        Ok(table.flush()?)
    };
    write().map_err(|e| io(e.into()))?;
    drop(table);
    file.commit()
}
