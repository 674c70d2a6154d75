//! Outlines of what is inside a raster, as polygons.
//!
//! Marching squares (Lorensen and Cline 1987, doi:10.1145/37402.37422, in two dimensions): an outline runs halfway between
//! samples inside and outside, with what is inside on its left. Where two samples inside touch at a corner they are joined.

use std::collections::hash_map::Entry;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use rustc_hash::FxHashMap;

use super::raster::Raster;

/// The polygons of `raster`, from south to north; rings as RFC 7946 wants them, with no corner in the middle of a line.
///
/// O(samples) time, O(outline) memory.
pub(super) fn outlines(raster: &Raster) -> MultiPolygon<f64> {
    let mut polygons: Vec<(LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
    // Which polygon the outline between a sample and the next to the east is part of.
    let mut known: FxHashMap<(i64, i64), usize> = FxHashMap::default();
    for row in 0..raster.frame.rows as i64 {
        let mut current = None;
        for column in -1..raster.frame.columns as i64 {
            let (west, east) = ([column, row], [column + 1, row]);
            let step = match (raster.is_inside(column, row), raster.is_inside(column + 1, row)) {
                (false, true) => Step { inside: east, outside: west },
                (true, false) => Step { inside: west, outside: east },
                _ => continue,
            };
            if let Entry::Vacant(entry) = known.entry((column, row)) {
                // Seen first at its southernmost row from the west: an outer ring where it leads in, a hole where out.
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

/// A place between two neighbouring samples that an outline passes, `inside` on its left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    inside: [i64; 2],
    outside: [i64; 2],
}

impl Step {
    /// The corner of the outline, in half steps of the raster.
    fn corner(&self) -> [i64; 2] {
        [self.inside[0] + self.outside[0], self.inside[1] + self.outside[1]]
    }

    /// The next place along the outline.
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

/// The ring through `start`, closed; tells `passed` each pair of samples in one row that it passes between, by the western.
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
    // The ring need not begin in the middle of a line.
    let first = corners[0];
    push(&mut corners, first);
    if corners.len() > 3 && is_straight(corners[corners.len() - 2], first, corners[1]) {
        corners.remove(0);
        let last = corners.len() - 1;
        corners[last] = corners[0];
    }
    let degrees = |corner: &[i64; 2]| {
        let at = raster.frame.position(*corner);
        Coord { x: at.lon, y: at.lat }
    };
    corners.iter().map(degrees).collect()
}

/// Adds a corner; one that was in the middle of a line goes.
fn push(corners: &mut Vec<[i64; 2]>, corner: [i64; 2]) {
    if let [.., before, last] = corners[..]
        && is_straight(before, last, corner)
    {
        corners.pop();
    }
    corners.push(corner);
}

/// Outlines never turn back, so that only the directions' cross product matters.
fn is_straight(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> bool {
    (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])
}
