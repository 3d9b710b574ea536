//! What changes hands with a plan (移交): from which cell to which, whose it was and whose it becomes.

use super::super::WorkError;
use super::super::place::place;
use super::{InForce, Made};
use crate::frame::Frame;
use crate::read::FeatureSet;
use crate::store::model::Project;
use partition::frame::{Point, RegionIndex};
use partition::people::{Date, People, Place, Role, Subject};
use std::collections::BTreeMap;

/// Objects on the units of a project: buildings, addresses, enterprises.
#[derive(Clone, Debug, Default)]
pub struct Located {
    /// What they are called, in the order of the file.
    pub names: Vec<String>,
    /// The unit of each; `None` outside of all.
    pub units: Vec<Option<u32>>,
}

impl Located {
    /// Finds the unit of each feature: of a point where it lies, of ground where its middle does. Borders are half-open, so
    /// that each has one unit at most.
    ///
    /// # Errors
    /// [`WorkError::Read`] naming the first feature that has no place.
    pub fn on(project: &Project, set: &FeatureSet) -> Result<Self, WorkError> {
        let frame = Frame::from_definition(&project.frame)?;
        let index = RegionIndex::new(&project.units.regions);
        let name =
            |(i, f): (usize, &crate::read::Feature)| f.id.clone().unwrap_or_else(|| (i + 1).to_string());
        let unit = |p: Option<Point>| p.and_then(|p| index.at(p));
        Ok(Self {
            names: set.features.iter().enumerate().map(name).collect(),
            units: place(set, &frame)?.iter().map(|p| unit(p.point())).collect(),
        })
    }
}

/// Who leads a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leader {
    /// Who: a name is never a key.
    pub subject: Subject,
    /// The name to show. Telephones are not told.
    pub name: String,
}

/// What goes from one cell to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The code of the cell in force; `None` for ground that had none.
    pub from: Option<String>,
    /// The code of the new cell.
    pub to: String,
    /// Its units, ascending.
    pub units: Vec<u32>,
    /// Objects on them, in the order of their file.
    pub objects: Vec<u32>,
    /// Who led the one and leads the other: a cell that keeps its code keeps its leader, a new one has none yet.
    pub leaders: [Option<Leader>; 2],
}

impl Handed {
    /// Whether somebody else answers for it afterwards; without names, whether the cell is another one.
    #[must_use]
    pub fn changes_leader(&self) -> bool {
        match &self.leaders {
            [Some(a), Some(b)] => a.subject != b.subject,
            _ => true,
        }
    }
}

/// The cell before and the cell after.
type Codes<'a> = (Option<&'a String>, &'a String);

/// What changes hands, cell by cell, by the codes of both. `people` say who leads which cell on the day `at`.
///
/// # Complexity
/// O(units + objects), and O(assignments) for each cell concerned.
#[must_use]
pub fn handover(
    made: &Made,
    in_force: &InForce,
    objects: &Located,
    people: Option<&People>,
    at: Date,
) -> Vec<Handed> {
    let Some(moved) = &made.solution.moved else { return Vec::new() };
    let to_of = |u: u32| &made.plan.cells[made.plan.labels[u as usize] as usize].code;
    let from_of = |u: u32| in_force.labels[u as usize].and_then(|l| in_force.codes.get(l as usize));
    // Ground without a cell before changes hands too, only that nobody gives it.
    let fresh = (0..made.plan.labels.len() as u32).filter(|&u| in_force.labels[u as usize].is_none());
    let mut pairs: BTreeMap<Codes<'_>, [Vec<u32>; 2]> = BTreeMap::new();
    let mut units: Vec<u32> = moved.units.iter().copied().chain(fresh).collect();
    units.sort_unstable();
    for &u in &units {
        pairs.entry((from_of(u), to_of(u))).or_default()[0].push(u);
    }
    for (i, unit) in (0..).zip(&objects.units) {
        if let Some(u) = unit.filter(|u| units.binary_search(u).is_ok()) {
            pairs.entry((from_of(u), to_of(u))).or_default()[1].push(i);
        }
    }
    let leader = |code: &String| people.and_then(|p| leader(p, code, at));
    let handed = |((from, to), [units, objects]): (Codes<'_>, [Vec<u32>; 2])| {
        let leaders = [from.and_then(leader), leader(to)];
        Handed { from: from.cloned(), to: to.clone(), units, objects, leaders }
    };
    pairs.into_iter().map(handed).collect()
}

/// Who is 网格长 of a cell on a day; the A岗 where there are two.
fn leader(people: &People, code: &str, at: Date) -> Option<Leader> {
    let chain = people.chain(&[Place::Cell(code.to_owned())], at);
    let leads = chain.links.iter().map(|l| &people.assignments[l.assignment]);
    let subject = leads.into_iter().find(|a| a.role == Role::GridLeader)?.subject.clone();
    let name = match &subject {
        Subject::Person(id) => people.person(id).map(|p| p.name.clone()),
        Subject::Organisation(id) => people.organisation(id).map(|o| o.name.clone()),
    };
    Some(Leader { name: name.unwrap_or_default(), subject })
}
