//! Which address goes to whom, and what holds for every answer.

use crate::auth::Caller;
use crate::problem::{Code, Problem};
use crate::state::App;
use crate::{
    checks, jobs, limits, lookup, operations, page, people, project, roster, tiles, tokens, versions,
};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_extractor_with_state, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// The whole server, for `wangge serve` and for tests.
pub fn router(app: Arc<App>) -> Router {
    let uploads = Router::new()
        .route("/checks", post(checks::post))
        .route("/roster", post(roster::post))
        .route_layer(from_extractor_with_state::<Caller, _>(Arc::clone(&app)))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.limits.upload_bytes, limits::body));
    let rest = Router::new()
        .route("/healthz", get(project::health))
        .route("/project", get(project::project))
        .route("/boundary", get(project::boundary))
        .route("/plans/{plan}", get(project::plan))
        .route("/plans/{plan}/operations", get(operations::history).post(operations::post))
        .route("/plans/{plan}/publish", post(operations::publish))
        .route("/versions/{version}/cells", get(versions::cells))
        .route("/versions/{version}/units", get(versions::units))
        .route("/versions/{version}/responsible", get(people::responsible))
        .route("/lookup", get(lookup::get))
        .route("/jobs/{id}", get(jobs::get))
        .route("/tokens", get(tokens::list).post(tokens::add))
        .route("/tokens/{id}", delete(tokens::revoke))
        .route("/audit", get(tokens::audit))
        .route("/tiles/{network}/{file}", get(tiles::document))
        .route("/tiles/{network}/{version}/{z}/{x}/{y}", get(tiles::tile))
        // A token that is wrong is refused even where none is needed.
        .route_layer(from_extractor_with_state::<Caller, _>(Arc::clone(&app)))
        .fallback(page::file)
        .layer(DefaultBodyLimit::max(usize::try_from(app.limits.json_bytes).unwrap_or(usize::MAX)))
        .layer(from_fn_with_state(app.limits.json_bytes, limits::body));
    rest.merge(uploads)
        .method_not_allowed_fallback(wrong_method)
        .layer(CatchPanicLayer::custom(|_| Problem::internal("the server met a fault").into_response()))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(Arc::clone(&app), limits::bounded))
        .layer(from_fn(headers))
        .with_state(app)
}

async fn wrong_method() -> Problem {
    Problem::new(Code::WrongMethod, "该地址不支持此方法", "this address does not take that method")
}

/// What browsers are told with every answer.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_SECURITY_POLICY, page::POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
