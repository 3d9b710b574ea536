//! Rosters over HTTP: a verdict for each row, and nothing loaded by halves.

use crate::client::Answer;
use crate::support::{Served, board};
use serde_json::{Value, json};

const HEAD: &str = "网格编码,角色,姓名,手机,值班电话,AB岗\n";

fn load(s: &Served, query: &str, body: &[u8]) -> Answer {
    s.ask("POST", &format!("/roster{query}"), Some(&s.admin), &[("content-type", "text/csv")], body)
}

fn persons(s: &Served, cell: &str) -> Vec<String> {
    let told = s.get(&format!("/versions/1/responsible?ids={cell}")).good();
    let names = told["cells"][0]["persons"].as_array().unwrap().iter();
    names.map(|p| format!("{} {}", p["name"].as_str().unwrap(), p["phone"].as_str().unwrap_or("-"))).collect()
}

fn verdicts(told: &Value) -> Vec<String> {
    let rows = told["rows"].as_array().unwrap().iter();
    rows.map(|r| {
        let reasons = r["reasons"].as_array().unwrap().iter().map(|x| x["code"].as_str().unwrap());
        format!("{} {} {}", r["row"], r["verdict"].as_str().unwrap(), reasons.collect::<Vec<_>>().join("+"))
    })
    .collect()
}

#[test]
fn a_roster_is_loaded_whole_or_not_at_all() {
    for s in Served::everywhere(&board()) {
        s.publish();
        let good =
            format!("{HEAD}001,网格长,测试人员 01,13900000001,,A\n001,网格员,测试人员 02,,057187000002,\n");
        let told = load(&s, "", good.as_bytes()).good();
        assert_eq!((&told["loaded"], &told["errors"]), (&json!(2), &json!(0)));
        let loaded = ["测试人员 02 057187000002", "测试人员 01 139****0001"];
        assert_eq!(persons(&s, "001"), loaded);

        // An unknown role, an unknown cell, no number: named row by row, nothing of the others is loaded.
        let bad = format!(
            "{HEAD}002,网格长,测试人员 03,13900000003,,\n002,村花,测试人员 04,,,\n999,网格员,测试人员 05,,,\n002,网格员,测试人员 06,打电话,,\n"
        );
        let told = load(&s, "", bad.as_bytes()).good();
        assert_eq!(
            verdicts(&told)[1..],
            ["3 error unknown-role", "4 error unknown-cell", "5 error bad-phone+no-identity"],
            "{told}"
        );
        assert_eq!((&told["loaded"], &told["errors"]), (&json!(0), &json!(3)));
        assert_eq!(persons(&s, "002"), [""; 0]);
        assert_eq!(persons(&s, "001"), loaded);
        for row in told["rows"].as_array().unwrap() {
            for reason in row["reasons"].as_array().unwrap() {
                assert!(
                    !reason["zh"].as_str().unwrap().is_empty() && !reason["en"].as_str().unwrap().is_empty()
                );
            }
        }
        let told = load(&s, "?partial=true", bad.as_bytes()).good();
        assert_eq!((&told["loaded"], &told["errors"]), (&json!(1), &json!(3)));
        assert_eq!(persons(&s, "002"), ["测试人员 03 139****0003"]);

        // Loading is for planners, and is in the log.
        s.ask("POST", "/roster", None, &[], good.as_bytes()).refused(401, "token-needed");
        let log = s.get_as_admin("/audit").good();
        let lines = log["entries"].as_array().unwrap().iter().filter(|e| e["action"] == "people");
        assert_eq!(lines.count(), 2);
    }
}

/// Excel keeps a telephone typed into a number cell as a number.
#[test]
fn a_workbook_with_a_telephone_as_a_number() {
    let s = Served::file(&board());
    s.publish();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (i, head) in ["网格编码", "角色", "姓名", "手机"].into_iter().enumerate() {
        sheet.write(0, i as u16, head).unwrap();
    }
    sheet.write(1, 0, "003").unwrap().write(1, 1, "网格长").unwrap().write(1, 2, "测试人员 07").unwrap();
    sheet.write(1, 3, 13_900_000_007.0).unwrap();
    let told = load(&s, "?name=花名册.xlsx", &book.save_to_buffer().unwrap()).good();
    assert_eq!(verdicts(&told), ["2 warning phone-number-cell"]);
    assert_eq!(persons(&s, "003"), ["测试人员 07 139****0007"]);
}

#[test]
fn files_that_are_no_rosters() {
    let s = Served::file(&board());
    s.publish();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    for body in [&b""[..], b"hello", png, b"PK\x03\x04 and no more", b"\xff\xff\xff\xff"] {
        load(&s, "", body).refused(422, "bad-roster");
    }
    load(&s, "?network=other", b"x").refused(404, "unknown-network");
    load(&s, "?surprise=1", b"x").refused(400, "bad-query");
    let token = s.post("/tokens", None, &json!({ "name": "西", "role": "planner", "scope": "001" }));
    let token = token.json()["text"].as_str().unwrap().to_owned();
    s.ask("POST", "/roster", Some(&token), &[], b"x").refused(403, "forbidden");
}
