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
use serde_json::{Value, json};
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
    Done(Arc<Value>),
    Failed(Problem),
}

struct Job {
    started: Instant,
    state: Stage,
}

/// All jobs, by an id that nobody guesses.
#[derive(Default)]
pub(crate) struct Jobs {
    table: Mutex<HashMap<String, Job>>,
}

impl Jobs {
    /// Runs `work` on a thread of its own; the answer says where to ask.
    pub(crate) fn start(
        self: &Arc<Self>,
        work: impl FnOnce(&(dyn Fn(f64) + Sync)) -> Result<Value, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let id = crate::secret::text(16)?;
        {
            let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
            table.retain(|_, j| matches!(j.state, Stage::Running(_)) || j.started.elapsed() < KEPT);
            if table.len() >= MOST {
                let done = table.iter().filter(|(_, j)| !matches!(j.state, Stage::Running(_)));
                let oldest = done.min_by_key(|(_, j)| j.started).map(|(id, _)| id.clone());
                let Some(oldest) = oldest else {
                    return Err(Problem::new(Code::Busy, "后台任务已满", "too many jobs are running"));
                };
                table.remove(&oldest);
            }
            table.insert(id.clone(), Job { started: Instant::now(), state: Stage::Running(0.0) });
        }
        let (jobs, own) = (Arc::clone(self), id.clone());
        tokio::task::spawn_blocking(move || {
            let progress = |share: f64| jobs.set(&own, Stage::Running(share));
            let work = std::panic::AssertUnwindSafe(|| work(&progress));
            let state = match std::panic::catch_unwind(work) {
                Ok(Ok(result)) => Stage::Done(Arc::new(result)),
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
    }

    fn ask(&self, id: &str) -> Result<Value, Problem> {
        let table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let gone = || {
            Problem::new(Code::UnknownJob, "没有这个任务,或结果已过期", "no such job, or its result is gone")
        };
        Ok(match &table.get(id).ok_or_else(gone)?.state {
            Stage::Running(share) => json!({ "state": "running", "progress": share, "result": null }),
            Stage::Done(result) => json!({ "state": "done", "progress": 1, "result": **result }),
            Stage::Failed(p) => {
                json!({ "state": "failed", "progress": 1, "result": p.body() })
            }
        })
    }
}

/// `GET /jobs/{id}`
pub(crate) async fn get(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    app.jobs.ask(&id).map(Json)
}
