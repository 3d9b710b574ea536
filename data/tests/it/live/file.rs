//! What only a file does.

use super::*;
use crate::support::run;
use data::store::model::CellKind;
use data::store::{open, save};
use sqlx::{Connection, SqliteConnection};
use std::fs;

fn names(place: &Place) -> Vec<String> {
    let dir = place.path().parent().unwrap();
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_one_file_again_after_closing() {
    let place = Place::file();
    block_on(async {
        let store = place.begin(&board()).await;
        let mut client = Client::new(&store).await;
        client.apply(&assign(&[2], 0)).await;
        assert!(names(&place).len() > 2, "{:?}", names(&place));
        store.close().await.unwrap();
    });
    assert_eq!(names(&place), ["网格 a?b#c%20d.gpkg"]);
    assert_eq!(open(place.path()).unwrap().plan.unwrap().labels[2], 0);
}

#[test]
fn one_process_at_a_time_works_on_a_file() {
    let place = Place::file();
    block_on(async {
        let store = place.begin(&board()).await;
        for refused in [
            Store::open(&place.location).await.map(drop),
            data::store::gpkg::save(place.path(), &board()).await,
        ] {
            match refused {
                Err(StoreError::InUse { holder, .. }) => {
                    assert!(holder.contains(&format!("process {} on ", std::process::id())), "{holder}");
                }
                other => panic!("{other:?}"),
            }
        }
        // Looking is free.
        assert_eq!(data::store::gpkg::open(place.path()).await.unwrap(), board());
        // The one who has it closes it for all its clones.
        let clone = store.clone();
        store.close().await.unwrap();
        assert!(clone.plans().await.is_err());
        place.open().await.close().await.unwrap();
    });
}

#[test]
fn a_file_left_open_is_settled_before_it_is_replaced() {
    let place = Place::file();
    block_on(async {
        let store = place.begin(&board()).await;
        let mut client = Client::new(&store).await;
        client.apply(&assign(&[2], 0)).await;
        // As after a kill: copies of the file and its log, without anybody who has them open.
        let left = Place::file();
        for end in ["", "-wal"] {
            let with = |p: &Path| format!("{}{end}", p.display());
            fs::copy(with(place.path()), with(left.path())).unwrap();
        }
        store.close().await.unwrap();
        assert_eq!(open(left.path()).unwrap(), board());
        // The operation is in the log only; it counts all the same.
        let lost = data::store::gpkg::save(left.path(), &board()).await;
        assert!(matches!(lost, Err(StoreError::HasHistory { work: "operations", .. })), "{lost:?}");
        assert_eq!(names(&left), ["网格 a?b#c%20d.gpkg"]);
        let store = left.open().await;
        assert_eq!(store.draft("grid").await.unwrap().draft, client.draft);
        store.close().await.unwrap();
    });
}

#[test]
fn what_people_did_is_not_written_over() {
    let place = Place::file();
    block_on(async {
        place.begin(&board()).await.close().await.unwrap();
        data::store::gpkg::save(place.path(), &Project { plan: None, ..board() }).await.unwrap();
        data::store::gpkg::save(place.path(), &board()).await.unwrap();
        let store = place.open().await;
        store.add_token(&planner(), "x", data::store::records::TokenRole::Viewer, "").await.unwrap();
        store.close().await.unwrap();
        let lost = data::store::gpkg::save(place.path(), &board()).await;
        assert!(matches!(lost, Err(StoreError::HasHistory { work: "tokens", .. })), "{lost:?}");
    });
}

#[test]
fn gdal_reads_and_edits_what_was_published() {
    let place = Place::file();
    block_on(async {
        let store = place.begin(&board()).await;
        let mut client = Client::new(&store).await;
        client.apply(&Operation::Split { units: vec![0, 8] }).await;
        store.publish("grid", client.etag, &planner(), "").await.unwrap();
        store.close().await.unwrap();
    });
    let file = place.path().to_str().unwrap();
    let Some(text) = run("ogrinfo", &["-so", "-al", file]) else { return };
    assert!(!text.contains("ERROR") && !text.contains("Warning"), "{text}");
    let cells = text.split("Layer name: cells\n").nth(1).unwrap();
    assert!(
        cells.contains("Feature Count: 5\n") && cells.contains("Extent: (500000.000000, 3400000.000000)"),
        "{cells}"
    );
    let found =
        run("ogrinfo", &["-q", "-spat", "500010", "3400010", "500020", "3400020", file, "cells"]).unwrap();
    assert!(found.contains("code (String) = 005") && found.matches("OGRFeature").count() == 1, "{found}");
    let text = run("ogrinfo", &[file, "-sql", "DELETE FROM cells WHERE fid = 2"]).unwrap();
    assert!(!text.contains("ERROR"), "{text}");
    assert!(matches!(open(place.path()), Err(StoreError::ForeignChange { layer: "cells", .. })));
}

#[test]
fn what_is_no_project_is_left_alone() {
    let place = Place::file();
    block_on(async {
        let missing = Store::open(&place.location).await.unwrap_err();
        assert!(matches!(missing, StoreError::Io { .. }), "{missing}");
        fs::write(place.path(), "hello").unwrap();
        assert!(matches!(Store::open(&place.location).await, Err(StoreError::NotSqlite { .. })));
        fs::remove_file(place.path()).unwrap();
        let mut db = SqliteConnection::connect_with(
            &sqlx::sqlite::SqliteConnectOptions::new().filename(place.path()).create_if_missing(true),
        )
        .await
        .unwrap();
        sqlx::raw_sql("CREATE TABLE notes (a)").execute(&mut db).await.unwrap();
        db.close().await.unwrap();
        let bytes = fs::read(place.path()).unwrap();
        assert!(matches!(Store::open(&place.location).await, Err(StoreError::NotAProject { .. })));
        // At most the two bytes that say how it is journalled have changed.
        let after = fs::read(place.path()).unwrap();
        assert_eq!(bytes[100..], after[100..]);
    });
    assert_eq!(names(&place).iter().filter(|n| n.ends_with("-lock")).count(), 0);
}

/// Makes a file one of format 2, from before cells had kinds.
async fn without_kinds(path: &Path) {
    let mut db = SqliteConnection::connect_with(&sqlx::sqlite::SqliteConnectOptions::new().filename(path))
        .await
        .unwrap();
    sqlx::raw_sql(
        "ALTER TABLE wangge_cell DROP COLUMN kind; ALTER TABLE cells DROP COLUMN kind;
         UPDATE wangge_project SET value = '2' WHERE key = 'format';",
    )
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
}

#[test]
fn cells_from_before_there_were_kinds_are_base_cells() {
    let (old, new) = (Place::file(), Place::file());
    save(old.path(), &board()).unwrap();
    save(new.path(), &board()).unwrap();
    block_on(without_kinds(old.path()));
    assert_eq!(open(old.path()).unwrap(), board(), "looking needs no migration");
    block_on(async {
        let (one, other) = (old.open().await, new.open().await);
        let cells = [one.draft("grid").await.unwrap().cells, other.draft("grid").await.unwrap().cells];
        assert!(cells[0] == cells[1] && cells[0].iter().all(|c| c.kind == CellKind::Base));
        assert!(one.snapshot().await.unwrap().project == other.snapshot().await.unwrap().project);
        // The layer has the column too, and what is written to it comes back.
        Client::new(&one).await.apply(&assign(&[2], 0)).await;
        one.sync().await.unwrap();
        one.close().await.unwrap();
        other.close().await.unwrap();
    });
    let shown = open(old.path()).unwrap().plan.unwrap();
    assert!(shown.cells.iter().all(|c| c.kind == CellKind::Base && c.figures["kind"] == "base"));
}

/// Makes a file one of format 1, as the first version wrote them.
fn age(path: &Path) {
    block_on(async {
        let mut db =
            SqliteConnection::connect_with(&sqlx::sqlite::SqliteConnectOptions::new().filename(path))
                .await
                .unwrap();
        sqlx::raw_sql(
            "CREATE TABLE old_plan AS SELECT id, name, revision, seed, options, inputs, certificate FROM wangge_plan;
             DROP TABLE wangge_plan; DROP TABLE wangge_cell; DROP TABLE wangge_version; DROP TABLE wangge_operation;
             DROP TABLE wangge_organisation; DROP TABLE wangge_person; DROP TABLE wangge_assignment;
             DROP TABLE wangge_absence; DROP TABLE wangge_token; DROP TABLE wangge_audit; ALTER TABLE cells DROP COLUMN kind;
             CREATE TABLE wangge_plan (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL,
               seed TEXT NOT NULL, options TEXT NOT NULL, inputs TEXT NOT NULL, certificate TEXT);
             INSERT INTO wangge_plan SELECT * FROM old_plan; DROP TABLE old_plan;
             CREATE TABLE wangge_label (id INTEGER PRIMARY KEY, plan INTEGER NOT NULL, unit INTEGER NOT NULL,
               cell INTEGER NOT NULL, UNIQUE (plan, unit));
             DELETE FROM wangge_project WHERE key = 'shown';
             UPDATE wangge_project SET value = '1' WHERE key = 'format';
             UPDATE wangge_project SET value = json_remove(value, '$[3]') WHERE key = 'fingerprints';
             DELETE FROM gpkg_contents WHERE table_name IN ('wangge_cell', 'wangge_version', 'wangge_operation',
               'wangge_organisation', 'wangge_person', 'wangge_assignment', 'wangge_absence', 'wangge_token', 'wangge_audit');
             INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('wangge_label', 'attributes', 'wangge_label');",
        )
        .execute(&mut db)
        .await
        .unwrap();
        db.close().await.unwrap();
    });
}

#[test]
fn an_older_file_is_brought_up_to_date_when_it_is_opened() {
    for project in [board(), Project { plan: None, ..board() }] {
        let (old, new) = (Place::file(), Place::file());
        save(old.path(), &project).unwrap();
        save(new.path(), &project).unwrap();
        age(old.path());
        assert_eq!(open(old.path()).unwrap(), project, "looking needs no migration");
        block_on(async {
            let store = old.open().await;
            let taken = store.snapshot().await.unwrap();
            store.close().await.unwrap();
            let store = new.open().await;
            let fresh = store.snapshot().await.unwrap();
            store.close().await.unwrap();
            assert_eq!(
                (taken.project, format!("{:?}", store_tables(&old).await)),
                (fresh.project, format!("{:?}", store_tables(&new).await))
            );
            let store = old.open().await;
            if store.project().plan.is_some() {
                Client::new(&store).await.apply(&assign(&[2], 0)).await;
            }
            store.close().await.unwrap();
        });
    }
}

/// Names of tables and what `gpkg_contents` says of them.
async fn store_tables(place: &Place) -> Vec<(String, String)> {
    let mut db =
        SqliteConnection::connect_with(&sqlx::sqlite::SqliteConnectOptions::new().filename(place.path()))
            .await
            .unwrap();
    let sql = "SELECT s.name, COALESCE(c.data_type, '') FROM sqlite_schema s LEFT JOIN gpkg_contents c ON c.table_name = s.name WHERE s.type = 'table' ORDER BY 1";
    sqlx::query_as(sql).fetch_all(&mut db).await.unwrap()
}
