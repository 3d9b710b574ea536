//! Edits over HTTP: what is done, what is refused and why, and that nothing else changes.

use crate::support::{Served, board};
use data::store::model::CellKind;
use serde_json::{Value, json};

fn operate(s: &Served, etag: &str, body: &Value) -> crate::client::Answer {
    s.post("/plans/grid/operations", Some(etag), body)
}

#[test]
fn an_edit_is_acknowledged_with_every_figure_that_changed() {
    for s in Served::everywhere(&board()) {
        let before = s.get_as_admin("/versions/1/cells").good();
        assert_eq!(before["etag"], "1-0");
        // u1 and u9 lie in 001, beside 002 whose first column is 2.
        let done = s.assign("1-0", &["u9", "u1"], "002").good();
        assert_eq!(
            (&done["operation"], &done["author"], &done["etag"]),
            (&json!(1), &json!("管理员"), &json!("1-1"))
        );
        assert!(done["time"].as_str().unwrap().ends_with('Z'));
        assert_eq!(
            done["changed"]["units"],
            json!([{ "unit": "u1", "from": "001", "to": "002" }, { "unit": "u9", "from": "001", "to": "002" }])
        );
        let after = s.get_as_admin("/versions/1/cells").good();
        let changed = done["changed"]["cells"].as_array().unwrap();
        assert_eq!(changed.iter().map(|c| &c["id"]).collect::<Vec<_>>(), ["001", "002"]);
        for cell in changed {
            assert!(
                after["cells"].as_array().unwrap().contains(cell),
                "the same figures as when asked again"
            );
            assert!(!before["cells"].as_array().unwrap().contains(cell));
        }
        assert_eq!((&done["can_undo"], &done["can_redo"]), (&json!(true), &json!(false)));

        let undone = operate(&s, "1-1", &json!({ "kind": "undo" })).good();
        assert_eq!((&undone["can_undo"], &undone["can_redo"]), (&json!(false), &json!(true)));
        assert_eq!(s.get_as_admin("/versions/1/cells").good()["cells"], before["cells"]);
        operate(&s, "1-2", &json!({ "kind": "redo" })).good();
        assert_eq!(s.get_as_admin("/versions/1/cells").good()["cells"], after["cells"]);

        // A new cell, and an end of one.
        let split = operate(&s, "1-3", &json!({ "kind": "split", "units": ["u56", "u57"] })).good();
        assert_eq!(split["changed"]["units"][0]["to"], "005");
        assert_eq!(split["changed"]["cells"].as_array().unwrap().len(), 5, "the mean is another one for all");
        let merged = operate(&s, "1-4", &json!({ "kind": "merge", "cell": "005", "into": "001" })).good();
        assert_eq!(merged["changed"]["retired"], json!(["005"]));
        operate(&s, "1-5", &json!({ "kind": "assign", "units": ["u1"], "cell": "005" }))
            .refused(422, "unknown-cell");
        let swap = json!({ "kind": "swap", "first": ["u0"], "second": ["u2"] });
        operate(&s, "1-5", &swap).refused(422, "breaks-contiguity");

        let history = s.get_as_admin("/plans/grid/operations").good();
        let kinds: Vec<&str> =
            history["operations"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["merge", "split", "redo", "undo", "assign"], "the newest first");
        assert_eq!(history["operations"][4]["undone"], false, "it was made again");
        assert_eq!(history["etag"], "1-5");
        let two = s.get_as_admin("/plans/grid/operations?limit=2").good();
        assert_eq!((two["operations"].as_array().unwrap().len(), &two["total"]), (2, &json!(5)));

        // Another start knows all of it.
        let state = s.get_as_admin("/versions/1/cells").good();
        let (location, _folder) = s.end();
        let s = Served::open(location, api::Limits::default());
        assert_eq!(s.get_as_admin("/versions/1/cells").good(), state);
        assert_eq!(s.get_as_admin("/plans/grid/operations").good(), history);
    }
}

#[test]
fn a_dedicated_cell_has_no_part_in_the_mean_before_and_after_an_edit() {
    let mut project = board();
    project.plan.as_mut().unwrap().cells[3].kind = CellKind::Dedicated;
    for s in Served::everywhere(&project) {
        let sum = |cells: &Value, base: bool| -> (i64, i64) {
            let own = cells["cells"].as_array().unwrap().iter().filter(|c| (c["kind"] == "base") == base);
            own.fold((0, 0), |(n, w), c| (n + 1, w + c["loads"]["households"].as_i64().unwrap()))
        };
        let check = |state: &Value| {
            let (n, w) = sum(state, true);
            assert_eq!((n, sum(state, false).0), (3, 1));
            assert!((state["mean"].as_f64().unwrap() - w as f64 / 3.0).abs() < 1e-6, "{state}");
            let [.., own] = state["cells"].as_array().unwrap().as_slice() else { panic!("{state}") };
            assert_eq!(
                (&own["id"], &own["kind"], &own["deviation"]),
                (&json!("004"), &json!("dedicated"), &Value::Null)
            );
        };
        check(&s.get_as_admin("/versions/1/cells").good());
        // Ground from the base to it changes the mean of the others.
        let done = s.assign("1-0", &["u5"], "004").good();
        assert_eq!(done["changed"]["cells"].as_array().unwrap().len(), 4);
        let after = s.get_as_admin("/versions/1/cells").good();
        check(&after);
        assert_eq!(done["mean"], after["mean"]);
        // It may lie in several places, and has nothing to be made right.
        s.assign("1-1", &["u44"], "004").good();
        operate(&s, "1-2", &json!({ "kind": "mend", "cell": "004" })).refused(422, "unknown-cell");
        operate(&s, "1-2", &json!({ "kind": "assign", "units": ["u11"], "cell": "001" }))
            .refused(422, "breaks-contiguity");
        let (location, _folder) = s.end();
        check(&Served::open(location, api::Limits::default()).get_as_admin("/versions/1/cells").good());
    }
}

#[test]
fn loads_are_put_right_around_a_cell_as_one_edit_that_can_be_undone() {
    for s in Served::everywhere(&board()) {
        // Two units more for 002, which was heavier than 001 by little.
        let before = s.assign("1-0", &["u17", "u25"], "002").good();
        let state = s.get_as_admin("/versions/1/cells").good();
        let worst = |state: &Value| {
            let near = state["cells"].as_array().unwrap().iter().filter(|c| c["parent"] == "西村");
            near.map(|c| c["deviation"].as_f64().unwrap().abs()).fold(0.0, f64::max)
        };
        assert!(worst(&state) > 0.1, "{state}");
        let mend = json!({ "kind": "mend", "cell": "002", "keep": ["u17", "u25"], "tolerance": 0.1 });
        operate(&s, "1-0", &mend).refused(409, "stale");
        let done = operate(&s, "1-1", &mend).good();
        assert_eq!(
            (&done["kind"], &done["etag"], &done["can_undo"]),
            (&json!("mend"), &json!("1-2"), &json!(true))
        );
        let moved: Vec<&str> =
            done["units"].as_array().unwrap().iter().map(|u| u.as_str().unwrap()).collect();
        assert!(!moved.is_empty() && !moved.contains(&"u17") && !moved.contains(&"u25"), "{moved:?}");
        let after = s.get_as_admin("/versions/1/cells").good();
        assert!(worst(&after) <= 0.1, "{after}");
        let (east, was) = (&after["cells"][2], &state["cells"][2]);
        assert_eq!(
            (&east["units"], &east["loads"]),
            (&was["units"], &was["loads"]),
            "another village is not touched"
        );
        // Where all is well nothing happens, and what is no cell or no share is refused.
        operate(&s, "1-2", &mend).refused(422, "nothing-changes");
        let body = |cell: &str, share: f64| json!({ "kind": "mend", "cell": cell, "tolerance": share });
        operate(&s, "1-2", &body("999", 0.1)).refused(422, "unknown-cell");
        operate(&s, "1-2", &body("001", -1.0)).refused(422, "bad-body");
        operate(&s, "1-2", &json!({ "kind": "undo" })).good();
        assert_eq!(s.get_as_admin("/versions/1/cells").good()["cells"], state["cells"]);
        operate(&s, "1-3", &json!({ "kind": "redo" })).good();
        // Another start knows it, and so does the history.
        assert_eq!(s.get_as_admin("/plans/grid/operations").good()["operations"][2]["kind"], "mend");
        assert_eq!(before["kind"], "assign");
        let (location, _folder) = s.end();
        let again = Served::open(location, api::Limits::default());
        assert_eq!(again.get_as_admin("/versions/1/cells").good()["cells"], after["cells"]);
    }
}

#[test]
fn refusals_name_the_place_and_change_nothing() {
    for s in Served::everywhere(&board()) {
        let before = s.get_as_admin("/versions/1/cells").body;
        let case = |body: Value, code: &str| {
            let problem = operate(&s, "1-0", &body).refused(422, code);
            assert_eq!(s.get_as_admin("/versions/1/cells").body, before, "{code}");
            problem
        };
        let assign = |units: &[&str], cell: &str| json!({ "kind": "assign", "units": units, "cell": cell });
        let p = case(assign(&["u35"], "001"), "breaks-contiguity");
        assert_eq!((&p["cell"], &p["units"]), (&json!("001"), &json!(["u35"])));
        let [lon, lat] = [&p["place"][0], &p["place"][1]].map(|v| v.as_f64().unwrap());
        let there = s.get_as_admin(&format!("/lookup?lon={lon}&lat={lat}")).good();
        assert_eq!(there["unit"], "u35", "the place lies in the unit that would be cut off");
        let p = case(assign(&["u4"], "002"), "crosses-parent");
        assert_eq!((&p["cell"], &p["units"]), (&json!("002"), &json!(["u4"])));
        let all: Vec<String> = (0..64).filter(|i| i % 8 < 2).map(|i| format!("u{i}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let p = case(assign(&all, "002"), "empties-cell");
        assert!(p["place"].is_array());
        assert_eq!(case(assign(&["u1", "nobody"], "002"), "unknown-unit")["units"], json!(["nobody"]));
        assert_eq!(case(assign(&["u1"], "999"), "unknown-cell")["cell"], "999");
        case(assign(&["u0"], "001"), "nothing-changes");
        case(assign(&[], "001"), "nothing-changes");
        case(json!({ "kind": "split", "units": ["u0", "u7"] }), "several-cells");
        case(json!({ "kind": "undo" }), "nothing-to-undo");
        case(json!({ "kind": "redo" }), "nothing-to-redo");
        case(json!({ "kind": "explode" }), "bad-body");
        case(json!({ "kind": "assign", "units": "u1", "cell": "002" }), "bad-body");
        case(json!({ "kind": "undo", "really": true }), "bad-body");
        operate(&s, "1-0", &json!([])).refused(422, "bad-body");
        let bad = s.ask(
            "POST",
            "/plans/grid/operations",
            Some(&s.admin),
            &[("content-type", "application/json"), ("if-match", "\"1-0\"")],
            b"{\"kind\":\xff}",
        );
        bad.refused(400, "bad-json");
        let plain =
            s.ask("POST", "/plans/grid/operations", Some(&s.admin), &[("if-match", "\"1-0\"")], b"{}");
        plain.refused(415, "wrong-type");
        assert_eq!(s.get_as_admin("/versions/1/cells").body, before);
    }
}

#[test]
fn who_was_slower_hears_what_happened() {
    for s in Served::everywhere(&board()) {
        let undo = json!({ "kind": "undo" });
        s.post("/plans/grid/operations", None, &undo).refused(428, "no-if-match");
        s.post("/plans/grid/operations", Some("what"), &undo).refused(428, "no-if-match");
        s.post("/plans/grid/publish", None, &json!({ "note": "" })).refused(428, "no-if-match");
        s.assign("1-0", &["u1"], "002").good();
        s.assign("1-1", &["u9"], "002").good();
        let problem = s.assign("1-1", &["u17"], "002").refused(409, "stale");
        assert_eq!(problem["etag"], "1-2");
        assert_eq!(problem["changes"].as_array().unwrap().len(), 1);
        assert_eq!(problem["changes"][0]["units"], json!(["u9"]));
        let problem = s.assign("7-0", &["u17"], "002").refused(409, "stale");
        assert_eq!(problem["changes"].as_array().unwrap().len(), 2, "a state that never was: all of them");
        s.post("/plans/grid/publish", Some("1-1"), &json!({ "note": "" })).refused(409, "stale");
        // Weak or without quotes it is the same state.
        let body = json!({ "kind": "undo" }).to_string();
        for (given, etag) in [("W/\"1-2\"", "1-3"), ("1-3", "1-4")] {
            let headers = [("content-type", "application/json"), ("if-match", given)];
            let done =
                s.ask("POST", "/plans/grid/operations", Some(&s.admin), &headers, body.as_bytes()).good();
            assert_eq!(done["etag"], etag);
        }
        // Of two at once exactly one is done.
        let answers: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..6)
                .map(|i| {
                    let s = &s;
                    scope.spawn(move || {
                        s.assign("1-4", &[["u1", "u9", "u17", "u25", "u33", "u41"][i]], "002").status
                    })
                })
                .collect();
            tries.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(answers.iter().filter(|a| **a == 200).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|a| [200, 409].contains(a)), "{answers:?}");
    }
}

#[test]
fn what_is_published_stays_and_the_draft_goes_on() {
    for s in Served::everywhere(&board()) {
        s.assign("1-0", &["u1"], "002").good();
        let state = s.get_as_admin("/versions/1/cells").good();
        let done = s.post("/plans/grid/publish", Some("1-1"), &json!({ "note": "一期" })).good();
        assert_eq!(done, json!({ "version": 1, "draft": 2, "etag": "2-0" }));
        let published = s.get("/versions/1/cells").good();
        assert_eq!((&published["cells"], &published["state"]), (&state["cells"], &json!("published")));
        assert_eq!(s.get_as_admin("/versions/2/cells").good()["cells"], state["cells"]);
        s.assign("2-0", &["u9"], "002").good();
        assert_eq!(s.get("/versions/1/cells").good()["cells"], state["cells"]);
        assert_ne!(s.get_as_admin("/versions/2/cells").good()["cells"], state["cells"]);
        s.assign("1-1", &["u17"], "002").refused(409, "stale");
        // An unknown version or field is refused before anything happens.
        s.post("/plans/grid/publish", Some("2-1"), &json!({ "remark": "" })).refused(422, "bad-body");
        assert_eq!(s.etag(), "2-1");
    }
}

#[test]
fn tokens_open_what_their_role_allows() {
    for s in Served::everywhere(&board()) {
        s.publish();
        let secret = |name: &str, role: &str, scope: &str| {
            let body = json!({ "name": name, "role": role, "scope": scope });
            let made = s.post("/tokens", None, &body);
            assert_eq!(made.status, 201);
            (
                made.json()["text"].as_str().unwrap().to_owned(),
                made.json()["token"]["id"].as_str().unwrap().to_owned(),
            )
        };
        let (viewer, viewer_id) = secret("看", "viewer", "");
        let (planner, _) = secret("划", "planner", "");
        let (local, _) = secret("西", "planner", "001");
        let json_type = ("content-type", "application/json");
        let edit = |token: Option<&str>, etag: &str, unit: &str| {
            let body = json!({ "kind": "assign", "units": [unit], "cell": "002" }).to_string();
            s.ask("POST", "/plans/grid/operations", token, &[json_type, ("if-match", etag)], body.as_bytes())
        };
        edit(None, "2-0", "u1").refused(401, "token-needed");
        edit(Some("wangge_x_y"), "2-0", "u1").refused(401, "bad-token");
        edit(Some(&viewer), "2-0", "u1").refused(403, "forbidden");
        edit(Some(&local), "2-0", "u1").refused(403, "forbidden");
        assert_eq!(edit(Some(&planner), "2-0", "u1").good()["author"], "划");
        assert_eq!(s.ask("GET", "/versions/2/cells", Some(&viewer), &[], b"").status, 200);
        for path in ["/tokens", "/audit"] {
            s.get(path).refused(401, "token-needed");
            s.ask("GET", path, Some(&planner), &[], b"").refused(403, "forbidden");
        }
        s.ask("GET", "/project", Some("nonsense"), &[], b"").refused(401, "bad-token");
        let basic = s.ask("GET", "/project", None, &[("authorization", "Basic YTpi")], b"");
        assert_eq!(basic.refused(401, "bad-token")["status"], 401);
        assert_eq!(basic.header("www-authenticate"), "Bearer");

        let tokens = s.get_as_admin("/tokens");
        assert_eq!(tokens.good()["tokens"].as_array().unwrap().len(), 4);
        let text = String::from_utf8(tokens.body).unwrap();
        for secret in [&viewer, &planner, &s.admin] {
            assert!(!text.contains(secret.rsplit('_').next().unwrap()), "a secret is shown once");
        }
        s.ask("DELETE", "/tokens/nobody", Some(&s.admin), &[], b"").refused(404, "unknown-token");
        let gone = s.ask("DELETE", &format!("/tokens/{viewer_id}"), Some(&s.admin), &[], b"");
        assert_eq!(gone.status, 204);
        s.ask("GET", "/versions/2/cells", Some(&viewer), &[], b"").refused(401, "bad-token");
        s.post("/tokens", None, &json!({ "name": " ", "role": "viewer" })).refused(422, "bad-body");
        s.post("/tokens", None, &json!({ "name": "x", "role": "king" })).refused(422, "bad-body");

        // The log holds it all, oldest first, and no secret.
        let log = s.get_as_admin("/audit");
        let actions: Vec<String> = log.good()["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["action"].as_str().unwrap().to_owned())
            .collect();
        for action in ["token", "publish", "operation", "revoke-token"] {
            assert!(actions.iter().any(|a| a == action), "{action}: {actions:?}");
        }
        assert!(!String::from_utf8(log.body).unwrap().contains(planner.rsplit('_').next().unwrap()));
        let page = s.get_as_admin("/audit?limit=2").good();
        assert_eq!(page["entries"].as_array().unwrap().len(), 2);
        let rest = s.get_as_admin(page["next"].as_str().unwrap()).good();
        assert!(rest["entries"][0]["number"].as_i64() > page["entries"][1]["number"].as_i64());
    }
}

/// Two servers over one database see each other's edits.
#[test]
fn servers_that_share_a_database_agree() {
    let Some(url) = crate::postgres::database() else { return };
    let location = data::store::Location::Postgres(url);
    crate::support::create(&location, &board());
    let a = Served::open(location.clone(), api::Limits::default());
    let b = Served::open(location, api::Limits::default());
    a.assign("1-0", &["u1"], "002").good();
    assert_eq!(b.etag(), "1-1");
    assert_eq!(a.get_as_admin("/versions/1/cells").body, b.get_as_admin("/versions/1/cells").body);
    let problem = b.assign("1-0", &["u9"], "002").refused(409, "stale");
    assert_eq!(problem["changes"][0]["units"], json!(["u1"]));
    b.assign("1-1", &["u9"], "002").good();
    assert_eq!(a.publish(), 1);
    assert_eq!(b.get("/versions/1/cells").body, a.get("/versions/1/cells").body);
    b.assign("2-0", &["u17"], "002").good();
    assert_eq!(a.etag(), "2-1");
}
