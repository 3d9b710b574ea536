//! Findings and plans as files, for people and for programs.
//!
//! | for | what |
//! |---|---|
//! | anybody with a browser | a page of its own, [`html`]: map, close-ups, sentences in 中文 and English |
//! | the same, about a plan that was made | [`plan_html`]: map by deviation, histogram, tables, proofs in words, before and after |
//! | GIS | [`write_findings`] as GeoPackage or GeoJSON, [`Checked::write_geojson`] |
//! | programs that collect findings of many tools | [`sarif`] (SARIF 2.1.0) |

mod geojson;
mod html;
mod map;
mod page;
mod plan;
mod plan_map;
mod sarif;

pub use html::{Page, html};
pub use plan::{PlanPage, plan_html, write_plan};
pub use sarif::sarif;

use crate::store::StoreError;
use crate::store::gpkg::write_features;
use crate::work::check::Checked;
use crate::write::{AtomicFile, WriteError};
use std::io::Write;
use std::path::Path;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// What the name asks for is no report.
    #[error("{0}: a report ends in .html, .gpkg, .geojson, .json or .sarif")]
    Kind(String),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The GeoPackage could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes the findings into a new file; what it is follows from its ending: `.html`, `.gpkg` (layer `findings`), `.geojson`
/// or `.json`, `.sarif`.
///
/// # Errors
/// [`ReportError`]; the old file is untouched then.
pub fn write_findings(path: &Path, checked: &Checked, page: &Page<'_>) -> Result<(), ReportError> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let text = match ending.as_str() {
        "html" | "htm" => html(checked, page),
        "sarif" => sarif(checked, page.sources).to_string(),
        "geojson" | "json" => {
            let mut file = AtomicFile::create(path)?;
            checked.write_geojson(&mut file, path)?;
            return Ok(file.commit()?);
        }
        "gpkg" => {
            let rows: Vec<_> = checked.rows().collect();
            let features: Vec<_> = geojson::features(checked, &rows).collect();
            return Ok(write_features(path, &checked.subject.frame, "findings", &features)?);
        }
        _ => return Err(ReportError::Kind(path.display().to_string())),
    };
    let mut file = AtomicFile::create(path)?;
    file.write_all(text.as_bytes()).map_err(|source| WriteError::Io { path: path.to_owned(), source })?;
    Ok(file.commit()?)
}
