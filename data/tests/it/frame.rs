//! The frame: zones, exact inverses, areas.

use data::crs::Crs;
use data::frame::{Frame, FrameError};
use geo::GeodesicArea;
use partition::frame::{MAX_COORD_UM, Point, twice_area_um2};
use proptest::prelude::*;

fn crs(code: u32) -> Crs {
    Crs::from_epsg(code).unwrap()
}

#[test]
fn cgcs2000_gets_the_zone_code_without_prefix() {
    for (lon, code) in
        [(75.0, 4534), (104.06, 4544), (114.3, 4547), (117.2, 4548), (120.15, 4549), (135.0, 4554)]
    {
        let frame = Frame::for_lonlat_bounds(&crs(4490), [lon - 0.1, lon + 0.1], [30.0, 30.1]).unwrap();
        assert_eq!(frame.definition(), format!("EPSG:{code}"));
    }
    // Outside China's zones the same datum, as a PROJ string.
    let frame = Frame::for_lonlat_bounds(&crs(4490), [60.0, 60.0], [30.0, 30.0]).unwrap();
    assert!(frame.definition().contains("+lon_0=60") && frame.definition().contains("GRS80"));
    // Projected input on the datum too.
    let frame =
        Frame::for_bounds(&crs(4527), [39_500_000.0, 3_400_000.0], [39_510_000.0, 3_410_000.0]).unwrap();
    assert_eq!(frame.definition(), "EPSG:4548");
}

#[test]
fn other_datums_keep_theirs() {
    for (code, word) in
        [(4326, "+datum=WGS84"), (4269, "+datum=NAD83"), (3824, "GRS80"), (4610, "+a=6378140")]
    {
        let frame = Frame::for_lonlat_bounds(&crs(code), [121.3, 121.5], [25.0, 25.1]).unwrap();
        let text = frame.definition();
        assert!(text.contains("+lon_0=120 "), "{code}: {text}");
        assert!(text.contains(word) || code == 4610, "{code}: {text}");
    }
    let feet = Frame::from_crs(&crs(2232)).unwrap();
    assert!(
        feet.definition().contains("+units=m") && !feet.definition().contains("us-ft"),
        "{}",
        feet.definition()
    );
    // The false easting of 3 000 000 ft is 914 401.8288 m, and stays that.
    let p = feet.to_frame(&crs(2232), 3_000_000.0, 1_000_000.0).unwrap();
    assert!((p.x - 914_401_828_804).abs() <= 1 && (p.y - 304_800_609_601).abs() <= 1, "{p:?}");
}

#[test]
fn what_is_no_frame_is_refused() {
    let wgs84 = crs(4326);
    let refused = Frame::for_lonlat_bounds(&wgs84, [-179.9, 179.9], [50.0, 51.0]);
    assert!(matches!(refused, Err(FrameError::Antimeridian { .. })));
    assert!(refused.unwrap_err().to_string().contains("±180°"));
    assert!(matches!(Frame::from_crs(&wgs84), Err(FrameError::NotProjected(_))));
    assert!(matches!(Frame::from_crs(&crs(3857)), Err(FrameError::Mercator(_))));
    assert!(matches!(Frame::planar(0.0), Err(FrameError::Scale(_))));
    assert!(matches!(Frame::planar(f64::NAN), Err(FrameError::Scale(_))));
    assert!(matches!(Frame::from_definition("planar:x"), Err(FrameError::Definition(_))));
    assert!(matches!(Frame::from_definition("nonsense"), Err(FrameError::Definition(_))));
}

#[test]
fn positions_that_are_none_say_what_they_look_like() {
    let (frame, geo) = (Frame::from_crs(&crs(4547)).unwrap(), crs(4490));
    let at = |x, y| frame.to_frame(&geo, x, y).unwrap_err().to_string();
    assert!(at(f64::NAN, 1.0).contains("not a number"));
    assert!(at(30.5, 114.3).contains("wrong order"));
    assert!(
        at(39_500_000.0, 3_400_000.0).contains("3° zone 39")
            && at(39_500_000.0, 3_400_000.0).contains("EPSG:4527")
    );
    assert!(at(20_500_000.0, 3_400_000.0).contains("6° zone 20"));
    assert!(at(500_000.0, 3_400_000.0).contains("--crs EPSG"));
    assert!(matches!(frame.to_frame(&crs(4547), 1e12, 0.0), Err(FrameError::Outside { .. })));
    assert!(matches!(frame.to_frame(&Crs::local(), 1.0, 1.0), Err(FrameError::Outside { .. })));
    assert!(matches!(Frame::planar(1.0).unwrap().to_frame(&geo, 1.0, 1.0), Err(FrameError::Outside { .. })));
}

#[test]
fn a_definition_makes_the_same_frame() {
    let made = [
        Frame::from_crs(&crs(4547)).unwrap(),
        Frame::from_crs(&crs(2232)).unwrap(),
        Frame::for_lonlat_bounds(&crs(4326), [121.5, 121.5], [25.0, 25.0]).unwrap(),
        Frame::for_lonlat_bounds(&crs(4610), [121.5, 121.5], [25.0, 25.0]).unwrap(),
        Frame::planar(0.001).unwrap(),
        Frame::planar(0.1 + 0.2).unwrap(),
    ];
    for frame in made {
        let again = Frame::from_definition(frame.definition()).unwrap();
        assert_eq!(again.definition(), frame.definition());
        let p = Point::new(511_234_567_891, 2_764_321_987_654);
        assert_eq!(again.to_lonlat(p), frame.to_lonlat(p));
    }
}

#[test]
fn published_areas_are_those_on_the_ellipsoid() {
    // Squares of about a kilometre at and beside the central meridian and at several latitudes, and three other projections.
    let frames: Vec<(Frame, f64)> = vec![
        (Frame::from_crs(&crs(4547)).unwrap(), 114.0),
        (Frame::for_lonlat_bounds(&crs(4326), [121.5, 121.5], [25.0, 25.0]).unwrap(), 120.0),
        (Frame::from_crs(&crs(32650)).unwrap(), 117.0),
        (Frame::from_crs(&crs(2154)).unwrap(), 3.0),
    ];
    for (frame, cm) in frames {
        for (dlon, lat) in [(0.0, 30.0), (1.4, 18.0), (-1.5, 45.0), (1.5, 52.0)] {
            let middle = frame.to_frame(&crs(4326), cm + dlon, lat).unwrap();
            let h = 500_000_000;
            // Straight lines of the plane are bent on the ellipsoid: many points on each side keep the two alike.
            let mut ring = Vec::new();
            for i in 0..50 {
                ring.push(Point::new(middle.x - h + i * h / 25, middle.y - h));
            }
            for i in 0..50 {
                ring.push(Point::new(middle.x + h, middle.y - h + i * h / 25));
            }
            for i in 0..50 {
                ring.push(Point::new(middle.x + h - i * h / 25, middle.y + h));
            }
            for i in 0..50 {
                ring.push(Point::new(middle.x - h, middle.y + h - i * h / 25));
            }
            let lonlat: Vec<[f64; 2]> = ring.iter().map(|p| frame.to_lonlat(*p).unwrap()).collect();
            let geodesic = geo::Polygon::new(lonlat.into(), vec![]).geodesic_area_unsigned();
            let ours = frame.area_m2(twice_area_um2(&ring), middle);
            assert!(
                (ours / geodesic - 1.0).abs() < 1e-6,
                "{} at {lat}: {ours} and {geodesic}",
                frame.definition()
            );
            assert!((frame.length_scale(middle).powi(2) - frame.areal_scale(middle)).abs() < 1e-12);
        }
    }
    assert_eq!(Frame::planar(1.0).unwrap().areal_scale(Point::new(0, 0)), 1.0);
}

proptest! {
    #[test]
    fn metres_give_the_micrometres_back(x in -MAX_COORD_UM..=MAX_COORD_UM, y in -MAX_COORD_UM..=MAX_COORD_UM) {
        let frame = Frame::planar(1.0).unwrap();
        let p = Point::new(x, y);
        prop_assert_eq!(frame.from_projected_m(frame.to_projected_m(p)), Some(p));
    }

    #[test]
    fn degrees_give_the_micrometres_back(which in 0_usize..6, dx in -200_000_000_000_i64..200_000_000_000, dy in -300_000_000_000_i64..300_000_000_000) {
        let definitions = [
            ("EPSG:4547", 114.0, 30.0),
            ("EPSG:4527", 117.0, 35.0),
            ("+proj=tmerc +lat_0=0 +lon_0=121 +k=1 +x_0=500000 +y_0=0 +datum=WGS84 +units=m +no_defs", 121.0, 24.0),
            // Conic, azimuthal, and one whose datum is shifted by seven parameters.
            ("EPSG:2154", 3.0, 46.0),
            ("EPSG:3035", 10.0, 52.0),
            ("EPSG:31467", 9.0, 50.0),
        ];
        let (definition, lon, lat) = definitions[which];
        let frame = Frame::from_definition(definition).unwrap();
        let wgs84 = Crs::from_epsg(4326).unwrap();
        let middle = frame.to_frame(&wgs84, lon, lat).unwrap();
        let p = Point::new(middle.x + dx, middle.y + dy);
        let [x, y] = frame.to_lonlat(p).expect("every point near the middle has a position");
        prop_assert_eq!(frame.to_frame(&wgs84, x, y).unwrap(), p);
        // What is written as text is read as the same number.
        let text: [f64; 2] = serde_json::from_str(&serde_json::to_string(&[x, y]).unwrap()).unwrap();
        prop_assert_eq!(text, [x, y]);
    }
}
