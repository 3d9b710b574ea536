//! Bringing the users of one edge together without sorting all edges.
//!
//! Edges are dealt into piles by a hash of their ends, chunk by chunk of the input; each pile fits the processor's
//! cache and is grouped by a small table. Neither chunks nor piles depend on the number of threads.

use super::cancel::Edge;
use rayon::prelude::*;

/// Edges in one pile, on average.
const PILE: usize = 1 << 13;
/// Edges held at a time; more are dealt in several rounds, so that memory stays bounded.
const ROUND: usize = 1 << 22;
/// Regions dealt by one task, for regions of some twenty edges.
const CHUNK: usize = 1024;

/// A hash of the undirected edge. Both directions have the same ends in order, hence the same hash.
#[inline]
fn hash(e: &Edge) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |h: u64, v: i64| (h.rotate_left(23) ^ v as u64).wrapping_mul(K);
    let h = mix(mix(mix(mix(K, e.lo.x), e.lo.y), e.hi.x), e.hi.y);
    h ^ (h >> 29)
}

/// Calls `settle` with the users of each undirected edge and collects into `T`; results are in an order that depends on
/// the edges and their sources alone.
///
/// `source(i, edges)` appends the edges of source `i` of `sources`; it is asked once a round.
pub(super) fn deal<T: Default + Send>(
    sources: usize,
    total: usize,
    source: impl Fn(usize, &mut Vec<Edge>) + Sync,
    settle: impl Fn(&mut [Edge], &mut T) + Sync,
) -> Vec<T> {
    let rounds = total.div_ceil(ROUND).max(1) as u64;
    let piles = (total / rounds as usize / PILE).next_power_of_two();
    let mut out = Vec::with_capacity(piles * rounds as usize);
    for round in 0..rounds {
        let chunks: Vec<Dealt> = (0..sources.div_ceil(CHUNK))
            .into_par_iter()
            .map_init(<(Vec<Edge>, Vec<u32>)>::default, |(edges, pile_of), c| {
                edges.clear();
                (c * CHUNK..sources.min((c + 1) * CHUNK)).for_each(|i| source(i, edges));
                Dealt::of(edges, round, rounds, piles, pile_of)
            })
            .collect();
        let settled = (0..piles).into_par_iter().map_init(Table::default, |table, pile| {
            let mut found = T::default();
            table.group(&chunks, pile, |users| settle(users, &mut found));
            found
        });
        out.extend(settled.collect::<Vec<T>>());
    }
    out
}

/// The edges of one chunk, by pile.
struct Dealt {
    edges: Vec<Edge>,
    /// Pile `p` is `edges[starts[p]..starts[p + 1]]`.
    starts: Vec<u32>,
}

impl Dealt {
    fn of(edges: &mut Vec<Edge>, round: u64, rounds: u64, piles: usize, pile_of: &mut Vec<u32>) -> Self {
        // The high half of the hash says which round, the low half which pile.
        let in_round = |h: u64| rounds == 1 || ((h >> 32) * rounds) >> 32 == round;
        if rounds > 1 {
            edges.retain(|e| in_round(hash(e)));
        }
        let mut starts = vec![0u32; piles + 1];
        pile_of.clear();
        pile_of.extend(edges.iter().map(|e| {
            let pile = hash(e) as u32 & (piles as u32 - 1);
            starts[pile as usize + 1] += 1;
            pile
        }));
        for p in 0..piles {
            starts[p + 1] += starts[p];
        }
        let mut next = starts.clone();
        let mut sorted = vec![Edge::default(); edges.len()];
        for (&pile, e) in pile_of.iter().zip(edges.iter()) {
            let at = &mut next[pile as usize];
            sorted[*at as usize] = *e;
            *at += 1;
        }
        Self { edges: sorted, starts }
    }

    fn pile(&self, p: usize) -> &[Edge] {
        &self.edges[self.starts[p] as usize..self.starts[p + 1] as usize]
    }
}

/// Groups the edges of one pile.
#[derive(Default)]
struct Table {
    edges: Vec<Edge>,
    /// First edge of the group in each slot, plus one; 0 is empty.
    slots: Vec<u32>,
    /// The edge before in the same group, plus one.
    before: Vec<u32>,
    /// The last edge of each group, in order of its first.
    groups: Vec<u32>,
    users: Vec<Edge>,
}

impl Table {
    fn group(&mut self, chunks: &[Dealt], pile: usize, mut settle: impl FnMut(&mut [Edge])) {
        self.edges.clear();
        for c in chunks {
            self.edges.extend_from_slice(c.pile(pile));
        }
        let n = self.edges.len();
        let size = (2 * n).next_power_of_two();
        self.slots.clear();
        self.slots.resize(size, 0);
        self.before.clear();
        self.before.resize(n, 0);
        self.groups.clear();
        // Edges made to share their hash would probe without end: sort such a pile instead.
        let mut patience = 16 * n + 1024;
        for i in 0..n {
            let e = self.edges[i];
            // The low bits chose the pile; others choose the slot.
            let mut slot = (hash(&e) >> 24) as usize & (size - 1);
            loop {
                match self.slots[slot] {
                    0 => {
                        self.slots[slot] = self.groups.len() as u32 + 1;
                        self.groups.push(i as u32);
                        break;
                    }
                    g => {
                        let last = &mut self.groups[g as usize - 1];
                        let o = &self.edges[*last as usize];
                        if o.lo == e.lo && o.hi == e.hi {
                            self.before[i] = *last + 1;
                            *last = i as u32;
                            break;
                        }
                        slot = (slot + 1) & (size - 1);
                        patience -= 1;
                        if patience == 0 {
                            self.edges.sort_unstable();
                            let same = |p: &Edge, q: &Edge| p.lo == q.lo && p.hi == q.hi;
                            return self.edges.chunk_by_mut(same).for_each(settle);
                        }
                    }
                }
            }
        }
        for &last in &self.groups {
            self.users.clear();
            let mut at = last + 1;
            while at != 0 {
                self.users.push(self.edges[at as usize - 1]);
                at = self.before[at as usize - 1];
            }
            settle(&mut self.users);
        }
    }
}
