//! Tests of `partition` from outside, and of the shape of the whole workspace.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests stop loudly, helpers of tests too"
)]

mod rules_page;
mod source;
mod structure;
mod workload_page;
