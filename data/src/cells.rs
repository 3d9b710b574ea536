//! Cells made from labels: their ground, their figures and the proof that they tile the boundary.

use crate::frame::Frame;
use crate::store::model::{Cell, CellKind, Criterion, Input, Project};
use crate::store::records::CellName;
use partition::coverage::{self, Certificate, NotProved, certify};
use partition::frame::{Point, Region, interior_point};
use partition::measure::fair_share;
use serde_json::{Map, Value, json};

/// Which cells, and how they are to be described.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The ground.
    pub project: &'a Project,
    /// Its frame.
    pub frame: &'a Frame,
    /// The criterion that is balanced.
    pub balance: &'a str,
    /// The cell of each unit: an index into `names`.
    pub labels: &'a [u32],
    /// The cells, each with at least one unit.
    pub names: &'a [CellName],
    /// What to name in the certificate.
    pub inputs: &'a [Input],
}

/// The cells with figures, and the certificate that they tile the boundary.
///
/// `regions` are the grounds of the cells, from [`partition::plan::dissolve`].
///
/// # Errors
/// Why the cells do not tile the boundary; the cells are given all the same.
pub fn described(order: &Order<'_>, regions: Vec<Region>) -> (Vec<Cell>, Result<Certificate, NotProved>) {
    let named: Vec<(String, Region)> =
        order.names.iter().map(|n| n.code.clone()).zip(regions.iter().cloned()).collect();
    let inputs = order
        .inputs
        .iter()
        .map(|i| coverage::Input { name: base_name(&i.path), sha256: i.sha256.clone() })
        .collect();
    let boundary = &order.project.boundary.region;
    let certificate = certify(&named, boundary, order.frame.definition(), inputs);
    let figures = figures(order, &regions);
    let cells = order.names.iter().zip(regions).zip(figures).map(|((n, region), figures)| Cell {
        code: n.code.clone(),
        name: n.name.clone(),
        kind: n.kind,
        parent: n.parent,
        figures,
        region,
    });
    (cells.collect(), certificate)
}

/// Kind, sums of all criteria, deviation, area, compactness and giants of each cell; dedicated cells have no deviation.
/// O(units × criteria + vertices).
#[must_use]
pub fn figures(order: &Order<'_>, regions: &[Region]) -> Vec<Map<String, Value>> {
    let (criteria, cells) = (&order.project.units.criteria, order.names.len());
    let mut units = vec![0_u64; cells];
    let mut sums = vec![vec![0_i64; cells]; criteria.len()];
    for (unit, &cell) in order.labels.iter().enumerate().filter(|l| (*l.1 as usize) < cells) {
        units[cell as usize] += 1;
        for (sum, c) in sums.iter_mut().zip(criteria) {
            sum[cell as usize] += c.loads.get(unit).copied().unwrap_or(0);
        }
    }
    // Dedicated cells have no part in what is shared.
    let shares: Vec<bool> = order.names.iter().map(|n| n.kind == CellKind::Base).collect();
    let sharing = shares.iter().filter(|s| **s).count();
    let shared = |c: &Criterion| -> Vec<i64> {
        let own = |(&l, &w): (&u32, &i64)| if shares.get(l as usize) == Some(&true) { w } else { 0 };
        order.labels.iter().zip(&c.loads).map(own).collect()
    };
    let balanced = criteria.iter().find(|c| c.name == order.balance).map(shared).unwrap_or_default();
    let giants = fair_share(&balanced, sharing).giants;
    let mean = balanced.iter().sum::<i64>() as f64 / sharing.max(1) as f64;
    let mut giant = vec![false; cells];
    for &cell in giants.iter().filter_map(|&u| order.labels.get(u as usize)) {
        if let Some(giant) = giant.get_mut(cell as usize) {
            *giant = true;
        }
    }
    (0..cells)
        .map(|cell| {
            let mut f = Map::new();
            f.insert("kind".into(), json!(order.names[cell].kind));
            f.insert("units".into(), json!(units[cell]));
            for (c, sums) in criteria.iter().zip(&sums) {
                f.insert(c.name.clone(), in_units(sums[cell], c.scale));
                if c.name == order.balance {
                    let deviation = if mean > 0.0 { sums[cell] as f64 / mean - 1.0 } else { 0.0 };
                    f.insert("deviation".into(), json!(shares[cell].then(|| round(deviation, 6))));
                }
            }
            let nothing = Region::default();
            let region = regions.get(cell).unwrap_or(&nothing);
            let at = region.parts.iter().find_map(interior_point).unwrap_or(Point::new(0, 0));
            let (area, perimeter) = (region.twice_area_um2() as f64 / 2.0, region.perimeter_um() as f64);
            let compactness =
                if perimeter > 0.0 { 4.0 * std::f64::consts::PI * area / perimeter.powi(2) } else { 0.0 };
            f.insert("area_m2".into(), json!(round(order.frame.area_m2(region.twice_area_um2(), at), 2)));
            f.insert("polsby_popper".into(), json!(round(compactness, 4)));
            f.insert("giant".into(), json!(giant[cell]));
            f
        })
        .collect()
}

/// A sum in steps as a number of what is counted.
#[must_use]
pub fn in_units(steps: i64, scale: i64) -> Value {
    if scale == 1 { json!(steps) } else { json!(steps as f64 / scale as f64) }
}

fn round(v: f64, digits: i32) -> f64 {
    let s = 10f64.powi(digits);
    (v * s).round() / s
}

fn base_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}
