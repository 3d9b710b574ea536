//! The page about the interface tells of every code.

#[test]
fn every_code_stands_in_the_page() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md");
    let page = std::fs::read_to_string(page).unwrap();
    for code in api::Code::ALL {
        let row = format!("| `{}` | {} |", code.id(), code.status().as_u16());
        assert!(page.contains(&row), "docs/api.md lacks the row: {row}");
    }
}
