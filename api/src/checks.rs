//! `POST /checks`: what is wrong with cells that anybody drew. Needs no project.

use crate::Limits;
use crate::extract::Query;
use crate::land::Land;
use crate::problem::{Code, Problem};
use crate::state::App;
use crate::upload::{self, Upload};
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use data::crs::Crs;
use data::frame::Frame;
use data::read::{FeatureSet, ReadError, ReadOptions, Source, read_features};
use data::work::WorkError;
use data::work::check::Subject;
use data::work::entangled::is_entangled;
use data::work::given::{Layers, frame_for};
use partition::check::Thresholds;
use partition::frame::Region;
use partition::progress::Progress;
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;

/// How the file is to be read, as the flags of `wangge check`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reading {
    /// Name of the file: its extension, and what messages call it.
    name: Option<String>,
    layer: Option<String>,
    /// `project`: against the boundary of the project.
    boundary: Option<Against>,
    id: Option<String>,
    crs: Option<String>,
    frame: Option<String>,
    planar: Option<f64>,
}

/// Which boundary, when none is sent.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Against {
    Project,
}

pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Query(reading): Query<Reading>,
    request: Request,
) -> Result<Response, Problem> {
    let busy =
        |_| Problem::new(Code::Busy, "上传过多,请稍后再试", "too many files at once; try again shortly");
    let turn = app.uploads.try_acquire().map_err(busy)?;
    let upload = upload::receive(request, reading.name.as_deref(), app.limits.upload_bytes).await?;
    drop(turn);
    let ended = |_| Problem::internal("the server is ending");
    let permit = Arc::clone(&app.checks).acquire_owned().await.map_err(ended)?;
    let limits = app.limits;
    let reader = Arc::clone(&app);
    let (subject, permit) = crate::state::blocking(move || {
        let project = (reading.boundary == Some(Against::Project)).then_some(&reader.land);
        // When this ends late whoever asked has gone, but the work has not: the permit goes with it.
        Ok((subject(&upload, &reading, &limits, project)?, permit))
    })
    .await?;
    let large = vertices(&subject.1) > limits.job_vertices;
    let work = move |progress: &(dyn Fn(f64) + Sync)| {
        let answer = answer(subject.0, subject.1, limits.findings, progress);
        drop(permit);
        answer
    };
    if large {
        return app.jobs.start(work);
    }
    let answer = crate::state::blocking(move || work(&|_| {})).await?;
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
    Ok((headers, answer).into_response())
}

/// What to check, and whose boundary it is checked against: `given`, the `project`'s, or `none`.
fn subject(
    upload: &Upload,
    reading: &Reading,
    limits: &Limits,
    project: Option<&Land>,
) -> Result<(&'static str, Subject), Problem> {
    let crs = match (&reading.crs, reading.planar) {
        (Some(text), _) => Some(Crs::parse(text).map_err(|e| unreadable(&e, upload, reading))?),
        (None, Some(_)) => Some(Crs::local()),
        (None, None) => None,
    };
    let options = ReadOptions {
        crs,
        id_field: reading.id.clone(),
        limits: data::read::Limits {
            bytes: limits.upload_bytes,
            features: limits.features,
            vertices: limits.vertices,
        },
    };
    let read = |path: &Path, layer: Option<String>| -> Result<FeatureSet, Problem> {
        let source = Source { path: path.to_owned(), layer };
        read_features(&source, &options).map_err(|e| match &e {
            ReadError::TooLarge { .. } => {
                let told = unreadable(&e, upload, reading);
                told.coded(Code::TooLarge)
            }
            _ => unreadable(&e, upload, reading),
        })
    };
    let cells = read(&upload.file, reading.layer.clone())?;
    let boundary = match &upload.boundary {
        Some(boundary) => Some(read(boundary, None)?),
        // A project of ours has its own.
        None if cells.layer.as_deref() == Some("cells") && reading.layer.is_none() && project.is_none() => {
            read(&upload.file, Some("boundary".into())).ok()
        }
        None => None,
    };
    let sets: Vec<&FeatureSet> = [Some(&cells), boundary.as_ref()].into_iter().flatten().collect();
    if is_entangled(&sets) {
        return Err(Problem::new(
            Code::TooEntangled,
            "图形之间相互交叠过多,无法在线核查;请先剔除重复图形,或使用命令 wangge check",
            "too many lines come near each other; remove duplicates first, or use the command: wangge check",
        ));
    }
    if let (Some(land), None) = (project, &boundary) {
        let subject = Subject::of_layers(&cells, None, land.map.frame.clone());
        let mut subject = subject.map_err(|e| unreadable(&e, upload, reading))?;
        subject.boundary = Some(land.project.boundary.region.clone());
        return Ok(("project", subject));
    }
    let frame = frame(&cells, boundary.as_ref(), reading).map_err(|e| unreadable(&*e, upload, reading))?;
    let subject = Subject::of_layers(&cells, boundary.as_ref(), frame);
    let against = if boundary.is_some() { "given" } else { "none" };
    let subject = subject.map_err(|e| {
        let problem = unreadable(&e, upload, reading);
        if matches!(e, WorkError::BadBoundary { .. }) { problem.coded(Code::BadBoundary) } else { problem }
    });
    Ok((against, subject?))
}

fn frame(
    cells: &FeatureSet,
    boundary: Option<&FeatureSet>,
    reading: &Reading,
) -> Result<Frame, Box<dyn std::error::Error>> {
    Ok(match (&reading.frame, reading.planar) {
        (Some(text), _) => Frame::from_crs(&Crs::parse(text)?)?,
        (None, Some(metres)) => Frame::planar(metres)?,
        (None, None) => frame_for(&Layers { units: cells, parents: None, boundary })?,
    })
}

/// What a reader said, with the client's name for the file and the names of our parameters instead of the command's.
fn unreadable(e: &dyn std::error::Error, upload: &Upload, reading: &Reading) -> Problem {
    let mut text = e.to_string();
    let name = reading.name.as_deref().unwrap_or("the body");
    for (path, name) in [(Some(&upload.file), name), (upload.boundary.as_ref(), "the boundary")] {
        if let Some(path) = path {
            text = text.replace(&path.display().to_string(), name);
        }
    }
    for flag in ["crs", "frame", "planar", "id"] {
        text = text.replace(&format!("--{flag} "), &format!("?{flag}="));
    }
    Problem::new(Code::Unreadable, format!("文件无法读取:{text}"), text)
}

/// Stages of a check with the share of the work that is done when they begin, roughly.
const STAGES: [(&str, f64); 4] = [("guard", 0.0), ("chain", 0.25), ("residual", 0.4), ("findings", 0.9)];

/// What a job tells of its check.
struct Watch<'a>(&'a (dyn Fn(f64) + Sync));

impl Progress for Watch<'_> {
    fn stage(&self, name: &str, _done: u64, _total: u64) {
        if let Some((_, share)) = STAGES.iter().find(|s| s.0 == name) {
            (self.0)(*share);
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}

fn answer(
    against: &str,
    subject: Subject,
    most: usize,
    progress: &(dyn Fn(f64) + Sync),
) -> Result<String, Problem> {
    let vertices = vertices(&subject);
    let frame = subject.frame.definition().to_owned();
    let mut checked = subject.check(&Thresholds::default(), &Watch(progress)).map_err(|e| match &e {
        WorkError::Boundary(_) => Problem::of(Code::BadBoundary, "边界不是有效的面", &e),
        _ => Problem::internal(e.to_string()),
    })?;
    let mut summary = checked.summary();
    summary.insert("boundary".into(), against.into());
    summary.insert("vertices".into(), vertices.into());
    summary.insert("frame".into(), frame.into());
    summary.insert("findings".into(), checked.findings.len().into());
    summary.insert("truncated".into(), (checked.findings.len() > most).into());
    checked.findings.truncate(most);
    // Written as text at once: as values the ground of many findings would take ten times the memory.
    let mut text = format!("{{\"summary\":{},\"findings\":", Value::Object(summary)).into_bytes();
    let written = checked.write_geojson(&mut text, Path::new("the findings"));
    written.map_err(|e| Problem::internal(e.to_string()))?;
    text.push(b'}');
    String::from_utf8(text).map_err(|e| Problem::internal(e.to_string()))
}

fn vertices(subject: &Subject) -> usize {
    subject.regions.iter().chain(&subject.boundary).flat_map(Region::rings).map(Vec::len).sum()
}
