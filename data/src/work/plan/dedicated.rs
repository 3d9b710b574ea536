//! Dedicated cells (专属网格): carved out before anything is solved, added as cells of their own afterwards.
//!
//! What is left is a plan like any other: its means, ranges and proofs know nothing of what was carved out. Ground that
//! falls apart is divided piece by piece; a piece too light for a cell is linked to what lies across.

use super::super::WorkError;
use super::super::given::names;
use super::{InForce, unit_graph};
use crate::carry::carry;
use crate::frame::Frame;
use crate::read::FeatureSet;
use crate::store::model::{BorderClass, Criterion, Project, Units};
use partition::frame::{Region, RegionIndex, interior_point};
use partition::graph::UnitGraph;
use partition::plan::{dissolve, numbering, succession};
use partition::solve::{Goal, Options, Problem, Solution, anchored, solve_near, standing};
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A dedicated cell as people name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dedicated {
    /// What it is called: the school, the market.
    pub name: String,
    /// Its units, by id.
    pub units: Vec<String>,
}

impl Dedicated {
    /// One for each name that a column of the units' file gives; units without one stay with the base cells.
    ///
    /// # Errors
    /// [`WorkError::NoNames`] when no unit has a text or a number there.
    pub fn of_column(set: &FeatureSet, ids: &[String], column: &str) -> Result<Vec<Self>, WorkError> {
        let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (f, id) in set.features.iter().zip(ids) {
            let name = match f.properties.get(column) {
                Some(Value::String(s)) => s.trim().to_owned(),
                Some(n @ Value::Number(_)) => n.to_string(),
                _ => continue,
            };
            if !name.is_empty() {
                named.entry(name).or_default().push(id.clone());
            }
        }
        if named.is_empty() {
            return Err(WorkError::NoNames { path: set.path.display().to_string(), column: column.into() });
        }
        Ok(named.into_iter().map(|(name, units)| Self { name, units }).collect())
    }

    /// One for each polygon of a layer: the units whose middle lies in it.
    ///
    /// # Errors
    /// [`WorkError::Dedicated`] for a polygon without a unit; what carrying it says.
    pub fn of_polygons(set: &FeatureSet, project: &Project) -> Result<Vec<Self>, WorkError> {
        let regions = carry(set, &Frame::from_definition(&project.frame)?)?.regions;
        let mut all: Vec<Self> =
            names(set).into_iter().map(|name| Self { name, units: Vec::new() }).collect();
        let index = RegionIndex::new(&regions);
        for (id, region) in project.units.ids.iter().zip(&project.units.regions) {
            let middle = region.parts.iter().find_map(interior_point);
            if let Some(own) = middle.and_then(|p| index.at(p)).and_then(|n| all.get_mut(n as usize)) {
                own.units.push(id.clone());
            }
        }
        match all.iter().find(|d| d.units.is_empty()) {
            Some(d) => Err(wrong(&d.name, "no unit has its middle in it", "其范围内没有单元中心")),
            None => Ok(all),
        }
    }
}

fn wrong(name: &str, en: impl Into<String>, zh: impl Into<String>) -> WorkError {
    WorkError::Dedicated { name: name.to_owned(), en: en.into(), zh: zh.into() }
}

/// A piece of ground that dedicated cells cut off from the rest of its parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Severed {
    /// Its units, ascending.
    pub units: Vec<u32>,
    /// Their load, in steps of the balanced criterion.
    pub load: i64,
    /// The names of the dedicated cells beside it.
    pub beside: Vec<String>,
    /// A unit of it and the one across that it counts as a neighbour of; none where it is heavy enough for cells of its own.
    pub link: Option<[u32; 2]>,
}

/// The ground without the dedicated cells, and these.
pub(super) struct Carved<'a> {
    /// What base cells are made of.
    pub(super) base: Cow<'a, Units>,
    /// The number in the project of each of its units, ascending.
    pub(super) numbers: Vec<u32>,
    /// The dedicated cells, names and units, in the order of their numbers.
    pub(super) cells: Vec<(String, Vec<u32>)>,
}

impl<'a> Carved<'a> {
    pub(super) fn of(project: &'a Project, wanted: &[Dedicated]) -> Result<Self, WorkError> {
        let units = &project.units;
        let cells = in_order(units, resolved(units, wanted)?);
        let mut gone: Vec<u32> = cells.iter().flat_map(|c| &c.1).copied().collect();
        gone.sort_unstable();
        let numbers: Vec<u32> =
            (0..units.ids.len() as u32).filter(|u| gone.binary_search(u).is_err()).collect();
        if let (true, Some((name, _))) = (numbers.is_empty(), cells.last()) {
            return Err(wrong(name, "it leaves no ground for base cells", "没有为基础网格留下单元"));
        }
        Ok(Self { base: without(units, &gone), numbers, cells })
    }

    /// The units of dedicated cells, ascending.
    pub(super) fn aside(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.cells.iter().flat_map(|c| &c.1).copied().collect();
        all.sort_unstable();
        all
    }

    /// The place of a unit among those of the base, if it is one.
    fn place(&self, unit: u32) -> Option<u32> {
        self.numbers.binary_search(&unit).ok().map(|i| i as u32)
    }

    /// The places of two units.
    pub(super) fn places(&self, [a, b]: [u32; 2]) -> Option<[u32; 2]> {
        Some([self.place(a)?, self.place(b)?])
    }

    /// Labels of the base units as labels of all units; `dedicated` says that of each dedicated cell.
    pub(super) fn over(&self, labels: &[u32], dedicated: impl Fn(usize) -> u32) -> Vec<u32> {
        let mut all = vec![0; self.numbers.len() + self.cells.iter().map(|c| c.1.len()).sum::<usize>()];
        self.numbers.iter().zip(labels).for_each(|(&u, &l)| all[u as usize] = l);
        for (i, (_, units)) in self.cells.iter().enumerate() {
            units.iter().for_each(|&u| all[u as usize] = dedicated(i));
        }
        all
    }

    /// Gives the units in what is told of a solution their numbers in the project; proofs keep theirs.
    pub(super) fn renumber(&self, solution: &mut Solution) {
        for giant in &mut solution.giants {
            giant.unit = self.numbers[giant.unit as usize];
            giant.joined.iter_mut().for_each(|u| *u = self.numbers[*u as usize]);
        }
        for split in &mut solution.split_parents {
            split.pieces.iter_mut().for_each(|p| p.0 = self.numbers[p.0 as usize]);
        }
    }

    /// The pieces that ground falls into beside what is its heaviest piece; `loads` are those of the base.
    pub(super) fn severed(
        &self,
        project: &Project,
        base: &UnitGraph,
        loads: &[i64],
        goal: Goal,
    ) -> Result<Vec<Severed>, WorkError> {
        if self.cells.is_empty() {
            return Ok(Vec::new());
        }
        let whole = unit_graph(&project.units)?;
        let within = |graph: &UnitGraph, parents: Option<&[u32]>| match parents {
            Some(parents) => graph.components_within(parents),
            None => graph.components(),
        };
        let before = within(&whole, project.units.parents_of()).of;
        let enough = match goal {
            Goal::Range { lo, .. } => lo,
            Goal::Cells(k) => loads.iter().sum::<i64>() / (2 * i64::from(k.max(1))),
        };
        // Pieces that were one before.
        let mut grounds: BTreeMap<u32, Vec<(i64, Vec<u32>)>> = BTreeMap::new();
        for piece in within(base, self.base.parents_of()).members() {
            let load = piece.iter().map(|&u| loads[u as usize]).sum();
            let units: Vec<u32> = piece.iter().map(|&u| self.numbers[u as usize]).collect();
            grounds.entry(before[units[0] as usize]).or_default().push((load, units));
        }
        let rims = self.rims(&whole);
        let mut severed = Vec::new();
        for mut pieces in grounds.into_values().filter(|p| p.len() > 1) {
            pieces.sort_by_key(|p| (-p.0, p.1[0]));
            let heavy = 1 + pieces.iter().skip(1).filter(|p| p.0 >= enough).count();
            let mut across: Vec<u32> = pieces[..heavy].iter().flat_map(|p| p.1.iter().copied()).collect();
            across.sort_unstable();
            for (i, (load, units)) in pieces.into_iter().enumerate().skip(1) {
                let own = |rim: &[u32]| -> Vec<u32> {
                    units.iter().copied().filter(|u| rim.binary_search(u).is_ok()).collect()
                };
                // Of each dedicated cell beside the piece what touches it here and across.
                let beside: Vec<(usize, Vec<u32>)> =
                    rims.iter().map(|r| own(r)).enumerate().filter(|b| !b.1.is_empty()).collect();
                let far = |rim: &[u32]| -> Vec<u32> {
                    rim.iter().copied().filter(|u| across.binary_search(u).is_ok()).collect()
                };
                let through = || {
                    let pairs = beside.iter().filter_map(|(c, own)| nearest(&whole, own, &far(&rims[*c])));
                    pairs.min_by_key(|&[a, b]| (apart(&whole, a, b), a, b))
                };
                let link = if i < heavy {
                    None
                } else {
                    through().or_else(|| nearest(&whole, &units[..1], &across))
                };
                let beside = beside.iter().map(|(c, _)| self.cells[*c].0.clone()).collect();
                severed.push(Severed { units, load, beside, link });
            }
        }
        severed.sort_by_key(|s| s.units[0]);
        Ok(severed)
    }

    /// The base units that touch each dedicated cell, ascending.
    fn rims(&self, whole: &UnitGraph) -> Vec<Vec<u32>> {
        let rim = |(_, units): &(String, Vec<u32>)| {
            let beside = units.iter().flat_map(|&u| whole.row(u)).copied();
            let mut rim: Vec<u32> = beside.filter(|v| self.place(*v).is_some()).collect();
            rim.sort_unstable();
            rim.dedup();
            rim
        };
        self.cells.iter().map(rim).collect()
    }

    /// For each dedicated cell the base unit it lies beside longest, in its parent: what decides in which cells of upper
    /// levels it is. Where it touches none, the nearest.
    pub(super) fn anchors(&self, project: &Project) -> Result<Vec<u32>, WorkError> {
        let graph = unit_graph(&project.units)?;
        let parent = |u: u32| project.units.parents.get(u as usize);
        let one = |(_, units): &(String, Vec<u32>)| {
            let mut beside: BTreeMap<u32, i64> = BTreeMap::new();
            let own = units.first().copied().unwrap_or(0);
            for (v, border) in units.iter().flat_map(|&u| graph.neighbours(u)) {
                if parent(v) == parent(own)
                    && let Some(place) = self.place(v)
                {
                    *beside.entry(place).or_default() += border;
                }
            }
            let longest = beside.into_iter().max_by_key(|&(v, border)| (border, std::cmp::Reverse(v)));
            let inside = |v: &&u32| parent(**v) == parent(own);
            let near = || {
                let nearest = self.numbers.iter().filter(inside).min_by_key(|&&v| apart(&graph, own, v));
                nearest.and_then(|&v| self.place(v)).unwrap_or(0)
            };
            longest.map_or_else(near, |l| l.0)
        };
        Ok(self.cells.iter().map(one).collect())
    }

    /// The plan in force, repaired around some units.
    pub(super) fn repaired(
        &self,
        problem: &Problem<'_>,
        near: &[String],
        options: &Options,
    ) -> Result<Solution, WorkError> {
        let number: BTreeMap<&str, u32> = self.base.ids.iter().map(String::as_str).zip(0..).collect();
        let unit = |id: &String| {
            number.get(id.as_str()).copied().ok_or_else(|| WorkError::NoUnit { id: id.clone() })
        };
        let near: Vec<u32> = near.iter().map(unit).collect::<Result<_, _>>()?;
        let homes = problem.current.map(|c| c.labels).unwrap_or_default();
        if let Some(u) = homes.iter().position(Option::is_none) {
            return Err(WorkError::Homeless { id: self.base.ids[u].clone() });
        }
        let rules = problem.rules.filter(|r| !r.locks.is_empty()).map(|r| anchored(problem, r));
        let problem = &Problem { rules: rules.as_ref().or(problem.rules), ..*problem };
        let mut labels: Vec<u32> = homes.iter().flatten().copied().collect();
        for (u, cell) in solve_near(problem, &near, options)?.moves {
            labels[u as usize] = cell;
        }
        Ok(standing(problem, &labels)?)
    }

    /// The plan in force as far as base cells go: units that were in a dedicated cell have none yet.
    pub(super) fn labels_in_force(&self, in_force: &InForce) -> Vec<Option<u32>> {
        let base = |l: &u32| !in_force.dedicated.contains(l);
        self.numbers.iter().map(|&u| in_force.labels[u as usize].filter(base)).collect()
    }

    /// For each dedicated cell the dedicated one of the plan in force that it goes on as.
    pub(super) fn succession(&self, in_force: &InForce, loads: &[i64]) -> Vec<Option<u32>> {
        let none = self.cells.len() as u32;
        let mut after = vec![none; loads.len()];
        for (n, (_, units)) in (0..).zip(&self.cells) {
            units.iter().for_each(|&u| after[u as usize] = n);
        }
        let dedicated = |l: &Option<u32>| l.filter(|l| in_force.dedicated.contains(l));
        let before: Vec<Option<u32>> = in_force.labels.iter().map(dedicated).collect();
        let mut heirs = succession(&before, &after, self.cells.len() + 1, loads, &[]);
        heirs.truncate(self.cells.len());
        heirs
    }
}

/// A unit of `own` and one of `others`, as near to each other as can be.
fn nearest(graph: &UnitGraph, own: &[u32], others: &[u32]) -> Option<[u32; 2]> {
    let pairs = own.iter().flat_map(|&a| others.iter().map(move |&b| [a, b]));
    pairs.min_by_key(|&[a, b]| (apart(graph, a, b), a, b))
}

/// The square of the distance of two units.
fn apart(graph: &UnitGraph, a: u32, b: u32) -> i128 {
    let (p, q) = (graph.centre[a as usize], graph.centre[b as usize]);
    i128::from(p.x - q.x).pow(2) + i128::from(p.y - q.y).pow(2)
}

/// Names and units by number; each in one parent, none in two.
fn resolved(units: &Units, wanted: &[Dedicated]) -> Result<Vec<(String, Vec<u32>)>, WorkError> {
    let number: BTreeMap<&str, u32> = units.ids.iter().map(String::as_str).zip(0..).collect();
    let mut taken: BTreeMap<u32, &str> = BTreeMap::new();
    let mut cells: Vec<(String, Vec<u32>)> = Vec::new();
    for d in wanted {
        let mut own = Vec::with_capacity(d.units.len());
        for id in &d.units {
            let unit = *number.get(id.as_str()).ok_or_else(|| WorkError::NoUnit { id: id.clone() })?;
            if let Some(other) = taken.insert(unit, &d.name).filter(|other| *other != d.name) {
                let (en, zh) =
                    (format!("unit {id} is in '{other}' already"), format!("单元 {id} 已属于「{other}」"));
                return Err(wrong(&d.name, en, zh));
            }
            own.push(unit);
        }
        own.sort_unstable();
        own.dedup();
        let parent = |u: &u32| units.parents.get(*u as usize);
        if let Some(far) = own.iter().find(|u| parent(u) != parent(&own[0])) {
            let (one, other) = (&units.ids[own[0] as usize], &units.ids[*far as usize]);
            let en = format!("units {one} and {other} lie in different parents; make one for each parent");
            return Err(wrong(&d.name, en, format!("单元 {one} 与 {other} 分属不同上级,请分别设立")));
        }
        if own.is_empty() {
            return Err(wrong(&d.name, "it has no units", "没有单元"));
        }
        cells.push((d.name.clone(), own));
    }
    let mut known = BTreeSet::new();
    match cells.iter().find(|c| !known.insert(&c.0)) {
        Some((name, _)) => Err(wrong(name, "it is named twice", "重复命名")),
        None => Ok(cells),
    }
}

/// Some of the units, in their order.
fn only(units: &Units, keep: &[u32]) -> Units {
    fn pick<T: Clone>(all: &[T], keep: &[u32]) -> Vec<T> {
        keep.iter().filter_map(|&u| all.get(u as usize).cloned()).collect()
    }
    let place = |u: u32| keep.binary_search(&u).ok().map(|i| i as u32);
    let class = |c: &BorderClass| {
        let [a, b] = c.units;
        Some(BorderClass { units: [place(a)?, place(b)?], class: c.class.clone() })
    };
    Units {
        kind: units.kind.clone(),
        ids: pick(&units.ids, keep),
        regions: pick(&units.regions, keep),
        parents: pick(&units.parents, keep),
        parent_names: units.parent_names.clone(),
        criteria: units
            .criteria
            .iter()
            .map(|c| Criterion { loads: pick(&c.loads, keep), ..c.clone() })
            .collect(),
        classes: units.classes.iter().filter_map(class).collect(),
    }
}

/// The units but for some, which ascend.
pub(super) fn without<'a>(units: &'a Units, aside: &[u32]) -> Cow<'a, Units> {
    if aside.is_empty() {
        return Cow::Borrowed(units);
    }
    let keep: Vec<u32> = (0..units.ids.len() as u32).filter(|u| aside.binary_search(u).is_err()).collect();
    Cow::Owned(only(units, &keep))
}

/// Dedicated cells from north-west to south-east, within their parents' order.
fn in_order(units: &Units, mut cells: Vec<(String, Vec<u32>)>) -> Vec<(String, Vec<u32>)> {
    let regions: Vec<Region> =
        cells.iter().flat_map(|c| &c.1).map(|&u| units.regions[u as usize].clone()).collect();
    let labels: Vec<u32> = (0..).zip(&cells).flat_map(|(n, (_, own))| own.iter().map(move |_| n)).collect();
    let mut order = numbering(&dissolve(&regions, &labels, cells.len()));
    order.sort_by_key(|&c| cells[c].1.first().and_then(|&u| units.parents.get(u as usize)));
    order.into_iter().map(|c| std::mem::take(&mut cells[c])).collect()
}
