//! Operations on a draft.

use super::*;
use data::store::Kind;
use data::store::model::CellKind;
use data::store::records::State;

#[test]
fn a_new_project_begins_with_a_draft() {
    on_both(|place| async move {
        let project = board();
        let store = place.begin(&project).await;
        assert_eq!(**store.project(), project);
        assert_eq!(store.kind() == Kind::PostGis, matches!(place.location, Location::Postgres(_)));
        let plans = store.plans().await.unwrap();
        assert_eq!(plans.len(), 1);
        let plan = &plans[0];
        assert_eq!(
            (plan.plan.as_str(), plan.name.as_str(), plan.balance.as_str()),
            ("grid", "综治网格", "户数")
        );
        assert_eq!((plan.etag.to_string().as_str(), plan.published), ("1-0", None));
        let versions = store.versions("grid").await.unwrap();
        assert_eq!((versions.len(), versions[0].number, versions[0].state), (1, 1, State::Draft));
        assert!(versions[0].created_at > Timestamp::from_unix_ms(0));
        let state = store.version(1).await.unwrap();
        assert_eq!(state.draft.labels(), project.plan.as_ref().unwrap().labels);
        assert_eq!(state.cells[3].code, "004");
        assert!(
            matches!(store.draft("党建").await, Err(StoreError::UnknownPlan { known, .. }) if known == ["grid"])
        );
        assert!(matches!(store.version(2).await, Err(StoreError::UnknownVersion { version: 2 })));
        assert!(matches!(store.operations(2, 0).await, Err(StoreError::UnknownVersion { version: 2 })));
        let again = Store::create(&place.location, &project).await;
        assert!(matches!(again, Err(StoreError::Exists { .. })), "{again:?}");
        store.close().await.unwrap();
    });
}

#[test]
fn a_project_without_a_plan_has_none() {
    on_both(|place| async move {
        let store = place.begin(&Project { plan: None, ..board() }).await;
        assert_eq!(store.plans().await.unwrap(), []);
        assert!(
            matches!(store.draft("grid").await, Err(StoreError::UnknownPlan { known, .. }) if known.is_empty())
        );
        store.close().await.unwrap();
        place.open().await.close().await.unwrap();
    });
}

#[test]
fn what_was_done_is_there_after_closing() {
    on_both(|place| async move {
        let store = place.begin(&board()).await;
        let mut client = Client::new(&store).await;
        let done = [
            client.apply(&assign(&[2, 10], 0)).await,
            client.apply(&Operation::Undo).await,
            client.apply(&Operation::Redo).await,
            client.apply(&Operation::Swap { first: vec![10], second: vec![18] }).await,
            client.apply(&Operation::Split { units: vec![0, 8] }).await,
            client.apply(&Operation::Merge { cell: 2, into: 3 }).await,
        ];
        assert_eq!(done[0].change.moves.len(), 2);
        assert_eq!((client.etag.operations, client.draft.cells()), (6, 5));
        assert_eq!(store.operations(1, 0).await.unwrap(), done);
        assert_eq!(store.operations(1, 4).await.unwrap(), done[4..]);
        store.close().await.unwrap();

        let store = place.open().await;
        let state = store.draft("grid").await.unwrap();
        assert_eq!((&state.draft, state.etag), (&client.draft, client.etag));
        assert_eq!(state.cells.len(), 5);
        assert_eq!(state.cells[4].code, "005");
        // Nothing was published, so the layers show the draft: without the cell that is retired.
        let plan = store.project().plan.clone().unwrap();
        let codes: Vec<&str> = plan.cells.iter().map(|c| c.code.as_str()).collect();
        assert_eq!(codes, ["001", "002", "004", "005"]);
        assert_eq!(plan.labels[0], 3);
        assert!(plan.certificate.is_some());
        assert_eq!(plan.cells[3].figures["units"], 2);
        // Undo reaches back over the closing.
        let mut client = Client::new(&store).await;
        for _ in 0..4 {
            client.apply(&Operation::Undo).await;
        }
        assert_eq!(client.propose(&Operation::Undo), Err(Refusal::NothingToUndo));
        assert_eq!(client.draft.labels(), board().plan.unwrap().labels);
        store.close().await.unwrap();
    });
}

#[test]
fn a_stale_edit_is_told_what_came_in_between() {
    on_both(|place| async move {
        let store = place.begin(&board()).await;
        let (mut one, mut two) = (Client::new(&store).await, Client::new(&store).await);
        let first = one.apply(&assign(&[2], 0)).await;
        let change = two.propose(&assign(&[4], 3)).unwrap_err();
        assert!(matches!(change, Refusal::BreaksContiguity { .. }), "{change}");
        let change = two.propose(&assign(&[10], 0)).unwrap();
        match two.try_append(change.clone()).await {
            Err(StoreError::Stale { given, etag, since }) => {
                assert_eq!((given.to_string(), etag), ("1-0".into(), one.etag));
                assert_eq!(since, [first]);
            }
            other => panic!("{other:?}"),
        }
        // A state that never was, or of another version: everything.
        for etag in ["1-9", "7-0"] {
            let etag: ETag = etag.parse().unwrap();
            let stale = store.append("grid", etag, &planner(), &change, &[]).await;
            assert!(matches!(stale, Err(StoreError::Stale { since, .. }) if since.len() == 1));
        }
        assert_eq!(store.operations(1, 0).await.unwrap().len(), 1);
        store.close().await.unwrap();
    });
}

#[test]
fn a_change_of_another_plan_is_not_taken() {
    on_both(|place| async move {
        let store = place.begin(&board()).await;
        let client = Client::new(&store).await;
        let good = client.propose(&assign(&[2], 0)).unwrap();
        let spoil = |f: fn(&mut Change)| {
            let mut change = good.clone();
            f(&mut change);
            change
        };
        for change in [
            spoil(|c| c.moves[0].unit = 64),
            spoil(|c| c.moves[0].to = 4),
            spoil(|c| c.moves[0].from = 9),
            spoil(|c| c.cells = 5),
        ] {
            let refused = store.append("grid", client.etag, &planner(), &change, &[]).await;
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        }
        let split = client.propose(&Operation::Split { units: vec![0, 8] }).unwrap();
        let taken =
            [CellName { code: "004".into(), name: String::new(), kind: CellKind::Base, parent: None }];
        let refused = store.append("grid", client.etag, &planner(), &split, &taken).await;
        assert!(matches!(refused, Err(StoreError::Invalid(why)) if why.contains("004")));
        assert_eq!(store.operations(1, 0).await.unwrap(), []);
        store.close().await.unwrap();
    });
}

#[test]
fn many_at_once_lose_nothing() {
    on_both(|place| async move {
        let store = place.begin(&board()).await;
        let mut tasks = Vec::new();
        for seed in 0..6 {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                let (mut chance, mut client) = (Chance(seed), Client::new(&store).await);
                let mut done = 0;
                while done < 10 {
                    let operation = chance.operation(&client.draft);
                    let Ok(change) = client.propose(&operation) else { continue };
                    match client.try_append(change).await {
                        Ok(_) => done += 1,
                        Err(StoreError::Stale { .. }) => client = Client::new(&store).await,
                        Err(e) => panic!("{e}"),
                    }
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let state = store.draft("grid").await.unwrap();
        assert_eq!(state.etag.operations, 60);
        let graph = ground(store.project()).graph().clone();
        assert!(graph.is_contiguous(state.draft.labels(), 4));
        store.close().await.unwrap();
    });
}
