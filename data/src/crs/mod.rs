//! Coordinate systems by EPSG code, PROJ string, OGC name or WKT.
//!
//! Coordinates are always in the *traditional* order: longitude, latitude in degrees, or easting, northing in
//! the system's unit. EPSG lists Chinese grids northing first; nobody's files do.
//!
//! CGCS2000 (EPSG:4490) and WGS 84 (EPSG:4326) are treated as identical, as in the EPSG data set: they differ
//! by less than the metre to which either is known without a survey.

mod shift;
mod zone;

pub use shift::Shift;

use proj4rs::{Proj, transform::transform};
use std::fmt;

pub(crate) use zone::prefixed;

/// Why a coordinate system could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrsError {
    /// The code isn't in the EPSG table.
    #[error("EPSG:{0} is not a known coordinate system; check the code, or give its PROJ string (+proj=…)")]
    UnknownCode(u32),
    /// Known, but the projection can't be computed here.
    #[error(
        "cannot compute with the coordinate system {name}: {reason}; give a PROJ string (+proj=…) instead"
    )]
    Unsupported {
        /// The name as given.
        name: String,
        /// What the projection library says.
        reason: String,
    },
    /// Neither a code nor a PROJ string nor WKT.
    #[error(
        "'{0}' is not a coordinate system; write EPSG:4490, a PROJ string (+proj=…), WKT, GCJ-02 or BD-09"
    )]
    NotACrs(String),
}

/// A coordinate system, ready to compute with.
#[derive(Clone)]
pub struct Crs {
    name: String,
    epsg: Option<u16>,
    cgcs2000: bool,
    shift: Option<Shift>,
    /// `None` for a local system, of which nothing is known.
    proj: Option<(String, Proj)>,
}

impl Crs {
    /// The system with this EPSG code.
    ///
    /// # Errors
    /// [`CrsError::UnknownCode`], or [`CrsError::Unsupported`] for vertical and geocentric systems and rare projections.
    pub fn from_epsg(code: u32) -> Result<Self, CrsError> {
        let def = u16::try_from(code).ok().and_then(crs_definitions::from_code);
        let def = def.ok_or(CrsError::UnknownCode(code))?;
        let mut crs = Self::build(format!("EPSG:{code}"), def.proj4)?;
        crs.epsg = Some(def.code);
        // CGCS2000: the geographic system, 6° and 3° zones, with prefix and without.
        crs.cgcs2000 = (4490..=4554).contains(&code);
        Ok(crs)
    }

    /// The system of a PROJ string such as `+proj=tmerc +lon_0=117 +x_0=500000 +ellps=GRS80 +units=m`.
    ///
    /// # Errors
    /// [`CrsError::Unsupported`].
    pub fn from_proj(text: &str) -> Result<Self, CrsError> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self::build(text.clone(), &text)
    }

    /// The system of a WKT text, as found in `.prj` files: by its EPSG code when it has one, else by its parameters.
    ///
    /// # Errors
    /// [`CrsError::Unsupported`].
    pub fn from_wkt(text: &str) -> Result<Self, CrsError> {
        let name = text.split('"').nth(1).unwrap_or("WKT without a name").to_owned();
        if let Some(crs) = wkt_epsg(text).and_then(|code| Self::from_epsg(code).ok()) {
            return Ok(crs);
        }
        let proj = proj4wkt::wkt_to_projstring(text)
            .map_err(|e| CrsError::Unsupported { name: name.clone(), reason: e.to_string() })?;
        let mut crs = Self::build(name, &proj)?;
        let upper = text.to_ascii_uppercase();
        crs.cgcs2000 =
            ["CHINA_2000", "CHINA GEODETIC", "CHINA_GEODETIC", "CGCS2000"].iter().any(|n| upper.contains(n));
        Ok(crs)
    }

    /// Longitude and latitude as a Chinese web map shows them.
    ///
    /// # Errors
    /// As [`Crs::wgs84`].
    pub fn shifted(shift: Shift) -> Result<Self, CrsError> {
        let name = shift.name().to_owned();
        Ok(Self { name, epsg: None, cgcs2000: true, shift: Some(shift), ..Self::from_epsg(4490)? })
    }

    /// Whatever a user or a file may write: `EPSG:4490`, `urn:ogc:def:crs:EPSG::4490`, an OGC URL, `OGC:CRS84`,
    /// a PROJ string, WKT, `GCJ-02`, `BD-09`.
    ///
    /// # Errors
    /// As for the other constructors; [`CrsError::NotACrs`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CrsError> {
        let text = text.trim();
        if text.starts_with('+') {
            return Self::from_proj(text);
        }
        if text.contains('[') {
            return Self::from_wkt(text);
        }
        if let Some(shift) = Shift::parse(text) {
            return Self::shifted(shift);
        }
        // EPSG:4490, urn:ogc:def:crs:EPSG:9.0:4490, http://www.opengis.net/def/crs/EPSG/0/4490: the last word is
        // the code, and the authority stands somewhere before it.
        let words: Vec<&str> = text.split([':', '/', '#']).filter(|w| !w.is_empty()).collect();
        if let Some((last, before)) = words.split_last() {
            if last.eq_ignore_ascii_case("CRS84") {
                return Self::wgs84();
            }
            let epsg =
                before.iter().any(|w| w.eq_ignore_ascii_case("EPSG") || w.eq_ignore_ascii_case("epsg.xml"));
            if let (true, Ok(code)) = (epsg, last.parse()) {
                return Self::from_epsg(code);
            }
        }
        Err(CrsError::NotACrs(text.chars().take(80).collect()))
    }

    /// WGS 84, longitude and latitude: what GeoJSON is in when it says nothing.
    ///
    /// # Errors
    /// None in practice; the table is compiled in.
    pub fn wgs84() -> Result<Self, CrsError> {
        Self::from_epsg(4326)
    }

    /// A system of which nothing is known (`--planar`): x and y on a plane, in some unit.
    #[must_use]
    pub fn local() -> Self {
        Self { name: "local".into(), epsg: None, cgcs2000: false, shift: None, proj: None }
    }

    fn build(name: String, text: &str) -> Result<Self, CrsError> {
        let fail = |reason: String| CrsError::Unsupported { name: name.clone(), reason };
        let proj = Proj::from_proj_string(text).map_err(|e| fail(e.to_string()))?;
        if proj.is_geocent() {
            return Err(fail("it is geocentric (X, Y, Z), not a map".into()));
        }
        if !proj.has_forward() || !proj.has_inverse() {
            return Err(fail("its projection cannot be computed both ways".into()));
        }
        Ok(Self { name, epsg: None, cgcs2000: false, shift: None, proj: Some((text.to_owned(), proj)) })
    }

    /// The name to show: `EPSG:4490`, the PROJ string, or the name in the WKT.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The EPSG code, when it was given by one.
    #[must_use]
    pub fn epsg(&self) -> Option<u16> {
        self.epsg
    }

    /// Degrees of longitude and latitude, not a plane.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        self.proj.as_ref().is_some_and(|(_, p)| p.is_latlong())
    }

    /// Nothing is known about it ([`Crs::local`]).
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.proj.is_none()
    }

    /// On the datum CGCS2000 (2000国家大地坐标系).
    #[must_use]
    pub fn is_cgcs2000(&self) -> bool {
        self.cgcs2000
    }

    /// How its coordinates are shifted against what they should be.
    #[must_use]
    pub fn shift(&self) -> Option<Shift> {
        self.shift
    }

    /// Why a position cannot be meant so, and what it looks like instead: a zone number missing or too many, axes exchanged.
    #[must_use]
    pub fn misplaced(&self, x: f64, y: f64) -> Option<String> {
        self.epsg.and_then(|code| zone::misplaced(code, x, y))
    }

    /// The PROJ string; `None` for a local system.
    #[must_use]
    pub fn proj_string(&self) -> Option<&str> {
        self.proj.as_ref().map(|(text, _)| text.as_str())
    }

    /// Longitude and latitude (WGS 84, degrees) of a position; `None` where there is no such place, and for a local system.
    #[must_use]
    pub fn to_lonlat(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        self.transform(&Self::wgs84().ok()?, x, y).ok()
    }

    /// The words of the PROJ string that describe the ellipsoid and its place, without the prime meridian.
    pub(crate) fn datum_words(&self) -> String {
        const DATUM: [&str; 9] = ["datum", "ellps", "a", "b", "rf", "f", "R", "towgs84", "nadgrids"];
        let key = |word: &str| word.trim_start_matches('+').split('=').next().map(str::to_owned);
        let words = self.proj_string().unwrap_or_default().split_whitespace();
        words.filter(|w| key(w).is_some_and(|k| DATUM.contains(&k.as_str()))).collect::<Vec<_>>().join(" ")
    }

    /// Longitude and latitude on this system's own ellipsoid, counted from Greenwich.
    pub(crate) fn own_geographic(&self) -> Result<Self, CrsError> {
        Self::from_proj(&format!("+proj=longlat {} +no_defs", self.datum_words()))
    }

    pub(crate) fn proj(&self) -> Option<&Proj> {
        self.proj.as_ref().map(|(_, p)| p)
    }

    /// Carries a position into another system. The same system gives the same numbers, untouched.
    pub(crate) fn transform(&self, to: &Self, x: f64, y: f64) -> Result<[f64; 2], String> {
        match (&self.proj, &to.proj) {
            (None, None) => Ok([x, y]),
            (Some((a, _)), Some((b, _))) if a == b && self.shift == to.shift => Ok([x, y]),
            (Some((_, from)), Some((_, onto))) => {
                let [x, y] = self.shift.map_or([x, y], |s| s.restored([x, y]));
                let mut p = if from.is_latlong() { (x.to_radians(), y.to_radians()) } else { (x, y) };
                transform(from, onto, &mut p).map_err(|e| e.to_string())?;
                let at = if onto.is_latlong() { [p.0.to_degrees(), p.1.to_degrees()] } else { [p.0, p.1] };
                Ok(to.shift.map_or(at, |s| s.shifted(at)))
            }
            _ => Err("one of the two systems is local: nothing is known about where it lies".into()),
        }
    }
}

impl PartialEq for Crs {
    /// The same numbers mean the same place.
    fn eq(&self, other: &Self) -> bool {
        self.proj_string() == other.proj_string() && self.shift == other.shift
    }
}

impl fmt::Debug for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Crs({})", self.name)
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The code in the `AUTHORITY["EPSG","4490"]` (WKT 1) or `ID["EPSG",4490]` (WKT 2) of the outermost node; inner ones name the
/// ellipsoid, the unit and so on.
fn wkt_epsg(text: &str) -> Option<u32> {
    let (mut depth, mut quoted, mut start) = (0_u32, false, 0);
    let mut found = None;
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '(' if !quoted => {
                let word = text.get(start..i)?.trim();
                if depth == 1 && (word.eq_ignore_ascii_case("AUTHORITY") || word.eq_ignore_ascii_case("ID")) {
                    let inside: Vec<&str> = text
                        .get(i + 1..)?
                        .split([']', ')'])
                        .next()?
                        .split(',')
                        .map(|w| w.trim().trim_matches('"'))
                        .collect();
                    if let [authority, code, ..] = inside[..]
                        && authority.eq_ignore_ascii_case("EPSG")
                    {
                        found = code.parse().ok();
                    }
                }
                depth += 1;
                start = i + 1;
            }
            ']' | ')' if !quoted => {
                depth = depth.saturating_sub(1);
                start = i + 1;
            }
            ',' if !quoted => start = i + 1,
            _ => {}
        }
    }
    found
}
