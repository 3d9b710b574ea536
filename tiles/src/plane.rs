//! The plane of the web map in whole numbers, and the grids of its zooms.
//!
//! *Fine* coordinates divide the world's width into 2⁴⁰ steps (36 µm at the equator), x east, y **north**, so that the
//! ground stays to the left of its rings. The *lattice* of zoom z divides it into 2ᶻ · 4096 steps: the whole numbers
//! of its tiles, but counted from the south-west corner of the world.

use crate::error::BuildError;
use partition::frame::{Bounds, Point, Polygon, Region, Ring};
use std::collections::HashMap;

/// Steps along a side of a tile.
pub const EXTENT: u32 = 4096;
/// Steps that a tile reaches beyond its sides.
pub const BUFFER: u32 = 64;
/// Highest zoom.
pub const MAX_ZOOM: u8 = 22;

const FINE_BITS: u32 = 40;
const EXTENT_BITS: u32 = EXTENT.trailing_zeros();

/// Fine steps along the world.
pub(crate) const WORLD: i64 = 1 << FINE_BITS;

/// Carries a point of the frame onto the web map.
///
/// Implemented by every `Fn(Point) -> [f64; 2]`.
pub trait ToWebMercator {
    /// `[x, y]` in 0..1: x from −180° eastwards, y from the map's northern edge southwards.
    fn to_web_mercator(&self, p: Point) -> [f64; 2];
}

impl<F: Fn(Point) -> [f64; 2]> ToWebMercator for F {
    fn to_web_mercator(&self, p: Point) -> [f64; 2] {
        self(p)
    }
}

/// A point of the frame in fine coordinates.
pub(crate) fn fine<P: ToWebMercator>(p: Point, projection: &P) -> Result<Point, BuildError> {
    let to = projection.to_web_mercator(p);
    if !to.iter().all(|v| (0.0..=1.0).contains(v)) {
        return Err(BuildError::OffTheMap { at: p, to });
    }
    let fine = |v: f64| (v * WORLD as f64).round() as i64;
    Ok(Point::new(fine(to[0]), WORLD - fine(to[1])))
}

/// Projects each distinct vertex once.
pub(crate) struct Projector<'a, P> {
    projection: &'a P,
    known: HashMap<Point, Point>,
}

impl<'a, P: ToWebMercator> Projector<'a, P> {
    pub(crate) fn new(projection: &'a P) -> Self {
        Self { projection, known: HashMap::new() }
    }

    /// All that was projected.
    pub(crate) fn known(self) -> HashMap<Point, Point> {
        self.known
    }

    fn point(&mut self, p: Point) -> Result<Point, BuildError> {
        if let Some(&q) = self.known.get(&p) {
            return Ok(q);
        }
        let q = fine(p, self.projection)?;
        self.known.insert(p, q);
        Ok(q)
    }

    pub(crate) fn line(&mut self, line: &[Point]) -> Result<Ring, BuildError> {
        line.iter().map(|&p| self.point(p)).collect()
    }

    pub(crate) fn region(&mut self, region: &Region) -> Result<Region, BuildError> {
        let mut parts = Vec::with_capacity(region.parts.len());
        for part in &region.parts {
            let shell = self.line(&part.shell)?;
            let holes = part.holes.iter().map(|h| self.line(h)).collect::<Result<_, _>>()?;
            parts.push(Polygon { shell, holes });
        }
        Ok(Region { parts })
    }
}

/// Fine steps in one step of the lattice of `z`, as a power of two.
pub(crate) const fn shift(z: u8) -> u32 {
    FINE_BITS - EXTENT_BITS - z as u32
}

/// The lattice point nearest to a fine point; halves go up.
pub(crate) const fn to_lattice(p: Point, z: u8) -> Point {
    let s = shift(z);
    let half = 1 << (s - 1);
    Point::new((p.x + half) >> s, (p.y + half) >> s)
}

/// A box of the lattice in fine coordinates.
pub(crate) const fn to_fine(b: Bounds, z: u8) -> Bounds {
    let s = shift(z);
    Bounds { min: Point::new(b.min.x << s, b.min.y << s), max: Point::new(b.max.x << s, b.max.y << s) }
}

/// A tile, known to exist.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TileId {
    pub(crate) z: u8,
    pub(crate) x: u32,
    pub(crate) y: u32,
}

impl TileId {
    /// The north-west corner on the lattice.
    const fn corner(self) -> Point {
        let n = EXTENT as i64;
        Point::new(self.x as i64 * n, ((1_i64 << self.z) - self.y as i64) * n)
    }

    /// The tile with its buffer, on the lattice.
    pub(crate) const fn bounds(self) -> Bounds {
        let (o, n) = (self.corner(), EXTENT as i64);
        Bounds { min: Point::new(o.x, o.y - n), max: Point::new(o.x + n, o.y) }.grown(BUFFER as i64)
    }

    /// Lattice → whole numbers of the tile, y south.
    pub(crate) fn local(self, p: Point) -> [i32; 2] {
        let o = self.corner();
        [(p.x - o.x) as i32, (o.y - p.y) as i32]
    }

    /// The step of the tile that a fine point lies in; `None` outside of the tile. Each point of the world lies in
    /// exactly one tile of a zoom.
    pub(crate) fn step_of(self, p: Point) -> Option<[i32; 2]> {
        let down = |v: i64| v.clamp(0, WORLD - 1) >> shift(self.z);
        let n = i64::from(EXTENT);
        let (x, y) = (down(p.x) - i64::from(self.x) * n, down(WORLD - p.y) - i64::from(self.y) * n);
        ((0..n).contains(&x) && (0..n).contains(&y)).then_some([x as i32, y as i32])
    }
}
