//! Half-edges from noded lines.

use super::noding::{Line, node};
use crate::frame::{Point, angle_order};

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
    /// That of [`node`], then O(n log n).
    #[must_use]
    pub fn of(lines: &[Line]) -> Self {
        Self::of_noded(node(lines))
    }

    /// Finds the faces between lines that meet only in their ends.
    #[must_use]
    pub fn of_noded(mut lines: Vec<Line>) -> Self {
        let mut points: Vec<Point> = lines.iter().flat_map(|l| [l.a, l.b]).collect();
        points.sort_unstable();
        points.dedup();
        let mut s = Self { points, ..Self::default() };
        let key = |l: &Line| (l.a.min(l.b), l.a.max(l.b));
        lines.sort_unstable_by_key(|l| (key(l), l.tag, l.a > l.b));
        for group in lines.chunk_by(|p, q| key(p) == key(q)) {
            let (a, b) = key(&group[0]);
            s.edges.push([s.point_number(a), s.point_number(b)]);
            s.tag_starts.push(s.tags.len() as u32);
            s.tags.extend(group.iter().map(|l| Tag { tag: l.tag, forward: l.a < l.b }));
        }
        s.tag_starts.push(s.tags.len() as u32);
        s.link();
        s.find_faces();
        s
    }

    fn point_number(&self, p: Point) -> u32 {
        self.points.partition_point(|&q| q < p) as u32
    }

    /// `next` of each half-edge: at its head, the first edge clockwise from where it came.
    fn link(&mut self) {
        let mut spokes: Vec<(u32, HalfEdge)> = (0..2 * self.edges.len() as u32)
            .map(|h| (self.origin_number(HalfEdge(h)), HalfEdge(h)))
            .collect();
        spokes.sort_unstable_by_key(|s| s.0);
        self.next = vec![HalfEdge(0); spokes.len()];
        for star in spokes.chunk_by_mut(|p, q| p.0 == q.0) {
            let o = self.points[star[0].0 as usize];
            star.sort_unstable_by(|p, q| angle_order(o, self.head(p.1), self.head(q.1)));
            for i in 0..star.len() {
                // Counter-clockwise order: the edge before an outgoing one is the next clockwise.
                let before = star[(i + star.len() - 1) % star.len()].1;
                self.next[star[i].1.twin().index()] = before;
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
