//! A unit graph without geometry: two tables.

use super::{Limits, ReadError, input};
use crate::crs::Crs;
use crate::frame::Frame;
use partition::graph::UnitGraph;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A unit graph as published for comparing solvers.
#[derive(Clone, Debug)]
pub struct GraphTables {
    /// The unit ids, in the order of the rows.
    pub ids: Vec<String>,
    /// Neighbours, borders, areas and centres.
    pub graph: UnitGraph,
    /// The columns asked for.
    pub loads: Vec<Vec<i64>>,
    /// The class of line along each border that has one, with the rows of its units.
    pub classes: Vec<([u32; 2], String)>,
    /// SHA-256 of the two files.
    pub sha256: [String; 2],
}

/// Reads units (`id`, `lon`, `lat`, `area_m2`, optionally `perimeter_m`, and `columns` of whole numbers) and
/// borders: `i,j,shared_m` with row numbers from 0, or `id_a,id_b,shared_m` with ids. Either may be packed with gzip.
///
/// Where perimeters are missing they are taken as the sum of a unit's borders, which flatters the compactness of cells
/// on the outer rim.
///
/// # Errors
/// [`ReadError`] naming the file and the line.
pub fn read_graph(
    nodes: &Path,
    edges: &Path,
    columns: &[&str],
    limits: &Limits,
) -> Result<GraphTables, ReadError> {
    let units = Table::read(nodes, limits)?;
    let id = units.column("id")?;
    let [area, lon, lat] = [units.column("area_m2")?, units.column("lon")?, units.column("lat")?];
    let columns: Vec<(usize, &str)> =
        columns.iter().map(|&c| Ok((units.column(c)?, c))).collect::<Result<_, ReadError>>()?;
    let perimeter = units.column("perimeter_m").ok();

    let mut of_id = BTreeMap::new();
    let mut loads = vec![Vec::with_capacity(units.rows.len()); columns.len()];
    let (mut ids, mut areas, mut perimeters, mut places) = (vec![], vec![], vec![], vec![]);
    for (row, r) in units.rows.iter().enumerate() {
        if of_id.insert(r[id].to_owned(), row as u32).is_some() {
            return Err(units.wrong(row, format!("the id '{}' was used before", &r[id])));
        }
        ids.push(r[id].to_owned());
        areas.push((units.number(row, area)? * 1e6).round() as i64);
        perimeters
            .push(perimeter.map_or(Ok(0.0), |p| units.number(row, p)).map(|m| (m * 1e3).round() as i64)?);
        for (&(column, name), loads) in columns.iter().zip(&mut loads) {
            let weight = units.number(row, column)?;
            if weight < 0.0 || weight.fract() != 0.0 {
                let wrong = format!("'{name}' is {weight}; it must be a whole number, 0 or more");
                return Err(units.wrong(row, wrong));
            }
            loads.push(weight as i64);
        }
        places.push([units.coordinate(row, lon, 180.0)?, units.coordinate(row, lat, 90.0)?]);
    }
    if ids.is_empty() {
        return Err(ReadError::Empty { path: nodes.to_owned(), layer: None });
    }
    let centres = centres(&units, &places)?;

    let borders = Table::read(edges, limits)?;
    let by_row = borders.header.iter().any(|h| h == "i");
    let names = if by_row { ["i", "j"] } else { ["id_a", "id_b"] };
    let [a, b, shared] = [borders.column(names[0])?, borders.column(names[1])?, borders.column("shared_m")?];
    let class = borders.column("class").ok();
    let mut classes = Vec::new();
    let mut list = Vec::with_capacity(borders.rows.len());
    for (row, r) in borders.rows.iter().enumerate() {
        let end = |i: usize| {
            let found = if by_row {
                r[i].parse::<u32>().ok().filter(|&u| (u as usize) < ids.len())
            } else {
                of_id.get(&r[i]).copied()
            };
            found.ok_or_else(|| borders.wrong(row, format!("there is no unit '{}'", &r[i])))
        };
        let ends = [end(a)?, end(b)?];
        if let Some(class) = class.map(|c| r[c].trim()).filter(|c| !c.is_empty()) {
            classes.push((ends, class.to_owned()));
        }
        list.push((ends[0], ends[1], (borders.number(row, shared)? * 1e3).round() as i64));
    }
    let graph = UnitGraph::from_edges(areas, perimeters, centres, &list).map_err(|e| ReadError::Row {
        path: edges.to_owned(),
        line: 0,
        reason: e.to_string(),
    })?;
    Ok(GraphTables { ids, graph, loads, classes, sha256: [units.sha256, borders.sha256] })
}

/// Centres in the zone of the units.
fn centres(units: &Table, places: &[[f64; 2]]) -> Result<Vec<partition::frame::Point>, ReadError> {
    let crs = |source| ReadError::Crs { path: units.path.clone(), source };
    let wgs84 = Crs::wgs84().map_err(crs)?;
    let range =
        |i: usize| places.iter().fold([f64::MAX, f64::MIN], |[lo, hi], p| [lo.min(p[i]), hi.max(p[i])]);
    let frame = Frame::for_lonlat_bounds(&wgs84, range(0), range(1)).map_err(|e| ReadError::Row {
        path: units.path.clone(),
        line: 0,
        reason: e.to_string(),
    })?;
    let carry = |(row, p): (usize, &[f64; 2])| {
        frame.to_frame(&wgs84, p[0], p[1]).map_err(|e| units.wrong(row, e.to_string()))
    };
    places.iter().enumerate().map(carry).collect()
}

/// A CSV file with a header.
struct Table {
    path: PathBuf,
    sha256: String,
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    fn read(path: &Path, limits: &Limits) -> Result<Self, ReadError> {
        let (bytes, sha256) = input::table(path, limits)?;
        let row_error = |e: csv::Error| ReadError::Row {
            path: path.to_owned(),
            line: e.position().map_or(0, csv::Position::line),
            reason: "it is no row of a UTF-8 table with as many columns as the first line".into(),
        };
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().map_err(row_error)?.clone();
        let rows = reader.into_records().collect::<Result<Vec<_>, _>>().map_err(row_error)?;
        if rows.len() > limits.features {
            return Err(ReadError::TooLarge {
                path: path.to_owned(),
                what: "rows",
                limit: limits.features as u64,
            });
        }
        Ok(Self { path: path.to_owned(), sha256, header, rows })
    }

    fn column(&self, name: &str) -> Result<usize, ReadError> {
        self.header.iter().position(|h| h == name).ok_or_else(|| ReadError::NoColumn {
            path: self.path.clone(),
            column: name.to_owned(),
            known: self.header.iter().map(str::to_owned).collect(),
        })
    }

    /// A finite number small enough that millions of them add up.
    fn number(&self, row: usize, column: usize) -> Result<f64, ReadError> {
        let text = &self.rows[row][column];
        let number = text.trim().parse::<f64>().ok().filter(|v| v.abs() <= 1e12);
        number.ok_or_else(|| {
            self.wrong(row, format!("'{}' is '{text}', which is not a number in range", &self.header[column]))
        })
    }

    fn coordinate(&self, row: usize, column: usize, most: f64) -> Result<f64, ReadError> {
        let v = self.number(row, column)?;
        if v.abs() <= most {
            return Ok(v);
        }
        Err(self.wrong(row, format!("'{}' is {v}; it must lie within ±{most}", &self.header[column])))
    }

    fn wrong(&self, row: usize, reason: String) -> ReadError {
        let line = self.rows[row].position().map_or(0, csv::Position::line);
        ReadError::Row { path: self.path.clone(), line, reason }
    }
}
