//! Who asks, and what they may.

use crate::problem::{Code, Problem};
use crate::state::App;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use data::store::records::{Author, Token, TokenRole};
use partition::people::Access;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex as Locked, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long a token that was found right is believed without asking the store: as long a revoked one may live on.
const BELIEVED: Duration = Duration::from_secs(10);
/// Tokens believed at once.
const MOST: usize = 256;

/// Tokens seen lately. The store's test is slow on purpose, so that nobody can try many.
#[derive(Default)]
pub(crate) struct Tokens {
    seen: Locked<HashMap<[u8; 32], (Token, Instant)>>,
    /// One slow test at a time: strangers cannot take all processors with wrong tokens.
    turn: Mutex<()>,
}

impl Tokens {
    async fn find(&self, app: &App, text: &str) -> Result<Option<Token>, Problem> {
        // The digest, so that no secret stays in memory.
        let key: [u8; 32] = Sha256::digest(text).into();
        let believed = || {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.get(&key).filter(|(_, at)| at.elapsed() < BELIEVED).map(|(token, _)| token.clone())
        };
        if let Some(token) = believed() {
            return Ok(Some(token));
        }
        let _turn = self.turn.lock().await;
        if let Some(token) = believed() {
            return Ok(Some(token));
        }
        let found = app.store.check_token(text).await?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, (_, at)| at.elapsed() < BELIEVED);
        if let Some(token) = &found
            && seen.len() < MOST
        {
            seen.insert(key, (token.clone(), Instant::now()));
        }
        Ok(found)
    }

    /// Forgets everything: after a token was taken back.
    pub(crate) fn forget(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Who asks: anybody, or the holder of a token.
pub(crate) struct Caller(pub(crate) Option<Token>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else { return Ok(Self(None)) };
        let wrong =
            || Problem::new(Code::WrongToken, "令牌无效或已撤销", "the token is not known or was taken back");
        let text = value.to_str().ok().and_then(|v| v.split_once(' '));
        let text = text.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, t)| t.trim());
        let text = text.filter(|t| t.len() <= 256).ok_or_else(wrong)?;
        app.tokens.find(app, text).await?.map(|t| Self(Some(t))).ok_or_else(wrong)
    }
}

impl Caller {
    /// Whether drafts may be seen.
    pub(crate) fn sees_drafts(&self) -> bool {
        self.0.is_some()
    }

    /// The token, when it allows what `least` does.
    pub(crate) fn at_least(&self, least: TokenRole) -> Result<&Token, Problem> {
        let token = self.0.as_ref().ok_or_else(|| {
            Problem::new(
                Code::NoToken,
                "此操作需要令牌:Authorization: Bearer …",
                "this needs a token: Authorization: Bearer …",
            )
        })?;
        if token.role >= least {
            return Ok(token);
        }
        Err(Problem::new(
            Code::Forbidden,
            "该令牌的权限不足",
            format!("the token '{}' does not allow this", token.name),
        ))
    }

    /// As who they write into the log.
    pub(crate) fn author(&self) -> Author {
        Author::now(self.0.as_ref().map_or("anonymous", |t| &t.name))
    }

    /// What of the people of a cell they may see.
    pub(crate) fn access(&self, code: &str) -> Access {
        match &self.0 {
            Some(token) if code.starts_with(&token.scope) => Access::Staff,
            _ => Access::Public,
        }
    }
}
