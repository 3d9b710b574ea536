//! The audit log.

use super::super::StoreError;
use super::super::records::{AuditEntry, Author};
use super::super::rows::{get, json, parsed};
use super::Store;
use serde_json::Value;

impl Store {
    /// Writes a line into the audit log: for reads of what is not public. Writes do so themselves.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note(
        &self,
        author: &Author,
        action: &str,
        target: &str,
        detail: Value,
    ) -> Result<(), StoreError> {
        let mut tx = self.inner.db.write().await?;
        tx.note(author, action, target, &detail).await?;
        tx.commit().await
    }

    /// The audit log after line `after`, oldest first, at most `limit` lines.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit(&self, after: i64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let store = &self.inner.db.store();
        let mut tx = self.inner.db.read().await?;
        let sql = "SELECT id, at, actor, action, target, detail FROM wangge_audit WHERE id > $1 ORDER BY id LIMIT $2";
        let rows = tx.select(sql, vec![after.into(), limit.into()]).await?;
        let entries = rows.iter().map(|row| {
            Ok(AuditEntry {
                number: get(row, "id", store)?,
                at: parsed(row, "at", store)?,
                actor: get(row, "actor", store)?,
                action: get(row, "action", store)?,
                target: get(row, "target", store)?,
                detail: json(&get::<String>(row, "detail", store)?, "detail", store)?,
            })
        });
        entries.collect()
    }
}
