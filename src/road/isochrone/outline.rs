//! Outlines the inside of a raster with polygons.
//!
//! Marching squares (Lorensen and Cline 1987, doi:10.1145/37402.37422, in two dimensions): an
//! outline runs halfway between samples inside and outside, with the inside on its left. Samples
//! inside that touch only at a corner belong to one polygon.

use std::collections::hash_map::Entry;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use rustc_hash::FxHashMap;

use super::raster::Raster;

/// Returns the polygons of `raster`, from south to north, with rings in the direction of RFC 7946
/// and without corners in straight lines. O(samples) time, O(outline) memory.
pub(super) fn outlines(raster: &Raster) -> MultiPolygon<f64> {
    let mut polygons: Vec<(LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
    // By sample: the polygon of the outline between it and the next sample to the east.
    let mut known: FxHashMap<(i64, i64), usize> = FxHashMap::default();
    for row in 0..raster.grid.rows as i64 {
        let mut current = None;
        for column in -1..raster.grid.columns as i64 {
            let (west, east) = ([column, row], [column + 1, row]);
            let step = match (raster.is_inside(column, row), raster.is_inside(column + 1, row)) {
                (false, true) => Step { inside: east, outside: west },
                (true, false) => Step { inside: west, outside: east },
                _ => continue,
            };
            if let Entry::Vacant(entry) = known.entry((column, row)) {
                // First contact, in the southernmost row: an outer ring if it leads in, else a
                // hole.
                let is_outer = step.inside == east;
                let polygon = match current {
                    Some(polygon) if !is_outer => polygon,
                    _ => polygons.len(),
                };
                entry.insert(polygon);
                let ring = follow(raster, step, |between| {
                    known.insert(between, polygon);
                });
                match is_outer {
                    true => polygons.push((ring, Vec::new())),
                    false => polygons[polygon].1.push(ring),
                }
            }
            current = known.get(&(column, row)).copied();
        }
    }
    polygons.into_iter().map(|(outer, holes)| Polygon::new(outer, holes)).collect()
}

/// A point of an outline between two neighbouring samples, with `inside` on its left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    inside: [i64; 2],
    outside: [i64; 2],
}

impl Step {
    /// Returns the corner of the outline, in half steps of the raster.
    fn corner(&self) -> [i64; 2] {
        [self.inside[0] + self.outside[0], self.inside[1] + self.outside[1]]
    }

    /// Returns the next point along the outline.
    fn next(&self, raster: &Raster) -> Self {
        let [dx, dy] = [self.outside[0] - self.inside[0], self.outside[1] - self.inside[1]];
        let ahead = |[x, y]: [i64; 2]| [x - dy, y + dx];
        let is_inside = |[x, y]: [i64; 2]| raster.is_inside(x, y);
        let (left, right) = (ahead(self.inside), ahead(self.outside));
        if is_inside(right) {
            Self { inside: right, outside: self.outside }
        } else if is_inside(left) {
            Self { inside: left, outside: right }
        } else {
            Self { inside: self.inside, outside: left }
        }
    }
}

/// Returns the closed ring through `start`; passes to `passed` the western sample of each pair in
/// one row that the ring separates.
fn follow(raster: &Raster, start: Step, mut passed: impl FnMut((i64, i64))) -> LineString<f64> {
    let mut corners: Vec<[i64; 2]> = Vec::new();
    let mut step = start;
    loop {
        if step.inside[1] == step.outside[1] {
            passed((step.inside[0].min(step.outside[0]), step.inside[1]));
        }
        push(&mut corners, step.corner());
        step = step.next(raster);
        if step == start {
            break;
        }
    }
    // The ring may start in the middle of a straight line: remove that corner.
    let first = corners[0];
    push(&mut corners, first);
    if corners.len() > 3 && is_straight(corners[corners.len() - 2], first, corners[1]) {
        corners.remove(0);
        let last = corners.len() - 1;
        corners[last] = corners[0];
    }
    let degrees = |corner: &[i64; 2]| {
        let at = raster.grid.position(*corner);
        Coord { x: at.lon, y: at.lat }
    };
    corners.iter().map(degrees).collect()
}

/// Adds a corner, and removes the one before if it is in a straight line.
fn push(corners: &mut Vec<[i64; 2]>, corner: [i64; 2]) {
    if let [.., before, last] = corners[..]
        && is_straight(before, last, corner)
    {
        corners.pop();
    }
    corners.push(corner);
}

/// Tests if three corners are in a line. Outlines never turn back: a zero cross product is enough.
fn is_straight(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> bool {
    (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])
}
