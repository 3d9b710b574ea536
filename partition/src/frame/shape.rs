//! Shapes of the integer plane.

use super::{
    measure::{ring_length_um, twice_area_um2},
    predicates::Orientation,
};
use serde::{Deserialize, Serialize};

/// A point of the frame, in µm east and north of the frame's origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Point {
    /// Easting, µm.
    pub x: i64,
    /// Northing, µm.
    pub y: i64,
}

impl Point {
    /// The point at `x`, `y` (µm).
    #[inline]
    #[must_use]
    pub const fn new(x: i64, y: i64) -> Self {
        Self { x, y }
    }
}

/// A closed line; the last point joins the first without being repeated.
pub type Ring = Vec<Point>;

/// One shell with its holes. Shells run counter-clockwise, holes clockwise (the ground lies to the left).
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Polygon {
    /// Outer ring, counter-clockwise.
    pub shell: Ring,
    /// Inner rings, clockwise.
    pub holes: Vec<Ring>,
}

impl Polygon {
    /// A polygon from rings of any direction, turned so that the ground lies to the left.
    ///
    /// Rings of fewer than three points are dropped from the holes; a degenerate shell is kept, for the guard
    /// to report.
    #[must_use]
    pub fn oriented(mut shell: Ring, holes: Vec<Ring>) -> Self {
        if Orientation::of(twice_area_um2(&shell)) == Orientation::Right {
            shell.reverse();
        }
        let holes = holes
            .into_iter()
            .filter(|h| h.len() >= 3)
            .map(|mut h| {
                if Orientation::of(twice_area_um2(&h)) == Orientation::Left {
                    h.reverse();
                }
                h
            })
            .collect();
        Self { shell, holes }
    }

    /// Shell first, then holes.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        std::iter::once(&self.shell).chain(&self.holes)
    }
}

/// The whole ground of one holder (a unit, a cell, a boundary): one part or several.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Region {
    /// The parts; more than one for exclaves and islands.
    pub parts: Vec<Polygon>,
}

impl Region {
    /// A region of one part.
    #[must_use]
    pub fn single(part: Polygon) -> Self {
        Self { parts: vec![part] }
    }

    /// Length of all rings, µm.
    #[must_use]
    pub fn perimeter_um(&self) -> i64 {
        self.rings().map(|r| ring_length_um(r)).sum()
    }

    /// Every ring of every part.
    pub fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.parts.iter().flat_map(Polygon::rings)
    }

    /// Twice the area, µm²: exact, negative only if rings are turned the wrong way.
    #[must_use]
    pub fn twice_area_um2(&self) -> i128 {
        self.rings().map(|r| twice_area_um2(r)).sum()
    }

    /// Smallest box around all points; `None` when there are none.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::of(self.rings().flatten().copied())
    }
}

/// An axis-parallel box, corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// South-west corner.
    pub min: Point,
    /// North-east corner.
    pub max: Point,
}

impl Bounds {
    /// Smallest box around `points`; `None` when there are none.
    pub fn of(points: impl IntoIterator<Item = Point>) -> Option<Self> {
        points.into_iter().fold(None, |b: Option<Self>, p| {
            Some(b.map_or(Self { min: p, max: p }, |b| Self {
                min: Point::new(b.min.x.min(p.x), b.min.y.min(p.y)),
                max: Point::new(b.max.x.max(p.x), b.max.y.max(p.y)),
            }))
        })
    }

    /// Box around the segment `a`–`b`.
    #[inline]
    #[must_use]
    pub fn of_segment(a: Point, b: Point) -> Self {
        Self { min: Point::new(a.x.min(b.x), a.y.min(b.y)), max: Point::new(a.x.max(b.x), a.y.max(b.y)) }
    }

    /// The box, `by` µm larger on each side.
    #[must_use]
    pub const fn grown(&self, by: i64) -> Self {
        Self {
            min: Point::new(self.min.x - by, self.min.y - by),
            max: Point::new(self.max.x + by, self.max.y + by),
        }
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(&self, o: &Self) -> Self {
        Self {
            min: Point::new(self.min.x.min(o.min.x), self.min.y.min(o.min.y)),
            max: Point::new(self.max.x.max(o.max.x), self.max.y.max(o.max.y)),
        }
    }

    /// Whether the two boxes share a point.
    #[inline]
    #[must_use]
    pub const fn meets(&self, o: &Self) -> bool {
        self.min.x <= o.max.x && o.min.x <= self.max.x && self.min.y <= o.max.y && o.min.y <= self.max.y
    }
}
