//! A whole project with its history, as one value: how it moves from one store to another.

use super::fingerprint;
use super::model::{Plan, Project};
use super::rows::Field;
use super::tables;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The network whose plan a new project has.
pub(super) const NETWORK: &str = "grid";

/// Which state of which version the layers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shown {
    pub(super) version: u32,
    pub(super) operations: u32,
}

/// Everything a store holds, taken at one moment. Two stores with equal ones hold the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The ground, and the plan that the layers show.
    pub project: Project,
    pub(super) shown: Option<Shown>,
    /// The rows of each of [`tables::LIVE`], numbers first, in their order.
    pub(super) tables: Vec<Vec<Vec<Field>>>,
}

impl Snapshot {
    /// A project at the beginning of its life: its plan is version 1, a draft without history.
    #[must_use]
    pub fn of(project: Project) -> Self {
        let mut tables = vec![Vec::new(); tables::LIVE.len()];
        if let Some(plan) = &project.plan {
            tables[0] = vec![plan_row(&project, plan)];
            tables[1] = (0_u32..)
                .zip(&plan.cells)
                .map(|(number, c)| {
                    vec![
                        (i64::from(number) + 1).into(),
                        1_i64.into(),
                        number.into(),
                        c.code.as_str().into(),
                        c.name.as_str().into(),
                        c.parent.into(),
                        c.kind.as_str().into(),
                    ]
                })
                .collect();
            tables[2] = vec![version_row(plan)];
        }
        let shown = project.plan.as_ref().map(|_| Shown { version: 1, operations: 0 });
        Self { project, shown, tables }
    }

    /// How much there is of everything that people work on: plans, versions, operations, persons …
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        let name = |t: &tables::Table| t.name.strip_prefix("wangge_").unwrap_or(t.name);
        tables::LIVE.into_iter().map(name).zip(self.tables.iter().map(Vec::len))
    }
}

fn plan_row(project: &Project, plan: &Plan) -> Vec<Field> {
    let first = project.units.criteria.first().map(|c| c.name.as_str()).unwrap_or_default();
    vec![
        1_i64.into(),
        NETWORK.into(),
        plan.name.as_str().into(),
        plan.options.get("balance").and_then(|b| b.as_str()).unwrap_or(first).into(),
        1_i64.into(),
        plan.seed.to_string().into(),
        json!(plan.options).to_string().into(),
        json!(plan.inputs).to_string().into(),
        plan.certificate.as_ref().map(ToString::to_string).into(),
    ]
}

/// When it began is said at its first opening: saving asks no clock, so that equal projects give equal bytes.
fn version_row(plan: &Plan) -> Vec<Field> {
    vec![
        1_i64.into(),
        1_i64.into(),
        "draft".into(),
        Field::Null,
        "wangge".into(),
        Field::Null,
        Field::Null,
        "".into(),
        (plan.cells.len() as i64).into(),
        Field::Blob(label_bytes(&plan.labels)),
        fingerprint::labels(&plan.labels).into(),
    ]
}

/// Labels as they are stored.
pub(super) fn label_bytes(labels: &[u32]) -> Vec<u8> {
    labels.iter().flat_map(|l| l.to_le_bytes()).collect()
}

/// And read back; `None` when bytes are left over.
pub(super) fn labels_of(bytes: &[u8]) -> Option<Vec<u32>> {
    let (labels, rest) = bytes.as_chunks::<4>();
    rest.is_empty().then(|| labels.iter().map(|l| u32::from_le_bytes(*l)).collect())
}
