//! Certificates hold, and fall when tampered with.

use crate::support::grid;
use partition::{
    graph::UnitGraph,
    progress::Silent,
    solve::{
        Certificate, Criterion, Goal, Options, Problem, Solution,
        certificate::{Exhaustive, Pocket, Refuted, Scope, WeightGap},
        solve,
    },
};

fn proofs(graph: &UnitGraph, loads: &[i64], lo: i64, hi: i64) -> Solution {
    let criterion = Criterion { name: "w".to_owned(), loads: loads.to_vec() };
    let problem = Problem::new(graph, &criterion, Goal::Range { lo, hi });
    solve(&problem, &Options::default(), &Silent).unwrap()
}

fn refuted(certificate: impl Into<Certificate>, graph: &UnitGraph, loads: &[i64]) -> Refuted {
    certificate.into().recheck(graph, loads, None).unwrap_err()
}

#[test]
fn oversize_unit() {
    let graph = grid(3, 1, |_, _| false);
    let loads = [700, 350, 350];
    let s = proofs(&graph, &loads, 300, 500);
    let Certificate::UnitAboveHi(good) = &s.certificates[0] else { panic!("{:?}", s.certificates) };
    good.recheck(&graph, &loads, None).unwrap();
    let tamper = |f: &dyn Fn(&mut partition::solve::certificate::UnitAboveHi)| {
        let mut bad = good.clone();
        f(&mut bad);
        bad.recheck(&graph, &loads, None).unwrap_err()
    };
    assert!(matches!(tamper(&|c| c.unit = 1), Refuted::OtherLoad { .. }));
    assert!(matches!(tamper(&|c| c.unit = 9), Refuted::UnknownUnit { .. }));
    assert!(matches!(tamper(&|c| c.hi = 700), Refuted::DoesNotFollow { .. }));
    assert!(matches!(tamper(&|c| c.parent = Some(1)), Refuted::OtherParent { .. }));
}

#[test]
fn weight_between_two_multiples() {
    let graph = grid(4, 1, |_, _| false);
    let loads = [140; 4];
    let s = proofs(&graph, &loads, 300, 500);
    let Certificate::WeightGap(good) = s.certificates[0].clone() else { panic!("{:?}", s.certificates) };
    assert_eq!(good.load, 560);
    let bad = WeightGap { units: vec![0, 1, 2], load: 420, ..good.clone() };
    assert!(matches!(
        refuted(Certificate::WeightGap(bad), &graph, &loads),
        Refuted::NotClosed { unit: 2, neighbour: 3 }
    ));
    let bad = WeightGap { load: 561, ..good.clone() };
    assert!(matches!(refuted(Certificate::WeightGap(bad), &graph, &loads), Refuted::OtherLoad { .. }));
    let bad = WeightGap { lo: 280, ..good.clone() };
    assert!(matches!(refuted(Certificate::WeightGap(bad), &graph, &loads), Refuted::DoesNotFollow { .. }));
    let bad = WeightGap { units: vec![0, 1, 2, 3, 3], load: 700, ..good };
    assert!(matches!(refuted(Certificate::WeightGap(bad), &graph, &loads), Refuted::UnknownUnit { unit: 3 }));
}

#[test]
fn pocket_behind_a_gate() {
    // A cross: four light arms on a heavy middle, and one arm with a second, heavy unit.
    let graph = grid(4, 3, |x, y| x != 1 && y != 1);
    let loads: Vec<i64> = graph
        .centre
        .iter()
        .map(|p| match (p.x / 100_000_000, p.y / 100_000_000) {
            (1, 1) => 400,
            (3, 1) => 330,
            _ => 60,
        })
        .collect();
    let s = proofs(&graph, &loads, 300, 500);
    let Certificate::Pocket(good) = s.certificates[0].clone() else { panic!("{:?}", s.certificates) };
    assert_eq!((good.units.len(), good.load), (3, 580));
    good.recheck(&graph, &loads, None).unwrap();
    let bad = Pocket { units: good.units[1..].to_vec(), load: 520, ..good.clone() };
    bad.recheck(&graph, &loads, None).unwrap(); // two arms are still too much
    let bad = Pocket { units: good.units[2..].to_vec(), load: 460, ..good.clone() };
    assert!(matches!(refuted(Certificate::Pocket(bad), &graph, &loads), Refuted::DoesNotFollow { .. }));
    let bad = Pocket { lo: 50, ..good.clone() };
    assert!(matches!(refuted(Certificate::Pocket(bad), &graph, &loads), Refuted::DoesNotFollow { .. }));
    let bad = Pocket { gate: 3, load: 240, ..good.clone() };
    assert!(refuted(Certificate::Pocket(bad), &graph, &loads) != Refuted::Unconfirmed { steps: 0 });
    // The claim does not carry over to data with a way round.
    let ring = grid(4, 3, |_, _| false);
    let loads = vec![60; 12];
    assert!(good.recheck(&ring, &loads, None).is_err());
}

#[test]
fn all_covers_tried() {
    // A ring of four: one unit is too little, two are too much, and no gate explains it.
    let graph = grid(2, 2, |_, _| false);
    let loads = [250; 4];
    let s = proofs(&graph, &loads, 300, 499);
    let Certificate::Exhaustive(good) = s.certificates[0].clone() else { panic!("{:?}", s.certificates) };
    assert_eq!(good.scope, Scope::ComponentWide);
    assert_eq!(s.verdicts[0].feasible, Some(false));
    let bad = Exhaustive { hi: 500, ..good.clone() };
    assert!(matches!(refuted(Certificate::Exhaustive(bad), &graph, &loads), Refuted::Coverable { .. }));
    let bad = Exhaustive { units: vec![1, 2, 3], ..good.clone() };
    assert!(matches!(refuted(Certificate::Exhaustive(bad), &graph, &loads), Refuted::NotClosed { .. }));
    let local = Exhaustive { units: vec![1, 2, 3], scope: Scope::Local, ..good };
    local.recheck(&graph, &loads, None).unwrap();
}

#[test]
fn certificates_travel_as_json() {
    let graph = grid(4, 1, |_, _| false);
    let s = proofs(&graph, &[140; 4], 300, 500);
    let text = serde_json::to_string(&s.certificates[0]).unwrap();
    assert_eq!(text, r#"{"kind":"weight_gap","parent":null,"units":[0,1,2,3],"load":560,"lo":300,"hi":500}"#);
    assert_eq!(serde_json::from_str::<Certificate>(&text).unwrap(), s.certificates[0]);
}
