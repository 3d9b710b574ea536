//! One table of every rule a partition can break.
//!
//! A rule's id is for ever: it stands in reports, in exports and in what people have accepted with a reason.
//! A rule is never renumbered and never removed; one that no longer applies stays in the table.
//!
//! * [`RuleId`]: which rule; `RuleId::Gap01` prints and serialises as `GAP-01`
//! * [`Rule`]: what the table says about it; [`RuleId::rule`], [`RULES`]
//! * [`Severity`]: error, warning or information, written `E`, `W`, `I`
//! * [`markdown`]: the table as the page `docs/rules.md`
//!
//! # Examples
//!
//! ```
//! use partition::check::rules::{RuleId, Severity};
//!
//! let id: RuleId = "GAP-01".parse()?;
//! assert_eq!(id, RuleId::Gap01);
//! assert_eq!(id.rule().severity, Severity::Error);
//! # Ok::<(), partition::check::rules::UnknownRule>(())
//! ```

mod markdown;
mod table;

pub use markdown::markdown;
pub use table::{RULES, RuleId};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// How much a finding weighs. `Error` is the greatest, so `max` over findings is the worst one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing has to change. Written `I`.
    Info,
    /// A soft rule is broken, or a person should look. Written `W`.
    Warning,
    /// A hard rule is broken. Written `E`.
    Error,
}

impl Severity {
    /// `"E"`, `"W"` or `"I"`.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Info => "I",
            Self::Warning => "W",
            Self::Error => "E",
        }
    }

    /// The word in Chinese: 错误, 警告 or 提示.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Info => "提示",
            Self::Warning => "警告",
            Self::Error => "错误",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.letter())
    }
}

/// A severity that is none of `E`, `W`, `I`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no severity: write E (error), W (warning) or I (info)")]
pub struct UnknownSeverity(String);

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "E" => Ok(Self::Error),
            "W" => Ok(Self::Warning),
            "I" => Ok(Self::Info),
            _ => Err(UnknownSeverity(s.to_owned())),
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The id as people write it, such as `GAP-01`.
    pub id: &'static str,
    /// Severity of a finding unless [`Rule::varies`] says when it differs.
    pub severity: Severity,
    /// When the severity is another one; empty where it never is.
    pub varies: &'static str,
    /// Title in Chinese.
    pub zh: &'static str,
    /// Title in English.
    pub en: &'static str,
    /// Where the rule comes from: words of a plan in 「」, a standard, or the product's own reason.
    pub basis: &'static str,
    /// Whether this version tests it. What is not tested is never reported as clean.
    pub checked: bool,
}

impl Rule {
    /// The family, such as `GAP`: the id up to its hyphen.
    #[must_use]
    pub fn family(&self) -> &'static str {
        self.id.split_once('-').map_or(self.id, |(family, _)| family)
    }
}

impl RuleId {
    /// What the table says about this rule.
    #[must_use]
    pub const fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }

    /// The id as people write it, such as `GAP-01`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.rule().id
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// An id that is not in the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule has the id {0:?}; docs/rules.md lists them")]
pub struct UnknownRule(String);

impl FromStr for RuleId {
    type Err = UnknownRule;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|id| id.id() == s).ok_or_else(|| UnknownRule(s.to_owned()))
    }
}

/// Serialises as the text of `Display`, reads through `FromStr`.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

serde_as_text!(RuleId);
serde_as_text!(Severity);

#[cfg(test)]
mod tests;
