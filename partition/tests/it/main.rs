//! Integration tests of `partition`, one binary; one module per area.

mod solve;
mod solve_certificates;
mod solve_data;
mod support;
