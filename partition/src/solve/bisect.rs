//! A first plan: proportional recursive bisection, connected at every step.
//!
//! A sweep line in one of several directions (and the order of a breadth-first walk, which needs no coordinates)
//! cuts the part at its share of the load; pieces cut off are given to the other side; the frontier is moved until
//! the loads agree; the cut with the shortest line and the best balance wins. O((n + m) log k).
//!
//! Where units stay apart (offices, one for each cell), a side gets at least as many cells as it holds of a group,
//! and the line stops where that agrees best with the load.

use super::{draft::Walk, part::Part, rng::Rng};
use crate::graph::UnitGraph;
use rayon::prelude::*;

/// A connected piece that still has to be cut into `k` cells, named from `first`.
struct Job {
    part: Part,
    k: usize,
    first: u32,
    /// How many directions are tried.
    turns: usize,
    rng: Rng,
}

/// Labels `0..k`, every cell non-empty and in one piece. The graph is connected and has at least `k` units.
///
/// Goes level by level instead of recursing: a hub with thousands of neighbours sheds one unit a level.
pub(crate) fn bisect(part: &Part, k: usize, rng: &mut Rng) -> Vec<u32> {
    let mut labels = vec![0; part.len()];
    if k < 2 {
        return labels;
    }
    let turns = if part.len() < LARGE { TURNS.len() } else { 3 };
    let mut first = Rng::new(rng.next(), 0);
    let cut = best_cut(part, k, turns, &mut first);
    let mut jobs = Vec::from(halves(part, k, &cut, turns, 0, &mut first));
    for job in &mut jobs {
        // Labels are by the numbers within the part.
        job.part.units =
            (0..part.len() as u32).filter(|&u| cut.side[u as usize] == job.first.min(1)).collect();
    }
    while !jobs.is_empty() {
        let (open, done): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|j| j.k > 1);
        for job in done {
            for &u in &job.part.units {
                labels[u as usize] = job.first;
            }
        }
        jobs = open.into_par_iter().flat_map_iter(divide).collect();
    }
    labels
}

fn divide(mut job: Job) -> [Job; 2] {
    let cut = best_cut(&job.part, job.k, job.turns, &mut job.rng);
    halves(&job.part, job.k, &cut, job.turns, job.first, &mut job.rng)
}

fn halves(part: &Part, k: usize, cut: &Cut, turns: usize, first: u32, rng: &mut Rng) -> [Job; 2] {
    [(0, cut.left_cells, first), (1, k - cut.left_cells, first + cut.left_cells as u32)].map(
        |(side, k, first)| {
            let local: Vec<u32> = (0..part.len() as u32).filter(|&u| cut.side[u as usize] == side).collect();
            Job { part: part.sub(&local), k, first, turns, rng: Rng::new(rng.next(), u64::from(side)) }
        },
    )
}

struct Cut {
    side: Vec<u32>,
    left_cells: usize,
    score: f64,
}

/// Rotations of the principal axis that are tried; large pieces get along with the first, all pieces of a part that is
/// large itself with three.
const TURNS: [f64; 7] = [0.0, 0.8, -0.8, 0.4, -0.4, 1.2, -1.2];
const LARGE: usize = 20_000;

fn best_cut(part: &Part, k: usize, turns: usize, rng: &mut Rng) -> Cut {
    let (graph, loads) = (&part.graph, &part.loads[..]);
    let axis = principal_axis(graph, loads);
    let thorough = turns == TURNS.len();
    let turns = if graph.len() < LARGE { turns } else { 1 };
    let mut best: Option<Cut> = None;
    let mut consider = |order: Vec<u32>| {
        let cut = cut_along(part, k, &order);
        if best.as_ref().is_none_or(|b| cut.score < b.score) {
            best = Some(cut);
        }
    };
    for turn in &TURNS[..turns] {
        let (sin, cos) = (axis + turn).sin_cos();
        let mut keyed: Vec<(f64, u32)> = (0..graph.len() as u32)
            .map(|u| {
                let p = graph.centre[u as usize];
                (p.x as f64 * cos + p.y as f64 * sin, u)
            })
            .collect();
        keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut order: Vec<u32> = keyed.into_iter().map(|e| e.1).collect();
        consider(order.clone());
        // With an odd number of cells the two ends are not alike.
        if k % 2 == 1 && thorough {
            order.reverse();
            consider(order);
        }
    }
    if thorough {
        let start = rng.below(graph.len()) as u32;
        let far = graph.walk(start).last().copied().unwrap_or(start);
        consider(graph.walk(far));
    }
    best.unwrap_or(Cut { side: vec![0; graph.len()], left_cells: 1, score: 0.0 })
}

/// Direction of the largest spread, with units weighed by load and, a little, by area.
fn principal_axis(graph: &UnitGraph, loads: &[i64]) -> f64 {
    let load = loads.iter().sum::<i64>().max(1) as f64;
    let area = graph.area_mm2.iter().sum::<i64>().max(1) as f64;
    let mass = |u: usize| loads[u] as f64 / load + 0.3 * graph.area_mm2[u] as f64 / area + 1e-9;
    let origin = graph.centre[0];
    let at = |u: usize| {
        let p = graph.centre[u];
        ((p.x - origin.x) as f64, (p.y - origin.y) as f64)
    };
    let (mut m, mut mx, mut my) = (0.0, 0.0, 0.0);
    for u in 0..graph.len() {
        let (w, (x, y)) = (mass(u), at(u));
        m += w;
        mx += w * x;
        my += w * y;
    }
    let (cx, cy) = (mx / m, my / m);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for u in 0..graph.len() {
        let (w, (x, y)) = (mass(u), at(u));
        xx += w * (x - cx) * (x - cx);
        xy += w * (x - cx) * (y - cy);
        yy += w * (y - cy) * (y - cy);
    }
    0.5 * (2.0 * xy).atan2(xx - yy)
}

/// Two connected sides, the first from the beginning of `order`.
fn cut_along(part: &Part, k: usize, order: &[u32]) -> Cut {
    let (graph, loads) = (&part.graph, &part.loads[..]);
    let n = graph.len();
    let left_cells = if part.apart.is_empty() { k / 2 } else { left_for_groups(part, k, order) };
    let cells = [left_cells, k - left_cells];
    let total: i64 = loads.iter().sum();
    let mean = total as f64 / k as f64;
    let target = mean * cells[0] as f64;
    let mut side = vec![1; n];
    let mut swept = 0.0;
    for (i, &u) in order.iter().enumerate() {
        let w = loads[u as usize] as f64;
        if i >= n - cells[1] || (i >= cells[0] && swept + 0.5 * w >= target) {
            break;
        }
        side[u as usize] = 0;
        swept += w;
    }
    connect(graph, loads, &mut side);
    level(graph, loads, order, &mut side, target, mean, cells);
    let mut load = 0;
    let mut units = 0;
    let mut line = 0;
    for u in 0..n as u32 {
        let s = side[u as usize];
        if s == 0 {
            load += loads[u as usize];
            units += 1;
        }
        line +=
            graph.neighbours(u).filter(|&(v, _)| v > u && side[v as usize] != s).map(|e| e.1).sum::<i64>();
    }
    // Repair may have moved load: give each side the cells it can fill, and needs.
    let wish = if mean > 0.0 { (load as f64 / mean).round() as usize } else { cells[0] };
    let fewest = 1.max(k.saturating_sub(n - units));
    let mut left_cells = wish.clamp(fewest, units.min(k - 1).max(fewest));
    let mut crowded = 0;
    if !part.apart.is_empty() {
        let most_on = |s: u32| {
            let on = |g: &Vec<u32>| g.iter().filter(|&&u| side[u as usize] == s).count();
            part.apart.groups().iter().map(on).max().unwrap_or(0)
        };
        let (left, right) = (most_on(0).max(fewest), k - most_on(1).max(1).min(k - 1));
        crowded = left.saturating_sub(right);
        left_cells =
            left_cells.clamp(left.min(right), right.max(left)).clamp(fewest, units.min(k - 1).max(fewest));
    }
    let smaller = left_cells.min(k - left_cells).max(1) as f64;
    let off = if mean > 0.0 { (load as f64 / mean - left_cells as f64).abs() / smaller } else { 0.0 };
    let uneven: f64 = part
        .sides
        .iter()
        .map(|column| {
            let mean = column.iter().sum::<i64>() as f64 / k as f64;
            let here: i64 = column.iter().zip(&side).filter(|e| *e.1 == 0).map(|e| e.0).sum();
            let off = (here as f64 / mean.max(1.0) - left_cells as f64).abs() / smaller;
            4.0 * (off - 0.05).max(0.0)
        })
        .sum();
    let size = (graph.area_mm2.iter().sum::<i64>().max(1) as f64).sqrt();
    Cut {
        side,
        left_cells,
        score: line as f64 / size + 8.0 * (off - 0.02).max(0.0) + 8.0 * crowded as f64 + uneven,
    }
}

/// How many cells the first side gets, of those numbers that leave each side room for its units that stay apart:
/// where load and cells agree best, near the middle. Half where there is no such number.
fn left_for_groups(part: &Part, k: usize, order: &[u32]) -> usize {
    let mean = (part.load() as f64 / k as f64).max(1e-9);
    let n = order.len();
    // The most members of one group among the last units of the order.
    let mut count = vec![0_usize; part.apart.groups().len()];
    let mut last = vec![0_usize; n + 1];
    for i in (0..n).rev() {
        last[i] = last[i + 1];
        for &g in part.apart.of(order[i]) {
            count[g as usize] += 1;
            last[i] = last[i].max(count[g as usize]);
        }
    }
    count.fill(0);
    let (mut load, mut first) = (0.0, 0);
    let mut best: Option<(f64, usize)> = None;
    for (i, &u) in order.iter().enumerate().take(n - 1) {
        load += part.loads[u as usize] as f64;
        for &g in part.apart.of(u) {
            count[g as usize] += 1;
            first = first.max(count[g as usize]);
        }
        let least = first.max(1).max(k.saturating_sub(n - 1 - i));
        let most = (k - last[i + 1].max(1).min(k - 1)).min(i + 1);
        if least > most {
            continue;
        }
        let left = ((load / mean).round() as usize).clamp(least, most);
        let off = (load / mean - left as f64).abs() / left.min(k - left).max(1) as f64;
        let score = off + (left as f64 - k as f64 / 2.0).abs() / k as f64;
        if best.is_none_or(|b| score < b.0) {
            best = Some((score, left));
        }
    }
    best.map_or(k / 2, |b| b.1)
}

/// Makes both sides connected: all but the heaviest piece of the first go over, then all but the heaviest piece of
/// the second, each of which touches the first because the whole is connected.
fn connect(graph: &UnitGraph, loads: &[i64], side: &mut [u32]) {
    for s in [0, 1] {
        let pieces = graph.components_within(side);
        let mut weight = vec![(false, 0_i64, 0_usize); pieces.count];
        for (u, &piece) in pieces.of.iter().enumerate() {
            let w = &mut weight[piece as usize];
            *w = (side[u] == s, w.1 + loads[u], w.2 + 1);
        }
        let heaviest = (0..pieces.count)
            .filter(|&p| weight[p].0)
            .max_by_key(|&p| (weight[p].1, weight[p].2, std::cmp::Reverse(p)));
        for (u, &piece) in pieces.of.iter().enumerate() {
            if side[u] == s && Some(piece as usize) != heaviest {
                side[u] = 1 - s;
            }
        }
    }
}

/// Moves units across the line, from the heavy side to the light one, while that brings the load nearer to target.
fn level(
    graph: &UnitGraph,
    loads: &[i64],
    order: &[u32],
    side: &mut [u32],
    target: f64,
    mean: f64,
    cells: [usize; 2],
) {
    const REACH: usize = 400; // units walked to prove that a side holds together
    let mut load: f64 =
        order.iter().filter(|&&u| side[u as usize] == 0).map(|&u| loads[u as usize] as f64).sum();
    let mut count = [0, 0];
    for &s in side.iter() {
        count[s as usize] += 1;
    }
    let near = 0.02 * mean * cells[0].min(cells[1]) as f64;
    let mut walk = Walk::default();
    for _ in 0..12 {
        let heavy = u32::from(load <= target);
        let mut moved = false;
        for i in 0..order.len() {
            if (load - target).abs() <= near || count[heavy as usize] <= cells[heavy as usize] {
                return;
            }
            let u = order[if heavy == 0 { order.len() - 1 - i } else { i }];
            let w = loads[u as usize] as f64;
            let after = if heavy == 0 { load - w } else { load + w };
            if side[u as usize] != heavy
                || (after - target).abs() >= (load - target).abs()
                || graph.row(u).iter().all(|&v| side[v as usize] == heavy)
                || !walk.can_leave(graph, side, u, REACH)
            {
                continue;
            }
            side[u as usize] = 1 - heavy;
            count[heavy as usize] -= 1;
            count[1 - heavy as usize] += 1;
            load = after;
            moved = true;
            if (heavy == 0) != (load > target) {
                break;
            }
        }
        if !moved {
            return;
        }
    }
}
