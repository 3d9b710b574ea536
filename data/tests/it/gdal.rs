//! Through GDAL, and each reader as the other's oracle.

use crate::read::same_features;
use crate::support::{read, run, shared, skip};
use data::read::{ReadError, ReadOptions, Source, read_features};
use std::process::Command;

#[test]
fn shapefile_geodatabase_and_others_read_like_their_geojson() {
    let Some(units) = shared("demo-taipei-wanhua/units.geojson") else { return };
    let ours = read(&units);
    let dir = tempfile::tempdir().unwrap();
    for (driver, name, options) in [
        ("OpenFileGDB", "萬華.gdb", &[][..]),
        ("FlatGeobuf", "萬華.fgb", &["-lco", "SPATIAL_INDEX=NO"]),
        ("ESRI Shapefile", "萬華.shp", &["-lco", "ENCODING=UTF-8"]),
        ("MapInfo File", "萬華.mif", &["-lco", "ENCODING=UTF-8"]),
    ] {
        let path = dir.path().join(name);
        let base = ["-f", driver, path.to_str().unwrap(), units.to_str().unwrap(), "-nln", "萬華"];
        if run("ogr2ogr", &[&base, options].concat()).is_none() {
            return;
        }
        let set = read_features(&Source::file(&path), &ReadOptions::default())
            .unwrap_or_else(|e| panic!("{driver}: {e}"));
        assert!(set.crs.is_geographic(), "{driver}: {}", set.crs);
        assert_eq!(set.sha256.len(), 64);
        assert_eq!(set.features[0].properties["town"], "萬華區", "{driver}");
        if matches!(driver, "OpenFileGDB" | "FlatGeobuf") {
            // The geodatabase stores integers of its own, and turns rings its own way: compare ids and areas there.
            if driver == "FlatGeobuf" {
                same_features(&ours, &set);
            } else {
                assert_eq!(set.unique_ids().unwrap(), ours.unique_ids().unwrap());
            }
        } else {
            assert_eq!(set.features.len(), ours.features.len());
        }
    }
    let missing = Source { path: dir.path().join("萬華.gdb"), layer: Some("街道".into()) };
    assert!(matches!(read_features(&missing, &ReadOptions::default()), Err(ReadError::NoLayer { .. })));
}

#[test]
fn a_projected_shapefile_keeps_its_system() {
    let Some(units) = shared("demo-taipei-wanhua/units.geojson") else { return };
    let dir = tempfile::tempdir().unwrap();
    for code in [4549, 3826, 32651] {
        let path = dir.path().join(format!("{code}.shp"));
        let srs = format!("EPSG:{code}");
        if run("ogr2ogr", &[path.to_str().unwrap(), units.to_str().unwrap(), "-t_srs", &srs]).is_none() {
            return;
        }
        let set = read(&path);
        assert_eq!(set.crs.epsg(), Some(code), "{}", set.crs);
        // Easting first: the corner lies in Taipei.
        let [lon, lat] = set.crs.to_lonlat(set.bounds().unwrap().0[0], set.bounds().unwrap().0[1]).unwrap();
        assert!((121.4..121.6).contains(&lon) && (24.9..25.1).contains(&lat), "{lon} {lat}");
        // Without .prj it must be said.
        std::fs::remove_file(path.with_extension("prj")).unwrap();
        assert!(matches!(
            read_features(&Source::file(&path), &ReadOptions::default()),
            Err(ReadError::NoCrs { .. })
        ));
    }
}

#[test]
fn half_a_shapefile_is_refused_or_read_whole_but_never_read_short() {
    let Some(units) = shared("demo-taipei-wanhua/units.geojson") else { return };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("half.shp");
    if run("ogr2ogr", &[path.to_str().unwrap(), units.to_str().unwrap()]).is_none() {
        return;
    }
    let whole = read(&path).features.len();
    // A table that is missing, an index that is missing, a file cut in its middle.
    for (ending, is_missing) in [("dbf", true), ("shx", true), ("shp", false)] {
        let part = path.with_extension(ending);
        let bytes = std::fs::read(&part).unwrap();
        if is_missing {
            std::fs::remove_file(&part).unwrap();
        } else {
            std::fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
        }
        match read_features(&Source::file(&path), &ReadOptions::default()) {
            Ok(set) => assert_eq!(set.features.len(), whole, "{ending}"),
            Err(e) => assert!(e.to_string().contains("half.shp"), "{ending}: {e}"),
        }
        std::fs::write(&part, bytes).unwrap();
    }
}

#[test]
fn files_that_name_other_files_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.vrt");
    std::fs::write(&path, "<OGRVRTDataSource><OGRVRTLayer name=\"x\"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>").unwrap();
    assert!(matches!(
        read_features(&Source::file(&path), &ReadOptions::default()),
        Err(ReadError::Gdal { .. })
    ));
}

/// Linked without care, libgdal would run on our SQLite instead of its own (stack.md §2.1).
#[test]
fn our_sqlite_stays_ours() {
    let exe = std::env::current_exe().unwrap();
    match Command::new("nm").args(["-D", "--defined-only"]).arg(&exe).output() {
        Ok(out) => {
            let symbols = String::from_utf8_lossy(&out.stdout);
            let exported: Vec<&str> = symbols.lines().filter(|l| l.contains("sqlite3_")).collect();
            assert!(exported.is_empty(), "{exported:?}");
        }
        Err(_) => skip("nm is not installed"),
    }
}

#[test]
fn gdal_runs_on_its_own_sqlite() {
    use gdal::vector::{LayerAccess, sql::Dialect};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.geojson");
    std::fs::write(&path, r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}]}"#).unwrap();
    let dataset = gdal::Dataset::open(&path).unwrap();
    let version = |sql: &str| -> Option<String> {
        let mut set = dataset.execute_sql(sql, None, Dialect::SQLITE).ok()??;
        let feature = set.features().next()?;
        feature.field_as_string(0).ok()?
    };
    let theirs = version("SELECT sqlite_version()").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ours: String = runtime.block_on(async {
        use sqlx::Connection;
        let mut db = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut db).await.unwrap()
    });
    eprintln!("ours {ours}, GDAL's {theirs}, SpatiaLite {:?}", version("SELECT spatialite_version()"));
    assert_ne!(ours, theirs, "two different SQLite libraries");
    if version("SELECT spatialite_version()").is_some() {
        assert!(
            version("SELECT ST_Area(ST_Buffer(MakePoint(0, 0), 1))").is_some_and(|a| a.starts_with("3.1"))
        );
    }
}
