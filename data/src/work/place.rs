//! Features of any kind in the frame: lines, ground, points.

use super::WorkError;
use crate::carry::{carry_layers, carry_line};
use crate::frame::Frame;
use crate::read::{Fault, Feature, FeatureSet};
use geo_types::{Geometry, LineString};
use partition::frame::{Point, Region, interior_point};

/// A feature in the frame.
pub(super) enum Place {
    Lines(Vec<Vec<Point>>),
    Ground(Region),
    At(Point),
}

impl Place {
    /// What stands for it when it is counted.
    pub(super) fn point(&self) -> Option<Point> {
        match self {
            Self::Lines(lines) => lines.first().and_then(|l| l.get(l.len() / 2)).copied(),
            Self::Ground(region) => region.parts.first().and_then(interior_point),
            Self::At(p) => Some(*p),
        }
    }
}

/// Every feature of a set in the frame, in order.
pub(super) fn place(set: &FeatureSet, frame: &Frame) -> Result<Vec<Place>, WorkError> {
    let is_ground = |f: &&Feature| matches!(f.geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
    // Polygons go together, so that neighbours keep their common borders.
    let polygons =
        FeatureSet { features: set.features.iter().filter(is_ground).cloned().collect(), ..set.clone() };
    let mut grounds = carry_layers(&[&polygons], frame)?.swap_remove(0).regions.into_iter();
    let mut places = Vec::with_capacity(set.features.len());
    for f in &set.features {
        let line = |l: &LineString<f64>| -> Result<Vec<Point>, WorkError> {
            let xy: Vec<[f64; 2]> = l.0.iter().map(|c| [c.x, c.y]).collect();
            Ok(carry_line(frame, &set.crs, &xy)
                .map_err(|e| set.fault(f, Fault::Position { vertex: 0, reason: e.to_string() }))?)
        };
        places.push(match &f.geometry {
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) => {
                Place::Ground(grounds.next().unwrap_or_default())
            }
            Geometry::LineString(l) => Place::Lines(vec![line(l)?]),
            Geometry::MultiLineString(m) => Place::Lines(m.0.iter().map(line).collect::<Result<_, _>>()?),
            Geometry::Point(p) => {
                let at = frame.to_frame(&set.crs, p.x(), p.y());
                Place::At(at.map_err(|e| set.fault(f, Fault::Position { vertex: 0, reason: e.to_string() }))?)
            }
            _ => {
                let what = "it is neither a line, a polygon nor a point; take such a feature apart first";
                return Err(set.fault(f, Fault::Geometry(what.into())).into());
            }
        });
    }
    Ok(places)
}
