//! The ground of labels: edges whose two sides differ, joined into rings.

use super::build::{FaceId, HalfEdge, Subdivision};
use super::noding::Line;
use crate::frame::{Point, Polygon, Region, Ring, twice_area_um2};
use std::collections::{BTreeMap, HashMap};

/// Lines of a region's rings, each tagged `tag`, ground to the left.
pub fn boundary_lines(region: &Region, tag: u32) -> impl Iterator<Item = Line> + '_ {
    region
        .rings()
        .flat_map(move |r| r.iter().zip(r.iter().cycle().skip(1)).map(move |(&a, &b)| Line { a, b, tag }))
}

impl Subdivision {
    /// The region of one face.
    #[must_use]
    pub fn face_region(&self, f: FaceId) -> Region {
        let one = self.outlines(|g| (g == f).then_some(0));
        one.into_values().next().unwrap_or_default()
    }

    /// The region of each label: faces that share an edge and a label are joined, faces that only touch in a point
    /// become parts. `None` is nobody's ground. The outside is never asked for.
    ///
    /// Rings are simple; they run with the ground to their left, starting at their smallest point.
    ///
    /// O(edges), and O(log) for each ring.
    #[must_use]
    pub fn outlines(&self, label: impl Fn(FaceId) -> Option<u32>) -> BTreeMap<u32, Region> {
        let labels: Vec<Option<u32>> = std::iter::once(None).chain(self.inner_faces().map(label)).collect();
        let of = |h: HalfEdge| labels[self.left(h).index()];
        let component = self.components(&labels);
        let mut parts: BTreeMap<(u32, u32), Vec<Ring>> = BTreeMap::new();
        let mut done = vec![false; self.next.len()];
        for i in 0..self.next.len() as u32 {
            let start = HalfEdge(i);
            let Some(l) = of(start) else { continue };
            if done[start.index()] || of(start.twin()) == Some(l) {
                continue;
            }
            let mut walk: Vec<u32> = Vec::new();
            let mut h = start;
            loop {
                done[h.index()] = true;
                walk.push(self.origin_number(h));
                h = self.next[h.index()];
                // Edges with the label on both sides are inside: turn on across them.
                while of(h.twin()) == Some(l) {
                    h = self.next[h.twin().index()];
                }
                if h == start {
                    break;
                }
            }
            let place = component[self.left(start).index()];
            parts.entry((l, place)).or_default().extend(self.simple_rings(walk));
        }
        let mut out: BTreeMap<u32, Region> = BTreeMap::new();
        for ((l, _), rings) in parts {
            let (mut shells, mut holes): (Vec<Ring>, Vec<Ring>) =
                rings.into_iter().partition(|r| twice_area_um2(r) > 0);
            shells.sort_unstable();
            holes.sort_unstable();
            let mut shells = shells.into_iter();
            if let Some(shell) = shells.next() {
                let region = out.entry(l).or_default();
                region.parts.push(Polygon { shell, holes });
                region.parts.extend(shells.map(|shell| Polygon { shell, holes: Vec::new() }));
            }
        }
        for region in out.values_mut() {
            region.parts.sort_unstable_by(|p, q| p.shell.cmp(&q.shell));
        }
        out
    }

    /// Faces joined through edges with the same label on both sides; the smallest face stands for each.
    fn components(&self, labels: &[Option<u32>]) -> Vec<u32> {
        let mut parent: Vec<u32> = (0..labels.len() as u32).collect();
        fn find(parent: &mut [u32], mut i: u32) -> u32 {
            while parent[i as usize] != i {
                parent[i as usize] = parent[parent[i as usize] as usize];
                i = parent[i as usize];
            }
            i
        }
        for h in self.edges() {
            let (f, g) = (self.left(h), self.left(h.twin()));
            if labels[f.index()].is_some() && labels[f.index()] == labels[g.index()] {
                let (a, b) = (find(&mut parent, f.0), find(&mut parent, g.0));
                parent[a.max(b) as usize] = a.min(b);
            }
        }
        (0..labels.len() as u32).map(|i| find(&mut parent, i)).collect()
    }

    /// Splits a walk that passes a point twice into simple rings; drops those without area.
    fn simple_rings(&self, walk: Vec<u32>) -> Vec<Ring> {
        let mut sorted = walk.clone();
        sorted.sort_unstable();
        let rings = if sorted.windows(2).all(|w| w[0] != w[1]) { vec![walk] } else { split(walk) };
        rings
            .into_iter()
            .filter_map(|r| {
                let mut ring: Vec<Point> = r.iter().map(|&v| self.points[v as usize]).collect();
                let first = ring.iter().enumerate().min_by_key(|(_, p)| **p).map_or(0, |(i, _)| i);
                ring.rotate_left(first);
                (twice_area_um2(&ring) != 0).then_some(ring)
            })
            .collect()
    }
}

/// Cuts a walk apart where it passes a point again.
fn split(walk: Vec<u32>) -> Vec<Vec<u32>> {
    let mut rings = Vec::new();
    let mut stack: Vec<u32> = Vec::with_capacity(walk.len());
    let mut place: HashMap<u32, usize> = HashMap::with_capacity(walk.len());
    for v in walk {
        if let Some(&i) = place.get(&v) {
            for w in &stack[i + 1..] {
                place.remove(w);
            }
            rings.push(stack.split_off(i));
            stack.push(v);
        } else {
            place.insert(v, stack.len());
            stack.push(v);
        }
    }
    rings.push(stack);
    rings
}
