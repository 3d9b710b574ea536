//! Who holds which role where, and from when to when.

use super::{Date, Role, Tenure};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who answers: a person, or an organisation as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A person's id.
    Person(String),
    /// An organisation's id.
    Organisation(String),
}

/// What somebody answers for. Which places a place lies in is the caller's to say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Place {
    /// 楼栋: a building or stair unit, by its id.
    Building(String),
    /// 网格, by its code.
    Cell(String),
    /// 上级: community, village …, by its name or code.
    Parent(String),
    /// The whole project.
    Project,
}

/// AB岗: who answers, and who stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Slot {
    /// A岗.
    A,
    /// B岗: answers when A is away.
    B,
}

/// A span of days: the first is in, the last is not (half-open). Without an end it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The first day after it.
    pub to: Option<Date>,
}

impl Period {
    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// Whether two spans have a day in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.to.is_some_and(|to| to <= b.from);
        !self.is_empty() && !other.is_empty() && !before(self, other) && !before(other, self)
    }

    /// Whether no day lies in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.from)?;
        self.to.map_or(Ok(()), |to| write!(f, "{to}"))
    }
}

/// 责任关系: somebody holds a role at a place for a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Assignment {
    /// Who.
    pub subject: Subject,
    /// As what.
    pub role: Role,
    /// 专职 or 兼职, where said.
    pub tenure: Option<Tenure>,
    /// Where.
    pub place: Place,
    /// A岗 or B岗; `None` where there is no such pair, which counts as A.
    pub slot: Option<Slot>,
    /// 责任期.
    pub period: Period,
    /// The number of the document it rests on.
    pub basis: Option<String>,
}

impl Assignment {
    /// Whether both claim a place in the chain that only one can have: same place, role, slot and day, of a role that
    /// one subject holds.
    #[must_use]
    pub fn clashes(&self, other: &Self) -> bool {
        let slot = |a: &Self| a.slot.unwrap_or(Slot::A);
        self.role.most() == 1
            && self.subject != other.subject
            && (self.role, &self.place, slot(self)) == (other.role, &other.place, slot(other))
            && self.period.overlaps(&other.period)
    }
}

/// Somebody is away (请假); who is B岗 answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Absence {
    /// The person's id.
    pub person: String,
    /// When.
    pub period: Period,
}
