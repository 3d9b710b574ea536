//! Projects to serve, and servers over them.

use crate::client::{Answer, Request, send};
use api::{App, Limits, Settings};
use data::store::model::{Boundary, Cell, Criterion, Plan, Project, Units};
use data::store::records::{Author, TokenRole};
use data::store::{Location, Store};
use partition::frame::{Point, Polygon, Region};
use partition::plan::dissolve;
use serde_json::Value;
use std::sync::OnceLock;
use std::sync::mpsc;
use tempfile::TempDir;
use tokio::sync::oneshot;

pub(crate) use crate::shared_data::skip;

/// Units in a row of [`board`].
pub(crate) const SIDE: i64 = 8;
const M: i64 = 1_000_000;
/// South-west corner: 114° E, about 30.7° N in EPSG:4547.
const CORNER: Point = Point::new(500_000 * M, 3_400_000 * M);

fn square(i: i64) -> Region {
    let p = |dx, dy| Point::new(CORNER.x + (i % SIDE + dx) * 100 * M, CORNER.y + (i / SIDE + dy) * 100 * M);
    Region::single(Polygon { shell: vec![p(0, 0), p(1, 0), p(1, 1), p(0, 1)], holes: vec![] })
}

/// 8 × 8 units of 100 m in two parents (west and east) and four cells of two columns each; unit `u0` in the south-west.
pub(crate) fn board() -> Project {
    let n = SIDE * SIDE;
    let regions: Vec<Region> = (0..n).map(square).collect();
    let labels: Vec<u32> = (0..n).map(|i| (i % SIDE / 2) as u32).collect();
    let cells = (0_u32..).zip(dissolve(&regions, &labels, 4)).map(|(i, region)| Cell {
        code: format!("{:03}", i + 1),
        name: format!("第{}网格", i + 1),
        parent: Some(i / 2),
        region,
        ..Cell::default()
    });
    let cells = cells.collect();
    Project {
        name: "棋盘".into(),
        frame: "EPSG:4547".into(),
        boundary: Boundary {
            region: dissolve(&regions, &vec![0; n as usize], 1).swap_remove(0),
            name: "全境".into(),
            note: "试点范围".into(),
            attribution: "© nobody".into(),
        },
        units: Units {
            kind: "blocks".into(),
            ids: (0..n).map(|i| format!("u{i}")).collect(),
            parents: labels.iter().map(|l| l / 2).collect(),
            classes: Vec::new(),
            parent_names: vec!["西村".into(), "东村".into()],
            criteria: vec![
                Criterion {
                    name: "households".into(),
                    scale: 1,
                    estimate: Some("made up".into()),
                    loads: (0..n).map(|i| 1 + i % 9).collect(),
                },
                Criterion {
                    name: "visits_month".into(),
                    scale: 1000,
                    estimate: None,
                    loads: (0..n).map(|i| 1500 * i).collect(),
                },
            ],
            regions,
        },
        plan: Some(Plan { name: "基础网格".into(), labels, cells, seed: 1, ..Plan::default() }),
    }
}

/// The bundled extract of Helsinki, as `wangge demo` cuts it.
pub(crate) fn helsinki() -> &'static Project {
    use data::work::plan::{Order, make};
    use data::work::town::{Area, DIVIDING_ROADS, Divide, frame_for, from_osm};
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/samples/helsinki-centre/Helsinki.osm.pbf");
        let extract =
            data::osm::read_pbf(std::path::Path::new(source), &data::read::Limits::default()).unwrap();
        let area = Area::Box([24.9351766, 60.1641551, 24.9534132, 60.1791074]);
        let frame = frame_for(&extract, &area).unwrap();
        let divide = Divide::Lines { roads: DIVIDING_ROADS.map(String::from).to_vec() };
        let town =
            from_osm(&extract, &frame, &area, &divide, &partition::units::Options::default(), "H").unwrap();
        let mut project = town.project;
        let order = Order::new("households", partition::solve::Goal::Cells(24));
        project.plan = Some(make(&project, &frame, &order, &partition::progress::Silent).unwrap().plan);
        project
    })
}

/// A server of its own, on a free port of this machine, over a project of its own.
pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) admin: String,
    pub(crate) location: Location,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    _folder: Option<TempDir>,
}

impl Served {
    /// Over a new file.
    pub(crate) fn file(project: &Project) -> Self {
        Self::with(project, Limits::default())
    }

    pub(crate) fn with(project: &Project, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("project.gpkg"));
        create(&location, project);
        let mut served = Self::open(location, limits);
        served._folder = Some(folder);
        served
    }

    /// Over a new file, and over a new database where there is PostgreSQL.
    pub(crate) fn everywhere(project: &Project) -> Vec<Self> {
        let mut all = vec![Self::file(project)];
        if let Some(url) = crate::postgres::database() {
            let location = Location::Postgres(url);
            create(&location, project);
            all.push(Self::open(location, Limits::default()));
        }
        all
    }

    pub(crate) fn open(location: Location, limits: Limits) -> Self {
        Self::start(location, Settings { limits, ..Settings::default() })
    }

    pub(crate) fn start(location: Location, settings: Settings) -> Self {
        let limits = settings.limits;
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let place = location.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.unwrap().block_on(async {
                let store = Store::open(&place).await.unwrap();
                let (_, token) =
                    store.add_token(&Author::now("test"), "管理员", TokenRole::Admin, "").await.unwrap();
                let app = App::new(store.clone(), settings).await.unwrap();
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send((listener.local_addr().unwrap(), token)).unwrap();
                let stop = async { drop(stopped.await) };
                api::serve(listener, api::router(app), &limits, stop).await;
                store.close().await.unwrap();
            });
        });
        let (address, admin) = told.recv().unwrap();
        Self {
            url: format!("http://{address}"),
            admin,
            location,
            stop: Some(stop),
            thread: Some(thread),
            _folder: None,
        }
    }

    /// Asks as anybody.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None, &[], b"")
    }

    /// Asks as the administrator.
    pub(crate) fn get_as_admin(&self, path: &str) -> Answer {
        self.ask("GET", path, Some(&self.admin), &[], b"")
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut all: Vec<(&str, String)> = headers.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        all.extend(token.map(|t| ("authorization", format!("Bearer {t}"))));
        send(Request { method, url: format!("{}{path}", self.url), headers: all, body: body.to_vec() })
    }

    /// Sends JSON as the administrator, with a state when there is one.
    pub(crate) fn post(&self, path: &str, etag: Option<&str>, body: &Value) -> Answer {
        let etag = etag.map(|e| format!("\"{e}\""));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(etag.as_deref().map(|e| ("if-match", e)));
        self.ask("POST", path, Some(&self.admin), &headers, body.to_string().as_bytes())
    }

    /// The state of the draft.
    pub(crate) fn etag(&self) -> String {
        self.get_as_admin("/plans/grid").good()["etag"].as_str().unwrap().to_owned()
    }

    /// Publishes the draft; its number.
    pub(crate) fn publish(&self) -> u64 {
        let body = serde_json::json!({ "note": "首次发布" });
        let done = self.post("/plans/grid/publish", Some(&self.etag()), &body).good();
        done["version"].as_u64().unwrap()
    }

    pub(crate) fn assign(&self, etag: &str, units: &[&str], cell: &str) -> Answer {
        let body = serde_json::json!({ "kind": "assign", "units": units, "cell": cell });
        self.post("/plans/grid/operations", Some(etag), &body)
    }

    /// Ends the server; the place it served.
    pub(crate) fn end(mut self) -> (Location, Option<TempDir>) {
        self.finish();
        (self.location.clone(), self._folder.take())
    }

    fn finish(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.finish();
    }
}

pub(crate) fn create(location: &Location, project: &Project) {
    crate::postgres::block_on(async { Store::create(location, project).await.unwrap() });
}
