//! OpenStreetMap extracts (`.osm.pbf`): roads, water, buildings, places.
//!
//! Three passes over the file keep memory to what is used: relations say which ways they need, ways which nodes,
//! and only those nodes' positions are kept. Results are sorted by id, whatever the order of the file.

mod assemble;
mod blocks;

use crate::read::Limits;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Keys that make an object worth keeping. All its tags are kept then (name, `building:levels`, layer, tunnel, bridge …).
pub const KEYS: [&str; 14] = [
    "highway", "railway", "waterway", "natural", "building", "amenity", "shop", "office", "tourism",
    "leisure", "landuse", "boundary", "barrier", "place",
];

/// Keys of what people visit and work in.
const PLACES: [&str; 6] = ["building", "amenity", "shop", "office", "tourism", "leisure"];

/// The tags of an object.
pub type Tags = BTreeMap<String, String>;

/// Why an extract could not be read. There are no partial results.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OsmError {
    /// The system can't give the bytes.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something else under this name.
    #[error("{} is not an OpenStreetMap extract in PBF format (.osm.pbf)", path.display())]
    NotPbf {
        /// The file.
        path: PathBuf,
    },
    /// The end is missing.
    #[error("{} is cut off after {bytes} bytes, inside block {block}; download it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// How many bytes there are.
        bytes: u64,
        /// Which block, from 0.
        block: usize,
    },
    /// Bits are wrong.
    #[error("{} is damaged: {reason}; download it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// From the decoder.
        reason: String,
    },
    /// Larger than allowed.
    #[error("{} has more than {limit} {what}; cut it with: osmium extract", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Bytes or objects.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
}

/// A road, railway, watercourse, wall …: an open way, or a closed one that is no area.
#[derive(Clone, Debug, PartialEq)]
pub struct OsmLine {
    /// The way; several lines share it when the extract has cut it.
    pub id: i64,
    /// Its tags.
    pub tags: Tags,
    /// Longitude and latitude, at least two.
    pub lonlat: Vec<[f64; 2]>,
}

/// What an area was drawn as. The ids of ways and relations overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaKind {
    /// A closed way.
    Way,
    /// A multipolygon or boundary relation.
    Relation,
}

/// A building, a compound, a lake, an administrative area …
#[derive(Clone, Debug, PartialEq)]
pub struct OsmArea {
    /// The way or relation.
    pub id: i64,
    /// Which of the two.
    pub kind: AreaKind,
    /// Its tags.
    pub tags: Tags,
    /// The ground, longitude and latitude. Empty when the extract lacks a part of it: then it is known that there is
    /// such a thing, but not where it ends. Also empty for relations that are no multipolygon.
    pub polygons: MultiPolygon<f64>,
}

/// A shop, an entrance, a tree …
#[derive(Clone, Debug, PartialEq)]
pub struct OsmPoint {
    /// The node.
    pub id: i64,
    /// Its tags.
    pub tags: Tags,
    /// Longitude and latitude.
    pub lonlat: [f64; 2],
}

/// A place where the extract cuts a way: its last node here.
#[derive(Clone, Debug, PartialEq)]
pub struct OsmCut {
    /// The way.
    pub id: i64,
    /// The way's tags.
    pub tags: Tags,
    /// Longitude and latitude.
    pub lonlat: [f64; 2],
}

/// What an extract holds, and what could not be built from it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OsmExtract {
    /// Lines by id.
    pub lines: Vec<OsmLine>,
    /// Areas by kind and id.
    pub areas: Vec<OsmArea>,
    /// Points by id.
    pub points: Vec<OsmPoint>,
    /// Ends where open ways go on outside the extract, by way.
    pub cuts: Vec<OsmCut>,
    /// Ways of which the extract lacks some nodes; the runs it has are in `lines`.
    pub ways_cut: usize,
    /// Ways of which the extract has no two neighbouring nodes; they are left out.
    pub ways_lost: usize,
    /// Closed ways that are areas and lack nodes; they are in `areas` without polygons.
    pub areas_incomplete: usize,
    /// Multipolygons and boundaries of which the extract lacks members, or whose rings don't close; they are in `areas`
    /// without polygons.
    pub relations_incomplete: usize,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

/// A way as stored: its nodes and tags.
struct RawWay {
    nodes: Vec<i64>,
    tags: Tags,
}

/// A multipolygon or boundary relation: its ways, and whether each is inner.
struct RawRelation {
    id: i64,
    tags: Tags,
    members: Vec<(i64, bool)>,
}

/// Reads an extract.
///
/// # Errors
/// [`OsmError`]; a file that ends inside a block is refused as a whole.
pub fn read_pbf(path: &Path, limits: &Limits) -> Result<OsmExtract, OsmError> {
    let mut out = OsmExtract { sha256: blocks::check(path, limits)?, ..OsmExtract::default() };
    let relations = read_relations(path)?;
    let needed: HashSet<i64> = relations.iter().flat_map(|r| r.members.iter().map(|m| m.0)).collect();
    let ways = read_ways(path, &needed, limits)?;
    let positions = read_nodes(path, &ways, &mut out)?;
    for (&id, way) in &ways {
        if interesting(&way.tags) {
            place_way(id, way, &positions, &mut out);
        }
    }
    for relation in relations {
        let polygons = assemble::polygons(&relation.members, &ways, &positions);
        out.relations_incomplete += usize::from(polygons.is_none() && !relation.members.is_empty());
        out.areas.push(OsmArea {
            id: relation.id,
            kind: AreaKind::Relation,
            tags: relation.tags,
            polygons: polygons.unwrap_or_else(|| MultiPolygon(vec![])),
        });
    }
    out.areas.sort_by_key(|a| (a.kind, a.id));
    out.points.sort_by_key(|p| p.id);
    Ok(out)
}

fn interesting(tags: &Tags) -> bool {
    KEYS.iter().any(|k| tags.contains_key(*k))
}

/// Whether a closed way is ground rather than a line that comes back to its start.
fn is_area(tags: &Tags) -> bool {
    const GROUND: [&str; 9] =
        ["building", "amenity", "shop", "office", "tourism", "leisure", "landuse", "boundary", "place"];
    const NATURAL_LINES: [&str; 5] = ["coastline", "cliff", "ridge", "tree_row", "arete"];
    match tags.get("area").map(String::as_str) {
        Some("yes") => true,
        Some("no") => false,
        _ if tags.contains_key("highway") => false,
        _ => {
            GROUND.iter().any(|k| tags.contains_key(*k))
                || tags.get("natural").is_some_and(|n| !NATURAL_LINES.contains(&n.as_str()))
                || matches!(tags.get("waterway").map(String::as_str), Some("riverbank" | "dock" | "boatyard"))
                || matches!(tags.get("railway").map(String::as_str), Some("station" | "platform"))
        }
    }
}

fn read_relations(path: &Path) -> Result<Vec<RawRelation>, OsmError> {
    let mut relations = Vec::new();
    blocks::each(path, |element| {
        if let osmpbf::Element::Relation(r) = element {
            let tags: Tags = r.tags().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            let area = matches!(tags.get("type").map(String::as_str), Some("multipolygon" | "boundary"));
            // Other relations (a tram that is a pub, a shopping street) count as places, but have no ground.
            let place = PLACES.iter().any(|k| tags.contains_key(*k));
            if place || area && interesting(&tags) {
                let ways = r.members().filter(|m| m.member_type == osmpbf::RelMemberType::Way);
                let members =
                    ways.map(|m| (m.member_id, m.role().is_ok_and(|role| role == "inner"))).collect();
                relations.push(RawRelation {
                    id: r.id(),
                    tags,
                    members: if area { members } else { vec![] },
                });
            }
        }
    })?;
    relations.sort_by_key(|r| r.id);
    Ok(relations)
}

fn read_ways(path: &Path, needed: &HashSet<i64>, limits: &Limits) -> Result<BTreeMap<i64, RawWay>, OsmError> {
    let (mut ways, mut vertices) = (BTreeMap::new(), 0);
    blocks::each(path, |element| {
        if let osmpbf::Element::Way(w) = element {
            let tags: Tags = w.tags().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            if (interesting(&tags) || needed.contains(&w.id())) && vertices <= limits.vertices {
                let nodes: Vec<i64> = w.refs().collect();
                vertices += nodes.len();
                ways.insert(w.id(), RawWay { nodes, tags });
            }
        }
    })?;
    if vertices > limits.vertices {
        let limit = limits.vertices as u64;
        return Err(OsmError::TooLarge { path: path.to_owned(), what: "vertices of ways", limit });
    }
    Ok(ways)
}

type Positions = HashMap<i64, [f64; 2]>;

fn read_nodes(
    path: &Path,
    ways: &BTreeMap<i64, RawWay>,
    out: &mut OsmExtract,
) -> Result<Positions, OsmError> {
    let used: HashSet<i64> = ways.values().flat_map(|w| w.nodes.iter().copied()).collect();
    let mut positions = HashMap::with_capacity(used.len());
    // Billionths of a degree are divided, not multiplied: that gives the double nearest to the decimal number.
    let degrees = |lon: i64, lat: i64| [lon as f64 / 1e9, lat as f64 / 1e9];
    let mut node = |id: i64, at: [f64; 2], tags: Tags| {
        if used.contains(&id) {
            positions.insert(id, at);
        }
        if interesting(&tags) {
            out.points.push(OsmPoint { id, tags, lonlat: at });
        }
    };
    blocks::each(path, |element| match element {
        osmpbf::Element::Node(n) => node(
            n.id(),
            degrees(n.nano_lon(), n.nano_lat()),
            n.tags().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        ),
        osmpbf::Element::DenseNode(n) => node(
            n.id(),
            degrees(n.nano_lon(), n.nano_lat()),
            n.tags().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        ),
        _ => {}
    })?;
    Ok(positions)
}

/// Puts one tagged way where it belongs.
fn place_way(id: i64, way: &RawWay, positions: &Positions, out: &mut OsmExtract) {
    let runs = runs(&way.nodes, positions);
    let whole = matches!(runs.as_slice(), [run] if run.len() == way.nodes.len());
    let closed = way.nodes.len() >= 4 && way.nodes.first() == way.nodes.last();
    if closed && is_area(&way.tags) {
        out.areas_incomplete += usize::from(!whole);
        let ring: LineString<f64> = runs.into_iter().flatten().map(|[x, y]| Coord { x, y }).collect();
        let polygons = MultiPolygon(if whole { vec![Polygon::new(ring, vec![])] } else { vec![] });
        out.areas.push(OsmArea { id, kind: AreaKind::Way, tags: way.tags.clone(), polygons });
        return;
    }
    let known = |i: usize| way.nodes.get(i).and_then(|n| positions.get(n));
    for i in 0..way.nodes.len() {
        let beside = [i.checked_sub(1), (i + 1 < way.nodes.len()).then_some(i + 1)];
        if let Some(&lonlat) = known(i)
            && beside.into_iter().flatten().any(|j| known(j).is_none())
        {
            out.cuts.push(OsmCut { id, tags: way.tags.clone(), lonlat });
        }
    }
    let before = out.lines.len();
    let lines = runs.into_iter().filter(|r| r.len() >= 2);
    out.lines.extend(lines.map(|lonlat| OsmLine { id, tags: way.tags.clone(), lonlat }));
    let lost = out.lines.len() == before;
    out.ways_lost += usize::from(lost);
    out.ways_cut += usize::from(!whole && !lost);
}

/// Stretches of a way whose nodes are all there.
fn runs(nodes: &[i64], positions: &Positions) -> Vec<Vec<[f64; 2]>> {
    let mut runs: Vec<Vec<[f64; 2]>> = vec![vec![]];
    for node in nodes {
        match (positions.get(node), runs.last_mut()) {
            (Some(at), Some(run)) => run.push(*at),
            (None, Some(run)) if !run.is_empty() => runs.push(vec![]),
            _ => {}
        }
    }
    runs.retain(|r| !r.is_empty());
    runs
}
