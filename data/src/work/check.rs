//! What is wrong with cells that anybody drew, place by place.

use super::WorkError;
use super::given::outline;
use crate::carry::carry_layers;
use crate::frame::Frame;
use crate::read::FeatureSet;
use crate::store::model::Project;
use crate::write::{OutFeature, Shape, WriteError, write_geojson_to};
use partition::check::rules::Severity;
use partition::check::{Finding, Thresholds, Words, coverage_findings, is_tiling_rule};
use partition::coverage::analyse_watched;
use partition::frame::Region;
use partition::progress::Progress;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Cells to be checked, in a frame.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The frame all regions are in.
    pub frame: Frame,
    /// What the cells are called.
    pub ids: Vec<String>,
    /// Their ground, as drawn.
    pub regions: Vec<Region>,
    /// What they should tile. Without it only holes and what is held twice can be found.
    pub boundary: Option<Region>,
}

impl Subject {
    /// Cells from a file, with the boundary from another where there is one.
    ///
    /// # Errors
    /// [`WorkError`]: a geometry that cannot be carried into the frame.
    pub fn of_layers(
        cells: &FeatureSet,
        boundary: Option<&FeatureSet>,
        frame: Frame,
    ) -> Result<Self, WorkError> {
        let sets: Vec<&FeatureSet> = [Some(cells), boundary].into_iter().flatten().collect();
        let mut carried = carry_layers(&sets, &frame)?.into_iter().map(|c| c.regions);
        let id = |f: &crate::read::Feature| f.id.clone().unwrap_or_else(|| format!("#{}", f.index));
        Ok(Self {
            ids: cells.features.iter().map(id).collect(),
            regions: carried.next().unwrap_or_default(),
            boundary: boundary
                .zip(carried.next())
                .map(|(set, regions)| outline(set, regions, &frame))
                .transpose()?,
            frame,
        })
    }

    /// The cells of a project against its own boundary.
    ///
    /// # Errors
    /// [`WorkError::Nothing`] when there is no plan yet.
    pub fn of_project(project: Project) -> Result<Self, WorkError> {
        let plan = project.plan.ok_or_else(|| {
            WorkError::Nothing("the project has no plan yet, so there are no cells to check".into())
        })?;
        let (ids, regions) = plan.cells.into_iter().map(|c| (c.code, c.region)).unzip();
        let frame = Frame::from_definition(&project.frame)?;
        Ok(Self { frame, ids, regions, boundary: Some(project.boundary.region) })
    }

    /// Finds all that keeps the cells from tiling the boundary.
    ///
    /// # Errors
    /// [`WorkError`] when the boundary itself is no region.
    pub fn check(self, thresholds: &Thresholds, progress: &dyn Progress) -> Result<Checked, WorkError> {
        let analysis = analyse_watched(&self.regions, self.boundary.as_ref(), progress)?;
        progress.stage("findings", 0, analysis.defects.len() as u64);
        let findings = coverage_findings(&analysis, &self.regions, thresholds)
            .into_iter()
            .map(|finding| {
                let area_m2 = self.frame.area_m2(finding.ground.twice_area_um2(), finding.at);
                let words = finding.words(|h| self.ids[h as usize].clone(), area_m2);
                Found { finding, area_m2, words }
            })
            .collect();
        Ok(Checked { subject: self, findings })
    }
}

/// A finding with its published area and its sentences.
#[derive(Clone, Debug)]
pub struct Found {
    /// The finding in the frame.
    pub finding: Finding,
    /// Area of its ground on the ellipsoid.
    pub area_m2: f64,
    /// What to tell people.
    pub words: Words,
}

/// The answer of [`Subject::check`].
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was checked.
    pub subject: Subject,
    /// All findings: by rule, the largest ground first.
    pub findings: Vec<Found>,
}

impl Checked {
    /// Whether nothing keeps the cells from tiling: no finding of a rule about gaps, overlaps or wrong rings, however
    /// small.
    #[must_use]
    pub fn valid(&self) -> bool {
        !self.findings.iter().any(|f| is_tiling_rule(f.finding.rule))
    }

    /// Whether any finding is this severe, or more.
    #[must_use]
    pub fn any(&self, at_least: Severity) -> bool {
        self.findings.iter().any(|f| f.finding.severity >= at_least)
    }

    /// The figures without the list: `valid`, `boundary`, `polygons`, `counts`, `area_m2`.
    #[must_use]
    pub fn summary(&self) -> Map<String, Value> {
        let (mut counts, mut areas) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, f64>::new());
        for f in &self.findings {
            *counts.entry(f.finding.rule.id()).or_default() += 1;
            *areas.entry(f.finding.rule.id()).or_default() += f.area_m2;
        }
        let mut out = Map::new();
        out.insert("valid".into(), json!(self.valid()));
        out.insert("boundary".into(), json!(if self.subject.boundary.is_some() { "given" } else { "none" }));
        out.insert("polygons".into(), json!(self.subject.regions.len()));
        out.insert("counts".into(), json!(counts));
        out.insert("area_m2".into(), json!(areas));
        out
    }

    /// Each finding as `rule`, `severity`, `area_m2`, `width_m`, `ids`, `at`, `zh`, `en`.
    pub fn rows(&self) -> impl Iterator<Item = Map<String, Value>> {
        self.findings.iter().map(|f| {
            let g = &f.finding;
            let ids: Vec<&String> = g.holders.iter().map(|&h| &self.subject.ids[h as usize]).collect();
            let mut row = Map::new();
            row.insert("rule".into(), json!(g.rule));
            row.insert("severity".into(), json!(g.severity));
            row.insert("area_m2".into(), json!(f.area_m2));
            row.insert("width_m".into(), json!(g.width_um as f64 / 1e6));
            row.insert("ids".into(), json!(ids));
            row.insert("at".into(), json!(self.subject.frame.to_lonlat(g.at)));
            row.insert("zh".into(), json!(f.words.zh));
            row.insert("en".into(), json!(f.words.en));
            row
        })
    }

    /// The findings as GeoJSON: the gap or overlap itself, else the lines, else the place.
    ///
    /// # Errors
    /// [`WriteError`]; `name` is what it calls the output.
    pub fn write_geojson(&self, out: &mut impl Write, name: &Path) -> Result<(), WriteError> {
        let rows: Vec<Map<String, Value>> = self.rows().collect();
        let features = self.findings.iter().zip(&rows).map(|(f, properties)| OutFeature {
            id: None,
            properties,
            shape: match &f.finding {
                g if !g.ground.parts.is_empty() => Shape::Ground(&g.ground),
                g if !g.lines.is_empty() => Shape::Lines(&g.lines),
                g => Shape::At(g.at),
            },
        });
        write_geojson_to(out, name, &self.subject.frame, features)
    }
}
