//! TileJSON 3.0: where the tiles are and what they hold.

use crate::context::ContextKind;
use crate::plane::MAX_ZOOM;
use crate::source::TileSource;
use serde::Serialize;
use std::collections::BTreeMap;
use std::f64::consts::PI;

/// A TileJSON 3.0 document. Serialise it as JSON.
///
/// # References
/// <https://github.com/mapbox/tilejson-spec/tree/master/3.0.0>
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TileJson {
    /// Version of the specification: "3.0.0".
    pub tilejson: &'static str,
    /// Name of the set.
    pub name: String,
    /// Templates of tile addresses, with `{z}`, `{x}` and `{y}`.
    pub tiles: Vec<String>,
    /// First zoom: the mean cell has 8 pixels.
    pub minzoom: u8,
    /// Last zoom to ask for: the mean unit has 256 pixels; clients enlarge beyond it.
    pub maxzoom: u8,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// Longitude, latitude, zoom to begin with.
    pub center: [f64; 3],
    /// The layers with features, and their fields.
    pub vector_layers: Vec<VectorLayer>,
    /// Whom to name beside the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
}

/// A layer in a [`TileJson`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VectorLayer {
    /// Name of the layer in the tile.
    pub id: &'static str,
    /// First zoom with features.
    pub minzoom: u8,
    /// Last zoom with features.
    pub maxzoom: u8,
    /// Name and type of each attribute.
    pub fields: BTreeMap<&'static str, &'static str>,
}

const FIGURES: [(&str, &str); 5] = [
    ("area_m2", "Number"),
    ("deviation", "Number"),
    ("households", "Number"),
    ("polsby_popper", "Number"),
    ("visits_month", "Number"),
];
const CELL: [(&str, &str); 4] =
    [("id", "Number"), ("code", "String"), ("name", "String"), ("level", "Number")];
const UNIT: [(&str, &str); 3] = [("id", "Number"), ("code", "String"), ("cell", "Number")];
const CONTEXT: [(&str, &str); 2] = [("kind", "String"), ("name", "String")];

impl TileJson {
    /// The document of `source`, whose tiles are found at `tiles` (a template with `{z}/{x}/{y}`).
    ///
    /// A source without units has the whole world as its bounds.
    #[must_use]
    pub fn new(
        source: &TileSource,
        name: impl Into<String>,
        tiles: impl Into<String>,
        attribution: Option<String>,
    ) -> Self {
        let (minzoom, maxzoom) = (source.min_zoom(), source.max_zoom());
        let [west, south, east, north] = source.world_bounds().unwrap_or([0.0, 1.0, 1.0, 0.0]);
        let middle = [(west + east) / 2.0, (south + north) / 2.0];
        let layer = |id, from: u8, fields: &[&[(&'static str, &'static str)]]| VectorLayer {
            id,
            minzoom: from.clamp(minzoom, MAX_ZOOM),
            maxzoom: maxzoom.max(from),
            fields: fields.iter().copied().flatten().copied().collect(),
        };
        let mut vector_layers = vec![
            layer("cells", minzoom, &[&CELL, &FIGURES]),
            layer("cell_labels", minzoom, &[&CELL, &FIGURES]),
        ];
        if let Some(from) = source.units_from_zoom().filter(|&z| z <= maxzoom) {
            vector_layers.push(layer("units", from, &[&UNIT, &FIGURES]));
        }
        let context = [
            (ContextKind::Water, "context_water", 0),
            (ContextKind::Building, "context_buildings", source.buildings_from_zoom()),
            (ContextKind::Road, "context_roads", source.roads_from_zoom()),
        ];
        let drawn = |&(kind, _, from): &(_, _, u8)| from <= maxzoom && source.base.context.holds(kind);
        vector_layers
            .extend(context.into_iter().filter(drawn).map(|(_, id, from)| layer(id, from, &[&CONTEXT])));
        Self {
            tilejson: "3.0.0",
            name: name.into(),
            tiles: vec![tiles.into()],
            minzoom,
            maxzoom,
            bounds: [longitude(west), latitude(south), longitude(east), latitude(north)],
            center: [longitude(middle[0]), latitude(middle[1]), f64::from(minzoom)],
            vector_layers,
            attribution,
        }
    }
}

/// Seven decimals, about a centimetre.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

fn longitude(x: f64) -> f64 {
    rounded(x * 360.0 - 180.0)
}

fn latitude(y: f64) -> f64 {
    rounded((PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees())
}
