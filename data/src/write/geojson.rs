//! GeoJSON out (RFC 7946): longitude and latitude with every digit a double has.

use super::{AtomicFile, WriteError};
use crate::frame::Frame;
use partition::frame::{Point, Polygon, Region};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::Path;

/// One feature to write.
#[derive(Clone, Copy, Debug)]
pub struct OutFeature<'a> {
    /// Written as the feature's `id`.
    pub id: Option<&'a str>,
    /// Attributes, in this order.
    pub properties: &'a Map<String, Value>,
    /// Where it is.
    pub shape: Shape<'a>,
}

/// What a feature is on the map.
#[derive(Clone, Copy, Debug)]
pub enum Shape<'a> {
    /// Ground: a polygon, several, or null for none.
    Ground(&'a Region),
    /// Lines.
    Lines(&'a [[Point; 2]]),
    /// One place.
    At(Point),
}

/// Writes a feature collection. Read back and carried into the same frame, every vertex is the same integer.
///
/// A planar frame has no longitude and latitude; its metres are written instead, and the member `crs` is null to say so.
///
/// # Errors
/// [`WriteError::Io`], [`WriteError::NoLonLat`].
pub fn write_geojson<'a>(
    path: &Path,
    frame: &Frame,
    features: impl IntoIterator<Item = OutFeature<'a>>,
) -> Result<(), WriteError> {
    let mut file = AtomicFile::create(path)?;
    write_geojson_to(&mut file, path, frame, features)?;
    file.commit()
}

/// [`write_geojson`] to any writer; `path` is what errors call it.
///
/// # Errors
/// As [`write_geojson`].
pub fn write_geojson_to<'a>(
    out: &mut impl Write,
    path: &Path,
    frame: &Frame,
    features: impl IntoIterator<Item = OutFeature<'a>>,
) -> Result<(), WriteError> {
    let io = |source| WriteError::Io { path: path.to_owned(), source };
    let crs = if frame.is_planar() { "\"crs\":null," } else { "" };
    write!(out, "{{\"type\":\"FeatureCollection\",{crs}\"features\":[").map_err(io)?;
    for (index, f) in features.into_iter().enumerate() {
        let geometry = geometry(frame, f.shape).ok_or_else(|| WriteError::NoLonLat {
            path: path.to_owned(),
            index,
            frame: frame.definition().to_owned(),
        })?;
        let mut feature = Map::new();
        feature.insert("type".into(), "Feature".into());
        if let Some(id) = f.id {
            feature.insert("id".into(), id.into());
        }
        feature.insert("properties".into(), Value::Object(f.properties.clone()));
        feature.insert("geometry".into(), geometry);
        out.write_all(if index == 0 { b"\n" } else { b",\n" }).map_err(io)?;
        serde_json::to_writer(&mut *out, &feature).map_err(|e| io(e.into()))?;
    }
    out.write_all(b"\n]}\n").and_then(|()| out.flush()).map_err(io)
}

/// A shape as GeoJSON geometry, of one part or several; null for no ground. `None` where a point has no longitude and
/// latitude.
pub(crate) fn geometry(frame: &Frame, shape: Shape<'_>) -> Option<Value> {
    let position =
        |p: &Point| if frame.is_planar() { Some(frame.to_projected_m(*p)) } else { frame.to_lonlat(*p) };
    let ring = |r: &Vec<Point>| r.iter().chain(r.first()).map(position).collect::<Option<Vec<_>>>();
    let rings = |p: &Polygon| p.rings().map(ring).collect::<Option<Vec<_>>>();
    let region = match shape {
        Shape::Ground(region) => region,
        Shape::Lines(lines) => {
            let line = |l: &[Point; 2]| l.iter().map(position).collect::<Option<Vec<_>>>();
            return Some(match lines {
                [one] => json!({"type": "LineString", "coordinates": line(one)?}),
                many => json!({
                    "type": "MultiLineString",
                    "coordinates": many.iter().map(line).collect::<Option<Vec<_>>>()?,
                }),
            });
        }
        Shape::At(p) => return Some(json!({"type": "Point", "coordinates": position(&p)?})),
    };
    let parts = region.parts.iter().map(rings).collect::<Option<Vec<_>>>()?;
    Some(match parts.as_slice() {
        [] => Value::Null,
        [one] => json!({"type": "Polygon", "coordinates": one}),
        many => json!({"type": "MultiPolygon", "coordinates": many}),
    })
}
