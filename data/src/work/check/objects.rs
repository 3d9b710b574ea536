//! What must lie in exactly one cell, be covered, or stay whole: enterprises, rivers, buildings.

use super::super::WorkError;
use super::super::place::{Place, place};
use crate::frame::Frame;
use crate::read::{Feature, FeatureSet};
use geo_types::Geometry;
use partition::check::rules::Severity;
use partition::check::{
    About, Finding, Object, Thresholds, building_findings, line_findings, object_findings,
};
use partition::frame::{Point, Region};
use serde_json::Value;
use std::collections::HashMap;

/// Objects in the frame. Each list goes with the numbers of its objects in `names`.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// What all of them are called, in the order of the file.
    pub names: Vec<String>,
    points: (Vec<u32>, Vec<Object>),
    lines: (Vec<u32>, Vec<Vec<Point>>),
    grounds: (Vec<u32>, Vec<Region>),
}

impl Objects {
    /// What a feature means follows from its geometry: a point must lie in exactly one cell, a line must be covered, a
    /// polygon must not be cut; one without a usable place is named. `cell` is the column with the cell that lists have
    /// for an object, or several separated by commas; `number` gives a cell's number by its id.
    pub(super) fn of(
        set: &FeatureSet,
        cell: Option<&str>,
        number: &HashMap<&str, u32>,
        frame: &Frame,
    ) -> Result<Self, WorkError> {
        let name = |f: &Feature| f.id.clone().unwrap_or_else(|| (f.index + 1).to_string());
        let mut o = Self { names: set.features.iter().map(name).collect(), ..Self::default() };
        if let Some(column) = cell
            && !set.features.iter().any(|f| f.properties.contains_key(column))
        {
            return Err(WorkError::NoColumn {
                path: set.path.display().to_string(),
                column: column.to_owned(),
                known: set
                    .features
                    .first()
                    .map(|f| f.properties.keys().cloned().collect())
                    .unwrap_or_default(),
            });
        }
        let claimed_by = |f: &Feature| -> Vec<u32> {
            let text = match cell.and_then(|c| f.properties.get(c)) {
                Some(Value::String(s)) => s.clone(),
                Some(v @ Value::Number(_)) => v.to_string(),
                _ => return Vec::new(),
            };
            text.split([',', ';', ',', ';', '、']).filter_map(|id| number.get(id.trim()).copied()).collect()
        };
        let is_point = |g: &Geometry<f64>| match g {
            Geometry::Point(_) => true,
            Geometry::GeometryCollection(c) => c.0.is_empty(),
            _ => false,
        };
        let (points, others): (Vec<_>, Vec<_>) =
            (0..).zip(&set.features).partition(|(_, f)| is_point(&f.geometry));
        for (n, f) in points {
            let at = match &f.geometry {
                Geometry::Point(p) => frame.to_frame(&set.crs, p.x(), p.y()).ok(),
                _ => None,
            };
            o.points.0.push(n);
            o.points.1.push(Object { at, claimed_by: claimed_by(f) });
        }
        let rest = FeatureSet { features: others.iter().map(|(_, f)| (*f).clone()).collect(), ..set.clone() };
        for ((n, _), place) in others.into_iter().zip(place(&rest, frame)?) {
            match place {
                Place::Lines(lines) => {
                    o.lines.0.extend(lines.iter().map(|_| n));
                    o.lines.1.extend(lines);
                }
                Place::Ground(ground) => {
                    o.grounds.0.push(n);
                    o.grounds.1.push(ground);
                }
                Place::At(_) => {}
            }
        }
        Ok(o)
    }

    /// GAP-07, GAP-08, GAP-09, OVL-06, OVL-07.
    pub(super) fn findings(&self, cells: &[Region], t: &Thresholds) -> Vec<Finding> {
        let named = |numbers: &[u32], found: Vec<Finding>| -> Vec<Finding> {
            let about = |f: Finding| match f.about {
                About::Object(i) => {
                    Finding { about: About::Object(numbers.get(i as usize).copied().unwrap_or(i)), ..f }
                }
                _ => f,
            };
            found.into_iter().map(about).collect()
        };
        let mut all = named(&self.points.0, object_findings(cells, &self.points.1));
        all.extend(named(&self.lines.0, line_findings(cells, &self.lines.1, t)));
        all.extend(named(&self.grounds.0, building_findings(cells, &self.grounds.1, Severity::Error, t)));
        all
    }
}
