//! Guard, chain, check and repair on made-up ground.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops loudly")]

use criterion::{Criterion, criterion_group, criterion_main};
use partition::chain::{Chain, guard_all, levels_match};
use partition::coverage::{Recheck, analyse, repair};
use partition::frame::Region;
use std::hint::black_box;

fn right(c: &mut Criterion) {
    let (cells, boundary) = benches::grid(316, 316);
    let mut group = c.benchmark_group("100k cells");
    group.sample_size(10);
    group.bench_function("guard", |b| b.iter(|| black_box(guard_all(&cells))));
    group.bench_function("chain", |b| b.iter(|| black_box(Chain::of(&cells, None).residue())));
    group.bench_function("chain with borders", |b| b.iter(|| black_box(Chain::of(&cells, None).cancel())));
    group.bench_function("check", |b| b.iter(|| black_box(analyse(&cells, Some(&boundary)).unwrap())));
    group.finish();
}

/// Four levels above the cells, each of four areas of the level below.
fn nested(c: &mut Criterion) {
    let side = 256usize;
    let (cells, _) = benches::grid(side as i64, side as i64);
    let mut levels: Vec<(Vec<Region>, Vec<u32>)> = Vec::new();
    let mut regions = cells;
    for k in 0..5 {
        let side = side >> k;
        let parents: Vec<u32> =
            (0..side * side).map(|i| ((i / side / 2) * (side / 2) + i % side / 2) as u32).collect();
        let above = partition::plan::dissolve(&regions, &parents, side * side / 4);
        levels.push((regions, parents));
        regions = above;
    }
    let levels: Vec<(&[Region], &[u32])> = levels.iter().map(|(r, p)| (r.as_slice(), p.as_slice())).collect();
    let mut group = c.benchmark_group("65k cells");
    group.sample_size(10);
    group.bench_function("one level", |b| {
        b.iter(|| black_box((guard_all(levels[0].0), Chain::of(levels[0].0, None).residue())))
    });
    group.bench_function("five levels", |b| {
        b.iter(|| {
            // The others have the ground of their children.
            assert!(guard_all(levels[0].0).is_empty());
            assert_eq!(levels_match(&levels), [0; 4]);
        })
    });
    group.finish();
}

/// One edit and the check after it, and the same taken back: half of the time is one.
fn edits(c: &mut Criterion) {
    let (cells, boundary) = benches::grid(1000, 1000);
    let middle = 500 * 1000 + 500;
    let mut moved = cells[middle].clone();
    moved.parts[0].shell[7].x += 5_000_000;
    let right = cells[middle].clone();
    let mut coverage = Recheck::new(cells, Some(&boundary)).unwrap();
    let mut group = c.benchmark_group("1M cells");
    group.sample_size(50);
    group.bench_function("two edits, each checked", |b| {
        b.iter(|| {
            coverage.replace(middle as u32, moved.clone());
            let wrong = coverage.defects();
            coverage.replace(middle as u32, right.clone());
            assert!(!wrong.is_empty() && coverage.defects().is_empty());
        })
    });
    group.finish();
}

fn loose(c: &mut Criterion) {
    let (mut cells, boundary) = benches::grid(32, 32);
    benches::loosen(&mut cells, 20_000);
    let mut group = c.benchmark_group("1k cells, no border matches");
    group.sample_size(10);
    group.bench_function("check", |b| b.iter(|| black_box(analyse(&cells, Some(&boundary)).unwrap())));
    group.bench_function("repair", |b| {
        b.iter(|| black_box(repair::plan(&cells, Some(&boundary), &repair::Options::default()).unwrap()))
    });
    group.finish();
}

criterion_group!(benches, right, nested, edits, loose);
criterion_main!(benches);
