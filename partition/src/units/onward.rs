//! Lines that stop a little before what they lead to.

use super::sources::{LineKind, Sources};
use crate::frame::{
    Bounds, BoxIndex, Meeting, Point, Region, UM_PER_M, contains, crossing_point, length_um, meet,
};
use std::collections::BTreeMap;

/// Streets are continued no further than this, µm.
const STREET_REACH_UM: i64 = 100 * UM_PER_M;

/// Paths are continued no further than this, µm: from the kerb to the centre line of a wide street.
const PATH_REACH_UM: i64 = 20 * UM_PER_M;

/// How far a continuation runs over its goal, µm, so that it surely meets it.
const OVER_UM: i64 = UM_PER_M / 10;

type Segment = [Point; 2];

/// Segments, found by place.
struct Segments {
    all: Vec<Segment>,
    index: BoxIndex,
}

impl Segments {
    fn new(all: Vec<Segment>) -> Self {
        let index = BoxIndex::new(all.iter().map(|s| Bounds::of_segment(s[0], s[1])));
        Self { all, index }
    }

    fn of_regions<'a>(regions: impl Iterator<Item = &'a Region>) -> Self {
        let rings = regions.flat_map(Region::rings);
        Self::new(rings.flat_map(|r| r.iter().zip(r.iter().cycle().skip(1)).map(|(&a, &b)| [a, b])).collect())
    }

    fn near(&self, p: Point, reach_um: i64) -> Vec<Segment> {
        let window = Bounds { min: p, max: p }.grown(reach_um);
        self.index.meeting(window).map(|i| self.all[i as usize]).collect()
    }
}

/// For each place where the source cuts a street off the line on which it is continued to the boundary.
///
/// Straight on where the place is the end of one line; the shortest way where it is a junction of what is left, or nothing
/// is. No line where that is longer than 100 m. O((lines + boundary) log n).
pub(super) fn streets(sources: &Sources<'_>) -> Vec<Segment> {
    let limit = Segments::of_regions(std::iter::once(sources.boundary));
    let mut beside: BTreeMap<Point, Vec<Point>> = sources.cut_off.iter().map(|&p| (p, Vec::new())).collect();
    beside.retain(|&p, _| contains(sources.boundary, p));
    neighbours(sources, |kind| kind != LineKind::Path, &mut beside);
    let onward = |(p, beside): (Point, Vec<Point>)| {
        let near = limit.near(p, STREET_REACH_UM);
        let straight = match beside.as_slice() {
            [from] => shot(p, away(*from, p), STREET_REACH_UM, &near),
            _ => None,
        };
        straight.or_else(|| shortest(p, &near)).map(|end| [p, end])
    };
    beside.into_iter().filter_map(onward).collect()
}

/// Where paths end at the kerb, the line on which they are continued to the street: straight on, no further than 20 m,
/// through no building. O((lines + buildings) log n).
pub(super) fn paths(sources: &Sources<'_>) -> Vec<Segment> {
    let ends = sources.lines.iter().filter(|l| l.kind == LineKind::Path);
    let ends = ends.flat_map(|l| [l.points.first(), l.points.last()]).flatten();
    let mut beside: BTreeMap<Point, Vec<Point>> = ends.map(|&p| (p, Vec::new())).collect();
    neighbours(sources, |_| true, &mut beside);
    let streets = sources.lines.iter().filter(|l| l.kind != LineKind::Path);
    let streets = Segments::new(streets.flat_map(|l| l.points.windows(2).map(|w| [w[0], w[1]])).collect());
    let walls = Segments::of_regions(sources.whole.iter().map(|w| &w.ground));
    let onward = |(p, beside): (Point, Vec<Point>)| {
        let [from] = beside.as_slice() else { return None };
        let way = [p, shot(p, away(*from, p), PATH_REACH_UM, &streets.near(p, PATH_REACH_UM))?];
        let free = walls.near(p, PATH_REACH_UM).iter().all(|&s| meet(way, s) == Meeting::Apart);
        free.then_some(way)
    };
    beside.into_iter().filter_map(onward).collect()
}

/// Notes for each of some points the points that lines lead on to.
fn neighbours(sources: &Sources<'_>, of: impl Fn(LineKind) -> bool, at: &mut BTreeMap<Point, Vec<Point>>) {
    for l in sources.lines.iter().filter(|l| of(l.kind)) {
        for w in l.points.windows(2).filter(|w| w[0] != w[1]) {
            for (end, other) in [(w[0], w[1]), (w[1], w[0])] {
                if let Some(beside) = at.get_mut(&end) {
                    beside.push(other);
                }
            }
        }
    }
}

fn away(from: Point, p: Point) -> Point {
    Point::new(p.x - from.x, p.y - from.y)
}

/// The shortest way to one of `segments`, along its normal.
fn shortest(p: Point, segments: &[Segment]) -> Option<Point> {
    let ways = segments.iter().flat_map(|&s| {
        let along = away(s[0], s[1]);
        let normals = [Point::new(along.y, -along.x), Point::new(-along.y, along.x)];
        normals.map(|n| shot(p, n, STREET_REACH_UM, &[s]))
    });
    ways.flatten().min_by_key(|&end| (length_um(p, end), end))
}

/// Just beyond where the ray from `p` first meets one of `segments`.
fn shot(p: Point, direction: Point, reach_um: i64, segments: &[Segment]) -> Option<Point> {
    let length = i128::from(length_um(Point::default(), direction).max(1));
    let step = |distance_um: i64| {
        let scale = |d: i64| (i128::from(d) * i128::from(distance_um) / length) as i64;
        Point::new(p.x + scale(direction.x), p.y + scale(direction.y))
    };
    let ray = [p, step(reach_um)];
    if ray[0] == ray[1] {
        return None;
    }
    let hits = segments.iter().filter_map(|&s| match meet(ray, s) {
        Meeting::Cross => Some(crossing_point(ray, s)),
        Meeting::Touch(q) => Some(q),
        _ => None,
    });
    let nearest = hits.map(|q| length_um(p, q)).min()?;
    Some(step(nearest + OVER_UM))
}
