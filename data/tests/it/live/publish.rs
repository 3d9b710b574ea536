//! Versions that never change.

use super::*;
use data::store::records::{Publication, State};

#[test]
fn a_published_version_stays_as_it_is() {
    on_both(|place| async move {
        let store = place.begin(&board()).await;
        let mut client = Client::new(&store).await;
        client.apply(&assign(&[2, 10], 0)).await;
        let at_one = client.draft.labels().to_vec();
        let early = store.publish("grid", "1-0".parse().unwrap(), &planner(), "").await;
        assert!(matches!(early, Err(StoreError::Stale { since, .. }) if since.len() == 1));
        let made = store.publish("grid", client.etag, &planner(), "首次发布").await.unwrap();
        assert_eq!(made, Publication { version: 1, draft: "2-0".parse().unwrap() });

        // The old draft takes nothing any more.
        let late = store.append("grid", client.etag, &planner(), &client.draft.changes()[0], &[]).await;
        assert!(matches!(late, Err(StoreError::Stale { etag, .. }) if etag == made.draft));
        let mut client = Client::new(&store).await;
        assert_eq!((client.etag, client.draft.labels()), (made.draft, at_one.as_slice()));
        assert_eq!(client.propose(&Operation::Undo), Err(Refusal::NothingToUndo));
        client.apply(&assign(&[18], 0)).await;
        client.apply(&Operation::Split { units: vec![0, 8] }).await;

        let one = store.version(1).await.unwrap();
        assert_eq!((one.draft.labels(), one.etag.operations), (at_one.as_slice(), 1));
        assert_eq!((one.version.state, one.version.note.as_str()), (State::Published, "首次发布"));
        assert_eq!(one.version.published_at, Some(planner().at));
        let plan = &store.plans().await.unwrap()[0];
        assert_eq!((plan.published, plan.etag), (Some(1), client.etag));
        let versions = store.versions("grid").await.unwrap();
        assert_eq!(
            versions.iter().map(|v| (v.number, v.based_on)).collect::<Vec<_>>(),
            [(1, None), (2, Some(1))]
        );
        store.close().await.unwrap();

        // The layers show what is published, not the draft.
        let store = place.open().await;
        let shown = store.project().plan.clone().unwrap();
        assert_eq!((shown.labels.as_slice(), shown.cells.len()), (at_one.as_slice(), 4));
        assert!(shown.certificate.is_some());
        let second = store.publish("grid", client.etag, &planner(), "调整").await.unwrap();
        assert_eq!((second.version, second.draft.version), (2, 3));
        assert_eq!(store.version(1).await.unwrap(), one);
        store.close().await.unwrap();
        let store = place.open().await;
        assert_eq!(store.project().plan.as_ref().unwrap().cells.len(), 5);
        store.close().await.unwrap();
    });
}

#[test]
fn a_project_moves_between_files_and_databases() {
    let Some(database) = Place::database() else { return };
    block_on(async {
        let (file, back) = (Place::file(), Place::file());
        let store = file.begin(&board()).await;
        let mut client = Client::new(&store).await;
        client.apply(&assign(&[2, 10], 0)).await;
        client.apply(&Operation::Split { units: vec![0, 8] }).await;
        store.publish("grid", client.etag, &planner(), "one").await.unwrap();
        let mut client = Client::new(&store).await;
        client.apply(&assign(&[18], 0)).await;
        store.take_in_people("grid", &planner(), &super::people::staff()).await.unwrap();
        let (_, token) = store
            .add_token(&planner(), "张", data::store::records::TokenRole::Planner, "330481")
            .await
            .unwrap();
        let taken = store.snapshot().await.unwrap();
        store.close().await.unwrap();

        Store::restore(&database.location, &taken).await.unwrap();
        let store = database.open().await;
        assert_eq!(store.snapshot().await.unwrap(), taken);
        assert_eq!(store.people("grid").await.unwrap(), super::people::staff().sorted());
        assert!(store.check_token(&token).await.unwrap().is_some());
        // Work goes on there, and then here again.
        let mut client = Client::new(&store).await;
        client.apply(&Operation::Undo).await;
        let taken = store.snapshot().await.unwrap();
        store.close().await.unwrap();
        Store::restore(&back.location, &taken).await.unwrap();
        let store = back.open().await;
        assert_eq!(store.snapshot().await.unwrap(), taken);
        assert_eq!(store.draft("grid").await.unwrap().draft, client.draft);
        store.close().await.unwrap();
    });
}

#[test]
fn every_write_leaves_a_line_in_the_audit_log() {
    on_both(|place| async move {
        let store = place.begin(&board()).await;
        let mut client = Client::new(&store).await;
        client.apply(&assign(&[2], 0)).await;
        store.publish("grid", client.etag, &planner(), "n").await.unwrap();
        store.note(&planner(), "read-people", "grid", serde_json::json!({"cells": 4})).await.unwrap();
        let (token, _) =
            store.add_token(&planner(), "x", data::store::records::TokenRole::Viewer, "").await.unwrap();
        store.revoke_token(&planner(), &token.id).await.unwrap();
        store.take_in_people("grid", &planner(), &super::people::staff()).await.unwrap();
        // What was refused did nothing.
        store.publish("grid", client.etag, &planner(), "n").await.unwrap_err();
        let lines = store.audit(0, 100).await.unwrap();
        let actions: Vec<&str> = lines.iter().map(|l| l.action.as_str()).collect();
        assert_eq!(actions, ["operation", "publish", "read-people", "token", "revoke-token", "people"]);
        assert_eq!(lines.iter().map(|l| l.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(
            (lines[0].at, &lines[0].actor, &lines[0].detail["kind"]),
            (planner().at, &planner().name, &"assign".into())
        );
        assert_eq!(store.audit(4, 1).await.unwrap(), lines[4..5]);
        store.close().await.unwrap();
    });
}
