//! Cells that nothing else brings within their bounds: the ground around one is melted and annealed anew, alone and as
//! hot as small ground needs, until all of it is within, or less far outside.

use super::{
    anneal::{Schedule, anneal_levels},
    band::{Band, Bounds, Side},
    draft::{Draft, Judge},
    part::{NOWHERE, Part},
    rng::Rng,
};

/// Cells around one that are melted with it, at least and at most.
const CELLS: [usize; 2] = [4, 16];
/// Attempts on one cell.
const ATTEMPTS: usize = 39;
/// Cells of a part that are tried.
const TRIED: usize = 200;
/// The share of the bounds that is aimed at.
const WIDE: f64 = 0.95;

/// Melts the ground around the cells outside `bounds`, the least far first: `draws` for each unit and attempt.
pub(crate) fn reheat(
    draft: &mut Draft<'_>,
    bounds: &Bounds<'_>,
    draws: f64,
    rng: &mut Rng,
    stop: &(dyn Fn() -> bool + Sync),
) {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); draft.cells.len()];
    for (u, &c) in (0..).zip(&draft.labels) {
        members[c as usize].push(u);
    }
    let bad = draft.outside(bounds);
    for cell in bad.into_iter().rev().take(TRIED) {
        for attempt in 0..ATTEMPTS {
            if draft.fits(cell, bounds) || stop() {
                break;
            }
            let cells = CELLS[0] + attempt % (CELLS[1] - CELLS[0] + 1);
            let ground = around(draft, &members, cell, cells);
            melt(draft, &mut members, &ground, bounds, draws, rng, stop);
        }
    }
    draft.recount();
}

/// A cell and those around it, ring by ring.
fn around(draft: &Draft<'_>, members: &[Vec<u32>], cell: u32, most: usize) -> Vec<u32> {
    let mut cells = vec![cell];
    let mut grown = 0;
    while grown < cells.len() && cells.len() < most {
        let units = members[cells[grown] as usize].iter();
        let mut beside: Vec<u32> = units
            .flat_map(|&u| draft.part.graph.row(u))
            .map(|&v| draft.labels[v as usize])
            .filter(|c| !cells.contains(c))
            .collect();
        beside.sort_unstable();
        beside.dedup();
        cells.extend(beside.into_iter().take(most - cells.len()));
        grown += 1;
    }
    cells
}

/// Anneals the ground of `cells` from as it is; keeps what is less far outside.
fn melt(
    draft: &mut Draft<'_>,
    members: &mut [Vec<u32>],
    cells: &[u32],
    bounds: &Bounds<'_>,
    draws: f64,
    rng: &mut Rng,
    stop: &(dyn Fn() -> bool + Sync),
) {
    let units: Vec<u32> = cells.iter().flat_map(|&c| members[c as usize].iter().copied()).collect();
    let local = |c: u32| cells.iter().position(|&own| own == c).map_or(NOWHERE - 1, |i| i as u32);
    let mut part: Part = draft.part.sub(&units);
    part.home.iter_mut().filter(|h| **h != NOWHERE).for_each(|h| *h = local(*h));
    let now: Vec<u32> = units.iter().map(|&u| local(draft.labels[u as usize])).collect();
    let wide = |band: Band| band.narrowed(WIDE);
    let sides: Vec<Side> = bounds.sides.iter().map(|s| Side { band: wide(s.band), ..*s }).collect();
    let aimed = Bounds { band: wide(bounds.band), sides: &sides };
    let judge = Judge { bounds: aimed, weight: 1.0, keep_within: None, change: draft.judge.change };
    let before = Draft::new(&part, now.clone(), cells.len(), judge);
    let (excess, moved) = (before.excess_of_all(bounds), before.moved);
    let labels = anneal_levels(&part, now, cells.len(), judge, Schedule::hot(draws), rng, stop);
    let after = Draft::new(&part, labels, cells.len(), judge);
    let cap = draft.judge.change.cap;
    let allowed = draft.moved - moved + after.moved <= draft.moved.max(cap);
    if after.excess_of_all(bounds) >= excess - 1e-12 || !allowed {
        return;
    }
    draft.moved += after.moved - moved;
    cells.iter().for_each(|&c| members[c as usize].clear());
    for (&u, &l) in units.iter().zip(&after.labels) {
        let cell = cells[l as usize];
        draft.labels[u as usize] = cell;
        members[cell as usize].push(u);
    }
    for (i, &cell) in cells.iter().enumerate() {
        let sides = after.sides_of(i as u32).to_vec();
        draft.set(cell, after.cells[i], &sides);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Point;
    use crate::graph::UnitGraph;
    use crate::solve::draft::Change;

    /// A field of ten by ten squares, and a plan of stripes.
    fn field() -> (Part, Vec<u32>) {
        let at = |x: u32, y: u32| y * 10 + x;
        let right = (0..10).flat_map(|y| (0..9).map(move |x| (at(x, y), at(x + 1, y), 100)));
        let down = (0..9).flat_map(|y| (0..10).map(move |x| (at(x, y), at(x, y + 1), 100)));
        let edges: Vec<(u32, u32, i64)> = right.chain(down).collect();
        let centre = (0..100).map(|u| Point::new(i64::from(u % 10) * 100, i64::from(u / 10) * 100)).collect();
        let graph = UnitGraph::from_edges(vec![10_000; 100], vec![400; 100], centre, &edges).unwrap();
        let loads = (0..100).map(|u| 20 + u * 7 % 31).collect();
        let part = Part { graph, loads, units: (0..100).collect(), ..Part::default() };
        (part, (0..100).map(|u| u / 10).collect())
    }

    #[test]
    fn what_is_melted_comes_within_its_bounds_and_stays_in_one_piece() {
        let (part, stripes) = field();
        let band = Band::around(part.load() as f64 / 10.0, 0.02);
        let bounds = Bounds { band, sides: &[] };
        let judge = Judge { bounds, weight: 60.0, keep_within: None, change: Change::FREE };
        let mut draft = Draft::new(&part, stripes, 10, judge);
        assert!(draft.outside(&bounds).len() > 2);
        reheat(&mut draft, &bounds, 480.0, &mut Rng::new(1, 0), &|| false);
        assert!(draft.outside(&bounds).is_empty());
        assert!(part.graph.is_contiguous(&draft.labels, 10));
        let again = Draft::new(&part, draft.labels.clone(), 10, judge);
        assert_eq!(again.cells, draft.cells);
    }

    #[test]
    fn no_more_moves_than_the_cap_allows() {
        let (mut part, stripes) = field();
        part.home.clone_from(&stripes);
        let band = Band::around(part.load() as f64 / 10.0, 0.02);
        let bounds = Bounds { band, sides: &[] };
        let change = Change { price: 1.0, cap: 60 };
        let judge = Judge { bounds, weight: 60.0, keep_within: None, change };
        let mut draft = Draft::new(&part, stripes, 10, judge);
        reheat(&mut draft, &bounds, 480.0, &mut Rng::new(1, 0), &|| false);
        let moved = (0..100).map(|u| part.moved(u, draft.labels[u as usize])).sum::<i64>();
        assert_eq!(moved, draft.moved);
        assert!(moved <= 60, "{moved}");
    }
}
