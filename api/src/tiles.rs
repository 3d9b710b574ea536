//! `GET /tiles/{network}/{version}.json` and `/tiles/{network}/{version}/{z}/{x}/{y}`.

use crate::auth::Caller;
use crate::cache;
use crate::extract::{Path, Query};
use crate::problem::{Code, Problem};
use crate::state::{App, blocking};
use crate::view::View;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data::store::records::State as Stage;
use serde::Deserialize;
use std::sync::Arc;
use tiles::TileJson;

const MVT: HeaderValue = HeaderValue::from_static("application/vnd.mapbox-vector-tile");

/// Which state the address is of: the document puts it in, so that a tile may be kept for ever under its address.
#[derive(Debug, Deserialize)]
pub(crate) struct Revision {
    r: Option<String>,
}

pub(crate) async fn document(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((network, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let version = file.strip_suffix(".json").unwrap_or(&file);
    let view = find(&app, &caller, &network, version).await?;
    let source = app.tiles(Arc::clone(&view)).await?;
    let name = format!("{} {network} {}", app.land.project.name, view.version.number);
    let base = base_url(&app, &headers);
    let number = view.version.number;
    let address = format!("{base}/tiles/{network}/{number}/{{z}}/{{x}}/{{y}}?r={}", revision(&app, &view));
    let attribution = &app.land.project.boundary.attribution;
    let attribution = (!attribution.is_empty()).then(|| attribution.clone());
    let document = TileJson::new(&source, name, address, attribution);
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static(cache::ASK))], Json(document)).into_response())
}

pub(crate) async fn tile(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((network, version, z, x, y)): Path<(String, String, String, String, String)>,
    Query(Revision { r }): Query<Revision>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = find(&app, &caller, &network, &version).await?;
    let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).unwrap_or(&y);
    let (Ok(z), Ok(x), Ok(y)) = (z.parse::<u8>(), x.parse::<u32>(), y.parse::<u32>()) else {
        return Err(bad_tile("zoom, column and row must be whole numbers"));
    };
    let lasting = view.version.state == Stage::Published && r.is_some_and(|r| r == revision(&app, &view));
    let source = app.tiles(view).await?;
    let tile = blocking(move || source.tile(z, x, y).map_err(|e| bad_tile(&e.to_string()))).await?;
    let cache = HeaderValue::from_static(if lasting { cache::FOREVER } else { cache::ASK });
    let Some(bytes) = tile else {
        return Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, cache)]).into_response());
    };
    let tag = cache::tag_of(&bytes);
    let caching = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, cache)];
    if cache::known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    Ok((caching, [(header::CONTENT_TYPE, MVT)], bytes).into_response())
}

async fn find(app: &App, caller: &Caller, network: &str, version: &str) -> Result<Arc<View>, Problem> {
    app.network(network)?;
    let unknown = || {
        Problem::new(
            Code::UnknownVersion,
            format!("网络 {network} 没有版本 {version},或该版本未公开"),
            format!("network '{network}' has no version {version}, or it is not public"),
        )
    };
    let number = version.parse::<u32>().map_err(|_| unknown())?;
    let view = app
        .view(number, caller.sees_drafts())
        .await
        .map_err(|p| if p.is(Code::UnknownVersion) { unknown() } else { p })?;
    if view.version.plan == network { Ok(view) } else { Err(unknown()) }
}

fn bad_tile(en: &str) -> Problem {
    Problem::new(Code::BadTile, "瓦片坐标无效", en)
}

/// A name for this state of this project: other projects served at the same address have other ones.
fn revision(app: &App, view: &View) -> String {
    let p = &app.land.project;
    let created = view.version.created_at.unix_ms();
    let around = &app.land.context.sha256;
    let text =
        format!("{} {} {} {created} {} {around}", p.name, p.units.ids.len(), view.version.plan, view.etag);
    cache::short(text.as_bytes())
}

/// Where the client found us: clients want whole addresses in the document.
fn base_url(app: &App, headers: &HeaderMap) -> String {
    if let Some(url) = &app.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let plain = |h: &&str| h.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).filter(plain);
    let secure = headers.get("x-forwarded-proto").is_some_and(|p| p == "https");
    host.map(|h| format!("http{}://{h}", if secure { "s" } else { "" })).unwrap_or_default()
}
