//! `POST /roster`: who answers for what, from the table an office keeps.

use crate::auth::Caller;
use crate::extract::Query;
use crate::people::today;
use crate::problem::{Code, Problem};
use crate::state::{App, blocking, to_the_end};
use crate::upload;
use axum::Json;
use axum::extract::{Request, State};
use data::roster::{Known, Roster, RosterError};
use data::store::records::{Author, TokenRole};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// For which network, and whether rows with errors keep the others out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    network: Option<String>,
    #[serde(default)]
    partial: bool,
    name: Option<String>,
}

pub(crate) async fn post(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(options): Query<Options>,
    request: Request,
) -> Result<Json<Value>, Problem> {
    let token = caller.at_least(TokenRole::Planner)?;
    if !token.scope.is_empty() {
        let en = "a token limited to a place cannot load the roster of all places";
        return Err(Problem::new(Code::Forbidden, "限定属地的令牌不能导入花名册", en));
    }
    let plan = match (&options.network, app.desks.first()) {
        (Some(network), _) => app.network(network)?.info.plan.clone(),
        (None, first) => first.map(|d| d.info.plan.clone()).unwrap_or_default(),
    };
    let upload = upload::receive(request, options.name.as_deref(), app.limits.upload_bytes).await?;
    let unreadable = |e: std::io::Error| Problem::of(Code::Internal, "无法读取临时文件", &e);
    let bytes = blocking(move || std::fs::read(&upload.file).map_err(unreadable)).await?;
    let author = caller.author();
    let (roster, loaded) =
        to_the_end(async move { take_in(&app, &plan, &author, bytes, options.partial).await }).await?;
    Ok(Json(json!({ "loaded": loaded, "errors": roster.errors(), "rows": roster.rows })))
}

/// Reads a roster and takes its people in; how many assignments were loaded.
pub(crate) async fn take_in(
    app: &Arc<App>,
    plan: &str,
    author: &Author,
    bytes: Vec<u8>,
    partial: bool,
) -> Result<(Roster, usize), Problem> {
    let view = app.desk(plan)?.current(app).await?;
    let land = Arc::clone(app);
    let roster = blocking(move || {
        let cells: Vec<_> = view.live().filter_map(|c| view.cells.get(c as usize).cloned()).collect();
        let parents = &land.land.project.units.parent_names;
        let known = Known { cells: &cells, parents, from: today() };
        Roster::read(&bytes, &known)
            .map_err(|e: RosterError| Problem::of(Code::BadRoster, "花名册无法读取", &e))
    })
    .await?;
    let loaded = match roster.loadable(partial) {
        Some(people) => {
            app.store.take_in_people(plan, author, people).await?;
            app.staff.forget();
            people.assignments.len()
        }
        None => 0,
    };
    Ok((roster, loaded))
}
