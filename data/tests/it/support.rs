//! Helpers: where data is, what is skipped, small shapes.

pub(crate) use crate::shared_data::{shared, skip};
use data::frame::Frame;
use data::read::{FeatureSet, ReadOptions, Source, read_features};
use partition::frame::{Point, Polygon, Region};
use std::path::PathBuf;
use std::process::Command;

/// Output of a GDAL program, or a counted skip where it isn't installed.
pub(crate) fn run(program: &str, args: &[&str]) -> Option<String> {
    match Command::new(program).args(args).output() {
        Ok(out) => {
            assert!(out.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&out.stderr));
            Some(String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
        }
        Err(_) => {
            skip(&format!("{program} is not installed"));
            None
        }
    }
}

pub(crate) fn read(path: impl Into<PathBuf>) -> FeatureSet {
    read_features(&Source::file(path), &ReadOptions::default()).unwrap()
}

/// The default frame of a set.
pub(crate) fn frame_of(set: &FeatureSet) -> Frame {
    let (min, max) = set.bounds().unwrap();
    Frame::for_bounds(&set.crs, min, max).unwrap()
}

/// A square with its south-west corner at `x`, `y`, all in µm.
pub(crate) fn square(x: i64, y: i64, side: i64) -> Region {
    Region::single(Polygon {
        shell: ring(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side)]),
        holes: vec![],
    })
}

pub(crate) fn ring(points: &[(i64, i64)]) -> Vec<Point> {
    points.iter().map(|&(x, y)| Point::new(x, y)).collect()
}
