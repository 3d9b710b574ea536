//! How much anybody may ask for.

use crate::problem::{Code, Problem};
use crate::state::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use std::sync::Arc;
use std::time::Duration;

/// Bounds on what a stranger can cost. The defaults suit one office on one machine.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a file sent to be checked, or of a roster. Default 64 MiB.
    pub upload_bytes: u64,
    /// Bytes of any other body. Default 1 MiB.
    pub json_bytes: u64,
    /// Features of a file sent to be checked. Default 200 000.
    pub features: usize,
    /// Vertices of a file sent to be checked. Default 2 million.
    pub vertices: usize,
    /// Vertices above which a check becomes a job. Default 200 000.
    pub job_vertices: usize,
    /// Bytes of results that jobs keep; the oldest go first. Default 256 MiB.
    pub results_bytes: usize,
    /// Findings written out; all are counted. Default 10 000.
    pub findings: usize,
    /// Connections open at once. Default 512.
    pub connections: usize,
    /// Requests worked on at once; others wait. Default 64.
    pub requests: usize,
    /// Files received at once. Default 8.
    pub uploads: usize,
    /// Checks at once; others wait. Default 2.
    pub checks: usize,
    /// Time for one request, its body included. Default 60 s.
    pub request: Duration,
    /// Time for the head of a request. Default 20 s.
    pub head: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_bytes: 64 << 20,
            json_bytes: 1 << 20,
            features: 200_000,
            vertices: 2_000_000,
            job_vertices: 200_000,
            results_bytes: 256 << 20,
            findings: 10_000,
            connections: 512,
            requests: 64,
            uploads: 8,
            checks: 2,
            request: Duration::from_secs(60),
            head: Duration::from_secs(20),
        }
    }
}

/// How long a request waits for its turn.
const QUEUE: Duration = Duration::from_secs(10);

/// A client that is refused while it still sends only hears of it when somebody listens to the rest; this much of it.
pub(crate) const LISTEN_BYTES: u64 = 128 << 20;

/// No more requests at once than agreed, and none for longer.
pub(crate) async fn bounded(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Ok(Ok(_permit)) = tokio::time::timeout(QUEUE, app.requests.acquire()).await else {
        return Problem::new(
            Code::Busy,
            "服务器繁忙,请稍后再试",
            "too many requests at once; try again shortly",
        )
        .into_response();
    };
    match tokio::time::timeout(app.limits.request, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let s = app.limits.request.as_secs();
            Problem::new(Code::TooSlow, format!("请求超过 {s} 秒未完成"), format!("not done within {s} s"))
                .into_response()
        }
    }
}

/// Refuses a body that says it is too large before anything of it is kept.
pub(crate) async fn body(State(limit): State<u64>, request: Request, next: Next) -> Response {
    match announced(request.headers()) {
        Some(bytes) if bytes > limit => {
            if bytes <= LISTEN_BYTES && !request.headers().contains_key(header::EXPECT) {
                listen(request.into_body(), bytes).await;
            }
            too_large(limit).into_response()
        }
        _ => next.run(request).await,
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads and forgets.
pub(crate) async fn listen(mut body: Body, most: u64) {
    let mut heard = 0;
    while heard < most
        && let Some(Ok(frame)) = body.frame().await
    {
        heard += frame.data_ref().map_or(0, |d| d.len() as u64);
    }
}

pub(crate) fn too_large(limit: u64) -> Problem {
    let mib = limit as f64 / f64::from(1 << 20);
    Problem::new(
        Code::TooLarge,
        format!("请求体超过上限 {mib:.0} MiB,请拆分后再提交"),
        format!("the body is larger than the {mib:.0} MiB allowed; cut it into parts"),
    )
    .with("limit_bytes", limit)
}
