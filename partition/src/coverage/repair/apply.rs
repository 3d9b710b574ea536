//! New outlines from faces and their holders.

use super::super::ground::{Ground, Lines};
use super::super::prepare::Prepared;
use super::choose::Choice;
use crate::chain::{Holder, splice};
use crate::frame::{Bounds, BoxIndex, Region};
use crate::subdivision::FaceId;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The cells whose outline changes, with their new one.
pub(super) fn changes(
    g: &Ground,
    choice: &Choice,
    p: &Prepared<'_>,
    lines: &Lines,
) -> BTreeMap<Holder, Region> {
    let after: Vec<Vec<Holder>> = (0..g.s.face_count() as u32).map(|f| choice.after(g, FaceId(f))).collect();
    let mut redrawn: BTreeSet<Holder> = p.faults.iter().map(|f| f.0).collect();
    redrawn.extend(p.chain.folds.iter().map(|f| f.holder));
    for (before, after) in g.held.iter().zip(&after).filter(|(b, a)| b != a) {
        redrawn.extend(before.iter().filter(|h| !after.contains(h)));
        redrawn.extend(after.iter().filter(|h| !before.contains(h)));
    }
    // Everybody else keeps the outline, with the nodes that neighbours now have on it.
    let index = BoxIndex::new(g.stops.keys().map(|&(a, b)| Bounds::of_segment(a, b)));
    let noded: Vec<(Holder, Region)> = (0..p.regions.len() as u32)
        .into_par_iter()
        .with_min_len(256)
        .filter(|i| !redrawn.contains(i))
        .filter_map(|i| {
            let region = &p.regions[i as usize];
            index.meeting(region.bounds()?).next()?;
            let mut out = region.clone();
            for ring in out.parts.iter_mut().flat_map(|p| std::iter::once(&mut p.shell).chain(&mut p.holes)) {
                splice(ring, |a, b| g.stops.get(&(a.min(b), a.max(b))).map_or(&[], Vec::as_slice));
            }
            (out != *region).then_some((i, out))
        })
        .collect();
    let mut out = BTreeMap::new();
    for (i, region) in noded {
        // Led over a node, a needle can fold: then it is drawn anew too.
        if lines.involved[i as usize] && crate::chain::guard(&region).is_err() {
            redrawn.insert(i);
        } else {
            out.insert(i, region);
        }
    }
    for round in rounds(&after, &redrawn) {
        let label = |f: FaceId| after[f.index()].iter().copied().find(|h| round.contains(h));
        out.extend(g.s.outlines(label));
    }
    out
}

/// Cells that hold a face together cannot be drawn in one round.
fn rounds(after: &[Vec<Holder>], redrawn: &BTreeSet<Holder>) -> Vec<BTreeSet<Holder>> {
    let mut rivals: BTreeMap<Holder, BTreeSet<Holder>> = BTreeMap::new();
    for set in after.iter().filter(|s| s.len() > 1) {
        let mine: Vec<Holder> = set.iter().copied().filter(|h| redrawn.contains(h)).collect();
        for (i, &h) in mine.iter().enumerate() {
            rivals.entry(h).or_default().extend(&mine[..i]);
        }
    }
    let mut rounds: Vec<BTreeSet<Holder>> = vec![BTreeSet::new()];
    for &h in redrawn {
        let clashes = |r: &BTreeSet<Holder>| rivals.get(&h).is_some_and(|s| s.iter().any(|o| r.contains(o)));
        match rounds.iter_mut().find(|r| !clashes(r)) {
            Some(r) => drop(r.insert(h)),
            None => rounds.push(BTreeSet::from([h])),
        }
    }
    rounds
}
