//! Good files.

use crate::support::{read, run, shared};
use data::crs::Crs;
use data::read::{Fault, ReadError, ReadOptions, Source, read_features};
use geo_types::Geometry;
use std::fs;
use std::io::Write;

const SQUARE: &str =
    r#"{"type":"Polygon","coordinates":[[[121.5,25.0,7],[121.6,25.0,7],[121.6,25.1,7],[121.5,25.0,7]]]}"#;

#[test]
fn geojson_of_every_wrapping_is_the_same_square() {
    let dir = tempfile::tempdir().unwrap();
    let feature = format!(r#"{{"type":"Feature","id":"甲","properties":null,"geometry":{SQUARE}}}"#);
    let collection = format!(r#"{{"features":[{feature}],"bbox":[1,2,3,4],"type":"FeatureCollection"}}"#);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(collection.as_bytes()).unwrap();
    let cases: [(&str, Vec<u8>); 6] = [
        ("a.geojson", SQUARE.into()),
        ("b.json", feature.clone().into()),
        ("网格.geojson", collection.clone().into()),
        ("bom.geojson", [b"\xef\xbb\xbf \n".as_slice(), collection.as_bytes()].concat()),
        ("c.geojson.gz", packed.finish().unwrap()),
        ("wrong-name.gpkg", collection.into()),
    ];
    for (name, bytes) in cases {
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        let set = read(&path);
        assert_eq!(set.crs.epsg(), Some(4326), "{name}");
        assert_eq!(set.features.len(), 1);
        assert!(
            matches!(&set.features[0].geometry, Geometry::Polygon(p) if p.exterior().0[1].x == 121.6),
            "{name}"
        );
        assert_eq!(set.sha256.len(), 64);
        if name != "a.geojson" {
            assert_eq!(set.features[0].id.as_deref(), Some("甲"));
        }
    }
}

#[test]
fn the_id_is_the_named_field_the_attribute_id_or_the_features_own() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ids.geojson");
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":7,"properties":{{"id":12,"CODE":"110101"}},"geometry":{SQUARE}}},{{"type":"Feature","id":8,"properties":{{"CODE":"110101"}},"geometry":null}}]}}"#
    );
    fs::write(&path, text).unwrap();
    let set = read(&path);
    assert_eq!(set.unique_ids().unwrap(), ["12", "8"]);
    let by = |field: &str| {
        read_features(
            &Source::file(&path),
            &ReadOptions { id_field: Some(field.into()), ..ReadOptions::default() },
        )
    };
    let duplicate = by("CODE").unwrap().unique_ids().unwrap_err();
    assert!(matches!(duplicate, ReadError::Feature { index: 1, .. }));
    assert!(matches!(duplicate.fault(), Some(Fault::DuplicateId { first: 0 })));
    let message = by("NAME").unwrap_err().to_string();
    assert!(message.contains("'NAME' is missing") && message.contains("CODE"), "{message}");
}

#[test]
fn a_declared_system_wins_over_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("crs.geojson");
    let with = |crs: &str, x: &str| {
        format!(
            r#"{{"type":"FeatureCollection","crs":{crs},"features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"Point","coordinates":[{x},3400000.25]}}}}]}}"#
        )
    };
    fs::write(
        &path,
        with(r#"{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4527"}}"#, "39500000.5"),
    )
    .unwrap();
    assert_eq!(read(&path).crs.epsg(), Some(4527));
    let declared = ReadOptions { crs: Some(Crs::local()), ..ReadOptions::default() };
    assert!(read_features(&Source::file(&path), &declared).unwrap().crs.is_local());
    fs::write(&path, with("null", "5")).unwrap();
    assert!(read(&path).crs.is_local());
}

#[test]
fn a_source_may_have_colons_drives_and_layers() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a:b.gpkg");
    fs::write(&path, "x").unwrap();
    let text = path.to_str().unwrap();
    let parse = |t: &str| {
        let s = Source::parse(t);
        (s.path.to_str().unwrap().to_owned(), s.layer)
    };
    assert_eq!(parse(text), (text.into(), None));
    assert_eq!(parse(&format!("{text}:cells:2")), (text.into(), Some("cells:2".into())));
    assert_eq!(parse("missing.gpkg:units"), ("missing.gpkg".into(), Some("units".into())));
    assert_eq!(parse(r"C:\数据\a.gpkg"), (r"C:\数据\a.gpkg".into(), None));
    assert_eq!(parse(r"C:\数据\a.gpkg:街道"), (r"C:\数据\a.gpkg".into(), Some("街道".into())));
    assert_eq!(parse("D:/a.gpkg:units"), ("D:/a.gpkg".into(), Some("units".into())));
    assert_eq!(parse("a.gpkg:"), ("a.gpkg:".into(), None));
    assert_eq!(parse(""), (String::new(), None));
}

#[test]
fn a_foreign_geopackage_reads_like_its_geojson() {
    let Some(units) = shared("demo-taipei-wanhua/units.geojson") else { return };
    let dir = tempfile::tempdir().unwrap();
    let gpkg = dir.path().join("萬華.gpkg");
    let (from, to) = (units.to_str().unwrap(), gpkg.to_str().unwrap());
    if run("ogr2ogr", &["-f", "GPKG", to, from, "-nln", "单元", "-dim", "XYZ"]).is_none() {
        return;
    }
    let (a, b) = (read(&units), read(&gpkg));
    assert_eq!(b.layer.as_deref(), Some("单元"));
    assert_eq!(b.crs.epsg(), Some(4326));
    same_features(&a, &b);
    run("ogr2ogr", &["-f", "GPKG", "-update", to, from, "-nln", "second", "-t_srs", "EPSG:4547"]);
    let message = read_features(&Source::file(&gpkg), &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.contains("单元") && message.contains("second"), "{message}");
    let second = Source { path: gpkg.clone(), layer: Some("second".into()) };
    assert_eq!(read_features(&second, &ReadOptions::default()).unwrap().crs.epsg(), Some(4547));
    let third = Source { path: gpkg, layer: Some("third".into()) };
    assert!(matches!(read_features(&third, &ReadOptions::default()), Err(ReadError::NoLayer { .. })));
}

/// Same ids, attributes and polygons, whether a format knows single polygons or only multi ones.
pub(crate) fn same_features(a: &data::read::FeatureSet, b: &data::read::FeatureSet) {
    let polygons = |g: &Geometry<f64>| match g {
        Geometry::Polygon(p) => vec![p.clone()],
        Geometry::MultiPolygon(m) => m.0.clone(),
        _ => panic!("not polygons"),
    };
    assert_eq!(a.features.len(), b.features.len());
    for (f, g) in a.features.iter().zip(&b.features) {
        assert_eq!(f.id, g.id);
        assert_eq!(polygons(&f.geometry), polygons(&g.geometry), "{:?}", f.id);
        for (key, value) in &f.properties {
            let other = g.properties.get(key).unwrap_or_else(|| panic!("{key} is lost"));
            let same = value == other || value.as_f64().is_some_and(|v| Some(v) == other.as_f64());
            assert!(same, "{key}: {value} and {other}");
        }
    }
}
