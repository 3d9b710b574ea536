//! What is to be checked, from files or from a project.

use super::super::WorkError;
use super::super::given::{frame_around, names, outline};
use super::accepted::legal_gaps;
use super::figures::{self, Figure, Rows, Wanted};
use super::objects::Objects;
use super::shifted::suspicion;
use crate::carry::carry_layers;
use crate::frame::Frame;
use crate::read::{Feature, FeatureSet};
use crate::store::model::{Cell, CellKind, Project};
use partition::check::{Class, Finding, LegalGap};
use partition::frame::{Region, RegionIndex, interior_point};
use serde_json::Value;
use std::collections::HashMap;

/// Cells to be checked, in a frame, and all that is known beside them.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The frame all regions are in.
    pub frame: Frame,
    /// What the cells are called.
    pub ids: Vec<String>,
    /// Their ground, as drawn.
    pub regions: Vec<Region>,
    /// Which of them are dedicated.
    pub classes: Vec<Class>,
    /// What they should tile. Without it only holes and what is held twice can be found.
    pub boundary: Option<Region>,
    /// Where the cells come from, when they come from several files.
    pub files: Option<Files>,
    /// The areas that cells must stay inside.
    pub above: Option<Above>,
    /// What must lie in exactly one cell, be covered, or stay whole.
    pub objects: Option<Objects>,
    /// Ground that may stay without a cell.
    pub accepted: Vec<LegalGap>,
    /// Figures to hold against something.
    pub figures: Vec<Figure>,
    /// The cells would fit their boundary if their numbers were read in another system (CRS-01).
    pub(super) misread: Option<Finding>,
}

/// Files that are checked together.
#[derive(Clone, Debug)]
pub struct Files {
    /// What they are called.
    pub names: Vec<String>,
    /// The file of each cell.
    pub of_cell: Vec<u32>,
    /// Whether each is an area of its own (its cells fill a street, a community), so that what is wrong between two of
    /// them is wrong between neighbouring parents.
    pub are_parents: bool,
}

/// One level up.
#[derive(Clone, Debug)]
pub struct Above {
    /// What the areas are called.
    pub names: Vec<String>,
    /// Their ground.
    pub regions: Vec<Region>,
    /// The area of each cell: the one its middle lies in.
    pub of_cell: Vec<Option<u32>>,
}

/// Layers to be held against the cells; all may be missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// The legal boundary.
    pub boundary: Option<&'a FeatureSet>,
    /// Areas that cells must stay inside. Without a boundary, all of them together are one.
    pub parents: Option<&'a FeatureSet>,
    /// Points, lines, polygons; see [`Objects`].
    pub objects: Option<&'a FeatureSet>,
    /// The column of the objects that names their cell.
    pub object_cell: Option<&'a str>,
    /// Legal gaps with their `reason` and `author`.
    pub accepted: Option<&'a FeatureSet>,
    /// Columns of figures.
    pub wanted: &'a [Wanted],
}

impl<'a> Beside<'a> {
    /// The layers whose borders the cells may share.
    fn grounds(&self) -> impl Iterator<Item = &'a FeatureSet> {
        [self.boundary, self.parents, self.accepted].into_iter().flatten()
    }

    /// The frame for cells and these layers: that of the boundary, else of the parents, else of the cells.
    ///
    /// # Errors
    /// As [`frame_around`].
    pub fn frame(&self, cells: &[FeatureSet]) -> Result<Frame, WorkError> {
        match self.boundary.or(self.parents) {
            Some(set) => frame_around(&[set]),
            None => frame_around(&cells.iter().collect::<Vec<_>>()),
        }
    }
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
        let beside = Beside { boundary, ..Beside::default() };
        Self::of_files(std::slice::from_ref(cells), false, &beside, frame)
    }

    /// Cells from one or several files and what they are held against. `by_file`: each file is an area of its own.
    ///
    /// # Errors
    /// [`WorkError`] naming the file and the feature: a geometry that cannot be carried into the frame, a boundary or a
    /// parent that is no region, a legal gap without reason, a column that is missing or holds no number.
    pub fn of_files(
        cells: &[FeatureSet],
        by_file: bool,
        beside: &Beside<'_>,
        frame: Frame,
    ) -> Result<Self, WorkError> {
        let sets: Vec<&FeatureSet> = cells.iter().chain(beside.grounds()).collect();
        let mut carried = carry_layers(&sets, &frame)?.into_iter().map(|c| c.regions);
        let regions: Vec<Region> = carried.by_ref().take(cells.len()).flatten().collect();
        let id = |f: &Feature| f.id.clone().unwrap_or_else(|| format!("#{}", f.index));
        let features = || cells.iter().flat_map(|set| &set.features);
        let files = (cells.len() > 1).then(|| Files {
            names: file_names(cells),
            of_cell: (0..).zip(cells).flat_map(|(n, set)| set.features.iter().map(move |_| n)).collect(),
            are_parents: by_file,
        });
        // `kind` as the product writes it, or in the words of a list.
        let class = |f: &Feature| match f.properties.get("kind").and_then(Value::as_str) {
            Some(kind) if CellKind::of(kind) == Some(CellKind::Dedicated) || kind.contains("专属") => {
                Class::Carved
            }
            _ => Class::Base,
        };
        let classes = features().map(class).collect();
        let mut subject =
            Self { ids: features().map(id).collect(), regions, classes, files, ..Self::in_frame(frame) };
        let ids = subject.ids.clone();
        let path = cells.first().map(|s| s.path.display().to_string()).unwrap_or_default();
        let rows = Rows { path, ids: &ids, rows: features().map(|f| &f.properties).collect() };
        subject.put_beside(beside, carried, &rows)?;
        // Files in several systems are not all wrong in one way.
        let first = cells.first().filter(|first| cells.iter().all(|set| set.crs == first.crs));
        if let (Some(boundary), Some(set)) = (&subject.boundary, first) {
            subject.misread = suspicion(&subject.regions, boundary, &set.crs, &subject.frame);
        }
        Ok(subject)
    }

    /// The cells of a project against its own boundary, and against what is beside it.
    ///
    /// # Errors
    /// [`WorkError::Nothing`] when there is no plan yet; else as [`Subject::of_files`].
    pub fn of_project(project: Project, beside: &Beside<'_>) -> Result<Self, WorkError> {
        let plan = project.plan.ok_or_else(|| {
            WorkError::Nothing("the project has no plan yet, so there are no cells to check".into())
        })?;
        let frame = Frame::from_definition(&project.frame)?;
        let sets: Vec<&FeatureSet> = beside.grounds().collect();
        let carried: Vec<_> = carry_layers(&sets, &frame)?.into_iter().map(|c| c.regions).collect();
        let regions = plan.cells.iter().map(|c| c.region.clone()).collect();
        let ids: Vec<String> = plan.cells.iter().map(|c| c.code.clone()).collect();
        let class = |c: &Cell| match c.kind {
            CellKind::Base => Class::Base,
            CellKind::Dedicated => Class::Carved,
        };
        let classes = plan.cells.iter().map(class).collect();
        let mut subject = Self { ids: ids.clone(), regions, classes, ..Self::in_frame(frame) };
        let rows = plan.cells.iter().map(|c| &c.figures).collect();
        let rows = Rows { path: project.name.clone(), ids: &ids, rows };
        subject.put_beside(beside, carried.into_iter(), &rows)?;
        if beside.boundary.is_none() {
            subject.boundary = Some(project.boundary.region);
        }
        Ok(subject)
    }

    fn in_frame(frame: Frame) -> Self {
        Self {
            frame,
            ids: Vec::new(),
            regions: Vec::new(),
            classes: Vec::new(),
            boundary: None,
            files: None,
            above: None,
            objects: None,
            accepted: Vec::new(),
            figures: Vec::new(),
            misread: None,
        }
    }

    /// `carried` gives the regions of [`Beside::grounds`] in turn.
    fn put_beside(
        &mut self,
        beside: &Beside<'_>,
        mut carried: impl Iterator<Item = Vec<Region>>,
        rows: &Rows<'_>,
    ) -> Result<(), WorkError> {
        let mut next = |set: Option<&_>| set.map(|_| carried.next().unwrap_or_default());
        let (boundary, parents, gaps) = (next(beside.boundary), next(beside.parents), next(beside.accepted));
        if let Some((set, regions)) = beside.boundary.zip(boundary) {
            self.boundary = Some(outline(set, regions, &self.frame)?);
        }
        if let Some((set, regions)) = beside.parents.zip(parents) {
            let whole = outline(set, regions.clone(), &self.frame)?;
            self.boundary.get_or_insert(whole);
            let index = RegionIndex::new(&regions);
            let middle = |r: &Region| r.parts.iter().find_map(interior_point);
            let of_cell = self.regions.iter().map(|r| middle(r).and_then(|p| index.at(p))).collect();
            self.above = Some(Above { names: names(set), of_cell, regions });
        }
        if let Some((set, regions)) = beside.accepted.zip(gaps) {
            self.accepted = legal_gaps(set, regions)?;
        }
        if let Some(set) = beside.objects {
            let number: HashMap<&str, u32> = self.ids.iter().map(String::as_str).zip(0..).collect();
            self.objects = Some(Objects::of(set, beside.object_cell, &number, &self.frame)?);
        }
        let parents = beside.parents.zip(self.above.as_ref().map(|a| &a.names[..]));
        self.figures = figures::read(beside.wanted, rows, parents)?;
        Ok(())
    }

    /// The parent of each cell: the area above, else the file where each is an area of its own.
    pub(super) fn parent_of(&self) -> Vec<Option<u32>> {
        match (&self.above, &self.files) {
            (Some(above), _) => above.of_cell.clone(),
            (None, Some(files)) if files.are_parents => files.of_cell.iter().copied().map(Some).collect(),
            _ => Vec::new(),
        }
    }
}

/// The names of files without what they share: folders and, where that leaves them different, extensions.
fn file_names(sets: &[FeatureSet]) -> Vec<String> {
    let base = |s: &FeatureSet| {
        let name = s.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = name.split('.').next().filter(|s| !s.is_empty()).unwrap_or(&name).to_owned();
        s.layer
            .as_ref()
            .map_or_else(|| stem.clone(), |l| if *l == stem { stem.clone() } else { format!("{stem}:{l}") })
    };
    let short: Vec<String> = sets.iter().map(base).collect();
    let mut distinct = short.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() == short.len() {
        short
    } else {
        sets.iter().map(|s| s.path.display().to_string()).collect()
    }
}
