//! Garbage through the readers and through the engine: an answer or an error, never a panic, never without end.
//!
//! Seeded, so that what fails can be run again: the seed is in the message. The short form runs with the tests;
//! `make fuzz SECONDS=600` goes on with new seeds as long as it is told.

use data::carry::carry;
use data::frame::Frame;
use data::read::{FeatureSet, Limits, ReadOptions, Source, read_features, read_objects};
use data::work::entangled::is_entangled;
use partition::chain::guard;
use partition::check::{Thresholds, coverage_findings};
use partition::coverage::{Analysis, Kind, Recheck, Simplify, analyse, repair, resolve, simplify};
use partition::frame::{Point, Polygon, Region};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n.max(1) as u64) as usize
    }
}

/// What files look like before they are damaged.
fn seeds(folder: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let square = |x: i32, id: &str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{"n":{x},"名":"格"}},"geometry":{{"type":"Polygon","coordinates":[[[12{x}.0,31.0],[12{x}.5,31.0],[12{x}.5,31.5],[12{x}.0,31.5],[12{x}.0,31.0]],[[12{x}.1,31.1],[12{x}.1,31.2],[12{x}.2,31.2],[12{x}.1,31.1]]]}}}}"#
        )
    };
    let json = format!(
        r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"EPSG:4490"}}}},"features":[{},{},{{"type":"Feature","properties":null,"geometry":{{"type":"MultiPoint","coordinates":[[120,31],[121,32]]}}}}]}}"#,
        square(0, "a"),
        square(1, "b")
    );
    let path = folder.join("seed.geojson");
    fs::write(&path, &json).unwrap();
    let set = read_features(&Source::file(&path), &ReadOptions::default()).unwrap();
    let frame = Frame::for_bounds(&set.crs, [120.0, 31.0], [121.5, 32.0]).unwrap();
    let ground = Region::single(Polygon {
        shell: [(0, 0), (9, 0), (9, 9), (0, 9)]
            .map(|(x, y)| Point::new(x * 1_000_000, y * 1_000_000))
            .to_vec(),
        holes: vec![],
    });
    let properties = serde_json::Map::new();
    let feature = data::write::OutFeature {
        id: Some("x"),
        properties: &properties,
        shape: data::write::Shape::Ground(&ground),
    };
    let gpkg = folder.join("seed.gpkg");
    data::store::gpkg::write_features(&gpkg, &frame, "cells", &[feature, feature]).unwrap();
    vec![("geojson", json.into_bytes()), ("gpkg", fs::read(&gpkg).unwrap())]
}

/// Flips, cuts, repeats and swaps bytes, or puts in what readers stumble over.
fn damage(dice: &mut Dice, bytes: &mut Vec<u8>) {
    const WORDS: [&[u8]; 12] = [
        b"1e309",
        b"-1e-320",
        b"NaN",
        b"null",
        b"[",
        b"]]]]",
        b"\"type\"",
        b"\xff\xfe",
        b"\0\0\0\0",
        b"\xff\xff\xff\x7f",
        b"999999999999999999999",
        b"{\"type\":\"GeometryCollection\",\"geometries\":[",
    ];
    for _ in 0..=dice.below(6) {
        let n = bytes.len();
        if n == 0 {
            return;
        }
        let at = dice.below(n);
        match dice.below(6) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes.truncate(at),
            2 => {
                let end = (at + dice.below(64)).min(n);
                bytes.drain(at..end);
            }
            3 => {
                let part = bytes[at..(at + dice.below(200)).min(n)].to_vec();
                bytes.splice(at..at, part);
            }
            4 => bytes[at] = dice.below(256) as u8,
            _ => {
                let word = WORDS[dice.below(WORDS.len())].iter().copied();
                bytes.splice(at..at, word);
            }
        }
    }
}

fn one_file(seeds: &[(&str, Vec<u8>)], folder: &Path, seed: u64) {
    let mut dice = Dice(seed);
    let (ending, bytes) = &seeds[dice.below(seeds.len())];
    let mut bytes = bytes.clone();
    damage(&mut dice, &mut bytes);
    let path = folder.join(format!("case.{ending}"));
    fs::write(&path, &bytes).unwrap();
    let options = ReadOptions {
        limits: Limits { bytes: 1 << 22, features: 1000, vertices: 10_000 },
        ..ReadOptions::default()
    };
    let source = Source::file(&path);
    read_objects(&source, &options).ok();
    if let Ok(set) = read_features(&source, &options) {
        through(&set);
    }
}

/// As `check` would go on with it.
fn through(set: &FeatureSet) {
    if is_entangled(&[set]) {
        return;
    }
    let Some((min, max)) = set.bounds() else { return };
    let Ok(frame) = Frame::for_bounds(&set.crs, min, max) else { return };
    let Ok(carried) = carry(set, &frame) else { return };
    let analysis = analyse(&carried.regions, None).unwrap();
    said(&analysis, &carried.regions);
}

/// Each defect is a finding with a sentence.
fn said(analysis: &Analysis, regions: &[Region]) {
    let findings = coverage_findings(analysis, regions, &Thresholds::default());
    assert!(findings.len() >= analysis.defects.len());
    assert!(findings.iter().all(|f| f.words(&|h: u32| h.to_string(), 1.0).en.starts_with(f.rule.rule().en)));
}

/// Regions on few places, so that everything touches, crosses and repeats.
fn knots(dice: &mut Dice) -> Vec<Region> {
    let side = 3 + dice.below(12) as i64;
    let step = [1, 1000, 10_000_019][dice.below(3)];
    let ring = |dice: &mut Dice| -> Vec<Point> {
        let n = dice.below(9);
        (0..n)
            .map(|_| {
                let mut at = || dice.below(side as usize) as i64 * step;
                Point::new(at(), at())
            })
            .collect()
    };
    let region = |dice: &mut Dice| {
        let parts = (0..dice.below(3)).map(|_| {
            let holes = (0..dice.below(2)).map(|_| ring(dice)).collect();
            Polygon::oriented(ring(dice), holes)
        });
        Region { parts: parts.collect() }
    };
    (0..1 + dice.below(8)).map(|_| region(dice)).collect()
}

fn one_knot(seed: u64) {
    let mut dice = Dice(seed);
    let mut regions = knots(&mut dice);
    let far = 200_000_000_000;
    let around = Region::single(Polygon {
        shell: [(-far, -far), (far, -far), (far, far), (-far, far)].map(|(x, y)| Point::new(x, y)).to_vec(),
        holes: vec![],
    });
    for boundary in [None, Some(&around)] {
        let analysis = analyse(&regions, boundary).unwrap();
        said(&analysis, &regions);
        if boundary.is_some() {
            areas_add_up(seed, &regions, &around, &analysis.defects);
        }
        let mended = |r: &[Region]| {
            let plan = repair::plan(r, boundary, &repair::Options::default()).unwrap();
            plan.apply(r)
        };
        let once = mended(&regions);
        assert_eq!(once.len(), regions.len());
        assert!(mended(&once) == once, "seed {seed}: repaired twice");
        let mut kept = Recheck::new(regions.clone(), boundary).unwrap();
        let other = knots(&mut dice);
        let c = dice.below(regions.len());
        let new = other[dice.below(other.len())].clone();
        let old = std::mem::replace(&mut regions[c], new.clone());
        kept.replace(c as u32, new);
        assert_eq!(kept.defects(), analyse(&regions, boundary).unwrap().defects, "seed {seed}");
        regions[c] = old;
    }
    for region in &regions {
        let meant = resolve(region);
        assert!(meant.parts.is_empty() || guard(&meant) == Ok(()), "seed {seed}: {region:?}");
    }
    let small = simplify(&regions, &Simplify { tolerance_m: 5.0, keep_outline: false });
    assert_eq!(small.len(), regions.len());
}

/// What all hold is the boundary without gaps, and overlaps once more for each holder too many, but for the half grid steps by
/// which lines are led over crossings.
fn areas_add_up(seed: u64, regions: &[Region], boundary: &Region, defects: &[partition::coverage::Defect]) {
    let meant: Vec<Region> =
        regions.iter().map(|r| if guard(r).is_ok() { r.clone() } else { resolve(r) }).collect();
    let held: i128 = meant.iter().map(Region::twice_area_um2).sum();
    let wrong: i128 = defects
        .iter()
        .map(|d| match d.kind {
            Kind::Gap => d.twice_area_um2(),
            Kind::Overlap | Kind::Nested => -(d.holders.len() as i128 - 1) * d.twice_area_um2(),
            _ => 0,
        })
        .sum();
    let rounding: i64 = meant.iter().map(Region::perimeter_um).sum::<i64>() * (1 + meant.len() as i64);
    let off = (held + wrong - boundary.twice_area_um2()).abs();
    assert!(off <= i128::from(rounding), "seed {seed}: {off} of {rounding}");
}

#[test]
fn damaged_files_end_in_an_answer_or_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let seeds = seeds(folder.path());
    (0..400).for_each(|seed| one_file(&seeds, folder.path(), seed));
}

#[test]
fn knots_of_lines_are_taken_apart() {
    (0..300).for_each(one_knot);
}

#[test]
#[ignore = "as long as it is told: make fuzz"]
fn on_and_on() {
    let seconds = std::env::var("WANGGE_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(60);
    let first: u64 = std::env::var("WANGGE_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let seeds = seeds(folder.path());
    let (end, mut seed) = (Instant::now() + Duration::from_secs(seconds), first);
    while Instant::now() < end {
        // What stops here is in the folder that the message names, and comes again with its seed.
        for (what, run) in [
            ("file", &one_file as &dyn Fn(&[(&str, Vec<u8>)], &Path, u64)),
            ("knot", &|_: &[(&str, Vec<u8>)], _: &Path, s| one_knot(s)),
        ] {
            let started = Instant::now();
            let outcome =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&seeds, folder.path(), seed)));
            assert!(outcome.is_ok(), "{what}, WANGGE_FUZZ_SEED={seed}, {}", folder.keep().display());
            let took = started.elapsed();
            assert!(took < Duration::from_secs(60), "{what}, WANGGE_FUZZ_SEED={seed} took {took:?}");
        }
        seed += 1;
    }
    eprintln!("seeds {first} to {}: nothing found", seed - 1);
}
