//! The command `wangge`.
//!
//! Results go to stdout, talk to stderr. Exit 0 clean, 1 findings, 2 wrong use or unreadable input, 3 a fault of ours.
#![expect(clippy::print_stderr, reason = "a command talks")]

mod answer;
mod args;
mod asked;
mod columns;
mod commands;
mod count;
mod in_force;
mod input;
mod progress;
mod table;
mod usage;

use args::{Args, Command};
use clap::Parser;
use data::work::WorkError;
use std::process::ExitCode;

/// What a command ended with.
enum End {
    Clean,
    Findings,
}

type Outcome = Result<End, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let args = Args::parse();
    // The standard hook has said where it happened.
    let Ok(outcome) = std::panic::catch_unwind(|| run(&args)) else {
        eprintln!("wangge: this is a fault of the program; please report it with the lines above");
        return ExitCode::from(3);
    };
    match outcome {
        Ok(End::Clean) => ExitCode::SUCCESS,
        Ok(End::Findings) => ExitCode::from(1),
        Err(e) => {
            eprintln!("wangge: {e}");
            ExitCode::from(if is_our_fault(e.as_ref()) { 3 } else { 2 })
        }
    }
}

fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Demo(a) => commands::demo::run(a),
        Command::Inspect(a) => commands::inspect::run(a),
        Command::Units(a) => commands::units::run(a),
        Command::Partition(a) => commands::partition::run(a),
        Command::Repartition(a) => commands::partition::rerun(a),
        Command::Prove(a) => commands::prove::run(a),
        Command::Scenario(a) => commands::scenario::run(a),
        Command::Check(a) => commands::check::run(a),
        Command::Repair(a) => commands::repair::run(a),
        Command::Export(a) => commands::export::run(a),
        Command::Sample(a) => commands::sample::run(a),
        Command::Verify(a) => commands::verify::run(a),
        Command::Copy(a) => commands::copy::run(a),
        Command::Serve(a) => commands::serve::run(a),
    }
}

/// A result that could not be proved is no wrong input.
fn is_our_fault(e: &(dyn std::error::Error + 'static)) -> bool {
    matches!(e.downcast_ref::<WorkError>(), Some(WorkError::NotProved(_)))
}

/// Prints the one JSON object of a run; a closed pipe is no fault.
fn print_json(value: &serde_json::Value) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{value}");
}

/// Prints a line of a report; a closed pipe is no fault.
fn print_line(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}
