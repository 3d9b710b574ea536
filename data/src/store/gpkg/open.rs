//! Reading back, and refusing what isn't ours or isn't whole.

use super::super::StoreError;
use super::super::model::{Boundary, Cell, Criterion, Plan, Project, Units};
use super::{FORMAT, LAYERS, fingerprint};
use crate::frame::Frame;
use crate::{sqlite, wkb};
use geo_types::{Geometry, LineString};
use partition::frame::{Polygon, Region, Ring};
use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Row};
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Async form of [`crate::store::open`].
///
/// # Errors
/// [`StoreError`].
pub async fn open(path: &Path) -> Result<Project, StoreError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|f| f.take(sqlite::MAGIC.len() as u64).read_to_end(&mut head))
        .map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    if head != sqlite::MAGIC {
        return Err(StoreError::NotSqlite { path: path.to_owned() });
    }
    let db = sqlite::open_readonly(path).await;
    let db = db.map_err(|source| StoreError::Sqlite { path: path.to_owned(), doing: "read", source })?;
    let mut reader = Reader { db, path, facts: HashMap::new() };
    let project = reader.project().await;
    sqlite::close(reader.db).await;
    project
}

struct Reader<'a> {
    db: SqliteConnection,
    path: &'a Path,
    facts: HashMap<String, String>,
}

impl Reader<'_> {
    fn damaged(&self, reason: impl ToString) -> StoreError {
        StoreError::Damaged { path: self.path.to_owned(), reason: reason.to_string() }
    }

    fn json<T: DeserializeOwned>(&self, what: &str, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|e| self.damaged(format!("{what}: {e}")))
    }

    fn fact<T: DeserializeOwned>(&self, key: &str) -> Result<T, StoreError> {
        let text =
            self.facts.get(key).ok_or_else(|| self.damaged(format!("wangge_project lacks '{key}'")))?;
        self.json(key, text)
    }

    async fn rows(&mut self, sql: impl Into<String>) -> Result<Vec<SqliteRow>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(sql.into())).fetch_all(&mut self.db).await;
        rows.map_err(|source| StoreError::Sqlite { path: self.path.to_owned(), doing: "read", source })
    }

    async fn project(&mut self) -> Result<Project, StoreError> {
        if self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'wangge_project'").await?.is_empty() {
            return Err(StoreError::NotAProject { path: self.path.to_owned() });
        }
        for row in self.rows("SELECT key, value FROM wangge_project").await? {
            self.facts.insert(self.get(&row, "key")?, self.get(&row, "value")?);
        }
        let found = self.fact::<i64>("format")?;
        if found > FORMAT {
            return Err(StoreError::Newer { path: self.path.to_owned(), found, known: FORMAT });
        }
        let mut project =
            Project { name: self.fact("name")?, frame: self.fact("frame")?, ..Project::default() };
        let frame = Frame::from_definition(&project.frame)?;
        project.boundary = self.boundary(&frame).await?;
        project.units = self.units(&frame).await?;
        project.plan = self.plan(&frame).await?;
        let stored: Vec<String> = self.fact("fingerprints")?;
        let changed = LAYERS
            .into_iter()
            .zip(fingerprint::of(&project))
            .zip(stored)
            .find(|((_, now), then)| now != then);
        match changed {
            Some(((layer, _), _)) => Err(StoreError::ForeignChange { path: self.path.to_owned(), layer }),
            None => self.check_labels(project),
        }
    }

    /// Comes after the fingerprints: a cell deleted in QGIS is a foreign change, not damage.
    fn check_labels(&self, project: Project) -> Result<Project, StoreError> {
        if let Some(plan) = &project.plan {
            let (units, cells) = (project.units.ids.len(), plan.cells.len());
            if plan.labels.len() != units || plan.labels.iter().any(|&l| l as usize >= cells) {
                let labels = plan.labels.len();
                return Err(self.damaged(format!("{labels} labels for {units} units and {cells} cells")));
            }
        }
        Ok(project)
    }

    async fn boundary(&mut self, frame: &Frame) -> Result<Boundary, StoreError> {
        let rows = self.rows("SELECT geom, name, note, attribution FROM boundary ORDER BY fid").await?;
        let [row] = rows.as_slice() else {
            return Err(StoreError::ForeignChange { path: self.path.to_owned(), layer: "boundary" });
        };
        Ok(Boundary {
            region: self.region(row, "boundary", frame)?,
            name: self.text(row, "name", "boundary")?,
            note: self.text(row, "note", "boundary")?,
            attribution: self.text(row, "attribution", "boundary")?,
        })
    }

    async fn units(&mut self, frame: &Frame) -> Result<Units, StoreError> {
        let mut units = Units {
            kind: self.fact("unit_kind")?,
            parent_names: self.fact("parent_names")?,
            ..Units::default()
        };
        let mut columns = Vec::new();
        for row in
            self.rows("SELECT name, column_name, scale, estimate FROM wangge_criterion ORDER BY id").await?
        {
            columns.push(self.get::<String>(&row, "column_name")?);
            units.criteria.push(Criterion {
                name: self.get(&row, "name")?,
                scale: self.get(&row, "scale")?,
                estimate: self.get(&row, "estimate")?,
                loads: Vec::new(),
            });
        }
        let has_parents: bool = self.fact("has_parents")?;
        for row in self.rows("SELECT * FROM units ORDER BY fid").await? {
            units.ids.push(self.text(&row, "id", "units")?);
            units.regions.push(self.region(&row, "units", frame)?);
            if has_parents {
                units.parents.push(self.loaded::<u32>(&row, "parent_no", "units")?);
            }
            for (criterion, column) in units.criteria.iter_mut().zip(&columns) {
                let load = if criterion.scale == 1 {
                    self.loaded(&row, column, "units")?
                } else {
                    (self.loaded::<f64>(&row, column, "units")? * criterion.scale as f64).round() as i64
                };
                criterion.loads.push(load);
            }
        }
        Ok(units)
    }

    async fn plan(&mut self, frame: &Frame) -> Result<Option<Plan>, StoreError> {
        let rows = self
            .rows("SELECT id, name, seed, options, inputs, certificate FROM wangge_plan ORDER BY id LIMIT 1")
            .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let id: i64 = self.get(row, "id")?;
        let certificate: Option<String> = self.get(row, "certificate")?;
        let mut plan = Plan {
            name: self.get(row, "name")?,
            seed: self.get::<String>(row, "seed")?.parse().map_err(|e| self.damaged(format!("seed: {e}")))?,
            options: self.json("options", &self.get::<String>(row, "options")?)?,
            inputs: self.json("inputs", &self.get::<String>(row, "inputs")?)?,
            certificate: certificate.map(|c| self.json("certificate", &c)).transpose()?,
            ..Plan::default()
        };
        for row in self.rows("SELECT geom, code, name, parent_no, figures FROM cells ORDER BY fid").await? {
            plan.cells.push(Cell {
                code: self.text(&row, "code", "cells")?,
                name: self.text(&row, "name", "cells")?,
                parent: self.loaded(&row, "parent_no", "cells")?,
                figures: self.json("figures", &self.text(&row, "figures", "cells")?)?,
                region: self.region(&row, "cells", frame)?,
            });
        }
        for row in
            self.rows(format!("SELECT unit, cell FROM wangge_label WHERE plan = {id} ORDER BY unit")).await?
        {
            if self.get::<i64>(&row, "unit")? != plan.labels.len() as i64 {
                return Err(self.damaged("wangge_label skips a unit"));
            }
            plan.labels.push(self.get(&row, "cell")?);
        }
        Ok(Some(plan))
    }

    /// A value of one of our own tables: wrong means damaged.
    fn get<T>(&self, row: &SqliteRow, column: &str) -> Result<T, StoreError>
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        row.try_get(column).map_err(|e| self.damaged(e))
    }

    /// A value of a layer: wrong means that somebody edited it.
    fn loaded<T>(&self, row: &SqliteRow, column: &str, layer: &'static str) -> Result<T, StoreError>
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
    {
        row.try_get_unchecked(column)
            .map_err(|_| StoreError::ForeignChange { path: self.path.to_owned(), layer })
    }

    fn text(&self, row: &SqliteRow, column: &str, layer: &'static str) -> Result<String, StoreError> {
        self.loaded(row, column, layer)
    }

    fn region(&self, row: &SqliteRow, layer: &'static str, frame: &Frame) -> Result<Region, StoreError> {
        let blob: Vec<u8> = self.loaded(row, "geom", layer)?;
        let region = wkb::read_gpkg(&blob).ok().and_then(|read| match read.geometry {
            Geometry::MultiPolygon(m) => m.0.iter().map(|p| polygon(p, frame)).collect::<Option<_>>(),
            _ => None,
        });
        let parts = region.ok_or_else(|| StoreError::ForeignChange { path: self.path.to_owned(), layer })?;
        Ok(Region { parts })
    }
}

fn polygon(p: &geo_types::Polygon<f64>, frame: &Frame) -> Option<Polygon> {
    let ring = |line: &LineString<f64>| -> Option<Ring> {
        let mut ring = line.0.iter().map(|c| frame.from_projected_m([c.x, c.y])).collect::<Option<Ring>>()?;
        ring.pop();
        Some(ring)
    };
    Some(Polygon {
        shell: ring(p.exterior())?,
        holes: p.interiors().iter().map(ring).collect::<Option<_>>()?,
    })
}
