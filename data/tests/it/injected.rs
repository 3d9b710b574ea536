//! Defects of every kind, put into real coverages: found, measured, repaired.
//!
//! The short form runs with the tests; the whole one is `make soak`, which writes `docs/results/injection.md`.

use crate::injection::{KINDS, Kind, Truth, found_and_repaired};
use crate::support::{frame_of, read, shared};
use data::carry::{carry, carry_layers};
use data::frame::Frame;
use data::read::{Feature, FeatureSet};
use geo_types::{Coord, Geometry, LineString, MultiPolygon};
use partition::check::{Thresholds, coverage_findings, is_tiling_rule, nesting_findings};
use partition::coverage::{Parents, analyse, nesting};
use partition::frame::{Point, Region, RegionIndex, interior_point};
use partition::plan::dissolve;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::panic::AssertUnwindSafe;
use std::path::Path;

/// A real coverage in its frame, with its own outline as boundary.
struct Real {
    frame: Frame,
    cells: Vec<Region>,
    boundary: Region,
}

fn real(file: &Path) -> Real {
    let set = read(file);
    let frame = frame_of(&set);
    let cells = carry(&set, &frame).unwrap().regions;
    let boundary = dissolve(&cells, &vec![0; cells.len()], 1).remove(0);
    Real { frame, cells, boundary }
}

/// Nothing is found where nothing is wrong.
fn untouched(r: &Real) {
    let analysis = analyse(&r.cells, Some(&r.boundary)).unwrap();
    let findings = coverage_findings(&analysis, &r.cells, &Thresholds::default());
    let wrong: Vec<_> = findings.iter().filter(|f| is_tiling_rule(f.rule)).collect();
    assert!(wrong.is_empty(), "{} false findings, the first: {:?}", wrong.len(), wrong[0]);
}

/// Noise below the grid is snapped away, and the report says how far: the cells come back as they were.
fn noise(r: &Real) -> f64 {
    let set = FeatureSet {
        path: "noise".into(),
        layer: None,
        crs: r.frame.crs().unwrap().clone(),
        features: r.cells.iter().enumerate().map(|(i, c)| noisy(&r.frame, i, c)).collect(),
        sha256: String::new(),
    };
    let carried = carry(&set, &r.frame).unwrap();
    assert_eq!(carried.regions.iter().zip(&r.cells).filter(|(a, b)| !same_ground(a, b)).count(), 0);
    let moved = carried.report.max_moved_um;
    assert!(moved > 0.05 && moved < 0.5, "moved by {moved} µm");
    moved
}

fn same_ground(a: &Region, b: &Region) -> bool {
    let points = |r: &Region| r.rings().flatten().copied().collect::<BTreeSet<Point>>();
    a.twice_area_um2() == b.twice_area_um2() && points(a) == points(b)
}

/// A cell whose every vertex is a tenth of a micrometre off, each neighbour's copy in its own direction.
fn noisy(frame: &Frame, index: usize, cell: &Region) -> Feature {
    let off = if index.is_multiple_of(2) { 1e-7 } else { -1e-7 };
    let ring = |r: &Vec<Point>| -> LineString<f64> {
        let at = |p: &Point| {
            let [x, y] = frame.to_projected_m(*p);
            Coord { x: x + off, y: y - off }
        };
        r.iter().chain(r.first()).map(at).collect()
    };
    let part = |p: &partition::frame::Polygon| {
        geo_types::Polygon::new(ring(&p.shell), p.holes.iter().map(ring).collect())
    };
    Feature {
        index,
        id: Some(index.to_string()),
        properties: serde_json::Map::new(),
        geometry: Geometry::MultiPolygon(MultiPolygon(cell.parts.iter().map(part).collect())),
        unclosed_rings: 0,
    }
}

/// How many of up to twelve villages that reach 5 m into another town, with their borders matching, are found.
fn straddling(folder: &Path) -> (usize, usize) {
    let (villages, towns) = (read(folder.join("villages.geojson.gz")), read(folder.join("towns.geojson.gz")));
    let frame = frame_of(&towns);
    let [cells, parents]: [Vec<Region>; 2] = carry_layers(&[&villages, &towns], &frame)
        .unwrap()
        .into_iter()
        .map(|c| c.regions)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let index = RegionIndex::new(&parents);
    let middle = |r: &Region| r.parts.iter().find_map(interior_point);
    let of_cell: Vec<Option<u32>> = cells.iter().map(|c| index.at(middle(c)?)).collect();
    let p = Parents { regions: &parents, of_cell: &of_cell };
    let strays = |cells: &[Region]| {
        let found = nesting_findings(&nesting(cells, p), cells, &Thresholds::default(), |_| false);
        found.into_iter().filter(|f| f.rule.id() == "OVL-04" || f.rule.id() == "OVL-05").collect::<Vec<_>>()
    };
    let before = strays(&cells).len();
    // Vertices that exactly two cells have, of two towns, and no third one.
    let mut users: BTreeMap<Point, Vec<u32>> = BTreeMap::new();
    for (c, i) in cells.iter().zip(0..) {
        c.rings().flatten().for_each(|p| users.entry(*p).or_default().push(i));
    }
    let mut moved = cells.clone();
    let mut sites: Vec<Point> = Vec::new();
    for (at, who) in users {
        let [a, b] = who[..] else { continue };
        let two_towns = of_cell[a as usize].is_some()
            && of_cell[b as usize].is_some()
            && of_cell[a as usize] != of_cell[b as usize];
        let far = sites.iter().all(|s| (s.x - at.x).abs() + (s.y - at.y).abs() > 20_000_000_000);
        if !two_towns || !far || sites.len() == 12 {
            continue;
        }
        let mut changed = [a, b].map(|c| moved[c as usize].clone());
        for v in changed
            .iter_mut()
            .flat_map(|c| &mut c.parts)
            .flat_map(|p| std::iter::once(&mut p.shell).chain(&mut p.holes))
            .flatten()
        {
            if *v == at {
                v.x += 5_000_000;
            }
        }
        if changed.iter().all(|c| partition::chain::guard(c).is_ok()) {
            let [x, y] = changed;
            (moved[a as usize], moved[b as usize]) = (x, y);
            sites.push(at);
        }
    }
    let found = strays(&moved);
    let near = |s: &Point| {
        found
            .iter()
            .any(|f| f.ground.rings().flatten().any(|p| (p.x - s.x).abs() + (p.y - s.y).abs() < 12_000_000))
    };
    assert!(found.len() >= before);
    (sites.iter().filter(|s| near(s)).count(), sites.len())
}

#[test]
fn a_real_coverage_is_clean_and_what_is_put_into_it_is_found_and_repaired() {
    let Some(folder) = shared("bench-iowa-99") else { return };
    let r = real(&folder.join("units.geojson"));
    untouched(&r);
    noise(&r);
    let truth = Truth::new(&r.cells, &r.boundary);
    for kind in
        [Kind::Gap(10_000), Kind::Overlap(10), Kind::TJunction(1), Kind::Duplicate, Kind::Short(5_000_000)]
    {
        let found = found_and_repaired(&truth, kind);
        assert!(found >= 3, "{kind:?}: {found} places");
    }
}

/// Coverages of the whole form; each with the file of its cells.
const SETS: [(&str, &str); 5] = [
    ("bench-iowa-99", "units.geojson"),
    ("bench-hsinchu-2k", "units.geojson.gz"),
    ("bench-rockland-4.8k", "units.geojson"),
    ("bench-taipei-11k", "units.geojson.gz"),
    ("admin-tw-3level", "villages.geojson.gz"),
];

#[test]
#[ignore = "minutes: make soak"]
fn every_kind_in_every_coverage() {
    let mut page = String::new();
    let names: Vec<String> =
        KINDS.into_iter().chain([Kind::Thin(10_000)]).map(|k| format!("{k:?}")).collect();
    let mut rows: Vec<Vec<String>> = names.into_iter().map(|n| vec![n]).collect();
    rows.push(vec!["noise of 0.1 µm, below the grid: snapped".into()]);
    rows.push(vec!["cell 5 m across its parent's border".into()]);
    rows.push(vec!["untouched: false findings".into()]);
    let (mut sets, mut failed) = (Vec::new(), Vec::new());
    for (set, file) in SETS {
        let Some(folder) = shared(set) else { continue };
        let r = real(&folder.join(file));
        sets.push(format!("{set} ({} cells)", r.cells.len()));
        untouched(&r);
        let truth = Truth::new(&r.cells, &r.boundary);
        let kinds = KINDS.into_iter().chain([Kind::Thin(10_000)]);
        let mut figures: Vec<String> = kinds
            .map(|kind| {
                // One kind that fails must not hide what the others do.
                let found = std::panic::catch_unwind(AssertUnwindSafe(|| found_and_repaired(&truth, kind)));
                let Ok(found) = found else {
                    failed.push(format!("{set} {kind:?}"));
                    return "FAILED".into();
                };
                eprintln!("{set} {kind:?} {found}");
                format!("{found} of {found}")
            })
            .collect();
        figures.push(format!("moved {:.4} µm at most", noise(&r)));
        figures.push(if set == "admin-tw-3level" {
            let (found, sites) = straddling(&folder);
            assert_eq!(found, sites);
            format!("{found} of {sites}")
        } else {
            String::new()
        });
        figures.push("0".into());
        rows.iter_mut().zip(figures).for_each(|(row, f)| row.push(f));
    }
    writeln!(page, "| kind | {} |", sets.join(" | ")).unwrap();
    writeln!(page, "|---|{}", "---|".repeat(sets.len())).unwrap();
    rows.iter().for_each(|row| writeln!(page, "| {} |", row.join(" | ")).unwrap());
    if let Some(out) = std::env::var_os("WANGGE_RESULT") {
        std::fs::write(out, page).unwrap();
    }
    assert!(failed.is_empty(), "{failed:?}");
}
