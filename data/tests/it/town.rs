//! Units of real towns.

use crate::support::shared;
use data::osm::{OsmExtract, read_pbf};
use data::read::Limits;
use data::work::town::{Area, DIVIDING_ROADS, Divide, Town, frame_for, from_osm, unit_options};
use partition::coverage::analyse;
use std::path::Path;

fn town(x: &OsmExtract, area: &Area, divide: &Divide) -> Town {
    let frame = frame_for(x, area).unwrap();
    from_osm(x, &frame, area, divide, &unit_options(), "test").unwrap()
}

fn streets() -> Divide {
    Divide::Lines { roads: DIVIDING_ROADS.map(String::from).to_vec() }
}

/// The bundled extract, and its box.
fn helsinki() -> (OsmExtract, Area) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/helsinki-centre/Helsinki.osm.pbf");
    let x = read_pbf(Path::new(path), &Limits::default()).unwrap();
    (x, Area::Box([24.9351766, 60.1641551, 24.9534132, 60.1791074]))
}

fn heaviest(t: &Town) -> i64 {
    *t.project.units.criteria[0].loads.iter().max().unwrap()
}

#[test]
fn blocks_of_helsinki_are_bounded_by_its_streets_and_cut_no_building() {
    let (x, area) = helsinki();
    let t = town(&x, &area, &streets());
    let u = &t.units;
    assert!(analyse(&u.regions, Some(&u.boundary)).unwrap().defects.is_empty());
    assert_eq!(u.buildings_cut, 0);
    assert!(
        10 * u.on_source_lines_um >= 9 * u.interior_border_um,
        "{} of {}",
        u.on_source_lines_um,
        u.interior_border_um
    );
    assert!((80..100).contains(&u.regions.len()), "{}", u.regions.len());
    assert!(heaviest(&t) < 800, "{}", heaviest(&t));
    assert!(t.areas_incomplete.is_empty());
}

#[test]
fn streets_that_the_extract_cuts_must_go_on_or_the_rim_of_helsinki_is_one_lump() {
    let (mut x, area) = helsinki();
    let cut = x.cuts.iter().filter(|c| c.tags.get("name").is_some_and(|n| n == "Hallituskatu"));
    assert_eq!(cut.count(), 1);
    let whole = town(&x, &area, &streets());
    x.cuts.clear();
    let lump = town(&x, &area, &streets());
    assert!(lump.units.on_continued_um < whole.units.on_continued_um);
    assert!(lump.units.blocks + 25 < whole.units.blocks, "{} {}", lump.units.blocks, whole.units.blocks);
    assert!(heaviest(&lump) > 2 * heaviest(&whole), "{} {}", heaviest(&lump), heaviest(&whole));
}

#[test]
fn no_unit_crosses_a_ward_of_monaco() {
    let Some(path) = shared("osm-pbf/monaco-2021-04-21.osm.pbf") else { return };
    let x = read_pbf(&path, &Limits::default()).unwrap();
    let area = Area::AdminLevel(10);
    let frame = frame_for(&x, &area).unwrap();
    let wgs84 = data::crs::Crs::wgs84().unwrap();
    for divide in [streets(), Divide::Squares(100.0), Divide::Hexagons(10)] {
        let t = town(&x, &area, &divide);
        assert_eq!(t.areas_incomplete, ["Jardin Exotique", "Les Monegetti", "Sainte-Dévote"]);
        let units = &t.project.units;
        assert_eq!(units.parent_names.len(), 6);
        for (p, name) in units.parent_names.iter().enumerate() {
            let ward = x
                .areas
                .iter()
                .find(|a| {
                    a.tags.get("name") == Some(name) && a.tags.get("admin_level").is_some_and(|l| l == "10")
                })
                .unwrap();
            let ward = data::carry::carry_polygons(&frame, &wgs84, &ward.polygons).unwrap();
            let members = (0..units.ids.len()).filter(|&u| units.parents[u] as usize == p);
            let ground: i128 = members.map(|u| units.regions[u].twice_area_um2()).sum();
            let off_m2 = (ground - ward.twice_area_um2()) as f64 / 2e12;
            // Snapping crossings to the micrometre moves areas by less than this; one building is a hundred times more.
            assert!(off_m2.abs() < 0.1, "{name}: {off_m2} m² too many");
        }
    }
}
