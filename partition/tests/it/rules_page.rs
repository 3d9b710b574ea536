//! `docs/rules.md` is written from the table, never by hand.

use partition::check::rules::{RULES, markdown};
use std::{fs, path::Path};

#[test]
fn the_page_of_rules_says_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules.md");
    let page = fs::read_to_string(&path).unwrap_or_default();
    assert!(page == markdown(), "docs/rules.md is out of date: cargo run -p partition --example rules_md");
}

#[test]
fn every_rule_is_one_row_of_the_page() {
    let page = markdown();
    for rule in &RULES {
        assert_eq!(
            page.lines().filter(|l| l.starts_with(&format!("| {} |", rule.id))).count(),
            1,
            "{}",
            rule.id
        );
    }
}
