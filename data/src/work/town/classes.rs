//! What runs along the borders between units: the class of a road, a railway, water.

use crate::osm::Tags;
use crate::store::model::BorderClass;
use partition::chain::Chain;
use partition::frame::{Bounds, BoxIndex, Point, Region, length_um};
use partition::units::{LineKind, SourceLine};
use std::collections::BTreeMap;

/// How far a border may lie from the line it follows, µm: nodes are snapped, nothing else moves.
const BESIDE_UM: i64 = 1_000;

/// What a plan calls a way of this kind: the value of `highway` without `_link`; `rail`; `river`, `canal`, `coast` or
/// `water`; `path` for what divides only heavy blocks.
pub(in super::super) fn class_of(kind: LineKind, tags: &Tags) -> Option<String> {
    let tag = |k: &str| tags.get(k).map(String::as_str);
    let class = match kind {
        LineKind::Road => {
            let road = tag("highway").unwrap_or("road");
            road.strip_suffix("_link").unwrap_or(road)
        }
        LineKind::Rail => "rail",
        LineKind::Water if tag("natural") == Some("coastline") => "coast",
        LineKind::Water => tag("waterway").filter(|w| matches!(*w, "river" | "canal")).unwrap_or("water"),
        LineKind::Path => "path",
        _ => return None,
    };
    Some(class.to_owned())
}

/// The class of each border between two units that runs, for at least half of its length, along lines with a class: the
/// one along most of it. `classes` stand beside `lines`. O((borders + lines) log n).
pub(in super::super) fn border_classes(
    regions: &[Region],
    lines: &[SourceLine],
    classes: &[Option<String>],
) -> Vec<BorderClass> {
    let mut names: Vec<&String> = classes.iter().flatten().collect();
    names.sort_unstable();
    names.dedup();
    let number = |c: &Option<String>| c.as_ref().and_then(|c| names.binary_search(&c).ok());
    let mut segments: Vec<([Point; 2], usize)> = Vec::new();
    for (line, class) in lines.iter().zip(classes) {
        if let Some(class) = number(class) {
            segments.extend(line.points.windows(2).map(|w| ([w[0], w[1]], class)));
        }
    }
    let index = BoxIndex::new(segments.iter().map(|(s, _)| Bounds::of_segment(s[0], s[1])));
    // Length along each class, and in all, of each border.
    let mut along: BTreeMap<[u32; 2], (i64, BTreeMap<usize, i64>)> = BTreeMap::new();
    for b in &Chain::of(regions, None).cancel().borders {
        let length = length_um(b.from, b.to);
        let entry = along.entry([b.left.min(b.right), b.left.max(b.right)]).or_default();
        entry.0 += length;
        let middle = Point::new(i64::midpoint(b.from.x, b.to.x), i64::midpoint(b.from.y, b.to.y));
        let window = Bounds { min: middle, max: middle }.grown(BESIDE_UM);
        let beside = index.meeting(window).map(|i| &segments[i as usize]);
        let follows = |p: Point, s: &[Point; 2]| distance_um(p, s) <= BESIDE_UM as f64;
        // The strongest is not known here: of lines on top of each other the first by name counts.
        let class = beside.filter(|(s, _)| [b.from, middle, b.to].iter().all(|&p| follows(p, s)));
        if let Some(class) = class.map(|s| s.1).min() {
            *entry.1.entry(class).or_default() += length;
        }
    }
    along
        .into_iter()
        .filter_map(|(units, (length, by_class))| {
            let (&class, &most) = by_class.iter().max_by_key(|e| (*e.1, std::cmp::Reverse(*e.0)))?;
            let classed: i64 = by_class.values().sum();
            (2 * classed >= length && most > 0).then(|| BorderClass { units, class: names[class].clone() })
        })
        .collect()
}

/// From a point to a segment, µm.
fn distance_um(p: Point, [a, b]: &[Point; 2]) -> f64 {
    let (dx, dy) = ((b.x - a.x) as f64, (b.y - a.y) as f64);
    let (px, py) = ((p.x - a.x) as f64, (p.y - a.y) as f64);
    let squared = dx * dx + dy * dy;
    let t = if squared > 0.0 { ((px * dx + py * dy) / squared).clamp(0.0, 1.0) } else { 0.0 };
    (px - t * dx).hypot(py - t * dy)
}
