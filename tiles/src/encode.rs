//! From regions, lines and points of the lattice to the bytes of a tile.

use crate::attributes::Figures;
use crate::plane::TileId;
use fast_mvt::{
    MvtCoord, MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtResult, MvtTileBuilder, MvtValueRef,
};
use partition::frame::{Point, Region};

/// A tile being written; layers without features are never begun.
pub(crate) struct Encoder {
    id: TileId,
    tile: MvtTileBuilder,
    features: usize,
}

/// What a feature looks like, on the lattice; or a point in steps of the tile.
pub(crate) enum Shape {
    Ground(Region),
    Lines(Vec<Vec<Point>>),
    At([i32; 2]),
}

impl Shape {
    fn is_empty(&self) -> bool {
        match self {
            Self::Ground(r) => r.parts.is_empty(),
            Self::Lines(l) => l.is_empty(),
            Self::At(_) => false,
        }
    }
}

impl Encoder {
    pub(crate) fn new(id: TileId) -> Self {
        Self { id, tile: MvtTileBuilder::new(), features: 0 }
    }

    /// Adds a layer; `tags` writes the attributes of each feature.
    pub(crate) fn layer<T>(
        mut self,
        name: &str,
        features: impl IntoIterator<Item = (Option<u64>, Shape, T)>,
        tags: impl Fn(&mut MvtFeatureBuilder, T) -> MvtResult<()>,
    ) -> MvtResult<Self> {
        let mut features = features.into_iter().filter(|f| !f.1.is_empty()).peekable();
        if features.peek().is_none() {
            return Ok(self);
        }
        let mut layer = self.tile.layer(name)?;
        for (id, shape, t) in features {
            let mut feature = start(layer, &shape, self.id)?;
            feature.id(id);
            tags(&mut feature, t)?;
            layer = feature.end();
            self.features += 1;
        }
        self.tile = layer.end();
        Ok(self)
    }

    /// The bytes; `None` when no layer has a feature.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        (self.features > 0).then(|| self.tile.encode())
    }
}

fn start(layer: MvtLayerBuilder, shape: &Shape, id: TileId) -> MvtResult<MvtFeatureBuilder> {
    let coord = |p: &Point| {
        let [x, y] = id.local(*p);
        MvtCoord { x, y }
    };
    Ok(match shape {
        Shape::Ground(region) => {
            let mut f = layer.feature_of(MvtGeomType::Polygon);
            for part in &region.parts {
                f.ring(part.shell.iter().map(coord), true)?;
                for hole in &part.holes {
                    f.ring(hole.iter().map(coord), false)?;
                }
            }
            f
        }
        Shape::Lines(lines) => {
            let mut f = layer.feature_of(MvtGeomType::LineString);
            for line in lines {
                f.line(line.iter().map(coord))?;
            }
            f
        }
        &Shape::At([x, y]) => {
            let mut f = layer.feature_of(MvtGeomType::Point);
            f.points([MvtCoord { x, y }])?;
            f
        }
    })
}

/// Writes the figures that are there.
pub(crate) fn figures(f: &mut MvtFeatureBuilder, figures: &Figures) -> MvtResult<()> {
    if let Some(n) = figures.households {
        f.tag_ref("households", MvtValueRef::UInt(n))?;
    }
    let reals = [
        ("visits_month", figures.visits_month),
        ("deviation", figures.deviation),
        ("polsby_popper", figures.polsby_popper),
        ("area_m2", figures.area_m2),
    ];
    for (key, value) in reals {
        if let Some(v) = value.filter(|v| v.is_finite()) {
            f.tag_ref(key, MvtValueRef::Double(v))?;
        }
    }
    Ok(())
}
