//! Large-neighbourhood search: a cell outside its bounds and a few neighbours are put together and cut anew along
//! random spanning trees (the step of ReCom; DeFord, Duchin, Solomon 2021).

mod greedy;
mod parts;
mod tree;

use super::{
    band::Bounds,
    draft::{CONFLICT, Draft, Totals},
    exact::{Ask, Exact, Limits, Want, cover},
    part::NOWHERE,
    refine::sweep,
    rng::Rng,
};
use greedy::{Ground, cut_by_trees};
use parts::Parts;
use tree::Tree;

/// Trees in which all cuts of one region are looked for, and cuts drawn from each.
const TREES: usize = 8;
const DRAWS: usize = 4;
/// Units of a region at most: a tree takes about a kilobyte for each, and cells with as many balance without.
const TREE_UNITS: usize = 20_000;
/// Attempts to find one for one cell in one round.
const LOOKS: usize = 4;
/// Chance in the choice of neighbours, as a share of the target: for cuts that need not be exact, and for those within
/// bounds as a multiple of their width.
const WHIM: f64 = 0.3;
const WHIM_WITHIN: f64 = 3.0;
/// How much more an excess counts when it is far, so that it is worth spreading.
const FAR: f64 = 1_000.0;
/// Attempts on one cell in one round.
const ATTEMPTS: usize = 30;

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

/// Rounds of cuts of cells outside `bounds` with their neighbours, each the best of those that some tree has within
/// the bounds: fewer than [`recut_outside`] finds to be better, and better where cells have many units.
pub(crate) fn recut_within(
    draft: &mut Draft<'_>,
    bounds: &Bounds<'_>,
    rounds: usize,
    purse: &mut u64,
    rng: &mut Rng,
    stop: &dyn Fn() -> bool,
) {
    let mut search = Search::new(draft);
    for _ in 0..rounds {
        let bad = draft.outside(bounds);
        if bad.is_empty() {
            return;
        }
        search.refill(draft);
        for cell in bad {
            for _ in 0..LOOKS {
                if *purse == 0 || stop() {
                    return;
                }
                if draft.fits(cell, bounds) {
                    break;
                }
                // A tree rarely has a cut into many.
                let cells = 2 + rng.below(3).min(rng.below(4));
                *purse = purse.saturating_sub(search.recut_within(draft, cell, cells, bounds, rng));
            }
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
            let mut region = search.region(draft, cell, 2 + attempt, WHIM, rng);
            while region.iter().map(|&c| search.members[c as usize].len()).sum::<usize>() > EXACT_UNITS {
                region.pop();
            }
            let units: Vec<u32> =
                region.iter().flat_map(|&c| search.members[c as usize].iter().copied()).collect();
            if region.len() < 2 {
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
const EXACT_UNITS: usize = 50;
const EXACT_CELLS: usize = 200;
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

/// Cells put together.
struct Region {
    cells: Vec<u32>,
    units: Vec<u32>,
    edges: Vec<Edge>,
}

/// What a region in certain parts comes to.
struct Weighed {
    totals: Vec<Totals>,
    /// Loads of the further criteria, part by part.
    sides: Vec<i64>,
    /// The cell that each part goes on as.
    names: Vec<u32>,
    /// Units of a part that should be apart, in pairs.
    foes: usize,
    moved: i64,
    energy: f64,
}

impl Weighed {
    /// How much is wrong: pairs that should be apart, cells outside `bounds` and how far.
    fn outside(&self, bounds: &Bounds<'_>) -> f64 {
        let m = self.sides.len() / self.totals.len().max(1);
        let excess = (0..self.totals.len())
            .map(|p| bounds.excess(self.totals[p].load, &self.sides[p * m..(p + 1) * m]));
        excess.map(|e| (e + FAR * e * e).min(1.0)).sum::<f64>() + self.foes as f64
    }

    fn is_allowed(&self, before: &Self, draft: &Draft<'_>) -> bool {
        draft.moved - before.moved + self.moved <= draft.moved.max(draft.judge.change.cap)
    }
}

impl Region {
    fn loads(&self, draft: &Draft<'_>) -> Vec<i64> {
        self.units.iter().map(|&u| draft.part.loads[u as usize]).collect()
    }

    fn now_moved(&self, draft: &Draft<'_>) -> i64 {
        self.units.iter().map(|&u| draft.part.moved(u, draft.labels[u as usize])).sum()
    }

    /// As it is.
    fn now(&self, draft: &Draft<'_>) -> Weighed {
        let place = |u: &u32| self.cells.iter().position(|&c| c == draft.labels[*u as usize]);
        let part: Vec<u32> = self.units.iter().map(|u| place(u).unwrap_or(0) as u32).collect();
        self.weigh(draft, &part)
    }

    /// In the given parts, one for each of its cells.
    fn weigh(&self, draft: &Draft<'_>, part: &[u32]) -> Weighed {
        let (ground, count) = (draft.part, self.cells.len());
        let mut totals = vec![Totals::default(); count];
        for (&u, &p) in self.units.iter().zip(part) {
            let t = &mut totals[p as usize];
            t.load += ground.loads[u as usize];
            t.area_mm2 += ground.graph.area_mm2[u as usize];
            t.perimeter_mm += ground.graph.perimeter_mm[u as usize];
            t.units += 1;
        }
        for e in &self.edges {
            let [a, b] = e.ends.map(|i| part[i as usize]);
            if a == b {
                totals[a as usize].perimeter_mm -= 2 * e.border;
            }
        }
        let m = ground.sides.len();
        let mut sides = vec![0; count * m];
        for (i, column) in ground.sides.iter().enumerate() {
            for (&u, &p) in self.units.iter().zip(part) {
                sides[p as usize * m + i] += column[u as usize];
            }
        }
        let names = matched_names(&self.cells, &self.units, part, draft);
        let at = |u: usize| names[part[u] as usize];
        let moved = (0..self.units.len()).map(|u| ground.moved(self.units[u], at(u))).sum();
        let foes = if ground.apart.is_empty() { 0 } else { self.foes(draft, part) };
        let energies = totals
            .iter()
            .enumerate()
            .map(|(p, t)| draft.judge.energy(t, sides[p * m..(p + 1) * m].iter().copied()));
        let energy = energies.sum::<f64>() + CONFLICT * foes as f64 + draft.judge.moving(moved);
        Weighed { totals, sides, names, foes, moved, energy }
    }

    /// Pairs of one part that should be apart.
    fn foes(&self, draft: &Draft<'_>, part: &[u32]) -> usize {
        let apart = draft.part.apart.among(&self.units);
        let of = |u: usize| apart.foes(u as u32).filter(|&v| part[v as usize] == part[u]).count();
        (0..part.len()).map(of).sum::<usize>() / 2
    }
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
        let region = self.region(draft, cell, cells, WHIM, rng);
        let cost = region.iter().map(|&c| self.members[c as usize].len() as u64).sum();
        if region.len() > 1 {
            self.cut_anew(draft, &region, rng);
        }
        cost
    }

    fn cut_anew(&mut self, draft: &mut Draft<'_>, cells: &[u32], rng: &mut Rng) {
        let region = self.gather(draft, cells);
        let mut part = vec![0; region.units.len()];
        let all: Vec<u32> = (0..region.units.len() as u32).collect();
        let loads = region.loads(draft);
        let ground = Ground {
            loads: &loads,
            target: draft.judge.bounds.band.target,
            sides: draft
                .part
                .sides
                .iter()
                .zip(draft.judge.bounds.sides)
                .map(|(c, s)| (region.units.iter().map(|&u| c[u as usize]).collect(), s.band.target.max(1.0)))
                .collect(),
            apart: draft.part.apart.among(&region.units),
        };
        if !cut_by_trees(&ground, &all, &region.edges, cells.len(), 0, &mut part, rng) {
            return;
        }
        let before = region.now(draft);
        let after = region.weigh(draft, &part);
        if after.energy < before.energy - 1e-9 && after.is_allowed(&before, draft) {
            self.keep(draft, &region, &part, after);
        }
    }

    /// Puts `cell` and others together until there are `cells`, looks in a few trees for all ways to cut them so that
    /// each part is within `bounds`, and keeps the best of those drawn. Returns the number of units looked at.
    fn recut_within(
        &mut self,
        draft: &mut Draft<'_>,
        cell: u32,
        cells: usize,
        bounds: &Bounds<'_>,
        rng: &mut Rng,
    ) -> u64 {
        let whim = WHIM_WITHIN * (bounds.band.hi - bounds.band.lo) as f64 / bounds.band.target.max(1.0);
        let cells = self.region(draft, cell, cells, whim, rng);
        let count = cells.len();
        let sum: i64 = cells.iter().map(|&c| draft.cells[c as usize].load).sum();
        let units = cells.iter().map(|&c| self.members[c as usize].len()).sum::<usize>();
        if count < 2 || units > TREE_UNITS {
            return 1;
        }
        // Where they have too much or too little together, it is spread over all of them, to be passed on.
        let (few, slack) = (count as i64, (bounds.band.hi - bounds.band.lo) / 8 + 1);
        let lo = bounds.band.lo.min(sum / few - slack);
        let hi = bounds.band.hi.max(sum / few + slack);
        let region = self.gather(draft, &cells);
        let all: Vec<u32> = (0..region.units.len() as u32).collect();
        let loads = region.loads(draft);
        let before = region.now(draft);
        let outside = before.outside(bounds);
        let mut best: Option<(f64, Vec<u32>, Weighed)> = None;
        let mut looked = 0;
        for _ in 0..TREES {
            looked += region.units.len() as u64;
            let Some(tree) = Tree::random(&all, all.len(), &region.edges, rng) else { break };
            let Some(parts) = Parts::of(&tree, &loads, [lo, hi], count) else { continue };
            for _ in 0..DRAWS {
                let mut part = vec![0; all.len()];
                parts.draw(&mut part, rng);
                let after = region.weigh(draft, &part);
                let score = CONFLICT * after.outside(bounds) + after.energy;
                if after.is_allowed(&before, draft) && best.as_ref().is_none_or(|b| score < b.0) {
                    best = Some((score, part, after));
                }
            }
        }
        if let Some((score, part, after)) = best
            && score < CONFLICT * outside + before.energy - 1e-9
        {
            self.keep(draft, &region, &part, after);
        }
        looked
    }

    /// The units of `cells` and their borders.
    fn gather(&mut self, draft: &Draft<'_>, cells: &[u32]) -> Region {
        let units: Vec<u32> = cells.iter().flat_map(|&c| self.members[c as usize].iter().copied()).collect();
        for (i, &u) in units.iter().enumerate() {
            self.local[u as usize] = i as u32;
        }
        let mut edges = Vec::new();
        for (i, &u) in (0..).zip(&units) {
            let borders = draft.part.graph.neighbours(u).map(|(v, border)| (self.local[v as usize], border));
            let inside = borders.filter(|e| e.0 != NOWHERE && e.0 > i);
            edges.extend(inside.map(|(v, border)| Edge { ends: [i, v], border }));
        }
        for &u in &units {
            self.local[u as usize] = NOWHERE;
        }
        Region { cells: cells.to_vec(), units, edges }
    }

    /// Makes the parts of `region` its cells.
    fn keep(&mut self, draft: &mut Draft<'_>, region: &Region, part: &[u32], after: Weighed) {
        draft.moved += after.moved - region.now_moved(draft);
        for &c in &region.cells {
            self.members[c as usize].clear();
        }
        for (&u, &p) in region.units.iter().zip(part) {
            let c = after.names[p as usize];
            draft.labels[u as usize] = c;
            self.members[c as usize].push(u);
        }
        let m = draft.part.sides.len();
        for (p, t) in after.totals.into_iter().enumerate() {
            draft.set(after.names[p], t, &after.sides[p * m..(p + 1) * m]);
        }
    }

    /// `cell` and neighbours whose surpluses cancel, with some chance in it.
    fn region(&self, draft: &Draft<'_>, cell: u32, cells: usize, whim: f64, rng: &mut Rng) -> Vec<u32> {
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
                .map(|c| ((sum + surplus(c)).abs() + whim * rng.unit(), c))
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
