//! Random checks (随机抽查): the same objects whoever draws them again.

use sha2::{Digest, Sha256};

/// Draws up to `each` objects of every cell. `objects` are a name and the cell it lies in; what lies in none is never
/// drawn. Returns the indices of the drawn, cell by cell, in the order of the draw.
///
/// # When to use
/// For inspections that a plan wants to be random and nobody shall be able to steer: 「各随机抽查20户市场主体」. Who has
/// the seed and the list draws the same.
///
/// # How
/// Objects of a cell are ordered by SHA-256 of the seed and the name, and the first are taken. The order of the list has
/// no part in it, and an object that comes or goes displaces at most one other.
///
/// # Complexity
/// O(n log n).
#[must_use]
pub fn sample(objects: &[(&str, Option<u32>)], cells: usize, each: usize, seed: u64) -> Vec<Vec<u32>> {
    let mut of_cell: Vec<Vec<([u8; 32], &str, u32)>> = vec![Vec::new(); cells];
    for (i, &(name, cell)) in (0..).zip(objects) {
        if let Some(own) = cell.and_then(|c| of_cell.get_mut(c as usize)) {
            let ticket = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(name).finalize();
            own.push((ticket.into(), name, i));
        }
    }
    of_cell
        .into_iter()
        .map(|mut own| {
            own.sort_unstable();
            own.into_iter().take(each).map(|o| o.2).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::sample;

    /// The names drawn, cell by cell.
    fn drawn(objects: &[(&str, Option<u32>)], seed: u64) -> Vec<Vec<String>> {
        let name = |&i: &u32| objects[i as usize].0.to_owned();
        sample(objects, 2, 3, seed).iter().map(|own| own.iter().map(name).collect()).collect()
    }

    #[test]
    fn the_draw_depends_on_seed_and_names_alone() {
        let names: Vec<String> = (0..40).map(|i| format!("商户{i}")).collect();
        let cell = |i: usize| if i == 7 { None } else { Some(u32::from(!i.is_multiple_of(8))) };
        let objects: Vec<(&str, Option<u32>)> =
            names.iter().enumerate().map(|(i, n)| (n.as_str(), cell(i))).collect();
        let first = drawn(&objects, 1);
        assert_eq!(first.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
        let other_way: Vec<_> = objects.iter().rev().copied().collect();
        assert_eq!(drawn(&other_way, 1), first);
        assert_ne!(drawn(&objects, 2), first);
        assert!(!first.concat().contains(&"商户7".to_owned()));
        // One more object displaces one at most; a cell with few gives all.
        let more = [&objects[..], &[("新商户", Some(1))]].concat();
        let kept = drawn(&more, 1)[1].iter().filter(|n| first[1].contains(n)).count();
        assert!(kept >= 2);
        assert_eq!(sample(&objects[..2], 2, 3, 1), [vec![0], vec![1]]);
    }

    #[test]
    fn every_object_is_as_likely_as_any_other() {
        let names: Vec<String> = (0..10).map(|i| i.to_string()).collect();
        let objects: Vec<(&str, Option<u32>)> = names.iter().map(|n| (n.as_str(), Some(0))).collect();
        let mut times = [0; 10];
        (0..1000)
            .for_each(|seed| sample(&objects, 1, 3, seed)[0].iter().for_each(|&i| times[i as usize] += 1));
        assert!(times.iter().all(|&n| (230..370).contains(&n)), "{times:?}");
    }
}
