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
    /// The ground.
    pub region: &'a Region,
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
    let io = |source| WriteError::Io { path: path.to_owned(), source };
    let mut file = AtomicFile::create(path)?;
    let crs = if frame.is_planar() { "\"crs\":null," } else { "" };
    write!(file, "{{\"type\":\"FeatureCollection\",{crs}\"features\":[").map_err(io)?;
    for (index, f) in features.into_iter().enumerate() {
        let geometry = geometry(frame, f.region).ok_or_else(|| WriteError::NoLonLat {
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
        file.write_all(if index == 0 { b"\n" } else { b",\n" }).map_err(io)?;
        serde_json::to_writer(&mut file, &feature).map_err(|e| io(e.into()))?;
    }
    file.write_all(b"\n]}\n").map_err(io)?;
    file.commit()
}

/// A region as GeoJSON geometry: `Polygon` for one part, `MultiPolygon` for more, null for none.
pub(crate) fn geometry(frame: &Frame, region: &Region) -> Option<Value> {
    let position =
        |p: &Point| if frame.is_planar() { Some(frame.to_projected_m(*p)) } else { frame.to_lonlat(*p) };
    let ring = |r: &Vec<Point>| r.iter().chain(r.first()).map(position).collect::<Option<Vec<_>>>();
    let rings = |p: &Polygon| p.rings().map(ring).collect::<Option<Vec<_>>>();
    let parts = region.parts.iter().map(rings).collect::<Option<Vec<_>>>()?;
    Some(match parts.as_slice() {
        [] => Value::Null,
        [one] => json!({"type": "Polygon", "coordinates": one}),
        many => json!({"type": "MultiPolygon", "coordinates": many}),
    })
}
