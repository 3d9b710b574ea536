//! What the store keeps about a plan's life, as plain data.

use super::Timestamp;
use super::model::CellKind;
use partition::plan::{Change, Draft};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Who writes, and when. Every write leaves it in the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// An account or the name of a token.
    pub name: String,
    /// The moment.
    pub at: Timestamp,
}

impl Author {
    /// Somebody, now.
    #[must_use]
    pub fn now(name: impl Into<String>) -> Self {
        Self { name: name.into(), at: Timestamp::now() }
    }
}

/// The state a draft is in: the number of its version and of its newest operation, `7-42`. Two drafts with the same
/// one have the same labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ETag {
    /// The draft's version number.
    pub version: u32,
    /// How many operations it has.
    pub operations: u32,
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.version, self.operations)
    }
}

impl std::str::FromStr for ETag {
    type Err = NoETag;

    fn from_str(text: &str) -> Result<Self, NoETag> {
        let parse = || {
            let (version, operations) = text.split_once('-')?;
            Some(Self { version: version.parse().ok()?, operations: operations.parse().ok()? })
        };
        parse().filter(|e| e.to_string() == text).ok_or_else(|| NoETag(text.to_owned()))
    }
}

/// The text is no state of a draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no state of a draft; one looks like 7-42")]
pub struct NoETag(pub String);

/// Where a version is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum State {
    /// 草稿: being edited.
    Draft,
    /// 已发布: never changes again.
    Published,
}

/// 版本: one version of a plan. Numbers are whole and project-wide; none is used twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number, from 1.
    pub number: u32,
    /// The plan's network: `grid` …
    pub plan: String,
    /// Draft or published.
    pub state: State,
    /// The version it began from.
    pub based_on: Option<u32>,
    /// Who began it and, once published, who published it.
    pub author: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// What was said when publishing.
    pub note: String,
}

/// 方案 of one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanInfo {
    /// The network: `grid` …
    pub plan: String,
    /// The name to show.
    pub name: String,
    /// The criterion that is balanced.
    pub balance: String,
    /// The state of the draft, and with it the draft's number.
    pub etag: ETag,
    /// The newest published version.
    pub published: Option<u32>,
}

/// The identity of a cell: its number is its place in a plan's list, which only grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellName {
    /// 网格编码, unique in the plan for ever.
    pub code: String,
    /// The name to show.
    pub name: String,
    /// Whether it shares the work or stands beside it.
    pub kind: CellKind,
    /// The parent it lies in: an index into the parents' names.
    pub parent: Option<u32>,
}

/// An operation as it was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The state it led to; `etag.operations` is its number in the draft, from 1.
    pub etag: ETag,
    /// What it did.
    pub change: Change,
    /// Who did it.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

/// What a version says: the cell of each unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionState {
    /// The version.
    pub version: Version,
    /// Which state of it: for a draft this moves on.
    pub etag: ETag,
    /// The draft with its history; `draft.labels()` are the labels.
    pub draft: Draft,
    /// All cells of the plan, by number; those without units are retired.
    pub cells: Vec<CellName>,
}

/// What publishing made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The version that will not change again.
    pub version: u32,
    /// The draft that begins from it.
    pub draft: ETag,
}

/// What the holder of a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenRole {
    /// 查看者: sees drafts and people.
    Viewer,
    /// 核查员: checks too.
    Validator,
    /// 规划员: edits and publishes.
    Planner,
    /// 管理员: gives tokens.
    Admin,
}

/// A token as far as it is known: the secret itself is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The public part.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// What it allows.
    pub role: TokenRole,
    /// 属地: the administrative code prefix it is limited to; empty for everything.
    pub scope: String,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// A line of the audit log (操作日志).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number, growing.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What: `operation`, `publish`, `roster`, `token`, `read-people` …
    pub action: String,
    /// Of what.
    pub target: String,
    /// Anything else.
    pub detail: Value,
}
