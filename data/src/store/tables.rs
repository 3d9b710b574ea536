//! The attribute tables, the same in both back ends.
//!
//! | table | holds |
//! |---|---|
//! | `wangge_project` | key → JSON: format version, name, frame, unit kind, parents, fingerprints, which version the layers show |
//! | `wangge_criterion` | name, column in `units`, scale, estimate note |
//! | `wangge_revision` | base revisions: number of units and fingerprint |
//! | `wangge_plan` | one for each network: name, criterion, seed, options, inputs; certificate of what the layers show |
//! | `wangge_cell` | the cells of a plan by number: code, name, parent, kind. Only grows |
//! | `wangge_version` | versions by number; the labels each *began* with, as 32-bit little-endian numbers |
//! | `wangge_operation` | what was done to a version since, in order. Only grows |
//! | `wangge_person`, `wangge_organisation`, `wangge_assignment`, `wangge_absence` | people |
//! | `wangge_token` | argon2id hashes |
//! | `wangge_audit` | who did what. Only grows |

use super::dialect::Dialect;

/// A table: columns beside its number `id`, each with its declaration.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, &'static str)],
    /// What else must be unique, as SQL.
    pub(super) unique: &'static [&'static str],
}

const INT: &str = "INTEGER NOT NULL";
const INT_OR_NOT: &str = "INTEGER";
const TEXT: &str = "TEXT NOT NULL";
const TEXT_OR_NOT: &str = "TEXT";
const BLOB: &str = "BLOB NOT NULL";

pub(super) const PROJECT: Table =
    Table { name: "wangge_project", columns: &[("key", TEXT), ("value", TEXT)], unique: &["key"] };
pub(super) const CRITERION: Table = Table {
    name: "wangge_criterion",
    columns: &[("name", TEXT), ("column_name", TEXT), ("scale", INT), ("estimate", TEXT_OR_NOT)],
    unique: &[],
};
pub(super) const REVISION: Table =
    Table { name: "wangge_revision", columns: &[("units", INT), ("fingerprint", TEXT)], unique: &[] };
pub(super) const PLAN: Table = Table {
    name: "wangge_plan",
    columns: &[
        ("network", TEXT),
        ("name", TEXT),
        ("balance", TEXT),
        ("revision", INT),
        ("seed", TEXT),
        ("options", TEXT),
        ("inputs", TEXT),
        ("certificate", TEXT_OR_NOT),
    ],
    unique: &["network"],
};
pub(super) const CELL: Table = Table {
    name: "wangge_cell",
    columns: &[
        ("plan", INT),
        ("number", INT),
        ("code", TEXT),
        ("name", TEXT),
        ("parent", INT_OR_NOT),
        ("kind", TEXT),
    ],
    unique: &["plan, number", "plan, code"],
};
pub(super) const VERSION: Table = Table {
    name: "wangge_version",
    columns: &[
        ("plan", INT),
        ("state", TEXT),
        ("based_on", INT_OR_NOT),
        ("author", TEXT),
        ("created_at", TEXT_OR_NOT),
        ("published_at", TEXT_OR_NOT),
        ("note", TEXT),
        ("cells", INT),
        ("labels", BLOB),
        ("fingerprint", TEXT_OR_NOT),
    ],
    unique: &[],
};
pub(super) const OPERATION: Table = Table {
    name: "wangge_operation",
    columns: &[
        ("version", INT),
        ("number", INT),
        ("operation", TEXT),
        ("moves", TEXT),
        ("cells", INT),
        ("author", TEXT),
        ("at", TEXT),
    ],
    unique: &["version, number"],
};
pub(super) const ORGANISATION: Table = Table {
    name: "wangge_organisation",
    columns: &[("code", TEXT), ("name", TEXT), ("kind", TEXT_OR_NOT), ("duty_phone", TEXT_OR_NOT)],
    unique: &["code"],
};
pub(super) const PERSON: Table = Table {
    name: "wangge_person",
    columns: &[
        ("code", TEXT),
        ("name", TEXT),
        ("organisation", TEXT_OR_NOT),
        ("post", TEXT_OR_NOT),
        ("duty_phone", TEXT_OR_NOT),
        ("mobile", TEXT_OR_NOT),
        ("published_basis", TEXT_OR_NOT),
        ("published_since", TEXT_OR_NOT),
    ],
    unique: &["code"],
};
pub(super) const ASSIGNMENT: Table = Table {
    name: "wangge_assignment",
    columns: &[
        ("plan", INT),
        ("person", TEXT_OR_NOT),
        ("organisation", TEXT_OR_NOT),
        ("role", TEXT),
        ("tenure", TEXT_OR_NOT),
        ("place_kind", TEXT),
        ("place", TEXT_OR_NOT),
        ("slot", TEXT_OR_NOT),
        ("from_day", TEXT),
        ("to_day", TEXT_OR_NOT),
        ("basis", TEXT_OR_NOT),
    ],
    unique: &[],
};
pub(super) const ABSENCE: Table = Table {
    name: "wangge_absence",
    columns: &[("person", TEXT), ("from_day", TEXT), ("to_day", TEXT_OR_NOT)],
    unique: &[],
};
pub(super) const TOKEN: Table = Table {
    name: "wangge_token",
    columns: &[
        ("code", TEXT),
        ("name", TEXT),
        ("role", TEXT),
        ("scope", TEXT),
        ("hash", TEXT),
        ("created_at", TEXT),
        ("revoked_at", TEXT_OR_NOT),
    ],
    unique: &["code"],
};
pub(super) const AUDIT: Table = Table {
    name: "wangge_audit",
    columns: &[("at", TEXT), ("actor", TEXT), ("action", TEXT), ("target", TEXT), ("detail", TEXT)],
    unique: &[],
};

/// What describes the ground; written once.
pub(super) const GROUND: [&Table; 3] = [&PROJECT, &CRITERION, &REVISION];

/// What people work on.
pub(super) const LIVE: [&Table; 10] =
    [&PLAN, &CELL, &VERSION, &OPERATION, &ORGANISATION, &PERSON, &ASSIGNMENT, &ABSENCE, &TOKEN, &AUDIT];

impl Table {
    /// The statement that makes it. A GeoPackage's attribute tables have an integer primary key (clause 2.4).
    pub(super) fn create(&self, dialect: Dialect) -> String {
        let columns: String = self.columns.iter().map(|(name, kind)| format!(", {name} {kind}")).collect();
        let unique: String = self.unique.iter().map(|u| format!(", UNIQUE ({u})")).collect();
        dialect.ddl(&format!("CREATE TABLE {} (id INTEGER PRIMARY KEY{columns}{unique});", self.name))
    }

    /// The names of all columns, the number first.
    pub(super) fn names(&self) -> Vec<&'static str> {
        std::iter::once("id").chain(self.columns.iter().map(|c| c.0)).collect()
    }
}
