//! Writing: everything into a new file beside the old one, then one rename.

use super::super::StoreError;
use super::super::model::{Cell as GridCell, Plan, Project, Units};
use super::rows::{Cell, insert};
use super::schema::{self, LAST_CHANGE};
use super::{FORMAT, LAYERS, fingerprint};
use crate::frame::Frame;
use crate::write::AtomicFile;
use crate::{sqlite, wkb};
use partition::frame::{Bounds, MAX_COORD_UM, Region};
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

struct Writer<'a> {
    db: SqliteConnection,
    frame: &'a Frame,
    srs_id: i32,
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
        insert(&mut self.db, "gpkg_spatial_ref_sys", &columns, rows.collect::<Vec<_>>()).await
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
        insert(&mut self.db, "wangge_project", &["key", "value"], facts).await?;
        let criteria = p.units.criteria.iter().zip(columns).map(|(c, column)| {
            vec![c.name.as_str().into(), column.as_str().into(), c.scale.into(), c.estimate.clone().into()]
        });
        let names = ["name", "column_name", "scale", "estimate"];
        insert(&mut self.db, "wangge_criterion", &names, criteria.collect::<Vec<_>>()).await?;
        let revision = vec![(p.units.ids.len() as i64).into(), prints[1].as_str().into()];
        insert(&mut self.db, "wangge_revision", &["units", "fingerprint"], [revision]).await?;
        if let Some(plan) = &p.plan {
            self.plan(plan).await?;
        }
        let contents =
            schema::OWN_NAMES.map(|t| vec![t.into(), "attributes".into(), t.into(), LAST_CHANGE.into()]);
        insert(
            &mut self.db,
            "gpkg_contents",
            &["table_name", "data_type", "identifier", "last_change"],
            contents,
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
        insert(&mut self.db, "wangge_plan", &names, [row]).await?;
        let labels = plan
            .labels
            .iter()
            .enumerate()
            .map(|(unit, &cell)| vec![1_i64.into(), (unit as i64).into(), i64::from(cell).into()]);
        insert(&mut self.db, "wangge_label", &["plan", "unit", "cell"], labels.collect::<Vec<_>>()).await
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

    async fn layers(&mut self, p: &Project, columns: &[String]) -> sqlx::Result<()> {
        let b = &p.boundary;
        let row = vec![b.name.as_str().into(), b.note.as_str().into(), b.attribution.as_str().into()];
        self.layer("boundary", &["name", "note", "attribution"], std::iter::once((&b.region, row))).await?;

        let (u, plan) = (&p.units, p.plan.as_ref());
        let parent = |i: Option<u32>| -> [Cell; 2] {
            [
                i.and_then(|i| u.parent_names.get(i as usize)).map(String::as_str).into(),
                i.map(i64::from).into(),
            ]
        };
        let units = u.ids.iter().zip(&u.regions).enumerate().map(|(i, (id, region))| {
            let [name, number] = parent(u.parents.get(i).copied());
            let cell = plan.and_then(|p| p.cells.get(*p.labels.get(i)? as usize));
            let mut row = vec![id.as_str().into(), name, number, cell.map(|c| c.code.as_str()).into()];
            row.extend(u.criteria.iter().map(|c| match (c.loads.get(i), c.scale) {
                (Some(&load), 1) => Cell::Int(load),
                (Some(&load), scale) => Cell::Real(load as f64 / scale as f64),
                (None, _) => Cell::Null,
            }));
            (region, row)
        });
        let names: Vec<&str> = ["id", "parent", "parent_no", "cell"]
            .into_iter()
            .chain(columns.iter().map(String::as_str))
            .collect();
        self.layer("units", &names, units).await?;

        let cells = plan.map(|p| p.cells.as_slice()).unwrap_or_default();
        let cells = cells.iter().map(|c: &GridCell| {
            let [name, number] = parent(c.parent);
            let figures = json!(c.figures).to_string();
            (&c.region, vec![c.code.as_str().into(), c.name.as_str().into(), name, number, figures.into()])
        });
        self.layer("cells", &["code", "name", "parent", "parent_no", "figures"], cells).await
    }

    /// One feature table with its extent, its geometry column and its spatial index.
    async fn layer<'r>(
        &mut self,
        table: &'static str,
        columns: &[&str],
        rows: impl Iterator<Item = (&'r Region, Vec<Cell>)>,
    ) -> sqlx::Result<()> {
        let (frame, srs_id) = (self.frame, self.srs_id);
        let (mut index, mut extent): (Vec<Vec<Cell>>, Option<[f64; 4]>) = (Vec::new(), None);
        let rows = rows.enumerate().map(|(i, (region, mut row))| {
            let envelope = region.bounds().map(|Bounds { min, max }| {
                let ([x0, y0], [x1, y1]) = (frame.to_projected_m(min), frame.to_projected_m(max));
                [x0, x1, y0, y1]
            });
            if let Some([x0, x1, y0, y1]) = envelope {
                index.push(vec![(i as i64 + 1).into(), x0.into(), x1.into(), y0.into(), y1.into()]);
                let e = extent.get_or_insert([x0, x1, y0, y1]);
                *e = [e[0].min(x0), e[1].max(x1), e[2].min(y0), e[3].max(y1)];
            }
            row.insert(0, Cell::Blob(wkb::write_gpkg(region, srs_id, envelope, |p| frame.to_projected_m(p))));
            row
        });
        let names: Vec<&str> = std::iter::once("geom").chain(columns.iter().copied()).collect();
        insert(&mut self.db, table, &names, rows).await?;
        insert(&mut self.db, &format!("rtree_{table}_geom"), &["id", "minx", "maxx", "miny", "maxy"], index)
            .await?;
        let corner = |i: usize| Cell::from(extent.map(|e| e[i]));
        let contents = vec![
            table.into(),
            "features".into(),
            table.into(),
            LAST_CHANGE.into(),
            corner(0),
            corner(2),
            corner(1),
            corner(3),
            i64::from(srs_id).into(),
        ];
        let names = [
            "table_name",
            "data_type",
            "identifier",
            "last_change",
            "min_x",
            "min_y",
            "max_x",
            "max_y",
            "srs_id",
        ];
        insert(&mut self.db, "gpkg_contents", &names, [contents]).await?;
        let column = vec![
            table.into(),
            "geom".into(),
            "MULTIPOLYGON".into(),
            i64::from(srs_id).into(),
            0_i64.into(),
            0_i64.into(),
        ];
        let names = ["table_name", "column_name", "geometry_type_name", "srs_id", "z", "m"];
        insert(&mut self.db, "gpkg_geometry_columns", &names, [column]).await
    }
}
