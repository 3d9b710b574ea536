//! What is wrong with cells that anybody drew, place by place.
//!
//! * [`Subject`]: what is checked, from files or a project, and what it is held against ([`Beside`], [`Wanted`])
//! * [`Checked`]: the findings with their sentences and figures
//! * [`crate::report`] writes them as files

mod accepted;
mod figures;
mod objects;
mod shifted;
mod subject;

pub use figures::{Figure, Wanted};
pub use objects::Objects;
pub use subject::{Above, Beside, Files, Subject};

use super::WorkError;
use partition::chain::{BOUNDARY, Holder};
use partition::check::rules::{RuleId, Severity};
use partition::check::{
    About, Facts, Finding, Names, Thresholds, Words, coverage_findings_with, is_tiling_rule, nesting_findings,
};
use partition::coverage::{Parents, analyse_watched, nesting};
use partition::frame::interior_point;
use partition::progress::Progress;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

impl Subject {
    /// Finds all that keeps the cells from tiling the boundary, and all that is wrong beside it.
    ///
    /// # Errors
    /// [`WorkError`] when the boundary itself is no region.
    pub fn check(self, thresholds: &Thresholds, progress: &dyn Progress) -> Result<Checked, WorkError> {
        let analysis = analyse_watched(&self.regions, self.boundary.as_ref(), progress)?;
        progress.stage("findings", 0, analysis.defects.len() as u64);
        let parent_of = self.parent_of();
        let facts = Facts { parent_of: &parent_of, class_of: &self.classes, legal_gaps: &self.accepted };
        let mut findings = coverage_findings_with(&analysis, &self.regions, thresholds, &facts);
        self.against_parents(thresholds, &mut findings);
        if let Some(objects) = &self.objects {
            findings.extend(objects.findings(&self.regions, thresholds));
        }
        for (figure, n) in self.figures.iter().zip(0..) {
            findings.extend(figure.findings(n, &self.regions, self.above.as_ref(), &self.classes));
        }
        findings.extend(self.misread.clone());
        findings.sort_by(Finding::order);
        let findings = findings.into_iter().map(|f| self.found(f)).collect();
        Ok(Checked { subject: self, thresholds: *thresholds, findings })
    }

    /// OVL-04, OVL-05 and GAP-06. What the boundary has shown already is not said again.
    fn against_parents(&self, thresholds: &Thresholds, findings: &mut Vec<Finding>) {
        let Some(above) = &self.above else { return };
        let mut nesting =
            nesting(&self.regions, Parents { regions: &above.regions, of_cell: &above.of_cell });
        if self.boundary.is_some() {
            let mut outside: BTreeMap<Holder, i128> = BTreeMap::new();
            for f in findings.iter().filter(|f| f.rule == RuleId::Ovl04) {
                for &h in &f.holders {
                    *outside.entry(h).or_default() += f.ground.twice_area_um2();
                }
            }
            let is_known = |cell, area| outside.get(&cell).is_some_and(|&known| known >= area);
            nesting.strays.retain(|s| s.parent.is_some() || !is_known(s.cell, s.ground.twice_area_um2()));
            nesting.unfilled.clear();
        }
        findings.extend(nesting_findings(&nesting, &self.regions, thresholds, |_| false));
    }

    fn found(&self, mut finding: Finding) -> Found {
        if let (About::Parent(p), Some(above)) = (finding.about, &self.above)
            && finding.ground.parts.is_empty()
        {
            let parts = above.regions.get(p as usize).map(|r| &r.parts[..]).unwrap_or_default();
            finding.at = parts.iter().find_map(interior_point).unwrap_or(finding.at);
        }
        let area_m2 = self.frame.area_m2(finding.ground.twice_area_um2(), finding.at);
        let words = finding.words(self, area_m2);
        Found { finding, area_m2, words }
    }

    fn file_of(&self, h: Holder) -> Option<&String> {
        let files = self.files.as_ref()?;
        files.names.get(*files.of_cell.get(h as usize)? as usize)
    }

    /// The files of the cells that a finding is about, or that lie beside it.
    fn files_of(&self, f: &Finding) -> Vec<&String> {
        let cells = f.holders.iter().chain(f.neighbours.iter().map(|n| &n.0));
        let mut files: Vec<&String> = cells.filter_map(|&h| self.file_of(h)).collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

impl Names for Subject {
    fn cell(&self, h: Holder) -> String {
        let id = self.ids.get(h as usize).cloned().unwrap_or_default();
        self.file_of(h).map_or_else(|| id.clone(), |file| format!("{file}/{id}"))
    }

    fn object(&self, n: u32) -> String {
        self.objects.as_ref().and_then(|o| o.names.get(n as usize)).cloned().unwrap_or_default()
    }

    fn parent(&self, n: u32) -> String {
        self.above.as_ref().and_then(|a| a.names.get(n as usize)).cloned().unwrap_or_default()
    }

    fn column(&self, n: u32) -> (String, i64) {
        self.figures.get(n as usize).map_or_else(|| (String::new(), 1), Figure::name)
    }

    fn exception(&self, n: u32) -> String {
        let gap = self.accepted.get(n as usize);
        gap.map(|g| format!("{} ({})", g.reason, g.author)).unwrap_or_default()
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

impl Found {
    /// Longitude and latitude, or the plane's own metres; `None` for an object without a place.
    #[must_use]
    pub fn at(&self, subject: &Subject) -> Option<[f64; 2]> {
        let frame = &subject.frame;
        match self.finding.rule {
            RuleId::Gap08 => None,
            _ if frame.is_planar() => Some(frame.to_projected_m(self.finding.at)),
            _ => frame.to_lonlat(self.finding.at),
        }
    }
}

/// The answer of [`Subject::check`].
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was checked.
    pub subject: Subject,
    /// What counted as small.
    pub thresholds: Thresholds,
    /// All findings: by rule, the largest ground first.
    pub findings: Vec<Found>,
}

impl Checked {
    /// Whether nothing keeps the cells from tiling: no finding of a rule about gaps, overlaps or wrong rings, however
    /// small, but for legal gaps.
    #[must_use]
    pub fn valid(&self) -> bool {
        !self.findings.iter().any(|f| is_tiling_rule(f.finding.rule) && f.finding.accepted.is_none())
    }

    /// Whether any finding is this severe, or more; legal gaps are none.
    #[must_use]
    pub fn any(&self, at_least: Severity) -> bool {
        self.findings.iter().any(|f| f.finding.severity >= at_least && f.finding.accepted.is_none())
    }

    /// The figures without the list: `valid`, `boundary`, `polygons`, `counts`, `area_m2`, `accepted`, `thresholds`, and
    /// `files` where there are several.
    #[must_use]
    pub fn summary(&self) -> Map<String, Value> {
        let (mut counts, mut areas) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, f64>::new());
        let (accepted, faults): (Vec<&Found>, Vec<&Found>) =
            self.findings.iter().partition(|f| f.finding.accepted.is_some());
        for f in faults {
            *counts.entry(f.finding.rule.id()).or_default() += 1;
            *areas.entry(f.finding.rule.id()).or_default() += f.area_m2;
        }
        let mut out = Map::new();
        out.insert("valid".into(), json!(self.valid()));
        out.insert("boundary".into(), json!(if self.subject.boundary.is_some() { "given" } else { "none" }));
        out.insert("polygons".into(), json!(self.subject.regions.len()));
        out.insert("counts".into(), json!(counts));
        out.insert("area_m2".into(), json!(areas));
        out.insert("accepted".into(), json!(accepted.len()));
        out.insert("thresholds".into(), json!(self.thresholds));
        if let Some(files) = self.files() {
            out.insert("files".into(), files);
        }
        out
    }

    /// For each file its cells, and how often which rule is broken by them or beside them.
    fn files(&self) -> Option<Value> {
        let files = self.subject.files.as_ref()?;
        let mut polygons: BTreeMap<&str, usize> = BTreeMap::new();
        for &n in &files.of_cell {
            *polygons.entry(&files.names[n as usize]).or_default() += 1;
        }
        let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for f in self.findings.iter().filter(|f| f.finding.accepted.is_none()) {
            for file in self.subject.files_of(&f.finding) {
                *counts.entry(file).or_default().entry(f.finding.rule.id()).or_default() += 1;
            }
        }
        let one = |name: &String| {
            let polygons = polygons.get(name.as_str()).copied().unwrap_or(0);
            json!({"file": name, "polygons": polygons, "counts": counts.get(name.as_str()).cloned().unwrap_or_default()})
        };
        Some(files.names.iter().map(one).collect())
    }

    /// Each finding as `rule`, `severity`, `area_m2`, `width_m`, `ids`, `at`, `zh`, `en`; where there are some,
    /// `neighbours` with the border they share, `files`, `object`, `parent`, `accepted` with reason and author.
    pub fn rows(&self) -> impl Iterator<Item = Map<String, Value>> {
        let s = &self.subject;
        self.findings.iter().map(move |f| {
            let g = &f.finding;
            let ids: Vec<&String> = g.holders.iter().map(|&h| &s.ids[h as usize]).collect();
            let mut row = Map::new();
            row.insert("rule".into(), json!(g.rule));
            row.insert("severity".into(), json!(g.severity));
            row.insert("area_m2".into(), json!(f.area_m2));
            row.insert("width_m".into(), json!(g.width_um as f64 / 1e6));
            row.insert("ids".into(), json!(ids));
            row.insert("at".into(), json!(f.at(s)));
            row.insert("zh".into(), json!(f.words.zh));
            row.insert("en".into(), json!(f.words.en));
            let beside = g.neighbours.iter().filter(|n| n.0 != BOUNDARY);
            let beside: Vec<Value> = beside
                .map(|&(h, um)| json!({"id": s.ids[h as usize], "shared_m": um as f64 / 1e6}))
                .collect();
            if !beside.is_empty() {
                row.insert("neighbours".into(), json!(beside));
            }
            let files = s.files_of(g);
            if !files.is_empty() {
                row.insert("files".into(), json!(files));
            }
            match g.about {
                About::Object(n) => drop(row.insert("object".into(), json!(s.object(n)))),
                About::Parent(n) => drop(row.insert("parent".into(), json!(s.parent(n)))),
                About::Cells => {}
            }
            if let Some(gap) = g.accepted.and_then(|n| s.accepted.get(n as usize)) {
                row.insert("accepted".into(), json!({"reason": gap.reason, "author": gap.author}));
            }
            row
        })
    }
}
