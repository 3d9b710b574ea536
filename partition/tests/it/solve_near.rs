//! Repairs near an edit, and proofs for small pieces.

use crate::support::grid;
use partition::solve::{
    Criterion, Current, Goal, Lock, Options, Problem, Rules, SolveError, prove_most_equal, solve_near,
};

/// 400 units in 16 square cells of 25.
fn squares() -> Vec<Option<u32>> {
    (0..400_u32).map(|u| Some(u / 20 / 5 * 4 + u % 20 / 5)).collect()
}

#[test]
fn a_locked_unit_is_paid_for_by_its_neighbours_only() {
    let graph = grid(20, 20, |_, _| false);
    let criterion = Criterion { name: "households".to_owned(), loads: vec![10; 400] };
    let mut labels = squares();
    // The unit in the middle of the upper border of cell 5 goes to cell 1.
    let unit = 5 * 20 + 7;
    assert_eq!(labels[unit as usize].replace(1), Some(5));
    let rules = Rules { locks: vec![Lock { unit, cell: 1 }], ..Rules::default() };
    let problem = Problem {
        rules: Some(&rules),
        current: Some(Current { labels: &labels, price: Current::USUAL_PRICE, cap: None }),
        ..Problem::new(&graph, &criterion, Goal::Range { lo: 245, hi: 255 })
    };
    let near = solve_near(&problem, &[unit], &Options::default()).unwrap();
    assert!(near.outside.is_empty(), "{near:?}");
    assert!(!near.moves.is_empty() && near.moves.len() <= 6, "{near:?}");
    let mut after: Vec<u32> = labels.iter().map(|l| l.unwrap()).collect();
    for &(u, c) in &near.moves {
        assert_ne!(u, unit, "the lock was broken");
        after[u as usize] = c;
    }
    assert!(graph.is_contiguous(&after, 16));
    assert!((0..16).all(|c| after.iter().filter(|&&l| l == c).count() == 25));
    let again = solve_near(&problem, &[unit], &Options::default()).unwrap();
    assert_eq!(near, again);
}

#[test]
fn a_repair_asks_for_a_plan_and_a_range() {
    let graph = grid(2, 2, |_, _| false);
    let criterion = Criterion { name: "households".to_owned(), loads: vec![1; 4] };
    let problem = Problem::new(&graph, &criterion, Goal::Range { lo: 1, hi: 2 });
    assert_eq!(solve_near(&problem, &[0], &Options::default()), Err(SolveError::NoPlan));
    let labels = [Some(0); 4];
    let current = Some(Current { labels: &labels, price: 4.0, cap: None });
    let problem = Problem { current, ..problem };
    let unknown = solve_near(&problem, &[9], &Options::default());
    assert_eq!(unknown, Err(SolveError::UnknownUnit { unit: 9 }));
}

#[test]
fn the_most_equal_plan_of_a_row_is_proved() {
    let graph = grid(6, 1, |_, _| false);
    let criterion = Criterion { name: "households".to_owned(), loads: vec![1, 2, 3, 4, 5, 6] };
    let proved = prove_most_equal(&Problem::new(&graph, &criterion, Goal::Cells(2)), 2).unwrap();
    // 1 + 2 + 3 + 4 against 5 + 6, by hand.
    assert!(proved.is_optimal());
    assert!((proved.worst - 0.5 / 10.5).abs() < 1e-12, "{proved:?}");
    assert_eq!(proved.labels[..4], [proved.labels[0]; 4]);
    let graph = grid(13, 5, |_, _| false);
    let criterion = Criterion { name: "households".to_owned(), loads: vec![1; 65] };
    let refused = prove_most_equal(&Problem::new(&graph, &criterion, Goal::Cells(2)), 2);
    assert_eq!(refused, Err(SolveError::TooManyUnits { units: 65, most: 64 }));
}
