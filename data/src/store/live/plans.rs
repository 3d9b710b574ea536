//! Plans, their versions and what was done to them.

use super::super::model::CellKind;
use super::super::records::{
    Author, CellName, ETag, PlanInfo, Publication, Recorded, State, Version, VersionState,
};
use super::super::rows::{Field, get, json, number, number_option, parsed, parsed_option};
use super::super::snapshot::{label_bytes, labels_of};
use super::super::{StoreError, Timestamp, fingerprint, tables};
use super::db::Tx;
use super::{Inner, Store};
use partition::plan::{Change, Draft, Move};
use serde_json::json;
use sqlx::any::AnyRow;

const VERSION: &str = "SELECT v.id, p.network, v.state, v.based_on, v.author, v.created_at, v.published_at, v.note, v.cells, v.labels, v.fingerprint, v.plan
 FROM wangge_version v JOIN wangge_plan p ON p.id = v.plan WHERE v.id = $1";

/// A version without its labels.
fn version(row: &AnyRow, store: &str) -> Result<Version, StoreError> {
    let state: String = get(row, "state", store)?;
    let created: Option<Timestamp> = parsed_option(row, "created_at", store)?;
    Ok(Version {
        number: number(row, "id", store)?,
        plan: get(row, "network", store)?,
        state: json(&format!("\"{state}\""), "state", store)?,
        based_on: number_option(row, "based_on", store)?,
        author: get(row, "author", store)?,
        created_at: created.unwrap_or_default(),
        published_at: parsed_option(row, "published_at", store)?,
        note: get(row, "note", store)?,
    })
}

/// Where a plan stands.
pub(super) struct Head {
    pub(super) plan: i64,
    pub(super) etag: ETag,
}

impl Inner {
    async fn head(&self, tx: &mut Tx<'_>, plan: &str) -> Result<Head, StoreError> {
        let store = &self.db.store();
        let sql = "SELECT p.id AS plan, v.id AS version, (SELECT COUNT(*) FROM wangge_operation o WHERE o.version = v.id) AS operations
 FROM wangge_plan p JOIN wangge_version v ON v.plan = p.id AND v.state = 'draft' WHERE p.network = $1";
        let rows = tx.select(sql, vec![plan.into()]).await?;
        let Some(row) = rows.first() else {
            let known = tx.select("SELECT network FROM wangge_plan ORDER BY id", vec![]).await?;
            let known = known.iter().map(|r| get(r, "network", store)).collect::<Result<_, _>>()?;
            return Err(StoreError::UnknownPlan { plan: plan.into(), known });
        };
        let etag =
            ETag { version: number(row, "version", store)?, operations: number(row, "operations", store)? };
        Ok(Head { plan: get(row, "plan", store)?, etag })
    }

    /// The head, when it is where the caller thinks it is.
    async fn expect(&self, tx: &mut Tx<'_>, plan: &str, given: ETag) -> Result<Head, StoreError> {
        let head = self.head(tx, plan).await?;
        if head.etag == given {
            return Ok(head);
        }
        let known = given.version == head.etag.version && given.operations < head.etag.operations;
        let since = self.history(tx, head.etag.version, if known { given.operations } else { 0 }).await?;
        Err(StoreError::Stale { given, etag: head.etag, since })
    }

    async fn history(&self, tx: &mut Tx<'_>, version: u32, skip: u32) -> Result<Vec<Recorded>, StoreError> {
        let store = &self.db.store();
        let sql = "SELECT number, operation, moves, cells, author, at FROM wangge_operation WHERE version = $1 AND number > $2 ORDER BY number";
        let rows = tx.select(sql, vec![version.into(), skip.into()]).await?;
        let recorded = (skip + 1..).zip(&rows).map(|(expected, row)| {
            if number(row, "number", store)? != expected {
                return Err(self.db.damaged(format!("operation {expected} of version {version} is missing")));
            }
            let text = |column| get::<String>(row, column, store);
            let moves: Vec<[u32; 3]> = json(&text("moves")?, "moves", store)?;
            Ok(Recorded {
                etag: ETag { version, operations: expected },
                change: Change {
                    operation: json(&text("operation")?, "operation", store)?,
                    moves: moves.into_iter().map(|[unit, from, to]| Move { unit, from, to }).collect(),
                    cells: number(row, "cells", store)?,
                },
                author: text("author")?,
                at: parsed(row, "at", store)?,
            })
        });
        recorded.collect()
    }

    async fn cells(&self, tx: &mut Tx<'_>, plan: i64) -> Result<Vec<CellName>, StoreError> {
        let store = &self.db.store();
        let sql = "SELECT number, code, name, parent, kind FROM wangge_cell WHERE plan = $1 ORDER BY number";
        let rows = tx.select(sql, vec![plan.into()]).await?;
        let cells = (0..).zip(&rows).map(|(expected, row)| {
            if number(row, "number", store)? != expected {
                return Err(self.db.damaged(format!("cell {expected} is missing")));
            }
            Ok(CellName {
                code: get(row, "code", store)?,
                name: get(row, "name", store)?,
                kind: CellKind::of(&get::<String>(row, "kind", store)?)
                    .ok_or_else(|| self.db.damaged(format!("cell {expected} is of no known kind")))?,
                parent: number_option(row, "parent", store)?,
            })
        });
        cells.collect()
    }

    /// A version, with its labels made from its history.
    pub(super) async fn state(&self, tx: &mut Tx<'_>, wanted: u32) -> Result<VersionState, StoreError> {
        let store = &self.db.store();
        let rows = tx.select(VERSION, vec![wanted.into()]).await?;
        let row = rows.first().ok_or(StoreError::UnknownVersion { version: wanted })?;
        let version = version(row, store)?;
        let labels = labels_of(&get::<Vec<u8>>(row, "labels", store)?)
            .filter(|l| l.len() == self.project.units.ids.len())
            .ok_or_else(|| self.db.damaged(format!("version {wanted} has labels for other units")))?;
        let cells = number(row, "cells", store)?;
        let history = self.history(tx, wanted, 0).await?;
        let etag = ETag { version: wanted, operations: history.len() as u32 };
        let draft = Draft::replay(labels, cells, history.into_iter().map(|r| r.change))
            .map_err(|e| self.db.damaged(format!("version {wanted}: {e}")))?;
        let print: Option<String> = get(row, "fingerprint", store)?;
        if version.state == State::Published
            && print.is_some_and(|p| p != fingerprint::labels(draft.labels()))
        {
            return Err(self.db.damaged(format!("the labels of version {wanted} are not those published")));
        }
        let cells = self.cells(tx, get(row, "plan", store)?).await?;
        if draft.labels().iter().any(|&l| l as usize >= cells.len()) {
            return Err(self.db.damaged(format!("version {wanted} names a cell that does not exist")));
        }
        Ok(VersionState { version, etag, draft, cells })
    }

    /// The version the layers are to show: the newest published one, or the draft where none is. Of the first plan.
    pub(super) async fn to_show(&self, tx: &mut Tx<'_>) -> Result<Option<u32>, StoreError> {
        let sql = "SELECT COALESCE(MAX(CASE WHEN state = 'published' THEN id END), MAX(id)) AS version FROM wangge_version
 WHERE plan = (SELECT MIN(id) FROM wangge_plan)";
        let rows = tx.select(sql, vec![]).await?;
        rows.first().map_or(Ok(None), |r| number_option(r, "version", &self.db.store()))
    }
}

impl Store {
    /// The plans, one for each network.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plans(&self) -> Result<Vec<PlanInfo>, StoreError> {
        let store = &self.inner.db.store();
        let mut tx = self.inner.db.read().await?;
        let sql = "SELECT p.network, p.name, p.balance, (SELECT MAX(v.id) FROM wangge_version v WHERE v.plan = p.id AND v.state = 'published') AS published
 FROM wangge_plan p ORDER BY p.id";
        let mut plans = Vec::new();
        for row in tx.select(sql, vec![]).await? {
            let plan: String = get(&row, "network", store)?;
            plans.push(PlanInfo {
                name: get(&row, "name", store)?,
                balance: get(&row, "balance", store)?,
                etag: self.inner.head(&mut tx, &plan).await?.etag,
                published: number_option(&row, "published", store)?,
                plan,
            });
        }
        Ok(plans)
    }

    /// All versions of a plan, oldest first; the last is the draft.
    ///
    /// # Errors
    /// [`StoreError::UnknownPlan`] and what the database says.
    pub async fn versions(&self, plan: &str) -> Result<Vec<Version>, StoreError> {
        let store = &self.inner.db.store();
        let mut tx = self.inner.db.read().await?;
        self.inner.head(&mut tx, plan).await?;
        let sql =
            "SELECT v.id, p.network, v.state, v.based_on, v.author, v.created_at, v.published_at, v.note
 FROM wangge_version v JOIN wangge_plan p ON p.id = v.plan WHERE p.network = $1 ORDER BY v.id";
        tx.select(sql, vec![plan.into()]).await?.iter().map(|row| version(row, store)).collect()
    }

    /// A version with its labels, history and cells.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`] and what the database says.
    pub async fn version(&self, number: u32) -> Result<VersionState, StoreError> {
        let mut tx = self.inner.db.read().await?;
        self.inner.state(&mut tx, number).await
    }

    /// The draft of a plan with its labels, history and cells.
    ///
    /// # Errors
    /// [`StoreError::UnknownPlan`] and what the database says.
    pub async fn draft(&self, plan: &str) -> Result<VersionState, StoreError> {
        let mut tx = self.inner.db.read().await?;
        let head = self.inner.head(&mut tx, plan).await?;
        self.inner.state(&mut tx, head.etag.version).await
    }

    /// The operations of a version after its first `skip`, oldest first.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`] and what the database says.
    pub async fn operations(&self, version: u32, skip: u32) -> Result<Vec<Recorded>, StoreError> {
        let mut tx = self.inner.db.read().await?;
        let known = tx.select("SELECT id FROM wangge_version WHERE id = $1", vec![version.into()]).await?;
        if known.is_empty() {
            return Err(StoreError::UnknownVersion { version });
        }
        self.inner.history(&mut tx, version, skip).await
    }

    /// Appends a change to the draft it was proposed for. When this returns, it survives the death of the process.
    ///
    /// `names` are the cells the change adds ([`partition::plan::Operation::Split`]), usually none.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the draft has moved on from `if_match`, with what has happened since;
    /// [`StoreError::Invalid`] for a change of another project.
    pub async fn append(
        &self,
        plan: &str,
        if_match: ETag,
        author: &Author,
        change: &Change,
        names: &[CellName],
    ) -> Result<Recorded, StoreError> {
        let inner = &self.inner;
        let mut tx = inner.db.write().await?;
        let head = inner.expect(&mut tx, plan, if_match).await?;
        let cells = inner.cells(&mut tx, head.plan).await?;
        let units = inner.project.units.ids.len();
        let fits = change.cells as usize == cells.len() + names.len()
            && change.moves.iter().all(|m| (m.unit as usize) < units && m.from.max(m.to) < change.cells);
        if !fits {
            return Err(StoreError::Invalid("the change is not one of this plan".into()));
        }
        if let Some(taken) = names.iter().find(|n| cells.iter().any(|c| c.code == n.code)) {
            return Err(StoreError::Invalid(format!("the code {} is or was another cell's", taken.code)));
        }
        let etag = ETag { operations: head.etag.operations + 1, ..head.etag };
        let moves: Vec<[u32; 3]> = change.moves.iter().map(|m| [m.unit, m.from, m.to]).collect();
        let operation = json!(change.operation).to_string();
        let row = vec![
            etag.version.into(),
            etag.operations.into(),
            operation.into(),
            json!(moves).to_string().into(),
            change.cells.into(),
            author.name.as_str().into(),
            author.at.to_string().into(),
        ];
        tx.append(&tables::OPERATION, vec![row]).await?;
        let names = (cells.len() as i64..).zip(names).map(|(number, n)| {
            let (code, name) = (n.code.as_str(), n.name.as_str());
            let kind = n.kind.as_str().into();
            vec![head.plan.into(), number.into(), code.into(), name.into(), n.parent.into(), kind]
        });
        tx.append(&tables::CELL, names.collect()).await?;
        let kind = json!(change.operation)["kind"].clone();
        tx.note(author, "operation", plan, &json!({"etag": etag.to_string(), "kind": kind})).await?;
        tx.commit().await?;
        Ok(Recorded { etag, change: change.clone(), author: author.name.clone(), at: author.at })
    }

    /// Makes the draft a version that never changes, and begins a new draft from it. The layers follow at once.
    ///
    /// # Errors
    /// [`StoreError::Stale`] as in [`Store::append`].
    pub async fn publish(
        &self,
        plan: &str,
        if_match: ETag,
        author: &Author,
        note: &str,
    ) -> Result<Publication, StoreError> {
        let inner = &self.inner;
        // Making outlines takes its time: not while others wait for their turn.
        let state = inner.state(&mut inner.db.read().await?, if_match.version).await;
        let view = match &state {
            Ok(state) if state.etag == if_match => Some(inner.view(state).await?),
            _ => None,
        };
        let mut tx = inner.db.write().await?;
        let head = inner.expect(&mut tx, plan, if_match).await?;
        let state = state?;
        let (at, labels) = (author.at.to_string(), state.draft.labels());
        let sql = "UPDATE wangge_version SET state = 'published', author = $1, published_at = $2, note = $3, fingerprint = $4 WHERE id = $5";
        let values: Vec<Field> = vec![
            author.name.as_str().into(),
            at.as_str().into(),
            note.into(),
            fingerprint::labels(labels).into(),
            if_match.version.into(),
        ];
        tx.run(sql, values).await?;
        let row = vec![
            head.plan.into(),
            "draft".into(),
            if_match.version.into(),
            author.name.as_str().into(),
            at.into(),
            Field::Null,
            "".into(),
            state.draft.cells().into(),
            Field::Blob(label_bytes(labels)),
            Field::Null,
        ];
        let next = tx.append(&tables::VERSION, vec![row]).await?;
        let next = u32::try_from(next).map_err(|e| inner.db.damaged(e))?;
        tx.note(author, "publish", plan, &json!({"version": if_match.version, "note": note})).await?;
        if let Some(view) = view.filter(|_| head.plan == 1) {
            inner.show(&mut tx, view).await?;
        }
        tx.commit().await?;
        Ok(Publication { version: if_match.version, draft: ETag { version: next, operations: 0 } })
    }
}
