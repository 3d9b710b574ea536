//! Invariants of the solver, on small random graphs and against brute force.

use crate::support::{Dice, grid};
use partition::{
    frame::Point,
    graph::{GraphError, UnitGraph},
    measure::{fair_share, figures},
    progress::{Progress, Silent},
    solve::{
        Certificate, Criterion, Goal, Options, Problem, Solution, SolveError, Step, certificate::Facts, solve,
    },
};
use std::collections::BTreeSet;

fn criterion(loads: Vec<i64>) -> Criterion {
    Criterion { name: "households".to_owned(), loads }
}

fn run(
    graph: &UnitGraph,
    loads: &[i64],
    parents: Option<&[u32]>,
    goal: Goal,
) -> Result<Solution, SolveError> {
    let criterion = criterion(loads.to_vec());
    solve(&Problem { parents, ..Problem::new(graph, &criterion, goal) }, &Options::default(), &Silent)
}

/// What must hold of every solution, whatever was asked.
fn check_invariants(graph: &UnitGraph, loads: &[i64], parents: Option<&[u32]>, s: &Solution) {
    assert!(graph.is_contiguous(&s.labels, s.cells.len()), "labels {:?}", s.labels);
    for (c, cell) in s.cells.iter().enumerate() {
        let units: Vec<usize> = (0..graph.len()).filter(|&u| s.labels[u] as usize == c).collect();
        assert_eq!(cell.units as usize, units.len());
        assert_eq!(cell.load, units.iter().map(|&u| loads[u]).sum::<i64>());
        assert_eq!(cell.area_mm2, units.iter().map(|&u| graph.area_mm2[u]).sum::<i64>());
        for u in units {
            assert_eq!(cell.parent, parents.map(|p| p[u]), "cell {c} crosses a parent");
        }
    }
    let first: Vec<_> = (0..s.cells.len())
        .map(|c| (s.cells[c].parent, s.labels.iter().position(|&l| l as usize == c)))
        .collect();
    assert!(first.is_sorted(), "cells are numbered by parent, then smallest unit: {first:?}");
    for certificate in &s.certificates {
        certificate.recheck(&Facts::new(graph, loads, parents)).unwrap();
    }
    for bound in &s.bounds {
        let cells: Vec<i64> = s.cells.iter().filter(|c| c.parent == bound.parent).map(|c| c.load).collect();
        let mean = cells.iter().sum::<i64>() as f64 / cells.len() as f64;
        let worst = cells.iter().map(|&w| (w as f64 / mean - 1.0).abs()).fold(0.0, f64::max);
        assert!((worst - bound.max_deviation).abs() < 1e-9 && bound.cells as usize == cells.len());
        assert!(bound.lower_bound_max_deviation <= bound.max_deviation + 1e-9, "{bound:?}");
        assert!(bound.certificate.is_none_or(|i| i < s.certificates.len()));
    }
    let f = figures(graph, loads, &s.labels, s.cells.len());
    assert_eq!((f.noncontiguous, f.empty), (0, 0));
    assert!(f.max_deviation + 1e-9 >= s.lower_bound_max_deviation);
}

/// Random grids with holes, empty units, giants and islands.
fn random_case(dice: &mut Dice, columns: u32, rows: u32) -> (UnitGraph, Vec<i64>, Vec<u32>) {
    let holes: BTreeSet<(u32, u32)> = (0..columns * rows / 6)
        .map(|_| (dice.below(columns.into()) as u32, dice.below(rows.into()) as u32))
        .collect();
    let graph = grid(columns, rows, |x, y| holes.contains(&(x, y)));
    let loads = (0..graph.len())
        .map(|_| match dice.below(10) {
            0 | 1 => 0,
            2 => 300 + dice.below(900) as i64,
            _ => 10 + dice.below(100) as i64,
        })
        .collect();
    let parents =
        graph.centre.iter().map(|p| u32::from(p.x > i64::from(columns) * 50_000_000) * 7 + 2).collect();
    (graph, loads, parents)
}

#[test]
fn random_grids_keep_every_promise() {
    let mut dice = Dice(11);
    for case in 0..40 {
        let (graph, loads, parents) = random_case(&mut dice, 6 + case % 7, 5 + case % 5);
        if loads.iter().all(|&w| w == 0) {
            continue;
        }
        let parents = (case % 2 == 0).then_some(&parents[..]);
        let range = Goal::Range { lo: 150, hi: 260 };
        check_invariants(&graph, &loads, parents, &run(&graph, &loads, parents, range).unwrap());
        let pieces = parents.map_or_else(|| graph.components(), |p| graph.components_within(p)).count as u32;
        for k in [pieces, pieces + 3, graph.len() as u32 / 2, graph.len() as u32] {
            if k < pieces {
                continue;
            }
            let s = run(&graph, &loads, parents, Goal::Cells(k)).unwrap();
            assert_eq!(s.cells.len(), k as usize);
            check_invariants(&graph, &loads, parents, &s);
        }
    }
}

#[test]
fn stars_rings_and_lines_are_cut_into_any_number() {
    let shape = |n: usize, edges: &[(u32, u32, i64)]| {
        UnitGraph::from_edges(vec![1_000_000; n], vec![4_000; n], vec![Point::default(); n], edges).unwrap()
    };
    let star: Vec<_> = (1..9).map(|v| (0, v, 1_000)).collect();
    let ring: Vec<_> = (0..9).map(|v| (v, (v + 1) % 9, 1_000)).collect();
    let line: Vec<_> = (0..8).map(|v| (v, v + 1, 1_000)).collect();
    for edges in [star, ring, line] {
        let graph = shape(9, &edges);
        for k in 1..=9 {
            let loads = [5, 1, 1, 0, 1, 30, 1, 1, 1];
            let s = run(&graph, &loads, None, Goal::Cells(k)).unwrap();
            assert_eq!(s.cells.len(), k as usize);
            check_invariants(&graph, &loads, None, &s);
        }
    }
}

#[test]
fn a_hub_with_thousands_of_neighbours_is_no_deep_recursion() {
    let n = 3_000_u32;
    let star: Vec<_> = (1..n).map(|v| (0, v, 1_000)).collect();
    let columns = n as usize;
    let graph =
        UnitGraph::from_edges(vec![1; columns], vec![0; columns], vec![Point::default(); columns], &star)
            .unwrap();
    let criterion = criterion(vec![1; columns]);
    let problem = Problem::new(&graph, &criterion, Goal::Cells(300));
    let s = solve(&problem, &Options { effort: 1, ..Options::default() }, &Silent).unwrap();
    check_invariants(&graph, &criterion.loads, None, &s);
}

/// All ways to cut a connected graph of at most 12 units into connected cells, by set partitions; yields the loads.
fn all_partitions(graph: &UnitGraph, loads: &[i64], visit: &mut dyn FnMut(&[u32], &[i64])) {
    fn place(
        graph: &UnitGraph,
        loads: &[i64],
        labels: &mut Vec<u32>,
        cells: u32,
        visit: &mut dyn FnMut(&[u32], &[i64]),
    ) {
        if labels.len() == graph.len() {
            if graph.components_within(labels).count == cells as usize {
                let mut sums = vec![0; cells as usize];
                for (&c, w) in labels.iter().zip(loads) {
                    sums[c as usize] += w;
                }
                visit(labels, &sums);
            }
            return;
        }
        for c in 0..=cells {
            labels.push(c);
            place(graph, loads, labels, cells.max(c + 1), visit);
            labels.pop();
        }
    }
    place(graph, loads, &mut Vec::new(), 0, visit);
}

fn brute_force_range(graph: &UnitGraph, loads: &[i64], lo: i64, hi: i64) -> bool {
    // Giants stand alone: what is left is covered piece by piece.
    let keep: Vec<u32> = (0..graph.len() as u32).filter(|&u| loads[u as usize] <= hi).collect();
    let (rest, map) = graph.induced(&keep);
    rest.components().members().iter().all(|piece| {
        let (part, local) = rest.induced(piece);
        let loads: Vec<i64> = local.iter().map(|&u| loads[map[u as usize] as usize]).collect();
        let mut found = false;
        all_partitions(&part, &loads, &mut |_, sums| found |= sums.iter().all(|w| (lo..=hi).contains(w)));
        found
    })
}

#[test]
fn ranges_agree_with_brute_force() {
    let mut dice = Dice(5);
    let (mut yes, mut no) = (0, 0);
    let shapes = [(3, 3), (2, 4), (5, 2), (9, 1), (3, 2), (4, 2), (1, 7), (2, 5)];
    for case in 0..120 {
        let (columns, rows) = shapes[case % shapes.len()];
        let hole = dice.below(u64::from(columns * rows) + 3) as u32;
        let graph = grid(columns, rows, |x, y| y * columns + x == hole);
        let loads: Vec<i64> =
            (0..graph.len()).map(|_| if dice.below(8) == 0 { 0 } else { dice.below(16) as i64 }).collect();
        if loads.iter().all(|&w| w == 0) {
            continue;
        }
        let lo = 5 + dice.below(10) as i64;
        let hi = lo + dice.below(8) as i64;
        let s = run(&graph, &loads, None, Goal::Range { lo, hi }).unwrap();
        check_invariants(&graph, &loads, None, &s);
        let expected = brute_force_range(&graph, &loads, lo, hi);
        let verdict = &s.verdicts[0];
        assert_eq!(verdict.feasible, Some(expected), "case {case}: {loads:?} {lo}..{hi}");
        if expected {
            yes += 1;
            assert!(s.cells.iter().all(|c| c.giant || (lo..=hi).contains(&c.load)));
            continue;
        }
        no += 1;
        let step = verdict.relaxation.unwrap();
        let holds = |step: Step, most: i64, feasible: &dyn Fn(i64) -> bool| match step {
            Step::By(d) => assert!(feasible(d) && !feasible(d - 1), "case {case}: {step:?}"),
            Step::Never => assert!(!feasible(most), "case {case}"),
            Step::Undecided | Step::AtMost(_) => panic!("case {case} undecided"),
        };
        let total = loads.iter().sum::<i64>();
        let brute = |lo: i64, hi: i64| brute_force_range(&graph, &loads, lo.max(0), hi);
        holds(step.both, total, &|d| brute(lo - d, hi + d));
        holds(step.lo_only, total, &|d| brute(lo - d, hi));
        holds(step.hi_only, total, &|d| brute(lo, hi + d));
    }
    println!("{yes} feasible, {no} infeasible");
    assert!(yes > 10 && no > 10);
}

#[test]
fn pockets_bound_a_plan_too_large_to_be_searched() {
    // Rows of 67 and 20 units. The lump in the middle of the first has 66 on either side, too little for a cell: one of
    // them stays outside, whatever is done.
    let loads: Vec<i64> = (0..87)
        .map(|u| match u {
            33 => 168,
            0..67 => 2,
            _ => 10,
        })
        .collect();
    let edges: Vec<(u32, u32, i64)> = (0..86).filter(|&u| u != 66).map(|u| (u, u + 1, 10)).collect();
    let centre = (0..87).map(|u| Point::new(u * 1_000, 0)).collect();
    let graph = UnitGraph::from_edges(vec![100; 87], vec![40; 87], centre, &edges).unwrap();
    let s = run(&graph, &loads, None, Goal::Cells(3)).unwrap();
    check_invariants(&graph, &loads, None, &s);
    let [bound] = &s.bounds[..] else { panic!("{:?}", s.bounds) };
    // A cell of 66 where the mean is 500/3.
    assert!((bound.lower_bound_max_deviation - 0.604).abs() < 1e-12 && bound.is_least(), "{bound:?}");
    let proof = &s.certificates[bound.certificate.unwrap()];
    assert!(matches!(proof, Certificate::Pocket(c) if c.gate == 33 && c.load == 300), "{proof:?}");
}

#[test]
fn each_parent_gets_the_number_of_cells_it_is_given() {
    let graph = grid(12, 6, |_, _| false);
    let parents: Vec<u32> = graph.centre.iter().map(|p| 7 + u32::from(p.x > 400_000_000)).collect();
    let loads: Vec<i64> = (0..72).map(|u| 5 + u % 9).collect();
    let criterion = criterion(loads.clone());
    let labels: Vec<Option<u32>> = parents.iter().map(|&p| Some(p - 7)).collect();
    let current = partition::solve::Current { labels: &labels, price: 4.0, cap: None };
    let cells = |s: &Solution, parent: u32| s.cells.iter().filter(|c| c.parent == Some(parent)).count();
    for counts in [[(7, 5), (8, 3)], [(7, 1), (8, 7)]] {
        for current in [None, Some(current)] {
            let problem = Problem {
                parents: Some(&parents),
                counts: Some(&counts),
                current,
                ..Problem::new(&graph, &criterion, Goal::Cells(8))
            };
            let s =
                solve(&problem, &Options { tolerance: Some(0.1), ..Options::default() }, &Silent).unwrap();
            check_invariants(&graph, &loads, Some(&parents), &s);
            assert_eq!(counts.map(|(p, _)| (p, cells(&s, p) as u32)), counts);
            // Against the mean of their own parent.
            let within = s.bounds.iter().all(|b| b.max_deviation <= 0.1);
            assert!(within == s.unmet.is_empty() && within, "{:?}", s.bounds);
        }
    }
    let refused = |counts: &[(u32, u32)]| {
        let problem = Problem {
            parents: Some(&parents),
            counts: Some(counts),
            ..Problem::new(&graph, &criterion, Goal::Cells(8))
        };
        solve(&problem, &Options::default(), &Silent).unwrap_err()
    };
    assert!(matches!(refused(&[(7, 5), (8, 4)]), SolveError::Counts { cells: 8, sum: 9 }));
    assert!(matches!(refused(&[(8, 3), (7, 5)]), SolveError::Counts { .. }));
    assert!(matches!(refused(&[(7, 8)]), SolveError::Uncounted { .. }));
    assert!(matches!(refused(&[(7, 8), (8, 0)]), SolveError::CellsOfParent { cells: 0, .. }));
}

#[test]
fn large_ground_is_told_what_its_plan_would_need() {
    let graph = grid(10, 10, |_, _| false);
    let loads = vec![10; 100];
    // Ten cells are too heavy for 91..99, eleven too light.
    let s = run(&graph, &loads, None, Goal::Range { lo: 91, hi: 99 }).unwrap();
    check_invariants(&graph, &loads, None, &s);
    assert_eq!(s.verdicts[0].feasible, Some(false));
    let relaxation = s.verdicts[0].relaxation.unwrap();
    let Step::AtMost(by) = relaxation.both else { panic!("{relaxation:?}") };
    let of = |least: bool| {
        let loads = s.cells.iter().map(|c| c.load);
        if least { loads.min().unwrap() } else { loads.max().unwrap() }
    };
    assert_eq!(by, (91 - of(true)).max(of(false) - 99));
    let widened = run(&graph, &loads, None, Goal::Range { lo: 91 - by, hi: 99 + by }).unwrap();
    assert_eq!(widened.verdicts[0].feasible, Some(true));
    let words = relaxation.planned([91, 99], 1).unwrap();
    assert!(words.zh.contains("放宽到") && words.en.contains("would do"), "{words:?}");
}

#[test]
fn small_cells_are_as_equal_as_brute_force() {
    let mut dice = Dice(23);
    for case in 0..60 {
        let (columns, rows) = [(3, 3), (2, 4), (5, 2), (4, 2)][case % 4];
        let graph = grid(columns, rows, |_, _| false);
        let loads: Vec<i64> = (0..graph.len()).map(|_| 1 + dice.below(20) as i64).collect();
        let k = 2 + dice.below(3) as u32;
        if !fair_share(&loads, k as usize).giants.is_empty() {
            continue;
        }
        let total: i64 = loads.iter().sum();
        let worst = |sums: &[i64]| sums.iter().map(|w| (w * i64::from(k) - total).abs()).max().unwrap();
        let mut best = i64::MAX;
        all_partitions(&graph, &loads, &mut |_, sums| {
            if sums.len() == k as usize {
                best = best.min(worst(sums));
            }
        });
        let s = run(&graph, &loads, None, Goal::Cells(k)).unwrap();
        check_invariants(&graph, &loads, None, &s);
        let loads: Vec<i64> = s.cells.iter().map(|c| c.load).collect();
        assert_eq!(worst(&loads), best, "case {case}: {loads:?}");
        assert!(s.bounds[0].is_least() || s.bounds[0].max_deviation <= 0.01, "{:?}", s.bounds);
    }
}

#[test]
fn bounds_of_parents_hold_against_brute_force() {
    let mut dice = Dice(29);
    let (mut found, mut proved, mut arithmetic) = (0, 0, 0);
    for case in 0..60 {
        // Two parents side by side, a column or two missing from each: pockets and components.
        let graph = grid(6, 3, |x, y| (x + 2 * y + case) % 7 == 0);
        let parents: Vec<u32> = graph.centre.iter().map(|p| u32::from(p.x > 300_000_000)).collect();
        let loads: Vec<i64> = (0..graph.len()).map(|_| 1 + dice.below(20) as i64).collect();
        let k = 4 + dice.below(3) as u32;
        let Ok(s) = run(&graph, &loads, Some(&parents), Goal::Cells(k)) else { continue };
        check_invariants(&graph, &loads, Some(&parents), &s);
        assert_eq!(s.bounds.len(), 2);
        for bound in &s.bounds {
            let own: Vec<u32> =
                (0..graph.len() as u32).filter(|&u| Some(parents[u as usize]) == bound.parent).collect();
            let (part, map) = graph.induced(&own);
            let loads: Vec<i64> = map.iter().map(|&u| loads[u as usize]).collect();
            let (total, k) = (loads.iter().sum::<i64>(), i64::from(bound.cells));
            let mut best = i64::MAX;
            all_partitions(&part, &loads, &mut |_, sums| {
                if sums.len() == k as usize {
                    best = best.min(sums.iter().map(|w| (w * k - total).abs()).max().unwrap());
                }
            });
            let best = best as f64 / total as f64;
            assert!(bound.lower_bound_max_deviation <= best + 1e-9, "case {case}: {bound:?}, {best}");
            let plain = fair_share(&loads, k as usize).lower_bound_max_deviation;
            arithmetic += usize::from(bound.lower_bound_max_deviation <= plain + 1e-9);
            found += usize::from(bound.lower_bound_max_deviation > plain + 1e-9);
            proved += usize::from(bound.certificate.is_some());
        }
    }
    println!("{arithmetic} by arithmetic, {found} by search, {proved} with a proof");
    assert!(found > 20 && proved > 10);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let mut dice = Dice(3);
    let graph = grid(40, 30, |x, y| (x + y) % 11 == 10);
    let loads: Vec<i64> = (0..graph.len()).map(|_| dice.below(120) as i64).collect();
    let parents: Vec<u32> = graph.centre.iter().map(|p| (p.x / 1_000_000_000) as u32).collect();
    for (parents, goal) in [
        (None, Goal::Cells(60)),
        (Some(&parents[..]), Goal::Range { lo: 300, hi: 500 }),
        (Some(&parents[..]), Goal::Cells(80)),
    ] {
        let goal = match (parents, goal) {
            (Some(p), Goal::Cells(k)) => Goal::Cells(k.max(graph.components_within(p).count as u32)),
            (None, Goal::Cells(k)) => Goal::Cells(k.max(graph.components().count as u32)),
            (_, range) => range,
        };
        let with = |threads: usize, seed: u64| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let criterion = criterion(loads.clone());
            let problem = Problem { parents, ..Problem::new(&graph, &criterion, goal) };
            let options = Options { seed, effort: 4, ..Options::default() };
            let solution = pool.install(|| solve(&problem, &options, &Silent)).unwrap();
            serde_json::to_vec(&solution).unwrap()
        };
        assert_eq!(with(1, 1), with(2, 1));
        assert_eq!(with(2, 9), with(2, 9));
    }
}

#[test]
fn a_giant_gets_its_own_cell_and_its_pocket_a_note() {
    // 0 – 1 – 2 – 3 – 4, where 1 is a giant and 0 is locked in behind it.
    let graph = grid(5, 1, |_, _| false);
    let loads = [20, 900, 150, 160, 90];
    let s = run(&graph, &loads, None, Goal::Range { lo: 300, hi: 500 }).unwrap();
    check_invariants(&graph, &loads, None, &s);
    assert_eq!(s.giants.len(), 1);
    let note = &s.giants[0];
    assert_eq!((note.unit, note.load, &note.joined[..], note.joined_load), (1, 900, &[0][..], 20));
    assert_eq!(
        note.to_string(),
        "unit 1 alone carries 900: it has cell 0; 1 units behind it (20) cannot stand alone and join it"
    );
    assert_eq!(s.verdicts[0].feasible, Some(false), "the pocket cannot be in a cell inside the range");
    let s = run(&graph, &loads, None, Goal::Cells(3)).unwrap();
    check_invariants(&graph, &loads, None, &s);
    assert_eq!(s.giants.iter().map(|g| g.unit).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_parent_in_pieces_is_solved_piece_by_piece_and_said() {
    let graph = grid(7, 2, |x, _| x == 3);
    let loads = [100; 12];
    let parents = [4_u32; 12];
    let s = run(&graph, &loads, Some(&parents), Goal::Range { lo: 200, hi: 400 }).unwrap();
    check_invariants(&graph, &loads, Some(&parents), &s);
    assert_eq!(s.split_parents[0].parent, Some(4));
    assert_eq!(s.split_parents[0].pieces, [(0, 600), (3, 600)]);
    assert_eq!(s.verdicts[0].feasible, Some(true));
    let error = run(&graph, &loads, Some(&parents), Goal::Cells(1)).unwrap_err();
    assert_eq!(error, SolveError::TooFewCells { cells: 1, pieces: 2, parents: 1 });
}

#[test]
fn a_stopped_run_still_returns_a_valid_plan() {
    struct Impatient;
    impl Progress for Impatient {
        fn stage(&self, _: &str, _: u64, _: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let graph = grid(30, 30, |_, _| false);
    let criterion = criterion((0..900).map(|i| i % 37).collect());
    for goal in [Goal::Cells(70), Goal::Range { lo: 150, hi: 250 }] {
        let problem = Problem::new(&graph, &criterion, goal);
        let s = solve(&problem, &Options::default(), &Impatient).unwrap();
        assert!(s.stopped);
        check_invariants(&graph, &criterion.loads, None, &s);
    }
}

#[test]
fn wrong_input_is_refused_in_sentences() {
    let graph = grid(3, 1, |_, _| false);
    let error = |loads: &[i64], parents: Option<&[u32]>, goal: Goal| {
        run(&graph, loads, parents, goal).unwrap_err().to_string()
    };
    let one = Goal::Cells(1);
    assert!(
        error(&[1, 2], None, one).contains("households has 2 entries for 3 units; give one for each unit")
    );
    assert!(error(&[1, 2, 3], Some(&[1]), one).contains("parents has 1 entries for 3 units"));
    assert!(error(&[1, -2, 3], None, one).contains("unit 1 has the load -2 in `households`"));
    assert!(error(&[1, -2, 3], None, one).contains("不得为负"));
    assert!(error(&[0, 0, 0], None, one).contains("nothing to balance"));
    assert!(error(&[i64::MAX, 1, 1], None, one).contains("2^53"));
    assert!(error(&[1, 1, 1], None, Goal::Cells(0)).contains("at least 1"));
    assert!(error(&[1, 1, 1], None, Goal::Cells(4)).contains("at most 3"));
    assert!(error(&[1, 1, 1], Some(&[1, 2, 1]), Goal::Cells(2)).contains("3 separate pieces (2 parents)"));
    assert!(error(&[1, 1, 1], None, Goal::Range { lo: 5, hi: 4 }).contains("lo <= hi"));
    let empty = UnitGraph::from_edges(vec![], vec![], vec![], &[]).unwrap();
    assert_eq!(run(&empty, &[], None, one).unwrap_err(), SolveError::NoUnits);
    let c = criterion(vec![1, 1, 1]);
    let problem = Problem::new(&graph, &c, one);
    let options = Options { tolerance: Some(f64::NAN), ..Options::default() };
    assert_eq!(solve(&problem, &options, &Silent).unwrap_err(), SolveError::Tolerance);
}

#[test]
fn edge_lists_are_checked_merged_and_sorted() {
    let build = |edges: &[(u32, u32, i64)]| {
        UnitGraph::from_edges(vec![1; 3], vec![0, 50, 0], vec![Point::default(); 3], edges)
    };
    let graph = build(&[(2, 0, 5), (0, 1, 7), (0, 2, 6)]).unwrap();
    assert_eq!(graph.neighbours(0).collect::<Vec<_>>(), [(1, 7), (2, 11)]);
    assert_eq!(graph.neighbours(2).collect::<Vec<_>>(), [(0, 11)]);
    assert_eq!(graph.perimeter_mm, [18, 50, 11]);
    let (part, map) = graph.induced(&[2, 0, 2, 9]);
    assert_eq!((map, part.neighbours(0).collect::<Vec<_>>()), (vec![2, 0], vec![(1, 11)]));
    assert!(graph.is_contiguous(&[0, 1, 0], 2) && !graph.is_contiguous(&[0, 1, 1], 2));
    assert!(!graph.is_contiguous(&[0, 0, 0], 2) && !graph.is_contiguous(&[0, 2, 0], 2));
    assert_eq!(build(&[(0, 3, 1)]), Err(GraphError::UnknownUnit { edge: 0, unit: 3, last: 2 }));
    assert_eq!(build(&[(0, 1, 1), (1, 1, 1)]), Err(GraphError::Loop { edge: 1, unit: 1 }));
    assert!(matches!(build(&[(0, 1, -1)]), Err(GraphError::Measure { .. })));
    assert!(matches!(
        UnitGraph::from_edges(vec![1], vec![], vec![], &[]),
        Err(GraphError::ColumnLengths { .. })
    ));
}

#[test]
fn figures_of_a_plan_drawn_by_hand() {
    let graph = grid(4, 1, |_, _| false);
    let f = figures(&graph, &[10, 20, 30, 40], &[0, 1, 0, 1], 3);
    assert_eq!((f.units, f.cells, f.noncontiguous, f.empty), (4, 3, 2, 1));
    assert!((f.max_deviation - 1.0).abs() < 1e-12);
    // 40 of 100 exceeds a third; the rest, 60, is shared by two.
    assert_eq!((f.giants, f.fair_share), (1, 30.0));
    assert!((f.lower_bound_max_deviation - 0.2).abs() < 1e-12);
    let square = figures(&graph, &[1; 4], &[0, 1, 2, 3], 4);
    assert!((square.mean_polsby_popper - std::f64::consts::FRAC_PI_4).abs() < 1e-12);
    assert_eq!(square.within_5pct, 1.0);
}

#[test]
fn certificates_name_oversize_units() {
    let graph = grid(3, 1, |_, _| false);
    let s = run(&graph, &[700, 350, 350], None, Goal::Range { lo: 300, hi: 500 }).unwrap();
    assert!(matches!(&s.certificates[..], [Certificate::UnitAboveHi(c)] if (c.unit, c.load) == (0, 700)));
    assert_eq!(s.verdicts[0].feasible, Some(true));
}
