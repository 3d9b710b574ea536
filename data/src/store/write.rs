//! Writing a project's tables and layers, into either back end.

use super::StoreError;
use super::dialect::Dialect;
use super::fingerprint;
use super::model::{Project, Units};
use super::rows::{Field, insert, run};
use super::snapshot::{Shown, Snapshot};
use super::tables::{self, Table};
use crate::frame::Frame;
use crate::sqlite::quote;
use partition::frame::MAX_COORD_UM;
use serde_json::json;
use sqlx::AnyConnection;
use std::collections::HashSet;

/// Version of the tables; a higher one is refused, a lower one is migrated.
pub(super) const FORMAT: i64 = 3;

/// Largest load of a criterion with decimals: beyond, a double could not give it back.
const MAX_SCALED_LOAD: i64 = 1 << 51;

/// Refuses what could not be read back.
pub(super) fn validate(p: &Project) -> Result<(), StoreError> {
    let invalid = |reason: String| Err(StoreError::Invalid(reason));
    let (n, u) = (p.units.ids.len(), &p.units);
    if u.regions.len() != n || !(u.parents.is_empty() || u.parents.len() == n) {
        return invalid(format!("{n} unit ids, {} regions, {} parents", u.regions.len(), u.parents.len()));
    }
    if u.classes.iter().flat_map(|c| c.units).any(|u| u as usize >= n) {
        return invalid("a class of a border names a unit that does not exist".into());
    }
    if u.parents.iter().any(|&i| i as usize >= u.parent_names.len()) {
        return invalid("a unit has a parent without a name".into());
    }
    if u.criteria.len() > 500 {
        return invalid(format!("{} criteria, more than 500", u.criteria.len()));
    }
    unique("unit id", u.ids.iter())?;
    for c in &u.criteria {
        if c.loads.len() != n || c.scale < 1 {
            return invalid(format!(
                "criterion {} has {} values for {n} units, scale {}",
                c.name,
                c.loads.len(),
                c.scale
            ));
        }
        if c.scale != 1 && c.loads.iter().any(|l| l.unsigned_abs() > MAX_SCALED_LOAD.unsigned_abs()) {
            return invalid(format!("criterion {} has a value above 2^51 steps", c.name));
        }
    }
    let cells = p.plan.as_ref().map(|p| p.cells.as_slice()).unwrap_or_default();
    if let Some(plan) = &p.plan {
        if plan.labels.len() != n || plan.labels.iter().any(|&l| l as usize >= cells.len()) {
            return invalid(format!("{} labels for {n} units and {} cells", plan.labels.len(), cells.len()));
        }
        unique("cell code", cells.iter().map(|c| &c.code))?;
        if cells.iter().filter_map(|c| c.parent).any(|i| i as usize >= u.parent_names.len()) {
            return invalid("a cell has a parent without a name".into());
        }
    }
    let names = [&p.name, &p.boundary.name, &p.boundary.note, &p.boundary.attribution].into_iter();
    let names =
        names.chain(&u.ids).chain(&u.parent_names).chain(cells.iter().flat_map(|c| [&c.code, &c.name]));
    if let Some(name) = names.chain(u.criteria.iter().map(|c| &c.name)).find(|t| t.contains('\0')) {
        return invalid(format!("the text {name:?} holds a zero byte, which databases cut off"));
    }
    let regions =
        std::iter::once(&p.boundary.region).chain(&u.regions).chain(cells.iter().map(|c| &c.region));
    let reach = |r: &partition::frame::Region| {
        r.bounds()
            .is_none_or(|b| [b.min.x, b.min.y, b.max.x, b.max.y].iter().all(|c| c.abs() <= MAX_COORD_UM))
    };
    if !regions.into_iter().all(reach) {
        return invalid("a coordinate lies outside the range of a frame".into());
    }
    Ok(())
}

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a String>) -> Result<(), StoreError> {
    let mut seen = HashSet::new();
    match names.into_iter().find(|n| !seen.insert(*n)) {
        Some(n) => Err(StoreError::Invalid(format!("the {what} '{n}' is used twice"))),
        None => Ok(()),
    }
}

/// PostgreSQL's names have at most 63 bytes; what makes one unique comes behind.
const MAX_NAME_BYTES: usize = 56;

/// A column of `units` for each criterion: its name, made unique where it is taken.
pub(super) fn criterion_columns(units: &Units) -> Vec<String> {
    let ours = ["fid", "geom", "id", "parent", "parent_no", "cell"];
    // What SQLite and PostgreSQL call rows and their versions.
    let theirs = ["rowid", "oid", "_rowid_", "tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"];
    let mut taken: HashSet<String> = ours.into_iter().chain(theirs).map(str::to_owned).collect();
    let mut column = |name: &str| {
        let mut base: String = name.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
        base.truncate(base.floor_char_boundary(MAX_NAME_BYTES));
        if base.trim().is_empty() {
            base = "load".to_owned();
        }
        // SQLite's names ignore case in ASCII only, so comparing in lower case is at least as strict.
        let free = |c: &String| !taken.contains(&c.to_lowercase());
        let name = std::iter::once(base.clone())
            .chain((2..).map(|i| format!("{base}_{i}")))
            .find(free)
            .unwrap_or(base);
        taken.insert(name.to_lowercase());
        name
    };
    units.criteria.iter().map(|c| column(&c.name)).collect()
}

/// The statements that make the feature layers.
pub(super) fn layer_tables(units: &Units, columns: &[String]) -> String {
    let loads: String = units
        .criteria
        .iter()
        .zip(columns)
        .map(|(c, name)| format!(", {} {}", quote(name), if c.scale == 1 { "INTEGER" } else { "DOUBLE" }))
        .collect();
    const KEY: &str = "fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON";
    format!(
        "CREATE TABLE boundary ({KEY}, name TEXT, note TEXT, attribution TEXT);
         CREATE TABLE units ({KEY}, id TEXT, parent TEXT, parent_no INTEGER, cell TEXT{loads});
         CREATE TABLE cells ({KEY}, code TEXT, name TEXT, parent TEXT, parent_no INTEGER, figures TEXT, kind TEXT);"
    )
}

/// A project being written, inside a transaction of the caller.
pub(super) struct Writer<'a> {
    pub(super) db: &'a mut AnyConnection,
    pub(super) dialect: Dialect,
    pub(super) frame: &'a Frame,
}

impl Writer<'_> {
    /// Several statements without parameters.
    pub(super) async fn batch(&mut self, sql: &str) -> sqlx::Result<()> {
        let sql = sqlx::AssertSqlSafe(self.dialect.ddl(sql));
        sqlx::raw_sql(sql).execute(&mut *self.db).await.map(drop)
    }

    pub(super) async fn create(&mut self, tables: &[&Table]) -> sqlx::Result<()> {
        for table in tables {
            self.batch(&table.create(self.dialect)).await?;
        }
        Ok(())
    }

    pub(super) async fn insert(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Field>>,
    ) -> sqlx::Result<()> {
        insert(self.db, self.dialect, table, columns, rows).await
    }

    /// Everything the attribute tables hold.
    pub(super) async fn attributes(&mut self, snapshot: &Snapshot, columns: &[String]) -> sqlx::Result<()> {
        let p = &snapshot.project;
        let prints = fingerprint::of(p);
        let facts = [
            ("format", json!(FORMAT)),
            ("program", json!(concat!("wangge ", env!("CARGO_PKG_VERSION")))),
            ("name", json!(p.name)),
            ("frame", json!(p.frame)),
            ("unit_kind", json!(p.units.kind)),
            ("has_parents", json!(!p.units.parents.is_empty())),
            ("parent_names", json!(p.units.parent_names)),
            ("fingerprints", json!(prints)),
            ("shown", json!(snapshot.shown)),
            ("border_classes", json!(p.units.classes)),
        ];
        let facts = (1_i64..).zip(facts).map(|(id, (k, v))| vec![id.into(), k.into(), v.to_string().into()]);
        self.insert("wangge_project", &tables::PROJECT.names(), facts.collect()).await?;
        let criteria = (1_i64..).zip(p.units.criteria.iter().zip(columns)).map(|(id, (c, column))| {
            vec![
                id.into(),
                c.name.as_str().into(),
                column.as_str().into(),
                c.scale.into(),
                c.estimate.clone().into(),
            ]
        });
        self.insert("wangge_criterion", &tables::CRITERION.names(), criteria.collect()).await?;
        let revision = vec![1_i64.into(), (p.units.ids.len() as i64).into(), prints[1].as_str().into()];
        self.insert("wangge_revision", &tables::REVISION.names(), vec![revision]).await?;
        self.live(snapshot).await
    }

    /// What people work on.
    pub(super) async fn live(&mut self, snapshot: &Snapshot) -> sqlx::Result<()> {
        for (table, rows) in tables::LIVE.iter().zip(&snapshot.tables) {
            self.insert(table.name, &table.names(), rows.clone()).await?;
        }
        Ok(())
    }

    /// Says anew what the layers hold.
    pub(super) async fn facts(&mut self, project: &Project, shown: Option<Shown>) -> sqlx::Result<()> {
        for (key, value) in [("fingerprints", json!(fingerprint::of(project))), ("shown", json!(shown))] {
            let sql = "UPDATE wangge_project SET value = $1 WHERE key = $2";
            run(self.db, sql.into(), vec![value.to_string().into(), key.into()]).await?;
        }
        Ok(())
    }
}
