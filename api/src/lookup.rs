//! `GET /lookup`: whose place is this?

use crate::auth::Caller;
use crate::extract::Query;
use crate::people::{self, day};
use crate::problem::{Code, Problem};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use data::store::records::State as Stage;
use partition::people::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Where, in which network, on which day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    lon: f64,
    lat: f64,
    network: Option<String>,
    at: Option<String>,
}

pub(crate) async fn get(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(q): Query<Question>,
) -> Result<Json<Value>, Problem> {
    // Written so that NaN is refused too.
    if !(q.lon.abs() <= 180.0 && q.lat.abs() <= 90.0) {
        return Err(Problem::new(
            Code::BadPosition,
            "lon 应在 −180 至 180 之间,lat 应在 −90 至 90 之间",
            "lon must lie within −180 … 180 and lat within −90 … 90",
        ));
    }
    let day = day(q.at.as_deref())?;
    let network = match (&q.network, app.desks.first()) {
        (Some(network), _) => app.network(network)?.info.plan.clone(),
        (None, first) => first.map(|d| d.info.plan.clone()).unwrap_or_default(),
    };
    let version = in_force(&app, &network, day, caller.sees_drafts()).await?;
    let view = app.view(version, caller.sees_drafts()).await?;
    let outside = || {
        Problem::new(Code::Outside, "该位置不在任何网格内", "no cell lies there")
            .with("network", network.clone())
            .with("version", version)
    };
    let unit = app.land.unit_at(q.lon, q.lat).ok_or_else(outside)?;
    let cell = view.labels.get(unit as usize).copied().filter(|&c| view.is_live(c)).ok_or_else(outside)?;
    let name = view.cells.get(cell as usize).ok_or_else(outside)?;
    let parent = app.land.parent(app.land.ground.parent(unit).or(name.parent));
    let staff = app.staff.of(&app, &network).await?;
    let (persons, fallback) = staff.chain(&name.code, parent, caller.access(&name.code), day);
    people::note_read(&app, &caller, &format!("cell {}", name.code), 1).await?;
    Ok(Json(json!({
        "network": network, "version": version, "at": day, "cell": { "id": name.code, "name": name.name },
        "unit": app.land.id(unit), "parent": parent, "persons": persons, "fallback": fallback,
    })))
}

/// The version that held on a day: the newest one published until then. Where none is, the draft for those who may see it.
async fn in_force(app: &App, plan: &str, day: Date, drafts: bool) -> Result<u32, Problem> {
    let versions = app.store.versions(plan).await?;
    let published = versions.iter().filter(|v| v.state == Stage::Published);
    let until = published.filter(|v| v.published_at.is_some_and(|at| at.date(8) <= day));
    if let Some(version) = until.map(|v| v.number).max() {
        return Ok(version);
    }
    if drafts {
        return Ok(app.desk(plan)?.view().version.number);
    }
    Err(Problem::new(
        Code::UnknownVersion,
        format!("{day} 时尚无已发布的版本"),
        format!("no version was published by {day}"),
    ))
}
