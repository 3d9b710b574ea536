//! The faces around what is wrong, and who holds each.

use super::prepare::{Prepared, crowded, unmatched};
use crate::chain::{BOUNDARY, Holder, insert_near_all};
use crate::frame::{Bounds, BoxIndex, Point, Region};
use crate::subdivision::{FaceId, HalfEdge, Line, Noded, Subdivision, boundary_lines};
use std::collections::{BTreeMap, HashSet};

/// The areas one level up that cells must stay inside.
#[derive(Clone, Copy, Debug)]
pub struct Parents<'a> {
    /// Their ground.
    pub regions: &'a [Region],
    /// The parent of each cell, as a number into `regions`. A cell without one may lie anywhere.
    pub of_cell: &'a [Option<u32>],
}

/// Where a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Outline of a cell; whether the chain left it over.
    Cell(Holder, bool),
    /// The boundary; whether the chain left it over.
    Boundary(bool),
    /// A parent.
    Parent(u32),
    /// A cut across a gap.
    Cut,
}

/// The outlines of all regions that have to do with something wrong.
pub(super) struct Lines {
    /// Line `i` has the tag `i`.
    lines: Vec<Line>,
    sources: Vec<Source>,
    /// The regions whose outlines are among them.
    pub(super) involved: Vec<bool>,
    has_boundary: bool,
    has_parents: bool,
    /// The parent of each cell.
    parent_of: Vec<Option<u32>>,
}

impl Lines {
    /// The outlines of regions with edges left over, with wrong rings, on crowded ground or across a parent's border;
    /// the boundary; the parents.
    ///
    /// `loose` is the ground between the edges left over, where there are some.
    pub(super) fn around(
        p: &Prepared<'_>,
        parents: Option<Parents<'_>>,
        loose: Option<&(Subdivision, Vec<i32>)>,
    ) -> Self {
        let c = &p.chain;
        let mut involved = vec![false; p.regions.len()];
        for e in c.residual.iter().chain(&c.folds).filter(|e| e.holder != BOUNDARY) {
            involved[e.holder as usize] = true;
        }
        for &(i, _) in &p.faults {
            involved[i as usize] = true;
        }
        let mut boxes = loose.map_or_else(Vec::new, |(s, w)| crowded(s, w, i32::from(p.boundary.is_none())));
        let mut parent_regions = parents.map_or_else(Vec::new, |p| p.regions.to_vec());
        if let Some(parents) = parents {
            boxes.extend(across_parents(p, &mut parent_regions, parents.of_cell));
        }
        if !boxes.is_empty() {
            let index = BoxIndex::new(boxes);
            for (r, is) in p.regions.iter().zip(&mut involved) {
                *is = *is || r.bounds().is_some_and(|b| index.meeting(b).next().is_some());
            }
        }
        let mut all = Self {
            lines: Vec::new(),
            sources: Vec::new(),
            involved,
            has_boundary: p.boundary.is_some(),
            has_parents: parents.is_some(),
            parent_of: parents.map_or_else(Vec::new, |p| p.of_cell.to_vec()),
        };
        if all.is_empty() {
            return all;
        }
        let left: HashSet<(Point, Point, Holder)> =
            c.residual.iter().map(|e| (e.from, e.to, e.holder)).collect();
        for (region, i) in
            p.regions.iter().zip(0..).filter(|(_, i)| all.involved[*i as usize]).collect::<Vec<_>>()
        {
            all.add(region, |a, b| Source::Cell(i, left.contains(&(a, b, i))));
        }
        if let Some(b) = &p.boundary {
            // Its chain is subtracted: what is left of it runs the other way.
            all.add(b, |a, b| Source::Boundary(left.contains(&(b, a, BOUNDARY))));
        }
        for (region, i) in parent_regions.iter().zip(0..) {
            all.add(region, |_, _| Source::Parent(i));
        }
        all
    }

    fn add(&mut self, region: &Region, source: impl Fn(Point, Point) -> Source) {
        for l in boundary_lines(region, 0).filter(|l| l.a != l.b) {
            self.push(l.a, l.b, source(l.a, l.b));
        }
    }

    fn push(&mut self, a: Point, b: Point, source: Source) {
        self.lines.push(Line { a, b, tag: self.sources.len() as u32 });
        self.sources.push(source);
    }

    /// Whether no region has to do with anything wrong.
    pub(super) fn is_empty(&self) -> bool {
        !self.involved.contains(&true)
    }

    /// Adds cuts across gaps.
    pub(super) fn add_cuts(&mut self, cuts: Vec<[Point; 2]>) {
        for [a, b] in cuts {
            self.push(a, b, Source::Cut);
        }
    }
}

/// Boxes of the edges where the outline of a parent's cells is not that of the parent.
fn across_parents(p: &Prepared<'_>, parents: &mut [Region], parent_of: &[Option<u32>]) -> Vec<Bounds> {
    let of = |h: Holder| parent_of.get(h as usize).copied().flatten();
    let mut edges: Vec<(Point, Point, u32, i8)> = Vec::new();
    let mut push = |from: Point, to: Point, parent: Option<u32>, sign: i8| {
        if let Some(parent) = parent {
            edges.push(if from < to { (from, to, parent, sign) } else { (to, from, parent, -sign) });
        }
    };
    for b in p.chain.borders.iter().filter(|b| of(b.left) != of(b.right)) {
        push(b.from, b.to, of(b.left), 1);
        push(b.to, b.from, of(b.right), 1);
    }
    for e in &p.chain.residual {
        push(e.from, e.to, of(e.holder), 1);
    }
    let ends: Vec<Point> = edges.iter().flat_map(|e| [e.0, e.1]).collect();
    insert_near_all(parents, ends);
    for (parent, i) in parents.iter().zip(0..) {
        for l in boundary_lines(parent, i) {
            edges.push(if l.a < l.b { (l.a, l.b, i, -1) } else { (l.b, l.a, i, 1) });
        }
    }
    edges.sort_unstable();
    edges
        .chunk_by(|p, q| (p.0, p.1, p.2) == (q.0, q.1, q.2))
        .filter(|g| g.iter().map(|e| i32::from(e.3)).sum::<i32>() != 0)
        .map(|g| Bounds::of_segment(g[0].0, g[0].1))
        .collect()
}

/// The faces between [`Lines`].
pub(super) struct Ground {
    pub(super) s: Subdivision,
    /// The cells that hold each face, ascending.
    pub(super) held: Vec<Vec<Holder>>,
    /// Whether each face lies in the domain: the boundary, else the parents, else anywhere.
    pub(super) inside: Vec<bool>,
    /// Whether each face is a gap. (A face without holder that is none belongs to regions that are not involved.)
    pub(super) gap: Vec<bool>,
    /// The parent of each face, where exactly one has it.
    pub(super) parent: Vec<Option<u32>>,
    /// Nodes inside original lines, by their ends in order, from the smaller end.
    pub(super) stops: BTreeMap<(Point, Point), Vec<Point>>,
    /// Borders that coincide without matching, by their holders.
    pub(super) unmatched: BTreeMap<Vec<Holder>, Vec<[Point; 2]>>,
    /// Whether each edge is only a cut.
    cut: Vec<bool>,
    parent_of: Vec<Option<u32>>,
}

impl Ground {
    pub(super) fn of(l: &Lines) -> Self {
        let noded = Noded::of(&l.lines);
        let at = |i: u32| noded.points[i as usize];
        let mut stops = BTreeMap::new();
        for pieces in noded.pieces.chunk_by(|p, q| p.tag == q.tag).filter(|g| g.len() > 1) {
            let mut inside: Vec<Point> = pieces[1..].iter().map(|p| at(p.a)).collect();
            let (a, b) = (at(pieces[0].a), at(pieces[pieces.len() - 1].b));
            if a > b {
                inside.reverse();
            }
            if l.sources[pieces[0].tag as usize] != Source::Cut {
                stops.insert((a.min(b), a.max(b)), inside);
            }
        }
        let s = Subdivision::build(noded);
        let source = |tag: u32| l.sources[tag as usize];
        let held = s.holders_by(|t| match source(t) {
            Source::Cell(h, _) => Some(h),
            _ => None,
        });
        // The number of all holders less one inside the boundary, involved or not.
        let w = s.windings(|t| match source(t) {
            Source::Cell(_, true) => 1,
            Source::Boundary(true) => -1,
            _ => 0,
        });
        let unmatched = unmatched(&s, &w, |t| match source(t) {
            Source::Cell(h, true) => Some(h),
            Source::Boundary(true) => Some(BOUNDARY),
            _ => None,
        });
        let in_boundary = s.windings(|t| i32::from(matches!(source(t), Source::Boundary(_))));
        let parents = s.holders_by(|t| match source(t) {
            Source::Parent(p) => Some(p),
            _ => None,
        });
        let faces = 0..s.face_count();
        let inside: Vec<bool> = faces
            .clone()
            .map(|f| match (l.has_boundary, l.has_parents) {
                (true, _) => in_boundary[f] > 0,
                (false, true) => !parents[f].is_empty(),
                (false, false) => f != FaceId::OUTSIDE.index(),
            })
            .collect();
        let gap = faces
            .map(|f| inside[f] && held[f].is_empty() && w[f] + i32::from(l.has_boundary && inside[f]) == 0)
            .collect();
        let parent = parents.iter().map(|set| if let [one] = set[..] { Some(one) } else { None }).collect();
        let cut = s.edges().map(|h| s.tags(h).iter().all(|t| source(t.tag) == Source::Cut)).collect();
        Self { s, held, inside, gap, parent, stops, unmatched, cut, parent_of: l.parent_of.clone() }
    }

    /// Whether an edge is there only because a gap was cut across.
    pub(super) fn is_cut(&self, h: HalfEdge) -> bool {
        self.cut[h.edge()]
    }

    /// Whether a cell may hold a face: inside the domain, in its own parent.
    pub(super) fn may_hold(&self, cell: Holder, f: FaceId) -> bool {
        let own = self.parent_of.get(cell as usize).copied().flatten();
        let here = self.parent[f.index()];
        self.inside[f.index()] && (own.is_none() || here.is_none() || own == here)
    }

    /// The half-edges around a face, loop by loop.
    pub(super) fn around(&self, f: FaceId) -> impl Iterator<Item = HalfEdge> + '_ {
        self.s.loops(f).iter().flat_map(|&h| self.s.around(h))
    }
}

/// Faces joined across some of their edges: for each face the smallest one it is joined with.
pub(super) fn joined(s: &Subdivision, across: impl Fn(HalfEdge) -> bool) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..s.face_count() as u32).collect();
    fn find(parent: &mut [u32], mut i: u32) -> u32 {
        while parent[i as usize] != i {
            parent[i as usize] = parent[parent[i as usize] as usize];
            i = parent[i as usize];
        }
        i
    }
    for h in s.edges().filter(|&h| across(h)) {
        let (a, b) = (find(&mut parent, s.left(h).0), find(&mut parent, s.left(h.twin()).0));
        parent[a.max(b) as usize] = a.min(b);
    }
    (0..s.face_count() as u32).map(|i| find(&mut parent, i)).collect()
}
