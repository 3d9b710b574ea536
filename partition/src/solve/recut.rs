//! Large-neighbourhood search: a cell outside its bounds and a few neighbours are put together and cut anew along
//! random spanning trees (the step of ReCom; DeFord, Duchin, Solomon 2021).

use super::{
    apart::Apart,
    band::Bounds,
    draft::{Draft, Totals},
    exact::{Ask, Exact, Limits, Want, cover},
    part::NOWHERE,
    refine::sweep,
    rng::Rng,
};

/// Attempts on one cell in one round.
const ATTEMPTS: usize = 30;
/// Trees tried for one cut.
const TREES: usize = 6;
/// What a unit too many on one side of a cut costs, of those that stay apart.
const CROWDED: f64 = 10.0;

/// Rounds of recuts on the cells outside `bounds`, each followed by a short polish, until none is outside, `rounds`
/// are over, the `purse` is empty or `stop` says so. The purse pays one for each unit put into a recut.
pub(crate) fn recut_outside(
    draft: &mut Draft<'_>,
    bounds: &Bounds<'_>,
    rounds: usize,
    purse: &mut u64,
    rng: &mut Rng,
    stop: &dyn Fn() -> bool,
) {
    let mut search = Search::new(draft);
    for round in 0..rounds {
        let bad = draft.outside(bounds);
        if bad.is_empty() || *purse == 0 || stop() {
            return;
        }
        search.refill(draft);
        for cell in bad {
            for _ in 0..ATTEMPTS {
                if draft.fits(cell, bounds) || *purse == 0 || stop() {
                    break;
                }
                let cells = 2 + rng.below(if round < 4 { 3 } else { 6 });
                *purse = purse.saturating_sub(search.recut(draft, cell, cells, rng));
            }
        }
        for i in 0..3 {
            let heat = if i == 0 && round + 2 < rounds { 0.02 } else { 0.0 };
            sweep(draft, heat, i % 2 == 1, rng);
        }
    }
}

/// Tries the cells that random trees could not mend with the exact engine, on regions of at most [`EXACT_UNITS`]
/// units: there it finds a cut inside `bounds` whenever there is one.
pub(crate) fn recut_exactly(
    draft: &mut Draft<'_>,
    bounds: &Bounds<'_>,
    limits: Limits,
    rng: &mut Rng,
    stop: &dyn Fn() -> bool,
) {
    let mut search = Search::new(draft);
    for cell in draft.outside(bounds).into_iter().take(EXACT_CELLS) {
        for attempt in 0..EXACT_ATTEMPTS {
            if draft.fits(cell, bounds) || stop() {
                break;
            }
            search.refill(draft);
            let region = search.region(draft, cell, 2 + attempt % 4, rng);
            let units: Vec<u32> =
                region.iter().flat_map(|&c| search.members[c as usize].iter().copied()).collect();
            if region.len() < 2 || units.len() > EXACT_UNITS {
                continue;
            }
            let count = Some(region.len() as u32);
            let ask = Ask { count, ..Ask::within(bounds, Want::Best) };
            if let Exact::Cover(cells) = cover(&draft.part.sub(&units), ask, limits) {
                let names = matched_names(&region, &units, &cells, draft);
                let before = draft.moved;
                let old: Vec<u32> = units.iter().map(|&u| draft.labels[u as usize]).collect();
                relabel(draft, &units, cells.iter().map(|&c| names[c as usize]));
                draft.recount();
                if draft.moved > before.max(draft.judge.change.cap) {
                    relabel(draft, &units, old.into_iter());
                    draft.recount();
                }
            }
        }
    }
}

/// Largest region, most cells and attempts on each cell that the exact engine gets within a large part.
const EXACT_UNITS: usize = 40;
const EXACT_CELLS: usize = 64;
const EXACT_ATTEMPTS: usize = 12;

fn relabel(draft: &mut Draft<'_>, units: &[u32], labels: impl Iterator<Item = u32>) {
    for (&u, c) in units.iter().zip(labels) {
        draft.labels[u as usize] = c;
    }
}

struct Search {
    /// Units of each cell.
    members: Vec<Vec<u32>>,
    /// Number of a unit within the region being cut, `NOWHERE` outside.
    local: Vec<u32>,
}

/// A border inside the region, ends in local numbers.
#[derive(Clone, Copy)]
struct Edge {
    ends: [u32; 2],
    border: i64,
}

impl Search {
    fn new(draft: &Draft<'_>) -> Self {
        Self { members: vec![Vec::new(); draft.cells.len()], local: vec![NOWHERE; draft.part.len()] }
    }

    fn refill(&mut self, draft: &Draft<'_>) {
        for m in &mut self.members {
            m.clear();
        }
        for (u, &c) in draft.labels.iter().enumerate() {
            self.members[c as usize].push(u as u32);
        }
    }

    /// Puts `cell` and up to `cells − 1` others together, cuts them anew, keeps the result if the energy falls.
    /// Returns the number of units put together.
    fn recut(&mut self, draft: &mut Draft<'_>, cell: u32, cells: usize, rng: &mut Rng) -> u64 {
        let region = self.region(draft, cell, cells, rng);
        let cost = region.iter().map(|&c| self.members[c as usize].len() as u64).sum();
        if region.len() > 1 {
            self.cut_anew(draft, &region, rng);
        }
        cost
    }

    fn cut_anew(&mut self, draft: &mut Draft<'_>, region: &[u32], rng: &mut Rng) {
        let units: Vec<u32> = region.iter().flat_map(|&c| self.members[c as usize].iter().copied()).collect();
        for (i, &u) in units.iter().enumerate() {
            self.local[u as usize] = i as u32;
        }
        let edges: Vec<Edge> = units
            .iter()
            .enumerate()
            .flat_map(|(i, &u)| {
                let local = &self.local;
                draft
                    .part
                    .graph
                    .neighbours(u)
                    .map(move |(v, border)| Edge { ends: [i as u32, local[v as usize]], border })
                    .filter(|e| e.ends[1] != NOWHERE && e.ends[1] > e.ends[0])
            })
            .collect();
        for &u in &units {
            self.local[u as usize] = NOWHERE;
        }
        let loads: Vec<i64> = units.iter().map(|&u| draft.part.loads[u as usize]).collect();
        let mut part = vec![0; units.len()];
        let all: Vec<u32> = (0..units.len() as u32).collect();
        let ground = Ground {
            loads: &loads,
            target: draft.judge.bounds.band.target,
            sides: draft
                .part
                .sides
                .iter()
                .zip(draft.judge.bounds.sides)
                .map(|(c, s)| (units.iter().map(|&u| c[u as usize]).collect(), s.band.target.max(1.0)))
                .collect(),
            apart: draft.part.apart.among(&units),
        };
        if !cut_by_trees(&ground, &all, &edges, region.len(), 0, &mut part, rng) {
            return;
        }
        let mut totals = vec![Totals::default(); region.len()];
        for (&u, &p) in units.iter().zip(&part) {
            let t = &mut totals[p as usize];
            t.load += draft.part.loads[u as usize];
            t.area_mm2 += draft.part.graph.area_mm2[u as usize];
            t.perimeter_mm += draft.part.graph.perimeter_mm[u as usize];
            t.units += 1;
        }
        for e in &edges {
            let [a, b] = e.ends.map(|i| part[i as usize]);
            if a == b {
                totals[a as usize].perimeter_mm -= 2 * e.border;
            }
        }
        let m = draft.part.sides.len();
        let mut sides = vec![0; region.len() * m];
        for (i, column) in draft.part.sides.iter().enumerate() {
            for (&u, &p) in units.iter().zip(&part) {
                sides[p as usize * m + i] += column[u as usize];
            }
        }
        let sides_of = |p: usize| &sides[p * m..(p + 1) * m];
        let mut before: f64 = region.iter().map(|&c| draft.energy(c)).sum();
        let energy = |(p, t): (usize, &Totals)| draft.judge.energy(t, sides_of(p).iter().copied());
        let mut after: f64 = totals.iter().enumerate().map(energy).sum();
        let strained = !draft.part.apart.is_empty() || !draft.part.home.is_empty();
        if !strained && after >= before - 1e-9 {
            return;
        }
        let names = matched_names(region, &units, &part, draft);
        let new = || part.iter().map(|&p| names[p as usize]);
        if strained {
            let old: Vec<u32> = units.iter().map(|&u| draft.labels[u as usize]).collect();
            let (strain_before, moved_before) = draft.strain(&units);
            relabel(draft, &units, new());
            let (strain_after, moved_after) = draft.strain(&units);
            (before, after) = (before + strain_before, after + strain_after);
            let moved = draft.moved - moved_before + moved_after;
            if after >= before - 1e-9 || moved > draft.moved.max(draft.judge.change.cap) {
                relabel(draft, &units, old.into_iter());
                return;
            }
            draft.moved = moved;
        }
        for &c in region {
            self.members[c as usize].clear();
        }
        for (&u, &p) in units.iter().zip(&part) {
            let c = names[p as usize];
            draft.labels[u as usize] = c;
            self.members[c as usize].push(u);
        }
        for (p, t) in totals.into_iter().enumerate() {
            draft.set(names[p], t, sides_of(p));
        }
    }

    /// `cell` and neighbours whose surpluses cancel, with some chance in it.
    fn region(&self, draft: &Draft<'_>, cell: u32, cells: usize, rng: &mut Rng) -> Vec<u32> {
        let surplus =
            |c: u32| draft.cells[c as usize].load as f64 / draft.judge.bounds.band.target.max(1.0) - 1.0;
        let mut region = vec![cell];
        let mut sum = surplus(cell);
        while region.len() < cells {
            let mut around: Vec<u32> = region
                .iter()
                .flat_map(|&c| &self.members[c as usize])
                .flat_map(|&u| draft.part.graph.row(u))
                .map(|&v| draft.labels[v as usize])
                .filter(|c| !region.contains(c))
                .collect();
            around.sort_unstable();
            around.dedup();
            let next = around
                .into_iter()
                .map(|c| ((sum + surplus(c)).abs() + 0.3 * rng.unit(), c))
                .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let Some((_, next)) = next else { break };
            sum += surplus(next);
            region.push(next);
        }
        region
    }
}

/// New parts take the name of the old cell they share most units with, so that little changes its name.
fn matched_names(region: &[u32], units: &[u32], part: &[u32], draft: &Draft<'_>) -> Vec<u32> {
    let m = region.len();
    let mut shared = vec![0_usize; m * m];
    for (&u, &p) in units.iter().zip(part) {
        if let Some(old) = region.iter().position(|&c| c == draft.labels[u as usize]) {
            shared[p as usize * m + old] += 1;
        }
    }
    let mut pairs: Vec<usize> = (0..m * m).collect();
    pairs.sort_by_key(|&i| (std::cmp::Reverse(shared[i]), i));
    let mut names = vec![NOWHERE; m];
    let mut used = vec![false; m];
    for i in pairs {
        let (p, old) = (i / m, i % m);
        if names[p] == NOWHERE && !used[old] {
            names[p] = region[old];
            used[old] = true;
        }
    }
    names
}

/// What a region is, while it is cut.
struct Ground<'a> {
    loads: &'a [i64],
    target: f64,
    /// The further criteria with what a cell would best have of each.
    sides: Vec<(Vec<i64>, f64)>,
    apart: Apart,
}

/// How much an uneven cut in a further criterion counts against one in the first.
const SIDE: f64 = 0.5;

/// Cuts `nodes` into `cells` connected parts named from `first`, each near a multiple of the target.
/// `false` when no tree could be cut.
fn cut_by_trees(
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

/// A rooted spanning tree.
struct Tree {
    /// Parents before children.
    order: Vec<u32>,
    parent: Vec<u32>,
}

impl Tree {
    /// Kruskal's tree over random keys that favour long borders, so that cuts run along short ones.
    fn random(nodes: &[u32], size: usize, edges: &[Edge], rng: &mut Rng) -> Option<Self> {
        let longest = edges.iter().map(|e| e.border).max().unwrap_or(0).max(1) as f64;
        let mut keyed: Vec<(f64, usize)> = edges
            .iter()
            .enumerate()
            .map(|(i, e)| (rng.unit() - 0.6 * (e.border.max(0) as f64 / longest).sqrt(), i))
            .collect();
        keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut leader: Vec<u32> = (0..size as u32).collect();
        let mut adjacent: Vec<Vec<u32>> = vec![Vec::new(); size];
        let mut links = 1;
        for (_, i) in keyed {
            let [a, b] = edges[i].ends;
            let (ra, rb) = (find(&mut leader, a), find(&mut leader, b));
            if ra != rb {
                leader[ra as usize] = rb;
                adjacent[a as usize].push(b);
                adjacent[b as usize].push(a);
                links += 1;
                if links == nodes.len() {
                    break;
                }
            }
        }
        if links < nodes.len() {
            return None;
        }
        let root = *nodes.get(rng.below(nodes.len()))?;
        let mut parent = vec![NOWHERE; size];
        let mut order = vec![root];
        let mut head = 0;
        while head < order.len() {
            let u = order[head];
            head += 1;
            for &v in &adjacent[u as usize] {
                if v != parent[u as usize] {
                    parent[v as usize] = u;
                    order.push(v);
                }
            }
        }
        Some(Self { order, parent })
    }

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

fn find(leader: &mut [u32], mut u: u32) -> u32 {
    while leader[u as usize] != u {
        leader[u as usize] = leader[leader[u as usize] as usize];
        u = leader[u as usize];
    }
    u
}
