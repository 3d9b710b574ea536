//! The feature layers: geometry in metres, extent, spatial index.

use super::super::model::Project;
use super::rows::{Cell, insert};
use super::save::Writer;
use super::schema::LAST_CHANGE;
use crate::wkb;
use partition::frame::{Bounds, Region};
use serde_json::json;

/// Features encoded at a time, so that a large layer is never in memory a second time as bytes.
const BATCH: usize = 500;

/// What a layer has beside its geometry: the attributes of feature `i`.
type Attributes<'a> = dyn Fn(usize) -> Vec<Cell> + Sync + 'a;

impl Writer<'_> {
    pub(super) async fn layers(&mut self, p: &Project, columns: &[String]) -> sqlx::Result<()> {
        let b = &p.boundary;
        let row =
            |_: usize| vec![b.name.as_str().into(), b.note.as_str().into(), b.attribution.as_str().into()];
        self.layer("boundary", &["name", "note", "attribution"], &[&b.region], &row).await?;

        let (u, plan) = (&p.units, p.plan.as_ref());
        let parent = |i: Option<u32>| -> [Cell; 2] {
            let name = i.and_then(|i| u.parent_names.get(i as usize));
            [name.map(String::as_str).into(), i.map(i64::from).into()]
        };
        let row = |i: usize| {
            let [name, number] = parent(u.parents.get(i).copied());
            let cell = plan.and_then(|p| p.cells.get(*p.labels.get(i)? as usize));
            let id = u.ids.get(i).map(String::as_str);
            let mut row = vec![id.into(), name, number, cell.map(|c| c.code.as_str()).into()];
            row.extend(u.criteria.iter().map(|c| match (c.loads.get(i), c.scale) {
                (Some(&load), 1) => Cell::Int(load),
                (Some(&load), scale) => Cell::Real(load as f64 / scale as f64),
                (None, _) => Cell::Null,
            }));
            row
        };
        let fixed = ["id", "parent", "parent_no", "cell"].into_iter();
        let names: Vec<&str> = fixed.chain(columns.iter().map(String::as_str)).collect();
        let regions: Vec<&Region> = u.regions.iter().collect();
        self.layer("units", &names, &regions, &row).await?;

        let cells = plan.map(|p| p.cells.as_slice()).unwrap_or_default();
        let row = |i: usize| {
            let Some(c) = cells.get(i) else { return vec![] };
            let [name, number] = parent(c.parent);
            let figures = json!(c.figures).to_string();
            vec![c.code.as_str().into(), c.name.as_str().into(), name, number, figures.into()]
        };
        let regions: Vec<&Region> = cells.iter().map(|c| &c.region).collect();
        self.layer("cells", &["code", "name", "parent", "parent_no", "figures"], &regions, &row).await
    }

    /// One feature table with its extent, its geometry column and its spatial index.
    async fn layer(
        &mut self,
        table: &str,
        columns: &[&str],
        regions: &[&Region],
        attributes: &Attributes<'_>,
    ) -> sqlx::Result<()> {
        let columns: Vec<&str> = std::iter::once("geom").chain(columns.iter().copied()).collect();
        let index_table = format!("rtree_{table}_geom");
        let mut extent: Option<[f64; 4]> = None;
        for (batch, some) in regions.chunks(BATCH).enumerate() {
            let (mut rows, mut index) = (Vec::new(), Vec::new());
            for (i, region) in (batch * BATCH..).zip(some) {
                let envelope = self.envelope(region);
                if let Some([x0, x1, y0, y1]) = envelope {
                    index.push(vec![(i as i64 + 1).into(), x0.into(), x1.into(), y0.into(), y1.into()]);
                    let e = extent.get_or_insert([x0, x1, y0, y1]);
                    *e = [e[0].min(x0), e[1].max(x1), e[2].min(y0), e[3].max(y1)];
                }
                let metres = |p| self.frame.to_projected_m(p);
                let mut row = vec![Cell::Blob(wkb::write_gpkg(region, self.srs_id, envelope, metres))];
                row.extend(attributes(i));
                rows.push(row);
            }
            insert(&mut self.db, table, &columns, rows).await?;
            insert(&mut self.db, &index_table, &["id", "minx", "maxx", "miny", "maxy"], index).await?;
        }
        self.describe(table, extent).await
    }

    /// Smallest and largest x, then y, in metres.
    fn envelope(&self, region: &Region) -> Option<[f64; 4]> {
        let Bounds { min, max } = region.bounds()?;
        let ([x0, y0], [x1, y1]) = (self.frame.to_projected_m(min), self.frame.to_projected_m(max));
        Some([x0, x1, y0, y1])
    }

    async fn describe(&mut self, table: &str, extent: Option<[f64; 4]>) -> sqlx::Result<()> {
        let srs = || Cell::Int(self.srs_id.into());
        let corner = |i: usize| Cell::from(extent.map(|e| e[i]));
        let mut contents: Vec<Cell> = vec![table.into(), "features".into(), table.into(), LAST_CHANGE.into()];
        contents.extend([corner(0), corner(2), corner(1), corner(3), srs()]);
        let column =
            vec![table.into(), "geom".into(), "MULTIPOLYGON".into(), srs(), Cell::Int(0), Cell::Int(0)];
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
        insert(&mut self.db, "gpkg_contents", &names, vec![contents]).await?;
        let names = ["table_name", "column_name", "geometry_type_name", "srs_id", "z", "m"];
        insert(&mut self.db, "gpkg_geometry_columns", &names, vec![column]).await
    }
}
