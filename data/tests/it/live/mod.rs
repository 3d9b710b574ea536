//! The contract of the store, tested on both back ends.

mod durable;
mod edits;
mod file;
mod people;
mod places;
mod postgis;
mod publish;

use crate::postgres::{block_on, database};
use crate::support::square;
use data::store::model::{Boundary, CellKind, Criterion, Plan, Project, Units};
use data::store::records::{Author, CellName, ETag, Recorded, VersionState};
use data::store::{Location, Store, StoreError, Timestamp};
use data::work::plan::unit_graph;
use partition::plan::{Change, Draft, Ground, Operation, Refusal, dissolve};
use std::path::Path;
use tempfile::TempDir;

/// Units in a row of [`board`].
const SIDE: i64 = 8;

/// 64 units of 100 m, of two parents (west and east), in four cells of two columns each.
fn board() -> Project {
    const M100: i64 = 100_000_000;
    let (x0, y0) = (500_000_000_000, 3_400_000_000_000);
    let regions: Vec<_> =
        (0..SIDE * SIDE).map(|i| square(x0 + i % SIDE * M100, y0 + i / SIDE * M100, M100)).collect();
    let labels: Vec<u32> = (0..SIDE * SIDE).map(|i| (i % SIDE / 2) as u32).collect();
    let cells = dissolve(&regions, &labels, 4);
    let cells = (0_u32..).zip(cells).map(|(n, region)| data::store::model::Cell {
        code: format!("{:03}", n + 1),
        name: format!("第{}网格", n + 1),
        kind: CellKind::Base,
        parent: Some(n / 2),
        region,
        ..Default::default()
    });
    Project {
        name: "棋盘 'board'".into(),
        frame: "EPSG:4547".into(),
        boundary: Boundary {
            region: square(x0, y0, SIDE * M100),
            name: "全境".into(),
            ..Boundary::default()
        },
        units: Units {
            kind: "blocks".into(),
            ids: (0..SIDE * SIDE).map(|i| format!("u{i}")).collect(),
            parents: labels.iter().map(|l| l / 2).collect(),
            parent_names: vec!["西村".into(), "东村".into()],
            criteria: vec![Criterion {
                name: "户数".into(),
                scale: 1,
                estimate: None,
                loads: (0..SIDE * SIDE).map(|i| 10 + i % 7).collect(),
            }],
            regions,
            classes: Vec::new(),
        },
        plan: Some(Plan {
            name: "综治网格".into(),
            labels,
            cells: cells.collect(),
            seed: 7,
            ..Plan::default()
        }),
    }
}

fn ground(project: &Project) -> Ground {
    Ground::new(unit_graph(&project.units).unwrap(), project.units.parents.clone())
}

/// An author at a fixed time.
fn planner() -> Author {
    Author { name: "规划员'; DROP TABLE units; --".into(), at: Timestamp::from_unix_ms(1_795_330_960_123) }
}

fn assign(units: &[u32], cell: u32) -> Operation {
    Operation::Assign { units: units.to_vec(), cell }
}

/// A place for a project on one back end.
struct Place {
    location: Location,
    _dir: TempDir,
}

impl Place {
    fn file() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { location: Location::File(dir.path().join("网格 a?b#c%20d.gpkg")), _dir: dir }
    }

    fn database() -> Option<Self> {
        Some(Self { location: Location::Postgres(database()?), _dir: tempfile::tempdir().unwrap() })
    }

    fn path(&self) -> &Path {
        let Location::File(path) = &self.location else { panic!("not a file") };
        path
    }

    fn url(&self) -> &str {
        let Location::Postgres(url) = &self.location else { panic!("not a database") };
        url
    }

    /// A new project, opened.
    async fn begin(&self, project: &Project) -> Store {
        Store::create(&self.location, project).await.unwrap();
        self.open().await
    }

    async fn open(&self) -> Store {
        Store::open(&self.location).await.unwrap()
    }
}

/// Runs a case on each back end that is there.
fn on_both<F: Future<Output = ()> + Send>(case: impl Fn(Place) -> F) {
    for place in std::iter::once(Place::file()).chain(Place::database()) {
        eprintln!("on {}", place.location);
        block_on(case(place));
    }
}

/// What a server does with an operation: propose, append, record. A stale draft is read anew.
struct Client {
    store: Store,
    ground: Ground,
    etag: ETag,
    draft: Draft,
}

impl Client {
    async fn new(store: &Store) -> Self {
        let VersionState { etag, draft, .. } = store.draft("grid").await.unwrap();
        Self { store: store.clone(), ground: ground(store.project()), etag, draft }
    }

    fn propose(&self, operation: &Operation) -> Result<Change, Refusal> {
        self.draft.propose(&self.ground, operation)
    }

    async fn try_append(&mut self, change: Change) -> Result<Recorded, StoreError> {
        let names: Vec<CellName> = (self.draft.cells()..change.cells)
            .map(|n| CellName {
                code: format!("{:03}", n + 1),
                name: "新网格".into(),
                kind: CellKind::Base,
                parent: Some(0),
            })
            .collect();
        let recorded = self.store.append("grid", self.etag, &planner(), &change, &names).await?;
        self.etag = recorded.etag;
        self.draft.record(change).unwrap();
        Ok(recorded)
    }

    async fn apply(&mut self, operation: &Operation) -> Recorded {
        let change = self.propose(operation).unwrap();
        self.try_append(change).await.unwrap()
    }
}

/// A generator of chance that always gives the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// Some operation, which may well be refused.
    fn operation(&mut self, draft: &Draft) -> Operation {
        match self.below(10) {
            0 | 1 => Operation::Undo,
            2 => Operation::Redo,
            _ => {
                let unit = self.below(draft.labels().len() as u64) as u32;
                assign(&[unit], self.below(draft.cells().into()) as u32)
            }
        }
    }
}
