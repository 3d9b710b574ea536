//! Certificates hold, and fall when tampered with.

use crate::support::grid;
use partition::{
    graph::UnitGraph,
    progress::Silent,
    solve::{
        Certificate, Criterion, Further, Goal, Limit, Options, Problem, Rules, Solution, Step,
        certificate::{
            Bound, Exhaustive, Facts, Homeless, Naming, Pocket, Ratio, Refuted, Scope, Telling, WeightGap,
        },
        solve,
    },
};

fn proofs(graph: &UnitGraph, loads: &[i64], lo: i64, hi: i64) -> Solution {
    let criterion = Criterion { name: "w".to_owned(), loads: loads.to_vec() };
    let problem = Problem::new(graph, &criterion, Goal::Range { lo, hi });
    solve(&problem, &Options::default(), &Silent).unwrap()
}

fn refuted(certificate: impl Into<Certificate>, graph: &UnitGraph, loads: &[i64]) -> Refuted {
    certificate.into().recheck(&Facts::new(graph, loads, None)).unwrap_err()
}

#[test]
fn oversize_unit() {
    let graph = grid(3, 1, |_, _| false);
    let loads = [700, 350, 350];
    let s = proofs(&graph, &loads, 300, 500);
    let Certificate::UnitAboveHi(good) = &s.certificates[0] else { panic!("{:?}", s.certificates) };
    good.recheck(&Facts::new(&graph, &loads, None)).unwrap();
    let tamper = |f: &dyn Fn(&mut partition::solve::certificate::UnitAboveHi)| {
        let mut bad = good.clone();
        f(&mut bad);
        bad.recheck(&Facts::new(&graph, &loads, None)).unwrap_err()
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
    good.recheck(&Facts::new(&graph, &loads, None)).unwrap();
    let bad = Pocket { units: good.units[1..].to_vec(), load: 520, ..good.clone() };
    bad.recheck(&Facts::new(&graph, &loads, None)).unwrap(); // two arms are still too much
    let bad = Pocket { units: good.units[2..].to_vec(), load: 460, ..good.clone() };
    assert!(matches!(refuted(Certificate::Pocket(bad), &graph, &loads), Refuted::DoesNotFollow { .. }));
    let bad = Pocket { lo: 50, ..good.clone() };
    assert!(matches!(refuted(Certificate::Pocket(bad), &graph, &loads), Refuted::DoesNotFollow { .. }));
    let bad = Pocket { gate: 3, load: 240, ..good.clone() };
    assert!(refuted(Certificate::Pocket(bad), &graph, &loads) != Refuted::Unconfirmed { steps: 0 });
    // The claim does not carry over to data with a way round.
    let ring = grid(4, 3, |_, _| false);
    let loads = vec![60; 12];
    assert!(good.recheck(&Facts::new(&ring, &loads, None)).is_err());
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
    local.recheck(&Facts::new(&graph, &loads, None)).unwrap();
}

#[test]
fn certificates_travel_as_json() {
    let graph = grid(4, 1, |_, _| false);
    let s = proofs(&graph, &[140; 4], 300, 500);
    let text = serde_json::to_string(&s.certificates[0]).unwrap();
    assert_eq!(text, r#"{"kind":"weight_gap","parent":null,"units":[0,1,2,3],"load":560,"lo":300,"hi":500}"#);
    assert_eq!(serde_json::from_str::<Certificate>(&text).unwrap(), s.certificates[0]);
}

fn squares_of_100(rules: &Rules, lo: i64, hi: i64) -> (UnitGraph, Solution) {
    let graph = grid(4, 3, |_, _| false);
    let criterion = Criterion { name: "w".to_owned(), loads: vec![100; 12] };
    let problem = Problem { rules: Some(rules), ..Problem::new(&graph, &criterion, Goal::Range { lo, hi }) };
    let s = solve(&problem, &Options::default(), &Silent).unwrap();
    (graph, s)
}

#[test]
fn a_pocket_between_walls_is_explained_with_the_walls_it_needs() {
    // Two squares in a corner, and a wall elsewhere that has nothing to do with it.
    let rules = Rules { walls: vec![[0, 4], [1, 5], [1, 2], [6, 7]], ..Rules::default() };
    let (graph, s) = squares_of_100(&rules, 300, 500);
    assert_eq!(s.verdicts[0].feasible, Some(false));
    let at = s.verdicts[0].certificate.unwrap();
    let Certificate::WeightGap(good) = &s.certificates[at] else { panic!("{:?}", s.certificates) };
    assert_eq!((&good.units[..], good.load), (&[0, 1][..], 200));
    assert_eq!(good.rules, Rules { walls: vec![[0, 4], [1, 5], [1, 2]], ..Rules::default() });
    assert!(s.unmet.iter().all(|u| u.certificate == Some(at)) && !s.unmet.is_empty());
    let facts = [100; 12];
    let facts = Facts::new(&graph, &facts, None);
    good.recheck(&facts).unwrap();
    let fewer = Rules { walls: vec![[0, 4], [1, 5]], ..Rules::default() };
    let bad = WeightGap { rules: fewer, ..good.clone() };
    assert!(matches!(bad.recheck(&facts), Err(Refuted::NotClosed { unit: 1, neighbour: 2 })));
    // What would help is shown under the walls: cells of 200.
    assert_eq!(s.verdicts[0].relaxation.unwrap().lo_only, Step::By(100));
    let telling = Telling {
        naming: Naming { unit: &|u| format!("u{u}"), cell: &|c| c.to_string() },
        criterion: &|c| (c.unwrap_or("households").to_owned(), 1),
    };
    let words = s.certificates[at].words(&telling);
    assert!(words.en.contains("u0, u1") && words.en.contains("less than the 300"), "{words}");
    assert!(words.zh.contains("阻隔 u0,u4"), "{words}");
    let helps = s.certificates[at].helps(&telling).unwrap();
    assert!(helps.en.ends_with("a lower limit of 200 households or one of these rules less"), "{helps}");
}

#[test]
fn units_kept_together_may_be_too_heavy_and_a_ring_of_them_exhausted() {
    let rules =
        Rules { together: vec![vec![0, 1, 2, 3, 7, 11]], apart: vec![vec![4, 8]], ..Rules::default() };
    let (graph, s) = squares_of_100(&rules, 300, 500);
    let at = s.verdicts[0].certificate.unwrap();
    let Certificate::UnitAboveHi(good) = &s.certificates[at] else { panic!("{:?}", s.certificates) };
    assert_eq!((good.load, good.rules.apart.len()), (600, 0));
    let loads = [100; 12];
    good.recheck(&Facts::new(&graph, &loads, None)).unwrap();
    // Cells of exactly four: of three columns of a 4 by 3 grid none may hold both ends of its middle row.
    let rules = Rules { apart: vec![vec![0, 1], vec![0, 4]], ..Rules::default() };
    let (_, s) = squares_of_100(&rules, 400, 400);
    assert_eq!(s.verdicts[0].feasible, Some(false), "the corner is alone");
    let at = s.verdicts[0].certificate.unwrap();
    s.certificates[at].recheck(&Facts::new(&graph, &loads, None)).unwrap();
    // With pairs that stay apart all covers have to be tried.
    let rules = Rules { apart: vec![vec![0, 1], vec![3, 2], vec![8, 9], vec![11, 10]], ..Rules::default() };
    let (_, s) = squares_of_100(&rules, 400, 400);
    assert_eq!(s.verdicts[0].feasible, Some(false));
    let at = s.verdicts[0].certificate.unwrap();
    let Certificate::Exhaustive(good) = &s.certificates[at] else { panic!("{:?}", s.certificates) };
    good.recheck(&Facts::new(&graph, &loads, None)).unwrap();
    let bad = Exhaustive { rules: Rules::default(), ..good.clone() };
    assert!(matches!(bad.recheck(&Facts::new(&graph, &loads, None)), Err(Refuted::Coverable { .. })));
}

#[test]
fn a_poor_corner_cannot_have_its_share_of_a_further_criterion() {
    // Shops in the east only: in the west no cell of 8 to 12 households can have any.
    let graph = grid(12, 4, |_, _| false);
    let criterion = Criterion { name: "households".to_owned(), loads: vec![2; 48] };
    let shops: Vec<i64> = (0..48).map(|u| if u % 12 >= 8 { 3 } else { 0 }).collect();
    let further = [Further {
        criterion: Criterion { name: "shops".to_owned(), loads: shops },
        limit: Limit::Share(0.5),
        weight: 1.0,
        hard: true,
    }];
    let problem = Problem { further: &further, ..Problem::new(&graph, &criterion, Goal::Cells(10)) };
    let options = Options { tolerance: Some(0.2), ..Options::default() };
    let s = solve(&problem, &options, &Silent).unwrap();
    let facts = Facts::of(&problem);
    s.certificates.iter().for_each(|c| c.recheck(&facts).unwrap());
    let ratio = s.certificates.iter().find_map(|c| match c {
        Certificate::Ratio(r) => Some(r),
        _ => None,
    });
    let good = ratio.unwrap();
    assert_eq!((good.lo, good.hi, good.best), (8, 11, 0));
    assert!(s.unmet.iter().filter(|u| u.certificate.is_some()).count() >= 3, "{:?}", s.unmet);
    for bad in [
        Ratio { hi: 30, ..good.clone() },
        Ratio { further: Bound { lo: 0, ..good.further.clone() }, ..good.clone() },
        Ratio { unit: 7, ..good.clone() },
    ] {
        assert!(matches!(bad.recheck(&facts), Err(Refuted::DoesNotFollow { .. })), "{bad:?}");
    }
    let other =
        Ratio { further: Bound { criterion: "trees".into(), ..good.further.clone() }, ..good.clone() };
    assert!(matches!(other.recheck(&facts), Err(Refuted::UnknownCriterion { .. })));
}

#[test]
fn a_unit_that_fits_no_cell_is_proved_to_by_trying_all() {
    // A row of 300, 90, 300, 300: no cell of 350 to 500 has the second of these together with nothing too much.
    let graph = grid(4, 1, |_, _| false);
    let criterion = Criterion { name: "w".to_owned(), loads: vec![300, 90, 300, 300] };
    let problem = Problem::new(&graph, &criterion, Goal::Cells(2));
    let options = Options { within: Some([400, 500]), ..Options::default() };
    let s = solve(&problem, &options, &Silent).unwrap();
    let facts = Facts::of(&problem);
    s.certificates.iter().for_each(|c| c.recheck(&facts).unwrap());
    let homeless = |c: &Certificate| matches!(c, Certificate::Homeless(_));
    let Some(Certificate::Homeless(good)) = s.certificates.iter().find(|c| homeless(c)) else {
        panic!("{:?}", s.certificates)
    };
    assert_eq!((good.lo, good.hi, s.unmet.len()), (400, 500, 2));
    let bad = Homeless { lo: 390, unit: 0, ..good.clone() };
    assert_eq!(bad.recheck(&facts), Err(Refuted::Coverable { cell: vec![0, 1] }));
    let bad = Homeless { hi: 1000, ..good.clone() };
    assert!(matches!(bad.recheck(&facts), Err(Refuted::Coverable { .. })));
}

#[test]
fn a_claim_about_endless_ground_is_given_up_not_followed() {
    let graph = grid(60_000, 1, |_, _| false);
    let loads = vec![1; graph.len()];
    let far = Homeless {
        parent: None,
        unit: 0,
        lo: 1_000_000,
        hi: 2_000_000,
        further: Vec::new(),
        rules: Rules::default(),
    };
    let found = far.recheck(&Facts::new(&graph, &loads, None));
    assert!(matches!(found, Err(Refuted::Unconfirmed { .. })), "{found:?}");
}
