//! `GET /healthz`, `/project`, `/boundary` and `/plans/{p}`.

use crate::auth::Caller;
use crate::cache;
use crate::extract::Path;
use crate::land::{Land, degrees};
use crate::problem::Problem;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data::store::Kind;
use data::store::records::{State as Stage, Version};
use partition::frame::{Region, Ring};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) async fn health(State(app): State<Arc<App>>) -> Json<Value> {
    let store = match app.store.kind() {
        Kind::GeoPackage => "geopackage",
        Kind::PostGis => "postgis",
    };
    Json(json!({ "status": "ok", "store": store, "version": env!("CARGO_PKG_VERSION") }))
}

pub(crate) async fn project(State(app): State<Arc<App>>) -> Json<Value> {
    let p = &app.land.project;
    let bbox = bbox(&app.land, &p.boundary.region);
    let networks: Vec<Value> =
        app.desks.iter().map(|d| json!({ "id": d.info.plan, "name": d.info.name })).collect();
    let criteria: Vec<Value> = p
        .units
        .criteria
        .iter()
        .map(|c| {
            let (zh, en, unit) = words(&c.name);
            json!({ "name": c.name, "label": zh, "label_en": en, "unit": unit, "scale": c.scale, "estimate": c.estimate })
        })
        .collect();
    let attribution: Vec<&String> = [&p.boundary.attribution].into_iter().filter(|a| !a.is_empty()).collect();
    Json(json!({
        "name": p.name, "bbox": bbox, "units": p.units.ids.len(), "planar": app.land.map.frame.is_planar(),
        "boundary": {
            "name": p.boundary.name, "note": p.boundary.note, "attribution": p.boundary.attribution, "bbox": bbox,
        },
        "networks": networks, "criteria": criteria, "parents": p.units.parent_names, "attribution": attribution,
        "map_review_number": null,
    }))
}

fn bbox(land: &Land, region: &Region) -> Option<[f64; 4]> {
    region.bounds().map(|b| land.map.bbox(b))
}

/// What a criterion is called on screen, and what it counts.
fn words(name: &str) -> (&str, &str, &str) {
    match name {
        "households" => ("户数", "households", "户"),
        "residents" | "population" | "pop" => ("人口", "residents", "人"),
        "visits_month" => ("月巡查次数", "visits a month", "次/月"),
        "businesses" => ("经营主体", "businesses", "家"),
        "buildings" => ("楼栋", "buildings", "栋"),
        "area_m2" => ("面积", "area", "m²"),
        other => (other, other, ""),
    }
}

/// `GET /boundary`: the outer limit as a GeoJSON feature.
pub(crate) async fn boundary(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let b = &app.land.project.boundary;
    let ring = |r: &Ring| -> Vec<[f64; 2]> {
        r.iter().chain(r.first()).map(|&p| app.land.map.lonlat(p).map(degrees)).collect()
    };
    let polygons: Vec<Vec<_>> = b.region.parts.iter().map(|p| p.rings().map(ring).collect()).collect();
    let feature = json!({
        "type": "Feature", "properties": { "name": b.name, "note": b.note, "attribution": b.attribution },
        "geometry": { "type": "MultiPolygon", "coordinates": polygons },
    })
    .to_string();
    let tag = cache::tag_of(feature.as_bytes());
    let caching =
        [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static(cache::ASK))];
    if cache::known(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let kind = HeaderValue::from_static("application/geo+json");
    (caching, [(header::CONTENT_TYPE, kind)], feature).into_response()
}

pub(crate) async fn plan(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(plan): Path<String>,
) -> Result<Json<Value>, Problem> {
    let desk = app.desk(&plan)?;
    let view = desk.current(&app).await?;
    let versions = app.store.versions(&plan).await?;
    let published = versions.iter().filter(|v| v.state == Stage::Published).map(|v| v.number).max();
    let shown = versions.iter().filter(|v| v.state == Stage::Published || caller.sees_drafts()).map(version);
    Ok(Json(json!({
        "plan": plan, "name": desk.info.name, "balance": desk.info.balance, "published": published,
        "draft": caller.sees_drafts().then_some(view.version.number),
        "etag": caller.sees_drafts().then(|| view.etag.to_string()),
        "versions": shown.collect::<Vec<_>>(),
    })))
}

fn version(v: &Version) -> Value {
    json!({
        "version": v.number, "state": v.state, "based_on": v.based_on, "author": v.author, "created_at": v.created_at,
        "published_at": v.published_at, "note": v.note,
    })
}
