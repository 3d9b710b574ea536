//! From an edge list to sorted, symmetric rows.

use super::UnitGraph;
use crate::frame::Point;

/// Why an edge list is not a unit graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// The attribute columns have different lengths.
    #[error(
        "{areas} areas, {perimeters} perimeters and {centres} centres were given; give one of each for every unit"
    )]
    ColumnLengths {
        /// Number of areas.
        areas: usize,
        /// Number of perimeters.
        perimeters: usize,
        /// Number of centres.
        centres: usize,
    },
    /// More units or borders than 32-bit indices can name.
    #[error(
        "{count} units or borders are too many; a graph holds fewer than 2^31 of each, so split the input"
    )]
    TooLarge {
        /// How many there were.
        count: usize,
    },
    /// An edge names a unit that does not exist.
    #[error(
        "edge {edge} names unit {unit}, but units are numbered 0 to {last}; check the ids of the edge list"
    )]
    UnknownUnit {
        /// Position in the edge list.
        edge: usize,
        /// The unit named.
        unit: u32,
        /// The largest unit there is, −1 when there is none.
        last: i64,
    },
    /// A unit borders itself.
    #[error("edge {edge} joins unit {unit} to itself; leave such edges out")]
    Loop {
        /// Position in the edge list.
        edge: usize,
        /// The unit.
        unit: u32,
    },
    /// A border, area or perimeter is below zero, or borders add up beyond the range of an `i64`.
    #[error("the {what} of {at} is negative or too large; lengths are mm, areas mm²")]
    Measure {
        /// Which measure.
        what: &'static str,
        /// Position in the edge list or unit number.
        at: usize,
    },
}

impl UnitGraph {
    /// A graph from one entry per stretch of shared border: `(unit, unit, border_mm)`, in either direction.
    ///
    /// Several stretches between the same two units add up. A perimeter that is unknown (0) or shorter than the
    /// unit's borders becomes the sum of its borders.
    ///
    /// # Errors
    /// [`GraphError`] names the first entry that cannot be right.
    pub fn from_edges(
        area_mm2: Vec<i64>,
        mut perimeter_mm: Vec<i64>,
        centre: Vec<Point>,
        edges: &[(u32, u32, i64)],
    ) -> Result<Self, GraphError> {
        let n = area_mm2.len();
        if perimeter_mm.len() != n || centre.len() != n {
            return Err(GraphError::ColumnLengths {
                areas: n,
                perimeters: perimeter_mm.len(),
                centres: centre.len(),
            });
        }
        if n.max(edges.len()) >= 1 << 31 {
            return Err(GraphError::TooLarge { count: n.max(edges.len()) });
        }
        for (what, column) in [("area", &area_mm2), ("perimeter", &perimeter_mm)] {
            if let Some(at) = column.iter().position(|&x| x < 0) {
                return Err(GraphError::Measure { what, at });
            }
        }
        let mut directed = Vec::with_capacity(2 * edges.len());
        for (edge, &(a, b, border)) in edges.iter().enumerate() {
            if let Some(unit) = [a, b].into_iter().find(|&u| u as usize >= n) {
                return Err(GraphError::UnknownUnit { edge, unit, last: n as i64 - 1 });
            }
            if a == b {
                return Err(GraphError::Loop { edge, unit: a });
            }
            if border < 0 {
                return Err(GraphError::Measure { what: "border", at: edge });
            }
            directed.extend([(a, b, border), (b, a, border)]);
        }
        directed.sort_unstable();
        let mut graph = Self { offsets: vec![0; n + 1], area_mm2, centre, ..Self::default() };
        let mut last = None;
        for (a, b, border) in directed {
            if last == Some((a, b)) {
                if let Some(sum) = graph.border_mm.last_mut() {
                    *sum = sum
                        .checked_add(border)
                        .ok_or(GraphError::Measure { what: "border", at: a as usize })?;
                }
                continue;
            }
            last = Some((a, b));
            graph.neighbours.push(b);
            graph.border_mm.push(border);
            graph.offsets[a as usize + 1] += 1;
        }
        for u in 0..n {
            graph.offsets[u + 1] += graph.offsets[u];
        }
        for (u, perimeter) in perimeter_mm.iter_mut().enumerate() {
            let borders = graph
                .neighbours(u as u32)
                .try_fold(0_i64, |sum, (_, border)| sum.checked_add(border))
                .ok_or(GraphError::Measure { what: "sum of borders", at: u })?;
            *perimeter = borders.max(*perimeter);
        }
        graph.perimeter_mm = perimeter_mm;
        Ok(graph)
    }
}
