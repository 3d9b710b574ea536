//! What cannot be solved, said in sentences.

use super::certificate::{Clash, Words};

/// Why a problem cannot be solved as stated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// There is no unit.
    #[error("there are no units to partition; give at least one · 没有可划分的单元")]
    NoUnits,
    /// A column has another length than the graph.
    #[error(
        "{column} has {given} entries for {units} units; give one for each unit · {column} 有 {given} 个值,单元有 {units} 个,须一一对应"
    )]
    ColumnLength {
        /// Which column.
        column: String,
        /// Its length.
        given: usize,
        /// Number of units.
        units: usize,
    },
    /// A load below zero.
    #[error(
        "unit {unit} has the load {load} in `{criterion}`; loads must be 0 or more · 单元 {unit} 的 `{criterion}` 为 {load},不得为负"
    )]
    NegativeLoad {
        /// The criterion.
        criterion: String,
        /// The unit.
        unit: String,
        /// Its load.
        load: i64,
    },
    /// Nothing to balance.
    #[error(
        "`{criterion}` is 0 for all units, so there is nothing to balance; choose another criterion · 所有单元的 `{criterion}` 均为 0,无可均衡"
    )]
    NoLoad {
        /// The criterion.
        criterion: String,
    },
    /// The sum leaves the range the solver computes in.
    #[error(
        "the loads of `{criterion}` add up to more than 2^53; use a coarser unit of measure · `{criterion}` 合计超过 2^53,请改用更大的计量单位"
    )]
    LoadTooLarge {
        /// The criterion.
        criterion: String,
    },
    /// Areas, perimeters or borders add up beyond an `i64`.
    #[error(
        "the {what} of all units adds up to more than 2^62 in mm or mm²; check the projection of the input · {what} 合计过大,请检查坐标系"
    )]
    MeasureTooLarge {
        /// Which measure.
        what: &'static str,
    },
    /// A repair needs the plan it repairs and what its cells may weigh.
    #[error(
        "there is no plan in force or no range of loads to repair it for; give both · 缺少现行方案或工作量范围,无法局部修复"
    )]
    NoPlan,
    /// More units than the exact engine takes.
    #[error(
        "{units} units are too many for a proof, which takes at most {most}; choose a smaller piece · 单元数 {units} 超过可证明的上限 {most},请缩小范围"
    )]
    TooManyUnits {
        /// Number of units.
        units: usize,
        /// The most there may be.
        most: usize,
    },
    /// No cells asked for.
    #[error("0 cells were asked for; ask for at least 1 · 网格数至少为 1")]
    NoCells,
    /// More cells than units.
    #[error(
        "{cells} cells were asked for, but there are only {units} units and none can be cut; ask for at most {units} · 要求 {cells} 个网格,但不可再分的单元只有 {units} 个"
    )]
    TooManyCells {
        /// Cells asked for.
        cells: u32,
        /// Units there are.
        units: usize,
    },
    /// Fewer cells than pieces that can never share one.
    #[error(
        "{cells} cells were asked for, but the units lie in {pieces} separate pieces ({parents} parents); ask for at least {pieces}, or declare links between pieces · 要求 {cells} 个网格,但单元分成互不相连的 {pieces} 片({parents} 个上级);至少要 {pieces} 个,或声明连接"
    )]
    TooFewCells {
        /// Cells asked for.
        cells: u32,
        /// Connected pieces inside parents.
        pieces: usize,
        /// Parents; 1 when there are none.
        parents: usize,
    },
    /// Cells of parents that are not those of the whole.
    #[error(
        "{cells} cells were asked for, but those of the parents are {sum}, or not in the order of the parents · 要求 {cells} 个网格,而各上级合计 {sum} 个,或未按上级排序"
    )]
    Counts {
        /// Cells asked for.
        cells: u32,
        /// The sum over the parents.
        sum: u64,
    },
    /// A parent without a number of cells, where others have one.
    #[error(
        "parent {parent} has no number of cells; give one for each parent, or one for all · 未给出上级 {parent} 的网格数,请逐个给出或只给总数"
    )]
    Uncounted {
        /// The parent.
        parent: String,
    },
    /// A parent that cannot be cut into so many cells.
    #[error(
        "parent {parent} cannot have {cells} cells: it has {pieces} separate pieces, {units} units, and needs at least {needed} cells · 上级 {parent} 不能划成 {cells} 个网格:有 {pieces} 片、{units} 个单元,至少需要 {needed} 个"
    )]
    CellsOfParent {
        /// The parent.
        parent: String,
        /// Cells asked for.
        cells: u32,
        /// Its pieces, as they are or between walls.
        pieces: usize,
        /// Units that cannot be cut.
        units: usize,
        /// Cells needed, for the pieces and what has to be apart.
        needed: u32,
    },
    /// A range that holds no number, or a negative one.
    #[error("the range {lo}..{hi} cannot be met; give 0 <= lo <= hi with hi >= 1 · 区间 {lo}..{hi} 无法满足")]
    Range {
        /// Lower end.
        lo: i64,
        /// Upper end.
        hi: i64,
    },
    /// Levels that cannot nest.
    #[error(
        "levels go from the coarsest to the finest, each with at least as many cells as the one before; {fine} after {coarse} cannot nest · 各级网格数须由粗到细递增,{coarse} 之后不能是 {fine}"
    )]
    Levels {
        /// Cells of the level above.
        coarse: u32,
        /// Cells of the level below.
        fine: u32,
    },
    /// A tolerance that is no share.
    #[error(
        "the tolerance is not a share; give a number from 0 to 1, such as 0.05 · 容差应为 0 到 1 的小数,如 0.05"
    )]
    Tolerance,
    /// A weight or a price that is no number, or below zero.
    #[error("the weight of `{criterion}` is no number of 0 or more · `{criterion}` 的权重须为不小于 0 的数")]
    Weight {
        /// The criterion.
        criterion: String,
    },
    /// A price of a border that is no number in range.
    #[error(
        "the price of crossing the border of units {one} and {other} is no number from 0 to 1000 · 单元 {one} 与 {other} 之间的跨越代价须为 0 到 1000 的数"
    )]
    CrossingPrice {
        /// One side.
        one: String,
        /// The other.
        other: String,
    },
    /// A rule names a unit that does not exist.
    #[error("a rule names unit {unit}, which does not exist · 规则中的单元 {unit} 不存在")]
    UnknownUnit {
        /// The unit.
        unit: u32,
    },
    /// A wall or a price where there is no border.
    #[error("units {one} and {other} have no common border · 单元 {one} 与 {other} 没有公共边")]
    NoBorder {
        /// One unit.
        one: String,
        /// The other.
        other: String,
    },
    /// A link that cannot be.
    #[error("a link cannot be made: {why} · 声明的连接有误:{why}")]
    Link {
        /// Why not.
        why: String,
    },
    /// A unit fixed to two cells.
    #[error(
        "unit {unit} is locked to two cells; keep one of the locks · 单元 {unit} 被锁定到两个网格,只能保留一个"
    )]
    LockedTwice {
        /// The unit.
        unit: String,
    },
    /// Rules that exclude each other.
    #[error(
        "units {one} and {other} have to share a cell and to be apart at once; drop one of the rules · 单元 {one} 与 {other} 既要求同格又要求分开,请去掉其一"
    )]
    Contradiction {
        /// One unit.
        one: String,
        /// The other.
        other: String,
    },
    /// Rules that exclude each other, with the proof.
    #[error("{words}")]
    Clash {
        /// The fewest rules that were found to do so, and why.
        clash: Box<Clash>,
        /// The same in words.
        words: Words,
    },
    /// Units that share a cell, in different parents.
    #[error(
        "units {one} and {other} have to share a cell, but lie in different parents · 单元 {one} 与 {other} 要求同格,但分属不同上级"
    )]
    AcrossParents {
        /// One unit.
        one: String,
        /// The other.
        other: String,
    },
    /// Units that share a cell, with nothing between them that could join it.
    #[error(
        "units {one} and {other} have to share a cell, but no free units connect them; declare a link or drop the rule · 单元 {one} 与 {other} 要求同格,但之间没有可用的单元相连"
    )]
    NoWay {
        /// One unit.
        one: String,
        /// The other.
        other: String,
    },
    /// Fewer cells than units that stay apart.
    #[error(
        "{cells} cells were asked for, but units that have to be apart (locks, offices, walls) need at least {needed} · 要求 {cells} 个网格,但须分开的单元至少需要 {needed} 个"
    )]
    TooFewForApart {
        /// Cells asked for.
        cells: u32,
        /// Cells needed, over all pieces.
        needed: u32,
    },
    /// The search ended with units apart that have to share a cell.
    #[error(
        "no plan was found in which units {one} and {other} share a cell · 未找到单元 {one} 与 {other} 同格的方案"
    )]
    NotTogether {
        /// One unit.
        one: String,
        /// The other.
        other: String,
    },
    /// The search ended with units in one cell that have to be apart.
    #[error(
        "no plan was found in which units {one} and {other} are apart (not proved impossible); ask for more cells or drop the rule · 未找到单元 {one} 与 {other} 分开的方案(未证明不可能),请增加网格数或去掉规则"
    )]
    NotApart {
        /// One unit.
        one: String,
        /// The other.
        other: String,
    },
    /// Moved load above its cap.
    #[error(
        "{moved} of `{criterion}` has to move, more than the cap of {cap}; raise the cap, or the tolerance · 须调整 `{criterion}` {moved},超过上限 {cap}"
    )]
    MovedAboveCap {
        /// The criterion.
        criterion: String,
        /// What moved in the best plan found.
        moved: i64,
        /// The most that may.
        cap: i64,
    },
}
