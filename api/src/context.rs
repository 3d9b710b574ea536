//! What is drawn around the cells: roads, water and buildings of an OpenStreetMap extract.

use data::crs::Crs;
use data::frame::Frame;
use data::osm::{OsmExtract, Tags, read_pbf};
use data::read::Limits;
use partition::frame::{Bounds, Point, Polygon, Region, Ring};
use std::path::Path;
use tiles::{ContextFeature, ContextKind, ContextShape, is_public_name};

/// Ways that are not there yet, or no more.
const NOT_THERE: [&str; 5] = ["proposed", "construction", "abandoned", "razed", "planned"];
/// Railways that are drawn.
const RAILS: [&str; 4] = ["rail", "light_rail", "subway", "tram"];

/// What surrounds the plans, and the fingerprint of where it comes from.
#[derive(Default)]
pub(crate) struct Context {
    pub(crate) features: Vec<ContextFeature>,
    pub(crate) sha256: String,
}

impl Context {
    /// Everything of an extract that meets `around`. A plane without a place on the Earth has no context.
    pub(crate) fn read(
        path: &Path,
        frame: &Frame,
        around: Bounds,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let extract = read_pbf(path, &Limits::default())?;
        if frame.is_planar() {
            return Ok(Self::default());
        }
        let features = Carrier { frame, wgs84: Crs::wgs84()?, around }.features(&extract);
        Ok(Self { features, sha256: extract.sha256 })
    }
}

struct Carrier<'a> {
    frame: &'a Frame,
    wgs84: Crs,
    around: Bounds,
}

impl Carrier<'_> {
    fn features(&self, extract: &OsmExtract) -> Vec<ContextFeature> {
        let lines = extract.lines.iter().filter_map(|l| {
            let (kind, class) = line_class(&l.tags)?;
            let line = self.line(l.lonlat.iter().copied())?;
            Some(feature(kind, class, &l.tags, ContextShape::Line(line)))
        });
        let areas = extract.areas.iter().filter_map(|a| {
            let (kind, class) = area_class(&a.tags)?;
            let region = self.region(&a.polygons)?;
            Some(feature(kind, class, &a.tags, ContextShape::Area(region)))
        });
        lines.chain(areas).collect()
    }

    /// The line in the frame; `None` where the frame does not reach, or nobody looks.
    fn line(&self, lonlat: impl Iterator<Item = [f64; 2]>) -> Option<Vec<Point>> {
        let line: Option<Vec<Point>> =
            lonlat.map(|[x, y]| self.frame.to_frame(&self.wgs84, x, y).ok()).collect();
        let line = line?;
        Bounds::of(line.iter().copied()).filter(|b| b.meets(&self.around)).map(|_| line)
    }

    fn region(&self, polygons: &geo_types::MultiPolygon<f64>) -> Option<Region> {
        let ring = |r: &geo_types::LineString<f64>| -> Option<Ring> {
            let mut ring = self.line(r.0.iter().map(|c| [c.x, c.y]))?;
            ring.pop();
            Some(ring)
        };
        let part = |p: &geo_types::Polygon<f64>| {
            Some(Polygon::oriented(ring(p.exterior())?, p.interiors().iter().filter_map(ring).collect()))
        };
        let parts: Vec<Polygon> = polygons.iter().filter_map(part).collect();
        (!parts.is_empty()).then_some(Region { parts })
    }
}

fn feature(kind: ContextKind, class: &str, tags: &Tags, shape: ContextShape) -> ContextFeature {
    let name = tags.get("name").filter(|n| is_public_name(n)).cloned();
    ContextFeature { kind, class: class.to_owned(), name, shape }
}

fn line_class(tags: &Tags) -> Option<(ContextKind, &str)> {
    let drawn = |key: &str| tags.get(key).map(String::as_str).filter(|v| !NOT_THERE.contains(v));
    if let Some(class) = drawn("highway") {
        return Some((ContextKind::Road, class));
    }
    if let Some(class) = drawn("railway").filter(|v| RAILS.contains(v)) {
        return Some((ContextKind::Road, class));
    }
    drawn("waterway").map(|class| (ContextKind::Water, class))
}

fn area_class(tags: &Tags) -> Option<(ContextKind, &str)> {
    if let Some(class) = tags.get("building") {
        return Some((ContextKind::Building, class));
    }
    let is_water = tags.get("natural").is_some_and(|v| v == "water")
        || tags.get("waterway").is_some_and(|v| v == "riverbank")
        || tags.get("landuse").is_some_and(|v| v == "reservoir");
    is_water.then_some((ContextKind::Water, "water"))
}
