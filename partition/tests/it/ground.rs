//! Made-up ground: a grid of cells whose borders look drawn, the same for tests and benches.

use partition::frame::{Point, Polygon, Region, Ring};

const M: i64 = 1_000_000;
/// Side of a cell.
const SIDE_UM: i64 = 100 * M;
/// Pieces of each side of a cell.
const PIECES: i64 = 5;

/// `columns` × `rows` cells of about a hectare with twenty vertices each, and their boundary. Neighbours share their
/// vertices; nothing is wrong anywhere. SYNTHETIC: coordinates come from a hash of the place.
pub(crate) fn grid(columns: i64, rows: i64) -> (Vec<Region>, Region) {
    let all = (columns, rows);
    let ring = |x0: i64, y0: i64, x1: i64, y1: i64| -> Region {
        let mut shell = Ring::new();
        (x0..x1).for_each(|x| shell.extend(side(x, y0, true, all)));
        (y0..y1).for_each(|y| shell.extend(side(x1, y, false, all)));
        let mut back = Ring::new();
        (y0..y1).for_each(|y| back.extend(side(x0, y, false, all)));
        (x0..x1).for_each(|x| back.extend(side(x, y1, true, all)));
        // The way back holds the north-western corner but not the north-eastern one, and starts with the first point.
        shell.push(node(x1, y1, all));
        shell.extend(back.into_iter().skip(1).rev());
        Region::single(Polygon { shell, holes: vec![] })
    };
    let cells = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
    (cells.map(|(x, y)| ring(x, y, x + 1, y + 1)).collect(), ring(0, 0, columns, rows))
}

/// The vertices of one side of a cell from its node on, without the last: eastwards, or northwards.
fn side(x: i64, y: i64, east: bool, all: (i64, i64)) -> impl Iterator<Item = Point> {
    let (a, b) = (node(x, y, all), if east { node(x + 1, y, all) } else { node(x, y + 1, all) });
    (0..PIECES).map(move |k| {
        let at = |p: i64, q: i64| p + (q - p) * k / PIECES;
        let sway = if k == 0 { [0, 0] } else { jitter([x, y, 2 * k + i64::from(east)], 4 * M) };
        Point::new(at(a.x, b.x) + sway[0], at(a.y, b.y) + sway[1])
    })
}

/// A corner of cells. Those of the whole grid stay where they are.
fn node(x: i64, y: i64, all: (i64, i64)) -> Point {
    let corner = (x == 0 || x == all.0) && (y == 0 || y == all.1);
    let sway = if corner { [0, 0] } else { jitter([x, y, 0], 15 * M) };
    Point::new(x * SIDE_UM + sway[0], y * SIDE_UM + sway[1])
}

/// Two numbers within `reach` of 0 that depend on `key` alone.
pub(crate) fn jitter(key: [i64; 3], reach: i64) -> [i64; 2] {
    let mix = |h: u64, v: i64| (h ^ v as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31);
    let h = key.iter().fold(0x517C_C1B7_2722_0A95, |h, &v| mix(h, v));
    let h = (h ^ (h >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let span = 2 * reach as u64 + 1;
    [(h >> 32) % span, (h & 0xFFFF_FFFF) % span].map(|v| v as i64 - reach)
}
