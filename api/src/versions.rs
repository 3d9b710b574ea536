//! `GET /versions/{v}/cells` and `/units`.

use crate::auth::Caller;
use crate::cache;
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::App;
use crate::view::{SMALL, View};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data::store::records::State as Stage;
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(crate) async fn cells(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(version): Path<u32>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = app.view(version, caller.sees_drafts()).await?;
    let balance = app.desk(&view.version.plan)?.info.balance.clone();
    Ok(tagged(&view, "", &headers, || {
        let criteria: Vec<&String> = app.land.project.units.criteria.iter().map(|c| &c.name).collect();
        let cells: Vec<Value> = view.live().filter_map(|c| view.figures(&app.land, c)).collect();
        json!({
            "version": version, "state": view.version.state, "plan": view.version.plan, "balance": balance,
            "criteria": criteria, "mean": view.mean(), "etag": view.etag.to_string(), "cells": cells,
        })
    }))
}

pub(crate) async fn units(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(version): Path<u32>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = app.view(version, caller.sees_drafts()).await?;
    let whole = caller.0.is_some();
    Ok(tagged(&view, if whole { "-whole" } else { "" }, &headers, || {
        let units = &app.land.project.units;
        // Counts of few people are for those who work with them.
        let shown = |load: i64, scale: i64| (whole || scale != 1 || load >= SMALL).then_some(load);
        let loads: Map<String, Value> = units
            .criteria
            .iter()
            .map(|c| {
                let column: Vec<Option<i64>> = c.loads.iter().map(|&l| shown(l, c.scale)).collect();
                (c.name.clone(), json!(column))
            })
            .collect();
        let parent = |u: u32| app.land.parent(app.land.ground.parent(u));
        let parents: Vec<Option<&str>> = (0..units.ids.len() as u32).map(parent).collect();
        let live: Vec<u32> = view.live().collect();
        let place: Vec<Option<usize>> = view.labels.iter().map(|l| live.binary_search(l).ok()).collect();
        let cells: Vec<&str> = live.iter().map(|&c| view.code(c)).collect();
        json!({
            "version": version, "etag": view.etag.to_string(),
            "units": { "ids": units.ids, "cells": place, "loads": loads, "parents": parents },
            "cells": cells,
        })
    }))
}

/// An answer that holds for this state of a version: the client may keep it and ask whether it still does.
fn tagged(view: &View, kind: &str, headers: &HeaderMap, body: impl FnOnce() -> Value) -> Response {
    let state = if view.version.state == Stage::Draft { "" } else { "-published" };
    let text = format!("W/\"{}{state}{kind}\"", view.etag);
    let tag = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("W/\"0\""));
    let caching = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache::ASK)),
        (header::VARY, HeaderValue::from_static("authorization")),
    ];
    if cache::known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, Json(body())).into_response()
}
