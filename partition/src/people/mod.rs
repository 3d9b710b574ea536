//! People (人员): who answers for a place, on a day.
//!
//! Pure: dates are arguments, nothing is looked up. Persons and organisations have ids; a name is never a key.
//!
//! | I have … | I want … | use |
//! |---|---|---|
//! | a text of a roster | the role it names | [`Role::parse`] |
//! | assignments and a path of places | who is to be asked, in order | [`fn@chain`] |
//! | a person and who is looking | the number to show | [`Person::phone`] |
//! | two assignments | whether only one can be right | [`Assignment::clashes`] |

mod assignment;
mod chain;
#[cfg(test)]
mod chain_tests;
mod date;
mod person;
mod phone;
mod role;

pub use assignment::{Absence, Assignment, Period, Place, Slot, Subject};
pub use chain::{Chain, Link, chain};
pub use date::{Date, NoDate};
pub use person::{Access, Organisation, Person, Publication};
pub use phone::{NoPhone, Phone};
pub use role::{Role, RoleError, Tenure};

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Everything known about who answers for what.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct People {
    /// By id, ascending.
    pub persons: Vec<Person>,
    /// By id, ascending.
    pub organisations: Vec<Organisation>,
    /// In their order.
    pub assignments: Vec<Assignment>,
    /// In their order.
    pub absences: Vec<Absence>,
}

impl People {
    /// The person with an id.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.persons.binary_search_by(|p| p.id.as_str().cmp(id)).ok().map(|i| &self.persons[i])
    }

    /// The organisation with an id.
    #[must_use]
    pub fn organisation(&self, id: &str) -> Option<&Organisation> {
        self.organisations.binary_search_by(|o| o.id.as_str().cmp(id)).ok().map(|i| &self.organisations[i])
    }

    /// The chain of responsibility on a day: see [`fn@chain`].
    #[must_use]
    pub fn chain(&self, path: &[Place], at: Date) -> Chain {
        chain(path, &self.assignments, &self.absences, at)
    }

    /// With newer knowledge: persons and organisations by their ids; an assignment that is there already (same subject,
    /// role, place and slot, at a common day) is replaced; one that clashes with a new one ends where that begins, and
    /// goes when it would not even have begun.
    ///
    /// # Complexity
    /// O(n log n), and O(n × m) for n assignments and m new ones of one role at one place.
    #[must_use]
    pub fn merged(self, newer: &Self) -> Self {
        let Self { mut persons, mut organisations, mut assignments, mut absences } = self;
        let known: BTreeSet<&str> = newer.persons.iter().map(|n| n.id.as_str()).collect();
        persons.retain(|p| !known.contains(p.id.as_str()));
        persons.extend(newer.persons.iter().cloned());
        let known: BTreeSet<&str> = newer.organisations.iter().map(|n| n.id.as_str()).collect();
        organisations.retain(|o| !known.contains(o.id.as_str()));
        organisations.extend(newer.organisations.iter().cloned());
        // Only those with the same role at the same place can have to do with each other.
        let mut seats: BTreeMap<(Role, &Place), Vec<&Assignment>> = BTreeMap::new();
        for new in &newer.assignments {
            seats.entry((new.role, &new.place)).or_default().push(new);
        }
        assignments.retain_mut(|old| {
            for new in seats.get(&(old.role, &old.place)).into_iter().flatten() {
                let same = (&old.subject, old.slot) == (&new.subject, new.slot);
                if same && old.period.overlaps(&new.period) {
                    return false;
                }
                if old.clashes(new) {
                    old.period.to = Some(new.period.from);
                }
            }
            !old.period.is_empty()
        });
        assignments.extend(newer.assignments.iter().cloned());
        absences.extend(newer.absences.iter().filter(|n| !absences.contains(n)).cloned().collect::<Vec<_>>());
        Self { persons, organisations, assignments, absences }.sorted()
    }

    /// Brings everything into its order.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.persons.sort_by(|a, b| a.id.cmp(&b.id));
        self.organisations.sort_by(|a, b| a.id.cmp(&b.id));
        self.assignments.sort();
        self.absences.sort();
        self
    }
}
