//! From a residual to polygons of gaps, overlaps and trespass.

use super::prepare::{BadBoundary, Prepared, crowded, prepare, residual_ground, unmatched};
use crate::chain::{BOUNDARY, Cancelled, Fault, Holder, ResidualEdge};
use crate::frame::{Bounds, BoxIndex, Point, Polygon, Region, interior_point, length_um};
use crate::progress::{Progress, Silent};
use crate::subdivision::{HalfEdge, Line, Subdivision, boundary_lines};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// Ground of the domain that nobody holds.
    Gap,
    /// Ground that two or more regions hold.
    Overlap,
    /// One region lies wholly within another, or is the same.
    Nested,
    /// Ground held outside the boundary.
    Trespass,
    /// Two borders that coincide, but not vertex by vertex.
    Unmatched,
    /// The region's own rings are wrong.
    Invalid(Fault),
    /// The region's outline runs out and back along one line.
    Spike,
}

/// One place where the coverage is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// What is wrong.
    pub kind: Kind,
    /// The gap or overlap itself; no parts where only lines are wrong.
    pub ground: Region,
    /// The lines that do not match, where no ground is involved.
    pub lines: Vec<[Point; 2]>,
    /// Regions that hold the ground or own the lines, ascending.
    pub holders: Vec<Holder>,
    /// Regions beside a gap with the length of border they share with it, µm; longest first. [`BOUNDARY`] where the
    /// gap reaches the boundary.
    pub neighbours: Vec<(Holder, i64)>,
    /// Where to look.
    pub at: Point,
}

impl Defect {
    /// Twice the area, µm²; 0 for lines.
    #[must_use]
    pub fn twice_area_um2(&self) -> i128 {
        self.ground.twice_area_um2()
    }

    /// Mean width, µm: area over half the perimeter, which for a thin strip is its width. 0 for lines.
    #[must_use]
    pub fn width_um(&self) -> i64 {
        let perimeter = self.ground.perimeter_um();
        if perimeter == 0 { 0 } else { (self.twice_area_um2() / i128::from(perimeter)) as i64 }
    }
}

/// What [`analyse`] found.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Everything wrong, in order of kind, holders and place.
    pub defects: Vec<Defect>,
    /// Directed edges that went into the chain.
    pub edges: usize,
    /// Directed edges that found no partner.
    pub residual_edges: usize,
    /// The boundary with the nodes inserted that cells have on its straight edges.
    pub boundary: Option<Region>,
}

/// Finds everything that keeps `regions` from tiling `boundary`.
///
/// Without a boundary the domain is the union of the regions with its holes filled: enclosed holes are gaps, nothing
/// is said about the outer side.
///
/// # Steps
/// 1. The [guard](crate::chain::guard) on every region and the boundary; a region that fails is reported and
///    [resolved](super::resolve).
/// 2. The chain is cancelled. What matched is done with: it costs no geometry.
/// 3. The residual is noded. Its winding number is the number of holders too many, so −1 is a gap; edges with the
///    same number on both sides are borders that coincide without matching.
/// 4. Where there are too many holders, the regions around are noded whole, and each face says who holds it.
///
/// # Complexity
/// O(n log n) for n edges, then O(r log r) for the r edges of the residual and of the regions that overlap.
///
/// # Errors
/// [`BadBoundary`] when the boundary fails the guard.
pub fn analyse(regions: &[Region], boundary: Option<&Region>) -> Result<Analysis, BadBoundary> {
    analyse_watched(regions, boundary, &Silent)
}

/// [`analyse`], telling `progress` of each of its steps as it begins: `guard`, `chain`, `residual`.
///
/// # Errors
/// As [`analyse`].
pub fn analyse_watched(
    regions: &[Region],
    boundary: Option<&Region>,
    progress: &dyn Progress,
) -> Result<Analysis, BadBoundary> {
    let Prepared { regions: meant, faults, boundary, chain: c, edges } =
        prepare(regions, boundary, false, progress)?;
    let residual_edges = c.residual.len();
    progress.stage("residual", 0, residual_edges as u64);
    let faults = faults.iter().map(|&(i, fault)| (i, fault, &regions[i as usize]));
    let all = || (0..).zip(meant.iter());
    let around = if is_mostly_loose(residual_edges, meant.iter().map(vertices).sum()) {
        Around::All(all().collect())
    } else {
        Around::Crowded(|crowded: &[Bounds]| {
            let index = BoxIndex::new(crowded.iter().copied());
            let is_near = |r: &Region| r.bounds().is_some_and(|b| index.meeting(b).next().is_some());
            all().filter(|(_, r)| is_near(r)).collect()
        })
    };
    let defects = defects_of(&c, faults, boundary.is_some(), around);
    Ok(Analysis { defects, edges, residual_edges, boundary })
}

/// The regions that can have to do with what is wrong, ascending.
pub(super) enum Around<'a, F> {
    /// Those whose boxes meet one of the boxes of crowded ground: looked up once that is known.
    Crowded(F),
    /// All, where most is wrong: then ground is taken apart only once.
    All(Vec<(Holder, &'a Region)>),
}

/// Whether so many loose edges, of regions with so many vertices, make it cheaper to take all of them apart at once.
pub(super) fn is_mostly_loose(residual_edges: usize, vertices: usize) -> bool {
    residual_edges > vertices / 2
}

/// The vertices of a region, ring by ring.
pub(super) fn vertices(region: &Region) -> usize {
    region.rings().map(Vec::len).sum()
}

/// What a cancelled chain and the faults of single regions come to, in order of kind, holders and place.
pub(super) fn defects_of<'a>(
    c: &Cancelled,
    faults: impl Iterator<Item = (Holder, Fault, &'a Region)>,
    with_boundary: bool,
    around: Around<'a, impl FnOnce(&[Bounds]) -> Vec<(Holder, &'a Region)>>,
) -> Vec<Defect> {
    let mut defects: Vec<Defect> = faults.map(|(i, fault, drawn)| invalid(i, drawn, fault)).collect();
    defects.extend(c.folds.iter().map(|f| Defect {
        kind: Kind::Spike,
        lines: vec![[f.from, f.to]],
        holders: vec![f.holder],
        ..empty(f.from)
    }));
    // The winding number of ground that is held once.
    let once = i32::from(!with_boundary);
    match around {
        _ if c.residual.is_empty() => {}
        Around::Crowded(near) => {
            let (s, w) = residual_ground(c);
            from_residual(&s, &w, once, |tag| Some(c.residual[tag as usize].holder), &mut defects);
            let crowded = crowded(&s, &w, once);
            if !crowded.is_empty() {
                Held::around(c, &near(&crowded)).crowded(with_boundary, &mut defects);
            }
        }
        Around::All(all) => {
            let held = Held::around(c, &all);
            from_residual(&held.s, &held.too_many, once, |tag| held.left_over(tag), &mut defects);
            held.crowded(with_boundary, &mut defects);
        }
    }
    defects.sort_by(|p, q| (p.kind, &p.holders, p.at).cmp(&(q.kind, &q.holders, q.at)));
    defects
}

fn empty(at: Point) -> Defect {
    Defect {
        kind: Kind::Gap,
        ground: Region::default(),
        lines: Vec::new(),
        holders: Vec::new(),
        neighbours: Vec::new(),
        at,
    }
}

fn on_ground(kind: Kind, polygon: Polygon, holders: Vec<Holder>) -> Defect {
    let at = interior_point(&polygon).unwrap_or_default();
    Defect { kind, ground: Region::single(polygon), holders, ..empty(at) }
}

fn invalid(holder: Holder, region: &Region, fault: Fault) -> Defect {
    let first = region.rings().flatten().next().copied().unwrap_or_default();
    Defect { kind: Kind::Invalid(fault), holders: vec![holder], ..empty(fault.at().unwrap_or(first)) }
}

/// Gaps and unmatched lines from the lines of the residual, of which `holder` gives who has them.
fn from_residual(
    s: &Subdivision,
    w: &[i32],
    once: i32,
    holder: impl Fn(u32) -> Option<Holder>,
    defects: &mut Vec<Defect>,
) {
    let gaps = s.outlines(|f| (w[f.index()] < once).then_some(0)).remove(&0).unwrap_or_default();
    let beside = holders_beside(s, w, once, &holder);
    for polygon in gaps.parts {
        let mut shared: BTreeMap<Holder, i64> = BTreeMap::new();
        for ring in polygon.rings() {
            for (&a, &b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                for &h in beside.get(&(a.min(b), a.max(b))).into_iter().flatten() {
                    *shared.entry(h).or_default() += length_um(a, b);
                }
            }
        }
        let mut neighbours: Vec<(Holder, i64)> = shared.into_iter().collect();
        neighbours.sort_unstable_by_key(|&(h, l)| (-l, h));
        defects.push(Defect { neighbours, ..on_ground(Kind::Gap, polygon, Vec::new()) });
    }

    defects.extend(unmatched(s, w, holder).into_iter().map(|(holders, lines)| Defect {
        kind: Kind::Unmatched,
        holders,
        at: lines.first().map_or_else(Point::default, |l| l[0]),
        lines,
        ..empty(Point::default())
    }));
}

/// For each edge between a gap and held ground: who lies on the held side.
fn holders_beside(
    s: &Subdivision,
    w: &[i32],
    once: i32,
    holder: impl Fn(u32) -> Option<Holder>,
) -> BTreeMap<(Point, Point), Vec<Holder>> {
    let is_gap = |h: HalfEdge| s.left(h).0 != 0 && w[s.left(h).index()] < once;
    s.edges()
        .filter(|&h| is_gap(h) != is_gap(h.twin()))
        .map(|h| {
            let ends = (s.origin(h), s.head(h));
            let mut who: Vec<Holder> = s.tags(h).iter().filter_map(|t| holder(t.tag)).collect();
            who.sort_unstable();
            who.dedup();
            (ends, who)
        })
        .collect()
}

/// Regions noded whole, with what the chain left over.
///
/// What was left over says how many holders too many a face has, hence also whether it lies inside the boundary: only
/// there is one holder no one too many.
struct Held<'a, 'r> {
    around: &'a [(Holder, &'r Region)],
    s: Subdivision,
    too_many: Vec<i32>,
}

impl<'a, 'r> Held<'a, 'r> {
    fn around(c: &Cancelled, around: &'a [(Holder, &'r Region)]) -> Self {
        let mut left: Vec<&ResidualEdge> = c.residual.iter().collect();
        left.par_sort_unstable_by_key(|e| (e.holder, e.from, e.to));
        let place = |h: Holder| around.binary_search_by_key(&h, |a| a.0).ok();
        // Twice the place of the holder in `around`, and one more where the edge was left over.
        let others = 2 * around.len() as u32 + 1;
        let folded: BTreeSet<Holder> = c.folds.iter().map(|f| f.holder).collect();
        let mut lines: Vec<Line> = Vec::new();
        for (&(holder, region), i) in around.iter().zip(0..) {
            let own = &left[left.partition_point(|e| e.holder < holder)..];
            let own = &own[..own.partition_point(|e| e.holder == holder)];
            let drawn: Vec<Line> = boundary_lines(region, 2 * i).collect();
            // What a region runs along both ways bounds no ground: between its two sides there is no line.
            lines.extend(if folded.contains(&holder) { unfolded(drawn) } else { drawn }.into_iter().map(
                |l| {
                    let was_left = own.binary_search_by_key(&(l.a, l.b), |e| (e.from, e.to)).is_ok();
                    Line { tag: l.tag + u32::from(was_left), ..l }
                },
            ));
        }
        let beyond = c.residual.iter().filter(|e| place(e.holder).is_none());
        lines.extend(beyond.map(|e| Line { a: e.from, b: e.to, tag: others }));
        let s = Subdivision::of(&lines);
        let too_many = s.windings(|t| (t & 1) as i32);
        Self { around, s, too_many }
    }

    /// Who has a line that was left over; where all regions are around, the others are the boundary's.
    fn left_over(&self, tag: u32) -> Option<Holder> {
        let holder = self.around.get(tag as usize / 2).map_or(BOUNDARY, |a| a.0);
        (tag & 1 == 1).then_some(holder)
    }

    /// Overlaps and trespass.
    fn crowded(&self, with_boundary: bool, defects: &mut Vec<Defect>) {
        let held = self.s.holders_by(|t| self.around.get(t as usize / 2).map(|a| a.0));
        let mut sets: BTreeMap<(Vec<Holder>, bool), u32> = BTreeMap::new();
        let labels: Vec<Option<u32>> = held
            .into_iter()
            .zip(&self.too_many)
            .map(|(cells, &too_many)| {
                let inside = !with_boundary || cells.len() as i32 > too_many;
                let wrong = cells.len() > 1 || (cells.len() == 1 && !inside);
                let next = sets.len() as u32;
                wrong.then(|| *sets.entry((cells, inside)).or_insert(next))
            })
            .collect();
        let mut grounds = self.s.outlines(|f| labels[f.index()]);
        for ((cells, inside), label) in sets {
            let Some(ground) = grounds.remove(&label) else { continue };
            let place = |h: Holder| self.around.binary_search_by_key(&h, |a| a.0).ok();
            let size = |h: &Holder| place(*h).map(|i| self.around[i].1.twice_area_um2());
            let whole = cells.len() > 1 && cells.iter().any(|h| size(h) == Some(ground.twice_area_um2()));
            for polygon in ground.parts {
                if !inside {
                    defects.push(on_ground(Kind::Trespass, polygon.clone(), cells.clone()));
                }
                if cells.len() > 1 {
                    let kind = if whole { Kind::Nested } else { Kind::Overlap };
                    defects.push(on_ground(kind, polygon, cells.clone()));
                }
            }
        }
    }
}

/// Lines without those that run back along another.
fn unfolded(mut lines: Vec<Line>) -> Vec<Line> {
    let ends = |l: &Line| (l.a.min(l.b), l.a.max(l.b));
    lines.sort_unstable_by_key(|l| (ends(l), l.a));
    let mut left = Vec::with_capacity(lines.len());
    for users in lines.chunk_by(|p, q| ends(p) == ends(q)) {
        let there = users.partition_point(|l| l.a < l.b);
        let (there, back) = users.split_at(there);
        let both = there.len().min(back.len());
        left.extend(there[both..].iter().chain(&back[both..]));
    }
    left
}

#[cfg(test)]
#[path = "analyse_tests.rs"]
mod tests;
