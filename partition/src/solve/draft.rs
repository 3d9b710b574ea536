//! A plan under improvement: labels, what each cell adds up to, and the energy that moves try to lower.

use super::{band::Bounds, part::Part};
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
pub(crate) struct Judge<'a> {
    pub(crate) bounds: Bounds<'a>,
    /// Price of leaving the bounds, against the shape.
    pub(crate) weight: f64,
    /// Bounds no move may leave further than it found them; `None` lets the energy decide alone.
    pub(crate) keep_within: Option<Bounds<'a>>,
    /// What change against the current plan costs.
    pub(crate) change: Change,
}

/// The price of a cell's load moved against the current plan, and the most that may move in the part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) price: f64,
    pub(crate) cap: i64,
}

impl Change {
    /// Where there is no current plan.
    pub(crate) const FREE: Self = Self { price: 0.0, cap: i64::MAX };
}

/// Price of two units in one cell that should be apart: above anything else.
pub(crate) const CONFLICT: f64 = 1e7;

impl Judge<'_> {
    /// balance + ln(1/PP): squares and discs are cheap, fringes are not.
    #[inline]
    pub(crate) fn energy(&self, t: &Totals, sides: impl Iterator<Item = i64>) -> f64 {
        let p = t.perimeter_mm.max(1) as f64;
        let shape = p * p / (4.0 * std::f64::consts::PI * t.area_mm2.max(1) as f64);
        let further = self.bounds.sides.iter().zip(sides);
        let further: f64 = further.map(|(s, load)| s.weight * s.band.penalty(load, self.weight)).sum();
        self.bounds.band.penalty(t.load, self.weight) + shape.max(1.0).ln() + further
    }

    /// What so much moved load costs.
    pub(crate) fn moving(&self, moved: i64) -> f64 {
        self.change.price * moved as f64 / self.bounds.band.target.max(1.0)
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
    pub(crate) part: &'a Part,
    pub(crate) labels: Vec<u32>,
    pub(crate) cells: Vec<Totals>,
    /// Loads of the further criteria, cell by cell.
    sides: Vec<i64>,
    pub(crate) judge: Judge<'a>,
    /// Load moved against the current plan.
    pub(crate) moved: i64,
    energies: Vec<f64>,
    walk: Walk,
}

/// One unit changing its cell: what both cells become.
#[derive(Clone, Copy)]
pub(crate) struct Flip {
    pub(crate) unit: u32,
    pub(crate) to: u32,
    after: [Totals; 2],
    energy: [f64; 2],
    moved: i64,
    pub(crate) gain: f64,
}

/// What takes a move back.
#[derive(Clone, Copy)]
pub(crate) struct Undo {
    pub(crate) from: u32,
    cells: [Totals; 2],
    energy: [f64; 2],
}

/// A unit about to leave its cell: what the cell becomes.
struct Leaving {
    unit: u32,
    from: u32,
    left: Totals,
    energy: f64,
    /// Units of its cell that it should be apart from.
    foes: usize,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(part: &'a Part, labels: Vec<u32>, k: usize, judge: Judge<'a>) -> Self {
        let mut draft = Self {
            part,
            labels,
            cells: vec![Totals::default(); k],
            sides: vec![0; k * part.sides.len()],
            judge,
            moved: 0,
            energies: vec![0.0; k],
            walk: Walk::default(),
        };
        draft.recount();
        draft
    }

    /// Adds everything up again, after labels were changed from outside.
    pub(crate) fn recount(&mut self) {
        self.cells.fill(Totals::default());
        self.sides.fill(0);
        self.moved = 0;
        let graph = &self.part.graph;
        let m = self.part.sides.len();
        for u in 0..graph.len() as u32 {
            let c = self.labels[u as usize];
            let inner = self.border_with(u, c);
            self.moved += self.part.moved(u, c);
            let t = &mut self.cells[c as usize];
            t.load += self.part.loads[u as usize];
            t.area_mm2 += graph.area_mm2[u as usize];
            t.perimeter_mm += graph.perimeter_mm[u as usize] - inner;
            t.units += 1;
            for (i, column) in self.part.sides.iter().enumerate() {
                self.sides[c as usize * m + i] += column[u as usize];
            }
        }
        self.rejudge(self.judge);
    }

    /// Goes on under another judge.
    pub(crate) fn rejudge(&mut self, judge: Judge<'a>) {
        self.judge = judge;
        for c in 0..self.cells.len() {
            self.energies[c] = judge.energy(&self.cells[c], self.sides_of(c as u32).iter().copied());
        }
    }

    pub(crate) fn energy(&self, cell: u32) -> f64 {
        self.energies[cell as usize]
    }

    /// Loads of a cell in the further criteria.
    pub(crate) fn sides_of(&self, cell: u32) -> &[i64] {
        let m = self.part.sides.len();
        &self.sides[cell as usize * m..(cell as usize + 1) * m]
    }

    /// Sets what a cell adds up to after its units were relabelled from outside.
    pub(crate) fn set(&mut self, cell: u32, totals: Totals, sides: &[i64]) {
        self.energies[cell as usize] = self.judge.energy(&totals, sides.iter().copied());
        self.cells[cell as usize] = totals;
        let m = sides.len();
        self.sides[cell as usize * m..(cell as usize + 1) * m].copy_from_slice(sides);
    }

    fn border_with(&self, unit: u32, cell: u32) -> i64 {
        let borders = self.part.graph.neighbours(unit);
        borders.filter(|&(v, _)| self.labels[v as usize] == cell).map(|e| e.1).sum()
    }

    /// The best move of `unit` to a neighbouring cell, contiguity not yet checked. `None` inside a cell.
    pub(crate) fn best_flip(&self, unit: u32, around: &mut Vec<(u32, i64)>) -> Option<Flip> {
        let from = self.labels[unit as usize];
        let mut inner = 0;
        around.clear();
        for (v, border) in self.part.graph.neighbours(unit) {
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
        let leaving = self.leaving(unit, inner);
        let mut best: Option<Flip> = None;
        for &(to, border) in around.iter() {
            let flip = self.joining(&leaving, to, border);
            if let Some(flip) = flip.filter(|f| best.is_none_or(|b| f.gain > b.gain)) {
                best = Some(flip);
            }
        }
        best
    }

    /// The move of `unit` to a cell it borders, contiguity not yet checked; `None` where it may not be.
    pub(crate) fn flip(&self, unit: u32, to: u32) -> Option<Flip> {
        let from = self.labels[unit as usize];
        if self.cells[from as usize].units < 2 {
            return None;
        }
        let (mut inner, mut border) = (0, 0);
        for (v, shared) in self.part.graph.neighbours(unit) {
            let c = self.labels[v as usize];
            if c == from {
                inner += shared;
            } else if c == to {
                border += shared;
            }
        }
        self.joining(&self.leaving(unit, inner), to, border)
    }

    fn leaving(&self, unit: u32, inner: i64) -> Leaving {
        let (part, u) = (self.part, unit as usize);
        let from = self.labels[u];
        let a = self.cells[from as usize];
        let left = Totals {
            load: a.load - part.loads[u],
            area_mm2: a.area_mm2 - part.graph.area_mm2[u],
            perimeter_mm: a.perimeter_mm + 2 * inner - part.graph.perimeter_mm[u],
            units: a.units - 1,
        };
        let sides = self.sides_of(from).iter().zip(&part.sides).map(|(w, column)| w - column[u]);
        let energy = self.judge.energy(&left, sides);
        Leaving { unit, from, left, energy, foes: part.apart.conflicts(unit, from, &self.labels) }
    }

    fn joining(&self, leaving: &Leaving, to: u32, border: i64) -> Option<Flip> {
        let (part, graph) = (self.part, &self.part.graph);
        let &Leaving { unit, from, left, energy: left_energy, foes } = leaving;
        let u = unit as usize;
        let (a, b) = (self.cells[from as usize], self.cells[to as usize]);
        let grown = Totals {
            load: b.load + part.loads[u],
            area_mm2: b.area_mm2 + graph.area_mm2[u],
            perimeter_mm: b.perimeter_mm + graph.perimeter_mm[u] - 2 * border,
            units: b.units + 1,
        };
        let new_foes = part.apart.conflicts(unit, to, &self.labels);
        let moved = part.moved(unit, to) - part.moved(unit, from);
        if moved > 0 && self.moved + moved > self.judge.change.cap {
            return None;
        }
        if let Some(bounds) = &self.judge.keep_within {
            let worse =
                |before: i64, after: i64, band: &super::band::Band| band.excess(after) > band.excess(before);
            let sides = || {
                bounds.sides.iter().enumerate().any(|(i, s)| {
                    let (x, y) = (self.sides_of(from)[i], self.sides_of(to)[i]);
                    let w = part.sides[i][u];
                    s.hard && (worse(x, x - w, &s.band) || worse(y, y + w, &s.band))
                })
            };
            if new_foes > foes
                || worse(a.load, left.load, &bounds.band)
                || worse(b.load, grown.load, &bounds.band)
                || sides()
            {
                return None;
            }
        }
        let sides = self.sides_of(to).iter().zip(&part.sides).map(|(w, column)| w + column[u]);
        let grown_energy = self.judge.energy(&grown, sides);
        let mut gain = self.energy(from) + self.energy(to) - left_energy - grown_energy;
        gain += CONFLICT * (foes as f64 - new_foes as f64) - self.judge.moving(moved);
        Some(Flip { unit, to, after: [left, grown], energy: [left_energy, grown_energy], moved, gain })
    }

    /// Whether the cell of `unit` keeps at least one unit and stays in one piece without it.
    pub(crate) fn can_leave(&mut self, unit: u32) -> bool {
        self.walk.can_leave(&self.part.graph, &self.labels, unit, usize::MAX)
    }

    /// Makes the move if the cell that loses the unit stays in one piece; what takes it back.
    pub(crate) fn try_flip(&mut self, flip: &Flip) -> Option<Undo> {
        if !self.can_leave(flip.unit) {
            return None;
        }
        let from = self.labels[flip.unit as usize];
        let cells = [from, flip.to].map(|c| self.cells[c as usize]);
        let energy = [from, flip.to].map(|c| self.energies[c as usize]);
        let undo = Undo { from, cells, energy };
        self.hand_over(flip.unit, flip.to, flip.moved);
        for (c, i) in [(from, 0), (flip.to, 1)] {
            self.cells[c as usize] = flip.after[i];
            self.energies[c as usize] = flip.energy[i];
        }
        Some(undo)
    }

    /// Takes the last move back.
    pub(crate) fn undo(&mut self, flip: &Flip, undo: &Undo) {
        self.hand_over(flip.unit, undo.from, -flip.moved);
        for (c, i) in [(undo.from, 0), (flip.to, 1)] {
            self.cells[c as usize] = undo.cells[i];
            self.energies[c as usize] = undo.energy[i];
        }
    }

    fn hand_over(&mut self, unit: u32, to: u32, moved: i64) {
        let from = std::mem::replace(&mut self.labels[unit as usize], to);
        self.moved += moved;
        let m = self.part.sides.len();
        for (i, column) in self.part.sides.iter().enumerate() {
            let w = column[unit as usize];
            self.sides[from as usize * m + i] -= w;
            self.sides[to as usize * m + i] += w;
        }
    }

    /// Units that touch another cell, ascending.
    pub(crate) fn frontier(&self) -> Vec<u32> {
        let graph = &self.part.graph;
        (0..graph.len() as u32)
            .filter(|&u| graph.row(u).iter().any(|&v| self.labels[v as usize] != self.labels[u as usize]))
            .collect()
    }

    /// How far a cell is outside `bounds`; two units in it that should be apart are further than anything.
    pub(crate) fn excess(&self, cell: u32, bounds: &Bounds<'_>, conflicts: &[u32]) -> f64 {
        let conflict = if conflicts.binary_search(&cell).is_ok() { CONFLICT } else { 0.0 };
        conflict + bounds.excess(self.cells[cell as usize].load, self.sides_of(cell))
    }

    /// Whether a cell needs no more work.
    pub(crate) fn fits(&self, cell: u32, bounds: &Bounds<'_>) -> bool {
        self.excess(cell, bounds, &self.part.apart.cells_in_conflict(&self.labels)) == 0.0
    }

    /// Cells outside `bounds`, the worst first.
    pub(crate) fn outside(&self, bounds: &Bounds<'_>) -> Vec<u32> {
        let conflicts = self.part.apart.cells_in_conflict(&self.labels);
        let mut bad: Vec<(f64, u32)> = (0..self.cells.len() as u32)
            .map(|c| (self.excess(c, bounds, &conflicts), c))
            .filter(|e| e.0 > 0.0)
            .collect();
        bad.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        bad.into_iter().map(|e| e.1).collect()
    }

    /// How far all cells are outside `bounds` together.
    pub(crate) fn excess_of_all(&self, bounds: &Bounds<'_>) -> f64 {
        let conflicts = self.part.apart.cells_in_conflict(&self.labels);
        (0..self.cells.len() as u32).map(|c| self.excess(c, bounds, &conflicts)).sum()
    }

    /// The largest deviation from the target.
    pub(crate) fn worst(&self) -> f64 {
        self.cells.iter().map(|t| self.judge.bounds.band.deviation(t.load)).fold(0.0, f64::max)
    }

    /// What units that should be apart and moved load add to the energy of the cells `units` are in.
    pub(crate) fn strain(&self, units: &[u32]) -> (f64, i64) {
        let mut foes = 0;
        let mut moved = 0;
        for &u in units {
            let c = self.labels[u as usize];
            foes += self.part.apart.conflicts(u, c, &self.labels);
            moved += self.part.moved(u, c);
        }
        (CONFLICT * foes as f64 / 2.0 + self.judge.moving(moved), moved)
    }
}
