//! One connected component of one parent: giants out first, then the pieces between them.

use super::{
    Further, Limit,
    apart::{fewest, merged_apart},
    band::{Band, Bounds, Side},
    cut::{Aim, Task, Work, cut, mend},
    decide::Range,
    draft::Change,
    exact::{Ask, Exact, Limits, Want, cover, most_equal},
    part::Part,
    rng::Rng,
    share::share,
    warm::start,
};
use crate::measure::fair_share;

/// A cell in the numbers of the whole problem.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) units: Vec<u32>,
    /// The giant it was made for, if any.
    pub(crate) giant: Option<u32>,
}

/// What a region needs beside its part.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) seed: u64,
    pub(crate) work: Work<'a>,
    /// What one verdict of the exact engine may cost.
    pub(crate) limits: Limits,
    pub(crate) further: &'a [Further],
    /// What a cell may weigh, where that does not depend on the piece.
    pub(crate) within: Option<[i64; 2]>,
    /// What change against the current plan costs, for each load that moves at most.
    pub(crate) change: Change,
}

/// What a cell may weigh in the further criteria when the part is cut into `k`.
pub(crate) fn sides(part: &Part, k: u32, further: &[Further]) -> Vec<Side> {
    let sides = part.sides.iter().zip(further).map(|(column, f)| {
        let mean = column.iter().sum::<i64>() as f64 / f64::from(k.max(1));
        let band = match f.limit {
            Limit::Share(tolerance) => Band::around(mean, tolerance),
            Limit::Range { lo, hi } => Band { target: mean.clamp(lo as f64, hi as f64), lo, hi },
        };
        Side { band, weight: f.weight, hard: f.hard }
    });
    sides.collect()
}

/// Largest piece whose most equal cut is searched for exactly.
pub(crate) const EQUAL_EXACT: usize = 40;

/// Cuts a component into exactly `k` cells.
pub(crate) fn into_cells(part: &Part, k: u32, tolerance: Option<f64>, context: Context<'_>) -> Vec<Cell> {
    if !part.home.is_empty() {
        let target = fair_share(&part.loads, k as usize).fair_share;
        let aim = tolerance.map_or(Aim::Equal, |t| Aim::Within(Band::around(target, t)));
        return mended(part, k, aim, context);
    }
    let fair = fair_share(&part.loads, k as usize);
    let mut giants = fair.giants;
    if !part.sides.is_empty() {
        // A unit that a cell may hold beside others is no giant: alone it would lack in the further criteria.
        let most = fair.fair_share * (1.0 + tolerance.unwrap_or(0.05));
        giants.retain(|&u| part.loads[u as usize] as f64 > most);
    }
    let least = |p: &Vec<u32>| fewest(&part.sub(p));
    let between = |u: u32| giants.binary_search(&u).is_ok();
    if !part.apart.is_empty()
        && giants.len() as u32 + part.pieces_without(between).iter().map(least).sum::<u32>() > k
    {
        // Set aside they would leave too few cells for those that stay apart.
        giants.clear();
    }
    if giants.is_empty() {
        return equal_cells(part, k, tolerance, context);
    }
    let is_giant = |u: u32| giants.binary_search(&u).is_ok();
    let wanted = k - giants.len() as u32;
    let mut pieces: Vec<Part> = part.pieces_without(is_giant).iter().map(|p| part.sub(p)).collect();
    pieces.sort_by_key(|p| (std::cmp::Reverse(p.load()), p.units[0]));
    // Pieces behind giants that are worth less than half a cell join them, as far as enough pieces stay.
    let rest: i64 = pieces.iter().map(Part::load).sum();
    let half = rest as f64 / f64::from(wanted.max(1)) / 2.0;
    let mut kept = 0;
    let mut units = 0;
    while kept < pieces.len().min(wanted as usize)
        && (units < wanted as usize
            || kept == 0
            || pieces[kept].load() as f64 >= half
            || !part.apart.is_empty())
    {
        units += pieces[kept].len();
        kept += 1;
    }
    let pockets = pieces.split_off(kept);
    let loads: Vec<i128> = pieces.iter().map(|p| i128::from(p.load())).collect();
    let least: Vec<u32> = pieces.iter().map(fewest).collect();
    let enough = least.iter().sum::<u32>() <= wanted;
    let bound = |(p, &few): (&Part, &u32)| (if enough { few } else { 1 }, p.len() as u32);
    let bounds: Vec<(u32, u32)> = pieces.iter().zip(&least).map(bound).collect();
    let counts = share(wanted, &loads, &bounds);
    let mut cells = beside_giants(part, &giants, &pockets);
    for (piece, &count) in pieces.iter().zip(&counts) {
        cells.extend(equal_cells(piece, count, tolerance, context));
    }
    cells
}

fn equal_cells(piece: &Part, k: u32, tolerance: Option<f64>, context: Context<'_>) -> Vec<Cell> {
    let mean = piece.load() as f64 / f64::from(k);
    let around = tolerance.map(|t| Band::around(mean, t));
    let band = context.within.map(|[lo, hi]| Band { target: mean, lo, hi }).or(around);
    let aim = band.map_or(Aim::Equal, Aim::Within);
    let mut rng = task_rng(piece, context);
    let sides = sides(piece, k, context.further);
    let task = Task { k: k as usize, aim, sides: &sides, change: Change::FREE };
    let labels = cut_apart(piece, task, context, &mut rng);
    if piece.len() > EQUAL_EXACT || k < 2 || (context.work.stop)() {
        return cells_of(piece, &labels);
    }
    let worst = worst_deviation(piece, &labels, k);
    let limits = context.work.limits;
    // A plan that is outside in another criterion, or has units together that should be apart, is worse than any.
    let reach = if keeps(piece, &labels, k, &sides) { worst } else { f64::from(k) };
    let exact = match band {
        None => most_equal(piece, k, &sides, reach, limits).labels,
        Some(band) => {
            let bounds = Bounds { band, sides: &sides };
            let found = |want| cover(piece, Ask { count: Some(k), ..Ask::within(&bounds, want) }, limits);
            match found(Want::Best) {
                // Not within the tolerance: as near as can be.
                Exact::None => most_equal(piece, k, &sides, reach, limits).labels,
                Exact::Undecided if !keeps_band(piece, &labels, k, band) || reach > worst => {
                    found(Want::Any).labels()
                }
                best => best.labels(),
            }
        }
    };
    cells_of(piece, &exact.unwrap_or(labels))
}

/// [`cut`]; where that leaves units together that stay apart, the improvement of a plan that begins with them apart.
fn cut_apart(piece: &Part, task: Task<'_>, context: Context<'_>, rng: &mut Rng) -> Vec<u32> {
    let labels = cut(piece, task, context.work, rng);
    if piece.apart.cells_in_conflict(&labels).is_empty() {
        return labels;
    }
    match merged_apart(piece, task.k) {
        (begun, cells) if cells == task.k => {
            let better = mend(piece, begun.clone(), task, context.work, rng);
            if piece.apart.cells_in_conflict(&better).is_empty() { better } else { begun }
        }
        _ => labels,
    }
}

fn keeps_band(piece: &Part, labels: &[u32], k: u32, band: Band) -> bool {
    let mut loads = vec![0_i64; k as usize];
    for (&c, &w) in labels.iter().zip(&piece.loads) {
        loads[c as usize] += w;
    }
    loads.iter().all(|&w| band.admits(w))
}

/// Whether the further criteria are met and nothing is together that should be apart.
fn keeps(piece: &Part, labels: &[u32], k: u32, sides: &[Side]) -> bool {
    let meets = |(column, side): (&Vec<i64>, &Side)| {
        let mut loads = vec![0_i64; k as usize];
        for (&c, &w) in labels.iter().zip(column) {
            loads[c as usize] += w;
        }
        !side.hard || loads.iter().all(|&w| side.band.admits(w))
    };
    piece.apart.cells_in_conflict(labels).is_empty() && piece.sides.iter().zip(sides).all(meets)
}

/// The current plan of a component with as little change as makes it `k` cells that meet `aim`.
fn mended(part: &Part, k: u32, aim: Aim, context: Context<'_>) -> Vec<Cell> {
    let mut part = part.clone();
    let mut rng = task_rng(&part, context);
    let labels = start(&mut part, k as usize, &mut rng);
    let sides = sides(&part, k, context.further);
    let task = Task { k: k as usize, aim, sides: &sides, change: context.change };
    let mut labels = mend(&part, labels, task, context.work, &mut rng);
    if !part.apart.cells_in_conflict(&labels).is_empty()
        && let (begun, cells) = merged_apart(&part, task.k)
        && cells == task.k
    {
        labels = mend(&part, begun, task, context.work, &mut rng);
    }
    cells_of(&part, &labels)
}

fn worst_deviation(piece: &Part, labels: &[u32], k: u32) -> f64 {
    let mut loads = vec![0_i64; k as usize];
    for (&c, &w) in labels.iter().zip(&piece.loads) {
        loads[c as usize] += w;
    }
    let mean = piece.load() as f64 / f64::from(k);
    if mean <= 0.0 {
        return 0.0;
    }
    loads.iter().map(|&w| (w as f64 - mean).abs() / mean).fold(0.0, f64::max)
}

/// Cuts a component into cells inside `range` where that can be, as near as possible where not.
///
/// With a current plan, into the number of cells nearest to the `present` one that the range allows.
pub(crate) fn into_range(part: &Part, range: Range, present: u32, context: Context<'_>) -> Vec<Cell> {
    if !part.home.is_empty() {
        let (fewest, most) = range.counts(part.load(), part.len());
        let k = present.clamp(fewest.min(most), most.max(fewest)).clamp(1, part.len() as u32);
        let target = part.load() as f64 / f64::from(k);
        return mended(part, k, Aim::Within(Band { target, lo: range.lo, hi: range.hi }), context);
    }
    let giants: Vec<u32> = (0..part.len() as u32).filter(|&u| part.loads[u as usize] > range.hi).collect();
    let is_giant = |u: u32| giants.binary_search(&u).is_ok();
    let pieces: Vec<Part> = part.pieces_without(is_giant).iter().map(|p| part.sub(p)).collect();
    // A piece too light for a cell of its own joins the giant it lies behind.
    let (pockets, pieces): (Vec<Part>, Vec<Part>) =
        pieces.into_iter().partition(|p| !giants.is_empty() && p.load() < range.lo.max(1));
    let mut cells = beside_giants(part, &giants, &pockets);
    for piece in &pieces {
        cells.extend(range_cells(piece, range, context));
    }
    cells
}

fn range_cells(piece: &Part, range: Range, context: Context<'_>) -> Vec<Cell> {
    let mut counts = range.counts_by_liking(piece.load(), piece.len());
    let least = fewest(piece);
    counts.retain(|&c| c >= least);
    if !(context.work.stop)() {
        let labels = exact_in_range(piece, range, &counts, context)
            .or_else(|| exact_near_range(piece, range, &counts, context));
        if let Some(labels) = labels {
            return cells_of(piece, &labels);
        }
    }
    if counts.is_empty() {
        let (fewest, most) = range.counts(piece.load(), piece.len());
        counts = vec![most.max(1), fewest.min(piece.len() as u32)];
        counts.iter_mut().for_each(|c| *c = (*c).max(least));
        counts.dedup();
    }
    // Too large or too hard for a proof: the heuristics, over a few numbers of cells.
    let mut rng = task_rng(piece, context);
    let mut best: Option<((usize, i64), Vec<u32>)> = None;
    for &count in counts.iter().take(3) {
        let target = piece.load() as f64 / f64::from(count);
        let band = Band { target, lo: range.lo, hi: range.hi };
        let sides = sides(piece, count, context.further);
        let aim = Aim::Within(band);
        let task = Task { k: count as usize, aim, sides: &sides, change: Change::FREE };
        let labels = cut_apart(piece, task, context, &mut rng);
        let mut loads = vec![0_i64; count as usize];
        for (&c, &w) in labels.iter().zip(&piece.loads) {
            loads[c as usize] += w;
        }
        let broken = usize::from(!keeps(piece, &labels, count, &sides));
        let outside = loads.iter().filter(|&&w| !band.admits(w)).count() + broken;
        let score = (outside, loads.iter().map(|&w| band.excess(w)).max().unwrap_or(0));
        if best.as_ref().is_none_or(|b| score < b.0) {
            best = Some((score, labels));
        }
        if outside == 0 || (context.work.stop)() {
            break;
        }
    }
    best.map(|b| cells_of(piece, &b.1)).unwrap_or_default()
}

/// The shortest borders among all covers inside the range, for the most liked number of cells that has one.
fn exact_in_range(piece: &Part, range: Range, counts: &[u32], context: Context<'_>) -> Option<Vec<u32>> {
    let find = |count: Option<u32>, want: Want| {
        let sides = sides_at(piece, count, context);
        let ask = Ask { lo: range.lo, hi: range.hi, count, prefer: None, sides: &sides, want };
        match cover(piece, ask, context.limits) {
            Exact::Cover(labels) => Some(labels),
            Exact::None | Exact::Undecided => None,
        }
    };
    // When there are too many covers to compare, any will do.
    counts.iter().find_map(|&c| find(Some(c), Want::Best).or_else(|| find(Some(c), Want::Any))).or_else(
        || {
            let labels = find(None, Want::Any)?;
            let count = labels.iter().max()? + 1;
            keeps(piece, &labels, count, &sides(piece, count, context.further)).then_some(labels)
        },
    )
}

/// Bounds in the further criteria for a number of cells; without one, those that do not depend on it.
fn sides_at(piece: &Part, count: Option<u32>, context: Context<'_>) -> Vec<Side> {
    let mut sides = sides(piece, count.unwrap_or(1), context.further);
    for (side, f) in sides.iter_mut().zip(context.further) {
        side.hard &= count.is_some() || matches!(f.limit, Limit::Range { .. });
    }
    sides
}

/// For a piece proved infeasible: the smallest excess any cell must have, then the fewest cells outside, then the
/// shortest borders. `None` when the piece is not proved infeasible.
fn exact_near_range(piece: &Part, range: Range, counts: &[u32], context: Context<'_>) -> Option<Vec<u32>> {
    let sides = sides_at(piece, None, context);
    let at = |delta: i64, want: Want| {
        let ask = Ask {
            lo: (range.lo - delta).max(0),
            hi: range.hi + delta,
            count: None,
            prefer: Some((range.lo, range.hi)),
            sides: &sides,
            want,
        };
        cover(piece, ask, context.limits)
    };
    if !counts.is_empty() && at(0, Want::Any) != Exact::None {
        return None;
    }
    let (mut no, mut yes) = (0, range.lo.max(piece.load() - range.hi).max(1));
    while yes - no > 1 {
        let middle = i64::midpoint(no, yes);
        match at(middle, Want::Any) {
            Exact::Cover(_) => yes = middle,
            Exact::None => no = middle,
            Exact::Undecided => return None,
        }
    }
    match at(yes, Want::Best) {
        Exact::Cover(labels) => Some(labels),
        _ => match at(yes, Want::Any) {
            Exact::Cover(labels) => Some(labels),
            _ => None,
        },
    }
}

/// One cell for each giant, with the pockets that can only join it; a pocket between giants joins the one it shares
/// most border with.
fn beside_giants(part: &Part, giants: &[u32], pockets: &[Part]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = giants
        .iter()
        .map(|&g| Cell { units: vec![part.units[g as usize]], giant: Some(part.units[g as usize]) })
        .collect();
    if pockets.is_empty() {
        return cells;
    }
    let mut pocket_of = vec![usize::MAX; part.len()];
    let mut at: Vec<(u32, u32)> = part.units.iter().enumerate().map(|(i, &u)| (u, i as u32)).collect();
    at.sort_unstable();
    for (i, pocket) in pockets.iter().enumerate() {
        for &u in &pocket.units {
            if let Ok(found) = at.binary_search_by_key(&u, |e| e.0) {
                pocket_of[at[found].1 as usize] = i;
            }
        }
    }
    for (i, pocket) in pockets.iter().enumerate() {
        let border = |g: u32| -> Option<i64> {
            let mut touching = part.graph.neighbours(g).filter(|e| pocket_of[e.0 as usize] == i).peekable();
            touching.peek()?;
            Some(touching.map(|e| e.1).sum())
        };
        let free = |g: &usize| !part.apart.foes(giants[*g]).any(|u| pocket_of[u as usize] == i);
        let host = (0..giants.len())
            .filter_map(|g| border(giants[g]).map(|b| (free(&g), b, std::cmp::Reverse(g))))
            .max();
        if let Some((_, _, std::cmp::Reverse(g))) = host {
            cells[g].units.extend(&pocket.units);
        }
    }
    for cell in &mut cells {
        cell.units.sort_unstable();
    }
    cells
}

fn cells_of(piece: &Part, labels: &[u32]) -> Vec<Cell> {
    let count = labels.iter().max().map_or(0, |&c| c as usize + 1);
    let mut cells = vec![Cell { units: Vec::new(), giant: None }; count];
    for (&u, &c) in piece.units.iter().zip(labels) {
        cells[c as usize].units.push(u);
    }
    cells
}

/// The stream of a piece depends on the seed and its first unit, never on who solves it when.
fn task_rng(piece: &Part, context: Context<'_>) -> Rng {
    Rng::new(context.seed, piece.units.first().map_or(0, |&u| u64::from(u) + 1))
}
