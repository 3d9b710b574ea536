//! Feasibility of one parent for a range: yes with a plan in hand, no with a proof, or undecided.

use super::{
    Rules,
    band::Side,
    certificate::{Bound, Certificate, Exhaustive, Pocket, Scope, WeightGap},
    exact::{Ask, Exact, Limits, Want, cover},
    part::Part,
};

/// The answer about one parent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Decision {
    Feasible,
    Infeasible(Box<Certificate>),
    Undecided,
}

/// A range of loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) lo: i64,
    pub(crate) hi: i64,
}

impl Range {
    /// Numbers of cells that `load` can be split into by weight alone: fewest, most. Empty when fewest > most.
    pub(crate) fn counts(self, load: i64, units: usize) -> (u32, u32) {
        let fewest = if self.hi > 0 { (load + self.hi - 1) / self.hi } else { i64::from(load > 0) }.max(1);
        let most = load.checked_div(self.lo).unwrap_or(units as i64).min(units as i64);
        (fewest.min(i64::from(u32::MAX)) as u32, most.max(0) as u32)
    }

    /// The counts of [`Range::counts`], those with a mean nearest the middle of the range first.
    pub(crate) fn counts_by_liking(self, load: i64, units: usize) -> Vec<u32> {
        let (fewest, most) = self.counts(load, units);
        let ideal = load as f64 / (self.lo as f64 / 2.0 + self.hi as f64 / 2.0).max(0.5);
        let mut counts: Vec<u32> = (fewest..=most.min(fewest.saturating_add(4096))).collect();
        counts.sort_by(|&a, &b| {
            (f64::from(a) - ideal).abs().total_cmp(&(f64::from(b) - ideal).abs()).then(a.cmp(&b))
        });
        counts
    }
}

/// What a parent is asked for: a range in the first criterion, and bounds in the further ones, in whole numbers.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) range: Range,
    pub(crate) sides: &'a [Side],
    /// The names of the further criteria.
    pub(crate) names: &'a [&'a str],
}

impl Asked<'_> {
    /// The bounds insisted on, by name.
    pub(crate) fn bounds(&self) -> Vec<Bound> {
        let hard = self.sides.iter().zip(self.names).filter(|(s, _)| s.hard);
        hard.map(|(s, n)| Bound { criterion: (*n).to_owned(), lo: s.band.lo, hi: s.band.hi }).collect()
    }
}

/// Decides a whole parent, given as its connected components. Proofs come without the rules they rest on.
pub(crate) fn decide(parent: Option<u32>, components: &[Part], asked: Asked<'_>, limits: Limits) -> Decision {
    let range = asked.range;
    let pieces = between_giants(components, range);
    if let Some(certificate) = cheap_proof(parent, &pieces, asked) {
        return Decision::Infeasible(Box::new(certificate));
    }
    let mut undecided = false;
    for piece in &pieces {
        let ask = Ask {
            lo: range.lo,
            hi: range.hi,
            count: None,
            prefer: None,
            sides: asked.sides,
            want: Want::Any,
        };
        match cover(piece, ask, limits) {
            Exact::Cover(_) => {}
            Exact::Undecided => undecided = true,
            Exact::None => {
                return Decision::Infeasible(Box::new(Certificate::Exhaustive(Exhaustive {
                    scope: Scope::ComponentWide,
                    parent,
                    units: sorted(&piece.units),
                    lo: range.lo,
                    hi: range.hi,
                    further: asked.bounds(),
                    rules: Rules::default(),
                })));
            }
        }
    }
    if undecided { Decision::Undecided } else { Decision::Feasible }
}

/// What is left of the components without units that are a cell of their own.
fn between_giants(components: &[Part], range: Range) -> Vec<Part> {
    let pieces = |c: &Part| c.pieces_without(|u| c.loads[u as usize] > range.hi);
    components.iter().flat_map(|c| pieces(c).into_iter().map(|p| c.sub(&p))).collect()
}

/// A proof that no search is needed for, over connected pieces without units above the range.
pub(crate) fn cheap_proof(parent: Option<u32>, pieces: &[Part], asked: Asked<'_>) -> Option<Certificate> {
    [weight_gap, pocket].iter().find_map(|proof| pieces.iter().find_map(|p| proof(parent, p, asked)))
}

fn sorted(units: &[u32]) -> Vec<u32> {
    let mut units = units.to_vec();
    units.sort_unstable();
    units
}

fn weight_gap(parent: Option<u32>, part: &Part, asked: Asked<'_>) -> Option<Certificate> {
    let Range { lo, hi } = asked.range;
    let (fewest, most) = asked.range.counts(part.load(), part.len());
    let gap = |further: Vec<Bound>| {
        let (units, load) = (sorted(&part.units), part.load());
        Some(Certificate::WeightGap(WeightGap {
            parent,
            units,
            load,
            lo,
            hi,
            further,
            rules: Rules::default(),
        }))
    };
    if fewest > most {
        return gap(Vec::new());
    }
    // The numbers of cells that a further criterion allows may miss those of the first.
    for ((side, column), name) in asked.sides.iter().zip(&part.sides).zip(asked.names).filter(|e| e.0.0.hard)
    {
        let own = Range { lo: side.band.lo, hi: side.band.hi };
        let (few, many) = own.counts(column.iter().sum(), part.len());
        if few.max(fewest) > many.min(most) {
            let criterion = (*name).to_owned();
            return gap(vec![Bound { criterion, lo: own.lo, hi: own.hi }]);
        }
    }
    None
}

/// Looks at every articulation unit: the pieces behind it that are lighter than `lo` must all join its cell.
fn pocket(parent: Option<u32>, part: &Part, asked: Asked<'_>) -> Option<Certificate> {
    let range = asked.range;
    let tree = Dfs::new(part);
    let total = part.load();
    for gate in 0..part.len() as u32 {
        // Children whose subtree cannot climb above the gate are cut off by it, and so is what lies above, if any.
        let behind: Vec<u32> =
            tree.children(gate).filter(|&c| tree.low[c as usize] >= tree.entry[gate as usize]).collect();
        let mut light: i64 = behind.iter().map(|&c| tree.below[c as usize]).filter(|&w| w < range.lo).sum();
        let own = part.loads[gate as usize];
        let above = total - own - behind.iter().map(|&c| tree.below[c as usize]).sum::<i64>();
        if above < range.lo {
            light += above;
        }
        if own + light <= range.hi {
            continue;
        }
        let mut units: Vec<u32> = part
            .pieces_without(|u| u == gate)
            .into_iter()
            .filter(|p| p.iter().map(|&u| part.loads[u as usize]).sum::<i64>() < range.lo)
            .flatten()
            .map(|u| part.units[u as usize])
            .collect();
        units.sort_unstable();
        if units.is_empty() {
            continue;
        }
        return Some(Certificate::Pocket(Pocket {
            parent,
            units,
            gate: part.units[gate as usize],
            load: own + light,
            lo: range.lo,
            hi: range.hi,
            rules: Rules::default(),
        }));
    }
    None
}

/// A depth-first tree with low points (Hopcroft and Tarjan 1973), without recursion.
struct Dfs {
    entry: Vec<u32>,
    low: Vec<u32>,
    parent: Vec<u32>,
    /// Load of the subtree.
    below: Vec<i64>,
    children: Vec<Vec<u32>>,
}

impl Dfs {
    fn new(part: &Part) -> Self {
        const NONE: u32 = u32::MAX;
        let n = part.len();
        let mut tree = Self {
            entry: vec![NONE; n],
            low: vec![NONE; n],
            parent: vec![NONE; n],
            below: part.loads.clone(),
            children: vec![Vec::new(); n],
        };
        let mut clock = 0;
        let mut stack: Vec<(u32, usize)> = Vec::new();
        for root in 0..n as u32 {
            if tree.entry[root as usize] != NONE {
                continue;
            }
            stack.push((root, 0));
            while let Some((u, at)) = stack.pop() {
                let i = u as usize;
                if at == 0 {
                    tree.entry[i] = clock;
                    tree.low[i] = clock;
                    clock += 1;
                }
                let row = part.graph.row(u);
                if let Some(&v) = row.get(at) {
                    stack.push((u, at + 1));
                    let j = v as usize;
                    if tree.entry[j] == NONE {
                        tree.parent[j] = u;
                        tree.children[i].push(v);
                        stack.push((v, 0));
                    } else if tree.parent[i] != v {
                        tree.low[i] = tree.low[i].min(tree.entry[j]);
                    }
                } else if let Some(up) = tree.parent.get(i).map(|&p| p as usize).filter(|&p| p < n) {
                    tree.low[up] = tree.low[up].min(tree.low[i]);
                    tree.below[up] += tree.below[i];
                }
            }
        }
        tree
    }

    fn children(&self, unit: u32) -> impl Iterator<Item = u32> + '_ {
        self.children[unit as usize].iter().copied()
    }
}
