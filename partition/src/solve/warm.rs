//! Starting from the current plan: its cells, each in one piece, as many as are asked for.

use super::{
    bisect::bisect,
    part::{NOWHERE, Part},
    rng::Rng,
};

/// Labels `0..k` near the current plan; `part.home` is renumbered to them. The part is connected and has at least
/// `k` units.
///
/// A cell in pieces keeps the heaviest; the others, and units that had no cell, join the cell they share most border
/// with. Too few cells: the heaviest is cut in two. Too many: the lightest joins its lightest neighbour.
pub(crate) fn start(part: &mut Part, k: usize, rng: &mut Rng) -> Vec<u32> {
    let mut homes: Vec<u32> = part.home.iter().copied().filter(|&h| h != NOWHERE).collect();
    homes.sort_unstable();
    homes.dedup();
    for home in &mut part.home {
        *home = homes.binary_search(home).map_or(NOWHERE, |i| i as u32);
    }
    if homes.is_empty() {
        return bisect(part, k, rng);
    }
    let mut labels = heaviest_pieces(part, homes.len());
    spread(part, &mut labels);
    let mut count = homes.len();
    while count < k {
        let cells = Cells::of(part, &labels, count);
        let Some(c) =
            (0..count).filter(|&c| cells.units[c].len() > 1).max_by_key(|&c| (cells.load[c], k - c))
        else {
            break;
        };
        let halves = bisect(&part.sub(&cells.units[c]), 2, rng);
        for (&u, half) in cells.units[c].iter().zip(halves) {
            if half == 1 {
                labels[u as usize] = count as u32;
            }
        }
        count += 1;
    }
    while count > k {
        let cells = Cells::of(part, &labels, count);
        let Some(gone) = (0..count).min_by_key(|&c| (cells.load[c], c)) else { break };
        let around = cells.units[gone].iter().flat_map(|&u| part.graph.row(u)).map(|&v| labels[v as usize]);
        let host = around.filter(|&c| c as usize != gone).min_by_key(|&c| (cells.load[c as usize], c));
        let (gone, last) = (gone as u32, count as u32 - 1);
        let rename = |c: u32, to: u32| match c {
            c if c == gone => to,
            c if c == last => gone,
            c => c,
        };
        let host = host.map_or(0, |h| if h == last { gone } else { h });
        labels.iter_mut().for_each(|c| *c = rename(*c, host));
        // Whoever was in a cell that is no more has to move anyway.
        part.home.iter_mut().for_each(|c| *c = rename(*c, NOWHERE));
        count -= 1;
    }
    labels
}

/// The home of each unit in the heaviest piece of its home, [`NOWHERE`] for others.
fn heaviest_pieces(part: &Part, homes: usize) -> Vec<u32> {
    let pieces = part.graph.components_within(&part.home).members();
    let mut best: Vec<Option<(i64, usize)>> = vec![None; homes];
    for (i, piece) in pieces.iter().enumerate() {
        let load: i64 = piece.iter().map(|&u| part.loads[u as usize]).sum();
        let home = piece.first().map_or(NOWHERE, |&u| part.home[u as usize]);
        if let Some(b) = best.get_mut(home as usize).filter(|b| b.is_none_or(|b| load > b.0)) {
            *b = Some((load, i));
        }
    }
    let mut labels = vec![NOWHERE; part.len()];
    for (home, b) in best.iter().enumerate() {
        for &u in b.iter().flat_map(|b| &pieces[b.1]) {
            labels[u as usize] = home as u32;
        }
    }
    labels
}

/// Gives units without a label to the cell they share most border with, ring by ring.
fn spread(part: &Part, labels: &mut [u32]) {
    loop {
        let mut found = Vec::new();
        for u in (0..part.len() as u32).filter(|&u| labels[u as usize] == NOWHERE) {
            let mut around: Vec<(u32, i64)> = Vec::new();
            for (v, border) in part.graph.neighbours(u).filter(|e| labels[e.0 as usize] != NOWHERE) {
                match around.iter_mut().find(|a| a.0 == labels[v as usize]) {
                    Some(a) => a.1 += border,
                    None => around.push((labels[v as usize], border)),
                }
            }
            let foes = |c: u32| part.apart.conflicts(u, c, labels);
            let to = around.into_iter().min_by_key(|&(c, border)| (foes(c), -border, c));
            found.extend(to.map(|(c, _)| (u, c)));
        }
        if found.is_empty() {
            return;
        }
        for (u, c) in found {
            labels[u as usize] = c;
        }
    }
}

struct Cells {
    units: Vec<Vec<u32>>,
    load: Vec<i64>,
}

impl Cells {
    fn of(part: &Part, labels: &[u32], count: usize) -> Self {
        let mut cells = Self { units: vec![Vec::new(); count], load: vec![0; count] };
        for (u, &c) in labels.iter().enumerate() {
            cells.units[c as usize].push(u as u32);
            cells.load[c as usize] += part.loads[u];
        }
        cells
    }
}
