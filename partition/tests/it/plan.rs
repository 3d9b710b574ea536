//! Edits of a plan: what they do, what they refuse, and that a history says everything.

use partition::frame::Point;
use partition::graph::UnitGraph;
use partition::plan::{Change, Draft, Ground, Misfit, Move, Operation, Refusal, apply};
use proptest::prelude::*;

const SIDE: u32 = 6;

/// A board of 36 units, 10 m wide, with an island (36) that touches nothing.
fn board(parents: Vec<u32>) -> Ground {
    let n = SIDE * SIDE;
    let mut edges = Vec::new();
    for u in 0..n {
        if u % SIDE + 1 < SIDE {
            edges.push((u, u + 1, 10_000));
        }
        if u + SIDE < n {
            edges.push((u, u + SIDE, 10_000));
        }
    }
    let all = n as usize + 1;
    let centre = (0..=n).map(|u| Point::new((u % SIDE).into(), (u / SIDE).into())).collect();
    let graph = UnitGraph::from_edges(vec![1; all], vec![0; all], centre, &edges).unwrap();
    Ground::new(graph, parents)
}

/// Three cells of two columns each; the island belongs to the first.
fn columns() -> Vec<u32> {
    (0..SIDE * SIDE).map(|u| u % SIDE / 2).chain([0]).collect()
}

fn assign(units: &[u32], cell: u32) -> Operation {
    Operation::Assign { units: units.to_vec(), cell }
}

fn refused(labels: &[u32], operation: &Operation) -> Refusal {
    apply(&board(vec![]), labels, 3, operation).unwrap_err()
}

fn moves(change: &Change) -> Vec<(u32, u32, u32)> {
    change.moves.iter().map(|m| (m.unit, m.from, m.to)).collect()
}

#[test]
fn assigning_moves_units_once_and_in_order() {
    let change = apply(&board(vec![]), &columns(), 3, &assign(&[8, 2, 8, 0], 0)).unwrap();
    assert_eq!(moves(&change), [(2, 1, 0), (8, 1, 0)]);
    assert_eq!(change.cells, 3);
    assert_eq!(Move { unit: 2, from: 1, to: 0 }.inverse(), Move { unit: 2, from: 0, to: 1 });
}

#[test]
fn what_does_not_exist_or_changes_nothing_is_refused() {
    let labels = columns();
    assert_eq!(refused(&labels, &assign(&[37], 0)), Refusal::UnknownUnit { unit: 37 });
    assert_eq!(refused(&labels, &assign(&[0], 3)), Refusal::UnknownCell { cell: 3 });
    assert_eq!(refused(&labels, &assign(&[0, 1], 0)), Refusal::NothingChanges);
    assert_eq!(refused(&labels, &assign(&[], 0)), Refusal::NothingChanges);
    let mixed = Operation::Swap { first: vec![0, 2], second: vec![4] };
    assert_eq!(refused(&labels, &mixed), Refusal::SeveralCells { unit: 2, other: 0 });
    assert_eq!(refused(&labels, &Operation::Merge { cell: 1, into: 1 }), Refusal::NothingChanges);
    assert_eq!(refused(&labels, &Operation::Undo), Refusal::NothingToUndo);
    for refusal in [refused(&labels, &assign(&[37], 0)), refused(&labels, &assign(&[0], 3))] {
        assert_eq!(refusal.code().split('-').next(), Some("unknown"));
    }
}

#[test]
fn a_cell_is_not_left_empty_unless_it_is_merged() {
    let mut labels = columns();
    labels.iter_mut().filter(|l| **l == 2).for_each(|l| *l = 1);
    labels[5] = 2;
    assert_eq!(refused(&labels, &assign(&[5], 1)), Refusal::EmptiesCell { cell: 2 });
    let all: Vec<u32> = (0..36).filter(|&u| labels[u as usize] == 2).collect();
    assert_eq!(refused(&labels, &Operation::Split { units: all }), Refusal::EmptiesCell { cell: 2 });
    let change = apply(&board(vec![]), &labels, 3, &Operation::Merge { cell: 2, into: 1 }).unwrap();
    assert_eq!(moves(&change), [(5, 2, 1)]);
    // Merged away, it takes nothing any more.
    labels[5] = 1;
    assert_eq!(refused(&labels, &assign(&[0], 2)), Refusal::UnknownCell { cell: 2 });
}

#[test]
fn a_cell_that_would_fall_apart_is_named_with_what_is_cut_off() {
    // Rows 0 to 5 of columns 2 and 3 are cell 1; taking row 2 cuts two rows off the other three.
    let refusal = refused(&columns(), &assign(&[14, 15], 2));
    assert_eq!(refusal, Refusal::BreaksContiguity { cell: 1, pieces: 2, units: vec![2, 3, 8, 9] });
    assert_eq!(
        (refusal.code(), refusal.cell(), refusal.units()),
        ("breaks-contiguity", Some(1), &[2, 3, 8, 9][..])
    );
    assert_eq!(board(vec![]).place(2), Some(Point::new(2, 0)));
    // A unit beyond the border of its new cell: the cell that would get it is the one in pieces.
    let refusal = refused(&columns(), &assign(&[4], 0));
    assert_eq!(refusal, Refusal::BreaksContiguity { cell: 0, pieces: 3, units: vec![4, 36] });
    // Corners do not join.
    let mut labels = columns();
    labels[2] = 0;
    assert!(matches!(refused(&labels, &assign(&[9], 0)), Refusal::BreaksContiguity { cell: 0, .. }));
}

#[test]
fn islands_and_imperfect_plans_do_not_block_work() {
    let ground = board(vec![]);
    // The island can go anywhere: it never was in one piece with anything.
    assert!(apply(&ground, &columns(), 3, &assign(&[36], 2)).is_ok());
    // Cell 0 has a stray unit in the far corner: other edits of it go on, and it can be mended.
    let mut labels = columns();
    labels[35] = 0;
    assert!(apply(&ground, &labels, 3, &assign(&[2], 0)).is_ok());
    assert!(apply(&ground, &labels, 3, &assign(&[35], 2)).is_ok());
    assert!(matches!(refused(&labels, &assign(&[10], 0)), Refusal::BreaksContiguity { cell: 0, .. }));
}

#[test]
fn parents_are_not_crossed() {
    // West of column 3 is parent 0, the rest (and the island) parent 1; cells 0 | 1 | 2 with cell 1 in two columns of each.
    let parents: Vec<u32> = (0..SIDE * SIDE).map(|u| u32::from(u % SIDE >= 3)).chain([1]).collect();
    let labels: Vec<u32> = (0..SIDE * SIDE).map(|u| u % SIDE / 3).chain([1]).collect();
    let ground = board(parents);
    let refusal = apply(&ground, &labels, 2, &assign(&[3, 9], 0)).unwrap_err();
    assert_eq!(refusal, Refusal::CrossesParent { cell: 0, units: vec![3, 9] });
    // A cell that crosses already may go on doing so, and may be mended.
    let mut crossing = labels.clone();
    crossing[3] = 0;
    assert!(apply(&ground, &crossing, 2, &assign(&[9], 0)).is_ok());
    assert!(apply(&ground, &crossing, 2, &assign(&[3], 1)).is_ok());
    // A new cell lies in the parent of its first unit.
    let change = apply(&ground, &labels, 2, &Operation::Split { units: vec![0, 1] }).unwrap();
    assert_eq!((moves(&change), change.cells), (vec![(0, 0, 2), (1, 0, 2)], 3));
}

#[test]
fn swapping_is_judged_as_one() {
    // Neither half would be allowed alone: each cell is one column wide where it is swapped.
    let ground = board(vec![]);
    let labels: Vec<u32> = (0..SIDE * SIDE).map(|u| u32::from(u >= 18)).chain([0]).collect();
    let swap = Operation::Swap { first: vec![12, 13, 14], second: vec![18 + 3, 18 + 4, 18 + 5] };
    let change = apply(&ground, &labels, 2, &swap).unwrap();
    assert_eq!(change.moves.len(), 6);
    assert_eq!(change.moves.iter().filter(|m| m.to == 1).count(), 3);
}

#[test]
fn undo_and_redo_walk_the_history() {
    let ground = board(vec![]);
    let mut draft = Draft::new(columns(), 3);
    let run = |draft: &mut Draft, operation: Operation| {
        let change = draft.propose(&ground, &operation)?;
        draft.record(change).unwrap();
        Ok::<_, Refusal>(draft.labels().to_vec())
    };
    let zero = draft.labels().to_vec();
    assert_eq!(run(&mut draft, Operation::Undo), Err(Refusal::NothingToUndo));
    let one = run(&mut draft, assign(&[2], 0)).unwrap();
    let two = run(&mut draft, Operation::Split { units: vec![0, 6] }).unwrap();
    assert_eq!(run(&mut draft, Operation::Undo).unwrap(), one);
    assert_eq!(run(&mut draft, Operation::Undo).unwrap(), zero);
    assert_eq!(run(&mut draft, Operation::Undo), Err(Refusal::NothingToUndo));
    assert_eq!(run(&mut draft, Operation::Redo).unwrap(), one);
    assert_eq!(run(&mut draft, Operation::Redo).unwrap(), two);
    assert_eq!(run(&mut draft, Operation::Redo), Err(Refusal::NothingToRedo));
    // A new edit forgets what was taken back; cells stay counted.
    run(&mut draft, Operation::Undo).unwrap();
    run(&mut draft, assign(&[8], 0)).unwrap();
    assert_eq!(run(&mut draft, Operation::Redo), Err(Refusal::NothingToRedo));
    assert_eq!((draft.cells(), draft.changes().len()), (4, 8));
    assert_eq!(Draft::replay(columns(), 3, draft.changes().to_vec()), Ok(draft));
}

#[test]
fn a_change_made_for_other_labels_does_not_fit() {
    let ground = board(vec![]);
    let mut draft = Draft::new(columns(), 3);
    let change = draft.propose(&ground, &assign(&[2], 0)).unwrap();
    draft.record(change.clone()).unwrap();
    let before = draft.clone();
    assert!(matches!(draft.record(change.clone()), Err(Misfit { change: 1, .. })));
    let moves = vec![Move { unit: 2, from: 0, to: 3 }];
    assert!(draft.record(Change { moves, ..change.clone() }).is_err());
    assert!(draft.record(Change { cells: 2, moves: vec![], ..change.clone() }).is_err());
    let redo = Change { operation: Operation::Redo, moves: vec![], cells: 3 };
    assert!(draft.record(redo).is_err());
    assert_eq!(draft, before);
}

#[test]
fn operations_have_stable_names() {
    let json = |o: &Operation| serde_json::to_string(o).unwrap();
    assert_eq!(json(&assign(&[1], 2)), r#"{"kind":"assign","units":[1],"cell":2}"#);
    assert_eq!(json(&Operation::Merge { cell: 1, into: 2 }), r#"{"kind":"merge","cell":1,"into":2}"#);
    assert_eq!(serde_json::from_str::<Operation>(r#"{"kind":"undo"}"#).unwrap(), Operation::Undo);
    assert!(serde_json::from_str::<Operation>(r#"{"kind":"assign","units":[1],"cell":2,"x":0}"#).is_err());
}

proptest! {
    /// Whatever is asked for: each accepted edit keeps every cell in one piece, and the history leads there and back.
    #[test]
    fn any_edits_keep_the_plan_whole(asked in prop::collection::vec((0u32..8, 0u32..37, 0u32..6, 0u32..37), 1..60)) {
        let ground = board(vec![]);
        let mut draft = Draft::new(columns(), 3);
        for (kind, unit, cell, other) in asked {
            let operation = match kind {
                0 => Operation::Undo,
                1 => Operation::Redo,
                2 => Operation::Swap { first: vec![unit], second: vec![other] },
                3 => Operation::Merge { cell, into: other % 6 },
                4 => Operation::Split { units: vec![unit, other] },
                _ => assign(&[unit], cell),
            };
            let before = draft.labels().to_vec();
            let Ok(change) = draft.propose(&ground, &operation) else { continue };
            draft.record(change.clone()).unwrap();
            prop_assert_ne!(draft.labels(), &before[..]);
            // The island apart, pieces are cells.
            let mut labels = draft.labels().to_vec();
            labels[36] = u32::MAX;
            let mut live: Vec<u32> = labels.clone();
            live.sort_unstable();
            live.dedup();
            prop_assert_eq!(ground.graph().components_within(&labels).count, live.len());
            // Backwards.
            let mut labels = draft.labels().to_vec();
            change.moves.iter().map(|m| m.inverse()).for_each(|m| labels[m.unit as usize] = m.to);
            prop_assert_eq!(labels, before);
        }
        while let Ok(change) = draft.propose(&ground, &Operation::Undo) {
            draft.record(change).unwrap();
        }
        prop_assert_eq!(draft.labels(), &columns()[..]);
        prop_assert_eq!(Draft::replay(columns(), 3, draft.changes().to_vec()).unwrap(), draft);
    }
}
