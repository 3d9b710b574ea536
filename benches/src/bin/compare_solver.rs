//! Our side of `make compare` for the solver.
//!
//! `compare_solver pack NODES EDGES COLUMN[,COLUMN] FILE` reads a graph as `wangge partition --nodes --edges` does and
//! packs it; `compare_solver solve FILE K|LO..HI TOLERANCE|- LABELS [name=value …]` solves it and prints one JSON
//! object. What may be named: `further=TOLERANCE` (the second column, hard), `current=LABELS` (the plan in force).
//!
//! `compare_solver regions FILE COUNT SEED` cuts seeded regions of 16 to 40 units out of it and proves the most equal
//! plan of each at 8 units a cell; `compare_solver near FILE LABELS COUNT SEED LO..HI` moves one seeded unit at a time to
//! a neighbouring cell so that a cell leaves the range, locks it there and repairs the plan.
//!
//! All other options are the defaults of the product. Loading is not timed; give `RAYON_NUM_THREADS=1`.
#![expect(clippy::print_stdout, reason = "a command talks")]

use benches::process::{cpu_s, peak_mb};
use data::read::{Limits, read_graph};
use partition::{
    frame::Point,
    graph::UnitGraph,
    measure::figures,
    progress::Silent,
    solve::{
        Criterion, Current, Further, Goal, Limit, Lock, Options, Problem, Rules, Solution, prove_most_equal,
        solve, solve_near,
    },
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
        ["regions", file, count, seed] => regions(file, count.parse()?, seed.parse()?),
        ["near", file, labels, count, seed, range] => {
            near(file, labels, count.parse()?, seed.parse()?, range)
        }
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

type Columns = Vec<Vec<i64>>;

/// A packed graph with its columns.
fn unpack(file: &str) -> Result<(UnitGraph, Columns), Box<dyn Error>> {
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

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((u128::from(z ^ (z >> 31)) * n as u128) >> 64) as usize
    }
}

fn regions(file: &str, count: usize, seed: u64) -> Result<(), Box<dyn Error>> {
    let (graph, columns) = unpack(file)?;
    let mut dice = Dice(seed);
    for _ in 0..count {
        let (size, start) = (16 + dice.below(25), dice.below(graph.len()) as u32);
        let mut units = vec![start];
        let mut head = 0;
        while head < units.len() && units.len() < size {
            for &v in graph.row(units[head]) {
                if units.len() < size && !units.contains(&v) {
                    units.push(v);
                }
            }
            head += 1;
        }
        let (local, units) = graph.induced(&units);
        let loads: Vec<i64> = units.iter().map(|&u| columns[0][u as usize]).collect();
        if loads.iter().sum::<i64>() == 0 {
            continue;
        }
        let criterion = Criterion { name: "first".to_owned(), loads };
        let cells = (units.len() as u32 / 8).max(2);
        let problem = Problem::new(&local, &criterion, Goal::Cells(cells));
        let started = cpu_s()?;
        let proved = prove_most_equal(&problem, cells)?;
        let cpu = cpu_s()? - started;
        println!(
            "{{\"start\":{start},\"units\":{},\"cells\":{cells},\"worst\":{:.6},\"at_least\":{:.6},\"optimal\":{},\"cpu_s\":{cpu:.4}}}",
            units.len(),
            proved.worst,
            proved.at_least,
            proved.is_optimal(),
        );
    }
    Ok(())
}

fn near(file: &str, plan: &str, count: usize, seed: u64, range: &str) -> Result<(), Box<dyn Error>> {
    let (graph, mut columns) = unpack(file)?;
    let plan = labels(plan)?;
    let criterion = Criterion { name: "first".to_owned(), loads: columns.swap_remove(0) };
    let mut sums = vec![0; 1 + plan.iter().flatten().max().map_or(0, |&c| c as usize)];
    for (cell, w) in plan.iter().zip(&criterion.loads) {
        sums[cell.unwrap_or(0) as usize] += w;
    }
    let Goal::Range { lo, hi } = goal(range)? else { return Err("a range, please".into()) };
    let mut dice = Dice(seed);
    let mut done = 0;
    while done < count {
        let unit = dice.below(graph.len()) as u32;
        let other = graph.row(unit).iter().filter_map(|&v| plan[v as usize]);
        let Some(to) = other.clone().find(|&c| Some(c) != plan[unit as usize]) else { continue };
        // Only edits that break something.
        let (from, w) = (plan[unit as usize].unwrap_or(0), criterion.loads[unit as usize]);
        if sums[from as usize] - w >= lo && sums[to as usize] + w <= hi {
            continue;
        }
        let mut edited = plan.clone();
        edited[unit as usize] = Some(to);
        let rules = Rules { locks: vec![Lock { unit, cell: to }], ..Rules::default() };
        let started = std::time::Instant::now();
        let problem = Problem {
            rules: Some(&rules),
            current: Some(Current { labels: &edited, price: Current::USUAL_PRICE, cap: None }),
            ..Problem::new(&graph, &criterion, goal(range)?)
        };
        let near = solve_near(&problem, &[unit], &Options::default())?;
        // Too short for the clock of CPU time.
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "{{\"unit\":{unit},\"moves\":{},\"outside\":{},\"free\":{},\"s\":{seconds:.5}}}",
            near.moves.len(),
            near.outside.len(),
            near.units,
        );
        done += 1;
    }
    Ok(())
}
