//! The frame: a projected coordinate system with integer coordinates of one micrometre.
//!
//! Everything enters the integer plane here and leaves it here. Both ways are exact where it matters:
//!
//! * [`Frame::from_projected_m`] undoes [`Frame::to_projected_m`] for every coordinate in range;
//! * [`Frame::to_frame`] undoes [`Frame::to_lonlat`]: a published position comes back as the same integers.
//!
//! # Known weakness
//! Sines come from the platform's mathematical library. Two platforms may project the same file a micrometre
//! apart; a project carries its integers with it, so nothing drifts once it is made.

mod wkt;

use crate::crs::{Crs, CrsError, prefixed};
use partition::frame::{MAX_COORD_UM, Point, UM_PER_M};

/// Why a frame could not be made, or a position not be placed in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The coordinate system can't be used.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// Degrees are no plane.
    #[error("{0} is not a projected coordinate system; a frame needs one in metres, such as EPSG:4547")]
    NotProjected(String),
    /// Mercator stretches areas by a third and more.
    #[error(
        "{0} is a Mercator projection, which shows areas 34 to 142 % too large in China; use a Gauss–Krüger zone such as EPSG:4547"
    )]
    Mercator(String),
    /// The input lies on both sides of ±180°.
    #[error(
        "the input spans longitudes {west}° to {east}°: an area across the ±180° meridian cannot be laid in one frame; cut it there and make two projects"
    )]
    Antimeridian {
        /// Smallest longitude.
        west: f64,
        /// Largest longitude.
        east: f64,
    },
    /// A scale that is no scale.
    #[error("{0} metres per unit is not a usable scale; give a number above 0, such as 1 or 0.001")]
    Scale(f64),
    /// NaN or infinite.
    #[error("the coordinate ({0}, {1}) is not a number")]
    NotFinite(f64, f64),
    /// Not on the Earth.
    #[error("({x}, {y}) is not a longitude and latitude{hint}")]
    NotLonLat {
        /// As given.
        x: f64,
        /// As given.
        y: f64,
        /// What it looks like instead, with what to do.
        hint: String,
    },
    /// The projection doesn't reach there.
    #[error(
        "({x}, {y}) lies outside what the frame {frame} can show{reason}; declare a frame that fits with --frame EPSG:…"
    )]
    Outside {
        /// As given.
        x: f64,
        /// As given.
        y: f64,
        /// The frame's definition.
        frame: String,
        /// From the projection, may be empty.
        reason: String,
    },
    /// A definition nobody wrote.
    #[error("'{0}' is not the definition of a frame")]
    Definition(String),
}

/// The integer plane of a project, and how to reach it.
#[derive(Clone, Debug)]
pub struct Frame {
    definition: String,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    /// On the Earth: the projected system, and longitude/latitude on its own ellipsoid and on WGS 84.
    Earth { crs: Box<Crs>, own: Box<Crs>, wgs84: Box<Crs> },
    /// Somewhere: one unit of input is so many metres.
    Planar { metres_per_unit: f64 },
}

impl Frame {
    /// The default: the 3° Gauss–Krüger zone of the middle of a box, on the datum of `crs`.
    ///
    /// CGCS2000 gives EPSG:4534 … 4554 (without zone prefix). Longitude and latitude are `[smallest, largest]`.
    ///
    /// # Errors
    /// [`FrameError::Antimeridian`], [`FrameError::NotLonLat`], [`FrameError::NotProjected`] for a local system.
    pub fn for_lonlat_bounds(crs: &Crs, lon: [f64; 2], lat: [f64; 2]) -> Result<Self, FrameError> {
        for (&x, &y) in lon.iter().zip(&lat) {
            check_lonlat(x, y)?;
        }
        if lon[1] - lon[0] > 180.0 {
            return Err(FrameError::Antimeridian { west: lon[0], east: lon[1] });
        }
        if crs.is_local() {
            return Err(FrameError::NotProjected("a local coordinate system".into()));
        }
        let cm = 3 * ((lon[0] + lon[1]) / 6.0).round() as i32;
        if crs.is_cgcs2000() && (75..=135).contains(&cm) {
            return Self::from_crs(&Crs::from_epsg(4534 + (cm - 75).unsigned_abs() / 3)?);
        }
        let datum = crs.datum_words();
        Self::from_crs(&Crs::from_proj(&format!(
            "+proj=tmerc +lat_0=0 +lon_0={cm} +k=1 +x_0=500000 +y_0=0 {datum} +units=m +no_defs"
        ))?)
    }

    /// The default for a box given in `crs` itself (`[[min x, min y], [max x, max y]]`).
    ///
    /// # Errors
    /// As [`Frame::for_lonlat_bounds`], and [`FrameError::Outside`].
    pub fn for_bounds(crs: &Crs, min: [f64; 2], max: [f64; 2]) -> Result<Self, FrameError> {
        if crs.is_geographic() {
            return Self::for_lonlat_bounds(crs, [min[0], max[0]], [min[1], max[1]]);
        }
        if crs.is_local() {
            return Err(FrameError::NotProjected("a local coordinate system".into()));
        }
        let own = crs.own_geographic()?;
        let (x, y) = ((min[0] + max[0]) / 2.0, (min[1] + max[1]) / 2.0);
        let [lon, lat] = crs.transform(&own, x, y).map_err(|reason| FrameError::Outside {
            x,
            y,
            frame: crs.to_string(),
            reason: format!(" ({reason})"),
        })?;
        Self::for_lonlat_bounds(crs, [lon, lon], [lat, lat])
    }

    /// The frame of a declared projected system (`--frame EPSG:…`). One in feet is taken over in metres.
    ///
    /// # Errors
    /// [`FrameError::NotProjected`], [`FrameError::Mercator`].
    pub fn from_crs(crs: &Crs) -> Result<Self, FrameError> {
        let (Some(text), Some(proj)) = (crs.proj_string(), crs.proj()) else {
            return Err(FrameError::NotProjected("a local coordinate system".into()));
        };
        if proj.is_latlong() {
            return Err(FrameError::NotProjected(crs.to_string()));
        }
        if matches!(proj.projname(), "merc" | "webmerc") {
            return Err(FrameError::Mercator(crs.to_string()));
        }
        let plain = proj.to_meter() == 1.0 && proj.is_normalized_axis();
        let (crs, definition) = match crs.epsg() {
            Some(code) if plain => (crs.clone(), format!("EPSG:{code}")),
            _ if plain => (crs.clone(), text.to_owned()),
            _ => {
                let skip = ["+units=", "+to_meter=", "+axis="];
                let kept = text.split_whitespace().filter(|w| !skip.iter().any(|s| w.starts_with(s)));
                let text = format!("{} +units=m", kept.collect::<Vec<_>>().join(" "));
                (Crs::from_proj(&text)?, text)
            }
        };
        let own = Box::new(crs.own_geographic()?);
        Ok(Self {
            definition,
            place: Place::Earth { crs: Box::new(crs), own, wgs84: Box::new(Crs::wgs84()?) },
        })
    }

    /// The frame of data without a coordinate system (`--planar METRES`).
    ///
    /// # Errors
    /// [`FrameError::Scale`] unless the number is finite and positive.
    pub fn planar(metres_per_unit: f64) -> Result<Self, FrameError> {
        if !(metres_per_unit.is_finite() && metres_per_unit > 0.0) {
            return Err(FrameError::Scale(metres_per_unit));
        }
        Ok(Self { definition: format!("planar:{metres_per_unit}"), place: Place::Planar { metres_per_unit } })
    }

    /// A text from which [`Frame::from_definition`] makes the same frame: `EPSG:4547`, a PROJ string, `planar:1`.
    #[must_use]
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// The frame of a [`Frame::definition`].
    ///
    /// # Errors
    /// [`FrameError::Definition`], or as the other constructors.
    pub fn from_definition(text: &str) -> Result<Self, FrameError> {
        match text.strip_prefix("planar:") {
            Some(scale) => Self::planar(scale.parse().map_err(|_| FrameError::Definition(text.into()))?),
            None => Self::from_crs(&Crs::parse(text).map_err(|_| FrameError::Definition(text.into()))?),
        }
    }

    /// The projected coordinate system; `None` for a planar frame.
    #[must_use]
    pub fn crs(&self) -> Option<&Crs> {
        match &self.place {
            Place::Earth { crs, .. } => Some(crs),
            Place::Planar { .. } => None,
        }
    }

    /// Whether the frame has no place on the Earth.
    #[must_use]
    pub fn is_planar(&self) -> bool {
        matches!(self.place, Place::Planar { .. })
    }

    /// Carries a position into the frame and snaps it to the micrometre.
    ///
    /// # Errors
    /// [`FrameError::NotFinite`], [`FrameError::NotLonLat`], [`FrameError::Outside`].
    pub fn to_frame(&self, crs: &Crs, x: f64, y: f64) -> Result<Point, FrameError> {
        self.place_um(crs, x, y).map(snap)
    }

    /// The position in µm before snapping.
    pub(crate) fn place_um(&self, crs: &Crs, x: f64, y: f64) -> Result<[f64; 2], FrameError> {
        if !(x.is_finite() && y.is_finite()) {
            return Err(FrameError::NotFinite(x, y));
        }
        if crs.is_geographic() {
            check_lonlat(x, y)?;
        }
        let outside = |reason: String| FrameError::Outside { x, y, frame: self.definition.clone(), reason };
        let [mx, my] = match &self.place {
            Place::Earth { crs: to, .. } => {
                crs.transform(to, x, y).map_err(|e| outside(format!(" ({e})")))?
            }
            Place::Planar { .. } if !crs.is_local() => {
                return Err(outside(format!(" (the frame is planar, the input is in {crs})")));
            }
            Place::Planar { metres_per_unit } => [x * metres_per_unit, y * metres_per_unit],
        };
        let um = [mx * UM_PER_M as f64, my * UM_PER_M as f64];
        // Written so that NaN is outside too.
        if um.iter().all(|c| c.abs() <= MAX_COORD_UM as f64) { Ok(um) } else { Err(outside(String::new())) }
    }

    /// Longitude and latitude (WGS 84, degrees) that [`Frame::to_frame`] carries back to exactly this point.
    ///
    /// `None` for a planar frame, and for points the projection can't undo.
    ///
    /// Inverse projections stop iterating somewhere above a micrometre for some map projections; a Newton step
    /// on the forward projection removes the rest.
    #[must_use]
    pub fn to_lonlat(&self, p: Point) -> Option<[f64; 2]> {
        let Place::Earth { crs, wgs84, .. } = &self.place else { return None };
        let [x, y] = self.to_projected_m(p);
        let mut at = crs.transform(wgs84, x, y).ok()?;
        for _ in 0..8 {
            let [gx, gy] = wgs84.transform(crs, at[0], at[1]).ok()?;
            let (rx, ry) = (x - gx, y - gy);
            if rx.abs() < 1e-7 && ry.abs() < 1e-7 {
                break;
            }
            let j = jacobian(wgs84, crs, at)?;
            let det = j[0] * j[3] - j[1] * j[2];
            at[0] += (rx * j[3] - ry * j[1]) / det;
            at[1] += (ry * j[0] - rx * j[2]) / det;
        }
        (self.to_frame(wgs84, at[0], at[1]).ok()? == p).then_some(at)
    }

    /// Easting and northing in metres, without loss: every coordinate in range fits a double.
    #[must_use]
    pub fn to_projected_m(&self, p: Point) -> [f64; 2] {
        [p.x as f64 / UM_PER_M as f64, p.y as f64 / UM_PER_M as f64]
    }

    /// Undoes [`Frame::to_projected_m`]. `None` when out of range or not a number.
    #[must_use]
    pub fn from_projected_m(&self, [x, y]: [f64; 2]) -> Option<Point> {
        let um = [x * UM_PER_M as f64, y * UM_PER_M as f64];
        um.iter().all(|c| c.abs() <= MAX_COORD_UM as f64).then(|| snap(um))
    }

    /// Area in the plane per area on the ellipsoid, near `p`. 1 for a planar frame.
    #[must_use]
    pub fn areal_scale(&self, p: Point) -> f64 {
        self.ellipsoid_scale(p).filter(|s| s.is_finite() && *s > 0.0).unwrap_or(1.0)
    }

    fn ellipsoid_scale(&self, p: Point) -> Option<f64> {
        let Place::Earth { crs, own, .. } = &self.place else { return None };
        let [x, y] = self.to_projected_m(p);
        let at = crs.transform(own, x, y).ok()?;
        let j = jacobian(own, crs, at)?;
        let plane = (j[0] * j[3] - j[1] * j[2]).abs();
        // Radii of curvature of the meridian and the prime vertical; an ellipsoid's area per squared radian is
        // M·N·cos φ.
        let (a, b) = crs.proj()?.ellipse_parameters();
        let (sin, cos) = at[1].to_radians().sin_cos();
        let e2 = 1.0 - (b * b) / (a * a);
        let w2 = 1.0 - e2 * sin * sin;
        let ground = a * a * (1.0 - e2) / (w2 * w2) * cos * (1_f64.to_radians().powi(2));
        Some(plane / ground)
    }

    /// Length in the plane per length on the ellipsoid, near `p`: the same in all directions for a conformal
    /// projection such as Gauss–Krüger, the geometric mean of the two principal ones for others.
    #[must_use]
    pub fn length_scale(&self, p: Point) -> f64 {
        self.areal_scale(p).sqrt()
    }

    /// Area on the ellipsoid, m², of something small near `at`, from twice its exact area in the plane.
    #[must_use]
    pub fn area_m2(&self, twice_area_um2: i128, at: Point) -> f64 {
        twice_area_um2 as f64 / (2.0 * (UM_PER_M as f64).powi(2)) / self.areal_scale(at)
    }
}

/// How projected metres change per degree of longitude and latitude: `[dx/dλ, dx/dφ, dy/dλ, dy/dφ]`.
///
/// Central differences over about 100 m: rounding (1e-9 m) and curvature both stay below 1e-9 of the result.
fn jacobian(from: &Crs, to: &Crs, [lon, lat]: [f64; 2]) -> Option<[f64; 4]> {
    const H: f64 = 1e-3;
    let at = |dx: f64, dy: f64| from.transform(to, lon + dx, lat + dy).ok();
    let (e, w, n, s) = (at(H, 0.0)?, at(-H, 0.0)?, at(0.0, H)?, at(0.0, -H)?);
    let d = |a: f64, b: f64| (a - b) / (2.0 * H);
    Some([d(e[0], w[0]), d(n[0], s[0]), d(e[1], w[1]), d(n[1], s[1])])
}

fn snap([x, y]: [f64; 2]) -> Point {
    Point::new(x.round() as i64, y.round() as i64)
}

/// Refuses what can't be degrees, with a guess what it is instead (domain.md §7.3).
pub(crate) fn check_lonlat(x: f64, y: f64) -> Result<(), FrameError> {
    if x.abs() <= 180.0 && y.abs() <= 90.0 {
        return Ok(());
    }
    if !(x.is_finite() && y.is_finite()) {
        return Err(FrameError::NotFinite(x, y));
    }
    let hint = if x.abs() <= 90.0 && y.abs() <= 180.0 {
        ": it looks like latitude and longitude in the wrong order".to_owned()
    } else if let Some((zone, kind, code)) = prefixed(x) {
        format!(": it looks like CGCS2000 {kind} zone {zone}; say so with --crs EPSG:{code}")
    } else if x.abs() > 360.0 || y.abs() > 360.0 {
        ": it looks projected; name its coordinate system with --crs EPSG:…, or use --planar METRES"
            .to_owned()
    } else {
        String::new()
    };
    Err(FrameError::NotLonLat { x, y, hint })
}
