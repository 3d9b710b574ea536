//! What changes hands when a plan is made anew: counted, listed, with the names of who answers.

use crate::args::Partition;
use crate::asked::Asked;
use data::cells::in_units;
use data::roster::{Known, Roster, Verdict};
use data::store::model::{CellKind, Project};
use data::store::records::CellName;
use data::store::{Location, Timestamp, people};
use data::work::plan::{Handed, InForce, Located, Made, handover};
use data::write::write_csv;
use partition::people::{Date, People};
use serde_json::{Map, Value, json};
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Whether anything is asked that only a plan in force can answer.
pub(super) fn is_asked(asked: &Asked) -> bool {
    !asked.near.is_empty() || asked.objects.is_some() || asked.roster.is_some() || asked.handover.is_some()
}

/// Puts what changes hands under `change.handover`, and into a table where that is asked for.
pub(super) fn report(
    a: &Partition,
    asked: &Asked,
    project: &Project,
    made: &Made,
    in_force: &InForce,
    out: &mut Value,
) -> Result<()> {
    let objects = match &asked.objects {
        Some(text) => Located::on(project, &a.reading.read_objects(text)?)?,
        None => Located::default(),
    };
    let today = Timestamp::now().date(8);
    let staff = asked.roster.as_deref().map(|path| staff(path, project, in_force, today)).transpose()?;
    let handed = handover(made, in_force, &objects, staff.as_ref(), today);
    let totals = |wanted: &dyn Fn(&&Handed) -> bool| {
        let all: Vec<&Handed> = handed.iter().filter(wanted).collect();
        json!({
            "units": all.iter().map(|h| h.units.len()).sum::<usize>(),
            "loads": loads(project, all.iter().flat_map(|h| &h.units)),
            "objects": all.iter().map(|h| h.objects.len()).sum::<usize>(),
        })
    };
    let one = |h: &Handed| {
        json!({
            "from": h.from, "to": h.to, "changes_leader": h.changes_leader(),
            "leader_from": h.leaders[0].as_ref().map(|l| &l.name), "leader_to": h.leaders[1].as_ref().map(|l| &l.name),
            "units": h.units.len(), "loads": loads(project, h.units.iter()), "objects": h.objects.len(),
        })
    };
    out["change"]["handover"] = totals(&|h| h.changes_leader());
    out["change"]["handover"]["cells"] = handed.iter().map(one).collect();
    let elsewhere = objects.units.iter().filter(|u| u.is_none()).count();
    out["change"]["handover"]["objects_elsewhere"] = json!(elsewhere);
    out["change"]["handover"]["objects_given"] = json!(objects.names.len());
    match &asked.handover {
        Some(path) => table(path, project, &objects, &handed),
        None => Ok(()),
    }
}

/// What units have of each criterion.
fn loads<'a>(project: &Project, units: impl Iterator<Item = &'a u32> + Clone) -> Map<String, Value> {
    let sum = |c: &data::store::model::Criterion| units.clone().map(|&u| c.loads[u as usize]).sum();
    project.units.criteria.iter().map(|c| (c.name.clone(), in_units(sum(c), c.scale))).collect()
}

/// People from a roster, which has to be right, or from a project.
fn staff(path: &Path, project: &Project, in_force: &InForce, today: Date) -> Result<People> {
    let name = path.display();
    if path.extension().is_some_and(|e| e == "gpkg") {
        return Ok(people(&Location::File(path.to_owned()))?);
    }
    let bytes = std::fs::read(path).map_err(|e| format!("{name}: {e}"))?;
    let named = project.plan.iter().flat_map(|p| &p.cells);
    let cell = |code: &String| CellName {
        code: code.clone(),
        name: named.clone().find(|c| c.code == *code).map(|c| c.name.clone()).unwrap_or_default(),
        kind: CellKind::Base,
        parent: None,
    };
    let cells: Vec<CellName> = in_force.codes.iter().map(cell).collect();
    let known = Known { cells: &cells, parents: &project.units.parent_names, from: today };
    let roster = Roster::read(&bytes, &known).map_err(|e| format!("{name}: {e}"))?;
    if let Some(row) = roster.rows.iter().find(|r| r.verdict == Verdict::Error) {
        let why: Vec<String> = row.reasons.iter().map(|r| format!("{} · {}", r.zh, r.en)).collect();
        return Err(format!("{name} row {}: {}", row.row, why.join("; ")).into());
    }
    Ok(roster.people)
}

/// One row for each pair of cells, then for each unit, then for each object.
fn table(path: &Path, project: &Project, objects: &Located, handed: &[Handed]) -> Result<()> {
    let criteria: Vec<&str> = project.units.criteria.iter().map(|c| c.name.as_str()).collect();
    let fixed = ["what", "id", "from", "to", "leader_from", "leader_to", "changes_leader", "units"];
    let head: Vec<&str> = fixed.into_iter().chain(criteria.iter().copied()).chain(["objects"]).collect();
    let row = |h: &Handed, what: &str, id: &str, units: &[u32], objects: usize| {
        let leader = |l: usize| h.leaders[l].as_ref().map(|l| l.name.clone()).unwrap_or_default();
        let changes = if h.changes_leader() { "yes" } else { "no" };
        let mut row: Vec<String> =
            vec![what.into(), id.into(), h.from.clone().unwrap_or_default(), h.to.clone()];
        row.extend([leader(0), leader(1), changes.into(), units.len().to_string()]);
        let loads = loads(project, units.iter());
        row.extend(criteria.iter().map(|c| loads.get(*c).map(Value::to_string).unwrap_or_default()));
        row.push(objects.to_string());
        row
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    rows.extend(handed.iter().map(|h| row(h, "cells", "", &h.units, h.objects.len())));
    for h in handed {
        let on = |unit: u32| h.objects.iter().filter(|&&o| objects.units[o as usize] == Some(unit)).count();
        rows.extend(h.units.iter().map(|&u| row(h, "unit", &project.units.ids[u as usize], &[u], on(u))));
    }
    for h in handed {
        rows.extend(h.objects.iter().map(|&o| row(h, "object", &objects.names[o as usize], &[], 1)));
    }
    Ok(write_csv(path, &head, rows)?)
}
