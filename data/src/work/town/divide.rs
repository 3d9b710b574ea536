//! What divides ground: which ways of the map, or squares and hexagons.

use super::super::WorkError;
use super::{DIVIDING_ROADS, Divide, class_of};
use crate::carry::carry_line;
use crate::crs::Crs;
use crate::frame::Frame;
use crate::osm::{OsmExtract, Tags};
use partition::frame::{Bounds, Point, Region};
use partition::units::{LineKind, SourceLine, hexagons, squares};

/// Lines, and the places where the extract cuts streets off.
#[derive(Default)]
pub(super) struct Dividing {
    pub(super) lines: Vec<SourceLine>,
    /// What each line is called, beside it; shorter where the rest has no name.
    pub(super) classes: Vec<Option<String>>,
    pub(super) cut_off: Vec<Point>,
}

pub(super) fn dividing(
    extract: &OsmExtract,
    frame: &Frame,
    wgs84: &Crs,
    divide: &Divide,
    within: &Region,
) -> Result<Dividing, WorkError> {
    let bounds = within.bounds().unwrap_or(Bounds { min: Point::default(), max: Point::default() });
    let roads = match divide {
        Divide::Lines { roads } => roads,
        Divide::Squares(m) => {
            return Ok(Dividing { lines: squares(bounds, (m * 1e6) as i64), ..Dividing::default() });
        }
        Divide::Hexagons(resolution) => {
            let lines = hexagons_over(frame, wgs84, bounds, *resolution);
            return Ok(Dividing { lines, ..Dividing::default() });
        }
    };
    let mut out = Dividing::default();
    for l in &extract.lines {
        if let Some(kind) = kind_by(&l.tags, |h| roads.iter().any(|r| r == h)) {
            out.lines.push(SourceLine { points: carry_line(frame, wgs84, &l.lonlat)?, kind });
            out.classes.push(class_of(kind, &l.tags));
        }
    }
    for a in &extract.areas {
        let Some(kind) = kind_of_area(&a.tags, roads) else { continue };
        for polygon in &a.polygons.0 {
            // Islands in water are ground; what stands in a square belongs to it.
            let islands = if kind == LineKind::Water { polygon.interiors() } else { &[] };
            for ring in std::iter::once(polygon.exterior()).chain(islands) {
                let lonlat: Vec<[f64; 2]> = ring.0.iter().map(|c| [c.x, c.y]).collect();
                out.lines.push(SourceLine { points: carry_line(frame, wgs84, &lonlat)?, kind });
                out.classes.push(class_of(kind, &a.tags));
            }
        }
    }
    for c in &extract.cuts {
        if kind_by(&c.tags, |h| roads.iter().any(|r| r == h)).is_some_and(|k| k != LineKind::Path) {
            out.cut_off.push(frame.to_frame(wgs84, c.lonlat[0], c.lonlat[1])?);
        }
    }
    Ok(out)
}

fn hexagons_over(frame: &Frame, wgs84: &Crs, bounds: Bounds, resolution: u8) -> Vec<SourceLine> {
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
    hexagons([least(0), least(1), most(0), most(1)], resolution, carry)
}

/// Whether something runs on the ground: not in a tunnel, on a bridge, under a roof or through a building.
fn on_the_ground(tags: &Tags) -> bool {
    let none = |k: &str, v: [&str; 2]| tags.get(k).is_none_or(|t| v.contains(&t.as_str()));
    none("layer", ["", "0"]) && ["tunnel", "bridge", "covered", "indoor"].iter().all(|k| none(k, ["", "no"]))
}

/// What a way divides by the default road classes, if anything.
pub(in super::super) fn kind_of_way(tags: &Tags) -> Option<LineKind> {
    kind_by(tags, |h| DIVIDING_ROADS.contains(&h))
}

/// What a way divides, if anything.
///
/// A service road with a name is a street. Other service roads and footpaths are paths; ways that only accompany a street
/// or lead to a door are nothing.
fn kind_by(tags: &Tags, is_street: impl Fn(&str) -> bool) -> Option<LineKind> {
    let tag = |k: &str| tags.get(k).map_or("", String::as_str);
    if !on_the_ground(tags) || tag("area") == "yes" {
        return None;
    }
    let beside_a_street = ["footway", "cycleway", "path"]
        .iter()
        .any(|k| matches!(tag(k), "sidewalk" | "crossing" | "traffic_island" | "link"));
    match tag("highway") {
        h if is_street(h) => Some(LineKind::Road),
        "service" if !tag("name").is_empty() => Some(LineKind::Road),
        "service" if !matches!(tag("service"), "parking_aisle" | "driveway" | "drive-through") => {
            Some(LineKind::Path)
        }
        "footway" | "path" | "cycleway" | "track" | "steps" | "bridleway" if !beside_a_street => {
            Some(LineKind::Path)
        }
        _ if matches!(tag("railway"), "rail" | "light_rail") && tag("service").is_empty() => {
            Some(LineKind::Rail)
        }
        _ if matches!(tag("waterway"), "river" | "canal") || tag("natural") == "coastline" => {
            Some(LineKind::Water)
        }
        _ => None,
    }
}

/// What the edge of an area divides, if anything: water, and streets and squares that are drawn as ground and have a name.
fn kind_of_area(tags: &Tags, roads: &[String]) -> Option<LineKind> {
    let tag = |k: &str| tags.get(k).map_or("", String::as_str);
    if tag("natural") == "water" {
        return Some(LineKind::Water);
    }
    let street = roads.iter().any(|r| r == tag("highway")) && !tag("name").is_empty();
    (street && on_the_ground(tags)).then_some(LineKind::Road)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(t: &[(&str, &str)]) -> Tags {
        t.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect()
    }

    fn way(t: &[(&str, &str)]) -> Option<LineKind> {
        kind_of_way(&tags(t))
    }

    #[test]
    fn streets_divide_and_what_leaves_the_ground_does_not() {
        let street = ("highway", "residential");
        assert_eq!(way(&[street]), Some(LineKind::Road));
        assert_eq!(way(&[street, ("tunnel", "no"), ("layer", "0")]), Some(LineKind::Road));
        for off in [
            ("tunnel", "yes"),
            ("tunnel", "building_passage"),
            ("bridge", "yes"),
            ("layer", "1"),
            ("layer", "-1"),
            ("covered", "yes"),
            ("indoor", "yes"),
            ("area", "yes"),
        ] {
            assert_eq!(way(&[street, off]), None, "{off:?}");
        }
    }

    #[test]
    fn a_service_road_with_a_name_is_a_street_others_are_paths() {
        let service = ("highway", "service");
        assert_eq!(way(&[service, ("name", "Aleksanterinkatu")]), Some(LineKind::Road));
        assert_eq!(way(&[service]), Some(LineKind::Path));
        assert_eq!(way(&[service, ("service", "alley")]), Some(LineKind::Path));
        assert_eq!(way(&[service, ("service", "parking_aisle")]), None);
        assert_eq!(way(&[("highway", "footway")]), Some(LineKind::Path));
        assert_eq!(way(&[("highway", "footway"), ("footway", "sidewalk")]), None);
        assert_eq!(way(&[("highway", "footway"), ("tunnel", "building_passage")]), None);
        assert_eq!(way(&[("highway", "corridor")]), None);
    }

    #[test]
    fn rails_and_rivers_divide_yards_and_brooks_do_not() {
        assert_eq!(way(&[("railway", "rail")]), Some(LineKind::Rail));
        assert_eq!(way(&[("railway", "rail"), ("service", "yard")]), None);
        assert_eq!(way(&[("waterway", "river")]), Some(LineKind::Water));
        assert_eq!(way(&[("waterway", "stream")]), None);
    }

    #[test]
    fn a_street_drawn_as_ground_divides_by_its_edge_when_it_has_a_name() {
        let roads = DIVIDING_ROADS.map(String::from);
        let square = [("highway", "pedestrian"), ("area", "yes")];
        assert_eq!(kind_of_area(&tags(&square), &roads), None);
        let named = [square[0], square[1], ("name", "Keskuskatu")];
        assert_eq!(kind_of_area(&tags(&named), &roads), Some(LineKind::Road));
        let below = [named[0], named[2], ("layer", "-2")];
        assert_eq!(kind_of_area(&tags(&below), &roads), None);
        assert_eq!(kind_of_area(&tags(&[("natural", "water")]), &roads), Some(LineKind::Water));
    }
}
