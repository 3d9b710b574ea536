//! One file a command; `partition` has three: for ground, for a graph, and for what changes hands.

pub(crate) mod check;
pub(crate) mod copy;
pub(crate) mod demo;
pub(crate) mod export;
mod graph;
mod handed;
pub(crate) mod inspect;
pub(crate) mod partition;
pub(crate) mod prove;
pub(crate) mod repair;
pub(crate) mod sample;
pub(crate) mod scenario;
pub(crate) mod serve;
pub(crate) mod units;
pub(crate) mod verify;
