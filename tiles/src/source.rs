//! Building a source: the labels over a base.

use crate::arcs::Arcs;
use crate::attributes::{CellAttributes, UnitAttributes, check_name};
use crate::base::Base;
use crate::context::ContextFeature;
use crate::error::BuildError;
use crate::faces::NOBODY;
use crate::plane::{EXTENT, MAX_ZOOM, ToWebMercator, fine};
use crate::trace::SidedEdge;
use partition::frame::{BoxIndex, Point, Region};
use std::collections::HashSet;
use std::sync::Arc;

/// The label of a unit that belongs to no cell.
pub const NO_CELL: u32 = NOBODY;

/// Pixels along a tile on the screen: maps draw vector tiles at 512.
const TILE_PX: f64 = 512.0;
/// A level, and the units, are drawn from the zoom where their mean side has this many pixels.
const FIRST_PX: f64 = 8.0;
/// The last zoom worth storing: there the mean unit has this many pixels, and clients enlarge.
const LAST_PX: f64 = 256.0;

/// What a source is made of.
#[derive(Clone, Copy, Debug)]
pub struct SourceInput<'a> {
    /// Regions of the units in the frame: a coverage whose borders match edge by edge.
    pub units: &'a [Region],
    /// For each unit the index of its cell in `cells`, or [`NO_CELL`].
    pub labels: &'a [u32],
    /// The cells.
    pub cells: &'a [CellAttributes],
    /// Attributes of all units, or none: then there is no layer `units`.
    pub unit_attributes: &'a [UnitAttributes],
    /// Roads, water, buildings.
    pub context: &'a [ContextFeature],
}

/// From which zoom what is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// First zoom of the cells; tiles below are empty, because the parent level is drawn there. Default: where the mean
    /// cell (root of the mean area) has 8 pixels of a map that draws tiles at 512.
    pub min_zoom: Option<u8>,
    /// First zoom of the units. Default: the same rule for the mean unit.
    pub units_from_zoom: Option<u8>,
    /// First zoom of roads. Default: 12.
    pub roads_from_zoom: Option<u8>,
    /// First zoom of buildings. Default: 15.
    pub buildings_from_zoom: Option<u8>,
}

/// Everything tiles are cut from: immutable, shared between threads without locks.
#[derive(Clone, Debug)]
pub struct TileSource {
    /// What units that change hands leave as it is.
    pub(crate) base: Arc<Base>,
    pub(crate) cells: Vec<CellAttributes>,
    /// Where each cell's label stands, fine; `None` for cells without ground.
    pub(crate) label_points: Vec<Option<Point>>,
    pub(crate) label_index: BoxIndex,
    pub(crate) labelled: Vec<u32>,
    pub(crate) labels: Vec<u32>,
    /// Borders between cells; sides are cells.
    pub(crate) cell_arcs: Arcs,
    min_zoom: u8,
    max_zoom: u8,
    pub(crate) units_from_zoom: u8,
}

impl TileSource {
    /// Projects, joins edges to arcs, ranks their vertices for all zooms.
    ///
    /// The projection is called once for each distinct vertex, and once for each cell's label.
    ///
    /// # Complexity
    /// O(n log n) for n vertices.
    ///
    /// # Errors
    /// [`BuildError`] when labels and attributes do not fit the units, an id is used twice, a name holds a long number, or
    /// a vertex is projected off the map.
    pub fn new<P: ToWebMercator>(
        input: SourceInput<'_>,
        options: &Options,
        projection: &P,
    ) -> Result<Self, BuildError> {
        check_units(&input)?;
        let base = Base::new(&input, options, projection)?;
        Self::labelled(Arc::new(base), &input, projection, None)
    }

    /// The source of other labels over the same units: the same as [`TileSource::new`] would give, without noding and
    /// projecting the units again.
    ///
    /// `input` repeats the units; its unit attributes and its context are not looked at, those of this source stay.
    ///
    /// # Complexity
    /// O(n) for n vertices of units, O(m log m) for the m vertices of borders between cells and of the cells that changed.
    ///
    /// # Errors
    /// As [`TileSource::new`].
    pub fn relabelled<P: ToWebMercator>(
        &self,
        input: SourceInput<'_>,
        projection: &P,
    ) -> Result<Self, BuildError> {
        let known = self.labels.len();
        if input.units.len() != known {
            return Err(BuildError::Labels { units: input.units.len(), labels: known });
        }
        Self::labelled(Arc::clone(&self.base), &input, projection, Some(self))
    }

    fn labelled<P: ToWebMercator>(
        base: Arc<Base>,
        input: &SourceInput<'_>,
        projection: &P,
        before: Option<&Self>,
    ) -> Result<Self, BuildError> {
        check_cells(input)?;
        let label_points = label_points(input, projection, before)?;
        let labelled: Vec<u32> =
            (0..).zip(&label_points).filter_map(|(i, p): (u32, _)| p.map(|_| i)).collect();
        let placed: Vec<Point> = label_points.iter().flatten().copied().collect();
        let cell = |unit: u32| input.labels.get(unit as usize).copied().unwrap_or(NO_CELL);
        let between_cells: Vec<SidedEdge> = base
            .edges
            .iter()
            .map(|e| SidedEdge { left: cell(e.left), right: cell(e.right), ..*e })
            .filter(|e| e.left != e.right)
            .collect();
        let cell_arcs = base.arcs(&between_cells);
        let (area, in_cells) = base.areas(input.labels);
        let units = input.units.len();
        let options = &base.options;
        let min_zoom =
            options.min_zoom.unwrap_or_else(|| zoom_where(in_cells, labelled.len(), FIRST_PX)).min(MAX_ZOOM);
        let units_from_zoom =
            options.units_from_zoom.unwrap_or_else(|| zoom_where(area, units, FIRST_PX)).max(min_zoom);
        Ok(Self {
            cells: input.cells.to_vec(),
            label_index: BoxIndex::of_points(&placed),
            label_points,
            labelled,
            labels: input.labels.to_vec(),
            cell_arcs,
            min_zoom,
            max_zoom: zoom_where(area, units, LAST_PX).max(min_zoom),
            units_from_zoom,
            base,
        })
    }

    /// First zoom with tiles.
    #[must_use]
    pub const fn min_zoom(&self) -> u8 {
        self.min_zoom
    }

    /// Last zoom worth storing: the mean unit has 256 pixels there. Tiles exist up to [`MAX_ZOOM`].
    #[must_use]
    pub const fn max_zoom(&self) -> u8 {
        self.max_zoom
    }

    /// First zoom of the layer `units`; `None` when units have no attributes.
    #[must_use]
    pub fn units_from_zoom(&self) -> Option<u8> {
        (!self.base.unit_attributes.is_empty()).then_some(self.units_from_zoom)
    }

    pub(crate) fn roads_from_zoom(&self) -> u8 {
        self.base.options.roads_from_zoom.unwrap_or(12)
    }

    pub(crate) fn buildings_from_zoom(&self) -> u8 {
        self.base.options.buildings_from_zoom.unwrap_or(15)
    }

    /// Ids of the cells without ground: no unit carries their label, so no tile shows them.
    pub fn cells_without_ground(&self) -> impl Iterator<Item = u64> + '_ {
        self.cells.iter().zip(&self.label_points).filter(|(_, p)| p.is_none()).map(|(c, _)| c.id)
    }

    /// West, south, east and north of all units as shares of the world, `[x, y]` from the north-west corner.
    #[must_use]
    pub fn world_bounds(&self) -> Option<[f64; 4]> {
        let world = crate::plane::WORLD;
        let share = |v: i64| v as f64 / world as f64;
        self.base
            .bounds
            .map(|b| [share(b.min.x), share(world - b.min.y), share(b.max.x), share(world - b.max.y)])
    }

    /// The tiles of a zoom that the units' box meets, buffers not counted: first and last column, first and last row.
    #[must_use]
    pub fn tile_range(&self, z: u8) -> Option<[[u32; 2]; 2]> {
        let b = self.base.bounds.filter(|_| z <= MAX_ZOOM)?;
        let last = (1_i64 << z) - 1;
        let s = crate::plane::shift(z) + EXTENT.trailing_zeros();
        let at = |v: i64| (v >> s).clamp(0, last) as u32;
        let south = |v: i64| crate::plane::WORLD - v;
        Some([[at(b.min.x), at(b.max.x)], [at(south(b.max.y)), at(south(b.min.y))]])
    }
}

/// The first zoom where the mean of `count` pieces of `area` (fine steps squared) has `px` pixels along its side.
fn zoom_where(area: f64, count: usize, px: f64) -> u8 {
    let side = (area / count.max(1) as f64).max(0.0).sqrt() / crate::plane::WORLD as f64;
    (0..MAX_ZOOM).find(|&z| side * TILE_PX * f64::from(1_u32 << z) >= px).unwrap_or(MAX_ZOOM)
}

/// Where labels stand; cells that have the same units as before keep theirs.
fn label_points<P: ToWebMercator>(
    input: &SourceInput<'_>,
    projection: &P,
    before: Option<&TileSource>,
) -> Result<Vec<Option<Point>>, BuildError> {
    let n = input.cells.len();
    let mut points: Vec<Option<Point>> = match before {
        Some(b) => b.label_points.clone(),
        None => Vec::new(),
    };
    let mut changed = vec![before.is_none(); n];
    changed.iter_mut().skip(points.len()).for_each(|c| *c = true);
    points.resize(n, None);
    for (&old, &new) in before.iter().flat_map(|b| &b.labels).zip(input.labels).filter(|(o, n)| o != n) {
        for cell in [old, new] {
            if let Some(changed) = changed.get_mut(cell as usize) {
                *changed = true;
            }
        }
    }
    let wanted = |cell: u32| changed.get(cell as usize) == Some(&true);
    for (cell, at) in partition::plan::label_points(input.units, input.labels, n as u32, wanted) {
        points[cell as usize] = at.map(|p| fine(p, projection)).transpose()?;
    }
    Ok(points)
}

fn check_units(input: &SourceInput<'_>) -> Result<(), BuildError> {
    let (units, attributes) = (input.units.len(), input.unit_attributes.len());
    if attributes != 0 && attributes != units {
        return Err(BuildError::UnitAttributes { units, attributes });
    }
    unique(input.unit_attributes.iter().map(|u| u.id))
}

fn check_cells(input: &SourceInput<'_>) -> Result<(), BuildError> {
    let (units, cells) = (input.units.len(), input.cells.len());
    if input.labels.len() != units {
        return Err(BuildError::Labels { units, labels: input.labels.len() });
    }
    for (unit, &label) in input.labels.iter().enumerate() {
        if label != NO_CELL && label as usize >= cells {
            return Err(BuildError::UnknownCell { unit, label, cells });
        }
    }
    input.cells.iter().try_for_each(|c| check_name(&c.name))?;
    unique(input.cells.iter().map(|c| c.id))
}

fn unique(ids: impl Iterator<Item = u64>) -> Result<(), BuildError> {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(BuildError::DuplicateId(id));
        }
    }
    Ok(())
}
