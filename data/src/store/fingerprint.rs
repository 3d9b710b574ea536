//! What a layer says, as one number: to see whether another program changed it.

use super::model::{Boundary, Cell, CellKind, Project, Units};
use partition::frame::Region;
use sha2::{Digest, Sha256};

/// SHA-256 over everything that is read back from a layer: integer coordinates, ids, names, loads.
struct Fingerprint(Sha256);

impl Fingerprint {
    /// Lengths go in before contents, so that no two layers give the same bytes.
    fn number(&mut self, n: i64) {
        self.0.update(n.to_le_bytes());
    }

    fn count(&mut self, n: usize) {
        self.0.update((n as u64).to_le_bytes());
    }

    fn text(&mut self, s: &str) {
        self.count(s.len());
        self.0.update(s);
    }

    fn region(&mut self, region: &Region) {
        self.count(region.parts.len());
        for part in &region.parts {
            self.count(part.holes.len());
            for ring in part.rings() {
                self.count(ring.len());
                for p in ring {
                    self.number(p.x);
                    self.number(p.y);
                }
            }
        }
    }

    fn done(self) -> String {
        crate::read::hex(self.0.finalize())
    }
}

/// The fingerprint of each layer, in the order of [`super::read::LAYERS`], and of the cells that `units` names.
pub(super) fn of(project: &Project) -> [String; 4] {
    let plan = project.plan.as_ref();
    let cells = plan.map(|p| p.cells.as_slice()).unwrap_or_default();
    let labels = plan.map(|p| p.labels.as_slice()).unwrap_or_default();
    [boundary(&project.boundary), units(&project.units), self::cells(cells), self::labels(labels)]
}

/// Of a label vector.
pub(super) fn labels(labels: &[u32]) -> String {
    let mut f = Fingerprint(Sha256::new());
    f.count(labels.len());
    labels.iter().for_each(|l| f.number((*l).into()));
    f.done()
}

fn boundary(b: &Boundary) -> String {
    let mut f = Fingerprint(Sha256::new());
    f.region(&b.region);
    [&b.name, &b.note, &b.attribution].into_iter().for_each(|t| f.text(t));
    f.done()
}

fn units(u: &Units) -> String {
    let mut f = Fingerprint(Sha256::new());
    f.count(u.ids.len());
    for (id, region) in u.ids.iter().zip(&u.regions) {
        f.text(id);
        f.region(region);
    }
    u.parents.iter().for_each(|p| f.number((*p).into()));
    for c in &u.criteria {
        f.text(&c.name);
        c.loads.iter().for_each(|l| f.number(*l));
    }
    f.done()
}

fn cells(cells: &[Cell]) -> String {
    let mut f = Fingerprint(Sha256::new());
    f.count(cells.len());
    for c in cells {
        f.text(&c.code);
        f.text(&c.name);
        f.number(c.parent.map_or(-1, i64::from));
        // Only what is unusual counts: projects from before there were kinds keep their number.
        if c.kind != CellKind::Base {
            f.text(c.kind.as_str());
        }
        f.region(&c.region);
    }
    f.done()
}
