//! `wangge partition --nodes … --edges …`: cells of a graph without ground.

use super::partition::USUAL_TOLERANCE;
use crate::answer::{bound, criteria, pairs, proofs};
use crate::args::Partition;
use crate::asked::Asked;
use crate::columns::Columns;
use crate::in_force::{current_table, present};
use crate::progress::Line;
use crate::{End, Outcome, print_line, usage};
use data::read::{GraphTables, Limits, read_graph};
use data::write::write_csv;
use partition::measure::figures;
use partition::plan::pair;
use partition::solve::certificate::{Naming, Telling};
use partition::solve::{self, Criterion, Problem, solve, solve_nested};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// A graph without ground: figures, and which unit goes where.
pub(super) fn run(
    a: &Partition,
    asked: &Asked,
    tables: [&Path; 2],
    columns: Columns,
    again: bool,
) -> Outcome {
    if asked.report.is_some() {
        return Err("a graph has no ground to draw; a report needs units · 图没有几何,无法生成报告".into());
    }
    if let Some(path) = asked.out.as_deref().filter(|p| p.extension().is_none_or(|e| e != "csv")) {
        return Err(format!("{}: a graph has no ground; write its cells to a .csv", path.display()).into());
    }
    if !asked.near.is_empty() {
        return Err("--near is for units with ground · --near 需要有几何的单元".into());
    }
    if !asked.dedicated.is_empty() || asked.dedicated_from.is_some() {
        return Err("dedicated cells are for units with ground · 专属网格需要有几何的单元".into());
    }
    let mut columns = columns;
    let names: Vec<&str> = std::iter::once(columns.balance.as_str())
        .chain(columns.further.iter().map(|f| f.column.as_str()))
        .collect();
    let GraphTables { ids, graph, loads, classes, sha256 } =
        read_graph(tables[0], tables[1], &names, &Limits::default())?;
    let totals: BTreeMap<String, u64> =
        names.iter().zip(&loads).map(|(n, l)| ((*n).to_owned(), l.iter().sum::<i64>() as u64)).collect();
    let current = match (again, &asked.current) {
        (false, _) => None,
        (true, Some(table)) => Some(current_table(Path::new(table), &ids, asked)?),
        (true, None) => return Err("say which plan is in force: --current FILE.csv · 请给出现行方案".into()),
    };
    let wanted = columns.goal(asked.cells()?, asked.people()?, current.as_ref().map(present), |c, _| {
        totals.get(c).copied()
    })?;
    if !wanted.counts.is_empty() {
        return Err("a graph has no parents; say one number for all · 图没有上级,请只给总数".into());
    }
    let goal = wanted.goal;
    let mut options = asked.options(&columns);
    if again {
        options.tolerance = options.tolerance.or(USUAL_TOLERANCE);
    }
    let mut loads = loads.into_iter();
    let criterion = Criterion { name: columns.balance.clone(), loads: loads.next().unwrap_or_default() };
    let further: Vec<solve::Further> = columns
        .further
        .iter()
        .zip(loads)
        .map(|(f, loads)| solve::Further {
            criterion: Criterion { name: f.column.clone(), loads },
            limit: f.limit,
            weight: f.weight,
            hard: f.hard,
        })
        .collect();
    let codes = current.as_ref().map(|c| c.codes.as_slice());
    let (rules, lock_names) = asked.rules(&ids, &classes)?.resolve(&ids, codes)?;
    let problem = Problem {
        further: &further,
        rules: Some(&rules),
        current: current.as_ref().map(|c| solve::Current { labels: &c.labels, price: c.price, cap: c.cap }),
        names: Some(&ids),
        lock_names: Some(&lock_names),
        ..Problem::new(&graph, &criterion, goal)
    };
    let line = Line::new();
    let before = usage::cpu_s();
    let levels = asked.levels()?;
    let as_made = |labels: &[u32], _: Option<&[u32]>| {
        (0..labels.iter().max().map_or(0, |&l| l + 1)).collect::<Vec<u32>>()
    };
    let solved = match levels.is_empty() {
        true => solve(&problem, &options, &line).map(|finest| solve::Nested { above: Vec::new(), finest }),
        false => solve_nested(&problem, &levels, &options, &as_made, &line),
    };
    line.done();
    let solve::Nested { above, finest: solution } = solved?;
    let solve_cpu_s = before.zip(usage::cpu_s()).map(|(b, e)| e - b);
    let linked = rules.linked(&graph)?;
    let f = figures(&linked, &criterion.loads, &solution.labels, solution.cells.len());
    let parents: Vec<Option<u32>> = vec![None; solution.cells.len()];
    let kept: Vec<Option<String>> = solution
        .moved
        .iter()
        .flat_map(|m| &m.succession)
        .map(|old| old.and_then(|o| codes?.get(o as usize).cloned()))
        .collect();
    let names = asked.codes().name(&parents, &[], &kept, codes.unwrap_or_default())?;
    let code = |c: u32| names[c as usize].code.clone();
    let mut out = serde_json::to_value(&f)?;
    out["criteria"] = criteria(&solution, &code);
    out["bounds"] = solution.bounds.iter().map(|b| bound(b, None, 1)).collect();
    proofs(
        &mut out,
        &solution,
        &code,
        &Telling {
            naming: Naming { unit: &|u| ids[u as usize].clone(), cell: &|c| lock_names[c as usize].clone() },
            criterion: &|c| (c.unwrap_or(&criterion.name).to_owned(), 1),
        },
    );
    if let Some(m) = &solution.moved {
        out["moved_load"] = json!(m.load);
        out["moved_units"] = json!(m.units.len());
    }
    let all = above.iter().chain([&solution.labels]);
    let leveled = levels.iter().zip(all).map(|(level, labels)| {
        let f = figures(&linked, &criterion.loads, labels, level.cells as usize);
        crate::answer::level(&f, level.tolerance)
    });
    if !levels.is_empty() {
        out["levels"] = leveled.collect();
    }
    if asked.pairs {
        out["pairs"] = pairs(&pair(&linked, &solution.labels, solution.cells.len(), None), &code);
    }
    out["seed"] = json!(options.seed);
    out["input_sha256"] = json!(sha256);
    out["solve_cpu_s"] = json!(solve_cpu_s);
    out["peak_rss_bytes"] = json!(usage::peak_rss_bytes());
    if let Some(path) = &asked.out {
        let titles: Vec<String> = (1..=above.len()).map(|i| format!("level_{i}")).collect();
        let head: Vec<&str> = ["id", "cell"].into_iter().chain(titles.iter().map(String::as_str)).collect();
        let rows = ids.iter().enumerate().map(|(u, id)| {
            let levels = above.iter().map(|l| (l[u] + 1).to_string());
            [id.clone(), code(solution.labels[u])].into_iter().chain(levels).collect::<Vec<_>>()
        });
        write_csv(path, &head, rows)?;
    }
    a.reading.answer(&out, || {
        crate::table::beside(&out);
        crate::table::whole(&out);
        print_line(&format!("紧凑度 compactness {:.2}", f.mean_polsby_popper));
    });
    Ok(End::Clean)
}
