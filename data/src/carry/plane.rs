//! The source plane: the input's own coordinates as integers.

use super::{CarryReport, DroppedRing, dedup, orient};
use crate::read::FeatureSet;
use partition::frame::{MAX_COORD_UM, Point, Polygon, Region, Ring};

/// Counts decimal digits from a whole-numbered origin.
///
/// Decimal, because files are: a vertex half-way along a neighbour's edge is so in the digits of the file, not in their
/// nearest binary fractions. As fine as the range of the integers allows, down to 1e-13 degree (0.01 µm), so that
/// numbers written with all digits of a double still come back to the same micrometre.
pub(super) struct Plane {
    scale: f64,
    origin: [i64; 2],
}

impl Plane {
    /// The plane for sets of one coordinate system.
    pub(super) fn for_sets<'a>(sets: impl Iterator<Item = &'a FeatureSet> + Clone) -> Self {
        let boxes = sets.clone().filter_map(FeatureSet::bounds);
        let (min, max) = boxes
            .reduce(|(a, b), (c, d)| ([a[0].min(c[0]), a[1].min(c[1])], [b[0].max(d[0]), b[1].max(d[1])]))
            .unwrap_or_default();
        let geographic = sets.clone().any(|s| s.crs.is_geographic());
        // Around the middle, at a whole degree or unit.
        let middle = [0, 1].map(|i| ((min[i] + max[i]) / 2.0).round());
        let extent = (0..2).map(|i| (max[i] - middle[i]).max(middle[i] - min[i])).fold(0.0, f64::max);
        let largest = min.iter().chain(&max).fold(0.0_f64, |m, c| m.max(c.abs()));
        let finest = if geographic { 13 } else { 8 };
        // The offset fits the integers of `partition`, and the product is small enough (2⁵¹) that rounding finds
        // the decimal number a double stands for.
        let fits =
            |scale: f64| extent * scale <= MAX_COORD_UM as f64 && largest * scale <= (1_u64 << 51) as f64;
        let scale = (0..=finest).rev().map(|d| 10_f64.powi(d)).find(|&s| fits(s)).unwrap_or(1.0);
        Self { scale, origin: middle.map(|m| (m * scale) as i64) }
    }

    /// The position a point of the plane stands for: the double nearest to its decimal number.
    pub(super) fn position(&self, p: Point) -> [f64; 2] {
        [(p.x + self.origin[0]) as f64 / self.scale, (p.y + self.origin[1]) as f64 / self.scale]
    }

    fn point(&self, c: geo_types::Coord<f64>) -> Point {
        let [x, y] = [c.x, c.y].map(|v| (v * self.scale).round() as i64);
        Point::new(x - self.origin[0], y - self.origin[1])
    }

    fn ring(&self, line: &geo_types::LineString<f64>, report: &mut CarryReport) -> Ring {
        let mut ring: Ring = line.0.iter().map(|&c| self.point(c)).collect();
        // The closing point is no duplicate.
        let closed = ring.len() > 1 && ring.first() == ring.last();
        report.duplicates_removed += dedup(&mut ring).saturating_sub(usize::from(closed));
        ring
    }

    /// A feature's polygons in the source plane, the ground to the left of each ring, as neighbours' edges cancel only
    /// when they run opposite ways. A ring of fewer than three points is emptied and reported.
    pub(super) fn region(
        &self,
        feature: usize,
        parts: &[&geo_types::Polygon<f64>],
        report: &mut CarryReport,
    ) -> Region {
        let parts = parts.iter().enumerate().map(|(part, p)| {
            let mut rings =
                std::iter::once(p.exterior()).chain(p.interiors()).enumerate().map(|(n, line)| {
                    let mut ring = self.ring(line, report);
                    if ring.len() < 3 {
                        report.rings_dropped.push(DroppedRing { feature, part, ring: n });
                        ring.clear();
                    }
                    report.rings_reversed += usize::from(orient(&mut ring, n == 0));
                    ring
                });
            let shell = rings.next().unwrap_or_default();
            Polygon { shell, holes: rings.collect() }
        });
        Region { parts: parts.collect() }
    }
}
