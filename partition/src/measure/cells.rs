//! Sums of each cell, for editing: what changes when a unit changes hands.

use crate::graph::UnitGraph;

/// The sums of one cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellSums {
    /// Units in it; none when the cell is retired.
    pub units: usize,
    /// The load of each column, in its steps.
    pub loads: Vec<i64>,
    /// Ground, mm².
    pub area_mm2: i128,
    /// Length of the outline, holes included, mm.
    pub perimeter_mm: i128,
}

impl CellSums {
    /// Compactness 4πA/P² (Polsby and Popper 1991): 1 for a disc, 0 without ground.
    #[must_use]
    pub fn polsby_popper(&self) -> f64 {
        let p = self.perimeter_mm as f64;
        if p > 0.0 { 4.0 * std::f64::consts::PI * self.area_mm2 as f64 / (p * p) } else { 0.0 }
    }
}

/// The sums of cells `0..cells`; `columns` hold the load of each unit.
///
/// Columns shorter than the graph count as zero loads; units labelled beyond `cells` belong to no cell.
///
/// # Complexity
/// O(units × columns + borders).
#[must_use]
pub fn cell_sums(graph: &UnitGraph, columns: &[&[i64]], labels: &[u32], cells: usize) -> Vec<CellSums> {
    let empty = CellSums { loads: vec![0; columns.len()], ..CellSums::default() };
    let mut sums = vec![empty; cells];
    for (u, &c) in labels.iter().enumerate().take(graph.len()) {
        let Some(cell) = sums.get_mut(c as usize) else { continue };
        cell.units += 1;
        for (sum, column) in cell.loads.iter_mut().zip(columns) {
            *sum = sum.saturating_add(column.get(u).copied().unwrap_or(0));
        }
        cell.area_mm2 += i128::from(graph.area_mm2[u]);
        cell.perimeter_mm += i128::from(graph.perimeter_mm[u]);
        for (v, border) in graph.neighbours(u as u32) {
            if labels.get(v as usize) == Some(&c) {
                cell.perimeter_mm -= i128::from(border);
            }
        }
    }
    sums
}
