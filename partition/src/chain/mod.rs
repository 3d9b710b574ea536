//! The chain (链): signed directed edges with their holders.
//!
//! Every ring contributes its directed edges; an edge and its reverse cancel. Two borders that match edge by
//! edge cancel completely, and the pairs that cancelled *are* the unit graph. What is left, the *residual*, is
//! where a coverage is wrong, or merely not matched vertex by vertex.
//!
//! > **Theorem.** If (i) the boundary B and every cell as a whole have winding number 0 or 1 everywhere, and
//! > (ii) Σ ∂cells − ∂B = 0, then the cells tile B exactly.
//!
//! The winding number of Σ ∂cells at a point counts the cells that hold it; that of an empty chain is 0
//! everywhere, so every point is held exactly as often as B holds it. (i) is the [`guard`], checked for every
//! cell on every run; without it a bow-tie lobe can cancel a neighbour's border. An empty residual is
//! sufficient, not necessary: an exact T-junction leaves a residual of zero area.
//!
//! * [`Chain::of`], [`Chain::cancel`], [`Chain::residue`]: the pass, linear in edges, parallel, no geometry
//! * [`guard`], [`guard_all`]: condition (i) for one region, for many
//! * [`insert_touching`], [`insert_on`]: make exact T-junctions match before they are projected

mod cancel;
mod deal;
mod guard;
mod simple;
mod standing;
mod touching;

pub use cancel::{Border, Cancelled, Chain, ResidualEdge};
pub use guard::{Fault, guard, guard_all};
pub(crate) use standing::StandingChain;
pub use touching::{insert_near, insert_on, insert_touching};
pub(crate) use touching::{insert_near_all, order_along, sort_along, splice};

/// Index of the region that an edge belongs to.
pub type Holder = u32;

/// The holder that stands for the legal boundary B, whose chain is subtracted.
pub const BOUNDARY: Holder = Holder::MAX;
