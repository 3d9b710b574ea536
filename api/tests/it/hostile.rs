//! What strangers send, by mistake or not: each ends in a clear answer, and the server goes on.

use crate::support::{Served, board};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn check(s: &Served, query: &str, body: &[u8]) -> crate::client::Answer {
    s.ask("POST", &format!("/checks{query}"), None, &[], body)
}

#[test]
fn bodies_that_are_no_cells() {
    let s = Served::file(&board());
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let mut invalid =
        br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":""#.to_vec();
    invalid.extend(b"\xc3\x28\xff");
    invalid.extend(br#""},"geometry":null}]}"#);
    let zeros = {
        // 100 MB of blanks in 100 kB.
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(b"{").unwrap();
        let blanks = vec![b' '; 1 << 20];
        (0..100).for_each(|_| gz.write_all(&blanks).unwrap());
        gz.finish().unwrap()
    };
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    let nested = [br#"{"type":"Feature","properties":{"a":"#.to_vec(), b"[".repeat(50_000)].concat();
    let point = json!({ "type": "Point", "coordinates": [114, 30] }).to_string();
    let far = r#"{"type":"Polygon","coordinates":[[[114,30],[1e300,30],[115,31],[114,30]]]}"#;
    let two = r#"{"type":"Polygon","coordinates":[[[-179,0],[179,0],[179,1],[-179,1],[-179,0]]]}"#;
    let cases: [(&str, &[u8], u16, &str); 14] = [
        ("", b"", 422, "unreadable"),
        ("", b"   ", 422, "unreadable"),
        ("", b"hello", 422, "unreadable"),
        ("?name=cells.geojson", png, 422, "unreadable"),
        ("", &invalid, 422, "unreadable"),
        ("", br#"{"type":"FeatureCollection","features":[]}"#, 422, "unreadable"),
        ("", br#"{"type":"FeatureCollection","features":[{"#, 422, "unreadable"),
        ("", &deep, 422, "unreadable"),
        ("", &nested, 422, "unreadable"),
        ("", point.as_bytes(), 422, "unreadable"),
        ("", far.as_bytes(), 422, "unreadable"),
        ("", two.as_bytes(), 422, "unreadable"),
        ("?name=cells.geojson.gz", &zeros, 413, "too-large"),
        ("", b"SQLite format 3\0 and then nothing of the kind", 422, "unreadable"),
    ];
    for (query, body, status, code) in cases {
        let start = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
        let answer = check(&s, query, body);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, status, "{start:?}: {text}");
        answer.refused(status, code);
        assert!(!text.contains("/tmp") && !text.contains("wangge-"), "no path of the server: {text}");
    }
    check(&s, "?crs=EPSG:1", br#"{"type":"Point","coordinates":[1,1]}"#).refused(422, "unreadable");
    check(&s, "?planar=-1", br#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#)
        .refused(422, "unreadable");
    check(&s, "?boundary=other", b"{}").refused(400, "bad-query");
    check(&s, "?name=%ff", b"{}").refused(422, "unreadable");
    check(&s, "?surprise=1", b"{}").refused(400, "bad-query");
    for body in [&b"--x\r\n"[..], b"--x--\r\n", b""] {
        let headers = [("content-type", "multipart/form-data; boundary=x")];
        s.ask("POST", "/checks", None, &headers, body).refused(400, "bad-request");
    }
    s.ask("POST", "/checks", None, &[("content-type", "multipart/form-data")], b"x")
        .refused(400, "bad-request");
    assert_eq!(s.get("/healthz").status, 200);
}

/// The counts that are limited, each with its own words.
#[test]
fn more_than_allowed() {
    let tight = api::Limits {
        features: 3,
        vertices: 20,
        upload_bytes: 4096,
        json_bytes: 512,
        ..api::Limits::default()
    };
    let s = Served::with(&board(), tight);
    let square = |i: usize| {
        let x = 114.0 + i as f64;
        json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Polygon",
            "coordinates": [[[x, 30], [x + 1.0, 30], [x + 1.0, 31], [x, 30]]] } })
    };
    let set = |n: usize| {
        let features: Vec<_> = (0..n).map(square).collect();
        json!({ "type": "FeatureCollection", "features": features }).to_string()
    };
    check(&s, "", set(3).as_bytes()).good();
    check(&s, "", set(4).as_bytes()).refused(413, "too-large");
    let ring: Vec<_> = (0..30).map(|i| [114.0 + f64::from(i), 30.0 + f64::from(i * i) * 1e-3]).collect();
    let long = json!({ "type": "Polygon", "coordinates": [ring] }).to_string();
    check(&s, "", long.as_bytes()).refused(413, "too-large");
    let problem = check(&s, "", &vec![b' '; 5000]).refused(413, "too-large");
    assert_eq!(problem["limit_bytes"], 4096);
    let body = json!({ "kind": "assign", "units": vec!["u1"; 400], "cell": "002" });
    s.post("/plans/grid/operations", Some("1-0"), &body).refused(413, "too-large");
    assert_eq!(s.etag(), "1-0");

    // Without a length in front, the end comes when it has been too much.
    let mut stream = TcpStream::connect(s.url.trim_start_matches("http://")).unwrap();
    stream.write_all(b"POST /checks HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
    for _ in 0..50 {
        stream.write_all(format!("400\r\n{}\r\n", " ".repeat(1024)).as_bytes()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[test]
fn a_hundred_megabytes() {
    let s = Served::file(&board());
    let body = vec![b' '; 100_000_000];
    for path in ["/checks", "/plans/grid/operations", "/tokens"] {
        s.ask("POST", path, None, &[("content-type", "application/json")], &body).refused(413, "too-large");
    }
    // Who asks first whether to send at all is told at once.
    let mut stream = TcpStream::connect(s.url.trim_start_matches("http://")).unwrap();
    let head =
        "POST /checks HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 100000000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

/// Polygons on top of each other cost as much as the pairs they form: refused before anything is computed.
#[test]
fn everything_on_top_of_everything() {
    let s = Served::file(&board());
    // A comb of hairs across a comb of hairs: 3000 × 3000 crossings.
    let comb = |along: bool| -> Vec<_> {
        (0..3000)
            .map(|i| {
                let (a, b) = (f64::from(i) / 3000.0, (f64::from(i) + 0.5) / 3000.0);
                let p = |u: f64, v: f64| if along { [114.0 + u, 30.0 + v] } else { [114.0 + v, 30.0 + u] };
                let ring = [p(0.0, a), p(1.0, a), p(1.0, b), p(0.0, b), p(0.0, a)];
                json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates": [ring] } })
            })
            .collect()
    };
    let features = [comb(true), comb(false)].concat();
    let body = json!({ "type": "FeatureCollection", "features": features }).to_string();
    check(&s, "", body.as_bytes()).refused(422, "too-entangled");
}

/// A client that says nothing is let go, and others are served meanwhile.
#[test]
fn silence_is_cut_off() {
    let limits = api::Limits { head: Duration::from_millis(300), connections: 2, ..api::Limits::default() };
    let s = Served::with(&board(), limits);
    let mut silent: Vec<TcpStream> =
        (0..2).map(|_| TcpStream::connect(s.url.trim_start_matches("http://")).unwrap()).collect();
    for stream in &mut silent {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nx-slow: ").unwrap();
    }
    // Both places are taken until the silent ones are let go.
    assert_eq!(s.get("/healthz").status, 200);
    for stream in &mut silent {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).ok();
        assert!(!rest.starts_with(b"HTTP/1.1 200"), "no answer to half a question");
    }
}

#[test]
fn a_request_that_takes_too_long_is_ended() {
    let limits = api::Limits { request: Duration::from_millis(400), ..api::Limits::default() };
    let s = Served::with(&board(), limits);
    let mut stream = TcpStream::connect(s.url.trim_start_matches("http://")).unwrap();
    stream.write_all(b"POST /checks HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 503");
    assert_eq!(s.get("/healthz").status, 200);
}

#[test]
fn too_many_files_at_once_are_told_to_wait() {
    let limits = api::Limits { uploads: 1, ..api::Limits::default() };
    let s = Served::with(&board(), limits);
    let mut stream = TcpStream::connect(s.url.trim_start_matches("http://")).unwrap();
    stream.write_all(b"POST /checks HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{").unwrap();
    let body = br#"{"type":"Polygon","coordinates":[[[114,30],[115,30],[115,31],[114,30]]]}"#;
    let busy = loop {
        let answer = check(&s, "", body);
        if answer.status != 200 {
            break answer;
        }
    };
    busy.refused(503, "busy");
    assert!(!busy.header("retry-after").is_empty());
    drop(stream);
    while check(&s, "", body).status == 503 {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Bytes that are no HTTP at all.
#[test]
fn noise_on_the_line() {
    let s = Served::file(&board());
    let mut state = 7_u64;
    for n in 0..200 {
        let mut stream = TcpStream::connect(s.url.trim_start_matches("http://")).unwrap();
        let noise: Vec<u8> = (0..n)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as u8
            })
            .collect();
        stream.write_all(&noise).unwrap();
        stream.write_all(b"\r\n\r\n").ok();
    }
    assert_eq!(s.get("/healthz").status, 200);
}
