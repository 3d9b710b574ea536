//! Levels that nest, from one chain.

use super::cancel::{Edge, push_edges};
use super::deal::deal;
use super::{BOUNDARY, Holder};
use crate::frame::Region;

/// Whether each level is exactly the union of the level below: for each level above the first the number of directed edges
/// that differ, 0 where it nests.
///
/// `levels[k]` holds the regions of a level with the number of each one's parent in `levels[k + 1]`; vertices must match
/// (see [`insert_on`](super::insert_on)).
///
/// # Guarantee
/// Where the lowest level passes the [guard](super::guard) and is a coverage, and 0 comes out for a level, each of its
/// regions has the chain of its children's ground, hence exactly that ground: it needs no guard of its own.
///
/// # Steps
/// The users of each edge in all levels are brought together once. From those of the lowest level follows who must use it
/// one level up, and so on.
///
/// # Complexity
/// O(n) expected for the n edges of all levels; parallel, the same result on any number of threads.
#[must_use]
pub fn levels_match(levels: &[(&[Region], &[u32])]) -> Vec<usize> {
    let mut ends: Vec<usize> = Vec::new();
    for (regions, _) in levels {
        ends.push(ends.last().copied().unwrap_or(0) + regions.len());
    }
    let sources = ends.last().copied().unwrap_or(0);
    let place = |i: usize| {
        let level = ends.partition_point(|&end| end <= i);
        (level, i - if level == 0 { 0 } else { ends[level - 1] })
    };
    let region = |i: usize| {
        let (level, number) = place(i);
        &levels[level].0[number]
    };
    let vertices = levels.iter().flat_map(|l| l.0).flat_map(Region::rings).map(Vec::len).sum();
    let push = |i: usize, edges: &mut Vec<Edge>| push_edges(region(i), i as Holder, 1, edges);
    let found = deal(sources, vertices, push, |users, out: &mut Compared| out.compare(users, levels, &ends));
    let mut differing = vec![0; levels.len().saturating_sub(1)];
    for part in found {
        differing.iter_mut().zip(part.differing).for_each(|(all, n)| *all += n);
    }
    differing
}

/// Who holds which side of an edge.
type Side = (Holder, i8);

#[derive(Default)]
struct Compared {
    differing: Vec<usize>,
    expected: Vec<Side>,
    apart: Vec<Side>,
}

impl Compared {
    fn compare(&mut self, users: &mut [Edge], levels: &[(&[Region], &[u32])], ends: &[usize]) {
        let Some(&(lowest, parent_of)) = levels.first() else { return };
        if let [a, b] = users
            && a.sign != b.sign
            && (a.holder.max(b.holder) as usize) < lowest.len()
            && parent_of.get(a.holder as usize) == parent_of.get(b.holder as usize)
        {
            // Between two children of one parent: most edges are.
            return;
        }
        self.differing.resize(levels.len() - 1, 0);
        users.sort_unstable_by_key(|e| e.holder);
        let mut from = users.partition_point(|e| (e.holder as usize) < ends[0]);
        self.expected.clear();
        self.expected.extend(users[..from].iter().map(|e| (e.holder, e.sign)));
        for (level, (differing, (_, parent_of))) in self.differing.iter_mut().zip(levels).enumerate() {
            for side in &mut self.expected {
                side.0 = parent_of.get(side.0 as usize).copied().unwrap_or(BOUNDARY);
            }
            cancel(&mut self.expected);
            if self.expected.is_empty() && from == users.len() {
                return;
            }
            let (first, end) = (ends[level], ends[level + 1]);
            let own = users[from..].partition_point(|e| (e.holder as usize) < end);
            self.apart.clear();
            self.apart.extend(&self.expected);
            let opposite = |e: &Edge| (e.holder - first as Holder, -e.sign);
            self.apart.extend(users[from..from + own].iter().map(opposite));
            cancel(&mut self.apart);
            *differing += self.apart.len();
            from += own;
        }
    }
}

/// Takes away what one holder has on both sides.
fn cancel(sides: &mut Vec<Side>) {
    match sides[..] {
        [] | [_] => {}
        [a, b] => {
            if a.0 == b.0 && a.1 == -b.1 {
                sides.clear();
            }
        }
        _ => {
            sides.sort_unstable();
            let mut kept: Vec<Side> = Vec::new();
            for own in sides.chunk_by(|a, b| a.0 == b.0) {
                let net: i32 = own.iter().map(|s| i32::from(s.1)).sum();
                kept.extend(std::iter::repeat_n((own[0].0, net.signum() as i8), net.unsigned_abs() as usize));
            }
            *sides = kept;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Point, Polygon};

    #[test]
    fn a_border_that_the_level_above_lacks_differs_too() {
        let ring = |xs: &[i64]| -> Region {
            let below = xs.iter().map(|&x| Point::new(x, 0));
            let shell = below.chain(xs.iter().rev().map(|&x| Point::new(x, 10))).collect();
            Region::single(Polygon { shell, holes: vec![] })
        };
        let cells = [ring(&[0, 10]), ring(&[10, 20])];
        // Each cell is said to be a parent's own, but one parent has all the ground.
        let above = [ring(&[0, 10, 20]), Region::default()];
        let found = levels_match(&[(&cells, &[0, 1]), (&above, &[])]);
        // Both sides of the border between them, and the three other edges of the second cell, in either holder.
        assert_eq!(found, [8]);
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
