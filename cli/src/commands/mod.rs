//! One file a command; `partition` has two, for ground and for a graph.

pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod demo;
pub(crate) mod export;
mod graph;
mod handed;
pub(crate) mod inspect;
pub(crate) mod partition;
pub(crate) mod repair;
pub(crate) mod sample;
pub(crate) mod scenario;
pub(crate) mod serve;
pub(crate) mod units;
pub(crate) mod verify;
