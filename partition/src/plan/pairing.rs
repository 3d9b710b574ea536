//! AB岗: neighbouring cells whose persons stand in for each other.

use crate::graph::UnitGraph;
use mwmatching::{Matching, SENTINEL};
use std::collections::{BTreeMap, BTreeSet};

/// Who stands in for whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Cells that stand in for each other: two, or three where one was left over; ascending.
    pub groups: Vec<Vec<u32>>,
    /// Cells with nobody beside them who is free to stand in, ascending.
    pub alone: Vec<u32>,
}

/// Pairs cells of the plan `labels` with neighbours, as many as can be, then those with the longest common borders.
///
/// # When to use
/// Where a plan asks for an A岗 and a B岗 in each cell, the B岗 from a neighbouring one.
///
/// # Assumptions
/// `labels` has a cell below `cells` for each unit of `graph`. With `parents` (one for each cell) only cells of one
/// parent pair: a substitute from another community answers to somebody else.
///
/// # What is left over
/// A cell without a partner joins the pair of the neighbour with the longest common border, one to a pair. What
/// is left then is listed as `alone`: no pairing of the whole gives more pairs, but a hub with many
/// leaves can serve only some of them.
///
/// # Complexity
/// O(c³) for c cells in the worst case, far less on planar contacts.
///
/// # References
/// Galil 1986, Efficient algorithms for finding maximum matching in graphs (through the crate `mwmatching`).
#[must_use]
pub fn pair(graph: &UnitGraph, labels: &[u32], cells: usize, parents: Option<&[u32]>) -> Pairing {
    let parent = |c: u32| parents.and_then(|p| p.get(c as usize));
    let mut contacts = contacts(graph, labels);
    contacts.retain(|&(a, b), _| (b as usize) < cells && parent(a) == parent(b));

    // Decimetres in 28 bits: the library doubles and adds weights in an i32.
    let weight = |mm: i64| (mm / 100).clamp(0, 1 << 28) as i32;
    let edges: Vec<_> = contacts.iter().map(|(&(a, b), &mm)| (a as usize, b as usize, weight(mm))).collect();
    let mates = if edges.is_empty() { vec![] } else { Matching::new(edges).max_cardinality().solve() };
    let mut groups: Vec<Vec<u32>> = (0..)
        .zip(&mates)
        .filter(|&(a, &b)| b != SENTINEL && (a as usize) < b)
        .map(|(a, &b)| vec![a, b as u32])
        .collect();

    let mut group_of: BTreeMap<u32, usize> =
        groups.iter().enumerate().flat_map(|(i, g)| g.iter().map(move |&c| (c, i))).collect();
    let mut alone = BTreeSet::from_iter((0..cells as u32).filter(|c| !group_of.contains_key(c)));
    // Longest border first, so that the order of cells decides nothing.
    let mut offers: Vec<(i64, u32, u32)> = contacts
        .iter()
        .flat_map(|(&(a, b), &mm)| [(-mm, a, b), (-mm, b, a)])
        .filter(|(_, odd, _)| alone.contains(odd))
        .collect();
    offers.sort_unstable();
    for (_, odd, host) in offers {
        let Some(&i) = group_of.get(&host) else { continue };
        if alone.contains(&odd) && groups[i].len() == 2 {
            alone.remove(&odd);
            groups[i].push(odd);
            groups[i].sort_unstable();
            group_of.insert(odd, i);
        }
    }
    groups.sort_unstable();
    Pairing { groups, alone: alone.into_iter().collect() }
}

/// Which cells touch and for how long, mm; the smaller cell first.
fn contacts(graph: &UnitGraph, labels: &[u32]) -> BTreeMap<(u32, u32), i64> {
    let mut out = BTreeMap::new();
    for (u, &a) in labels.iter().enumerate().take(graph.len()) {
        for (v, border) in graph.neighbours(u as u32) {
            match labels.get(v as usize) {
                Some(&b) if a < b => *out.entry((a, b)).or_insert(0) += border,
                _ => {}
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Point;

    /// One unit a cell.
    fn paired(n: usize, edges: &[(u32, u32, i64)], parents: Option<&[u32]>) -> Pairing {
        let graph = UnitGraph::from_edges(vec![1; n], vec![0; n], vec![Point::default(); n], edges).unwrap();
        let labels: Vec<u32> = (0..n as u32).collect();
        pair(&graph, &labels, n, parents)
    }

    #[test]
    fn a_path_pairs_and_its_odd_end_makes_a_three() {
        let even = paired(4, &[(0, 1, 500), (1, 2, 9000), (2, 3, 500)], None);
        assert_eq!(even, Pairing { groups: vec![vec![0, 1], vec![2, 3]], alone: vec![] });
        let odd = paired(5, &[(0, 1, 500), (1, 2, 500), (2, 3, 900), (3, 4, 700)], None);
        assert_eq!(odd, Pairing { groups: vec![vec![0, 1], vec![2, 3, 4]], alone: vec![] });
    }

    #[test]
    fn a_hub_serves_two_leaves_and_the_others_are_listed() {
        let star = paired(5, &[(0, 1, 400), (0, 2, 300), (0, 3, 200), (0, 4, 100)], None);
        assert_eq!(star, Pairing { groups: vec![vec![0, 1, 2]], alone: vec![3, 4] });
        let island = paired(3, &[(0, 1, 1)], None);
        assert_eq!(island.alone, [2]);
    }

    #[test]
    fn partners_come_from_the_same_parent() {
        let p = paired(4, &[(0, 1, 1), (1, 2, 90), (2, 3, 1)], Some(&[0, 1, 1, 1]));
        assert_eq!(p, Pairing { groups: vec![vec![1, 2, 3]], alone: vec![0] });
    }

    /// Large contacts neither overflow nor fail the library's own proof of optimality.
    #[test]
    fn a_large_board_pairs_completely() {
        let (w, h) = (40, 30);
        let mut edges = Vec::new();
        for y in 0..h {
            for x in 0..w {
                let at = y * w + x;
                let mm = i64::from(at * 7919 % 1000) * 3_000_000_000;
                edges.extend((x + 1 < w).then_some((at, at + 1, mm)));
                edges.extend((y + 1 < h).then_some((at, at + w, mm + 5)));
            }
        }
        let p = paired((w * h) as usize, &edges, None);
        assert_eq!((p.groups.len(), p.alone.len()), (600, 0));
    }

    /// As many pairs as the best of all pairings, and of those the longest borders.
    #[test]
    fn no_other_pairing_is_better() {
        fn best(edges: &[(u32, u32, i64)], used: u32) -> (usize, i64) {
            let Some((&(a, b, w), rest)) = edges.split_first() else { return (0, 0) };
            let without = best(rest, used);
            let ends = 1 << a | 1 << b;
            if used & ends != 0 {
                return without;
            }
            let (n, sum) = best(rest, used | ends);
            without.max((n + 1, sum + w))
        }
        let mut state = 7u64;
        let mut dice = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        for _ in 0..300 {
            let n = 2 + dice(7) as u32;
            let mut edges = Vec::new();
            for a in 0..n {
                for b in a + 1..n {
                    if dice(3) == 0 {
                        edges.push((a, b, 100 * (1 + dice(4) as i64)));
                    }
                }
            }
            let graph = UnitGraph::from_edges(
                vec![1; n as usize],
                vec![0; n as usize],
                vec![Point::default(); n as usize],
                &edges,
            )
            .unwrap();
            let labels: Vec<u32> = (0..n).collect();
            let found = pair(&graph, &labels, n as usize, None);
            assert_eq!(found, pair(&graph, &labels, n as usize, None), "the same each time");
            let mut seen: Vec<u32> = found.groups.iter().flatten().chain(&found.alone).copied().collect();
            seen.sort_unstable();
            assert_eq!(seen, labels, "each cell once");
            let border = |p: &[u32]| edges.iter().find(|e| (e.0, e.1) == (p[0], p[1])).map_or(0, |e| e.2);
            assert_eq!(found.groups.len(), best(&edges, 0).0);
            if found.groups.iter().all(|g| g.len() == 2) {
                assert_eq!(found.groups.iter().map(|g| border(g)).sum::<i64>(), best(&edges, 0).1);
            }
        }
    }
}
