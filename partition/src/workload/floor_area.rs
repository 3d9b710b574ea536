//! Households estimated from buildings, where nobody has counted them.

use serde::{Deserialize, Serialize};

/// The formula of [`households_from_floor_area`], for reports: an estimate is shown with how it was made.
pub const FLOOR_AREA_FORMULA: &str = "ESTIMATE, not a count: households = footprint m² × levels × residential share ÷ 100 m² gross floor \
     area per household; shares (assumptions): apartments 90 %, house 100 %, mixed use 50 %, unknown 50 %, \
     others 0 %";

/// What a building is used for, as far as its `building` tag tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildingKind {
    /// Blocks of flats and dormitories.
    Apartments,
    /// Detached, semi-detached and terraced houses.
    House,
    /// Homes above shops or offices.
    Mixed,
    /// A building about whose use nothing is said (`building=yes`, `building=block`).
    Unknown,
    /// Everything in which nobody lives.
    NonResidential,
}

impl BuildingKind {
    /// The kind from the value of a `building` tag.
    #[must_use]
    pub fn from_tag(building: &str) -> Self {
        match building {
            "apartments" | "residential" | "dormitory" => Self::Apartments,
            "house" | "detached" | "semidetached_house" | "semi" | "terrace" | "bungalow" | "villa"
            | "farm" | "cabin" | "static_caravan" | "houseboat" => Self::House,
            "mixed" | "mixed_use" | "mixed_used" => Self::Mixed,
            "yes" | "block" | "" => Self::Unknown,
            _ => Self::NonResidential,
        }
    }
}

/// The constants of the estimate. All of them are assumptions; none comes from a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorAreaModel {
    /// Gross floor area of one household, stairs and walls included, m². Default 100.
    pub m2_per_household: u32,
    /// Share of an apartment block that is homes, ‰. Default 900.
    pub apartments_permille: u32,
    /// Share of a house that is homes, ‰. Default 1000.
    pub house_permille: u32,
    /// Share of a mixed building that is homes, ‰. Default 500.
    pub mixed_permille: u32,
    /// Share of a building of unknown use that is homes, ‰. Default 500.
    pub unknown_permille: u32,
}

impl Default for FloorAreaModel {
    fn default() -> Self {
        Self {
            m2_per_household: 100,
            apartments_permille: 900,
            house_permille: 1000,
            mixed_permille: 500,
            unknown_permille: 500,
        }
    }
}

impl FloorAreaModel {
    /// Residential share of a kind, ‰.
    #[must_use]
    pub const fn residential_permille(&self, kind: BuildingKind) -> u32 {
        match kind {
            BuildingKind::Apartments => self.apartments_permille,
            BuildingKind::House => self.house_permille,
            BuildingKind::Mixed => self.mixed_permille,
            BuildingKind::Unknown => self.unknown_permille,
            BuildingKind::NonResidential => 0,
        }
    }

    /// **Estimate** of the households in a building, in thousandths, rounded half up.
    ///
    /// `None` when the number of levels is unknown (zero) or the figures are beyond any building; a building
    /// in which nobody lives has `Some(0)`.
    #[must_use]
    pub fn households_milli(&self, footprint_m2: u64, levels: u32, kind: BuildingKind) -> Option<u64> {
        if levels == 0 || self.m2_per_household == 0 {
            return None;
        }
        // m² · ‰ are thousandths of the floor area, and so the quotient is in thousandths of a household.
        let floor = footprint_m2.checked_mul(u64::from(levels))?;
        let residential_milli_m2 = floor.checked_mul(u64::from(self.residential_permille(kind)))?;
        let per_household = u64::from(self.m2_per_household);
        Some(residential_milli_m2.checked_add(per_household / 2)? / per_household)
    }
}

/// **Estimate** of the households in a building, in thousandths, with the default [`FloorAreaModel`].
///
/// Show [`FLOOR_AREA_FORMULA`] beside any figure that comes from here.
///
/// ```
/// use partition::workload::{BuildingKind, households_from_floor_area};
///
/// // 400 m² on six levels, nine tenths of it homes, 100 m² each: 21.6 households.
/// assert_eq!(households_from_floor_area(400, 6, BuildingKind::Apartments), Some(21_600));
/// ```
#[must_use]
pub fn households_from_floor_area(footprint_m2: u64, levels: u32, kind: BuildingKind) -> Option<u64> {
    FloorAreaModel::default().households_milli(footprint_m2, levels, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn households_follow_floor_area_and_use() {
        assert_eq!(households_from_floor_area(400, 6, BuildingKind::Apartments), Some(21_600));
        assert_eq!(households_from_floor_area(100, 1, BuildingKind::House), Some(1_000));
        assert_eq!(households_from_floor_area(400, 6, BuildingKind::NonResidential), Some(0));
        assert_eq!(households_from_floor_area(400, 0, BuildingKind::House), None);
        assert_eq!(households_from_floor_area(u64::MAX, 2, BuildingKind::House), None);
        let dense = FloorAreaModel { m2_per_household: 60, ..FloorAreaModel::default() };
        assert_eq!(dense.households_milli(100, 1, BuildingKind::House), Some(1_667));
    }

    #[test]
    fn the_formula_states_the_defaults() {
        let model = FloorAreaModel::default();
        assert!(FLOOR_AREA_FORMULA.starts_with("ESTIMATE"));
        for part in [
            format!("{} m² gross", model.m2_per_household),
            format!("apartments {} %", model.apartments_permille / 10),
            format!("house {} %", model.house_permille / 10),
            format!("mixed use {} %", model.mixed_permille / 10),
            format!("unknown {} %", model.unknown_permille / 10),
        ] {
            assert!(FLOOR_AREA_FORMULA.contains(&part), "{part}");
        }
    }

    #[test]
    fn tags_name_a_use() {
        assert_eq!(BuildingKind::from_tag("apartments"), BuildingKind::Apartments);
        assert_eq!(BuildingKind::from_tag("yes"), BuildingKind::Unknown);
        assert_eq!(BuildingKind::from_tag("garage"), BuildingKind::NonResidential);
    }
}
