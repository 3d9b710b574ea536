//! Every connected set of units whose load lies within bounds, each once.

use super::{Column, Small, bits};

/// All connected cells with `lo <= load <= hi`; `None` when there are more than `limit`.
///
/// A set is grown from its lowest unit; a unit passed over is banned for the rest of the branch, so no set is met
/// twice (Wernicke's ESU, 2006).
pub(super) fn columns(small: &Small, lo: i64, hi: i64, limit: usize) -> Option<Vec<Column>> {
    let mut growth = Growth { small, lo, hi, limit, columns: Vec::new(), visited: 0 };
    for root in 0..small.rows.len() {
        let banned = (1_u64 << root) | ((1 << root) - 1);
        if small.loads[root] <= hi {
            growth.grow(1 << root, small.loads[root], small.rows[root] & !banned, banned)?;
        }
    }
    for column in &mut growth.columns {
        column.perimeter_mm = small.perimeter(column.set);
    }
    Some(growth.columns)
}

struct Growth<'a> {
    small: &'a Small,
    lo: i64,
    hi: i64,
    limit: usize,
    columns: Vec<Column>,
    visited: usize,
}

impl Growth<'_> {
    fn grow(&mut self, set: u64, load: i64, rim: u64, mut banned: u64) -> Option<()> {
        self.visited += 1;
        // Sets still too light cost time as well: they count, at a fraction of the price.
        if self.columns.len() >= self.limit || self.visited >= self.limit.saturating_mul(16) {
            return None;
        }
        if load >= self.lo {
            self.columns.push(Column { set, load, perimeter_mm: 0 });
        }
        for v in bits(rim) {
            banned |= 1 << v;
            let grown = load + self.small.loads[v];
            if grown <= self.hi {
                let rim = (rim | self.small.rows[v]) & !banned;
                self.grow(set | 1 << v, grown, rim, banned)?;
            }
        }
        Some(())
    }
}
