//! `wangge demo`: from an extract to a checked plan.

use super::units::valid;
use crate::answer::summary;
use crate::args::Demo;
use crate::progress::Line;
use crate::table::table;
use crate::{End, Outcome, input, print_json, print_line};
use data::frame::Frame;
use data::osm::read_pbf;
use data::read::Limits;
use data::store::{self, model::Input};
use data::work::plan::{Order, make};
use data::work::town::{Area, DIVIDING_ROADS, Divide, OSM_ATTRIBUTION, frame_for, from_osm, unit_options};
use partition::solve::Goal;
use partition::workload::{Range, derive_k, nearest_k, size_preset};
use serde_json::json;

/// The size preset of the demo: about 1000 households. By the estimate a single block of this town has up to 700, so of the
/// presets only this one can be met by cells of several blocks.
const PRESET: &str = "s0-06-large";

pub(crate) fn run(a: &Demo) -> Outcome {
    let line = Line::new();
    line.step("reading");
    let extract = read_pbf(&a.source, &Limits::default())?;
    let area = Area::Box(input::bbox(&a.bbox)?);
    let frame: Frame = frame_for(&extract, &area)?;
    line.step("units");
    let divide = Divide::Lines { roads: DIVIDING_ROADS.map(String::from).to_vec() };
    let town = from_osm(&extract, &frame, &area, &divide, &unit_options(), "Helsinki")?;
    let mut project = town.project;
    if !valid(&project)? {
        return Err("the units do not tile the pilot area; please report this".into());
    }
    let total: i64 =
        project.units.criteria.iter().find(|c| c.name == "households").map_or(0, |c| c.loads.iter().sum());
    let total = u64::try_from(total).unwrap_or(0);
    let range = size_preset(PRESET).and_then(|p| p.households).unwrap_or(Range::about(1000));
    let k = derive_k(total, range.middle(), range, None).unwrap_or_else(|| nearest_k(total, range));
    let k = u32::try_from(k).unwrap_or(1).clamp(1, project.units.ids.len() as u32);
    let inputs = vec![Input { path: a.source.display().to_string(), sha256: extract.sha256.clone() }];
    let order = Order { inputs, ..Order::new("households", Goal::Cells(k)) };
    let made = make(&project, &frame, &order, &line).inspect_err(|_| line.done())?;
    project.plan = Some(made.plan.clone());
    let mut out = summary(&project, &made, &order);
    out["buildings"] = json!(town.buildings);
    super::units::figures(&town.units, &mut out);
    out["preset"] = json!(PRESET);
    line.step("writing");
    store::save(&a.out, &project)?;
    line.done();
    table(&project, &made, &out);
    print_line(&format!(
        "目标 preset {PRESET}: {}–{} 户/网格 households for each cell, {total} in all",
        range.lo, range.hi
    ));
    eprintln!("{}\n{OSM_ATTRIBUTION}\n-> {}", project.boundary.note, a.out.display());
    print_json(&out);
    Ok(End::Clean)
}
