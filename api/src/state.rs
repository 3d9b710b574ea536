//! What the handlers share: the store, the ground, what is being served.

use crate::auth::Tokens;
use crate::desk::Desk;
use crate::jobs::Jobs;
use crate::land::Land;
use crate::limits::Limits;
use crate::people::Staff;
use crate::problem::{Code, Problem};
use crate::view::View;
use data::store::records::{ETag, State};
use data::store::{Kind, Store, StoreError};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tiles::TileSource;
use tokio::sync::Semaphore;

/// Published versions kept ready; others are read again when asked for.
const READY: usize = 8;

/// How a project is served.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Bounds on what strangers can cost.
    pub limits: Limits,
    /// What clients call this server, when that is not where it listens (`https://grid.example`).
    pub public_url: Option<String>,
    /// An OpenStreetMap extract (.osm.pbf) whose roads, water and buildings are drawn around the cells.
    pub context: Option<PathBuf>,
}

/// One server over one project.
pub struct App {
    pub(crate) store: Store,
    pub(crate) land: Land,
    pub(crate) limits: Limits,
    pub(crate) public_url: Option<String>,
    /// One for each plan, the first network first.
    pub(crate) desks: Vec<Desk>,
    published: Mutex<VecDeque<Arc<View>>>,
    /// The tiles built last: those of another state are made from them.
    last_tiles: Mutex<Option<Arc<TileSource>>>,
    pub(crate) staff: Staff,
    pub(crate) tokens: Tokens,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) requests: Semaphore,
    pub(crate) uploads: Semaphore,
    pub(crate) checks: Arc<Semaphore>,
}

/// Why a project cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address is not to be had.
    #[error("cannot listen on {address}: {}", taken(source))]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The roster to begin with.
    #[error("the roster {} was not loaded: {why}", path.display())]
    Roster {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Its ground cannot be used.
    #[error("the ground of the project cannot be used: {0}")]
    Land(String),
    /// A fault.
    #[error("{0}")]
    Fault(String),
}

fn taken(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::AddrInUse => {
            "another program listens there (another wangge serve?); stop it, or choose another address with --listen".into()
        }
        std::io::ErrorKind::PermissionDenied => {
            "the system does not allow it; ports below 1024 are for administrators, choose another with --listen".into()
        }
        std::io::ErrorKind::AddrNotAvailable => "this machine does not have that address".into(),
        _ => e.to_string(),
    }
}

impl App {
    /// Reads what is served from an open store.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn new(store: Store, settings: Settings) -> Result<Arc<Self>, StartError> {
        let Settings { limits, public_url, context } = settings;
        let project = Arc::clone(store.project());
        let fault = |e: tokio::task::JoinError| StartError::Fault(e.to_string());
        let land = tokio::task::spawn_blocking(move || {
            Land::new(project, context.as_deref()).map_err(|e| e.to_string())
        });
        let land = land.await.map_err(fault)?.map_err(StartError::Land)?;
        let mut desks = Vec::new();
        for info in store.plans().await? {
            let state = store.draft(&info.plan).await?;
            desks.push(Desk::new(&land, info, state));
        }
        Ok(Arc::new(Self {
            store,
            land,
            public_url,
            desks,
            published: Mutex::default(),
            last_tiles: Mutex::default(),
            staff: Staff::default(),
            tokens: Tokens::default(),
            jobs: Arc::new(Jobs::new(limits.results_bytes)),
            requests: Semaphore::new(limits.requests),
            uploads: Semaphore::new(limits.uploads),
            checks: Arc::new(Semaphore::new(limits.checks)),
            limits,
        }))
    }

    /// Whether other processes may write to the store while this one serves it.
    pub(crate) fn is_shared(&self) -> bool {
        self.store.kind() == Kind::PostGis
    }

    /// The desk of a plan.
    pub(crate) fn desk(&self, plan: &str) -> Result<&Desk, Problem> {
        self.desks.iter().find(|d| d.info.plan == plan).ok_or_else(|| {
            let known: Vec<&str> = self.desks.iter().map(|d| d.info.plan.as_str()).collect();
            let known = known.join(", ");
            Problem::new(
                Code::UnknownPlan,
                format!("没有方案 {plan};已有:{known}"),
                format!("there is no plan '{plan}'; known are: {known}"),
            )
        })
    }

    /// The plan of a network, as questions about places name it.
    pub(crate) fn network(&self, network: &str) -> Result<&Desk, Problem> {
        self.desk(network).map_err(|p| p.coded(Code::UnknownNetwork))
    }

    /// A version: drafts for those who may see them.
    pub(crate) async fn view(&self, version: u32, drafts: bool) -> Result<Arc<View>, Problem> {
        if let Some(view) = self.ready(version) {
            return Ok(view);
        }
        for desk in &self.desks {
            let view = desk.current(self).await?;
            if view.version.number == version {
                return if drafts { Ok(view) } else { Err(unknown(version)) };
            }
        }
        let state = match self.store.version(version).await {
            Err(StoreError::UnknownVersion { .. }) => return Err(unknown(version)),
            other => other?,
        };
        if state.version.state != State::Published {
            // A draft whose desk has just moved on.
            return Err(unknown(version));
        }
        let balance = self.desk(&state.version.plan)?.info.balance.clone();
        let view = Arc::new(tokio::task::block_in_place(|| View::new(&self.land, state, &balance)));
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        published.push_front(Arc::clone(&view));
        published.truncate(READY);
        Ok(view)
    }

    fn ready(&self, version: u32) -> Option<Arc<View>> {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        let at = published.iter().position(|v| v.version.number == version)?;
        let view = published.remove(at)?;
        published.push_front(Arc::clone(&view));
        Some(view)
    }

    /// The tiles of a version.
    pub(crate) async fn tiles(self: &Arc<Self>, view: Arc<View>) -> Result<Arc<TileSource>, Problem> {
        let app = Arc::clone(self);
        blocking(move || view.tiles(&app.land, &app.last_tiles)).await
    }
}

fn unknown(version: u32) -> Problem {
    Problem::new(
        Code::UnknownVersion,
        format!("没有版本 {version},或该版本未公开"),
        format!("there is no version {version}, or it is not public"),
    )
}

/// Runs what would hold up others on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|e| Err(Problem::internal(e.to_string())))
}

/// Runs to its end even when the client goes away: what was acknowledged in the store must be known here too.
pub(crate) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(work).await.unwrap_or_else(|e| Err(Problem::internal(e.to_string())))
}

impl From<StoreError> for Problem {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::UnknownVersion { version } => unknown(version),
            StoreError::UnknownPlan { .. } => Self::of(Code::UnknownPlan, "没有这个方案", &e),
            StoreError::Stale { given, etag, .. } => stale(given, etag),
            e => Self::of(Code::StoreFailed, "存储无法读写", &e),
        }
    }
}

/// Somebody was faster; the caller adds what they did.
pub(crate) fn stale(given: ETag, etag: ETag) -> Problem {
    Problem::new(
        Code::Stale,
        format!("草稿已由 {given} 变为 {etag},请查看他人的修改后重试"),
        format!("the draft is at {etag} now, not at {given}; look at what changed and try again"),
    )
    .with("etag", etag.to_string())
}
