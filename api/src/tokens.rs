//! Tokens and the audit log: for administrators.

use crate::auth::Caller;
use crate::extract::{Json as Body, Path, Query};
use crate::problem::{Code, Problem};
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use data::store::records::TokenRole;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Lines of the log in one answer.
const LINES: u32 = 1000;

pub(crate) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Value>, Problem> {
    caller.at_least(TokenRole::Admin)?;
    Ok(Json(json!({ "tokens": app.store.tokens().await? })))
}

/// For whom, and what it allows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    name: String,
    role: TokenRole,
    #[serde(default)]
    scope: String,
}

pub(crate) async fn add(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    caller.at_least(TokenRole::Admin)?;
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        let en = "a token needs a name of 1 to 100 characters";
        return Err(Problem::new(Code::BadBody, "令牌名称应为 1 至 100 个字", en));
    }
    let (token, text) = app.store.add_token(&caller.author(), name, new.role, &new.scope).await?;
    Ok((StatusCode::CREATED, Json(json!({ "token": token, "text": text }))))
}

pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.at_least(TokenRole::Admin)?;
    let done = app.store.revoke_token(&caller.author(), &id).await?;
    app.tokens.forget();
    if done {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(Code::UnknownToken, "没有这个令牌", "there is no such token"))
}

/// From which line on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lines {
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
}

pub(crate) async fn audit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(lines): Query<Lines>,
) -> Result<Json<Value>, Problem> {
    caller.at_least(TokenRole::Admin)?;
    let limit = lines.limit.unwrap_or(LINES).min(LINES);
    let entries = app.store.audit(lines.after, limit).await?;
    let next = entries.last().filter(|_| entries.len() == limit as usize).map(|e| e.number);
    Ok(Json(json!({ "entries": entries, "next": next.map(|n| format!("/audit?after={n}&limit={limit}")) })))
}
