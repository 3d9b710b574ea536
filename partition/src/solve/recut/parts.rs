//! Whether a tree can be cut into parts that all weigh what a cell may, by dynamic programming from the leaves up.
//!
//! For each node and each number of parts already cut off below it, the loads that what still hangs on the node may
//! have are the bits of a row. A row also has to leave the rest of the tree enough for its parts, so few rows and few
//! bits arise. Where a cut edge by edge is greedy, this finds a way whenever the tree has one.

use super::tree::Tree;
use crate::solve::rng::Rng;

/// Bits of a row at most; heavier loads are scaled to it, and what is found then has to be looked at again.
const FINEST: i64 = 4_096;

/// Which loads are possible, for consecutive numbers of parts cut off.
#[derive(Clone, Copy, Debug, Default)]
struct Table {
    /// The least number of parts cut off, and how many rows there are.
    first: usize,
    rows: usize,
    /// Where its rows begin.
    at: usize,
}

/// All ways to cut a tree into a number of parts, each from `lo` to `hi`.
pub(super) struct Parts<'a> {
    tree: &'a Tree,
    count: usize,
    lo: usize,
    hi: usize,
    total: usize,
    words: usize,
    bits: Vec<u64>,
    /// For each node the table of it alone, then with one more child each.
    tables: Vec<Table>,
    /// Where the tables of each node begin.
    first: Vec<u32>,
}

impl<'a> Parts<'a> {
    /// `None` when the tree has no such cut.
    pub(super) fn of(tree: &'a Tree, loads: &[i64], [lo, hi]: [i64; 2], count: usize) -> Option<Self> {
        if hi < 1 || lo > hi {
            return None;
        }
        let scale = |load: i64, up: i64| {
            if hi <= FINEST {
                load
            } else {
                ((i128::from(load) * i128::from(FINEST) + i128::from(up)) / i128::from(hi)) as i64
            }
        };
        let n = loads.len();
        let top = scale(hi, 0) as usize;
        let loads: Vec<usize> = loads.iter().map(|&w| scale(w, hi / 2) as usize).collect();
        let mut parts = Self {
            tree,
            count,
            lo: scale(lo, hi - 1) as usize,
            hi: top,
            total: tree.order.iter().map(|&u| loads[u as usize]).sum(),
            words: top / 64 + 1,
            bits: Vec::new(),
            tables: Vec::with_capacity(2 * n),
            first: vec![0; n],
        };
        let mut below = vec![0; n];
        for &u in tree.order.iter().rev() {
            let load = loads[u as usize];
            parts.first[u as usize] = parts.tables.len() as u32;
            let mut sum = load;
            let mut table = parts.empty(0, 1);
            if load <= parts.hi {
                parts.bits[table.at + load / 64] |= 1 << (load % 64);
            }
            table = parts.kept(table, sum)?;
            parts.tables.push(table);
            for &v in tree.children(u) {
                sum += below[v as usize];
                let child = parts.whole(v);
                table = parts.joined(table, child);
                table = parts.kept(table, sum)?;
                parts.tables.push(table);
            }
            below[u as usize] = sum;
        }
        let whole = parts.whole(*tree.order.first()?);
        (whole.first + whole.rows == count).then_some(parts)
    }

    fn empty(&mut self, first: usize, rows: usize) -> Table {
        let at = self.bits.len();
        self.bits.resize(at + rows * self.words, 0);
        Table { first, rows, at }
    }

    /// The table of a node with all its children.
    fn whole(&self, u: u32) -> Table {
        self.tables[self.first[u as usize] as usize + self.tree.children(u).len()]
    }

    fn row(&self, table: Table, cut: usize) -> &[u64] {
        match cut.checked_sub(table.first).filter(|&i| i < table.rows) {
            Some(i) => &self.bits[table.at + i * self.words..table.at + (i + 1) * self.words],
            None => &[],
        }
    }

    /// A node's table with one more child: cut off, where it weighs enough, or kept.
    fn joined(&mut self, node: Table, child: Table) -> Table {
        let rows = (node.rows + child.rows).min(self.count.saturating_sub(node.first + child.first));
        let table = self.empty(node.first + child.first, rows);
        let words = self.words;
        let (old, new) = self.bits.split_at_mut(table.at);
        for a in 0..node.rows {
            let own = &old[node.at + a * words..node.at + (a + 1) * words];
            for b in 0..child.rows {
                let other = &old[child.at + b * words..child.at + (b + 1) * words];
                if a + b < rows {
                    let target = &mut new[(a + b) * words..(a + b + 1) * words];
                    let ones = |row: &[u64]| row.iter().map(|w| w.count_ones()).sum::<u32>();
                    let (few, many) = if ones(own) < ones(other) { (own, other) } else { (other, own) };
                    ones_of(few).for_each(|shift| add_shifted(target, many, shift));
                }
                if a + b + 1 < rows && (self.lo..=self.hi).any(|w| has(other, w)) {
                    let target = &mut new[(a + b + 1) * words..(a + b + 2) * words];
                    target.iter_mut().zip(own).for_each(|(t, o)| *t |= o);
                }
            }
        }
        table
    }

    /// Only what leaves the rest of the tree enough for its parts, and not too much; `sum` is what the node has below.
    fn kept(&mut self, mut table: Table, sum: usize) -> Option<Table> {
        let words = self.words;
        for i in 0..table.rows {
            let (cut, left) = (table.first + i, self.count - table.first - i);
            let most = (cut * self.hi).min(self.total.saturating_sub(left * self.lo)).min(sum);
            let least = (cut * self.lo).max(self.total.saturating_sub(left * self.hi));
            let row = &mut self.bits[table.at + i * words..table.at + (i + 1) * words];
            if least > most || left * self.lo > self.total {
                row.fill(0);
            } else {
                keep_between(row, sum - most, (sum - least).min(self.hi));
            }
        }
        let empty =
            |i: usize| self.bits[table.at + i * words..table.at + (i + 1) * words].iter().all(|&w| w == 0);
        let last = (0..table.rows).rev().find(|&i| !empty(i))?;
        let first = (0..table.rows).find(|&i| !empty(i))?;
        table.first += first;
        table.at += first * words;
        table.rows = last + 1 - first;
        self.bits.truncate(table.at + table.rows * words);
        Some(table)
    }

    /// One of the ways, by chance: the part of each node, from 0.
    pub(super) fn draw(&self, part: &mut [u32], rng: &mut Rng) {
        let root = self.tree.order[0];
        let all = self.row(self.whole(root), self.count - 1);
        let loads: Vec<usize> = ones_of(all).collect();
        let Some(&load) = loads.get(rng.below(loads.len())) else { return };
        let mut cut = vec![false; part.len()];
        let mut open = vec![(root, self.count - 1, load)];
        while let Some((u, mut closed, mut load)) = open.pop() {
            for (i, &v) in self.tree.children(u).iter().enumerate().rev() {
                let node = self.tables[self.first[u as usize] as usize + i];
                let child = self.whole(v);
                let mut ways = 0;
                let mut way = (false, 0, 0);
                let mut consider = |found: (bool, usize, usize), rng: &mut Rng| {
                    ways += 1;
                    if rng.below(ways) == 0 {
                        way = found;
                    }
                };
                for below in child.first..(child.first + child.rows).min(closed + 1) {
                    let loads = self.row(child, below);
                    let own = self.row(node, closed - below);
                    if !own.is_empty() {
                        for w in ones_of(loads).take_while(|&w| w <= load).filter(|&w| has(own, load - w)) {
                            consider((false, below, w), rng);
                        }
                    }
                    if closed > below && has(self.row(node, closed - below - 1), load) {
                        for w in (self.lo..=self.hi).filter(|&w| has(loads, w)) {
                            consider((true, below, w), rng);
                        }
                    }
                }
                let (off, below, w) = way;
                cut[v as usize] = off;
                open.push((v, below, w));
                closed -= below + usize::from(off);
                if !off {
                    load -= w;
                }
            }
        }
        let mut next = 0;
        for &u in &self.tree.order {
            part[u as usize] = match self.tree.parent_of(u).filter(|_| !cut[u as usize]) {
                Some(up) => part[up as usize],
                None => {
                    next += 1;
                    next - 1
                }
            };
        }
    }
}

fn has(row: &[u64], bit: usize) -> bool {
    row.get(bit / 64).is_some_and(|w| w >> (bit % 64) & 1 == 1)
}

fn ones_of(row: &[u64]) -> impl Iterator<Item = usize> + '_ {
    row.iter().enumerate().flat_map(|(i, &word)| {
        let mut word = word;
        std::iter::from_fn(move || {
            (word != 0).then(|| {
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                i * 64 + bit
            })
        })
    })
}

/// Adds the bits of `row`, each `shift` higher; what falls off the end is lost.
fn add_shifted(target: &mut [u64], row: &[u64], shift: usize) {
    let (jump, up) = (shift / 64, shift % 64);
    let Some(target) = target.get_mut(jump..) else { return };
    if up == 0 {
        target.iter_mut().zip(row).for_each(|(t, w)| *t |= w);
        return;
    }
    let mut carry = 0;
    for (t, &w) in target.iter_mut().zip(row) {
        *t |= w << up | carry;
        carry = w >> (64 - up);
    }
}

/// Clears all bits outside `lo..=hi`.
fn keep_between(row: &mut [u64], lo: usize, hi: usize) {
    for (i, word) in row.iter_mut().enumerate() {
        let from = lo.saturating_sub(i * 64);
        let to = (hi + 1).saturating_sub(i * 64);
        let below = |n: usize| if n >= 64 { u64::MAX } else { (1 << n) - 1 };
        *word &= below(to) & !below(from);
    }
}

#[cfg(test)]
mod tests {
    use super::{Parts, Tree};
    use crate::solve::{recut::Edge, rng::Rng};

    fn loads_of(part: &[u32], loads: &[i64], count: usize) -> Vec<i64> {
        let mut sums = vec![0; count];
        part.iter().zip(loads).for_each(|(&p, w)| sums[p as usize] += w);
        sums
    }

    /// All ways to cut `count - 1` edges, by trying them.
    fn can(tree: &Tree, loads: &[i64], [lo, hi]: [i64; 2], count: usize) -> bool {
        let n = loads.len();
        (0..1_u32 << (n - 1)).filter(|m| m.count_ones() as usize == count - 1).any(|mask| {
            let mut part = vec![0; n];
            let mut next = 0;
            for (i, &u) in tree.order.iter().enumerate() {
                part[u as usize] = match tree.parent_of(u).filter(|_| i == 0 || mask >> (i - 1) & 1 == 0) {
                    Some(up) => part[up as usize],
                    None => {
                        next += 1;
                        next - 1
                    }
                };
            }
            loads_of(&part, loads, count).iter().all(|w| (lo..=hi).contains(w))
        })
    }

    #[test]
    fn finds_a_cut_exactly_where_there_is_one() {
        let mut rng = Rng::new(5, 0);
        let mut seen = [0; 2];
        for case in 0..400 {
            let n = 2 + rng.below(9);
            let unit = if case % 4 == 3 { 9_000 } else { 1 };
            let loads: Vec<i64> = (0..n).map(|_| unit * rng.below(40) as i64).collect();
            let edges: Vec<Edge> =
                (1..n).map(|v| Edge { ends: [rng.below(v) as u32, v as u32], border: 1 }).collect();
            let nodes: Vec<u32> = (0..n as u32).collect();
            let tree = Tree::random(&nodes, n, &edges, &mut rng).unwrap();
            let count = 2 + rng.below(n - 1);
            let mean = loads.iter().sum::<i64>() / count as i64;
            let bounds = [mean - unit * rng.below(12) as i64, mean + unit * (1 + rng.below(12) as i64)];
            let bounds = [bounds[0].max(0), bounds[1]];
            let parts = Parts::of(&tree, &loads, bounds, count);
            if unit == 1 {
                assert_eq!(
                    parts.is_some(),
                    can(&tree, &loads, bounds, count),
                    "{loads:?} {bounds:?} {count}"
                );
            }
            seen[usize::from(parts.is_some())] += 1;
            let Some(parts) = parts else { continue };
            for _ in 0..5 {
                let mut part = vec![u32::MAX; n];
                parts.draw(&mut part, &mut rng);
                assert_eq!(part.iter().max(), Some(&(count as u32 - 1)));
                // Scaled loads are off by half a step for each unit.
                let slack = if unit == 1 { 0 } else { bounds[1] / 4_096 * (n as i64 + 2) };
                for w in loads_of(&part, &loads, count) {
                    assert!((bounds[0] - slack..=bounds[1] + slack).contains(&w), "{w} {bounds:?}");
                }
            }
        }
        assert!(seen.iter().all(|&s| s > 50), "{seen:?}");
    }
}
