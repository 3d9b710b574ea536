//! Rules as people write them: units by id, cells by name.

use super::super::WorkError;
use partition::solve::{Crossing, Lock, Rules};
use std::collections::BTreeMap;

/// What cells must keep to, units by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamedRules {
    /// Unit and cell.
    pub locks: Vec<(String, String)>,
    /// Units that share a cell.
    pub together: Vec<Vec<String>>,
    /// Units in different cells.
    pub apart: Vec<Vec<String>>,
    /// Units with an office: one for each cell.
    pub offices: Vec<String>,
    /// Borders that may not lie inside a cell.
    pub walls: Vec<[String; 2]>,
    /// Borders and what each metre of them costs inside a cell, in metres of outline.
    pub crossings: Vec<([String; 2], f64)>,
    /// Units that count as neighbours.
    pub links: Vec<[String; 2]>,
}

impl NamedRules {
    /// The names of the cells that units are locked to, by the number of a lock's cell.
    #[must_use]
    pub fn cells(&self, in_force: Option<&[String]>) -> Vec<String> {
        let mut names: Vec<String> = in_force.map(<[String]>::to_vec).unwrap_or_default();
        for (_, cell) in &self.locks {
            if !names.contains(cell) {
                names.push(cell.clone());
            }
        }
        names
    }

    /// The rules for the ground that dedicated cells leave. That units are apart, and borders not inside a cell, comes by
    /// itself where one of them is in such a cell.
    ///
    /// # Errors
    /// [`WorkError::Dedicated`] when a unit of a dedicated cell is to be in another one.
    pub(super) fn beside(&self, cells: &[(String, Vec<u32>)], ids: &[String]) -> Result<Self, WorkError> {
        let mut holder: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, units) in cells {
            holder.extend(units.iter().map(|&u| (ids[u as usize].as_str(), name.as_str())));
        }
        let placed = self.locks.iter().map(|l| &l.0).chain(self.together.iter().flatten());
        let mut placed = placed.chain(&self.offices).chain(self.links.iter().flatten());
        if let Some((id, name)) = placed.find_map(|id| Some((id, *holder.get(id.as_str())?))) {
            return Err(WorkError::Dedicated {
                name: name.to_owned(),
                en: format!("a rule puts its unit {id} into another cell, or links it to one"),
                zh: format!("其单元 {id} 又被规则指定到其他网格"),
            });
        }
        let free = |id: &String| !holder.contains_key(id.as_str());
        let mut rules = self.clone();
        rules.apart.iter_mut().for_each(|group| group.retain(free));
        rules.walls.retain(|pair| pair.iter().all(free));
        rules.crossings.retain(|(pair, _)| pair.iter().all(free));
        Ok(rules)
    }

    /// The rules by number, and the names of the cells that units are locked to, by the number of the lock's cell.
    ///
    /// With a plan in force its `cells` are what locks name.
    ///
    /// # Errors
    /// [`WorkError::NoUnit`], [`WorkError::NoCell`].
    pub fn resolve(
        &self,
        ids: &[String],
        cells: Option<&[String]>,
    ) -> Result<(Rules, Vec<String>), WorkError> {
        let number: BTreeMap<&str, u32> = ids.iter().map(String::as_str).zip(0..).collect();
        let unit = |id: &String| {
            number.get(id.as_str()).copied().ok_or_else(|| WorkError::NoUnit { id: id.clone() })
        };
        let group = |ids: &Vec<String>| ids.iter().map(unit).collect::<Result<Vec<u32>, _>>();
        let groups = |all: &[Vec<String>]| all.iter().map(group).collect::<Result<Vec<_>, _>>();
        let pair = |[a, b]: &[String; 2]| Ok::<_, WorkError>([unit(a)?, unit(b)?]);
        let pairs = |all: &[[String; 2]]| all.iter().map(pair).collect::<Result<Vec<_>, _>>();
        let mut names: Vec<String> = cells.map(<[String]>::to_vec).unwrap_or_default();
        let mut locks = Vec::with_capacity(self.locks.len());
        for (id, cell) in &self.locks {
            let at = match names.iter().position(|n| n == cell) {
                Some(at) => at,
                None if cells.is_some() => return Err(WorkError::NoCell { name: cell.clone() }),
                None => {
                    names.push(cell.clone());
                    names.len() - 1
                }
            };
            locks.push(Lock { unit: unit(id)?, cell: at as u32 });
        }
        let crossing = |(units, price): &([String; 2], f64)| {
            Ok::<_, WorkError>(Crossing { units: pair(units)?, price: *price })
        };
        let rules = Rules {
            locks,
            together: groups(&self.together)?,
            apart: groups(&self.apart)?,
            seeds: group(&self.offices)?,
            walls: pairs(&self.walls)?,
            crossings: self.crossings.iter().map(crossing).collect::<Result<_, _>>()?,
            links: pairs(&self.links)?,
        };
        Ok((rules, names))
    }
}
