//! The log of a plan.

use super::super::ground::{Ground, joined};
use super::super::prepare::Prepared;
use super::choose::Choice;
use super::{Action, Step};
use crate::chain::Holder;
use crate::frame::{Point, Region, interior_point};
use crate::subdivision::FaceId;
use std::collections::BTreeMap;

/// Neighbouring faces with which the same is done, as one step.
pub(super) fn of_faces(g: &Ground, choice: &Choice) -> Vec<Step> {
    let key = |f: FaceId| (choice.actions[f.index()], &g.held[f.index()]);
    let group = joined(&g.s, |h| {
        let (f, k) = (g.s.left(h), g.s.left(h.twin()));
        choice.actions[f.index()].is_some() && key(f) == key(k)
    });
    let mut grounds = g.s.outlines(|f| choice.actions[f.index()].map(|_| group[f.index()]));
    let mut steps = Vec::with_capacity(grounds.len());
    for f in g.s.inner_faces().filter(|f| group[f.index()] == f.0) {
        let (Some(action), Some(ground)) = (choice.actions[f.index()], grounds.remove(&f.0)) else {
            continue;
        };
        let at = ground.parts.first().and_then(interior_point).unwrap_or_default();
        steps.push(Step { action, from: g.held[f.index()].clone(), ground, lines: Vec::new(), at });
    }
    steps
}

/// Wrong rings, spikes, and vertices that one side lacks.
pub(super) fn of_lines(p: &Prepared<'_>, g: &Ground) -> Vec<Step> {
    let step = |action, from: Vec<Holder>, lines: Vec<[Point; 2]>, at| Step {
        action,
        from,
        ground: Region::default(),
        lines,
        at,
    };
    let mut steps: Vec<Step> = p
        .faults
        .iter()
        .map(|&(i, fault)| {
            let first = p.regions[i as usize].rings().flatten().next().copied();
            step(Action::Resolve, vec![i], Vec::new(), fault.at().or(first).unwrap_or_default())
        })
        .collect();
    let mut spikes: BTreeMap<Holder, Vec<[Point; 2]>> = BTreeMap::new();
    for f in &p.chain.folds {
        spikes.entry(f.holder).or_default().push([f.from, f.to]);
    }
    steps.extend(spikes.into_iter().map(|(h, l)| {
        let at = l.first().map_or_else(Point::default, |l| l[0]);
        step(Action::Trim, vec![h], l, at)
    }));
    steps.extend(g.unmatched.iter().map(|(who, l)| {
        let at = l.first().map_or_else(Point::default, |l| l[0]);
        step(Action::Match, who.clone(), l.clone(), at)
    }));
    steps
}
