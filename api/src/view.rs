//! One state of a plan with everything that is asked of it: figures, places, tiles.

use crate::land::{Land, degrees};
use crate::problem::Problem;
use data::store::model::{CellKind, Criterion};
use data::store::records::{CellName, ETag, Version, VersionState};
use partition::frame::{Bounds, Point};
use partition::measure::{CellSums, cell_sums};
use partition::plan::label_points;
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tiles::{CellAttributes, Figures, Options, SourceInput, TileSource, UnitAttributes, is_public_name};

/// Counts below this are not shown to everybody: they would speak of single households.
pub(crate) const SMALL: i64 = 5;

/// A plan at one moment: never changes, an edit makes the next one.
pub(crate) struct View {
    pub(crate) version: Version,
    pub(crate) etag: ETag,
    pub(crate) labels: Vec<u32>,
    pub(crate) cells: Vec<CellName>,
    numbers: HashMap<String, u32>,
    sums: Vec<CellSums>,
    places: Vec<Option<Place>>,
    /// Index of the criterion that is balanced.
    balance: usize,
    /// Its mean over the base cells that have units, in its steps.
    mean: f64,
    tiles: Mutex<Option<Arc<TileSource>>>,
}

/// Where a cell is: in degrees, because it is asked for often and changes seldom.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    bbox: [f64; 4],
    label: Point,
    label_lonlat: [f64; 2],
}

impl View {
    /// O(n log n) for the borders of all cells.
    pub(crate) fn new(land: &Land, state: VersionState, balance: &str) -> Self {
        let criteria = &land.project.units.criteria;
        let balance = criteria.iter().position(|c| c.name == balance).unwrap_or_default();
        let labels = state.draft.labels().to_vec();
        let (version, etag) = (state.version, state.etag);
        Self::of(land, version, etag, labels, state.cells, balance, &[])
    }

    /// The state that follows when some units have changed hands; what they did not touch is taken over.
    ///
    /// O(units + borders), and O(n log n) for the borders of the cells concerned.
    pub(crate) fn after(&self, land: &Land, etag: ETag, labels: &[u32], cells: Vec<CellName>) -> Self {
        let changed: BTreeSet<u32> =
            self.labels.iter().zip(labels).filter(|(o, n)| o != n).flat_map(|(&o, &n)| [o, n]).collect();
        let kept = |(cell, place): (u32, &Option<Place>)| (!changed.contains(&cell)).then_some(*place);
        let kept: Vec<Option<Option<Place>>> = (0..).zip(&self.places).map(kept).collect();
        Self::of(land, self.version.clone(), etag, labels.to_vec(), cells, self.balance, &kept)
    }

    fn of(
        land: &Land,
        version: Version,
        etag: ETag,
        labels: Vec<u32>,
        cells: Vec<CellName>,
        balance: usize,
        kept: &[Option<Option<Place>>],
    ) -> Self {
        let units = &land.project.units;
        let columns: Vec<&[i64]> = units.criteria.iter().map(|c| c.loads.as_slice()).collect();
        let sums = cell_sums(land.ground.graph(), &columns, &labels, cells.len());
        let known = |cell: u32| kept.get(cell as usize).copied().flatten();
        let mut places: Vec<Option<Place>> = (0..cells.len() as u32).map(|c| known(c).flatten()).collect();
        let mut boxes: Vec<Option<Bounds>> = vec![None; cells.len()];
        for (&label, b) in labels.iter().zip(&land.boxes) {
            if let (Some(cell), Some(b)) = (boxes.get_mut(label as usize), b) {
                *cell = Some(cell.map_or(*b, |c| joined(c, *b)));
            }
        }
        for (cell, label) in label_points(&units.regions, &labels, cells.len() as u32, |c| known(c).is_none())
        {
            let cell = cell as usize;
            places[cell] = boxes[cell].zip(label).map(|(bounds, label)| Place {
                bbox: land.map.bbox(bounds),
                label,
                label_lonlat: land.map.lonlat(label).map(degrees),
            });
        }
        // Dedicated cells have no part in what is shared.
        let shares = |(s, c): &(&CellSums, &CellName)| s.units > 0 && c.kind == CellKind::Base;
        let sharing: Vec<_> = sums.iter().zip(&cells).filter(shares).collect();
        let live = sharing.len();
        let total: f64 = sharing.iter().filter_map(|(s, _)| s.loads.get(balance)).map(|&l| l as f64).sum();
        Self {
            numbers: cells.iter().map(|c| c.code.clone()).zip(0..).collect(),
            mean: if live == 0 { 0.0 } else { total / live as f64 },
            tiles: Mutex::new(None),
            version,
            etag,
            labels,
            cells,
            sums,
            places,
            balance,
        }
    }

    /// The cell with a code, if it has units.
    pub(crate) fn number(&self, code: &str) -> Option<u32> {
        self.numbers.get(code).copied().filter(|&c| self.is_live(c))
    }

    /// Whether a cell has units; others are retired.
    pub(crate) fn is_live(&self, cell: u32) -> bool {
        self.sums.get(cell as usize).is_some_and(|s| s.units > 0)
    }

    /// Whether a cell stands beside the plan and may lie in several places.
    pub(crate) fn is_dedicated(&self, cell: u32) -> bool {
        self.cells.get(cell as usize).is_some_and(|c| c.kind == CellKind::Dedicated)
    }

    /// Numbers of the cells that have units.
    pub(crate) fn live(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.cells.len() as u32).filter(|&c| self.is_live(c))
    }

    /// The code of a cell.
    pub(crate) fn code(&self, cell: u32) -> &str {
        self.cells.get(cell as usize).map_or("", |c| &c.code)
    }

    fn place(&self, cell: u32) -> Option<Place> {
        self.places.get(cell as usize).copied().flatten()
    }

    /// Longitude and latitude of the label of a cell.
    pub(crate) fn label(&self, cell: u32) -> Option<[f64; 2]> {
        self.place(cell).map(|p| p.label_lonlat)
    }

    /// West, south, east, north of a cell.
    pub(crate) fn bbox(&self, cell: u32) -> Option<[f64; 4]> {
        self.place(cell).map(|p| p.bbox)
    }

    /// Whether a cell has other figures here than there.
    pub(crate) fn differs(&self, there: &Self, cell: u32) -> bool {
        let i = cell as usize;
        self.mean != there.mean
            || self.sums.get(i) != there.sums.get(i)
            || self.place(cell) != there.place(cell)
    }

    /// The criterion that is balanced.
    pub(crate) fn balanced<'a>(&self, land: &'a Land) -> Option<&'a Criterion> {
        land.project.units.criteria.get(self.balance)
    }

    /// The mean of the balanced criterion over the base cells, in its steps.
    pub(crate) fn mean(&self) -> f64 {
        round(self.mean, 6)
    }

    /// Signed share by which a cell differs from the mean; none for a dedicated cell.
    fn deviation(&self, name: &CellName, sums: &CellSums) -> Option<f64> {
        let load = sums.loads.get(self.balance).map_or(0.0, |&l| l as f64);
        let share = if self.mean > 0.0 { load / self.mean - 1.0 } else { 0.0 };
        (name.kind == CellKind::Base).then(|| round(share, 6))
    }

    fn area_m2(&self, land: &Land, cell: u32, sums: &CellSums) -> f64 {
        let at = self.place(cell).map(|p| p.label).unwrap_or_default();
        round(land.map.frame.area_m2(sums.area_mm2 * 2_000_000, at), 2)
    }

    /// The figures of a cell as JSON; `None` when it has no units.
    pub(crate) fn figures(&self, land: &Land, cell: u32) -> Option<Value> {
        let sums = self.sums.get(cell as usize).filter(|s| s.units > 0)?;
        let name = self.cells.get(cell as usize)?;
        let criteria = &land.project.units.criteria;
        let loads: Map<String, Value> =
            criteria.iter().zip(&sums.loads).map(|(c, &l)| (c.name.clone(), json!(l))).collect();
        Some(json!({
            "id": name.code, "number": feature_id(cell), "name": name.name, "kind": name.kind,
            "parent": land.parent(name.parent), "units": sums.units, "loads": loads,
            "deviation": self.deviation(name, sums),
            "polsby_popper": round(sums.polsby_popper(), 4), "area_m2": self.area_m2(land, cell, sums),
            "bbox": self.bbox(cell), "label": self.label(cell),
        }))
    }

    /// The tiles; built when first asked for, from those of a state before where there are any. Blocks.
    pub(crate) fn tiles(
        &self,
        land: &Land,
        before: &Mutex<Option<Arc<TileSource>>>,
    ) -> Result<Arc<TileSource>, Problem> {
        let mut own = self.tiles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tiles) = &*own {
            return Ok(Arc::clone(tiles));
        }
        let last = before.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let built = Arc::new(self.build(land, last.as_deref())?);
        *before.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&built));
        *own = Some(Arc::clone(&built));
        Ok(built)
    }

    fn build(&self, land: &Land, before: Option<&TileSource>) -> Result<TileSource, Problem> {
        let units = &land.project.units;
        let column = |name: &str| units.criteria.iter().position(|c| c.name == name);
        let (households, visits) = (column("households"), column("visits_month"));
        let count = |loads: &[i64]| households.and_then(|h| u64::try_from(*loads.get(h)?).ok());
        let cell = |(number, name): (u32, &CellName)| {
            let sums = &self.sums[number as usize];
            let visits =
                visits.and_then(|v| Some(*sums.loads.get(v)? as f64 / units.criteria[v].scale as f64));
            let figures = Figures {
                households: count(&sums.loads),
                visits_month: visits,
                deviation: self.deviation(name, sums),
                polsby_popper: Some(round(sums.polsby_popper(), 4)),
                area_m2: Some(self.area_m2(land, number, sums)),
            };
            CellAttributes {
                id: feature_id(number),
                code: name.code.clone(),
                name: public(&name.name),
                level: 1,
                figures: figures.without_counts_below(SMALL.unsigned_abs()),
            }
        };
        let cells: Vec<CellAttributes> = (0..).zip(&self.cells).map(cell).collect();
        let attributes = |(unit, id): (u32, &String)| {
            let load = households.and_then(|h| units.criteria[h].loads.get(unit as usize));
            let households = load.and_then(|&l| u64::try_from(l).ok());
            let figures = Figures { households, ..Figures::default() };
            let figures = figures.without_counts_below(SMALL.unsigned_abs());
            UnitAttributes { id: feature_id(unit), code: id.clone(), figures }
        };
        let unit_attributes: Vec<UnitAttributes> = match before {
            Some(_) => Vec::new(),
            None => (0..).zip(&units.ids).map(attributes).collect(),
        };
        let input = SourceInput {
            units: &units.regions,
            labels: &self.labels,
            cells: &cells,
            unit_attributes: &unit_attributes,
            context: &land.context.features,
        };
        let built = match before {
            Some(before) => before.relabelled(input, &land.map),
            None => TileSource::new(input, &Options::default(), &land.map),
        };
        built.map_err(|e| Problem::internal(e.to_string()))
    }
}

/// The number of a cell or unit in tiles: from 1, because clients take 0 for none.
pub(crate) fn feature_id(number: u32) -> u64 {
    u64::from(number) + 1
}

/// A text that may stand on a map; what looks like somebody's number may not.
fn public(text: &str) -> String {
    if is_public_name(text) { text.to_owned() } else { String::new() }
}

fn joined(a: Bounds, b: Bounds) -> Bounds {
    Bounds {
        min: Point::new(a.min.x.min(b.min.x), a.min.y.min(b.min.y)),
        max: Point::new(a.max.x.max(b.max.x), a.max.y.max(b.max.y)),
    }
}

pub(crate) fn round(v: f64, digits: i32) -> f64 {
    let s = 10_f64.powi(digits);
    (v * s).round() / s
}
