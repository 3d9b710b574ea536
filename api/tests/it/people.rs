//! Who answers, and who may see their numbers.

use crate::support::{Served, board, create};
use data::store::records::Author;
use data::store::{Location, Store};
use partition::people::{
    Absence, Assignment, Date, Organisation, People, Period, Person, Place, Publication, Role, Slot, Subject,
};
use serde_json::{Value, json};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn person(id: &str, name: &str, mobile: &str) -> Person {
    Person { id: id.into(), name: name.into(), mobile: Some(mobile.parse().unwrap()), ..Person::default() }
}

fn holds(who: &str, role: Role, place: Place, slot: Option<Slot>) -> Assignment {
    Assignment {
        subject: Subject::Person(who.into()),
        role,
        tenure: None,
        place,
        slot,
        period: Period { from: day("2026-01-01"), to: None },
        basis: None,
    }
}

/// Made-up people of the board: a leader and a stand-in of 001, a duty phone, one whose number is published, an office.
fn people() -> People {
    let cell = |code: &str| Place::Cell(code.into());
    let mut duty = person("p4", "测试人员 04", "13900000004");
    duty.duty_phone = Some("0571-8700 0004".parse().unwrap());
    let mut open = person("p5", "测试人员 05", "13900000005");
    open.mobile_published = Some(Publication { basis: "同意书 5 号".into(), since: day("2026-01-01") });
    let office = Organisation {
        id: "o1".into(),
        name: "测试办公室".into(),
        kind: None,
        duty_phone: Some("12345".parse().unwrap()),
    };
    let mut by_office = holds("", Role::FirstResponsible, Place::Project, None);
    by_office.subject = Subject::Organisation("o1".into());
    People {
        persons: vec![
            person("p1", "测试人员 01", "13900000001"),
            person("p2", "测试人员 02", "13900000002"),
            person("p3", "测试人员 03", "13900000003"),
            duty,
            open,
        ],
        organisations: vec![office],
        assignments: vec![
            holds("p1", Role::GridLeader, cell("001"), Some(Slot::A)),
            holds("p2", Role::GridLeader, cell("001"), Some(Slot::B)),
            holds("p3", Role::GridWorker, cell("001"), None),
            holds("p4", Role::GridLeader, cell("002"), None),
            holds("p5", Role::MainResponsible, Place::Parent("西村".into()), None),
            by_office,
        ],
        absences: vec![Absence {
            person: "p1".into(),
            period: Period { from: day("2026-03-01"), to: Some(day("2026-03-08")) },
        }],
    }
    .sorted()
}

/// Servers whose store knows these people.
fn served() -> Vec<(tempfile::TempDir, Served)> {
    let mut places = vec![None];
    places.extend(crate::postgres::database().map(Some));
    let serve = |url: Option<String>| {
        let folder = tempfile::tempdir().unwrap();
        let location = match url {
            Some(url) => Location::Postgres(url),
            None => Location::File(folder.path().join("p.gpkg")),
        };
        create(&location, &board());
        crate::postgres::block_on(async {
            let store = Store::open(&location).await.unwrap();
            store.take_in_people("grid", &Author::now("test"), &people()).await.unwrap();
            store.close().await.unwrap();
        });
        let s = Served::open(location, api::Limits::default());
        s.publish();
        (folder, s)
    };
    places.into_iter().map(serve).collect()
}

fn names(persons: &Value) -> Vec<&str> {
    persons.as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect()
}

#[test]
fn the_chain_comes_in_order_and_numbers_are_masked() {
    for (_folder, s) in served() {
        let all = s.get("/versions/1/responsible?ids=001,002,003").good();
        let [one, two, three] = [0, 1, 2].map(|i| all["cells"][i].clone());
        assert_eq!(
            names(&one["persons"]),
            ["测试人员 03", "测试人员 01", "测试人员 02", "测试人员 05", "测试办公室"],
            "worker, leader A, leader B, then the parent's, then the project's"
        );
        let p = &one["persons"][1];
        assert_eq!(
            (&p["role"], &p["role_name"], &p["slot"]),
            (&json!("grid-leader"), &json!("网格长"), &json!("A"))
        );
        assert_eq!(
            (&p["order"], &p["level"], &p["phone"]),
            (&json!(2), &json!("cell"), &json!("139****0001"))
        );
        assert_eq!(one["persons"][3]["phone"], "13900000005", "published with a basis");
        assert_eq!(one["persons"][4]["phone"], "12345");
        assert_eq!(two["persons"][0]["phone"], "057187000004", "a duty phone is public");
        assert_eq!((&one["fallback"], &three["fallback"]), (&json!(false), &json!(true)), "属地兜底");
        assert_eq!(names(&three["persons"]), ["测试办公室"], "another parent");

        let whole = s.get_as_admin("/versions/1/responsible?ids=001").good();
        assert_eq!(whole["cells"][0]["persons"][1]["phone"], "13900000001");
        let log = s.get_as_admin("/audit").good();
        let reads = log["entries"].as_array().unwrap().iter().filter(|e| e["action"] == "read-people");
        assert_eq!(reads.count(), 1, "anybody's reading is not logged, the administrator's is");

        // Somebody is away: the stand-in answers.
        let away = s.get("/versions/1/responsible?ids=001&at=2026-03-02").good();
        let persons = &away["cells"][0]["persons"];
        assert_eq!(names(persons)[..2], ["测试人员 03", "测试人员 02"]);
        assert_eq!(persons[1]["stands_in"], true);

        // A token for another place sees masked numbers here.
        let body = json!({ "name": "东", "role": "viewer", "scope": "003" });
        let token = s.post("/tokens", None, &body).json()["text"].as_str().unwrap().to_owned();
        let told = s.ask("GET", "/versions/1/responsible?ids=001", Some(&token), &[], b"").good();
        assert_eq!(told["cells"][0]["persons"][1]["phone"], "139****0001");
    }
}

#[test]
fn cells_are_chosen_by_box_or_by_id() {
    for (_folder, s) in served() {
        let codes = |path: &str| -> Vec<String> {
            let told = s.get(path).good();
            told["cells"].as_array().unwrap().iter().map(|c| c["cell"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("/versions/1/responsible"), ["001", "002", "003", "004"]);
        assert_eq!(codes("/versions/1/responsible?ids=004,nobody,001"), ["004", "001"]);
        let cells = s.get("/versions/1/cells").good();
        let label = &cells["cells"][2]["label"];
        let path = format!("/versions/1/responsible?bbox={0},{1},{0},{1}", label[0], label[1]);
        assert_eq!(codes(&path), ["003"]);
        assert_eq!(codes("/versions/1/responsible?bbox=0,0,1,1"), Vec::<String>::new());
        for bad in ["1,2,3", "a,b,c,d", "1,2,3,NaN", ""] {
            s.get(&format!("/versions/1/responsible?bbox={bad}")).refused(400, "bad-query");
        }
        s.get("/versions/9/responsible").refused(404, "unknown-version");
        let at = format!("/lookup?lon={}&lat={}", label[0], label[1]);
        let told = s.get(&at).good();
        assert_eq!((&told["cell"]["id"], &told["fallback"]), (&json!("003"), &json!(true)));
    }
}

/// Nothing of anybody in any public answer but where it belongs, byte by byte.
#[test]
fn no_number_gets_out() {
    for (_folder, s) in served() {
        let document = s.get("/tiles/grid/1.json").good();
        let mut answers = vec![s.get("/tiles/grid/1.json"), s.get("/project"), s.get("/plans/grid")];
        for path in ["/versions/1/cells", "/versions/1/units", "/versions/1/responsible", "/boundary", "/"] {
            answers.push(s.get(path));
        }
        let b: Vec<f64> = serde_json::from_value(document["bounds"].clone()).unwrap();
        answers.push(s.get(&format!("/lookup?lon={}&lat={}", (b[0] + b[2]) / 2.0, (b[1] + b[3]) / 2.0)));
        for z in document["minzoom"].as_u64().unwrap()..=document["maxzoom"].as_u64().unwrap() {
            let n = f64::from(1_u32 << z);
            let x = |lon: f64| ((lon / 360.0 + 0.5) * n) as u32;
            let y =
                |lat: f64| ((0.5 - lat.to_radians().tan().asinh() / (2.0 * std::f64::consts::PI)) * n) as u32;
            for (x, y) in (x(b[0])..=x(b[2])).flat_map(|x| (y(b[3])..=y(b[1])).map(move |y| (x, y))) {
                // Not even for those who may see them elsewhere.
                answers.push(s.get(&format!("/tiles/grid/1/{z}/{x}/{y}")));
                answers.push(s.get_as_admin(&format!("/tiles/grid/2/{z}/{x}/{y}")));
            }
        }
        assert!(answers.len() > 30);
        for (i, answer) in answers.iter().enumerate() {
            let holds = |text: &str| answer.body.windows(text.len()).any(|w| w == text.as_bytes());
            for hidden in ["13900000001", "13900000002", "13900000003", "13900000004", "同意书"] {
                assert!(!holds(hidden), "answer {i} holds {hidden}");
            }
            let is_tile = answer.header("content-type").contains("vector-tile");
            assert!(!is_tile || !holds("测试人员"), "a tile names a person");
        }
    }
}
