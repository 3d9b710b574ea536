//! TileJSON.

use crate::support::{flat, jittered, source};
use tiles::{Options, TileJson};

#[test]
fn the_document_says_what_the_tiles_hold() {
    let plan = jittered(7, 24, 4, 120, 4);
    let s = source(&plan, &Options::default(), flat);
    let json = TileJson::new(&s, "东城", "http://localhost/{z}/{x}/{y}", Some("© 测试".to_owned()));
    let v = serde_json::to_value(&json).unwrap();
    assert_eq!(v["tilejson"], "3.0.0");
    assert_eq!(v["tiles"][0], "http://localhost/{z}/{x}/{y}");
    // Cells of 480 m: 8 px of 512 per tile is 60 m per pixel, 40 075 km / 512 / 2^z.
    assert_eq!(v["minzoom"], 11);
    // Units of 120 m: 256 px is 0.47 m per pixel.
    assert_eq!(v["maxzoom"], 18);
    let bounds: Vec<f64> = v["bounds"].as_array().unwrap().iter().map(|b| b.as_f64().unwrap()).collect();
    let degrees = 24.0 * 120.0 / 111_319.49;
    assert!(bounds[0].abs() < 5e-4 && bounds[1].abs() < 5e-4, "{bounds:?}");
    assert!((bounds[2] - degrees).abs() < 5e-4 && (bounds[3] - degrees).abs() < 5e-4, "{bounds:?}");
    assert!((v["center"][0].as_f64().unwrap() - degrees / 2.0).abs() < 5e-4);
    let ids: Vec<&str> =
        v["vector_layers"].as_array().unwrap().iter().map(|l| l["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["cells", "cell_labels", "units"], "no context was given");
    let cells = &v["vector_layers"][0]["fields"];
    assert_eq!(cells["households"], "Number");
    assert_eq!(cells["name"], "String");
    assert_eq!(v["vector_layers"][2]["minzoom"], 13);
}
