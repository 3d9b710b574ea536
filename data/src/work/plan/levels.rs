//! Levels of cells above the finest: their ground, their codes, and the proof that they nest.

use crate::store::records::CellName;
use partition::chain::levels_match;
use partition::frame::Region;
use partition::measure::Figures;
use partition::plan::{dissolve, numbering};
use partition::solve;

/// A level of a plan (一级、二级 …), the finest included.
#[derive(Clone, Debug)]
pub struct PlanLevel {
    /// The cell of each unit.
    pub labels: Vec<u32>,
    /// Codes of the cells: that of the cell above, and a number in it.
    pub codes: Vec<String>,
    /// The ground of the cells.
    pub regions: Vec<Region>,
    /// How far from the mean a load may be, as a share of it.
    pub tolerance: Option<f64>,
    /// Figures computed from the labels of base cells alone.
    pub figures: Figures,
    /// Edges by which the level differs from the union of its cells below: 0 where it nests. `None` for the finest.
    pub differing: Option<usize>,
}

/// New numbers for the cells of a level: from north-west to south-east within their parents' order.
pub(super) fn in_order(units: &[Region], labels: &[u32], parents: Option<&[u32]>) -> Vec<u32> {
    let count = labels.iter().max().map_or(0, |&l| l as usize + 1);
    let mut parent = vec![0; count];
    for (&l, &p) in labels.iter().zip(parents.unwrap_or_default()) {
        parent[l as usize] = p;
    }
    let mut order = numbering(&dissolve(units, labels, count));
    order.sort_by_key(|&c| parent[c]);
    let mut new = vec![0; count];
    for (number, old) in (0..).zip(order) {
        new[old] = number;
    }
    new
}

/// Codes of the cells of each level: numbers within the cell above, joined by hyphens.
pub(super) fn codes(levels: &[&[u32]]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    for (i, labels) in levels.iter().enumerate() {
        let count = labels.iter().max().map_or(0, |&l| l as usize + 1);
        let mut above = vec![0_usize; count];
        if let Some(coarse) = i.checked_sub(1).and_then(|i| levels.get(i)) {
            labels.iter().zip(*coarse).for_each(|(&l, &c)| above[l as usize] = c as usize);
        }
        let prefixes = all.last().cloned().unwrap_or_else(|| vec![String::new()]);
        let mut number = vec![0_usize; prefixes.len()];
        let mut most = vec![0_usize; prefixes.len()];
        above.iter().for_each(|&a| most[a] += 1);
        let width = most.iter().max().map_or(1, |m| m.to_string().len());
        let code = |&a: &usize| {
            number[a] += 1;
            let hyphen = if prefixes[a].is_empty() { "" } else { "-" };
            format!("{}{hyphen}{:0width$}", prefixes[a], number[a])
        };
        all.push(above.iter().map(code).collect());
    }
    all
}

/// All levels with their figures, the coarsest first, and whether they nest; `finest` are the grounds of the last.
pub(super) fn described(
    units: &[Region],
    labels: &[&[u32]],
    figures: Vec<Figures>,
    wanted: &[solve::Level],
    finest: &[Region],
    names: &[CellName],
) -> Vec<PlanLevel> {
    let mut codes = codes(labels);
    if let Some(last) = codes.last_mut() {
        *last = names.iter().map(|n| n.code.clone()).collect();
    }
    let last = labels.len().saturating_sub(1);
    let mut levels: Vec<PlanLevel> = Vec::with_capacity(labels.len());
    let described = labels.iter().zip(codes).zip(wanted).zip(figures);
    for (i, (((&own, codes), level), figures)) in described.enumerate() {
        let regions = if i == last { finest.to_vec() } else { dissolve(units, own, codes.len()) };
        let (labels, tolerance) = (own.to_vec(), level.tolerance);
        levels.push(PlanLevel { labels, codes, regions, tolerance, figures, differing: None });
    }
    // From the finest up, as the proof goes.
    let above: Vec<Vec<u32>> = levels
        .iter()
        .enumerate()
        .rev()
        .map(|(i, level)| {
            let mut above = vec![0; level.codes.len()];
            if let Some(coarse) = i.checked_sub(1).and_then(|i| levels.get(i)) {
                level.labels.iter().zip(&coarse.labels).for_each(|(&l, &c)| above[l as usize] = c);
            }
            above
        })
        .collect();
    let chain: Vec<(&[Region], &[u32])> =
        levels.iter().rev().zip(&above).map(|(l, a)| (l.regions.as_slice(), a.as_slice())).collect();
    let differing = levels_match(&chain);
    for (level, differing) in levels.iter_mut().rev().skip(1).zip(differing) {
        level.differing = Some(differing);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::codes;

    #[test]
    fn codes_say_which_cell_a_cell_lies_in() {
        let (top, middle, low): (&[u32], &[u32], &[u32]) =
            (&[0, 0, 0, 1, 1, 1], &[0, 0, 1, 2, 2, 2], &[0, 1, 2, 3, 4, 4]);
        let made = codes(&[top, middle, low]);
        assert_eq!(made[0], ["1", "2"]);
        assert_eq!(made[1], ["1-1", "1-2", "2-1"]);
        assert_eq!(made[2], ["1-1-1", "1-1-2", "1-2-1", "2-1-1", "2-1-2"]);
    }
}
