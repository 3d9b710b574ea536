//! The unit graph: who shares a border with whom, and for how long.

use crate::frame::Point;

/// Basic units as a graph in compressed rows.
///
/// Units are numbered `0..len`. All sums are integers, so they do not depend on the order of units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitGraph {
    /// `offsets[u]..offsets[u + 1]` are the entries of unit `u` in `neighbours` and `border_mm`.
    pub offsets: Vec<u32>,
    /// Neighbours, ascending within a row; rook contiguity only (a shared point is no border).
    pub neighbours: Vec<u32>,
    /// Length of the shared border, mm, beside each neighbour.
    pub border_mm: Vec<i64>,
    /// Area of each unit, mm².
    pub area_mm2: Vec<i64>,
    /// Whole perimeter of each unit, mm.
    pub perimeter_mm: Vec<i64>,
    /// A point that stands for each unit (its centroid, rounded), µm.
    pub centre: Vec<Point>,
}
