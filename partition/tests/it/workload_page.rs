//! `docs/workload.md` states the presets as they are.

use partition::workload::{BusinessKind, FREQUENCY_PRESETS, Range, SIZE_PRESETS, VisitPreset};
use std::{fs, path::Path};

fn rows() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/workload.md");
    let page = fs::read_to_string(path).expect("docs/workload.md");
    page.lines().filter(|l| l.starts_with('|')).map(String::from).collect()
}

/// One row begins with `cells`, in order; `–` stands for nothing.
fn check(cells: &[String]) {
    let start = format!("| {} |", cells.join(" | "));
    assert!(rows().iter().any(|row| row.starts_with(&start)), "docs/workload.md has no row {start}");
}

fn or_dash<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "–".to_owned(), text)
}

#[test]
fn every_size_preset_is_on_the_page() {
    let range = |r: Option<Range>| or_dash(r, |r| format!("{}–{}", r.lo, r.hi));
    for p in &SIZE_PRESETS {
        check(&[format!("`{}`", p.id), range(p.households), range(p.persons), range(p.area_m2)]);
    }
}

#[test]
fn every_visit_frequency_is_on_the_page_with_its_text() {
    for preset in &FREQUENCY_PRESETS {
        for class in preset.classes {
            let start = format!("| `{}` | `{}` ", preset.id, class.id);
            let row = rows().into_iter().find(|row| row.starts_with(&start));
            let row = row.unwrap_or_else(|| panic!("docs/workload.md has no row {start}"));
            assert!(row.contains(class.text), "{start}: {}", class.text);
            if let Some(milli) = class.frequency.milli_visits_per_month() {
                assert!(row.contains(&format!("| {milli} ")), "{start}: {milli}");
            }
        }
    }
}

#[test]
fn every_kind_of_business_is_on_the_page_with_its_visits() {
    let VisitPreset::FoodAnhui2022(tiers) = VisitPreset::food_anhui_2022() else {
        panic!("food-anhui-2022 holds its tiers")
    };
    let food = VisitPreset::food_anhui_2022();
    for kind in BusinessKind::ALL {
        let visits = food.milli_visits(kind);
        check(&[
            format!("`{}`", kind.id()),
            kind.zh().to_owned(),
            or_dash(tiers.tier(kind).zip(visits), |(tier, milli)| format!("{tier:?}: {milli}")),
            or_dash(VisitPreset::FireShenyang.milli_visits(kind), |milli| milli.to_string()),
        ]);
    }
}
