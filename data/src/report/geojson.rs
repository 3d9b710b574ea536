//! Findings on the map.

use crate::work::check::Checked;
use crate::write::{OutFeature, Shape, WriteError, write_geojson_to};
use partition::check::Finding;
use partition::frame::Region;
use serde_json::{Map, Value};
use std::io::Write;
use std::path::Path;

static NOWHERE: Region = Region { parts: Vec::new() };

/// The findings with their attributes. An object without a place has no geometry.
pub(super) fn features<'a>(
    checked: &'a Checked,
    rows: &'a [Map<String, Value>],
) -> impl Iterator<Item = OutFeature<'a>> {
    checked.findings.iter().zip(rows).map(|(f, properties)| {
        let shape = if properties["at"].is_null() { Shape::Ground(&NOWHERE) } else { shape(&f.finding) };
        OutFeature { id: None, properties, shape }
    })
}

/// What a finding is on the map: the gap or overlap itself, else the lines, else the place.
fn shape(f: &Finding) -> Shape<'_> {
    match f {
        f if !f.ground.parts.is_empty() => Shape::Ground(&f.ground),
        f if !f.lines.is_empty() => Shape::Lines(&f.lines),
        f => Shape::At(f.at),
    }
}

impl Checked {
    /// The findings as GeoJSON.
    ///
    /// # Errors
    /// [`WriteError`]; `name` is what it calls the output.
    pub fn write_geojson(&self, out: &mut impl Write, name: &Path) -> Result<(), WriteError> {
        let rows: Vec<Map<String, Value>> = self.rows().collect();
        write_geojson_to(out, name, &self.subject.frame, features(self, &rows))
    }
}
