//! Tables, coordinate systems and triggers, as the standard has them.

use super::super::read::LAYERS;
use crate::frame::Frame;

/// Id of a coordinate system that EPSG doesn't know; GDAL too counts own ones from 100 000.
const OWN_SRS: i32 = 100_000;

/// Any fixed moment: the file's own date says when it was written, and equal projects give equal bytes.
pub(in crate::store) const LAST_CHANGE: &str = "2000-01-01T00:00:00.000Z";

/// `GPKG` and version 1.3 (clause 1.1.1.1): 1.4 changes nothing we use, and GDAL 3.6 warns about it.
pub(in crate::store) const HEADER: &str =
    "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300; PRAGMA encoding = 'UTF-8';";

/// Clause 1.1.2, 1.1.3, 2.1.5, 2.3.1 and annex F.9.
pub(in crate::store) const STANDARD_TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
";

/// A row of `gpkg_spatial_ref_sys`.
pub(in crate::store) struct Srs {
    pub(in crate::store) id: i32,
    pub(in crate::store) name: String,
    pub(in crate::store) organization: &'static str,
    pub(in crate::store) definition: String,
}

/// The three rows requirement 11 asks for.
pub(in crate::store) fn standard_srs() -> Vec<Srs> {
    let wgs84 = crs_definitions::from_code(4326).map(|d| d.wkt.to_owned()).unwrap_or_default();
    let undefined =
        |id, name: &str| Srs { id, name: name.into(), organization: "NONE", definition: "undefined".into() };
    vec![
        undefined(-1, "Undefined Cartesian SRS"),
        undefined(0, "Undefined geographic SRS"),
        Srs { id: 4326, name: "WGS 84 geodetic".into(), organization: "EPSG", definition: wgs84 },
    ]
}

/// The frame's id, and its row unless it is one of the standard ones.
pub(in crate::store) fn frame_srs(frame: &Frame) -> (i32, Option<Srs>) {
    let (Some(crs), Some(definition)) = (frame.crs(), frame.wkt()) else { return (-1, None) };
    let name = definition.split('"').nth(1).unwrap_or("frame").to_owned();
    let (id, organization) = crs.epsg().map_or((OWN_SRS, "wangge"), |code| (code.into(), "EPSG"));
    (id, Some(Srs { id, name, organization, definition }))
}

/// The spatial index of every layer (annex F.3): virtual tables, to be filled before the triggers exist.
pub(in crate::store) fn rtree_tables() -> String {
    LAYERS
        .map(|t| format!("CREATE VIRTUAL TABLE rtree_{t}_geom USING rtree(id, minx, maxx, miny, maxy);"))
        .concat()
}

/// Annex F.3's triggers. They call ST_ functions that only GDAL, QGIS and SpatiaLite have: with them in place plain SQLite can't
/// insert any more, so they come last.
pub(in crate::store) fn rtree_triggers() -> String {
    const TRIGGERS: &str = "
CREATE TRIGGER rtree_T_geom_insert AFTER INSERT ON T WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
  INSERT OR REPLACE INTO rtree_T_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER rtree_T_geom_update1 AFTER UPDATE OF geom ON T WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
  INSERT OR REPLACE INTO rtree_T_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER rtree_T_geom_update2 AFTER UPDATE OF geom ON T WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)) BEGIN
  DELETE FROM rtree_T_geom WHERE id = OLD.fid; END;
CREATE TRIGGER rtree_T_geom_update3 AFTER UPDATE ON T WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
  DELETE FROM rtree_T_geom WHERE id = OLD.fid;
  INSERT OR REPLACE INTO rtree_T_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;
CREATE TRIGGER rtree_T_geom_update4 AFTER UPDATE ON T WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)) BEGIN
  DELETE FROM rtree_T_geom WHERE id IN (OLD.fid, NEW.fid); END;
CREATE TRIGGER rtree_T_geom_delete AFTER DELETE ON T WHEN old.geom NOT NULL BEGIN
  DELETE FROM rtree_T_geom WHERE id = OLD.fid; END;
";
    LAYERS
        .map(|t| TRIGGERS.replace("_T_", &format!("_{t}_")).replace(" ON T ", &format!(" ON {t} ")))
        .concat()
}

/// Takes those triggers away, so that layers can be written.
pub(in crate::store) fn drop_rtree_triggers() -> String {
    const NAMES: [&str; 6] = ["insert", "update1", "update2", "update3", "update4", "delete"];
    LAYERS.map(|t| NAMES.map(|n| format!("DROP TRIGGER IF EXISTS rtree_{t}_geom_{n};")).concat()).concat()
}
