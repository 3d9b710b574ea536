//! Exact areas and rounded lengths.

use super::Point;

/// Twice the signed area of a ring, µm²: positive when it runs counter-clockwise. Exact.
///
/// Sums relative to the first point, so that a small ring far from the origin stays in small numbers.
#[must_use]
pub fn twice_area_um2(ring: &[Point]) -> i128 {
    let Some((&o, rest)) = ring.split_first() else { return 0 };
    rest.windows(2)
        .map(|w| {
            let (ax, ay, bx, by) = (w[0].x - o.x, w[0].y - o.y, w[1].x - o.x, w[1].y - o.y);
            i128::from(ax) * i128::from(by) - i128::from(bx) * i128::from(ay)
        })
        .sum()
}

/// Length of the segment `a`–`b`, rounded to the micrometre.
///
/// IEEE-754 square roots are correctly rounded, so the result is the same on every machine.
#[inline]
#[must_use]
pub fn length_um(a: Point, b: Point) -> i64 {
    let (dx, dy) = (i128::from(b.x - a.x), i128::from(b.y - a.y));
    ((dx * dx + dy * dy) as f64).sqrt().round() as i64
}

/// Length of a closed ring, µm.
#[must_use]
pub fn ring_length_um(ring: &[Point]) -> i64 {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(&a, &b)| length_um(a, b)).sum()
}
