//! Well-known binary, as GeoPackage and GDAL speak it.
//!
//! Own reader instead of a crate: it says which rings were not closed (a geometry type would close them
//! silently), drops Z and M, and refuses hostile counts before it allocates.

use crate::write::Shape;
use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon,
};
use partition::frame::Region;

/// Collections inside collections end here; nobody nests deeper on purpose.
const MAX_DEPTH: u32 = 16;

/// Why bytes are no geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WkbError {
    #[error("the geometry ends too early")]
    Truncated,
    #[error("the geometry has bytes left over")]
    Trailing,
    #[error("the geometry's byte order mark is {0}, neither 0 nor 1")]
    ByteOrder(u8),
    #[error("curves (geometry type {0}) are not read; convert them with: ogr2ogr -nlt CONVERT_TO_LINEAR")]
    Curve(u32),
    #[error("geometry type {0} is unknown")]
    Type(u32),
    #[error("collections are nested more than {MAX_DEPTH} deep")]
    Depth,
    #[error("the GeoPackage geometry header is damaged")]
    Header,
}

/// A geometry and how many of its rings had to be closed.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) geometry: Geometry<f64>,
    pub(crate) unclosed_rings: usize,
}

/// Reads a GeoPackage blob (header, then WKB). An empty geometry gives an empty collection.
pub(crate) fn read_gpkg(blob: &[u8]) -> Result<Read, WkbError> {
    let [b'G', b'P', _version, flags, ..] = *blob else { return Err(WkbError::Header) };
    // 12-128 clause 2.1.3: bits 1–3 say which envelope follows the SRS id.
    let envelope = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(WkbError::Header),
    };
    read(blob.get(8 + envelope..).ok_or(WkbError::Header)?)
}

/// Reads plain, ISO or extended WKB.
pub(crate) fn read(bytes: &[u8]) -> Result<Read, WkbError> {
    let mut r = Reader { bytes, little: true, unclosed: 0 };
    let geometry = r.geometry(0)?;
    if r.bytes.is_empty() {
        Ok(Read { geometry, unclosed_rings: r.unclosed })
    } else {
        Err(WkbError::Trailing)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    little: bool,
    unclosed: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], WkbError> {
        let (head, rest) = self.bytes.split_first_chunk::<N>().ok_or(WkbError::Truncated)?;
        self.bytes = rest;
        Ok(*head)
    }

    fn u32(&mut self) -> Result<u32, WkbError> {
        let b = self.take::<4>()?;
        Ok(if self.little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })
    }

    fn f64(&mut self) -> Result<f64, WkbError> {
        let b = self.take::<8>()?;
        Ok(if self.little { f64::from_le_bytes(b) } else { f64::from_be_bytes(b) })
    }

    /// A count of things of at least `size` bytes each: more than the bytes can hold is refused.
    fn count(&mut self, size: usize) -> Result<usize, WkbError> {
        let n = self.u32()? as usize;
        if n.checked_mul(size).is_none_or(|need| need > self.bytes.len()) {
            Err(WkbError::Truncated)
        } else {
            Ok(n)
        }
    }

    fn coord(&mut self, dims: usize) -> Result<Coord<f64>, WkbError> {
        let c = Coord { x: self.f64()?, y: self.f64()? };
        for _ in 2..dims {
            self.f64()?;
        }
        Ok(c)
    }

    fn line(&mut self, dims: usize) -> Result<LineString<f64>, WkbError> {
        let n = self.count(8 * dims)?;
        (0..n).map(|_| self.coord(dims)).collect()
    }

    fn polygon(&mut self, dims: usize) -> Result<Polygon<f64>, WkbError> {
        let n = self.count(4)?;
        let mut rings = Vec::new();
        for _ in 0..n {
            let ring = self.line(dims)?;
            self.unclosed += usize::from(ring.0.len() > 1 && ring.0.first() != ring.0.last());
            rings.push(ring);
        }
        let mut rings = rings.into_iter();
        Ok(Polygon::new(rings.next().unwrap_or_else(|| LineString(vec![])), rings.collect()))
    }

    fn many<T>(
        &mut self,
        depth: u32,
        pick: fn(Geometry<f64>) -> Option<T>,
        code: u32,
    ) -> Result<Vec<T>, WkbError> {
        let n = self.count(5)?;
        (0..n).map(|_| pick(self.geometry(depth + 1)?).ok_or(WkbError::Type(code))).collect()
    }

    fn geometry(&mut self, depth: u32) -> Result<Geometry<f64>, WkbError> {
        if depth > MAX_DEPTH {
            return Err(WkbError::Depth);
        }
        let [order] = self.take::<1>()?;
        self.little = match order {
            0 => false,
            1 => true,
            other => return Err(WkbError::ByteOrder(other)),
        };
        let code = self.u32()?;
        // Extended WKB marks Z, M and an SRID in the high bits, ISO adds thousands.
        let (ez, em, srid) = (code >> 31 & 1, code >> 30 & 1, code >> 29 & 1);
        let iso = code & 0x1fff_ffff;
        let dims = 2
            + ez as usize
            + em as usize
            + match iso / 1000 {
                0 => 0,
                1 | 2 => 1,
                3 => 2,
                _ => return Err(WkbError::Type(code)),
            };
        if srid == 1 {
            self.u32()?;
        }
        Ok(match iso % 1000 {
            1 => {
                let c = self.coord(dims)?;
                // An empty point is written as NaN.
                if c.x.is_nan() && c.y.is_nan() {
                    Geometry::GeometryCollection(GeometryCollection(vec![]))
                } else {
                    Geometry::Point(Point(c))
                }
            }
            2 => Geometry::LineString(self.line(dims)?),
            3 => Geometry::Polygon(self.polygon(dims)?),
            4 => Geometry::MultiPoint(MultiPoint(self.many(depth, |g| g.try_into().ok(), code)?)),
            5 => Geometry::MultiLineString(MultiLineString(self.many(depth, |g| g.try_into().ok(), code)?)),
            6 => Geometry::MultiPolygon(MultiPolygon(self.many(depth, |g| g.try_into().ok(), code)?)),
            7 => Geometry::GeometryCollection(GeometryCollection(self.many(depth, Some, code)?)),
            8..=14 => return Err(WkbError::Curve(code)),
            _ => return Err(WkbError::Type(code)),
        })
    }
}

/// A region as GeoPackage blob with envelope.
pub(crate) fn write_gpkg(
    region: &Region,
    srs_id: i32,
    envelope: Option<[f64; 4]>,
    metres: impl Fn(partition::frame::Point) -> [f64; 2],
) -> Vec<u8> {
    gpkg(write(region, metres), srs_id, envelope)
}

/// WKB as GeoPackage blob.
pub(crate) fn gpkg(body: Vec<u8>, srs_id: i32, envelope: Option<[f64; 4]>) -> Vec<u8> {
    let mut out = b"GP\0".to_vec();
    // Little-endian; envelope x, y when there is one, else the empty flag.
    out.push(if envelope.is_some() { 0b0000_0011 } else { 0b0001_0001 });
    out.extend(srs_id.to_le_bytes());
    if let Some(e) = envelope {
        e.iter().for_each(|c| out.extend(c.to_le_bytes()));
    }
    out.extend(body);
    out
}

/// Any shape as plain WKB: a multipolygon, a multilinestring, a point.
pub(crate) fn write_shape(shape: Shape<'_>, metres: impl Fn(partition::frame::Point) -> [f64; 2]) -> Vec<u8> {
    let mut out = vec![1];
    let place = |out: &mut Vec<u8>, p| metres(p).iter().for_each(|c| out.extend(c.to_le_bytes()));
    match shape {
        Shape::Ground(region) => return write(region, metres),
        Shape::Lines(lines) => {
            out.extend(5_u32.to_le_bytes());
            out.extend((lines.len() as u32).to_le_bytes());
            for line in lines {
                out.push(1);
                out.extend(2_u32.to_le_bytes());
                out.extend(2_u32.to_le_bytes());
                line.iter().for_each(|p| place(&mut out, *p));
            }
        }
        Shape::At(p) => {
            out.extend(1_u32.to_le_bytes());
            place(&mut out, p);
        }
    }
    out
}

/// A region as plain WKB: always a multipolygon, metres as given by `metres`.
pub(crate) fn write(region: &Region, metres: impl Fn(partition::frame::Point) -> [f64; 2]) -> Vec<u8> {
    let mut out = Vec::new();
    let u32 = |out: &mut Vec<u8>, n: usize| out.extend((n as u32).to_le_bytes());
    out.push(1);
    u32(&mut out, 6);
    u32(&mut out, region.parts.len());
    for part in &region.parts {
        out.push(1);
        u32(&mut out, 3);
        u32(&mut out, 1 + part.holes.len());
        for ring in part.rings() {
            u32(&mut out, ring.len() + usize::from(!ring.is_empty()));
            for p in ring.iter().chain(ring.first()) {
                metres(*p).iter().for_each(|c| out.extend(c.to_le_bytes()));
            }
        }
    }
    out
}
