//! The Gauss–Krüger zones of CGCS2000, and coordinates that cannot be in the one that is named.
//!
//! Each zone has two codes: with the number of the zone before the easting (带号), and without.

/// The code of the CGCS2000 system whose zone number stands before this easting: 13 to 23 are 6° zones, 25 to 45 are 3° zones.
pub(crate) fn prefixed(x: f64) -> Option<(u32, &'static str, u32)> {
    let zone = (x / 1e6).floor();
    match zone as i64 {
        13..=23 => Some((zone as u32, "6°", 4491 + zone as u32 - 13)),
        25..=45 => Some((zone as u32, "3°", 4513 + zone as u32 - 25)),
        _ => None,
    }
}

/// Why a position cannot be in the CGCS2000 zone with this code, and what it looks like instead.
///
/// Wide enough for a country in one zone: what is refused is nowhere near China.
pub(crate) fn misplaced(epsg: u16, x: f64, y: f64) -> Option<String> {
    let code = u32::from(epsg);
    let with_prefix = match code {
        4491..=4501 => Some(13 + code - 4491),
        4513..=4533 => Some(25 + code - 4513),
        4502..=4512 | 4534..=4554 => None,
        _ => return None,
    };
    let northing = |v: f64| (1.6e6..6.2e6).contains(&v);
    if northing(x) && !northing(y) && (prefixed(y).is_some() || (0.0..1.5e6).contains(&y)) {
        return Some("the northing stands first; easting and northing must be exchanged".into());
    }
    match (with_prefix, prefixed(x)) {
        (None, Some((zone, kind, right))) => Some(format!(
            "the easting begins with the zone number {zone} ({kind} zone); say so with --crs EPSG:{right}"
        )),
        (Some(zone), Some((other, kind, right)))
            if zone != other && (x / 1e6 - f64::from(zone) - 0.5).abs() > 3.5 =>
        {
            Some(format!("the easting is of {kind} zone {other}, not {zone}; say so with --crs EPSG:{right}"))
        }
        (Some(zone), None) if (-3e6..4e6).contains(&x) => {
            // The same zones without prefix come 11 and 21 codes later.
            let right = if code <= 4501 { code + 11 } else { code + 21 };
            Some(format!("the easting lacks the zone number {zone}; say so with --crs EPSG:{right}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_out_of_their_zone_are_named_with_the_right_code() {
        let says = |epsg, x, y, words: &str| {
            let why = misplaced(epsg, x, y);
            assert!(why.as_ref().is_some_and(|w| w.contains(words)), "{epsg} {x} {y}: {why:?}");
        };
        says(4547, 38_512_345.0, 3_400_000.0, "EPSG:4526");
        says(4547, 19_512_345.0, 3_400_000.0, "EPSG:4497");
        says(4526, 512_345.0, 3_400_000.0, "EPSG:4547");
        says(4497, 512_345.0, 3_400_000.0, "EPSG:4508");
        says(4547, 3_400_000.0, 512_345.0, "exchanged");
        says(4526, 3_400_000.0, 38_512_345.0, "exchanged");
        says(4521, 38_512_345.0, 3_400_000.0, "EPSG:4526");
        for (epsg, x) in [(4547, 512_345.0), (4547, -1_900_000.0), (4526, 38_512_345.0), (4526, 39_100_000.0)]
        {
            assert_eq!(misplaced(epsg, x, 3_400_000.0), None, "{epsg} {x}");
        }
        assert_eq!(misplaced(2326, 38_512_345.0, 820_000.0), None);
    }
}
