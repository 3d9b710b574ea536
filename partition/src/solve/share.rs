//! Sharing a number of cells by load.

/// `total` cells over parts by largest remainder (Hamilton), each within its `bounds` (fewest, most).
///
/// Sums of the fewest and the most must lie around `total`. Ties go to the part that comes first.
pub(crate) fn share(total: u32, loads: &[i128], bounds: &[(u32, u32)]) -> Vec<u32> {
    let sum = loads.iter().sum::<i128>().max(1);
    // What a part with c cells still lacks, as a multiple of 1/sum cells.
    let lack = |i: usize, c: u32| i128::from(total) * loads[i] - i128::from(c) * sum;
    let mut cells: Vec<u32> = (0..loads.len())
        .map(|i| {
            let floor = (i128::from(total) * loads[i]).div_euclid(sum);
            (floor.clamp(0, i128::from(u32::MAX)) as u32).clamp(bounds[i].0, bounds[i].1)
        })
        .collect();
    loop {
        let given: u64 = cells.iter().map(|&c| u64::from(c)).sum();
        let next = if given < u64::from(total) {
            let poorest = (0..cells.len())
                .filter(|&i| cells[i] < bounds[i].1)
                .max_by_key(|&i| (lack(i, cells[i]), std::cmp::Reverse(i)));
            poorest.map(|i| (i, cells[i] + 1))
        } else if given > u64::from(total) {
            let richest = (0..cells.len())
                .filter(|&i| cells[i] > bounds[i].0)
                .min_by_key(|&i| (lack(i, cells[i]), std::cmp::Reverse(i)));
            richest.map(|i| (i, cells[i] - 1))
        } else {
            None
        };
        let Some((i, c)) = next else { return cells };
        cells[i] = c;
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn largest_remainders_get_the_rest() {
        assert_eq!(share(10, &[470, 300, 160, 70], &[(1, 99); 4]), [5, 3, 1, 1]);
        assert_eq!(share(4, &[0, 10, 0], &[(1, 9); 3]), [1, 2, 1]);
        assert_eq!(share(5, &[100, 1], &[(1, 2), (1, 9)]), [2, 3]);
    }
}
