//! The proof that cells tile a boundary, in a form that anyone can check again.

use crate::chain::{BOUNDARY, Chain, Fault, ResidualEdge, guard, insert_near};
use crate::frame::{Point, Region, Ring};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Version of the statement that a certificate makes.
pub(super) const STATEMENT: &str = "tiling/1";

/// States that cells tile the region inside a boundary: no gap, no overlap, nothing outside.
///
/// Everything in it is recomputed by [`Certificate::verify`]; nothing is taken on trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// What is stated: `tiling/1`.
    pub statement: String,
    /// The frame in which coordinates are integers, as a definition that can be read again.
    pub frame: String,
    /// SHA-256 of the noded boundary's directed edges in canonical order.
    pub boundary_sha256: String,
    /// SHA-256 of all cells in canonical order, ids included.
    pub cells_sha256: String,
    /// Number of cells.
    pub cells: usize,
    /// Twice the area of the boundary, µm², in decimal: equal to the sum of the cells'.
    pub twice_area_um2: String,
    /// Directed edges that cancelled.
    pub edges: usize,
    /// Nodes that cells have on straight edges of the boundary; each lies within half a grid step (0.5 µm per axis).
    pub nodes_on_boundary: usize,
    /// Names and fingerprints of what the cells were made from.
    pub inputs: Vec<Input>,
}

/// A source and its fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Name of the file, without its folder.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// Why cells are not proved to tile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotProved {
    /// The boundary fails the guard.
    #[error("the boundary cannot be used: {0}")]
    Boundary(Fault),
    /// A cell fails the guard.
    #[error("cell {id} is no region: {fault}")]
    Cell {
        /// Its id.
        id: String,
        /// Why.
        fault: Fault,
    },
    /// Edges are left that nothing cancels.
    #[error("{edges} border edges do not match, the first of them from {at:?}")]
    Residual {
        /// How many.
        edges: usize,
        /// Start of the first.
        at: Point,
    },
    /// A recomputed figure differs from the stated one.
    #[error("{what} differs: the certificate says {stated}, the cells give {found}")]
    Differs {
        /// Which figure.
        what: &'static str,
        /// In the certificate.
        stated: String,
        /// In the cells.
        found: String,
    },
}

/// Proves that `cells` tile `boundary` and writes the certificate.
///
/// # Complexity
/// The guard on every cell and one chain: O(n log n).
///
/// # Errors
/// [`NotProved`] with the first reason.
pub fn certify(
    cells: &[(String, Region)],
    boundary: &Region,
    frame: &str,
    inputs: Vec<Input>,
) -> Result<Certificate, NotProved> {
    guard(boundary).map_err(NotProved::Boundary)?;
    guard_all(cells)?;
    let regions: Vec<Region> = cells.iter().map(|c| c.1.clone()).collect();
    let mut noded = boundary.clone();
    let vertices = regions.iter().flat_map(|r| r.rings().flatten().copied());
    let nodes_on_boundary = insert_near(&mut noded, vertices);
    let chain = Chain::of(&regions, Some(&noded));
    let edges = chain.len();
    let left = chain.cancel().residual;
    if let Some(first) = left.first() {
        return Err(NotProved::Residual { edges: left.len(), at: first.from });
    }
    Ok(Certificate {
        statement: STATEMENT.into(),
        frame: frame.into(),
        boundary_sha256: boundary_hash(Chain::of(std::slice::from_ref(&noded), None).cancel().residual),
        cells_sha256: cells_hash(cells),
        cells: cells.len(),
        twice_area_um2: noded.twice_area_um2().to_string(),
        edges,
        nodes_on_boundary,
        inputs,
    })
}

impl Certificate {
    /// Recomputes everything from `cells` and compares.
    ///
    /// Without `boundary` a success means: the cells tile *the region with this hash*, and no more than that. With it,
    /// that the region is the one inside `boundary`.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify(&self, cells: &[(String, Region)], boundary: Option<&Region>) -> Result<(), NotProved> {
        let same = |what: &'static str, stated: &str, found: String| {
            if stated == found {
                Ok(())
            } else {
                Err(NotProved::Differs { what, stated: stated.into(), found })
            }
        };
        same("the statement", &self.statement, STATEMENT.into())?;
        same("the number of cells", &self.cells.to_string(), cells.len().to_string())?;
        guard_all(cells)?;
        let regions: Vec<Region> = cells.iter().map(|c| c.1.clone()).collect();
        // Σ ∂cells is what is left when the inner borders cancel: the boundary, if the cells tile it.
        let outer = Chain::of(&regions, None).cancel();
        same("the hash of the boundary", &self.boundary_sha256, boundary_hash(outer.residual))?;
        let area: i128 = regions.iter().map(Region::twice_area_um2).sum();
        same("twice the area (µm²)", &self.twice_area_um2, area.to_string())?;
        same("the hash of the cells", &self.cells_sha256, cells_hash(cells))?;
        if let Some(b) = boundary {
            let again = certify(cells, b, &self.frame, Vec::new())?;
            same("the hash of the given boundary", &self.boundary_sha256, again.boundary_sha256)?;
        }
        Ok(())
    }
}

fn guard_all(cells: &[(String, Region)]) -> Result<(), NotProved> {
    let faults: Vec<Option<Fault>> = cells.par_iter().with_min_len(64).map(|(_, r)| guard(r).err()).collect();
    match faults.into_iter().zip(cells).find_map(|(f, c)| f.map(|f| (f, c.0.clone()))) {
        Some((fault, id)) => Err(NotProved::Cell { id, fault }),
        None => Ok(()),
    }
}

/// Directed edges sorted by their ends, each as four big-endian numbers.
fn boundary_hash(mut edges: Vec<ResidualEdge>) -> String {
    edges.retain(|e| e.holder != BOUNDARY);
    edges.sort_unstable_by_key(|e| (e.from, e.to));
    let mut sha = Sha256::new();
    for e in edges {
        for v in [e.from.x, e.from.y, e.to.x, e.to.y] {
            sha.update(v.to_be_bytes());
        }
    }
    hex(sha)
}

/// Cells by id; rings from their smallest point, sorted; lengths before contents.
fn cells_hash(cells: &[(String, Region)]) -> String {
    let mut order: Vec<&(String, Region)> = cells.iter().collect();
    order.sort_unstable_by(|p, q| p.0.cmp(&q.0));
    let mut sha = Sha256::new();
    for (id, region) in order {
        sha.update((id.len() as u64).to_be_bytes());
        sha.update(id);
        let mut rings: Vec<Ring> = region.rings().map(|r| from_smallest(r)).collect();
        rings.sort_unstable();
        sha.update((rings.len() as u64).to_be_bytes());
        for ring in rings {
            sha.update((ring.len() as u64).to_be_bytes());
            for p in ring {
                sha.update(p.x.to_be_bytes());
                sha.update(p.y.to_be_bytes());
            }
        }
    }
    hex(sha)
}

fn from_smallest(ring: &[Point]) -> Ring {
    let mut r = ring.to_vec();
    let first = r.iter().enumerate().min_by_key(|(_, p)| **p).map_or(0, |(i, _)| i);
    r.rotate_left(first);
    r
}

fn hex(sha: Sha256) -> String {
    sha.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Polygon;

    fn rect(x: i64, y: i64, w: i64, h: i64) -> Region {
        let p = |dx, dy| Point::new(x + dx, y + dy);
        Region::single(Polygon { shell: vec![p(0, 0), p(w, 0), p(w, h), p(0, h)], holes: vec![] })
    }

    fn cells() -> Vec<(String, Region)> {
        vec![("1".into(), rect(0, 0, 10, 10)), ("2".into(), rect(10, 0, 10, 10))]
    }

    #[test]
    fn a_certificate_holds_for_its_cells_and_for_no_others() {
        let b = rect(0, 0, 20, 10);
        let c = certify(&cells(), &b, "test", vec![]).unwrap();
        assert_eq!(c.nodes_on_boundary, 2);
        assert_eq!(c.verify(&cells(), None), Ok(()));
        assert_eq!(c.verify(&cells(), Some(&b)), Ok(()));
        assert!(c.verify(&cells(), Some(&rect(0, 0, 21, 10))).is_err());
        assert!(c.verify(&cells()[..1], None).is_err());
        let mut renamed = cells();
        renamed[0].0 = "3".into();
        assert!(c.verify(&renamed, None).is_err());
    }

    #[test]
    fn moving_one_vertex_by_a_micrometre_breaks_it() {
        let c = certify(&cells(), &rect(0, 0, 20, 10), "test", vec![]).unwrap();
        for cell in 0..2 {
            for v in 0..4 {
                for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
                    let mut moved = cells();
                    let p = &mut moved[cell].1.parts[0].shell[v];
                    *p = Point::new(p.x + dx, p.y + dy);
                    assert!(c.verify(&moved, None).is_err());
                }
            }
        }
        // A shared vertex moved in both cells still tiles, but other cells than the ones certified.
        let mut moved = cells();
        moved[0].1.parts[0].shell[2].y += 1;
        moved[1].1.parts[0].shell[3].y += 1;
        assert!(c.verify(&moved, None).is_err());
    }

    #[test]
    fn gaps_overlaps_and_bad_cells_get_no_certificate() {
        let b = rect(0, 0, 20, 10);
        assert!(certify(&cells()[..1], &b, "", vec![]).is_err());
        let overlapping = vec![("1".into(), rect(0, 0, 11, 10)), ("2".into(), rect(10, 0, 10, 10))];
        assert!(certify(&overlapping, &b, "", vec![]).is_err());
        let mut bad = cells();
        bad[0].1.parts[0].shell.reverse();
        assert!(matches!(certify(&bad, &b, "", vec![]), Err(NotProved::Cell { .. })));
    }
}
