//! The built command, as a person starts it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests stop loudly, helpers of tests too"
)]

mod bad_input;
mod broken;
mod check;
mod check_beside;
#[path = "../../../api/tests/it/client.rs"]
#[allow(dead_code, reason = "shared with the tests of the server")]
mod client;
mod counts;
mod dedicated;
mod demo;
mod export;
mod given;
mod graph;
mod handover;
mod heavy;
mod near;
mod partition;
#[path = "../../../data/tests/it/postgres.rs"]
#[allow(dead_code, reason = "shared with the tests of the store")]
mod postgres;
mod proofs;
mod repair;
mod report;
mod sample;
mod scenario;
mod serve;
#[path = "../../../partition/tests/it/shared_data.rs"]
mod shared_data;
#[path = "../../../api/tests/it/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the server")]
mod support;
mod units;

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the command in the root of the repository.
fn wangge(args: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    Command::new(env!("CARGO_BIN_EXE_wangge")).current_dir(root).args(args).output().unwrap()
}

/// Runs it, expects `code`, and gives the last line of stdout, which must be JSON.
fn answer(code: i32, args: &[&str]) -> Value {
    let out = wangge(args);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    let stdout = String::from_utf8(out.stdout).unwrap();
    serde_json::from_str(stdout.lines().last().unwrap()).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
