//! The pure core of wangge.
//!
//! Opens no file and no socket, reads no clock, starts no runtime; randomness only from a seed.

pub mod progress;

pub mod frame;

pub mod chain;

pub mod subdivision;

pub mod coverage;
pub mod graph;
pub mod measure;
pub mod units;
pub mod workload;

pub mod people;
pub mod plan;
pub mod solve;

pub mod check;
