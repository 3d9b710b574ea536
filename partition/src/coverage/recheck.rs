//! Checking again after an edit.

use super::analyse::{Around, Defect, defects_of, is_mostly_loose, vertices};
use super::prepare::BadBoundary;
use super::resolve;
use crate::chain::{Fault, Holder, StandingChain, guard, guard_all};
use crate::frame::{Bounds, BoxTree, Region};
use std::collections::BTreeMap;

/// A coverage that is edited region by region and always knows what is wrong with it.
///
/// # When to use
/// While somebody draws: a full [`analyse`](super::analyse) looks at every edge again, this only at those of the regions
/// around the changed one. What it finds is the same, place by place.
///
/// # Example
/// ```
/// use partition::{coverage::{Kind, Recheck}, frame::{Point, Polygon, Region}};
/// let rect = |x0, x1| Region::single(Polygon {
///     shell: [(x0, 0), (x1, 0), (x1, 10), (x0, 10)].map(|(x, y)| Point::new(x, y)).to_vec(),
///     holes: vec![],
/// });
/// let mut coverage = Recheck::new(vec![rect(0, 10), rect(10, 20)], Some(&rect(0, 20)))?;
/// assert!(coverage.defects().is_empty());
/// coverage.replace(0, rect(0, 9));
/// assert_eq!(coverage.defects()[0].kind, Kind::Gap);
/// # Ok::<(), partition::coverage::BadBoundary>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recheck {
    /// As they are meant: those with faults resolved.
    regions: Vec<Region>,
    /// Faults, with the region as drawn.
    faults: BTreeMap<Holder, (Fault, Region)>,
    index: BoxTree,
    chain: StandingChain,
    with_boundary: bool,
    /// Of all regions, as they are meant.
    vertices: usize,
}

impl Recheck {
    /// Checks everything once.
    ///
    /// # Complexity
    /// That of [`analyse`](super::analyse), and an index of the regions' boxes.
    ///
    /// # Errors
    /// [`BadBoundary`] when the boundary fails the guard.
    pub fn new(mut regions: Vec<Region>, boundary: Option<&Region>) -> Result<Self, BadBoundary> {
        if let Some(b) = boundary {
            guard(b).map_err(BadBoundary)?;
        }
        let mut faults = BTreeMap::new();
        for (h, fault) in guard_all(&regions) {
            let drawn = std::mem::take(&mut regions[h as usize]);
            regions[h as usize] = resolve(&drawn);
            faults.insert(h, (fault, drawn));
        }
        let boxed = regions.iter().zip(0..).filter_map(|(r, i)| Some((i, r.bounds()?)));
        let index = BoxTree::new(boxed);
        let chain = StandingChain::new(&regions, boundary);
        let vertices = regions.iter().map(vertices).sum();
        Ok(Self { regions, faults, index, chain, with_boundary: boundary.is_some(), vertices })
    }

    /// Number of regions.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.regions.len()
    }

    /// Whether there are no regions.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }

    /// Region `holder` is `region` from now on; one without parts holds nothing. The number after the last adds one;
    /// numbers beyond are not taken and answered with `false`.
    ///
    /// # Complexity
    /// O(e log e) for the e edges of the regions whose boxes meet the old or the new one's.
    pub fn replace(&mut self, holder: Holder, region: Region) -> bool {
        let i = holder as usize;
        if i > self.regions.len() || holder == Holder::MAX {
            return false;
        }
        if i == self.regions.len() {
            self.regions.push(Region::default());
        }
        self.faults.remove(&holder);
        let meant = match guard(&region) {
            Ok(()) => region,
            Err(fault) => {
                let meant = resolve(&region);
                self.faults.insert(holder, (fault, region));
                meant
            }
        };
        let old = std::mem::replace(&mut self.regions[i], meant);
        let new = &self.regions[i];
        self.vertices = self.vertices - vertices(&old) + vertices(new);
        let windows = [old.bounds(), new.bounds()];
        if let Some(b) = windows[0] {
            self.index.remove(holder, b);
        }
        if let Some(b) = windows[1] {
            self.index.insert(holder, b);
        }
        let near = self.meeting(windows.into_iter().flatten());
        let near = near.into_iter().map(|h| (h, &self.regions[h as usize]));
        self.chain.change(&old, new, near);
        true
    }

    /// Everything wrong, as in [`Analysis::defects`](super::Analysis::defects).
    ///
    /// # Complexity
    /// O(r log r) for the r edges of what is wrong and of the regions that overlap: nothing where all is right.
    #[must_use]
    pub fn defects(&self) -> Vec<Defect> {
        let faults = self.faults.iter().map(|(&h, (fault, drawn))| (h, *fault, drawn));
        let near = |crowded: &[Bounds]| {
            let near = self.meeting(crowded.iter().copied());
            near.into_iter().map(|h| (h, &self.regions[h as usize])).collect()
        };
        let residue = self.chain.residue();
        let around = if is_mostly_loose(residue.residual.len(), self.vertices) {
            Around::All((0..).zip(&self.regions).collect())
        } else {
            Around::Crowded(near)
        };
        defects_of(&residue, faults, self.with_boundary, around)
    }

    /// Regions whose boxes meet one of these, ascending.
    fn meeting(&self, windows: impl Iterator<Item = Bounds>) -> Vec<Holder> {
        let mut near: Vec<Holder> = windows.flat_map(|w| self.index.meeting(w)).collect();
        near.sort_unstable();
        near.dedup();
        near
    }
}
