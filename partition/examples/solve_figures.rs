//! Solves a published graph and prints its figures:
//! `cargo run --release -p partition --example solve_figures -- FOLDER COUNTY|- K|LO..HI [TOLERANCE|-] [EFFORT] [SEED]`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program for developers"
)]
#![allow(dead_code, reason = "shares its reader with the tests")]

use partition::{
    measure::figures,
    progress::Silent,
    solve::{Criterion, Goal, Options, Problem, solve},
};

#[path = "../tests/it/shared_data.rs"]
mod shared_data;
#[path = "../tests/it/support.rs"]
mod support;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let arg = |i: usize| args.get(i).map(String::as_str).filter(|&a| a != "-");
    let folder = arg(0).expect("a folder of the shared data");
    let nodes = support::shared(&format!("{folder}/nodes.csv.gz")).expect("nodes");
    let edges = support::shared(&format!("{folder}/edges.csv.gz")).expect("edges");
    let (graph, loads) =
        support::read_graph(&nodes, &edges, |county| arg(1).is_none_or(|c| c == county)).expect("a graph");
    let wanted = arg(2).expect("a number of cells or a range");
    let goal = match wanted.split_once("..") {
        Some((lo, hi)) => Goal::Range { lo: lo.parse().unwrap(), hi: hi.parse().unwrap() },
        None => Goal::Cells(wanted.parse().unwrap()),
    };
    let options = Options {
        tolerance: arg(3).map(|t| t.parse().unwrap()),
        effort: arg(4).map_or(Options::default().effort, |e| e.parse().unwrap()),
        seed: arg(5).map_or(1, |s| s.parse().unwrap()),
        within: None,
    };
    let criterion = Criterion { name: "households".to_owned(), loads };
    let problem = Problem::new(&graph, &criterion, goal);
    let start = std::time::Instant::now();
    let solution = solve(&problem, &options, &Silent).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let f = figures(&graph, &criterion.loads, &solution.labels, solution.cells.len());
    println!("{seconds:.2} s {}", serde_json::to_string(&f).unwrap());
    let undecided = solution.verdicts.iter().filter(|v| v.feasible.is_none()).count();
    if let Goal::Range { lo, hi } = goal {
        let free: Vec<i64> = solution.cells.iter().filter(|c| !c.giant).map(|c| c.load).collect();
        let inside = free.iter().filter(|&&w| (lo..=hi).contains(&w)).count();
        println!(
            "inside {inside} of {} free cells, {} giants, {undecided} undecided, {:?}",
            free.len(),
            solution.giants.len(),
            solution.verdicts.iter().map(|v| v.feasible).collect::<Vec<_>>()
        );
    }
}
