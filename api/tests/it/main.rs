//! The server through a real listener and a real client.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::panic, reason = "tests stop loudly")]

mod checks;
mod client;
mod edits;
mod hostile;
mod people;
#[path = "../../../data/tests/it/postgres.rs"]
mod postgres;
mod reads;
mod support;
mod texts;
mod tiles;
