//! Files that anybody sends to be checked.

use crate::shared_data::shared;
use crate::support::{Served, board};
use serde_json::{Value, json};

fn square(id: &str, x: f64, w: f64) -> Value {
    let (x, y) = (114.0 + x * 1e-3, 30.7);
    let e = x + w * 1e-3;
    json!({ "type": "Feature", "properties": { "id": id }, "geometry": { "type": "Polygon",
        "coordinates": [[[x, y], [e, y], [e, y + 1e-3], [x, y + 1e-3], [x, y]]] } })
}

fn set(features: &[Value]) -> Vec<u8> {
    json!({ "type": "FeatureCollection", "features": features }).to_string().into_bytes()
}

fn check(s: &Served, query: &str, body: &[u8]) -> crate::client::Answer {
    s.ask("POST", &format!("/checks{query}"), None, &[("content-type", "application/geo+json")], body)
}

/// A form of two files.
fn form(parts: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, bytes) in parts {
        let head = format!(
            "--frontier\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.geojson\"\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--frontier--\r\n");
    ("multipart/form-data; boundary=frontier".into(), body)
}

#[test]
fn findings_come_back_as_features() {
    let s = Served::file(&board());
    let sound = check(&s, "", &set(&[square("a", 0.0, 1.0), square("b", 1.0, 1.0)])).good();
    assert_eq!((&sound["summary"]["valid"], &sound["summary"]["boundary"]), (&json!(true), &json!("none")));
    assert_eq!(sound["summary"]["polygons"], 2);

    let told = check(&s, "?name=cells.geojson", &set(&[square("a", 0.0, 1.5), square("b", 1.0, 1.0)])).good();
    assert_eq!(told["summary"]["valid"], false);
    assert_eq!(told["summary"]["counts"], json!({ "OVL-01": 1 }));
    let finding = &told["findings"]["features"][0];
    let p = &finding["properties"];
    assert_eq!((&p["rule"], &p["severity"], &p["ids"]), (&json!("OVL-01"), &json!("E"), &json!(["a", "b"])));
    // 0.0005° × 0.001° at 30.7° N.
    let expected = 111_320.0 * 30.7_f64.to_radians().cos() * 5e-4 * 110_870.0 * 1e-3;
    assert!((p["area_m2"].as_f64().unwrap() / expected - 1.0).abs() < 2e-3, "{p}");
    assert!(p["zh"].as_str().unwrap().contains('a') && p["en"].as_str().unwrap().contains('a'));
    assert_eq!(finding["geometry"]["type"], "Polygon");
    for xy in finding["geometry"]["coordinates"][0].as_array().unwrap() {
        let [x, y] = [0, 1].map(|i| xy[i].as_f64().unwrap());
        assert!((114.001 - 1e-9..114.0015 + 1e-9).contains(&x) && (30.7 - 1e-9..30.701 + 1e-9).contains(&y));
    }
    let at = &p["at"];
    assert!((114.001..=114.0015).contains(&at[0].as_f64().unwrap()), "{at}");

    let (kind, body) =
        form(&[("cells", &set(&[square("a", 0.0, 1.0)])), ("boundary", &set(&[square("B", 0.0, 2.0)]))]);
    let told = s.ask("POST", "/checks", None, &[("content-type", &kind)], &body).good();
    assert_eq!(
        (&told["summary"]["boundary"], &told["summary"]["counts"]),
        (&json!("given"), &json!({ "GAP-02": 1 }))
    );

    // The project's own boundary.
    let told = check(&s, "?boundary=project", &set(&[square("a", 0.0, 1.0)])).good();
    assert_eq!(told["summary"]["boundary"], "project");
    assert!(told["summary"]["counts"]["GAP-02"].as_i64() >= Some(1));
    let (location, _folder) = s.end();
    let data::store::Location::File(path) = &location else { panic!() };
    let bytes = std::fs::read(path).unwrap();
    let s = Served::file(&board());
    let told = s.ask("POST", "/checks?name=other.gpkg", None, &[], &bytes).good();
    assert_eq!(
        (&told["summary"]["valid"], &told["summary"]["boundary"]),
        (&json!(true), &json!("given")),
        "a project's cells"
    );
}

#[test]
fn a_large_file_becomes_a_job() {
    let limits = api::Limits { job_vertices: 7, ..api::Limits::default() };
    let s = Served::with(&board(), limits);
    let body = set(&[square("a", 0.0, 1.5), square("b", 1.0, 1.0)]);
    let accepted = check(&s, "", &body);
    assert_eq!(accepted.status, 202);
    let job = accepted.header("location").to_owned();
    let result = wait(&s, &job);
    assert_eq!(result["state"], "done");
    let small = Served::file(&board());
    assert_eq!(result["result"], check(&small, "", &body).good());
    // A boundary that is none is refused at once, however large the file.
    let bow = json!([[[114.0, 30.0], [114.1, 30.1], [114.1, 30.0], [114.0, 30.1], [114.0, 30.0]]]);
    let bow =
        json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates": bow } });
    let (kind, body) = form(&[("cells", &body), ("boundary", &set(&[bow]))]);
    s.ask("POST", "/checks", None, &[("content-type", &kind)], &body).refused(422, "bad-boundary");
}

fn wait(s: &Served, job: &str) -> Value {
    loop {
        let told = s.get(job).good();
        if told["state"] != "running" {
            return told;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn known_defects_are_found_over_http_too() {
    let Some(path) = shared("broken-tw-kaohsiung-seams/units.geojson.gz") else { return };
    let s = Served::file(&board());
    let told =
        s.ask("POST", "/checks?name=units.geojson.gz&id=id", None, &[], &std::fs::read(path).unwrap()).good();
    assert_eq!(told["summary"]["valid"], false);
    let features = told["findings"]["features"].as_array().unwrap();
    assert_eq!(told["summary"]["findings"], features.len());
    for f in features {
        assert!(f["geometry"]["coordinates"].is_array() && f["properties"]["at"].is_array(), "{f}");
    }
}
