//! What cells must keep to beside parents and loads: checked, brought into the form that stages honour, confirmed.
//!
//! There are two forms only. Units that stay together become one unit; units that stay apart are groups of which no
//! cell holds two. Locks, offices and walls come to these. What a border inside a cell costs becomes its length.

use super::{Problem, SolveError, apart::Apart, part::Part};
use crate::graph::UnitGraph;
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// Rules for cells. Units by number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Units fixed to a cell: those with one name share a cell, those with different names do not. With a current
    /// plan the names are its cells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<Lock>,
    /// Units of one group share a cell. What lies between them joins it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Vec<u32>>,
    /// Units of one group are in different cells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Vec<u32>>,
    /// Units with an office: at most one in a cell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seeds: Vec<u32>,
    /// Borders that may not lie inside a cell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub walls: Vec<[u32; 2]>,
    /// Borders that should rather not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub crossings: Vec<Crossing>,
    /// Units that count as neighbours without a common border: bridges, ferries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<[u32; 2]>,
}

/// A unit fixed to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The unit.
    pub unit: u32,
    /// The cell, any number.
    pub cell: u32,
}

/// A border and what it costs when it lies inside a cell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crossing {
    /// The units on its two sides.
    pub units: [u32; 2],
    /// Each metre counts as so many metres of outline; 0 is no cost.
    pub price: f64,
}

impl Rules {
    /// Whether nothing has to stay together or apart.
    pub(crate) fn is_free(&self) -> bool {
        self.locks.is_empty()
            && self.together.is_empty()
            && self.apart.is_empty()
            && self.seeds.is_empty()
            && self.walls.is_empty()
    }

    /// Units that share a cell, by name of a cell or because it is said so.
    pub(crate) fn together_with_locks(&self) -> Vec<Vec<u32>> {
        let mut locked: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        self.locks.iter().for_each(|l| locked.entry(l.cell).or_default().push(l.unit));
        self.together.iter().cloned().chain(locked.into_values()).collect()
    }

    /// Whether there are none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_free() && self.crossings.is_empty() && self.links.is_empty()
    }

    /// Of these rules a set that `holds` is still true of, and of none with one less: rules are left out one by one.
    /// Links stay, for they are ground; prices go, for they forbid nothing.
    pub(crate) fn needed(&self, holds: impl Fn(&Self) -> bool) -> Self {
        let mut left = Self { crossings: Vec::new(), ..self.clone() };
        fn thin<T: Clone>(
            left: &mut Rules,
            list: impl Fn(&mut Rules) -> &mut Vec<T>,
            holds: &impl Fn(&Rules) -> bool,
        ) {
            // Half of them at once, then quarters …: where few of many are needed, few trials do.
            let mut chunk = list(left).len().div_ceil(2);
            while chunk > 0 {
                let mut i = 0;
                while i < list(left).len() {
                    let end = (i + chunk).min(list(left).len());
                    let gone: Vec<T> = list(left).drain(i..end).collect();
                    if !holds(left) {
                        list(left).splice(i..i, gone);
                        i = end;
                    }
                }
                chunk = if chunk > 1 { chunk.div_ceil(2) } else { 0 };
            }
        }
        thin(&mut left, |r| &mut r.walls, &holds);
        thin(&mut left, |r| &mut r.apart, &holds);
        thin(&mut left, |r| &mut r.seeds, &holds);
        thin(&mut left, |r| &mut r.together, &holds);
        thin(&mut left, |r| &mut r.locks, &holds);
        left
    }

    /// The rules about units that `near` is true of; links stay.
    pub(crate) fn among(&self, near: impl Fn(u32) -> bool) -> Self {
        let groups = |all: &[Vec<u32>]| all.iter().filter(|g| g.iter().any(|&u| near(u))).cloned().collect();
        Self {
            locks: self.locks.iter().filter(|l| near(l.unit)).copied().collect(),
            together: groups(&self.together),
            apart: groups(&self.apart),
            seeds: self.seeds.iter().filter(|&&u| near(u)).copied().collect(),
            walls: self.walls.iter().filter(|w| w.iter().any(|&u| near(u))).copied().collect(),
            crossings: Vec::new(),
            links: self.links.clone(),
        }
    }

    /// The graph with the links as borders without length.
    ///
    /// # Errors
    /// [`SolveError::UnknownUnit`]; [`SolveError::Link`] for a unit linked to itself.
    pub fn linked<'a>(&self, graph: &'a UnitGraph) -> Result<Cow<'a, UnitGraph>, SolveError> {
        if self.links.is_empty() {
            return Ok(Cow::Borrowed(graph));
        }
        let mut edges: Vec<(u32, u32, i64)> = Vec::new();
        for u in 0..graph.len() as u32 {
            edges.extend(graph.neighbours(u).filter(|e| e.0 > u).map(|(v, border)| (u, v, border)));
        }
        for &[a, b] in &self.links {
            if a.max(b) as usize >= graph.len() {
                return Err(SolveError::UnknownUnit { unit: a.max(b) });
            }
            edges.push((a, b, 0));
        }
        let (areas, perimeters, centres) =
            (graph.area_mm2.clone(), graph.perimeter_mm.clone(), graph.centre.clone());
        UnitGraph::from_edges(areas, perimeters, centres, &edges)
            .map(Cow::Owned)
            .map_err(|e| SolveError::Link { why: e.to_string() })
    }
}

/// A problem in the form that stages honour.
pub(crate) struct Reduced {
    /// All units, those that stay together as one.
    pub(crate) part: Part,
    pub(crate) parents: Option<Vec<u32>>,
    /// The units of each unit of the part.
    pub(crate) members: Vec<Vec<u32>>,
    groups: Groups,
}

/// Rules as groups of units that share a cell, and of units that do not.
struct Groups {
    together: Vec<Vec<u32>>,
    apart: Vec<Vec<u32>>,
}

impl Reduced {
    pub(crate) fn of(problem: &Problem<'_>) -> Result<Self, SolveError> {
        let free = Rules::default();
        let rules = problem.rules.unwrap_or(&free);
        let groups = Groups::of(rules, problem)?;
        let mut graph = rules.linked(problem.graph)?.into_owned();
        for &crossing in &rules.crossings {
            price(&mut graph, crossing, problem)?;
        }
        let n = graph.len();
        let apart = Apart::new(n, groups.apart.iter().cloned());
        let whole = Part {
            graph,
            loads: problem.criterion.loads.clone(),
            sides: problem.further.iter().map(|f| f.criterion.loads.clone()).collect(),
            apart,
            home: problem.homes(),
            units: (0..n as u32).collect(),
        };
        if groups.together.is_empty() {
            let members = (0..n as u32).map(|u| vec![u]).collect();
            let parents = problem.parents.map(<[u32]>::to_vec);
            return Ok(Self { part: whole.walled(), parents, members, groups });
        }
        let (cluster, members) = joined_in_some_order(&whole, &groups.together, problem)?;
        let mut whole = whole;
        whole.home = common_homes(&whole, &members);
        let parents = problem.parents.map(|p| members.iter().map(|m| p[m[0] as usize]).collect());
        Ok(Self { part: whole.merged(&cluster, &members).walled(), parents, members, groups })
    }

    /// The ground that proofs speak of: units that share a cell are one, connected or not, and nothing between them is
    /// chosen yet; no prices, no plan in force. The flag says whether a cover of it is a plan.
    pub(crate) fn of_proofs(problem: &Problem<'_>) -> Result<(Self, bool), SolveError> {
        let free = Rules::default();
        let rules = problem.rules.unwrap_or(&free);
        let groups = Groups::of(rules, problem)?;
        let n = problem.graph.len();
        let whole = Part {
            graph: rules.linked(problem.graph)?.into_owned(),
            loads: problem.criterion.loads.clone(),
            sides: problem.further.iter().map(|f| f.criterion.loads.clone()).collect(),
            apart: Apart::new(n, groups.apart.iter().cloned()),
            home: Vec::new(),
            units: (0..n as u32).collect(),
        };
        let (mut number, mut members) = (vec![u32::MAX; n], Vec::new());
        for group in &groups.together {
            group.iter().for_each(|&u| number[u as usize] = members.len() as u32);
            members.push(group.clone());
        }
        for (u, number) in (0..).zip(&mut number).filter(|(_, number)| **number == u32::MAX) {
            *number = members.len() as u32;
            members.push(vec![u]);
        }
        let connected = |g: &Vec<u32>| whole.graph.induced(g).0.components().count == 1;
        let exact = groups.together.iter().all(connected);
        let parents = problem.parents.map(|p| members.iter().map(|m: &Vec<u32>| p[m[0] as usize]).collect());
        Ok((Self { part: whole.merged(&number, &members).walled(), parents, members, groups }, exact))
    }

    /// Confirms that a plan over the original units keeps to all rules.
    pub(crate) fn confirm(&self, problem: &Problem<'_>, labels: &[u32]) -> Result<(), SolveError> {
        let cell = |u: u32| labels[u as usize];
        let name = |u: u32| problem.name(u);
        for group in &self.groups.together {
            if let Some(w) = group.windows(2).find(|w| cell(w[0]) != cell(w[1])) {
                return Err(SolveError::NotTogether { one: name(w[0]), other: name(w[1]) });
            }
        }
        for group in &self.groups.apart {
            let mut cells: Vec<(u32, u32)> = group.iter().map(|&u| (cell(u), u)).collect();
            cells.sort_unstable();
            if let Some(w) = cells.windows(2).find(|w| w[0].0 == w[1].0) {
                return Err(SolveError::NotApart { one: name(w[0].1), other: name(w[1].1) });
            }
        }
        Ok(())
    }
}

impl Groups {
    fn of(rules: &Rules, problem: &Problem<'_>) -> Result<Self, SolveError> {
        let rules = &problem.with_standing_locks(rules);
        let n = problem.graph.len();
        let lists = rules.together.iter().chain(&rules.apart).chain(std::iter::once(&rules.seeds)).flatten();
        let pairs = rules.walls.iter().chain(rules.crossings.iter().map(|c| &c.units)).chain(&rules.links);
        let named = lists.chain(pairs.flatten()).copied().chain(rules.locks.iter().map(|l| l.unit));
        if let Some(unit) = named.max().filter(|&u| u as usize >= n) {
            return Err(SolveError::UnknownUnit { unit });
        }
        for &[a, b] in &rules.walls {
            if !problem.graph.row(a).contains(&b) {
                return Err(SolveError::NoBorder { one: problem.name(a), other: problem.name(b) });
            }
        }
        let mut locked: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut cell_of: BTreeMap<u32, u32> = BTreeMap::new();
        for lock in &rules.locks {
            if cell_of.insert(lock.unit, lock.cell).is_some_and(|c| c != lock.cell) {
                return Err(SolveError::LockedTwice { unit: problem.name(lock.unit) });
            }
            locked.entry(lock.cell).or_default().push(lock.unit);
        }
        let first_of_each: Vec<u32> = locked.values().filter_map(|units| units.first().copied()).collect();
        let mut together: Vec<Vec<u32>> =
            rules.together.iter().cloned().chain(locked.into_values()).collect();
        merge(&mut together, n);
        let mut apart = rules.apart.clone();
        apart.extend([rules.seeds.clone(), first_of_each]);
        apart.extend(rules.walls.iter().map(|w| w.to_vec()));
        for group in &mut apart {
            group.sort_unstable();
            group.dedup();
        }
        apart.retain(|g| g.len() > 1);
        let mut group_of = vec![usize::MAX; n];
        for (g, units) in together.iter().enumerate() {
            units.iter().for_each(|&u| group_of[u as usize] = g);
        }
        for group in &apart {
            let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
            for &u in group.iter().filter(|&&u| group_of[u as usize] != usize::MAX) {
                if let Some(other) = seen.insert(group_of[u as usize], u) {
                    return Err(SolveError::Contradiction {
                        one: problem.name(other),
                        other: problem.name(u),
                    });
                }
            }
        }
        if let Some(parents) = problem.parents {
            for group in &together {
                let apart = group.windows(2).find(|w| parents[w[0] as usize] != parents[w[1] as usize]);
                if let Some(w) = apart {
                    return Err(SolveError::AcrossParents {
                        one: problem.name(w[0]),
                        other: problem.name(w[1]),
                    });
                }
            }
        }
        Ok(Self { together, apart })
    }
}

/// Groups that share a unit become one; single units are left out.
fn merge(groups: &mut Vec<Vec<u32>>, units: usize) {
    let mut leader: Vec<u32> = (0..units as u32).collect();
    fn find(leader: &mut [u32], mut u: u32) -> u32 {
        while leader[u as usize] != u {
            leader[u as usize] = leader[leader[u as usize] as usize];
            u = leader[u as usize];
        }
        u
    }
    for group in groups.iter() {
        for w in group.windows(2) {
            let (a, b) = (find(&mut leader, w[0]), find(&mut leader, w[1]));
            leader[a.max(b) as usize] = a.min(b);
        }
    }
    let mut merged: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &u in groups.iter().flatten() {
        merged.entry(find(&mut leader, u)).or_default().push(u);
    }
    *groups = merged.into_values().collect();
    for group in groups.iter_mut() {
        group.sort_unstable();
        group.dedup();
    }
    groups.retain(|g| g.len() > 1);
}

/// Makes a border count as outline when it lies inside a cell.
fn price(graph: &mut UnitGraph, crossing: Crossing, problem: &Problem<'_>) -> Result<(), SolveError> {
    let [a, b] = crossing.units;
    if !(0.0..=1000.0).contains(&crossing.price) {
        return Err(SolveError::CrossingPrice { one: problem.name(a), other: problem.name(b) });
    }
    for (u, v) in [(a, b), (b, a)] {
        let start = graph.offsets[u as usize] as usize;
        let Some(at) = graph.row(u).iter().position(|&w| w == v) else {
            return Err(SolveError::NoBorder { one: problem.name(a), other: problem.name(b) });
        };
        let own = problem.graph.neighbours(u).find(|e| e.0 == v).map_or(0, |e| e.1);
        graph.border_mm[start + at] -= (own as f64 * crossing.price).round() as i64;
    }
    Ok(())
}

/// The group of each unit, and the units of each group.
type Grouping = (Vec<u32>, Vec<Vec<u32>>);

/// [`joined`], with the groups that found no way put first: ways of others may have taken theirs.
fn joined_in_some_order(
    whole: &Part,
    together: &[Vec<u32>],
    problem: &Problem<'_>,
) -> Result<Grouping, SolveError> {
    let mut order: Vec<usize> = (0..together.len()).collect();
    for _ in 0..2 * together.len() {
        match joined(whole, together, &order, problem) {
            Ok(found) => return Ok(found),
            Err((0, e)) => return Err(e),
            Err((late, _)) => order[..=late].rotate_right(1),
        }
    }
    joined(whole, together, &order, problem).map_err(|e| e.1)
}

/// Which group each unit is in, and the groups: every unit that stays with others, with them and with the fewest
/// units between them; all others alone. Groups find their ways in the `order` given; says which one found none.
fn joined(
    whole: &Part,
    together: &[Vec<u32>],
    order: &[usize],
    problem: &Problem<'_>,
) -> Result<Grouping, (usize, SolveError)> {
    const ALONE: usize = usize::MAX;
    let mut group_of = vec![ALONE; whole.len()];
    for (g, group) in together.iter().enumerate() {
        group.iter().for_each(|&u| group_of[u as usize] = g);
    }
    let parent = |u: u32| problem.parents.map(|p| p[u as usize]);
    for (turn, &g) in order.iter().enumerate() {
        let group = &together[g];
        let mut reached = vec![group[0]];
        let mut left: Vec<u32> = group[1..].to_vec();
        let mut shut: BTreeSet<u32> = BTreeSet::new();
        while !left.is_empty() {
            let walk = |strict: bool| {
                breadth_first(&whole.graph, &reached, |v| {
                    // First around all that has to be apart from something, then around what may not be with these.
                    let free = || match strict {
                        true => whole.apart.of(v).is_empty(),
                        false => {
                            !shut.contains(&v)
                                && !reached.iter().chain(&left).any(|&u| whole.apart.forbids(u, v))
                        }
                    };
                    parent(v) == parent(group[0])
                        && (group_of[v as usize] == g || (group_of[v as usize] == ALONE && free()))
                })
            };
            let way = [true, false].into_iter().find_map(|strict| {
                let from = walk(strict);
                let &end = left.iter().find(|&&u| from[u as usize].is_some())?;
                Some(std::iter::successors(Some(end), |&u| from[u as usize].filter(|&b| b != u)).collect())
            });
            let way: Vec<u32> = way.ok_or_else(|| {
                let (one, other) = (problem.name(group[0]), problem.name(left[0]));
                (turn, SolveError::NoWay { one, other })
            })?;
            // A way whose own units have to be apart is none: the next one goes around.
            let crossed = way.iter().find(|&&u| way.iter().any(|&v| whole.apart.forbids(u, v) && u != v));
            if let Some(&u) = crossed.filter(|u| group_of[**u as usize] == ALONE) {
                shut.insert(u);
                continue;
            }
            for &u in &way {
                group_of[u as usize] = g;
            }
            left.retain(|u| !way.contains(u));
            reached.extend(way);
        }
    }
    let mut number = vec![u32::MAX; together.len()];
    let mut members: Vec<Vec<u32>> = Vec::new();
    let mut cluster = Vec::with_capacity(whole.len());
    for (u, &g) in group_of.iter().enumerate() {
        let known = number.get(g).copied().filter(|&c| c != u32::MAX);
        let c = known.unwrap_or(members.len() as u32);
        if known.is_none() {
            members.push(Vec::new());
            if let Some(slot) = number.get_mut(g) {
                *slot = c;
            }
        }
        members[c as usize].push(u as u32);
        cluster.push(c);
    }
    Ok((cluster, members))
}

/// Where a walk from `start` over units that `open` lets through came from; a start came from itself.
fn breadth_first(graph: &UnitGraph, start: &[u32], open: impl Fn(u32) -> bool) -> Vec<Option<u32>> {
    let mut from = vec![None; graph.len()];
    let mut queue = start.to_vec();
    for &u in start {
        from[u as usize] = Some(u);
    }
    let mut head = 0;
    while head < queue.len() {
        let u = queue[head];
        head += 1;
        for &v in graph.row(u) {
            if from[v as usize].is_none() && open(v) {
                from[v as usize] = Some(u);
                queue.push(v);
            }
        }
    }
    from
}

/// Units that stay together have the home that holds most of their load.
fn common_homes(whole: &Part, members: &[Vec<u32>]) -> Vec<u32> {
    let mut homes = whole.home.clone();
    if homes.is_empty() {
        return homes;
    }
    for group in members.iter().filter(|m| m.len() > 1) {
        let mut loads: BTreeMap<u32, i64> = BTreeMap::new();
        for &u in group {
            *loads.entry(whole.home[u as usize]).or_default() += whole.loads[u as usize];
        }
        let most = loads.into_iter().max_by_key(|&(home, load)| (load, std::cmp::Reverse(home)));
        if let Some((home, _)) = most {
            group.iter().for_each(|&u| homes[u as usize] = home);
        }
    }
    homes
}
