//! Integration tests of `partition`, one binary; one module per area.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests may stop loudly"
)]

mod solve;
mod solve_certificates;
mod solve_data;
mod support;
