//! The checks: what is wrong, how badly, in words.
//!
//! * [`rules`]: every rule by id, with severity, titles in Chinese and English, and basis
//! * [`Finding`]: one place where a rule is broken
//! * [`coverage_findings`], [`coverage_findings_with`]: gaps, overlaps, trespass, rings (不留空白、不交叉重叠)
//! * [`nesting_findings`]: cells outside their parent, parents without cells
//! * [`object_findings`], [`line_findings`], [`building_findings`]: what lies in no cell, in two, or is cut
//! * [`sum_findings`]: figures of cells against those of their parents
//! * [`size_findings`], [`preset_findings`], [`load_findings`]: figures of cells against a range, against their mean

pub mod rules;

mod coverage;
mod finding;
mod levels;
mod loads;
mod objects;

pub use coverage::{
    Class, Facts, LegalGap, Thresholds, coverage_findings, coverage_findings_with, is_tiling_rule,
};
pub use finding::{About, Figures, Finding, Names, Suggestion, Words};
pub use levels::{Sums, nesting_findings, sum_findings};
pub use loads::{load_findings, preset_findings, size_findings};
pub use objects::{Object, building_findings, line_findings, object_findings};

#[cfg(test)]
mod tests;
