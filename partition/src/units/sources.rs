//! What units are made from, and how.

use crate::frame::{Point, Region};
use serde::{Deserialize, Serialize};

/// What a dividing line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LineKind {
    /// Border of a parent. No unit crosses it, not even for a building.
    Parent,
    /// Centre line of a street, or the edge of a street or square that is drawn as ground.
    Road,
    /// Centre line of a railway.
    Rail,
    /// Centre line of a river or a shore.
    Water,
    /// A square or hexagon where nothing else is known.
    Grid,
    /// A service road or footpath inside a block. It divides only blocks that weigh too much.
    Path,
}

/// A line that may divide units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// Its points.
    pub points: Vec<Point>,
    /// What it is.
    pub kind: LineKind,
}

/// A building, or anything else on the ground that no border between units may cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Its ground.
    pub ground: Region,
    /// What it adds to the weight of its block; see [`Options::max_weight`].
    pub weight: i64,
}

/// What there is.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The outer limit.
    pub boundary: &'a Region,
    /// Lines that divide. The caller has left out what does not run on the ground: tunnels, bridges, passages through
    /// buildings.
    pub lines: &'a [SourceLine],
    /// Places where the source was cut off and a street goes on that it no longer holds.
    pub cut_off: &'a [Point],
    /// What must stay whole.
    pub whole: &'a [Whole],
}

/// How units are made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Smaller units join a neighbour, m². Default 400: traffic islands, corners cut off by ramps.
    pub min_area_m2: f64,
    /// Units of a smaller mean width (twice the area over the perimeter) join a neighbour, m. Default 8.
    pub min_width_m: f64,
    /// The same where less than a tenth of the ground is built on, m. Default 20: ground between the carriageways of one
    /// street. A square of twice this side stays a unit.
    pub min_open_width_m: f64,
    /// Blocks whose buildings weigh more are divided along paths too. Default: never.
    pub max_weight: i64,
}

impl Options {
    /// Options for squares or hexagons of this area: only pieces of less than a quarter of one, which the boundary cuts
    /// off, join a neighbour.
    #[must_use]
    pub fn for_grid(cell_area_m2: f64) -> Self {
        let min_area_m2 = cell_area_m2 / 4.0;
        Self { min_area_m2, min_width_m: 0.0, min_open_width_m: 0.0, max_weight: i64::MAX }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { min_area_m2: 400.0, min_width_m: 8.0, min_open_width_m: 20.0, max_weight: i64::MAX }
    }
}
