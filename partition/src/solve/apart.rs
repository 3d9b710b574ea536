//! Which units never share a cell.

/// Groups of units of which no cell holds two; walls are groups of two. Empty where nothing is kept apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Apart {
    groups: Vec<Vec<u32>>,
    /// The groups of each unit; empty when there are no groups.
    of: Vec<Vec<u32>>,
}

impl Apart {
    /// Groups over units `0..units`; those with fewer than two members say nothing and are left out.
    pub(crate) fn new(units: usize, groups: impl IntoIterator<Item = Vec<u32>>) -> Self {
        let groups: Vec<Vec<u32>> = groups.into_iter().filter(|g| g.len() > 1).collect();
        if groups.is_empty() {
            return Self::default();
        }
        let mut of = vec![Vec::new(); units];
        for (g, members) in groups.iter().enumerate() {
            for &u in members {
                of[u as usize].push(g as u32);
            }
        }
        Self { groups, of }
    }

    /// What is left of it among `units`, numbered in their order.
    pub(crate) fn among(&self, units: &[u32]) -> Self {
        if self.is_empty() {
            return Self::default();
        }
        let mut groups = vec![Vec::new(); self.groups.len()];
        for (local, &u) in units.iter().enumerate() {
            for &g in &self.of[u as usize] {
                groups[g as usize].push(local as u32);
            }
        }
        Self::new(units.len(), groups)
    }

    /// The same for clusters of units, none of which holds two that stay apart.
    pub(crate) fn clustered(&self, cluster: &[u32], clusters: usize) -> Self {
        Self::new(clusters, self.groups.iter().map(|g| g.iter().map(|&u| cluster[u as usize]).collect()))
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub(crate) fn groups(&self) -> &[Vec<u32>] {
        &self.groups
    }

    /// Size of the largest group: no fewer cells can do. 1 without groups.
    pub(crate) fn largest(&self) -> usize {
        self.groups.iter().map(Vec::len).max().unwrap_or(1)
    }

    pub(crate) fn of(&self, unit: u32) -> &[u32] {
        self.of.get(unit as usize).map_or(&[], Vec::as_slice)
    }

    /// Units that `unit` may not be with, possibly several times.
    pub(crate) fn foes(&self, unit: u32) -> impl Iterator<Item = u32> + '_ {
        self.of(unit).iter().flat_map(|&g| &self.groups[g as usize]).copied().filter(move |&v| v != unit)
    }

    pub(crate) fn forbids(&self, a: u32, b: u32) -> bool {
        self.of(a).iter().any(|g| self.of(b).contains(g))
    }

    /// How many units of `cell` may not be with `unit`.
    #[inline]
    pub(crate) fn conflicts(&self, unit: u32, cell: u32, labels: &[u32]) -> usize {
        if self.is_empty() {
            return 0;
        }
        self.foes(unit).filter(|&v| labels[v as usize] == cell).count()
    }

    /// Cells that hold units that should be apart, ascending.
    pub(crate) fn cells_in_conflict(&self, labels: &[u32]) -> Vec<u32> {
        let mut bad = Vec::new();
        for group in &self.groups {
            let mut cells: Vec<u32> = group.iter().map(|&u| labels[u as usize]).collect();
            cells.sort_unstable();
            bad.extend(cells.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]));
        }
        bad.sort_unstable();
        bad.dedup();
        bad
    }
}
