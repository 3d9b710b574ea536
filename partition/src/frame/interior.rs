//! A point inside a polygon.

use super::{Bounds, Point, Polygon};

/// A point inside `polygon`, in the middle of its widest stretch at about half its height; for labels and numbering.
///
/// Rounded to the grid, so it can lie up to half a grid step outside of slivers that hold no grid point.
/// `None` when the shell is empty. O(n).
#[must_use]
pub fn interior_point(polygon: &Polygon) -> Option<Point> {
    let b = Bounds::of(polygon.shell.iter().copied())?;
    // The middle between the heights just below and just above the centre line: no vertex lies there.
    let centre = (b.min.y as f64 + b.max.y as f64) / 2.0;
    let (mut below, mut above) = (b.min.y as f64, b.max.y as f64);
    for p in polygon.rings().flatten() {
        let y = p.y as f64;
        if y <= centre {
            below = below.max(y);
        } else {
            above = above.min(y);
        }
    }
    let y = (below + above) / 2.0;
    let mut crossings: Vec<f64> = polygon
        .rings()
        .flat_map(|r| r.iter().zip(r.iter().cycle().skip(1)))
        .filter(|(a, b)| (a.y as f64 <= y) != (b.y as f64 <= y))
        .map(|(a, b)| a.x as f64 + (y - a.y as f64) * (b.x - a.x) as f64 / (b.y - a.y) as f64)
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let widest = crossings
        .chunks_exact(2)
        .max_by(|p, q| (p[1] - p[0]).total_cmp(&(q[1] - q[0])))
        .map(|c| Point::new(((c[0] + c[1]) / 2.0).round() as i64, y.round() as i64));
    widest.or_else(|| polygon.shell.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_avoids_holes() {
        let ring = |c: &[(i64, i64)]| c.iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>();
        let p = Polygon {
            shell: ring(&[(0, 0), (100, 0), (100, 100), (0, 100)]),
            holes: vec![ring(&[(20, 20), (20, 80), (60, 80), (60, 20)])],
        };
        assert_eq!(interior_point(&p), Some(Point::new(80, 50)));
        assert_eq!(interior_point(&Polygon::default()), None);
    }
}
