//! The project store.

use crate::support::{frame_of, read, ring, run, shared, square};
use data::carry::carry;
use data::read::{ReadOptions, Source, read_features};
use data::store::model::{BorderClass, Boundary, Cell, CellKind, Criterion, Input, Plan, Project, Units};
use data::store::{StoreError, open, save};
use partition::frame::{MAX_COORD_UM, Point, Polygon, Region};
use proptest::prelude::*;
use serde_json::json;
use sqlx::Connection;
use std::fs;
use std::path::{Path, PathBuf};

/// Four units of 100 m in a row, two cells, everything filled in.
fn small(frame: &str) -> Project {
    let at = |i: i64| square(500_000_000_000 + i * 100_000_000, 3_400_000_000_001, 100_000_000);
    let join = |a: i64, b: i64| {
        let (x0, x1, y) =
            (500_000_000_000 + a * 100_000_000, 500_000_000_000 + b * 100_000_000, 3_400_000_000_001);
        Region::single(Polygon {
            shell: ring(&[(x0, y), (x1, y), (x1, y + 100_000_000), (x0, y + 100_000_000)]),
            holes: vec![],
        })
    };
    let cell = |code: &str, a, b| Cell {
        code: code.into(),
        name: format!("第{code}网格"),
        kind: if code == "002" { CellKind::Dedicated } else { CellKind::Base },
        parent: Some(1),
        figures: json!({"households": 7, "deviation": -0.125}).as_object().unwrap().clone(),
        region: join(a, b),
    };
    Project {
        name: "示例 \"project\"".into(),
        frame: frame.into(),
        boundary: Boundary {
            region: join(0, 4),
            name: "某社区".into(),
            note: "示意".into(),
            attribution: "© nobody".into(),
        },
        units: Units {
            kind: "blocks".into(),
            ids: ["a", "b'", "c\"", "丁"].map(String::from).into(),
            regions: (0..4).map(at).collect(),
            parents: vec![1, 1, 0, 1],
            classes: vec![BorderClass { units: [1, 3], class: "trunk".into() }],
            parent_names: vec!["东街村".into(), "东街村".into()],
            criteria: vec![
                Criterion {
                    name: "户数".into(), scale: 1, estimate: None, loads: vec![i64::MAX, 0, -3, 4]
                },
                Criterion {
                    name: "Geom".into(),
                    scale: 1000,
                    estimate: Some("area / 3".into()),
                    loads: vec![1, 1_001, (1 << 51) - 1, -7],
                },
                Criterion { name: "geom".into(), scale: 1, estimate: None, loads: vec![1, 2, 3, 4] },
                Criterion { name: "".into(), scale: 1, estimate: None, loads: vec![5, 6, 7, 8] },
            ],
        },
        plan: Some(Plan {
            name: "综治".into(),
            labels: vec![0, 0, 1, 1],
            cells: vec![cell("001", 0, 2), cell("002", 2, 4)],
            certificate: Some(json!({"boundary": "sha256:…", "area": "1"})),
            inputs: vec![Input { path: "单元.geojson".into(), sha256: "00".into() }],
            options: json!({"k": 2}).as_object().unwrap().clone(),
            seed: u64::MAX,
        }),
    }
}

#[test]
fn a_project_comes_back_whole_under_any_file_name() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["p.gpkg", "网格 项目.gpkg", "a?b#c%20d.gpkg", "no-extension"] {
        let path = dir.path().join(name);
        let project = small("EPSG:4547");
        save(&path, &project).unwrap();
        assert_eq!(open(&path).unwrap(), project, "{name}");
        // Again over the old one, without a plan; and the same project gives the same bytes.
        let bytes = fs::read(&path).unwrap();
        save(&path, &project).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        let bare = Project { plan: None, ..project };
        save(&path, &bare).unwrap();
        assert_eq!(open(&path).unwrap(), bare);
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 4, "nothing else is left in the folder");
}

#[test]
fn blocking_calls_work_inside_a_runtime() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.gpkg");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        save(&path, &small("planar:1")).unwrap();
        assert!(open(&path).is_ok());
    });
}

#[test]
fn gdal_lists_the_layers_in_their_place() {
    let dir = tempfile::tempdir().unwrap();
    let frames = [
        ("EPSG:4547", "CGCS2000 / 3-degree Gauss-Kruger CM 114E"),
        (
            "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +y_0=0 +datum=WGS84 +units=m +no_defs",
            "Transverse Mercator CM 114",
        ),
        (
            "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs",
            "Transverse Mercator CM 114",
        ),
        (
            "+proj=lcc +lat_1=20 +lat_2=50 +lat_0=0 +lon_0=114 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs",
            "wangge",
        ),
        ("planar:1", ""),
    ];
    for (i, (frame, name)) in frames.into_iter().enumerate() {
        let path = dir.path().join(format!("{i}.gpkg"));
        let project = small(frame);
        save(&path, &project).unwrap();
        let file = path.to_str().unwrap();
        let Some(text) = run("ogrinfo", &["-so", "-al", file]) else { return };
        assert!(!text.contains("ERROR") && !text.contains("Warning"), "{text}");
        assert!(text.contains(name), "{text}");
        for (layer, count) in [("boundary", 1), ("units", 4), ("cells", 2)] {
            let part = text
                .split(&format!("Layer name: {layer}\n"))
                .nth(1)
                .unwrap_or_else(|| panic!("{layer} in {text}"));
            assert!(part.contains(&format!("Feature Count: {count}\n")), "{layer}: {part}");
            assert!(part.contains("Extent: (500000.000000, 3400000.000001)"), "{layer}: {part}");
        }
        let found = run("ogrinfo", &["-q", "-spat", "500010", "3400010", "500020", "3400020", file, "units"])
            .unwrap();
        assert!(found.contains("户数") && found.matches("OGRFeature").count() == 1, "{found}");
        if name.is_empty() {
            continue;
        }
        let out = run("gdalsrsinfo", &["-o", "proj4", file]).unwrap_or_default();
        eprintln!("{frame} → {}", out.trim());
        // Where GDAL puts a corner is where we put it.
        let geojson = dir.path().join(format!("{i}.geojson"));
        run(
            "ogr2ogr",
            &[
                "-f",
                "GeoJSON",
                "-t_srs",
                "EPSG:4326",
                "-lco",
                "COORDINATE_PRECISION=12",
                geojson.to_str().unwrap(),
                file,
                "boundary",
            ],
        );
        let theirs = read(&geojson).bounds().unwrap().0;
        let corner = project.boundary.region.bounds().unwrap();
        let ours = data::frame::Frame::from_definition(frame).unwrap().to_lonlat(corner.min).unwrap();
        assert!(
            (ours[0] - theirs[0]).abs() < 2e-9 && (ours[1] - theirs[1]).abs() < 2e-6,
            "{ours:?} {theirs:?}"
        );
    }
}

#[test]
fn an_edit_in_gdal_works_and_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.gpkg");
    for (sql, layer) in [
        ("UPDATE units SET geom = (SELECT geom FROM boundary) WHERE fid = 1", "units"),
        ("INSERT INTO boundary (geom) SELECT geom FROM units", "boundary"),
        ("DELETE FROM cells WHERE fid = 2", "cells"),
    ] {
        save(&path, &small("EPSG:4547")).unwrap();
        let Some(text) = run("ogrinfo", &[path.to_str().unwrap(), "-sql", sql]) else { return };
        // The triggers of the spatial index find their functions there.
        assert!(!text.contains("ERROR"), "{text}");
        match open(&path).unwrap_err() {
            StoreError::ForeignChange { layer: found, .. } => assert_eq!(found, layer),
            other => panic!("{sql}: {other:?}"),
        }
    }
}

/// Runs SQL on a file as another program would. Plain SQLite lacks the functions the triggers call.
fn edit(path: &Path, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut db = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        let triggers: Vec<String> =
            sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
                .fetch_all(&mut db)
                .await
                .unwrap();
        assert_eq!(triggers.len(), 18);
        for name in triggers {
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP TRIGGER {name}")))
                .execute(&mut db)
                .await
                .unwrap();
        }
        sqlx::raw_sql(sql).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
    });
}

fn edited(sql: &'static str) -> StoreError {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.gpkg");
    save(&path, &small("EPSG:4547")).unwrap();
    edit(&path, sql);
    let error = open(&path).unwrap_err();
    assert!(error.to_string().contains("p.gpkg"), "{error}");
    error
}

#[test]
fn what_another_program_changed_is_refused_by_layer() {
    for (sql, wanted) in [
        ("UPDATE units SET \"户数\" = 5 WHERE fid = 2", "units"),
        ("UPDATE units SET id = NULL WHERE fid = 2", "units"),
        ("UPDATE units SET cell = '002' WHERE fid = 2", "units"),
        ("UPDATE units SET cell = '003'", "units"),
        ("UPDATE cells SET parent_no = NULL", "cells"),
        ("UPDATE cells SET name = '别名'", "cells"),
        ("UPDATE boundary SET note = ''", "boundary"),
        ("UPDATE boundary SET geom = (SELECT geom FROM units LIMIT 1)", "boundary"),
        ("UPDATE units SET geom = x'4750' WHERE fid = 1", "units"),
    ] {
        match edited(sql) {
            StoreError::ForeignChange { layer, .. } => assert_eq!(layer, wanted, "{sql}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
}

#[test]
fn what_is_no_project_is_refused_with_a_sentence() {
    assert!(matches!(
        edited("UPDATE wangge_project SET value = '4' WHERE key = 'format'"),
        StoreError::Newer { found: 4, known: 3, .. }
    ));
    assert!(matches!(edited("DELETE FROM wangge_project WHERE key = 'frame'"), StoreError::Damaged { .. }));
    assert!(matches!(edited("UPDATE wangge_plan SET options = '{'"), StoreError::Damaged { .. }));
    assert!(matches!(edited("DROP TABLE wangge_project"), StoreError::NotAProject { .. }));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.gpkg");
    assert!(matches!(open(&path), Err(StoreError::Io { .. })));
    fs::write(&path, "hello").unwrap();
    assert!(matches!(open(&path), Err(StoreError::NotSqlite { .. })));
    save(&path, &small("EPSG:4547")).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let cut = open(&path).unwrap_err();
    assert!(matches!(cut, StoreError::Database { .. } | StoreError::Damaged { .. }), "{cut:?}");
}

#[test]
fn a_project_that_contradicts_itself_replaces_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.gpkg");
    let good = small("EPSG:4547");
    save(&path, &good).unwrap();
    let spoil = |f: &dyn Fn(&mut Project)| {
        let mut p = small("EPSG:4547");
        f(&mut p);
        assert!(save(&path, &p).is_err());
        assert_eq!(open(&path).unwrap(), good);
    };
    spoil(&|p| p.units.ids[1] = "a".into());
    spoil(&|p| p.units.criteria[0].loads.truncate(2));
    spoil(&|p| p.units.criteria[1].loads[0] = i64::MAX);
    spoil(&|p| p.plan.as_mut().unwrap().labels[0] = 2);
    spoil(&|p| p.plan.as_mut().unwrap().cells[1].code = "001".into());
    spoil(&|p| p.units.parents[0] = 9);
    spoil(&|p| p.frame = "EPSG:4490".into());
    spoil(&|p| p.units.regions[0].parts[0].shell[0].x = MAX_COORD_UM + 1);
}

#[test]
fn a_project_file_read_as_features_means_its_cells() {
    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = dir.path().join("p.gpkg");
    for frame in [
        "EPSG:4547",
        "+proj=lcc +lat_1=20 +lat_2=50 +lat_0=0 +lon_0=114 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs",
    ] {
        let project = small(frame);
        save(&path, &project).unwrap();
        let set = read(&path);
        assert_eq!((set.layer.as_deref(), set.features.len()), (Some("cells"), 2));
        let plane = data::frame::Frame::from_definition(frame).unwrap();
        let regions = carry(&set, &plane).unwrap().regions;
        let cells: Vec<Region> = project.plan.unwrap().cells.into_iter().map(|c| c.region).collect();
        assert_eq!(regions, cells);
        let units = Source { path: path.clone(), layer: Some("units".into()) };
        assert_eq!(
            read_features(&units, &ReadOptions::default()).unwrap().unique_ids().unwrap(),
            project.units.ids
        );
    }
}

#[test]
fn real_units_come_back_to_the_last_micrometre() {
    for name in ["demo-taipei-wanhua/units.geojson", "bench-taipei-11k/units.geojson.gz"] {
        let Some(path) = shared(name) else { continue };
        let set = read(path);
        let frame = frame_of(&set);
        let regions = carry(&set, &frame).unwrap().regions;
        let ids = set.unique_ids().unwrap();
        let loads = set.features.iter().map(|f| f.properties["households"].as_i64().unwrap()).collect();
        let criteria = vec![Criterion { name: "households".into(), scale: 1, estimate: None, loads }];
        let units = Units { kind: "import".into(), ids, regions, criteria, ..Units::default() };
        let project = Project {
            name: name.into(),
            frame: frame.definition().into(),
            units,
            boundary: Boundary { region: square(0, 0, 1), ..Boundary::default() },
            plan: None,
        };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.gpkg");
        let start = std::time::Instant::now();
        save(&path, &project).unwrap();
        let saved = start.elapsed();
        assert!(open(&path).unwrap() == project, "{name}");
        eprintln!(
            "{name}: {} units, saved in {saved:?}, opened in {:?}",
            project.units.ids.len(),
            start.elapsed() - saved
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_coordinates_come_back(rings in prop::collection::vec(prop::collection::vec((-MAX_COORD_UM..=MAX_COORD_UM, -MAX_COORD_UM..=MAX_COORD_UM), 0..6), 1..8)) {
        let rings: Vec<Vec<Point>> = rings.iter().map(|r| ring(r)).collect();
        let part = Polygon { shell: rings[0].clone(), holes: rings[1..].to_vec() };
        let mut project = small("EPSG:4547");
        project.units.regions[1] = Region { parts: vec![part; 2] };
        project.units.regions[2] = Region::default();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.gpkg");
        save(&path, &project).unwrap();
        prop_assert_eq!(open(&path).unwrap(), project);
    }
}
