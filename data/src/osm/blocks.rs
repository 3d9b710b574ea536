//! The container: lengths checked before anything is decoded, and no panic from inside a decoder.

use super::OsmError;
use crate::read::{Limits, hex};
use osmpbf::{BlobDecode, BlobReader, Element};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Largest block header the format allows.
const MAX_HEADER: u32 = 64 << 10;

/// Walks the container: every block is as long as it says. Gives the SHA-256 of the file.
///
/// The decoder would take a file that ends between two fields of a block for a complete one.
pub(super) fn check(path: &Path, limits: &Limits) -> Result<String, OsmError> {
    let io = |source| OsmError::Io { path: path.to_owned(), source };
    let bytes = std::fs::metadata(path).map_err(io)?.len();
    if bytes > limits.bytes {
        return Err(OsmError::TooLarge { path: path.to_owned(), what: "bytes", limit: limits.bytes });
    }
    let mut file = BufReader::new(File::open(path).map_err(io)?);
    let (mut hash, mut left, mut block) = (Sha256::new(), bytes, 0);
    let mut buffer = Vec::new();
    while left > 0 {
        let truncated = || OsmError::Truncated { path: path.to_owned(), bytes, block };
        let mut take = |n: u64, left: &mut u64| -> Result<Vec<u8>, OsmError> {
            if n > *left {
                return Err(truncated());
            }
            *left -= n;
            buffer.clear();
            file.by_ref().take(n).read_to_end(&mut buffer).map_err(io)?;
            hash.update(&buffer);
            if buffer.len() as u64 == n { Ok(std::mem::take(&mut buffer)) } else { Err(truncated()) }
        };
        let not = || OsmError::NotPbf { path: path.to_owned() };
        let length = take(4, &mut left)?;
        let length = length.try_into().map(u32::from_be_bytes).map_err(|_| truncated())?;
        if length > MAX_HEADER {
            return Err(if block == 0 {
                not()
            } else {
                OsmError::Damaged {
                    path: path.to_owned(),
                    reason: format!("block {block} has an impossible length"),
                }
            });
        }
        let header = take(length.into(), &mut left).map_err(|e| if block == 0 { not() } else { e })?;
        let Some((kind, size)) = header_fields(&header) else {
            return Err(if block == 0 {
                not()
            } else {
                OsmError::Damaged {
                    path: path.to_owned(),
                    reason: format!("the header of block {block} is garbled"),
                }
            });
        };
        if block == 0 && kind != b"OSMHeader" {
            return Err(not());
        }
        take(size, &mut left)?;
        block += 1;
    }
    if block == 0 { Err(OsmError::NotPbf { path: path.to_owned() }) } else { Ok(hex(hash.finalize())) }
}

/// Type (field 1) and data size (field 3) of a block header message.
fn header_fields(mut bytes: &[u8]) -> Option<(&[u8], u64)> {
    let (mut kind, mut size) = (None, None);
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        match tag & 7 {
            0 => {
                let value = varint(&mut bytes)?;
                if tag >> 3 == 3 {
                    size = Some(value);
                }
            }
            2 => {
                let n = usize::try_from(varint(&mut bytes)?).ok()?;
                let (head, rest) = bytes.split_at_checked(n)?;
                bytes = rest;
                if tag >> 3 == 1 {
                    kind = Some(head);
                }
            }
            _ => return None,
        }
    }
    Some((kind?, size?))
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&b, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(b & 0x7f) << shift;
        if b & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Calls `f` with every element of the file.
pub(super) fn each(path: &Path, mut f: impl FnMut(Element<'_>)) -> Result<(), OsmError> {
    let damaged = |reason: String| OsmError::Damaged { path: path.to_owned(), reason };
    let file = File::open(path).map_err(|source| OsmError::Io { path: path.to_owned(), source })?;
    for blob in BlobReader::new(BufReader::new(file)) {
        let blob = blob.map_err(|e| damaged(e.to_string()))?;
        // The decoder unwraps a few things that only a hostile file has.
        catch_unwind(AssertUnwindSafe(|| match blob.decode() {
            Ok(BlobDecode::OsmData(block)) => {
                block.elements().for_each(&mut f);
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(e) => Err(e.to_string()),
        }))
        .unwrap_or_else(|_| Err("a block holds values outside its own tables".into()))
        .map_err(damaged)?;
    }
    Ok(())
}
