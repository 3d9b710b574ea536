//! The feature layers: geometry in metres, extent, spatial index.

use super::dialect::{Dialect, envelope};
use super::gpkg;
use super::model::Project;
use super::rows::{Field, run, select};
use super::snapshot::Shown;
use super::write::Writer;
use partition::frame::Region;
use serde_json::json;
use sqlx::Row;
use std::collections::BTreeMap;

/// Features encoded at a time, so that a large layer is never in memory a second time as bytes.
const BATCH: usize = 500;

/// What a layer has beside its geometry: the attributes of feature `i`.
type Attributes<'a> = dyn Fn(usize) -> Vec<Field> + Sync + 'a;

impl Writer<'_> {
    /// Fills all three layers, which are empty so far.
    pub(super) async fn layers(&mut self, p: &Project, columns: &[String]) -> sqlx::Result<()> {
        let b = &p.boundary;
        let row =
            |_: usize| vec![b.name.as_str().into(), b.note.as_str().into(), b.attribution.as_str().into()];
        self.layer("boundary", &["name", "note", "attribution"], &[&b.region], &row).await?;
        let (u, codes) = (&p.units, codes(p));
        let row = |i: usize| {
            let [name, number] = parent(p, u.parents.get(i).copied());
            let id = u.ids.get(i).map(String::as_str);
            let mut row = vec![id.into(), name, number, codes.get(i).copied().into()];
            row.extend(u.criteria.iter().map(|c| match (c.loads.get(i), c.scale) {
                (Some(&load), 1) => Field::Int(load),
                (Some(&load), scale) => Field::Real(load as f64 / scale as f64),
                (None, _) => Field::Null,
            }));
            row
        };
        let fixed = ["id", "parent", "parent_no", "cell"].into_iter();
        let names: Vec<&str> = fixed.chain(columns.iter().map(String::as_str)).collect();
        let regions: Vec<&Region> = u.regions.iter().collect();
        self.layer("units", &names, &regions, &row).await?;
        self.cells(p).await
    }

    /// Makes the layers say what the plan of `new` says.
    pub(super) async fn show(&mut self, new: &Project, shown: Shown) -> sqlx::Result<()> {
        let in_file = matches!(self.dialect, Dialect::GeoPackage { .. });
        if in_file {
            self.batch(&gpkg::schema::drop_rtree_triggers()).await?;
            self.batch("DELETE FROM rtree_cells_geom; DELETE FROM gpkg_geometry_columns WHERE table_name = 'cells'; DELETE FROM gpkg_contents WHERE table_name = 'cells';").await?;
        }
        self.batch("DELETE FROM cells;").await?;
        self.cells(new).await?;
        let before = select(self.db, "SELECT cell FROM units ORDER BY fid", vec![]).await?;
        let mut changed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (i, (row, code)) in before.iter().zip(codes(new)).enumerate() {
            if row.try_get::<Option<String>, _>("cell")?.as_deref() != Some(code) {
                changed.entry(code).or_default().push((i + 1).to_string());
            }
        }
        for (code, fids) in changed {
            for fids in fids.chunks(5_000) {
                let sql = format!("UPDATE units SET cell = $1 WHERE fid IN ({})", fids.join(","));
                run(self.db, sql, vec![code.into()]).await?;
            }
        }
        let certificate = new.plan.as_ref().and_then(|p| p.certificate.as_ref()).map(ToString::to_string);
        let sql = if certificate.is_some() {
            "UPDATE wangge_plan SET certificate = $1 WHERE id = (SELECT MIN(id) FROM wangge_plan)"
        } else {
            "UPDATE wangge_plan SET certificate = NULL WHERE id = (SELECT MIN(id) FROM wangge_plan)"
        };
        run(self.db, sql.into(), certificate.into_iter().map(Field::from).collect()).await?;
        self.facts(new, Some(shown)).await?;
        if in_file {
            self.batch(&gpkg::schema::rtree_triggers()).await?;
        }
        Ok(())
    }

    async fn cells(&mut self, p: &Project) -> sqlx::Result<()> {
        let cells = p.plan.as_ref().map(|p| p.cells.as_slice()).unwrap_or_default();
        let row = |i: usize| {
            let Some(c) = cells.get(i) else { return vec![] };
            let [name, number] = parent(p, c.parent);
            let figures = json!(c.figures).to_string();
            let kind = c.kind.as_str().into();
            vec![c.code.as_str().into(), c.name.as_str().into(), name, number, figures.into(), kind]
        };
        let regions: Vec<&Region> = cells.iter().map(|c| &c.region).collect();
        let columns = ["code", "name", "parent", "parent_no", "figures", "kind"];
        self.layer("cells", &columns, &regions, &row).await
    }

    /// One feature table; in a file with its extent, its geometry column and its spatial index.
    async fn layer(
        &mut self,
        table: &str,
        columns: &[&str],
        regions: &[&Region],
        attributes: &Attributes<'_>,
    ) -> sqlx::Result<()> {
        let columns: Vec<&str> = ["fid", "geom"].into_iter().chain(columns.iter().copied()).collect();
        let index_table = format!("rtree_{table}_geom");
        let mut extent: Option<[f64; 4]> = None;
        for (batch, some) in regions.chunks(BATCH).enumerate() {
            let (mut rows, mut index) = (Vec::new(), Vec::new());
            for (fid, region) in (batch * BATCH + 1..).zip(some) {
                let fid = fid as i64;
                if let Some([x0, x1, y0, y1]) = envelope(region, self.frame) {
                    index.push(vec![fid.into(), x0.into(), x1.into(), y0.into(), y1.into()]);
                    let e = extent.get_or_insert([x0, x1, y0, y1]);
                    *e = [e[0].min(x0), e[1].max(x1), e[2].min(y0), e[3].max(y1)];
                }
                let mut row = vec![fid.into(), self.dialect.shape(region, self.frame)];
                row.extend(attributes(fid as usize - 1));
                rows.push(row);
            }
            self.insert(table, &columns, rows).await?;
            if let Dialect::GeoPackage { .. } = self.dialect {
                self.insert(&index_table, &["id", "minx", "maxx", "miny", "maxy"], index).await?;
            }
        }
        match self.dialect {
            Dialect::GeoPackage { srs_id } => self.describe(table, "MULTIPOLYGON", srs_id, extent).await,
            Dialect::PostGis { .. } => Ok(()),
        }
    }
}

/// Name and number of a parent.
fn parent(p: &Project, i: Option<u32>) -> [Field; 2] {
    let name = i.and_then(|i| p.units.parent_names.get(i as usize));
    [name.map(String::as_str).into(), i.into()]
}

/// The code of each unit's cell; nothing without a plan.
fn codes(p: &Project) -> Vec<&str> {
    let Some(plan) = &p.plan else { return Vec::new() };
    plan.labels.iter().map_while(|&l| plan.cells.get(l as usize)).map(|c| c.code.as_str()).collect()
}
