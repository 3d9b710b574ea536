//! A source of tiles, one tile, and what an edit costs, on made-up ground.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops loudly")]

use criterion::{Criterion, criterion_group, criterion_main};
use partition::chain::Chain;
use partition::frame::Point;
use partition::graph::{MIN_SHARED_MM, UnitGraph};
use partition::plan::{Draft, Ground, Operation};
use std::hint::black_box;
use tiles::{CellAttributes, Figures, Options, SourceInput, TileSource, UnitAttributes};

const SIDE: usize = 100;
/// Units along the side of a cell.
const EDGE: usize = 5;

/// Metres from an origin on the equator, as shares of the web map.
fn flat(p: Point) -> [f64; 2] {
    let world_um = 40_075_016_685_578.5;
    [0.5 + p.x as f64 / world_um, 0.5 - p.y as f64 / world_um]
}

fn figures() -> Figures {
    Figures { households: Some(300), ..Figures::default() }
}

fn served(c: &mut Criterion) {
    let (units, _) = benches::grid(SIDE as i64, SIDE as i64);
    let count = units.len();
    let across = SIDE / EDGE;
    let mut labels: Vec<u32> =
        (0..count).map(|i| (i / SIDE / EDGE * across + i % SIDE / EDGE) as u32).collect();
    let cells: Vec<CellAttributes> = (1..=(across * across) as u64)
        .map(|id| CellAttributes {
            id,
            code: format!("{id:03}"),
            name: format!("第{id}网格"),
            level: 1,
            figures: figures(),
        })
        .collect();
    let named: Vec<UnitAttributes> = (1..=count as u64)
        .map(|id| UnitAttributes { id, code: format!("U{id:05}"), figures: figures() })
        .collect();
    fn input<'a>(
        units: &'a [partition::frame::Region],
        labels: &'a [u32],
        cells: &'a [CellAttributes],
        unit_attributes: &'a [UnitAttributes],
    ) -> SourceInput<'a> {
        SourceInput { units, labels, cells, unit_attributes, context: &[] }
    }
    let source = TileSource::new(input(&units, &labels, &cells, &named), &Options::default(), &flat).unwrap();
    let mut group = c.benchmark_group("10k units, 400 cells");
    group.sample_size(20);
    group.bench_function("tile source", |b| {
        b.iter(|| {
            black_box(TileSource::new(input(&units, &labels, &cells, &named), &Options::default(), &flat))
        })
    });
    for (what, z) in
        [("first", source.min_zoom()), ("middle", source.min_zoom() + 3), ("last", source.max_zoom())]
    {
        let [[x0, x1], [y0, y1]] = source.tile_range(z).unwrap();
        let (x, y) = ((x0 + x1) / 2, (y0 + y1) / 2);
        group.bench_function(format!("tile of the {what} zoom"), |b| {
            b.iter(|| black_box(source.tile(z, x, y).unwrap()))
        });
    }
    // The last unit of a cell's first row goes to the cell beside it.
    let (unit, to) = (EDGE - 1, 1);
    labels[unit] = to;
    group.bench_function("source after an edit", |b| {
        b.iter(|| black_box(source.relabelled(input(&units, &labels, &cells, &[]), &flat).unwrap()))
    });
    labels[unit] = 0;
    let borders = Chain::of(&units, None).cancel().borders;
    let graph = UnitGraph::of_coverage(&units, &borders, MIN_SHARED_MM).unwrap();
    let ground = Ground::new(graph, vec![0; count]);
    let draft = Draft::new(labels, (across * across) as u32);
    let operation = Operation::Assign { units: vec![unit as u32], cell: to };
    group.bench_function("edit looked at", |b| {
        b.iter(|| black_box(draft.propose(&ground, &operation).unwrap()))
    });
    group.finish();
}

criterion_group!(benches, served);
criterion_main!(benches);
