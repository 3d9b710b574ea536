//! CRS-01: cells that would fit what they are held against if they were read in another system.

use crate::crs::{Crs, Shift};
use crate::frame::Frame;
use partition::check::Finding;
use partition::check::rules::RuleId;
use partition::frame::{Point, Region, RegionIndex, length_um, ring_length_um};

/// Places along the outline that are looked at.
const SAMPLES: i64 = 2000;
/// So far to either side, µm: less than any shift moves, more than outlines of the same place differ.
const ASIDE_UM: f64 = 15e6;
/// Cells whose border agrees here are where they should be.
const FITS: f64 = 0.5;
/// Another reading must agree in so much more of the outline.
const BETTER: f64 = 0.4;

/// What the numbers of a file could mean instead of what it says.
#[derive(Clone, Copy)]
enum Reading {
    AsIs,
    Shifted(Shift),
    Exchanged,
}

impl Reading {
    const OTHERS: [Self; 3] = [Self::Shifted(Shift::Gcj02), Self::Shifted(Shift::Bd09), Self::Exchanged];

    /// Where in the frame something shows up that truly is at `p`, if the file is to be read so.
    fn shown(self, p: Point, from: &Crs, frame: &Frame) -> Option<Point> {
        match self {
            Self::AsIs => Some(p),
            Self::Shifted(_) if !from.is_geographic() => None,
            Self::Shifted(shift) => {
                let [x, y] = shift.shifted(frame.to_lonlat(p)?);
                frame.to_frame(&Crs::wgs84().ok()?, x, y).ok()
            }
            Self::Exchanged => {
                let [x, y] = frame.to_projected_m(p);
                let [x, y] = frame.crs()?.transform(from, x, y).ok()?;
                frame.to_frame(from, y, x).ok()
            }
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::AsIs => ("", ""),
            Self::Shifted(Shift::Gcj02) => (
                "按 GCJ-02 还原后与边界吻合;请用 --crs GCJ-02 读取",
                "taken back from GCJ-02 the cells fit the boundary; read them with --crs GCJ-02",
            ),
            Self::Shifted(Shift::Bd09) => (
                "按 BD-09 还原后与边界吻合;请用 --crs BD-09 读取",
                "taken back from BD-09 the cells fit the boundary; read them with --crs BD-09",
            ),
            Self::Exchanged => (
                "对调坐标轴后与边界吻合;请更正文件的坐标顺序",
                "with their axes exchanged the cells fit the boundary; correct the order of coordinates in the file",
            ),
        }
    }
}

/// Says so when cells read from `from` miss the outline of `boundary`, and another reading of their numbers does not.
///
/// O((cells + outline) log cells). Nothing is converted: a person has to say what is meant.
pub(super) fn suspicion(regions: &[Region], boundary: &Region, from: &Crs, frame: &Frame) -> Option<Finding> {
    if frame.is_planar() || from.shift().is_some() {
        return None;
    }
    let samples = samples(boundary);
    let index = RegionIndex::new(regions);
    let agrees = |reading: Reading| -> f64 {
        let held = |p| reading.shown(p, from, frame).is_some_and(|p| index.at(p).is_some());
        let agree = samples.iter().filter(|&&[inner, outer]| held(inner) && !held(outer)).count();
        agree as f64 / samples.len().max(1) as f64
    };
    let as_is = agrees(Reading::AsIs);
    if as_is >= FITS {
        return None;
    }
    let (reading, share) =
        Reading::OTHERS.map(|r| (r, agrees(r))).into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let at = samples.first()?[0];
    (share >= as_is + BETTER)
        .then(|| Finding { detail: Some(reading.words()), ..Finding::of(RuleId::Crs01, at) })
}

/// Pairs of points beside the outline, one on the ground and one off it.
fn samples(region: &Region) -> Vec<[Point; 2]> {
    let total: i64 = region.rings().map(|r| ring_length_um(r)).sum();
    let step = (total / SAMPLES).max(1);
    let (mut samples, mut ahead) = (Vec::new(), 0);
    for ring in region.rings() {
        for (&a, &b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let length = length_um(a, b).max(1);
            while ahead < length {
                let (dx, dy) = ((b.x - a.x) as f64 / length as f64, (b.y - a.y) as f64 / length as f64);
                let at = |side: f64| {
                    let (x, y) = (dx * ahead as f64 - dy * side, dy * ahead as f64 + dx * side);
                    Point::new(a.x + x as i64, a.y + y as i64)
                };
                samples.push([at(ASIDE_UM), at(-ASIDE_UM)]);
                ahead += step;
            }
            ahead -= length;
        }
    }
    samples
}
