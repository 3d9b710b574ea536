//! Larger projects: the same integers everywhere.

use super::*;
use crate::support::{frame_of, read, shared};
use data::carry::carry;

#[test]
fn real_units_come_back_from_both_back_ends() {
    for name in ["demo-taipei-wanhua/units.geojson", "bench-taipei-11k/units.geojson.gz"] {
        if let Some(path) = shared(name) {
            comes_back(&path);
        }
    }
}

fn comes_back(path: &Path) {
    let set = read(path);
    let frame = frame_of(&set);
    let regions = carry(&set, &frame).unwrap().regions;
    let ids = set.unique_ids().unwrap();
    let loads: Vec<i64> = set.features.iter().map(|f| f.properties["households"].as_i64().unwrap()).collect();
    let labels = vec![0; ids.len()];
    let boundary = dissolve(&regions, &labels, 1).remove(0);
    let project = Project {
        name: "万华".into(),
        frame: frame.definition().into(),
        boundary: Boundary { region: boundary.clone(), ..Boundary::default() },
        units: Units {
            kind: "import".into(),
            ids,
            regions,
            criteria: vec![Criterion { name: "households".into(), scale: 1, estimate: None, loads }],
            ..Units::default()
        },
        plan: Some(Plan {
            name: "p".into(),
            labels,
            cells: vec![data::store::model::Cell {
                code: "001".into(),
                region: boundary,
                ..Default::default()
            }],
            ..Plan::default()
        }),
    };
    on_both(|place| {
        let project = project.clone();
        async move {
            let start = std::time::Instant::now();
            let store = place.begin(&project).await;
            let opened = start.elapsed();
            assert!(**store.project() == project);
            let mut client = Client::new(&store).await;
            // The first unit that can leave without cutting the rest off.
            let mut units = 0..project.units.ids.len() as u32;
            let split = units.find_map(|u| client.propose(&Operation::Split { units: vec![u] }).ok());
            let start = std::time::Instant::now();
            client.try_append(split.unwrap()).await.unwrap();
            let appended = start.elapsed();
            let start = std::time::Instant::now();
            store.publish("grid", client.etag, &planner(), "").await.unwrap();
            eprintln!(
                "{}: {} units, created and opened in {opened:?}, appended in {appended:?}, published in {:?}",
                place.location,
                project.units.ids.len(),
                start.elapsed()
            );
            store.close().await.unwrap();
        }
    });
}
