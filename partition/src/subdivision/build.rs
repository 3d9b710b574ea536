//! Half-edges from noded lines.

use super::noding::{Line, Noded};
use crate::frame::{Point, angle_order};
use rayon::prelude::*;

/// Number of a face. Face 0 is the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(pub u32);

impl FaceId {
    /// The unbounded face.
    pub const OUTSIDE: Self = Self(0);

    /// As an index.
    #[inline]
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One direction of an edge: `2e` runs from its smaller to its larger point, `2e + 1` back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfEdge(pub u32);

impl HalfEdge {
    /// The other direction.
    #[inline]
    #[must_use]
    pub const fn twin(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// As an index.
    #[inline]
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Number of the edge.
    #[inline]
    #[must_use]
    pub const fn edge(self) -> usize {
        (self.0 >> 1) as usize
    }
}

/// A line that lies on an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// The line's tag.
    pub tag: u32,
    /// Whether the line runs from the edge's smaller to its larger point.
    pub forward: bool,
}

/// A planar subdivision. Immutable; topology by index, positions only in `points`.
#[derive(Clone, Debug, Default)]
pub struct Subdivision {
    pub(super) points: Vec<Point>,
    /// Ends of each edge, as numbers of points; points are sorted, so the smaller number is the smaller point.
    pub(super) edges: Vec<[u32; 2]>,
    /// `tag_starts[e]..tag_starts[e + 1]` are the tags of edge `e`.
    pub(super) tag_starts: Vec<u32>,
    pub(super) tags: Vec<Tag>,
    /// The half-edge after each one around the face to its left.
    pub(super) next: Vec<HalfEdge>,
    /// The face to the left of each half-edge.
    pub(super) left: Vec<FaceId>,
    /// For each face one half-edge of each of its loops; the shell first (the outside has none).
    pub(super) loops: Vec<Vec<HalfEdge>>,
    /// Twice the area of each face; 0 for the outside.
    pub(super) twice_area: Vec<i128>,
}

impl Subdivision {
    /// Nodes `lines` and finds the faces between them.
    ///
    /// # Complexity
    /// That of [`node`](super::node), then O(n log n).
    #[must_use]
    pub fn of(lines: &[Line]) -> Self {
        Self::build(Noded::of(lines))
    }

    /// Finds the faces between lines that meet only in their ends.
    #[must_use]
    pub fn of_noded(lines: &[Line]) -> Self {
        Self::build(Noded::numbered(lines))
    }

    pub(crate) fn build(noded: Noded) -> Self {
        // Points are in order, so ends by their numbers sort as ends by their places, and an edge fits into one number.
        let mut pieces: Vec<(u64, u32, bool)> = noded
            .pieces
            .iter()
            .map(|p| (u64::from(p.a.min(p.b)) << 32 | u64::from(p.a.max(p.b)), p.tag, p.a > p.b))
            .collect();
        pieces.par_sort_unstable();
        let mut s = Self { points: noded.points, ..Self::default() };
        for group in pieces.chunk_by(|p, q| p.0 == q.0) {
            let ends = group[0].0;
            s.edges.push([(ends >> 32) as u32, ends as u32]);
            s.tag_starts.push(s.tags.len() as u32);
            s.tags.extend(group.iter().map(|&(_, tag, backward)| Tag { tag, forward: !backward }));
        }
        s.tag_starts.push(s.tags.len() as u32);
        s.link();
        s.find_faces();
        s
    }

    /// `next` of each half-edge: at its head, the first edge clockwise from where it came.
    fn link(&mut self) {
        let mut starts = vec![0_u32; self.points.len() + 1];
        for end in self.edges.as_flattened() {
            starts[*end as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut spokes = vec![HalfEdge(0); 2 * self.edges.len()];
        let mut filled = starts.clone();
        for h in (0..spokes.len() as u32).map(HalfEdge) {
            let at = &mut filled[self.origin_number(h) as usize];
            spokes[*at as usize] = h;
            *at += 1;
        }
        self.next = vec![HalfEdge(0); spokes.len()];
        for (&o, ends) in self.points.iter().zip(starts.windows(2)) {
            let star = &mut spokes[ends[0] as usize..ends[1] as usize];
            star.sort_unstable_by(|p, q| angle_order(o, self.head(*p), self.head(*q)));
            for i in 0..star.len() {
                // Counter-clockwise order: the edge before an outgoing one is the next clockwise.
                let before = star[(i + star.len() - 1) % star.len()];
                self.next[star[i].twin().index()] = before;
            }
        }
    }

    pub(super) fn origin_number(&self, h: HalfEdge) -> u32 {
        self.edges[h.edge()][(h.0 & 1) as usize]
    }

    /// Where a half-edge starts.
    #[must_use]
    pub fn origin(&self, h: HalfEdge) -> Point {
        self.points[self.origin_number(h) as usize]
    }

    /// Where a half-edge ends.
    #[must_use]
    pub fn head(&self, h: HalfEdge) -> Point {
        self.origin(h.twin())
    }

    /// The face to the left of a half-edge.
    #[must_use]
    pub fn left(&self, h: HalfEdge) -> FaceId {
        self.left[h.index()]
    }

    /// Number of faces, the outside included.
    #[must_use]
    pub fn face_count(&self) -> usize {
        self.loops.len()
    }

    /// All faces but the outside.
    pub fn inner_faces(&self) -> impl Iterator<Item = FaceId> + use<> {
        (1..self.loops.len() as u32).map(FaceId)
    }

    /// Every edge, as its forward half-edge.
    pub fn edges(&self) -> impl Iterator<Item = HalfEdge> + use<> {
        (0..self.edges.len() as u32).map(|e| HalfEdge(2 * e))
    }

    /// The lines on an edge.
    #[must_use]
    pub fn tags(&self, h: HalfEdge) -> &[Tag] {
        let e = h.edge();
        &self.tags[self.tag_starts[e] as usize..self.tag_starts[e + 1] as usize]
    }

    /// Twice the area of a face, µm²; 0 for the outside.
    #[must_use]
    pub fn twice_area_um2(&self, f: FaceId) -> i128 {
        self.twice_area[f.index()]
    }

    /// One half-edge of each loop around a face, the shell first.
    #[must_use]
    pub fn loops(&self, f: FaceId) -> &[HalfEdge] {
        &self.loops[f.index()]
    }

    /// The half-edges of a loop, starting with `h`.
    pub fn around(&self, h: HalfEdge) -> impl Iterator<Item = HalfEdge> + '_ {
        let mut at = Some(h);
        std::iter::from_fn(move || {
            let now = at?;
            let next = self.next[now.index()];
            at = (next != h).then_some(next);
            Some(now)
        })
    }
}
