//! Real units of Wanhua.

use crate::coverage::check_zoom;
use crate::shared_data::shared;
use crate::support::{Plan, source};
use partition::frame::{Point, Polygon, Region};
use std::f64::consts::PI;
use std::time::Instant;
use tiles::Options;

/// 10⁻⁷ degrees are the frame here: the file's own numbers, so its borders match as they do there.
fn mercator(p: Point) -> [f64; 2] {
    let (lon, lat) = (p.x as f64 * 1e-7, (p.y as f64 * 1e-7).to_radians());
    [lon / 360.0 + 0.5, 0.5 - lat.tan().asinh() / (2.0 * PI)]
}

fn wanhua() -> Option<Plan> {
    let text = std::fs::read(shared("demo-taipei-wanhua/units.geojson")?).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let features = json["features"].as_array().unwrap();
    let ring = |r: &serde_json::Value| {
        let whole = |v: &serde_json::Value| (v.as_f64().unwrap() * 1e7).round() as i64;
        let mut ring: Vec<Point> =
            r.as_array().unwrap().iter().map(|p| Point::new(whole(&p[0]), whole(&p[1]))).collect();
        ring.pop();
        ring
    };
    let units: Vec<Region> = features
        .iter()
        .map(|f| {
            let rings = f["geometry"]["coordinates"].as_array().unwrap();
            let holes = rings[1..].iter().map(ring).collect();
            Region::single(Polygon::oriented(ring(&rings[0]), holes))
        })
        .collect();
    let zone = |f: &serde_json::Value| f["properties"]["code2"].as_str().unwrap().to_owned();
    let mut zones: Vec<String> = features.iter().map(zone).collect();
    zones.sort();
    zones.dedup();
    let labels = features.iter().map(|f| zones.binary_search(&zone(f)).unwrap() as u32).collect();
    Some(Plan { units, labels, cells: zones.len() })
}

#[test]
fn wanhua_is_a_coverage_in_every_tile_of_its_zooms() {
    let Some(plan) = wanhua() else { return };
    assert_eq!((plan.units.len(), plan.cells), (341, 25));
    let s = source(&plan, &Options::default(), mercator);
    for z in s.min_zoom()..=17 {
        assert!(check_zoom(&plan, &s, z).0 > 0);
    }
    // Each unit its own cell, drawn from the first zoom, far below its level.
    let alone = Plan { labels: (0..341).collect(), cells: 341, ..plan };
    let s = source(&alone, &Options { min_zoom: Some(0), ..Options::default() }, mercator);
    for z in 0..=14 {
        check_zoom(&alone, &s, z);
    }
}

#[test]
fn wanhua_tiles_per_second() {
    let Some(plan) = wanhua() else { return };
    let start = Instant::now();
    let s = source(&plan, &Options::default(), mercator);
    eprintln!(
        "built in {:?}, zooms {} to {}, units from {:?}",
        start.elapsed(),
        s.min_zoom(),
        s.max_zoom(),
        s.units_from_zoom()
    );
    for z in s.min_zoom()..=s.max_zoom() {
        let [[x0, x1], [y0, y1]] = s.tile_range(z).unwrap();
        let (start, mut tiles, mut bytes) = (Instant::now(), 0_u32, 0);
        for (x, y) in (x0..=x1).flat_map(|x| (y0..=y1).map(move |y| (x, y))) {
            tiles += 1;
            bytes += s.tile(z, x, y).unwrap().map_or(0, |b| b.len());
        }
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("z{z}: {tiles} tiles, {bytes} bytes, {:.0} tiles/s", f64::from(tiles) / seconds);
    }
}
