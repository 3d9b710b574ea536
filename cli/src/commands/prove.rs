//! `wangge prove`: whether a few cells could be more equal.

use crate::args::{Format, Prove};
use crate::{End, Outcome, input, print_json, print_line};
use data::work::plan::most_equal;
use serde_json::{Value, json};

pub(crate) fn run(a: &Prove) -> Outcome {
    if !matches!(a.format, Format::Text | Format::Json | Format::Ndjson) {
        return Err("prove answers as text, json or ndjson · prove 只支持 text、json、ndjson".into());
    }
    let project = input::project(&a.project)?
        .ok_or_else(|| format!("{}: this is no project · 不是项目文件", a.project))?;
    let of_plan = project.plan.as_ref().and_then(|p| p.options.get("balance")).and_then(Value::as_str);
    let balance = a.balance.as_deref().or(of_plan).unwrap_or("households");
    let most = most_equal(&project, balance, &a.cells)?;
    let code = |c: u32| project.plan.as_ref().and_then(|p| p.cells.get(c as usize)).map_or("", |c| &c.code);
    let cell_of = |u: u32| project.plan.as_ref().map_or("", |p| code(p.labels[u as usize]));
    let cells: Vec<&str> = most.cells.iter().map(|&c| code(c)).collect();
    let moves: Vec<Value> = most
        .moves
        .iter()
        .map(|&(u, to)| json!({ "unit": project.units.ids[u as usize], "from": cell_of(u), "to": code(to) }))
        .collect();
    let answer = json!({
        "cells": cells, "units": most.units, "balance": balance, "deviation_now": most.now, "deviation": most.worst,
        "at_least": most.at_least, "proved": most.is_proved(), "moves": moves,
    });
    if !matches!(a.format, Format::Text) {
        print_json(&answer);
        return Ok(End::Clean);
    }
    let percent = |share: f64| format!("{:.2} %", 100.0 * share);
    print_line(&format!(
        "{}: {} 个单元 units, 现最大偏差 worst deviation now {}, 可达 can be {}, 下界 no plan below {}",
        cells.join(" "),
        most.units,
        percent(most.now),
        percent(most.worst),
        percent(most.at_least)
    ));
    let (zh, en) = match (most.moves.is_empty(), most.is_proved()) {
        (true, true) => ("已证明:没有更均衡的划法", "proved: nothing is more equal"),
        (true, false) => ("未找到更均衡的划法,也未证明没有", "nothing more equal was found, nor disproved"),
        (false, true) => ("已证明:按下列调整最均衡", "proved: with these moves nothing is more equal"),
        (false, false) => {
            ("按下列调整更均衡,是否最优未证明", "more equal with these moves; whether most is open")
        }
    };
    print_line(&format!("{zh} {en}"));
    for m in &moves {
        let text = |k: &str| m[k].as_str().unwrap_or_default();
        print_line(&format!("    {} {} → {}", text("unit"), text("from"), text("to")));
    }
    Ok(End::Clean)
}
