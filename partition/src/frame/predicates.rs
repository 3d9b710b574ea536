//! Exact predicates.

use super::Point;

/// Which side of a directed line something lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Orientation {
    /// Right of the line (clockwise turn).
    Right,
    /// On the line.
    On,
    /// Left of the line (counter-clockwise turn).
    Left,
}

impl Orientation {
    /// The sign of a cross product or signed area.
    #[inline]
    #[must_use]
    pub const fn of(v: i128) -> Self {
        if v > 0 {
            Self::Left
        } else if v < 0 {
            Self::Right
        } else {
            Self::On
        }
    }
}

/// Cross product of `b − a` and `c − a`, exact.
#[inline]
#[must_use]
pub const fn cross(a: Point, b: Point, c: Point) -> i128 {
    let (ux, uy, vx, vy) = (b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y);
    // Differences below 2³⁰ (a kilometre) give products that fit an i64; city blocks are that small.
    const SMALL: i64 = 1 << 30;
    if ux.abs() < SMALL && uy.abs() < SMALL && vx.abs() < SMALL && vy.abs() < SMALL {
        (ux * vy - uy * vx) as i128
    } else {
        ux as i128 * vy as i128 - uy as i128 * vx as i128
    }
}

/// Side of `c` as seen going from `a` to `b`, exact for all coordinates of a frame.
#[inline]
#[must_use]
pub const fn orient(a: Point, b: Point, c: Point) -> Orientation {
    Orientation::of(cross(a, b, c))
}
