//! The bytes of an input: fingerprint, unpacking, and what they are.

use super::{Limits, ReadError};
use crate::sqlite;
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What a file is.
pub(super) enum Content {
    /// Text that begins like JSON, unpacked.
    Json(String),
    /// An SQLite database with the tables of a GeoPackage, or none at all.
    GeoPackage,
    /// Something for GDAL.
    Other(&'static str),
}

/// A fingerprinted input.
pub(super) struct Input {
    pub(super) content: Content,
    pub(super) sha256: String,
}

/// Reads the bytes once: for the fingerprint, and as text where they are GeoJSON.
pub(super) fn open(path: &Path, limits: &Limits) -> Result<Input, ReadError> {
    let io = |source| ReadError::Io { path: path.to_owned(), source };
    let meta = fs::metadata(path).map_err(io)?;
    if meta.is_dir() {
        let sha256 = fingerprint(&files_below(path, 4).map_err(io)?, path, limits)?;
        return Ok(Input { content: Content::Other("a folder (a file geodatabase?)"), sha256 });
    }
    if meta.len() == 0 {
        return Err(ReadError::Empty { path: path.to_owned(), layer: None });
    }
    let mut head = [0; 16];
    let n = File::open(path).and_then(|mut f| read_up_to(&mut f, &mut head)).map_err(io)?;
    let head = head.get(..n).unwrap_or_default();
    if head == sqlite::MAGIC {
        return Ok(Input {
            content: Content::GeoPackage,
            sha256: fingerprint(&[path.to_owned()], path, limits)?,
        });
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        let packed = bounded(File::open(path).map_err(io)?, path, limits)?;
        let sha256 = hex(Sha256::digest(&packed));
        let bytes = bounded(MultiGzDecoder::new(packed.as_slice()), path, limits)?;
        return match json_text(bytes, path)? {
            Some(text) => Ok(Input { content: Content::Json(text), sha256 }),
            None => Err(ReadError::NotGeoJson {
                path: path.to_owned(),
                reason:
                    "it is packed with gzip, and what is inside does not begin like JSON; unpack it first"
                        .into(),
            }),
        };
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    // A head of nothing but white space can still become JSON.
    if text.is_empty() || text.starts_with(b"{") || text.starts_with(b"[") {
        let bytes = bounded(File::open(path).map_err(io)?, path, limits)?;
        let sha256 = hex(Sha256::digest(&bytes));
        if let Some(text) = json_text(bytes, path)? {
            return Ok(Input { content: Content::Json(text), sha256 });
        }
    }
    let what = match head {
        [0, 0, 0x27, 0x0a, ..] => "a Shapefile",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive; unpack it first (a zipped Shapefile?)",
        [b'f', b'g', b'b', ..] => "a FlatGeobuf file",
        [b'<', ..] => "XML (KML, GML?)",
        _ if head.windows(9).any(|w| w == b"OSMHeader") => {
            "an OpenStreetMap extract; give it as a source of units instead"
        }
        _ => "of a format that is neither GeoJSON nor GeoPackage",
    };
    Ok(Input { content: Content::Other(what), sha256: fingerprint(&companions(path), path, limits)? })
}

/// The bytes of a table, unpacked, and the fingerprint of the file.
pub(super) fn table(path: &Path, limits: &Limits) -> Result<(Vec<u8>, String), ReadError> {
    let file = File::open(path).map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
    let bytes = bounded(file, path, limits)?;
    let sha256 = hex(Sha256::digest(&bytes));
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok((bounded(MultiGzDecoder::new(bytes.as_slice()), path, limits)?, sha256));
    }
    Ok((bytes, sha256))
}

/// SHA-256 in hexadecimal.
pub(crate) fn hex(digest: impl AsRef<[u8]>) -> String {
    use std::fmt::Write;
    digest.as_ref().iter().fold(String::new(), |mut s, b| {
        write!(s, "{b:02x}").ok();
        s
    })
}

/// Everything a reader gives, or an error that says it is too much or cut off.
fn bounded(reader: impl Read, path: &Path, limits: &Limits) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    match reader.take(limits.bytes + 1).read_to_end(&mut bytes) {
        Ok(n) if n as u64 > limits.bytes => {
            Err(ReadError::TooLarge { path: path.to_owned(), what: "bytes", limit: limits.bytes })
        }
        Ok(_) => Ok(bytes),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Err(ReadError::Truncated {
            path: path.to_owned(),
            reason: "the gzip stream ends too early".into(),
        }),
        Err(source) => Err(ReadError::Io { path: path.to_owned(), source }),
    }
}

/// The bytes as text when they begin like JSON, without a byte order mark.
fn json_text(bytes: Vec<u8>, path: &Path) -> Result<Option<String>, ReadError> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if !matches!(start.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return if start.trim_ascii().is_empty() {
            Err(ReadError::Empty { path: path.to_owned(), layer: None })
        } else {
            Ok(None)
        };
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|e| ReadError::NotUtf8 { path: path.to_owned(), at: e.utf8_error().valid_up_to() })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(Some(text))
}

/// One fingerprint over several files: names and contents in order; over one, that of its bytes.
fn fingerprint(files: &[PathBuf], root: &Path, limits: &Limits) -> Result<String, ReadError> {
    let io = |source| ReadError::Io { path: root.to_owned(), source };
    let (mut hash, mut total) = (Sha256::new(), 0_u64);
    let mut buffer = vec![0; 1 << 16];
    for path in files {
        if files.len() > 1 {
            hash.update(path.file_name().unwrap_or_default().to_string_lossy().as_bytes());
            hash.update([0]);
        }
        let mut file = File::open(path).map_err(io)?;
        loop {
            let n = file.read(&mut buffer).map_err(io)?;
            if n == 0 {
                break;
            }
            total += n as u64;
            if total > limits.bytes {
                return Err(ReadError::TooLarge {
                    path: root.to_owned(),
                    what: "bytes",
                    limit: limits.bytes,
                });
            }
            hash.update(buffer.get(..n).unwrap_or_default());
        }
    }
    Ok(hex(hash.finalize()))
}

/// The files that make up a Shapefile or MapInfo table, in a fixed order; for other files just the file.
fn companions(path: &Path) -> Vec<PathBuf> {
    const SETS: [&[&str]; 2] = [&["shp", "dbf", "shx", "prj", "cpg"], &["tab", "dat", "map", "id"]];
    let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let set = SETS.iter().find(|s| s.contains(&extension.as_str()));
    let others = set
        .into_iter()
        .flat_map(|s| s.iter())
        .flat_map(|e| [path.with_extension(e), path.with_extension(e.to_ascii_uppercase())]);
    let mut files: Vec<PathBuf> = others.filter(|p| p.is_file()).collect();
    if !files.iter().any(|p| p == path) {
        files.insert(0, path.to_owned());
    }
    files
}

/// All files of a folder by name, down to a depth.
fn files_below(folder: &Path, depth: u32) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<io::Result<_>>()?;
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        if path.is_file() {
            files.push(path);
        } else if depth > 0 && path.is_dir() {
            files.extend(files_below(&path, depth - 1)?);
        }
    }
    Ok(files)
}

fn read_up_to(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while let Some(rest) = buffer.get_mut(n..)
        && !rest.is_empty()
    {
        match file.read(rest)? {
            0 => break,
            more => n += more,
        }
    }
    Ok(n)
}
