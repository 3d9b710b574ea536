//! What is drawn around the cells, from the office's own sources.

use crate::arcs::zooms;
use crate::attributes::check_name;
use crate::error::BuildError;
use crate::plane::{Projector, ToWebMercator, to_fine, to_lattice};
use partition::frame::{Bounds, BoxIndex, Point, Polygon, Region};

/// The layer a feature belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContextKind {
    /// `context_roads`.
    Road,
    /// `context_water`.
    Water,
    /// `context_buildings`.
    Building,
}

/// The shape of a feature, in the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextShape {
    /// An open line.
    Line(Vec<Point>),
    /// Ground; rings may run in any direction.
    Area(Region),
}

/// A road, river, lake or building.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextFeature {
    /// Its layer.
    pub kind: ContextKind,
    /// Class within the layer (`primary`, `river`), tag `kind`.
    pub class: String,
    /// Its name; held to the same rule as names of cells.
    pub name: Option<String>,
    /// Where it is.
    pub shape: ContextShape,
}

/// A line in fine coordinates, each vertex with the zoom from which it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    points: Vec<Point>,
    from_zoom: Vec<u8>,
}

impl Path {
    fn new(points: Vec<Point>) -> Self {
        let from_zoom = zooms(&points);
        Self { points, from_zoom }
    }

    /// The line on the lattice of `z`, no point twice in a row.
    pub(crate) fn at(&self, z: u8) -> Vec<Point> {
        let kept = self.points.iter().zip(&self.from_zoom).filter(|(_, from)| **from <= z);
        let mut line: Vec<Point> = kept.map(|(&p, _)| to_lattice(p, z)).collect();
        line.dedup();
        line
    }
}

/// A feature ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    pub(crate) kind: ContextKind,
    pub(crate) class: String,
    pub(crate) name: Option<String>,
    /// Closed paths when an area.
    pub(crate) paths: Vec<Path>,
    pub(crate) area: bool,
}

/// All context, found by place.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    drawings: Vec<Drawing>,
    index: BoxIndex,
}

impl Context {
    pub(crate) fn new<P: ToWebMercator>(
        features: &[ContextFeature],
        projector: &mut Projector<'_, P>,
    ) -> Result<Self, BuildError> {
        let (mut drawings, mut boxes) = (Vec::new(), Vec::new());
        for f in features {
            f.name.iter().try_for_each(|n| check_name(n))?;
            let (paths, area) = match &f.shape {
                ContextShape::Line(line) => (vec![projector.line(line)?], false),
                ContextShape::Area(region) => (closed_rings(&projector.region(region)?), true),
            };
            let Some(bounds) = Bounds::of(paths.iter().flatten().copied()) else { continue };
            let paths = paths.into_iter().map(Path::new).collect();
            drawings.push(Drawing {
                kind: f.kind,
                class: f.class.clone(),
                name: f.name.clone(),
                paths,
                area,
            });
            boxes.push(bounds);
        }
        Ok(Self { drawings, index: BoxIndex::new(boxes) })
    }

    /// Whether anything of a kind is there.
    pub(crate) fn holds(&self, kind: ContextKind) -> bool {
        self.drawings.iter().any(|d| d.kind == kind)
    }

    /// Features whose boxes meet `window` (of the lattice), in the order they were given.
    pub(crate) fn meeting(&self, z: u8, window: Bounds) -> impl Iterator<Item = &Drawing> {
        let mut found: Vec<u32> = self.index.meeting(to_fine(window, z)).collect();
        found.sort_unstable();
        found.into_iter().map(|i| &self.drawings[i as usize])
    }
}

fn closed_rings(region: &Region) -> Vec<Vec<Point>> {
    let parts = region.parts.iter().map(|p| Polygon::oriented(p.shell.clone(), p.holes.clone()));
    parts
        .flat_map(|p| std::iter::once(p.shell).chain(p.holes))
        .filter_map(|mut ring| {
            ring.push(*ring.first()?);
            Some(ring)
        })
        .collect()
}
