//! The exact engine for small parts: all connected cells of the right load, then an exact cover by them.
//!
//! Enumerating cells and covering with them closes regions of 24–40 units in well under a second where
//! assignment models with flow contiguity do not (solver.md §2.5; the idea is the set-partitioning model of
//! Garfinkel and Nemhauser 1970). Sets are the bits of a `u64`, so a part has at most [`MAX_UNITS`] units.

mod cover;
mod enumerate;

use super::{
    band::{Band, Bounds, Side},
    part::{NOWHERE, Part},
};
use cover::Search;
use enumerate::columns;

/// Largest part the engine takes.
pub(crate) const MAX_UNITS: usize = 64;

/// Work the engine may do before it gives up undecided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Cells enumerated.
    pub(crate) columns: usize,
    /// Cells tried in the cover.
    pub(crate) steps: u64,
}

/// What the engine found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exact {
    /// The best labels.
    Cover(Vec<u32>),
    /// No such cover exists: a proof, not a failed search.
    None,
    /// The limits were reached first.
    Undecided,
}

impl Exact {
    /// The labels, if there are any.
    pub(crate) fn labels(self) -> Option<Vec<u32>> {
        match self {
            Self::Cover(labels) => Some(labels),
            Self::None | Self::Undecided => None,
        }
    }
}

/// Bounds of the cells sought and how they are priced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    /// Every cell weighs at least this.
    pub(crate) lo: i64,
    /// Every cell weighs at most this.
    pub(crate) hi: i64,
    /// Exactly so many cells; `None` leaves the number free.
    pub(crate) count: Option<u32>,
    /// Cells outside these bounds are avoided before anything else.
    pub(crate) prefer: Option<(i64, i64)>,
    /// Bounds in the further criteria; the soft ones are not asked for.
    pub(crate) sides: &'a [Side],
    /// What to look for.
    pub(crate) want: Want,
}

impl<'a> Ask<'a> {
    /// Cells within `bounds`, as many as it takes.
    pub(crate) fn within(bounds: &Bounds<'a>, want: Want) -> Self {
        let Band { lo, hi, .. } = bounds.band;
        Self { lo, hi, count: None, prefer: None, sides: bounds.sides, want }
    }
}

/// Whether any cover will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// The first cover found.
    Any,
    /// Fewest cells outside `prefer`, then the least moved load, then the shortest borders.
    Best,
}

/// A cell as a set of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    set: u64,
    load: i64,
    perimeter_mm: i64,
    /// Load that does not come from the cell most of it comes from.
    moved: i64,
}

/// A part as bit rows, renumbered along a breadth-first walk from its rim: covers then eat the part from one end,
/// and few different remainders arise.
struct Small {
    rows: Vec<u64>,
    loads: Vec<i64>,
    sides: Vec<Vec<i64>>,
    /// Units that none of these may be with.
    foes: Vec<u64>,
    home: Vec<u32>,
    perimeter_mm: Vec<i64>,
    borders: Vec<Vec<(u32, i64)>>,
    /// Number in the part of each bit.
    unit: Vec<u32>,
}

impl Small {
    fn new(part: &Part) -> Self {
        let unit = rim_order(part);
        let mut bit = vec![0_u32; part.len()];
        for (b, &u) in unit.iter().enumerate() {
            bit[u as usize] = b as u32;
        }
        let borders: Vec<Vec<(u32, i64)>> = unit
            .iter()
            .map(|&u| part.graph.neighbours(u).map(|(v, border)| (bit[v as usize], border)).collect())
            .collect();
        Self {
            rows: borders.iter().map(|row| row.iter().fold(0, |set, e| set | 1 << e.0)).collect(),
            loads: unit.iter().map(|&u| part.loads[u as usize]).collect(),
            sides: part.sides.iter().map(|c| unit.iter().map(|&u| c[u as usize]).collect()).collect(),
            foes: unit
                .iter()
                .map(|&u| part.apart.foes(u).fold(0, |set, v| set | 1 << bit[v as usize]))
                .collect(),
            home: unit.iter().filter_map(|&u| part.home.get(u as usize).copied()).collect(),
            perimeter_mm: unit.iter().map(|&u| part.graph.perimeter_mm[u as usize]).collect(),
            borders,
            unit,
        }
    }

    fn all(&self) -> u64 {
        if self.rows.len() == 64 { u64::MAX } else { (1 << self.rows.len()) - 1 }
    }

    fn moved(&self, set: u64) -> i64 {
        if self.home.is_empty() {
            return 0;
        }
        let mut from: Vec<(u32, i64)> = Vec::new();
        for u in bits(set).filter(|&u| self.home[u] != NOWHERE) {
            match from.iter_mut().find(|f| f.0 == self.home[u]) {
                Some(f) => f.1 += self.loads[u],
                None => from.push((self.home[u], self.loads[u])),
            }
        }
        from.iter().map(|f| f.1).sum::<i64>() - from.iter().map(|f| f.1).max().unwrap_or(0)
    }

    fn perimeter(&self, set: u64) -> i64 {
        bits(set)
            .map(|u| {
                let inner: i64 = self.borders[u].iter().filter(|e| set >> e.0 & 1 == 1).map(|e| e.1).sum();
                self.perimeter_mm[u] - inner
            })
            .sum()
    }
}

/// The bits of a set, ascending.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let bit = set.trailing_zeros() as usize;
            set &= set - 1;
            bit
        })
    })
}

fn rim_order(part: &Part) -> Vec<u32> {
    let walk = |start| part.graph.walk(start);
    let mut order = walk(walk(0).last().copied().unwrap_or(0));
    // Units a walk cannot reach (a part in pieces) come last.
    let mut seen = vec![false; part.len()];
    for &u in &order {
        seen[u as usize] = true;
    }
    order.extend((0..part.len() as u32).filter(|&u| !seen[u as usize]));
    order
}

/// Covers `part` by connected cells within the bounds asked for.
pub(crate) fn cover(part: &Part, ask: Ask<'_>, limits: Limits) -> Exact {
    if part.len() > MAX_UNITS {
        return Exact::Undecided;
    }
    if part.len() == 0 {
        return if ask.count.is_none_or(|c| c == 0) { Exact::Cover(Vec::new()) } else { Exact::None };
    }
    let small = Small::new(part);
    let Some(columns) = columns(&small, ask, limits.columns) else { return Exact::Undecided };
    Search::new(&small, columns, ask, limits.steps).run()
}

/// How equal cells can be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Equal {
    /// Labels with a worst deviation below the known one, if any were found.
    pub(crate) labels: Option<Vec<u32>>,
    /// No labels have a smaller worst deviation: a proof.
    pub(crate) at_least: f64,
    /// Whether `at_least` is the deviation of `labels`, or without them the known one.
    pub(crate) closed: bool,
}

/// Levels that may stay undecided before the search gives up.
const OPEN_LEVELS: usize = 3;
/// Shares of the known deviation within which cells are looked for where there are too many within all of it.
const NARROW: [f64; 3] = [1.0 / 64.0, 1.0 / 16.0, 1.0 / 4.0];

/// Covers `part` by exactly `count` cells whose worst deviation from their mean is the least possible, among those the
/// shortest borders; looks only below the deviation of `known` labels.
///
/// Narrow levels come first: few cells fit them, so that there is none is proved soon, and each such proof is a bound.
pub(crate) fn most_equal(part: &Part, count: u32, sides: &[Side], known_worst: f64, limits: Limits) -> Equal {
    let mut equal = Equal { labels: None, at_least: 0.0, closed: false };
    if part.len() > MAX_UNITS || count == 0 {
        return equal;
    }
    let small = Small::new(part);
    if let Some(found) = most_equal_below(&small, count, sides, known_worst, limits) {
        return found;
    }
    // Too many cells lie within reach of the known deviation: those that are nearer may have a cover, or the proof that
    // there is none is a bound.
    let total = (part.load() as f64).max(1.0);
    let limits = Limits { steps: limits.steps / 60, ..limits };
    for share in NARROW {
        // A deviation is a whole number over the total.
        let reach = (share * known_worst * total).floor() / total;
        let Some(found) = most_equal_below(&small, count, sides, reach, limits) else { break };
        equal.at_least = equal.at_least.max(found.at_least);
        if found.labels.is_some() {
            return found;
        }
        if !found.closed {
            break;
        }
    }
    equal
}

/// [`most_equal`] among the cells that deviate by less than `known_worst`; `None` when there are too many.
fn most_equal_below(
    small: &Small,
    count: u32,
    sides: &[Side],
    known_worst: f64,
    limits: Limits,
) -> Option<Equal> {
    let mut equal = Equal { labels: None, at_least: 0.0, closed: false };
    // Deviations scaled by `count` are integers: |count·load − total|.
    let total: i64 = small.loads.iter().sum();
    let off = |load: i64| (i128::from(load) * i128::from(count) - i128::from(total)).unsigned_abs();
    let reach = known_worst * total as f64 / f64::from(count);
    let mean = total as f64 / f64::from(count);
    let (lo, hi) = ((mean - reach).floor().max(0.0) as i64, (mean + reach).ceil() as i64);
    let ask = Ask { lo, hi, count: Some(count), prefer: None, sides, want: Want::Any };
    let all = columns(small, ask, limits.columns)?;
    let known = (known_worst * total as f64).round() as u128;
    let mut levels: Vec<u128> = all.iter().map(|c| off(c.load)).filter(|&d| d < known).collect();
    levels.sort_unstable();
    levels.dedup();
    let at = |level: u128, want: Want| {
        let columns = all.iter().copied().filter(|c| off(c.load) <= level).collect();
        Search::new(small, columns, Ask { want, ..ask }, limits.steps).run()
    };
    // Levels below `none` have no cover; of those below `low` none is known; `high` has one.
    let (mut none, mut low, mut high) = (0, 0, levels.len());
    let (mut step, mut open) = (1, 0);
    while low < high && open < OPEN_LEVELS {
        let narrow = equal.labels.is_none() && open == 0;
        let i = if narrow { (low + step - 1).min(high - 1) } else { usize::midpoint(low, high) };
        match at(levels[i], Want::Any) {
            Exact::Cover(labels) => (high, equal.labels) = (i, Some(labels)),
            Exact::None => {
                low = i + 1;
                none = low;
                step *= 2;
            }
            Exact::Undecided => {
                low = i + 1;
                open += 1;
            }
        }
    }
    // What a higher level lacks, all lower ones lack.
    equal.closed = none == high;
    equal.at_least = levels.get(none).map_or(known_worst, |&d| d as f64 / (total as f64).max(1.0));
    if equal.labels.is_some()
        && let Exact::Cover(best) = at(levels[high], Want::Best)
    {
        equal.labels = Some(best);
    }
    Some(equal)
}
