//! Why a step of the work cannot be done.

use crate::frame::FrameError;
use crate::read::ReadError;
use partition::coverage::{BadBoundary, NotProved};
use partition::graph::GraphError;
use partition::solve::SolveError;
use partition::units::BuildError;

/// Why a step of the work cannot be done. Every variant says what is wrong and where.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkError {
    /// A source cannot be read or carried.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A place cannot be put into the frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// No units can be made.
    #[error(transparent)]
    Units(#[from] BuildError),
    /// The boundary is no region.
    #[error(transparent)]
    Boundary(#[from] BadBoundary),
    /// No parent, or more than one, of that name has units.
    #[error(
        "there is no parent '{name}' with units of its own, or several of that name · 没有名为「{name}」且含有单元的上级,或重名"
    )]
    NoParent {
        /// The name.
        name: String,
    },
    /// The units form no graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The problem cannot be solved as put.
    #[error(transparent)]
    Solve(#[from] SolveError),
    /// The result does not tile. This is a fault of the program.
    #[error("the cells were made but could not be proved to tile the boundary: {0}; please report this")]
    NotProved(#[from] NotProved),
    /// A boundary whose rings are wrong.
    #[error("{path}: feature {index}{}: it cannot be a boundary: {fault}{}", id.as_ref().map(|i| format!(" (id {i})")).unwrap_or_default(), at.map(|[x, y]| format!(", at {x:.6},{y:.6}")).unwrap_or_default())]
    BadBoundary {
        /// The file.
        path: String,
        /// The feature, from 0.
        index: usize,
        /// Its id.
        id: Option<String>,
        /// What is wrong.
        fault: partition::chain::Fault,
        /// Where, longitude and latitude.
        at: Option<[f64; 2]>,
    },
    /// A load that is no number of anything.
    #[error("{path}: feature {index} (id {id}): '{column}' is {value}; it must be a number, 0 or more")]
    Load {
        /// The file.
        path: String,
        /// The feature, from 0.
        index: usize,
        /// Its id.
        id: String,
        /// The column.
        column: String,
        /// As found.
        value: String,
    },
    /// A legal gap that nobody answers for.
    #[error("{path}: feature {index}{}: a legal gap needs its {what}; without it, it is no exception", id.as_ref().map(|i| format!(" (id {i})")).unwrap_or_default())]
    Exception {
        /// The file.
        path: String,
        /// The feature, from 0.
        index: usize,
        /// Its id.
        id: Option<String>,
        /// The column that is missing.
        what: &'static str,
    },
    /// A column that no feature has.
    #[error("{path}: there is no column '{column}'; the numeric ones are: {} · 没有名为「{column}」的数值列", known.join(", "))]
    NoColumn {
        /// The file.
        path: String,
        /// As asked for.
        column: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The units are no coverage, so no plan over them could be one.
    #[error("{path}: the units are no coverage: {what}; see: wangge check {path}")]
    NoCoverage {
        /// The file.
        path: String,
        /// How many of what.
        what: String,
    },
    /// Units that lie in no parent, or in no boundary.
    #[error("{path}: {count} of the units lie outside of {within}, the first is {first}")]
    Outside {
        /// The file.
        path: String,
        /// How many.
        count: usize,
        /// The first's id.
        first: String,
        /// What they should lie in.
        within: String,
    },
    /// A rule names a unit that is not there.
    #[error("there is no unit '{id}' · 没有单元「{id}」")]
    NoUnit {
        /// As named.
        id: String,
    },
    /// A dedicated cell that cannot be carved out.
    #[error("dedicated cell '{name}': {en} · 专属网格「{name}」:{zh}")]
    Dedicated {
        /// What it is called.
        name: String,
        /// Why not.
        en: String,
        /// 原因。
        zh: String,
    },
    /// A column that names nothing.
    #[error("{path}: no unit has a name in a column '{column}' · 列「{column}」中没有名称")]
    NoNames {
        /// The file.
        path: String,
        /// As asked for.
        column: String,
    },
    /// Only a plan of all units can be repaired around some.
    #[error("unit {id} has no cell yet: make a whole plan first · 单元 {id} 尚无网格,请先整体调整")]
    Homeless {
        /// Its id.
        id: String,
    },
    /// A lock names a cell that the plan in force has not.
    #[error("the plan in force has no cell '{name}' · 现行方案中没有网格「{name}」")]
    NoCell {
        /// As named.
        name: String,
    },
    /// A parent whose name is no administrative code.
    #[error(
        "'{name}' is no code of 12 digits, so no grid code can be made from it · 「{name}」不是 12 位行政区划代码,无法编码"
    )]
    NoCode {
        /// Its name.
        name: String,
    },
    /// More than 999 cells, or numbers used up.
    #[error(
        "the codes behind {prefix} end at 999: more cells need another scheme · {prefix} 下的网格超过 999 个,编码已用尽"
    )]
    Codes {
        /// The 12 digits.
        prefix: String,
    },
    /// Nothing to work on.
    #[error("{0}")]
    Nothing(String),
}
