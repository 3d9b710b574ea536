//! Cells that anybody drew, and what is wrong with them.

use super::WorkError;
use super::given::joined;
use crate::carry::carry_layers;
use crate::frame::Frame;
use crate::read::FeatureSet;
use crate::store::model::Project;
use geo_types::{Geometry, Line, MultiPolygon, Polygon};
use partition::check::{Finding, Thresholds, Words, coverage_findings, is_tiling_rule};
use partition::coverage::analyse;
use partition::frame::{Bounds, Point, Region, meeting_pairs};
use std::collections::BTreeMap;

/// What to check, in its frame.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The plane.
    pub frame: Frame,
    /// The id of each region; `#3` for the fourth when it has none.
    pub ids: Vec<String>,
    /// The cells.
    pub regions: Vec<Region>,
    /// What they should tile.
    pub boundary: Option<Region>,
}

/// A finding with the figures and words people get.
#[derive(Clone, Debug)]
pub struct Told {
    /// The finding.
    pub finding: Finding,
    /// The ids of its holders.
    pub ids: Vec<String>,
    /// Ellipsoidal area of its ground, m².
    pub area_m2: f64,
    /// In words.
    pub words: Words,
}

/// The outcome of a check.
#[derive(Clone, Debug)]
pub struct Report {
    /// Whether the cells tile their boundary, or without one the region they enclose.
    pub valid: bool,
    /// How many findings of each rule.
    pub counts: BTreeMap<&'static str, usize>,
    /// Their area by rule, m².
    pub area_m2: BTreeMap<&'static str, f64>,
    /// All findings by rule, the largest first.
    pub findings: Vec<Told>,
}

impl Subject {
    /// The cells of a project against its boundary.
    ///
    /// # Errors
    /// [`WorkError::Nothing`] when there is no plan yet, [`WorkError::Frame`].
    pub fn of_project(project: Project) -> Result<Self, WorkError> {
        let none =
            || WorkError::Nothing("the project has no plan yet, so there are no cells to check".into());
        let (ids, regions) =
            project.plan.ok_or_else(none)?.cells.into_iter().map(|c| (c.code, c.region)).unzip();
        let frame = Frame::from_definition(&project.frame)?;
        Ok(Self { frame, ids, regions, boundary: Some(project.boundary.region) })
    }

    /// A layer of cells, and one of the boundary.
    ///
    /// # Errors
    /// [`WorkError::Read`] naming the feature that is no polygon or lies where the frame does not reach.
    pub fn of_layers(
        cells: &FeatureSet,
        boundary: Option<&FeatureSet>,
        frame: Frame,
    ) -> Result<Self, WorkError> {
        let sets: Vec<_> = [Some(cells), boundary].into_iter().flatten().collect();
        let mut carried = carry_layers(&sets, &frame)?.into_iter().map(|c| c.regions);
        let id = |f: &crate::read::Feature| f.id.clone().unwrap_or_else(|| format!("#{}", f.index));
        Ok(Self {
            frame,
            ids: cells.features.iter().map(id).collect(),
            regions: carried.next().unwrap_or_default(),
            boundary: carried.next().map(joined),
        })
    }

    /// Number of vertices of all regions.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.regions.iter().chain(&self.boundary).flat_map(Region::rings).map(Vec::len).sum()
    }

    /// Checks the cells.
    ///
    /// # Errors
    /// [`WorkError::Boundary`] when the boundary is no region.
    pub fn check(&self, thresholds: &Thresholds) -> Result<Report, WorkError> {
        let analysis = analyse(&self.regions, self.boundary.as_ref())?;
        let findings = coverage_findings(&analysis, &self.regions, thresholds);
        let name = |h: u32| self.ids.get(h as usize).cloned().unwrap_or_default();
        let (mut counts, mut areas) = (BTreeMap::new(), BTreeMap::new());
        let valid = !findings.iter().any(|f| is_tiling_rule(f.rule));
        let told = findings.into_iter().map(|finding| {
            let area_m2 = self.frame.area_m2(finding.ground.twice_area_um2(), finding.at);
            *counts.entry(finding.rule.id()).or_default() += 1;
            *areas.entry(finding.rule.id()).or_default() += area_m2;
            let ids = finding.holders.iter().map(|&h| name(h)).collect();
            Told { ids, area_m2, words: finding.words(name, area_m2), finding }
        });
        let findings = told.collect();
        Ok(Report { valid, counts, area_m2: areas, findings })
    }
}

/// Whether the edges of `sets` come near each other in more than `most` pairs. Carrying and checking take time and memory
/// with the number of pairs, so that a server asks this first. Ordinary coverages have a dozen pairs for each edge.
///
/// O(n log n + most).
#[must_use]
pub fn is_entangled(sets: &[&FeatureSet], most: usize) -> bool {
    let boxes = sets.iter().filter_map(|s| s.bounds().map(|b| (s, b))).flat_map(|(set, (min, max))| {
        // Only who meets whom counts, so any whole numbers do that keep the order.
        let scale = (1_u64 << 40) as f64 / (max[0] - min[0]).max(max[1] - min[1]).max(f64::MIN_POSITIVE);
        let whole = move |c: geo_types::Coord<f64>| {
            Point::new(((c.x - min[0]) * scale) as i64, ((c.y - min[1]) * scale) as i64)
        };
        edges(set).map(move |l| Bounds::of_segment(whole(l.start), whole(l.end)))
    });
    let boxes: Vec<Bounds> = boxes.collect();
    let (mut pairs, mut entangled) = (0, false);
    meeting_pairs(&boxes, |_, _| {
        pairs += 1;
        entangled = pairs > most;
        !entangled
    });
    entangled
}

fn edges(set: &FeatureSet) -> impl Iterator<Item = Line<f64>> + '_ {
    fn polygons(g: &Geometry<f64>) -> Vec<&Polygon<f64>> {
        match g {
            Geometry::Polygon(p) => vec![p],
            Geometry::MultiPolygon(MultiPolygon(m)) => m.iter().collect(),
            Geometry::GeometryCollection(c) => c.0.iter().flat_map(polygons).collect(),
            _ => Vec::new(),
        }
    }
    let rings = set.features.iter().flat_map(|f| polygons(&f.geometry));
    rings.flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())).flat_map(|r| r.lines())
}
