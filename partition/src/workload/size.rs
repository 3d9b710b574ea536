//! Size presets: what published plans say about the size of a cell.

use serde::{Deserialize, Serialize};

/// An inclusive range of a whole quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Range {
    /// Smallest value inside.
    pub lo: u64,
    /// Largest value inside.
    pub hi: u64,
}

impl Range {
    /// From `lo` to `hi`, turned round when given the wrong way.
    #[must_use]
    pub const fn new(lo: u64, hi: u64) -> Self {
        if lo <= hi { Self { lo, hi } } else { Self { lo: hi, hi: lo } }
    }

    /// "About `value`": ten percent to either side. How wide "about" is stands in no plan.
    #[must_use]
    pub const fn about(value: u64) -> Self {
        Self { lo: value - value / 10, hi: value + value / 10 }
    }

    /// Whether `value` lies inside.
    #[must_use]
    pub const fn contains(self, value: u64) -> bool {
        self.lo <= value && value <= self.hi
    }

    /// The middle, rounded down: what a preset aims at.
    #[must_use]
    pub const fn middle(self) -> u64 {
        self.lo + (self.hi - self.lo) / 2
    }
}

/// How large a cell should be according to one plan. `None` means the plan gives no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SizePreset {
    /// Stable name, as options take it.
    pub id: &'static str,
    /// Households per cell.
    pub households: Option<Range>,
    /// Persons per cell.
    pub persons: Option<Range>,
    /// Area of a cell, m².
    pub area_m2: Option<Range>,
    /// What the plan calls the cell.
    pub unit_name: &'static str,
    /// Whether the figures describe existing cells instead of demanding a size.
    pub observed: bool,
    /// The words or figures the preset comes from.
    pub evidence: &'static str,
}

/// Every size preset. "About" figures are widened by ten percent, see [`Range::about`].
pub const SIZE_PRESETS: [SizePreset; 14] = [
    SizePreset {
        households: Some(Range::new(200, 300)),
        persons: Some(Range::about(1000)),
        ..preset("s0-05-community", "网格", "「每个网格内居民约200-300户左右,人口约1000人」")
    },
    SizePreset {
        households: Some(Range::about(1000)),
        ..preset("s0-06-large", "网格", "「每个网格内居民约1000户左右」")
    },
    SizePreset {
        households: Some(Range::new(300, 500)),
        persons: Some(Range::new(1000, 1500)),
        ..preset("s0-11-shushan", "网格", "「原则上每个网格以300-500户、人口1000-1500人为宜」")
    },
    SizePreset {
        households: Some(Range::about(300)),
        persons: Some(Range::new(1000, 1500)),
        ..preset("s0-17-dangjian", "网格", "「原则上按照300户、1000-1500人左右划分网格」")
    },
    SizePreset {
        households: Some(Range::about(150)),
        ..preset("s0-19-village", "片格", "「各行政村以150户左右划分1个片格」")
    },
    SizePreset {
        households: Some(Range::about(620)),
        persons: Some(Range::about(1759)),
        area_m2: Some(Range::about(420_000)),
        observed: true,
        ..preset("s4-06-observed", "网格", "means of 5 cells: 3100户, 8796人, 2.1 km²")
    },
    SizePreset {
        households: Some(Range::new(300, 500)),
        ..preset("zhejiang-2023", "网格", "浙江 2023: 300–500户")
    },
    SizePreset {
        households: Some(Range::new(200, 300)),
        ..preset(
            "zhejiang-2023-merged",
            "网格",
            "浙江 2023: 200–300户 where a merged community has more than 3000户 and many live elsewhere than registered (人户分离)",
        )
    },
    SizePreset {
        households: Some(Range::new(300, 500)), ..preset("haikou", "网格", "海口: 300–500户")
    },
    SizePreset {
        households: Some(Range::new(300, 500)),
        ..preset(
            "anhui-2016",
            "网格",
            "安徽某县 2016: 300–500户, road block as base line; 14 communities, 83 cells",
        )
    },
    SizePreset {
        households: Some(Range::new(160, 255)),
        persons: Some(Range::new(300, 550)),
        observed: true,
        ..preset("farm-town", "网格", "a farm town: 4839户, 8959人 in 21 cells")
    },
    SizePreset {
        households: Some(Range::new(30, 100)),
        ..preset("micro-chengdu", "微网格", "成都锦江: 30–100户或商家 (households or shops)")
    },
    SizePreset {
        households: Some(Range::about(100)),
        ..preset("micro-wujin", "微网格", "武进 2020: about 100户")
    },
    SizePreset {
        area_m2: Some(Range::about(10_000)),
        ..preset("unit-grid-10k", "单元网格", "北京东城: about 10 000 m² (万米单元网格), urban management")
    },
];

/// The preset called `id`.
#[must_use]
pub fn size_preset(id: &str) -> Option<&'static SizePreset> {
    SIZE_PRESETS.iter().find(|p| p.id == id)
}

/// A preset without any figure, to be filled.
const fn preset(id: &'static str, unit_name: &'static str, evidence: &'static str) -> SizePreset {
    SizePreset { id, households: None, persons: None, area_m2: None, unit_name, observed: false, evidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_preset_has_its_own_name_and_some_figure() {
        let ids: BTreeSet<_> = SIZE_PRESETS.iter().map(|p| p.id).collect();
        assert_eq!(ids.len(), SIZE_PRESETS.len());
        for p in &SIZE_PRESETS {
            assert!(p.households.or(p.persons).or(p.area_m2).is_some(), "{}", p.id);
            assert_eq!(size_preset(p.id), Some(p));
        }
        assert_eq!(size_preset("no such preset"), None);
    }

    #[test]
    fn about_is_ten_percent_to_either_side() {
        assert_eq!(Range::about(300), Range::new(270, 330));
        assert_eq!(Range::new(500, 300), Range { lo: 300, hi: 500 });
        assert!(Range::about(300).contains(270) && !Range::about(300).contains(331));
        assert_eq!(Range::new(300, 500).middle(), 400);
    }
}
