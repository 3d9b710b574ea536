use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn period(from: &str, to: Option<&str>) -> Period {
    Period { from: day(from), to: to.map(day) }
}

fn holds(person: &str, role: Role, place: &Place, slot: Option<Slot>) -> Assignment {
    Assignment {
        subject: Subject::Person(person.into()),
        role,
        tenure: None,
        place: place.clone(),
        slot,
        period: period("2026-01-01", None),
        basis: None,
    }
}

fn path() -> [Place; 4] {
    [Place::Building("b7".into()), Place::Cell("001".into()), Place::Parent("东村".into()), Place::Project]
}

/// Who is asked, in order; who stands in has a star.
fn asked(assignments: &[Assignment], absences: &[Absence], at: &str) -> (String, bool) {
    let chain = chain(&path(), assignments, absences, day(at));
    let name = |l: &Link| {
        let Subject::Person(id) = &assignments[l.assignment].subject else { panic!("an organisation") };
        format!("{id}{}", if l.stands_in { "*" } else { "" })
    };
    (chain.links.iter().map(name).collect::<Vec<_>>().join(" "), chain.fallback)
}

#[test]
fn the_chain_climbs_from_the_building_to_the_project() {
    let [building, cell, parent, project] = path();
    let elsewhere = Place::Cell("002".into());
    let all = [
        holds("first", Role::FirstResponsible, &project, None),
        holds("secretary", Role::FirstResponsible, &parent, None),
        holds("leader", Role::GridLeader, &cell, None),
        holds("worker", Role::GridWorker, &cell, None),
        holds("police", Role::CommunityPolice, &cell, None),
        holds("stairs", Role::BuildingLeader, &building, None),
        holds("stranger", Role::GridLeader, &elsewhere, None),
    ];
    assert_eq!(asked(&all, &[], "2026-06-01"), ("stairs worker leader police secretary first".into(), false));
    // Before anybody began.
    assert_eq!(asked(&all, &[], "2025-12-31"), (String::new(), false));
    // In any order of input.
    let mut turned = all.to_vec();
    turned.reverse();
    assert_eq!(asked(&turned, &[], "2026-06-01").0, "stairs worker leader police secretary first");
}

#[test]
fn duty_periods_are_half_open() {
    let [_, cell, ..] = path();
    let old = Assignment {
        period: period("2026-01-01", Some("2026-03-01")),
        ..holds("old", Role::GridLeader, &cell, None)
    };
    let new =
        Assignment { period: period("2026-03-01", None), ..holds("new", Role::GridLeader, &cell, None) };
    assert_eq!(asked(&[old.clone(), new.clone()], &[], "2026-02-28").0, "old");
    assert_eq!(asked(&[old.clone(), new.clone()], &[], "2026-03-01").0, "new");
    assert!(!old.clashes(&new));
    let early = Assignment { period: period("2026-02-28", None), ..new };
    assert!(old.clashes(&early) && early.clashes(&old));
    assert!(!period("2026-03-01", Some("2026-03-01")).overlaps(&period("2026-01-01", None)));
}

#[test]
fn b_stands_in_while_a_is_away() {
    let [_, cell, ..] = path();
    let all = [
        holds("a", Role::GridLeader, &cell, Some(Slot::A)),
        holds("b", Role::GridLeader, &cell, Some(Slot::B)),
    ];
    let away = |who: &str| Absence { person: who.into(), period: period("2026-02-01", Some("2026-02-08")) };
    assert_eq!(asked(&all, &[away("a")], "2026-01-31").0, "a b");
    assert_eq!(asked(&all, &[away("a")], "2026-02-01").0, "b*");
    assert_eq!(asked(&all, &[away("a")], "2026-02-08").0, "a b");
    assert_eq!(asked(&all, &[away("b")], "2026-02-03").0, "a");
    assert_eq!(asked(&all, &[away("a"), away("b")], "2026-02-03"), (String::new(), false));
    assert!(!all[0].clashes(&all[1]), "A and B are two slots");
    assert!(all[0].clashes(&holds("c", Role::GridLeader, &cell, None)), "no slot counts as A");
    assert!(!holds("c", Role::GridWorker, &cell, None).clashes(&holds("d", Role::GridWorker, &cell, None)));
}

#[test]
fn where_nobody_is_named_the_place_around_answers() {
    let [_, cell, parent, project] = path();
    let all = [
        holds("leader", Role::GridLeader, &cell, None),
        holds("secretary", Role::FirstResponsible, &parent, None),
        holds("first", Role::FirstResponsible, &project, None),
    ];
    assert_eq!(asked(&all[1..], &[], "2026-06-01"), ("secretary first".into(), true));
    let away = Absence { person: "leader".into(), period: period("2026-06-01", None) };
    assert_eq!(asked(&all, &[away], "2026-06-01"), ("secretary first".into(), true));
}

#[test]
fn newer_knowledge_ends_older_assignments() {
    let [_, cell, ..] = path();
    let from = |who: &str, from: &str| Assignment {
        period: period(from, None),
        ..holds(who, Role::GridLeader, &cell, None)
    };
    let people = |a: Vec<Assignment>| People { assignments: a, ..People::default() };
    let merged = people(vec![from("old", "2026-01-01")]).merged(&people(vec![from("new", "2026-03-01")]));
    let ends: Vec<_> = merged.assignments.iter().map(|a| (a.subject.clone(), a.period.to)).collect();
    assert_eq!(
        ends,
        [(Subject::Person("new".into()), None), (Subject::Person("old".into()), Some(day("2026-03-01"))),]
    );
    // Corrected from the start: the wrong one never was.
    let corrected =
        people(vec![from("wrong", "2026-01-01")]).merged(&people(vec![from("right", "2026-01-01")]));
    assert_eq!(corrected.assignments, [from("right", "2026-01-01")]);
    // The same again is the same.
    assert_eq!(merged.clone().merged(&merged), merged);
    let person = |name: &str| Person { id: "p".into(), name: name.into(), ..Person::default() };
    let known = People { persons: vec![person("张三")], ..People::default() };
    let renamed = known.merged(&People { persons: vec![person("张叁")], ..People::default() });
    assert_eq!((renamed.persons.len(), renamed.person("p").map(|p| p.name.as_str())), (1, Some("张叁")));
}
