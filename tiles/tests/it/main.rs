//! Tests of `tiles` from outside, one module per promise.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests stop loudly, helpers of tests too"
)]

mod attributes;
mod context;
mod coverage;
mod real;
mod relabel;
#[path = "../../../partition/tests/it/shared_data.rs"]
mod shared_data;
mod support;
mod tilejson;
