//! Which region a point lies in.

use super::{Bounds, BoxIndex, Orientation, Point, Region, orient};

/// What the directed edge adds to the winding number of `p`: crossings of the ray from `p` due west, half-open upwards.
#[must_use]
pub fn winding_step(a: Point, b: Point, p: Point) -> i32 {
    if (a.y <= p.y) == (b.y <= p.y) {
        return 0;
    }
    match (a.y <= p.y, orient(a, b, p)) {
        (true, Orientation::Right) => -1,
        (false, Orientation::Left) => 1,
        _ => 0,
    }
}

/// Regions, found by place.
///
/// Borders belong to one side only (half-open: ground owns its eastern and upper border), so that in a coverage every
/// point of the domain, borders included, lies in exactly one region.
#[derive(Clone, Debug)]
pub struct RegionIndex<R> {
    regions: R,
    boxes: BoxIndex,
}

impl<R: AsRef<[Region]>> RegionIndex<R> {
    /// Indexes `regions`, borrowed or its own. O(n log n).
    #[must_use]
    pub fn new(regions: R) -> Self {
        let nowhere = Bounds { min: Point::new(i64::MAX, i64::MAX), max: Point::new(i64::MAX, i64::MAX) };
        let boxes = BoxIndex::new(regions.as_ref().iter().map(|r| r.bounds().unwrap_or(nowhere)));
        Self { regions, boxes }
    }

    /// The region at `p`; the smallest number where several overlap. O(log n + edges of the candidates).
    #[must_use]
    pub fn at(&self, p: Point) -> Option<u32> {
        self.holding(p).min()
    }

    /// All regions at `p`, ascending.
    #[must_use]
    pub fn all_at(&self, p: Point) -> Vec<u32> {
        let mut all: Vec<u32> = self.holding(p).collect();
        all.sort_unstable();
        all
    }

    fn holding(&self, p: Point) -> impl Iterator<Item = u32> + '_ {
        let near = self.boxes.meeting(Bounds { min: p, max: p });
        near.filter(move |&i| contains(&self.regions.as_ref()[i as usize], p))
    }
}

/// Whether `p` lies in `region`, borders half-open as in [`RegionIndex`].
#[must_use]
pub fn contains(region: &Region, p: Point) -> bool {
    let winding: i32 = region
        .rings()
        .flat_map(|r| r.iter().zip(r.iter().cycle().skip(1)))
        .map(|(&a, &b)| winding_step(a, b, p))
        .sum();
    winding != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Polygon;

    #[test]
    fn every_point_of_a_coverage_lies_in_exactly_one_region() {
        let rect = |x: i64, y: i64, w: i64, h: i64| {
            let p = |dx: i64, dy: i64| Point::new(x + dx, y + dy);
            Region::single(Polygon { shell: vec![p(0, 0), p(w, 0), p(w, h), p(0, h)], holes: vec![] })
        };
        let tri = |a: [(i64, i64); 3]| {
            Region::single(Polygon { shell: a.map(|(x, y)| Point::new(x, y)).to_vec(), holes: vec![] })
        };
        let cells = [
            rect(0, 0, 4, 4),
            rect(4, 0, 4, 4),
            tri([(0, 4), (8, 4), (8, 12)]),
            tri([(0, 4), (8, 12), (0, 12)]),
        ];
        let index = RegionIndex::new(&cells);
        let mut found = [0; 4];
        for x in -1..=9 {
            for y in -1..=13 {
                let p = Point::new(x, y);
                let n = cells.iter().filter(|c| contains(c, p)).count();
                let inside = (1..=8).contains(&x) && (0..12).contains(&y);
                assert_eq!(n, usize::from(inside), "{p:?}");
                if let Some(i) = index.at(p) {
                    found[i as usize] += 1;
                }
            }
        }
        assert_eq!(found, [16, 16, 36, 28]);
    }
}
