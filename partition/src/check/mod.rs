//! The checks: what is wrong, how badly, in words.
//!
//! * [`rules`]: every rule by id, with severity, titles in Chinese and English, and basis
//! * [`Finding`]: one place where a rule is broken
//! * [`coverage_findings`]: gaps, overlaps, trespass, rings (不留空白、不交叉重叠)

pub mod rules;

mod coverage;
mod finding;

pub use coverage::{Thresholds, coverage_findings, is_tiling_rule};
pub use finding::{Finding, Words};
