//! What a run hands back.

use super::{
    Further, Problem, Region, Rules, Unmet, Verdict,
    certificate::{Certificate, UnitAboveHi},
    decide::Decision,
    region::Cell,
    relax::Relaxation,
};
use crate::{measure::fair_share, plan::succession, solve::Goal};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A plan with what is known about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Solution {
    /// The cell of each unit, `0..cells.len()`; numbered by parent, then by smallest unit.
    pub labels: Vec<u32>,
    /// The cells.
    pub cells: Vec<CellSummary>,
    /// Cells made for a giant.
    pub giants: Vec<GiantNote>,
    /// Parents in several pieces, each solved on its own.
    pub split_parents: Vec<SplitParent>,
    /// What is left for each cell without a giant, for this number of cells (see [`fn@crate::measure::fair_share`]).
    pub fair_share: f64,
    /// No plan of this many cells has a smaller worst deviation.
    pub lower_bound_max_deviation: f64,
    /// One for each parent, or one for all units without parents.
    pub bounds: Vec<ParentBound>,
    /// One for each further criterion.
    pub further: Vec<FurtherResult>,
    /// One for each parent, with [`Goal::Range`]; empty otherwise.
    pub verdicts: Vec<ParentVerdict>,
    /// Proofs, of oversize units and of infeasible parents.
    pub certificates: Vec<Certificate>,
    /// Cells outside a limit, ascending; with a range, giants are not among them.
    pub unmet: Vec<Unmet>,
    /// What changes against the current plan, when there is one.
    pub moved: Option<Moved>,
    /// Whether the run was stopped from outside before its end.
    pub stopped: bool,
}

/// How equal the cells of one parent are, and how equal that many cells could be at best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParentBound {
    /// The parent; `None` when there are none.
    pub parent: Option<u32>,
    /// Its cells.
    pub cells: u32,
    /// Their mean load.
    pub mean: f64,
    /// Worst deviation from that mean.
    pub max_deviation: f64,
    /// No plan of that many cells in this parent has a smaller one.
    pub lower_bound_max_deviation: f64,
    /// Index of the proof in [`Solution::certificates`], where the bound rests on more than arithmetic.
    pub certificate: Option<usize>,
}

impl ParentBound {
    /// Whether nothing is more equal.
    #[must_use]
    pub fn is_least(&self) -> bool {
        self.max_deviation <= self.lower_bound_max_deviation + 1e-12
    }
}

/// One cell in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellSummary {
    /// Its parent, when there are parents.
    pub parent: Option<u32>,
    /// Load of the first criterion.
    pub load: i64,
    /// Loads of the further criteria.
    pub further: Vec<i64>,
    /// Number of units.
    pub units: u32,
    /// Whether it was made for a giant.
    pub giant: bool,
    /// Area, mm².
    pub area_mm2: i64,
    /// Perimeter, mm.
    pub perimeter_mm: i64,
}

/// What changes against the plan in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// For each cell the one it goes on as (see [`fn@crate::plan::succession`]).
    pub succession: Vec<Option<u32>>,
    /// Units that had a cell and get another, ascending.
    pub units: Vec<u32>,
    /// Their load.
    pub load: i64,
}

/// How a plan does in a further criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FurtherResult {
    /// Its name.
    pub name: String,
    /// Whether its limit was insisted on.
    pub hard: bool,
    /// Worst deviation from the mean.
    pub max_deviation: f64,
    /// No plan of this many cells has a smaller worst deviation.
    pub lower_bound_max_deviation: f64,
    /// Cells outside the limit, ascending.
    pub outside: Vec<u32>,
}

/// A unit too heavy to share a cell, and what had to join it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiantNote {
    /// The unit.
    pub unit: u32,
    /// Its load.
    pub load: i64,
    /// Its cell.
    pub cell: u32,
    /// Units behind it that cannot make a cell of their own, ascending.
    pub joined: Vec<u32>,
    /// Their load.
    pub joined_load: i64,
}

impl fmt::Display for GiantNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unit {} alone carries {}: it has cell {}", self.unit, self.load, self.cell)?;
        match self.joined.len() {
            0 => write!(f, " to itself"),
            n => write!(f, "; {n} units behind it ({}) cannot stand alone and join it", self.joined_load),
        }
    }
}

/// A parent whose units do not hang together, as they are or between its walls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitParent {
    /// The parent; `None` when there are none and the whole graph is in pieces.
    pub parent: Option<u32>,
    /// The smallest unit and the load of each piece.
    pub pieces: Vec<(u32, i64)>,
}

/// Whether one parent can be cut into cells inside the range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentVerdict {
    /// The parent; `None` when there are none.
    pub parent: Option<u32>,
    /// `Some(true)`: the plan does it. `Some(false)`: proved impossible. `None`: not found, not disproved.
    pub feasible: Option<bool>,
    /// Index of the proof in [`Solution::certificates`].
    pub certificate: Option<usize>,
    /// The smallest widening that would do, when infeasible.
    pub relaxation: Option<Relaxation>,
}

pub(super) fn assemble(
    problem: &Problem<'_>,
    regions: &[Region],
    cells: Vec<Vec<Cell>>,
    verdicts: Vec<Verdict>,
    stopped: bool,
) -> Solution {
    let (graph, loads) = (problem.graph, &problem.criterion.loads);
    let mut all: Vec<(Option<u32>, Cell)> = regions
        .iter()
        .zip(cells)
        .flat_map(|(region, cells)| cells.into_iter().map(|cell| (region.parent, cell)))
        .collect();
    all.sort_by_key(|(parent, cell)| (*parent, cell.units.iter().min().copied()));
    let mut labels = vec![0; graph.len()];
    for (c, (_, cell)) in all.iter().enumerate() {
        for &u in &cell.units {
            labels[u as usize] = c as u32;
        }
    }
    let sum = |units: &[u32]| units.iter().map(|&u| loads[u as usize]).sum::<i64>();
    let mut summaries = Vec::with_capacity(all.len());
    let mut giants = Vec::new();
    for (c, (parent, cell)) in all.iter().enumerate() {
        let inner: i64 = cell
            .units
            .iter()
            .flat_map(|&u| graph.neighbours(u))
            .filter(|&(v, _)| labels[v as usize] == c as u32)
            .map(|e| e.1)
            .sum();
        summaries.push(CellSummary {
            parent: *parent,
            load: sum(&cell.units),
            further: problem
                .further
                .iter()
                .map(|f| cell.units.iter().map(|&u| f.criterion.loads[u as usize]).sum())
                .collect(),
            units: cell.units.len() as u32,
            giant: cell.giant.is_some(),
            area_mm2: cell.units.iter().map(|&u| graph.area_mm2[u as usize]).sum(),
            perimeter_mm: cell.units.iter().map(|&u| graph.perimeter_mm[u as usize]).sum::<i64>() - inner,
        });
        if let Some(unit) = cell.giant {
            let joined: Vec<u32> = cell.units.iter().copied().filter(|&u| u != unit).collect();
            let (load, joined_load) = (loads[unit as usize], sum(&joined));
            giants.push(GiantNote { unit, load, cell: c as u32, joined, joined_load });
        }
    }
    let mut certificates = Vec::new();
    if let Goal::Range { hi, .. } = problem.goal {
        // Units kept together may be too heavy only as a group: that is the rule's doing.
        certificates.extend(giants.iter().filter(|g| g.load > hi).map(|g| {
            let parent = problem.parents.map(|p| p[g.unit as usize]);
            Certificate::UnitAboveHi(UnitAboveHi {
                parent,
                unit: g.unit,
                load: g.load,
                hi,
                rules: Rules::default(),
            })
        }));
    }
    let verdicts = verdicts
        .into_iter()
        .map(|v| {
            let (feasible, certificate) = match v.decision {
                Decision::Feasible => (Some(true), None),
                Decision::Undecided => (None, None),
                Decision::Infeasible(proof) => {
                    certificates.push(*proof);
                    (Some(false), Some(certificates.len() - 1))
                }
            };
            ParentVerdict { parent: v.parent, feasible, certificate, relaxation: v.relaxation }
        })
        .collect();
    let split_parents = regions
        .chunk_by(|a, b| a.parent == b.parent)
        .filter(|group| group.len() > 1)
        .map(|group| SplitParent {
            parent: group[0].parent,
            pieces: group.iter().map(|r| (r.part.units[0], r.part.load())).collect(),
        })
        .collect();
    let share = fair_share(loads, summaries.len());
    // A cell that units are locked to is that cell, however little else of it is left.
    let locks = problem.rules.iter().flat_map(|r| &r.locks);
    let fixed: Vec<(u32, u32)> = locks.map(|l| (l.cell, labels[l.unit as usize])).collect();
    let moved = problem.current.map(|c| moved(c.labels, &labels, summaries.len(), loads, &fixed));
    let further = (0..).zip(problem.further).map(|(i, f)| further(i, f, &summaries)).collect();
    Solution {
        bounds: Vec::new(),
        further,
        moved,
        labels,
        cells: summaries,
        giants,
        split_parents,
        fair_share: share.fair_share,
        lower_bound_max_deviation: share.lower_bound_max_deviation,
        verdicts,
        certificates,
        unmet: Vec::new(),
        stopped,
    }
}

fn further(i: usize, f: &Further, cells: &[CellSummary]) -> FurtherResult {
    let share = fair_share(&f.criterion.loads, cells.len());
    let off =
        |c: &CellSummary| if share.mean > 0.0 { (c.further[i] as f64 / share.mean - 1.0).abs() } else { 0.0 };
    FurtherResult {
        name: f.criterion.name.clone(),
        hard: f.hard,
        max_deviation: cells.iter().map(off).fold(0.0, f64::max),
        lower_bound_max_deviation: share.lower_bound_max_deviation,
        outside: (0..)
            .zip(cells)
            .filter(|(_, c)| !f.limit.admits(c.further[i], share.mean))
            .map(|e| e.0)
            .collect(),
    }
}

fn moved(before: &[Option<u32>], after: &[u32], cells: usize, loads: &[i64], fixed: &[(u32, u32)]) -> Moved {
    let succession = succession(before, after, cells, loads, fixed);
    let moves = |u: &usize| before[*u].is_some() && succession[after[*u] as usize] != before[*u];
    let units: Vec<u32> = (0..after.len()).filter(moves).map(|u| u as u32).collect();
    let load = units.iter().map(|&u| loads[u as usize]).sum();
    Moved { succession, units, load }
}
