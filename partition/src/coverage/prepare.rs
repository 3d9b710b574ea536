//! What both the analysis and the repair start from: valid regions and what their chain leaves.

use super::resolve;
use crate::chain::{BOUNDARY, Cancelled, Chain, Fault, Holder, guard, guard_all, insert_near};
use crate::frame::{Bounds, Point, Region};
use crate::progress::Progress;
use crate::subdivision::{Line, Subdivision};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The boundary itself is no region, so nothing can be said about cells inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the boundary cannot be used: {0}")]
pub struct BadBoundary(pub Fault);

/// Regions as they are meant, with their cancelled chain.
pub(super) struct Prepared<'a> {
    /// The regions; those that failed the guard are resolved.
    pub(super) regions: Cow<'a, [Region]>,
    /// The regions that failed the guard, ascending.
    pub(super) faults: Vec<(Holder, Fault)>,
    /// The boundary with the nodes that regions have on its straight edges.
    pub(super) boundary: Option<Region>,
    pub(super) chain: Cancelled,
    /// Directed edges that went into the chain.
    pub(super) edges: usize,
}

impl Prepared<'_> {
    /// The ground between the edges left over, if there are some, as [`residual_ground`].
    pub(super) fn loose_ground(&self) -> Option<(Subdivision, Vec<i32>)> {
        (!self.chain.residual.is_empty()).then(|| residual_ground(&self.chain))
    }
}

/// Guards and resolves `regions`, nodes the boundary, cancels the chain; lists the borders that matched only if asked.
pub(super) fn prepare<'a>(
    regions: &'a [Region],
    boundary: Option<&Region>,
    with_borders: bool,
    progress: &dyn Progress,
) -> Result<Prepared<'a>, BadBoundary> {
    progress.stage("guard", 0, regions.len() as u64);
    if let Some(b) = boundary {
        guard(b).map_err(BadBoundary)?;
    }
    let faults = guard_all(regions);
    let mut regions = Cow::Borrowed(regions);
    if !faults.is_empty() {
        let meant: Vec<Region> = faults.par_iter().map(|&(i, _)| resolve(&regions[i as usize])).collect();
        for (&(i, _), meant) in faults.iter().zip(meant) {
            regions.to_mut()[i as usize] = meant;
        }
    }
    progress.stage("chain", 0, regions.len() as u64);
    let mut boundary = boundary.cloned();
    let edges = Chain::of(&regions, boundary.as_ref()).len();
    let cancel = |chain: Chain<'_>| if with_borders { chain.cancel() } else { chain.residue() };
    let mut chain = cancel(Chain::of(&regions, None));
    if let Some(b) = &mut boundary {
        insert_near(b, chain.residual.iter().flat_map(|e| [e.from, e.to]));
        chain.subtract(b);
    }
    Ok(Prepared { regions, faults, boundary, chain, edges })
}

/// The residual as a subdivision, whose winding numbers are the holders too many.
pub(super) fn residual_ground(c: &Cancelled) -> (Subdivision, Vec<i32>) {
    let lines: Vec<Line> =
        c.residual.iter().zip(0..).map(|(e, tag)| Line { a: e.from, b: e.to, tag }).collect();
    let s = Subdivision::of(&lines);
    let w = s.windings(|_| 1);
    (s, w)
}

/// The boxes of ground whose winding number is above `once`: more holders than there should be.
pub(super) fn crowded(s: &Subdivision, w: &[i32], once: i32) -> Vec<Bounds> {
    let ground = s.outlines(|f| (w[f.index()] > once).then_some(0));
    ground.into_values().flat_map(|r| r.parts).filter_map(|p| Bounds::of(p.shell)).collect()
}

/// Lines of the residual that bound no ground with their holders: borders that coincide without matching. `holder` gives who
/// has a line of the residual, and nobody for other lines.
pub(super) fn unmatched(
    s: &Subdivision,
    w: &[i32],
    holder: impl Fn(u32) -> Option<Holder>,
) -> BTreeMap<Vec<Holder>, Vec<[Point; 2]>> {
    let mut lines: BTreeMap<Vec<Holder>, Vec<[Point; 2]>> = BTreeMap::new();
    for h in s.edges().filter(|&h| w[s.left(h).index()] == w[s.left(h.twin()).index()]) {
        let mut who: Vec<Holder> = s.tags(h).iter().filter_map(|t| holder(t.tag)).collect();
        who.sort_unstable();
        who.dedup();
        // A vertex of the boundary on a cell's straight edge is nobody's fault.
        if who.last().is_some_and(|&h| h != BOUNDARY) {
            lines.entry(who).or_default().push([s.origin(h), s.head(h)]);
        }
    }
    lines
}
