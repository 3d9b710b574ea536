//! What a project is, as plain data.

use partition::frame::Region;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A legal boundary, the basic units that tile it, and a plan over them.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Project {
    /// The name to show.
    pub name: String,
    /// The frame, see [`crate::frame::Frame::definition`]. All regions below are in it.
    pub frame: String,
    /// The outer limit.
    pub boundary: Boundary,
    /// The ground in its smallest indivisible pieces.
    pub units: Units,
    /// Who gets what; `None` before the first partition.
    pub plan: Option<Plan>,
}

/// 行政边界: the outer limit of a project.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Boundary {
    /// The ground inside.
    pub region: Region,
    /// Its name.
    pub name: String,
    /// Anything to know about it, such as where it was simplified.
    pub note: String,
    /// Whom to credit for the data, as their licence asks.
    pub attribution: String,
}

/// 基本单元: all units, as columns of the same length.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Units {
    /// What they are: `blocks`, `h3-10`, the name of an import …
    pub kind: String,
    /// Unique names.
    pub ids: Vec<String>,
    /// The ground of each.
    pub regions: Vec<Region>,
    /// Index into [`Units::parent_names`]; empty when there are no parents.
    pub parents: Vec<u32>,
    /// The parents (communities …) by name or code.
    pub parent_names: Vec<String>,
    /// What is to be shared fairly.
    pub criteria: Vec<Criterion>,
    /// What runs along borders between units, where that is known; by unit.
    pub classes: Vec<BorderClass>,
}

/// A border between two units and what runs along it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BorderClass {
    /// The units on its two sides, the smaller number first.
    pub units: [u32; 2],
    /// `trunk`, `residential`, `rail`, `river` …
    pub class: String,
}

impl Units {
    /// The parent of each unit, when there are parents.
    #[must_use]
    pub fn parents_of(&self) -> Option<&[u32]> {
        (!self.parents.is_empty()).then_some(self.parents.as_slice())
    }
}

/// 指标: one measure of work, with a value for each unit.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Criterion {
    /// Its name, also the column in the layer `units`.
    pub name: String,
    /// Integer steps for one of whatever is counted: 1 for counts, 1000 for three decimals.
    pub scale: i64,
    /// How it was made up, when it was not counted.
    pub estimate: Option<String>,
    /// The value of each unit, in steps.
    pub loads: Vec<i64>,
}

/// 方案: one cell for each unit.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// The name of the plan; labels are stored under it.
    pub name: String,
    /// The cell of each unit: an index into [`Plan::cells`].
    pub labels: Vec<u32>,
    /// The cells.
    pub cells: Vec<Cell>,
    /// The certificate that the cells tile the boundary.
    pub certificate: Option<Value>,
    /// What it was made from.
    pub inputs: Vec<Input>,
    /// With which options.
    pub options: Map<String, Value>,
    /// With which seed.
    pub seed: u64,
}

/// What a cell is among those of its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellKind {
    /// 基础网格: shares the work of the plan.
    #[default]
    Base,
    /// 专属网格: a school, hospital, market, park … with a responsible of its own, carved out of the ground that the
    /// base cells share. It has no part in means and ranges, and need not hang together.
    Dedicated,
}

impl CellKind {
    /// As stored and answered.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Dedicated => "dedicated",
        }
    }

    /// The kind that is written so.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        [Self::Base, Self::Dedicated].into_iter().find(|k| k.as_str() == text)
    }
}

/// 单元网格: one cell of a plan.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// 网格编码, unique in the plan.
    pub code: String,
    /// The name to show.
    pub name: String,
    /// Whether it shares the work or stands beside it.
    pub kind: CellKind,
    /// The parent all its units lie in: an index into [`Units::parent_names`].
    pub parent: Option<u32>,
    /// Loads, deviation, compactness … as the reports give them.
    pub figures: Map<String, Value>,
    /// Its ground: that of its units, dissolved.
    pub region: Region,
}

/// An input file.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Input {
    /// As the user named it.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}
