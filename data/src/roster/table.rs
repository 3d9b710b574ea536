//! A sheet or a text file as rows of cells, within limits.

use super::RosterError;
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use partition::people::Date;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most rows read.
pub const MAX_ROWS: usize = 100_000;

/// Most columns looked at.
pub const MAX_COLUMNS: usize = 100;

/// Most bytes a workbook may unpack to: a small file can be made to unpack without end.
pub const MAX_UNPACKED_BYTES: u64 = 256 << 20;

/// One cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    Empty,
    Text(String),
    /// A cell that holds a number, which has lost leading zeros and digits beyond the 15th.
    Number(f64),
    Day(Date),
}

/// A row with its number as spreadsheets count, from 1.
pub(super) struct Line {
    pub(super) row: usize,
    pub(super) entries: Vec<Entry>,
}

/// The rows of a roster: a workbook's first sheet, or comma-, semicolon- or tab-separated text.
pub(super) fn lines(bytes: &[u8]) -> Result<Vec<Line>, RosterError> {
    let lines = if bytes.starts_with(b"PK\x03\x04") {
        workbook(bytes)?
    } else if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(RosterError::OldWorkbook);
    } else {
        separated(&decoded(bytes)?)?
    };
    let filled = |l: &Line| l.entries.iter().any(|e| *e != Entry::Empty);
    Ok(lines.into_iter().filter(filled).collect())
}

fn workbook(bytes: &[u8]) -> Result<Vec<Line>, RosterError> {
    unpacks_within_limits(bytes)?;
    let read = || -> Result<Vec<Line>, RosterError> {
        let broken = |e: calamine::XlsxError| RosterError::Workbook(e.to_string());
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(broken)?;
        let Some(name) = book.sheet_names().first().cloned() else { return Ok(Vec::new()) };
        let mut lines: Vec<Line> = Vec::new();
        // Cell by cell: a sheet that claims a cell in its last corner would fill the memory otherwise.
        let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            let (row, column) = cell.get_position();
            let (row, column) = (row as usize + 1, column as usize);
            let entry = entry(Data::from(cell.get_value().clone()));
            if entry == Entry::Empty || column >= MAX_COLUMNS {
                continue;
            }
            if lines.last().is_none_or(|l| l.row != row) {
                if lines.len() > MAX_ROWS {
                    return Err(RosterError::TooLong);
                }
                lines.push(Line { row, entries: Vec::new() });
            }
            if let Some(line) = lines.last_mut() {
                line.entries.resize(line.entries.len().max(column + 1), Entry::Empty);
                line.entries[column] = entry;
            }
        }
        Ok(lines)
    };
    // The reader is not ours, and workbooks come from strangers.
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(RosterError::Workbook("it confuses the reader".into())))
}

/// Unpacks everything once, into nothing.
fn unpacks_within_limits(bytes: &[u8]) -> Result<(), RosterError> {
    let broken = |e: zip::result::ZipError| RosterError::Workbook(e.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = MAX_UNPACKED_BYTES;
    for i in 0..archive.len() {
        let file = archive.by_index(i).map_err(broken)?;
        let read = std::io::copy(&mut std::io::Read::take(file, left + 1), &mut std::io::sink());
        let read = read.map_err(|e| RosterError::Workbook(e.to_string()))?;
        left = left.checked_sub(read).ok_or(RosterError::TooLong)?;
    }
    Ok(())
}

fn entry(data: Data) -> Entry {
    match data {
        Data::String(s) => text(&s),
        Data::Int(n) => Entry::Number(n as f64),
        Data::Float(n) => Entry::Number(n),
        Data::Bool(b) => text(if b { "是" } else { "否" }),
        Data::DateTime(d) if d.is_datetime() => {
            let (year, month, day, ..) = d.to_ymd_hms_milli();
            Date::new(year, month, day).map_or(Entry::Number(d.as_f64()), Entry::Day)
        }
        Data::DateTime(d) => Entry::Number(d.as_f64()),
        Data::DateTimeIso(s) => s.get(..10).and_then(|d| d.parse().ok()).map_or_else(|| text(&s), Entry::Day),
        Data::DurationIso(s) => text(&s),
        Data::Error(e) => text(&e.to_string()),
        Data::Empty => Entry::Empty,
    }
}

fn text(s: &str) -> Entry {
    let s = s.trim();
    if s.is_empty() { Entry::Empty } else { Entry::Text(s.to_owned()) }
}

/// UTF-8 or UTF-16 by their marks, else UTF-8 if it is, else GB18030, as Excel writes in China.
fn decoded(bytes: &[u8]) -> Result<String, RosterError> {
    let (encoding, skip) = encoding_rs::Encoding::for_bom(bytes).unwrap_or_else(|| {
        let utf8 = std::str::from_utf8(bytes).is_ok();
        (if utf8 { encoding_rs::UTF_8 } else { encoding_rs::GB18030 }, 0)
    });
    let body = bytes.get(skip..).unwrap_or_default();
    let text = encoding.decode_without_bom_handling_and_without_replacement(body);
    let text = text.ok_or(RosterError::Encoding)?;
    if text.contains('\0') { Err(RosterError::Encoding) } else { Ok(text.into_owned()) }
}

fn separated(text: &str) -> Result<Vec<Line>, RosterError> {
    // A title without any may stand above the headings.
    let count = |c: char| text.lines().take(10).map(|l| l.matches(c).count()).sum::<usize>();
    let separator = ['\t', ';', ','].into_iter().max_by_key(|&c| (count(c), c == ',')).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator as u8)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| RosterError::Text(e.to_string()))?;
        if lines.len() > MAX_ROWS {
            return Err(RosterError::TooLong);
        }
        // Empty lines before a record are counted to it.
        let row = record.position().map_or(0, |p| {
            let ahead = text.get(p.byte() as usize..).unwrap_or_default();
            let empty =
                ahead.bytes().take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| *b == b'\n').count();
            p.line() as usize + empty
        });
        lines.push(Line { row, entries: record.iter().take(MAX_COLUMNS).map(self::text).collect() });
    }
    Ok(lines)
}
