//! What is in each unit: households, businesses, visits.

use super::super::WorkError;
use super::VISIT_PRESETS;
use super::buildings::Building;
use crate::carry::carry_polygons;
use crate::crs::Crs;
use crate::frame::Frame;
use crate::osm::{OsmExtract, Tags};
use crate::store::model::Criterion;
use partition::frame::{Region, RegionIndex, interior_point};
use partition::workload::{FLOOR_AREA_FORMULA, VisitPreset, classify};

/// Criteria of the units, and what they were counted from.
pub(super) struct Loads {
    pub(super) criteria: Vec<Criterion>,
    pub(super) buildings: usize,
    pub(super) with_levels: usize,
    pub(super) businesses: usize,
}

impl Loads {
    pub(super) fn count(
        extract: &OsmExtract,
        frame: &Frame,
        wgs84: &Crs,
        units: &[Region],
        buildings: &[Building],
        assumed_levels: u32,
    ) -> Result<Self, WorkError> {
        let index = RegionIndex::new(units);
        let unit_at = |r: &Region| r.parts.first().and_then(interior_point).and_then(|p| index.at(p));
        let mut households_milli = vec![0i64; units.len()];
        let (mut count, mut with_levels) = (0, 0);
        for b in buildings {
            let Some(u) = unit_at(&b.ground) else { continue };
            count += 1;
            with_levels += usize::from(b.has_levels);
            households_milli[u as usize] += b.households_milli;
        }

        let presets: Vec<VisitPreset> =
            VISIT_PRESETS.iter().filter_map(|id| VisitPreset::by_id(id)).collect();
        let mut visits = vec![0i64; units.len()];
        let mut businesses = vec![0i64; units.len()];
        let mut place = |tags: &Tags, at: Option<u32>| {
            let kind = classify(tags.iter().map(|(k, v)| (k.as_str(), v.as_str())));
            if let (Some(kind), Some(u)) = (kind, at) {
                let milli: u64 = presets.iter().filter_map(|p| p.milli_visits(kind)).sum();
                visits[u as usize] += i64::try_from(milli).unwrap_or(0);
                businesses[u as usize] += 1;
            }
        };
        for p in &extract.points {
            let at = frame.to_frame(wgs84, p.lonlat[0], p.lonlat[1])?;
            place(&p.tags, index.at(at));
        }
        for a in extract.areas.iter().filter(|a| !a.polygons.0.is_empty()) {
            let ground = carry_polygons(frame, wgs84, &a.polygons)?;
            place(&a.tags, unit_at(&ground));
        }
        let total = businesses.iter().sum::<i64>();
        let formula =
            format!("{FLOOR_AREA_FORMULA}; levels where untagged: {assumed_levels} (median of the tagged)");
        let visit_note =
            format!("businesses by kind × visits a month, presets {}", VISIT_PRESETS.join(" + "));
        let criteria = vec![
            Criterion {
                name: "households".into(),
                scale: 1,
                estimate: Some(formula),
                loads: households_milli.iter().map(|m| (m + 500) / 1000).collect(),
            },
            Criterion { name: "businesses".into(), scale: 1, estimate: None, loads: businesses },
            Criterion { name: "visits_month".into(), scale: 1000, estimate: Some(visit_note), loads: visits },
        ];
        Ok(Self { criteria, buildings: count, with_levels, businesses: usize::try_from(total).unwrap_or(0) })
    }
}
