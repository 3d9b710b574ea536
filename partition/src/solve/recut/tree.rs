//! Random spanning trees.

use super::Edge;
use crate::solve::{part::NOWHERE, rng::Rng};

/// A rooted spanning tree.
pub(super) struct Tree {
    /// Parents before children, the children of one in a row.
    pub(super) order: Vec<u32>,
    pub(super) parent: Vec<u32>,
    /// Where in the order the children of each node begin and end.
    children: Vec<[u32; 2]>,
}

impl Tree {
    /// Kruskal's tree over random keys that favour long borders, so that cuts run along short ones.
    pub(super) fn random(nodes: &[u32], size: usize, edges: &[Edge], rng: &mut Rng) -> Option<Self> {
        let longest = edges.iter().map(|e| e.border).max().unwrap_or(0).max(1) as f64;
        let mut keyed: Vec<(f64, usize)> = edges
            .iter()
            .enumerate()
            .map(|(i, e)| (rng.unit() - 0.6 * (e.border.max(0) as f64 / longest).sqrt(), i))
            .collect();
        keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut leader: Vec<u32> = (0..size as u32).collect();
        let mut adjacent: Vec<Vec<u32>> = vec![Vec::new(); size];
        let mut links = 1;
        for (_, i) in keyed {
            let [a, b] = edges[i].ends;
            let (ra, rb) = (find(&mut leader, a), find(&mut leader, b));
            if ra != rb {
                leader[ra as usize] = rb;
                adjacent[a as usize].push(b);
                adjacent[b as usize].push(a);
                links += 1;
                if links == nodes.len() {
                    break;
                }
            }
        }
        if links < nodes.len() {
            return None;
        }
        let root = *nodes.get(rng.below(nodes.len()))?;
        let mut parent = vec![NOWHERE; size];
        let mut children = vec![[0; 2]; size];
        let mut order = vec![root];
        let mut head = 0;
        while head < order.len() {
            let u = order[head];
            head += 1;
            let first = order.len() as u32;
            for &v in &adjacent[u as usize] {
                if v != parent[u as usize] {
                    parent[v as usize] = u;
                    order.push(v);
                }
            }
            children[u as usize] = [first, order.len() as u32];
        }
        Some(Self { order, parent, children })
    }

    pub(super) fn children(&self, u: u32) -> &[u32] {
        let [first, end] = self.children[u as usize];
        &self.order[first as usize..end as usize]
    }

    pub(super) fn parent_of(&self, u: u32) -> Option<u32> {
        Some(self.parent[u as usize]).filter(|&up| up != NOWHERE)
    }
}

fn find(leader: &mut [u32], mut u: u32) -> u32 {
    while leader[u as usize] != u {
        leader[u as usize] = leader[leader[u as usize] as usize];
        u = leader[u as usize];
    }
    u
}
