//! A project that is being worked on: the same store over either back end.

use super::model::Project;
use super::records::{
    AuditEntry, Author, CellName, ETag, PlanInfo, Publication, Recorded, Token, TokenRole, Version,
    VersionState,
};
use super::{Location, StoreError};
use partition::people::People;
use partition::plan::Change;
use serde_json::Value;
use std::sync::Arc;

/// Which of the two back ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One file.
    GeoPackage,
    /// A schema of a PostgreSQL database with PostGIS.
    PostGis,
}

/// An open project. Cheap to clone; all clones are the same project.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    kind: Kind,
    project: Arc<Project>,
}

fn later<T>() -> Result<T, StoreError> {
    Err(StoreError::Invalid("not there yet".into()))
}

#[expect(clippy::unused_async, reason = "shapes first")]
impl Store {
    /// Opens a project to work on it. A file is locked until [`Store::close`]: one process at a time.
    ///
    /// # Errors
    /// [`StoreError`]: missing, of another program, newer than this program, changed elsewhere, or in use (and by whom).
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let _ = location;
        later()
    }

    /// Writes a project to a place where there is none yet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create(location: &Location, project: &Project) -> Result<(), StoreError> {
        let _ = (location, project);
        later()
    }

    /// Which back end it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// The ground: boundary, units, criteria, parents. Its plan is the one the layer `cells` showed at opening.
    #[must_use]
    pub fn project(&self) -> &Arc<Project> {
        &self.inner.project
    }

    /// The plans, one for each network.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn plans(&self) -> Result<Vec<PlanInfo>, StoreError> {
        later()
    }

    /// All versions of a plan, oldest first; the last is the draft.
    ///
    /// # Errors
    /// [`StoreError::UnknownPlan`] and what the database says.
    pub async fn versions(&self, plan: &str) -> Result<Vec<Version>, StoreError> {
        let _ = plan;
        later()
    }

    /// A version with its labels, history and cells.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`] and what the database says.
    pub async fn version(&self, number: u32) -> Result<VersionState, StoreError> {
        let _ = number;
        later()
    }

    /// The draft of a plan with its labels, history and cells.
    ///
    /// # Errors
    /// [`StoreError::UnknownPlan`] and what the database says.
    pub async fn draft(&self, plan: &str) -> Result<VersionState, StoreError> {
        let _ = plan;
        later()
    }

    /// The operations of a version after its first `skip`, oldest first.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`] and what the database says.
    pub async fn operations(&self, version: u32, skip: u32) -> Result<Vec<Recorded>, StoreError> {
        let _ = (version, skip);
        later()
    }

    /// Appends a change to the draft it was proposed for. When this returns, it survives the death of the process.
    ///
    /// `names` are the cells the change adds ([`partition::plan::Operation::Split`]), usually none.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the draft has moved on from `if_match`, with what has happened since.
    pub async fn append(
        &self,
        plan: &str,
        if_match: ETag,
        author: &Author,
        change: &Change,
        names: &[CellName],
    ) -> Result<Recorded, StoreError> {
        let _ = (plan, if_match, author, change, names);
        later()
    }

    /// Makes the draft a version that never changes, and begins a new draft from it. The layers follow.
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
        let _ = (plan, if_match, author, note);
        later()
    }

    /// Everybody of a network, their assignments and absences.
    ///
    /// # Errors
    /// What the database says.
    pub async fn people(&self, plan: &str) -> Result<People, StoreError> {
        let _ = plan;
        later()
    }

    /// Takes people in: known ids are brought up to date; an assignment ends the one it clashes with where it begins.
    ///
    /// # Errors
    /// What the database says.
    pub async fn take_in_people(
        &self,
        plan: &str,
        author: &Author,
        people: &People,
    ) -> Result<(), StoreError> {
        let _ = (plan, author, people);
        later()
    }

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
        let _ = (author, name, role, scope);
        later()
    }

    /// The token a text is, unless it is none or was taken back. Slow on purpose (argon2id): remember the answer.
    ///
    /// # Errors
    /// What the database says.
    pub async fn check_token(&self, text: &str) -> Result<Option<Token>, StoreError> {
        let _ = text;
        later()
    }

    /// All tokens.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        later()
    }

    /// Takes a token back; `false` when there is none with this id.
    ///
    /// # Errors
    /// What the database says.
    pub async fn revoke_token(&self, author: &Author, id: &str) -> Result<bool, StoreError> {
        let _ = (author, id);
        later()
    }

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
        let _ = (author, action, target, detail);
        later()
    }

    /// The audit log after line `after`, oldest first, at most `limit` lines.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit(&self, after: i64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let _ = (after, limit);
        later()
    }

    /// Makes the layers `units` and `cells` say what the newest published version says, or the draft where none is.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sync(&self) -> Result<(), StoreError> {
        later()
    }

    /// Brings the layers up to date and lets go of the project. A file is one file again then.
    ///
    /// Not closing loses nothing that was acknowledged; the layers then follow at the next opening.
    ///
    /// # Errors
    /// What the database says.
    pub async fn close(self) -> Result<(), StoreError> {
        later()
    }
}
