//! A chain that stays cancelled while its regions change.

use super::cancel::{Cancelled, Edge, push_edges, settle};
use super::{BOUNDARY, Chain, Holder, sort_along};
use crate::frame::{Bounds, BoxIndex, Point, Region, touches_pixel};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// An undirected edge: its ends in order.
type Key = (Point, Point);

/// What [`Chain::residue`] and [`Cancelled::subtract`] give, kept by edge, so that a changed region touches its own edges
/// only.
#[derive(Clone, Debug, Default)]
pub(crate) struct StandingChain {
    /// What the regions leave, without the boundary.
    loose: BTreeMap<Key, Cancelled>,
    /// How many loose edges end at each point: these are the nodes of the boundary.
    ends: HashMap<Point, u32>,
    limit: Option<Limit>,
    /// What is left when the boundary is subtracted.
    left: BTreeMap<Key, Cancelled>,
}

impl StandingChain {
    pub(crate) fn new(regions: &[Region], boundary: Option<&Region>) -> Self {
        let mut chain = Self { limit: boundary.map(Limit::new), ..Self::default() };
        let all = Chain::of(regions, None).residue();
        for e in all.residual {
            chain.loose.entry((e.from.min(e.to), e.from.max(e.to))).or_default().residual.push(e);
        }
        for e in all.folds {
            chain.loose.entry((e.from.min(e.to), e.from.max(e.to))).or_default().folds.push(e);
        }
        for e in chain.loose.values().flat_map(|c| &c.residual) {
            for p in [e.from, e.to] {
                *chain.ends.entry(p).or_default() += 1;
            }
        }
        let mut keys: BTreeSet<Key> = chain.loose.keys().copied().collect();
        if let Some(limit) = &mut chain.limit {
            for p in chain.ends.keys() {
                limit.toggle(*p, &mut keys);
            }
            keys.extend(limit.pieces.keys());
        }
        chain.subtract(&keys);
        chain
    }

    /// Takes note that a region was `old` and is `new`. `near` are all regions, as they are now, whose boxes meet the box of
    /// either.
    pub(crate) fn change<'a>(
        &mut self,
        old: &Region,
        new: &Region,
        near: impl Iterator<Item = (Holder, &'a Region)>,
    ) {
        let mut edges: Vec<Edge> = Vec::new();
        push_edges(old, 0, 1, &mut edges);
        push_edges(new, 0, 1, &mut edges);
        let mut keys: BTreeSet<Key> = edges.iter().map(|e| (e.lo, e.hi)).collect();
        edges.clear();
        let mut own: Vec<Edge> = Vec::new();
        for (holder, region) in near {
            push_edges(region, holder, 1, &mut own);
            edges.extend(own.drain(..).filter(|e| keys.contains(&(e.lo, e.hi))));
        }
        let mut turned: BTreeMap<Point, i64> = BTreeMap::new();
        let mut count = |c: &Cancelled, by: i64| {
            for p in c.residual.iter().flat_map(|e| [e.from, e.to]) {
                *turned.entry(p).or_default() += by;
            }
        };
        for key in &keys {
            if let Some(before) = self.loose.remove(key) {
                count(&before, -1);
            }
        }
        for (key, now) in settled(edges) {
            count(&now, 1);
            self.loose.insert(key, now);
        }
        for (p, by) in turned {
            let before = self.ends.get(&p).copied().unwrap_or(0);
            let now = (i64::from(before) + by).max(0) as u32;
            if now == 0 {
                self.ends.remove(&p);
            } else {
                self.ends.insert(p, now);
            }
            if let (Some(limit), true) = (&mut self.limit, (before == 0) != (now == 0)) {
                limit.toggle(p, &mut keys);
            }
        }
        self.subtract(&keys);
    }

    /// Settles loose edges with the boundary's pieces, on these edges.
    fn subtract(&mut self, keys: &BTreeSet<Key>) {
        let mut edges: Vec<Edge> = Vec::new();
        for key in keys {
            self.left.remove(key);
            if let Some(c) = self.loose.get(key) {
                edges.extend(c.residual.iter().map(Edge::of));
            }
            if let Some(pieces) = self.limit.as_ref().and_then(|l| l.pieces.get(key)) {
                edges.extend(pieces);
            }
        }
        self.left.extend(settled(edges));
    }

    /// What is left, as [`Chain::residue`] would say.
    pub(crate) fn residue(&self) -> Cancelled {
        let mut c = Cancelled::default();
        for left in self.left.values() {
            c.residual.extend(&left.residual);
            c.folds.extend(&left.folds);
        }
        c.folds.extend(self.loose.values().flat_map(|l| &l.folds));
        c.residual.sort_unstable();
        c.folds.sort_unstable();
        c
    }
}

/// What each undirected edge leaves, where it leaves anything.
fn settled(mut edges: Vec<Edge>) -> Vec<(Key, Cancelled)> {
    edges.sort_unstable();
    let mut out = Vec::new();
    for users in edges.chunk_by_mut(|p, q| p.lo == q.lo && p.hi == q.hi) {
        let (key, mut left) = ((users[0].lo, users[0].hi), Cancelled::default());
        settle(users, false, &mut left);
        if !left.residual.is_empty() || !left.folds.is_empty() {
            out.push((key, left));
        }
    }
    out
}

/// The boundary with the nodes that regions have on it, as [`insert_near`](super::insert_near) puts them there.
#[derive(Clone, Debug)]
struct Limit {
    segments: Vec<[Point; 2]>,
    index: BoxIndex,
    vertices: HashSet<Point>,
    /// Nodes on segments that have some, in order.
    stops: HashMap<u32, Vec<Point>>,
    pieces: BTreeMap<Key, Vec<Edge>>,
}

impl Limit {
    fn new(boundary: &Region) -> Self {
        let ring =
            |r: &Vec<Point>| r.iter().copied().zip(r.iter().copied().cycle().skip(1)).collect::<Vec<_>>();
        let segments: Vec<[Point; 2]> =
            boundary.rings().flat_map(ring).filter(|(a, b)| a != b).map(|(a, b)| [a, b]).collect();
        let mut limit = Self {
            index: BoxIndex::new(segments.iter().map(|s| Bounds::of_segment(s[0], s[1]))),
            vertices: boundary.rings().flatten().copied().collect(),
            stops: HashMap::new(),
            pieces: BTreeMap::new(),
            segments,
        };
        for i in 0..limit.segments.len() as u32 {
            for e in limit.pieces_of(i) {
                limit.pieces.entry((e.lo, e.hi)).or_default().push(e);
            }
        }
        limit
    }

    /// Puts a node on the segments that pass its pixel, or takes it off; adds the pieces that come and go to `keys`.
    fn toggle(&mut self, p: Point, keys: &mut BTreeSet<Key>) {
        if self.vertices.contains(&p) {
            return;
        }
        let near: Vec<u32> = self.index.meeting(Bounds { min: p, max: p }).collect();
        for i in near {
            let [a, b] = self.segments[i as usize];
            let (lo, hi) = (a.min(b), a.max(b));
            if !touches_pixel(lo, hi, p) {
                continue;
            }
            for e in self.pieces_of(i) {
                keys.insert((e.lo, e.hi));
                if let Some(same) = self.pieces.get_mut(&(e.lo, e.hi)) {
                    if let Some(at) = same.iter().position(|o| *o == e) {
                        same.swap_remove(at);
                    }
                    if same.is_empty() {
                        self.pieces.remove(&(e.lo, e.hi));
                    }
                }
            }
            let stops = self.stops.entry(i).or_default();
            match stops.iter().position(|s| *s == p) {
                Some(at) => drop(stops.remove(at)),
                None => stops.push(p),
            }
            sort_along(stops, lo, hi);
            for e in self.pieces_of(i) {
                keys.insert((e.lo, e.hi));
                self.pieces.entry((e.lo, e.hi)).or_default().push(e);
            }
        }
    }

    /// The edges of one segment, in the direction of the chain that is subtracted.
    fn pieces_of(&self, i: u32) -> Vec<Edge> {
        let [a, b] = self.segments[i as usize];
        let (lo, hi) = (a.min(b), a.max(b));
        let sign = if a == lo { -1 } else { 1 };
        let inside = self.stops.get(&i).map_or(&[][..], Vec::as_slice).iter().copied();
        let points: Vec<Point> = std::iter::once(lo).chain(inside).chain(std::iter::once(hi)).collect();
        let pieces = points.windows(2).filter(|w| w[0] != w[1]);
        pieces
            .map(|w| {
                // Within a pixel of the line the order of points need not be that of their coordinates.
                let (p, q, sign) = if w[0] < w[1] { (w[0], w[1], sign) } else { (w[1], w[0], -sign) };
                Edge { lo: p, hi: q, holder: BOUNDARY, sign }
            })
            .collect()
    }
}
