use super::*;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_table_holds_every_family_in_full() {
    let mut counts = BTreeMap::new();
    for rule in &RULES {
        *counts.entry(rule.family()).or_insert(0) += 1;
    }
    let expected = [
        ("ATTR", 1),
        ("CODE", 2),
        ("CRS", 1),
        ("GAP", 19),
        ("LOAD", 2),
        ("NBR", 1),
        ("OVL", 15),
        ("PRIV", 1),
        ("RSP", 7),
        ("SIZE", 2),
        ("TIME", 1),
        ("TOP", 4),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn ids_are_numbered_without_gap_within_their_family() {
    let mut next = BTreeMap::new();
    for rule in &RULES {
        let n = next.entry(rule.family()).or_insert(0);
        *n += 1;
        assert_eq!(rule.id, format!("{}-{n:02}", rule.family()));
    }
}

#[test]
fn no_two_rules_share_a_title_and_none_is_without_one() {
    for field in [|r: &Rule| r.zh, |r: &Rule| r.en] {
        let titles: BTreeSet<_> = RULES.iter().map(field).collect();
        assert_eq!(titles.len(), RULES.len());
        assert!(!titles.contains(""));
    }
    assert!(RULES.iter().all(|r| !r.basis.is_empty()));
}

#[test]
fn an_id_survives_text_and_json() {
    for &id in &RuleId::ALL {
        assert_eq!(id.to_string().parse(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{}\"", id.id()));
        assert_eq!(serde_json::from_str::<RuleId>(&json).unwrap(), id);
    }
    assert_eq!(serde_json::to_string(&RuleId::Gap01).unwrap(), "\"GAP-01\"");
    assert!("GAP-20".parse::<RuleId>().is_err());
    assert!(serde_json::from_str::<RuleId>("\"gap-01\"").is_err());
}

#[test]
fn the_worst_severity_is_the_greatest() {
    assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Error);
    for severity in [Severity::Info, Severity::Warning, Severity::Error] {
        assert_eq!(severity.letter().parse(), Ok(severity));
    }
    assert!("X".parse::<Severity>().is_err());
}
