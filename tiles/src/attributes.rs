//! What a cell or unit carries into a tile: a code, a name, numbers. Nothing else can be said here.

use crate::error::BuildError;

/// The numbers that may stand in a tile. Absent or non-finite ones are left out.
///
/// There is no free key: what is not a field here cannot reach a map.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Households (户).
    pub households: Option<u64>,
    /// Visits in a month.
    pub visits_month: Option<f64>,
    /// Signed deviation of the workload from the fair share, as a ratio.
    pub deviation: Option<f64>,
    /// Compactness 4πA/P².
    pub polsby_popper: Option<f64>,
    /// Ellipsoidal area, m².
    pub area_m2: Option<f64>,
}

impl Figures {
    /// The figures without counts below `k`, for callers who may not see small groups.
    #[must_use]
    pub fn without_counts_below(self, k: u64) -> Self {
        Self { households: self.households.filter(|&n| n >= k), ..self }
    }
}

/// What a cell carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellAttributes {
    /// Number of the feature; below 2⁵³, so that a browser reads it exactly.
    pub id: u64,
    /// Code of the cell.
    pub code: String,
    /// Name of the cell, never of a person.
    pub name: String,
    /// Level in the hierarchy, as the caller counts.
    pub level: u8,
    /// Its numbers.
    pub figures: Figures,
}

/// What a unit carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitAttributes {
    /// Number of the feature; below 2⁵³.
    pub id: u64,
    /// Code of the unit.
    pub code: String,
    /// Its numbers.
    pub figures: Figures,
}

/// Digits in a row, spaces and hyphens between them not counted, from which a name is refused: the shortest telephone
/// numbers with subscribers behind them have seven.
const LONG_NUMBER: usize = 7;

/// Whether a name may stand on a map: it holds nothing like a telephone or identity number.
#[must_use]
pub fn is_public_name(name: &str) -> bool {
    let mut run = 0;
    for c in name.chars() {
        if c.is_numeric() {
            run += 1;
            if run >= LONG_NUMBER {
                return false;
            }
        } else if !(c.is_whitespace() || matches!(c, '-' | '–' | '‐' | '－' | '*' | '＊' | '.' | '·'))
        {
            run = 0;
        }
    }
    true
}

/// Refuses a name that may not.
pub(crate) fn check_name(name: &str) -> Result<(), BuildError> {
    if is_public_name(name) { Ok(()) } else { Err(BuildError::PersonalName(name.to_owned())) }
}
