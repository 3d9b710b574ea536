//! Who gets each face.

use super::super::ground::Ground;
use super::fill::fill;
use super::{Action, Nested, Options, Reason, Strategy};
use crate::chain::Holder;
use crate::frame::{Region, length_um};
use crate::subdivision::{FaceId, HalfEdge};
use std::collections::BTreeMap;

/// A pair that shares this much of the smaller one's ground is nested, in tenths.
const NESTED_TENTHS: i128 = 9;
/// More holders than this on one face are not settled one by one.
const CROWD: usize = 32;

/// What is done with each face; `None` where nothing is wrong.
pub(super) struct Choice {
    pub(super) actions: Vec<Option<Action>>,
}

impl Choice {
    pub(super) fn of(g: &Ground, regions: &[Region], options: &Options<'_>) -> Self {
        let pairs = Pairs::of(g, regions);
        let mut c = Self { actions: vec![None; g.s.face_count()] };
        for f in std::iter::once(FaceId::OUTSIDE).chain(g.s.inner_faces()) {
            c.actions[f.index()] = c.one(g, &pairs, options, f);
        }
        c.keep_alive(g, regions);
        fill(g, &mut c, regions, options);
        c
    }

    /// What is done with a face that somebody holds. Gaps, and ground nobody there may hold, come later.
    fn one(&self, g: &Ground, pairs: &Pairs, options: &Options<'_>, f: FaceId) -> Option<Action> {
        let held = &g.held[f.index()];
        if held.is_empty() || f == FaceId::OUTSIDE {
            return None;
        }
        if !g.inside[f.index()] {
            return Some(Action::CutOff);
        }
        let valid: Vec<Holder> = held.iter().copied().filter(|&h| g.may_hold(h, f)).collect();
        match valid[..] {
            [_] if held.len() == 1 => None,
            [one] => Some(Action::Move(one)),
            // Decided with the gaps; a mark until then.
            [] => Some(Action::Ask(Reason::NoNeighbour)),
            _ => Some(match pairs.verdict(&valid, options.nested) {
                Verdict::Ask(reason) => Action::Ask(reason),
                Verdict::Inner(h) => Action::Settle(h),
                Verdict::Free => best(g, f, &valid, options.strategy).map_or(Action::CutOff, Action::Settle),
            }),
        }
    }

    /// Asks instead, where a cell would be left with a tenth of its ground or less.
    fn keep_alive(&mut self, g: &Ground, regions: &[Region]) {
        let mut lost: BTreeMap<Holder, i128> = BTreeMap::new();
        let losers = |c: &Self, f: FaceId| -> Vec<Holder> {
            let Some(action) = c.actions[f.index()] else { return Vec::new() };
            let loses = action.is_applied() || action == Action::Ask(Reason::NoNeighbour);
            let held = g.held[f.index()].iter().copied();
            held.filter(|&h| loses && action.receiver() != Some(h)).collect()
        };
        for f in g.s.inner_faces() {
            for h in losers(self, f) {
                *lost.entry(h).or_default() += g.s.twice_area_um2(f);
            }
        }
        let dying = |h: &Holder| {
            lost.get(h).is_some_and(|l| 10 * l >= NESTED_TENTHS * regions[*h as usize].twice_area_um2())
        };
        for f in g.s.inner_faces() {
            if losers(self, f).iter().any(dying) {
                self.actions[f.index()] = Some(Action::Ask(Reason::WouldVanish));
            }
        }
    }

    /// The one cell that holds a face afterwards; `None` for none or several.
    pub(super) fn owner(&self, g: &Ground, f: FaceId) -> Option<Holder> {
        match self.after(g, f)[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The cells that hold a face afterwards.
    pub(super) fn after(&self, g: &Ground, f: FaceId) -> Vec<Holder> {
        match self.actions[f.index()] {
            Some(Action::CutOff) => Vec::new(),
            Some(a) if a.receiver().is_some() => a.receiver().into_iter().collect(),
            _ => g.held[f.index()].clone(),
        }
    }
}

/// Which of `among` gets a face they all hold.
///
/// A cell that the loss could split in two goes first.
fn best(g: &Ground, f: FaceId, among: &[Holder], strategy: Strategy<'_>) -> Option<Holder> {
    let shared = |c: Holder| -> i64 {
        g.around(f)
            .filter(|h| g.held[g.s.left(h.twin()).index()] == [c])
            .map(|h| length_um(g.s.origin(h), g.s.head(h)))
            .sum()
    };
    let scored: Vec<(Holder, i64)> = among.iter().map(|&c| (c, shared(c))).collect();
    let split = |c: Holder| match strategy {
        Strategy::LongestBorder => stretches(g, f, |h| g.held[g.s.left(h.twin()).index()].contains(&c)) > 1,
        _ => false,
    };
    let torn: Vec<(Holder, i64)> = scored.iter().copied().filter(|s| split(s.0)).collect();
    pick(if torn.is_empty() { &scored } else { &torn }, strategy)
}

/// Of cells with the border they share, the one that `strategy` names.
pub(super) fn pick(scored: &[(Holder, i64)], strategy: Strategy<'_>) -> Option<Holder> {
    let longest = scored.iter().map(|s| s.1).max()?;
    let at = |list: &[i64], c: Holder| list.get(c as usize).copied().unwrap_or(i64::MAX);
    let key = |&&(c, border): &&(Holder, i64)| match strategy {
        Strategy::LongestBorder => (0, -border, c),
        Strategy::Named(ranks) => (ranks.get(c as usize).map_or(i64::MAX, |&r| i64::from(r)), -border, c),
        Strategy::Workload(loads) if 4 * border >= longest => (at(loads, c), -border, c),
        Strategy::Workload(_) => (i64::MAX, -border, c),
    };
    scored.iter().min_by_key(key).map(|s| s.0)
}

/// In how many separate stretches the border of a face `belongs`; 1 when all of it does.
fn stretches(g: &Ground, f: FaceId, belongs: impl Fn(HalfEdge) -> bool) -> usize {
    let mut count = 0;
    for &start in g.s.loops(f) {
        let along: Vec<bool> = g.s.around(start).map(&belongs).collect();
        let starts = along.iter().zip(along.iter().cycle().skip(1)).filter(|(a, b)| !**a && **b).count();
        count += if starts == 0 { usize::from(along.first() == Some(&true)) } else { starts };
    }
    count
}

enum Verdict {
    Free,
    Inner(Holder),
    Ask(Reason),
}

/// Ground shared by each pair of cells, and the size of each.
struct Pairs {
    shared: BTreeMap<(Holder, Holder), i128>,
    size: BTreeMap<Holder, i128>,
}

impl Pairs {
    fn of(g: &Ground, regions: &[Region]) -> Self {
        let (mut shared, mut size) = (BTreeMap::new(), BTreeMap::new());
        for f in g.s.inner_faces().filter(|f| (2..=CROWD).contains(&g.held[f.index()].len())) {
            let held = &g.held[f.index()];
            for (i, &a) in held.iter().enumerate() {
                size.entry(a).or_insert_with(|| regions[a as usize].twice_area_um2());
                for &b in &held[i + 1..] {
                    *shared.entry((a, b)).or_default() += g.s.twice_area_um2(f);
                }
            }
        }
        Self { shared, size }
    }

    /// Whether cells that share ground may be settled: not if one of them lies in another.
    fn verdict(&self, among: &[Holder], nested: Nested) -> Verdict {
        if among.len() > CROWD {
            return Verdict::Ask(Reason::Duplicate);
        }
        let mut inner = None;
        for (i, &a) in among.iter().enumerate() {
            for &b in &among[i + 1..] {
                let share = 10 * self.shared.get(&(a, b)).copied().unwrap_or_default();
                let within = |h: Holder| self.size.get(&h).is_some_and(|&size| share >= NESTED_TENTHS * size);
                match (within(a), within(b)) {
                    (true, true) => return Verdict::Ask(Reason::Duplicate),
                    (true, false) => inner = Some(a),
                    (false, true) => inner = Some(b),
                    (false, false) => {}
                }
            }
        }
        match inner {
            Some(h) if nested == Nested::InnerWins && among.len() == 2 => Verdict::Inner(h),
            Some(_) => Verdict::Ask(Reason::Nested),
            None => Verdict::Free,
        }
    }
}
