//! What the standard wants to be told about the tables of a file.

use super::super::model::Project;
use super::super::read::LAYERS;
use super::super::rows::Field;
use super::super::tables;
use super::super::write::Writer;
use super::schema::{self, LAST_CHANGE};

impl Writer<'_> {
    /// The coordinate systems: those that must be there, and the frame's.
    pub(super) async fn coordinate_systems(&mut self) -> sqlx::Result<()> {
        let mut systems = schema::standard_srs();
        let (_, own) = schema::frame_srs(self.frame);
        systems.extend(own.filter(|s| systems.iter().all(|t| t.id != s.id)));
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
        self.insert("gpkg_spatial_ref_sys", &columns, rows.collect()).await
    }

    /// That our tables are attribute tables.
    pub(in crate::store) async fn attribute_tables(&mut self, tables: &[&tables::Table]) -> sqlx::Result<()> {
        let rows = tables
            .iter()
            .map(|t| vec![t.name.into(), "attributes".into(), t.name.into(), LAST_CHANGE.into()]);
        let columns = ["table_name", "data_type", "identifier", "last_change"];
        self.insert("gpkg_contents", &columns, rows.collect()).await
    }

    /// A layer: its extent and its geometry column.
    pub(in crate::store) async fn describe(
        &mut self,
        table: &str,
        shape: &'static str,
        srs_id: i32,
        extent: Option<[f64; 4]>,
    ) -> sqlx::Result<()> {
        let srs = || Field::Int(srs_id.into());
        let corner = |i: usize| Field::from(extent.map(|e| e[i]));
        let mut contents: Vec<Field> =
            vec![table.into(), "features".into(), table.into(), LAST_CHANGE.into()];
        contents.extend([corner(0), corner(2), corner(1), corner(3), srs()]);
        let column = vec![table.into(), "geom".into(), shape.into(), srs(), Field::Int(0), Field::Int(0)];
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
        self.insert("gpkg_contents", &names, vec![contents]).await?;
        let names = ["table_name", "column_name", "geometry_type_name", "srs_id", "z", "m"];
        self.insert("gpkg_geometry_columns", &names, vec![column]).await
    }

    /// Titles and notes of columns (annex F.9), which QGIS shows as aliases and comments; the extensions in use.
    pub(super) async fn descriptions(&mut self, p: &Project, columns: &[String]) -> sqlx::Result<()> {
        let mut rows: Vec<Vec<Field>> = p
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
                    Field::Null,
                ]
            })
            .collect();
        rows.push(vec![
            "cells".into(),
            "figures".into(),
            "figures".into(),
            Field::Null,
            "application/json".into(),
        ]);
        let names = ["table_name", "column_name", "title", "description", "mime_type"];
        self.insert("gpkg_data_columns", &names, rows).await?;
        const SPEC: &str = "http://www.geopackage.org/spec131/#extension_";
        let extension = |table: &str, column: Field, name: &str, scope: &str| {
            vec![
                table.into(),
                column,
                format!("gpkg_{name}").into(),
                format!("{SPEC}{}", name.trim_end_matches("_index")).into(),
                scope.into(),
            ]
        };
        let mut rows: Vec<Vec<Field>> =
            LAYERS.map(|t| extension(t, "geom".into(), "rtree_index", "write-only")).into();
        rows.push(extension("gpkg_data_columns", Field::Null, "schema", "read-write"));
        rows.push(extension("gpkg_data_column_constraints", Field::Null, "schema", "read-write"));
        let names = ["table_name", "column_name", "extension_name", "definition", "scope"];
        self.insert("gpkg_extensions", &names, rows).await
    }
}
