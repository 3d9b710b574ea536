//! Whether a size preset can be met at all, decided before any optimising.
//!
//! Everything is whole-number arithmetic on totals; where units cannot be cut, a range that is feasible here
//! may still be out of reach, never the other way round.

use super::Range;
use std::{cmp::Ordering, ops::RangeInclusive};

/// The numbers of cells that can put `total` into `range` each: `⌈total / hi⌉ ..= ⌊total / lo⌋`.
///
/// `None` when no whole number does, and when there is nothing to divide. An upper end of zero is met by
/// nothing; a lower end of zero allows up to one cell for each of the `total`.
///
/// ```
/// use partition::workload::{Range, feasible_k};
///
/// assert_eq!(feasible_k(3_100, Range::new(300, 500)), Some(7..=10));
/// assert_eq!(feasible_k(550, Range::new(300, 500)), None); // one cell is too large, two are too small
/// ```
#[must_use]
pub fn feasible_k(total: u64, range: Range) -> Option<RangeInclusive<u64>> {
    if total == 0 || range.hi == 0 {
        return None;
    }
    let (least, most) = (total.div_ceil(range.hi), total / range.lo.max(1));
    (least <= most).then_some(least..=most)
}

/// The number of cells whose mean lies nearest to `range`; the smaller number when two are as near.
///
/// What to say when [`feasible_k`] answers `None`: "no number of cells meets the preset; with `k` the mean is
/// `total / k`". A feasible total gives its smallest feasible number. Zero for a total of zero.
#[must_use]
pub fn nearest_k(total: u64, range: Range) -> u64 {
    if total == 0 {
        return 0;
    }
    if let Some(ks) = feasible_k(total, range) {
        return *ks.start();
    }
    // With `few` cells the mean is above the range, with one more it is below.
    let few = (total / range.lo.max(1)).max(1);
    let many = few + 1;
    let wide = |v: u64| i128::from(v);
    let over = (wide(total) - wide(range.hi) * wide(few)).max(0) * wide(many); // (total/few − hi) · few · many
    let under = (wide(range.lo) * wide(many) - wide(total)).max(0) * wide(few); // (lo − total/many) · few · many
    let single_too_small = total < range.lo;
    if single_too_small || over.cmp(&under) != Ordering::Greater { few } else { many }
}

/// How many cells to make: `total / target` rounded half up, then moved into the feasible range and below the
/// number of people there are to lead them.
///
/// `None` when no number is feasible, or when the staff are fewer than the smallest feasible number.
#[must_use]
pub fn derive_k(total: u64, target: u64, range: Range, staff: Option<u64>) -> Option<u64> {
    let feasible = feasible_k(total, range)?;
    let target = target.max(1);
    let wanted = total / target + u64::from(total % target >= target.div_ceil(2));
    let most = staff.map_or(*feasible.end(), |s| s.min(*feasible.end()));
    (*feasible.start() <= most).then(|| wanted.clamp(*feasible.start(), most))
}

/// The totals that no whole number of cells can put into `range`: bands of consecutive totals, ascending,
/// starting with those too small for a single cell.
///
/// ```
/// use partition::workload::{Range, unsolvable_totals};
///
/// assert_eq!(unsolvable_totals(Range::new(300, 500)), [1..=299, 501..=599]);
/// ```
///
/// A range of a single value has a band below each of its multiples, without end; the bands are cut after 1000.
#[must_use]
pub fn unsolvable_totals(range: Range) -> Vec<RangeInclusive<u64>> {
    (0..1000_u64)
        .map_while(|k| {
            let first = k.checked_mul(range.hi)?.checked_add(1)?;
            let next = (k + 1).checked_mul(range.lo)?;
            (first < next).then(|| first..=next - 1)
        })
        .collect()
}

/// Whether the household range and the person range of a preset can hold in the same cell.
///
/// The two are not independent: a community has some number of persons per household, and a cell of it has
/// about the same. Ratios are in thousandths, rounded outwards; the answer itself is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JointFeasibility {
    /// Whether some cell size meets both ranges at the community's ratio.
    pub feasible: bool,
    /// Persons per household in the community, thousandths, rounded down.
    pub ratio_milli: u64,
    /// Smallest ratio at which both ranges can hold, thousandths, rounded down.
    pub least_ratio_milli: u64,
    /// Greatest ratio at which both ranges can hold, thousandths, rounded up.
    pub greatest_ratio_milli: u64,
}

/// Whether both ranges of a preset can hold where `total_households` hold `total_persons`.
///
/// They can iff `persons.lo / households.hi ≤ r ≤ persons.hi / households.lo`. `None` when there are no
/// households, or when a range of households starts or ends at zero: then there is no ratio to compare.
#[must_use]
pub fn joint_feasibility(
    households: Range,
    persons: Range,
    total_households: u64,
    total_persons: u64,
) -> Option<JointFeasibility> {
    if total_households == 0 || households.lo == 0 || households.hi == 0 {
        return None;
    }
    let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
    let feasible = product(persons.lo, total_households) <= product(total_persons, households.hi)
        && product(total_persons, households.lo) <= product(persons.hi, total_households);
    let milli = |value: u128| u64::try_from(value).unwrap_or(u64::MAX);
    Some(JointFeasibility {
        feasible,
        ratio_milli: milli(product(total_persons, 1000) / u128::from(total_households)),
        least_ratio_milli: milli(product(persons.lo, 1000) / u128::from(households.hi)),
        greatest_ratio_milli: milli(product(persons.hi, 1000).div_ceil(u128::from(households.lo))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::size_preset;

    fn both(id: &str) -> (Range, Range) {
        let preset = size_preset(id).unwrap();
        (preset.households.unwrap(), preset.persons.unwrap())
    }

    #[test]
    fn totals_between_one_and_two_cells_have_no_solution() {
        let range = Range::new(300, 500);
        assert_eq!(unsolvable_totals(range), [1..=299, 501..=599]);
        assert_eq!(unsolvable_totals(Range::new(200, 300)), [1..=199, 301..=399]);
        for total in 1..3_000 {
            let banned = unsolvable_totals(range).iter().any(|band| band.contains(&total));
            assert_eq!(feasible_k(total, range).is_none(), banned, "{total}");
        }
    }

    #[test]
    fn five_cells_for_3100_households_are_too_few() {
        let ks = feasible_k(3_100, Range::new(300, 500)).unwrap();
        assert_eq!(ks, 7..=10);
        assert!(!ks.contains(&5));
    }

    #[test]
    fn feasible_numbers_agree_with_trying_each() {
        for (lo, hi) in [(0, 3), (1, 1), (3, 5), (4, 4), (7, 9)] {
            for total in 1..80_u64 {
                let found: Vec<_> = (1..=total).filter(|k| lo * k <= total && total <= hi * k).collect();
                let answer = feasible_k(total, Range::new(lo, hi)).into_iter().flatten();
                assert_eq!(answer.collect::<Vec<_>>(), found, "{total} in {lo}–{hi}");
            }
        }
        assert_eq!(feasible_k(0, Range::new(3, 5)), None);
        assert_eq!(feasible_k(5, Range::new(0, 0)), None);
    }

    #[test]
    fn the_nearest_number_lies_on_the_nearer_side_of_an_unsolvable_band() {
        let range = Range::new(300, 500);
        assert_eq!(nearest_k(510, range), 1); // 510 is 10 above, 255 is 45 below
        assert_eq!(nearest_k(590, range), 2); // 590 is 90 above, 295 is 5 below
        assert_eq!(nearest_k(200, range), 1);
        assert_eq!(nearest_k(3_100, range), 7);
        assert_eq!(nearest_k(0, range), 0);
    }

    #[test]
    fn the_number_follows_target_range_and_staff() {
        let range = Range::new(300, 500);
        assert_eq!(derive_k(3_100, 400, range, None), Some(8));
        assert_eq!(derive_k(3_100, 620, range, None), Some(7));
        assert_eq!(derive_k(3_100, 400, range, Some(7)), Some(7));
        assert_eq!(derive_k(3_100, 400, range, Some(6)), None);
        assert_eq!(derive_k(550, 400, range, None), None);
    }

    #[test]
    fn about_300_households_and_1000_to_1500_persons_contradict_each_other_at_2_84() {
        let (households, persons) = both("s0-17-dangjian");
        let answer = joint_feasibility(households, persons, 3_100, 8_796).unwrap();
        assert!(!answer.feasible);
        assert_eq!(
            (answer.ratio_milli, answer.least_ratio_milli, answer.greatest_ratio_milli),
            (2837, 3030, 5556)
        );
    }

    #[test]
    fn a_wider_household_range_holds_at_2_84_but_not_at_1_85() {
        let (households, persons) = both("s0-11-shushan");
        let city = joint_feasibility(households, persons, 3_100, 8_796).unwrap();
        assert!(city.feasible);
        assert_eq!((city.least_ratio_milli, city.greatest_ratio_milli), (2000, 5000));
        assert!(!joint_feasibility(households, persons, 4_839, 8_959).unwrap().feasible);
        assert_eq!(joint_feasibility(households, persons, 0, 10), None);
    }

    #[test]
    fn the_ends_of_the_ratio_belong_to_it() {
        let (households, persons) = both("s0-11-shushan");
        assert!(joint_feasibility(households, persons, 500, 1_000).unwrap().feasible);
        assert!(joint_feasibility(households, persons, 300, 1_500).unwrap().feasible);
        assert!(!joint_feasibility(households, persons, 500, 999).unwrap().feasible);
        assert!(!joint_feasibility(households, persons, 300, 1_501).unwrap().feasible);
    }
}
