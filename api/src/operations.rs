//! Edits: `POST /plans/{p}/operations`, their history, and `POST /plans/{p}/publish`.

use crate::auth::Caller;
use crate::extract::{Json as Body, Path, Query};
use crate::land::{Land, degrees};
use crate::mend;
use crate::problem::{Code, Problem};
use crate::state::{App, stale, to_the_end};
use crate::view::View;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use data::store::StoreError;
use data::store::model::CellKind;
use data::store::records::{CellName, ETag, Recorded, TokenRole};
use partition::plan::{Change, Operation, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// An edit as clients write it: by ids.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Wish {
    Assign {
        units: Vec<String>,
        cell: String,
    },
    Swap {
        first: Vec<String>,
        second: Vec<String>,
    },
    Merge {
        cell: String,
        into: String,
    },
    Split {
        units: Vec<String>,
    },
    /// Loads around a cell within a share of the mean (default 5 %), by as little change as does it; `keep` names units that
    /// stay where they are.
    Mend {
        cell: String,
        #[serde(default)]
        keep: Vec<String>,
        tolerance: Option<f64>,
    },
    // Braces, so that fields that do not belong are refused here too.
    Undo {},
    Redo {},
}

impl Wish {
    fn operation(&self, land: &Land, view: &View) -> Result<Operation, Problem> {
        let unit = |id: &String| {
            land.number(id).ok_or_else(|| {
                let (zh, en) = (format!("没有单元 {id}"), format!("there is no unit '{id}'"));
                Problem::new(Code::UnknownUnit, zh, en).with("units", vec![id.clone()])
            })
        };
        let units = |ids: &[String]| ids.iter().map(unit).collect::<Result<Vec<u32>, _>>();
        let cell = |id: &String| {
            view.number(id).ok_or_else(|| {
                let (zh, en) = (
                    format!("没有网格 {id},或已撤销"),
                    format!("there is no cell '{id}', or it was retired"),
                );
                Problem::new(Code::UnknownCell, zh, en).with("cell", id.clone())
            })
        };
        Ok(match self {
            Self::Assign { units: u, cell: c } => Operation::Assign { units: units(u)?, cell: cell(c)? },
            Self::Swap { first, second } => Operation::Swap { first: units(first)?, second: units(second)? },
            Self::Merge { cell: c, into } => Operation::Merge { cell: cell(c)?, into: cell(into)? },
            Self::Split { units: u } => Operation::Split { units: units(u)? },
            Self::Mend { cell: c, keep, tolerance } => {
                mend::around(land, view, cell(c)?, &units(keep)?, *tolerance)?
            }
            Self::Undo {} => Operation::Undo,
            Self::Redo {} => Operation::Redo,
        })
    }
}

pub(crate) async fn post(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(plan): Path<String>,
    headers: HeaderMap,
    Body(wish): Body<Wish>,
) -> Result<Json<Value>, Problem> {
    caller.at_least(TokenRole::Planner)?;
    app.desk(&plan)?;
    let given = if_match(&headers)?;
    to_the_end(async move { edit(&app, &caller, &plan, given, &wish).await.map(Json) }).await
}

async fn edit(app: &App, caller: &Caller, plan: &str, given: ETag, wish: &Wish) -> Result<Value, Problem> {
    let desk = app.desk(plan)?;
    let mut draft = desk.draft.lock().await;
    let mut view = desk.view();
    if given != view.etag && app.is_shared() {
        view = desk.catch_up(app, &mut draft).await?;
    }
    if given != view.etag {
        return Err(stale_since(app, &view, given).await);
    }
    // A repair thinks for a moment; the others are nothing.
    let operation = tokio::task::block_in_place(|| wish.operation(&app.land, &view))?;
    let change = draft
        .propose_where(&app.land.ground, &operation, &|c| view.is_dedicated(c))
        .map_err(|r| refused(app, &view, &r))?;
    in_scope(caller, &view, &change)?;
    let names = new_names(app, &view, &change);
    let appended = app.store.append(plan, given, &caller.author(), &change, &names).await;
    let recorded = match appended {
        Err(StoreError::Stale { .. }) => {
            let view = desk.catch_up(app, &mut draft).await?;
            return Err(stale_since(app, &view, given).await);
        }
        other => other?,
    };
    let mut cells = view.cells.clone();
    cells.extend(names);
    let next = desk.take_over(app, &mut draft, &recorded, cells).await?;
    let mut answer = acknowledged(app, &view, &next, &recorded);
    let possible = |operation| draft.propose(&app.land.ground, &operation).is_ok();
    answer["can_undo"] = json!(possible(Operation::Undo));
    answer["can_redo"] = json!(possible(Operation::Redo));
    Ok(answer)
}

/// What the client needs to go on: the new state, and every figure that is another one now.
fn acknowledged(app: &App, before: &View, after: &View, recorded: &Recorded) -> Value {
    let all = 0..after.cells.len() as u32;
    let differ = all.clone().filter(|&c| after.differs(before, c));
    let changed: Vec<Value> = differ.filter_map(|c| after.figures(&app.land, c)).collect();
    let retired: Vec<&str> =
        all.filter(|&c| before.is_live(c) && !after.is_live(c)).map(|c| after.code(c)).collect();
    let units: Vec<Value> = recorded
        .change
        .moves
        .iter()
        .map(|m| json!({ "unit": app.land.id(m.unit), "from": after.code(m.from), "to": after.code(m.to) }))
        .collect();
    let mut told = told(&app.land, after, recorded);
    told["mean"] = json!(after.mean());
    told["changed"] = json!({ "units": units, "cells": changed, "retired": retired });
    told
}

/// An operation as clients read it: `units` are those that moved, `cell` is the one it was about.
fn told(land: &Land, view: &View, r: &Recorded) -> Value {
    let (kind, cell) = match &r.change.operation {
        Operation::Assign { cell, .. } => ("assign", Some(*cell)),
        Operation::Swap { .. } => ("swap", None),
        Operation::Merge { into, .. } => ("merge", Some(*into)),
        Operation::Split { .. } => ("split", Some(r.change.cells.saturating_sub(1))),
        Operation::Reassign { .. } => ("mend", None),
        Operation::Undo => ("undo", None),
        Operation::Redo => ("redo", None),
        _ => ("other", None),
    };
    let moved: Vec<&str> = r.change.moves.iter().map(|m| land.id(m.unit)).collect();
    json!({
        "operation": r.etag.operations, "kind": kind, "units": moved, "cell": cell.map(|c| view.code(c)),
        "author": r.author, "time": r.at, "etag": r.etag.to_string(),
    })
}

/// Whether each operation is taken back at the end of them all.
fn undone(operations: &[Recorded]) -> Vec<bool> {
    let mut undone = vec![false; operations.len()];
    let (mut standing, mut taken_back): (Vec<usize>, Vec<usize>) = Default::default();
    for (i, r) in operations.iter().enumerate() {
        let (from, to, is_undo) = match r.change.operation {
            Operation::Undo => (&mut standing, &mut taken_back, true),
            Operation::Redo => (&mut taken_back, &mut standing, false),
            _ => {
                standing.push(i);
                taken_back.clear();
                continue;
            }
        };
        if let Some(place) = from.pop() {
            undone[place] = is_undo;
            to.push(place);
        }
    }
    undone
}

async fn stale_since(app: &App, view: &View, given: ETag) -> Problem {
    let skip = if given.version == view.etag.version && given.operations <= view.etag.operations {
        given.operations
    } else {
        0
    };
    match app.store.operations(view.version.number, skip).await {
        Ok(since) => {
            let changes: Vec<Value> = since.iter().map(|r| told(&app.land, view, r)).collect();
            stale(given, view.etag).with("changes", changes)
        }
        Err(e) => e.into(),
    }
}

fn refused(app: &App, view: &View, r: &Refusal) -> Problem {
    let land = &app.land;
    let cell = r.cell().map(|c| view.code(c).to_owned());
    let name = cell.clone().unwrap_or_default();
    let units: Vec<&str> = r.units().iter().map(|&u| land.id(u)).collect();
    let first = units.first().copied().unwrap_or_default();
    let (code, zh, en) = match r {
        Refusal::UnknownUnit { .. } => {
            (Code::UnknownUnit, "没有这个单元".into(), "there is no such unit".into())
        }
        Refusal::UnknownCell { .. } => {
            (Code::UnknownCell, "没有这个网格".into(), "there is no such cell".into())
        }
        Refusal::SeveralCells { .. } => (
            Code::SeveralCells,
            format!("单元 {first} 与其他单元不属于同一网格"),
            format!("unit {first} belongs to another cell than the others"),
        ),
        Refusal::NothingChanges => {
            (Code::NothingChanges, "没有任何变化".into(), "nothing would change".into())
        }
        Refusal::CrossesParent { .. } => (
            Code::CrossesParent,
            format!("网格 {name} 将跨越上级边界(涉及 {} 个单元)", units.len()),
            format!("cell {name} would reach into another parent with {} unit(s)", units.len()),
        ),
        Refusal::EmptiesCell { .. } => (
            Code::EmptiesCell,
            format!("网格 {name} 将没有单元;如需撤销请使用合并"),
            format!("cell {name} would be left without units; merge it if it should end"),
        ),
        Refusal::BreaksContiguity { pieces, .. } => (
            Code::BreaksContiguity,
            format!("网格 {name} 将断成 {pieces} 块,{} 个单元被隔开", units.len()),
            format!("cell {name} would fall into {pieces} pieces; {} unit(s) would be cut off", units.len()),
        ),
        Refusal::NothingToUndo => {
            (Code::NothingToUndo, "没有可撤销的操作".into(), "there is nothing to undo".into())
        }
        Refusal::NothingToRedo => {
            (Code::NothingToRedo, "没有可重做的操作".into(), "there is nothing to redo".into())
        }
        other => return Problem::internal(other.to_string()),
    };
    let unit = r.units().first().and_then(|&u| land.ground.place(u));
    let at = unit.map(|p| land.map.lonlat(p).map(degrees)).or_else(|| view.label(r.cell()?));
    Problem::new(code, zh, en).with("place", json!(at)).with("cell", json!(cell)).with("units", json!(units))
}

/// 属地: a token limited to a prefix of codes edits only cells that have it.
fn in_scope(caller: &Caller, view: &View, change: &Change) -> Result<(), Problem> {
    let scope = caller.0.as_ref().map_or("", |t| &t.scope);
    let outside = |&c: &u32| (c as usize) < view.cells.len() && !view.code(c).starts_with(scope);
    match change.moves.iter().flat_map(|m| [m.from, m.to]).find(|c| outside(c)) {
        None => Ok(()),
        Some(cell) => {
            let code = view.code(cell);
            Err(Problem::new(
                Code::Forbidden,
                format!("网格 {code} 不在该令牌的属地 {scope} 内"),
                format!("cell {code} lies outside of the token's scope {scope}"),
            ))
        }
    }
}

/// Names of the cells a change adds: the next numbers, as wide as the others. A code is never used twice.
fn new_names(app: &App, view: &View, change: &Change) -> Vec<CellName> {
    let width = view.cells.last().map_or(3, |c| c.code.len());
    let mut names: Vec<CellName> = Vec::new();
    for cell in view.cells.len() as u32..change.cells {
        let unit = change.moves.iter().find(|m| m.to == cell).map(|m| m.unit);
        let mut number = cell + 1;
        let taken = |code: &str| view.cells.iter().chain(&names).any(|c| c.code == code);
        let mut code = format!("{number:0width$}");
        while taken(&code) {
            number += 1;
            code = format!("{number:0width$}");
        }
        let parent = unit.and_then(|u| app.land.ground.parent(u));
        names.push(CellName { code, name: format!("第{number}网格"), kind: CellKind::Base, parent });
    }
    names
}

/// How many operations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Newest {
    #[serde(default = "fifty")]
    limit: usize,
}

fn fifty() -> usize {
    50
}

pub(crate) async fn history(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(plan): Path<String>,
    Query(Newest { limit }): Query<Newest>,
) -> Result<Json<Value>, Problem> {
    caller.at_least(TokenRole::Viewer)?;
    let desk = app.desk(&plan)?;
    desk.current(&app).await?;
    let draft = desk.draft.lock().await;
    let view = desk.view();
    let operations = app.store.operations(view.version.number, 0).await?;
    let undone = undone(&operations);
    let newest = operations.iter().zip(undone).rev().take(limit.min(1000)).map(|(r, undone)| {
        let mut told = told(&app.land, &view, r);
        told["undone"] = json!(undone);
        told
    });
    let possible = |operation| draft.propose(&app.land.ground, &operation).is_ok();
    Ok(Json(json!({
        "plan": plan, "draft": view.version.number, "etag": view.etag.to_string(),
        "operations": newest.collect::<Vec<_>>(), "total": operations.len(),
        "can_undo": possible(Operation::Undo), "can_redo": possible(Operation::Redo),
    })))
}

/// What is said when publishing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    #[serde(default)]
    note: String,
}

pub(crate) async fn publish(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(plan): Path<String>,
    headers: HeaderMap,
    Body(Note { note }): Body<Note>,
) -> Result<Json<Value>, Problem> {
    let scope = &caller.at_least(TokenRole::Planner)?.scope;
    if !scope.is_empty() {
        let en = "a token limited to a place cannot publish the plan of all places";
        return Err(Problem::new(Code::Forbidden, "限定属地的令牌不能发布整个方案", en));
    }
    app.desk(&plan)?;
    let given = if_match(&headers)?;
    to_the_end(async move {
        let desk = app.desk(&plan)?;
        let mut draft = desk.draft.lock().await;
        let done = app.store.publish(&plan, given, &caller.author(), &note).await;
        let view = desk.catch_up(&app, &mut draft).await?;
        match done {
            Err(StoreError::Stale { .. }) => Err(stale_since(&app, &view, given).await),
            Err(e) => Err(e.into()),
            Ok(done) => Ok(Json(json!({
                "version": done.version, "draft": done.draft.version, "etag": done.draft.to_string(),
            }))),
        }
    })
    .await
}

/// The state the client edits: `If-Match: "7-42"`, weak or without quotes too.
fn if_match(headers: &HeaderMap) -> Result<ETag, Problem> {
    let missing = || {
        Problem::new(
            Code::NoIfMatch,
            "请在 If-Match 中给出所编辑草稿的状态(etag),例如 If-Match: \"7-42\"",
            "say which state of the draft you edit: If-Match with its etag, such as If-Match: \"7-42\"",
        )
    };
    let value = headers.get(header::IF_MATCH).and_then(|v| v.to_str().ok()).ok_or_else(missing)?;
    value.trim().trim_start_matches("W/").trim_matches('"').parse().map_err(|_| missing())
}
