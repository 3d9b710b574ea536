//! Nesting: cells inside their parents, level by level.

use super::Parents;
use super::ground::{Ground, Lines};
use super::prepare::prepare;
use crate::chain::Holder;
use crate::frame::Region;
use crate::progress::Silent;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Point, Polygon};

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
}
