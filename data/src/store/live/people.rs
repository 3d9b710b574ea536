//! People in and out.

use super::super::StoreError;
use super::super::records::Author;
use super::super::rows::{Field, get, json, parsed, parsed_option};
use super::super::tables::{self, Table};
use super::db::Tx;
use super::{Inner, Store};
use partition::people::{
    Absence, Assignment, Organisation, People, Period, Person, Phone, Place, Publication, Slot, Subject,
};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

/// The name serde gives a value without fields.
fn word<T: Serialize>(value: &T) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

fn phone(phone: Option<&Phone>) -> Field {
    phone.map(Phone::whole).into()
}

fn day(row: &AnyRow, store: &str) -> Result<Period, StoreError> {
    Ok(Period { from: parsed(row, "from_day", store)?, to: parsed_option(row, "to_day", store)? })
}

/// Kind and name of a place.
fn place_fields(place: &Place) -> [Field; 2] {
    let (kind, name) = match place {
        Place::Building(id) => ("building", Some(id)),
        Place::Cell(code) => ("cell", Some(code)),
        Place::Parent(name) => ("parent", Some(name)),
        _ => ("project", None),
    };
    [kind.into(), name.map(String::as_str).into()]
}

fn place(row: &AnyRow, store: &str) -> Result<Place, StoreError> {
    let name: String = get::<Option<String>>(row, "place", store)?.unwrap_or_default();
    Ok(match get::<String>(row, "place_kind", store)?.as_str() {
        "building" => Place::Building(name),
        "cell" => Place::Cell(name),
        "parent" => Place::Parent(name),
        "project" => Place::Project,
        other => {
            let reason = format!("place_kind is {other}");
            return Err(StoreError::Damaged { store: store.into(), reason });
        }
    })
}

fn person(row: &AnyRow, store: &str) -> Result<Person, StoreError> {
    let basis: Option<String> = get(row, "published_basis", store)?;
    let since = parsed_option(row, "published_since", store)?;
    Ok(Person {
        id: get(row, "code", store)?,
        name: get(row, "name", store)?,
        organisation: get(row, "organisation", store)?,
        post: get(row, "post", store)?,
        duty_phone: parsed_option(row, "duty_phone", store)?,
        mobile: parsed_option(row, "mobile", store)?,
        mobile_published: basis.zip(since).map(|(basis, since)| Publication { basis, since }),
    })
}

fn person_fields(p: &Person) -> Vec<Field> {
    let published = p.mobile_published.as_ref();
    vec![
        p.id.as_str().into(),
        p.name.as_str().into(),
        p.organisation.as_deref().into(),
        p.post.as_deref().into(),
        phone(p.duty_phone.as_ref()),
        phone(p.mobile.as_ref()),
        published.map(|p| p.basis.as_str()).into(),
        published.map(|p| p.since.to_string()).into(),
    ]
}

fn assignment(row: &AnyRow, store: &str) -> Result<Assignment, StoreError> {
    let subject: (Option<String>, Option<String>) =
        (get(row, "person", store)?, get(row, "organisation", store)?);
    let quoted = |text: String, column| json(&format!("\"{text}\""), column, store);
    let tenure: Option<String> = get(row, "tenure", store)?;
    let slot: Option<String> = get(row, "slot", store)?;
    Ok(Assignment {
        subject: match subject {
            (Some(id), _) => Subject::Person(id),
            (None, id) => Subject::Organisation(id.unwrap_or_default()),
        },
        role: json(&format!("\"{}\"", get::<String>(row, "role", store)?), "role", store)?,
        tenure: tenure.map(|t| json(&format!("\"{t}\""), "tenure", store)).transpose()?,
        place: place(row, store)?,
        slot: slot.map(|s| quoted(s, "slot")).transpose()?.map(|s: Slot| s),
        period: day(row, store)?,
        basis: get(row, "basis", store)?,
    })
}

fn assignment_fields(plan: i64, a: &Assignment) -> Vec<Field> {
    let (person, organisation) = match &a.subject {
        Subject::Person(id) => (Some(id.as_str()), None),
        Subject::Organisation(id) => (None, Some(id.as_str())),
    };
    let [kind, name] = place_fields(&a.place);
    vec![
        plan.into(),
        person.into(),
        organisation.into(),
        a.role.code().into(),
        a.tenure.as_ref().map(word).into(),
        kind,
        name,
        a.slot.as_ref().map(word).into(),
        a.period.from.to_string().into(),
        a.period.to.map(|d| d.to_string()).into(),
        a.basis.as_deref().into(),
    ]
}

impl Inner {
    async fn plan_number(&self, tx: &mut Tx<'_>, plan: &str) -> Result<i64, StoreError> {
        let store = &self.db.store();
        let rows = tx.select("SELECT id, network FROM wangge_plan ORDER BY id", vec![]).await?;
        let mut known = Vec::new();
        for row in &rows {
            let network: String = get(row, "network", store)?;
            if network == plan {
                return get(row, "id", store);
            }
            known.push(network);
        }
        Err(StoreError::UnknownPlan { plan: plan.into(), known })
    }

    async fn everybody(&self, tx: &mut Tx<'_>, plan: i64) -> Result<People, StoreError> {
        let store = &self.db.store();
        let sql = "SELECT code, name, organisation, post, duty_phone, mobile, published_basis, published_since FROM wangge_person ORDER BY id";
        let persons = tx.select(sql, vec![]).await?;
        let sql = "SELECT code, name, kind, duty_phone FROM wangge_organisation ORDER BY id";
        let organisations = tx.select(sql, vec![]).await?;
        let sql = "SELECT person, organisation, role, tenure, place_kind, place, slot, from_day, to_day, basis FROM wangge_assignment WHERE plan = $1 ORDER BY id";
        let assignments = tx.select(sql, vec![plan.into()]).await?;
        let absences =
            tx.select("SELECT person, from_day, to_day FROM wangge_absence ORDER BY id", vec![]).await?;
        let organisation = |row: &AnyRow| {
            Ok(Organisation {
                id: get(row, "code", store)?,
                name: get(row, "name", store)?,
                kind: get(row, "kind", store)?,
                duty_phone: parsed_option(row, "duty_phone", store)?,
            })
        };
        let absence =
            |row: &AnyRow| Ok(Absence { person: get(row, "person", store)?, period: day(row, store)? });
        let people = People {
            persons: persons.iter().map(|r| person(r, store)).collect::<Result<_, _>>()?,
            organisations: organisations.iter().map(organisation).collect::<Result<_, StoreError>>()?,
            assignments: assignments.iter().map(|r| assignment(r, store)).collect::<Result<_, _>>()?,
            absences: absences.iter().map(absence).collect::<Result<_, StoreError>>()?,
        };
        Ok(people.sorted())
    }
}

impl Store {
    /// Everybody, with the assignments of one network.
    ///
    /// # Errors
    /// [`StoreError::UnknownPlan`] and what the database says.
    pub async fn people(&self, plan: &str) -> Result<People, StoreError> {
        let mut tx = self.inner.db.read().await?;
        let plan = self.inner.plan_number(&mut tx, plan).await?;
        self.inner.everybody(&mut tx, plan).await
    }

    /// Takes people in, as [`People::merged`] says: known ids are brought up to date, and a successor ends the
    /// assignment of who was there before.
    ///
    /// # Errors
    /// [`StoreError::UnknownPlan`] and what the database says.
    pub async fn take_in_people(
        &self,
        plan: &str,
        author: &Author,
        people: &People,
    ) -> Result<(), StoreError> {
        let inner = &self.inner;
        let mut tx = inner.db.write().await?;
        let number = inner.plan_number(&mut tx, plan).await?;
        let all = inner.everybody(&mut tx, number).await?.merged(people);
        tx.run("DELETE FROM wangge_person", vec![]).await?;
        tx.run("DELETE FROM wangge_organisation", vec![]).await?;
        tx.run("DELETE FROM wangge_assignment WHERE plan = $1", vec![number.into()]).await?;
        tx.run("DELETE FROM wangge_absence", vec![]).await?;
        let organisations = all.organisations.iter().map(|o| {
            let kind = o.kind.as_deref();
            vec![o.id.as_str().into(), o.name.as_str().into(), kind.into(), phone(o.duty_phone.as_ref())]
        });
        let absences = all.absences.iter().map(|a| {
            let to = a.period.to.map(|d| d.to_string());
            vec![a.person.as_str().into(), a.period.from.to_string().into(), to.into()]
        });
        let tables: [(&Table, Vec<Vec<Field>>); 4] = [
            (&tables::PERSON, all.persons.iter().map(person_fields).collect()),
            (&tables::ORGANISATION, organisations.collect()),
            (&tables::ASSIGNMENT, all.assignments.iter().map(|a| assignment_fields(number, a)).collect()),
            (&tables::ABSENCE, absences.collect()),
        ];
        for (table, rows) in tables {
            tx.append(table, rows).await?;
        }
        let detail = json!({"persons": people.persons.len(), "assignments": people.assignments.len()});
        tx.note(author, "people", plan, &detail).await?;
        tx.commit().await
    }
}
