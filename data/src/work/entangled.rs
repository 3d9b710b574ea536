//! Whether features are too entangled for a server to look into.

use crate::read::FeatureSet;
use geo_types::{Geometry, Line, MultiPolygon, Polygon};
use partition::frame::{Bounds, Point, meeting_pairs};

/// Pairs of edges that may come near each other: for each edge, and beside. Ordinary coverages have a dozen for each.
const PAIRS: usize = 64;
const PAIRS_BESIDE: usize = 1_000_000;

/// Whether the edges of `sets` come near each other in more pairs than can be looked into. Carrying and checking take time
/// and memory with the number of pairs, so a server asks this first.
///
/// O(n log n) for n edges.
#[must_use]
pub fn is_entangled(sets: &[&FeatureSet]) -> bool {
    let boxes = sets.iter().filter_map(|s| s.bounds().map(|b| (s, b))).flat_map(|(set, (min, max))| {
        // Only who meets whom counts, so any whole numbers do that keep the order.
        let scale = (1_u64 << 40) as f64 / (max[0] - min[0]).max(max[1] - min[1]).max(f64::MIN_POSITIVE);
        let whole = move |c: geo_types::Coord<f64>| {
            Point::new(((c.x - min[0]) * scale) as i64, ((c.y - min[1]) * scale) as i64)
        };
        edges(set).map(move |l| Bounds::of_segment(whole(l.start), whole(l.end)))
    });
    // What is drawn again and again on one place counts once.
    let mut boxes: Vec<Bounds> = boxes.collect();
    boxes.sort_unstable_by_key(|b| (b.min, b.max));
    boxes.dedup();
    let most = PAIRS_BESIDE + PAIRS * boxes.len();
    let mut pairs = 0;
    meeting_pairs(&boxes, |_, _| {
        pairs += 1;
        pairs <= most
    });
    pairs > most
}

fn edges(set: &FeatureSet) -> impl Iterator<Item = Line<f64>> + '_ {
    fn polygons(g: &Geometry<f64>) -> Vec<&Polygon<f64>> {
        match g {
            Geometry::Polygon(p) => vec![p],
            Geometry::MultiPolygon(MultiPolygon(m)) => m.iter().collect(),
            Geometry::GeometryCollection(c) => c.0.iter().flat_map(polygons).collect(),
            _ => Vec::new(),
        }
    }
    let rings = set.features.iter().flat_map(|f| polygons(&f.geometry));
    rings.flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())).flat_map(|r| r.lines())
}
