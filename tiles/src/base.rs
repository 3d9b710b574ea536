//! What stays as it is while units change hands: their borders, where they lie, what is drawn around them.

use crate::arcs::Arcs;
use crate::attributes::UnitAttributes;
use crate::context::Context;
use crate::error::BuildError;
use crate::faces::NOBODY;
use crate::plane::{Projector, ToWebMercator};
use crate::source::{NO_CELL, Options, SourceInput};
use crate::trace::{Arc, SidedEdge, arcs};
use partition::chain::Chain;
use partition::frame::{Bounds, BoxIndex, Point, Region, contains};
use std::collections::HashMap;

#[derive(Clone, Debug)]
pub(crate) struct Base {
    pub(crate) unit_attributes: Vec<UnitAttributes>,
    /// Borders between units; sides are units.
    pub(crate) unit_arcs: Arcs,
    /// The same edge by edge, in the frame: arcs between cells are joined from them.
    pub(crate) edges: Vec<SidedEdge>,
    /// Each vertex of the frame in fine coordinates.
    fine: HashMap<Point, Point>,
    unit_regions: Vec<Region>,
    unit_areas: Vec<f64>,
    unit_index: BoxIndex,
    pub(crate) context: Context,
    /// Box of all units, fine.
    pub(crate) bounds: Option<Bounds>,
    pub(crate) options: Options,
}

impl Base {
    pub(crate) fn new<P: ToWebMercator>(
        input: &SourceInput<'_>,
        options: &Options,
        projection: &P,
    ) -> Result<Self, BuildError> {
        let mut projector = Projector::new(projection);
        let unit_regions = input.units.iter().map(|u| projector.region(u)).collect::<Result<Vec<_>, _>>()?;
        let nowhere = Bounds { min: Point::new(-1, -1), max: Point::new(-1, -1) };
        let boxes: Vec<Bounds> = unit_regions.iter().map(|r| r.bounds().unwrap_or(nowhere)).collect();
        let context = Context::new(input.context, &mut Projector::new(projection))?;
        let mut base = Self {
            unit_attributes: input.unit_attributes.to_vec(),
            unit_arcs: Arcs::new(&[]),
            edges: edges(input.units),
            fine: projector.known(),
            unit_areas: unit_regions.iter().map(|r| r.twice_area_um2() as f64 / 2.0).collect(),
            unit_index: BoxIndex::new(boxes),
            bounds: Bounds::of(unit_regions.iter().flat_map(Region::rings).flatten().copied()),
            unit_regions,
            context,
            options: *options,
        };
        base.unit_arcs = base.arcs(&base.edges);
        Ok(base)
    }

    /// Edges of units joined to arcs, in fine coordinates.
    pub(crate) fn arcs(&self, edges: &[SidedEdge]) -> Arcs {
        let fine =
            |line: Vec<Point>| line.into_iter().map(|p| self.fine.get(&p).copied().unwrap_or(p)).collect();
        let joined: Vec<Arc> = arcs(edges).into_iter().map(|a| Arc { line: fine(a.line), ..a }).collect();
        Arcs::new(&joined)
    }

    /// Fine areas of all units, and of those in cells.
    pub(crate) fn areas(&self, labels: &[u32]) -> (f64, f64) {
        let in_cells = self.unit_areas.iter().zip(labels).filter(|(_, l)| **l != NO_CELL).map(|(a, _)| a);
        (self.unit_areas.iter().sum(), in_cells.sum())
    }

    /// The unit at a fine point; the smallest where several hold it.
    pub(crate) fn unit_at(&self, p: Point) -> Option<u32> {
        self.unit_index
            .meeting(Bounds { min: p, max: p })
            .filter(|&i| contains(&self.unit_regions[i as usize], p))
            .min()
    }
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
