//! From edges with two sides to arcs between nodes.

use partition::frame::Point;

/// An edge and who lies on its sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SidedEdge {
    pub(crate) from: Point,
    pub(crate) to: Point,
    pub(crate) left: u32,
    pub(crate) right: u32,
}

/// A line between two nodes with the same holders along it; closed when it starts and ends in the same point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arc {
    pub(crate) line: Vec<Point>,
    pub(crate) left: u32,
    pub(crate) right: u32,
}

/// Joins edges where exactly two meet and their sides go on; the order of `edges` decides the order of arcs.
///
/// O(n log n).
pub(crate) fn arcs(edges: &[SidedEdge]) -> Vec<Arc> {
    let mut points: Vec<Point> = edges.iter().flat_map(|e| [e.from, e.to]).collect();
    points.sort_unstable();
    points.dedup();
    let number = |p: Point| points.partition_point(|&q| q < p);
    let ends: Vec<[usize; 2]> = edges.iter().map(|e| [number(e.from), number(e.to)]).collect();
    let mut spokes: Vec<Vec<usize>> = vec![Vec::new(); points.len()];
    for (i, &[a, b]) in ends.iter().enumerate() {
        spokes[a].push(i);
        spokes[b].push(i);
    }
    // Sides of edge `i` as seen when leaving `v`.
    let leaving = |i: usize, v: usize| {
        let e = &edges[i];
        if ends[i][0] == v { (e.left, e.right) } else { (e.right, e.left) }
    };
    let goes_on = |v: usize| match spokes[v][..] {
        [i, j] => {
            let (l, r) = leaving(i, v);
            leaving(j, v) == (r, l)
        }
        _ => false,
    };
    let mut used = vec![false; edges.len()];
    let mut out = Vec::new();
    let mut walk = |start: usize, v: usize, used: &mut Vec<bool>| {
        let (left, right) = leaving(start, v);
        let (mut i, mut at) = (start, v);
        let mut line = vec![points[v]];
        loop {
            used[i] = true;
            at = if ends[i][0] == at { ends[i][1] } else { ends[i][0] };
            line.push(points[at]);
            if at == v || !goes_on(at) {
                break;
            }
            i = if spokes[at][0] == i { spokes[at][1] } else { spokes[at][0] };
        }
        out.push(Arc { line, left, right });
    };
    for i in 0..edges.len() {
        for v in ends[i] {
            if !used[i] && !goes_on(v) {
                walk(i, v, &mut used);
            }
        }
    }
    for i in 0..edges.len() {
        if !used[i] {
            walk(i, ends[i][0], &mut used);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e(a: (i64, i64), b: (i64, i64), left: u32, right: u32) -> SidedEdge {
        SidedEdge { from: Point::new(a.0, a.1), to: Point::new(b.0, b.1), left, right }
    }

    #[test]
    fn arcs_end_where_three_meet_or_sides_change() {
        let square = [
            e((0, 0), (4, 0), 0, 9),
            e((4, 0), (4, 4), 0, 9),
            e((0, 4), (4, 4), 9, 0),
            e((0, 0), (0, 4), 9, 0),
        ];
        let loops = arcs(&square);
        assert_eq!(loops.len(), 1, "a lone ring is one closed arc");
        assert_eq!(loops[0].line.len(), 5);
        let mut split = square.to_vec();
        split.push(e((0, 0), (4, 4), 1, 0));
        split[2].right = 1;
        split[3].right = 1;
        let three = arcs(&split);
        assert_eq!(three.len(), 3);
        assert!(three.iter().all(|a| a.left != a.right));
    }
}
