//! Columns of figures: households, persons, visits.

use super::super::WorkError;
use super::super::given::number;
use super::Above;
use crate::read::FeatureSet;
use partition::check::{Class, Finding, Sums, load_findings, preset_findings, size_findings, sum_findings};
use partition::frame::Region;
use serde_json::{Map, Value};

/// A column, and what its figures are held against.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// The sum over a parent's cells is the parent's own figure (ATTR-01).
    Sum(String),
    /// Each cell has at least and at most so much (SIZE-01); each parent can be divided so (SIZE-02).
    Size(String, f64, f64),
    /// No cell differs from the mean by more than this share of it (LOAD-01).
    Load(String, f64),
}

impl Wanted {
    fn column(&self) -> &str {
        match self {
            Self::Sum(c) | Self::Size(c, ..) | Self::Load(c, _) => c,
        }
    }
}

/// The figures of one column.
#[derive(Clone, Debug)]
pub struct Figure {
    pub(super) wanted: Wanted,
    /// Steps that make one: 1, or 1000 where there are decimals.
    pub(super) scale: i64,
    cells: Vec<i64>,
    /// The parents' own, where sums are compared.
    parents: Vec<i64>,
}

/// Attributes, row by row, and what errors call them.
pub(super) struct Rows<'a> {
    pub(super) path: String,
    pub(super) ids: &'a [String],
    pub(super) rows: Vec<&'a Map<String, Value>>,
}

impl Rows<'_> {
    fn read(&self, column: &str, scale: i64) -> Result<Vec<i64>, WorkError> {
        if !self.rows.iter().any(|r| r.contains_key(column)) {
            return Err(WorkError::NoColumn {
                path: self.path.clone(),
                column: column.to_owned(),
                known: self.rows.first().map(|r| r.keys().cloned().collect()).unwrap_or_default(),
            });
        }
        let one = |(index, row): (usize, &&Map<String, Value>)| {
            let value = row.get(column);
            number(value).map(|v| (v * scale as f64).round() as i64).ok_or_else(|| WorkError::Load {
                path: self.path.clone(),
                index,
                id: self.ids.get(index).cloned().unwrap_or_default(),
                column: column.to_owned(),
                value: value.map_or("missing".into(), Value::to_string),
            })
        };
        self.rows.iter().enumerate().map(one).collect()
    }

    fn has_decimals(&self, column: &str) -> bool {
        self.rows.iter().any(|r| number(r.get(column)).is_some_and(|v| v.fract() != 0.0))
    }
}

/// Reads the columns that are asked for.
pub(super) fn read(
    wanted: &[Wanted],
    cells: &Rows<'_>,
    parents: Option<(&FeatureSet, &[String])>,
) -> Result<Vec<Figure>, WorkError> {
    let one = |wanted: &Wanted| {
        let column = wanted.column();
        let scale = if cells.has_decimals(column) { 1000 } else { 1 };
        let parents = match (wanted, parents) {
            (Wanted::Sum(_), Some((set, ids))) => {
                let rows = set.features.iter().map(|f| &f.properties).collect();
                Rows { path: set.path.display().to_string(), ids, rows }.read(column, scale)?
            }
            (Wanted::Sum(_), None) => {
                return Err(WorkError::Nothing(format!("--sum {column} needs the parents: --parent FILE")));
            }
            _ => Vec::new(),
        };
        Ok(Figure { wanted: wanted.clone(), scale, cells: cells.read(column, scale)?, parents })
    };
    wanted.iter().map(one).collect()
}

impl Figure {
    /// What sentences call it.
    pub(super) fn name(&self) -> (String, i64) {
        (self.wanted.column().to_owned(), self.scale)
    }

    /// Only sums count dedicated cells: the parent's own figure holds them too.
    pub(super) fn findings(
        &self,
        n: u32,
        regions: &[Region],
        above: Option<&Above>,
        classes: &[Class],
    ) -> Vec<Finding> {
        let shares = |i: usize| classes.get(i) != Some(&Class::Carved);
        let cells: Vec<Option<i64>> =
            self.cells.iter().enumerate().map(|(i, &v)| shares(i).then_some(v)).collect();
        let (cells, scale) = (&cells[..], self.scale as f64);
        match self.wanted {
            Wanted::Sum(_) => above.map_or_else(Vec::new, |a| {
                let cells = &self.cells;
                sum_findings(&a.of_cell, Sums { column: n, cells, parents: &self.parents, tolerance: 0.0 })
            }),
            Wanted::Size(_, lo, hi) => {
                let range = ((lo * scale).ceil() as i64, (hi * scale).floor() as i64);
                let mut found = size_findings(regions, n, cells, range);
                if let Some(a) = above {
                    found.extend(preset_findings(&a.of_cell, a.regions.len(), n, cells, range));
                }
                found
            }
            Wanted::Load(_, tolerance) => load_findings(regions, n, cells, tolerance),
        }
    }
}
