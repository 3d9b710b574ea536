//! Writing: everything into a new file beside the old one, then one rename.

use super::super::StoreError;
use super::super::model::{Plan, Project, Units};
use super::rows::{Cell, insert};
use super::schema::{self, LAST_CHANGE};
use super::{FORMAT, LAYERS, fingerprint};
use crate::frame::Frame;
use crate::sqlite;
use crate::write::AtomicFile;
use partition::frame::{MAX_COORD_UM, Region};
use serde_json::json;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection};
use std::collections::HashSet;
use std::path::Path;

/// Largest load of a criterion with decimals: beyond, a double could not give it back.
const MAX_SCALED_LOAD: i64 = 1 << 51;

/// Async form of [`crate::store::save`].
///
/// # Errors
/// [`StoreError`]; nothing is replaced then.
pub async fn save(path: &Path, project: &Project) -> Result<(), StoreError> {
    let frame = Frame::from_definition(&project.frame)?;
    validate(project)?;
    let file = AtomicFile::create(path)?;
    fill(file.path(), project, &frame).await.map_err(|source| StoreError::Sqlite {
        path: path.to_owned(),
        doing: "written",
        source,
    })?;
    Ok(file.commit()?)
}

/// Refuses what could not be read back.
fn validate(p: &Project) -> Result<(), StoreError> {
    let invalid = |reason: String| Err(StoreError::Invalid(reason));
    let (n, u) = (p.units.ids.len(), &p.units);
    if u.regions.len() != n || !(u.parents.is_empty() || u.parents.len() == n) {
        return invalid(format!("{n} unit ids, {} regions, {} parents", u.regions.len(), u.parents.len()));
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
    let regions =
        std::iter::once(&p.boundary.region).chain(&u.regions).chain(cells.iter().map(|c| &c.region));
    let reach = |r: &Region| {
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

async fn fill(path: &Path, project: &Project, frame: &Frame) -> sqlx::Result<()> {
    let mut db = sqlite::open_scratch(path).await?;
    for sql in [schema::HEADER, "BEGIN", schema::STANDARD_TABLES, schema::OWN_TABLES] {
        sqlx::raw_sql(sql).execute(&mut db).await?;
    }
    let columns = criterion_columns(&project.units);
    let layer_tables = layer_tables(&project.units, &columns);
    for sql in [layer_tables, schema::rtree_tables()] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut db).await?;
    }
    let mut writer = Writer { db, frame, srs_id: 0 };
    writer.coordinate_systems().await?;
    writer.attributes(project, &columns).await?;
    writer.layers(project, &columns).await?;
    let mut db = writer.db;
    sqlx::raw_sql(AssertSqlSafe(schema::rtree_triggers())).execute(&mut db).await?;
    sqlx::raw_sql("COMMIT").execute(&mut db).await?;
    db.close().await
}

/// A column of `units` for each criterion: its name, made unique where it is taken.
fn criterion_columns(units: &Units) -> Vec<String> {
    let mut taken: HashSet<String> =
        ["fid", "geom", "id", "parent", "parent_no", "cell", "rowid", "oid", "_rowid_"]
            .map(str::to_owned)
            .into();
    let mut column = |name: &str| {
        let clean: String = name.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
        let base = if clean.trim().is_empty() { "load".to_owned() } else { clean };
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

fn layer_tables(units: &Units, columns: &[String]) -> String {
    let loads = units.criteria.iter().zip(columns).map(|(c, name)| {
        format!(", {} {}", sqlite::quote(name), if c.scale == 1 { "INTEGER" } else { "DOUBLE" })
    });
    let loads: String = loads.collect();
    format!(
        "CREATE TABLE boundary (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, name TEXT, note TEXT, attribution TEXT);
         CREATE TABLE units (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, id TEXT, parent TEXT, parent_no INTEGER, cell TEXT{loads});
         CREATE TABLE cells (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, code TEXT, name TEXT, parent TEXT, parent_no INTEGER, figures TEXT);"
    )
}

/// A new file being filled.
pub(super) struct Writer<'a> {
    pub(super) db: SqliteConnection,
    pub(super) frame: &'a Frame,
    pub(super) srs_id: i32,
}

impl Writer<'_> {
    async fn coordinate_systems(&mut self) -> sqlx::Result<()> {
        let mut systems = schema::standard_srs();
        let (id, own) = schema::frame_srs(self.frame);
        systems.extend(own.filter(|s| systems.iter().all(|t| t.id != s.id)));
        self.srs_id = id;
        let rows = systems.into_iter().map(|s| {
            vec![
                s.name.into(),
                i64::from(s.id).into(),
                s.organization.into(),
                i64::from(s.id).into(),
                s.definition.into(),
            ]
        });
        let columns = ["srs_name", "srs_id", "organization", "organization_coordsys_id", "definition"];
        insert(&mut self.db, "gpkg_spatial_ref_sys", &columns, rows.collect()).await
    }

    async fn attributes(&mut self, p: &Project, columns: &[String]) -> sqlx::Result<()> {
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
        ];
        let facts = facts.map(|(k, v)| vec![k.into(), v.to_string().into()]);
        insert(&mut self.db, "wangge_project", &["key", "value"], facts.into()).await?;
        let criteria = p.units.criteria.iter().zip(columns).map(|(c, column)| {
            vec![c.name.as_str().into(), column.as_str().into(), c.scale.into(), c.estimate.clone().into()]
        });
        let names = ["name", "column_name", "scale", "estimate"];
        insert(&mut self.db, "wangge_criterion", &names, criteria.collect()).await?;
        let revision = vec![(p.units.ids.len() as i64).into(), prints[1].as_str().into()];
        insert(&mut self.db, "wangge_revision", &["units", "fingerprint"], vec![revision]).await?;
        if let Some(plan) = &p.plan {
            self.plan(plan).await?;
        }
        let contents =
            schema::OWN_NAMES.map(|t| vec![t.into(), "attributes".into(), t.into(), LAST_CHANGE.into()]);
        insert(
            &mut self.db,
            "gpkg_contents",
            &["table_name", "data_type", "identifier", "last_change"],
            contents.into(),
        )
        .await?;
        self.descriptions(p, columns).await
    }

    async fn plan(&mut self, plan: &Plan) -> sqlx::Result<()> {
        let row = vec![
            plan.name.as_str().into(),
            1_i64.into(),
            plan.seed.to_string().into(),
            json!(plan.options).to_string().into(),
            json!(plan.inputs).to_string().into(),
            plan.certificate.as_ref().map(ToString::to_string).into(),
        ];
        let names = ["name", "revision", "seed", "options", "inputs", "certificate"];
        insert(&mut self.db, "wangge_plan", &names, vec![row]).await?;
        let labels = plan
            .labels
            .iter()
            .enumerate()
            .map(|(unit, &cell)| vec![1_i64.into(), (unit as i64).into(), i64::from(cell).into()]);
        insert(&mut self.db, "wangge_label", &["plan", "unit", "cell"], labels.collect()).await
    }

    /// Titles and notes of columns (annex F.9), which QGIS shows as aliases and comments.
    async fn descriptions(&mut self, p: &Project, columns: &[String]) -> sqlx::Result<()> {
        let mut rows: Vec<Vec<Cell>> = p
            .units
            .criteria
            .iter()
            .zip(columns)
            .map(|(c, column)| {
                vec![
                    "units".into(),
                    column.as_str().into(),
                    c.name.as_str().into(),
                    c.estimate.clone().into(),
                    Cell::Null,
                ]
            })
            .collect();
        rows.push(vec![
            "cells".into(),
            "figures".into(),
            "figures".into(),
            Cell::Null,
            "application/json".into(),
        ]);
        let names = ["table_name", "column_name", "title", "description", "mime_type"];
        insert(&mut self.db, "gpkg_data_columns", &names, rows).await?;
        const SPEC: &str = "http://www.geopackage.org/spec131/#extension_";
        let extension = |table: &str, column: Cell, name: &str, scope: &str| {
            vec![
                table.into(),
                column,
                format!("gpkg_{name}").into(),
                format!("{SPEC}{}", name.trim_end_matches("_index")).into(),
                scope.into(),
            ]
        };
        let mut rows: Vec<Vec<Cell>> =
            LAYERS.map(|t| extension(t, "geom".into(), "rtree_index", "write-only")).into();
        rows.push(extension("gpkg_data_columns", Cell::Null, "schema", "read-write"));
        rows.push(extension("gpkg_data_column_constraints", Cell::Null, "schema", "read-write"));
        let names = ["table_name", "column_name", "extension_name", "definition", "scope"];
        insert(&mut self.db, "gpkg_extensions", &names, rows).await
    }
}
