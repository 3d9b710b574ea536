//! All lines in one subdivision.

use super::merge::Groups;
use super::onward;
use super::sources::{LineKind, Sources};
use crate::subdivision::{FaceId, HalfEdge, Line, Subdivision, boundary_lines};
use std::collections::BTreeMap;

/// What lies on an edge, the strongest first: what it divides follows from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge {
    /// The outer limit.
    Boundary,
    /// The border of a parent.
    Parent,
    /// A given line that divides.
    Line,
    /// A street, continued to where it must meet the boundary.
    Onward,
    /// A given line that divides blocks which weigh too much.
    Path,
    /// A path, continued from the kerb to the centre line of a street.
    PathOnward,
    /// The outline of a building.
    Outline,
}

const EDGES: [Edge; 6] =
    [Edge::Boundary, Edge::Parent, Edge::Line, Edge::Onward, Edge::Path, Edge::PathOnward];

/// Tags below this are numbers of [`EDGES`], from here on of parts of buildings.
const FIRST_PART: u32 = EDGES.len() as u32;

/// Faces between everything that is drawn, and what each face lies in.
pub(super) struct Picture {
    pub(super) s: Subdivision,
    /// Faces inside the boundary.
    pub(super) inside: Vec<bool>,
    /// The parts of buildings that each face lies in, ascending.
    pub(super) parts_at: Vec<Vec<u32>>,
    /// The building of each part.
    pub(super) building_of: Vec<usize>,
}

impl Picture {
    pub(super) fn of(sources: &Sources<'_>) -> Self {
        let mut lines: Vec<Line> = boundary_lines(sources.boundary, Edge::Boundary as u32).collect();
        for l in sources.lines {
            let tag = match l.kind {
                LineKind::Parent => Edge::Parent,
                LineKind::Path => Edge::Path,
                LineKind::Road | LineKind::Rail | LineKind::Water | LineKind::Grid => Edge::Line,
            } as u32;
            lines.extend(l.points.windows(2).map(|w| Line { a: w[0], b: w[1], tag }));
        }
        for (ways, edge) in
            [(onward::streets(sources), Edge::Onward), (onward::paths(sources), Edge::PathOnward)]
        {
            lines.extend(ways.into_iter().map(|[a, b]| Line { a, b, tag: edge as u32 }));
        }
        let within = sources.boundary.bounds();
        let mut building_of = Vec::new();
        for (i, w) in sources.whole.iter().enumerate() {
            if !within.zip(w.ground.bounds()).is_some_and(|(w, b)| w.meets(&b)) {
                continue;
            }
            for part in &w.ground.parts {
                let tag = FIRST_PART + building_of.len() as u32;
                building_of.push(i);
                for ring in part.rings() {
                    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
                    lines.extend(ends.map(|(&a, &b)| Line { a, b, tag }));
                }
            }
        }
        let s = Subdivision::of(&lines);
        let mut parts_at = s.odd_tags();
        let inside = parts_at.iter().map(|t| t.first() == Some(&(Edge::Boundary as u32))).collect();
        for tags in &mut parts_at {
            tags.retain(|&t| t >= FIRST_PART);
            tags.iter_mut().for_each(|t| *t -= FIRST_PART);
        }
        Self { s, inside, parts_at, building_of }
    }

    /// The strongest of what lies on an edge.
    pub(super) fn edge(&self, h: HalfEdge) -> Edge {
        let strongest = self.s.tags(h).first().map_or(FIRST_PART, |t| t.tag);
        EDGES.get(strongest as usize).copied().unwrap_or(Edge::Outline)
    }

    /// The faces on both sides of an edge.
    pub(super) fn sides(&self, h: HalfEdge) -> [usize; 2] {
        [self.s.left(h).index(), self.s.left(h.twin()).index()]
    }

    pub(super) fn faces(&self) -> impl Iterator<Item = usize> + '_ {
        self.s.inner_faces().map(FaceId::index).filter(|&f| self.inside[f])
    }

    pub(super) fn twice_area_um2(&self, face: usize) -> i128 {
        self.s.twice_area_um2(FaceId(face as u32))
    }

    /// Sets of faces inside the boundary that hang together across the edges which `joins` accepts.
    pub(super) fn flood(&self, joins: impl Fn(HalfEdge) -> bool) -> Groups {
        let mut groups = Groups::new(self.s.face_count());
        for h in self.s.edges() {
            let [f, g] = self.sides(h);
            if self.inside[f] && self.inside[g] && joins(h) {
                groups.join(f, g);
            }
        }
        groups
    }

    /// For each building the group that holds most of it.
    pub(super) fn homes(&self, groups: &Groups) -> BTreeMap<usize, usize> {
        let mut areas: BTreeMap<(usize, usize), i128> = BTreeMap::new();
        for f in self.faces() {
            let mut buildings: Vec<usize> =
                self.parts_at[f].iter().map(|&p| self.building_of[p as usize]).collect();
            buildings.dedup();
            for b in buildings {
                *areas.entry((b, groups.root(f))).or_default() += self.twice_area_um2(f);
            }
        }
        let mut most: BTreeMap<usize, (i128, usize)> = BTreeMap::new();
        for ((b, group), area) in areas {
            let best = most.entry(b).or_insert((area, group));
            if area > best.0 {
                *best = (area, group);
            }
        }
        most.into_iter().map(|(b, (_, group))| (b, group)).collect()
    }

    /// Faces that lie in one building, or in buildings that overlap, on one side of the borders of parents.
    pub(super) fn solids(&self) -> Groups {
        self.flood(|h| {
            let [f, g] = self.sides(h).map(|f| &self.parts_at[f]);
            self.edge(h) > Edge::Parent && f.iter().any(|p| g.binary_search(p).is_ok())
        })
    }
}
