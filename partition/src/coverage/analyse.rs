//! From a residual to polygons of gaps, overlaps and trespass.

use super::prepare::{BadBoundary, Prepared, crowded, prepare, residual_ground, unmatched};
use crate::chain::{BOUNDARY, Cancelled, Fault, Holder};
use crate::frame::{Bounds, BoxIndex, Point, Polygon, Region, interior_point, length_um};
use crate::progress::{Progress, Silent};
use crate::subdivision::{HalfEdge, Line, Subdivision, boundary_lines};
use std::collections::BTreeMap;

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
    let mut defects: Vec<Defect> =
        faults.iter().map(|&(i, fault)| invalid(i, &regions[i as usize], fault)).collect();
    defects.extend(c.folds.iter().map(|f| Defect {
        kind: Kind::Spike,
        lines: vec![[f.from, f.to]],
        holders: vec![f.holder],
        ..empty(f.from)
    }));
    let residual_edges = c.residual.len();
    progress.stage("residual", 0, residual_edges as u64);
    if residual_edges > 0 {
        let crowded = from_residual(&c, boundary.is_some(), &mut defects);
        from_holders(&meant, boundary.as_ref(), &crowded, &mut defects);
    }
    defects.sort_by(|p, q| (p.kind, &p.holders, p.at).cmp(&(q.kind, &q.holders, q.at)));
    Ok(Analysis { defects, edges, residual_edges, boundary })
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

/// Gaps and unmatched lines from the residual alone; returns the boxes of ground with too many holders.
fn from_residual(c: &Cancelled, with_boundary: bool, defects: &mut Vec<Defect>) -> Vec<Bounds> {
    let (s, w) = residual_ground(c);
    let holder = |tag: u32| c.residual[tag as usize].holder;
    // The winding number of ground that is held once.
    let once = i32::from(!with_boundary);

    let gaps = s.outlines(|f| (w[f.index()] < once).then_some(0)).remove(&0).unwrap_or_default();
    let beside = holders_beside(&s, &w, once, holder);
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

    defects.extend(unmatched(&s, &w, holder).into_iter().map(|(holders, lines)| Defect {
        kind: Kind::Unmatched,
        holders,
        at: lines.first().map_or_else(Point::default, |l| l[0]),
        lines,
        ..empty(Point::default())
    }));

    crowded(&s, &w, once)
}

/// For each edge between a gap and held ground: who lies on the held side.
fn holders_beside(
    s: &Subdivision,
    w: &[i32],
    once: i32,
    holder: impl Fn(u32) -> Holder,
) -> BTreeMap<(Point, Point), Vec<Holder>> {
    let is_gap = |h: HalfEdge| s.left(h).0 != 0 && w[s.left(h).index()] < once;
    s.edges()
        .filter(|&h| is_gap(h) != is_gap(h.twin()))
        .map(|h| {
            let ends = (s.origin(h), s.head(h));
            let mut who: Vec<Holder> = s.tags(h).iter().map(|t| holder(t.tag)).collect();
            who.sort_unstable();
            who.dedup();
            (ends, who)
        })
        .collect()
}

/// Overlaps and trespass: the regions around crowded ground, noded whole.
fn from_holders(
    regions: &[Region],
    boundary: Option<&Region>,
    crowded: &[Bounds],
    defects: &mut Vec<Defect>,
) {
    if crowded.is_empty() {
        return;
    }
    let index = BoxIndex::new(crowded.iter().copied());
    let involved = regions
        .iter()
        .zip(0..)
        .filter(|(r, _)| r.bounds().is_some_and(|b| index.meeting(b).next().is_some()));
    let mut lines: Vec<Line> = involved.flat_map(|(r, i)| boundary_lines(r, i)).collect();
    if let Some(b) = boundary {
        lines.extend(boundary_lines(b, BOUNDARY));
    }
    let s = Subdivision::of(&lines);
    let mut sets: BTreeMap<Vec<Holder>, u32> = BTreeMap::new();
    let labels: Vec<Option<u32>> = s
        .holders()
        .into_iter()
        .map(|set| {
            let inside = boundary.is_none() || set.last() == Some(&BOUNDARY);
            let cells = set.iter().filter(|&&h| h != BOUNDARY).count();
            let wrong = cells > 1 || (cells == 1 && !inside);
            let next = sets.len() as u32;
            wrong.then(|| *sets.entry(set).or_insert(next))
        })
        .collect();
    let mut grounds = s.outlines(|f| labels[f.index()]);
    for (set, label) in sets {
        let inside = boundary.is_none() || set.last() == Some(&BOUNDARY);
        let cells: Vec<Holder> = set.into_iter().filter(|&h| h != BOUNDARY).collect();
        let Some(ground) = grounds.remove(&label) else { continue };
        let whole = cells.len() > 1
            && cells.iter().any(|&c| regions[c as usize].twice_area_um2() == ground.twice_area_um2());
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

#[cfg(test)]
#[path = "analyse_tests.rs"]
mod tests;
