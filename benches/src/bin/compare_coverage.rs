//! Our side of `make compare`: writes made-up ground for the peers, and checks or repairs it.
//!
//! `compare_coverage make COLUMNS ROWS FILE [LOOSEN_UM]`, then `compare_coverage check|repair FILE`, which prints one
//! JSON object. A file holds the boundary and then the cells, each as a 32-bit count and that many pairs of 64-bit
//! floats in metres, little-endian. Reading is not timed, snapping is.
#![expect(clippy::print_stdout, reason = "a command talks")]

use benches::process::{cpu_s, peak_mb};
use partition::chain::{Chain, guard_all};
use partition::coverage::{analyse, repair};
use partition::frame::{Point, Polygon, Region};
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", columns, rows, file] => make(columns.parse()?, rows.parse()?, file, 0),
        ["make", columns, rows, file, loosen] => make(columns.parse()?, rows.parse()?, file, loosen.parse()?),
        ["check", file] => check(file),
        ["repair", file] => repair(file),
        _ => Err("make COLUMNS ROWS FILE [LOOSEN_UM] | check FILE | repair FILE".into()),
    }
}

fn make(columns: i64, rows: i64, file: &str, loosen_um: i64) -> Result<(), Box<dyn Error>> {
    let (mut cells, boundary) = benches::grid(columns, rows);
    if loosen_um > 0 {
        benches::loosen(&mut cells, loosen_um);
    }
    let mut out = BufWriter::new(File::create(file)?);
    for region in std::iter::once(&boundary).chain(&cells) {
        let ring = &region.parts[0].shell;
        out.write_all(&(ring.len() as u32).to_le_bytes())?;
        for v in ring.iter().flat_map(|p| [p.x, p.y]) {
            out.write_all(&(v as f64 / 1e6).to_le_bytes())?;
        }
    }
    Ok(out.flush()?)
}

/// The regions of a file, and the CPU seconds that snapping took. A megabyte is read at a time.
fn read(file: &str) -> Result<(Vec<Region>, f64), Box<dyn Error>> {
    let mut input = BufReader::with_capacity(1 << 20, File::open(file)?);
    let (mut regions, mut snapping) = (Vec::new(), 0.0);
    let mut rings: Vec<Vec<f64>> = Vec::new();
    loop {
        let mut count = [0; 4];
        let more = input.read_exact(&mut count).is_ok();
        if more {
            let mut bytes = vec![0; 16 * u32::from_le_bytes(count) as usize];
            input.read_exact(&mut bytes)?;
            rings.push(bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect());
        }
        if rings.len() == 20_000 || !more {
            let started = cpu_s()?;
            let snap = |v: f64| (v * 1e6).round() as i64;
            regions.extend(rings.iter().map(|r| {
                let shell = r.chunks_exact(2).map(|p| Point::new(snap(p[0]), snap(p[1]))).collect();
                Region::single(Polygon::oriented(shell, Vec::new()))
            }));
            snapping += cpu_s()? - started;
            rings.clear();
        }
        if !more {
            return Ok((regions, snapping));
        }
    }
}

fn check(file: &str) -> Result<(), Box<dyn Error>> {
    let (mut cells, snapping) = read(file)?;
    let boundary = cells.remove(0);
    let started = cpu_s()?;
    let found = analyse(&cells, Some(&boundary))?;
    let checking = cpu_s()? - started;
    let rss = peak_mb()?;
    // The shares, measured once more on their own.
    let started = cpu_s()?;
    let faults = guard_all(&cells).len();
    let guarding = cpu_s()? - started;
    let started = cpu_s()?;
    let left = Chain::of(&cells, None).residue().residual.len();
    let cancelling = cpu_s()? - started;
    println!(
        "{{\"cells\":{},\"defects\":{},\"cpu_s\":{:.3},\"snap_cpu_s\":{snapping:.3},\"guard_cpu_s\":{guarding:.3},\
         \"chain_cpu_s\":{cancelling:.3},\"faults\":{faults},\"left\":{left},\"peak_mb\":{rss}}}",
        cells.len(),
        found.defects.len(),
        snapping + checking,
    );
    Ok(())
}

fn repair(file: &str) -> Result<(), Box<dyn Error>> {
    let (mut cells, snapping) = read(file)?;
    let boundary = cells.remove(0);
    let started = cpu_s()?;
    let plan = repair::plan(&cells, Some(&boundary), &repair::Options::default())?;
    let out = plan.apply(&cells);
    let cpu = cpu_s()? - started + snapping;
    let rss = peak_mb()?;
    let left = analyse(&out, Some(&boundary))?.defects.len();
    println!(
        "{{\"cells\":{},\"steps\":{},\"left\":{left},\"cpu_s\":{cpu:.3},\"peak_mb\":{rss}}}",
        cells.len(),
        plan.steps.len()
    );
    Ok(())
}
