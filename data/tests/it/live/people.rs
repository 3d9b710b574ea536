//! People and tokens.

use super::*;
use data::store::records::TokenRole;
use partition::people::{
    Absence, Assignment, Date, Organisation, People, Period, Person, Place as At, Publication, Role, Slot,
    Subject, Tenure,
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn holds(person: &str, role: Role, at: At, slot: Option<Slot>, from: &str) -> Assignment {
    Assignment {
        subject: Subject::Person(person.into()),
        role,
        tenure: (role == Role::GridWorker).then_some(Tenure::PartTime),
        place: at,
        slot,
        period: Period { from: day(from), to: None },
        basis: Some("〔2026〕3号".into()),
    }
}

/// A few people with everything filled in.
pub(super) fn staff() -> People {
    let person = |id: &str, name: &str| Person { id: id.into(), name: name.into(), ..Person::default() };
    People {
        persons: vec![
            Person {
                organisation: Some("o1".into()),
                post: Some("副主任".into()),
                duty_phone: "0573-87221234".parse().ok(),
                mobile: "13812345678".parse().ok(),
                mobile_published: Some(Publication { basis: "同意书".into(), since: day("2026-01-01") }),
                ..person("p1", "张伟")
            },
            Person { mobile: "13900000000".parse().ok(), ..person("p2", "张伟") },
            person("p3", "O'Neil"),
        ],
        organisations: vec![Organisation {
            id: "o1".into(),
            name: "西村村委会".into(),
            kind: Some("村".into()),
            duty_phone: "12345".parse().ok(),
        }],
        assignments: vec![
            holds("p1", Role::GridLeader, At::Cell("001".into()), Some(Slot::A), "2026-01-01"),
            holds("p2", Role::GridLeader, At::Cell("001".into()), Some(Slot::B), "2026-01-01"),
            holds("p3", Role::GridWorker, At::Cell("001".into()), None, "2026-03-01"),
            Assignment {
                subject: Subject::Organisation("o1".into()),
                ..holds("", Role::ResponsibleBody, At::Parent("西村".into()), None, "2025-01-01")
            },
            holds("p1", Role::FirstResponsible, At::Project, None, "2025-01-01"),
            holds("p3", Role::BuildingLeader, At::Building("b-7".into()), None, "2025-01-01"),
        ],
        absences: vec![Absence {
            person: "p1".into(),
            period: Period { from: day("2026-02-01"), to: Some(day("2026-02-08")) },
        }],
    }
}

#[test]
fn people_come_back_whole_and_successors_follow() {
    on_both(|place| async move {
        let store = place.begin(&board()).await;
        assert_eq!(store.people("grid").await.unwrap(), People::default());
        store.take_in_people("grid", &planner(), &staff()).await.unwrap();
        assert_eq!(store.people("grid").await.unwrap(), staff().sorted());
        // Twice the same is once.
        store.take_in_people("grid", &planner(), &staff()).await.unwrap();
        assert_eq!(store.people("grid").await.unwrap(), staff().sorted());
        let successor = People {
            assignments: vec![holds(
                "p3",
                Role::GridLeader,
                At::Cell("001".into()),
                Some(Slot::A),
                "2026-11-01",
            )],
            ..People::default()
        };
        store.take_in_people("grid", &planner(), &successor).await.unwrap();
        store.close().await.unwrap();
        let store = place.open().await;
        let people = store.people("grid").await.unwrap();
        let path = [At::Cell("001".into()), At::Parent("西村".into()), At::Project];
        let asked = |date: &str| -> Vec<&str> {
            let links = people.chain(&path, day(date)).links;
            let who = |i: usize| match &people.assignments[i].subject {
                Subject::Person(id) | Subject::Organisation(id) => id.as_str(),
            };
            links.into_iter().map(|l| who(l.assignment)).collect()
        };
        assert_eq!(asked("2026-01-31"), ["p1", "p2", "o1", "p1"]);
        assert_eq!(asked("2026-02-01"), ["p2", "o1"]);
        assert_eq!(asked("2026-10-31"), ["p3", "p1", "p2", "o1", "p1"]);
        assert_eq!(asked("2026-11-01"), ["p3", "p3", "p2", "o1", "p1"]);
        assert!(matches!(store.people("党建").await, Err(StoreError::UnknownPlan { .. })));
        store.close().await.unwrap();
    });
}

#[test]
fn a_token_lets_in_until_it_is_taken_back() {
    on_both(|place| async move {
        let store = place.begin(&board()).await;
        let (token, text) = store.add_token(&planner(), "张", TokenRole::Planner, "330481").await.unwrap();
        let (_, other) = store.add_token(&planner(), "李", TokenRole::Viewer, "").await.unwrap();
        assert_eq!(store.check_token(&text).await.unwrap().as_ref(), Some(&token));
        assert_eq!(store.tokens().await.unwrap().len(), 2);
        let secret = |t: &str| t.rsplit('_').next().unwrap().to_owned();
        let mixed = format!("wangge_{}_{}", token.id, secret(&other));
        for wrong in [
            "",
            "wangge",
            "wangge__",
            mixed.as_str(),
            &text[..text.len() - 1],
            &format!("{text}_"),
            "wangge_' OR 1=1 --_x",
        ] {
            assert_eq!(store.check_token(wrong).await.unwrap(), None, "{wrong}");
        }
        let snapshot = format!("{:?}", store.snapshot().await.unwrap());
        assert!(snapshot.contains("$argon2id$") && !snapshot.contains(&secret(&text)));
        assert!(store.revoke_token(&planner(), &token.id).await.unwrap());
        assert!(!store.revoke_token(&planner(), &token.id).await.unwrap());
        assert_eq!(store.check_token(&text).await.unwrap(), None);
        assert_eq!(store.tokens().await.unwrap()[0].revoked_at, Some(planner().at));
        store.close().await.unwrap();
    });
}
