//! Who answers: `GET /versions/{v}/responsible`, and the chain of one place.

use crate::auth::Caller;
use crate::extract::{Path, Query};
use crate::problem::{Code, Problem};
use crate::state::App;
use crate::view::View;
use axum::Json;
use axum::extract::State;
use data::store::Timestamp;
use partition::people::{Access, Assignment, Date, People, Place, Subject, chain};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long people of a shared store are believed to be the same.
const BELIEVED: Duration = Duration::from_secs(5);
/// Cells in one answer.
const MOST: usize = 5_000;

/// People of one network, found by place.
pub(crate) struct Directory {
    people: People,
    at: HashMap<Place, Vec<Assignment>>,
}

/// The people of all networks, read when first asked for.
#[derive(Default)]
pub(crate) struct Staff {
    known: Mutex<HashMap<String, (Arc<Directory>, Instant)>>,
}

impl Staff {
    pub(crate) async fn of(&self, app: &App, plan: &str) -> Result<Arc<Directory>, Problem> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(plan).cloned();
        if let Some((directory, read)) = known
            && (!app.is_shared() || read.elapsed() < BELIEVED)
        {
            return Ok(directory);
        }
        let people = app.store.people(plan).await?;
        let mut at: HashMap<Place, Vec<Assignment>> = HashMap::new();
        for a in &people.assignments {
            at.entry(a.place.clone()).or_default().push(a.clone());
        }
        let directory = Arc::new(Directory { people, at });
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(plan.to_owned(), (Arc::clone(&directory), Instant::now()));
        Ok(directory)
    }

    /// Forgets everybody: after people were taken in.
    pub(crate) fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Directory {
    /// The ordered chain of a cell: `persons`, and whether nobody is named for the cell itself.
    pub(crate) fn chain(
        &self,
        cell: &str,
        parent: Option<&str>,
        access: Access,
        day: Date,
    ) -> (Vec<Value>, bool) {
        let mut path = vec![Place::Cell(cell.to_owned())];
        path.extend(parent.map(|p| Place::Parent(p.to_owned())));
        path.push(Place::Project);
        let near: Vec<Assignment> = path.iter().filter_map(|p| self.at.get(p)).flatten().cloned().collect();
        let chain = chain(&path, &near, &self.people.absences, day);
        let persons = (1..).zip(&chain.links).map(|(order, link): (usize, _)| {
            let a = &near[link.assignment];
            let level = match a.place {
                Place::Building(_) => "building",
                Place::Cell(_) => "cell",
                Place::Parent(_) => "parent",
                _ => "project",
            };
            let mut told = json!({
                "order": order, "role": a.role, "role_name": a.role.zh(), "role_name_en": a.role.en(), "slot": a.slot,
                "level": level, "stands_in": link.stands_in,
            });
            match &a.subject {
                Subject::Person(id) => {
                    let person = self.people.person(id);
                    let organisation = person.and_then(|p| p.organisation.as_deref());
                    let organisation = organisation.and_then(|o| self.people.organisation(o));
                    told["name"] = json!(person.map(|p| &p.name));
                    told["organisation"] = json!(organisation.map(|o| &o.name));
                    told["phone"] = json!(person.and_then(|p| p.phone(access, day)));
                }
                Subject::Organisation(id) => {
                    let organisation = self.people.organisation(id);
                    told["name"] = json!(organisation.map(|o| &o.name));
                    told["organisation"] = told["name"].clone();
                    told["phone"] = json!(organisation.and_then(|o| o.duty_phone.as_ref()).map(|p| p.whole()));
                }
            }
            told
        });
        (persons.collect(), chain.fallback)
    }
}

/// Today, where it is eight hours later than in Greenwich.
pub(crate) fn today() -> Date {
    Timestamp::now().date(8)
}

/// A day as the address has it; today when it does not say.
pub(crate) fn day(text: Option<&str>) -> Result<Date, Problem> {
    let parse = |t: &str| t.parse().map_err(|e| Problem::of(Code::BadDate, "日期无法识别", &e));
    text.map_or_else(|| Ok(today()), parse)
}

/// Which cells.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    bbox: Option<String>,
    ids: Option<String>,
    at: Option<String>,
}

pub(crate) async fn responsible(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(version): Path<u32>,
    Query(which): Query<Which>,
) -> Result<Json<Value>, Problem> {
    let view = app.view(version, caller.sees_drafts()).await?;
    let day = day(which.at.as_deref())?;
    let cells = wanted(&view, &which)?;
    let staff = app.staff.of(&app, &view.version.plan).await?;
    let told: Vec<Value> = cells
        .iter()
        .map(|&c| {
            let code = view.code(c);
            let parent = app.land.parent(view.cells.get(c as usize).and_then(|c| c.parent));
            let (persons, fallback) = staff.chain(code, parent, caller.access(code), day);
            json!({ "cell": code, "persons": persons, "fallback": fallback })
        })
        .collect();
    note_read(&app, &caller, &format!("version {version}"), cells.len()).await?;
    Ok(Json(json!({ "version": version, "at": day, "cells": told })))
}

/// Whole numbers were shown: that goes into the log.
pub(crate) async fn note_read(app: &App, caller: &Caller, target: &str, cells: usize) -> Result<(), Problem> {
    if caller.0.is_none() {
        return Ok(());
    }
    app.store.note(&caller.author(), "read-people", target, json!({ "cells": cells })).await?;
    Ok(())
}

fn wanted(view: &View, which: &Which) -> Result<Vec<u32>, Problem> {
    let mut cells: Vec<u32> = match &which.ids {
        Some(ids) => ids.split(',').filter_map(|id| view.number(id.trim())).collect(),
        None => view.live().collect(),
    };
    if let Some(text) = &which.bbox {
        let [west, south, east, north] = bbox(text)?;
        let meets = |b: [f64; 4]| b[0] <= east && west <= b[2] && b[1] <= north && south <= b[3];
        cells.retain(|&c| view.bbox(c).is_some_and(meets));
    }
    cells.truncate(MOST);
    Ok(cells)
}

/// `west,south,east,north`
fn bbox(text: &str) -> Result<[f64; 4], Problem> {
    let numbers = text.split(',').map(|t| t.trim().parse::<f64>().ok().filter(|v| v.is_finite()));
    let numbers: Option<Vec<f64>> = numbers.collect();
    numbers.and_then(|n| <[f64; 4]>::try_from(n).ok()).ok_or_else(|| {
        Problem::new(
            Code::BadQuery,
            "bbox 应为 西,南,东,北(度)",
            "bbox must be west,south,east,north in degrees",
        )
    })
}
