//! The draft of one plan, as it is served while it is edited.

use crate::land::Land;
use crate::problem::Problem;
use crate::state::App;
use crate::view::View;
use data::store::records::{PlanInfo, Recorded, VersionState};
use partition::plan::Draft;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// One plan. Whoever edits holds the draft; whoever reads takes the newest view and waits for nobody.
pub(crate) struct Desk {
    pub(crate) info: PlanInfo,
    pub(crate) draft: Arc<Mutex<Draft>>,
    view: RwLock<Arc<View>>,
}

impl Desk {
    pub(crate) fn new(land: &Land, info: PlanInfo, state: VersionState) -> Self {
        let draft = Arc::new(Mutex::new(state.draft.clone()));
        let view = RwLock::new(Arc::new(View::new(land, state, &info.balance)));
        Self { info, draft, view }
    }

    /// The newest state this process knows.
    pub(crate) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn show(&self, view: View) -> Arc<View> {
        let view = Arc::new(view);
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&view);
        view
    }

    /// The newest state there is: other processes may have edited a shared store.
    pub(crate) async fn current(&self, app: &App) -> Result<Arc<View>, Problem> {
        let view = self.view();
        if !app.is_shared() {
            return Ok(view);
        }
        let plans = app.store.plans().await?;
        if plans.iter().any(|p| p.plan == self.info.plan && p.etag == view.etag) {
            return Ok(view);
        }
        let mut draft = self.draft.lock().await;
        self.catch_up(app, &mut draft).await
    }

    /// Brings the draft to what the store says.
    pub(crate) async fn catch_up(&self, app: &App, draft: &mut Draft) -> Result<Arc<View>, Problem> {
        let state = app.store.draft(&self.info.plan).await?;
        let view = self.view();
        if state.etag == view.etag {
            return Ok(view);
        }
        *draft = state.draft.clone();
        let next = tokio::task::block_in_place(|| {
            if state.version.number == view.version.number {
                view.after(&app.land, state.etag, state.draft.labels(), state.cells)
            } else {
                View::new(&app.land, state, &self.info.balance)
            }
        });
        Ok(self.show(next))
    }

    /// Takes over a change the store has acknowledged. If it does not fit what is known here, the store is asked.
    pub(crate) async fn take_over(
        &self,
        app: &App,
        draft: &mut Draft,
        recorded: &Recorded,
        cells: Vec<data::store::records::CellName>,
    ) -> Result<Arc<View>, Problem> {
        if draft.record(recorded.change.clone()).is_err() {
            return self.catch_up(app, draft).await;
        }
        let view = self.view();
        let next =
            tokio::task::block_in_place(|| view.after(&app.land, recorded.etag, draft.labels(), cells));
        Ok(self.show(next))
    }
}
