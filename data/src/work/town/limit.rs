//! The outer limit, and the parents inside.

use super::super::{WorkError, given::joined};
use super::Area;
use crate::carry::{carry_line, carry_polygons};
use crate::crs::Crs;
use crate::frame::Frame;
use crate::osm::OsmExtract;
use partition::frame::{Polygon, Region, RegionIndex, interior_point};

/// The outer limit, what to call it, and the parents inside.
pub(super) struct Limit {
    pub(super) region: Region,
    pub(super) name: String,
    pub(super) note: String,
    pub(super) parents: Vec<(String, Region)>,
    /// Areas of the level asked for that the extract does not hold completely.
    pub(super) incomplete: Vec<String>,
}

impl Limit {
    /// The parent of each unit, and the parents' names; empty when there are fewer than two.
    pub(super) fn parents_of(&self, units: &[Region]) -> (Vec<u32>, Vec<String>) {
        if self.parents.len() < 2 {
            return (Vec::new(), Vec::new());
        }
        let regions: Vec<Region> = self.parents.iter().map(|p| p.1.clone()).collect();
        let index = RegionIndex::new(&regions);
        let at = |u: &Region| u.parts.first().and_then(interior_point).and_then(|p| index.at(p)).unwrap_or(0);
        (units.iter().map(at).collect(), self.parents.iter().map(|p| p.0.clone()).collect())
    }
}

pub(super) fn limit(
    extract: &OsmExtract,
    frame: &Frame,
    wgs84: &Crs,
    area: &Area,
    name: &str,
) -> Result<Limit, WorkError> {
    match area {
        Area::Given(region) => {
            let (region, note) = (region.clone(), String::new());
            Ok(Limit { region, name: name.into(), note, parents: Vec::new(), incomplete: Vec::new() })
        }
        Area::Box([w, s, e, n]) => {
            let corners = [[*w, *s], [*e, *s], [*e, *n], [*w, *n]];
            let shell = carry_line(frame, wgs84, &corners)?;
            Ok(Limit {
                region: Region::single(Polygon::oriented(shell, Vec::new())),
                name: format!("{name} 试点范围"),
                note: "试点范围,不是行政区域界线 · a pilot area, not an administrative boundary".into(),
                parents: Vec::new(),
                incomplete: Vec::new(),
            })
        }
        Area::AdminLevel(level) => {
            let level = level.to_string();
            let (mut parents, mut incomplete) = (Vec::new(), Vec::new());
            for a in &extract.areas {
                let is = |k: &str, v: &str| a.tags.get(k).is_some_and(|t| t == v);
                if !is("boundary", "administrative") || !is("admin_level", &level) {
                    continue;
                }
                let name = a.tags.get("name").cloned().unwrap_or_else(|| a.id.to_string());
                if a.polygons.0.is_empty() {
                    incomplete.push(name);
                } else {
                    parents.push((name, carry_polygons(frame, wgs84, &a.polygons)?));
                }
            }
            if parents.is_empty() {
                return Err(WorkError::Nothing(format!(
                    "the extract holds no complete administrative area of level {level}; an extract often cuts them: \
                     use --boundary FILE or --boundary-bbox"
                )));
            }
            let region = joined(parents.iter().map(|p| p.1.clone()).collect());
            Ok(Limit {
                region,
                name: name.into(),
                note: format!("OSM admin_level={level}"),
                parents,
                incomplete,
            })
        }
    }
}
