//! Tests of `partition` from outside, one module per area, and of the shape of the whole workspace.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests stop loudly, helpers of tests too"
)]

mod ground;
mod injected;
mod injection;
mod plan;
mod recheck;
mod rules_page;
mod shared_data;
mod simplify;
mod solve;
mod solve_certificates;
mod solve_change;
mod solve_data;
mod solve_near;
mod solve_nested;
mod solve_rules;
mod source;
mod structure;
mod support;
mod workload_page;
