//! Rings from the member ways of a relation.

use super::{Positions, RawWay};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::collections::{BTreeMap, HashMap};

/// The polygons of a multipolygon relation; `None` when a member or node is missing, a ring doesn't close, or a hole
/// lies in no shell.
pub(super) fn polygons(
    members: &[(i64, bool)],
    ways: &BTreeMap<i64, RawWay>,
    positions: &Positions,
) -> Option<MultiPolygon<f64>> {
    let side = |inner: bool| -> Option<Vec<LineString<f64>>> {
        let lines =
            members.iter().filter(|m| m.1 == inner).map(|m| ways.get(&m.0).map(|w| w.nodes.as_slice()));
        let rings = rings(&lines.collect::<Option<Vec<_>>>()?)?;
        rings
            .into_iter()
            .map(|ring| {
                ring.iter().map(|n| positions.get(n).map(|&[x, y]| Coord { x, y })).collect::<Option<_>>()
            })
            .collect()
    };
    let shells = side(false)?;
    if shells.is_empty() {
        return None;
    }
    let mut parts: Vec<(LineString<f64>, Vec<LineString<f64>>)> =
        shells.into_iter().map(|s| (s, vec![])).collect();
    for hole in side(true)? {
        // Of several shells around it (an island in a lake on an island) the smallest.
        let home = parts
            .iter_mut()
            .filter(|(shell, _)| holds(shell, &hole))
            .min_by(|a, b| area(&a.0).total_cmp(&area(&b.0)));
        home?.1.push(hole);
    }
    Some(MultiPolygon(parts.into_iter().map(|(shell, holes)| Polygon::new(shell, holes)).collect()))
}

/// Joins lines at their ends to closed rings of node ids, first equal to last.
///
/// Follows the lines in the order given; where rings touch in a node, the loop is cut off there, so that no ring
/// passes a node twice. `None` when an end is left over.
fn rings(lines: &[&[i64]]) -> Option<Vec<Vec<i64>>> {
    let mut ends: HashMap<i64, Vec<usize>> = HashMap::new();
    for (i, line) in lines.iter().enumerate().rev() {
        let (first, last) = (line.first()?, line.last()?);
        ends.entry(*first).or_default().push(i);
        if first != last {
            ends.entry(*last).or_default().push(i);
        }
    }
    let mut used = vec![false; lines.len()];
    let mut out = Vec::new();
    for start in 0..lines.len() {
        if *used.get(start)? {
            continue;
        }
        let mut path: Vec<i64> = vec![*lines.get(start)?.first()?];
        let mut at: HashMap<i64, usize> = path.iter().map(|n| (*n, 0)).collect();
        let mut next = Some(start);
        while let Some(i) = next {
            *used.get_mut(i)? = true;
            let line = *lines.get(i)?;
            let forward = line.first() == path.last();
            let mut step = |node: i64| {
                if path.last() == Some(&node) {
                    return;
                }
                if let Some(&from) = at.get(&node) {
                    let mut ring = path.split_off(from);
                    ring.iter().for_each(|n| {
                        at.remove(n);
                    });
                    ring.push(node);
                    // Two nodes there and back enclose nothing.
                    if ring.len() >= 4 {
                        out.push(ring);
                    }
                }
                at.insert(node, path.len());
                path.push(node);
            };
            if forward {
                line.iter().skip(1).for_each(|n| step(*n));
            } else {
                line.iter().rev().skip(1).for_each(|n| step(*n));
            }
            if path.len() == 1 {
                break;
            }
            let candidates = ends.get_mut(path.last()?)?;
            candidates.retain(|&c| !used.get(c).copied().unwrap_or(true));
            next = candidates.last().copied();
        }
        if path.len() != 1 {
            return None;
        }
    }
    Some(out)
}

/// Whether a ring lies inside another that it may touch: by the first of its points that is not on the other's border.
fn holds(shell: &LineString<f64>, hole: &LineString<f64>) -> bool {
    let on_shell: std::collections::HashSet<[u64; 2]> =
        shell.0.iter().map(|c| [c.x.to_bits(), c.y.to_bits()]).collect();
    match hole.0.iter().find(|c| !on_shell.contains(&[c.x.to_bits(), c.y.to_bits()])) {
        Some(c) => inside(shell, *c),
        None => true,
    }
}

fn inside(ring: &LineString<f64>, p: Coord<f64>) -> bool {
    ring.0
        .windows(2)
        .filter(|w| {
            matches!(w, [a, b] if (a.y > p.y) != (b.y > p.y)
        && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x))
        })
        .count()
        % 2
        == 1
}

fn area(ring: &LineString<f64>) -> f64 {
    let Some(o) = ring.0.first() else { return 0.0 };
    let cross = |w: &[Coord<f64>]| match w {
        [a, b] => (a.x - o.x) * (b.y - o.y) - (b.x - o.x) * (a.y - o.y),
        _ => 0.0,
    };
    ring.0.windows(2).map(cross).sum::<f64>().abs() / 2.0
}
