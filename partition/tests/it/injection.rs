//! Defects put into a right coverage: each kind at twelve places, found by rule and place, then repaired.

use partition::chain::{BOUNDARY, Chain, guard};
use partition::check::{Thresholds, coverage_findings, is_tiling_rule};
use partition::coverage::analyse;
use partition::coverage::repair::{Options, plan};
use partition::frame::{Bounds, Point, Polygon, Region, contains, length_um, twice_area_um2};
use partition::subdivision::{Line, Subdivision, boundary_lines};
use std::collections::{BTreeSet, HashMap};

const M: i64 = 1_000_000;
/// Places for each kind.
const SITES: usize = 12;

/// What is done to a cell. Lengths in µm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Gap(i64),
    Overlap(i64),
    MissingCell,
    /// A vertex in the middle of a border, on one side only: exactly on it, or so far beside it.
    TJunction(i64),
    VertexMissing,
    Duplicate,
    DuplicateTurned,
    DuplicateShifted(i64),
    Nested,
    Hole,
    Outside(i64),
    Short(i64),
    /// From the boundary inwards, so wide.
    Channel(i64),
    BowTie,
    Spike(i64),
    Multipart,
    Thin(i64),
}

/// 21 of the 24 kinds: a coverage with nothing wrong, noise below the grid and cells across a parent stand elsewhere.
pub(crate) const KINDS: [Kind; 21] = [
    Kind::Gap(5 * M),
    Kind::Gap(M / 100),
    Kind::Gap(10),
    Kind::MissingCell,
    Kind::Overlap(20 * M),
    Kind::Overlap(M / 100),
    Kind::Overlap(10),
    Kind::TJunction(0),
    Kind::TJunction(1),
    Kind::VertexMissing,
    Kind::Duplicate,
    Kind::DuplicateTurned,
    Kind::DuplicateShifted(10),
    Kind::Nested,
    Kind::Hole,
    Kind::Outside(5 * M),
    Kind::Short(5 * M),
    Kind::Channel(M / 20),
    Kind::BowTie,
    Kind::Spike(3 * M),
    Kind::Multipart,
];

impl Kind {
    /// The rules that may name it.
    fn rules(self) -> &'static [&'static str] {
        match self {
            Self::Gap(_) => &["GAP-01", "GAP-02"],
            // An island is a whole part of the boundary, a cell within another leaves a hole in it.
            Self::MissingCell => &["GAP-01", "GAP-02", "GAP-03", "GAP-04"],
            Self::Overlap(_) => &["OVL-01", "OVL-02"],
            Self::TJunction(_) => &["OVL-01", "OVL-02", "GAP-01"],
            // A straight line past a bend can swallow a narrow neighbour whole.
            Self::VertexMissing => &["OVL-01", "OVL-02", "OVL-03", "GAP-01", "GAP-03"],
            Self::Duplicate | Self::DuplicateTurned | Self::Nested => &["OVL-03"],
            Self::DuplicateShifted(_) => &["OVL-01", "OVL-03"],
            Self::Hole => &["GAP-03"],
            Self::Outside(_) => &["OVL-04"],
            Self::Short(_) | Self::Channel(_) => &["GAP-02"],
            Self::BowTie | Self::Spike(_) => &["TOP-01"],
            Self::Multipart => &["TOP-02"],
            Self::Thin(_) => &["TOP-03"],
        }
    }

    /// Whether ground and nothing else tells how large it is.
    fn has_area(self) -> bool {
        matches!(self, Self::Gap(_) | Self::Overlap(_) | Self::Outside(_) | Self::Short(_) | Self::Hole)
    }
}

/// A defect that was put somewhere.
struct Site {
    at: Point,
    cell: usize,
    /// Twice the ground concerned.
    area: i128,
}

/// A right coverage, and who lies beyond each edge.
pub(crate) struct Truth<'a> {
    cells: &'a [Region],
    boundary: &'a Region,
    beyond: HashMap<(Point, Point), u32>,
    boxes: Vec<Bounds>,
}

impl<'a> Truth<'a> {
    pub(crate) fn new(cells: &'a [Region], boundary: &'a Region) -> Self {
        let mut beyond = HashMap::new();
        for b in Chain::of(cells, Some(boundary)).cancel().borders {
            beyond.insert((b.from, b.to), b.right);
            beyond.insert((b.to, b.from), b.left);
        }
        let boxes = cells.iter().map(|r| r.bounds().unwrap()).collect();
        Self { cells, boundary, beyond, boxes }
    }

    /// Puts `kind` at twelve cells that have nothing to do with each other.
    fn inject(&self, kind: Kind) -> (Vec<Region>, Vec<Site>) {
        let mut cells = self.cells.to_vec();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut sites = Vec::new();
        let n = cells.len();
        // A stride that meets every cell once, from a start of its own for each kind.
        let stride = (0..).map(|i| n * 2 / 5 + i).find(|s| gcd(*s, n) == 1).unwrap();
        let start = KINDS.iter().position(|&k| k == kind).unwrap_or(0) * 37 % n;
        for c in (0..n).map(|i| (start + i * stride) % n) {
            if sites.len() == SITES {
                break;
            }
            let around: BTreeSet<usize> = self.near(c);
            if !taken.is_disjoint(&around)
                || self.cells[c].parts.len() != 1
                || !self.cells[c].parts[0].holes.is_empty()
            {
                continue;
            }
            if let Some(site) = self.put(kind, &mut cells, c, &taken) {
                taken.extend(around);
                sites.push(site);
            }
        }
        cells.retain(|r| !r.parts.is_empty());
        (cells, sites)
    }

    fn near(&self, c: usize) -> BTreeSet<usize> {
        let wide = self.boxes[c].grown(M);
        (0..self.cells.len()).filter(|&o| self.boxes[o].meets(&wide)).collect()
    }

    /// Changes `cells` at cell `c`; `None` where the kind does not fit.
    fn put(&self, kind: Kind, cells: &mut Vec<Region>, c: usize, taken: &BTreeSet<usize>) -> Option<Site> {
        let shell = self.cells[c].parts[0].shell.clone();
        let inside = partition::frame::interior_point(&self.cells[c].parts[0])?;
        let whole = self.cells[c].twice_area_um2();
        let site = |at, area| Some(Site { at, cell: c, area });
        match kind {
            Kind::MissingCell => {
                cells[c] = Region::default();
                site(inside, whole)
            }
            Kind::Duplicate => {
                cells.push(self.cells[c].clone());
                site(inside, whole)
            }
            Kind::DuplicateTurned => {
                let mut again = shell;
                again.rotate_left(2);
                again.reverse();
                cells.push(Region::single(Polygon::oriented(again, vec![])));
                site(inside, whole)
            }
            Kind::DuplicateShifted(by) => {
                let moved = shell.iter().map(|p| Point::new(p.x + by, p.y)).collect();
                cells.push(Region::single(Polygon { shell: moved, holes: vec![] }));
                site(inside, whole)
            }
            Kind::Nested | Kind::Hole | Kind::Thin(_) => {
                let w = if let Kind::Thin(w) = kind { w } else { 2 * M };
                let p = |x, y| Point::new(inside.x + x, inside.y + y);
                let mut ring = vec![p(0, 0), p(w, 0), p(w, 2 * M), p(0, 2 * M)];
                let within = ring.iter().all(|&q| contains(&self.cells[c], q));
                let mut with_hole = self.cells[c].clone();
                ring.reverse();
                with_hole.parts[0].holes.push(ring.clone());
                if !within || guard(&with_hole).is_err() {
                    return None;
                }
                if kind == Kind::Hole {
                    cells[c] = with_hole;
                } else {
                    ring.reverse();
                    cells.push(Region::single(Polygon { shell: ring, holes: vec![] }));
                }
                site(p(w / 2, M), 8 * i128::from(M).pow(2))
            }
            Kind::Multipart => {
                // Ground of a cell farther away changes hands.
                let far = (0..cells.len().min(self.cells.len())).find(|&o| {
                    !taken.contains(&o)
                        && !cells[o].parts.is_empty()
                        && !self.boxes[o].meets(&self.boxes[c].grown(M))
                })?;
                let part = std::mem::take(&mut cells[far]).parts;
                let at = part[0].shell[0];
                cells[c].parts.extend(part);
                site(at, 0)
            }
            _ => {
                let (ring, at) = self.redrawn(kind, &shell, c)?;
                cells[c].parts[0].shell = ring;
                let area = (cells[c].twice_area_um2() - whole).abs();
                site(at, area)
            }
        }
    }

    /// The ring of cell `c` with a defect on its border, and the place; rings that become invalid do not count.
    fn redrawn(&self, kind: Kind, shell: &[Point], c: usize) -> Option<(Vec<Point>, Point)> {
        let n = shell.len();
        (0..n).find_map(|i| {
            let (a, p, b) = (shell[(i + n - 1) % n], shell[i], shell[(i + 1) % n]);
            let (before, after) = (self.beyond.get(&(a, p))?, self.beyond.get(&(p, b))?);
            let on_boundary = *before == BOUNDARY;
            let wants_boundary = matches!(kind, Kind::Outside(_) | Kind::Short(_) | Kind::Channel(_));
            if before != after || on_boundary != wants_boundary || !lies_between(a, p, b) {
                return None;
            }
            let mut ring = shell.to_vec();
            let mut at = p;
            match kind {
                Kind::Gap(by) | Kind::Short(by) => ring[i] = shifted(p, a, b, by),
                Kind::Overlap(by) | Kind::Outside(by) => ring[i] = shifted(p, a, b, -by),
                Kind::TJunction(off) => {
                    let middle = Point::new(p.x + (b.x - p.x) / 2, p.y + (b.y - p.y) / 2);
                    if length_um(p, b) < M || (off == 0 && ((b.x - p.x) % 2 != 0 || (b.y - p.y) % 2 != 0)) {
                        return None;
                    }
                    at = shifted(middle, p, b, off);
                    ring.insert(i + 1, at);
                }
                Kind::VertexMissing => drop(ring.remove(i)),
                Kind::Channel(width) => {
                    let deep = shifted(p, a, b, 10 * M);
                    let mouth = along(p, b, width);
                    ring.splice(i..=i, [p, deep, mouth]);
                }
                Kind::BowTie => {
                    // A knot, not a cell torn in two: what large lobes were meant to be cannot be known.
                    let knot = [0, 1, 2, 3].map(|k| shell[(i + k) % n]);
                    if 20 * twice_area_um2(&knot).abs() > self.cells[c].twice_area_um2() {
                        return None;
                    }
                    ring.swap((i + 1) % n, (i + 2) % n);
                }
                Kind::Spike(by) => {
                    ring.splice(i..=i, [p, shifted(p, a, b, -by), p]);
                }
                _ => return None,
            }
            let whole = Region::single(Polygon { shell: ring.clone(), holes: vec![] });
            let meant = matches!(kind, Kind::BowTie) != guard(&whole).is_ok();
            let beside = matches!(kind, Kind::Overlap(_)).then(|| &self.cells[*before as usize]);
            // An overlap reaches into one neighbour and no farther.
            let reach = beside.is_none_or(|o| {
                contains(o, ring[i])
                    && common(&whole, o) == (whole.twice_area_um2() - self.cells[c].twice_area_um2())
            });
            (meant && reach).then_some((ring, at))
        })
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// `by` µm from `p` to the left of `a` → `b`, that is into the ground.
fn shifted(p: Point, a: Point, b: Point, by: i64) -> Point {
    let d = i128::from(length_um(a, b).max(1));
    let part = |v: i64| {
        let v = i128::from(v) * i128::from(by);
        ((2 * v + d * v.signum()) / (2 * d)) as i64
    };
    Point::new(p.x - part(b.y - a.y), p.y + part(b.x - a.x))
}

/// Whether `p` lies between `a` and `b` as seen along them: moved off the line it takes or gives ground on both sides alike.
fn lies_between(a: Point, p: Point, b: Point) -> bool {
    let dot = |u: Point, v: Point| {
        i128::from(v.x - u.x) * i128::from(b.x - a.x) + i128::from(v.y - u.y) * i128::from(b.y - a.y)
    };
    dot(a, p) > 0 && dot(p, b) > 0
}

/// `by` µm from `p` towards `q`.
fn along(p: Point, q: Point, by: i64) -> Point {
    let d = length_um(p, q).max(1);
    let part = |v: i64| (i128::from(v) * i128::from(by) / i128::from(d)) as i64;
    Point::new(p.x + part(q.x - p.x), p.y + part(q.y - p.y))
}

/// Twice the ground that two regions share.
fn common(a: &Region, b: &Region) -> i128 {
    let lines: Vec<Line> = boundary_lines(a, 0).chain(boundary_lines(b, 1)).collect();
    let s = Subdivision::of(&lines);
    let held = s.holders();
    s.inner_faces().filter(|f| held[f.index()] == [0, 1]).map(|f| s.twice_area_um2(f)).sum()
}

/// Whether a place lies in, or within half a metre of, ground or lines.
fn is_near(at: Point, ground: &Region, lines: &[[Point; 2]]) -> bool {
    let near = |a: Point, b: Point| {
        let (dx, dy) = ((b.x - a.x) as f64, (b.y - a.y) as f64);
        let t = ((at.x - a.x) as f64 * dx + (at.y - a.y) as f64 * dy) / (dx * dx + dy * dy);
        let t = t.clamp(0.0, 1.0);
        (a.x as f64 + t * dx - at.x as f64).hypot(a.y as f64 + t * dy - at.y as f64) <= 0.5 * M as f64
    };
    let edges = ground.rings().flat_map(|r| r.iter().zip(r.iter().cycle().skip(1)));
    contains(ground, at)
        || edges.into_iter().any(|(&a, &b)| near(a, b))
        || lines.iter().any(|l| near(l[0], l[1]))
}

/// Injects `kind`, and holds what is found and what the repair leaves against what is true. Gives the sites.
pub(crate) fn found_and_repaired(truth: &Truth<'_>, kind: Kind) -> usize {
    let (cells, sites) = truth.inject(kind);
    let b = Some(truth.boundary);
    let analysis = analyse(&cells, b).unwrap();
    let findings = coverage_findings(&analysis, &cells, &Thresholds::default());
    let known = analyse(truth.cells, b).unwrap();
    let known = coverage_findings(&known, truth.cells, &Thresholds::default());
    for s in &sites {
        let here: Vec<_> = findings
            .iter()
            .filter(|f| kind.rules().contains(&f.rule.id()))
            .filter(|f| {
                // Where lines cross depends on their length; whose they are does not.
                let reach =
                    if kind == Kind::BowTie && f.holders == [s.cell as u32] { i64::MAX } else { 5 * M };
                let by_place =
                    f.ground.parts.is_empty() && f.lines.is_empty() && length_um(f.at, s.at) <= reach;
                by_place || is_near(s.at, &f.ground, &f.lines)
            })
            .collect();
        assert!(!here.is_empty(), "{kind:?} at {:?} is not found", s.at);
        if kind.has_area() {
            let found: i128 = here.iter().map(|f| f.ground.twice_area_um2()).sum();
            // Lines that are led over a node leave their place by half a grid step at most.
            let rounding: i64 = here.iter().map(|f| f.ground.perimeter_um()).sum();
            let off = (found - s.area).abs();
            assert!(off <= i128::from(rounding), "{kind:?} at {:?}: {found} instead of {}", s.at, s.area);
        }
    }
    // Nothing is found that has nothing to do with a site.
    let sites_of = |at: Point| {
        sites.iter().any(|s| truth.boxes[s.cell].grown(100 * M).meets(&Bounds { min: at, max: at }))
    };
    for f in findings.iter().filter(|f| is_tiling_rule(f.rule)) {
        assert!(
            sites_of(f.at) || known.iter().any(|k| k.at == f.at) || kind == Kind::Multipart,
            "{kind:?}: {f:?}"
        );
    }
    let options = Options { max_fill_m2: 1e6, ..Options::default() };
    let p = plan(&cells, b, &options).unwrap();
    let out = p.apply(&cells);
    let wrong: i128 = analysis.defects.iter().map(|d| d.twice_area_um2()).sum();
    assert!(p.twice_moved_um2() * 100 <= wrong * 105, "{kind:?}");
    assert_eq!(plan(&out, b, &options).unwrap().apply(&out), out, "{kind:?}: repaired twice");
    let asked = p.steps.iter().filter(|s| !s.action.is_applied()).count();
    let left = analyse(&out, b).unwrap().defects;
    assert!(left.len() <= asked, "{kind:?}: {asked} asked, left {left:?}");
    restored(truth, &cells, &out, kind);
    sites.len()
}

/// At least 99 % of the true ground is where it was; cells are told by their place in the list.
fn restored(truth: &Truth<'_>, cells: &[Region], out: &[Region], kind: Kind) {
    if matches!(kind, Kind::MissingCell | Kind::Multipart) {
        // What a missing cell or a swapped part held cannot be known.
        return;
    }
    let n = truth.cells.len();
    assert!(cells.len() >= n);
    let (mut same, mut all) = (0, 0);
    for (t, o) in truth.cells.iter().zip(out) {
        let area = t.twice_area_um2();
        all += area;
        same += if t == o { area } else { common(t, o) };
    }
    assert!(same * 100 >= all * 99, "{kind:?}: {same} of {all}");
}
