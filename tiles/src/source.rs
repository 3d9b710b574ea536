//! Building a source.

use crate::arcs::Arcs;
use crate::attributes::{CellAttributes, UnitAttributes, check_name};
use crate::context::{Context, ContextFeature};
use crate::error::BuildError;
use crate::faces::NOBODY;
use crate::plane::{EXTENT, MAX_ZOOM, Projector, ToWebMercator};
use crate::trace::{Arc, SidedEdge, arcs};
use partition::chain::Chain;
use partition::frame::{Bounds, BoxIndex, Point, Polygon, Region, contains, interior_point, twice_area_um2};
use partition::plan::dissolve;
use std::collections::HashSet;

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
    pub(crate) cells: Vec<CellAttributes>,
    /// Where each cell's label stands, fine; `None` for cells without ground.
    pub(crate) label_points: Vec<Option<Point>>,
    pub(crate) label_index: BoxIndex,
    pub(crate) labelled: Vec<u32>,
    pub(crate) unit_attributes: Vec<UnitAttributes>,
    pub(crate) labels: Vec<u32>,
    /// Borders between cells; sides are cells.
    pub(crate) cell_arcs: Arcs,
    /// Borders between units; sides are units.
    pub(crate) unit_arcs: Arcs,
    unit_regions: Vec<Region>,
    unit_index: BoxIndex,
    pub(crate) context: Context,
    /// Box of all units, fine.
    pub(crate) bounds: Option<Bounds>,
    min_zoom: u8,
    max_zoom: u8,
    pub(crate) units_from_zoom: u8,
    pub(crate) roads_from_zoom: u8,
    pub(crate) buildings_from_zoom: u8,
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
        check(&input)?;
        let mut projector = Projector::new(projection);
        let grounds = dissolve(input.units, input.labels, input.cells.len());
        let mut label_points = Vec::with_capacity(grounds.len());
        for (cell, ground) in (0..).zip(&grounds) {
            let mut own = input.units.iter().zip(input.labels).filter(|(_, l)| **l == cell);
            // Units that are no coverage can lose the ground of a cell, but not its id.
            let at = inner_point(ground).or_else(|| own.find_map(|(u, _)| inner_point(u)));
            label_points.push(at.map(|p| projector.point(p)).transpose()?);
        }
        let labelled: Vec<u32> =
            (0..).zip(&label_points).filter_map(|(i, p): (u32, _)| p.map(|_| i)).collect();
        let placed: Vec<Point> = label_points.iter().flatten().copied().collect();

        let edges = edges(input.units);
        let cell = |unit: u32| input.labels.get(unit as usize).copied().unwrap_or(NO_CELL);
        let between_cells: Vec<SidedEdge> = edges
            .iter()
            .map(|e| SidedEdge { left: cell(e.left), right: cell(e.right), ..*e })
            .filter(|e| e.left != e.right)
            .collect();
        let cell_arcs = project(arcs(&between_cells), &mut projector)?;
        let unit_arcs = project(arcs(&edges), &mut projector)?;
        let unit_regions = input.units.iter().map(|u| projector.region(u)).collect::<Result<Vec<_>, _>>()?;
        let nowhere = Bounds { min: Point::new(-1, -1), max: Point::new(-1, -1) };
        let boxes: Vec<Bounds> = unit_regions.iter().map(|r| r.bounds().unwrap_or(nowhere)).collect();
        let bounds = Bounds::of(unit_regions.iter().flat_map(Region::rings).flatten().copied());
        let context = Context::new(input.context, &mut projector)?;

        let area: f64 = unit_regions.iter().map(|r| r.twice_area_um2() as f64 / 2.0).sum();
        let in_cells: f64 = unit_regions
            .iter()
            .zip(input.labels)
            .filter(|(_, l)| **l != NO_CELL)
            .map(|(r, _)| r.twice_area_um2() as f64 / 2.0)
            .sum();
        let zoom = |area: f64, count: usize, px: f64| {
            let side = (area / count.max(1) as f64).max(0.0).sqrt() / crate::plane::WORLD as f64;
            (0..MAX_ZOOM).find(|&z| side * TILE_PX * f64::from(1_u32 << z) >= px).unwrap_or(MAX_ZOOM)
        };
        let min_zoom =
            options.min_zoom.unwrap_or_else(|| zoom(in_cells, labelled.len(), FIRST_PX)).min(MAX_ZOOM);
        let units_from_zoom =
            options.units_from_zoom.unwrap_or_else(|| zoom(area, input.units.len(), FIRST_PX)).max(min_zoom);
        Ok(Self {
            cells: input.cells.to_vec(),
            label_index: BoxIndex::of_points(&placed),
            label_points,
            labelled,
            unit_attributes: input.unit_attributes.to_vec(),
            labels: input.labels.to_vec(),
            cell_arcs,
            unit_arcs,
            unit_index: BoxIndex::new(boxes),
            unit_regions,
            context,
            bounds,
            min_zoom,
            max_zoom: zoom(area, input.units.len(), LAST_PX).max(min_zoom),
            units_from_zoom,
            roads_from_zoom: options.roads_from_zoom.unwrap_or(12),
            buildings_from_zoom: options.buildings_from_zoom.unwrap_or(15),
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
        (!self.unit_attributes.is_empty()).then_some(self.units_from_zoom)
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
        self.bounds.map(|b| [share(b.min.x), share(world - b.min.y), share(b.max.x), share(world - b.max.y)])
    }

    /// The tiles of a zoom that the units' box meets, buffers not counted: first and last column, first and last row.
    #[must_use]
    pub fn tile_range(&self, z: u8) -> Option<[[u32; 2]; 2]> {
        let b = self.bounds.filter(|_| z <= MAX_ZOOM)?;
        let last = (1_i64 << z) - 1;
        let s = crate::plane::shift(z) + EXTENT.trailing_zeros();
        let at = |v: i64| (v >> s).clamp(0, last) as u32;
        let south = |v: i64| crate::plane::WORLD - v;
        Some([[at(b.min.x), at(b.max.x)], [at(south(b.max.y)), at(south(b.min.y))]])
    }

    /// The unit at a fine point; the smallest where several hold it.
    pub(crate) fn unit_at(&self, p: Point) -> Option<u32> {
        self.unit_index
            .meeting(Bounds { min: p, max: p })
            .filter(|&i| contains(&self.unit_regions[i as usize], p))
            .min()
    }
}

fn check(input: &SourceInput<'_>) -> Result<(), BuildError> {
    let (units, cells) = (input.units.len(), input.cells.len());
    if input.labels.len() != units {
        return Err(BuildError::Labels { units, labels: input.labels.len() });
    }
    let attributes = input.unit_attributes.len();
    if attributes != 0 && attributes != units {
        return Err(BuildError::UnitAttributes { units, attributes });
    }
    for (unit, &label) in input.labels.iter().enumerate() {
        if label != NO_CELL && label as usize >= cells {
            return Err(BuildError::UnknownCell { unit, label, cells });
        }
    }
    input.cells.iter().try_for_each(|c| check_name(&c.name))?;
    unique(input.cells.iter().map(|c| c.id))?;
    unique(input.unit_attributes.iter().map(|u| u.id))
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

/// A point inside the largest part.
fn inner_point(region: &Region) -> Option<Point> {
    let area = |p: &Polygon| p.rings().map(|r| twice_area_um2(r)).sum::<i128>();
    region.parts.iter().max_by_key(|p| area(p)).and_then(interior_point)
}

/// All edges of a coverage with the units on both sides, in a fixed order.
fn edges(units: &[Region]) -> Vec<SidedEdge> {
    let chain = Chain::of(units, None).cancel();
    let matched =
        chain.borders.iter().map(|b| SidedEdge { from: b.from, to: b.to, left: b.left, right: b.right });
    let outer =
        chain.residual.iter().map(|e| SidedEdge { from: e.from, to: e.to, left: e.holder, right: NOBODY });
    matched.chain(outer).collect()
}

fn project<P: ToWebMercator>(arcs: Vec<Arc>, projector: &mut Projector<'_, P>) -> Result<Arcs, BuildError> {
    let projected = arcs
        .into_iter()
        .map(|a| Ok(Arc { line: projector.line(&a.line)?, ..a }))
        .collect::<Result<Vec<_>, BuildError>>()?;
    Ok(Arcs::new(&projected))
}
