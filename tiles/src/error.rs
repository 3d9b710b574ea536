//! What can be wrong with the input of a source, or with a question for a tile.

use partition::frame::Point;

/// Why no source can be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// As many labels as units are needed.
    #[error("{units} units but {labels} labels: give each unit one label")]
    Labels {
        /// Units given.
        units: usize,
        /// Labels given.
        labels: usize,
    },
    /// As many unit attributes as units are needed, or none.
    #[error("{units} units but attributes for {attributes}: give them for all units or for none")]
    UnitAttributes {
        /// Units given.
        units: usize,
        /// Attributes given.
        attributes: usize,
    },
    /// A label names a cell that is not there.
    #[error("unit {unit} is labelled {label}, but there are only {cells} cells")]
    UnknownCell {
        /// Index of the unit.
        unit: usize,
        /// Its label.
        label: u32,
        /// Cells given.
        cells: usize,
    },
    /// Two cells, or two units, have the same id.
    #[error("the id {0} is used twice: ids of cells, and of units, must differ")]
    DuplicateId(u64),
    /// A name holds what looks like the number of a telephone or an identity card.
    #[error(
        "the name {0:?} holds a long number: tiles are public, names of persons and their numbers do not belong there"
    )]
    PersonalName(String),
    /// The projection left the web map.
    #[error(
        "the vertex {at:?} does not lie on the web map (projected to {to:?}, expected 0..1): check the frame"
    )]
    OffTheMap {
        /// The vertex, in the frame.
        at: Point,
        /// Where the projection put it.
        to: [f64; 2],
    },
}

/// Why there is no such tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// The zoom is above [`MAX_ZOOM`](crate::MAX_ZOOM).
    #[error("zoom {0} is above {max}", max = crate::MAX_ZOOM)]
    Zoom(u8),
    /// The column or row is outside of the zoom.
    #[error("tile {z}/{x}/{y} is outside of the map: at zoom {z} columns and rows run from 0 to {last}", last = (1_u64 << z) - 1)]
    OutOfRange {
        /// Zoom.
        z: u8,
        /// Column.
        x: u32,
        /// Row.
        y: u32,
    },
    /// The encoder refused, which is a fault of this crate.
    #[error("tile {z}/{x}/{y} could not be encoded: please report it")]
    Encoding {
        /// Zoom.
        z: u8,
        /// Column.
        x: u32,
        /// Row.
        y: u32,
    },
}
