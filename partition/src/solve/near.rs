//! Putting the plan in force right around a few units, leaving all cells further away as they are.

use super::{Crossing, Current, Further, Goal, Lock, Options, Problem, Rules, SolveError, solve};
use crate::{progress::Silent, solve::Criterion};
use std::collections::BTreeMap;

/// What changes near the units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Near {
    /// Units that change hands with their new cell, by unit.
    pub moves: Vec<(u32, u32)>,
    /// Cells that were looked at and are still outside the range, ascending.
    pub outside: Vec<u32>,
    /// Units of the cells that were free to change.
    pub units: usize,
}

/// Widest surroundings: cells that many steps from the cells of the units, and units from which on they do not grow.
const RINGS: usize = 4;
const ENOUGH: usize = 1_500;
/// Rounds of improvement: more is for whole plans.
const EFFORT: u32 = 3;

/// Repairs the plan in force around `units`, after they were locked or moved.
///
/// # When to use
/// While somebody edits: only cells near the units change, so it takes milliseconds where [`solve`] takes seconds.
/// Cells beside theirs are free first, then those beside them, up to four steps, until all that are free lie inside
/// the range; where that never comes, what leaves fewest cells outside in all, and of those what leaves them least so.
///
/// # Assumptions
/// `problem.current` is the plan after the edit, `problem.goal` a range; rules count as far as they lie within the
/// free cells. The number of cells stays.
///
/// # Errors
/// [`SolveError::NoPlan`] without a plan in force or without a range; else what [`solve`] says of the surroundings.
///
/// # Complexity
/// One pass over labels and borders, then [`solve`] on a few cells.
///
/// # Example
/// ```
/// # use partition::{frame::Point, graph::UnitGraph, solve::*};
/// // Six units in a row, two cells of three; the third unit was just given to the second cell.
/// let edges: Vec<_> = (0..5).map(|u| (u, u + 1, 100)).collect();
/// let centres = (0..6).map(|u| Point::new(u * 1000, 0)).collect();
/// let graph = UnitGraph::from_edges(vec![10_000; 6], vec![400; 6], centres, &edges)?;
/// let households = Criterion { name: "households".into(), loads: vec![10, 10, 10, 10, 10, 30] };
/// let labels = [0, 0, 1, 1, 1, 1].map(Some);
/// let current = Some(Current { labels: &labels, price: Current::USUAL_PRICE, cap: None });
/// let problem = Problem { current, ..Problem::new(&graph, &households, Goal::Range { lo: 30, hi: 50 }) };
/// let near = solve_near(&problem, &[2], &Options::default())?;
/// assert!(near.outside.is_empty());
/// assert_eq!(near.moves, [(2, 0)]); // back to the first cell
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve_near(problem: &Problem<'_>, units: &[u32], options: &Options) -> Result<Near, SolveError> {
    let (Some(current), Goal::Range { lo, hi }) = (problem.current, problem.goal) else {
        return Err(SolveError::NoPlan);
    };
    let n = problem.graph.len();
    if current.labels.len() != n || problem.criterion.loads.len() != n {
        let (column, given) = ("the current plan".to_owned(), current.labels.len());
        return Err(SolveError::ColumnLength { column, given, units: n });
    }
    if let Some(&unit) = units.iter().find(|&&u| u as usize >= n) {
        return Err(SolveError::UnknownUnit { unit });
    }
    let cell = |u: u32| current.labels[u as usize];
    let locks = problem.rules.iter().flat_map(|r| &r.locks).filter(|l| units.contains(&l.unit));
    let mut cells: Vec<u32> = units.iter().filter_map(|&u| cell(u)).chain(locks.map(|l| l.cell)).collect();
    // Surroundings are compared by what is left in the whole: wider ones see more cells that are outside anyway.
    let load = |u: u32| problem.criterion.loads[u as usize];
    let mut sums: BTreeMap<u32, i64> = BTreeMap::new();
    for u in 0..n as u32 {
        cell(u).into_iter().for_each(|c| *sums.entry(c).or_default() += load(u));
    }
    let left = |near: &Near| {
        let mut sums = sums.clone();
        for &(u, to) in &near.moves {
            cell(u).into_iter().for_each(|from| *sums.entry(from).or_default() -= load(u));
            *sums.entry(to).or_default() += load(u);
        }
        let excess = sums.into_values().map(|w| i128::from((lo - w).max(w - hi).max(0)));
        let excess: Vec<i128> = excess.filter(|&e| e > 0).collect();
        (excess.len(), excess.into_iter().sum::<i128>())
    };
    let mut best: Option<((usize, i128), Near)> = None;
    for _ in 0..RINGS {
        cells.sort_unstable();
        cells.dedup();
        let free = |u: u32| cell(u).is_some_and(|c| cells.binary_search(&c).is_ok());
        let inside: Vec<u32> = (0..n as u32).filter(|&u| free(u)).collect();
        let beside = inside.iter().flat_map(|&u| problem.graph.row(u)).filter_map(|&v| cell(v));
        let next: Vec<u32> = beside.chain(cells.iter().copied()).collect();
        let near = within(problem, current, &inside, (lo, hi), options);
        // Too small surroundings may have no way for a rule; wider ones may.
        match near {
            Ok(near) if near.outside.is_empty() => return Ok(near),
            Ok(near) => {
                let left = left(&near);
                if best.as_ref().is_none_or(|b| left < b.0) {
                    best = Some((left, near));
                }
            }
            Err(e) if cells.len() == next.len() => return best.map(|b| b.1).ok_or(e),
            Err(_) => {}
        }
        if best.is_some() && inside.len() > ENOUGH {
            break;
        }
        cells = next;
    }
    match best {
        Some((_, near)) => Ok(near),
        None => within(problem, current, &(0..n as u32).collect::<Vec<_>>(), (lo, hi), options),
    }
}

/// The problem on `inside` alone, solved.
fn within(
    problem: &Problem<'_>,
    current: Current<'_>,
    inside: &[u32],
    (lo, hi): (i64, i64),
    options: &Options,
) -> Result<Near, SolveError> {
    let (graph, _) = problem.graph.induced(inside);
    let pick = |criterion: &Criterion| Criterion {
        name: criterion.name.clone(),
        loads: inside.iter().map(|&u| criterion.loads.get(u as usize).copied().unwrap_or(0)).collect(),
    };
    let criterion = pick(problem.criterion);
    let further: Vec<Further> =
        problem.further.iter().map(|f| Further { criterion: pick(&f.criterion), ..f.clone() }).collect();
    let labels: Vec<Option<u32>> = inside.iter().map(|&u| current.labels[u as usize]).collect();
    let parents: Option<Vec<u32>> =
        problem.parents.map(|p| inside.iter().map(|&u| p.get(u as usize).copied().unwrap_or(0)).collect());
    let names: Option<Vec<String>> = problem.names.map(|_| inside.iter().map(|&u| problem.name(u)).collect());
    let rules = problem.rules.map(|r| r.renumbered(inside));
    let local = Problem {
        graph: &graph,
        criterion: &criterion,
        further: &further,
        parents: parents.as_deref(),
        goal: problem.goal,
        rules: rules.as_ref(),
        current: Some(Current { labels: &labels, ..current }),
        names: names.as_deref(),
        lock_names: problem.lock_names,
        counts: None,
        parent_names: problem.parent_names,
    };
    let options = Options { effort: options.effort.min(EFFORT), ..*options };
    let solution = solve(&local, &options, &Silent)?;
    let mut succession = solution.moved.map(|m| m.succession).unwrap_or_default();
    if !all_named(&mut succession, &labels, &solution.labels, &criterion.loads) {
        // Another number of cells would do here; wider surroundings may do with the same.
        let mut cells: Vec<u32> = labels.iter().flatten().copied().collect();
        cells.sort_unstable();
        cells.dedup();
        return Ok(Near { moves: Vec::new(), outside: cells, units: inside.len() });
    }
    let name = |c: u32| succession.get(c as usize).copied().flatten();
    let moves = (0..inside.len())
        .filter_map(|i| Some((inside[i], name(solution.labels[i])?)).filter(|m| labels[i] != Some(m.1)))
        .collect();
    let mut loads: BTreeMap<u32, i64> = BTreeMap::new();
    for (&c, &w) in solution.labels.iter().zip(&criterion.loads) {
        *loads.entry(c).or_default() += w;
    }
    let bad = loads.iter().filter(|(_, w)| !(lo..=hi).contains(*w));
    let mut outside: Vec<u32> = bad.filter_map(|(&c, _)| name(c)).collect();
    outside.sort_unstable();
    Ok(Near { moves, outside, units: inside.len() })
}

/// Gives cells that go on as none the cells that are left, where most of their load comes from; whether all have one
/// then. The number of cells stays, so a cell that changed by more than half is still one of those there were.
fn all_named(succession: &mut [Option<u32>], before: &[Option<u32>], after: &[u32], loads: &[i64]) -> bool {
    let mut left: Vec<u32> =
        before.iter().flatten().copied().filter(|c| !succession.contains(&Some(*c))).collect();
    left.sort_unstable();
    left.dedup();
    for (new, heir) in succession.iter_mut().enumerate() {
        let shared = |old: u32| -> i64 {
            let own = (0..after.len()).filter(|&u| after[u] as usize == new && before[u] == Some(old));
            own.map(|u| loads[u]).sum()
        };
        if heir.is_none()
            && let Some(at) = (0..left.len()).max_by_key(|&i| (shared(left[i]), std::cmp::Reverse(i)))
        {
            *heir = Some(left.remove(at));
        }
    }
    left.is_empty() && succession.iter().all(Option::is_some)
}

impl Rules {
    /// What of them lies within `units` (ascending), numbered in their order.
    fn renumbered(&self, units: &[u32]) -> Self {
        let local = |u: u32| units.binary_search(&u).ok().map(|i| i as u32);
        let group = |g: &Vec<u32>| g.iter().filter_map(|&u| local(u)).collect::<Vec<u32>>();
        let pair = |&[a, b]: &[u32; 2]| Some([local(a)?, local(b)?]);
        Self {
            locks: self.locks.iter().filter_map(|l| Some(Lock { unit: local(l.unit)?, ..*l })).collect(),
            together: self.together.iter().map(group).collect(),
            apart: self.apart.iter().map(group).collect(),
            seeds: group(&self.seeds),
            walls: self.walls.iter().filter_map(pair).collect(),
            crossings: (self.crossings.iter())
                .filter_map(|c| Some(Crossing { units: pair(&c.units)?, ..*c }))
                .collect(),
            links: self.links.iter().filter_map(pair).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::all_named;

    #[test]
    fn a_cell_that_changed_by_more_than_half_is_still_one_of_those_there_were() {
        let before = [4, 4, 4, 7, 7, 9].map(Some);
        // 4 gave most of its load away, so the second cell goes on as none, and 4 is left.
        let mut names = [Some(7), None, Some(9)];
        assert!(all_named(&mut names, &before, &[0, 0, 1, 0, 0, 2], &[5; 6]));
        assert_eq!(names, [Some(7), Some(4), Some(9)]);
        // Two left: each goes where most of it comes from.
        let mut names = [None, None, Some(9)];
        assert!(all_named(&mut names, &before, &[1, 1, 0, 0, 0, 2], &[5; 6]));
        assert_eq!(names, [Some(7), Some(4), Some(9)]);
        // Another number of cells.
        assert!(!all_named(&mut [Some(7), None, None, Some(9)], &before, &[1, 1, 2, 0, 0, 3], &[5; 6]));
        assert!(!all_named(&mut [Some(7)], &before, &[0; 6], &[5; 6]));
    }
}
