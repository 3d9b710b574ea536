//! Which cell of the plan in force a new cell goes on as: a code is an identity.

use std::collections::BTreeMap;

/// For each new cell `0..cells` the cell of the plan before whose code it keeps, if any.
///
/// A cell keeps the code of a cell that leaves at least half of its load in it; of several the one that leaves most,
/// of equal ones the lower number, each code once. Among cells without load the number of units decides. `fixed` pairs
/// of an old and a new cell hold whatever stays.
///
/// # Assumptions
/// `before`, `after` and `loads` have an entry for each unit; `after` is below `cells`.
///
/// # Complexity
/// O(n log n) in units.
#[must_use]
pub fn succession(
    before: &[Option<u32>],
    after: &[u32],
    cells: usize,
    loads: &[i64],
    fixed: &[(u32, u32)],
) -> Vec<Option<u32>> {
    // Units break ties of load and stand in for it where there is none.
    let weight = |u: usize| (i128::from(loads[u]) << 32) + 1;
    let mut whole: BTreeMap<u32, i128> = BTreeMap::new();
    let mut kept: BTreeMap<(u32, u32), i128> = BTreeMap::new();
    for (u, (old, &new)) in before.iter().zip(after).enumerate() {
        if let Some(old) = *old {
            *whole.entry(old).or_default() += weight(u);
            *kept.entry((old, new)).or_default() += weight(u);
        }
    }
    let mut offers: Vec<(i128, u32, u32)> = kept
        .into_iter()
        .filter(|((old, _), w)| whole.get(old).is_some_and(|all| 2 * w >= *all))
        .map(|((old, new), w)| (-w, old, new))
        .collect();
    offers.sort_unstable();
    let mut heir = vec![None; cells];
    let mut given = std::collections::BTreeSet::new();
    let fixed = fixed.iter().map(|&(old, new)| (0, old, new));
    for (_, old, new) in fixed.chain(offers) {
        if let Some(slot) = heir.get_mut(new as usize).filter(|h| h.is_none())
            && given.insert(old)
        {
            *slot = Some(old);
        }
    }
    heir
}

#[cfg(test)]
mod tests {
    use super::succession;

    #[test]
    fn a_code_stays_where_half_of_the_load_stays() {
        let before = [Some(7), Some(7), Some(7), Some(3), Some(3), None];
        // 7 leaves 60 of 100 in cell 1; 3 leaves half in each of two, and the lower number takes it.
        assert_eq!(
            succession(&before, &[1, 0, 0, 2, 0, 2], 4, &[60, 30, 10, 5, 5, 9], &[]),
            [Some(3), Some(7), None, None]
        );
        // Two cells that become one: the heavier code goes on, the other is retired.
        assert_eq!(succession(&before, &[0; 6], 1, &[1, 1, 1, 9, 9, 9], &[]), [Some(3)]);
        assert_eq!(succession(&before, &[0; 6], 1, &[1, 1, 1, 9, 9, 9], &[(7, 0)]), [Some(7)]);
        // No load at all: units count.
        assert_eq!(succession(&[Some(1); 3], &[0, 1, 1], 2, &[0; 3], &[]), [None, Some(1)]);
        assert_eq!(succession(&[Some(1); 4], &[0, 1, 2, 3], 4, &[1; 4], &[]), [None; 4]);
    }
}
