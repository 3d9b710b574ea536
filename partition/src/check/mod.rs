//! The rules beyond geometry, and the one table of all of them.
//!
//! * [`rules`]: every rule by id, with severity, titles in Chinese and English, and basis

pub mod rules;
