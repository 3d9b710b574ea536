//! Work: how large a cell should be, how often things are visited, and what follows from it.
//!
//! Presets are data with their evidence beside them. Nothing here is a standard: published plans say
//! 原则上 ("in principle") and 左右 ("about"), so every figure is a default that a plan may override.
//!
//! * [`SizePreset`], [`size_preset`]: households, persons and area of a cell, as plans state them
//! * [`feasible_k`], [`joint_feasibility`], [`derive_k`]: whether a preset can be met at all, and with how many cells
//! * [`FrequencyPreset`], [`frequency_preset`]: visits per month, with the sentence they come from
//! * [`classify`], [`BusinessKind`]: what kind of business a tagged place is
//! * [`VisitPreset`]: how much work a kind of business is
//! * [`households_from_floor_area`]: an estimate of households where nobody has counted
//!
//! # Units
//!
//! Work is counted in **milli-visits per month** and households in **milli-households**, as integers: sums do
//! not depend on their order. A month has 30.436875 days or 4.348125 weeks. How long a visit takes
//! is in no document that was found, so a visit counts as one.
//!
//! # Examples
//!
//! ```
//! use partition::workload::{VisitPreset, classify, feasible_k, size_preset};
//!
//! let kind = classify([("amenity", "restaurant"), ("name", "Kosmos")]);
//! assert_eq!(kind.and_then(|k| VisitPreset::food_anhui_2022().milli_visits(k)), Some(167));
//!
//! let households = size_preset("s0-11-shushan").and_then(|p| p.households);
//! assert_eq!(households.and_then(|range| feasible_k(3_100, range)), Some(7..=10));
//! ```

mod business;
mod feasible;
mod floor_area;
mod frequency;
mod kind;
mod size;

pub use business::{FoodTiers, RiskTier, VisitPreset};
pub use feasible::{JointFeasibility, derive_k, feasible_k, joint_feasibility, nearest_k, unsolvable_totals};
pub use floor_area::{BuildingKind, FLOOR_AREA_FORMULA, FloorAreaModel, households_from_floor_area};
pub use frequency::{
    FREQUENCY_PRESETS, Frequency, FrequencyClass, FrequencyPreset, Per, Period, Rate, frequency_preset,
};
pub use kind::{BusinessKind, classify};
pub use size::{Range, SIZE_PRESETS, SizePreset, size_preset};
