//! Rosters as offices keep them.

use data::roster::{Known, Roster, RosterError, Verdict};
use data::store::model::CellKind;
use data::store::records::CellName;
use partition::people::{Date, Place, Role, Slot, Subject, Tenure};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::Write;

fn cells() -> Vec<CellName> {
    let cell = |code: &str, name: &str| CellName {
        code: code.into(),
        name: name.into(),
        kind: CellKind::Base,
        parent: Some(0),
    };
    vec![
        cell("001", "第1网格"),
        cell("002", "第2网格"),
        cell("003", "同名"),
        cell("004", "同名"),
        cell("330481001007003", "长码"),
    ]
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn try_read(bytes: &[u8]) -> Result<Roster, RosterError> {
    let (cells, parents) = (cells(), ["东村".to_owned()]);
    Roster::read(bytes, &Known { cells: &cells, parents: &parents, from: day("2026-11-22") })
}

fn read(bytes: impl AsRef<[u8]>) -> Roster {
    try_read(bytes.as_ref()).unwrap()
}

/// `row:code code` for each row that is not ok.
fn said(roster: &Roster) -> Vec<String> {
    let bad = roster.rows.iter().filter(|r| r.verdict != Verdict::Ok);
    bad.map(|r| {
        format!("{}:{}", r.row, r.reasons.iter().map(|x| x.code.as_str()).collect::<Vec<_>>().join(" "))
    })
    .collect()
}

const HEAD: &str = "网格编码,角色,姓名,手机,值班电话,单位,职务,AB岗,起始日期,结束日期,人员编号,社区\n";

#[test]
fn a_clean_roster_is_read_whole() {
    let roster = read(format!(
        "{HEAD}001,网格长,张伟,13812345678,0573-87221234,西村村委会,副主任,A岗,2026/1/1,2026-12-31,7,\n\
         002,专职网格员,李芳,,,,,,,,8,\n\n第2网格,网格责任人,张伟,13812345678,,,,,2026-01-01,,7,\n,第一责任人,王强,,12345,,,,,,9,东村\n,领导责任人,赵敏,,,,,,,,10,全域\n"
    ));
    assert_eq!(said(&roster), [""; 0]);
    assert_eq!(roster.rows.iter().map(|r| r.row).collect::<Vec<_>>(), [2, 3, 5, 6, 7]);
    let people = roster.loadable(false).unwrap();
    assert_eq!((people.persons.len(), people.organisations.len(), people.assignments.len()), (4, 1, 5));
    let zhang = people.person("7").unwrap();
    assert_eq!((zhang.name.as_str(), zhang.post.as_deref()), ("张伟", Some("副主任")));
    assert_eq!(zhang.mobile.as_ref().unwrap().whole(), "13812345678");
    assert_eq!(people.organisation(zhang.organisation.as_deref().unwrap()).unwrap().name, "西村村委会");
    let of = |id: &str| people.assignments.iter().find(|a| a.subject == Subject::Person(id.into())).unwrap();
    let a = of("7");
    assert_eq!((a.role, a.slot, &a.place), (Role::GridLeader, Some(Slot::A), &Place::Cell("001".into())));
    // The last day is in.
    assert_eq!((a.period.from, a.period.to), (day("2026-01-01"), Some(day("2027-01-01"))));
    assert_eq!(
        (of("8").role, of("8").tenure, of("8").period.from),
        (Role::GridWorker, Some(Tenure::FullTime), day("2026-11-22"))
    );
    assert_eq!((&of("9").place, &of("10").place), (&Place::Parent("东村".into()), &Place::Project));
}

#[test]
fn every_fault_of_a_row_is_named_at_once() {
    for (row, codes) in [
        (
            "009,村花,,138,,,,C岗,昨天,,,",
            "2:unknown-cell unknown-role missing-name bad-slot bad-date phone-not-mobile",
        ),
        ("001,网格管理员,张三,,,,,,,,1,", "2:ambiguous-role"),
        ("同名,网格员,张三,,,,,,,,1,", "2:ambiguous-cell"),
        (",网格员,张三,,,,,,,,1,西村", "2:unknown-parent"),
        (",网格员,张三,,,,,,,,1,", "2:no-place"),
        ("001,,张三,,,,,,,,1,", "2:missing-role"),
        ("001,网格员,张三、李四,,,,,,,,1,", "2:several-people"),
        ("001,网格员,张三,1381234 / 139,,,,,,,1,", "2:bad-phone"),
        ("001,网格员,张三,057387221234,,,,,,,1,", "2:phone-not-mobile"),
        ("001,网格员,张三,,,,,,2026-02-30,,1,", "2:bad-date"),
        ("001,网格员,张三,,,,,,2026-05-01,2026-04-30,1,", "2:period-reversed"),
        ("001,网格员,张三,,,,,,2026-05-01,2026-05-01,1,", ""),
        ("001,网格员,张三,,,,,,,,,", "2:no-identity"),
        ("001,网格员,张三,,87221234,,,,,,,", ""),
    ] {
        let roster = read(format!("{HEAD}{row}\n"));
        assert_eq!(said(&roster).join("|"), codes, "{row}");
        for reason in roster.rows.iter().flat_map(|r| &r.reasons) {
            assert!(
                !reason.zh.is_empty() && !reason.en.is_empty() && !reason.en.contains("1381234"),
                "{reason:?}"
            );
        }
    }
}

#[test]
fn nothing_is_loaded_when_a_row_is_wrong_unless_parts_will_do() {
    let roster = read(format!("{HEAD}001,网格长,张三,,,,,,,,1,\n009,网格长,李四,,,,,,,,2,\n"));
    assert_eq!((roster.errors(), said(&roster)), (1, vec!["3:unknown-cell".to_owned()]));
    assert_eq!(roster.loadable(false), None);
    assert_eq!(roster.loadable(true).unwrap().persons.len(), 1);
}

#[test]
fn one_place_for_one_person() {
    let of = |rows: &[&str]| said(&read(format!("{HEAD}{}\n", rows.join("\n"))));
    let none: [&str; 0] = [];
    assert_eq!(
        of(&["001,网格长,甲,,,,,,,,1,", "001,网格长,乙,,,,,,,,2,"]),
        ["2:double-slot", "3:double-slot"]
    );
    assert_eq!(of(&["001,网格长,甲,,,,,A,,,1,", "001,网格长,乙,,,,,B,,,2,"]), none);
    assert_eq!(of(&["001,网格长,甲,,,,,,,,1,", "001,网格长,甲,,,,,,,,1,"]), none);
    assert_eq!(of(&["001,网格员,甲,,,,,,,,1,", "001,网格员,乙,,,,,,,,2,"]), none);
    let (spring, autumn) =
        ("001,网格长,甲,,,,,,2026-01-01,2026-06-30,1,", "001,网格长,乙,,,,,,2026-07-01,,2,");
    assert_eq!(of(&[autumn, spring]), none);
    let early = "001,网格长,乙,,,,,,2026-06-30,,2,";
    assert_eq!(of(&[early, spring]), ["2:double-slot", "3:double-slot"]);
    // A short one inside a long one, after somebody's second row.
    let rows = [
        "001,网格长,甲,,,,,,2026-01-01,,1,",
        "001,网格长,甲,,,,,,2026-02-01,2026-03-01,1,",
        "001,网格长,乙,,,,,,2026-05-01,2026-05-02,2,",
    ];
    assert_eq!(of(&rows), ["2:double-slot", "4:double-slot"]);
    // Many in one place are named, and not once for each pair.
    let rows: Vec<String> = (0..3000).map(|i| format!("001,网格长,人{i},,,,,,,,{i},")).collect();
    let roster = read(format!("{HEAD}{}\n", rows.join("\n")));
    assert_eq!(roster.errors(), 3000);
    assert!(roster.rows.iter().map(|r| r.reasons.len()).sum::<usize>() < 6000);
}

#[test]
fn text_comes_in_the_encodings_and_separators_of_offices() {
    let text = format!("2026年网格员花名册\n{HEAD}001,网格长,张伟,13812345678,,,,,,,,\n");
    let (gb, _, lossy) = encoding_rs::GB18030.encode(&text);
    assert!(!lossy);
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let tabs = text.replace(',', "\t");
    let semicolons = text.replace(',', ";");
    for bytes in [text.as_bytes(), &gb, &utf16, &marked, tabs.as_bytes(), semicolons.as_bytes()] {
        let roster = read(bytes);
        assert_eq!((roster.rows.len(), roster.rows[0].row, said(&roster).len()), (1, 3, 0));
        assert_eq!(roster.people.persons[0].name, "张伟");
    }
    let twice = [read(&text), read(gb)];
    assert_eq!(twice[0], twice[1], "the same facts have the same identity");
}

#[test]
fn what_is_no_roster_is_refused_with_a_sentence() {
    for (bytes, wanted) in [
        (&b""[..], "no line has the headings"),
        ("姓名,电话\n张三,1\n".as_bytes(), "found: 姓名, 电话"),
        ("网格,角色,姓名,姓名\n".as_bytes(), "two columns are headed Name"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "save it as .xlsx"),
        (b"PK\x03\x04 and nothing more", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff", "neither a workbook nor text"),
    ] {
        let error = try_read(bytes).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn a_workbook_with_numbers_and_dates_in_its_cells() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("花名册").unwrap();
    for (i, title) in HEAD.trim().split(',').enumerate() {
        sheet.write(1, i as u16, title).unwrap();
    }
    sheet.write(0, 0, "某街道网格员花名册").unwrap();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    // 2: as it should be, with a true date. 3: numbers that can be told. 4: numbers that lost something.
    for (row, code, phone) in [(2, "001", "13812345678"), (5, "330481001007003", "13812345679")] {
        sheet.write(row, 0, code).unwrap();
        sheet.write(row, 3, phone).unwrap();
    }
    sheet.write(2, 8, ExcelDateTime::from_ymd(2026, 3, 1).unwrap()).unwrap();
    sheet.set_cell_format(2, 8, &date).unwrap();
    sheet.write(3, 0, 2).unwrap();
    sheet.write(3, 3, 13_900_000_000_u64).unwrap();
    sheet.write(3, 4, 57_387_221_234_u64).unwrap();
    sheet.write(3, 8, 20_260_401).unwrap();
    sheet.write(4, 0, 3.304_810_010_070_03e19).unwrap();
    sheet.write(4, 8, 46_000.5).unwrap();
    for row in 2..6 {
        sheet.write(row, 1, "网格员").unwrap();
        sheet.write(row, 2, format!("人{row}")).unwrap();
        sheet.write(row, 10, row).unwrap();
    }
    let roster = read(book.save_to_buffer().unwrap());
    assert_eq!(
        said(&roster),
        ["4:code-number-cell phone-number-cell phone-number-cell", "5:number-damaged bad-date"]
    );
    let of = |id: &str| {
        roster.people.assignments.iter().find(|a| a.subject == Subject::Person(id.into())).unwrap()
    };
    assert_eq!((of("2").period.from, of("3").period.from), (day("2026-03-01"), day("2026-04-01")));
    assert_eq!(
        (&of("3").place, &of("5").place),
        (&Place::Cell("002".into()), &Place::Cell("330481001007003".into()))
    );
}

/// A workbook of one sheet with this XML.
fn packed(sheet: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, text) in [
        ("[Content_Types].xml", &br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#[..]),
        ("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_unpacks_without_end_or_claims_the_last_corner_is_harmless() {
    let bomb = packed(&vec![b' '; data::roster::MAX_UNPACKED_BYTES as usize + 1]);
    assert!(bomb.len() < 1 << 20);
    assert_eq!(try_read(&bomb), Err(RosterError::TooLong));
    let cell = |at: &str, text: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let row = |n: u32, cells: String| format!(r#"<row r="{n}">{cells}</row>"#);
    let head = ["网格", "角色", "姓名"].iter().zip(["A1", "B1", "C1"]).map(|(t, at)| cell(at, t)).collect();
    let corner =
        ["001", "网格员", "张三"].iter().zip(["A1048576", "B1048576", "C1048576"]).map(|(t, at)| cell(at, t));
    let corner = corner.chain([cell("XFD1048576", "x")]).collect();
    let xml = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{}{}</sheetData></worksheet>"#,
        row(1, head),
        row(1_048_576, corner)
    );
    let roster = read(packed(xml.as_bytes()));
    assert_eq!((roster.rows.len(), roster.rows[0].row), (1, 1_048_576));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0..4) {
        let head: &[u8] = match kind { 0 => b"", 1 => b"PK\x03\x04", 2 => HEAD.as_bytes(), _ => b"\xFF\xFE" };
        let _ = try_read(&[head, &bytes].concat());
    }

    #[test]
    fn a_damaged_workbook_never_panics(at in 0usize..10_000, byte: u8) {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (i, text) in ["网格", "角色", "姓名"].iter().enumerate() {
            sheet.write(0, i as u16, *text).unwrap();
        }
        let mut bytes = book.save_to_buffer().unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = try_read(&bytes);
    }
}
