//! ETags and how long to keep an answer.

use axum::http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

/// For what never changes under its address.
pub(crate) const FOREVER: &str = "public, max-age=31536000, immutable";
/// For what may change: keep it, but ask.
pub(crate) const ASK: &str = "no-cache";

/// The tag of a digest. Weak, because bodies may be packed on the way.
pub(crate) fn tag(digest: &[u8]) -> HeaderValue {
    let text: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
    HeaderValue::from_str(&format!("W/\"{text}\"")).unwrap_or(HeaderValue::from_static("W/\"0\""))
}

/// The tag of some bytes.
pub(crate) fn tag_of(bytes: &[u8]) -> HeaderValue {
    tag(&Sha256::digest(bytes))
}

/// Whether the client has this already (If-None-Match, by weak comparison).
pub(crate) fn known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let bare = |t: &str| t.trim().trim_start_matches("W/").to_owned();
    let Ok(mine) = tag.to_str().map(bare) else { return false };
    let theirs = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    theirs.flat_map(|v| v.split(',')).any(|t| t.trim() == "*" || bare(t) == mine)
}

/// A short name for some bytes.
pub(crate) fn short(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(6).map(|b| format!("{b:02x}")).collect()
}
