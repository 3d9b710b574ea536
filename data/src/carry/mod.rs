//! From features to regions of the frame.
//!
//! 1. Each polygon's vertices become integers of a *source plane*, fine enough to give every number back.
//! 2. There, where straight lines are still straight, a vertex that lies on a neighbour's edge is inserted into that edge.
//! 3. Each vertex is projected and snapped to the micrometre. Because every vertex on a shared border is in both neighbours
//!    by now, both get the same line.
//!
//! Nothing is repaired: what is strange is reported, and the checks of `partition` say what it means.

mod plane;

use crate::crs::Crs;
use crate::frame::{Frame, FrameError};
use crate::read::{Fault, Feature, FeatureSet, ReadError};
use geo_types::{Geometry, LineString};
use partition::chain::{insert_on, insert_touching};
use partition::frame::{Bounds, Orientation, Point, Polygon, Region, Ring, twice_area_um2};
use plane::Plane;
use serde::{Deserialize, Serialize};

/// What carrying changed. Indices are those of the features.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CarryReport {
    /// Vertices carried, each ring's own.
    pub vertices: usize,
    /// Farthest a vertex moved when it was snapped, µm.
    pub max_moved_um: f64,
    /// How far vertices moved on average, µm.
    pub mean_moved_um: f64,
    /// Vertices inserted where a neighbour's vertex lies on a straight edge.
    pub vertices_inserted: usize,
    /// Vertices dropped because they equal the one before, beyond the closing one.
    pub duplicates_removed: usize,
    /// Rings turned around so that the ground lies to their left.
    pub rings_reversed: usize,
    /// Rings that were not closed in the file.
    pub rings_unclosed: usize,
    /// Rings with fewer than three different points; they enclose nothing and are left out.
    pub rings_dropped: Vec<DroppedRing>,
}

/// A ring that encloses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedRing {
    /// The feature, from 0.
    pub feature: usize,
    /// Its part, from 0.
    pub part: usize,
    /// The ring in the part: 0 the shell, then the holes.
    pub ring: usize,
}

/// Regions in the frame, one for each feature and in their order.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Region `i` is feature `i`; without parts when all its rings were dropped.
    pub regions: Vec<Region>,
    /// What was changed.
    pub report: CarryReport,
}

/// Carries the polygons of a set into the frame.
///
/// # Complexity
/// Linear in the vertices, beside the search for vertices on edges (near-linear with an index).
///
/// # Errors
/// [`ReadError::Feature`] naming the first feature that is no polygon, or lies where the frame does not reach.
pub fn carry(set: &FeatureSet, frame: &Frame) -> Result<Carried, ReadError> {
    Ok(carry_layers(&[set], frame)?.swap_remove(0))
}

/// Carries several layers that belong together: units and their parents, cells and their boundary.
///
/// Layers in the same coordinate system also get each other's vertices where those lie on their straight edges, so that
/// a border drawn with fewer vertices in one layer than in the other still coincides in the frame.
///
/// # Errors
/// As [`carry`].
pub fn carry_layers(sets: &[&FeatureSet], frame: &Frame) -> Result<Vec<Carried>, ReadError> {
    let mut layers = sets
        .iter()
        .map(|set| {
            // One plane for all layers in one coordinate system.
            let plane = Plane::for_sets(sets.iter().filter(|s| s.crs.name() == set.crs.name()).copied());
            in_source_plane(set, plane)
        })
        .collect::<Result<Vec<_>, _>>()?;
    for i in 0..layers.len() {
        let Some(window) = bounds(&layers[i].regions) else { continue };
        let beside = (0..layers.len()).filter(|&j| i != j && sets[i].crs.name() == sets[j].crs.name());
        let near = |p: &&Point| window.meets(&Bounds { min: **p, max: **p });
        let nodes =
            beside.flat_map(|j| layers[j].regions.iter().flat_map(Region::rings).flatten().filter(near));
        let nodes: Vec<Point> = nodes.copied().collect();
        layers[i].report.vertices_inserted += insert_on(&mut layers[i].regions, nodes);
    }
    layers.into_iter().zip(sets).map(|(layer, set)| into_frame(layer, set, frame)).collect()
}

fn bounds(regions: &[Region]) -> Option<Bounds> {
    regions.iter().filter_map(Region::bounds).reduce(|a, b| a.union(&b))
}

/// A layer between reading and projecting.
struct Layer {
    plane: Plane,
    regions: Vec<Region>,
    report: CarryReport,
}

fn in_source_plane(set: &FeatureSet, plane: Plane) -> Result<Layer, ReadError> {
    let mut report = CarryReport::default();
    let polygons = set
        .features
        .iter()
        .map(|f| {
            report.rings_unclosed += f.unclosed_rings;
            polygons(&f.geometry).map_err(|fault| set.fault(f, fault))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut regions: Vec<Region> =
        polygons.iter().enumerate().map(|(i, parts)| plane.region(i, parts, &mut report)).collect();
    report.vertices_inserted = insert_touching(&mut regions);
    Ok(Layer { plane, regions, report })
}

fn into_frame(layer: Layer, set: &FeatureSet, frame: &Frame) -> Result<Carried, ReadError> {
    let Layer { plane, regions, mut report } = layer;
    let mut moved = Moved::default();
    let regions = regions
        .into_iter()
        .zip(&set.features)
        .map(|(region, f)| project(region, f, set, frame, &plane, &mut moved, &mut report))
        .collect::<Result<Vec<_>, _>>()?;
    report.vertices = moved.count;
    report.max_moved_um = moved.max;
    report.mean_moved_um = if moved.count == 0 { 0.0 } else { moved.sum / moved.count as f64 };
    Ok(Carried { regions, report })
}

/// Carries a line (a road, a river) into the frame; equal neighbours are dropped.
///
/// # Errors
/// [`FrameError`] for the first position that can't be placed.
pub fn carry_line(frame: &Frame, crs: &Crs, line: &[[f64; 2]]) -> Result<Vec<Point>, FrameError> {
    let mut points = line.iter().map(|&[x, y]| frame.to_frame(crs, x, y)).collect::<Result<Vec<_>, _>>()?;
    points.dedup();
    Ok(points)
}

/// Carries polygons that come without a file, such as those of an OpenStreetMap extract.
///
/// # Errors
/// [`FrameError`] for the first position that can't be placed.
pub fn carry_polygons(
    frame: &Frame,
    crs: &Crs,
    polygons: &geo_types::MultiPolygon<f64>,
) -> Result<Region, FrameError> {
    let ring = |r: &LineString<f64>| -> Result<Ring, FrameError> {
        let mut ring = r.0.iter().map(|c| frame.to_frame(crs, c.x, c.y)).collect::<Result<Ring, _>>()?;
        dedup(&mut ring);
        Ok(ring)
    };
    let mut parts = Vec::with_capacity(polygons.0.len());
    for p in &polygons.0 {
        let shell = ring(p.exterior())?;
        let holes = p.interiors().iter().map(ring).collect::<Result<Vec<_>, _>>()?;
        if shell.len() >= 3 {
            parts.push(Polygon::oriented(shell, holes));
        }
    }
    Ok(Region { parts })
}

/// The polygons of a geometry, or why it has none.
fn polygons(geometry: &Geometry<f64>) -> Result<Vec<&geo_types::Polygon<f64>>, Fault> {
    match geometry {
        Geometry::Polygon(p) => Ok(vec![p]),
        Geometry::MultiPolygon(m) if !m.0.is_empty() => Ok(m.0.iter().collect()),
        Geometry::GeometryCollection(c) if !c.0.is_empty() => {
            Ok(c.0.iter().map(polygons).collect::<Result<Vec<_>, _>>()?.concat())
        }
        Geometry::MultiPolygon(_) | Geometry::GeometryCollection(_) => Err(Fault::NoGeometry),
        Geometry::Point(_) => Err(Fault::NotPolygon("point")),
        Geometry::MultiPoint(_) => Err(Fault::NotPolygon("multipoint")),
        Geometry::Line(_) | Geometry::LineString(_) => Err(Fault::NotPolygon("line")),
        Geometry::MultiLineString(_) => Err(Fault::NotPolygon("multiline")),
        Geometry::Rect(_) | Geometry::Triangle(_) => Err(Fault::NotPolygon("shape of a drawing program")),
    }
}

#[derive(Default)]
struct Moved {
    count: usize,
    sum: f64,
    max: f64,
}

fn project(
    region: Region,
    feature: &Feature,
    set: &FeatureSet,
    frame: &Frame,
    plane: &Plane,
    moved: &mut Moved,
    report: &mut CarryReport,
) -> Result<Region, ReadError> {
    let (mut parts, mut vertex) = (Vec::with_capacity(region.parts.len()), 0);
    for (part, polygon) in region.parts.into_iter().enumerate() {
        let mut rings = Vec::with_capacity(1 + polygon.holes.len());
        for (n, source) in polygon.rings().enumerate() {
            let mut ring = Vec::with_capacity(source.len());
            for p in source {
                let [x, y] = plane.position(*p);
                let um = frame
                    .place_um(&set.crs, x, y)
                    .map_err(|e| set.fault(feature, Fault::Position { vertex, reason: e.to_string() }))?;
                let snapped = Point::new(um[0].round() as i64, um[1].round() as i64);
                let distance = (um[0] - um[0].round()).hypot(um[1] - um[1].round());
                moved.count += 1;
                moved.sum += distance;
                moved.max = moved.max.max(distance);
                vertex += 1;
                ring.push(snapped);
            }
            report.duplicates_removed += dedup(&mut ring);
            if ring.len() < 3 {
                if !source.is_empty() {
                    report.rings_dropped.push(DroppedRing { feature: feature.index, part, ring: n });
                }
                ring.clear();
            }
            rings.push(ring);
        }
        let mut rings = rings.into_iter();
        let shell = rings.next().unwrap_or_default();
        // Without its shell a hole is a hole in nothing.
        if !shell.is_empty() {
            parts.push(Polygon::oriented(shell, rings.collect()));
        }
    }
    Ok(Region { parts })
}

/// Turns a ring so that the ground lies to its left; says whether it had to be turned.
fn orient(ring: &mut Ring, shell: bool) -> bool {
    let wrong = if shell { Orientation::Right } else { Orientation::Left };
    let turned = Orientation::of(twice_area_um2(ring)) == wrong;
    if turned {
        ring.reverse();
    }
    turned
}

/// Drops points that equal the one before, and the closing one; gives how many.
fn dedup(ring: &mut Ring) -> usize {
    let before = ring.len();
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    before - ring.len()
}
