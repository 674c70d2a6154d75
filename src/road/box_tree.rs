//! A static R-tree in flat arrays, as the network file stores it.
//!
//! Items are sorted along a Hilbert curve; each box of the next level covers [`FAN_OUT`] neighbours
//! (Kamel and Faloutsos, "On packing R-trees", 1993, doi:10.1145/170088.170403).

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::flat::Flat;
use crate::lonlat::{LonLat, PointE7, Ruler};

/// Number of boxes that share a box on the next level.
const FAN_OUT: usize = 16;
/// 360 degrees in ten-millionths of a degree.
const GLOBE_E7: f64 = 3.6e9;

/// A bounding box, with its edges, in ten-millionths of a degree.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub(super) struct Bounds {
    pub(super) west: i32,
    pub(super) south: i32,
    pub(super) east: i32,
    pub(super) north: i32,
}

impl Bounds {
    /// The bounding box of nothing.
    pub(super) const NONE: Self =
        Self { west: i32::MAX, south: i32::MAX, east: i32::MIN, north: i32::MIN };

    pub(super) fn around(points: &[PointE7]) -> Self {
        let point =
            |p: &PointE7| Self { west: p.lon_e7, south: p.lat_e7, east: p.lon_e7, north: p.lat_e7 };
        points.iter().fold(Self::NONE, |bounds, p| bounds.with(point(p)))
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Returns the square of the distance to `place` in m², measured by `ruler`; 0 inside.
    fn distance_2(&self, place: LonLat, ruler: &Ruler) -> f64 {
        let gap =
            |low: i32, high: i32, at: f64| (f64::from(low) - at).max(at - f64::from(high)).max(0.0);
        let lon_e7 = place.lon * 1e7;
        let dx_e7 = [lon_e7, lon_e7 - GLOBE_E7, lon_e7 + GLOBE_E7]
            .map(|lon_e7| gap(self.west, self.east, lon_e7))
            .into_iter()
            .fold(f64::INFINITY, f64::min);
        let dx = dx_e7 * 1e-7 * ruler.lon_m;
        let dy = gap(self.south, self.north, place.lat * 1e7) * 1e-7 * ruler.lat_m;
        dx * dx + dy * dy
    }
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct BoxTree {
    /// The items in the order of their boxes.
    pub(super) items: Flat<u32>,
    /// The boxes of the items, then those of the next level, and so on to the box around all.
    pub(super) boxes: Flat<Bounds>,
}

impl BoxTree {
    pub(super) fn new(mut items: Vec<(u32, Bounds)>) -> Self {
        let all = items.iter().fold(Bounds::NONE, |all, (_, bounds)| all.with(*bounds));
        items.sort_by_cached_key(|(item, bounds)| (along_curve(bounds, &all), *item));
        let mut boxes: Vec<Bounds> = items.iter().map(|(_, bounds)| *bounds).collect();
        let mut level = 0..boxes.len();
        while level.len() > 1 {
            let next = boxes.len();
            for first in level.clone().step_by(FAN_OUT) {
                let group = &boxes[first..(first + FAN_OUT).min(level.end)];
                boxes.push(group.iter().fold(Bounds::NONE, |all, bounds| all.with(*bounds)));
            }
            level = next..boxes.len();
        }
        let items: Vec<u32> = items.into_iter().map(|(item, _)| item).collect();
        Self { items: items.into(), boxes: boxes.into() }
    }

    /// Returns the number of boxes of a tree with `items` items.
    pub(super) fn boxes_for(items: usize) -> usize {
        levels(items).last().map_or(0, |top| top.end)
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.boxes.last().copied().unwrap_or(Bounds::NONE)
    }

    /// Iterates over the items in order of the distance from `place` to their boxes, in metres.
    ///
    /// Best-first search: O(log n) per item for well separated boxes.
    pub(super) fn nearest(&self, place: LonLat, ruler: &Ruler) -> impl Iterator<Item = (u32, f64)> {
        let (items, boxes) = (&*self.items, &*self.boxes);
        let ruler = *ruler;
        let levels: Vec<Range<usize>> = levels(items.len()).collect();
        // The bits of non-negative floats have the order of the floats.
        let entry = move |level: usize, at: usize| {
            Reverse((boxes[at].distance_2(place, &ruler).to_bits(), level, at))
        };
        let mut ahead = BinaryHeap::new();
        if !items.is_empty() {
            ahead.push(entry(levels.len() - 1, boxes.len() - 1));
        }
        std::iter::from_fn(move || {
            loop {
                let Reverse((distance_2, level, at)) = ahead.pop()?;
                let Some(below) = level.checked_sub(1) else {
                    return Some((items[at], f64::from_bits(distance_2).sqrt()));
                };
                let first = levels[below].start + (at - levels[level].start) * FAN_OUT;
                let group = first..(first + FAN_OUT).min(levels[below].end);
                ahead.extend(group.map(|at| entry(below, at)));
            }
        })
    }
}

/// Returns the range of the boxes of each level, starting with those of the items.
fn levels(items: usize) -> impl Iterator<Item = Range<usize>> {
    std::iter::successors(Some(0..items), |below| {
        (below.len() > 1).then(|| below.end..below.end + below.len().div_ceil(FAN_OUT))
    })
}

/// Returns the position of the centre of `bounds` on a Hilbert curve through `all`, 2¹⁶ steps per
/// side.
///
/// Hilbert (1891), doi:10.1007/BF01199431.
fn along_curve(bounds: &Bounds, all: &Bounds) -> u32 {
    const SIDE: u32 = 1 << 16;
    let step = |low: i32, high: i32, all_low: i32, all_high: i32| {
        let middle = (i64::from(low) + i64::from(high)) / 2 - i64::from(all_low);
        let width = i64::from(all_high) - i64::from(all_low) + 1;
        (middle * i64::from(SIDE) / width) as u32
    };
    let mut x = step(bounds.west, bounds.east, all.west, all.east);
    let mut y = step(bounds.south, bounds.north, all.south, all.north);
    let mut along = 0;
    let mut side = SIDE / 2;
    while side > 0 {
        let (right, upper) = (u32::from(x & side != 0), u32::from(y & side != 0));
        along += side * side * ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (SIDE - 1 - x, SIDE - 1 - y);
            }
            (x, y) = (y, x);
        }
        side /= 2;
    }
    along
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn all_items_come_in_the_order_of_their_distance(
            boxes in prop::collection::vec((-1000_i32..1000, -1000_i32..1000, 0_i32..200, 0_i32..200), 0..200),
            (lon, lat) in (-0.0002..0.0002, -0.0002..0.0002),
        ) {
            let bounds: Vec<Bounds> = boxes
                .iter()
                .map(|&(west, south, width, height)| Bounds { west, south, east: west + width, north: south + height })
                .collect();
            let tree = BoxTree::new((0..).zip(bounds.iter().copied()).collect());
            prop_assert_eq!(tree.boxes.len(), BoxTree::boxes_for(bounds.len()));
            let (place, ruler) = (LonLat { lon, lat }, Ruler::at(lat));
            let found: Vec<(u32, f64)> = tree.nearest(place, &ruler).collect();
            let mut expected: Vec<f64> =
                bounds.iter().map(|b| b.distance_2(place, &ruler).sqrt()).collect();
            for (item, distance) in &found {
                prop_assert_eq!(*distance, expected[*item as usize]);
            }
            expected.sort_by(f64::total_cmp);
            prop_assert_eq!(found.iter().map(|(_, d)| *d).collect::<Vec<_>>(), expected);
            let mut items: Vec<u32> = found.iter().map(|(item, _)| *item).collect();
            items.sort_unstable();
            prop_assert_eq!(items, (0..bounds.len() as u32).collect::<Vec<_>>());
        }
    }

    #[test]
    fn distances_cross_the_antimeridian() {
        let west_of_it = Bounds { west: 1_799_990_000, east: 1_799_990_000, south: 0, north: 0 };
        let place = LonLat { lon: -179.999, lat: 0.0 };
        let distance_m = west_of_it.distance_2(place, &Ruler::at(0.0)).sqrt();
        assert!((distance_m - 222.6).abs() < 1.0, "{distance_m}");
    }
}
