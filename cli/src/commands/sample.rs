//! `wangge sample`: objects of each cell, drawn by chance, for inspections.

use crate::args::Sample;
use crate::{End, Outcome, input, print_line};
use data::work::plan::Located;
use data::work::sample::sample;
use data::write::write_csv;
use serde_json::{Value, json};

pub(crate) fn run(a: &Sample) -> Outcome {
    a.reading.no_map()?;
    let project = input::project(&a.project)?.ok_or_else(|| {
        format!("{}: is no project; draw from a project that has a plan · 请给出含方案的项目", a.project)
    })?;
    let plan = project
        .plan
        .as_ref()
        .ok_or("the project has no plan yet, so there are no cells to draw from · 项目尚无网格")?;
    if let Some(path) = a.out.as_deref().filter(|p| p.extension().is_none_or(|e| e != "csv")) {
        return Err(format!(
            "{}: the drawn objects are written to a .csv · 抽查清单应为 .csv",
            path.display()
        )
        .into());
    }
    let located = Located::on(&project, &a.reading.read_objects(&a.objects)?)?;
    let cell = |unit: &Option<u32>| unit.and_then(|u| plan.labels.get(u as usize).copied());
    let objects: Vec<(&str, Option<u32>)> =
        located.names.iter().map(String::as_str).zip(located.units.iter().map(cell)).collect();
    let drawn = sample(&objects, plan.cells.len(), a.each as usize, a.seed);
    let mut all = vec![0_usize; plan.cells.len()];
    objects.iter().filter_map(|o| o.1).for_each(|c| all[c as usize] += 1);
    if let Some(path) = &a.out {
        let rows = plan.cells.iter().zip(&drawn).flat_map(|(cell, own)| {
            let row = |(i, &o): (usize, &u32)| {
                [cell.code.clone(), (i + 1).to_string(), objects[o as usize].0.to_owned()]
            };
            own.iter().enumerate().map(row).collect::<Vec<_>>()
        });
        write_csv(path, &["cell", "number", "object"], rows)?;
    }
    let elsewhere = objects.iter().filter(|o| o.1.is_none()).count();
    let one = |((cell, own), all): ((&data::store::model::Cell, &Vec<u32>), &usize)| {
        let names: Vec<&str> = own.iter().map(|&o| objects[o as usize].0).collect();
        json!({"cell": cell.code, "objects": all, "drawn": names})
    };
    let cells: Vec<Value> = plan.cells.iter().zip(&drawn).zip(&all).map(one).collect();
    let out = json!({"seed": a.seed, "each": a.each, "cells": cells, "objects_elsewhere": elsewhere});
    a.reading.answer(&out, || {
        for c in &cells {
            let names: Vec<&str> =
                c["drawn"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            print_line(&format!(
                "{}: 抽查 drawn {} / {}: {}",
                c["cell"].as_str().unwrap_or_default(),
                names.len(),
                c["objects"],
                names.join(" ")
            ));
        }
        if elsewhere > 0 {
            print_line(&format!("不在任何网格内 in no cell: {elsewhere}"));
        }
    });
    Ok(End::Clean)
}
