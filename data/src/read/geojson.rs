//! GeoJSON (RFC 7946), with the member `crs` of its 2008 forerunner, which surveyors' programs still write.
//!
//! Own reader instead of a crate: it parses one feature at a time, so an error says which feature, and it sees
//! whether a ring was closed before a geometry type closes it.

use super::{Fault, Feature, FeatureSet, ReadError, ReadOptions, Source, pick_id};
use crate::crs::Crs;
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::path::Path;

/// Any GeoJSON object; which members are there says which.
#[derive(Deserialize)]
struct Document<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Option<Cow<'a, str>>,
    /// `Some(null)` when the file says "none".
    #[serde(default, deserialize_with = "present")]
    crs: Option<Value>,
    #[serde(borrow, default)]
    features: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct RawFeature<'a> {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    #[serde(borrow, default)]
    geometry: Option<RawGeometry<'a>>,
}

#[derive(Deserialize)]
struct RawGeometry<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow, default)]
    geometries: Option<Vec<RawGeometry<'a>>>,
}

/// A position; height and whatever follows is dropped.
struct Position(Coord<f64>);

pub(super) fn read(
    source: &Source,
    options: &ReadOptions,
    text: &str,
    sha256: String,
) -> Result<FeatureSet, ReadError> {
    let path = &source.path;
    let not = |reason: &str| ReadError::NotGeoJson { path: path.clone(), reason: reason.to_owned() };
    if text.trim_start().starts_with('[') {
        return Err(not("it is a list; GeoJSON is an object with a \"type\""));
    }
    let document: Document<'_> = serde_json::from_str(text).map_err(|e| json_error(path, text, &e))?;
    let kind = document.kind.as_deref().ok_or_else(|| not("it has no \"type\""))?;
    let whole;
    let raws: Vec<&RawValue> = match kind {
        "FeatureCollection" => {
            document.features.ok_or_else(|| not("the FeatureCollection has no list \"features\""))?
        }
        "Topology" => return Err(not("it is TopoJSON; convert it with: ogr2ogr out.geojson in.json")),
        _ => {
            whole = serde_json::from_str::<&RawValue>(text).map_err(|e| json_error(path, text, &e))?;
            vec![whole]
        }
    };
    if raws.len() > options.limits.features {
        return Err(ReadError::TooLarge {
            path: path.clone(),
            what: "features",
            limit: options.limits.features as u64,
        });
    }
    let crs = match &options.crs {
        Some(crs) => crs.clone(),
        None => declared_crs(document.crs.as_ref())
            .map_err(|source| ReadError::Crs { path: path.clone(), source })?,
    };
    let mut set =
        FeatureSet { path: path.clone(), layer: None, crs, features: Vec::with_capacity(raws.len()), sha256 };
    let mut vertices = 0;
    for (index, raw) in raws.into_iter().enumerate() {
        let fault = |id: Option<String>, fault: Fault| ReadError::Feature {
            path: path.clone(),
            layer: None,
            index,
            id,
            fault: Box::new(fault),
        };
        let feature = feature(raw, kind).map_err(|f| fault(None, f))?;
        let properties = feature.properties.unwrap_or_default();
        let own = match feature.id {
            Some(Value::String(s)) => Some(s),
            Some(Value::Number(n)) => Some(n.to_string()),
            _ => None,
        };
        let id = pick_id(options, &properties, own).map_err(|f| fault(None, f))?;
        let (mut unclosed_rings, budget) = (0, options.limits.vertices);
        let mut count = Count { unclosed: &mut unclosed_rings, vertices: &mut vertices };
        let geometry = match feature.geometry {
            Some(g) => g.build(&mut count).map_err(|f| fault(id.clone(), f))?,
            None => Geometry::GeometryCollection(GeometryCollection(vec![])),
        };
        if vertices > budget {
            return Err(ReadError::TooLarge { path: path.clone(), what: "vertices", limit: budget as u64 });
        }
        set.features.push(Feature { index, id, properties, geometry, unclosed_rings });
    }
    Ok(set)
}

fn feature<'a>(raw: &'a RawValue, outer: &str) -> Result<RawFeature<'a>, Fault> {
    let text = raw.get();
    let fail = |e: serde_json::Error| Fault::Geometry(e.to_string());
    match outer {
        "FeatureCollection" | "Feature" => serde_json::from_str(text).map_err(fail),
        _ => Ok(RawFeature {
            id: None,
            properties: None,
            geometry: Some(serde_json::from_str(text).map_err(fail)?),
        }),
    }
}

struct Count<'a> {
    unclosed: &'a mut usize,
    vertices: &'a mut usize,
}

impl RawGeometry<'_> {
    fn build(&self, count: &mut Count<'_>) -> Result<Geometry<f64>, Fault> {
        Ok(match &*self.kind {
            "Point" => match self.coordinates::<Vec<f64>>()?.as_slice() {
                [] => Geometry::GeometryCollection(GeometryCollection(vec![])),
                [x, y, ..] => {
                    *count.vertices += 1;
                    Geometry::Point(Point::new(*x, *y))
                }
                [_] => return Err(Fault::Geometry("the point has only one number".into())),
            },
            "MultiPoint" => Geometry::MultiPoint(MultiPoint(
                line(self.coordinates()?, count).0.into_iter().map(Point).collect(),
            )),
            "LineString" => Geometry::LineString(line(self.coordinates()?, count)),
            "MultiLineString" => Geometry::MultiLineString(MultiLineString(
                self.coordinates::<Vec<_>>()?.into_iter().map(|l| line(l, count)).collect(),
            )),
            "Polygon" => Geometry::Polygon(polygon(self.coordinates()?, count)),
            "MultiPolygon" => Geometry::MultiPolygon(MultiPolygon(
                self.coordinates::<Vec<_>>()?.into_iter().map(|p| polygon(p, count)).collect(),
            )),
            "GeometryCollection" => {
                let parts = self.geometries.iter().flatten().map(|g| g.build(count));
                Geometry::GeometryCollection(GeometryCollection(parts.collect::<Result<_, _>>()?))
            }
            other => return Err(Fault::Geometry(format!("'{other}' is not a GeoJSON geometry type"))),
        })
    }

    fn coordinates<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Fault> {
        let raw = self
            .coordinates
            .ok_or_else(|| Fault::Geometry(format!("the {} has no coordinates", self.kind)))?;
        serde_json::from_str(raw.get())
            .map_err(|e| Fault::Geometry(format!("the coordinates of the {} cannot be read: {e}", self.kind)))
    }
}

fn line(positions: Vec<Position>, count: &mut Count<'_>) -> LineString<f64> {
    *count.vertices += positions.len();
    positions.into_iter().map(|p| p.0).collect()
}

fn polygon(rings: Vec<Vec<Position>>, count: &mut Count<'_>) -> Polygon<f64> {
    let mut rings = rings.into_iter().map(|r| {
        let ring = line(r, count);
        *count.unclosed += usize::from(ring.0.len() > 1 && ring.0.first() != ring.0.last());
        ring
    });
    let shell = rings.next().unwrap_or_else(|| LineString(vec![]));
    Polygon::new(shell, rings.collect())
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct TwoOrMore;
        impl<'de> Visitor<'de> for TwoOrMore {
            type Value = Position;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a position: two or more numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Position, A::Error> {
                let short = || A::Error::custom("a position has fewer than two numbers");
                let x = seq.next_element()?.ok_or_else(short)?;
                let y = seq.next_element()?.ok_or_else(short)?;
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Position(Coord { x, y }))
            }
        }
        d.deserialize_seq(TwoOrMore)
    }
}

/// Tells a member that is null from one that is absent.
fn present<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(d).map(Some)
}

/// Nothing said: WGS 84 (RFC 7946). Null: no coordinate system can be assumed (GeoJSON 2008, clause 3).
fn declared_crs(member: Option<&Value>) -> Result<Crs, crate::crs::CrsError> {
    match member {
        None => Crs::wgs84(),
        Some(Value::Null) => Ok(Crs::local()),
        Some(v) => {
            let p = v.get("properties");
            let name = p.and_then(|p| p.get("name").or_else(|| p.get("href")).or_else(|| p.get("code")));
            match name {
                Some(Value::String(s)) => Crs::parse(s),
                // {"type": "EPSG", "properties": {"code": 4490}}, older still.
                Some(Value::Number(n)) => Crs::parse(&format!("EPSG:{n}")),
                _ => Err(crate::crs::CrsError::NotACrs(v.to_string())),
            }
        }
    }
}

fn json_error(path: &Path, text: &str, e: &serde_json::Error) -> ReadError {
    let before: usize = text.split_inclusive('\n').take(e.line().saturating_sub(1)).map(str::len).sum();
    let at = before + e.column();
    let near = text.get(..at).map(|t| t.matches("\"Feature\"").count()).and_then(|n| n.checked_sub(1));
    let around = text.get(at.saturating_sub(1)..).unwrap_or_default();
    let reason = if e.is_eof() {
        return ReadError::Truncated { path: path.to_owned(), reason: "the JSON text ends too early".into() };
    } else if ["NaN", "aN", "Infinity", "nfinity", "-Infinity", "Inf", "nan", "inf"]
        .iter()
        .any(|w| around.starts_with(w))
    {
        "a coordinate is NaN or infinite, which JSON does not have; repair the geometry in the program that wrote it".to_owned()
    } else {
        e.to_string().split(" at line ").next().unwrap_or_default().to_owned()
    };
    ReadError::Json { path: path.to_owned(), line: e.line(), column: e.column(), near, reason }
}
