//! Units and their workload from an OpenStreetMap extract.

use super::{WorkError, given::joined};
use crate::carry::{carry_line, carry_polygons};
use crate::crs::Crs;
use crate::frame::Frame;
use crate::osm::{OsmExtract, Tags};
use crate::store::model::Units as UnitsTable;
use crate::store::model::{Boundary, Criterion, Project};
use partition::frame::{Bounds, Point, Polygon, Region, RegionIndex, interior_point};
use partition::plan::numbering;
use partition::units::{LineKind, Options, SourceLine, Units, build, hexagons, squares};
use partition::workload::{
    BuildingKind, FLOOR_AREA_FORMULA, VisitPreset, classify, households_from_floor_area,
};

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
}

/// Cuts `area` into street blocks and counts what is in each.
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
    let mut lines = dividing_lines(extract, frame, &wgs84, divide, &limit.region)?;
    if lines.is_empty() && !matches!(divide, Divide::Lines { .. }) {
        return Err(WorkError::Nothing(
            "no squares or hexagons of that size: give a side in metres above 0, or an H3 resolution of 0 to 15, that makes \
             less than a million of them"
                .into(),
        ));
    }
    for parent in &limit.parents {
        // Parents are never crossed, so their borders divide like any road.
        lines.extend(parent.1.rings().map(|r| SourceLine {
            points: r.iter().chain(r.first()).copied().collect(),
            kind: LineKind::Wall,
        }));
    }
    let buildings = buildings(extract, frame, &wgs84)?;
    let whole: Vec<Region> = match divide {
        Divide::Lines { .. } => buildings.iter().map(|b| b.ground.clone()).collect(),
        _ => Vec::new(),
    };
    let mut units = build(&limit.region, &lines, &whole, options)?;
    let order = numbering(&units.regions);
    units.regions = order.iter().map(|&i| std::mem::take(&mut units.regions[i])).collect();

    let loads = Loads::count(extract, frame, &wgs84, &units.regions, &buildings)?;
    let (parents, parent_names) = limit.parents_of(&units.regions);
    let width = units.regions.len().to_string().len().max(4);
    let ids = (1..=units.regions.len()).map(|n| format!("U{n:0width$}")).collect();
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
        },
        plan: None,
    };
    Ok(Town {
        project,
        units,
        buildings: loads.buildings,
        buildings_with_levels: loads.with_levels,
        businesses: loads.businesses,
        assumed_levels: loads.assumed_levels,
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

/// The outer limit, what to call it, and the parents inside.
struct Limit {
    region: Region,
    name: String,
    note: String,
    parents: Vec<(String, Region)>,
}

impl Limit {
    fn parents_of(&self, units: &[Region]) -> (Vec<u32>, Vec<String>) {
        if self.parents.len() < 2 {
            return (Vec::new(), Vec::new());
        }
        let regions: Vec<Region> = self.parents.iter().map(|p| p.1.clone()).collect();
        let index = RegionIndex::new(&regions);
        let at = |u: &Region| u.parts.first().and_then(interior_point).and_then(|p| index.at(p)).unwrap_or(0);
        (units.iter().map(at).collect(), self.parents.iter().map(|p| p.0.clone()).collect())
    }
}

fn limit(
    extract: &OsmExtract,
    frame: &Frame,
    wgs84: &Crs,
    area: &Area,
    name: &str,
) -> Result<Limit, WorkError> {
    match area {
        Area::Given(region) => {
            Ok(Limit { region: region.clone(), name: name.into(), note: String::new(), parents: Vec::new() })
        }
        Area::Box([w, s, e, n]) => {
            let corners = [[*w, *s], [*e, *s], [*e, *n], [*w, *n]];
            let shell = carry_line(frame, wgs84, &corners)?;
            Ok(Limit {
                region: Region::single(Polygon::oriented(shell, Vec::new())),
                name: format!("{name} 试点范围"),
                note: "试点范围,不是行政区域界线 · a pilot area, not an administrative boundary".into(),
                parents: Vec::new(),
            })
        }
        Area::AdminLevel(level) => {
            let level = level.to_string();
            let mut parents = Vec::new();
            for a in &extract.areas {
                let is = |k: &str, v: &str| a.tags.get(k).is_some_and(|t| t == v);
                if is("boundary", "administrative") && is("admin_level", &level) && !a.polygons.0.is_empty() {
                    let name = a.tags.get("name").cloned().unwrap_or_else(|| a.id.to_string());
                    parents.push((name, carry_polygons(frame, wgs84, &a.polygons)?));
                }
            }
            if parents.is_empty() {
                return Err(WorkError::Nothing(format!(
                    "the extract holds no complete administrative area of level {level}; an extract often cuts them: \
                     use --boundary FILE or --boundary-bbox"
                )));
            }
            let region = joined(parents.iter().map(|p| p.1.clone()).collect());
            Ok(Limit { region, name: name.into(), note: format!("OSM admin_level={level}"), parents })
        }
    }
}

fn dividing_lines(
    extract: &OsmExtract,
    frame: &Frame,
    wgs84: &Crs,
    divide: &Divide,
    within: &Region,
) -> Result<Vec<SourceLine>, WorkError> {
    let bounds = within.bounds().unwrap_or(Bounds { min: Point::default(), max: Point::default() });
    let roads = match divide {
        Divide::Squares(m) => return Ok(squares(bounds, (m * 1e6) as i64)),
        Divide::Hexagons(resolution) => {
            let corners = [
                bounds.min,
                Point::new(bounds.max.x, bounds.min.y),
                bounds.max,
                Point::new(bounds.min.x, bounds.max.y),
            ];
            let ll: Vec<[f64; 2]> = corners.iter().filter_map(|&p| frame.to_lonlat(p)).collect();
            let least = |i: usize| ll.iter().map(|c| c[i]).fold(f64::MAX, f64::min);
            let most = |i: usize| ll.iter().map(|c| c[i]).fold(f64::MIN, f64::max);
            let carry = |[lon, lat]: [f64; 2]| frame.to_frame(wgs84, lon, lat).ok();
            return Ok(hexagons([least(0), least(1), most(0), most(1)], *resolution, carry));
        }
        Divide::Lines { roads } => roads,
    };
    let mut lines = Vec::new();
    for l in &extract.lines {
        if let Some(kind) = dividing_kind(&l.tags, roads) {
            lines.push(SourceLine { points: carry_line(frame, wgs84, &l.lonlat)?, kind });
        }
    }
    for a in extract.areas.iter().filter(|a| a.tags.get("natural").is_some_and(|n| n == "water")) {
        for polygon in &a.polygons.0 {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let lonlat: Vec<[f64; 2]> = ring.0.iter().map(|c| [c.x, c.y]).collect();
                lines.push(SourceLine { points: carry_line(frame, wgs84, &lonlat)?, kind: LineKind::Water });
            }
        }
    }
    Ok(lines)
}

/// Whether a way divides the ground it runs on: not in a tunnel, on a bridge, under a roof or through a building.
fn dividing_kind(tags: &Tags, roads: &[String]) -> Option<LineKind> {
    let tag = |k: &str| tags.get(k).map_or("", String::as_str);
    let off_the_ground = !matches!(tag("layer"), "" | "0")
        || !matches!(tag("tunnel"), "" | "no")
        || !matches!(tag("covered"), "" | "no")
        || !matches!(tag("indoor"), "" | "no");
    if off_the_ground || tag("area") == "yes" {
        return None;
    }
    if roads.iter().any(|r| r == tag("highway")) {
        Some(LineKind::Road)
    } else if matches!(tag("railway"), "rail" | "light_rail") && tag("service").is_empty() {
        Some(LineKind::Rail)
    } else if matches!(tag("waterway"), "river" | "canal") || tag("natural") == "coastline" {
        Some(LineKind::Water)
    } else {
        None
    }
}

/// A building as far as it matters here.
struct Building {
    ground: Region,
    levels: Option<u32>,
    kind: BuildingKind,
}

/// Buildings that stand on the ground: no roofs over streets, nothing underground.
fn buildings(extract: &OsmExtract, frame: &Frame, wgs84: &Crs) -> Result<Vec<Building>, WorkError> {
    let mut out = Vec::new();
    for a in &extract.areas {
        let Some(building) = a.tags.get("building") else { continue };
        let below = a.tags.get("layer").is_some_and(|l| l.starts_with('-'))
            || a.tags.get("location").is_some_and(|l| l == "underground");
        if below
            || matches!(building.as_str(), "no" | "roof" | "ship" | "underpass_entrance")
            || a.polygons.0.is_empty()
        {
            continue;
        }
        let levels = a.tags.get("building:levels").and_then(|l| l.trim().parse::<f64>().ok());
        out.push(Building {
            ground: carry_polygons(frame, wgs84, &a.polygons)?,
            levels: levels.filter(|l| (1.0..200.0).contains(l)).map(|l| l.round() as u32),
            kind: BuildingKind::from_tag(building),
        });
    }
    Ok(out)
}

/// Criteria of the units, and what they were counted from.
struct Loads {
    criteria: Vec<Criterion>,
    buildings: usize,
    with_levels: usize,
    businesses: usize,
    assumed_levels: u32,
}

impl Loads {
    fn count(
        extract: &OsmExtract,
        frame: &Frame,
        wgs84: &Crs,
        units: &[Region],
        buildings: &[Building],
    ) -> Result<Self, WorkError> {
        let index = RegionIndex::new(units);
        let unit_at = |r: &Region| r.parts.first().and_then(interior_point).and_then(|p| index.at(p));
        let mut tagged: Vec<u32> = buildings.iter().filter_map(|b| b.levels).collect();
        tagged.sort_unstable();
        let assumed_levels = tagged.get(tagged.len() / 2).copied().unwrap_or(1);
        let mut households_milli = vec![0i64; units.len()];
        let (mut count, mut with_levels) = (0, 0);
        for b in buildings {
            let Some(u) = unit_at(&b.ground) else { continue };
            count += 1;
            with_levels += usize::from(b.levels.is_some());
            let footprint_m2 = (b.ground.twice_area_um2().max(0) / 2_000_000_000_000) as u64;
            let levels = b.levels.unwrap_or(assumed_levels);
            let estimate = households_from_floor_area(footprint_m2, levels, b.kind).unwrap_or(0);
            households_milli[u as usize] += i64::try_from(estimate).unwrap_or(0);
        }

        let presets: Vec<VisitPreset> =
            VISIT_PRESETS.iter().filter_map(|id| VisitPreset::by_id(id)).collect();
        let mut visits = vec![0i64; units.len()];
        let mut businesses = vec![0i64; units.len()];
        let mut place = |tags: &Tags, at: Option<u32>| {
            let kind = classify(tags.iter().map(|(k, v)| (k.as_str(), v.as_str())));
            if let (Some(kind), Some(u)) = (kind, at) {
                let milli: u64 = presets.iter().filter_map(|p| p.milli_visits(kind)).sum();
                visits[u as usize] += i64::try_from(milli).unwrap_or(0);
                businesses[u as usize] += 1;
            }
        };
        for p in &extract.points {
            let at = frame.to_frame(wgs84, p.lonlat[0], p.lonlat[1])?;
            place(&p.tags, index.at(at));
        }
        for a in extract.areas.iter().filter(|a| !a.polygons.0.is_empty()) {
            let ground = carry_polygons(frame, wgs84, &a.polygons)?;
            place(&a.tags, unit_at(&ground));
        }
        let total = businesses.iter().sum::<i64>();
        let formula =
            format!("{FLOOR_AREA_FORMULA}; levels where untagged: {assumed_levels} (median of the tagged)");
        let visit_note =
            format!("businesses by kind × visits a month, presets {}", VISIT_PRESETS.join(" + "));
        let criteria = vec![
            Criterion {
                name: "households".into(),
                scale: 1,
                estimate: Some(formula),
                loads: households_milli.iter().map(|m| (m + 500) / 1000).collect(),
            },
            Criterion { name: "businesses".into(), scale: 1, estimate: None, loads: businesses },
            Criterion { name: "visits_month".into(), scale: 1000, estimate: Some(visit_note), loads: visits },
        ];
        Ok(Self {
            criteria,
            buildings: count,
            with_levels,
            businesses: usize::try_from(total).unwrap_or(0),
            assumed_levels,
        })
    }
}
