//! Files out, and back in.

use crate::support::{frame_of, read, ring, shared, square};
use data::carry::carry;
use data::frame::Frame;
use data::write::{AtomicFile, OutFeature, Shape, write_csv, write_geojson};
use partition::frame::{Point, Polygon, Region};
use proptest::prelude::*;
use serde_json::Map;
use std::fs;
use std::io::Write;

fn round_trip(frame: &Frame, regions: &[Region]) -> Vec<Region> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("网格.geojson");
    let properties = Map::new();
    let ids: Vec<String> = (0..regions.len()).map(|i| i.to_string()).collect();
    let features = regions.iter().zip(&ids).map(|(region, id)| OutFeature {
        id: Some(id),
        properties: &properties,
        shape: Shape::Ground(region),
    });
    write_geojson(&path, frame, features).unwrap();
    let set = read(&path);
    assert_eq!(set.unique_ids().unwrap(), ids);
    carry(&set, frame).unwrap().regions
}

#[test]
fn real_units_come_back_to_the_same_integers() {
    for name in [
        "demo-taipei-wanhua/units.geojson",
        "bench-hsinchu-2k/units.geojson.gz",
        "bench-rockland-4.8k/units.geojson",
        "bench-poa-hex-1.2k/units.geojson",
    ] {
        let Some(path) = shared(name) else { continue };
        let set = read(path);
        let frame = frame_of(&set);
        let regions = carry(&set, &frame).unwrap().regions;
        assert!(round_trip(&frame, &regions) == regions, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_triangles_come_back(points in prop::collection::vec((0_i64..400_000_000_000, 0_i64..400_000_000_000), 3..60), which in 0_usize..3) {
        let frame = Frame::from_definition(["EPSG:4547", "EPSG:4527", "planar:1"][which]).unwrap();
        let east = [300_000_000_000, 39_300_000_000_000, -7_000_000][which];
        let regions: Vec<Region> = points.chunks_exact(3).map(|t| {
            let shell: Vec<Point> = t.iter().map(|&(x, y)| Point::new(x + east, y + 2_500_000_000_000)).collect();
            Region::single(Polygon::oriented(shell, vec![]))
        }).filter(|r| r.twice_area_um2() > 0).collect();
        prop_assume!(!regions.is_empty());
        prop_assert_eq!(round_trip(&frame, &regions), regions);
    }
}

#[test]
fn parts_and_holes_come_back() {
    let holed = Polygon {
        shell: ring(&[(0, 0), (90, 0), (90, 90), (0, 90)]),
        holes: vec![ring(&[(10, 10), (10, 20), (20, 20)]), ring(&[(40, 40), (40, 60), (60, 60)])],
    };
    let region = Region { parts: vec![holed, square(100, 100, 7).parts.remove(0)] };
    assert_eq!(round_trip(&Frame::planar(1.0).unwrap(), std::slice::from_ref(&region)), [region]);
}

#[test]
fn nothing_half_written_is_ever_seen() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    write_csv(&path, &["id", "名称"], [["1", "甲,乙"], ["2", "丙"]]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "id,名称\n1,\"甲,乙\"\n2,丙\n");
    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"half").unwrap();
    drop(file);
    assert!(fs::read_to_string(&path).unwrap().starts_with("id,"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file is left");
    assert!(AtomicFile::create(dir.path()).is_err());
    assert!(AtomicFile::create(&dir.path().join("no/folder.csv")).is_err());
}
