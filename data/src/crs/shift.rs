//! GCJ-02 and BD-09: the shifted longitudes and latitudes of Chinese web maps.
//!
//! Everything bought or drawn on Amap or Tencent maps is in GCJ-02, on Baidu maps in BD-09, up to 700 m off. The shift is smooth
//! but bends straight lines, so such data are taken back vertex by vertex as they are read, and never written.

use std::f64::consts::PI;

/// How a map's coordinates are shifted against WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shift {
    /// Amap, Tencent: 火星坐标系.
    Gcj02,
    /// Baidu: GCJ-02, shifted once more.
    Bd09,
}

/// Krasovsky 1940, on which the shift is defined: half-axis and squared eccentricity.
const A: f64 = 6_378_245.0;
const E2: f64 = 0.006_693_421_622_965_943;

impl Shift {
    /// The shift of this name: `GCJ-02`, `gcj02`, `BD-09` …
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        match plain.to_ascii_uppercase().as_str() {
            "GCJ02" => Some(Self::Gcj02),
            "BD09" | "BD09LL" => Some(Self::Bd09),
            _ => None,
        }
    }

    /// The usual name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gcj02 => "GCJ-02",
            Self::Bd09 => "BD-09",
        }
    }

    /// Where a true position (degrees, WGS 84) is shown.
    #[must_use]
    pub fn shifted(self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        let gcj = gcj02([lon, lat]);
        match self {
            Self::Gcj02 => gcj,
            Self::Bd09 => bd09(gcj),
        }
    }

    /// The true position of what is shown at a place, to better than 1e-11 degree (a micrometre).
    ///
    /// By fixed-point iteration; each step leaves about a hundredth of the error.
    #[must_use]
    pub fn restored(self, shown: [f64; 2]) -> [f64; 2] {
        let mut at = shown;
        for _ in 0..12 {
            let [lon, lat] = self.shifted(at);
            let step = [shown[0] - lon, shown[1] - lat];
            at = [at[0] + step[0], at[1] + step[1]];
            if step[0].abs().max(step[1].abs()) < 1e-13 {
                break;
            }
        }
        at
    }
}

/// A sum of sines over the offset from 105° E, 35° N, in metres on the Krasovsky ellipsoid.
fn gcj02([lon, lat]: [f64; 2]) -> [f64; 2] {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let waves = |of: f64, terms: [(f64, f64); 2]| -> f64 {
        terms.iter().map(|(size, by)| size * (of * PI / by).sin()).sum::<f64>() * 2.0 / 3.0
    };
    let common = 2.0 / 3.0 * (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin());
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + common
        + waves(y, [(20.0, 1.0), (40.0, 3.0)])
        + waves(y, [(160.0, 12.0), (320.0, 30.0)]);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + common
        + waves(x, [(20.0, 1.0), (40.0, 3.0)])
        + waves(x, [(150.0, 12.0), (300.0, 30.0)]);
    let phi = lat.to_radians();
    let w2 = 1.0 - E2 * phi.sin().powi(2);
    let meridian = A * (1.0 - E2) / (w2 * w2.sqrt());
    let across = A / w2.sqrt() * phi.cos();
    [lon + (east / across).to_degrees(), lat + (north / meridian).to_degrees()]
}

/// Baidu turns and stretches GCJ-02 a little more.
fn bd09([lon, lat]: [f64; 2]) -> [f64; 2] {
    const TURN: f64 = PI * 3000.0 / 180.0;
    let radius = lon.hypot(lat) + 0.000_02 * (lat * TURN).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * TURN).cos();
    [radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_pair_agrees_to_a_metre() {
        // Beijing, as published for both systems.
        let [lon, lat] = Shift::Gcj02.shifted([116.42079, 39.90105]);
        assert!((lon - 116.42703).abs() < 1e-5 && (lat - 39.90245).abs() < 1e-5, "{lon} {lat}");
    }

    #[test]
    fn what_was_shifted_is_restored_to_a_micrometre() {
        for shift in [Shift::Gcj02, Shift::Bd09] {
            for i in 0..400 {
                let at = [75.0 + f64::from(i % 20) * 2.9 + 0.0137, 18.0 + f64::from(i / 20) * 1.7];
                let [lon, lat] = shift.restored(shift.shifted(at));
                assert!((lon - at[0]).abs() < 1e-11 && (lat - at[1]).abs() < 1e-11, "{shift:?} {at:?}");
                let moved = shift.shifted(at);
                let metres =
                    ((moved[0] - at[0]) * at[1].to_radians().cos()).hypot(moved[1] - at[1]) * 111_000.0;
                assert!((20.0..2000.0).contains(&metres), "{shift:?} {at:?}: {metres}");
            }
        }
    }

    #[test]
    fn names_are_understood_in_any_spelling() {
        assert_eq!(Shift::parse("gcj-02"), Some(Shift::Gcj02));
        assert_eq!(Shift::parse("BD09"), Some(Shift::Bd09));
        assert_eq!(Shift::parse("EPSG:4490"), None);
    }
}
