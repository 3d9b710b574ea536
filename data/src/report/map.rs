//! Maps as SVG: all findings on one, each on its own.

use crate::frame::Frame;
use crate::work::check::Checked;
use partition::check::Finding;
use partition::frame::{Bounds, BoxIndex, Point, Region};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::Write;

/// More cells than this are not drawn one by one.
const CELLS: usize = 20_000;
/// Sides of the boxes in which findings share one number, in units of the drawing.
const CLUSTER: [f64; 2] = [64.0, 26.0];
/// Least half side of a close-up, µm.
const CLOSE_UM: i64 = 5_000_000;

/// A window of the frame on a drawing so many units wide.
pub(super) struct View {
    window: Bounds,
    scale: f64,
    height: f64,
}

impl View {
    pub(super) fn new(window: Bounds, width: f64) -> Self {
        let side = |a: i64, b: i64| (b - a).max(1) as f64;
        let (w, h) = (side(window.min.x, window.max.x), side(window.min.y, window.max.y));
        // Nothing is drawn higher than wide.
        let scale = (width / w).min(width / h);
        Self { window, scale, height: h * scale }
    }

    fn width(&self) -> f64 {
        (self.window.max.x - self.window.min.x).max(1) as f64 * self.scale
    }

    pub(super) fn place(&self, p: Point) -> [f64; 2] {
        let at = |v: i64| v as f64 * self.scale;
        [at(p.x - self.window.min.x), at(self.window.max.y - p.y)]
    }

    /// Rings as a path, cut at the window, without points that nobody would see; empty where nothing is left.
    pub(super) fn path(&self, region: &Region) -> String {
        let mut d = String::new();
        for ring in region.rings() {
            let ring: Vec<[f64; 2]> = ring.iter().map(|p| self.place(*p)).collect();
            let mut last = [f64::INFINITY; 2];
            let mut started = false;
            for p in self.cut(ring) {
                if (p[0] - last[0]).hypot(p[1] - last[1]) < 0.7 {
                    continue;
                }
                last = p;
                write!(d, "{}{:.1},{:.1}", if started { "L" } else { "M" }, p[0], p[1]).ok();
                started = true;
            }
            if started {
                d.push('Z');
            }
        }
        d
    }

    /// A ring cut at the window, side by side (Sutherland and Hodgman); what runs along the edge is hidden by it.
    fn cut(&self, ring: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
        const EDGE: f64 = 5.0;
        let sides =
            [(0, -EDGE, 1.0), (0, self.width() + EDGE, -1.0), (1, -EDGE, 1.0), (1, self.height + EDGE, -1.0)];
        sides.into_iter().fold(ring, |ring, (axis, limit, sign)| {
            let inside = |p: &[f64; 2]| (p[axis] - limit) * sign >= 0.0;
            let mut out = Vec::with_capacity(ring.len());
            for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                if inside(a) {
                    out.push(*a);
                }
                if inside(a) != inside(b) {
                    let t = (limit - a[axis]) / (b[axis] - a[axis]);
                    out.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
                }
            }
            out
        })
    }

    /// Ground, lines or place of a finding.
    fn finding(&self, f: &Finding, out: &mut String) {
        let class = class(f);
        if !f.ground.parts.is_empty() {
            let d = self.path(&f.ground);
            write!(out, "<path class=\"f {class}\" d=\"{d}\"/>").ok();
        } else if !f.lines.is_empty() {
            let mut d = String::new();
            for l in &f.lines {
                let [a, b] = l.map(|p| self.place(p));
                write!(d, "M{:.1},{:.1}L{:.1},{:.1}", a[0], a[1], b[0], b[1]).ok();
            }
            write!(out, "<path class=\"f l {class}\" d=\"{d}\"/>").ok();
        } else {
            let [x, y] = self.place(f.at);
            write!(out, "<circle class=\"f {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>").ok();
        }
    }

    /// A bar of a round length, and its length in metres.
    pub(super) fn bar(&self, frame: &Frame, out: &mut String) {
        let metre = 1e6 * self.scale / frame.length_scale(self.window.min).max(f64::MIN_POSITIVE);
        let wanted = 0.25 * self.width() / metre;
        let decade = 10f64.powf(wanted.log10().floor());
        let length = [5.0, 2.0, 1.0].map(|m| m * decade).into_iter().find(|l| *l <= wanted).unwrap_or(decade);
        let text = match length {
            l if l >= 1000.0 => format!("{} km", l / 1000.0),
            l if l >= 1.0 => format!("{l} m"),
            l if l >= 0.01 => format!("{:.0} cm", l * 100.0),
            l => format!("{:.3} mm", l * 1000.0),
        };
        let (x, y) = (length * metre + 8.0, self.height - 8.0);
        write!(out, "<path class=\"bar\" d=\"M8,{y:.1}H{x:.1}\"/><text class=\"bar\" x=\"8\" y=\"{:.1}\">{text}</text>", y - 5.0).ok();
    }

    pub(super) fn open(&self, label: &str) -> String {
        format!(
            "<svg viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" aria-label=\"{label}\">",
            self.width().ceil(),
            self.height.ceil()
        )
    }
}

/// How a finding is coloured: by severity, legal gaps on their own.
pub(super) fn class(f: &Finding) -> &'static str {
    if f.accepted.is_some() { "A" } else { f.severity.letter() }
}

/// Draws findings; made once for all of them.
pub(super) struct Maps<'a> {
    checked: &'a Checked,
    index: BoxIndex,
    whole: Bounds,
}

impl<'a> Maps<'a> {
    /// `None` where there is no ground at all.
    pub(super) fn new(checked: &'a Checked) -> Option<Self> {
        let s = &checked.subject;
        let whole =
            s.regions.iter().chain(&s.boundary).filter_map(Region::bounds).reduce(|a, b| a.union(&b))?;
        let nowhere = Bounds { min: Point::new(i64::MAX, i64::MAX), max: Point::new(i64::MAX, i64::MAX) };
        let index = BoxIndex::new(s.regions.iter().map(|r| r.bounds().unwrap_or(nowhere)));
        Some(Self { checked, index, whole })
    }

    /// All of it, with the numbers of the first `listed` findings.
    pub(super) fn overview(&self, listed: usize) -> String {
        let s = &self.checked.subject;
        let margin = (self.whole.max.x - self.whole.min.x).max(self.whole.max.y - self.whole.min.y) / 40;
        let view = View::new(self.whole.grown(margin.max(1)), 1000.0);
        let mut out = view.open("地图 map");
        if let Some(b) = &s.boundary {
            write!(out, "<path class=\"b\" d=\"{}\"/>", view.path(b)).ok();
        }
        if s.regions.len() <= CELLS {
            for r in &s.regions {
                write!(out, "<path class=\"c\" d=\"{}\"/>", view.path(r)).ok();
            }
        }
        let findings = &self.checked.findings[..listed];
        findings.iter().for_each(|f| view.finding(&f.finding, &mut out));
        // Numbers that would cover each other are one, with how many more there are.
        let mut groups: Vec<([i64; 2], usize, usize)> = Vec::new();
        let mut group_of = HashMap::new();
        for (i, f) in findings.iter().enumerate().filter(|(_, f)| f.at(s).is_some()) {
            let at = view.place(f.finding.at);
            let square = [0, 1].map(|k| (at[k] / CLUSTER[k]).floor() as i64);
            let group = *group_of.entry(square).or_insert_with(|| {
                groups.push((square, i, 0));
                groups.len() - 1
            });
            groups[group].2 += 1;
        }
        // What weighs most is drawn last, on top.
        groups.sort_by_key(|g| (findings[g.1].finding.severity, Reverse(g.1)));
        for (_, first, count) in groups {
            let f = &findings[first].finding;
            let [x, y] = view.place(f.at);
            let more = if count > 1 { format!("+{}", count - 1) } else { String::new() };
            let (number, class) = (first + 1, class(f));
            let half = 5.0 + 4.0 * (number.to_string().len() + more.len()) as f64;
            write!(
                out,
                "<a href=\"#f{number}\"><rect class=\"n {class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"20\" rx=\"10\"/><text class=\"n\" x=\"{x:.1}\" y=\"{:.1}\">{number}{more}</text></a>",
                x - half, y - 10.0, 2.0 * half, y + 4.5
            )
            .ok();
        }
        view.bar(&s.frame, &mut out);
        out + "</svg>"
    }

    /// One finding and the cells around it, by name.
    pub(super) fn close_up(&self, f: &Finding, escape: impl Fn(&str) -> String) -> String {
        let s = &self.checked.subject;
        let points = f.ground.rings().flatten().chain(f.lines.iter().flatten()).chain(std::iter::once(&f.at));
        let tight = Bounds::of(points.copied()).unwrap_or(Bounds { min: f.at, max: f.at });
        let middle = Point::new((tight.min.x + tight.max.x) / 2, (tight.min.y + tight.max.y) / 2);
        let half = (tight.max.x - tight.min.x).max(tight.max.y - tight.min.y) * 3 / 5;
        let window = Bounds { min: middle, max: middle }.grown(half.max(CLOSE_UM));
        let view = View::new(window, 260.0);
        let mut out = view.open("局部图 close-up");
        let mut near: Vec<u32> = self.index.meeting(window).collect();
        near.sort_unstable();
        let mut labels = String::new();
        for &i in near.iter().take(200) {
            let region = &s.regions[i as usize];
            let d = view.path(region);
            if d.is_empty() {
                continue;
            }
            let class = if f.holders.contains(&i) { "c h" } else { "c" };
            write!(out, "<path class=\"{class}\" d=\"{d}\"/>").ok();
            let shells =
                region.parts.iter().map(|p| view.cut(p.shell.iter().map(|p| view.place(*p)).collect()));
            if let Some([x, y]) = shells.filter_map(|ring| label_place(&ring)).next() {
                let id = escape(&s.ids[i as usize]);
                write!(labels, "<text class=\"id\" x=\"{x:.0}\" y=\"{y:.0}\">{id}</text>").ok();
            }
        }
        if let Some(b) = &s.boundary {
            write!(out, "<path class=\"b\" d=\"{}\"/>", view.path(b)).ok();
        }
        view.finding(f, &mut out);
        out += &labels;
        view.bar(&s.frame, &mut out);
        out + "</svg>"
    }
}

/// The centre of mass of a ring that has room for a name.
pub(super) fn label_place(ring: &[[f64; 2]]) -> Option<[f64; 2]> {
    let edges = || ring.iter().zip(ring.iter().cycle().skip(1));
    let twice: f64 = edges().map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
    if twice.abs() < 2000.0 {
        return None;
    }
    let at = |k: usize| {
        edges().map(|(a, b)| (a[k] + b[k]) * (a[0] * b[1] - b[0] * a[1])).sum::<f64>() / (3.0 * twice)
    };
    Some([at(0), at(1)])
}
