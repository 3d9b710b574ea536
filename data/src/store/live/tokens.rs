//! Tokens: who may come in, without keeping what they come in with.

use super::super::records::{Author, Token, TokenRole};
use super::super::rows::{Field, get, json, parsed, parsed_option};
use super::super::{StoreError, tables};
use super::Store;
use crate::read::hex;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use serde_json::json;
use sqlx::any::AnyRow;

/// A token's text is `wangge_ID_SECRET`: the id finds the row, the secret is checked against its hash.
const PREFIX: &str = "wangge";

/// Bytes of chance in a secret.
const SECRET_BYTES: usize = 20;

fn token(row: &AnyRow, store: &str) -> Result<Token, StoreError> {
    Ok(Token {
        id: get(row, "code", store)?,
        name: get(row, "name", store)?,
        role: json(&format!("\"{}\"", get::<String>(row, "role", store)?), "role", store)?,
        scope: get(row, "scope", store)?,
        created_at: parsed(row, "created_at", store)?,
        revoked_at: parsed_option(row, "revoked_at", store)?,
    })
}

fn random<const N: usize>() -> Result<String, StoreError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|e| StoreError::Invalid(format!("the system gives no random numbers: {e}")))?;
    Ok(hex(bytes))
}

/// Hashing takes tens of milliseconds on purpose: not on a thread that answers others.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| StoreError::Invalid(format!("hashing a token stopped: {e}")))
}

impl Store {
    /// Makes a token; returns it and its text, which is stored nowhere.
    ///
    /// # Errors
    /// What the database says.
    pub async fn add_token(
        &self,
        author: &Author,
        name: &str,
        role: TokenRole,
        scope: &str,
    ) -> Result<(Token, String), StoreError> {
        let (id, secret) = (random::<4>()?, random::<SECRET_BYTES>()?);
        let text = format!("{PREFIX}_{id}_{secret}");
        let hash = aside(move || Argon2::default().hash_password(secret.as_bytes()).map(|h| h.to_string()))
            .await?
            .map_err(|e| StoreError::Invalid(format!("a token cannot be hashed: {e}")))?;
        let token = Token {
            id,
            name: name.into(),
            role,
            scope: scope.into(),
            created_at: author.at,
            revoked_at: None,
        };
        let role = json!(role);
        let row: Vec<Field> = vec![
            token.id.as_str().into(),
            name.into(),
            role.as_str().unwrap_or_default().into(),
            scope.into(),
            hash.into(),
            author.at.to_string().into(),
            Field::Null,
        ];
        let mut tx = self.inner.db.write().await?;
        tx.append(&tables::TOKEN, vec![row]).await?;
        let detail = json!({"name": name, "role": role, "scope": scope});
        tx.note(author, "token", &token.id, &detail).await?;
        tx.commit().await?;
        Ok((token, text))
    }

    /// The token a text is, unless it is none or was taken back. Slow on purpose (argon2id): remember the answer.
    ///
    /// # Errors
    /// What the database says.
    pub async fn check_token(&self, text: &str) -> Result<Option<Token>, StoreError> {
        let mut parts = text.trim().split('_');
        let (Some(PREFIX), Some(id), Some(secret), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Ok(None);
        };
        let store = &self.inner.db.store();
        let sql = "SELECT code, name, role, scope, hash, created_at, revoked_at FROM wangge_token WHERE code = $1 AND revoked_at IS NULL";
        let rows = self.inner.db.read().await?.select(sql, vec![id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (hash, secret): (String, String) = (get(row, "hash", store)?, secret.into());
        let right = aside(move || {
            let hash = PasswordHash::new(&hash);
            hash.is_ok_and(|h| Argon2::default().verify_password(secret.as_bytes(), &h).is_ok())
        });
        if right.await? { token(row, store).map(Some) } else { Ok(None) }
    }

    /// All tokens.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let store = &self.inner.db.store();
        let sql = "SELECT code, name, role, scope, created_at, revoked_at FROM wangge_token ORDER BY id";
        let rows = self.inner.db.read().await?.select(sql, vec![]).await?;
        rows.iter().map(|row| token(row, store)).collect()
    }

    /// Takes a token back; `false` when there is none with this id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn revoke_token(&self, author: &Author, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.inner.db.write().await?;
        let sql = "UPDATE wangge_token SET revoked_at = $1 WHERE code = $2 AND revoked_at IS NULL";
        if tx.run(sql, vec![author.at.to_string().into(), id.into()]).await? == 0 {
            return Ok(false);
        }
        tx.note(author, "revoke-token", id, &json!({})).await?;
        tx.commit().await?;
        Ok(true)
    }
}
