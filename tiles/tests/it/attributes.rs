//! What stands in a tile, and what cannot.

use crate::support::{all, cell_attributes, flat, jittered, source, unit_attributes};
use fast_mvt::MvtValue;
use tiles::{BuildError, CellAttributes, Figures, Options, SourceInput, TileError, TileSource};

#[test]
fn attributes_are_complete_and_no_others_exist() {
    let plan = jittered(1, 4, 2, 100, 4);
    let s = source(&plan, &Options::default(), flat);
    let z = s.units_from_zoom().unwrap();
    for layer in ["cells", "cell_labels"] {
        let features = all(&s, z, layer);
        assert!(features.len() >= 4);
        for f in &features {
            let i = f.id.unwrap() - 1000;
            let keys: Vec<&str> = f.tags.keys().map(String::as_str).collect();
            assert_eq!(
                keys,
                [
                    "area_m2",
                    "code",
                    "deviation",
                    "households",
                    "id",
                    "level",
                    "name",
                    "polsby_popper",
                    "visits_month"
                ]
            );
            assert_eq!(f.tags["code"], MvtValue::String(format!("A{i:03}")));
            assert_eq!(f.tags["name"], MvtValue::String(format!("第{i}网格")));
            assert_eq!(f.tags["households"], MvtValue::UInt(300 + i));
            assert_eq!(f.tags["visits_month"], MvtValue::Double(12.5 + i as f64));
            assert_eq!(f.tags["id"], MvtValue::UInt(1000 + i));
        }
    }
    let units = all(&s, z, "units");
    assert!(units.len() >= 16);
    for f in &units {
        assert_eq!(f.tags.keys().collect::<Vec<_>>(), ["cell", "code", "id"]);
        let cell = plan.labels[f.id.unwrap() as usize];
        assert_eq!(f.tags["cell"], MvtValue::UInt(1000 + u64::from(cell)));
    }
}

#[test]
fn numbers_that_are_none_and_small_counts_are_left_out() {
    let figures = Figures { households: Some(4), deviation: Some(f64::NAN), ..Figures::default() };
    assert_eq!(figures.without_counts_below(5).households, None);
    assert_eq!(figures.without_counts_below(4).households, Some(4));
    let plan = jittered(1, 2, 2, 100, 4);
    let cells = [CellAttributes { figures, ..CellAttributes::default() }];
    let input = SourceInput {
        units: &plan.units,
        labels: &plan.labels,
        cells: &cells,
        unit_attributes: &[],
        context: &[],
    };
    let s = TileSource::new(input, &Options::default(), &flat).unwrap();
    assert_eq!(s.units_from_zoom(), None);
    assert!(all(&s, 15, "units").is_empty());
    let cells = all(&s, 15, "cells");
    let keys: Vec<&str> = cells[0].tags.keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "households", "id", "level", "name"]);
}

/// Builds with one thing changed.
fn build(change: impl Fn(&mut Vec<u32>, &mut Vec<CellAttributes>)) -> Result<TileSource, BuildError> {
    let plan = jittered(1, 4, 2, 100, 4);
    let (mut labels, mut cells) = (plan.labels.clone(), cell_attributes(4));
    change(&mut labels, &mut cells);
    let units = unit_attributes(16);
    let input = SourceInput {
        units: &plan.units,
        labels: &labels,
        cells: &cells,
        unit_attributes: &units,
        context: &[],
    };
    TileSource::new(input, &Options::default(), &flat)
}

#[test]
fn names_with_the_number_of_a_person_are_refused() {
    for name in
        ["王某 13812345678", "138-1234-5678", "１３８１２３４５６７８", "110101199003070000", "6553 8220"]
    {
        let refused = build(|_, cells| cells[2].name = name.to_owned());
        assert_eq!(refused.err(), Some(BuildError::PersonalName(name.to_owned())));
    }
    assert!(build(|_, cells| cells[2].name = "东华门街道 2026 第003网格".to_owned()).is_ok());
}

#[test]
fn input_that_does_not_fit_is_refused_with_the_place() {
    let err = |change: &dyn Fn(&mut Vec<u32>, &mut Vec<CellAttributes>)| build(change).err().unwrap();
    assert_eq!(err(&|l, _| l.truncate(15)), BuildError::Labels { units: 16, labels: 15 });
    assert_eq!(err(&|l, _| l[3] = 4), BuildError::UnknownCell { unit: 3, label: 4, cells: 4 });
    assert_eq!(err(&|_, c| c[3].id = 1001), BuildError::DuplicateId(1001));
    let plan = jittered(1, 4, 2, 100, 4);
    let input = SourceInput {
        units: &plan.units,
        labels: &plan.labels,
        cells: &cell_attributes(4),
        unit_attributes: &[],
        context: &[],
    };
    let off = TileSource::new(input, &Options::default(), &|_| [f64::NAN, 0.5]);
    assert!(matches!(off, Err(BuildError::OffTheMap { .. })));
}

#[test]
fn tiles_that_do_not_exist_are_errors_and_empty_ones_are_none() {
    let s = build(|_, _| ()).unwrap();
    assert_eq!(s.tile(23, 0, 0), Err(TileError::Zoom(23)));
    assert_eq!(s.tile(255, 0, 0), Err(TileError::Zoom(255)));
    assert_eq!(s.tile(3, 8, 0), Err(TileError::OutOfRange { z: 3, x: 8, y: 0 }));
    assert_eq!(s.tile(0, 0, 1), Err(TileError::OutOfRange { z: 0, x: 0, y: 1 }));
    assert_eq!(s.tile(22, u32::MAX, 0).unwrap_err().to_string().matches("4194303").count(), 1);
    assert_eq!(s.tile(22, 0, 0), Ok(None));
    assert_eq!(s.tile(0, 0, 0), Ok(None), "below the level's zooms its parent is drawn");
}

#[test]
fn cells_without_units_are_named() {
    let s = build(|labels, _| labels.iter_mut().for_each(|l| *l = (*l).min(2))).unwrap();
    assert_eq!(s.cells_without_ground().collect::<Vec<_>>(), [1003]);
}

#[test]
fn the_projection_is_called_once_per_vertex_and_label() {
    let plan = jittered(2, 6, 3, 100, 4);
    let calls = std::cell::Cell::new(0);
    let counted = |p| {
        calls.set(calls.get() + 1);
        flat(p)
    };
    source(&plan, &Options::default(), counted);
    let mut vertices: Vec<_> = plan.units.iter().flat_map(|u| u.rings()).flatten().collect();
    vertices.sort_unstable();
    vertices.dedup();
    assert_eq!(calls.get(), vertices.len() + plan.cells);
}
