//! Contract of the crate `data`, from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests may stop loudly too; clippy.toml covers only functions marked as tests"
)]

mod bad_input;
mod carry;
mod crs;
mod frame;
mod fuzz;
#[cfg(feature = "gdal")]
mod gdal;
mod injected;
#[path = "../../../partition/tests/it/injection.rs"]
mod injection;
mod live;
mod osm;
mod postgres;
mod published;
mod read;
mod roster;
#[path = "../../../partition/tests/it/shared_data.rs"]
mod shared_data;
mod store;
mod support;
mod suspected;
mod town;
mod write;
