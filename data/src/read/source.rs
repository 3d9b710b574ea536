//! `FILE[:LAYER]`.

use std::path::{Path, PathBuf};

/// A file, and a layer in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file, or the folder of a file geodatabase.
    pub path: PathBuf,
    /// The layer; needed only where a file has several.
    pub layer: Option<String>,
}

impl Source {
    /// A file whose layer needs no name.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), layer: None }
    }

    /// Reads `FILE[:LAYER]`.
    ///
    /// What exists under the whole text is a file, colons and all. Otherwise the shortest existing file before a colon is
    /// taken; if none exists, the last colon separates. The colon of a drive (`C:\…`) never does.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if Path::new(text).exists() {
            return Self::file(text);
        }
        let drive = matches!(text.as_bytes(), [c, b':', b'\\' | b'/', ..] if c.is_ascii_alphabetic());
        let colons: Vec<usize> =
            text.match_indices(':').map(|(i, _)| i).filter(|&i| i > 0 && !(drive && i == 1)).collect();
        let existing = colons.iter().find(|&&i| text.get(..i).is_some_and(|p| Path::new(p).exists()));
        match existing.or(colons.last()).and_then(|&i| Some((text.get(..i)?, text.get(i + 1..)?))) {
            Some((path, layer)) if !layer.is_empty() => Self { path: path.into(), layer: Some(layer.into()) },
            _ => Self::file(text),
        }
    }
}
