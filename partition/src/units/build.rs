//! Units as the faces between lines.

use super::merge::Groups;
use super::picture::{Edge, Picture};
use super::sources::{Options, Sources};
use crate::chain::{Fault, guard};
use crate::frame::{Region, length_um};
use std::collections::{BTreeMap, BTreeSet};

/// Basic units, and how they came about.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// The units; together they tile `boundary`.
    pub regions: Vec<Region>,
    /// The boundary with the nodes of the lines that end on it.
    pub boundary: Region,
    /// Blocks: faces between the streets, before any were divided or joined.
    pub blocks: usize,
    /// Blocks that were divided along paths because they weigh too much.
    pub divided_by_paths: usize,
    /// Pieces joined because of a building: one that lies across a path inside a block, or one that fills all of a piece.
    pub joined_by_buildings: usize,
    /// Buildings across a street, which stay whole in one unit: there the border follows their outline.
    pub walked_around: usize,
    /// Pieces joined because they were too small or too thin.
    pub joined_as_slivers: usize,
    /// Buildings that a border between units of one parent cuts.
    pub buildings_cut: usize,
    /// Buildings on both sides of a border of parents, which no unit may cross.
    pub buildings_across_parents: usize,
    /// Length of border between units, µm.
    pub interior_border_um: i64,
    /// Of that, on given lines, µm.
    pub on_source_lines_um: i64,
    /// Of that, on outlines of buildings only, µm.
    pub on_outlines_um: i64,
    /// Of that, on the assumed continuation of a street that the source cuts off, µm.
    pub on_continued_um: i64,
}

/// Why no units could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The boundary fails the guard.
    #[error("the boundary cannot be used: {0}")]
    Boundary(Fault),
}

/// Cuts the ground inside a boundary along lines into basic units that cut no building.
///
/// # Steps
/// 1. Node boundary, lines and buildings together. Streets that the source cuts off near the boundary are continued to it.
/// 2. Faces between the streets are blocks; a line that stops inside a face divides nothing. Blocks whose buildings
///    weigh more than [`Options::max_weight`] are divided along paths too.
/// 3. A building across a path inside a block joins the pieces. A building across a street goes as a whole to the block
///    that holds most of it, and the border there follows the building's outline; so the street still divides. Buildings
///    that overlap count as one.
/// 4. What is too small or too thin joins a neighbour.
///
/// None of it joins ground of two parents.
///
/// # Complexity
/// That of [`Subdivision::of`](crate::subdivision::Subdivision::of) on all lines, then O(n log n).
///
/// # Errors
/// [`BuildError::Boundary`] when the boundary is no region.
pub fn build(sources: &Sources<'_>, options: &Options) -> Result<Units, BuildError> {
    guard(sources.boundary).map_err(BuildError::Boundary)?;
    let picture = Picture::of(sources);
    let blocks = picture.flood(|h| picture.edge(h) > Edge::Onward);
    let weights: Vec<i64> = sources.whole.iter().map(|w| w.weight).collect();
    let heavy = heavy(&picture, &blocks, &weights, options);
    let crossed = |h| !heavy.contains(&blocks.root(picture.sides(h)[0]));
    let mut pieces = picture.flood(|h| match picture.edge(h) {
        Edge::Path | Edge::PathOnward => crossed(h),
        edge => edge == Edge::Outline,
    });
    let mut units =
        Units { blocks: blocks.count(picture.faces()), divided_by_paths: heavy.len(), ..Units::default() };
    let owner = give_whole(&picture, &blocks, &mut pieces, &mut units);
    let mut groups = picture.flood(|h| {
        let [f, g] = picture.sides(h);
        owner[f] == owner[g] && picture.edge(h) > Edge::Parent
    });
    units.joined_as_slivers = groups.join_slivers(&picture, &weights, options);

    let unit_of: Vec<Option<u32>> =
        (0..picture.inside.len()).map(|f| picture.inside[f].then(|| groups.root(f) as u32)).collect();
    count_cut(&picture, &unit_of, &mut units);
    measure_borders(&picture, &unit_of, &mut units);
    units.regions = picture.s.outlines(|f| unit_of[f.index()]).into_values().collect();
    units.boundary = picture.s.outlines(|f| unit_of[f.index()].map(|_| 0)).remove(&0).unwrap_or_default();
    Ok(units)
}

/// Blocks whose buildings weigh too much.
fn heavy(picture: &Picture, blocks: &Groups, weights: &[i64], options: &Options) -> BTreeSet<usize> {
    let mut of_block: BTreeMap<usize, i64> = BTreeMap::new();
    for (building, block) in picture.homes(blocks) {
        let w = of_block.entry(block).or_default();
        *w = w.saturating_add(weights[building]);
    }
    of_block.into_iter().filter(|&(_, w)| w > options.max_weight).map(|(block, _)| block).collect()
}

/// The piece that owns each face, so that every building is owned as a whole.
fn give_whole(picture: &Picture, blocks: &Groups, pieces: &mut Groups, units: &mut Units) -> Vec<usize> {
    let solids = picture.solids();
    let mut faces_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for f in picture.faces().filter(|&f| !picture.parts_at[f].is_empty()) {
        faces_of.entry(solids.root(f)).or_default().push(f);
    }
    for faces in faces_of.values() {
        let mut first_in: BTreeMap<usize, usize> = BTreeMap::new();
        for &f in faces {
            let first = *first_in.entry(blocks.root(f)).or_insert(f);
            units.joined_by_buildings += usize::from(pieces.join(first, f));
        }
    }
    let mut owner: Vec<usize> = (0..picture.inside.len()).map(|f| pieces.root(f)).collect();
    for faces in faces_of.values() {
        let mut areas: BTreeMap<usize, i128> = BTreeMap::new();
        for &f in faces {
            *areas.entry(pieces.root(f)).or_default() += picture.twice_area_um2(f);
        }
        if areas.len() < 2 {
            continue;
        }
        units.walked_around += 1;
        let most = areas.iter().max_by_key(|&(&piece, &area)| (area, std::cmp::Reverse(piece)));
        if let Some((&piece, _)) = most {
            faces.iter().for_each(|&f| owner[f] = piece);
        }
    }
    let left: BTreeSet<usize> = picture.faces().map(|f| owner[f]).collect();
    units.joined_by_buildings += pieces.count(picture.faces()) - left.len();
    owner
}

/// Counted from the result, not from how it was made.
fn count_cut(picture: &Picture, unit_of: &[Option<u32>], units: &mut Units) {
    let parents = picture.flood(|h| picture.edge(h) > Edge::Parent);
    let mut held: BTreeMap<u32, BTreeSet<(usize, u32)>> = BTreeMap::new();
    for f in picture.faces() {
        for &part in &picture.parts_at[f] {
            held.entry(part).or_default().extend(unit_of[f].map(|u| (parents.root(f), u)));
        }
    }
    let (mut cut, mut across) = (BTreeSet::new(), BTreeSet::new());
    for (part, by) in held {
        let building = picture.building_of[part as usize];
        let in_parents: BTreeSet<usize> = by.iter().map(|&(parent, _)| parent).collect();
        if in_parents.len() > 1 {
            across.insert(building);
        }
        if by.len() > in_parents.len() {
            cut.insert(building);
        }
    }
    (units.buildings_cut, units.buildings_across_parents) = (cut.len(), across.len());
}

fn measure_borders(picture: &Picture, unit_of: &[Option<u32>], units: &mut Units) {
    for h in picture.s.edges() {
        let [u, v] = picture.sides(h).map(|f| unit_of[f]);
        if u.is_none() || v.is_none() || u == v {
            continue;
        }
        let length = length_um(picture.s.origin(h), picture.s.head(h));
        units.interior_border_um += length;
        match picture.edge(h) {
            Edge::Boundary | Edge::Parent | Edge::Line | Edge::Path => units.on_source_lines_um += length,
            Edge::Onward | Edge::PathOnward => units.on_continued_um += length,
            Edge::Outline => units.on_outlines_um += length,
        }
    }
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
