//! Test data that is not part of this repository; shared by the tests of all crates.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file or folder of the shared data, or `None`, said and counted, where it is absent.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("WANGGE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    skip(&format!("{name} is not in {} (set WANGGE_DATA)", root.display()));
    None
}

/// Says that a case cannot run here. `make test` counts them: test runners keep to themselves what a test that passes
/// has said, so each also becomes a line of the file that `WANGGE_SKIPPED` names.
pub(crate) fn skip(why: &str) {
    eprintln!("skipped 1 case: {why}");
    let file = std::env::var_os("WANGGE_SKIPPED");
    if let Some(mut f) = file.and_then(|f| OpenOptions::new().create(true).append(true).open(f).ok()) {
        writeln!(f, "{why}").unwrap();
    }
}
