//! C6: rules that exclude each other, or need another number of cells.
//!
//! The check follows what rules imply: units that share a cell, the units every way between those must use, and the
//! units that can never share one. Where that is not enough it tries both for two neighbours, together and apart, up to
//! a limit of work. It is plain and incomplete: what it does not find may still be impossible.

use super::{Facts, Refuted, view::View};
use crate::solve::Rules;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// No plan keeps these rules; each of them is needed for that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clash {
    /// The rules.
    pub rules: Rules,
    /// The number of cells asked for, where it matters.
    pub cells: Option<u32>,
    /// What goes wrong.
    pub why: Why,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The unit shares a cell with one that it has to be apart from.
    Torn {
        /// The unit.
        unit: u32,
    },
    /// Two units that share a cell cannot be connected.
    Cut {
        /// One.
        one: u32,
        /// The other.
        other: u32,
    },
    /// No two of these units can share a cell, and there are more of them than cells.
    TooFew {
        /// The units, ascending.
        units: Vec<u32>,
    },
    /// All ways to put neighbours together or apart were tried: each needs more cells, or breaks a rule.
    Tried,
    /// So many units are left when those that share a cell are one: too few for the cells.
    TooMany {
        /// The most cells there can be.
        most: u32,
    },
}

/// Ways of putting neighbours together or apart that are tried.
const TRIED: u32 = 400;
/// Most units of a ground where that is tried.
const SMALL: usize = 400;
/// Steps that comparing all candidates may take.
const COMPARED: usize = 40_000_000;
/// Candidates for units that need cells of their own; more are not looked at.
const MOST: usize = 256;

impl Clash {
    /// A proof that `rules` cannot be kept, from as few of them as follow it; `None` when none was found.
    ///
    /// # Errors
    /// [`Refuted`] for rules about units that do not exist.
    pub fn find(facts: &Facts<'_>, rules: &Rules, cells: Option<u32>) -> Result<Option<Self>, Refuted> {
        if why(facts, rules, cells)?.is_none() {
            return Ok(None);
        }
        let cells = if why(facts, rules, None)?.is_some() { None } else { cells };
        let rules = rules.needed(|fewer| why(facts, fewer, cells).is_ok_and(|w| w.is_some()));
        Ok(why(facts, &rules, cells)?.map(|why| Self { rules, cells, why }))
    }

    /// See [`super::Certificate::recheck`].
    ///
    /// # Errors
    /// [`Refuted`] when the claim does not follow from the rules.
    pub fn recheck(&self, facts: &Facts<'_>) -> Result<(), Refuted> {
        match why(facts, &self.rules, self.cells)? {
            Some(_) => Ok(()),
            None => {
                Err(Refuted::DoesNotFollow { why: "nothing in these rules excludes the others".to_owned() })
            }
        }
    }
}

fn why(facts: &Facts<'_>, rules: &Rules, cells: Option<u32>) -> Result<Option<Why>, Refuted> {
    let mut view = View::of(facts, rules)?;
    if let Some(why) = followed(&mut view) {
        return Ok(Some(why));
    }
    let Some(cells) = cells else {
        return Ok(tried(&view, u32::MAX).then_some(Why::Tried));
    };
    let joined: usize = view.groups().values().map(|g| g.len() - 1).sum();
    let most = (facts.graph.len() - joined) as u32;
    if cells > most {
        return Ok(Some(Why::TooMany { most }));
    }
    let units = alone(&view);
    if units.len() > cells as usize {
        return Ok(Some(Why::TooFew { units }));
    }
    Ok(tried(&view, cells).then_some(Why::Tried))
}

/// Joins what must be joined until nothing more follows, or something cannot be.
fn followed(view: &mut View<'_>) -> Option<Why> {
    loop {
        if let Some(unit) = view.contradiction() {
            return Some(Why::Torn { unit });
        }
        if let Some([one, other]) = cut(view) {
            return Some(Why::Cut { one, other });
        }
        let [a, b] = forced(view)?;
        view.join(a, b);
    }
}

/// Whether every way to put neighbours together or apart fails to give at most `cells` cells.
fn tried(view: &View<'_>, cells: u32) -> bool {
    if view.facts.graph.len() > SMALL || (view.with_foes().next().is_none() && view.groups().is_empty()) {
        return false;
    }
    let mut left = TRIED;
    fails(view.clone(), cells, &mut left) == Some(true)
}

/// `Some(true)` when all fails, `Some(false)` when a way was found, `None` when the limit was reached.
fn fails(mut view: View<'_>, cells: u32, left: &mut u32) -> Option<bool> {
    *left = left.checked_sub(1)?;
    if followed(&mut view).is_some() {
        return Some(true);
    }
    if cells < u32::MAX && alone(&view).len() > cells as usize {
        return Some(true);
    }
    if few(view.clone()).is_some_and(|found| found <= cells as usize) {
        return Some(false);
    }
    let Some([a, b]) = open_border(&view) else { return Some(true) };
    let mut together = view.clone();
    together.join(a, b);
    if !fails(together, cells, left)? {
        return Some(false);
    }
    view.separate(a, b);
    fails(view, cells, left)
}

/// A border that is neither inside a cell nor between two for certain: of the class with fewest such neighbours, those
/// that are not whole yet and those that stay apart from others first.
fn open_border(view: &View<'_>) -> Option<[u32; 2]> {
    let groups = view.groups();
    let torn = |class: u32| {
        groups.get(&class).is_some_and(|g| {
            let own = view.reach(class, |v| view.class(v) == class);
            g.iter().any(|&u| own[u as usize].is_none())
        })
    };
    let all = 0..view.facts.graph.len() as u32;
    all.filter(|&u| view.class(u) == u)
        .filter_map(|class| {
            let beside = view.beside(class);
            let first = *beside.iter().next()?;
            Some((!torn(class), !view.has_foes(class), beside.len(), class, first))
        })
        .min()
        .map(|(_, _, _, class, beside)| [class, beside])
}

/// A plan that keeps the rules, by joining neighbours as long as any can: its number of cells; `None` when units that
/// share a cell did not come together.
fn few(mut view: View<'_>) -> Option<usize> {
    let mut classes: BTreeSet<u32> =
        (0..view.facts.graph.len() as u32).filter(|&u| view.class(u) == u).collect();
    while let Some([a, b]) = open_border(&view) {
        view.join(a, b);
        classes.remove(&a.max(b));
    }
    let groups = view.groups();
    let whole = groups.iter().all(|(&class, g)| {
        let own = view.reach(class, |v| view.class(v) == class);
        g.iter().all(|&u| own[u as usize].is_some())
    });
    whole.then_some(classes.len())
}

/// A class and a unit that every way between two units of the class needs.
fn forced(view: &View<'_>) -> Option<[u32; 2]> {
    for (&class, units) in view.groups() {
        let from = view.reach(class, |v| !view.apart(class, v));
        for &unit in &units[1..] {
            let way = std::iter::successors(Some(unit), |&u| from[u as usize].filter(|&b| b != u));
            let between: Vec<u32> = way.filter(|&u| view.class(u) != class).collect();
            for x in between {
                let gate = view.class(x);
                let around = view.reach(class, |v| !view.apart(class, v) && view.class(v) != gate);
                if around[unit as usize].is_none() {
                    return Some([class, x]);
                }
            }
        }
    }
    None
}

/// Two units that share a cell with no way between them that could join it.
fn cut(view: &View<'_>) -> Option<[u32; 2]> {
    view.groups().iter().find_map(|(&class, units)| {
        let from = view.reach(class, |v| !view.apart(class, v));
        units.iter().find(|&&u| from[u as usize].is_none()).map(|&u| [class, u])
    })
}

/// Units of which no two can share a cell, as many as a greedy search finds.
fn alone(view: &View<'_>) -> Vec<u32> {
    let n = view.facts.graph.len() as u32;
    const UNSEEN: u32 = u32::MAX;
    let mut piece_of = vec![UNSEEN; n as usize];
    let mut candidates: BTreeSet<u32> = view.with_foes().collect();
    for u in 0..n {
        if piece_of[u as usize] == UNSEEN {
            let piece = view.piece(u);
            piece.iter().for_each(|&v| piece_of[v as usize] = u);
            // A piece counts by a unit of its own only when nothing in it stays apart from anything.
            if !piece.iter().any(|&v| candidates.contains(&view.class(v))) {
                candidates.insert(view.class(u));
            }
        }
    }
    let candidates: Vec<u32> = candidates.into_iter().take(MOST).collect();
    let few = candidates.len();
    let mut never = vec![vec![false; few]; few];
    let thorough = few * few * n as usize <= COMPARED;
    // The class of a candidate may lie in several pieces while nothing joins it: then it is in none for certain.
    let single = |a: u32| view.own(a).iter().all(|&u| piece_of[u as usize] == piece_of[a as usize]);
    let elsewhere = |a: u32, b: u32| piece_of[a as usize] != piece_of[b as usize] && single(a) && single(b);
    for (i, &a) in candidates.iter().enumerate() {
        for (j, &b) in candidates.iter().enumerate().skip(i + 1) {
            let apart = view.apart(a, b)
                || elsewhere(a, b)
                || (thorough
                    && view.reach(a, |v| !view.apart(a, v) && !view.apart(b, v))[b as usize].is_none());
            never[i][j] = apart;
            never[j][i] = apart;
        }
    }
    let degree = |i: usize| never[i].iter().filter(|&&x| x).count();
    let mut order: Vec<usize> = (0..few).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(degree(i)), i));
    let mut best: Vec<usize> = Vec::new();
    for &start in &order {
        let mut chosen = vec![start];
        for &i in &order {
            if chosen.iter().all(|&c| c != i && never[c][i]) {
                chosen.push(i);
            }
        }
        if chosen.len() > best.len() {
            best = chosen;
        }
    }
    let mut units: Vec<u32> = best.into_iter().map(|i| candidates[i]).collect();
    units.sort_unstable();
    units
}
