//! Files as commands need them.

use crate::args::{Format, Reading};
use crate::print_json;
use data::crs::Crs;
use data::frame::Frame;
use data::read::{FeatureSet, ReadOptions, Source, read_features, read_objects};
use data::store::{self, StoreError, model::Project};
use data::work::WorkError;
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
            _ => print_json(value),
        }
    }

    /// Refuses a format that a command cannot answer in, before it does anything.
    pub(crate) fn no_map(&self) -> Result<()> {
        match self.format {
            Format::Text | Format::Json | Format::Ndjson => Ok(()),
            _ => Err("--format geojson, sarif and html are for the findings of check; units and cells go to --out FILE".into()),
        }
    }

    /// Reads `FILE[:LAYER]`.
    pub(crate) fn read(&self, text: &str) -> Result<FeatureSet> {
        Ok(read_features(&Source::parse(text), &self.options()?)?)
    }

    /// Reads a layer beside the cells, which has ids of its own.
    pub(crate) fn read_beside(&self, text: &str) -> Result<FeatureSet> {
        Ok(read_features(&Source::parse(text), &self.beside()?)?)
    }

    /// Reads a list of objects.
    pub(crate) fn read_objects(&self, text: &str) -> Result<FeatureSet> {
        Ok(read_objects(&Source::parse(text), &self.beside()?)?)
    }

    /// What is held beside the input lies where it says: only the input comes from a shifted map.
    fn beside(&self) -> Result<ReadOptions> {
        let options = self.options()?;
        let crs = options.crs.filter(|c| c.shift().is_none());
        Ok(ReadOptions { id_field: None, crs, ..options })
    }

    /// The declared frame, or the one that suits the layers.
    pub(crate) fn frame(&self, layers: &Layers<'_>) -> Result<Frame> {
        self.frame_or(|| frame_for(layers))
    }

    /// The declared frame, or another one.
    pub(crate) fn frame_or(
        &self,
        suits: impl FnOnce() -> std::result::Result<Frame, WorkError>,
    ) -> Result<Frame> {
        Ok(match (&self.frame, self.planar) {
            (Some(text), _) => Frame::from_crs(&Crs::parse(text)?)?,
            (None, Some(metres)) => Frame::planar(metres)?,
            (None, None) => suits()?,
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

/// `COLUMN=LO..HI`, such as `households=300..500`.
pub(crate) fn range(text: &str) -> Result<(String, f64, f64)> {
    let wrong = || format!("'{text}' is no range: write COLUMN=LO..HI, such as households=300..500");
    let (column, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (lo, hi) = rest.split_once("..").ok_or_else(wrong)?;
    let number = |t: &str| t.trim().parse::<f64>().ok().filter(|v| (0.0..=1e12).contains(v));
    let (lo, hi) = number(lo).zip(number(hi)).filter(|(lo, hi)| lo <= hi).ok_or_else(wrong)?;
    Ok((column.to_owned(), lo, hi))
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
