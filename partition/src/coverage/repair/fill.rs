//! Ground without anybody who may hold it: gaps, and ground in another parent.

use super::super::ground::{Ground, joined};
use super::choose::{Choice, pick};
use super::cut::is_thin;
use super::{Action, Options, Reason};
use crate::chain::Holder;
use crate::frame::{Region, UM_PER_M, length_um};
use crate::subdivision::FaceId;
use std::collections::BTreeMap;

/// Gives gaps, and ground in another parent, to the cells beside them.
pub(super) fn fill(g: &Ground, choice: &mut Choice, regions: &[Region], options: &Options<'_>) {
    let is_gap = |f: FaceId| g.gap[f.index()];
    let limits = Limits::of(regions, options.max_fill_m2);
    // Whether a gap is filled is asked of the whole gap, who gets it of each piece between cuts.
    let whole = joined(&g.s, |h| is_gap(g.s.left(h)) && is_gap(g.s.left(h.twin())));
    let mut size: BTreeMap<u32, (i128, i64)> = BTreeMap::new();
    for f in g.s.inner_faces().filter(|&f| is_gap(f)) {
        let outline = g.around(f).filter(|h| !is_gap(g.s.left(h.twin())));
        let border: i64 = outline.map(|h| length_um(g.s.origin(h), g.s.head(h))).sum();
        let sum = size.entry(whole[f.index()]).or_default();
        *sum = (sum.0 + g.s.twice_area_um2(f), sum.1 + border);
    }
    let mut open: Vec<FaceId> = Vec::new();
    for f in g.s.inner_faces() {
        if is_gap(f) {
            let verdict = limits.verdict(size[&whole[f.index()]]);
            choice.actions[f.index()] = Some(verdict.unwrap_or(Action::Ask(Reason::NoNeighbour)));
            if verdict.is_none() {
                open.push(f);
            }
        } else if choice.actions[f.index()] == Some(Action::Ask(Reason::NoNeighbour)) {
            open.push(f);
        }
    }
    let is_open = open.iter().fold(vec![false; g.s.face_count()], |mut v, f| {
        v[f.index()] = true;
        v
    });
    let piece = joined(&g.s, |h| {
        let (f, k) = (g.s.left(h), g.s.left(h.twin()));
        let same = is_open[f.index()] && is_open[k.index()] && g.held[f.index()] == g.held[k.index()];
        same && !g.is_cut(h) && g.parent[f.index()] == g.parent[k.index()]
    });
    let mut pieces: BTreeMap<u32, Vec<FaceId>> = BTreeMap::new();
    for f in open {
        pieces.entry(piece[f.index()]).or_default().push(f);
    }
    // A piece that borders on other pieces only waits for them.
    loop {
        let mut given: Vec<(u32, Holder)> = Vec::new();
        for (&number, faces) in &pieces {
            let mut beside: BTreeMap<Holder, i64> = BTreeMap::new();
            for h in faces.iter().flat_map(|&f| g.around(f)) {
                let owner = choice.owner(g, g.s.left(h.twin()));
                if let Some(c) = owner.filter(|&c| g.may_hold(c, g.s.left(h))) {
                    *beside.entry(c).or_default() += length_um(g.s.origin(h), g.s.head(h));
                }
            }
            let scored: Vec<(Holder, i64)> = beside.into_iter().collect();
            given.extend(pick(&scored, options.strategy).map(|to| (number, to)));
        }
        if given.is_empty() {
            return;
        }
        for (number, to) in given {
            for f in pieces.remove(&number).into_iter().flatten() {
                choice.actions[f.index()] = Some(if is_gap(f) { Action::Fill(to) } else { Action::Move(to) });
            }
        }
    }
}

/// Twice the area of the median region, µm².
#[must_use]
pub fn twice_median_um2(regions: &[Region]) -> i128 {
    let mut sizes: Vec<i128> = regions.iter().map(Region::twice_area_um2).collect();
    let middle = sizes.len() / 2;
    if sizes.is_empty() { 0 } else { *sizes.select_nth_unstable(middle).1 }
}

/// Whether a gap could be a cell: above half the median one, and no strip, however much ground that is.
#[must_use]
pub fn is_cell_sized(twice_area_um2: i128, border_um: i64, twice_median_um2: i128) -> bool {
    2 * twice_area_um2 > twice_median_um2 && !is_thin(twice_area_um2, border_um)
}

/// From which size on a gap is not simply filled; twice µm².
struct Limits {
    max_fill: i128,
    median: i128,
}

impl Limits {
    fn of(regions: &[Region], max_fill_m2: f64) -> Self {
        let um2 = (UM_PER_M as f64).powi(2);
        Self { max_fill: (2.0 * max_fill_m2 * um2) as i128, median: twice_median_um2(regions) }
    }

    fn verdict(&self, (size, border): (i128, i64)) -> Option<Action> {
        if is_cell_sized(size, border, self.median) {
            Some(Action::NewCell)
        } else if size > self.max_fill {
            Some(Action::Ask(Reason::AboveMaxFill))
        } else {
            None
        }
    }
}
