//! Repair (修复): giving each face inside the boundary exactly one holder.
//!
//! The lines around what is wrong are noded, each face between them says who holds it, and faces that nobody or
//! several hold get one holder. No line is moved to do so: the boundary and the parents stay where they are, what was
//! right stays as it was, and cells that meet afterwards share their vertices.
//!
//! * [`plan`]: what would be done, step by step; [`Plan::apply`] does it
//! * [`Options`], [`Strategy`], [`Nested`]: who gets contested ground, and what is asked about instead
//! * [`Step`], [`Action`], [`Reason`]: the log, with the ground of each step

mod apply;
mod choose;
mod cut;
mod fill;
mod steps;

use super::Parents;
use super::ground::{Ground, Lines};
use super::prepare::{BadBoundary, prepare};
use crate::chain::Holder;
use crate::frame::{Point, Region};
use crate::progress::Silent;
pub use fill::{is_cell_sized, twice_median_um2};

use choose::Choice;
use std::collections::BTreeMap;

/// Who gets ground that several cells could have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy<'a> {
    /// The cell with the longest shared border; of equal ones the smaller number.
    #[default]
    LongestBorder,
    /// The cell with the smallest rank, `ranks[cell]`; of equal ones the longest border.
    Named(&'a [u32]),
    /// The cell with the smallest load, `loads[cell]`, among those that share at least a quarter of the longest
    /// border; of equal ones the longest border.
    Workload(&'a [i64]),
}

/// What to do with a cell that lies (almost) wholly within another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nested {
    /// Leave both as they are and ask.
    #[default]
    Ask,
    /// Cut the inner cell out of the outer one. Duplicates are still asked about: neither is inner.
    InnerWins,
}

/// How to repair.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Who gets contested ground.
    pub strategy: Strategy<'a>,
    /// Gaps above this are asked about, m². Default 1000.
    pub max_fill_m2: f64,
    /// What to do with nested cells.
    pub nested: Nested,
    /// What cells must stay inside, one level up.
    pub parents: Option<Parents<'a>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { strategy: Strategy::default(), max_fill_m2: 1000.0, nested: Nested::default(), parents: None }
    }
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Action {
    /// A wrong ring is read as the ground it means.
    Resolve,
    /// A spike is taken off.
    Trim,
    /// Vertices that one side of a border has are inserted on the other.
    Match,
    /// A gap goes to this cell.
    Fill(Holder),
    /// Ground of several cells goes to this one of them.
    Settle(Holder),
    /// Ground in another parent goes to this cell of that parent.
    Move(Holder),
    /// Ground outside the boundary is given up.
    CutOff,
    /// A gap as large as a cell: proposed as a new cell without a holder. Nothing is changed.
    NewCell,
    /// A person has to decide. Nothing is changed.
    Ask(Reason),
}

/// More passes than any ground has needed; `make fuzz` would tell.
const ROUNDS: usize = 16;

impl Action {
    /// Whether [`Plan::apply`] changes anything for it.
    #[must_use]
    pub const fn is_applied(self) -> bool {
        !matches!(self, Self::NewCell | Self::Ask(_))
    }

    /// The cell that receives ground.
    #[must_use]
    pub const fn receiver(self) -> Option<Holder> {
        match self {
            Self::Fill(h) | Self::Settle(h) | Self::Move(h) => Some(h),
            _ => None,
        }
    }
}

/// Why a person has to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// The gap is larger than `max_fill_m2`.
    AboveMaxFill,
    /// One cell lies in another: which of them holds the ground?
    Nested,
    /// Two cells are the same: which of them stays?
    Duplicate,
    /// No cell of the same parent borders on it.
    NoNeighbour,
    /// A cell would lose almost all its ground.
    WouldVanish,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done, or proposed.
    pub action: Action,
    /// The cells that hold the ground now, or whose outline is meant; ascending.
    pub from: Vec<Holder>,
    /// The ground concerned; no parts where only lines are.
    pub ground: Region,
    /// The lines concerned, where no ground is.
    pub lines: Vec<[Point; 2]>,
    /// Where to look.
    pub at: Point,
}

/// A repair, ready to be looked at and applied.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Everything that is done, proposed and asked, in order of action, cells and place.
    pub steps: Vec<Step>,
    /// Cells whose outline changes, with their new one.
    changes: BTreeMap<Holder, Region>,
}

impl Plan {
    /// Twice the ground that changes hands, µm².
    #[must_use]
    pub fn twice_moved_um2(&self) -> i128 {
        self.steps.iter().filter(|s| s.action.is_applied()).map(|s| s.ground.twice_area_um2()).sum()
    }

    /// The cells whose outline changes, ascending, with their new outline; some only gain vertices.
    pub fn changes(&self) -> impl Iterator<Item = (Holder, &Region)> {
        self.changes.iter().map(|(&h, r)| (h, r))
    }

    /// The repaired cells: `regions` are those the plan was made for. No cell is lost, none changes its number.
    #[must_use]
    pub fn apply(&self, regions: &[Region]) -> Vec<Region> {
        regions.iter().zip(0..).map(|(r, i)| self.changes.get(&i).unwrap_or(r).clone()).collect()
    }
}

/// Plans how to give each face inside `boundary` exactly one holder.
///
/// # What happens to what
/// | ground | action |
/// |---|---|
/// | gap | to the cell that `strategy` names among those beside it, of the same parent; a long thin gap is first cut across where its neighbours change |
/// | gap above `max_fill_m2`; above half the median cell and no strip | asked about; proposed as a new cell |
/// | ground of several cells | to one of them, unless one lies within another (nine tenths of it) |
/// | ground outside the boundary, or in another parent | given up, or to a cell of that parent |
/// | wrong rings, spikes, vertices that one side lacks | resolved, trimmed, matched |
///
/// # Guarantees
/// The boundary and the parents do not move. A cell changes only by faces of its own findings. Every cell keeps its
/// number and more than a tenth of its ground. A plan for what a plan made changes nothing.
///
/// # Complexity
/// That of [`analyse`](super::analyse), and O(r log r) for the r edges of the regions involved; twice, as what was
/// changed is looked at again.
///
/// # Errors
/// [`BadBoundary`] when the boundary fails the guard.
///
/// # Example
/// ```
/// use partition::{coverage::{analyse, repair}, frame::{Point, Polygon, Region}};
/// let rect = |x0, x1| Region::single(Polygon {
///     shell: [(x0, 0), (x1, 0), (x1, 10), (x0, 10)].map(|(x, y)| Point::new(x, y)).to_vec(),
///     holes: vec![],
/// });
/// let (cells, boundary) = ([rect(0, 9), rect(10, 20)], rect(0, 20));
/// let plan = repair::plan(&cells, Some(&boundary), &repair::Options::default())?;
/// assert_eq!(plan.steps[0].action, repair::Action::Fill(0));
/// assert!(analyse(&plan.apply(&cells), Some(&boundary))?.defects.is_empty());
/// # Ok::<(), partition::coverage::BadBoundary>(())
/// ```
pub fn plan(
    regions: &[Region],
    boundary: Option<&Region>,
    options: &Options<'_>,
) -> Result<Plan, BadBoundary> {
    let mut all = round(regions, boundary, options)?;
    if !all.changes.is_empty() {
        until_at_rest(&mut all, regions.to_vec(), boundary, options)?;
    }
    all.steps.sort_by(|p, q| (p.action, &p.from, p.at).cmp(&(q.action, &q.from, q.at)));
    Ok(all)
}

/// Goes on with what `all` makes of `regions` until a pass changes nothing.
fn until_at_rest(
    all: &mut Plan,
    mut regions: Vec<Region>,
    boundary: Option<&Region>,
    options: &Options<'_>,
) -> Result<(), BadBoundary> {
    let mut last = all.changes.clone();
    for _ in 0..ROUNDS {
        for (&h, region) in &last {
            regions[h as usize].clone_from(region);
        }
        // What is asked is asked of the last state.
        all.steps.retain(|s| s.action.is_applied());
        let next = round(&regions, boundary, options)?;
        let at_rest = next.changes.is_empty();
        // What a pass would do without changing anything is not done.
        all.steps.extend(next.steps.into_iter().filter(|s| !at_rest || !s.action.is_applied()));
        if at_rest {
            break;
        }
        all.changes.extend(next.changes.iter().map(|(&h, r)| (h, r.clone())));
        last = next.changes;
    }
    Ok(())
}

/// One pass of [`plan`]. Lines that are led over a node move by up to half a grid step, so ground a few steps wide can
/// need another.
fn round(regions: &[Region], boundary: Option<&Region>, options: &Options<'_>) -> Result<Plan, BadBoundary> {
    let prepared = prepare(regions, boundary, options.parents.is_some(), &Silent)?;
    let loose = prepared.loose_ground();
    let mut lines = Lines::around(&prepared, options.parents, loose.as_ref());
    if lines.is_empty() {
        return Ok(Plan::default());
    }
    if let Some((s, w)) = &loose {
        lines.add_cuts(cut::cuts(s, w, &prepared));
    }
    let ground = Ground::of(&lines);
    let choice = Choice::of(&ground, &prepared.regions, options);
    let mut steps = steps::of_faces(&ground, &choice);
    steps.extend(steps::of_lines(&prepared, &ground));
    let changes = if steps.iter().any(|s| s.action.is_applied()) {
        apply::changes(&ground, &choice, &prepared, &lines)
    } else {
        BTreeMap::new()
    };
    Ok(Plan { steps, changes })
}

#[cfg(test)]
mod tests;
