//! What cannot be solved, said in sentences.

/// Why a problem cannot be solved as stated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// There is no unit.
    #[error("there are no units to partition; give at least one")]
    NoUnits,
    /// A column has another length than the graph.
    #[error("{column} has {given} entries for {units} units; give one for each unit")]
    ColumnLength {
        /// Which column.
        column: String,
        /// Its length.
        given: usize,
        /// Number of units.
        units: usize,
    },
    /// A load below zero.
    #[error("unit {unit} has the load {load} in `{criterion}`; loads must be 0 or more")]
    NegativeLoad {
        /// The criterion.
        criterion: String,
        /// The unit.
        unit: u32,
        /// Its load.
        load: i64,
    },
    /// Nothing to balance.
    #[error("`{criterion}` is 0 for all units, so there is nothing to balance; choose another criterion")]
    NoLoad {
        /// The criterion.
        criterion: String,
    },
    /// The sum leaves the range the solver computes in.
    #[error("the loads of `{criterion}` add up to more than 2^53; use a coarser unit of measure")]
    LoadTooLarge {
        /// The criterion.
        criterion: String,
    },
    /// Areas, perimeters or borders add up beyond an `i64`.
    #[error(
        "the {what} of all units adds up to more than 2^62 in mm or mm²; check the projection of the input"
    )]
    MeasureTooLarge {
        /// Which measure.
        what: &'static str,
    },
    /// No cells asked for.
    #[error("0 cells were asked for; ask for at least 1")]
    NoCells,
    /// More cells than units.
    #[error(
        "{cells} cells were asked for, but there are only {units} units and none can be cut; ask for at most {units}"
    )]
    TooManyCells {
        /// Cells asked for.
        cells: u32,
        /// Units there are.
        units: usize,
    },
    /// Fewer cells than pieces that can never share one.
    #[error(
        "{cells} cells were asked for, but the units lie in {pieces} separate pieces ({parents} parents); ask for at least {pieces}, or declare links between pieces"
    )]
    TooFewCells {
        /// Cells asked for.
        cells: u32,
        /// Connected pieces inside parents.
        pieces: usize,
        /// Parents; 1 when there are none.
        parents: usize,
    },
    /// A range that holds no number, or a negative one.
    #[error("the range {lo}..{hi} cannot be met; give 0 <= lo <= hi with hi >= 1")]
    Range {
        /// Lower end.
        lo: i64,
        /// Upper end.
        hi: i64,
    },
    /// A tolerance that is no share.
    #[error("the tolerance is not a share; give a number from 0 to 1, such as 0.05")]
    Tolerance,
}
