//! Levels that nest.

use crate::support::{Dice, bench, grid};
use partition::{
    graph::UnitGraph,
    progress::Silent,
    solve::{
        Criterion, Goal, Level, Nested, Options, Problem, Rules, SolveError, certificate::Facts, solve_nested,
    },
};
use std::collections::BTreeMap;

fn levels(of: &[(u32, f64)]) -> Vec<Level> {
    of.iter().map(|&(cells, tolerance)| Level { cells, tolerance: Some(tolerance) }).collect()
}

fn nest(graph: &UnitGraph, loads: &[i64], levels: &[Level], rules: &Rules) -> Result<Nested, SolveError> {
    let criterion = Criterion { name: "households".to_owned(), loads: loads.to_vec() };
    let problem = Problem { rules: Some(rules), ..Problem::new(graph, &criterion, Goal::Cells(1)) };
    let as_made = |labels: &[u32], _: Option<&[u32]>| (0..=labels.iter().copied().max().unwrap()).collect();
    solve_nested(&problem, levels, &Options::default(), &as_made, &Silent)
}

/// Contiguity and nesting of every level, and how many of its cells are outside its tolerance.
fn outside(graph: &UnitGraph, loads: &[i64], levels: &[Level], found: &Nested) -> (Vec<usize>, Vec<f64>) {
    let all: Vec<&Vec<u32>> = found.above.iter().chain([&found.finest.labels]).collect();
    for w in all.windows(2) {
        let mut of: BTreeMap<u32, u32> = BTreeMap::new();
        for (&coarse, &fine) in w[0].iter().zip(w[1]) {
            assert_eq!(*of.entry(fine).or_insert(coarse), coarse, "cell {fine} crosses its parent");
        }
    }
    let total: i64 = loads.iter().sum();
    let one = |(labels, level): (&&Vec<u32>, &Level)| {
        assert!(graph.is_contiguous(labels, level.cells as usize));
        let mut sums = vec![0_i64; level.cells as usize];
        labels.iter().zip(loads).for_each(|(&c, w)| sums[c as usize] += w);
        let mean = total as f64 / f64::from(level.cells);
        let off = sums.iter().map(|&w| (w as f64 / mean - 1.0).abs());
        let worst = off.clone().fold(0.0, f64::max);
        (off.filter(|&d| d > level.tolerance.unwrap() + 1.0 / mean).count(), worst)
    };
    all.iter().zip(levels).map(one).unzip()
}

#[test]
fn four_levels_of_taipei_are_contiguous_within_their_tolerance_and_nest() {
    let Some((graph, loads)) = bench("bench-taipei-11k") else { return };
    // One component, as levels of one cell need.
    let all = graph.components();
    assert_eq!(all.count, 1);
    for levels in [
        levels(&[(4, 0.02), (12, 0.05), (60, 0.10), (300, 0.10)]),
        levels(&[(3, 0.05), (12, 0.05), (72, 0.10), (864, 0.25)]),
    ] {
        let found = nest(&graph, &loads, &levels, &Rules::default()).unwrap();
        let (outside, worst) = outside(&graph, &loads, &levels, &found);
        println!("{levels:?}: worst deviations {worst:?}, cells outside {outside:?}");
        assert_eq!(outside[..3], [0; 3]);
        // A cell outside is proved to be: its unit is too heavy, or fits no cell inside the level above.
        let finest = &found.finest;
        let facts = Facts::new(&graph, &loads, found.above.last().map(Vec::as_slice));
        assert_eq!(outside[3], finest.unmet.len());
        for unmet in &finest.unmet {
            finest.certificates[unmet.certificate.unwrap()].recheck(&facts).unwrap();
        }
    }
}

#[test]
fn units_kept_together_share_a_cell_in_every_level() {
    let graph = grid(16, 12, |_, _| false);
    let mut dice = Dice(5);
    let loads: Vec<i64> = (0..192).map(|_| 20 + dice.below(20) as i64).collect();
    let rules = Rules { together: vec![vec![7, 8, 24]], walls: vec![[0, 1]], ..Rules::default() };
    let levels = levels(&[(2, 0.05), (8, 0.10), (24, 0.25)]);
    let found = nest(&graph, &loads, &levels, &rules).unwrap();
    assert_eq!(outside(&graph, &loads, &levels, &found).0, [0; 3]);
    for labels in found.above.iter().chain([&found.finest.labels]) {
        assert!(labels[7] == labels[8] && labels[8] == labels[24]);
    }
    assert_ne!(found.finest.labels[0], found.finest.labels[1]);
    let wrong = nest(&graph, &loads, &self::levels(&[(8, 0.1), (2, 0.1)]), &rules).unwrap_err();
    assert!(wrong.to_string().contains("2 after 8") && wrong.to_string().contains("由粗到细"), "{wrong}");
}
