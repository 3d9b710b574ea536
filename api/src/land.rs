//! The ground under all plans: read once, never changed while it is served.

use crate::context::Context;
use data::crs::Crs;
use data::frame::Frame;
use data::store::Project;
use data::work::plan::unit_graph;
use partition::frame::{Bounds, Point, Region, RegionIndex};
use partition::plan::Ground;
use std::collections::HashMap;
use std::f64::consts::PI;
use std::path::Path;
use std::sync::Arc;
use tiles::ToWebMercator;

/// Length of the equator on the web map, m: planes without a place on the Earth are shown at 0°, 0°.
const EQUATOR_M: f64 = 40_075_016.685_578_5;

/// The base revision, ready to be asked.
pub(crate) struct Land {
    pub(crate) project: Arc<Project>,
    pub(crate) ground: Ground,
    pub(crate) map: Map,
    units: RegionIndex<Units>,
    numbers: HashMap<String, u32>,
    pub(crate) context: Context,
    /// Box of each unit, in the frame.
    pub(crate) boxes: Vec<Option<Bounds>>,
}

/// The regions of the units, kept alive by the project.
struct Units(Arc<Project>);

impl AsRef<[Region]> for Units {
    fn as_ref(&self) -> &[Region] {
        &self.0.units.regions
    }
}

impl Land {
    /// O(n log n), once. `context` is an OpenStreetMap extract to draw around the cells.
    pub(crate) fn new(
        project: Arc<Project>,
        context: Option<&Path>,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let frame = Frame::from_definition(&project.frame)?;
        let units = &project.units;
        let ground = Ground::new(unit_graph(units)?, units.parents.clone());
        let context = match (context, project.boundary.region.bounds()) {
            (Some(path), Some(b)) => {
                let beside = (b.max.x - b.min.x).max(b.max.y - b.min.y) / 4;
                Context::read(path, &frame, b.grown(beside))?
            }
            _ => Context::default(),
        };
        Ok(Self {
            ground,
            context,
            map: Map { wgs84: Crs::wgs84()?, frame },
            units: RegionIndex::new(Units(Arc::clone(&project))),
            numbers: units.ids.iter().cloned().zip(0..).collect(),
            boxes: units.regions.iter().map(Region::bounds).collect(),
            project,
        })
    }

    /// The unit with an id.
    pub(crate) fn number(&self, id: &str) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// The id of a unit.
    pub(crate) fn id(&self, unit: u32) -> &str {
        self.project.units.ids.get(unit as usize).map_or("", String::as_str)
    }

    /// The name of a parent.
    pub(crate) fn parent(&self, parent: Option<u32>) -> Option<&str> {
        self.project.units.parent_names.get(parent? as usize).map(String::as_str)
    }

    /// The one unit at a position; borders are half-open.
    pub(crate) fn unit_at(&self, lon: f64, lat: f64) -> Option<u32> {
        self.units.at(self.map.point(lon, lat)?)
    }
}

/// Between the frame and longitude and latitude.
pub(crate) struct Map {
    pub(crate) frame: Frame,
    wgs84: Crs,
}

impl Map {
    /// Longitude and latitude of a point.
    pub(crate) fn lonlat(&self, p: Point) -> [f64; 2] {
        if self.frame.is_planar() {
            let [x, y] = self.to_web_mercator(p);
            return [(x - 0.5) * 360.0, (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees()];
        }
        self.frame.to_lonlat(p).unwrap_or([f64::NAN; 2])
    }

    /// The point at a position, if the frame reaches there.
    fn point(&self, lon: f64, lat: f64) -> Option<Point> {
        if self.frame.is_planar() {
            let [x, y] = mercator([lon, lat]);
            return self.frame.from_projected_m([(x - 0.5) * EQUATOR_M, (0.5 - y) * EQUATOR_M]);
        }
        self.frame.to_frame(&self.wgs84, lon, lat).ok()
    }

    /// West, south, east, north of a box: of its corners and the middles of its sides, which for boxes of a project's size
    /// is enough to seven decimals of what the curved sides reach.
    pub(crate) fn bbox(&self, b: Bounds) -> [f64; 4] {
        let xs = [b.min.x, b.min.x.midpoint(b.max.x), b.max.x];
        let ys = [b.min.y, b.min.y.midpoint(b.max.y), b.max.y];
        let all = xs.iter().flat_map(|&x| ys.iter().map(move |&y| Point::new(x, y))).map(|p| self.lonlat(p));
        let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        all.fold(start, |b, [x, y]| [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]).map(degrees)
    }
}

impl ToWebMercator for Map {
    fn to_web_mercator(&self, p: Point) -> [f64; 2] {
        if self.frame.is_planar() {
            let [x, y] = self.frame.to_projected_m(p);
            return [0.5 + x / EQUATOR_M, 0.5 - y / EQUATOR_M];
        }
        mercator(self.lonlat(p))
    }
}

fn mercator([lon, lat]: [f64; 2]) -> [f64; 2] {
    [lon / 360.0 + 0.5, 0.5 - lat.to_radians().tan().asinh() / (2.0 * PI)]
}

/// Seven decimals, about a centimetre.
pub(crate) fn degrees(v: f64) -> f64 {
    (v * 1e7).round() / 1e7
}
