//! Noding by snap rounding.

use crate::chain::order_along;
use crate::frame::{Bounds, BoxIndex, Meeting, Point, crossing_point, meet, touches_pixel};
use rayon::prelude::*;

/// A directed straight line with a tag that says where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Start.
    pub a: Point,
    /// End.
    pub b: Point,
    /// Whatever the caller wants to find again on the edges.
    pub tag: u32,
}

/// Pieces in which a long diagonal line asks the index: the box around all of it would hold most points of the plane.
const QUERY_PIECES: i64 = 32;

/// Lines that meet only in their ends, snapped to the grid.
///
/// # Steps
/// 1. Hot pixels: every end, and the grid point nearest to every crossing.
/// 2. Each line is led through the centres of the hot pixels it passes.
///
/// One pass suffices and always ends. No end moves, nothing else moves by more than half a grid step, and no line
/// passes over a hot pixel it was not led through: a point of the led line is offset from the original by a mean of
/// two offsets inside a pixel, hence itself by less than a pixel.
///
/// # Complexity
/// O((n + k) log n) for k pairs of lines whose boxes meet; parallel; the same result on any number of threads.
///
/// # References
/// J. D. Hobby, *Practical segment intersection with finite precision output*, Computational Geometry 13 (1999).
#[must_use]
pub fn node(lines: &[Line]) -> Vec<Line> {
    let noded = Noded::of(lines);
    let at = |i: u32| noded.points[i as usize];
    noded.pieces.iter().map(|p| Line { a: at(p.a), b: at(p.b), tag: p.tag }).collect()
}

/// The result of [`node`], by numbers of points.
pub(crate) struct Noded {
    /// Ascending, each once.
    pub(crate) points: Vec<Point>,
    /// In the order of the lines, and along each.
    pub(crate) pieces: Vec<Piece>,
}

/// A directed line between points by their numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) tag: u32,
}

impl Noded {
    pub(crate) fn of(lines: &[Line]) -> Self {
        // Lines that several regions share are looked at once.
        let mut shared: Vec<([Point; 2], u32)> = lines
            .par_iter()
            .zip(0..lines.len() as u32)
            .filter(|(l, _)| l.a != l.b)
            .map(|(l, i)| ([l.a.min(l.b), l.a.max(l.b)], i))
            .collect();
        shared.par_sort_unstable();
        let mut segments: Vec<[Point; 2]> = Vec::new();
        let mut segment_of = vec![u32::MAX; lines.len()];
        for (segment, line) in shared {
            if segments.last() != Some(&segment) {
                segments.push(segment);
            }
            segment_of[line as usize] = segments.len() as u32 - 1;
        }
        let boxes: Vec<Bounds> = segments.iter().map(|s| Bounds::of_segment(s[0], s[1])).collect();
        let near = BoxIndex::new(boxes.iter().copied());
        let crossings = |(i, s): (usize, &[Point; 2])| -> Vec<Point> {
            let others = near.meeting(boxes[i]).map(|j| j as usize).filter(|&j| i < j);
            let crossing = others.filter(|&j| meet(*s, segments[j]) == Meeting::Cross);
            crossing.map(|j| crossing_point(*s, segments[j])).collect()
        };
        let mut points: Vec<Point> =
            segments.par_iter().enumerate().with_min_len(64).flat_map_iter(crossings).collect();
        points.par_extend(segments.par_iter().flat_map_iter(|s| *s));
        points.par_sort_unstable();
        points.dedup();
        let index = BoxIndex::of_points(&points);
        let stops: Vec<Vec<u32>> =
            segments.par_iter().with_min_len(64).map(|s| lead(*s, &points, &index)).collect();
        let mut pieces = Vec::with_capacity(lines.len());
        for (l, &segment) in lines.iter().zip(&segment_of).filter(|(_, s)| **s != u32::MAX) {
            let stops = &stops[segment as usize];
            let piece = |ends: &[u32]| Piece { a: ends[0], b: ends[1], tag: l.tag };
            let back = |ends: &[u32]| Piece { a: ends[1], b: ends[0], tag: l.tag };
            if l.a < l.b {
                pieces.extend(stops.windows(2).map(piece));
            } else {
                pieces.extend(stops.windows(2).rev().map(back));
            }
        }
        Self { pieces, points }
    }

    /// Numbers the ends of lines that meet only there.
    pub(crate) fn numbered(lines: &[Line]) -> Self {
        let mut points: Vec<Point> = lines.iter().flat_map(|l| [l.a, l.b]).collect();
        points.sort_unstable();
        points.dedup();
        let number = |p: Point| points.partition_point(|&q| q < p) as u32;
        let pieces = lines.iter().map(|l| Piece { a: number(l.a), b: number(l.b), tag: l.tag }).collect();
        Self { points, pieces }
    }
}

/// The hot pixels that a segment passes, in order.
fn lead([a, b]: [Point; 2], hot: &[Point], index: &BoxIndex) -> Vec<u32> {
    let mut stops: Vec<u32> = Vec::new();
    for window in windows(a, b) {
        stops.extend(index.meeting(window).filter(|&i| touches_pixel(a, b, hot[i as usize])));
    }
    let order = order_along(a, b);
    stops.sort_unstable_by_key(|&i| order(hot[i as usize]));
    stops.dedup();
    stops
}

/// Boxes that together cover the line, each thin.
fn windows(a: Point, b: Point) -> impl Iterator<Item = Bounds> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    // Lines under a hundred metres, and those along an axis, have thin boxes already.
    let pieces = if dx.abs().min(dy.abs()) < 100_000_000 { 1 } else { QUERY_PIECES };
    let at =
        move |start: i64, d: i64, i: i64| start + (i128::from(d) * i128::from(i) / i128::from(pieces)) as i64;
    (0..pieces).map(move |i| {
        let p = Point::new(at(a.x, dx, i), at(a.y, dy, i));
        let q = if i + 1 == pieces { b } else { Point::new(at(a.x, dx, i + 1), at(a.y, dy, i + 1)) };
        Bounds::of_segment(p, q).grown(1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn l(ax: i64, ay: i64, bx: i64, by: i64, tag: u32) -> Line {
        Line { a: Point::new(ax, ay), b: Point::new(bx, by), tag }
    }

    #[test]
    fn a_crossing_becomes_a_node_of_both() {
        let n = node(&[l(0, 0, 10, 10, 1), l(0, 10, 10, 0, 2)]);
        assert_eq!(n, [l(0, 0, 5, 5, 1), l(5, 5, 10, 10, 1), l(0, 10, 5, 5, 2), l(5, 5, 10, 0, 2)]);
    }

    #[test]
    fn a_line_through_a_vertex_is_led_over_it_and_keeps_its_direction() {
        let n = node(&[l(10, 0, 0, 0, 1), l(4, 0, 4, 9, 2)]);
        assert_eq!(n, [l(10, 0, 4, 0, 1), l(4, 0, 0, 0, 1), l(4, 0, 4, 9, 2)]);
    }
}
