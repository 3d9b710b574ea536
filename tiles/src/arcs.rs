//! Arcs in fine coordinates, each vertex with the zoom from which it is drawn, found by place.

use crate::plane::{MAX_ZOOM, shift, to_fine, to_lattice};
use crate::trace::Arc;
use partition::frame::{Bounds, BoxIndex, Point};

/// How far, in steps of a tile's grid, a simplified border may leave the original: a quarter of a pixel of a map that
/// draws tiles at 512 pixels.
pub const TOLERANCE: u32 = 2;

/// Vertices in one entry of the index.
const CHUNK: usize = 32;

/// A set of arcs.
#[derive(Clone, Debug)]
pub(crate) struct Arcs {
    points: Vec<Point>,
    from_zoom: Vec<u8>,
    /// `starts[i]..starts[i + 1]` are the vertices of arc `i`.
    starts: Vec<u32>,
    sides: Vec<[u32; 2]>,
    /// Arc and first vertex of each indexed stretch.
    chunks: Vec<[u32; 2]>,
    index: BoxIndex,
}

/// A straight piece of a simplified arc on the lattice of a zoom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Segment {
    /// Number of the vertex it starts with; different for each segment of a zoom.
    pub(crate) start: u32,
    pub(crate) arc: u32,
    pub(crate) a: Point,
    pub(crate) b: Point,
}

impl Segment {
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds::of_segment(self.a, self.b)
    }
}

impl Arcs {
    /// Stores `arcs`, in fine coordinates. O(n log n) for ordinary shapes.
    pub(crate) fn new(arcs: &[Arc]) -> Self {
        let mut s = Self {
            points: Vec::new(),
            from_zoom: Vec::new(),
            starts: vec![0],
            sides: Vec::new(),
            chunks: Vec::new(),
            index: BoxIndex::new([]),
        };
        let mut boxes = Vec::new();
        for (number, arc) in (0_u32..).zip(arcs) {
            let base = s.points.len();
            s.points.extend(&arc.line);
            s.from_zoom.extend(zooms(&arc.line));
            s.starts.push(s.points.len() as u32);
            s.sides.push([arc.left, arc.right]);
            for first in (0..arc.line.len().saturating_sub(1)).step_by(CHUNK) {
                let stretch = arc.line[first..].iter().take(CHUNK + 1).copied();
                boxes.extend(Bounds::of(stretch));
                s.chunks.push([number, (base + first) as u32]);
            }
        }
        s.index = BoxIndex::new(boxes);
        s
    }

    /// Left and right holder of an arc.
    pub(crate) fn sides(&self, arc: u32) -> [u32; 2] {
        self.sides[arc as usize]
    }

    /// Adds the simplified segments of zoom `z` whose boxes meet `window` (of the lattice), unordered, some twice.
    pub(crate) fn segments(&self, z: u8, window: Bounds, out: &mut Vec<Segment>) {
        // A segment leaves the vertices it stands for by the tolerance at most, and half a step when it is snapped.
        let reach = to_fine(window.grown(i64::from(TOLERANCE) + 1), z);
        for chunk in self.index.meeting(reach) {
            let [arc, first] = self.chunks[chunk as usize];
            let range = self.starts[arc as usize] as usize..self.starts[arc as usize + 1] as usize;
            let first = first as usize;
            let stop = (first + CHUNK).min(range.end - 1);
            let kept = |&i: &usize| self.from_zoom[i] <= z;
            let mut at = (range.start..=first).rev().find(kept).unwrap_or(range.start);
            while at < stop {
                let next = (at + 1..range.end).find(kept).unwrap_or(range.end - 1);
                let (a, b) = (to_lattice(self.points[at], z), to_lattice(self.points[next], z));
                if a != b && Bounds::of_segment(a, b).meets(&window) {
                    out.push(Segment { start: at as u32, arc, a, b });
                }
                at = next;
            }
        }
    }
}

/// For each vertex the smallest zoom that draws it: Douglas–Peucker once, for all zooms.
///
/// The ends, and of a closed line the vertex farthest from its start, are drawn at every zoom. A vertex is drawn from
/// the zoom where its distance to the line without it reaches [`TOLERANCE`], but not before the vertices that were
/// found before it; so the line of each zoom is what Douglas–Peucker gives for that tolerance, and stays within it.
///
/// # References
/// D. Douglas, T. Peucker, *Algorithms for the reduction of the number of points*, Cartographica 10 (1973).
pub(crate) fn zooms(line: &[Point]) -> Vec<u8> {
    let Some(last) = line.len().checked_sub(1) else { return Vec::new() };
    let mut zooms = vec![MAX_ZOOM + 1; line.len()];
    zooms[0] = 0;
    zooms[last] = 0;
    let mut open = vec![(0, last, 0)];
    if last > 2 && line[0] == line[last] {
        let far = (1..last).max_by_key(|&i| (distance2(line[i], line[0], line[0]) as i128, i)).unwrap_or(1);
        zooms[far] = 0;
        open = vec![(0, far, 0), (far, last, 0)];
    }
    while let Some((i, j, not_before)) = open.pop() {
        let (mut worst, mut at) = (-1.0, i);
        for k in i + 1..j {
            let d = distance2(line[k], line[i], line[j]);
            if d > worst {
                (worst, at) = (d, k);
            }
        }
        if at == i {
            continue;
        }
        let reaches = |z: &u8| {
            let tolerance = f64::from(TOLERANCE) * (1_u64 << shift(*z)) as f64;
            worst >= tolerance * tolerance
        };
        let Some(zoom) = (not_before..=MAX_ZOOM).find(reaches) else { continue };
        zooms[at] = zoom;
        open.push((i, at, zoom));
        open.push((at, j, zoom));
    }
    zooms
}

/// Squared distance of `p` from the segment `a`–`b`. Basic IEEE operations only: the same on every machine.
fn distance2(p: Point, a: Point, b: Point) -> f64 {
    let (ux, uy) = ((b.x - a.x) as f64, (b.y - a.y) as f64);
    let (vx, vy) = ((p.x - a.x) as f64, (p.y - a.y) as f64);
    let len2 = ux * ux + uy * uy;
    let t = if len2 > 0.0 { ((vx * ux + vy * uy) / len2).clamp(0.0, 1.0) } else { 0.0 };
    let (dx, dy) = (vx - t * ux, vy - t * uy);
    dx * dx + dy * dy
}
