//! Every connected set of units whose load lies within bounds, each once.

use super::{Ask, Column, Small, bits};

/// All connected cells within the bounds asked for, without units that stay apart; `None` when there are more than
/// `limit`.
///
/// A set is grown from its lowest unit; a unit passed over is banned for the rest of the branch, so no set is met
/// twice (Wernicke's ESU, 2006).
pub(super) fn columns(small: &Small, ask: Ask<'_>, limit: usize) -> Option<Vec<Column>> {
    let sums = vec![0; ask.sides.len()];
    let mut growth = Growth { small, ask, limit, columns: Vec::new(), visited: 0, sums };
    for root in 0..small.rows.len() {
        let banned = (1_u64 << root) | ((1 << root) - 1) | small.foes[root];
        if growth.take(root, 0) {
            growth.grow(1 << root, small.loads[root], small.rows[root] & !banned, banned)?;
            growth.give_back(root);
        }
    }
    for column in &mut growth.columns {
        column.perimeter_mm = small.perimeter(column.set);
        column.moved = small.moved(column.set);
    }
    Some(growth.columns)
}

struct Growth<'a> {
    small: &'a Small,
    ask: Ask<'a>,
    limit: usize,
    columns: Vec<Column>,
    visited: usize,
    /// Loads of the set in the further criteria.
    sums: Vec<i64>,
}

impl Growth<'_> {
    fn grow(&mut self, set: u64, load: i64, rim: u64, mut banned: u64) -> Option<()> {
        self.visited += 1;
        // Sets still too light cost time as well: they count, at a fraction of the price.
        if self.columns.len() >= self.limit || self.visited >= self.limit.saturating_mul(16) {
            return None;
        }
        let heavy_enough = self.ask.sides.iter().zip(&self.sums).all(|(s, &w)| !s.hard || w >= s.band.lo);
        if load >= self.ask.lo && heavy_enough {
            self.columns.push(Column { set, load, perimeter_mm: 0, moved: 0 });
        }
        for v in bits(rim) {
            banned |= 1 << v;
            if self.take(v, load) {
                let banned = banned | self.small.foes[v];
                let rim = (rim | self.small.rows[v]) & !banned;
                self.grow(set | 1 << v, load + self.small.loads[v], rim, banned)?;
                self.give_back(v);
            }
        }
        Some(())
    }

    /// Adds a unit to a set of `load` when the set then is not too heavy in any criterion.
    fn take(&mut self, v: usize, load: i64) -> bool {
        let small = self.small;
        let fits = |(i, s): (usize, &super::Side)| !s.hard || self.sums[i] + small.sides[i][v] <= s.band.hi;
        let takes = load + small.loads[v] <= self.ask.hi && self.ask.sides.iter().enumerate().all(fits);
        if takes {
            for (sum, column) in self.sums.iter_mut().zip(&small.sides) {
                *sum += column[v];
            }
        }
        takes
    }

    fn give_back(&mut self, v: usize) {
        for (sum, column) in self.sums.iter_mut().zip(&self.small.sides) {
            *sum -= column[v];
        }
    }
}
