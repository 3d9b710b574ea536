//! From files to regions.

use crate::support::{frame_of, read, ring, shared};
use data::carry::{carry, carry_line};
use data::frame::Frame;
use data::read::{Fault, ReadError};
use std::collections::HashMap;
use std::fs;

fn carried(geometries: &[&str]) -> Result<data::carry::Carried, ReadError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    let features: Vec<String> = geometries
        .iter()
        .map(|g| format!(r#"{{"type":"Feature","properties":{{}},"geometry":{g}}}"#))
        .collect();
    fs::write(
        &path,
        format!(r#"{{"type":"FeatureCollection","crs":null,"features":[{}]}}"#, features.join(",")),
    )
    .unwrap();
    carry(&read(&path), &Frame::planar(1.0).unwrap())
}

#[test]
fn strange_rings_are_mended_or_reported_never_a_panic() {
    let c = carried(&[
        // Clockwise, unclosed, with a duplicate.
        r#"{"type":"Polygon","coordinates":[[[0,0],[0,1],[0,1],[1,1],[1,0]]]}"#,
        // A hole of two points.
        r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]],[[0.5,0.5],[0.6,0.5]]]}"#,
        // A shell of one point, an empty ring, an empty polygon.
        r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[0,0],[0,0]]],[[]],[]]}"#,
        // A sliver thinner than the grid.
        r#"{"type":"Polygon","coordinates":[[[0,0],[1e-8,0],[0,1e-8],[0,0]]]}"#,
    ])
    .unwrap();
    assert_eq!(
        c.regions[0].parts[0].shell,
        ring(&[(1_000_000, 0), (1_000_000, 1_000_000), (0, 1_000_000), (0, 0)])
    );
    assert_eq!(c.regions[0].twice_area_um2(), 2_000_000_000_000);
    assert_eq!(c.regions[1].parts[0].holes.len(), 0);
    assert!(c.regions[2].parts.is_empty() && c.regions[3].parts.is_empty());
    let r = &c.report;
    assert_eq!((r.rings_unclosed, r.rings_reversed), (2, 1));
    let dropped: Vec<_> = r.rings_dropped.iter().map(|d| (d.feature, d.part, d.ring)).collect();
    assert!(
        dropped.contains(&(1, 0, 1)) && dropped.contains(&(2, 0, 0)) && dropped.contains(&(3, 0, 0)),
        "{dropped:?}"
    );
    assert!(r.max_moved_um <= 0.71 && r.duplicates_removed >= 2);
}

#[test]
fn what_is_no_ground_is_an_error_that_names_it() {
    for (geometry, needle) in [
        (r#"{"type":"Point","coordinates":[1,2]}"#, "point"),
        (r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#, "line"),
        ("null", "no geometry"),
        (r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}"#, "point"),
    ] {
        let e = carried(&[r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#, geometry])
            .unwrap_err();
        assert!(
            matches!(e, ReadError::Feature { index: 1, .. })
                && matches!(e.fault(), Some(Fault::NotPolygon(_) | Fault::NoGeometry)),
            "{e:?}"
        );
        assert!(e.to_string().contains(needle), "{e}");
    }
}

#[test]
fn lines_lose_equal_neighbours() {
    let frame = Frame::planar(1.0).unwrap();
    let line = carry_line(&frame, &data::crs::Crs::local(), &[[0.0, 0.0], [1e-9, 0.0], [1.0, 0.0]]).unwrap();
    assert_eq!(line, ring(&[(0, 0), (1_000_000, 0)]));
}

/// Directed edges that have no reverse: the outline, if the units match along all other borders.
fn unmatched(regions: &[partition::frame::Region]) -> usize {
    let mut edges: HashMap<_, i64> = HashMap::new();
    for r in regions.iter().flat_map(|r| r.rings()) {
        for (a, b) in r.iter().zip(r.iter().cycle().skip(1)) {
            if a < b {
                *edges.entry((*a, *b)).or_default() += 1
            } else {
                *edges.entry((*b, *a)).or_default() -= 1
            }
        }
    }
    edges.values().filter(|n| **n != 0).count()
}

#[test]
fn a_valid_coverage_stays_one() {
    let mut frames = Vec::new();
    for (name, area_column) in [
        ("demo-taipei-wanhua/units.geojson", "area_m2"),
        ("bench-hsinchu-2k/units.geojson.gz", ""),
        ("bench-rockland-4.8k/units.geojson", ""),
    ] {
        let Some(path) = shared(name) else { continue };
        let set = read(&path);
        let frame = frame_of(&set);
        let carried = carry(&set, &frame).unwrap();
        assert_eq!(carried.regions.len(), set.features.len());
        assert!(carried.report.max_moved_um < 0.7072 && carried.report.mean_moved_um > 0.0);
        // Every shared edge is matched: what is left is the outline, far fewer than the edges.
        let left = unmatched(&carried.regions);
        assert!(left * 5 < carried.report.vertices, "{name}: {left} of {}", carried.report.vertices);
        if !area_column.is_empty() {
            let (mut ours, mut theirs) = (0.0, 0.0);
            for (f, r) in set.features.iter().zip(&carried.regions) {
                ours += frame.area_m2(r.twice_area_um2(), r.bounds().unwrap().min);
                theirs += f.properties[area_column].as_f64().unwrap();
            }
            assert!((ours / theirs - 1.0).abs() < 2e-3, "{ours} {theirs}");
        }
        frames.push(frame.definition().to_owned());
    }
    eprintln!("{frames:?}");
}

#[test]
fn feet_are_read_and_unclosed_rings_counted() {
    if let Some(path) = shared("broken-us-precincts/co_bad_gap_region.epsg2232.geojson.gz") {
        let set = read(path);
        assert_eq!(set.crs.epsg(), Some(2232));
        let frame = frame_of(&set);
        assert!(frame.definition().contains("+lon_0=-105"), "{}", frame.definition());
        let c = carry(&set, &frame).unwrap();
        assert_eq!(c.regions.len(), 15);
    }
    if let Some(path) = shared("broken-macau-rings/parishes_as_found.geojson") {
        let set = read(path);
        let c = carry(&set, &frame_of(&set)).unwrap();
        assert_eq!(c.report.rings_unclosed, 7);
    }
}

#[test]
fn a_vertex_on_a_neighbours_straight_edge_stays_shared() {
    // One large square in degrees beside two small ones: their common corner lies on its eastern edge.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.json");
    let square = |x: [f64; 2], y: [f64; 2]| {
        format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{0},{2}],[{0},{3}],[{1},{3}],[{1},{2}],[{0},{2}]]]}}}}"#,
            x[0], x[1], y[0], y[1]
        )
    };
    // A slanted edge too: half-way in the digits of the file.
    let slanted = [
        r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[116.3,39.1],[116.4,39.3],[116.2,39.3],[116.3,39.1]]]}}"#.to_owned(),
        r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[116.3,39.1],[116.5,39.1],[116.35,39.2],[116.3,39.1]]]}}"#.to_owned(),
        r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[116.35,39.2],[116.5,39.1],[116.4,39.3],[116.35,39.2]]]}}"#.to_owned(),
    ];
    let squares = [
        square([115.1, 115.2], [39.1, 39.3]),
        square([115.2, 115.3], [39.1, 39.2]),
        square([115.2, 115.3], [39.2, 39.3]),
    ];
    for (features, outline) in [(squares, 7), (slanted, 4)] {
        fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")))
            .unwrap();
        let set = read(&path);
        let carried = carry(&set, &frame_of(&set)).unwrap();
        assert_eq!(carried.report.vertices_inserted, 1);
        assert_eq!(unmatched(&carried.regions), outline);
    }
}
