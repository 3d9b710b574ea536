//! Each bad file gives its own error, and the sentence says which file and feature.

use crate::support::shared;
use data::read::{Fault, Limits, ReadError, ReadOptions, Source, read_features};
use std::fs;

fn error(name: &str, bytes: impl AsRef<[u8]>) -> ReadError {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    let error = read_features(&Source::file(&path), &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains(name), "{error} names the file");
    error
}

fn collection(geometry: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"id":"好"}},"geometry":{{"type":"Point","coordinates":[1,2]}}}},{{"type":"Feature","properties":{{"id":"坏"}},"geometry":{geometry}}}]}}"#
    )
}

#[test]
fn empty_and_missing() {
    assert!(matches!(error("a.geojson", ""), ReadError::Empty { .. }));
    assert!(matches!(error("a.geojson", " \n "), ReadError::Empty { .. }));
    assert!(matches!(
        error("a.geojson", r#"{"type":"FeatureCollection","features":[]}"#),
        ReadError::Empty { .. }
    ));
    let missing = read_features(&Source::file("/nowhere/街道.geojson"), &ReadOptions::default());
    assert!(matches!(missing, Err(ReadError::Io { .. })));
}

#[test]
fn not_geojson() {
    for text in ["{}", "[1,2]", r#"{"type":"Topology"}"#, r#"{"type":"FeatureCollection"}"#] {
        assert!(matches!(error("a.json", text), ReadError::NotGeoJson { .. }), "{text}");
    }
    assert!(matches!(error("a.json", r#"{"type":"Nonsense"}"#), ReadError::Feature { .. }));
    assert!(matches!(error("a.json", b"{\"type\":\"\xd6\xd0\"}"), ReadError::NotUtf8 { at: 9, .. }));
    assert!(matches!(
        error("a.json", r#"{"type":"FeatureCollection","features":[{"#),
        ReadError::Truncated { .. }
    ));
    let deep = format!("{}{}", r#"{"type":"#, "[".repeat(100_000));
    assert!(matches!(
        error("a.json", deep),
        ReadError::Json { .. } | ReadError::Truncated { .. } | ReadError::NotGeoJson { .. }
    ));
    let deep = format!(
        "{}{}{}",
        r#"{"type":"GeometryCollection","geometries":["#.repeat(5_000),
        SQUARE_POINT,
        "]}".repeat(5_000)
    );
    assert!(matches!(error("a.json", deep), ReadError::Feature { .. } | ReadError::Json { .. }));
}

const SQUARE_POINT: &str = r#"{"type":"Point","coordinates":[1,2]}"#;

#[test]
fn coordinates_that_are_none() {
    let nan = error("a.json", collection(r#"{"type":"LineString","coordinates":[[1,2],[NaN,3]]}"#));
    assert!(matches!(nan, ReadError::Json { near: Some(1), line: 1, .. }), "{nan:?}");
    assert!(nan.to_string().contains("NaN"), "{nan}");
    let infinite = error("a.json", collection(r#"{"type":"LineString","coordinates":[[1,2],[1e999,3]]}"#));
    assert!(matches!(infinite, ReadError::Feature { index: 1, .. }), "{infinite:?}");
    let pole = error("a.json", collection(r#"{"type":"LineString","coordinates":[[1,2],[3,91]]}"#));
    assert!(
        matches!(&pole, ReadError::Feature { index: 1, id: Some(id), .. } if id == "坏")
            && matches!(pole.fault(), Some(Fault::Position { vertex: 1, .. })),
        "{pole:?}"
    );
    let projected = error("a.json", collection(r#"{"type":"Point","coordinates":[39500000,3400000]}"#));
    assert!(projected.to_string().contains("EPSG:4527"), "{projected}");
    for broken in [
        r#"{"type":"Polygon","coordinates":[[[1],[2,3]]]}"#,
        r#"{"type":"Polygon","coordinates":[[1,2]]}"#,
        r#"{"type":"Polygon"}"#,
        r#"{"type":"Circle","coordinates":[1,2]}"#,
        r#"{"type":"Point","coordinates":["1","2"]}"#,
        r#"{"coordinates":[1,2]}"#,
    ] {
        let e = error("a.json", collection(broken));
        assert!(
            matches!(e, ReadError::Feature { index: 1, .. }) && matches!(e.fault(), Some(Fault::Geometry(_))),
            "{broken}: {e:?}"
        );
    }
    let unknown = error(
        "a.json",
        r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:99"}},"features":[]}"#,
    );
    assert!(matches!(unknown, ReadError::Crs { .. }) && unknown.to_string().contains("EPSG:99"));
}

#[test]
fn cut_off_gzip() {
    let Some(path) = shared("bench-hsinchu-2k/units.geojson.gz") else { return };
    let bytes = fs::read(path).unwrap();
    for keep in [3, 20, bytes.len() / 2, bytes.len() - 1] {
        let e = error("a.geojson.gz", &bytes[..keep]);
        assert!(matches!(e, ReadError::Truncated { .. }), "{keep}: {e:?}");
    }
    assert!(matches!(
        error("a.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff]),
        ReadError::Io { .. } | ReadError::Truncated { .. }
    ));
}

#[test]
fn limits_hold() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    fs::write(&path, collection(r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#)).unwrap();
    let read = |limits: Limits| {
        read_features(&Source::file(&path), &ReadOptions { limits, ..ReadOptions::default() })
    };
    let all = Limits::default();
    assert!(read(all).is_ok());
    for (limits, word) in [
        (Limits { bytes: 10, ..all }, "bytes"),
        (Limits { features: 1, ..all }, "features"),
        (Limits { vertices: 2, ..all }, "vertices"),
    ] {
        assert!(matches!(read(limits), Err(ReadError::TooLarge { what, .. }) if what == word));
    }
    // A small file that unpacks to a large one.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::copy(&mut std::io::Read::take(std::io::repeat(b' '), 1 << 24), &mut packed).unwrap();
    fs::write(&path, packed.finish().unwrap()).unwrap();
    assert!(matches!(read(Limits { bytes: 1 << 20, ..all }), Err(ReadError::TooLarge { .. })));
}

#[test]
fn databases_that_are_no_geopackage() {
    assert!(matches!(error("a.gpkg", b"SQLite format 3\0 and nothing more"), ReadError::GeoPackage { .. }));
    if !cfg!(feature = "gdal") {
        let e = error("a.shp", [0, 0, 0x27, 0x0a, 0, 0]);
        assert!(matches!(e, ReadError::NeedsGdal { .. }) && e.to_string().contains("--features gdal"), "{e}");
    }
}

/// Databases that compute what they answer, without end or beyond measure: refused before anything is asked of them.
#[test]
fn databases_that_are_more_than_stored_rows() {
    let columns = "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
        INSERT INTO gpkg_geometry_columns VALUES ('units', 'geom', 4326);";
    let endless = "AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
    let cases = [
        (format!("{columns} CREATE VIEW units {endless} SELECT i AS fid, NULL AS geom FROM n"), "is a view"),
        (
            format!("CREATE VIEW gpkg_geometry_columns {endless} SELECT i AS table_name, i AS column_name, i AS srs_id FROM n"),
            "is a view",
        ),
        (format!("{columns} CREATE VIRTUAL TABLE units USING rtree(fid, a, b, c, d)"), "virtual"),
        (
            format!("{columns} CREATE TABLE units (fid INTEGER PRIMARY KEY, geom BLOB, bomb BLOB AS (zeroblob(900000000))); INSERT INTO units (fid) VALUES (1)"),
            "is computed",
        ),
        (
            format!(
                "{columns} CREATE TABLE units (fid INTEGER PRIMARY KEY, geom BLOB);
                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO units (fid) SELECT i FROM n;
                 ALTER TABLE units ADD COLUMN bomb TEXT DEFAULT '{}'",
                "x".repeat(1000)
            ),
            "more than 1000000 bytes",
        ),
        (columns.to_owned(), "no table 'units'"),
    ];
    for (sql, says) in cases {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.gpkg");
        crate::postgres::block_on(async {
            use sqlx::{AssertSqlSafe, Connection};
            let url = format!("sqlite:{}?mode=rwc", path.display());
            let mut db = sqlx::SqliteConnection::connect(&url).await.unwrap();
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut db).await.unwrap();
            db.close().await.unwrap();
        });
        let limits = Limits { bytes: 1_000_000, ..Limits::default() };
        let options = ReadOptions { limits, ..ReadOptions::default() };
        let error = read_features(&Source::file(&path), &options).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}
