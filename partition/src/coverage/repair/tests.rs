use super::*;
use crate::coverage::{Kind, analyse};
use crate::frame::{Polygon, UM_PER_M};

const M: i64 = UM_PER_M;

fn of(points: &[(i64, i64)]) -> Region {
    let shell = points.iter().map(|&(x, y)| Point::new(x * M, y * M)).collect();
    Region::single(Polygon { shell, holes: vec![] })
}

fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
    of(&[(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
}

fn m2(twice_um2: i128) -> f64 {
    twice_um2 as f64 / 2e12
}

/// Plans, applies, and holds the result against everything that is promised of any repair.
fn repaired(cells: &[Region], boundary: Option<&Region>, o: &Options<'_>) -> (Vec<Action>, Vec<Region>) {
    let before = analyse(cells, boundary).unwrap();
    let p = plan(cells, boundary, o).unwrap();
    let out = p.apply(cells);
    assert_eq!(out.len(), cells.len());
    assert!(out.iter().all(|r| r.twice_area_um2() > 0));
    let wrong: i128 = before.defects.iter().map(|d| d.twice_area_um2()).sum();
    if o.parents.is_none() {
        assert!(p.twice_moved_um2() <= wrong + wrong / 20, "{} of {wrong}", p.twice_moved_um2());
    }
    let after = analyse(&out, boundary).unwrap();
    let asked = p.steps.iter().filter(|s| !s.action.is_applied()).count();
    assert!(after.defects.len() <= asked, "{asked} asked, {:?} left", after.defects);
    let again = plan(&out, boundary, o).unwrap();
    assert_eq!(again.apply(&out), out, "a repair of a repair changes nothing");
    (p.steps.iter().map(|s| s.action).collect(), out)
}

#[test]
fn nothing_wrong_nothing_done() {
    let cells = [rect(0, 0, 10, 10), rect(10, 0, 10, 10)];
    let (steps, out) = repaired(&cells, Some(&rect(0, 0, 20, 10)), &Options::default());
    assert_eq!((steps, out.as_slice()), (vec![], &cells[..]));
}

#[test]
fn a_gap_goes_to_the_longest_border_the_name_or_the_smaller_load() {
    let b = rect(0, 0, 20, 10);
    let cells = [rect(0, 0, 9, 10), of(&[(10, 0), (20, 0), (20, 10), (9, 10), (9, 9), (10, 9)])];
    let o = Options::default();
    let (steps, out) = repaired(&cells, Some(&b), &o);
    assert_eq!(steps, [Action::Match, Action::Fill(1)]);
    assert_eq!(m2(out[1].twice_area_um2()), 110.0);
    let named = Options { strategy: Strategy::Named(&[1, 2]), ..o };
    assert_eq!(repaired(&cells, Some(&b), &named).0, [Action::Match, Action::Fill(0)]);
    let load = Options { strategy: Strategy::Workload(&[300, 200]), ..o };
    assert_eq!(repaired(&cells, Some(&b), &load).0, [Action::Match, Action::Fill(1)]);
}

#[test]
fn large_gaps_are_asked_about_or_become_cells() {
    let b = rect(0, 0, 30, 10);
    let cells = [rect(0, 0, 10, 10), rect(20, 0, 10, 10)];
    assert_eq!(repaired(&cells, Some(&b), &Options::default()).0, [Action::NewCell]);
    let cells = [rect(0, 0, 14, 10), rect(16, 0, 14, 10)];
    let o = Options { max_fill_m2: 5.0, ..Options::default() };
    assert_eq!(repaired(&cells, Some(&b), &o).0, [Action::Ask(Reason::AboveMaxFill)]);
}

#[test]
fn overlaps_and_trespass_are_settled_without_moving_the_boundary() {
    let b = rect(0, 0, 20, 10);
    let cells = [rect(-1, 0, 12, 10), rect(10, 0, 12, 10)];
    let (steps, out) = repaired(&cells, Some(&b), &Options::default());
    assert_eq!(steps, [Action::Settle(0), Action::CutOff, Action::CutOff]);
    assert_eq!(out.iter().map(|r| m2(r.twice_area_um2())).sum::<f64>(), 200.0);
}

#[test]
fn nested_cells_and_duplicates_need_a_rule() {
    let b = rect(0, 0, 10, 10);
    let nested = [b.clone(), rect(2, 2, 3, 3)];
    assert_eq!(repaired(&nested, Some(&b), &Options::default()).0, [Action::Ask(Reason::Nested)]);
    let inner = Options { nested: Nested::InnerWins, ..Options::default() };
    let (steps, out) = repaired(&nested, Some(&b), &inner);
    assert_eq!(steps, [Action::Settle(1)]);
    assert_eq!(m2(out[0].twice_area_um2()), 91.0);
    let twice = [b.clone(), b.clone()];
    assert_eq!(repaired(&twice, Some(&b), &inner).0, [Action::Ask(Reason::Duplicate)]);
}

#[test]
fn a_cell_outside_everything_is_kept_and_asked_about() {
    let cells = [rect(0, 0, 10, 10), rect(50, 50, 10, 10)];
    let (steps, out) = repaired(&cells, Some(&rect(0, 0, 10, 10)), &Options::default());
    assert_eq!(steps, [Action::Ask(Reason::WouldVanish)]);
    assert_eq!(out, cells);
}

#[test]
fn vertices_are_matched_and_wrong_rings_resolved() {
    let b = rect(0, 0, 15, 10);
    let (steps, out) =
        repaired(&[rect(0, 0, 10, 10), rect(10, 0, 5, 4), rect(10, 4, 5, 6)], Some(&b), &Options::default());
    assert_eq!(steps, [Action::Match, Action::Match]);
    assert_eq!(out[0].parts[0].shell.len(), 5);
    let bow = of(&[(0, 0), (4, 4), (4, 0), (0, 4)]);
    let o = Options { max_fill_m2: 100.0, ..Options::default() };
    let (steps, _) = repaired(&[bow, rect(4, 0, 6, 4)], Some(&rect(0, 0, 10, 4)), &o);
    assert_eq!(steps[0], Action::Resolve);
    assert_eq!(steps.iter().filter(|a| matches!(a, Action::Fill(0))).count(), 2);
    let spike = of(&[(0, 0), (10, 0), (13, 0), (10, 0), (10, 10), (0, 10)]);
    let (steps, out) = repaired(&[spike], Some(&rect(0, 0, 10, 10)), &Options::default());
    assert_eq!(steps, [Action::Trim]);
    assert_eq!(out[0].parts[0].shell.len(), 4);
}

#[test]
fn a_long_gap_between_two_rows_is_cut_where_its_neighbours_change() {
    let mut cells: Vec<Region> = (0..6).map(|i| rect(20 * i, 0, 20, 10)).collect();
    cells.extend((0..5).map(|i| rect(24 * i, 11, 24, 10)));
    let (steps, out) = repaired(&cells, Some(&rect(0, 0, 120, 21)), &Options::default());
    assert_eq!(steps, (0..6).map(Action::Fill).collect::<Vec<_>>());
    for (before, after) in cells.iter().zip(&out) {
        let gained = m2(after.twice_area_um2() - before.twice_area_um2());
        assert!((0.0..=24.0).contains(&gained), "{gained}");
    }
}

#[test]
fn ground_in_another_parent_goes_to_a_cell_of_that_parent() {
    let parents = [rect(0, 0, 10, 10), rect(10, 0, 10, 10)];
    // The border between two cells runs one metre beside that of their parents, and matches.
    let cells = [rect(0, 0, 11, 10), rect(11, 0, 9, 10)];
    let o = Options {
        parents: Some(Parents { regions: &parents, of_cell: &[Some(0), Some(1)] }),
        ..Options::default()
    };
    for boundary in [Some(rect(0, 0, 20, 10)), None] {
        let (steps, out) = repaired(&cells, boundary.as_ref(), &o);
        assert_eq!(steps, [Action::Move(1)]);
        assert_eq!(out.iter().map(|r| m2(r.twice_area_um2())).collect::<Vec<_>>(), [100.0, 100.0]);
    }
    // A gap on both sides of the parents' border is shared out by parent.
    let cells = [rect(0, 0, 8, 10), rect(11, 0, 9, 10)];
    let (steps, _) = repaired(&cells, Some(&rect(0, 0, 20, 10)), &o);
    assert_eq!(steps, [Action::Fill(0), Action::Fill(1)]);
}

#[test]
fn nobody_of_a_heap_of_duplicates_is_lost() {
    let mut cells = vec![rect(0, 0, 10, 10); 300];
    cells.push(rect(9, 0, 10, 10));
    let (steps, out) = repaired(&cells, Some(&rect(0, 0, 19, 10)), &Options::default());
    assert!(steps.iter().all(|a| matches!(a, Action::Ask(Reason::Duplicate))), "{steps:?}");
    assert_eq!(out, cells);
    assert!(
        analyse(&out, None).unwrap().defects.iter().all(|d| matches!(d.kind, Kind::Nested | Kind::Overlap))
    );
}
