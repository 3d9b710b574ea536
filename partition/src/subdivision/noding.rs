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
        let lines: Vec<Line> = lines.iter().filter(|l| l.a != l.b).copied().collect();
        let boxes: Vec<Bounds> = lines.iter().map(|l| Bounds::of_segment(l.a, l.b)).collect();
        let near = BoxIndex::new(boxes.iter().copied());
        let crossings = |(i, l): (usize, &Line)| -> Vec<Point> {
            let others = near.meeting(boxes[i]).map(|j| j as usize).filter(|&j| i < j);
            let others = others.map(|j| [lines[j].a, lines[j].b]);
            let crossing = others.filter(|&o| meet([l.a, l.b], o) == Meeting::Cross);
            crossing.map(|o| crossing_point([l.a, l.b], o)).collect()
        };
        let mut points: Vec<Point> =
            lines.par_iter().enumerate().with_min_len(64).flat_map_iter(crossings).collect();
        points.par_extend(lines.par_iter().flat_map_iter(|l| [l.a, l.b]));
        points.par_sort_unstable();
        points.dedup();
        let index = BoxIndex::of_points(&points);
        let led = lines.par_iter().with_min_len(64).flat_map_iter(|l| lead(l, &points, &index));
        Self { pieces: led.collect(), points }
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

/// The pieces of `l` between the hot pixels it passes.
fn lead(l: &Line, hot: &[Point], index: &BoxIndex) -> impl Iterator<Item = Piece> + use<> {
    let mut stops: Vec<u32> = Vec::new();
    for window in windows(l) {
        stops.extend(index.meeting(window).filter(|&i| touches_pixel(l.a, l.b, hot[i as usize])));
    }
    let order = order_along(l.a, l.b);
    stops.sort_unstable_by_key(|&i| order(hot[i as usize]));
    stops.dedup();
    let tag = l.tag;
    (1..stops.len()).map(move |i| Piece { a: stops[i - 1], b: stops[i], tag })
}

/// Boxes that together cover the line, each thin.
fn windows(l: &Line) -> impl Iterator<Item = Bounds> + use<> {
    let (dx, dy) = (l.b.x - l.a.x, l.b.y - l.a.y);
    // Lines under a hundred metres, and those along an axis, have thin boxes already.
    let pieces = if dx.abs().min(dy.abs()) < 100_000_000 { 1 } else { QUERY_PIECES };
    let at =
        move |start: i64, d: i64, i: i64| start + (i128::from(d) * i128::from(i) / i128::from(pieces)) as i64;
    let (a, last) = (l.a, l.b);
    (0..pieces).map(move |i| {
        let p = Point::new(at(a.x, dx, i), at(a.y, dy, i));
        let q = if i + 1 == pieces { last } else { Point::new(at(a.x, dx, i + 1), at(a.y, dy, i + 1)) };
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
