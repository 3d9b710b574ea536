//! What only a database does.

use super::*;
use crate::postgres::{plain_database, sql};
use crate::support::run;

#[test]
fn gdal_reads_the_layers_of_a_database() {
    let Some(place) = Place::database() else { return };
    let frames = [
        "EPSG:4547",
        "+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs",
        "planar:1",
    ];
    for (schema, frame) in ["a", "b", "c"].into_iter().zip(frames) {
        sql(place.url(), &format!("CREATE SCHEMA {schema}"));
        let location = format!("{}?options=-csearch_path%3D{schema},public", place.url());
        let project = Project { frame: frame.into(), ..board() };
        block_on(async {
            let location: Location = location.parse().unwrap();
            Store::create(&location, &project).await.unwrap();
            let store = Store::open(&location).await.unwrap();
            assert_eq!(**store.project(), project);
            store.close().await.unwrap();
        });
        let (_, address) = place.url().split_once('@').unwrap();
        let (host, name) = address.split_once('/').unwrap();
        let (host, port) = host.split_once(':').unwrap();
        let source = format!(
            "PG:host={host} port={port} user=wangge dbname={name} schemas={schema} active_schema={schema}"
        );
        let Some(text) = run("ogrinfo", &["-so", "-al", &source]) else { return };
        assert!(!text.contains("ERROR"), "{text}");
        for (layer, count) in [("boundary", 1), ("units", 64), ("cells", 4)] {
            let part = text
                .split(&format!("Layer name: {layer}\n"))
                .nth(1)
                .unwrap_or_else(|| panic!("{layer} in {text}"));
            assert!(part.contains(&format!("Feature Count: {count}\n")), "{layer}: {part}");
            assert!(part.contains("Geometry: Multi Polygon"), "{layer}: {part}");
            assert!(part.contains("Extent: (500000.000000, 3400000.000000)"), "{layer}: {part}");
        }
        assert_eq!(text.contains("CGCS2000 / 3-degree Gauss-Kruger CM 114E"), frame == "EPSG:4547", "{text}");
        let found =
            run("ogrinfo", &["-q", "-spat", "500110", "3400110", "500120", "3400120", &source, "units"])
                .unwrap();
        assert!(found.contains("户数") && found.matches("OGRFeature").count() == 1, "{found}");
    }
}

#[test]
fn several_processes_share_a_database() {
    let Some(place) = Place::database() else { return };
    block_on(async {
        let one = place.begin(&board()).await;
        let two = place.open().await;
        let (mut a, mut b) = (Client::new(&one).await, Client::new(&two).await);
        a.apply(&assign(&[2], 0)).await;
        let change = b.propose(&assign(&[10], 0)).unwrap();
        assert!(matches!(b.try_append(change).await, Err(StoreError::Stale { .. })));
        let mut b = Client::new(&two).await;
        b.apply(&assign(&[10], 0)).await;
        let made = two.publish("grid", b.etag, &planner(), "").await.unwrap();
        assert_eq!(one.draft("grid").await.unwrap().etag, made.draft);
        one.close().await.unwrap();
        two.close().await.unwrap();
        let three = place.open().await;
        assert_eq!(three.project().plan.as_ref().unwrap().labels[10], 0);
        three.close().await.unwrap();
    });
}

#[test]
fn a_database_that_is_not_ready_says_so() {
    let (Some(place), Some(plain)) = (Place::database(), plain_database()) else { return };
    block_on(async {
        let plain: Location = plain.parse().unwrap();
        assert!(matches!(Store::open(&plain).await, Err(StoreError::NoPostgis { .. })));
        assert!(matches!(Store::create(&plain, &board()).await, Err(StoreError::NoPostgis { .. })));
        let empty = Store::open(&place.location).await.unwrap_err();
        assert!(matches!(empty, StoreError::NoProject { .. }), "{empty}");
        let nobody: Location = "postgres://wangge:s3cret@127.0.0.1:1/x".parse().unwrap();
        let refused = Store::open(&nobody).await.unwrap_err();
        assert!(matches!(refused, StoreError::Database { .. }), "{refused:?}");
        assert!(!format!("{refused} {refused:?}").contains("s3cret"));
    });
}

#[test]
fn what_another_program_changed_in_a_database_is_refused_by_layer() {
    for (statement, wanted) in [
        ("UPDATE units SET \"户数\" = 5 WHERE fid = 2", "units"),
        ("UPDATE units SET cell = '002' WHERE fid = 1", "units"),
        ("UPDATE cells SET geom = ST_Translate(geom, 1, 0)", "cells"),
        ("DELETE FROM cells WHERE fid = 2", "cells"),
        ("UPDATE boundary SET geom = NULL", "boundary"),
    ] {
        let Some(place) = Place::database() else { return };
        block_on(async { place.begin(&board()).await.close().await.unwrap() });
        sql(place.url(), statement);
        match block_on(Store::open(&place.location)) {
            Err(StoreError::ForeignChange { layer, .. }) => assert_eq!(layer, wanted, "{statement}"),
            other => panic!("{statement}: {other:?}"),
        }
    }
}
