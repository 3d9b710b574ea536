//! Writes `docs/rules.md` from the table of rules.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules.md");
    fs::write(page, partition::check::rules::markdown())
}
