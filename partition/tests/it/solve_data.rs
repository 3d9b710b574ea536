//! The solver on real data.

use crate::support::{bench, wanhua};
use partition::{
    measure::figures,
    progress::Silent,
    solve::{Criterion, Goal, Options, Problem, Step, certificate::Facts, solve},
};

#[test]
fn hsinchu_into_200_cells_of_equal_households() {
    let Some((graph, loads)) = bench("bench-hsinchu-2k") else { return };
    let criterion = Criterion { name: "households".to_owned(), loads };
    let problem = Problem::new(&graph, &criterion, Goal::Cells(200));
    let solution = solve(&problem, &Options::default(), &Silent).unwrap();
    assert!(graph.is_contiguous(&solution.labels, 200));
    let f = figures(&graph, &criterion.loads, &solution.labels, 200);
    println!("{}", serde_json::to_string(&f).unwrap());
    assert_eq!((f.noncontiguous, f.empty), (0, 0));
    assert!(f.within_25pct_free >= 0.95, "{f:?}");
}

#[test]
fn wanhua_decides_every_zone() {
    let Some(w) = wanhua() else { return };
    assert_eq!((w.graph.len(), w.names.len()), (341, 25));
    let criterion = Criterion { name: "households".to_owned(), loads: w.loads.clone() };
    let goal = Goal::Range { lo: 300, hi: 500 };
    let problem = Problem { parents: Some(&w.zones), ..Problem::new(&w.graph, &criterion, goal) };
    let solution = solve(&problem, &Options::default(), &Silent).unwrap();
    assert!(w.graph.is_contiguous(&solution.labels, solution.cells.len()));
    for (u, &c) in solution.labels.iter().enumerate() {
        assert_eq!(solution.cells[c as usize].parent, Some(w.zones[u]), "unit {u} left its zone");
    }
    for note in &solution.giants {
        println!("{note}");
    }
    for v in &solution.verdicts {
        let zone = v.parent.unwrap();
        let cells: Vec<_> = solution.cells.iter().filter(|c| c.parent == v.parent).collect();
        let loads: Vec<_> = cells.iter().map(|c| c.load).collect();
        let units = w.zones.iter().filter(|&&z| z == zone).count();
        let proof = v.certificate.map(|i| serde_json::to_string(&solution.certificates[i]).unwrap());
        println!(
            "{} units {units:2} {:?} cells {loads:?} {} {:?}",
            w.names[zone as usize],
            v.feasible,
            proof.unwrap_or_default(),
            v.relaxation
        );
        match v.feasible {
            Some(true) => assert!(cells.iter().all(|c| c.giant || (300..=500).contains(&c.load))),
            Some(false) => {
                assert!(v.relaxation.is_some_and(|r| matches!(r.both, Step::By(d) if d > 0)));
                assert!(v.certificate.is_some());
            }
            None => panic!("zone {} is undecided", w.names[zone as usize]),
        }
    }
    let infeasible: Vec<&str> = solution
        .verdicts
        .iter()
        .filter(|v| v.feasible == Some(false))
        .map(|v| w.names[v.parent.unwrap() as usize].as_str())
        .collect();
    assert_eq!(infeasible, ["A6307-11", "A6307-20"]);
    for certificate in &solution.certificates {
        certificate.recheck(&Facts::new(&w.graph, &w.loads, Some(&w.zones))).unwrap();
    }
    assert_eq!(solution.giants.iter().filter(|g| g.load == 1459).count(), 1);
    let f = figures(&w.graph, &w.loads, &solution.labels, solution.cells.len());
    println!("{}", serde_json::to_string(&f).unwrap());
}
