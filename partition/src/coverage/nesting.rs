//! Nesting: cells inside their parents, level by level.

use super::Parents;
use super::ground::{Ground, Lines};
use super::prepare::prepare;
use crate::chain::{BOUNDARY, Chain, Holder};
use crate::frame::{Point, Region};
use crate::progress::Silent;
use crate::subdivision::boundary_lines;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Ground of a cell in a parent that is not its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// The cell.
    pub cell: Holder,
    /// The parent it lies in there; `None` outside all of them.
    pub parent: Option<u32>,
    /// The ground.
    pub ground: Region,
}

/// How cells fail to nest in their parents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nesting {
    /// Ground in another parent, by cell and parent.
    pub strays: Vec<Stray>,
    /// Parents without any cell, ascending.
    pub childless: Vec<u32>,
    /// Parents that their cells fill only in part, with the ground left open.
    pub unfilled: Vec<(u32, Region)>,
}

/// Finds where cells leave their parents, and parents that are not filled.
///
/// Only outlines near a difference are noded: cells that nest cost no geometry.
///
/// # Complexity
/// That of [`analyse`](super::analyse).
#[must_use]
pub fn nesting(regions: &[Region], parents: Parents<'_>) -> Nesting {
    let mut found = Nesting::default();
    let children: BTreeSet<u32> = parents.of_cell.iter().flatten().copied().collect();
    found.childless = (0..parents.regions.len() as u32).filter(|p| !children.contains(p)).collect();
    // Without a boundary there is none that could be wrong.
    let Ok(prepared) = prepare(regions, None, true, &Silent) else { return found };
    let lines = Lines::around(&prepared, Some(parents), prepared.loose_ground().as_ref());
    if lines.is_empty() {
        return found;
    }
    let g = Ground::of(&lines);
    let mut strays: BTreeMap<(Holder, Option<u32>), u32> = BTreeMap::new();
    let mut labels: Vec<Vec<u32>> = vec![Vec::new(); g.s.face_count()];
    for f in g.s.inner_faces() {
        let parent = g.parent[f.index()];
        let has_parent = |c: Holder| parents.of_cell.get(c as usize).is_some_and(Option::is_some);
        for &cell in g.held[f.index()].iter().filter(|&&c| has_parent(c) && !g.may_hold(c, f)) {
            let next = strays.len() as u32;
            labels[f.index()].push(*strays.entry((cell, parent)).or_insert(next));
        }
    }
    // One face can be astray for several cells: each round draws one of them.
    let deepest = labels.iter().map(Vec::len).max().unwrap_or(0);
    let mut grounds: BTreeMap<u32, Region> = BTreeMap::new();
    for round in 0..deepest {
        for (label, region) in g.s.outlines(|f| labels[f.index()].get(round).copied()) {
            grounds.entry(label).or_default().parts.extend(region.parts);
        }
    }
    found.strays = strays
        .into_iter()
        .filter_map(|((cell, parent), label)| {
            grounds.remove(&label).map(|ground| Stray { cell, parent, ground })
        })
        .collect();
    let gaps = g.s.outlines(|f| g.parent[f.index()].filter(|_| g.gap[f.index()]));
    found.unfilled = gaps.into_iter().filter(|(p, _)| children.contains(p)).collect();
    found
}

/// Whether each level is exactly the union of the level below: for each level above the first the number of edges that
/// differ, 0 where it nests.
///
/// `levels[k]` holds the regions of a level with the number of each one's parent in `levels[k + 1]`; vertices must
/// match (see [`insert_on`](crate::chain::insert_on)). The [guard](crate::chain::guard) is not part of it.
///
/// # Complexity
/// One chain of the lowest level; above it only what bounds a parent is looked at again.
#[must_use]
pub fn levels_match(levels: &[(&[Region], &[u32])]) -> Vec<usize> {
    let Some((&(lowest, parent_of), above)) = levels.split_first() else { return Vec::new() };
    let c = Chain::of(lowest, None).cancel_in_any_order();
    let of = |h: Holder| parent_of.get(h as usize).copied().unwrap_or(BOUNDARY);
    let inner = c
        .borders
        .par_iter()
        .filter(|b| of(b.left) != of(b.right))
        .flat_map_iter(|b| [side(b.from, b.to, of(b.left)), side(b.to, b.from, of(b.right))]);
    let mut edges: Vec<Side> = inner.collect();
    edges.extend(c.residual.iter().map(|e| side(e.from, e.to, of(e.holder))));
    let mut differing = Vec::with_capacity(above.len());
    for (regions, parent_of) in above {
        let own = regions.iter().zip(0..).flat_map(|(r, i)| boundary_lines(r, i));
        let mut both = edges.clone();
        both.extend(own.filter(|l| l.a != l.b).map(|l| side(l.b, l.a, l.tag)));
        differing.push(cancelled(both).len());
        for e in &mut edges {
            e.2 = parent_of.get(e.2 as usize).copied().unwrap_or(BOUNDARY);
        }
        edges = cancelled(edges);
    }
    differing
}

/// A directed edge: ends in order, who lies to its left, and whether it runs from the smaller end.
type Side = (Point, Point, u32, i8);

fn side(from: Point, to: Point, holder: u32) -> Side {
    if from < to { (from, to, holder, 1) } else { (to, from, holder, -1) }
}

/// What is left when each holder's own edges have cancelled.
fn cancelled(mut edges: Vec<Side>) -> Vec<Side> {
    edges.par_sort_unstable();
    let mut left = Vec::new();
    for users in edges.chunk_by(|p, q| (p.0, p.1, p.2) == (q.0, q.1, q.2)) {
        let net: i32 = users.iter().map(|e| i32::from(e.3)).sum();
        left.extend(users.iter().filter(|e| i32::from(e.3) * net > 0).take(net.unsigned_abs() as usize));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Polygon;

    fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
        let p = |dx, dy| Point::new(x + dx, y + dy);
        Region::single(Polygon { shell: vec![p(0, 0), p(w, 0), p(w, h), p(0, h)], holes: vec![] })
    }

    #[test]
    fn what_lies_in_another_parent_is_named_with_its_ground() {
        let parents = [rect(0, 0, 10, 10), rect(10, 0, 10, 10), rect(20, 0, 5, 10)];
        let cells = [rect(0, 0, 12, 10), rect(12, 0, 7, 10)];
        let n = nesting(&cells, Parents { regions: &parents, of_cell: &[Some(0), Some(1)] });
        assert_eq!(n.strays.len(), 1);
        assert_eq!((n.strays[0].cell, n.strays[0].parent), (0, Some(1)));
        assert_eq!(n.strays[0].ground.twice_area_um2(), 40);
        assert_eq!(n.childless, [2]);
        assert_eq!(n.unfilled.len(), 1);
        assert_eq!((n.unfilled[0].0, n.unfilled[0].1.twice_area_um2()), (1, 20));
        let out = nesting(&[rect(0, 0, 13, 10)], Parents { regions: &parents[..1], of_cell: &[Some(0)] });
        assert_eq!((out.strays[0].parent, out.strays[0].ground.twice_area_um2()), (None, 60));
        let right = [rect(0, 0, 10, 10), rect(10, 0, 10, 10), rect(20, 0, 5, 10)];
        let of = [Some(0), Some(1), Some(2)];
        assert_eq!(nesting(&right, Parents { regions: &parents, of_cell: &of }), Nesting::default());
    }

    #[test]
    fn five_levels_match_and_one_shifted_border_does_not() {
        // 16 cells in a row, joined two by two, level after level.
        let level = |k: u32| -> Vec<Region> {
            let n = 16 >> k;
            (0..n)
                .map(|i| {
                    let w = 10 << k;
                    let xs = (0..=1 << k).map(|s| i * w + 10 * s);
                    let below = xs.clone().map(|x| Point::new(x, 0));
                    let shell = below.chain(xs.rev().map(|x| Point::new(x, 10))).collect();
                    Region::single(Polygon { shell, holes: vec![] })
                })
                .collect()
        };
        let all: Vec<Vec<Region>> = (0..5).map(level).collect();
        let parents: Vec<Vec<u32>> =
            all.iter().map(|l| (0..l.len() as u32).map(|i| i / 2).collect()).collect();
        let levels: Vec<(&[Region], &[u32])> =
            all.iter().zip(&parents).map(|(r, p)| (r.as_slice(), p.as_slice())).collect();
        assert_eq!(levels_match(&levels), [0; 4]);
        let mut moved = parents.clone();
        moved[1][1] = 1;
        let levels: Vec<(&[Region], &[u32])> =
            all.iter().zip(&moved).map(|(r, p)| (r.as_slice(), p.as_slice())).collect();
        let found = levels_match(&levels);
        assert_eq!((found[0], found[1] > 0, found[2]), (0, true, 0));
    }
}
