//! A plan that is there already, described as a solution.

use super::{
    Goal, Lock, Problem, Region, Rules, Solution, SolveError, Unmet, part::Part, region::Cell, solution,
};
use std::collections::BTreeMap;

/// Describes the plan `labels` as [`super::solve`] describes the one it makes, but for proofs.
///
/// # When to use
/// After [`super::solve_near`], which says what to move and leaves all other cells as they are.
///
/// # Assumptions
/// No cell lies in two parents. Any numbers of cells; those of the solution go by parent, then by smallest unit.
///
/// # Errors
/// [`SolveError::ColumnLength`] when there is not one label for each unit.
///
/// # Complexity
/// O(units log units + borders).
pub fn standing(problem: &Problem<'_>, labels: &[u32]) -> Result<Solution, SolveError> {
    let units = problem.graph.len();
    if labels.len() != units || problem.criterion.loads.len() != units {
        let column = "the plan".to_owned();
        return Err(SolveError::ColumnLength { column, given: labels.len(), units });
    }
    let mut members: BTreeMap<(Option<u32>, u32), Vec<u32>> = BTreeMap::new();
    for (u, &label) in (0..).zip(labels) {
        let parent = problem.parents.and_then(|p| p.get(u as usize).copied());
        members.entry((parent, label)).or_default().push(u);
    }
    let mut regions: Vec<Region> = Vec::new();
    let mut cells: Vec<Vec<Cell>> = Vec::new();
    for ((parent, _), units) in members {
        if regions.last().is_none_or(|r| r.parent != parent) {
            regions.push(Region { parent, part: Part::default() });
            cells.push(Vec::new());
        }
        cells.last_mut().into_iter().for_each(|c| c.push(Cell { units: units.clone(), giant: None }));
    }
    let mut solution = solution::assemble(problem, &regions, cells, Vec::new(), false);
    let outside = |cell: u32| {
        let load = solution.cells[cell as usize].load;
        let first = match problem.goal {
            Goal::Range { lo, hi } => !(lo..=hi).contains(&load),
            Goal::Cells(_) => false,
        };
        let further = (1..).zip(&solution.further).filter(|(_, f)| f.outside.binary_search(&cell).is_ok());
        first.then_some(0).into_iter().chain(further.map(|f| f.0)).collect::<Vec<u32>>()
    };
    let unmet = (0..solution.cells.len() as u32).map(|cell| (cell, outside(cell)));
    let unmet = unmet.filter(|u| !u.1.is_empty());
    solution.unmet = unmet.map(|(cell, criteria)| Unmet { cell, criteria, certificate: None }).collect();
    Ok(solution)
}

/// The rules, and beside them that each cell of the plan in force stays what its heaviest unit is in.
///
/// # When to use
/// Before [`super::solve_near`] where units are locked to cells: what is locked can then not become the core of another cell
/// while the rest of its own leaves. Where a heavy unit is what has to move, it keeps it from moving.
///
/// # Complexity
/// O(units log units).
#[must_use]
pub fn anchored(problem: &Problem<'_>, rules: &Rules) -> Rules {
    let locked: BTreeMap<u32, u32> = rules.locks.iter().map(|l| (l.unit, l.cell)).collect();
    let mut heaviest: BTreeMap<u32, (i64, u32)> = BTreeMap::new();
    for (u, label) in (0..).zip(problem.current.map_or(&[][..], |c| c.labels)) {
        let load = problem.criterion.loads.get(u as usize).copied().unwrap_or(0);
        if let Some(cell) = label.filter(|cell| locked.get(&u).is_none_or(|l| l == cell)) {
            let best = heaviest.entry(cell).or_insert((load, u));
            if load > best.0 {
                *best = (load, u);
            }
        }
    }
    let anchors = heaviest.into_iter().map(|(cell, (_, unit))| Lock { unit, cell });
    let mut rules = rules.clone();
    rules.locks.extend(anchors.filter(|a| !locked.contains_key(&a.unit)));
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Point;
    use crate::graph::UnitGraph;
    use crate::solve::{Criterion, Current};

    #[test]
    fn a_plan_is_described_as_it_stands() {
        let edges: Vec<(u32, u32, i64)> = (0..5).map(|u| (u, u + 1, 100)).collect();
        let centres = (0..6).map(|u| Point::new(u * 1000, 0)).collect();
        let graph = UnitGraph::from_edges(vec![10_000; 6], vec![400; 6], centres, &edges).unwrap();
        let criterion = Criterion { name: "w".into(), loads: vec![10, 10, 10, 10, 10, 30] };
        let before = [0, 0, 0, 1, 1, 1].map(Some);
        let current = Some(Current { labels: &before, price: 4.0, cap: None });
        let problem = Problem { current, ..Problem::new(&graph, &criterion, Goal::Range { lo: 30, hi: 50 }) };
        // Numbers of cells are the caller's; those that come out go by smallest unit.
        let made = standing(&problem, &[7, 7, 3, 3, 3, 3]).unwrap();
        assert_eq!(made.labels, [0, 0, 1, 1, 1, 1]);
        assert_eq!(made.cells.iter().map(|c| c.load).collect::<Vec<_>>(), [20, 60]);
        assert_eq!(made.unmet.iter().map(|u| u.cell).collect::<Vec<_>>(), [0, 1]);
        let moved = made.moved.unwrap();
        assert_eq!((moved.units, moved.load, moved.succession), (vec![2], 10, vec![Some(0), Some(1)]));
        assert!(standing(&problem, &[0; 5]).is_err());
        // The heaviest unit of each cell, but for what is locked elsewhere.
        let rules = Rules { locks: vec![Lock { unit: 5, cell: 0 }], ..Rules::default() };
        let locks: Vec<(u32, u32)> =
            anchored(&problem, &rules).locks.iter().map(|l| (l.unit, l.cell)).collect();
        assert_eq!(locks, [(5, 0), (0, 0), (3, 1)]);
    }
}
