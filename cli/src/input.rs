//! Files as commands need them.

use crate::args::{Format, Reading};
use crate::print_json;
use data::crs::Crs;
use data::frame::Frame;
use data::read::{FeatureSet, ReadOptions, Source, read_features};
use data::store::{self, StoreError, model::Project};
use data::work::given::{Layers, frame_for};
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

impl Reading {
    fn options(&self) -> Result<ReadOptions> {
        let crs = match (&self.crs, self.planar) {
            (Some(text), _) => Some(Crs::parse(text)?),
            (None, Some(_)) => Some(Crs::local()),
            (None, None) => None,
        };
        Ok(ReadOptions { crs, id_field: self.id.clone(), ..ReadOptions::default() })
    }

    /// Answers on stdout: `text` says it to people.
    pub(crate) fn answer(&self, value: &Value, text: impl FnOnce()) {
        match self.format {
            Format::Text => text(),
            Format::Json | Format::Ndjson | Format::Geojson => print_json(value),
        }
    }

    /// Refuses a format that a command cannot answer in, before it does anything.
    pub(crate) fn no_map(&self) -> Result<()> {
        if self.format == Format::Geojson {
            return Err(
                "--format geojson is for the findings of check; units and cells go to --out FILE".into()
            );
        }
        Ok(())
    }

    /// Reads `FILE[:LAYER]`.
    pub(crate) fn read(&self, text: &str) -> Result<FeatureSet> {
        Ok(read_features(&Source::parse(text), &self.options()?)?)
    }

    /// The declared frame, or the one that suits the layers.
    pub(crate) fn frame(&self, layers: &Layers<'_>) -> Result<Frame> {
        Ok(match (&self.frame, self.planar) {
            (Some(text), _) => Frame::from_crs(&Crs::parse(text)?)?,
            (None, Some(metres)) => Frame::planar(metres)?,
            (None, None) => frame_for(layers)?,
        })
    }
}

/// The project in a file; `None` when the file is something else.
pub(crate) fn project(text: &str) -> Result<Option<Project>> {
    match store::open(&Source::parse(text).path) {
        Ok(p) => Ok(Some(p)),
        Err(StoreError::NotSqlite { .. } | StoreError::NotAProject { .. }) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// `west,south,east,north`.
pub(crate) fn bbox(text: &str) -> Result<[f64; 4]> {
    let wrong = || format!("'{text}' is not a box: write west,south,east,north in degrees");
    let numbers: Vec<f64> = text
        .split(',')
        .map(|t| t.trim().parse())
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| wrong())?;
    Ok(<[f64; 4]>::try_from(numbers).map_err(|_| wrong())?)
}
