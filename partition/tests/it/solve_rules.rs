//! Several criteria and rules: an independent reading of what was asked, held against what came out.

use crate::support::{Dice, bench, bench_column, grid};
use partition::{
    graph::UnitGraph,
    progress::Silent,
    solve::{
        Certificate, Criterion, Crossing, Further, Goal, Limit, Lock, Options, Problem, Rules, Solution,
        SolveError,
        certificate::{Clash, Facts},
        solve,
    },
};
use std::collections::{BTreeMap, BTreeSet};

fn criterion(loads: Vec<i64>) -> Criterion {
    Criterion { name: "households".to_owned(), loads }
}

/// What the rules say, read anew: nothing here is shared with the solver.
fn broken(graph: &UnitGraph, rules: &Rules, labels: &[u32]) -> Option<String> {
    let cell = |u: &u32| labels[*u as usize];
    for group in &rules.together {
        if group.iter().map(cell).collect::<BTreeSet<_>>().len() > 1 {
            return Some(format!("{group:?} are not together"));
        }
    }
    for group in rules.apart.iter().chain([&rules.seeds]) {
        let units: BTreeSet<_> = group.iter().collect();
        if units.iter().map(|u| cell(u)).collect::<BTreeSet<_>>().len() < units.len() {
            return Some(format!("{group:?} are not apart"));
        }
    }
    let mut cell_of_lock: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for lock in &rules.locks {
        cell_of_lock.entry(lock.cell).or_default().insert(cell(&lock.unit));
    }
    let cells: Vec<u32> = cell_of_lock.values().flatten().copied().collect();
    if cells.len() > cell_of_lock.len() || cells.iter().collect::<BTreeSet<_>>().len() < cells.len() {
        return Some(format!("locks {:?} came to cells {cell_of_lock:?}", rules.locks));
    }
    for [a, b] in &rules.walls {
        if cell(a) == cell(b) {
            return Some(format!("the wall between {a} and {b} lies inside a cell"));
        }
    }
    // Contiguity over borders and links, by colouring.
    let cells: BTreeSet<u32> = labels.iter().copied().collect();
    for c in cells {
        let own: BTreeSet<u32> = (0..graph.len() as u32).filter(|u| cell(u) == c).collect();
        let mut seen = BTreeSet::new();
        let mut open: Vec<u32> = own.iter().take(1).copied().collect();
        while let Some(u) = open.pop() {
            if seen.insert(u) {
                open.extend(graph.row(u).iter().filter(|v| own.contains(v)));
                for [a, b] in &rules.links {
                    open.extend(
                        [(a, b), (b, a)].iter().filter(|(x, y)| **x == u && own.contains(y)).map(|e| *e.1),
                    );
                }
            }
        }
        if seen != own {
            return Some(format!("cell {c} is in pieces"));
        }
    }
    None
}

fn run(graph: &UnitGraph, loads: &[i64], rules: &Rules, k: u32) -> Result<Solution, SolveError> {
    let criterion = criterion(loads.to_vec());
    let problem = Problem { rules: Some(rules), ..Problem::new(graph, &criterion, Goal::Cells(k)) };
    solve(&problem, &Options::default(), &Silent)
}

fn some_border(graph: &UnitGraph, dice: &mut Dice) -> [u32; 2] {
    loop {
        let u = dice.below(graph.len() as u64) as u32;
        let row = graph.row(u);
        if !row.is_empty() {
            return [u, row[dice.below(row.len() as u64) as usize]];
        }
    }
}

#[test]
fn random_rules_are_kept_or_refused() {
    let mut dice = Dice(41);
    let (mut kept, mut refused) = (0, BTreeMap::<String, usize>::new());
    for case in 0..60 {
        let graph = grid(9 + case % 5, 8 + case % 4, |_, _| false);
        let n = graph.len() as u64;
        let loads: Vec<i64> = (0..n).map(|_| 20 + dice.below(60) as i64).collect();
        let k = 8 + case % 6;
        let mut unit = || dice.below(n) as u32;
        let rules = Rules {
            locks: (0..4).map(|i| Lock { unit: unit(), cell: i / 2 }).collect(),
            apart: vec![vec![unit(), unit(), unit()], vec![unit(), unit()]],
            seeds: if case % 3 == 0 { (0..5).map(|_| unit()).collect() } else { vec![] },
            together: (0..3).map(|_| some_border(&graph, &mut dice).to_vec()).collect(),
            walls: (0..6).map(|_| some_border(&graph, &mut dice)).collect(),
            crossings: vec![Crossing { units: some_border(&graph, &mut dice), price: 1.5 }],
            links: vec![],
        };
        match run(&graph, &loads, &rules, k) {
            Ok(s) => {
                assert_eq!(broken(&graph, &rules, &s.labels), None, "case {case}");
                assert_eq!(s.cells.len(), k as usize);
                kept += 1;
            }
            Err(SolveError::Clash { clash, words }) => {
                clash.recheck(&Facts::new(&graph, &loads, None)).unwrap();
                minimal(&clash, &graph, &loads);
                println!("case {case}: {words}");
                *refused
                    .entry(format!("{:?}", clash.why).split([' ', '{']).next().unwrap().to_owned())
                    .or_insert(0) += 1;
            }
            Err(e) => panic!("case {case}: neither kept nor shown to be impossible: {e}"),
        }
    }
    println!("kept {kept}, refused {refused:?}");
    assert!(kept >= 52 && refused.values().sum::<usize>() == 60 - kept, "{kept} {refused:?}");
}

/// Without any one of its rules a proof falls.
fn minimal(clash: &Clash, graph: &UnitGraph, loads: &[i64]) {
    let falls = |rules: Rules| {
        let fewer = Clash { rules, ..clash.clone() };
        assert!(fewer.recheck(&Facts::new(graph, loads, None)).is_err(), "{clash:?}");
    };
    fn without<T: Clone>(all: &[T], i: usize) -> Vec<T> {
        [&all[..i], &all[i + 1..]].concat()
    }
    let r = &clash.rules;
    (0..r.locks.len()).for_each(|i| falls(Rules { locks: without(&r.locks, i), ..r.clone() }));
    (0..r.together.len()).for_each(|i| falls(Rules { together: without(&r.together, i), ..r.clone() }));
    (0..r.apart.len()).for_each(|i| falls(Rules { apart: without(&r.apart, i), ..r.clone() }));
    (0..r.seeds.len()).for_each(|i| falls(Rules { seeds: without(&r.seeds, i), ..r.clone() }));
    (0..r.walls.len()).for_each(|i| falls(Rules { walls: without(&r.walls, i), ..r.clone() }));
}

/// Whether some cut of a small graph into `k` connected cells keeps the rules.
fn possible(graph: &UnitGraph, rules: &Rules, k: u32) -> bool {
    fn place(graph: &UnitGraph, rules: &Rules, labels: &mut Vec<u32>, cells: u32, k: u32) -> bool {
        if labels.len() == graph.len() {
            return cells == k && broken(graph, rules, labels).is_none();
        }
        (0..=cells.min(k - 1)).any(|c| {
            labels.push(c);
            let found = place(graph, rules, labels, cells.max(c + 1), k);
            labels.pop();
            found
        })
    }
    place(graph, rules, &mut Vec::new(), 0, k)
}

#[test]
fn on_small_graphs_rules_are_kept_whenever_they_can_be() {
    let mut dice = Dice(7);
    let (mut yes, mut no) = (0, 0);
    for case in 0..80 {
        let graph = grid(3, 3, |_, _| false);
        let loads: Vec<i64> = (0..9).map(|_| 1 + dice.below(9) as i64).collect();
        let k = 2 + case % 3;
        let rules = Rules {
            together: vec![some_border(&graph, &mut dice).to_vec()],
            walls: (0..2 + dice.below(3)).map(|_| some_border(&graph, &mut dice)).collect(),
            apart: vec![vec![dice.below(9) as u32, dice.below(9) as u32]],
            ..Rules::default()
        };
        match (run(&graph, &loads, &rules, k), possible(&graph, &rules, k)) {
            (Ok(s), true) => {
                assert_eq!(broken(&graph, &rules, &s.labels), None);
                yes += 1;
            }
            (Err(SolveError::Clash { clash, .. }), false) => {
                clash.recheck(&Facts::new(&graph, &loads, None)).unwrap();
                minimal(&clash, &graph, &loads);
                no += 1;
            }
            (result, possible) => panic!("case {case}, k {k}: {possible} but {result:?} for {rules:?}"),
        }
    }
    println!("{yes} kept, {no} impossible");
    assert!(yes > 20 && no > 5, "{yes} {no}");
}

#[test]
fn every_office_gets_its_own_cell_on_real_data() {
    let Some((graph, loads)) = bench("bench-hsinchu-2k") else { return };
    let mut dice = Dice(99);
    let mut seeds: Vec<u32> = (0..40).map(|_| dice.below(graph.len() as u64) as u32).collect();
    seeds.sort_unstable();
    seeds.dedup();
    let k = seeds.len() as u32;
    let rules = Rules { seeds, ..Rules::default() };
    let criterion = criterion(loads);
    let problem = Problem { rules: Some(&rules), ..Problem::new(&graph, &criterion, Goal::Cells(k)) };
    let options = Options { tolerance: Some(0.2), ..Options::default() };
    let s = solve(&problem, &options, &Silent).unwrap();
    assert_eq!(broken(&graph, &rules, &s.labels), None);
    let mean = criterion.loads.iter().sum::<i64>() as f64 / f64::from(k);
    let off: Vec<f64> = s.cells.iter().map(|c| (c.load as f64 / mean - 1.0).abs()).collect();
    let within = off.iter().filter(|&&d| d <= 0.2 + 1e-9).count();
    println!("{within} of {k} within 20 %, worst {:.3}", off.iter().copied().fold(0.0, f64::max));
    assert!(within * 10 >= off.len() * 9);
}

#[test]
fn links_join_islands_and_crossings_are_avoided() {
    // Two islands of 3 × 2; one cell only with a bridge.
    let graph = grid(7, 2, |x, _| x == 3);
    let bridged = Rules { links: vec![[2, 3]], ..Rules::default() };
    assert!(matches!(run(&graph, &[1; 12], &Rules::default(), 1), Err(SolveError::TooFewCells { .. })));
    let s = run(&graph, &[1; 12], &bridged, 1).unwrap();
    assert_eq!(broken(&graph, &bridged, &s.labels), None);
    // Seven columns in two: three and four, or four and three. A river decides.
    let graph = grid(7, 5, |_, _| false);
    let criterion = criterion(vec![1; 35]);
    let crossed = |column: u32, price: f64| {
        let river: Vec<[u32; 2]> = (0..5).map(|y| [y * 7 + column - 1, y * 7 + column]).collect();
        let crossings = river.iter().map(|&units| Crossing { units, price }).collect();
        let rules = Rules { crossings, ..Rules::default() };
        let problem = Problem { rules: Some(&rules), ..Problem::new(&graph, &criterion, Goal::Cells(2)) };
        let options = Options { tolerance: Some(0.3), ..Options::default() };
        let s = solve(&problem, &options, &Silent).unwrap();
        river.iter().filter(|[a, b]| s.labels[*a as usize] == s.labels[*b as usize]).count()
    };
    assert_eq!(crossed(3, 0.0) + crossed(4, 0.0), 5, "one of the two is a border without any price");
    assert_eq!((crossed(3, 1.0), crossed(4, 1.0)), (0, 0));
}

#[test]
fn rules_that_cannot_be_are_refused_in_sentences() {
    let graph = grid(4, 2, |_, _| false);
    let error = |rules: Rules, k: u32| run(&graph, &[1; 8], &rules, k).unwrap_err().to_string();
    let locks = |locks: &[(u32, u32)]| Rules {
        locks: locks.iter().map(|&(unit, cell)| Lock { unit, cell }).collect(),
        ..Rules::default()
    };
    for (rules, k, words) in [
        (locks(&[(1, 0), (1, 5)]), 2, ["lock 1=0; lock 1=5", "锁定 1=0;锁定 1=5"]),
        (
            Rules { together: vec![vec![0, 1], vec![1, 2]], apart: vec![vec![0, 2]], ..Rules::default() },
            2,
            ["It follows from: together 0,1; together 1,2; apart 0,2", "既要求同格又要求分开"],
        ),
        (Rules { seeds: vec![0, 3, 5], ..Rules::default() }, 2, ["at least 3 cells", "至少需要 3 个"]),
        (locks(&[(0, 1), (3, 2), (5, 3)]), 2, ["at least 3 cells", "至少需要 3 个"]),
        (Rules { seeds: vec![9], ..Rules::default() }, 2, ["unit 9, which does not exist", "不存在"]),
        (Rules { walls: vec![[0, 7]], ..Rules::default() }, 2, ["no common border", "没有公共边"]),
        (Rules { walls: vec![[0, 1]], ..Rules::default() }, 1, ["at least 2 cells", "至少需要 2 个"]),
        (Rules { links: vec![[0, 0]], ..Rules::default() }, 2, ["a link cannot be made", "连接有误"]),
        (
            Rules { crossings: vec![Crossing { units: [0, 1], price: f64::NAN }], ..Rules::default() },
            2,
            ["the price of crossing", "跨越代价"],
        ),
        // Six of eight units stay together: three cells are all that is left.
        (
            Rules { together: vec![(0..6).collect()], ..Rules::default() },
            4,
            ["only 3 units are left", "只有 3 个"],
        ),
    ] {
        let said = error(rules, k);
        assert!(words.iter().all(|w| said.contains(w)), "{said}");
    }
    let criterion = criterion(vec![1; 8]);
    let rules = Rules { together: vec![vec![0, 3]], ..Rules::default() };
    let parents = [0, 0, 1, 1, 0, 0, 1, 1];
    let problem = Problem {
        rules: Some(&rules),
        parents: Some(&parents),
        ..Problem::new(&graph, &criterion, Goal::Cells(2))
    };
    let said = solve(&problem, &Options::default(), &Silent).unwrap_err().to_string();
    assert!(said.contains("together 0,3") && said.contains("没有可用的单元相连"), "{said}");
}

fn further(name: &str, loads: Vec<i64>, limit: Limit, hard: bool) -> Further {
    Further { criterion: Criterion { name: name.to_owned(), loads }, limit, weight: 1.0, hard }
}

#[test]
fn two_attributes_on_taipei() {
    let Some((graph, loads)) = bench("bench-taipei-11k") else { return };
    let population = bench_column("bench-taipei-11k", "population").unwrap();
    let criterion = criterion(loads);
    let options = Options { tolerance: Some(0.10), ..Options::default() };
    for k in [230, 1149] {
        let alone = solve(&Problem::new(&graph, &criterion, Goal::Cells(k)), &options, &Silent).unwrap();
        let further = [further("population", population.clone(), Limit::Share(0.15), true)];
        let problem = Problem { further: &further, ..Problem::new(&graph, &criterion, Goal::Cells(k)) };
        let both = solve(&problem, &options, &Silent).unwrap();
        assert!(graph.is_contiguous(&both.labels, k as usize));
        let mean = |column: &[i64]| column.iter().sum::<i64>() as f64 / f64::from(k);
        let outside = |s: &Solution, column: &[i64], share: f64| {
            let mut sums = vec![0_i64; k as usize];
            s.labels.iter().zip(column).for_each(|(&c, w)| sums[c as usize] += w);
            sums.iter().filter(|&&w| (w as f64 / mean(column) - 1.0).abs() > share).count()
        };
        let figures = |s: &Solution| (outside(s, &criterion.loads, 0.10), outside(s, &population, 0.15));
        let (before, after) = (figures(&alone), figures(&both));
        println!("k {k}: outside (households 10 %, population 15 %): alone {before:?}, both {after:?}");
        assert_eq!(both.further[0].outside.len(), after.1);
        if k == 230 {
            assert_eq!(after, (0, 0), "{before:?}");
        }
        assert!(after.0 + 2 * after.1 < before.0 + before.1, "{before:?} {after:?}");
        // Every cell outside is named, and what is claimed to be impossible is confirmed.
        assert_eq!(both.unmet.iter().filter(|u| u.criteria.contains(&1)).count(), after.1);
        let facts = Facts::of(&problem);
        both.certificates.iter().for_each(|c| c.recheck(&facts).unwrap());
        let certified = both.unmet.iter().filter(|u| u.certificate.is_some()).count();
        let ratios = both.certificates.iter().filter(|c| matches!(c, Certificate::Ratio(_))).count();
        println!(
            "k {k}: {} cells outside a limit, {certified} certified, {ratios} by ratio",
            both.unmet.len()
        );
    }
}

#[test]
fn hard_limits_are_insisted_on_and_soft_ones_priced() {
    let mut dice = Dice(17);
    let graph = grid(12, 10, |_, _| false);
    let criterion = criterion((0..120).map(|_| 50 + dice.below(20) as i64).collect());
    let shops: Vec<i64> = (0..120).map(|_| dice.below(9) as i64).collect();
    let total: i64 = shops.iter().sum();
    let run = |limit: Limit, hard: bool| {
        let further = [further("shops", shops.clone(), limit, hard)];
        let problem = Problem { further: &further, ..Problem::new(&graph, &criterion, Goal::Cells(10)) };
        solve(&problem, &Options { tolerance: Some(0.1), ..Options::default() }, &Silent).unwrap()
    };
    let range = Limit::Range { lo: total / 10 - 6, hi: total / 10 + 6 };
    let s = run(range, true);
    assert_eq!(s.further[0].outside, [0_u32; 0]);
    assert!(s.cells.iter().all(|c| (total / 10 - 6..=total / 10 + 6).contains(&c.further[0])));
    assert_eq!(s.cells.iter().map(|c| c.further[0]).sum::<i64>(), total);
    // A limit nobody can meet: as a soft one the first criterion still holds.
    let s = run(Limit::Range { lo: total, hi: total }, false);
    assert_eq!(s.further[0].outside.len(), 10);
    let mean = criterion.loads.iter().sum::<i64>() as f64 / 10.0;
    assert!(s.cells.iter().all(|c| (c.load as f64 / mean - 1.0).abs() <= 0.1 + 1e-9));
}

#[test]
fn rules_and_criteria_give_the_same_bytes_on_any_number_of_threads() {
    let mut dice = Dice(29);
    let graph = grid(30, 20, |x, y| (x * y) % 17 == 16);
    let n = graph.len();
    let criterion = criterion((0..n).map(|_| 1 + dice.below(90) as i64).collect());
    let further =
        [further("persons", (0..n).map(|_| dice.below(300) as i64).collect(), Limit::Share(0.2), true)];
    let rules = Rules {
        seeds: vec![3, 77, 200, 311, 420],
        walls: (0..10).map(|_| some_border(&graph, &mut dice)).collect(),
        ..Rules::default()
    };
    let k = 40.max(graph.components().count as u32);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let problem = Problem {
            further: &further,
            rules: Some(&rules),
            ..Problem::new(&graph, &criterion, Goal::Cells(k))
        };
        let options = Options { effort: 4, tolerance: Some(0.1), ..Options::default() };
        serde_json::to_vec(&pool.install(|| solve(&problem, &options, &Silent)).unwrap()).unwrap()
    };
    assert_eq!(with(1), with(3));
}
