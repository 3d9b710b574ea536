//! What is drawn in a window of a zoom: simplified arcs, snap-rounded.

use crate::arcs::{Arcs, Segment};
use partition::frame::{Bounds, Point};
use partition::subdivision::{Line, node};

/// Segments longer than this, in steps, ask for their surroundings in pieces.
const LONG: i64 = 4096;

/// The snap-rounded arcs of zoom `z` in `window`: exactly the lines that noding the whole zoom would give there, each
/// tagged with its arc.
///
/// What a segment becomes depends on the hot pixels it passes: ends and crossings of other segments. So it is enough
/// to node the segments that meet the window with all that come near them anywhere, and to throw those away again.
/// Therefore tiles agree without knowing one another.
///
/// Complexity: that of [`node`] for the segments in and beside the window.
pub(crate) fn drawn(arcs: &Arcs, z: u8, window: Bounds) -> Vec<Line> {
    let wanted = distinct(|out| arcs.segments(z, window, out));
    let near = distinct(|out| {
        arcs.segments(z, window.grown(2), out);
        for s in &wanted {
            let b = s.bounds();
            if b.min.x < window.min.x
                || b.min.y < window.min.y
                || b.max.x > window.max.x
                || b.max.y > window.max.y
            {
                surroundings(s).for_each(|w| arcs.segments(z, w, out));
            }
        }
    });
    let lines: Vec<Line> = (0..).zip(&near).map(|(tag, s)| Line { a: s.a, b: s.b, tag }).collect();
    let mut noded = node(&lines);
    noded.retain_mut(|l| {
        let s = &near[l.tag as usize];
        l.tag = s.arc;
        Bounds::of_segment(l.a, l.b).meets(&window) && wanted.binary_search(s).is_ok()
    });
    noded
}

fn distinct(collect: impl FnOnce(&mut Vec<Segment>)) -> Vec<Segment> {
    let mut out = Vec::new();
    collect(&mut out);
    out.sort_unstable();
    out.dedup();
    out
}

/// Boxes that cover the pixels that `s` can pass.
fn surroundings(s: &Segment) -> impl Iterator<Item = Bounds> + use<> {
    let (a, d) = (s.a, Point::new(s.b.x - s.a.x, s.b.y - s.a.y));
    let pieces = 1 + d.x.abs().min(d.y.abs()) / LONG;
    let at = move |i: i64| {
        let part = |d: i64| (i128::from(d) * i128::from(i) / i128::from(pieces)) as i64;
        Point::new(a.x + part(d.x), a.y + part(d.y))
    };
    (0..pieces).map(move |i| Bounds::of_segment(at(i), at(i + 1)).grown(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plane::shift;
    use crate::trace::Arc;
    use std::collections::BTreeSet;

    #[test]
    fn a_window_shows_what_noding_the_whole_zoom_gives_there() {
        let z = 5;
        let mut state = 11_u64;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % n) as i64
        };
        for _ in 0..40 {
            // Long lines that cross many others: each is bent by all the crossings on its way.
            let mut end = || Point::new((1000 + below(300)) << shift(z), (1000 + below(300)) << shift(z));
            let lines: Vec<Arc> =
                (0..40).map(|_| Arc { line: vec![end(), end()], left: 0, right: 1 }).collect();
            let arcs = Arcs::new(&lines);
            let world = Bounds { min: Point::new(0, 0), max: Point::new(9999, 9999) };
            let whole = drawn(&arcs, z, world);
            assert!(whole.len() > 200);
            let window = Bounds { min: Point::new(1100, 1120), max: Point::new(1150, 1160) };
            let there = |l: &Line| Bounds::of_segment(l.a, l.b).meets(&window);
            let expected: BTreeSet<Line> = whole.into_iter().filter(there).collect();
            let local: BTreeSet<Line> = drawn(&arcs, z, window).into_iter().filter(there).collect();
            assert_eq!(local, expected);
        }
    }
}
