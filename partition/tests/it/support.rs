//! Graphs for tests, and the real ones where they are at hand.

pub(crate) use crate::shared_data::shared;
use partition::{frame::Point, graph::UnitGraph};
use std::io::Read;

/// A small generator for test data; unrelated to the library's own.
pub(crate) struct Dice(pub u64);

impl Dice {
    /// A number in `0..n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// `columns` × `rows` squares of 100 m, without those that `hole` names, in row order.
pub(crate) fn grid(columns: u32, rows: u32, hole: impl Fn(u32, u32) -> bool) -> UnitGraph {
    let mut number = vec![None; (columns * rows) as usize];
    let mut centre = Vec::new();
    for y in 0..rows {
        for x in 0..columns {
            if !hole(x, y) {
                number[(y * columns + x) as usize] = Some(centre.len() as u32);
                centre.push(Point::new(i64::from(x) * 100_000_000, i64::from(y) * 100_000_000));
            }
        }
    }
    let at = |x: u32, y: u32| (x < columns && y < rows).then(|| number[(y * columns + x) as usize]).flatten();
    let mut edges = Vec::new();
    for y in 0..rows {
        for x in 0..columns {
            for (u, v) in [(x + 1, y), (x, y + 1)] {
                if let (Some(a), Some(b)) = (at(x, y), at(u, v)) {
                    edges.push((a, b, 100_000));
                }
            }
        }
    }
    let n = centre.len();
    UnitGraph::from_edges(vec![10_000_000_000; n], vec![400_000; n], centre, &edges).unwrap()
}

/// The bytes of a file, unpacked when its name ends in `.gz`.
pub(crate) fn bytes(path: &std::path::Path) -> Vec<u8> {
    let raw = std::fs::read(path).unwrap();
    if path.extension().is_some_and(|e| e == "gz") {
        let mut out = Vec::new();
        flate2::read::GzDecoder::new(&raw[..]).read_to_end(&mut out).unwrap();
        return out;
    }
    raw
}

/// A published benchmark graph with its households.
pub(crate) fn bench(folder: &str) -> Option<(UnitGraph, Vec<i64>)> {
    let nodes = shared(&format!("{folder}/nodes.csv.gz"))?;
    let edges = shared(&format!("{folder}/edges.csv.gz"))?;
    read_graph(&nodes, &edges, |_| true)
}

/// A column of whole numbers of a published benchmark graph.
pub(crate) fn bench_column(folder: &str, name: &str) -> Option<Vec<i64>> {
    let nodes = bytes(&shared(&format!("{folder}/nodes.csv.gz"))?);
    let mut reader = csv::Reader::from_reader(&nodes[..]);
    let column = reader.headers().unwrap().iter().position(|h| h == name).unwrap();
    Some(reader.records().map(|row| row.unwrap()[column].parse().unwrap()).collect())
}

/// Reads the rows of `nodes` that `keep` wants (by county).
pub(crate) fn read_graph(
    nodes: &std::path::Path,
    edges: &std::path::Path,
    keep: impl Fn(&str) -> bool,
) -> Option<(UnitGraph, Vec<i64>)> {
    let nodes = bytes(nodes);
    let mut reader = csv::Reader::from_reader(&nodes[..]);
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let [households, area, lon, lat, county] =
        ["households", "area_m2", "lon", "lat", "county_id"].map(column);
    let (mut areas, mut centres, mut loads, mut number) = (vec![], vec![], vec![], vec![]);
    for row in reader.records() {
        let row = row.unwrap();
        if !keep(&row[county]) {
            number.push(None);
            continue;
        }
        number.push(Some(loads.len() as u32));
        let real = |i: usize| row[i].parse::<f64>().unwrap();
        areas.push((real(area) * 1e6) as i64);
        loads.push(row[households].parse().unwrap());
        // Local metres are enough for a sweep line.
        let (x, y) = (real(lon) * 111_320.0 * real(lat).to_radians().cos(), real(lat) * 110_574.0);
        centres.push(Point::new((x * 1e6) as i64, (y * 1e6) as i64));
    }
    let edges = bytes(edges);
    let list: Vec<(u32, u32, i64)> = csv::Reader::from_reader(&edges[..])
        .records()
        .filter_map(|row| {
            let row = row.unwrap();
            let end = |i: usize| number[row[i].parse::<usize>().unwrap()];
            Some((end(0)?, end(1)?, (row[2].parse::<f64>().unwrap() * 1e3) as i64))
        })
        .collect();
    let perimeters = vec![0; areas.len()];
    Some((UnitGraph::from_edges(areas, perimeters, centres, &list).unwrap(), loads))
}

/// Wanhua: graph, households, zone of each unit, names of the zones.
pub(crate) struct Wanhua {
    /// Who borders whom.
    pub(crate) graph: UnitGraph,
    /// Households.
    pub(crate) loads: Vec<i64>,
    /// Zone number of each unit.
    pub(crate) zones: Vec<u32>,
    /// `code2` of each zone number.
    pub(crate) names: Vec<String>,
}

pub(crate) fn wanhua() -> Option<Wanhua> {
    let units = bytes(&shared("demo-taipei-wanhua/units.geojson")?);
    let adjacency = bytes(&shared("demo-taipei-wanhua/adjacency.csv")?);
    let units: serde_json::Value = serde_json::from_slice(&units).unwrap();
    let features = units["features"].as_array().unwrap();
    let text = |f: &serde_json::Value, k: &str| f["properties"][k].as_str().unwrap().to_owned();
    let ids: Vec<String> = features.iter().map(|f| text(f, "id")).collect();
    let mut names: Vec<String> = features.iter().map(|f| text(f, "code2")).collect();
    let zone_names = names.clone();
    names.sort();
    names.dedup();
    let zones = zone_names.iter().map(|z| names.binary_search(z).unwrap() as u32).collect();
    let loads = features.iter().map(|f| f["properties"]["households"].as_i64().unwrap()).collect();
    let areas =
        features.iter().map(|f| (f["properties"]["area_m2"].as_f64().unwrap() * 1e6) as i64).collect();
    let mut perimeters = Vec::new();
    let mut centres = Vec::new();
    for f in features {
        let ring = f["geometry"]["coordinates"][0].as_array().unwrap();
        let points: Vec<(f64, f64)> = ring
            .iter()
            .map(|p| {
                let (lon, lat) = (p[0].as_f64().unwrap(), p[1].as_f64().unwrap());
                (lon * 111_320.0 * 25.04_f64.to_radians().cos(), lat * 110_574.0)
            })
            .collect();
        let length: f64 = points.windows(2).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum();
        perimeters.push((length * 1e3) as i64);
        let n = points.len() as f64;
        let (x, y) = points.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0 / n, s.1 + p.1 / n));
        centres.push(Point::new((x * 1e6) as i64, (y * 1e6) as i64));
    }
    let edges: Vec<(u32, u32, i64)> = csv::Reader::from_reader(&adjacency[..])
        .records()
        .map(|row| {
            let row = row.unwrap();
            let unit = |i: usize| ids.iter().position(|id| *id == row[i]).unwrap() as u32;
            (unit(0), unit(1), (row[2].parse::<f64>().unwrap() * 1e3) as i64)
        })
        .collect();
    let graph = UnitGraph::from_edges(areas, perimeters, centres, &edges).unwrap();
    Some(Wanhua { graph, loads, zones, names })
}
