//! The plan in force, as a project, a column or a table says it.

use crate::asked::Asked;
use data::read::{FeatureSet, ReadOptions, Source, read_features};
use data::store::model::{Cell, CellKind, Project};
use data::work::plan::{Dedicated, InForce};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Base cells of the plan in force that have units.
pub(crate) fn present(current: &InForce) -> u32 {
    let base = |l: &u32| !current.dedicated.contains(l);
    let mut used: Vec<u32> = current.labels.iter().flatten().copied().filter(base).collect();
    used.sort_unstable();
    used.dedup();
    used.len() as u32
}

/// The plan in force: that of the project, a column of the units, or a table.
pub(crate) fn in_force(asked: &Asked, project: &Project, units: Option<&FeatureSet>) -> Result<InForce> {
    let ids = &project.units.ids;
    match (&asked.current, &project.plan, units) {
        (Some(table), ..) if Path::new(table).extension().is_some_and(|e| e == "csv") => {
            current_table(Path::new(table), ids, asked)
        }
        (Some(column), _, Some(units)) => {
            let code = |v: &Value| match v {
                Value::Null => None,
                Value::String(s) => Some(s.trim().to_owned()).filter(|s| !s.is_empty()),
                other => Some(other.to_string()),
            };
            let cells: Vec<Option<String>> =
                units.features.iter().map(|f| f.properties.get(column).and_then(code)).collect();
            if cells.iter().all(Option::is_none) {
                return Err(format!("no unit has a cell in the column '{column}' · 列「{column}」中没有现行网格").into());
            }
            Ok(coded(cells, asked))
        }
        (None, Some(plan), _) => Ok(InForce {
            codes: plan.cells.iter().map(|c| c.code.clone()).collect(),
            labels: plan.labels.iter().map(|&l| Some(l)).collect(),
            dedicated: (0..).zip(&plan.cells).filter(|c| c.1.kind == CellKind::Dedicated).map(|c| c.0).collect(),
            price: asked.price(),
            cap: asked.cap,
        }),
        _ => Err("there is no plan in force: name a project with a plan, or a column or table with --current · 没有现行方案".into()),
    }
}

/// The dedicated cells that are asked for; with a plan in force those it has stay, but for units that are named anew.
pub(crate) fn dedicated(
    asked: &Asked,
    project: &Project,
    units: Option<&FeatureSet>,
    again: bool,
) -> Result<Vec<Dedicated>> {
    let mut all = asked.dedicated()?;
    match &asked.dedicated_from {
        Some(text) if Source::parse(text).path.exists() => {
            let set = read_features(&Source::parse(text), &ReadOptions::default())?;
            all.extend(Dedicated::of_polygons(&set, project)?);
        }
        Some(column) => {
            let set = units.ok_or_else(|| {
                format!("there is no file '{column}', and a project has no columns: name its units with --dedicated · 没有文件「{column}」")
            })?;
            all.extend(Dedicated::of_column(set, &project.units.ids, column)?);
        }
        None => {}
    }
    if let Some(plan) = project.plan.as_ref().filter(|_| again && asked.current.is_none()) {
        let anew = |name: &String| all.iter().any(|d| d.name == *name);
        let taken = |id: &String| all.iter().any(|d| d.units.contains(id));
        let standing = |(n, cell): (u32, &Cell)| {
            let own = project.units.ids.iter().zip(&plan.labels).filter(|(id, l)| **l == n && !taken(id));
            let units = own.map(|(id, _)| id.clone()).collect();
            (cell.kind == CellKind::Dedicated && !anew(&cell.name))
                .then(|| Dedicated { name: cell.name.clone(), units })
        };
        let standing: Vec<Dedicated> = (0..).zip(&plan.cells).filter_map(standing).collect();
        all.extend(standing);
    }
    all.retain(|d| !d.units.is_empty());
    Ok(all)
}

fn coded(cells: Vec<Option<String>>, asked: &Asked) -> InForce {
    let mut codes: Vec<String> = cells.iter().flatten().cloned().collect();
    codes.sort_unstable();
    codes.dedup();
    let number = |c: &String| codes.binary_search(c).ok().map(|i| i as u32);
    let labels = cells.iter().map(|c| c.as_ref().and_then(number)).collect();
    InForce { codes, labels, dedicated: Vec::new(), price: asked.price(), cap: asked.cap }
}

/// A table `id,cell`; units that it does not name have no cell yet.
pub(crate) fn current_table(path: &Path, ids: &[String], asked: &Asked) -> Result<InForce> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| format!("{name}: {e}"))?;
    let mut rows = text.lines().map(|l| l.trim_end_matches('\r').trim_start_matches('\u{feff}'));
    if rows.next() != Some("id,cell") {
        return Err(format!("{name} line 1: the columns must be id,cell · 表头应为 id,cell").into());
    }
    let number: BTreeMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
    let mut cells = vec![None; ids.len()];
    for (i, row) in rows.enumerate().filter(|r| !r.1.is_empty()) {
        let (id, cell) = row.rsplit_once(',').unwrap_or((row, ""));
        let (id, cell) = (id.trim_matches('"'), cell.trim_matches('"'));
        let at = number
            .get(id)
            .ok_or_else(|| format!("{name} line {}: there is no unit '{id}' · 没有单元「{id}」", i + 2))?;
        cells[*at] = Some(cell.to_owned()).filter(|c| !c.is_empty());
    }
    Ok(coded(cells, asked))
}
