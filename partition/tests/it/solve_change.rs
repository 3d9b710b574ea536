//! A plan in force, changed as little as can be.

use crate::support::{Dice, bench, grid};
use partition::{
    graph::UnitGraph,
    plan::succession,
    progress::Silent,
    solve::{Criterion, Current, Goal, Lock, Options, Problem, Rules, Solution, SolveError, solve},
};

fn redraw(
    graph: &UnitGraph,
    loads: &[i64],
    labels: &[Option<u32>],
    k: u32,
    cap: Option<i64>,
    rules: &Rules,
) -> Result<Solution, SolveError> {
    let criterion = Criterion { name: "households".to_owned(), loads: loads.to_vec() };
    let current = Some(Current { labels, price: Current::USUAL_PRICE, cap });
    let problem = Problem { current, rules: Some(rules), ..Problem::new(graph, &criterion, Goal::Cells(k)) };
    solve(&problem, &Options { tolerance: Some(0.05), ..Options::default() }, &Silent)
}

/// Moved load counted anew, from labels alone.
fn moved(before: &[Option<u32>], s: &Solution, loads: &[i64]) -> i64 {
    let heir = succession(before, &s.labels, s.cells.len(), loads, &[]);
    (0..loads.len())
        .filter(|&u| before[u].is_some_and(|old| heir[s.labels[u] as usize] != Some(old)))
        .map(|u| loads[u])
        .sum()
}

fn noisy(loads: &[i64], dice: &mut Dice) -> Vec<i64> {
    loads
        .iter()
        .map(|&w| {
            // A tenth up or down, and one unit in a hundred grows by half.
            let noise = 900 + dice.below(201) as i64;
            let growth = if dice.below(100) == 0 { 3 } else { 2 };
            w * noise * growth / 2000
        })
        .collect()
}

#[test]
fn a_plan_that_is_good_stays_as_it_is() {
    let graph = grid(12, 12, |_, _| false);
    let labels: Vec<Option<u32>> = (0..144_u32).map(|u| Some(40 + u / 12 / 3 * 4 + u % 12 / 3)).collect();
    let loads = vec![10; 144];
    let s = redraw(&graph, &loads, &labels, 16, Some(0), &Rules::default()).unwrap();
    let m = s.moved.clone().unwrap();
    assert_eq!((m.load, m.units.len()), (0, 0));
    let codes: Vec<u32> = m.succession.iter().map(|h| h.unwrap()).collect();
    assert_eq!(codes.len(), 16);
    assert!((0..144).all(|u| Some(codes[s.labels[u] as usize]) == labels[u]));
}

#[test]
fn growth_moves_a_little_and_a_cap_holds() {
    let graph = grid(12, 12, |_, _| false);
    let labels: Vec<Option<u32>> = (0..144_u32).map(|u| Some(u / 12 / 3 * 4 + u % 12 / 3)).collect();
    let mut loads = vec![10; 144];
    loads[0..3].fill(16);
    let s = redraw(&graph, &loads, &labels, 16, None, &Rules::default()).unwrap();
    let m = s.moved.clone().unwrap();
    assert_eq!(m.load, moved(&labels, &s, &loads));
    println!("moved {} of {}", m.load, loads.iter().sum::<i64>());
    assert!(m.load > 0 && m.load <= 150, "{}", m.load);
    assert!(graph.is_contiguous(&s.labels, 16));
    // A cap below what balance needs: less balance, never more change.
    let capped = redraw(&graph, &loads, &labels, 16, Some(10), &Rules::default()).unwrap();
    assert!(moved(&labels, &capped, &loads) <= 10);
    // A unit that is locked elsewhere goes there, and its cell keeps its code.
    let rules = Rules { locks: vec![Lock { unit: 3, cell: 0 }], ..Rules::default() };
    let s = redraw(&graph, &loads, &labels, 16, None, &rules).unwrap();
    let heir = s.moved.unwrap().succession[s.labels[3] as usize];
    assert_eq!(heir, Some(0));
    let error = redraw(&graph, &loads, &labels, 20, Some(1), &Rules::default()).unwrap_err();
    assert!(matches!(error, SolveError::MovedAboveCap { cap: 1, .. }), "{error}");
}

#[test]
fn cells_come_and_go_and_pieces_are_mended() {
    let graph = grid(10, 6, |_, _| false);
    let mut labels: Vec<Option<u32>> = (0..60_u32).map(|u| Some(u % 10 / 2)).collect();
    // A cell in two pieces, and ground that has no cell yet.
    labels[29] = Some(0);
    labels[30..34].fill(None);
    for k in [3, 5, 9] {
        let s = redraw(&graph, &[5; 60], &labels, k, None, &Rules::default()).unwrap();
        assert!(graph.is_contiguous(&s.labels, k as usize));
        let m = s.moved.clone().unwrap();
        assert_eq!(m.load, moved(&labels, &s, &[5; 60]));
        let kept = m.succession.iter().flatten().count();
        assert!(kept >= 3.min(k as usize), "k {k}: {:?}", m.succession);
    }
}

#[test]
fn taipei_after_a_year_moves_few_households() {
    let Some((graph, loads)) = bench("bench-taipei-11k") else { return };
    let criterion = Criterion { name: "households".to_owned(), loads: loads.clone() };
    let options = Options { tolerance: Some(0.05), ..Options::default() };
    for (k, most) in [(230, 0.05), (1149, 0.25)] {
        let plan = solve(&Problem::new(&graph, &criterion, Goal::Cells(k)), &options, &Silent).unwrap();
        let before: Vec<Option<u32>> = plan.labels.iter().map(|&l| Some(l)).collect();
        let loads = noisy(&loads, &mut Dice(5));
        let s = redraw(&graph, &loads, &before, k, None, &Rules::default()).unwrap();
        assert!(graph.is_contiguous(&s.labels, k as usize));
        let share = moved(&before, &s, &loads) as f64 / loads.iter().sum::<i64>() as f64;
        let fair = partition::measure::fair_share(&loads, k as usize).fair_share;
        let off = |s: &Solution| {
            s.cells.iter().filter(|c| (c.load as f64 / fair - 1.0).abs() > 0.05 + 1e-9).count()
        };
        println!("k {k}: {:.1} % moved, {} cells outside 5 %", 100.0 * share, off(&s));
        assert!(share < most, "{share}");
    }
}
