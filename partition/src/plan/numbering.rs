//! The order in which cells are numbered for the first time.

use crate::frame::{Region, interior_point};

/// Numbers of the cells in reading order: bands from north to south, within a band from west to east.
///
/// "From west to east, from north to south" (DB11/T 2157-2023) leaves open where a row ends. Here a band is as high as
/// the median cell, counted from the northernmost representative point; within a band cells go by easting, then by
/// northing, then by their first point, so the order depends on nothing else.
///
/// Returns for each place in the order the index of its cell. O(n log n).
#[must_use]
pub fn numbering(cells: &[Region]) -> Vec<usize> {
    let point = |r: &Region| r.parts.iter().find_map(interior_point).unwrap_or_default();
    let points: Vec<_> = cells.iter().map(point).collect();
    let mut heights: Vec<i64> = cells.iter().filter_map(|r| r.bounds().map(|b| b.max.y - b.min.y)).collect();
    heights.sort_unstable();
    let height = heights.get(heights.len() / 2).copied().unwrap_or(1).max(1);
    let top = points.iter().map(|p| p.y).max().unwrap_or_default();
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(|&i| ((top - points[i].y) / height, points[i].x, -points[i].y, i));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Point, Polygon};

    #[test]
    fn rows_go_west_to_east_and_north_to_south() {
        let cell = |x: i64, y: i64| {
            let p = |dx: i64, dy: i64| Point::new(x + dx, y + dy);
            Region::single(Polygon { shell: vec![p(0, 0), p(10, 0), p(10, 10), p(0, 10)], holes: vec![] })
        };
        // The second is a little lower than the first: still the same row.
        let cells = [cell(0, 0), cell(20, 30), cell(0, 31), cell(10, 1)];
        assert_eq!(numbering(&cells), [2, 1, 0, 3]);
    }
}
