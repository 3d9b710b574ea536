//! Reading a project back, and refusing what isn't ours or isn't whole.

use super::StoreError;
use super::dialect::Dialect;
use super::fingerprint;
use super::model::{Boundary, Cell, CellKind, Criterion, Plan, Project, Units};
use super::rows::{self, Field, get, json, select};
use super::snapshot::Shown;
use super::write::FORMAT;
use crate::frame::Frame;
use crate::sqlite::quote;
use geo_types::{Geometry, LineString};
use partition::frame::{Polygon, Region, Ring};
use serde::de::DeserializeOwned;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{Any, Decode, Row, Type};
use std::collections::HashMap;

/// The feature layers, in the order they are written.
pub(super) const LAYERS: [&str; 3] = ["boundary", "units", "cells"];

/// A project being read.
pub(super) struct Reader<'a> {
    db: &'a mut AnyConnection,
    dialect: Dialect,
    store: &'a str,
    facts: HashMap<String, String>,
}

impl<'a> Reader<'a> {
    /// Sees that it is a project, and reads its facts.
    pub(super) async fn new(
        db: &'a mut AnyConnection,
        dialect: Dialect,
        store: &'a str,
    ) -> Result<Self, StoreError> {
        let mut reader = Self { db, dialect, store, facts: HashMap::new() };
        let table: Vec<Field> = vec!["wangge_project".into()];
        if reader.rows_with(dialect.has_table(), table).await?.is_empty() {
            return Err(match dialect {
                Dialect::GeoPackage { .. } => StoreError::NotAProject { store: store.into() },
                Dialect::PostGis { .. } => StoreError::NoProject { store: store.into() },
            });
        }
        for row in reader.rows("SELECT key, value FROM wangge_project").await? {
            reader.facts.insert(get(&row, "key", store)?, get(&row, "value", store)?);
        }
        let found = reader.format()?;
        if found > FORMAT {
            return Err(StoreError::Newer { store: store.into(), found, known: FORMAT });
        }
        Ok(reader)
    }

    /// The version its tables have.
    pub(super) fn format(&self) -> Result<i64, StoreError> {
        self.fact("format")
    }

    /// The frame its regions are in.
    pub(super) fn frame(&self) -> Result<Frame, StoreError> {
        Ok(Frame::from_definition(&self.fact::<String>("frame")?)?)
    }

    /// What the layers show.
    pub(super) fn shown(&self) -> Result<Option<Shown>, StoreError> {
        self.fact("shown")
    }

    fn damaged(&self, reason: impl ToString) -> StoreError {
        StoreError::Damaged { store: self.store.into(), reason: reason.to_string() }
    }

    fn foreign(&self, layer: &'static str) -> StoreError {
        StoreError::ForeignChange { store: self.store.into(), layer }
    }

    fn fact<T: DeserializeOwned>(&self, key: &str) -> Result<T, StoreError> {
        let text =
            self.facts.get(key).ok_or_else(|| self.damaged(format!("wangge_project lacks '{key}'")))?;
        json(text, key, self.store)
    }

    async fn rows(&mut self, sql: impl Into<String>) -> Result<Vec<AnyRow>, StoreError> {
        self.rows_with(sql, Vec::new()).await
    }

    async fn rows_with(
        &mut self,
        sql: impl Into<String>,
        values: Vec<Field>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let rows = select(self.db, sql, values).await;
        rows.map_err(|source| StoreError::Database { store: self.store.into(), doing: "read", source })
    }

    /// The project, with the plan that its layers show.
    pub(super) async fn project(&mut self) -> Result<Project, StoreError> {
        let mut project =
            Project { name: self.fact("name")?, frame: self.fact("frame")?, ..Project::default() };
        let frame = Frame::from_definition(&project.frame)?;
        project.boundary = self.boundary(&frame).await?;
        let codes;
        (project.units, codes) = self.units(&frame).await?;
        project.plan = self.plan(&frame).await?;
        if let Some(plan) = &mut project.plan {
            let number: HashMap<&str, u32> = plan.cells.iter().map(|c| c.code.as_str()).zip(0..).collect();
            plan.labels = codes.iter().map_while(|c| number.get(c.as_deref()?).copied()).collect();
        }
        let stored: Vec<String> = self.fact("fingerprints")?;
        let layers = LAYERS.into_iter().chain(["units"]);
        let changed = layers.zip(fingerprint::of(&project)).zip(stored).find(|((_, now), then)| now != then);
        match changed {
            Some(((layer, _), _)) => Err(self.foreign(layer)),
            None if project.plan.as_ref().is_some_and(|p| p.labels.len() != project.units.ids.len()) => {
                Err(self.foreign("units"))
            }
            None => Ok(project),
        }
    }

    async fn boundary(&mut self, frame: &Frame) -> Result<Boundary, StoreError> {
        let shape = self.dialect.select_shape();
        let rows =
            self.rows(format!("SELECT {shape}, name, note, attribution FROM boundary ORDER BY fid")).await?;
        let [row] = rows.as_slice() else { return Err(self.foreign("boundary")) };
        Ok(Boundary {
            region: self.region(row, "boundary", frame)?,
            name: self.loaded(row, "name", "boundary")?,
            note: self.loaded(row, "note", "boundary")?,
            attribution: self.loaded(row, "attribution", "boundary")?,
        })
    }

    /// The units, and for each the code of its cell.
    async fn units(&mut self, frame: &Frame) -> Result<(Units, Vec<Option<String>>), StoreError> {
        let mut units = Units {
            kind: self.fact("unit_kind")?,
            parent_names: self.fact("parent_names")?,
            // Projects made before borders had classes lack it.
            classes: match self.facts.get("border_classes") {
                Some(text) => json(text, "border_classes", self.store)?,
                None => Vec::new(),
            },
            ..Units::default()
        };
        let (mut columns, mut names) = (Vec::new(), String::new());
        for row in
            self.rows("SELECT name, column_name, scale, estimate FROM wangge_criterion ORDER BY id").await?
        {
            let column: String = get(&row, "column_name", self.store)?;
            names.push_str(", ");
            names.push_str(&quote(&column));
            columns.push(column);
            units.criteria.push(Criterion {
                name: get(&row, "name", self.store)?,
                scale: get(&row, "scale", self.store)?,
                estimate: get(&row, "estimate", self.store)?,
                loads: Vec::new(),
            });
        }
        let has_parents: bool = self.fact("has_parents")?;
        let mut codes = Vec::new();
        let shape = self.dialect.select_shape();
        let sql = format!("SELECT {shape}, id, parent_no, cell{names} FROM units ORDER BY fid");
        for row in self.rows(sql).await? {
            units.ids.push(self.loaded(&row, "id", "units")?);
            units.regions.push(self.region(&row, "units", frame)?);
            codes.push(self.loaded(&row, "cell", "units")?);
            if has_parents {
                units
                    .parents
                    .push(self.number(&row, "parent_no", "units")?.ok_or_else(|| self.foreign("units"))?);
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
        Ok((units, codes))
    }

    async fn plan(&mut self, frame: &Frame) -> Result<Option<Plan>, StoreError> {
        let rows = self
            .rows("SELECT name, seed, options, inputs, certificate FROM wangge_plan ORDER BY id LIMIT 1")
            .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let text = |column| get::<String>(row, column, self.store);
        let certificate: Option<String> = get(row, "certificate", self.store)?;
        let mut plan = Plan {
            name: text("name")?,
            seed: rows::parsed(row, "seed", self.store)?,
            options: json(&text("options")?, "options", self.store)?,
            inputs: json(&text("inputs")?, "inputs", self.store)?,
            certificate: certificate.map(|c| json(&c, "certificate", self.store)).transpose()?,
            ..Plan::default()
        };
        let shape = self.dialect.select_shape();
        // Cells of older projects are all base cells.
        let kind = if self.format()? < 3 { "'base' AS kind" } else { "kind" };
        let sql = format!("SELECT {shape}, code, name, parent_no, figures, {kind} FROM cells ORDER BY fid");
        for row in self.rows(sql).await? {
            plan.cells.push(Cell {
                code: self.loaded(&row, "code", "cells")?,
                name: self.loaded(&row, "name", "cells")?,
                kind: CellKind::of(&self.loaded::<String>(&row, "kind", "cells")?)
                    .ok_or_else(|| self.foreign("cells"))?,
                parent: self.number(&row, "parent_no", "cells")?,
                figures: json(&self.loaded::<String>(&row, "figures", "cells")?, "figures", self.store)?,
                region: self.region(&row, "cells", frame)?,
            });
        }
        Ok(Some(plan))
    }

    /// A value of a layer: wrong means that somebody edited it.
    fn loaded<T>(&self, row: &AnyRow, column: &str, layer: &'static str) -> Result<T, StoreError>
    where
        T: for<'r> Decode<'r, Any> + Type<Any>,
    {
        row.try_get(column).map_err(|_| self.foreign(layer))
    }

    fn number(&self, row: &AnyRow, column: &str, layer: &'static str) -> Result<Option<u32>, StoreError> {
        let n: Option<i64> = self.loaded(row, column, layer)?;
        n.map(|n| u32::try_from(n).map_err(|_| self.foreign(layer))).transpose()
    }

    fn region(&self, row: &AnyRow, layer: &'static str, frame: &Frame) -> Result<Region, StoreError> {
        let bytes: Vec<u8> = self.loaded(row, "geom", layer)?;
        let parts = self.dialect.read_shape(&bytes).and_then(|geometry| match geometry {
            Geometry::MultiPolygon(m) => m.0.iter().map(|p| polygon(p, frame)).collect::<Option<_>>(),
            _ => None,
        });
        Ok(Region { parts: parts.ok_or_else(|| self.foreign(layer))? })
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
