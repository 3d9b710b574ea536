//! Everything else, through GDAL: FileGDB, Shapefile, DXF, MapInfo, GML, KML …

use super::{Fault, Feature, FeatureSet, ReadError, ReadOptions, Source, pick_id};
use crate::crs::{Crs, CrsError};
use crate::wkb;
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::{FieldValue, LayerAccess};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use geo_types::{Geometry, GeometryCollection};
use serde_json::{Map, Value};

/// The drivers that only read the file they are given. Others (VRT, WFS, PostgreSQL …) follow addresses inside it,
/// which is nothing to let a stranger's file decide.
const DRIVERS: [&str; 14] = [
    "OpenFileGDB",
    "ESRI Shapefile",
    "MapInfo File",
    "DXF",
    "CAD",
    "GML",
    "KML",
    "LIBKML",
    "FlatGeobuf",
    "GPX",
    "TopoJSON",
    "SQLite",
    "CSV",
    "ODS",
];

pub(super) fn read(source: &Source, options: &ReadOptions, sha256: String) -> Result<FeatureSet, ReadError> {
    let path = &source.path;
    let fail = |layer: Option<String>, e: &dyn std::fmt::Display| ReadError::Gdal {
        path: path.clone(),
        layer,
        reason: e.to_string(),
    };
    // An absolute path can't be mistaken for a connection string.
    let real = std::fs::canonicalize(path).map_err(|source| ReadError::Io { path: path.clone(), source })?;
    let open = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
        allowed_drivers: Some(&DRIVERS),
        ..DatasetOptions::default()
    };
    let dataset = Dataset::open_ex(&real, open).map_err(|e| fail(None, &e))?;
    let names: Vec<String> = dataset.layers().map(|l| l.name()).collect();
    let name = match (&source.layer, names.as_slice()) {
        (Some(wanted), _) if names.contains(wanted) => wanted.clone(),
        (Some(wanted), _) => {
            return Err(ReadError::NoLayer { path: path.clone(), wanted: wanted.clone(), layers: names });
        }
        (None, [only]) => only.clone(),
        (None, []) => return Err(ReadError::Empty { path: path.clone(), layer: None }),
        (None, _) => return Err(ReadError::AmbiguousLayer { path: path.clone(), layers: names }),
    };
    let mut layer = dataset.layer_by_name(&name).map_err(|e| fail(Some(name.clone()), &e))?;
    let crs = match (&options.crs, layer.spatial_ref()) {
        (Some(crs), _) => crs.clone(),
        (None, Some(srs)) => crs_of(srs).map_err(|source| ReadError::Crs { path: path.clone(), source })?,
        (None, None) => return Err(ReadError::NoCrs { path: path.clone(), layer: Some(name) }),
    };
    let expected = layer.feature_count();
    let limits = &options.limits;
    if expected > limits.features as u64 {
        return Err(ReadError::TooLarge {
            path: path.clone(),
            what: "features",
            limit: limits.features as u64,
        });
    }
    let fields: Vec<String> = layer.defn().fields().map(|f| f.name()).collect();
    let mut set =
        FeatureSet { path: path.clone(), layer: Some(name.clone()), crs, features: Vec::new(), sha256 };
    let mut vertices = 0;
    for (index, feature) in layer.features().enumerate() {
        let fault = |id, fault: Fault| ReadError::Feature {
            path: path.clone(),
            layer: Some(name.clone()),
            index,
            id,
            fault: Box::new(fault),
        };
        let mut properties = Map::new();
        for (i, field) in fields.iter().enumerate() {
            // A type we have no name for becomes the text GDAL makes of it.
            let value = match feature.field(i) {
                Ok(value) => value.map_or(Value::Null, json),
                Err(_) => feature.field_as_string(i).ok().flatten().map_or(Value::Null, Value::from),
            };
            properties.insert(field.clone(), value);
        }
        let id = pick_id(options, &properties, feature.fid().map(|n| n.to_string()))
            .map_err(|f| fault(None, f))?;
        let read = match feature.geometry() {
            Some(g) => {
                let bytes = g.iso_wkb().map_err(|e| fault(id.clone(), Fault::Geometry(e.to_string())))?;
                wkb::read(&bytes).map_err(|e| fault(id.clone(), Fault::Geometry(e.to_string())))?
            }
            None => wkb::Read {
                geometry: Geometry::GeometryCollection(GeometryCollection(vec![])),
                unclosed_rings: 0,
            },
        };
        super::each_coord(&read.geometry, &mut |_| vertices += 1);
        if vertices > limits.vertices {
            return Err(ReadError::TooLarge {
                path: path.clone(),
                what: "vertices",
                limit: limits.vertices as u64,
            });
        }
        set.features.push(Feature {
            index,
            id,
            properties,
            geometry: read.geometry,
            unclosed_rings: read.unclosed_rings,
        });
    }
    // GDAL ends the loop on a read error as it does at the end.
    if (set.features.len() as u64) < expected {
        let reason = format!("it has {expected} features, but only {} could be read", set.features.len());
        return Err(ReadError::Truncated { path: path.clone(), reason });
    }
    Ok(set)
}

/// By its code when it has one that we know, else by its parameters.
fn crs_of(mut srs: SpatialRef) -> Result<Crs, CrsError> {
    srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    // A .prj rarely carries a code; GDAL recognises most.
    srs.auto_identify_epsg().ok();
    if srs.auth_name().as_deref() == Some("EPSG")
        && let Ok(code) = srs.auth_code()
        && let Ok(crs) = Crs::from_epsg(code.unsigned_abs())
    {
        return Ok(crs);
    }
    let wkt = srs.to_wkt().unwrap_or_default();
    Crs::from_wkt(&wkt).or_else(|e| srs.to_proj4().map_or(Err(e), |p| Crs::from_proj(p.trim())))
}

fn json(value: FieldValue) -> Value {
    match value {
        FieldValue::IntegerValue(n) => n.into(),
        FieldValue::Integer64Value(n) => n.into(),
        FieldValue::RealValue(n) => n.into(),
        FieldValue::StringValue(s) => s.into(),
        FieldValue::IntegerListValue(v) => v.into(),
        FieldValue::Integer64ListValue(v) => v.into(),
        FieldValue::RealListValue(v) => v.into(),
        FieldValue::StringListValue(v) => v.into(),
        FieldValue::DateValue(d) => d.to_string().into(),
        FieldValue::DateTimeValue(d) => d.to_string().into(),
    }
}
