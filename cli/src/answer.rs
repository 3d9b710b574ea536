//! The answers of `partition` and `repartition` for machines.

use data::store::model::{CellKind, Project};
use data::work::plan::{InForce, Made, Order, Severed};
use partition::measure::Figures;
use partition::solve::certificate::{Naming, Telling};
use partition::solve::{self, Goal, ParentBound, ParentVerdict, Solution};
use serde_json::{Value, json};

/// The object of `--format json`.
pub(crate) fn summary(project: &Project, made: &Made, order: &Order<'_>) -> Value {
    let (balance, goal) = (order.balance, order.goal);
    let mut out = json!({
        "units": made.figures.units, "cells": made.figures.cells, "gaps": made.gaps, "overlaps": made.overlaps,
        "noncontiguous": made.figures.noncontiguous, "empty": made.figures.empty,
    });
    if let (Some(out), Ok(Value::Object(figures))) =
        (out.as_object_mut(), serde_json::to_value(&made.figures))
    {
        out.extend(figures);
    }
    // Figures are of base cells.
    out["units"] = json!(project.units.ids.len());
    let dedicated = made.plan.cells.iter().filter(|c| c.kind == CellKind::Dedicated);
    out["dedicated"] = dedicated
        .map(|c| {
            let mut told = json!({ "cell": c.code, "name": c.name, "parent": name_of(project, c.parent) });
            let figures = ["units", "area_m2"].into_iter().map(str::to_owned);
            for column in figures.chain(project.units.criteria.iter().map(|c| c.name.clone())) {
                told[&column] = c.figures.get(&column).cloned().unwrap_or_default();
            }
            told
        })
        .collect();
    out["severed"] = made.severed.iter().map(|s| severed(project, s, balance)).collect();
    let name = |p: Option<u32>| name_of(project, p);
    let code = |c: u32| made.plan.cells.get(c as usize).map(|c| c.code.clone()).unwrap_or_default();
    let (inside, all) = made.barriers(project);
    out["barrier_crossings"] =
        if all.is_empty() { Value::Null } else { json!(inside.values().map(|c| c.0).sum::<usize>()) };
    out["borders"] = all
        .iter()
        .map(|(class, (borders, m))| {
            let (inside, inside_m) = inside.get(class).copied().unwrap_or_default();
            json!({"class": class, "borders": borders, "length_m": m.round(), "inside": inside, "inside_m": inside_m.round()})
        })
        .collect();
    out["moved_load"] = json!(made.solution.moved.as_ref().map_or(0, |m| m.load));
    out["criteria"] = criteria(&made.solution, &code);
    if let Some(pairing) = &made.pairs {
        out["pairs"] = pairs(pairing, &code);
    }
    let scale =
        |column: &str| project.units.criteria.iter().find(|c| c.name == column).map_or(1, |c| c.scale);
    let cells = order.rules.cells(order.current.as_ref().map(|c| c.codes.as_slice()));
    let telling = Telling {
        naming: Naming {
            unit: &|u| {
                made.base.get(u as usize).map(|&u| project.units.ids[u as usize].clone()).unwrap_or_default()
            },
            cell: &|c| cells.get(c as usize).cloned().unwrap_or_default(),
        },
        criterion: &|c| {
            let column = c.unwrap_or(balance);
            (column.to_owned(), scale(column))
        },
    };
    proofs(&mut out, &made.solution, &code, &telling);
    out["bounds"] = made.solution.bounds.iter().map(|b| bound(b, name(b.parent), scale(balance))).collect();
    let range = match goal {
        Goal::Range { lo, hi } => [lo, hi].map(|w| w.saturating_mul(scale(balance))),
        Goal::Cells(_) => [0, 0],
    };
    let infeasible = |v: &ParentVerdict| {
        let proof = v.certificate.and_then(|i| made.solution.certificates.get(i));
        let why = proof.map(|c| c.words(&telling));
        let smallest = v.relaxation.and_then(|r| r.smallest(range, scale(balance)));
        let helps = smallest.or_else(|| proof.and_then(|c| c.helps(&telling)));
        let planned = v.relaxation.and_then(|r| r.planned(range, scale(balance)));
        let words = [why, helps, planned].into_iter().flatten().reduce(|words, more| words.and(&more));
        json!({
            "parent": name(v.parent), "proved": v.feasible.is_some(), "certificate": v.certificate,
            "relaxation": v.relaxation, "zh": words.as_ref().map(|w| &w.zh), "en": words.as_ref().map(|w| &w.en),
        })
    };
    out["infeasible"] =
        made.solution.verdicts.iter().filter(|v| v.feasible != Some(true)).map(infeasible).collect();
    if !made.levels.is_empty() {
        let leveled = |l: &data::work::plan::PlanLevel| {
            let mut told = level(&l.figures, l.tolerance);
            told["nested"] = json!(l.differing.is_none_or(|edges| edges == 0));
            told
        };
        out["levels"] = made.levels.iter().map(leveled).collect();
    }
    out["giant_units"] = made
        .solution
        .giants
        .iter()
        .map(
            |g| json!({"unit": project.units.ids[g.unit as usize], "load": g.load, "joined": g.joined.len()}),
        )
        .collect();
    out["seed"] = json!(order.options.seed);
    out["input_sha256"] = json!(made.plan.inputs.iter().map(|i| &i.sha256).collect::<Vec<_>>());
    out["certificate"] = json!(made.plan.certificate);
    out
}

fn name_of(project: &Project, parent: Option<u32>) -> Option<String> {
    parent.and_then(|p| project.units.parent_names.get(p as usize).cloned())
}

/// Ground that dedicated cells cut off, in words too.
fn severed(project: &Project, s: &Severed, balance: &str) -> Value {
    let id = |u: &u32| project.units.ids.get(*u as usize).cloned().unwrap_or_default();
    let scale = project.units.criteria.iter().find(|c| c.name == balance).map_or(1, |c| c.scale);
    let (units, load) = (s.units.len(), data::cells::in_units(s.load, scale));
    let beside = s.beside.join("、");
    let (zh, en) = match s.link {
        Some([_, b]) => (
            format!(
                "专属网格「{beside}」隔开 {units} 个单元({balance} {load}),不足一格,就近并入单元 {} 一侧",
                id(&b)
            ),
            format!(
                "dedicated {beside} cuts off {units} units ({balance} {load}), too few for a cell: they count as neighbours of unit {} across it",
                id(&b)
            ),
        ),
        None => (
            format!("专属网格「{beside}」隔开 {units} 个单元({balance} {load}),单独划分"),
            format!(
                "dedicated {beside} cuts off {units} units ({balance} {load}), which are divided on their own"
            ),
        ),
    };
    json!({
        "units": s.units.iter().map(id).collect::<Vec<_>>(), "load": load, "beside": s.beside,
        "link": s.link.map(|l| l.map(|u| id(&u))), "zh": zh, "en": en,
    })
}

/// A level of cells in figures.
pub(crate) fn level(figures: &Figures, tolerance: Option<f64>) -> Value {
    json!({
        "cells": figures.cells, "tolerance": tolerance, "max_deviation": figures.max_deviation,
        "noncontiguous": figures.noncontiguous, "empty": figures.empty,
        "mean_polsby_popper": figures.mean_polsby_popper,
    })
}

/// How equal the cells of a parent are, and could be; the mean in units of the criterion.
pub(crate) fn bound(b: &ParentBound, parent: Option<String>, scale: i64) -> Value {
    json!({
        "parent": parent, "cells": b.cells, "mean": b.mean / scale as f64, "max_deviation": b.max_deviation,
        "lower_bound_max_deviation": b.lower_bound_max_deviation, "least": b.is_least(),
        "certificate": b.certificate,
    })
}

/// Proofs with their words, and the cells outside a limit.
pub(crate) fn proofs(
    out: &mut Value,
    solution: &Solution,
    code: &impl Fn(u32) -> String,
    telling: &Telling<'_>,
) {
    let told = |c: &solve::Certificate| {
        let words = c.words(telling);
        let mut told = json!(c);
        told["zh"] = json!(words.zh);
        told["en"] = json!(words.en);
        told
    };
    out["certificates"] = solution.certificates.iter().map(told).collect();
    let name = |i: &u32| match i.checked_sub(1) {
        None => (telling.criterion)(None).0,
        Some(i) => solution.further.get(i as usize).map(|f| f.name.clone()).unwrap_or_default(),
    };
    let unmet = |u: &solve::Unmet| {
        let proof = u.certificate.and_then(|i| solution.certificates.get(i));
        json!({
            "cell": code(u.cell), "criteria": u.criteria.iter().map(name).collect::<Vec<_>>(),
            "certificate": u.certificate, "local": proof.is_some_and(solve::Certificate::is_local),
        })
    };
    out["unmet"] = solution.unmet.iter().map(unmet).collect();
}

/// The further criteria.
pub(crate) fn criteria(solution: &Solution, code: &impl Fn(u32) -> String) -> Value {
    let one = |f: &solve::FurtherResult| {
        json!({
            "name": f.name, "hard": f.hard, "max_deviation": f.max_deviation,
            "lower_bound_max_deviation": f.lower_bound_max_deviation,
            "outside": f.outside.iter().map(|&c| code(c)).collect::<Vec<_>>(),
        })
    };
    solution.further.iter().map(one).collect()
}

pub(crate) fn pairs(pairing: &partition::plan::Pairing, code: &impl Fn(u32) -> String) -> Value {
    let codes = |cells: &Vec<u32>| cells.iter().map(|&c| code(c)).collect::<Vec<_>>();
    json!({ "groups": pairing.groups.iter().map(codes).collect::<Vec<_>>(), "alone": codes(&pairing.alone) })
}

/// What changes hands, and what becomes of the codes.
pub(crate) fn change(project: &Project, made: &Made, current: &InForce) -> Value {
    let Some(moved) = &made.solution.moved else { return Value::Null };
    let code = |l: Option<u32>| l.and_then(|l| current.codes.get(l as usize));
    let loads: serde_json::Map<String, Value> = project
        .units
        .criteria
        .iter()
        .map(|c| {
            (
                c.name.clone(),
                data::cells::in_units(moved.units.iter().map(|&u| c.loads[u as usize]).sum(), c.scale),
            )
        })
        .collect();
    let kept: Vec<&String> = moved.succession.iter().filter_map(|&s| code(s)).collect();
    let used: Vec<&String> =
        (0..).zip(&current.codes).filter(|(i, _)| current.labels.contains(&Some(*i))).map(|e| e.1).collect();
    let new = made.plan.cells.iter().zip(&moved.succession).filter(|(_, s)| s.is_none());
    json!({
        "units": moved.units.iter().map(|&u| {
            let cell = made.plan.labels[u as usize];
            json!({
                "unit": project.units.ids[u as usize],
                "from": code(current.labels[u as usize]),
                "to": made.plan.cells[cell as usize].code,
            })
        }).collect::<Vec<_>>(),
        "loads": loads,
        "kept": kept.len(),
        "new": new.map(|(c, _)| &c.code).collect::<Vec<_>>(),
        "retired": used.into_iter().filter(|c| !kept.contains(c)).collect::<Vec<_>>(),
    })
}
