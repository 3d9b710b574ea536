//! Checking again after each edit finds what checking everything finds.

use crate::ground::grid;
use crate::support::Dice;
use partition::coverage::{Recheck, analyse};
use partition::frame::{Point, Polygon, Region};

const M: i64 = 1_000_000;

/// One edit of cell `c`; what it leads to is anybody's guess.
fn edited(dice: &mut Dice, cells: &[Region], right: &[Region], c: usize) -> Region {
    let mut r = cells[c].clone();
    let shell_len = r.parts.first().map_or(0, |p| p.shell.len());
    let any = |dice: &mut Dice, n: usize| dice.below(n as u64) as usize;
    match dice.below(10) {
        0 => Region::default(),
        1 => cells[any(dice, cells.len())].clone(),
        _ if shell_len < 4 => right[c].clone(),
        2 | 3 => right[c].clone(),
        4 => {
            r.parts[0].shell.swap(0, 2);
            r
        }
        5 => {
            let i = any(dice, shell_len);
            r.parts[0].shell.remove(i);
            r
        }
        6 => {
            let p = r.parts[0].shell[any(dice, shell_len)];
            r.parts.push(Polygon {
                shell: vec![p, Point::new(p.x + 40 * M, p.y), Point::new(p.x, p.y + 30 * M)],
                holes: vec![],
            });
            r
        }
        7 => {
            // A vertex on the straight of an edge, exactly or beside it.
            let i = any(dice, shell_len);
            let (a, b) = (r.parts[0].shell[i], r.parts[0].shell[(i + 1) % shell_len]);
            let off = dice.below(3) as i64 - 1;
            r.parts[0].shell.insert(i + 1, Point::new((a.x + b.x) / 2 + off, (a.y + b.y) / 2));
            r
        }
        _ => {
            let i = any(dice, shell_len);
            let reach = [2, 1000, 20 * M][any(dice, 3)];
            let by = |dice: &mut Dice| dice.below(2 * reach as u64 + 1) as i64 - reach;
            let p = &mut r.parts[0].shell[i];
            (p.x, p.y) = (p.x + by(dice), p.y + by(dice));
            r
        }
    }
}

fn same_after_each_edit(boundary: Option<&Region>, right: &[Region], seed: u64, edits: usize) {
    let mut dice = Dice(seed);
    let mut cells = right.to_vec();
    let mut kept = Recheck::new(cells.clone(), boundary).unwrap();
    for n in 0..edits {
        let c = dice.below(cells.len() as u64) as usize;
        let new = edited(&mut dice, &cells, right, c);
        cells[c] = new.clone();
        assert!(kept.replace(c as u32, new));
        let whole = analyse(&cells, boundary).unwrap().defects;
        assert_eq!(kept.defects(), whole, "seed {seed}, edit {n} of cell {c}");
    }
    for (c, r) in (0..).zip(right) {
        kept.replace(c, r.clone());
    }
    assert_eq!(kept.defects(), [], "all edits taken back");
}

#[test]
fn each_edit_leaves_what_a_full_check_finds() {
    let (cells, boundary) = grid(6, 6);
    for seed in 0..12 {
        same_after_each_edit(Some(&boundary), &cells, seed, 60);
        same_after_each_edit(None, &cells, 100 + seed, 60);
    }
}

#[test]
fn a_boundary_with_few_vertices_gets_its_nodes_and_loses_them() {
    // Straight sides: every vertex of a cell on them is a node that comes and goes.
    let square = |x: i64, y: i64| {
        let p = |dx: i64, dy: i64| Point::new((x + dx) * 10 * M, (y + dy) * 10 * M);
        Region::single(Polygon { shell: vec![p(0, 0), p(1, 0), p(1, 1), p(0, 1)], holes: vec![] })
    };
    let cells: Vec<Region> = (0..25).map(|i| square(i % 5, i / 5)).collect();
    let corner = |x: i64, y: i64| Point::new(x * 50 * M, y * 50 * M);
    let boundary = Region::single(Polygon {
        shell: vec![corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)],
        holes: vec![],
    });
    for seed in 0..12 {
        same_after_each_edit(Some(&boundary), &cells, seed, 60);
    }
}

#[test]
fn regions_are_added_at_the_end_only() {
    let (cells, boundary) = grid(2, 1);
    let mut kept = Recheck::new(vec![cells[0].clone()], Some(&boundary)).unwrap();
    assert_eq!(kept.defects().len(), 1);
    assert!(!kept.replace(5, cells[1].clone()));
    assert!(kept.replace(1, cells[1].clone()));
    assert_eq!((kept.len(), kept.defects()), (2, vec![]));
}
