//! Exact cover by depth-first search with a memory of what is left.

use super::{Ask, Column, Exact, Small, Want, bits};
use std::collections::HashMap;

/// Fewest cells outside the preferred bounds, then the least moved load, then the shortest perimeters.
type Price = (u32, i64, i64);

/// The best way to cover a remainder, with the column to begin with; `None` when there is no way.
type Known = Option<(Price, usize)>;

pub(super) struct Search<'a> {
    small: &'a Small,
    ask: Ask<'a>,
    steps: u64,
    columns: Vec<Column>,
    /// Columns whose lowest unit is the index: a remainder is always covered from its lowest unit up, so a column
    /// is asked for in one place only.
    by_lowest: Vec<Vec<usize>>,
    /// Asked by key only, never walked: its order cannot matter.
    known: HashMap<(u64, u32), Known>,
}

/// The step limit was reached.
struct Exhausted;

impl<'a> Search<'a> {
    pub(super) fn new(small: &'a Small, columns: Vec<Column>, ask: Ask<'a>, steps: u64) -> Self {
        let mut by_lowest = vec![Vec::new(); small.rows.len()];
        for (i, c) in columns.iter().enumerate() {
            by_lowest[c.set.trailing_zeros() as usize].push(i);
        }
        Self { small, ask, steps, columns, by_lowest, known: HashMap::new() }
    }

    pub(super) fn run(mut self) -> Exact {
        let all = self.small.all();
        // A unit in no column at all settles the matter before any search.
        if self.columns.iter().fold(0, |met, c| met | c.set) != all {
            return Exact::None;
        }
        match self.best(all, self.ask.count.unwrap_or(0)) {
            Err(Exhausted) => Exact::Undecided,
            Ok(None) => Exact::None,
            Ok(Some(_)) => Exact::Cover(self.labels(all)),
        }
    }

    fn best(&mut self, rest: u64, count: u32) -> Result<Known, Exhausted> {
        if let Some(&known) = self.known.get(&(rest, count)) {
            return Ok(known);
        }
        let mut best: Known = None;
        if self.can_hold(rest, count) {
            let lowest = rest.trailing_zeros() as usize;
            for slot in 0..self.by_lowest[lowest].len() {
                self.steps = self.steps.checked_sub(1).ok_or(Exhausted)?;
                let i = self.by_lowest[lowest][slot];
                let column = self.columns[i];
                if column.set & !rest != 0 {
                    continue;
                }
                let left = rest & !column.set;
                let mut price = self.price(&column);
                if left != 0 {
                    let Some((tail, _)) = self.best(left, count.saturating_sub(1))? else { continue };
                    price = (price.0 + tail.0, price.1 + tail.1, price.2 + tail.2);
                } else if self.ask.count.is_some() && count != 1 {
                    continue;
                }
                if best.is_none_or(|b| price < b.0) {
                    best = Some((price, i));
                    if self.ask.want == Want::Any {
                        break;
                    }
                }
            }
        }
        self.known.insert((rest, count), best);
        Ok(best)
    }

    fn price(&self, column: &Column) -> Price {
        let outside = self.ask.prefer.is_some_and(|(lo, hi)| column.load < lo || column.load > hi);
        (u32::from(outside), column.moved, column.perimeter_mm)
    }

    /// Whether the loads of the remainder's pieces leave room for whole numbers of cells, `count` in all.
    fn can_hold(&self, rest: u64, count: u32) -> bool {
        let (lo, hi) = (i128::from(self.ask.lo), i128::from(self.ask.hi.max(1)));
        let (mut fewest, mut most) = (0_i128, 0_i128);
        let mut open = rest;
        while open != 0 {
            let mut piece = open & open.wrapping_neg();
            let mut fresh = piece;
            let mut load = 0_i128;
            while fresh != 0 {
                let mut around = 0;
                for u in bits(fresh) {
                    around |= self.small.rows[u];
                    load += i128::from(self.small.loads[u]);
                }
                fresh = around & rest & !piece;
                piece |= fresh;
            }
            open &= !piece;
            let units = i128::from(piece.count_ones());
            let (few, many) = ((load + hi - 1).div_euclid(hi).max(1), if lo > 0 { load / lo } else { units });
            if few > many.min(units) {
                return false;
            }
            fewest += few;
            most += many.min(units);
        }
        self.ask.count.is_none() || (fewest <= i128::from(count) && i128::from(count) <= most)
    }

    fn labels(&self, all: u64) -> Vec<u32> {
        let mut labels = vec![0; self.small.unit.len()];
        let (mut rest, mut count, mut cell) = (all, self.ask.count.unwrap_or(0), 0);
        while rest != 0 {
            let Some(&Some((_, i))) = self.known.get(&(rest, count)) else { break };
            for u in bits(self.columns[i].set) {
                labels[self.small.unit[u] as usize] = cell;
            }
            rest &= !self.columns[i].set;
            count = count.saturating_sub(1);
            cell += 1;
        }
        labels
    }
}
