//! The plane: integer coordinates of one micrometre, and the shapes drawn on it.
//!
//! A project has one *frame*: the projected coordinate system of its legal boundary. Inside it a coordinate
//! is an `i64` count of micrometres, so equality is exact and sums do not depend on their order. Floats exist
//! only at the door (`data`), never here.
//!
//! * [`Point`], [`Ring`], [`Polygon`], [`Region`]: the shapes
//! * [`orient`], [`meet`], [`twice_area_um2`], [`length_um`]: exact predicates and measures
//! * [`BoxIndex`], [`meeting_pairs`]: where to look

mod index;
mod interior;
mod locate;
mod measure;
mod predicates;
mod segment;
mod shape;

pub(crate) use index::BoxTree;
pub use index::{BoxIndex, meeting_pairs};
pub use interior::interior_point;
pub use locate::{RegionIndex, contains, winding_step};
pub use measure::{length_um, ring_length_um, twice_area_um2};
pub use predicates::{Orientation, cross, orient};
pub use segment::{Meeting, angle_order, crossing_point, is_between, meet, touches_pixel};
pub use shape::{Bounds, Point, Polygon, Region, Ring};

/// Micrometres in one metre: the scale of every frame.
pub const UM_PER_M: i64 = 1_000_000;

/// Largest absolute coordinate a frame accepts, in µm (2⁴⁶ ≈ 70 368 km).
///
/// Chosen so that a product of two coordinate differences stays below 2⁹⁵ and sums of many of them fit an
/// `i128`. Easting with a zone prefix (39 500 000 m) fits.
pub const MAX_COORD_UM: i64 = 1 << 46;
