//! OpenStreetMap extracts.

use crate::support::shared;
use data::osm::{AreaKind, OsmError, OsmExtract, Tags, read_pbf};
use data::read::Limits;
use std::fs;

/// How many nodes, ways and relations have a key, each way once.
fn count(x: &OsmExtract, has: impl Fn(&Tags) -> bool) -> (usize, usize, usize) {
    let mut ways: Vec<i64> = x.lines.iter().filter(|l| has(&l.tags)).map(|l| l.id).collect();
    ways.extend(x.areas.iter().filter(|a| a.kind == AreaKind::Way && has(&a.tags)).map(|a| a.id));
    ways.sort_unstable();
    ways.dedup();
    let relations = x.areas.iter().filter(|a| a.kind == AreaKind::Relation && has(&a.tags)).count();
    (x.points.iter().filter(|p| has(&p.tags)).count(), ways.len(), relations)
}

#[test]
fn helsinki_has_what_its_source_page_says() {
    let Some(path) = shared("osm-pbf/helsinki-centre.osm.pbf") else { return };
    let x = read_pbf(&path, &Limits::default()).unwrap();
    let key = |k: &str| count(&x, |t| t.contains_key(k));
    // Of 2 650 highways 71 have no two neighbouring nodes in the extract.
    assert_eq!(key("highway").1, 2_650 - 71);
    assert!(x.ways_lost >= 71 && x.ways_cut > 0);
    assert_eq!((key("building").1, key("building").2), (433, 67));
    let levels = count(&x, |t| t.contains_key("building") && t.contains_key("building:levels"));
    assert_eq!(levels.1, 144);
    let total = |k: &str| {
        let (nodes, ways, relations) = key(k);
        nodes + ways + relations
    };
    assert_eq!((total("amenity"), total("shop"), total("office")), (1_091, 515, 231));
    assert!(x.lines.is_sorted_by_key(|l| l.id) && x.points.is_sorted_by_key(|p| p.id));
    assert!(x.lines.iter().all(|l| l.lonlat.len() >= 2));
    // A building whose nodes are not all there is counted, but has no ground.
    let without = x.areas.iter().filter(|a| a.polygons.0.is_empty() && a.kind == AreaKind::Way).count();
    assert_eq!(without, x.areas_incomplete);
}

#[test]
fn monaco_has_its_wards() {
    let Some(path) = shared("osm-pbf/monaco-2021-04-21.osm.pbf") else { return };
    let x = read_pbf(&path, &Limits::default()).unwrap();
    let wards = x.areas.iter().filter(|a| a.tags.get("admin_level").is_some_and(|l| l == "10"));
    let (wards, whole) = (wards.clone().count(), wards.filter(|a| !a.polygons.0.is_empty()).count());
    let buildings = count(&x, |t| t.contains_key("building"));
    eprintln!("cut {}, incomplete {} {}", x.ways_cut, x.areas_incomplete, x.relations_incomplete);
    // Three of the nine lack a member way in the extract; GDAL assembles the same six.
    assert_eq!((wards, whole), (9, 6));
    assert_eq!((buildings.1, buildings.2), (1_183, 24));
    assert_eq!(count(&x, |t| t.contains_key("highway")).1, 2_379);
    for a in &x.areas {
        assert!(a.polygons.0.iter().all(|p| p.exterior().0.len() >= 4), "{} {:?}", a.id, a.kind);
    }
}

#[test]
fn a_cut_off_or_garbled_extract_is_refused_as_a_whole() {
    let Some(path) = shared("osm-pbf/helsinki-centre.osm.pbf") else { return };
    let bytes = fs::read(path).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("半.osm.pbf");
    let read = |bytes: &[u8]| {
        fs::write(&copy, bytes).unwrap();
        let e = read_pbf(&copy, &Limits::default()).unwrap_err();
        assert!(e.to_string().contains("半.osm.pbf"), "{e}");
        e
    };
    for keep in [bytes.len() - 1, bytes.len() / 2, bytes.len() / 3, 400] {
        let e = read(&bytes[..keep]);
        assert!(matches!(e, OsmError::Truncated { .. }), "{keep}: {e:?}");
    }
    assert!(matches!(read(b""), OsmError::NotPbf { .. }));
    assert!(matches!(read(b"{\"type\":\"FeatureCollection\"}"), OsmError::NotPbf { .. }));
    for at in (200..bytes.len()).step_by(bytes.len() / 40) {
        let mut bad = bytes.clone();
        for b in &mut bad[at..(at + 8).min(bytes.len())] {
            *b ^= 0x5a;
        }
        fs::write(&copy, &bad).unwrap();
        // Any error will do; a panic will not.
        if let Err(e) = read_pbf(&copy, &Limits::default()) {
            assert!(
                matches!(e, OsmError::Damaged { .. } | OsmError::Truncated { .. } | OsmError::NotPbf { .. }),
                "{e:?}"
            );
        }
    }
    fs::write(&copy, &bytes).unwrap();
    let small = Limits { bytes: 1000, ..Limits::default() };
    assert!(matches!(read_pbf(&copy, &small), Err(OsmError::TooLarge { .. })));
}
