//! Tiles as they are served: bytes, caching, coverage, and nothing about persons.

use crate::client::Answer;
use crate::support::{Served, board, helsinki};
use fast_mvt::{MvtGeometry, MvtReaderRef};
use partition::coverage::{Kind, analyse};
use partition::frame::{Point, Polygon, Region};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Layer → feature id → (ground, tags).
type Layers = BTreeMap<String, BTreeMap<u64, (Option<Region>, BTreeMap<String, String>)>>;

fn layers(bytes: &[u8]) -> Layers {
    let mut out = Layers::new();
    for layer in MvtReaderRef::new(bytes).unwrap().layers() {
        let features = out.entry(layer.name().to_owned()).or_default();
        for f in layer.features() {
            let tags = f
                .properties()
                .map(|p| p.unwrap())
                .map(|(k, v)| (k.to_owned(), format!("{:?}", v.into_owned())));
            features.insert(f.id().unwrap(), (ground(&f.geometry().unwrap()), tags.collect()));
        }
    }
    out
}

fn ground(geometry: &MvtGeometry) -> Option<Region> {
    let polygons = match geometry {
        MvtGeometry::Polygon(p) => vec![p.clone()],
        MvtGeometry::MultiPolygon(m) => m.0.clone(),
        _ => return None,
    };
    let ring = |line: &fast_mvt::MvtLineString| {
        let mut r: Vec<Point> = line.0.iter().map(|c| Point::new(i64::from(c.x), -i64::from(c.y))).collect();
        r.pop();
        r.reverse();
        r
    };
    let part = |p: &fast_mvt::MvtPolygon| Polygon {
        shell: ring(p.exterior()),
        holes: p.interiors().iter().map(ring).collect(),
    };
    Some(Region { parts: polygons.iter().map(part).collect() })
}

/// Column and row of a place.
fn tile_at(lon: f64, lat: f64, z: u32) -> (u32, u32) {
    let n = f64::from(1_u32 << z);
    let y = 0.5 - lat.to_radians().tan().asinh() / (2.0 * std::f64::consts::PI);
    (((lon / 360.0 + 0.5) * n) as u32, (y * n) as u32)
}

fn document(s: &Served, version: u64) -> Value {
    s.get(&format!("/tiles/grid/{version}.json")).good()
}

/// All tiles of a zoom that the document's bounds meet.
fn addresses(s: &Served, document: &Value, z: u32) -> Vec<String> {
    let b: Vec<f64> = serde_json::from_value(document["bounds"].clone()).unwrap();
    let template = document["tiles"][0].as_str().unwrap().strip_prefix(&s.url).unwrap().to_owned();
    let ((x0, y0), (x1, y1)) = (tile_at(b[0], b[3], z), tile_at(b[2], b[1], z));
    (x0..=x1)
        .flat_map(|x| (y0..=y1).map(move |y| (x, y)))
        .map(|(x, y)| {
            template
                .replace("{z}", &z.to_string())
                .replace("{x}", &x.to_string())
                .replace("{y}", &y.to_string())
        })
        .collect()
}

fn tile(s: &Served, path: &str) -> Option<Answer> {
    let answer = s.get(path);
    assert!([200, 204].contains(&answer.status), "{path}: {}", answer.status);
    (answer.status == 200).then_some(answer)
}

#[test]
fn a_real_plan_is_a_coverage_in_every_served_tile() {
    let s = Served::file(helsinki());
    let version = s.publish();
    let document = document(&s, version);
    assert_eq!(document["tilejson"], "3.0.0");
    let plan = helsinki().plan.as_ref().unwrap();
    let (first, last) =
        (document["minzoom"].as_u64().unwrap() as u32, document["maxzoom"].as_u64().unwrap() as u32);
    // Where the mean cell has 20 pixels and more: a zoom and a bit above its first, which is at 8.
    let mut seen = 0;
    for z in first + 2..=last.min(18) {
        let mut labels: Vec<String> = Vec::new();
        for path in addresses(&s, &document, z) {
            let Some(answer) = tile(&s, &path) else { continue };
            assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
            let layers = layers(&answer.body);
            for name in ["cells", "units"] {
                let grounds: Vec<Region> = layers
                    .get(name)
                    .into_iter()
                    .flatten()
                    .map(|(_, (ground, _))| ground.clone().unwrap())
                    .collect();
                let defects = analyse(&grounds, None).unwrap().defects;
                // The ground of the town may have holes; between cells there is none.
                let wrong: Vec<Kind> = defects.iter().map(|d| d.kind).filter(|k| *k != Kind::Gap).collect();
                assert_eq!(wrong, [], "{path} {name}");
                seen += grounds.len();
            }
            labels.extend(
                layers.get("cell_labels").into_iter().flatten().map(|(_, (_, tags))| tags["code"].clone()),
            );
        }
        labels.sort();
        assert_eq!(labels.len(), plan.cells.len(), "zoom {z}: each cell has one label");
        labels.dedup();
        assert_eq!(labels.len(), plan.cells.len(), "zoom {z}");
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn how_long_a_tile_may_be_kept() {
    for s in Served::everywhere(&board()) {
        let version = s.publish();
        let document = document(&s, version);
        let z = document["minzoom"].as_u64().unwrap() as u32 + 2;
        let path = addresses(&s, &document, z).remove(0);
        let first = tile(&s, &path).unwrap();
        assert!(first.header("cache-control").contains("immutable"), "{}", first.header("cache-control"));
        let again = s.ask("GET", &path, None, &[("if-none-match", first.header("etag"))], b"");
        assert_eq!((again.status, again.body.len()), (304, 0));
        // Without the name of the state in the address another project's tile could stand there tomorrow.
        let bare = path.split('?').next().unwrap();
        assert_eq!(tile(&s, bare).unwrap().header("cache-control"), "no-cache");
        assert_eq!(tile(&s, &format!("{bare}?r=other")).unwrap().header("cache-control"), "no-cache");
        assert_eq!(tile(&s, &format!("{bare}.mvt")).unwrap().body, first.body);
        let packed = s.ask("GET", bare, None, &[("accept-encoding", "gzip")], b"");
        assert_eq!(
            (packed.header("content-encoding"), packed.header("etag")),
            ("gzip", first.header("etag"))
        );

        // A draft: for those with a token, and asked about each time.
        let draft = bare.replace(&format!("/{version}/"), "/2/");
        s.get(&draft).refused(404, "unknown-version");
        let before = s.get_as_admin(&draft);
        assert_eq!((before.status, before.header("cache-control")), (200, "no-cache"));
        assert_eq!(before.body, first.body, "the draft begins as what was published");
        s.assign("2-0", &["u1"], "002").good();
        let after = s.get_as_admin(&draft);
        assert_ne!(after.header("etag"), before.header("etag"));
        assert_eq!(tile(&s, &path).unwrap().body, first.body, "what is published stays");

        // What was relabelled is what a fresh start builds.
        let (location, _folder) = s.end();
        let fresh = Served::open(location, api::Limits::default());
        assert_eq!(fresh.get_as_admin(&draft).body, after.body);
        assert_eq!(tile(&fresh, &path).unwrap().body, first.body);
        assert_eq!(document["tiles"][0].as_str().unwrap().split('?').nth(1), path.split('?').nth(1));
    }
}

#[test]
fn tiles_that_are_none() {
    let s = Served::file(&board());
    s.publish();
    for path in [
        "/31/0/0",
        "/23/0/0",
        "/1/2/0",
        "/1/0/2",
        "/0/0/1",
        "/-1/0/0",
        "/a/b/c",
        "/300/0/0",
        "/5/4294967296/0",
        "/14/1/1.png",
    ] {
        s.get(&format!("/tiles/grid/1{path}")).refused(400, "bad-tile");
    }
    for path in [
        "/tiles/grid/7/14/0/0",
        "/tiles/grid/x/14/0/0",
        "/tiles/grid/99999999999/14/0/0",
        "/tiles/grid/7.json",
    ] {
        s.get(path).refused(404, "unknown-version");
    }
    s.get("/tiles/other/1/14/0/0").refused(404, "unknown-network");
    s.get("/tiles/other/1.json").refused(404, "unknown-network");
    for empty in ["/tiles/grid/1/14/0/0", "/tiles/grid/1/0/0/0"] {
        let answer = s.get(empty);
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{empty}");
    }
}

#[test]
fn what_stands_in_a_tile() {
    let mut project = board();
    // A name that looks like somebody's number does not get onto the map, and does not stop the map.
    project.plan.as_mut().unwrap().cells[1].name = "老王 138 1234 5678".into();
    let s = Served::file(&project);
    let version = s.publish();
    let document = document(&s, version);
    let z = document["maxzoom"].as_u64().unwrap() as u32;
    let mut codes = BTreeMap::new();
    for path in addresses(&s, &document, z) {
        let Some(answer) = tile(&s, &path) else { continue };
        for (_, (_, tags)) in layers(&answer.body).remove("cells").into_iter().flatten() {
            codes.insert(tags["code"].clone(), tags);
        }
        for (_, (_, tags)) in layers(&answer.body).remove("units").into_iter().flatten() {
            assert_eq!(
                tags.keys().filter(|k| !["id", "code", "cell", "households"].contains(&k.as_str())).count(),
                0
            );
        }
    }
    assert_eq!(codes.len(), 4);
    let cell = codes.values().next().unwrap();
    for key in
        ["id", "code", "name", "level", "households", "visits_month", "deviation", "polsby_popper", "area_m2"]
    {
        assert!(cell.contains_key(key), "{key}: {cell:?}");
    }
    assert!(codes.values().all(|c| !c["name"].contains("138")));
    let names: Vec<&Value> = document["vector_layers"].as_array().unwrap().iter().map(|l| &l["id"]).collect();
    for layer in ["cells", "cell_labels", "units"] {
        assert!(names.contains(&&json!(layer)));
    }
}

/// Another reader than ours: GDAL's MVT driver finds every cell, with its code, in tiles as they were served.
#[cfg(feature = "gdal")]
#[test]
fn gdal_reads_a_served_tile() {
    let s = Served::file(&board());
    let version = s.publish();
    let document = document(&s, version);
    let z = document["minzoom"].as_u64().unwrap() as u32;
    let folder = tempfile::tempdir().unwrap();
    let mut codes: Vec<String> = Vec::new();
    for (i, path) in addresses(&s, &document, z).iter().enumerate() {
        let Some(answer) = tile(&s, path) else { continue };
        let file = folder.path().join(format!("{i}.pbf"));
        std::fs::write(&file, &answer.body).unwrap();
        let ogrinfo = std::process::Command::new("ogrinfo")
            .args(["-ro", "-al", "-geom=SUMMARY"])
            .arg(&file)
            .arg("cells")
            .output();
        let Ok(out) = ogrinfo else {
            return crate::support::skip("ogrinfo (Debian: gdal-bin) is not installed");
        };
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(out.status.success() && text.contains("`MVT'") && text.contains("POLYGON"), "{text}");
        let lines = text.lines().filter_map(|l| l.trim().strip_prefix("code (String) = "));
        codes.extend(lines.map(str::to_owned));
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes, ["001", "002", "003", "004"]);
}

#[test]
fn what_surrounds_a_town_is_drawn_around_its_cells() {
    let folder = tempfile::tempdir().unwrap();
    let location = data::store::Location::File(folder.path().join("h.gpkg"));
    crate::support::create(&location, helsinki());
    let extract = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/samples/helsinki-centre/Helsinki.osm.pbf");
    let settings = api::Settings { context: Some(extract.into()), ..api::Settings::default() };
    let s = Served::start(location, settings);
    let version = s.publish();
    let document = document(&s, version);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for path in addresses(&s, &document, 16) {
        let Some(answer) = tile(&s, &path) else { continue };
        for layer in MvtReaderRef::new(&answer.body).unwrap().layers() {
            *seen.entry(layer.name().to_owned()).or_default() += layer.features().count();
        }
    }
    assert!(seen["context_roads"] > 300 && seen["context_buildings"] > 200, "{seen:?}");
    drop(s);
}
