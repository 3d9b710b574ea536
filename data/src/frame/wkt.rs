//! The frame's coordinate system as WKT 1, for the GeoPackages we write.

use super::{Frame, Place};
use crate::crs::Crs;

impl Frame {
    /// WKT 1 that GDAL and QGIS place right; `None` for a planar frame.
    #[must_use]
    pub fn wkt(&self) -> Option<String> {
        let Place::Earth { crs, .. } = &self.place else { return None };
        if let Some(def) = crs.epsg().and_then(crs_definitions::from_code) {
            return Some(def.wkt.to_owned());
        }
        let geogcs = geogcs(crs)?;
        let text = crs.proj_string()?;
        if crs.proj()?.projname() == "tmerc" {
            let n = |key: &str, default: &str| value(text, key).unwrap_or(default).to_owned();
            let k = value(text, "k").or_else(|| value(text, "k_0")).unwrap_or("1");
            return Some(format!(
                "PROJCS[\"wangge: Transverse Mercator CM {cm}\",{geogcs},PROJECTION[\"Transverse_Mercator\"],\
                 PARAMETER[\"latitude_of_origin\",{}],PARAMETER[\"central_meridian\",{cm}],PARAMETER[\"scale_factor\",{k}],\
                 PARAMETER[\"false_easting\",{}],PARAMETER[\"false_northing\",{}],UNIT[\"metre\",1,AUTHORITY[\"EPSG\",\"9001\"]],\
                 AXIS[\"Easting\",EAST],AXIS[\"Northing\",NORTH]]",
                n("lat_0", "0"),
                n("x_0", "0"),
                n("y_0", "0"),
                cm = n("lon_0", "0"),
            ));
        }
        // GDAL's own way to say "whatever this PROJ string says".
        Some(format!(
            "PROJCS[\"wangge: {text}\",{geogcs},PROJECTION[\"custom_proj4\"],UNIT[\"metre\",1,AUTHORITY[\"EPSG\",\"9001\"]],\
             AXIS[\"Easting\",EAST],AXIS[\"Northing\",NORTH],EXTENSION[\"PROJ4\",\"{text}\"]]"
        ))
    }
}

fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.split_whitespace().find_map(|w| w.strip_prefix('+')?.strip_prefix(key)?.strip_prefix('='))
}

fn geogcs(crs: &Crs) -> Option<String> {
    let text = crs.proj_string()?;
    let known = match value(text, "datum") {
        Some("WGS84") => Some(4326),
        Some("NAD83") => Some(4269),
        _ => None,
    };
    if let Some(def) = known.and_then(crs_definitions::from_code) {
        return Some(def.wkt.to_owned());
    }
    let (a, b) = crs.proj()?.ellipse_parameters();
    let name = value(text, "ellps").unwrap_or("ellipsoid");
    let rf = if name == "GRS80" {
        "298.257222101".to_owned()
    } else if a == b {
        "0".to_owned()
    } else {
        (a / (a - b)).to_string()
    };
    let shift = value(text, "towgs84").map(|s| match s.split(',').count() {
        3 => format!(",TOWGS84[{s},0,0,0,0]"),
        _ => format!(",TOWGS84[{s}]"),
    });
    Some(format!(
        "GEOGCS[\"unnamed\",DATUM[\"unnamed\",SPHEROID[\"{name}\",{a},{rf}]{}],PRIMEM[\"Greenwich\",0],\
         UNIT[\"degree\",0.0174532925199433]]",
        shift.unwrap_or_default()
    ))
}
