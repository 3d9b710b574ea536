//! One tile.

use crate::attributes::CellAttributes;
use crate::clip;
use crate::context::{ContextKind, Drawing};
use crate::encode::{Encoder, Shape, figures};
use crate::error::TileError;
use crate::faces::{Faces, NOBODY};
use crate::plane::{MAX_ZOOM, TileId, shift, to_fine, to_lattice};
use crate::source::TileSource;
use fast_mvt::{MvtFeatureBuilder, MvtResult, MvtValueRef};
use partition::frame::{Bounds, Point, Region};
use std::collections::BTreeMap;

/// The ground of cells and of units in a tile.
type Grounds = (BTreeMap<u32, Region>, BTreeMap<u32, Region>);

impl TileSource {
    /// The tile as uncompressed MVT 2.1; `None` where nothing is drawn (and below the first zoom of the level).
    ///
    /// # Layers
    /// `cells` and `cell_labels` (one point per cell, in the one tile it lies in), `units` from their zoom on,
    /// `context_water`, `context_buildings`, `context_roads`. Extent 4096, buffer 64. Features go by number of cell or
    /// unit, context as it was given; the same question gives the same bytes.
    ///
    /// # Complexity
    /// O((n + k) log n) for the n segments in and beside the tile and the k pairs of them whose boxes meet.
    ///
    /// # Errors
    /// [`TileError`] when there is no such tile.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>, TileError> {
        if z > MAX_ZOOM {
            return Err(TileError::Zoom(z));
        }
        if x >= 1 << z || y >= 1 << z {
            return Err(TileError::OutOfRange { z, x, y });
        }
        if z < self.min_zoom() {
            return Ok(None);
        }
        self.encode(TileId { z, x, y }).map_err(|_| TileError::Encoding { z, x, y })
    }

    fn encode(&self, id: TileId) -> MvtResult<Option<Vec<u8>>> {
        let window = id.bounds();
        let (cells, units) = self.grounds(id.z, window);
        let encoder = Encoder::new(id)
            .layer(
                "cells",
                cells.into_iter().filter_map(|(i, ground)| {
                    let cell = self.cells.get(i as usize)?;
                    Some((Some(cell.id), Shape::Ground(ground), cell))
                }),
                cell_tags,
            )?
            .layer(
                "units",
                units.into_iter().filter_map(|(i, ground)| {
                    let unit = self.base.unit_attributes.get(i as usize)?;
                    Some((Some(unit.id), Shape::Ground(ground), (unit, i)))
                }),
                |f, (unit, i)| {
                    f.tag_ref("id", MvtValueRef::UInt(unit.id))?;
                    f.tag_ref("code", MvtValueRef::String(&unit.code))?;
                    if let Some(cell) = self.cells.get(self.labels[i as usize] as usize) {
                        f.tag_ref("cell", MvtValueRef::UInt(cell.id))?;
                    }
                    figures(f, &unit.figures)
                },
            )?;
        self.add_context(encoder, id, window)?
            .layer("cell_labels", self.labels_in(id, window), cell_tags)
            .map(Encoder::finish)
    }

    fn grounds(&self, z: u8, window: Bounds) -> Grounds {
        let none = Grounds::default();
        let Some(world) = self.base.bounds else { return none };
        let world = Bounds { min: to_lattice(world.min, z), max: to_lattice(world.max, z) };
        if !world.grown(1).meets(&window) {
            return none;
        }
        let cell = |unit: u32| self.labels.get(unit as usize).copied().unwrap_or(NOBODY);
        let unit_at = |p: Point| self.base.unit_at(Point::new(p.x << shift(z), p.y << shift(z)));
        if !self.base.unit_attributes.is_empty() && z >= self.units_from_zoom {
            let faces = Faces::new(&self.base.unit_arcs, z, window, world, |p| unit_at(p).unwrap_or(NOBODY));
            (faces.outlines(cell), faces.outlines(|unit| unit))
        } else {
            let faces = Faces::new(&self.cell_arcs, z, window, world, |p| unit_at(p).map_or(NOBODY, cell));
            (faces.outlines(|cell| cell), BTreeMap::new())
        }
    }

    fn labels_in(
        &self,
        id: TileId,
        window: Bounds,
    ) -> impl Iterator<Item = (Option<u64>, Shape, &CellAttributes)> {
        let mut found: Vec<u32> =
            self.label_index.meeting(to_fine(window, id.z)).map(|i| self.labelled[i as usize]).collect();
        found.sort_unstable();
        found.into_iter().filter_map(move |i| {
            let step = id.step_of(self.label_points[i as usize]?)?;
            let cell = self.cells.get(i as usize)?;
            Some((Some(cell.id), Shape::At(step), cell))
        })
    }

    fn add_context(&self, mut encoder: Encoder, id: TileId, window: Bounds) -> MvtResult<Encoder> {
        let layers = [
            ("context_water", ContextKind::Water, 0),
            ("context_buildings", ContextKind::Building, self.buildings_from_zoom()),
            ("context_roads", ContextKind::Road, self.roads_from_zoom()),
        ];
        for (name, kind, _) in layers.into_iter().filter(|l| id.z >= l.2) {
            let drawings = self.base.context.meeting(id.z, window).filter(|d| d.kind == kind);
            let features = drawings.map(|d| (None, shape(d, id.z, window), d));
            encoder = encoder.layer(name, features, |f, d| {
                f.tag_ref("kind", MvtValueRef::String(&d.class))?;
                if let Some(name) = &d.name {
                    f.tag_ref("name", MvtValueRef::String(name))?;
                }
                Ok(())
            })?;
        }
        Ok(encoder)
    }
}

fn shape(drawing: &Drawing, z: u8, window: Bounds) -> Shape {
    let paths = drawing.paths.iter().map(|p| p.at(z));
    if drawing.area {
        Shape::Ground(clip::area(&paths.collect::<Vec<_>>(), window))
    } else {
        Shape::Lines(paths.flat_map(|p| clip::line(&p, window)).collect())
    }
}

fn cell_tags(f: &mut MvtFeatureBuilder, cell: &CellAttributes) -> MvtResult<()> {
    f.tag_ref("id", MvtValueRef::UInt(cell.id))?;
    f.tag_ref("code", MvtValueRef::String(&cell.code))?;
    f.tag_ref("name", MvtValueRef::String(&cell.name))?;
    f.tag_ref("level", MvtValueRef::UInt(u64::from(cell.level)))?;
    figures(f, &cell.figures)
}
