//! From a place where a project is kept to a server that answers.

use crate::state::{App, Settings, StartError};
use crate::{listen, roster, router};
use data::roster::Verdict;
use data::store::records::{Author, TokenRole};
use data::store::{Location, Store};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project.
    pub location: Location,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// How.
    pub settings: Settings,
    /// A roster to take in at the start, all or nothing.
    pub roster: Option<PathBuf>,
    /// Publish each plan that has no published version yet, with this note.
    pub publish_first: Option<String>,
}

/// What there is to tell whoever starts a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum News {
    /// The first token was made; it is shown now and never again.
    FirstToken(String),
    /// A version was published at the start.
    Published {
        /// Its network.
        plan: String,
        /// Its number.
        version: u32,
    },
    /// A roster was taken in.
    Roster {
        /// Who answers for what, counted.
        assignments: usize,
    },
    /// It answers at this address.
    Serving(SocketAddr),
    /// It was told to end and has let go of the project.
    Ended,
}

/// Serves until the process is told to end (Ctrl-C, SIGTERM), then lets go of the project. Blocks.
///
/// The address is taken before the project is opened, so that a second start disturbs nothing.
///
/// # Errors
/// [`StartError`].
pub fn run(options: &Options, tell: impl FnMut(News)) -> Result<(), StartError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // Blocking threads work on tiles and checks: more of them than processors only wait for each other.
    let runtime = builder.enable_all().max_blocking_threads(16).build();
    let runtime = runtime.map_err(|e| StartError::Fault(e.to_string()))?;
    runtime.block_on(until_told(options, tell))
}

async fn until_told(options: &Options, mut tell: impl FnMut(News)) -> Result<(), StartError> {
    let address = options.listen;
    let taken = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(taken)?;
    let bound = listener.local_addr().map_err(taken)?;
    let store = Store::open(&options.location).await?;
    let served = async {
        let app = prepare(&store, options, &mut tell).await?;
        tell(News::Serving(bound));
        listen::serve(listener, router(Arc::clone(&app)), &options.settings.limits, told_to_end()).await;
        Ok(())
    };
    let served = served.await;
    let closed = store.close().await;
    tell(News::Ended);
    served.and(closed.map_err(StartError::Store))
}

async fn prepare(
    store: &Store,
    options: &Options,
    tell: &mut impl FnMut(News),
) -> Result<Arc<App>, StartError> {
    if store.tokens().await?.is_empty() {
        let (_, text) = store.add_token(&Author::now("serve"), "admin", TokenRole::Admin, "").await?;
        tell(News::FirstToken(text));
    }
    if let Some(note) = &options.publish_first {
        for plan in store.plans().await?.into_iter().filter(|p| p.published.is_none()) {
            let done = store.publish(&plan.plan, plan.etag, &Author::now("serve"), note).await?;
            tell(News::Published { plan: plan.plan, version: done.version });
        }
    }
    let app = App::new(store.clone(), options.settings.clone()).await?;
    if let (Some(path), Some(desk)) = (&options.roster, app.desks.first()) {
        let plan = desk.info.plan.clone();
        take_in(&app, &plan, path, tell).await?;
    }
    Ok(app)
}

async fn take_in(
    app: &Arc<App>,
    plan: &str,
    path: &Path,
    tell: &mut impl FnMut(News),
) -> Result<(), StartError> {
    let wrong = |why: String| StartError::Roster { path: path.to_owned(), why };
    let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let taken = roster::take_in(app, plan, &Author::now("serve"), bytes, false).await;
    let (roster, loaded) = taken.map_err(|p| wrong(p.words()))?;
    if let Some(row) = roster.rows.iter().find(|r| r.verdict == Verdict::Error) {
        let why = row.reasons.iter().map(|r| format!("{} · {}", r.zh, r.en)).collect::<Vec<_>>().join("; ");
        return Err(wrong(format!(
            "{} row(s) cannot be loaded, first row {}: {why}",
            roster.errors(),
            row.row
        )));
    }
    tell(News::Roster { assignments: loaded });
    Ok(())
}

/// Ctrl-C anywhere; SIGTERM where there is such a thing.
async fn told_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
