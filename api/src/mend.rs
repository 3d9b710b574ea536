//! "Make this right around here": the moves that bring the loads around a cell back within their band.

use crate::land::Land;
use crate::problem::{Code, Problem};
use crate::view::View;
use partition::plan::Operation;
use partition::solve::{
    Criterion, Current, Goal, Lock, Options, Problem as Question, Rules, anchored, solve_near,
};

/// What most plans call equal, where the client does not say.
const USUAL_SHARE: f64 = 0.05;

/// The moves around `cell`, as one edit. Dedicated cells neither give nor take; `keep` stays where it is. Blocks.
pub(crate) fn around(
    land: &Land,
    view: &View,
    cell: u32,
    keep: &[u32],
    share: Option<f64>,
) -> Result<Operation, Problem> {
    let share = share.unwrap_or(USUAL_SHARE);
    if !(0.0..=1.0).contains(&share) {
        let en = "tolerance must be a share from 0 to 1, such as 0.05";
        return Err(Problem::new(Code::BadBody, "tolerance 应为 0 至 1 的比例,如 0.05", en));
    }
    let dedicated = |c: u32| view.is_dedicated(c);
    if dedicated(cell) {
        let (zh, en) = ("专属网格不参与均衡", "a dedicated cell has no part in the balance");
        return Err(Problem::new(Code::UnknownCell, zh, en).with("cell", view.code(cell)));
    }
    let units = &land.project.units;
    let labels: Vec<Option<u32>> = view.labels.iter().map(|&l| Some(l).filter(|&l| !dedicated(l))).collect();
    let Some(column) = view.balanced(land) else {
        return Err(Problem::new(
            Code::NothingChanges,
            "没有可均衡的指标",
            "there is no criterion to balance",
        ));
    };
    let criterion = Criterion { name: column.name.clone(), loads: column.loads.clone() };
    let place = |u: &u32| labels.get(*u as usize).copied().flatten();
    let locks = keep.iter().filter_map(|u| Some(Lock { unit: *u, cell: place(u)? }));
    let current = Current { labels: &labels, price: Current::USUAL_PRICE, cap: None };
    let goal = Goal::around(view.mean(), share);
    let question = Question {
        parents: units.parents_of(),
        current: Some(current),
        names: Some(&units.ids),
        ..Question::new(land.ground.graph(), &criterion, goal)
    };
    let locks: Vec<Lock> = locks.collect();
    let kept = Rules { locks, ..Rules::default() };
    let rules = if keep.is_empty() { kept } else { anchored(&question, &kept) };
    let question = Question { rules: Some(&rules), ..question };
    let own: Vec<u32> = (0..).zip(&labels).filter(|(_, l)| **l == Some(cell)).map(|(u, _)| u).collect();
    let near = solve_near(&question, &own, &Options::default())
        .map_err(|e| Problem::of(Code::NothingChanges, "就近调平不可行", &e))?;
    Ok(Operation::Reassign { moves: near.moves })
}
