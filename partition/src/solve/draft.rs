//! A plan under improvement: labels, what each cell adds up to, and the energy that moves try to lower.

use super::band::Band;
use crate::graph::UnitGraph;

/// What the units of one cell add up to. Integers, so any order of moves ends in the same numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) load: i64,
    pub(crate) area_mm2: i64,
    pub(crate) perimeter_mm: i64,
    pub(crate) units: u32,
}

/// How moves are judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge {
    pub(crate) band: Band,
    /// Price of leaving the band, against the shape.
    pub(crate) weight: f64,
    /// Bounds no move may leave further than it found them; `None` lets the energy decide alone.
    pub(crate) keep_within: Option<Band>,
}

impl Judge {
    /// balance + ln(1/PP): squares and discs are cheap, fringes are not.
    #[inline]
    pub(crate) fn energy(&self, t: &Totals) -> f64 {
        let p = t.perimeter_mm.max(1) as f64;
        let shape = p * p / (4.0 * std::f64::consts::PI * t.area_mm2.max(1) as f64);
        self.band.penalty(t.load, self.weight) + shape.max(1.0).ln()
    }
}

/// Searches inside one cell; the marks are kept between searches so that none has to be cleared.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    stamp: Vec<u32>,
    clock: u32,
    queue: Vec<u32>,
}

impl Walk {
    /// Whether the cell of `unit` keeps at least one unit and stays in one piece without it.
    ///
    /// Walks the cell from one neighbour until all others are met: local almost always, as in the geo-graphs of
    /// King, Jacobson, Sewell and Cho (2012), but without an embedding. Gives up (no) after `limit` units.
    pub(crate) fn can_leave(&mut self, graph: &UnitGraph, labels: &[u32], unit: u32, limit: usize) -> bool {
        if self.stamp.len() < graph.len() || self.clock > u32::MAX - 4 {
            self.stamp = vec![0; graph.len()];
            self.clock = 0;
        }
        self.clock += 2;
        let (wanted, met) = (self.clock - 1, self.clock);
        let cell = labels[unit as usize];
        self.queue.clear();
        let mut missing = 0;
        for &v in graph.row(unit) {
            if labels[v as usize] == cell {
                self.stamp[v as usize] = wanted;
                missing += 1;
                if missing == 1 {
                    self.queue.push(v);
                }
            }
        }
        if missing < 2 {
            return missing == 1;
        }
        self.stamp[self.queue[0] as usize] = met;
        missing -= 1;
        let mut head = 0;
        while head < self.queue.len().min(limit) {
            let u = self.queue[head];
            head += 1;
            for &v in graph.row(u) {
                if v == unit || labels[v as usize] != cell || self.stamp[v as usize] == met {
                    continue;
                }
                if self.stamp[v as usize] == wanted {
                    missing -= 1;
                    if missing == 0 {
                        return true;
                    }
                }
                self.stamp[v as usize] = met;
                self.queue.push(v);
            }
        }
        false
    }
}

/// The plan itself. Every method keeps every cell non-empty and in one piece.
pub(crate) struct Draft<'a> {
    pub(crate) graph: &'a UnitGraph,
    pub(crate) loads: &'a [i64],
    pub(crate) labels: Vec<u32>,
    pub(crate) cells: Vec<Totals>,
    pub(crate) judge: Judge,
    energies: Vec<f64>,
    walk: Walk,
}

/// One unit changing its cell: what both cells become.
#[derive(Clone, Copy)]
pub(crate) struct Flip {
    pub(crate) unit: u32,
    to: u32,
    after: [Totals; 2],
    energy: [f64; 2],
    pub(crate) gain: f64,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(
        graph: &'a UnitGraph,
        loads: &'a [i64],
        labels: Vec<u32>,
        k: usize,
        judge: Judge,
    ) -> Self {
        let cells = vec![Totals::default(); k];
        let mut draft =
            Self { graph, loads, labels, cells, judge, energies: vec![0.0; k], walk: Walk::default() };
        draft.recount();
        draft
    }

    /// Adds everything up again, after labels were changed from outside.
    pub(crate) fn recount(&mut self) {
        self.cells.fill(Totals::default());
        for u in 0..self.graph.len() as u32 {
            let c = self.labels[u as usize];
            let inner = self.border_with(u, c);
            let t = &mut self.cells[c as usize];
            t.load += self.loads[u as usize];
            t.area_mm2 += self.graph.area_mm2[u as usize];
            t.perimeter_mm += self.graph.perimeter_mm[u as usize] - inner;
            t.units += 1;
        }
        self.rejudge(self.judge);
    }

    /// Goes on under another judge.
    pub(crate) fn rejudge(&mut self, judge: Judge) {
        self.judge = judge;
        for (e, t) in self.energies.iter_mut().zip(&self.cells) {
            *e = judge.energy(t);
        }
    }

    pub(crate) fn energy(&self, cell: u32) -> f64 {
        self.energies[cell as usize]
    }

    /// Sets what a cell adds up to after its units were relabelled from outside.
    pub(crate) fn set(&mut self, cell: u32, totals: Totals) {
        self.energies[cell as usize] = self.judge.energy(&totals);
        self.cells[cell as usize] = totals;
    }

    fn border_with(&self, unit: u32, cell: u32) -> i64 {
        self.graph.neighbours(unit).filter(|&(v, _)| self.labels[v as usize] == cell).map(|e| e.1).sum()
    }

    /// The best move of `unit` to a neighbouring cell, contiguity not yet checked. `None` inside a cell.
    pub(crate) fn best_flip(&self, unit: u32, around: &mut Vec<(u32, i64)>) -> Option<Flip> {
        let from = self.labels[unit as usize];
        let mut inner = 0;
        around.clear();
        for (v, border) in self.graph.neighbours(unit) {
            let c = self.labels[v as usize];
            if c == from {
                inner += border;
            } else if let Some(seen) = around.iter_mut().find(|s| s.0 == c) {
                seen.1 += border;
            } else {
                around.push((c, border));
            }
        }
        if around.is_empty() || self.cells[from as usize].units < 2 {
            return None;
        }
        let u = unit as usize;
        let (load, area, perimeter) = (self.loads[u], self.graph.area_mm2[u], self.graph.perimeter_mm[u]);
        let a = self.cells[from as usize];
        let left = Totals {
            load: a.load - load,
            area_mm2: a.area_mm2 - area,
            perimeter_mm: a.perimeter_mm + 2 * inner - perimeter,
            units: a.units - 1,
        };
        let left_energy = self.judge.energy(&left);
        let mut best: Option<Flip> = None;
        for &(to, border) in around.iter() {
            let b = self.cells[to as usize];
            let grown = Totals {
                load: b.load + load,
                area_mm2: b.area_mm2 + area,
                perimeter_mm: b.perimeter_mm + perimeter - 2 * border,
                units: b.units + 1,
            };
            if self.judge.keep_within.is_some_and(|band| {
                band.excess(left.load) > band.excess(a.load) || band.excess(grown.load) > band.excess(b.load)
            }) {
                continue;
            }
            let grown_energy = self.judge.energy(&grown);
            let gain = self.energy(from) + self.energy(to) - left_energy - grown_energy;
            if best.is_none_or(|f| gain > f.gain) {
                best =
                    Some(Flip { unit, to, after: [left, grown], energy: [left_energy, grown_energy], gain });
            }
        }
        best
    }

    /// Makes the move if the cell that loses the unit stays in one piece.
    pub(crate) fn try_flip(&mut self, flip: &Flip) -> bool {
        if !self.walk.can_leave(self.graph, &self.labels, flip.unit, usize::MAX) {
            return false;
        }
        let from = self.labels[flip.unit as usize];
        self.labels[flip.unit as usize] = flip.to;
        for (c, i) in [(from, 0), (flip.to, 1)] {
            self.cells[c as usize] = flip.after[i];
            self.energies[c as usize] = flip.energy[i];
        }
        true
    }

    /// Units that touch another cell, ascending.
    pub(crate) fn frontier(&self) -> Vec<u32> {
        (0..self.graph.len() as u32)
            .filter(|&u| {
                self.graph.row(u).iter().any(|&v| self.labels[v as usize] != self.labels[u as usize])
            })
            .collect()
    }

    /// Cells outside `band`, the worst first.
    pub(crate) fn outside(&self, band: &Band) -> Vec<u32> {
        let mut bad: Vec<u32> =
            (0..self.cells.len() as u32).filter(|&c| !band.admits(self.cells[c as usize].load)).collect();
        bad.sort_by_key(|&c| (std::cmp::Reverse(band.excess(self.cells[c as usize].load)), c));
        bad
    }

    /// The largest deviation from the target.
    pub(crate) fn worst(&self) -> f64 {
        self.cells.iter().map(|t| self.judge.band.deviation(t.load)).fold(0.0, f64::max)
    }
}
