//! Maps and the histogram of a plan, as SVG.

use super::map::{View, label_place};
use super::page::escape;
use crate::frame::Frame;
use partition::frame::{Bounds, Region, interior_point};
use std::fmt::Write;

/// Cells whose codes are written on the map, at most.
const NAMED: usize = 400;

/// How far from the mean, as the class of a colour: far below, below, about equal, above, far above.
pub(super) fn shade(deviation: f64) -> &'static str {
    match deviation {
        d if d < -0.20 => "d0",
        d if d < -0.05 => "d1",
        d if d <= 0.05 => "d2",
        d if d <= 0.20 => "d3",
        _ => "d4",
    }
}

/// One cell on a map.
pub(super) struct Drawn<'a> {
    pub(super) region: &'a Region,
    pub(super) code: &'a str,
    /// Class of its colour.
    pub(super) class: &'static str,
    /// What a pointer is told.
    pub(super) title: String,
}

/// Cells, with the thicker outlines of `above` and of the whole over them.
pub(super) fn map(frame: &Frame, cells: &[Drawn<'_>], above: &[&Region], label: &str) -> String {
    let all = cells.iter().filter_map(|c| c.region.bounds()).reduce(|a, b| a.union(&b));
    let Some(whole) = all else { return String::new() };
    let margin = (whole.max.x - whole.min.x).max(whole.max.y - whole.min.y) / 60;
    let view = View::new(whole.grown(margin.max(1)), 1000.0);
    let mut out = view.open(label);
    for c in cells {
        let d = view.path(c.region);
        write!(out, "<path class=\"c {}\" d=\"{d}\"><title>{}</title></path>", c.class, escape(&c.title))
            .ok();
    }
    for region in above {
        write!(out, "<path class=\"b\" d=\"{}\"/>", view.path(region)).ok();
    }
    if cells.len() <= NAMED {
        for c in cells {
            if let Some([x, y]) = name_place(&view, c) {
                write!(out, "<text class=\"id\" x=\"{x:.0}\" y=\"{:.0}\">{}</text>", y + 4.0, escape(c.code))
                    .ok();
            }
        }
    }
    view.bar(frame, &mut out);
    out + "</svg>"
}

/// Where a cell has room for its code: its middle, or where that lies outside, some place inside.
fn name_place(view: &View, cell: &Drawn<'_>) -> Option<[f64; 2]> {
    let room = 9.0 * cell.code.len() as f64;
    cell.region.parts.iter().find_map(|part| {
        let ring: Vec<[f64; 2]> = part.shell.iter().map(|p| view.place(*p)).collect();
        let xs = || ring.iter().map(|p| p[0]);
        let width = xs().fold(f64::MIN, f64::max) - xs().fold(f64::MAX, f64::min);
        let middle = label_place(&ring).filter(|_| width >= room)?;
        match inside(&ring, middle) {
            true => Some(middle),
            false => interior_point(part).map(|p| view.place(p)),
        }
    })
}

fn inside(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    let crossed = edges
        .filter(|(a, b)| (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]));
    crossed.count() % 2 == 1
}

/// Ground of `regions` over the cells of another plan.
pub(super) fn overlay(frame: &Frame, cells: &[Region], moved: &[&Region], label: &str) -> String {
    let all = cells.iter().filter_map(Region::bounds).reduce(|a: Bounds, b| a.union(&b));
    let Some(whole) = all else { return String::new() };
    let view = View::new(whole, 480.0);
    let mut out = view.open(label);
    for region in moved {
        write!(out, "<path class=\"c m\" d=\"{}\"/>", view.path(region)).ok();
    }
    for region in cells {
        write!(out, "<path class=\"o\" d=\"{}\"/>", view.path(region)).ok();
    }
    view.bar(frame, &mut out);
    out + "</svg>"
}

/// How many cells have how much, with the mean and, where there is one, the range that was asked for.
pub(super) fn histogram(loads: &[f64], mean: f64, range: Option<[f64; 2]>) -> String {
    const BINS: usize = 24;
    const SIZE: [f64; 2] = [1000.0, 240.0];
    let least = loads.iter().copied().fold(mean, f64::min);
    let most = loads.iter().copied().fold(mean, f64::max);
    let [from, to] = range.map_or([least, most], |[lo, hi]| [least.min(lo), most.max(hi)]);
    let span = (to - from).max(1e-9) * 1.04;
    let from = from - span * 0.02;
    let mut bins = [0_usize; BINS];
    for load in loads {
        let at = ((load - from) / span * BINS as f64).floor().clamp(0.0, BINS as f64 - 1.0);
        bins[at as usize] += 1;
    }
    let tallest = bins.iter().copied().max().unwrap_or(1).max(1);
    let (base, x) = (SIZE[1] - 34.0, |load: f64| 10.0 + (load - from) / span * (SIZE[0] - 20.0));
    let mut out =
        format!("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"直方图 histogram\">", SIZE[0], SIZE[1]);
    if let Some([lo, hi]) = range {
        write!(
            out,
            "<rect class=\"range\" x=\"{:.1}\" y=\"8\" width=\"{:.1}\" height=\"{:.1}\"/>",
            x(lo),
            x(hi) - x(lo),
            base - 8.0
        )
        .ok();
    }
    let width = (SIZE[0] - 20.0) / BINS as f64;
    for (i, &n) in bins.iter().enumerate().filter(|b| *b.1 > 0) {
        let height = (base - 34.0) * n as f64 / tallest as f64;
        let left = 10.0 + i as f64 * width;
        let middle = from + (i as f64 + 0.5) * span / BINS as f64;
        let class = shade(if mean > 0.0 { middle / mean - 1.0 } else { 0.0 });
        write!(
            out,
            "<rect class=\"c {class}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{n}</text>",
            base - height,
            width - 2.0,
            left + width / 2.0,
            base - height - 4.0
        )
        .ok();
    }
    write!(out, "<path class=\"bar\" d=\"M10,{base:.1}H{:.1}\"/>", SIZE[0] - 10.0).ok();
    let mut last = f64::MIN;
    let mut marks = vec![(mean, true)];
    marks.extend(range.iter().flatten().map(|&v| (v, false)));
    marks.push((least, false));
    marks.push((most, false));
    let mut written: Vec<(f64, String)> = Vec::new();
    for (value, line) in marks {
        if line {
            write!(out, "<path class=\"mean\" d=\"M{0:.1},8V{base:.1}\"/>", x(value)).ok();
        }
        if written.iter().all(|(at, _)| (at - x(value)).abs() > 70.0) {
            written.push((x(value), format!("{value:.0}")));
        }
    }
    written.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (at, text) in written {
        let at = at.clamp(30.0, SIZE[0] - 30.0).max(last + 1.0);
        write!(out, "<text x=\"{at:.1}\" y=\"{:.1}\">{text}</text>", base + 20.0).ok();
        last = at;
    }
    out + "</svg>"
}
