//! `wangge serve` as a process: started, refused, killed.

use crate::client::{Answer, Request, send, try_send};
use crate::support::{board, create};
use crate::{postgres, wangge};
use data::store::Location;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A running `wangge serve`, killed when dropped.
pub(crate) struct Process {
    child: Child,
    url: String,
    /// What it said on stderr.
    errors: mpsc::Receiver<String>,
}

fn is_token(line: &str) -> bool {
    line.trim().starts_with("wangge_")
}

impl Process {
    fn start(project: &str) -> Self {
        Self::start_with(project, &[])
    }

    pub(crate) fn start_with(project: &str, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wangge"))
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .args(["serve", project, "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let Some(Ok(url)) = said.next() else {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("it did not start: {why}");
        };
        let (tell, errors) = mpsc::channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|l| tell.send(l).ok()));
        Self { child, url, errors }
    }

    /// The token that the first start prints.
    fn token(&self) -> String {
        let token = self.errors.iter().find(|l| is_token(l)).expect("the first start prints the token");
        token.trim().to_owned()
    }

    fn ask(
        &self,
        method: &str,
        path: &str,
        token: &str,
        etag: Option<&str>,
        body: &Value,
    ) -> Request<'static> {
        let method = if method == "GET" { "GET" } else { "POST" };
        let mut headers =
            vec![("authorization", format!("Bearer {token}")), ("content-type", "application/json".into())];
        headers.extend(etag.map(|e| ("if-match", e.to_owned())));
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        Request { method, url: format!("{}{path}", self.url), headers, body }
    }

    fn get(&self, path: &str, token: &str) -> Value {
        let answer: Answer = send(self.ask("GET", path, token, None, &Value::Null));
        answer.good()
    }

    /// Asked to end, it does so in order.
    fn end(&mut self) {
        // The shell's own: not every machine has a program `kill`.
        let told =
            Command::new("sh").args(["-c", "kill -TERM $0", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }

    fn kill(&mut self) {
        // SIGKILL on Unix: nothing of the process gets to say goodbye.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What the server said it has done, until it was gone.
fn edit_until_gone(url: &str, token: &str, seed: u64) -> Vec<Value> {
    let mut state = seed;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let process = |path: &str, etag: Option<&str>, body: &Value| {
        let mut headers =
            vec![("authorization", format!("Bearer {token}")), ("content-type", "application/json".into())];
        headers.extend(etag.map(|e| ("if-match", e.to_owned())));
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let method = if body.is_empty() { "GET" } else { "POST" };
        try_send(Request { method, url: format!("{url}{path}"), headers, body })
    };
    let Ok(plan) = process("/plans/grid", None, &Value::Null) else { return vec![] };
    let mut etag = plan.good()["etag"].as_str().unwrap().to_owned();
    let mut done = Vec::new();
    loop {
        // The second column goes to and fro between two cells, one unit at a time.
        let unit = format!("u{}", 8 * below(8) + 1);
        let cell = ["001", "002"][below(2) as usize];
        let body = match below(5) {
            0 => json!({ "kind": "undo" }),
            _ => json!({ "kind": "assign", "units": [unit], "cell": cell }),
        };
        match process("/plans/grid/operations", Some(&etag), &body) {
            Ok(answer) if answer.status == 200 => {
                let told = answer.json();
                etag = told["etag"].as_str().unwrap().to_owned();
                done.push(told);
            }
            Ok(answer) => assert_eq!(answer.status, 422, "{}", String::from_utf8_lossy(&answer.body)),
            Err(_) => return done,
        }
    }
}

/// Killed at seeded moments during edits: each acknowledged one is there afterwards, in its place, and at most the one
/// that was under way beside them.
fn survives(location: &Location, moments: u64) {
    let project = match location {
        Location::File(path) => path.to_str().unwrap().to_owned(),
        Location::Postgres(url) => url.clone(),
    };
    let mut process = Process::start(&project);
    let token = process.token();
    let mut known: Vec<Value> = Vec::new();
    let mut acknowledged = 0;
    for moment in 0..moments {
        let url = process.url.clone();
        let done = std::thread::scope(|scope| {
            let editor = scope.spawn(|| edit_until_gone(&url, &token, 1000 + moment));
            std::thread::sleep(Duration::from_millis(20 + moment * 7919 % 300));
            process.kill();
            assert!(
                moment == 0 || !process.errors.iter().any(|l| is_token(&l)),
                "only the first start prints a token"
            );
            editor.join().unwrap()
        });
        process = Process::start(&project);
        let history = process.get("/plans/grid/operations?limit=1000", &token);
        let mut there: Vec<Value> = history["operations"].as_array().unwrap().clone();
        there.reverse();
        let of = |o: &Value| {
            ["operation", "kind", "units", "cell", "author", "time", "etag"].map(|k| o[k].clone())
        };
        known.extend(done.iter().cloned());
        acknowledged += done.len();
        assert!(there.len() >= known.len() && there.len() <= known.len() + 1, "moment {moment}");
        for (mine, theirs) in known.iter().zip(&there) {
            assert_eq!(of(mine), of(theirs), "moment {moment}");
        }
        // The one that was under way: whole, or not at all.
        known = there;
        let cells = process.get("/versions/1/cells", &token);
        let units: u64 =
            cells["cells"].as_array().unwrap().iter().map(|c| c["units"].as_u64().unwrap()).sum();
        assert_eq!((units, &cells["etag"]), (64, &history["etag"]));
        if let Some(last) = done.last().filter(|l| l["etag"] == history["etag"]) {
            for cell in last["changed"]["cells"].as_array().unwrap() {
                assert!(
                    cells["cells"].as_array().unwrap().contains(cell),
                    "the figures that were acknowledged"
                );
            }
        }
    }
    assert!(acknowledged > 0, "not one edit was acknowledged: nothing was tested");
    eprintln!("{acknowledged} acknowledged edits survived {moments} kills");
}

/// `WANGGE_KILLS` for the long form; the default is the short one.
fn kills() -> u64 {
    std::env::var("WANGGE_KILLS").ok().and_then(|t| t.parse().ok()).unwrap_or(20)
}

#[test]
fn a_killed_server_over_a_file_has_lost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::File(folder.path().join("网格.gpkg"));
    create(&location, &board());
    survives(&location, kills());
}

#[test]
fn a_killed_server_over_a_database_has_lost_nothing() {
    let Some(url) = postgres::database() else { return };
    let location = Location::Postgres(url);
    create(&location, &board());
    survives(&location, kills());
}

/// What anybody, and what a planner sees: bodies, tiles to the byte.
fn seen(process: &Process, token: &str) -> Vec<(String, Vec<u8>)> {
    let document = process.get("/tiles/grid/1.json", token);
    let [lon, lat] = [0, 1].map(|i| document["center"][i].as_f64().unwrap());
    let (z, n) =
        (document["maxzoom"].as_u64().unwrap(), (1_u64 << document["maxzoom"].as_u64().unwrap()) as f64);
    let north = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
    let (x, y) = (((lon + 180.0) / 360.0 * n) as u64, (north * n) as u64);
    let paths = [
        "/project".to_owned(),
        "/boundary".into(),
        "/plans/grid".into(),
        "/plans/grid/operations".into(),
        "/versions/1/cells".into(),
        "/versions/2/cells".into(),
        "/versions/2/units".into(),
        "/versions/1/responsible".into(),
        format!("/lookup?lon={lon}&lat={lat}"),
        format!("/tiles/grid/1/{z}/{x}/{y}"),
        format!("/tiles/grid/2/{z}/{x}/{y}"),
    ];
    let ask = |path: String| {
        let answer = send(process.ask("GET", &path, token, None, &Value::Null));
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.is_empty(), "{path}");
        (path, answer.body)
    };
    paths.into_iter().map(ask).collect()
}

/// The demo, edited and published, then copied into a database: the page is made of what is compared here.
#[test]
fn a_project_copied_to_the_other_store_shows_the_same() {
    let Some(url) = postgres::database() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demo.gpkg");
    let file = file.to_str().unwrap();
    assert!(wangge(&["demo", "--out", file]).status.success());
    let roster = "data/samples/helsinki-centre/roster.csv";
    let mut process = Process::start_with(file, &["--publish-first", "first", "--roster", roster]);
    let token = process.token();
    let cells = process.get("/versions/2/units", &token);
    // Some unit may move into some other cell.
    let units = cells["units"]["ids"].as_array().unwrap();
    let moved = units.iter().find(|unit| {
        (1..=10).any(|cell| {
            let body = json!({ "kind": "assign", "units": [unit], "cell": format!("{cell:03}") });
            send(process.ask("POST", "/plans/grid/operations", &token, Some("2-0"), &body)).status == 200
        })
    });
    assert!(moved.is_some());
    let over_a_file = seen(&process, &token);
    refused(&["copy", file, &url], "in use");
    process.end();

    let copied = crate::answer(0, &["copy", file, &url]);
    assert_eq!(
        (&copied["equal"], &copied["rows"]["version"], &copied["rows"]["operation"]),
        (&true.into(), &2.into(), &1.into())
    );
    refused(&["copy", file, &url], "already");
    let process = Process::start(&url);
    for ((path, here), (_, there)) in over_a_file.iter().zip(&seen(&process, &token)) {
        assert!(
            here == there,
            "{path}: {} and {}",
            String::from_utf8_lossy(here),
            String::from_utf8_lossy(there)
        );
    }
    drop(process);

    // And back; GDAL reads the layers in both places.
    let back = folder.path().join("back.gpkg");
    let back = back.to_str().unwrap();
    crate::answer(0, &["copy", &url, back]);
    assert!(wangge(&["verify", back]).status.success());
    let layers = |source: &str| {
        let out = Command::new("ogrinfo").args(["-so", "-al", source]).output().ok()?;
        let text = String::from_utf8(out.stdout).unwrap();
        let counts = text.lines().filter(|l| l.starts_with("Layer name") || l.starts_with("Feature Count"));
        Some(counts.map(|l| l.replace("public.", "")).collect::<Vec<_>>())
    };
    let Some(listed) = layers(back) else {
        return crate::shared_data::skip("ogrinfo (Debian: gdal-bin) is not installed");
    };
    let ground = ["boundary", "1", "units", "86", "cells", "10"];
    let said = |i: usize| format!("{}: {}", ["Layer name", "Feature Count"][i % 2], ground[i]);
    assert_eq!(listed[..6], (0..6).map(said).collect::<Vec<_>>());
    let (place, database) = url.rsplit_once('/').unwrap();
    let port = place.rsplit_once(':').unwrap().1;
    let source = format!("PG:host=127.0.0.1 port={port} user=wangge dbname={database} schemas=public");
    let there = layers(&source).unwrap();
    assert!(listed[..6].iter().all(|l| there.contains(l)), "{there:?}");
}

/// One sentence on stderr, exit 2, nothing on stdout, nothing changed.
fn refused(args: &[&str], says: &str) {
    let out = wangge(args);
    let err = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(2), "{args:?}: {err}");
    assert!(out.stdout.is_empty(), "{args:?}");
    assert!(err.lines().count() == 1 && err.contains(says), "{args:?}: {err}");
}

#[test]
fn what_cannot_be_served_is_said_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let missing = path("missing.gpkg");
    refused(&["serve", &missing, "--listen", "127.0.0.1:0"], "missing.gpkg");
    assert!(!std::path::Path::new(&missing).exists(), "no file was made");

    let text = path("text.gpkg");
    std::fs::write(&text, "hello").unwrap();
    refused(&["serve", &text, "--listen", "127.0.0.1:0"], "not an SQLite database");
    assert_eq!(std::fs::read(&text).unwrap(), b"hello");
    let empty = path("empty.gpkg");
    std::fs::write(&empty, "").unwrap();
    refused(&["serve", &empty, "--listen", "127.0.0.1:0"], "empty.gpkg");

    let mine = path("mine.gpkg");
    create(&Location::File(mine.clone().into()), &board());
    let process = Process::start(&mine);
    refused(&["serve", &mine, "--listen", "127.0.0.1:0"], "in use");
    let address = process.url.trim_start_matches("http://").to_owned();
    let before = std::fs::read(&text).unwrap();
    refused(&["serve", &text, "--listen", &address], "another program listens there");
    assert_eq!(std::fs::read(&text).unwrap(), before);
    refused(
        &["serve", "postgres://nobody@127.0.0.1:1/nothing", "--listen", "127.0.0.1:0"],
        "postgres://nobody@127.0.0.1:1",
    );
    assert_eq!(wangge(&["serve", &mine, "--listen", "here"]).status.code(), Some(2));
}

#[test]
#[cfg(unix)]
fn told_to_end_it_leaves_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.gpkg");
    create(&Location::File(file.clone()), &board());
    let mut process = Process::start(file.to_str().unwrap());
    let token = process.token();
    let body = json!({ "kind": "assign", "units": ["u1"], "cell": "002" });
    send(process.ask("POST", "/plans/grid/operations", &token, Some("1-0"), &body)).good();
    process.end();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files, ["p.gpkg"], "no -wal, no lock");
    // The layers follow: what other programs see is the edited plan.
    let project = data::store::open(&file).unwrap();
    assert_eq!(project.plan.unwrap().labels[1], 1);
}
