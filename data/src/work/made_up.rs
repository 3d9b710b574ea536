//! Loads that nobody counted, for scenarios on ground that comes without any. They are labelled as such.

use crate::store::model::Criterion;

/// A criterion whose loads add up to `total`, in shares that follow from `seed` and the number of the unit alone, or
/// from another column and a tenth up or down.
///
/// Unit `i` has the share 50 + h mod 100, or with `like` its load times 90 + h mod 21, where h is the number `i` of
/// SplitMix64 from `seed`; whole numbers by largest remainder, ties to the earlier unit. The label says so.
#[must_use]
pub fn criterion(name: &str, units: usize, total: i64, seed: u64, like: Option<&Criterion>) -> Criterion {
    let shares: Vec<i128> = (0..units as u64)
        .map(|i| match like {
            None => 50 + i128::from(hash(seed, i) % 100),
            Some(c) => i128::from(c.loads[i as usize]) * (90 + i128::from(hash(seed, i) % 21)),
        })
        .collect();
    let formula = match like {
        None => "50 + SplitMix64(seed)[unit] mod 100".to_owned(),
        Some(c) => format!("{} × (90 + SplitMix64(seed)[unit] mod 21)", c.name),
    };
    Criterion {
        name: name.to_owned(),
        scale: 1,
        estimate: Some(format!("made up · 虚构: {formula}, scaled to {total} in all, seed {seed}")),
        loads: scaled(&shares, total.max(0)),
    }
}

/// Whole numbers in proportion to `shares` that add up to `total`.
fn scaled(shares: &[i128], total: i64) -> Vec<i64> {
    let sum = shares.iter().sum::<i128>().max(1);
    let exact = |s: i128| s * i128::from(total);
    let mut loads: Vec<i64> = shares.iter().map(|&s| (exact(s) / sum) as i64).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|&i| (-(exact(shares[i]) % sum), i));
    let missing = (total - loads.iter().sum::<i64>()).max(0) as usize;
    for &i in order.iter().take(missing) {
        loads[i] += 1;
    }
    loads
}

/// The number `i` of the sequence from `seed` (SplitMix64; Steele, Lea, Flood 2014).
fn hash(seed: u64, i: u64) -> u64 {
    let mut z = seed.wrapping_add((i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_met_and_the_label_tells_how() {
        let households = criterion("households", 47, 3100, 406, None);
        assert_eq!(households.loads.iter().sum::<i64>(), 3100);
        assert!(households.loads.iter().all(|w| (30..=110).contains(w)), "{:?}", households.loads);
        let persons = criterion("persons", 47, 8796, 407, Some(&households));
        assert_eq!(persons.loads.iter().sum::<i64>(), 8796);
        assert!(persons.estimate.unwrap().contains("households × (90 + "));
        assert_ne!(criterion("a", 47, 3100, 1, None).loads, households.loads);
        // The published first number of the sequence from 0.
        assert_eq!(hash(0, 0), 0xE220_A839_7B1D_CDAF);
    }
}
