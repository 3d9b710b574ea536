//! `GET /project`, `GET /plans/{p}`, `GET /healthz`.

use crate::auth::Caller;
use crate::extract::Path;
use crate::land::Land;
use crate::problem::Problem;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use data::store::Kind;
use data::store::records::{State as Stage, Version};
use partition::frame::Region;
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
        app.desks.values().map(|d| json!({ "id": d.info.plan, "name": d.info.name })).collect();
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
    let mut told = json!({
        "plan": plan, "name": desk.info.name, "balance": desk.info.balance, "published": published,
        "versions": shown.collect::<Vec<_>>(),
    });
    if caller.sees_drafts() {
        told["draft"] = json!(view.version.number);
        told["etag"] = json!(view.etag.to_string());
    }
    Ok(Json(told))
}

fn version(v: &Version) -> Value {
    json!({
        "version": v.number, "state": v.state, "based_on": v.based_on, "author": v.author, "created_at": v.created_at,
        "published_at": v.published_at, "note": v.note,
    })
}
