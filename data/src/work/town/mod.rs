//! Units and their workload from an OpenStreetMap extract.

mod buildings;
mod classes;
mod divide;
mod limit;
mod loads;

use super::{WorkError, unit_ids};
use crate::crs::Crs;
use crate::frame::Frame;
use crate::osm::OsmExtract;
use crate::store::model::Units as UnitsTable;
use crate::store::model::{Boundary, Project};
use buildings::buildings;
pub(super) use classes::{border_classes, class_of};
use divide::dividing;
pub(super) use divide::kind_of_way;
use limit::limit;
use loads::Loads;
use partition::frame::Region;
use partition::units::{LineKind, Options, SourceLine, Sources, Units, Whole, build, hexagon_area_m2};

/// Whom to credit for anything made from OpenStreetMap.
pub const OSM_ATTRIBUTION: &str = "© OpenStreetMap contributors, ODbL 1.0";

/// The outer limit to work in.
#[derive(Clone, Debug)]
pub enum Area {
    /// A box `west, south, east, north` in degrees: a pilot area (试点范围), no administrative boundary.
    Box([f64; 4]),
    /// Administrative areas of this level in the extract; their borders become parents.
    AdminLevel(u8),
    /// A boundary from another file, in the frame already.
    Given(Region),
}

/// What divides ground into units.
#[derive(Clone, Debug)]
pub enum Divide {
    /// Roads of these classes, main railways, rivers and shores.
    Lines {
        /// Values of `highway` that divide.
        roads: Vec<String>,
    },
    /// Hexagons of this H3 resolution.
    Hexagons(u8),
    /// Squares of this side, m.
    Squares(f64),
}

/// Road classes that divide ground by default: those that cars use, and pedestrian streets. Footways, cycleways, steps
/// and service roads run through blocks and do not.
pub const DIVIDING_ROADS: [&str; 17] = [
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "pedestrian",
    "road",
    "busway",
    "bus_guideway",
];

/// What the demo balances: estimated households, and visits a month by these presets.
pub const VISIT_PRESETS: [&str; 2] = ["food-anhui-2022", "fire-shenyang"];

/// Units of a town, ready for a plan.
#[derive(Clone, Debug)]
pub struct Town {
    /// The project: no plan yet.
    pub project: Project,
    /// How the units came about.
    pub units: Units,
    /// Buildings inside the boundary, counted when their representative point is.
    pub buildings: usize,
    /// Of those, with a tagged number of levels.
    pub buildings_with_levels: usize,
    /// Businesses inside the boundary.
    pub businesses: usize,
    /// The number of levels assumed where none is tagged: the median of the tagged ones.
    pub assumed_levels: u32,
    /// Administrative areas of the level asked for that were left out, because the extract does not hold all of their
    /// border; by name.
    pub areas_incomplete: Vec<String>,
}

/// Blocks with more households than this are divided along paths too: the lower end of the commonest size of a cell, which
/// such a block alone would fill.
const HEAVY_HOUSEHOLDS: i64 = 300;

/// The options for units from a map: weights are thousandths of households.
#[must_use]
pub fn unit_options() -> Options {
    Options { max_weight: 1000 * HEAVY_HOUSEHOLDS, ..Options::default() }
}

/// Cuts `area` into street blocks and counts what is in each. `options` are for street blocks; squares and hexagons have
/// [`Options::for_grid`].
///
/// Criteria: `households` (an estimate, labelled so), `businesses`, and `visits_month` in thousandths.
///
/// # Errors
/// [`WorkError`]: no such administrative level, a boundary that is no region, places outside the frame.
pub fn from_osm(
    extract: &OsmExtract,
    frame: &Frame,
    area: &Area,
    divide: &Divide,
    options: &Options,
    name: &str,
) -> Result<Town, WorkError> {
    let wgs84 = Crs::wgs84().map_err(|e| WorkError::Nothing(e.to_string()))?;
    let limit = limit(extract, frame, &wgs84, area, name)?;
    let mut dividing = dividing(extract, frame, &wgs84, divide, &limit.region)?;
    let streets = matches!(divide, Divide::Lines { .. });
    if dividing.lines.is_empty() && !streets {
        return Err(WorkError::Nothing(
            "no squares or hexagons of that size: give a side in metres above 0, or an H3 resolution of 0 to 15, that makes \
             less than a million of them"
                .into(),
        ));
    }
    for parent in &limit.parents {
        dividing.lines.extend(parent.1.rings().map(|r| SourceLine {
            points: r.iter().chain(r.first()).copied().collect(),
            kind: LineKind::Parent,
        }));
    }
    dividing.classes.resize(dividing.lines.len(), None);
    let (buildings, assumed_levels) = buildings(extract, frame, &wgs84)?;
    let whole: Vec<Whole> = buildings
        .iter()
        .filter(|b| streets && b.stands)
        .map(|b| Whole { ground: b.ground.clone(), weight: b.households_milli })
        .collect();
    let sources = Sources {
        boundary: &limit.region,
        lines: &dividing.lines,
        cut_off: &dividing.cut_off,
        whole: &whole,
    };
    let options = match divide {
        Divide::Lines { .. } => *options,
        Divide::Squares(m) => Options::for_grid(m * m),
        Divide::Hexagons(r) => Options::for_grid(hexagon_area_m2(*r).unwrap_or_default()),
    };
    let mut units = build(&sources, &options)?;
    let ids = unit_ids(&mut units.regions);

    let loads = Loads::count(extract, frame, &wgs84, &units.regions, &buildings, assumed_levels)?;
    let (parents, parent_names) = limit.parents_of(&units.regions);
    let project = Project {
        name: name.to_owned(),
        frame: frame.definition().to_owned(),
        boundary: Boundary {
            region: units.boundary.clone(),
            name: limit.name,
            note: limit.note,
            attribution: OSM_ATTRIBUTION.into(),
        },
        units: UnitsTable {
            kind: match divide {
                Divide::Lines { .. } => "blocks".into(),
                Divide::Hexagons(r) => format!("h3-{r}"),
                Divide::Squares(m) => format!("squares-{m}m"),
            },
            ids,
            regions: units.regions.clone(),
            parents,
            parent_names,
            criteria: loads.criteria,
            classes: border_classes(&units.regions, &dividing.lines, &dividing.classes),
        },
        plan: None,
    };
    Ok(Town {
        project,
        units,
        buildings: loads.buildings,
        buildings_with_levels: loads.with_levels,
        businesses: loads.businesses,
        assumed_levels,
        areas_incomplete: limit.incomplete,
    })
}

/// The frame for an area of an extract.
///
/// # Errors
/// As [`from_osm`].
pub fn frame_for(extract: &OsmExtract, area: &Area) -> Result<Frame, WorkError> {
    let wgs84 = Crs::wgs84().map_err(|e| WorkError::Nothing(e.to_string()))?;
    let (lon, lat) = match area {
        Area::Box([w, s, e, n]) => ([*w, *e], [*s, *n]),
        _ => {
            let all = extract.lines.iter().flat_map(|l| &l.lonlat);
            let mut b = ([f64::MAX, f64::MIN], [f64::MAX, f64::MIN]);
            for [x, y] in all {
                b = ([b.0[0].min(*x), b.0[1].max(*x)], [b.1[0].min(*y), b.1[1].max(*y)]);
            }
            b
        }
    };
    if lon[0] > lon[1] || lat[0] > lat[1] {
        return Err(WorkError::Nothing("the box is empty: write it as west,south,east,north".into()));
    }
    Ok(Frame::for_lonlat_bounds(&wgs84, lon, lat)?)
}
