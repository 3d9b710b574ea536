//! Names of coordinate systems.

use data::crs::{Crs, CrsError};

#[test]
fn every_usual_spelling_is_understood() {
    for text in [
        "EPSG:4490",
        "epsg:4490",
        "urn:ogc:def:crs:EPSG::4490",
        "urn:ogc:def:crs:EPSG:9.8.1:4490",
        "http://www.opengis.net/def/crs/EPSG/0/4490",
        "http://www.opengis.net/gml/srs/epsg.xml#4490",
    ] {
        assert_eq!(Crs::parse(text).unwrap().epsg(), Some(4490), "{text}");
    }
    for text in ["OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
    {
        assert_eq!(Crs::parse(text).unwrap().epsg(), Some(4326), "{text}");
    }
    assert!(Crs::parse("EPSG:4490").unwrap().is_geographic());
    assert!(!Crs::parse("+proj=tmerc +lon_0=117 +x_0=500000 +ellps=GRS80 +units=m").unwrap().is_geographic());
}

#[test]
fn nonsense_is_refused_with_what_to_write() {
    assert!(matches!(Crs::parse("EPSG:65000"), Err(CrsError::UnknownCode(65000))));
    assert!(matches!(Crs::parse("EPSG:4294967295"), Err(CrsError::UnknownCode(_))));
    assert!(matches!(Crs::parse("Beijing"), Err(CrsError::NotACrs(_))));
    assert!(matches!(Crs::parse(""), Err(CrsError::NotACrs(_))));
    assert!(matches!(Crs::parse("+proj=nonsense"), Err(CrsError::Unsupported { .. })));
    assert!(matches!(Crs::parse("+proj=geocent +ellps=GRS80"), Err(CrsError::Unsupported { .. })));
    assert!(matches!(Crs::parse("EPSG:4978"), Err(CrsError::Unsupported { .. } | CrsError::UnknownCode(_))));
    assert!(Crs::parse("EPSG:65000").unwrap_err().to_string().contains("+proj="));
}

#[test]
fn wkt_is_read_by_its_code_or_by_its_parameters() {
    let by_code = Crs::parse(crs_wkt(4547)).unwrap();
    assert_eq!(by_code.epsg(), Some(4547));
    // As ESRI writes .prj files: no code anywhere.
    let esri = r#"PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;
    let by_parameters = Crs::parse(esri).unwrap();
    assert!(by_parameters.is_cgcs2000());
    let (a, b) = (
        by_parameters.to_lonlat(512_345.0, 3_400_000.0).unwrap(),
        by_code.to_lonlat(512_345.0, 3_400_000.0).unwrap(),
    );
    assert!((a[0] - b[0]).abs() < 1e-11 && (a[1] - b[1]).abs() < 1e-11, "{a:?} {b:?}");
    for broken in ["PROJCS[", "PROJCS[\"x\",GEOGCS[", "[[[[", "]]]][", "GEOGCS[\"网格\"]"] {
        assert!(Crs::parse(broken).is_err(), "{broken}");
    }
}

fn crs_wkt(code: u16) -> &'static str {
    crs_definitions::from_code(code).unwrap().wkt
}
