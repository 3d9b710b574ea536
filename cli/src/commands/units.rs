//! `wangge units`: basic units from an extract or a file.

use crate::args::Units;
use crate::{End, Outcome, input, print_line};
use data::carry::carry;
use data::frame::Frame;
use data::osm::read_pbf;
use data::read::{Feature, Limits};
use data::store::{self, model::Project};
use data::work::given::{Layers, outline, take_in};
use data::work::town::{Area, DIVIDING_ROADS, Divide, frame_for, from_osm, unit_options};
use geo_types::Geometry;
use partition::frame::interior_point;
use partition::units::Options;
use serde_json::{Value, json};
use std::path::Path;

pub(crate) fn run(a: &Units) -> Outcome {
    a.reading.no_map()?;
    let is_extract = |s: &String| s.ends_with(".pbf");
    let (project, mut out) = match a.sources.as_slice() {
        [one] if is_extract(one) => from_extract(a, one)?,
        several if several.iter().any(is_extract) => {
            return Err("give an OpenStreetMap extract alone: it holds streets and buildings already".into());
        }
        sources => from_files(a, sources)?,
    };
    let frame = Frame::from_definition(&project.frame)?;
    out["area_m2"] = json!(area_m2(&project, &frame));
    store::save(&a.out, &project)?;
    a.reading.answer(&out, || {
        print_line(&format!("{} units, {:.0} m² -> {}", out["units"], out["area_m2"], a.out.display()));
    });
    Ok(End::Clean)
}

fn from_extract(a: &Units, source: &str) -> Result<(Project, Value), Box<dyn std::error::Error>> {
    let extract = read_pbf(Path::new(source), &Limits::default())?;
    let divide = match (a.hexagons, a.squares) {
        (Some(r), _) => Divide::Hexagons(r),
        (_, Some(m)) => Divide::Squares(m),
        _ => Divide::Lines { roads: DIVIDING_ROADS.map(String::from).to_vec() },
    };
    let name = Path::new(source).file_name().map_or("osm".into(), |n| n.to_string_lossy().into_owned());
    let (area, frame) = match (&a.boundary, a.boundary_level, &a.boundary_bbox) {
        (Some(file), ..) => {
            let set = a.reading.read(file)?;
            let frame = a.reading.frame(&Layers { units: &set, parents: None, boundary: None })?;
            (Area::Given(outline(&set, carry(&set, &frame)?.regions, &frame)?), frame)
        }
        (_, Some(level), _) => {
            let area = Area::AdminLevel(level);
            let frame = frame_for(&extract, &area)?;
            (area, frame)
        }
        (.., Some(text)) => {
            let area = Area::Box(input::bbox(text)?);
            let frame = frame_for(&extract, &area)?;
            (area, frame)
        }
        _ => return Err("an extract needs --boundary, --boundary-level or --boundary-bbox".into()),
    };
    let town = from_osm(&extract, &frame, &area, &divide, &unit_options(), &name)?;
    if !town.areas_incomplete.is_empty() {
        eprintln!(
            "note: left out, because the extract does not hold all of their border: {}",
            town.areas_incomplete.join(", ")
        );
    }
    let mut out = json!({
        "units": town.units.regions.len(), "buildings": town.buildings, "businesses": town.businesses,
        "areas_incomplete": town.areas_incomplete, "valid": valid(&town.project)?, "frame": town.project.frame,
    });
    figures(&town.units, &mut out);
    Ok((town.project, out))
}

/// One file of polygons alone is the units themselves; anything else is what to cut them from.
fn from_files(a: &Units, sources: &[String]) -> Result<(Project, Value), Box<dyn std::error::Error>> {
    let mut sets = sources.iter().map(|s| a.reading.read(s)).collect::<Result<Vec<_>, _>>()?;
    let boundary = a.boundary.as_ref().map(|b| a.reading.read(b)).transpose()?;
    let ground = |f: &Feature| matches!(f.geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
    if sets.len() > 1 || !sets.iter().flat_map(|s| &s.features).all(ground) {
        let boundary = boundary.ok_or("units cut from lines need --boundary FILE")?;
        let frame = a.reading.frame(&Layers { units: &boundary, parents: None, boundary: None })?;
        let cut = data::work::files::from_files(&sets, &boundary, &frame, &Options::default(), &a.sum)?;
        if cut.outside > 0 {
            eprintln!("note: {} values lie in no unit and are not counted", cut.outside);
        }
        let mut out = json!({
            "units": cut.units.regions.len(), "valid": valid(&cut.project)?, "outside": cut.outside,
            "frame": cut.project.frame,
        });
        figures(&cut.units, &mut out);
        return Ok((cut.project, out));
    }
    let units = sets.swap_remove(0);
    let layers = Layers { units: &units, parents: None, boundary: boundary.as_ref() };
    let taken = take_in(&layers, &a.reading.frame(&layers)?, None)?;
    let out = json!({
        "units": taken.project.units.ids.len(), "buildings_cut": null, "on_source_lines": null,
        "valid": valid(&taken.project)?, "gaps": taken.gaps, "frame": taken.project.frame,
    });
    Ok((taken.project, out))
}

/// How units came about.
pub(crate) fn figures(u: &partition::units::Units, out: &mut Value) {
    let all = u.interior_border_um.max(1) as f64;
    let on_lines = if u.interior_border_um == 0 { 1.0 } else { u.on_source_lines_um as f64 / all };
    out["buildings_cut"] = json!(u.buildings_cut);
    out["buildings_across_parents"] = json!(u.buildings_across_parents);
    out["on_source_lines"] = json!(on_lines);
    out["on_building_outlines"] = json!(u.on_outlines_um as f64 / all);
    out["on_continued_lines"] = json!(u.on_continued_um as f64 / all);
    out["blocks"] = json!(u.blocks);
    out["divided_by_paths"] = json!(u.divided_by_paths);
    out["walked_around"] = json!(u.walked_around);
    out["joined_by_buildings"] = json!(u.joined_by_buildings);
    out["joined_as_slivers"] = json!(u.joined_as_slivers);
}

/// Proved on the units as they are, not on how they were made.
pub(crate) fn valid(p: &Project) -> Result<bool, Box<dyn std::error::Error>> {
    Ok(partition::coverage::analyse(&p.units.regions, Some(&p.boundary.region))?.defects.is_empty())
}

pub(crate) fn area_m2(p: &Project, frame: &Frame) -> f64 {
    let at = |r: &partition::frame::Region| r.parts.iter().find_map(interior_point).unwrap_or_default();
    p.units.regions.iter().map(|r| frame.area_m2(r.twice_area_um2(), at(r))).sum()
}
