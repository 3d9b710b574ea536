//! Units from an office's own files: streets that divide, compounds and buildings that stay whole, points that count.

use super::given::{number, outline};
use super::place::{Place, place};
use super::town::{border_classes, class_of, kind_of_way};
use super::{WorkError, unit_ids};
use crate::carry::carry;
use crate::frame::Frame;
use crate::osm::Tags;
use crate::read::{Feature, FeatureSet};
use crate::store::model::{Boundary, Criterion, Project, Units as UnitsTable};
use partition::frame::RegionIndex;
use partition::units::{LineKind, Options, SourceLine, Sources, Units, Whole, build};
use serde_json::Value;

/// Units cut by an office's own lines.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The project: no plan yet.
    pub project: Project,
    /// How the units came about.
    pub units: Units,
    /// Features with a value in one of the summed columns that lie in no unit.
    pub outside: usize,
}

/// Cuts the ground inside `boundary` along the lines of `sources`, around their polygons.
///
/// What a feature does follows from its geometry: a line divides, a polygon (compound, building) stays whole, and
/// all, points too, are counted where they are: each column of `sums` becomes a criterion, the sum over the features whose
/// representative point lies in the unit. A line with a column `highway`, `railway` or `waterway` is taken as a way of
/// OpenStreetMap and divides by the same rules as one; any other line divides.
///
/// # Errors
/// [`WorkError`] naming the file and the feature: a boundary that is no region, a place outside the frame, a value that is
/// no number of anything, a column that no source has.
pub fn from_files(
    sources: &[FeatureSet],
    boundary: &FeatureSet,
    frame: &Frame,
    options: &Options,
    sums: &[String],
) -> Result<Cut, WorkError> {
    let limit = outline(boundary, carry(boundary, frame)?.regions, frame)?;
    let mut placed = Vec::new();
    for set in sources {
        placed.push(place(set, frame)?);
    }
    let all = || sources.iter().zip(&placed).flat_map(|(s, p)| s.features.iter().zip(p));
    let (lines, classes): (Vec<SourceLine>, Vec<Option<String>>) = all()
        .filter_map(|(f, place)| Some((kind(f)?, place)))
        .flat_map(|((kind, class), place)| {
            let Place::Lines(lines) = place else { return Vec::new() };
            let one = |points: &Vec<_>| (SourceLine { points: points.clone(), kind }, class.clone());
            lines.iter().map(one).collect()
        })
        .unzip();
    let whole: Vec<Whole> = all()
        .filter_map(|(_, place)| match place {
            Place::Ground(ground) => Some(Whole { ground: ground.clone(), weight: 0 }),
            _ => None,
        })
        .collect();
    let mut units =
        build(&Sources { boundary: &limit, lines: &lines, cut_off: &[], whole: &whole }, options)?;
    let ids = unit_ids(&mut units.regions);

    let index = RegionIndex::new(&units.regions);
    let mut outside = 0;
    let mut criteria = Vec::with_capacity(sums.len());
    for column in sums {
        let mut values = Vec::new();
        for (set, places) in sources.iter().zip(&placed) {
            for (f, place) in set.features.iter().zip(places) {
                let Some(value) = f.properties.get(column).filter(|v| !v.is_null()) else { continue };
                let value = number(Some(value)).ok_or_else(|| not_a_load(set, f, column, value))?;
                match place.point().and_then(|p| index.at(p)) {
                    Some(unit) => values.push((unit, value)),
                    None => outside += 1,
                }
            }
        }
        if values.is_empty() && outside == 0 {
            return Err(WorkError::NoColumn {
                path: sources.iter().map(|s| s.path.display().to_string()).collect::<Vec<_>>().join(", "),
                column: column.clone(),
                known: known(sources),
            });
        }
        let scale = if values.iter().all(|v| v.1.fract() == 0.0) { 1 } else { 1000 };
        let mut loads = vec![0i64; units.regions.len()];
        for (unit, value) in values {
            loads[unit as usize] += (value * scale as f64).round() as i64;
        }
        criteria.push(Criterion { name: column.clone(), scale, estimate: None, loads });
    }
    let name = boundary.path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let project = Project {
        name: name.clone(),
        frame: frame.definition().to_owned(),
        boundary: Boundary { region: units.boundary.clone(), name, ..Boundary::default() },
        units: UnitsTable {
            kind: "blocks".into(),
            ids,
            regions: units.regions.clone(),
            criteria,
            classes: border_classes(&units.regions, &lines, &classes),
            ..UnitsTable::default()
        },
        plan: None,
    };
    Ok(Cut { project, units, outside })
}

/// What a line divides and what it is called: by the rules of the map where it is a way of one.
fn kind(f: &Feature) -> Option<(LineKind, Option<String>)> {
    let is_way = ["highway", "railway", "waterway"].iter().any(|k| f.properties.contains_key(*k));
    if !is_way {
        let class = f.properties.get("class").and_then(Value::as_str);
        return Some((LineKind::Road, class.map(str::to_owned)));
    }
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    let tags: Tags =
        f.properties.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), text(v))).collect();
    let kind = kind_of_way(&tags)?;
    Some((kind, class_of(kind, &tags)))
}

fn not_a_load(set: &FeatureSet, f: &Feature, column: &str, value: &Value) -> WorkError {
    WorkError::Load {
        path: set.path.display().to_string(),
        index: f.index,
        id: f.id.clone().unwrap_or_default(),
        column: column.to_owned(),
        value: value.to_string(),
    }
}

/// Columns with a number in the first feature of some source.
fn known(sources: &[FeatureSet]) -> Vec<String> {
    let firsts = sources.iter().filter_map(|s| s.features.first());
    let mut names: Vec<String> = firsts
        .flat_map(|f| f.properties.iter().filter(|(_, v)| v.is_number()).map(|(k, _)| k.clone()))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
