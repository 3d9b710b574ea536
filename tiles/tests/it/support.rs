//! Coverages for tests, and tiles read back.

use fast_mvt::{MvtGeometry, MvtPolygon, MvtReaderRef, MvtValue};
use partition::coverage::{Defect, Kind, analyse};
use partition::frame::{Bounds, Point, Polygon, Region};
use std::collections::BTreeMap;
use tiles::{CellAttributes, Figures, Options, SourceInput, TileSource, UnitAttributes};

/// A small generator for test data.
pub(crate) struct Dice(pub u64);

impl Dice {
    /// A number in `0..n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A plan to be drawn.
pub(crate) struct Plan {
    pub(crate) units: Vec<Region>,
    pub(crate) labels: Vec<u32>,
    pub(crate) cells: usize,
}

/// Length of the equator, µm: frames of tests are metres of the web map around 0°.
const WORLD_UM: f64 = 40_075_016.685_578_5 * 1e6;

/// The projection of frames that are metres of the web map.
pub(crate) fn flat(p: Point) -> [f64; 2] {
    [0.5 + p.x as f64 / WORLD_UM, 0.5 - p.y as f64 / WORLD_UM]
}

/// A side between two corners with `bends` vertices off the straight line, more so in its middle, so that sides that
/// leave a corner do not cross.
fn side(a: Point, b: Point, bends: i64, shake: i64, dice: &mut Dice) -> Vec<Point> {
    let mut line = vec![a];
    for i in 1..=bends {
        let at = |p: i64, q: i64| p + (q - p) * i / (bends + 1);
        let reach = shake * i.min(bends + 1 - i) / ((bends + 1) / 2);
        let mut off = || dice.below(2 * reach as u64 + 1) as i64 - reach;
        line.push(Point::new(at(a.x, b.x) + off(), at(a.y, b.y) + off()));
    }
    line
}

/// `n` × `n` quadrilaterals of `size_m`, corners moved by up to 30 %, sides bent by up to `shake_m`; `k` × `k` of them form a
/// cell. A coverage while the shake is at most 4 % of the size; that is asserted.
pub(crate) fn jittered(seed: u64, n: i64, k: i64, size_m: i64, shake_m: i64) -> Plan {
    let dice = &mut Dice(seed);
    let size = size_m * 1_000_000;
    let reach = size * 3 / 10;
    let mut corner = BTreeMap::new();
    for i in 0..=n {
        for j in 0..=n {
            let mut off = || dice.below(2 * reach as u64 + 1) as i64 - reach;
            corner.insert((i, j), Point::new(i * size + off(), j * size + off()));
        }
    }
    let mut sides = BTreeMap::new();
    for (&(i, j), &p) in &corner {
        for q in [(i + 1, j), (i, j + 1)] {
            if let Some(&to) = corner.get(&q) {
                sides.insert(((i, j), q), side(p, to, 5, shake_m * 1_000_000, dice));
            }
        }
    }
    let along = |from: (i64, i64), to: (i64, i64)| {
        if let Some(s) = sides.get(&(from, to)) {
            return s.clone();
        }
        let mut s: Vec<Point> = sides[&(to, from)][1..].iter().rev().copied().collect();
        s.insert(0, corner[&from]);
        s
    };
    let (mut units, mut labels) = (Vec::new(), Vec::new());
    for i in 0..n {
        for j in 0..n {
            let c = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
            let shell = (0..4).flat_map(|k| along(c[k], c[(k + 1) % 4])).collect();
            units.push(Region::single(Polygon { shell, holes: vec![] }));
            labels.push((i / k * (n / k) + j / k) as u32);
        }
    }
    assert!(analyse(&units, None).unwrap().defects.is_empty(), "seed {seed}: the plan itself is no coverage");
    Plan { units, labels, cells: ((n / k) * (n / k)) as usize }
}

/// Attributes that can be told apart.
pub(crate) fn cell_attributes(n: usize) -> Vec<CellAttributes> {
    (0..n)
        .map(|i| CellAttributes {
            id: 1000 + i as u64,
            code: format!("A{i:03}"),
            name: format!("第{i}网格"),
            level: 3,
            figures: Figures {
                households: Some(300 + i as u64),
                visits_month: Some(12.5 + i as f64),
                deviation: Some(-0.25),
                polsby_popper: Some(0.5),
                area_m2: Some(1e4),
            },
        })
        .collect()
}

/// Attributes of units.
pub(crate) fn unit_attributes(n: usize) -> Vec<UnitAttributes> {
    (0..n)
        .map(|i| UnitAttributes { id: i as u64, code: format!("U{i}"), figures: Figures::default() })
        .collect()
}

/// A source without context.
pub(crate) fn source(plan: &Plan, options: &Options, project: impl Fn(Point) -> [f64; 2]) -> TileSource {
    let input = SourceInput {
        units: &plan.units,
        labels: &plan.labels,
        cells: &cell_attributes(plan.cells),
        unit_attributes: &unit_attributes(plan.units.len()),
        context: &[],
    };
    TileSource::new(input, options, &project).unwrap()
}

/// A feature read back.
pub(crate) struct Feature {
    pub(crate) id: Option<u64>,
    pub(crate) geometry: MvtGeometry,
    pub(crate) tags: BTreeMap<String, MvtValue>,
}

/// The layers of a tile by name.
pub(crate) fn decode(bytes: &[u8]) -> BTreeMap<String, Vec<Feature>> {
    let reader = MvtReaderRef::new(bytes).unwrap();
    let mut out = BTreeMap::new();
    for layer in reader.layers() {
        let features = layer
            .features()
            .map(|f| Feature {
                id: f.id(),
                geometry: f.geometry().unwrap(),
                tags: f
                    .properties()
                    .map(|p| {
                        let (k, v) = p.unwrap();
                        (k.to_owned(), v.into_owned())
                    })
                    .collect(),
            })
            .collect();
        assert!(out.insert(layer.name().to_owned(), features).is_none());
    }
    out
}

/// The features of a layer in all tiles of a zoom.
pub(crate) fn all(source: &TileSource, z: u8, layer: &str) -> Vec<Feature> {
    let [[x0, x1], [y0, y1]] = source.tile_range(z).unwrap();
    let tiles = (x0..=x1).flat_map(|x| (y0..=y1).map(move |y| (x, y)));
    let layers = tiles.filter_map(|(x, y)| Some(decode(&source.tile(z, x, y).unwrap()?)));
    layers.filter_map(|mut layers| layers.remove(layer)).flatten().collect()
}

/// The ground of a feature, y north; asserts what MVT 2.1 asks of winding.
pub(crate) fn region(geometry: &MvtGeometry) -> Region {
    let polygons: Vec<MvtPolygon> = match geometry {
        MvtGeometry::Polygon(p) => vec![p.clone()],
        MvtGeometry::MultiPolygon(m) => m.0.clone(),
        other => panic!("no ground: {other:?}"),
    };
    let ring = |line: &fast_mvt::MvtLineString| {
        let mut r: Vec<Point> = line.0.iter().map(|c| Point::new(i64::from(c.x), -i64::from(c.y))).collect();
        assert_eq!(r.pop(), r.first().copied(), "rings are closed");
        // Exterior rings run clockwise on the screen, here counter-clockwise once turned.
        r.reverse();
        r
    };
    let parts = polygons
        .iter()
        .map(|p| Polygon { shell: ring(p.exterior()), holes: p.interiors().iter().map(ring).collect() });
    Region { parts: parts.collect() }
}

/// The tile with its buffer.
pub(crate) fn whole_box() -> Region {
    let p = Point::new;
    Region::single(Polygon {
        shell: vec![p(-64, -4160), p(4160, -4160), p(4160, 64), p(-64, 64)],
        holes: vec![],
    })
}

/// Grounds of a layer by id; none when the layer is absent.
pub(crate) fn grounds(layers: &BTreeMap<String, Vec<Feature>>, layer: &str) -> BTreeMap<u64, Region> {
    layers.get(layer).into_iter().flatten().map(|f| (f.id.unwrap(), region(&f.geometry))).collect()
}

/// What is wrong with the ground of a layer: everything but holes of the domain. Full where the layer fills the tile.
pub(crate) fn defects(grounds: &BTreeMap<u64, Region>, fills: bool) -> Vec<Defect> {
    let regions: Vec<Region> = grounds.values().cloned().collect();
    let boundary = fills.then(whole_box);
    analyse(&regions, boundary.as_ref()).unwrap().defects
}

/// Vertices of a region strictly within the tile, at least `margin` from the buffered box, in steps of the world.
pub(crate) fn inner_points(region: &Region, tile: [u32; 2], margin: i64) -> Vec<Point> {
    let b = Bounds { min: Point::new(-64, -4160), max: Point::new(4160, 64) }.grown(-margin);
    let mut points: Vec<Point> = region
        .rings()
        .flatten()
        .filter(|p| b.meets(&Bounds { min: **p, max: **p }))
        .map(|p| Point::new(p.x + i64::from(tile[0]) * 4096, p.y - i64::from(tile[1]) * 4096))
        .collect();
    points.sort_unstable();
    points.dedup();
    points
}

/// Whether any of it is a gap, an overlap, or borders that do not match.
pub(crate) fn kinds(defects: &[Defect]) -> Vec<Kind> {
    defects.iter().map(|d| d.kind).collect()
}
