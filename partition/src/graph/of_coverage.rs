//! The unit graph of a coverage: the borders that matched.

use super::{GraphError, UnitGraph};
use crate::chain::{BOUNDARY, Border};
use crate::frame::{Point, Region};
use std::collections::BTreeMap;

/// The shortest border that makes two units neighbours, mm. Units that meet in less are not contiguous.
pub const MIN_SHARED_MM: i64 = 1000;

impl UnitGraph {
    /// The graph of `regions` whose matched `borders` are known (from [`Chain::cancel`](crate::chain::Chain::cancel)).
    ///
    /// Two units are neighbours when they share at least `min_shared_mm` of border in all.
    ///
    /// # Complexity
    /// O(n log n) in borders.
    ///
    /// # Errors
    /// [`GraphError`] for more than 2³¹ units or borders, or ground beyond the range of mm².
    pub fn of_coverage(
        regions: &[Region],
        borders: &[Border],
        min_shared_mm: i64,
    ) -> Result<Self, GraphError> {
        let mut shared_um: BTreeMap<(u32, u32), i64> = BTreeMap::new();
        for b in borders.iter().filter(|b| b.left != BOUNDARY && b.right != BOUNDARY) {
            *shared_um.entry((b.left.min(b.right), b.left.max(b.right))).or_default() += b.length_um();
        }
        let edges: Vec<(u32, u32, i64)> = shared_um
            .into_iter()
            .map(|((u, v), um)| (u, v, (um + 500) / 1000))
            .filter(|e| e.2 >= min_shared_mm)
            .collect();
        let area = regions.iter().map(|r| (r.twice_area_um2() / 2_000_000) as i64).collect();
        let perimeter = regions.iter().map(|r| (r.perimeter_um() + 500) / 1000).collect();
        Self::from_edges(area, perimeter, regions.iter().map(centroid).collect(), &edges)
    }
}

/// Mean of the shells' vertices, weighted by the lengths beside them: near enough to steer a bisection.
fn centroid(region: &Region) -> Point {
    let (mut x, mut y, mut weight) = (0i128, 0i128, 0i128);
    for part in &region.parts {
        for (&a, &b) in part.shell.iter().zip(part.shell.iter().cycle().skip(1)) {
            let l = i128::from(crate::frame::length_um(a, b));
            x += l * i128::from(a.x + b.x);
            y += l * i128::from(a.y + b.y);
            weight += 2 * l;
        }
    }
    let w = weight.max(1);
    Point::new((x / w) as i64, (y / w) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Chain;
    use crate::frame::Polygon;

    #[test]
    fn units_that_meet_in_a_hair_are_not_neighbours() {
        let m = 1_000_000;
        let rect = |x: i64, y: i64, w: i64, h: i64| {
            let p = |dx: i64, dy: i64| Point::new((x + dx) * m, (y + dy) * m);
            Region::single(Polygon { shell: vec![p(0, 0), p(w, 0), p(w, h), p(0, h)], holes: vec![] })
        };
        let mut units = [rect(0, 0, 10, 10), rect(10, 0, 10, 10), rect(0, 10, 20, 10)];
        // The third meets the second in half a metre only: the first reaches over.
        units[0].parts[0].shell[1].x = 19_500_000;
        units[0].parts[0].shell[2].x = 19_500_000;
        units[1].parts[0].shell[0].x = 19_500_000;
        units[1].parts[0].shell[3].x = 19_500_000;
        crate::chain::insert_touching(&mut units);
        let borders = Chain::of(&units, None).cancel().borders;
        let g = UnitGraph::of_coverage(&units, &borders, MIN_SHARED_MM).unwrap();
        assert_eq!(g.row(0), [1, 2]);
        assert_eq!(g.row(1), [0]);
        assert_eq!(g.neighbours(0).map(|e| e.1).collect::<Vec<_>>(), [10_000, 19_500]);
        assert_eq!(g.area_mm2[2], 200_000_000);
    }
}
