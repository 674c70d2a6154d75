//! Encodes geometries in the form of a GeoPackage: a header with the bounding box, then
//! little-endian well-known binary (WKB).

use geojson::{GeometryValue, Position};

/// A box around geometries, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::output) struct Bounds {
    pub(in crate::output) west: f64,
    pub(in crate::output) south: f64,
    pub(in crate::output) east: f64,
    pub(in crate::output) north: f64,
}

impl Bounds {
    /// The box that contains nothing.
    pub(in crate::output) const EMPTY: Self = Self {
        west: f64::INFINITY,
        south: f64::INFINITY,
        east: f64::NEG_INFINITY,
        north: f64::NEG_INFINITY,
    };

    /// Returns the smallest box that contains both boxes.
    pub(in crate::output) fn and(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Returns the smallest box that contains this one, has the same middle, and whose width
    /// divided by its height is `form`.
    pub(in crate::output) fn in_form_of(self, form: f64) -> Self {
        let (width, height) = (self.east - self.west, self.north - self.south);
        let aside = ((height * form - width) / 2.0).max(0.0);
        let above = ((width / form - height) / 2.0).max(0.0);
        Self {
            west: self.west - aside,
            south: self.south - above,
            east: self.east + aside,
            north: self.north + above,
        }
    }

    /// Returns the smallest box around a geometry.
    pub(in crate::output) fn around(geometry: &GeometryValue) -> Self {
        let of = |position: &Position| Self {
            west: position[0],
            south: position[1],
            east: position[0],
            north: position[1],
        };
        let line = |line: &[Position]| line.iter().map(of).fold(Self::EMPTY, Self::and);
        let lines =
            |lines: &[Vec<Position>]| lines.iter().map(|l| line(l)).fold(Self::EMPTY, Self::and);
        match geometry {
            GeometryValue::Point { coordinates } => of(coordinates),
            GeometryValue::MultiPoint { coordinates }
            | GeometryValue::LineString { coordinates } => line(coordinates),
            GeometryValue::MultiLineString { coordinates }
            | GeometryValue::Polygon { coordinates } => lines(coordinates),
            GeometryValue::MultiPolygon { coordinates } => {
                coordinates.iter().map(|polygon| lines(polygon)).fold(Self::EMPTY, Self::and)
            }
            GeometryValue::GeometryCollection { geometries } => {
                geometries.iter().map(|one| Self::around(&one.value)).fold(Self::EMPTY, Self::and)
            }
        }
    }
}

/// Type of a geometry column: points, lines or areas, and one or several of them in each feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::output) struct Kind {
    /// Code of the geometry in WKB: 1 for a point, 2 for a line, 3 for an area, 7 for any geometry.
    code: u32,
    is_multi: bool,
}

impl Kind {
    /// Columns with one point in each feature.
    pub(in crate::output) const POINT: Self = Self { code: 1, is_multi: false };
    const ANY: Self = Self { code: 7, is_multi: false };

    pub(in crate::output) fn of(geometry: &GeometryValue) -> Self {
        let (code, is_multi) = match geometry {
            GeometryValue::Point { .. } => (1, false),
            GeometryValue::LineString { .. } => (2, false),
            GeometryValue::Polygon { .. } => (3, false),
            GeometryValue::MultiPoint { .. } => (1, true),
            GeometryValue::MultiLineString { .. } => (2, true),
            GeometryValue::MultiPolygon { .. } => (3, true),
            GeometryValue::GeometryCollection { .. } => return Self::ANY,
        };
        Self { code, is_multi }
    }

    /// Returns the type of a column that can hold the geometries of both columns.
    pub(in crate::output) fn both(self, other: Self) -> Self {
        if self.code == other.code {
            Self { code: self.code, is_multi: self.is_multi || other.is_multi }
        } else {
            Self::ANY
        }
    }

    /// Returns 0 for points, 1 for lines, 2 for areas.
    pub(in crate::output) fn dimension(self) -> usize {
        self.code.min(3) as usize - 1
    }

    /// Returns the name of the type in a GeoPackage.
    pub(in crate::output) fn name(self) -> &'static str {
        match (self.code, self.is_multi) {
            (1, false) => "POINT",
            (2, false) => "LINESTRING",
            (3, false) => "POLYGON",
            (1, true) => "MULTIPOINT",
            (2, true) => "MULTILINESTRING",
            (3, true) => "MULTIPOLYGON",
            _ => "GEOMETRY",
        }
    }
}

/// A geometry in the form of a GeoPackage.
pub(super) struct Blob {
    pub(super) bytes: Vec<u8>,
    pub(super) bounds: Bounds,
}

impl Blob {
    /// Encodes `geometry` for a column of the type `kind`. If the features of the column can hold
    /// several geometries, a single geometry becomes a group of one.
    pub(super) fn of(geometry: &GeometryValue, kind: Kind) -> Self {
        const LITTLE_ENDIAN: u8 = 0b0000_0001;
        const WITH_BOX: u8 = 0b0000_0010;
        let bounds = Bounds::around(geometry);
        let is_point = matches!(geometry, GeometryValue::Point { .. });
        let mut bytes = b"GP\0".to_vec();
        bytes.push(if is_point { LITTLE_ENDIAN } else { LITTLE_ENDIAN | WITH_BOX });
        bytes.extend(4326_i32.to_le_bytes());
        if !is_point {
            for edge in [bounds.west, bounds.east, bounds.south, bounds.north] {
                bytes.extend(edge.to_le_bytes());
            }
        }
        if kind.is_multi && !Kind::of(geometry).is_multi {
            head(&mut bytes, kind.code + 3);
            count(&mut bytes, 1);
        }
        append(&mut bytes, geometry);
        Self { bytes, bounds }
    }
}

/// Writes the byte order, and the WKB code `code` of the geometry that follows.
fn head(bytes: &mut Vec<u8>, code: u32) {
    bytes.push(1);
    bytes.extend(code.to_le_bytes());
}

fn count(bytes: &mut Vec<u8>, of: usize) {
    bytes.extend((of as u32).to_le_bytes());
}

fn position(bytes: &mut Vec<u8>, position: &Position) {
    bytes.extend(position[0].to_le_bytes());
    bytes.extend(position[1].to_le_bytes());
}

fn positions(bytes: &mut Vec<u8>, line: &[Position]) {
    count(bytes, line.len());
    line.iter().for_each(|one| position(bytes, one));
}

fn append(bytes: &mut Vec<u8>, geometry: &GeometryValue) {
    match geometry {
        GeometryValue::Point { coordinates } => {
            head(bytes, 1);
            position(bytes, coordinates);
        }
        GeometryValue::LineString { coordinates } => {
            head(bytes, 2);
            positions(bytes, coordinates);
        }
        GeometryValue::Polygon { coordinates } => polygon(bytes, coordinates),
        GeometryValue::MultiPoint { coordinates } => {
            head(bytes, 4);
            count(bytes, coordinates.len());
            for one in coordinates {
                head(bytes, 1);
                position(bytes, one);
            }
        }
        GeometryValue::MultiLineString { coordinates } => {
            head(bytes, 5);
            count(bytes, coordinates.len());
            for line in coordinates {
                head(bytes, 2);
                positions(bytes, line);
            }
        }
        GeometryValue::MultiPolygon { coordinates } => {
            head(bytes, 6);
            count(bytes, coordinates.len());
            coordinates.iter().for_each(|one| polygon(bytes, one));
        }
        GeometryValue::GeometryCollection { geometries } => {
            head(bytes, 7);
            count(bytes, geometries.len());
            geometries.iter().for_each(|one| append(bytes, &one.value));
        }
    }
}

fn polygon(bytes: &mut Vec<u8>, rings: &[Vec<Position>]) {
    head(bytes, 3);
    count(bytes, rings.len());
    rings.iter().for_each(|ring| positions(bytes, ring));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_area_in_a_column_for_several_is_a_group_of_one() {
        let ring = [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [0.0, 0.0]];
        let ring: Vec<Position> = ring.into_iter().map(Position::from).collect();
        let one = GeometryValue::Polygon { coordinates: vec![ring.clone()] };
        let several = GeometryValue::MultiPolygon { coordinates: vec![vec![ring]] };
        let kind = Kind::of(&one).both(Kind::of(&several));
        assert_eq!(kind.name(), "MULTIPOLYGON");
        let blob = Blob::of(&one, kind);
        assert_eq!(blob.bytes, Blob::of(&several, kind).bytes);
        assert_eq!(blob.bounds, Bounds { west: 0.0, south: 0.0, east: 2.0, north: 1.0 });
    }
}
