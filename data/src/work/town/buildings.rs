//! Buildings: where they stand, and how many households they may hold.

use super::super::WorkError;
use crate::carry::carry_polygons;
use crate::crs::Crs;
use crate::frame::Frame;
use crate::osm::{OsmExtract, Tags};
use partition::frame::Region;
use partition::workload::{BuildingKind, households_from_floor_area};

/// A building as far as it matters here.
pub(super) struct Building {
    pub(super) ground: Region,
    /// Whether it stands on that ground, so that a border through it would cut it.
    pub(super) stands: bool,
    pub(super) has_levels: bool,
    /// An estimate, in thousandths.
    pub(super) households_milli: i64,
}

/// All buildings of an extract, and the number of levels assumed where none is tagged: the median of the tagged ones.
pub(super) fn buildings(
    extract: &OsmExtract,
    frame: &Frame,
    wgs84: &Crs,
) -> Result<(Vec<Building>, u32), WorkError> {
    let is = |t: &Tags| place(t) != Place::None;
    let areas: Vec<_> = extract.areas.iter().filter(|a| !a.polygons.0.is_empty() && is(&a.tags)).collect();
    let mut tagged: Vec<u32> = areas.iter().filter_map(|a| levels(&a.tags)).collect();
    tagged.sort_unstable();
    let assumed = tagged.get(tagged.len() / 2).copied().unwrap_or(1);
    let mut out = Vec::new();
    for a in areas {
        let ground = carry_polygons(frame, wgs84, &a.polygons)?;
        let footprint_m2 = (ground.twice_area_um2().max(0) / 2_000_000_000_000) as u64;
        let tagged = levels(&a.tags);
        let kind = BuildingKind::from_tag(a.tags.get("building").map_or("", String::as_str));
        let households = households_from_floor_area(footprint_m2, tagged.unwrap_or(assumed), kind);
        out.push(Building {
            stands: place(&a.tags) == Place::Ground && ground.twice_area_um2() > 0,
            ground,
            has_levels: tagged.is_some(),
            households_milli: households.and_then(|h| i64::try_from(h).ok()).unwrap_or(0),
        });
    }
    Ok((out, assumed))
}

fn levels(tags: &Tags) -> Option<u32> {
    let levels = tags.get("building:levels").and_then(|l| l.trim().parse::<f64>().ok());
    levels.filter(|l| (1.0..200.0).contains(l)).map(|l| l.round() as u32)
}

/// Where a building is.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// It is none, is underground, or is a roof, bridge or ship.
    None,
    /// Above the ground: streets run under it. It still holds households.
    Raised,
    /// On the ground.
    Ground,
}

fn place(tags: &Tags) -> Place {
    let tag = |k: &str| tags.get(k).map_or("", String::as_str);
    let number = |k: &str| tag(k).trim().trim_end_matches(" m").parse::<f64>().unwrap_or(0.0);
    if matches!(tag("building"), "" | "no" | "roof" | "bridge" | "ship" | "underpass_entrance")
        || matches!(tag("location"), "underground" | "underwater")
        || tag("man_made") == "bridge"
        || number("layer") < 0.0
    {
        Place::None
    } else if number("layer") > 0.0
        || number("building:min_level") > 0.0
        || number("min_height") > 0.0
        || matches!(tag("location"), "overhead" | "roof" | "rooftop")
    {
        Place::Raised
    } else {
        Place::Ground
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_on_the_ground_holds_a_border_up() {
        let at = |t: &[(&str, &str)]| {
            let mut tags: Tags = t.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
            tags.entry("building".into()).or_insert_with(|| "yes".into());
            place(&tags)
        };
        assert_eq!(at(&[]), Place::Ground);
        assert_eq!(at(&[("layer", "0"), ("building:min_level", "0")]), Place::Ground);
        for raised in
            [("layer", "1"), ("building:min_level", "2"), ("min_height", "4.5 m"), ("location", "roof")]
        {
            assert_eq!(at(&[raised]), Place::Raised, "{raised:?}");
        }
        for none in [
            ("building", "roof"),
            ("building", "bridge"),
            ("building", "no"),
            ("layer", "-1"),
            ("location", "underground"),
            ("man_made", "bridge"),
        ] {
            assert_eq!(at(&[none]), Place::None, "{none:?}");
        }
    }
}
