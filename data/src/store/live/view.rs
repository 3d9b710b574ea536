//! The layers: what QGIS and tile servers see of the live tables.

use super::super::StoreError;
use super::super::model::{Plan, Project};
use super::super::records::{ETag, VersionState};
use super::super::snapshot::Shown;
use super::super::write::Writer;
use super::db::Tx;
use super::{Inner, Store};
use crate::cells;
use partition::plan::dissolve;
use std::sync::Arc;

/// A project with the plan that the layers are to show.
pub(super) struct View {
    project: Project,
    shown: Shown,
}

/// The layers of a version: only cells that have units, in the order of their numbers.
fn view(base: &Project, frame: &crate::frame::Frame, balance: &str, state: &VersionState) -> View {
    let mut number = vec![u32::MAX; state.cells.len()];
    for &label in state.draft.labels() {
        if let Some(n) = number.get_mut(label as usize) {
            *n = 0;
        }
    }
    let mut names = Vec::new();
    for (n, name) in number.iter_mut().zip(&state.cells).filter(|(n, _)| **n == 0) {
        *n = names.len() as u32;
        names.push(name.clone());
    }
    let labels: Vec<u32> =
        state.draft.labels().iter().filter_map(|&l| number.get(l as usize).copied()).collect();
    let plan = base.plan.clone().unwrap_or_default();
    let regions = dissolve(&base.units.regions, &labels, names.len());
    let order =
        cells::Order { project: base, frame, balance, labels: &labels, names: &names, inputs: &plan.inputs };
    let (cells, certificate) = cells::described(&order, regions);
    let mut certificate = certificate.ok().and_then(|c| serde_json::to_value(c).ok());
    // What no plan over these units can do stays true whatever is drawn.
    if let (Some(new), Some(proofs)) =
        (&mut certificate, plan.certificate.as_ref().and_then(|c| c.get("proofs")))
    {
        new["proofs"] = proofs.clone();
    }
    let plan = Plan { labels, cells, certificate, ..plan };
    let ETag { version, operations } = state.etag;
    View { project: Project { plan: Some(plan), ..base.clone() }, shown: Shown { version, operations } }
}

impl Inner {
    /// Makes the outlines, beside whatever else is going on.
    pub(super) async fn view(&self, state: &VersionState) -> Result<View, StoreError> {
        let base = Arc::clone(&self.project);
        let (definition, state) = (base.frame.clone(), state.clone());
        let balance = self.balance.clone();
        let made = tokio::task::spawn_blocking(move || -> Result<View, StoreError> {
            let frame = crate::frame::Frame::from_definition(&definition)?;
            Ok(view(&base, &frame, &balance, &state))
        });
        made.await.map_err(|e| self.db.damaged(format!("the outlines of the cells: {e}")))?
    }

    /// Writes the layers.
    pub(super) async fn show(&self, tx: &mut Tx<'_>, view: View) -> Result<(), StoreError> {
        let failed = self.db.failed("written");
        let mut writer = Writer { db: &mut tx.tx, dialect: self.db.dialect, frame: &self.frame };
        writer.show(&view.project, view.shown).await.map_err(failed)
    }
}

impl Store {
    /// Makes the layers `units` and `cells` say what the newest published version says, or the draft where none is.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sync(&self) -> Result<(), StoreError> {
        let inner = &self.inner;
        let mut tx = inner.db.read().await?;
        let Some(version) = inner.to_show(&mut tx).await? else { return Ok(()) };
        let state = inner.state(&mut tx, version).await?;
        drop(tx);
        let ETag { version, operations } = state.etag;
        let mut tx = inner.db.write().await?;
        let shown = inner.shown(&mut tx).await?;
        if shown == Some(Shown { version, operations }) {
            return Ok(());
        }
        let view = inner.view(&state).await?;
        inner.show(&mut tx, view).await?;
        tx.commit().await
    }
}
