//! Units that an office has drawn already.

use super::WorkError;
use crate::carry::{CarryReport, carry_layers};
use crate::frame::Frame;
use crate::read::FeatureSet;
use crate::store::model::{Boundary, Criterion, Project, Units};
use partition::chain::{Chain, guard, insert_near};
use partition::coverage::{Kind, analyse, resolve};
use partition::frame::{Polygon, Region, RegionIndex, interior_point};
use partition::plan::dissolve;
use serde_json::Value;

/// The layers to take in.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'a> {
    /// The units.
    pub units: &'a FeatureSet,
    /// Communities, villages …: no cell crosses them.
    pub parents: Option<&'a FeatureSet>,
    /// The legal boundary.
    pub boundary: Option<&'a FeatureSet>,
}

/// Units taken in, and what is to be said about it.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The project: no plan yet.
    pub project: Project,
    /// What carrying the units changed.
    pub carried: CarryReport,
    /// Parents whose units do not fill them exactly, by name.
    pub parents_not_filled: Vec<String>,
    /// Gaps between the units, enclosed or along the boundary.
    pub gaps: usize,
}

/// Takes in units: their ground, loads, parents and boundary.
///
/// Columns that hold a number, 0 or more, for every unit become criteria; `balance` has to be one of them. Numbers with
/// decimals are kept in thousandths. Without a boundary the outline of the units is one.
///
/// # Errors
/// [`WorkError`] naming the file and the first feature that is wrong. Units that overlap, or are no regions, are refused;
/// gaps are counted.
pub fn take_in(layers: &Layers<'_>, frame: &Frame, balance: Option<&str>) -> Result<Taken, WorkError> {
    let sets: Vec<&FeatureSet> =
        [Some(layers.units), layers.parents, layers.boundary].into_iter().flatten().collect();
    let ids = layers.units.unique_ids()?;
    let criteria = criteria(layers.units, &ids, balance)?;
    let mut carried = carry_layers(&sets, frame)?.into_iter();
    let units = carried.next().ok_or_else(|| WorkError::Nothing("no units".into()))?;
    let path = layers.units.path.display().to_string();

    let parents = match layers.parents {
        Some(set) => {
            let regions = carried.next().map(|c| c.regions).unwrap_or_default();
            parents(set, regions, &units.regions, &ids, &path)?
        }
        None => Parents::default(),
    };
    let given =
        layers.boundary.zip(carried.next()).map(|(set, c)| outline(set, c.regions, frame)).transpose()?;
    let analysis = analyse(&units.regions, given.as_ref())?;
    let count = |wrong: fn(&Kind) -> bool| analysis.defects.iter().filter(|d| wrong(&d.kind)).count();
    let gaps = count(|k| matches!(k, Kind::Gap));
    let outside: Vec<u32> = analysis
        .defects
        .iter()
        .filter(|d| d.kind == Kind::Trespass)
        .flat_map(|d| d.holders.iter().copied())
        .collect();
    if let Some(&first) = outside.first() {
        let mut distinct = outside.clone();
        distinct.sort_unstable();
        distinct.dedup();
        return Err(WorkError::Outside {
            path,
            count: distinct.len(),
            first: ids[first as usize].clone(),
            within: "the boundary".into(),
        });
    }
    if analysis.defects.len() > gaps {
        let first = analysis.defects.iter().find(|d| d.kind != Kind::Gap);
        let who =
            first.map(|d| d.holders.iter().map(|&h| ids[h as usize].as_str()).collect::<Vec<_>>().join(", "));
        let what = format!(
            "{} overlaps, {} wrong rings, {} borders that do not match (the first concerns {})",
            count(|k| matches!(k, Kind::Overlap | Kind::Nested)),
            count(|k| matches!(k, Kind::Invalid(_) | Kind::Spike)),
            count(|k| matches!(k, Kind::Unmatched)),
            who.unwrap_or_default()
        );
        return Err(WorkError::NoCoverage { path, what });
    }
    // What the units cover is what cells can tile: with gaps it is less than the given boundary.
    let region = match (analysis.boundary, gaps) {
        (Some(b), 0) => b,
        _ => dissolve(&units.regions, &vec![0; ids.len()], 1).swap_remove(0),
    };
    let name = layers.units.path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let note = if layers.boundary.is_some() { String::new() } else { "outline of the units".into() };
    Ok(Taken {
        project: Project {
            name: name.clone(),
            frame: frame.definition().to_owned(),
            boundary: Boundary { region, name, note, attribution: String::new() },
            units: Units {
                kind: "given".into(),
                ids,
                regions: units.regions,
                parents: parents.of_unit,
                parent_names: parents.names,
                criteria,
                classes: Vec::new(),
            },
            plan: None,
        },
        carried: units.report,
        parents_not_filled: parents.not_filled,
        gaps,
    })
}

/// The features of a boundary file as one region.
///
/// # Errors
/// [`WorkError::BadBoundary`] naming the feature whose rings are wrong, and the place.
pub fn outline(set: &FeatureSet, regions: Vec<Region>, frame: &Frame) -> Result<Region, WorkError> {
    for (f, region) in set.features.iter().zip(&regions) {
        guard(region).map_err(|fault| WorkError::BadBoundary {
            path: set.path.display().to_string(),
            index: f.index,
            id: f.id.clone(),
            at: fault.at().and_then(|p| frame.to_lonlat(p)),
            fault,
        })?;
    }
    Ok(joined(regions))
}

/// Several regions (wards of one town) as one: their union. A wrong ring is left for the guard to name, not mended here.
pub(super) fn joined(regions: Vec<Region>) -> Region {
    let parts: Vec<Polygon> = regions.iter().flat_map(|r| r.parts.iter().cloned()).collect();
    if regions.len() < 2 {
        return Region { parts };
    }
    if regions.iter().all(|r| guard(r).is_ok()) { resolve(&Region { parts }) } else { Region { parts } }
}

fn criteria(set: &FeatureSet, ids: &[String], balance: Option<&str>) -> Result<Vec<Criterion>, WorkError> {
    let path = set.path.display().to_string();
    let columns: Vec<String> =
        set.features.first().map(|f| f.properties.keys().cloned().collect()).unwrap_or_default();
    let mut criteria = Vec::new();
    for column in columns {
        let values: Vec<Option<f64>> =
            set.features.iter().map(|f| number(f.properties.get(&column))).collect();
        if balance == Some(column.as_str())
            && let Some(index) = values.iter().position(Option::is_none)
        {
            let value =
                set.features[index].properties.get(&column).map_or("missing".into(), Value::to_string);
            return Err(WorkError::Load { path, index, id: ids[index].clone(), column, value });
        }
        let Some(values) = values.into_iter().collect::<Option<Vec<f64>>>() else { continue };
        let scale = if values.iter().all(|v| v.fract() == 0.0) { 1 } else { 1000 };
        let loads = values.iter().map(|v| (v * scale as f64).round() as i64).collect();
        criteria.push(Criterion { name: column, scale, estimate: None, loads });
    }
    if let Some(column) = balance
        && !criteria.iter().any(|c| c.name == column)
    {
        let known = criteria.into_iter().map(|c| c.name).collect();
        return Err(WorkError::NoColumn { path, column: column.into(), known });
    }
    Ok(criteria)
}

/// A number that can be a load: finite, 0 or more, small enough that sums of millions of them fit.
pub(super) fn number(value: Option<&Value>) -> Option<f64> {
    value.and_then(Value::as_f64).filter(|v| (0.0..=1e12).contains(v))
}

#[derive(Default)]
struct Parents {
    of_unit: Vec<u32>,
    names: Vec<String>,
    not_filled: Vec<String>,
}

fn parents(
    set: &FeatureSet,
    mut regions: Vec<Region>,
    units: &[Region],
    ids: &[String],
    path: &str,
) -> Result<Parents, WorkError> {
    let names = names(set);
    let index = RegionIndex::new(&regions);
    let place = |r: &Region| r.parts.first().and_then(interior_point).and_then(|p| index.at(p));
    let found: Vec<Option<u32>> = units.iter().map(place).collect();
    let lost: Vec<usize> = (0..units.len()).filter(|&u| found[u].is_none()).collect();
    if let Some(&first) = lost.first() {
        return Err(WorkError::Outside {
            path: path.into(),
            count: lost.len(),
            first: ids[first].clone(),
            within: format!("the parents in {}", set.path.display()),
        });
    }
    let of_unit: Vec<u32> = found.into_iter().flatten().collect();
    // Nesting is a coverage of each parent by its units.
    let mut members: Vec<Vec<Region>> = vec![Vec::new(); regions.len()];
    for (u, &p) in of_unit.iter().enumerate() {
        members[p as usize].push(units[u].clone());
    }
    let mut not_filled = Vec::new();
    for ((parent, members), name) in regions.iter_mut().zip(&members).zip(&names) {
        insert_near(parent, members.iter().flat_map(Region::rings).flatten().copied());
        if !Chain::of(members, Some(parent)).cancel().residual.is_empty() {
            not_filled.push(name.clone());
        }
    }
    Ok(Parents { of_unit, names, not_filled })
}

/// What areas one level up are called: their id, else their first text, else their number.
pub(super) fn names(set: &FeatureSet) -> Vec<String> {
    let name = |f: &crate::read::Feature| {
        f.id.clone().or_else(|| first_text(f)).unwrap_or_else(|| (f.index + 1).to_string())
    };
    set.features.iter().map(name).collect()
}

fn first_text(f: &crate::read::Feature) -> Option<String> {
    f.properties.values().find_map(Value::as_str).map(str::to_owned)
}

/// The frame for layers: declared, planar, or the 3° zone of the boundary (else of the units).
///
/// # Errors
/// [`WorkError::Nothing`] for layers without a point, [`WorkError::Frame`].
pub fn frame_for(layers: &Layers<'_>) -> Result<Frame, WorkError> {
    frame_around(&[layers.boundary.unwrap_or(layers.units)])
}

/// The frame for several layers that belong together: the 3° zone of those that share the first one's coordinate system.
///
/// # Errors
/// As [`frame_for`].
pub fn frame_around(sets: &[&FeatureSet]) -> Result<Frame, WorkError> {
    let first = sets.first().ok_or_else(|| WorkError::Nothing("there is no layer".into()))?;
    let alike = sets.iter().filter(|s| s.crs.name() == first.crs.name());
    let joined = alike
        .filter_map(|s| s.bounds())
        .reduce(|(a, b), (c, d)| ([a[0].min(c[0]), a[1].min(c[1])], [b[0].max(d[0]), b[1].max(d[1])]));
    let (min, max) = joined
        .ok_or_else(|| WorkError::Nothing(format!("{}: there is no polygon in it", first.path.display())))?;
    Ok(Frame::for_bounds(&first.crs, min, max)?)
}
