//! Checks too large for one request: started here, asked for later.
//!
//! They live in memory: a restart forgets them, and the client sends its file again.

use crate::extract::Path;
use crate::problem::{Code, Problem};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Jobs remembered.
const MOST: usize = 32;
/// How long a result is kept.
const KEPT: Duration = Duration::from_secs(3600);

/// Where a job is.
enum Stage {
    /// With the share that is done.
    Running(f64),
    /// With the result as text.
    Done(Arc<str>),
    Failed(Problem),
}

struct Job {
    started: Instant,
    state: Stage,
}

/// All jobs, by an id that nobody guesses.
pub(crate) struct Jobs {
    table: Mutex<HashMap<String, Job>>,
    /// Bytes that results may take together.
    bytes: usize,
}

impl Jobs {
    pub(crate) fn new(bytes: usize) -> Self {
        Self { table: Mutex::default(), bytes }
    }

    /// Runs `work` on a thread of its own; the answer says where to ask.
    pub(crate) fn start(
        self: &Arc<Self>,
        work: impl FnOnce(&(dyn Fn(f64) + Sync)) -> Result<String, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let id = crate::secret::text(16)?;
        {
            let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
            table.retain(|_, j| j.is_running() || j.started.elapsed() < KEPT);
            while table.len() >= MOST {
                if !forget_oldest(&mut table) {
                    return Err(Problem::new(Code::Busy, "后台任务已满", "too many jobs are running"));
                }
            }
            table.insert(id.clone(), Job { started: Instant::now(), state: Stage::Running(0.0) });
        }
        let (jobs, own) = (Arc::clone(self), id.clone());
        tokio::task::spawn_blocking(move || {
            let progress = |share: f64| jobs.set(&own, Stage::Running(share));
            let work = std::panic::AssertUnwindSafe(|| work(&progress));
            let state = match std::panic::catch_unwind(work) {
                Ok(Ok(result)) => Stage::Done(result.into()),
                Ok(Err(problem)) => Stage::Failed(problem),
                Err(_) => Stage::Failed(Problem::internal("the job stopped unexpectedly")),
            };
            jobs.set(&own, state);
        });
        let address = format!("/jobs/{id}");
        let location = HeaderValue::from_str(&address).map_err(|e| Problem::internal(e.to_string()))?;
        let body = json!({ "job": id, "state": "running", "location": address });
        Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(body)).into_response())
    }

    fn set(&self, id: &str, state: Stage) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(job) = table.get_mut(id) {
            job.state = state;
        }
        // What is left over of the newest result alone is kept: somebody waits for it.
        while table.values().map(Job::bytes).sum::<usize>() > self.bytes
            && table.values().filter(|j| !j.is_running()).count() > 1
            && forget_oldest(&mut table)
        {}
    }

    fn ask(&self, id: &str) -> Result<String, Problem> {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let gone = || {
            Problem::new(Code::UnknownJob, "没有这个任务,或结果已过期", "no such job, or its result is gone")
        };
        Ok(match &table.get(id).ok_or_else(gone)?.state {
            Stage::Running(share) => told("running", &share.to_string(), "null"),
            Stage::Done(result) => told("done", "1", result),
            Stage::Failed(p) => told("failed", "1", &p.body().to_string()),
        })
    }
}

impl Job {
    fn is_running(&self) -> bool {
        matches!(self.state, Stage::Running(_))
    }

    fn bytes(&self) -> usize {
        if let Stage::Done(text) = &self.state { text.len() } else { 0 }
    }
}

/// Forgets the ended job that began first; `false` when all are running.
fn forget_oldest(table: &mut HashMap<String, Job>) -> bool {
    let ended = table.iter().filter(|(_, j)| !j.is_running());
    let oldest = ended.min_by_key(|(_, j)| j.started).map(|(id, _)| id.clone());
    oldest.is_some_and(|id| table.remove(&id).is_some())
}

/// `result` is JSON already.
fn told(state: &str, progress: &str, result: &str) -> String {
    format!("{{\"state\":\"{state}\",\"progress\":{progress},\"result\":{result}}}")
}

/// `GET /jobs/{id}`
pub(crate) async fn get(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
    Ok((headers, app.jobs.ask(&id)?).into_response())
}
