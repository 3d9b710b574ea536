//! Vector tiles of a plan: (units, labels, z/x/y) → bytes.
//!
//! Pure: opens no file and no socket, starts no runtime, reads no clock; the same input gives the same bytes.
//!
//! * [`TileSource`]: built once per base revision, relabelled per label vector, then asked for tiles
//! * [`SourceInput`], [`CellAttributes`], [`UnitAttributes`], [`Figures`], [`ContextFeature`]: what goes in
//! * [`ToWebMercator`]: how the caller's frame gets onto the web map
//! * [`TileJson`]: the document that tells a map client where the tiles are and what they hold
//!
//! # What is guaranteed, at every zoom
//! 1. **A coverage.** The cells of a tile, in its whole numbers, neither overlap nor leave a gap between them, and
//!    neighbours share every vertex of their border. So do the units. This holds by construction: borders are drawn
//!    once and then made faces, and a face has one holder; nothing is repaired polygon by polygon.
//! 2. **Adjacent tiles agree.** What is drawn at a place depends on the place and the zoom, not on the tile that asks:
//!    where two tiles overlap, their vertices are the same, but for two steps beside the outer edge of the buffer.
//! 3. **Proper rings.** Rings are simple, have area, wind as MVT 2.1 asks, and holes follow their shell.
//! 4. **No id is lost.** Each cell with ground has exactly one point in `cell_labels` at each zoom, however small its
//!    ground is drawn. A cell whose ground vanishes on the grid of the zoom has no polygon in `cells`; nothing is
//!    enlarged at the cost of a neighbour.
//! 5. **Nothing about persons.** Attributes are the numbers of [`Figures`], a code and a name that is refused when it
//!    holds something like a telephone or identity number. Who is responsible is asked elsewhere.
//!
//! What this rests on: units are a coverage in the frame (prove it before; here nothing is checked). Where they are not,
//! 1, 3 and 4 still hold within each tile, and disputed ground goes to one of its holders, but tiles may disagree which.
//!
//! Tiles are drawings: borders are moved by up to [`TOLERANCE`] + 2 steps of the tile's grid. Nothing may be measured or
//! checked on them.

mod arcs;
mod attributes;
mod base;
mod clip;
mod context;
mod drawn;
mod encode;
mod error;
mod faces;
mod plane;
mod source;
mod tile;
mod tilejson;
mod trace;

pub use arcs::TOLERANCE;
pub use attributes::{CellAttributes, Figures, UnitAttributes, is_public_name};
pub use context::{ContextFeature, ContextKind, ContextShape};
pub use error::{BuildError, TileError};
pub use plane::{BUFFER, EXTENT, MAX_ZOOM, ToWebMercator};
pub use source::{NO_CELL, Options, SourceInput, TileSource};
pub use tilejson::{TileJson, VectorLayer};
