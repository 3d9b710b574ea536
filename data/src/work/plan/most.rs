//! Whether a few cells of a plan could be more equal, with proof.

use super::super::WorkError;
use super::unit_graph;
use crate::store::model::{CellKind, Plan, Project};
use partition::graph::UnitGraph;
use partition::plan::succession;
use partition::solve::{self, Goal, Problem, SolveError, prove_most_equal};
use std::collections::BTreeMap;

/// The most units that all plans can be gone through of.
pub const MOST_UNITS: usize = 64;

/// What is known of the most equal plan of a few cells' ground.
#[derive(Clone, Debug, PartialEq)]
pub struct MostEqual {
    /// The cells, ascending: those that were named, and neighbours.
    pub cells: Vec<u32>,
    /// Their units.
    pub units: usize,
    /// Their worst deviation from their own mean as they are.
    pub now: f64,
    /// That of the most equal plan that was found.
    pub worst: f64,
    /// No contiguous plan of this ground has a smaller one.
    pub at_least: f64,
    /// Units to move, and to which cell, for that plan; none where it is not better.
    pub moves: Vec<(u32, u32)>,
}

impl MostEqual {
    /// Whether nothing is more equal than what was found.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.at_least >= self.worst - 1e-12
    }
}

/// Looks for the most equal plan of the ground of `cells` and of as many of their neighbours in the same parent as fit into
/// [`MOST_UNITS`], those with the longest common border first.
///
/// # Errors
/// [`WorkError::Solve`] when the cells alone have more units, or their ground does not hang together; a plan that is missing,
/// a cell that is none or dedicated.
///
/// # Complexity
/// About a second at most: see [`fn@prove_most_equal`].
pub fn most_equal(project: &Project, balance: &str, cells: &[String]) -> Result<MostEqual, WorkError> {
    let nothing = || WorkError::Nothing("the project has no plan yet · 项目尚无方案".into());
    let plan = project.plan.as_ref().ok_or_else(nothing)?;
    let units = &project.units;
    let loads = &super::criterion(&project.name, units, balance)?.loads;
    let number = |code: &String| {
        let found = plan.cells.iter().position(|c| c.code == *code && c.kind == CellKind::Base);
        found.map(|i| i as u32).ok_or_else(|| WorkError::NoCell { name: code.clone() })
    };
    let mut chosen: Vec<u32> = cells.iter().map(number).collect::<Result<_, _>>()?;
    chosen.sort_unstable();
    chosen.dedup();
    let graph = unit_graph(units)?;
    grow(plan, &graph, &mut chosen);
    let inside: Vec<u32> =
        (0..plan.labels.len() as u32).filter(|&u| chosen.contains(&plan.labels[u as usize])).collect();
    let (ground, _) = graph.induced(&inside);
    let pick = |all: &[u32]| inside.iter().map(|&u| all[u as usize]).collect::<Vec<u32>>();
    let own = solve::Criterion {
        name: balance.to_owned(),
        loads: inside.iter().map(|&u| loads[u as usize]).collect(),
    };
    let (before, parents) = (pick(&plan.labels), units.parents_of().map(pick));
    let k = chosen.len() as u32;
    if inside.len() > MOST_UNITS {
        return Err(SolveError::TooManyUnits { units: inside.len(), most: MOST_UNITS }.into());
    }
    let problem = Problem { parents: parents.as_deref(), ..Problem::new(&ground, &own, Goal::Cells(k)) };
    let proved = prove_most_equal(&problem, k)?;
    let now = worst(&before, &own.loads, k);
    let mut most = MostEqual {
        cells: chosen,
        units: inside.len(),
        now,
        worst: proved.worst,
        at_least: proved.at_least,
        moves: vec![],
    };
    if proved.worst >= now - 1e-12 {
        most.worst = now;
        return Ok(most);
    }
    // Cells go on as those whose ground they keep, the rest as those that are left.
    let standing: Vec<Option<u32>> = before.iter().copied().map(Some).collect();
    let mut heirs = succession(&standing, &proved.labels, k as usize, &own.loads, &[]);
    let mut left =
        most.cells.iter().copied().filter(|c| !heirs.contains(&Some(*c))).collect::<Vec<_>>().into_iter();
    heirs.iter_mut().filter(|h| h.is_none()).for_each(|h| *h = left.next());
    let moved = inside.iter().zip(&before).zip(&proved.labels).filter_map(|((&u, &old), &new)| {
        heirs.get(new as usize).copied().flatten().filter(|&to| to != old).map(|to| (u, to))
    });
    most.moves = moved.collect();
    Ok(most)
}

/// Adds neighbours in the same parent as long as they fit.
fn grow(plan: &Plan, graph: &UnitGraph, chosen: &mut Vec<u32>) {
    let mut size = vec![0_usize; plan.cells.len()];
    plan.labels.iter().for_each(|&l| size[l as usize] += 1);
    let mut units: usize = chosen.iter().map(|&c| size[c as usize]).sum();
    let parents: Vec<Option<u32>> = chosen.iter().map(|&c| plan.cells[c as usize].parent).collect();
    let mut beside: BTreeMap<u32, i64> = BTreeMap::new();
    for u in (0..plan.labels.len() as u32).filter(|&u| chosen.contains(&plan.labels[u as usize])) {
        for (v, border) in graph.neighbours(u) {
            let cell = plan.labels[v as usize];
            let of = &plan.cells[cell as usize];
            if !chosen.contains(&cell) && of.kind == CellKind::Base && parents.contains(&of.parent) {
                *beside.entry(cell).or_default() += border;
            }
        }
    }
    let mut beside: Vec<(i64, u32)> = beside.into_iter().map(|(cell, border)| (-border, cell)).collect();
    beside.sort_unstable();
    for (_, cell) in beside {
        if units + size[cell as usize] <= MOST_UNITS {
            units += size[cell as usize];
            chosen.push(cell);
        }
    }
    chosen.sort_unstable();
}

fn worst(labels: &[u32], loads: &[i64], cells: u32) -> f64 {
    let mut sums: BTreeMap<u32, i64> = BTreeMap::new();
    labels.iter().zip(loads).for_each(|(&l, &w)| *sums.entry(l).or_default() += w);
    let mean = loads.iter().sum::<i64>() as f64 / f64::from(cells);
    sums.values().map(|&w| (w as f64 - mean).abs() / mean.max(1e-9)).fold(0.0, f64::max)
}
