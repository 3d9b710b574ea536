//! The server through a real listener and a real client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests stop loudly, helpers of tests too"
)]

mod checks;
mod client;
mod edits;
mod hostile;
mod people;
#[path = "../../../data/tests/it/postgres.rs"]
#[allow(dead_code, reason = "shared with the tests of the store")]
mod postgres;
mod reads;
mod roster;
#[path = "../../../partition/tests/it/shared_data.rs"]
mod shared_data;
mod support;
mod texts;
mod tiles;
