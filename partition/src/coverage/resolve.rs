//! What ground an invalid region means.

use crate::frame::Region;
use crate::subdivision::{Line, Subdivision, boundary_lines};

/// The ground that `region` means, as valid rings.
///
/// A ring encloses what lies inside it an odd number of times; a part is its shell without its holes; a region is all
/// its parts. So both lobes of a bow-tie belong to it, ground under two overlapping parts belongs to it once, and a
/// hole outside its shell takes nothing away. A valid region comes back with the same ground.
///
/// # When to use
/// On regions that [`guard`](crate::chain::guard) refuses, after saying so: the rest of the coverage can then be
/// checked against what was probably meant.
///
/// # Complexity
/// That of [`Subdivision::of`] on its edges.
#[must_use]
pub fn resolve(region: &Region) -> Region {
    let mut part_of_ring = Vec::new();
    for (part, polygon) in region.parts.iter().enumerate() {
        part_of_ring.extend(polygon.rings().enumerate().map(|(i, _)| (part, i > 0)));
    }
    let lines: Vec<Line> = region
        .parts
        .iter()
        .flat_map(|p| p.rings())
        .zip(0..)
        .flat_map(|(ring, tag)| ring_lines(ring, tag))
        .collect();
    let s = Subdivision::of(&lines);
    let parity = s.odd_tags();
    let held = |rings: &Vec<u32>| {
        (0..region.parts.len()).any(|part| {
            let mut in_shell = false;
            let mut in_hole = false;
            for &r in rings {
                match part_of_ring[r as usize] {
                    (p, false) if p == part => in_shell = true,
                    (p, true) if p == part => in_hole = true,
                    _ => {}
                }
            }
            in_shell && !in_hole
        })
    };
    s.outlines(|f| held(&parity[f.index()]).then_some(0)).remove(&0).unwrap_or_default()
}

fn ring_lines(ring: &[crate::frame::Point], tag: u32) -> Vec<Line> {
    let one = Region::single(crate::frame::Polygon { shell: ring.to_vec(), holes: Vec::new() });
    boundary_lines(&one, tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::guard;
    use crate::frame::{Point, Polygon};

    fn ring(c: &[(i64, i64)]) -> Vec<Point> {
        c.iter().map(|&(x, y)| Point::new(x, y)).collect()
    }

    #[test]
    fn a_bow_tie_keeps_both_lobes() {
        let r = resolve(&Region::single(Polygon {
            shell: ring(&[(0, 0), (4, 4), (4, 0), (0, 4)]),
            holes: vec![],
        }));
        assert_eq!((r.parts.len(), r.twice_area_um2()), (2, 16));
        assert_eq!(guard(&r), Ok(()));
    }

    #[test]
    fn overlapping_parts_count_once_and_stray_holes_not_at_all() {
        let sq = |x, y, s| ring(&[(x, y), (x + s, y), (x + s, y + s), (x, y + s)]);
        let r = Region {
            parts: vec![
                Polygon { shell: sq(0, 0, 10), holes: vec![sq(50, 50, 5)] },
                Polygon { shell: sq(5, 0, 10), holes: vec![sq(12, 2, 2)] },
            ],
        };
        let r = resolve(&r);
        assert_eq!(r.twice_area_um2(), 2 * (150 - 4));
        assert_eq!(guard(&r), Ok(()));
    }
}
