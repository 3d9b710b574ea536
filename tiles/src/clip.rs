//! Context features cut to a tile's box. They are drawn one by one: nothing is promised about how they meet.

use crate::faces::sides;
use partition::chain::guard;
use partition::frame::{Bounds, Point, Polygon, Region, twice_area_um2};
use partition::subdivision::{FaceId, Line, Subdivision};

/// The stretches of `line` in `window`.
pub(crate) fn line(line: &[Point], window: Bounds) -> Vec<Vec<Point>> {
    let mut out: Vec<Vec<Point>> = Vec::new();
    for w in line.windows(2) {
        let Some([a, b]) = segment([w[0], w[1]], window) else { continue };
        match out.last_mut() {
            Some(open) if open.last() == Some(&a) => open.push(b),
            _ => out.push(vec![a, b]),
        }
    }
    out
}

/// The part of a segment in `window`, cut points rounded; `None` when nothing of it is longer than a point.
fn segment([mut a, mut b]: [Point; 2], window: Bounds) -> Option<[Point; 2]> {
    let flip = |p: Point| Point::new(p.y, p.x);
    for turn in 0..2 {
        let (lo, hi) = if turn == 0 { (window.min.x, window.max.x) } else { (window.min.y, window.max.y) };
        if turn == 1 {
            (a, b) = (flip(a), flip(b));
        }
        if a.x.max(b.x) < lo || a.x.min(b.x) > hi {
            return None;
        }
        let (p, q) = (a, b);
        a = cut(p, q, p.x.clamp(lo, hi));
        b = cut(q, p, q.x.clamp(lo, hi));
        if turn == 1 {
            (a, b) = (flip(a), flip(b));
        }
    }
    (a != b).then_some([a, b])
}

/// The point of the line `p`–`q` at `x`, y rounded: `p` itself at its own x, and elsewhere the same as for `q`–`p`.
fn cut(p: Point, q: Point, x: i64) -> Point {
    if x == p.x {
        return p;
    }
    if x == q.x {
        return q;
    }
    let (p, q) = (p.min(q), p.max(q));
    let (n, d) = (i128::from(q.y - p.y) * i128::from(x - p.x), i128::from(q.x - p.x));
    Point::new(x, p.y + (2 * n + d).div_euclid(2 * d) as i64)
}

/// The ground that closed rings enclose in `window`, with simple rings; empty when nothing is left on the grid.
pub(crate) fn area(rings: &[Vec<Point>], window: Bounds) -> Region {
    let rings: Vec<&[Point]> = rings.iter().filter_map(|r| r.split_last().map(|(_, open)| open)).collect();
    let inside = |p: &Point| window.meets(&Bounds { min: *p, max: *p });
    if let [ring] = rings[..]
        && ring.iter().all(inside)
    {
        let whole = Region::single(Polygon { shell: ring.to_vec(), holes: vec![] });
        if ring.len() == 3 && twice_area_um2(ring) > 0
            || ring.len() > 3 && plain(ring) && guard(&whole).is_ok()
        {
            return whole;
        }
    }
    let mut lines: Vec<Line> = rings
        .iter()
        .flat_map(|r| r.iter().zip(r.iter().cycle().skip(1)))
        .map(|(&a, &b)| Line { a, b, tag: 0 })
        .collect();
    lines.extend(sides(window, 1));
    let s = Subdivision::of(&lines);
    let windings = s.windings(|tag| i32::from(tag == 0));
    let within = |f: FaceId| {
        let mut points = s.loops(f).iter().flat_map(|&h| s.around(h)).map(|h| s.origin(h));
        points.all(|p| inside(&p))
    };
    let mut ground = s.outlines(|f| (windings[f.index()] > 0 && within(f)).then_some(0));
    ground.remove(&0).unwrap_or_default()
}

/// Whether no point occurs twice and the ring runs around ground.
fn plain(ring: &[Point]) -> bool {
    let mut points = ring.to_vec();
    points.sort_unstable();
    points.windows(2).all(|w| w[0] != w[1]) && twice_area_um2(ring) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(x: i64, y: i64) -> Point {
        Point::new(x, y)
    }

    const BOX: Bounds = Bounds { min: Point::new(0, 0), max: Point::new(10, 10) };

    #[test]
    fn lines_are_cut_at_the_box_alike_from_both_ends() {
        assert_eq!(line(&[p(-5, 1), p(5, 6), p(15, 2)], BOX), [vec![p(0, 4), p(5, 6), p(10, 4)]]);
        assert_eq!(line(&[p(15, 2), p(5, 6), p(-5, 1)], BOX), [vec![p(10, 4), p(5, 6), p(0, 4)]]);
        assert!(line(&[p(-5, 1), p(-1, 6)], BOX).is_empty());
        let both = [vec![p(5, 5), p(10, 5)], vec![p(10, 8), p(5, 8)]];
        assert_eq!(line(&[p(5, 5), p(20, 5), p(20, 8), p(5, 8)], BOX), both);
        assert_eq!(line(&[p(3, -4), p(3, 14)], BOX), [vec![p(3, 0), p(3, 10)]]);
    }

    #[test]
    fn areas_are_cut_and_cleaned() {
        let all = area(&[vec![p(-5, -5), p(15, -5), p(15, 15), p(-5, 15), p(-5, -5)]], BOX);
        assert_eq!(all.twice_area_um2(), 200);
        let spike = area(&[vec![p(1, 1), p(5, 1), p(9, 1), p(5, 1), p(5, 5), p(1, 1)]], BOX);
        assert_eq!(spike.twice_area_um2(), 16);
        assert!(area(&[vec![p(1, 1), p(5, 1), p(1, 1)]], BOX).parts.is_empty());
    }
}
