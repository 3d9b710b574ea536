//! Our side of `make compare` for the solver.
//!
//! `compare_solver pack NODES EDGES COLUMN[,COLUMN] FILE` reads a graph as `wangge partition --nodes --edges` does and
//! packs it; `compare_solver solve FILE K|LO..HI TOLERANCE|- LABELS [name=value …]` solves it and prints one JSON
//! object. What may be named: `further=TOLERANCE` (the second column, hard), `current=LABELS` (the plan in force).
//! All other options are the defaults of the product. Loading is not timed; give `RAYON_NUM_THREADS=1`.
#![expect(clippy::print_stdout, reason = "a command talks")]

use benches::process::{cpu_s, peak_mb};
use data::read::{Limits, read_graph};
use partition::{
    frame::Point,
    graph::UnitGraph,
    measure::figures,
    progress::Silent,
    solve::{Criterion, Current, Further, Goal, Limit, Options, Problem, Solution, solve},
};
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["pack", nodes, edges, columns, file] => pack(nodes, edges, columns, file),
        ["solve", file, goal, tolerance, labels, ref named @ ..] => run(file, goal, tolerance, labels, named),
        _ => {
            Err("pack NODES EDGES COLUMNS FILE | solve FILE K|LO..HI TOLERANCE|- LABELS [name=value …]"
                .into())
        }
    }
}

fn pack(nodes: &str, edges: &str, columns: &str, file: &str) -> Result<(), Box<dyn Error>> {
    let columns: Vec<&str> = columns.split(',').collect();
    let limits = Limits { features: 4_000_000, ..Limits::default() };
    let tables = read_graph(Path::new(nodes), Path::new(edges), &columns, &limits)?;
    let graph = &tables.graph;
    let mut out = BufWriter::new(File::create(file)?);
    for count in [graph.len(), graph.neighbours.len(), columns.len()] {
        out.write_all(&(count as u64).to_le_bytes())?;
    }
    for v in graph.offsets.iter().chain(&graph.neighbours) {
        out.write_all(&v.to_le_bytes())?;
    }
    let centres = graph.centre.iter().flat_map(|p| [p.x, p.y]);
    let whole = graph.border_mm.iter().chain(&graph.area_mm2).chain(&graph.perimeter_mm).copied();
    for v in whole.chain(centres).chain(tables.loads.into_iter().flatten()) {
        out.write_all(&v.to_le_bytes())?;
    }
    Ok(out.flush()?)
}

/// A packed graph with its columns.
fn unpack(file: &str) -> Result<(UnitGraph, Vec<Vec<i64>>), Box<dyn Error>> {
    let mut input = BufReader::new(File::open(file)?);
    let mut eight = || -> Result<[u8; 8], std::io::Error> {
        let mut bytes = [0; 8];
        input.read_exact(&mut bytes)?;
        Ok(bytes)
    };
    let [units, ends, columns] =
        [eight()?, eight()?, eight()?].map(|bytes| u64::from_le_bytes(bytes) as usize);
    let mut indices = |n: usize| -> Result<Vec<u32>, std::io::Error> {
        let mut values = Vec::with_capacity(n);
        for _ in 0..n {
            let mut bytes = [0; 4];
            input.read_exact(&mut bytes)?;
            values.push(u32::from_le_bytes(bytes));
        }
        Ok(values)
    };
    let (offsets, neighbours) = (indices(units + 1)?, indices(ends)?);
    let mut whole = |n: usize| -> Result<Vec<i64>, std::io::Error> {
        let mut values = Vec::with_capacity(n);
        for _ in 0..n {
            let mut bytes = [0; 8];
            input.read_exact(&mut bytes)?;
            values.push(i64::from_le_bytes(bytes));
        }
        Ok(values)
    };
    let (border_mm, area_mm2, perimeter_mm) = (whole(ends)?, whole(units)?, whole(units)?);
    let mut centre = Vec::with_capacity(units);
    for _ in 0..units {
        let at = whole(2)?;
        centre.push(Point::new(at[0], at[1]));
    }
    let columns = (0..columns).map(|_| whole(units)).collect::<Result<_, _>>()?;
    Ok((UnitGraph { offsets, neighbours, border_mm, area_mm2, perimeter_mm, centre }, columns))
}

fn labels(file: &str) -> Result<Vec<Option<u32>>, Box<dyn Error>> {
    let bytes = std::fs::read(file)?;
    Ok(bytes.as_chunks().0.iter().map(|b| Some(u32::from_le_bytes(*b))).collect())
}

fn goal(text: &str) -> Result<Goal, Box<dyn Error>> {
    Ok(match text.split_once("..") {
        Some((lo, hi)) => Goal::Range { lo: lo.parse()?, hi: hi.parse()? },
        None => Goal::Cells(text.parse()?),
    })
}

fn run(file: &str, wanted: &str, tolerance: &str, out: &str, named: &[&str]) -> Result<(), Box<dyn Error>> {
    let (graph, columns) = unpack(file)?;
    let mut columns = columns.into_iter();
    let criterion = Criterion { name: "first".to_owned(), loads: columns.next().unwrap_or_default() };
    let mut options = Options::default();
    if tolerance != "-" {
        options.tolerance = Some(tolerance.parse()?);
    }
    let (mut further, mut current) = (Vec::new(), None);
    for name in named {
        match name.split_once('=') {
            Some(("further", share)) => further.push(Further {
                criterion: Criterion { name: "second".to_owned(), loads: columns.next().unwrap_or_default() },
                limit: Limit::Share(share.parse()?),
                weight: 1.0,
                hard: true,
            }),
            Some(("current", file)) => current = Some(labels(file)?),
            _ => return Err(format!("'{name}' is neither further=… nor current=…").into()),
        }
    }
    let problem = Problem {
        further: &further,
        current: current.as_ref().map(|l| Current { labels: l, price: Current::USUAL_PRICE, cap: None }),
        ..Problem::new(&graph, &criterion, goal(wanted)?)
    };
    let started = cpu_s()?;
    let solution = solve(&problem, &options, &Silent)?;
    let cpu = cpu_s()? - started;
    let peak = peak_mb()?;
    write_labels(&solution, out)?;
    let f = figures(&graph, &criterion.loads, &solution.labels, solution.cells.len());
    println!(
        "{{\"cpu_s\":{cpu:.3},\"peak_mb\":{peak},\"certificates\":{},\"moved\":{},\"outside_further\":{},\"figures\":{}}}",
        solution.certificates.len(),
        solution.moved.as_ref().map_or(0, |m| m.load),
        solution.further.first().map_or(0, |f| f.outside.len()),
        serde_json::to_string(&f)?,
    );
    Ok(())
}

fn write_labels(solution: &Solution, file: &str) -> Result<(), Box<dyn Error>> {
    let bytes: Vec<u8> = solution.labels.iter().flat_map(|c| c.to_le_bytes()).collect();
    Ok(std::fs::write(file, bytes)?)
}
