//! Cutting a region edge by edge, each time the best of a few trees: leaves every part near the target.

use super::{Edge, tree::Tree};
use crate::solve::{apart::Apart, rng::Rng};

/// Trees tried for one cut.
const TREES: usize = 6;
/// What a unit too many on one side of a cut costs, of those that stay apart.
const CROWDED: f64 = 10.0;

/// What a region is, while it is cut.
pub(super) struct Ground<'a> {
    pub(super) loads: &'a [i64],
    pub(super) target: f64,
    /// The further criteria with what a cell would best have of each.
    pub(super) sides: Vec<(Vec<i64>, f64)>,
    pub(super) apart: Apart,
}

/// How much an uneven cut in a further criterion counts against one in the first.
const SIDE: f64 = 0.5;

/// Cuts `nodes` into `cells` connected parts named from `first`, each near a multiple of the target.
/// `false` when no tree could be cut.
pub(super) fn cut_by_trees(
    ground: &Ground<'_>,
    nodes: &[u32],
    edges: &[Edge],
    cells: usize,
    first: u32,
    part: &mut [u32],
    rng: &mut Rng,
) -> bool {
    if cells == 1 {
        for &u in nodes {
            part[u as usize] = first;
        }
        return true;
    }
    let mut best: Option<(f64, usize, Vec<bool>)> = None;
    for _ in 0..TREES {
        let Some(tree) = Tree::random(nodes, part.len(), edges, rng) else { return false };
        let Some((score, left, root)) = tree.best_edge(ground, cells, rng) else { continue };
        if best.as_ref().is_none_or(|b| score < b.0) {
            best = Some((score, left, tree.below(root, part.len())));
        }
        if score < 0.02 {
            break;
        }
    }
    let Some((_, left, inside)) = best else { return false };
    let (a, b): (Vec<u32>, Vec<u32>) = nodes.iter().partition(|&&u| inside[u as usize]);
    let within = |side: bool| -> Vec<Edge> {
        edges.iter().copied().filter(|e| e.ends.iter().all(|&u| inside[u as usize] == side)).collect()
    };
    cut_by_trees(ground, &a, &within(true), left, first, part, rng)
        && cut_by_trees(ground, &b, &within(false), cells - left, first + left as u32, part, rng)
}

impl Tree {
    /// The edge whose cut leaves both sides nearest to whole numbers of cells, with room for all that stay apart:
    /// `(imbalance, cells below, child)`.
    fn best_edge(&self, ground: &Ground<'_>, cells: usize, rng: &mut Rng) -> Option<(f64, usize, u32)> {
        let loads = ground.loads;
        let members = self.members_below(&ground.apart);
        let sides: Vec<(Vec<i64>, f64)> =
            ground.sides.iter().map(|(column, target)| (self.sums_below(column), *target)).collect();
        let n = self.order.len();
        let mut below = vec![(0_i64, 0_usize); self.parent.len()];
        for &u in self.order.iter().rev() {
            let sum = &mut below[u as usize];
            *sum = (sum.0 + loads[u as usize], sum.1 + 1);
            let sum = *sum;
            if let Some(up) = below.get_mut(self.parent[u as usize] as usize) {
                *up = (up.0 + sum.0, up.1 + sum.1);
            }
        }
        let total = below[self.order[0] as usize].0 as f64;
        let target = ground.target.max(1.0);
        let mut best: Option<(f64, usize, u32)> = None;
        for &u in &self.order[1..] {
            let (load, units) = below[u as usize];
            let load = load as f64;
            let left = ((load / target).round() as usize).clamp(1, cells - 1);
            if units < left || n - units < cells - left {
                continue;
            }
            let right = (cells - left) as f64;
            let off = (load / target - left as f64).abs() / left as f64;
            let rest = ((total - load) / target - right).abs() / right;
            let crowded: usize = members
                .iter()
                .map(|m| {
                    let (here, all) = (m[u as usize] as usize, m[self.order[0] as usize] as usize);
                    here.saturating_sub(left) + (all - here).saturating_sub(cells - left)
                })
                .sum();
            let uneven: f64 = sides
                .iter()
                .map(|(sums, target)| {
                    let (here, all) = (sums[u as usize] as f64, sums[self.order[0] as usize] as f64);
                    let off = (here / target - left as f64).abs() / left as f64;
                    off.max(((all - here) / target - right).abs() / right)
                })
                .sum();
            let score = off.max(rest) + 0.02 * rng.unit() + CROWDED * crowded as f64 + SIDE * uneven;
            if best.is_none_or(|b| score < b.0) {
                best = Some((score, left, u));
            }
        }
        best
    }

    /// What each node and all below it have of a column.
    fn sums_below(&self, column: &[i64]) -> Vec<i64> {
        let mut sums = vec![0; self.parent.len()];
        for &u in self.order.iter().rev() {
            sums[u as usize] += column[u as usize];
            let own = sums[u as usize];
            if let Some(up) = sums.get_mut(self.parent[u as usize] as usize) {
                *up += own;
            }
        }
        sums
    }

    /// For each group of which the tree holds several, how many hang below each node, itself included.
    fn members_below(&self, apart: &Apart) -> Vec<Vec<u32>> {
        let mut inside = vec![false; if apart.is_empty() { 0 } else { self.parent.len() }];
        if !apart.is_empty() {
            self.order.iter().for_each(|&u| inside[u as usize] = true);
        }
        let several = |g: &&Vec<u32>| g.iter().filter(|&&u| inside[u as usize]).count() > 1;
        let below = |group: &Vec<u32>| {
            let mut count = vec![0; self.parent.len()];
            group.iter().filter(|&&u| inside[u as usize]).for_each(|&u| count[u as usize] = 1);
            for &u in self.order.iter().rev() {
                let own = count[u as usize];
                if let Some(up) = count.get_mut(self.parent[u as usize] as usize) {
                    *up += own;
                }
            }
            count
        };
        apart.groups().iter().filter(several).map(below).collect()
    }

    /// Whether each node hangs below `root`.
    fn below(&self, root: u32, size: usize) -> Vec<bool> {
        let mut inside = vec![false; size];
        for &u in &self.order {
            let up = self.parent[u as usize] as usize;
            inside[u as usize] = u == root || inside.get(up).copied().unwrap_or(false);
        }
        inside
    }
}
