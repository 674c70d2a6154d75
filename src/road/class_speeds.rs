//! The speeds of a network by class and density of the roads.

use std::collections::BTreeMap;

use serde::Serialize;

use super::density::Density;
use super::graph::FERRY;
use super::ids::Direction;
use super::network::RoadNetwork;

/// Speeds of the roads of one class and density.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassSpeed {
    /// Class of road, the value of `highway=*`.
    pub class: String,
    /// Density of the roads around.
    pub density: Density,
    /// Median speed in km/h: half of the length is slower.
    pub median_kmh: f64,
    /// Length in kilometres, each open direction counted.
    pub length_km: f64,
}

impl RoadNetwork {
    /// Returns the median speed of each class in each density, without ferries and turn costs, in
    /// order of class and density. O(n log n) in the stretches.
    pub fn class_speeds(&self) -> Vec<ClassSpeed> {
        let graph = &self.base.graph;
        let mut speeds = BTreeMap::<(&str, Density), Vec<(f64, u64)>>::new();
        for stretch in graph.stretches.iter() {
            let times = Direction::BOTH.into_iter().filter_map(|way| stretch.time(way));
            let class = graph.labels.get(stretch.class);
            for time in times.filter(|time| class != FERRY && time.0 > 0) {
                // Millimetres per millisecond are metres per second.
                let length = stretch.length().0;
                let kmh = length as f64 / f64::from(time.0) * 3.6;
                speeds.entry((class, stretch.density())).or_default().push((kmh, length));
            }
        }
        let figures = speeds.into_iter().map(|((class, density), mut speeds)| {
            speeds.sort_by(|a, b| a.0.total_cmp(&b.0));
            let length: u64 = speeds.iter().map(|(_, length)| length).sum();
            let mut below = 0;
            let median = speeds.iter().find(|(_, own)| {
                below += own;
                below * 2 >= length
            });
            let rounded = |value: f64| (value * 10.0).round() / 10.0;
            ClassSpeed {
                class: class.to_owned(),
                density,
                median_kmh: rounded(median.map_or(0.0, |(kmh, _)| *kmh)),
                length_km: rounded(length as f64 / 1e6),
            }
        });
        figures.collect()
    }
}
