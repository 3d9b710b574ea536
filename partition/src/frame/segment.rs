//! How segments meet, and where, on the grid.

use super::{Bounds, Orientation, Point, cross, orient};
use std::cmp::Ordering;

/// How two segments meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// No common point.
    Apart,
    /// They share one end and nothing else.
    AtEnds,
    /// An end of one lies inside the other.
    Touch(Point),
    /// They lie on one line and share a stretch.
    Along,
    /// They cross in a point that is an end of neither.
    Cross,
}

/// How the segments `a` and `b` meet, exactly. Segments of zero length do not occur.
#[must_use]
pub fn meet(a: [Point; 2], b: [Point; 2]) -> Meeting {
    use Orientation::On;
    if !Bounds::of_segment(a[0], a[1]).meets(&Bounds::of_segment(b[0], b[1])) {
        return Meeting::Apart;
    }
    let (b0, b1) = (orient(a[0], a[1], b[0]), orient(a[0], a[1], b[1]));
    if b0 == b1 && b0 != On {
        return Meeting::Apart;
    }
    let (a0, a1) = (orient(b[0], b[1], a[0]), orient(b[0], b[1], a[1]));
    if a0 == a1 && a0 != On {
        return Meeting::Apart;
    }
    if b0 == On && b1 == On {
        return meet_on_one_line(a, b);
    }
    if a[0] == b[0] || a[0] == b[1] || a[1] == b[0] || a[1] == b[1] {
        return Meeting::AtEnds;
    }
    // An end on the other's line is on the other segment here: the sides of the remaining ends differ.
    match (a0, a1, b0, b1) {
        (On, ..) => Meeting::Touch(a[0]),
        (_, On, ..) => Meeting::Touch(a[1]),
        (.., On, _) => Meeting::Touch(b[0]),
        (.., On) => Meeting::Touch(b[1]),
        _ => Meeting::Cross,
    }
}

/// Both segments lie on one line and their boxes meet.
fn meet_on_one_line(a: [Point; 2], b: [Point; 2]) -> Meeting {
    let order = |s: [Point; 2]| if s[0] < s[1] { s } else { [s[1], s[0]] };
    let (a, b) = (order(a), order(b));
    match a[0].max(b[0]).cmp(&a[1].min(b[1])) {
        Ordering::Less => Meeting::Along,
        Ordering::Equal => Meeting::AtEnds,
        Ordering::Greater => Meeting::Apart,
    }
}

/// Whether `p`, known to lie on the line through `a` and `b`, lies strictly between them.
#[must_use]
pub fn is_between(a: Point, b: Point, p: Point) -> bool {
    let (lo, hi) = if a < b { (a, b) } else { (b, a) };
    lo < p && p < hi
}

/// The grid point nearest to where `a` and `b` cross ([`Meeting::Cross`]); halves go up.
///
/// Exact: the quotient is formed by long division, so it holds for every coordinate of a frame.
#[must_use]
pub fn crossing_point(a: [Point; 2], b: [Point; 2]) -> Point {
    // a[0] + t·(a[1] − a[0]) with t = n / d, 0 < t < 1.
    let n = cross(b[0], b[1], a[0]);
    let d = n - cross(b[0], b[1], a[1]);
    let (n, d) = if d < 0 { (-n, -d) } else { (n, d) };
    Point::new(a[0].x + round_share(a[1].x - a[0].x, n, d), a[0].y + round_share(a[1].y - a[0].y, n, d))
}

/// ⌊m·n/d + ½⌋ for 0 ≤ n ≤ d < 2⁹⁶, without leaving 128 bits.
fn round_share(m: i64, n: i128, d: i128) -> i64 {
    let size = i128::from(m.unsigned_abs());
    let (mut q, mut r): (i128, i128);
    if let Some(product) = size.checked_mul(n) {
        (q, r) = (product / d, product % d);
    } else {
        (q, r) = (0, 0);
        for bit in (0..64 - m.unsigned_abs().leading_zeros()).rev() {
            q *= 2;
            r = 2 * r + if size >> bit & 1 == 1 { n } else { 0 };
            q += r / d;
            r %= d;
        }
    }
    let rounded = if m >= 0 { q + i128::from(2 * r >= d) } else { -q - i128::from(2 * r > d) };
    rounded as i64
}

/// Whether the segment `a`–`b` passes through the pixel of `centre`: the square of side 1 around it that owns its
/// left and bottom sides but not its right and top ones.
///
/// In doubled coordinates the ends are even and the pixel's sides odd, so an end never lies on a side.
#[must_use]
pub fn touches_pixel(a: Point, b: Point, centre: Point) -> bool {
    let double = |p: Point| Point::new(2 * p.x, 2 * p.y);
    let (a, b, c) = (double(a), double(b), double(centre));
    let s = Bounds::of_segment(a, b);
    if s.min.x > c.x || s.max.x < c.x || s.min.y > c.y || s.max.y < c.y {
        // Even coordinates: the box reaches the open pixel exactly if it reaches the centre's row and column.
        return false;
    }
    if a.x == b.x || a.y == b.y {
        return true;
    }
    let corner = |dx, dy| orient(a, b, Point::new(c.x + dx, c.y + dy));
    let (ll, lr, ul, ur) = (corner(-1, -1), corner(1, -1), corner(-1, 1), corner(1, 1));
    let any = |side| [ll, lr, ul, ur].contains(&side);
    // Strictly on both sides: through the inside. Otherwise it can only graze a corner, and the pixel owns just
    // the lower left one.
    (any(Orientation::Left) && any(Orientation::Right)) || ll == Orientation::On
}

/// Order of the directions `o → a` and `o → b`, counter-clockwise from due west (exclusive) through south.
///
/// Starting at west makes the first direction around a leftmost point the lowest one.
#[must_use]
pub fn angle_order(o: Point, a: Point, b: Point) -> Ordering {
    let half = |p: Point| u8::from(p.y > o.y || (p.y == o.y && p.x < o.x));
    half(a).cmp(&half(b)).then_with(|| match orient(o, a, b) {
        Orientation::Left => Ordering::Less,
        Orientation::Right => Ordering::Greater,
        Orientation::On => Ordering::Equal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(x: i64, y: i64) -> Point {
        Point::new(x, y)
    }

    #[test]
    fn segments_meet_in_five_ways() {
        let a = [p(0, 0), p(10, 0)];
        assert_eq!(meet(a, [p(0, 1), p(10, 1)]), Meeting::Apart);
        assert_eq!(meet(a, [p(10, 0), p(12, 5)]), Meeting::AtEnds);
        assert_eq!(meet(a, [p(10, 0), p(12, 0)]), Meeting::AtEnds);
        assert_eq!(meet(a, [p(5, 0), p(5, 5)]), Meeting::Touch(p(5, 0)));
        assert_eq!(meet(a, [p(5, 0), p(15, 0)]), Meeting::Along);
        assert_eq!(meet(a, [p(5, -1), p(6, 1)]), Meeting::Cross);
        assert_eq!(meet(a, [p(11, 0), p(12, 0)]), Meeting::Apart);
    }

    #[test]
    fn crossings_round_to_the_nearest_point_even_when_products_pass_128_bits() {
        assert_eq!(crossing_point([p(0, 0), p(3, 3)], [p(0, 3), p(3, 0)]), p(2, 2));
        assert_eq!(crossing_point([p(3, 3), p(0, 0)], [p(0, 3), p(3, 0)]), p(2, 2));
        let big = 1 << 46;
        assert_eq!(crossing_point([p(-big, -big), p(big, big)], [p(-big, big), p(big, -big)]), p(0, 0));
        assert_eq!(crossing_point([p(-big, -big), p(big, big)], [p(-big, big), p(big, 2 - big)]), p(1, 1));
    }

    #[test]
    fn pixels_own_their_lower_left_corner_only() {
        // x + y = 1 … passes (0.5, 0.5), a corner of four pixels; only (1, 1) owns it.
        assert!(touches_pixel(p(0, 0), p(2, 2), p(1, 1)));
        assert!(!touches_pixel(p(0, 0), p(2, 2), p(1, 0)));
        assert!(!touches_pixel(p(0, 0), p(2, 2), p(0, 1)));
        assert!(touches_pixel(p(0, 0), p(10, 1), p(4, 0)));
        assert!(!touches_pixel(p(0, 0), p(10, 1), p(4, 1)));
        assert!(touches_pixel(p(0, 0), p(10, 0), p(4, 0)));
        assert!(!touches_pixel(p(0, 0), p(10, 0), p(4, 1)));
    }

    #[test]
    fn directions_turn_counter_clockwise_from_west() {
        let o = p(0, 0);
        let mut d = vec![p(-1, 0), p(0, 1), p(1, 0), p(0, -1), p(1, -1), p(-1, -1), p(-1, 1)];
        d.sort_by(|&a, &b| angle_order(o, a, b));
        assert_eq!(d, [p(-1, -1), p(0, -1), p(1, -1), p(1, 0), p(0, 1), p(-1, 1), p(-1, 0)]);
    }
}
