//! What anybody may ask, and what the holder of a token may.

use crate::support::{SIDE, Served, board, helsinki};
use partition::frame::RegionIndex;
use serde_json::{Value, json};

#[test]
fn each_question_has_the_answer_of_the_contract() {
    for s in Served::everywhere(&board()) {
        let health = s.get("/healthz").good();
        assert_eq!(health["status"], "ok");
        assert!(["geopackage", "postgis"].contains(&health["store"].as_str().unwrap()));

        let project = s.get("/project").good();
        assert_eq!((&project["name"], &project["boundary"]["note"]), (&json!("棋盘"), &json!("试点范围")));
        assert_eq!(project["networks"], json!([{ "id": "grid", "name": "基础网格" }]));
        assert_eq!(project["criteria"][0]["label"], "户数");
        assert_eq!(project["criteria"][1]["scale"], 1000);
        assert_eq!(project["parents"], json!(["西村", "东村"]));
        let [west, south, east, north] = floats(&project["bbox"]);
        assert!((113.99..114.01).contains(&west) && east > west && south > 30.7 && north > south);
        let boundary = s.get("/boundary").good();
        assert_eq!(boundary["geometry"]["type"], "MultiPolygon");
        let corner: [f64; 2] = floats(&boundary["geometry"]["coordinates"][0][0][0]);
        // The southern side is curved on the map: its middle reaches a little further.
        assert!((corner[0] - west).abs() < 1e-6 && (corner[1] - south).abs() < 1e-6, "{corner:?}");

        // Before anything is published, nothing of the plan is public.
        let plan = s.get("/plans/grid").good();
        assert_eq!([&plan["draft"], &plan["etag"], &plan["published"]], [&Value::Null; 3]);
        assert_eq!(plan["versions"], json!([]));
        s.get("/versions/1/cells").refused(404, "unknown-version");
        s.get("/tiles/grid/1.json").refused(404, "unknown-version");
        let centre = format!("/lookup?lon={}&lat={}", (west + east) / 2.0, (south + north) / 2.0);
        s.get(&centre).refused(404, "unknown-version");
        assert_eq!(s.get_as_admin(&centre).good()["version"], 1);

        assert_eq!(s.publish(), 1);
        let plan = s.get("/plans/grid").good();
        assert_eq!((&plan["published"], plan["versions"].as_array().unwrap().len()), (&json!(1), 1));
        assert_eq!(plan["versions"][0]["note"], "首次发布");
        assert_eq!(s.get_as_admin("/plans/grid").good()["draft"], 2);
        s.get("/versions/2/cells").refused(404, "unknown-version");

        let cells = s.get("/versions/1/cells").good();
        assert_eq!(cells["cells"].as_array().unwrap().len(), 4);
        let first = &cells["cells"][0];
        assert_eq!(
            (&first["id"], &first["parent"], &first["units"]),
            (&json!("001"), &json!("西村"), &json!(16))
        );
        let expected: i64 = (0..SIDE * SIDE).filter(|i| i % SIDE < 2).map(|i| 1 + i % 9).sum();
        assert_eq!(first["loads"]["households"], expected);
        let total: i64 = (0..SIDE * SIDE).map(|i| 1 + i % 9).sum();
        assert!((cells["mean"].as_f64().unwrap() - total as f64 / 4.0).abs() < 1e-6);
        let deviation = expected as f64 / (total as f64 / 4.0) - 1.0;
        assert!((first["deviation"].as_f64().unwrap() - deviation).abs() < 1e-6);
        // 200 × 800 m: 4π·160000/2000², and the ground is 160 000 m² within the scale of the projection.
        assert_eq!(first["polsby_popper"], 0.5027);
        assert!((first["area_m2"].as_f64().unwrap() / 160_000.0 - 1.0).abs() < 1e-4);
        let ([w, so, e, n], [x, y]) = (floats(&first["bbox"]), floats(&first["label"]));
        assert!(w < x && x < e && so < y && y < n);

        let units = s.get("/versions/1/units").good();
        assert_eq!(units["units"]["ids"][9], "u9");
        assert_eq!(units["units"]["cells"][7], 3);
        assert_eq!(units["cells"][3], "004");
        assert_eq!(units["units"]["parents"][7], "东村");
        // Fewer than five households are not everybody's business.
        assert_eq!(units["units"]["loads"]["households"][3], Value::Null);
        assert_eq!(units["units"]["loads"]["households"][5], 6);
        let whole = s.get_as_admin("/versions/1/units").good();
        assert_eq!(whole["units"]["loads"]["households"][3], 4);
        assert_eq!(whole["units"]["loads"]["visits_month"][3], 4500);

        for (path, code) in [
            ("/versions/9/cells", "unknown-version"),
            ("/versions/4294967295/units", "unknown-version"),
            ("/plans/nothing", "unknown-plan"),
            ("/lookup?lon=114&lat=30.7&network=nothing", "unknown-network"),
            ("/jobs/0", "unknown-job"),
            ("/nothing/here", "not-found"),
        ] {
            s.get(path).refused(404, code);
        }
        for path in [
            "/versions/-1/cells",
            "/versions/x/cells",
            "/lookup",
            "/lookup?lon=a&lat=b",
            "/lookup?lon=1&lat=2&z=3",
        ] {
            s.get(path).refused(400, "bad-query");
        }
        s.get("/lookup?lon=181&lat=0").refused(400, "bad-position");
        s.get("/lookup?lon=NaN&lat=0").refused(400, "bad-position");
        s.get("/lookup?lon=114.001&lat=30.72&at=2026-02-30").refused(400, "bad-date");
        s.ask("PUT", "/project", None, &[], b"").refused(405, "wrong-method");
        s.ask("GET", "/checks", None, &[], b"").refused(405, "wrong-method");
    }
}

#[test]
fn answers_that_are_known_are_not_sent_again() {
    let s = Served::file(&board());
    s.publish();
    for path in ["/versions/1/cells", "/versions/1/units", "/boundary"] {
        let first = s.get(path);
        assert!(!first.header("etag").is_empty());
        let again = s.ask("GET", path, None, &[("if-none-match", first.header("etag"))], b"");
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let packed = s.ask("GET", path, None, &[("accept-encoding", "br")], b"");
        assert_eq!(
            (packed.header("content-encoding"), packed.header("etag")),
            ("br", first.header("etag")),
            "{path}"
        );
        let packed = s.ask("GET", path, None, &[("accept-encoding", "gzip")], b"");
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
    }
    // What one may see is not taken for what another may.
    let public = s.get("/versions/1/units");
    let whole =
        s.ask("GET", "/versions/1/units", Some(&s.admin), &[("if-none-match", public.header("etag"))], b"");
    assert_eq!(whole.status, 200);
    for answer in [s.get("/healthz"), s.get("/nothing"), s.get("/")] {
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
        assert!(!answer.header("content-security-policy").contains("http"), "no other host");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
    }
}

#[test]
fn the_page_is_there_or_says_how_to_build_it() {
    let s = Served::file(&board());
    let page = s.get("/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains("make build") || text.contains("<script type=\"module\""), "{text}");
    for outside in
        ["/../Cargo.toml", "/..%2f..%2fCargo.toml", "/%2e%2e/Cargo.toml", "/assets/../../Cargo.toml"]
    {
        s.get(outside).refused(404, "not-found");
    }
}

/// Every point of the ground has exactly one cell, also on borders and corners; and it is the one whose unit it is.
#[test]
fn a_place_has_exactly_one_cell() {
    let s = Served::file(&board());
    s.publish();
    let bbox = floats(&s.get("/project").good()["bbox"]);
    let [west, south, east, north] = bbox;
    let mut found = 0;
    for i in 0..=16 {
        for j in 0..=16 {
            // Corners, borders and middles of units; outside by a little on each side.
            let lon = west + (east - west) * f64::from(i) / 16.0;
            let lat = south + (north - south) * f64::from(j) / 16.0;
            let answer = s.get(&format!("/lookup?lon={lon}&lat={lat}"));
            if answer.status == 404 {
                answer.refused(404, "outside");
                assert!(i == 0 || j == 0 || i == 16 || j == 16, "{i} {j} lies inside");
                continue;
            }
            let told = answer.good();
            let unit: i64 = told["unit"].as_str().unwrap()[1..].parse().unwrap();
            assert_eq!(told["cell"]["id"], format!("{:03}", unit % SIDE / 2 + 1));
            assert_eq!(told["parent"], if unit % SIDE < 4 { "西村" } else { "东村" });
            if i % 2 == 1 && j % 2 == 1 {
                assert_eq!(
                    unit,
                    i64::from(j / 2) * SIDE + i64::from(i / 2),
                    "the middle of a unit is its own"
                );
            }
            found += 1;
        }
    }
    assert!(found >= 15 * 15);
    s.get("/lookup?lon=0&lat=0").refused(404, "outside");
    s.get("/lookup?lon=-66&lat=90").refused(404, "outside");
}

#[test]
fn a_real_town_answers_as_its_units_do() {
    let project = helsinki();
    let s = Served::file(project);
    s.publish();
    let frame = data::frame::Frame::from_definition(&project.frame).unwrap();
    let index = RegionIndex::new(&project.units.regions);
    let plan = project.plan.as_ref().unwrap();
    let mut checked = 0;
    for region in project.units.regions.iter().step_by(2) {
        let Some(p) = region.parts.first().and_then(partition::frame::interior_point) else { continue };
        // A place inside, and a vertex that several share.
        for at in [p, region.parts[0].shell[0]] {
            let Some([lon, lat]) = frame.to_lonlat(at) else { continue };
            let answer = s.get(&format!("/lookup?lon={lon}&lat={lat}"));
            match index.at(at) {
                Some(unit) => {
                    let told = answer.good();
                    assert_eq!(told["unit"], project.units.ids[unit as usize]);
                    let cell = plan.labels[unit as usize] as usize;
                    assert_eq!(told["cell"]["id"], plan.cells[cell].code);
                    checked += 1;
                }
                None => drop(answer.refused(404, "outside")),
            }
        }
    }
    assert!(checked > 20);
    let cells = s.get("/versions/1/cells").good();
    for (told, cell) in cells["cells"].as_array().unwrap().iter().zip(&plan.cells) {
        assert_eq!(told["id"], cell.code);
        assert_eq!(told["deviation"], cell.figures["deviation"]);
        let near = |key: &str, tolerance: f64| {
            let (a, b) = (told[key].as_f64().unwrap(), cell.figures[key].as_f64().unwrap());
            assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{key}: {a} {b}");
        };
        near("area_m2", 1e-6);
        near("polsby_popper", 2e-4);
    }
}

fn floats<const N: usize>(v: &Value) -> [f64; N] {
    serde_json::from_value::<Vec<f64>>(v.clone()).unwrap().try_into().unwrap()
}
