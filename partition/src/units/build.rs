//! Units as the faces between lines.

use super::merge::Groups;
use crate::chain::{Fault, guard};
use crate::frame::{Point, Region, length_um};
use crate::subdivision::{FaceId, HalfEdge, Line, Subdivision, boundary_lines};
use serde::{Deserialize, Serialize};

/// What a dividing line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LineKind {
    /// Centre line of a road.
    Road,
    /// Centre line of a railway.
    Rail,
    /// Centre line of a river or a shore.
    Water,
    /// A wall or fence, the edge of a compound.
    Wall,
    /// A square or hexagon where nothing else is known.
    Grid,
}

/// A line that may divide units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// Its points.
    pub points: Vec<Point>,
    /// What it is.
    pub kind: LineKind,
}

/// How units are made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Smaller faces join a neighbour, m². Default 400: traffic islands, corners cut off by ramps.
    pub min_area_m2: f64,
    /// Faces of a smaller mean width (twice the area over the perimeter) join a neighbour, m. Default 8: strips between
    /// carriageways.
    pub min_width_m: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { min_area_m2: 400.0, min_width_m: 8.0 }
    }
}

/// Basic units, and how they came about.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// The units; together they tile `boundary`.
    pub regions: Vec<Region>,
    /// The boundary with the nodes of the lines that end on it.
    pub boundary: Region,
    /// Faces between the lines before any were joined.
    pub faces: usize,
    /// Faces joined because a building lay across the line between them.
    pub joined_by_buildings: usize,
    /// Faces joined because they were too small or too thin.
    pub joined_as_slivers: usize,
    /// Buildings that lie in more than one unit. Always 0 when all buildings were given.
    pub buildings_cut: usize,
    /// Length of border between units, µm.
    pub interior_border_um: i64,
    /// Of that, on given lines, µm.
    pub on_source_lines_um: i64,
}

/// Why no units could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The boundary fails the guard.
    #[error("the boundary cannot be used: {0}")]
    Boundary(Fault),
}

/// What lies on an edge of the fine subdivision; buildings are numbered from here.
const BOUNDARY_TAG: u32 = 0;
const LINE_TAG: u32 = 1;
const FIRST_BUILDING: u32 = 2;

/// Cuts `boundary` along `lines` into basic units that cut none of `whole` (buildings, compounds).
///
/// # Assumptions
/// The caller has left out what does not divide ground: tunnels, bridges, footpaths through buildings.
///
/// # Steps
/// 1. Node boundary, lines and buildings together; keep the faces inside the boundary.
/// 2. A line that stops inside a face divides nothing and is forgotten.
/// 3. Faces that a building lies across are joined, so that no building is cut by a border between units.
/// 4. Faces that are too small or too thin join the neighbour with which they share the longest border.
///
/// # Complexity
/// That of [`Subdivision::of`] on all lines, then O(n log n).
///
/// # Errors
/// [`BuildError::Boundary`] when the boundary is no region.
pub fn build(
    boundary: &Region,
    lines: &[SourceLine],
    whole: &[Region],
    options: &Options,
) -> Result<Units, BuildError> {
    guard(boundary).map_err(BuildError::Boundary)?;
    let mut all: Vec<Line> = boundary_lines(boundary, BOUNDARY_TAG).collect();
    let within = boundary.bounds();
    for l in lines {
        all.extend(l.points.windows(2).map(|w| Line { a: w[0], b: w[1], tag: LINE_TAG }));
    }
    for (b, tag) in whole.iter().zip(FIRST_BUILDING..) {
        if within.zip(b.bounds()).is_some_and(|(w, b)| w.meets(&b)) {
            all.extend(boundary_lines(b, tag));
        }
    }
    let s = Subdivision::of(&all);
    let enclosed_by = s.odd_tags();
    let inside = |f: FaceId| enclosed_by[f.index()].first() == Some(&BOUNDARY_TAG);
    let divides = |h: HalfEdge| s.tags(h).iter().any(|t| t.tag <= LINE_TAG);

    let mut groups = Groups::new(s.face_count());
    for h in s.edges().filter(|&h| !divides(h)) {
        let (f, g) = (s.left(h), s.left(h.twin()));
        if inside(f) && inside(g) {
            groups.join(f.index(), g.index());
        }
    }
    let faces = groups.count(s.inner_faces().filter(|&f| inside(f)).map(FaceId::index));

    let mut first_face: Vec<Option<usize>> = vec![None; whole.len()];
    let mut joined_by_buildings = 0;
    for f in s.inner_faces().filter(|&f| inside(f)) {
        for &tag in enclosed_by[f.index()].iter().filter(|&&t| t >= FIRST_BUILDING) {
            match first_face[(tag - FIRST_BUILDING) as usize] {
                Some(first) => joined_by_buildings += usize::from(groups.join(first, f.index())),
                None => first_face[(tag - FIRST_BUILDING) as usize] = Some(f.index()),
            }
        }
    }
    let joined_as_slivers = groups.join_slivers(&s, inside, options);

    let unit_of: Vec<Option<u32>> = (0..s.face_count() as u32)
        .map(|f| inside(FaceId(f)).then(|| groups.root(f as usize) as u32))
        .collect();
    let mut units = Units {
        faces,
        joined_by_buildings,
        joined_as_slivers,
        buildings_cut: buildings_cut(&s, &enclosed_by, &unit_of, whole.len()),
        ..Units::default()
    };
    for h in s.edges() {
        let (u, v) = (unit_of[s.left(h).index()], unit_of[s.left(h.twin()).index()]);
        if u.is_some() && v.is_some() && u != v {
            let length = length_um(s.origin(h), s.head(h));
            units.interior_border_um += length;
            if s.tags(h).iter().any(|t| t.tag == LINE_TAG) {
                units.on_source_lines_um += length;
            }
        }
    }
    units.regions = s.outlines(|f| unit_of[f.index()]).into_values().collect();
    units.boundary = s.outlines(|f| unit_of[f.index()].map(|_| 0)).remove(&0).unwrap_or_default();
    Ok(units)
}

/// Counted from the result, not from how it was made.
fn buildings_cut(
    s: &Subdivision,
    enclosed_by: &[Vec<u32>],
    unit_of: &[Option<u32>],
    buildings: usize,
) -> usize {
    let mut seen: Vec<Option<u32>> = vec![None; buildings];
    let mut cut = vec![false; buildings];
    for f in s.inner_faces() {
        let Some(u) = unit_of[f.index()] else { continue };
        for &tag in enclosed_by[f.index()].iter().filter(|&&t| t >= FIRST_BUILDING) {
            let b = (tag - FIRST_BUILDING) as usize;
            cut[b] |= seen[b].is_some_and(|v| v != u);
            seen[b] = Some(u);
        }
    }
    cut.iter().filter(|&&c| c).count()
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
