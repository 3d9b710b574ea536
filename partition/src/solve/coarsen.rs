//! Merging neighbouring units of one cell in pairs.

use super::{part::Part, rng::Rng};
use crate::{frame::Point, graph::UnitGraph};

pub(crate) struct Coarse {
    pub(crate) part: Part,
    /// The cluster of each unit of the finer graph.
    pub(crate) cluster: Vec<u32>,
}

const FREE: u32 = u32::MAX;

/// Pairs units of the same cell, now and in the current plan, whose union is compact and not heavier than `max_load`; `None` when that would
/// hardly shrink the graph.
pub(crate) fn coarsen(part: &Part, labels: &[u32], max_load: f64, rng: &mut Rng) -> Option<Coarse> {
    let (graph, loads) = (&part.graph, &part.loads);
    let n = graph.len();
    let mut mate = vec![FREE; n];
    for u in shuffled_in_blocks(n, rng) {
        if mate[u as usize] != FREE {
            continue;
        }
        let (mut best, mut partner) = (f64::NEG_INFINITY, u);
        let (area_u, perimeter_u) = (graph.area_mm2[u as usize], graph.perimeter_mm[u as usize]);
        for (v, border) in graph.neighbours(u) {
            let w = v as usize;
            if mate[w] != FREE
                || labels[w] != labels[u as usize]
                || (loads[u as usize] + loads[w]) as f64 > max_load
                || part.home.get(w) != part.home.get(u as usize)
                || part.apart.forbids(u, v)
            {
                continue;
            }
            let area = (area_u + graph.area_mm2[w]) as f64;
            let perimeter = (perimeter_u + graph.perimeter_mm[w] - 2 * border).max(1) as f64;
            let growth = (area / (2 * area_u).max(1) as f64).ln().max(0.0);
            let score = area.sqrt() / perimeter * (1.0 + 0.3 * rng.unit()) - 0.045 * growth;
            if score > best {
                (best, partner) = (score, v);
            }
        }
        mate[u as usize] = partner;
        mate[partner as usize] = u;
    }
    let mut cluster = vec![FREE; n];
    let mut pairs: Vec<[u32; 2]> = Vec::new();
    for u in 0..n {
        if cluster[u] == FREE {
            cluster[u] = pairs.len() as u32;
            cluster[mate[u] as usize] = pairs.len() as u32;
            pairs.push([u as u32, mate[u]]);
        }
    }
    if pairs.len() as f64 > 0.93 * n as f64 {
        return None;
    }
    Some(Coarse { part: part.merged(&cluster, &pairs), cluster })
}

/// All units, mixed within blocks of 64 so that neighbours in memory stay near, from a random start.
fn shuffled_in_blocks(n: usize, rng: &mut Rng) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    for block in order.chunks_mut(64) {
        for i in (1..block.len()).rev() {
            block.swap(i, rng.below(i + 1));
        }
    }
    order.rotate_left(rng.below(n));
    order
}

impl Part {
    /// Each of `groups` as one unit; `cluster` says in which each unit is. Groups hold at least one unit; all of a
    /// group have one home and may share a cell.
    pub(crate) fn merged<G: AsRef<[u32]>>(&self, cluster: &[u32], groups: &[G]) -> Self {
        let add = |column: &Vec<i64>| {
            let mut sums = vec![0; groups.len()];
            for (&c, w) in cluster.iter().zip(column) {
                sums[c as usize] += w;
            }
            sums
        };
        let first = |group: &G| group.as_ref().first().and_then(|&u| self.home.get(u as usize).copied());
        Self {
            graph: merged(&self.graph, cluster, groups),
            loads: add(&self.loads),
            sides: self.sides.iter().map(add).collect(),
            apart: self.apart.clustered(cluster, groups.len()),
            home: groups.iter().filter_map(first).collect(),
            units: (0..groups.len() as u32).collect(),
        }
    }
}

fn merged<G: AsRef<[u32]>>(graph: &UnitGraph, cluster: &[u32], groups: &[G]) -> UnitGraph {
    let mut coarse = UnitGraph { offsets: vec![0], ..UnitGraph::default() };
    let mut slot = vec![usize::MAX; groups.len()];
    for (c, group) in groups.iter().enumerate() {
        let first = coarse.neighbours.len();
        let mut units = group.as_ref();
        if let [a, b] = units
            && a == b
        {
            units = &units[..1];
        }
        let (mut area, mut perimeter) = (0, 0);
        let (mut x, mut y) = (0_i128, 0_i128);
        for &u in units {
            area += graph.area_mm2[u as usize];
            perimeter += graph.perimeter_mm[u as usize];
            let centre = graph.centre[u as usize];
            (x, y) = (x + i128::from(centre.x), y + i128::from(centre.y));
            for (v, border) in graph.neighbours(u) {
                let d = cluster[v as usize] as usize;
                if d == c {
                    perimeter -= border;
                } else if let Some(sum) = (slot[d] != usize::MAX && slot[d] >= first)
                    .then(|| coarse.border_mm.get_mut(slot[d]))
                    .flatten()
                {
                    *sum += border;
                } else {
                    slot[d] = coarse.neighbours.len();
                    coarse.neighbours.push(d as u32);
                    coarse.border_mm.push(border);
                }
            }
        }
        let n = units.len().max(1) as i128;
        coarse.centre.push(Point::new((x / n) as i64, (y / n) as i64));
        coarse.area_mm2.push(area);
        coarse.perimeter_mm.push(perimeter);
        coarse.offsets.push(coarse.neighbours.len() as u32);
    }
    coarse
}
