//! Density of the road network around a point: rural, suburban or urban.

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::lonlat::{LonLat, PointE7, Ruler, segment_length};
use crate::osm::{Extract, Tags};
use crate::units::Millimetres;

/// Class of road density around a road: rural, suburban or urban.
///
/// The density is the length of the roads within 2 km per square kilometre.
/// The classes are those of Valhalla, in which the table of measured speeds was made. It
/// rounds 0.7 times the density in km/km² and calls results above 5 suburban and above 10 urban
/// (`GetDensity` in `mjolnir/graphenhancer.cc`, `FromConfig` in `mjolnir/speed_assigner.h` of
/// github.com/valhalla/valhalla). The sea and other land without roads count as area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// Less than 7.86 km of road per km².
    Rural,
    /// From 7.86 to 15 km of road per km².
    Suburban,
    /// 15 km of road per km² or more.
    Urban,
}

impl Density {
    /// All classes, from sparse to dense.
    pub const ALL: [Self; 3] = [Self::Rural, Self::Suburban, Self::Urban];

    /// Least density of suburban roads in km/km²: 0.7 × it rounds to more than 5.
    const SUBURBAN_MIN_KM_PER_KM2: f64 = 5.5 / 0.7;
    /// Least density of urban roads in km/km²: 0.7 × it rounds to more than 10.
    const URBAN_MIN_KM_PER_KM2: f64 = 10.5 / 0.7;

    fn of(km_per_km2: f64) -> Self {
        if km_per_km2 >= Self::URBAN_MIN_KM_PER_KM2 {
            Self::Urban
        } else if km_per_km2 >= Self::SUBURBAN_MIN_KM_PER_KM2 {
            Self::Suburban
        } else {
            Self::Rural
        }
    }

    /// Returns its name in files: `rural`, `suburban` or `urban`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rural => "rural",
            Self::Suburban => "suburban",
            Self::Urban => "urban",
        }
    }
}

impl fmt::Display for Density {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Height of a row of cells, 250 m, in ten-millionths of a degree of latitude.
const ROW_E7: i32 = 22_483;
/// Width of a cell in metres, at the middle of its row.
const COLUMN_M: f64 = 250.0;
/// Radius in metres of the circle around a road in which roads count.
const RADIUS_M: f64 = 2000.0;
/// Number of rows on each side within the radius.
const ROWS: i32 = 8;

/// A piece of land of about 250 m by 250 m.
///
/// Columns are counted from the meridian of Greenwich, by the length of a degree in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Cell {
    row: i32,
    column: i32,
}

impl Cell {
    /// Returns its middle.
    pub(super) fn middle(self) -> LonLat {
        LonLat {
            lon: (f64::from(self.column) + 0.5) * COLUMN_M / ruler_of(self.row).lon_m,
            lat: (f64::from(self.row) + 0.5) * f64::from(ROW_E7) / 1e7,
        }
    }
}

/// Length of the roads of an extract by cell, for any travel mode.
///
/// Made in O(n log n) in the points. A question about a new cell is O(log n).
pub(super) struct RoadLengths {
    rows: BTreeMap<i32, Row>,
    /// Answers by cell.
    known: FxHashMap<Cell, Density>,
}

/// Columns with roads, from west to east.
#[derive(Default)]
struct Row {
    /// Column, and length of all roads west of its eastern edge.
    up_to: Vec<(i32, u64)>,
}

impl Row {
    /// Returns the length of the roads in the columns `first..=last`.
    fn length(&self, first: i32, last: i32) -> u64 {
        let before = |column: i32| {
            let at = self.up_to.partition_point(|(other, _)| *other < column);
            at.checked_sub(1).map_or(0, |at| self.up_to[at].1)
        };
        before(last.saturating_add(1)).saturating_sub(before(first))
    }
}

impl RoadLengths {
    pub(super) fn new(extract: &Extract) -> Self {
        let mut cells: Vec<(Cell, u64)> = Vec::new();
        for way in extract.ways.iter().filter(|way| counts(&way.tags)) {
            let positions = way.nodes.iter().filter_map(|node| extract.position(*node));
            let points: Vec<PointE7> = positions.map(PointE7::from).collect();
            for pair in points.windows(2) {
                add_segment(&mut cells, [pair[0], pair[1]]);
            }
        }
        cells.sort_unstable();
        let mut rows: BTreeMap<i32, Row> = BTreeMap::new();
        for (Cell { row, column }, length) in cells {
            let up_to = &mut rows.entry(row).or_default().up_to;
            match up_to.last_mut() {
                Some(last) if last.0 == column => last.1 += length,
                last => {
                    let before = last.map_or(0, |last| last.1);
                    up_to.push((column, before + length));
                }
            }
        }
        Self { rows, known: FxHashMap::default() }
    }

    /// Returns the density around the middle of the cell of `point`.
    pub(super) fn density_at(&mut self, point: PointE7) -> Density {
        let cell = cell_of(point);
        if let Some(density) = self.known.get(&cell) {
            return *density;
        }
        let density = Density::of(self.km_per_km2(cell));
        self.known.insert(cell, density);
        density
    }

    fn km_per_km2(&self, Cell { row, column }: Cell) -> f64 {
        let middle_m = (f64::from(column) + 0.5) * COLUMN_M;
        let row_height_m = f64::from(ROW_E7) / 1e7 * ruler_of(row).lat_m;
        let (mut length, mut area_m2) = (0_u64, 0.0);
        for offset in -ROWS..=ROWS {
            let north_m = f64::from(offset) * row_height_m;
            let half_m = (RADIUS_M * RADIUS_M - north_m * north_m).max(0.0).sqrt();
            // Columns of the other row are a little wider or narrower.
            let middle_m = middle_m * (ruler_of(row + offset).lon_m / ruler_of(row).lon_m);
            // Columns whose middle lies within the circle.
            let first = ((middle_m - half_m) / COLUMN_M - 0.5).ceil() as i32;
            let last = ((middle_m + half_m) / COLUMN_M - 0.5).floor() as i32;
            area_m2 += f64::from((last - first + 1).max(0)) * COLUMN_M * row_height_m;
            if let Some(row) = self.rows.get(&(row + offset)) {
                length += row.length(first, last);
            }
        }
        // Millimetres per square metre are kilometres per square kilometre.
        length as f64 / area_m2
    }
}

/// Adds the length of a segment to the cells along it.
fn add_segment(cells: &mut Vec<(Cell, u64)>, [a, b]: [PointE7; 2]) {
    let ends = [a, b].map(LonLat::from);
    let Millimetres(length) = segment_length(a, b);
    let pieces = length / (COLUMN_M as u64 * 1000) + 1;
    for piece in 0..pieces {
        let share = (piece as f64 + 0.5) / pieces as f64;
        let part = length * (piece + 1) / pieces - length * piece / pieces;
        cells.push((cell_of(ends[0].toward(ends[1], share).into()), part));
    }
}

/// Returns the cell that contains `point`.
pub(super) fn cell_of(point: PointE7) -> Cell {
    let row = point.lat_e7.div_euclid(ROW_E7);
    let east_m = f64::from(point.lon_e7) / 1e7 * ruler_of(row).lon_m;
    Cell { row, column: (east_m / COLUMN_M).floor() as i32 }
}

/// Returns the ruler for the middle of a row; at the poles, that of 89.9°.
fn ruler_of(row: i32) -> Ruler {
    let middle = (f64::from(row) + 0.5) * f64::from(ROW_E7) / 1e7;
    Ruler::at(middle.clamp(-89.9, 89.9))
}

/// Tests if a way counts for the density, in Valhalla's sense: a road, a slip road or a service
/// road, without drives, parking aisles, tracks and living streets.
fn counts(tags: &Tags) -> bool {
    let Some(class) = tags.get("highway") else { return false };
    match class.strip_suffix("_link").unwrap_or(class) {
        "motorway" | "trunk" | "primary" | "secondary" | "tertiary" | "unclassified"
        | "residential" | "road" => true,
        "service" => {
            !matches!(tags.get("service"), Some("driveway" | "parking_aisle" | "drive-through"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::{OsmNodeId, OsmWayId, Way};

    /// A square of parallel streets of 6 km, with `spacing_m` between them, at latitude `lat`.
    fn streets(lat: f64, spacing_m: f64, tags: &[(&str, &str)]) -> Extract {
        let ruler = Ruler::at(lat);
        let mut extract = Extract::default();
        for at in 0..(6000.0 / spacing_m) as i64 {
            let lat = lat + (at as f64 * spacing_m - 3000.0) / ruler.lat_m;
            for end in 0..2 {
                let lon = (f64::from(end) - 0.5) * 6000.0 / ruler.lon_m;
                extract.nodes.push((OsmNodeId(2 * at + i64::from(end)), LonLat { lon, lat }));
            }
            extract.ways.push(Way {
                id: OsmWayId(at),
                nodes: vec![OsmNodeId(2 * at), OsmNodeId(2 * at + 1)],
                tags: tags.iter().copied().collect(),
            });
        }
        extract
    }

    fn middle(lat: f64, spacing_m: f64) -> f64 {
        let lengths = RoadLengths::new(&streets(lat, spacing_m, &[("highway", "residential")]));
        lengths.km_per_km2(cell_of(LonLat { lon: 0.0, lat }.into()))
    }

    #[test]
    fn the_density_is_the_length_of_road_per_square_kilometre_at_every_latitude() {
        for lat in [0.0, 35.9, -53.0, 69.6] {
            for (spacing_m, expected) in [(100.0, 10.0), (50.0, 20.0), (200.0, 5.0)] {
                let found = middle(lat, spacing_m);
                assert!((found / expected - 1.0).abs() < 0.04, "{lat} {spacing_m}: {found}");
            }
        }
    }

    #[test]
    fn streets_every_50_100_and_200_metres_are_urban_suburban_and_rural() {
        let at = |spacing_m, lon_m| {
            let mut lengths =
                RoadLengths::new(&streets(35.9, spacing_m, &[("highway", "tertiary")]));
            let lon = lon_m / Ruler::at(35.9).lon_m;
            lengths.density_at(LonLat { lon, lat: 35.9 }.into())
        };
        assert_eq!(at(50.0, 0.0), Density::Urban);
        assert_eq!(at(100.0, 0.0), Density::Suburban);
        assert_eq!(at(200.0, 0.0), Density::Rural);
        assert_eq!(at(50.0, 3000.0), Density::Suburban, "half of the circle at the edge is empty");
        assert_eq!(at(50.0, 9000.0), Density::Rural, "no road is near");
    }

    #[test]
    fn drives_tracks_and_paths_do_not_count() {
        let lon_lat = LonLat { lon: 0.0, lat: 35.9 };
        for (tags, expected) in [
            (&[("highway", "service")][..], Density::Urban),
            (&[("highway", "service"), ("service", "alley")], Density::Urban),
            (&[("highway", "primary_link")], Density::Urban),
            (&[("highway", "service"), ("service", "driveway")], Density::Rural),
            (&[("highway", "service"), ("service", "parking_aisle")], Density::Rural),
            (&[("highway", "track")], Density::Rural),
            (&[("highway", "footway")], Density::Rural),
            (&[("route", "ferry")], Density::Rural),
        ] {
            let mut lengths = RoadLengths::new(&streets(35.9, 50.0, tags));
            assert_eq!(lengths.density_at(lon_lat.into()), expected, "{tags:?}");
        }
    }

    #[test]
    fn the_classes_are_cut_where_valhalla_cuts_them() {
        let class = |km_per_km2: f64| Density::of(km_per_km2);
        assert_eq!(class(7.85), Density::Rural);
        assert_eq!(class(7.86), Density::Suburban);
        assert_eq!(class(14.99), Density::Suburban);
        assert_eq!(class(15.01), Density::Urban);
        assert!(Density::Rural < Density::Suburban && Density::Suburban < Density::Urban);
    }

    #[test]
    fn an_empty_map_and_the_poles_are_rural() {
        let mut lengths = RoadLengths::new(&Extract::default());
        for (lon, lat) in [(0.0, 0.0), (180.0, 90.0), (-180.0, -90.0)] {
            assert_eq!(lengths.density_at(LonLat { lon, lat }.into()), Density::Rural);
        }
    }
}
