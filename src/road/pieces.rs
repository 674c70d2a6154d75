//! Divides all roads into short straight pieces, to sum up road lengths by area.

use super::graph::FERRY;
use super::ids::StretchId;
use super::network::RoadNetwork;
use crate::lonlat::{LonLat, segment_length};
use crate::units::Millimetres;

/// A short straight piece of a road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadPiece<'n> {
    /// Its midpoint.
    pub at: LonLat,
    /// Its length.
    pub length: Millimetres,
    /// The value of `highway=*`.
    pub class: &'n str,
}

impl RoadNetwork {
    /// Returns the pieces of all open roads, each road once, without ferries.
    ///
    /// No piece is longer than `length_max`; the sum of their lengths is the length of the roads.
    pub fn pieces(&self, length_max: Millimetres) -> impl Iterator<Item = RoadPiece<'_>> {
        let graph = &self.base.graph;
        let ferry = graph.labels.find(FERRY);
        let stretches = (0..).map(StretchId).zip(graph.stretches.iter());
        let roads = stretches.filter(move |(_, road)| road.is_open() && Some(road.class) != ferry);
        roads.flat_map(move |(id, road)| {
            let class = graph.labels.get(road.class);
            graph.shape(id).windows(2).flat_map(move |pair| {
                let length = segment_length(pair[0], pair[1]).0;
                let parts = length.div_ceil(length_max.0.max(1)).max(1);
                let [a, b] = [pair[0], pair[1]].map(LonLat::from);
                (0..parts).map(move |part| {
                    let share = (part as f64 + 0.5) / parts as f64;
                    // The first pieces take the remainder.
                    let length = Millimetres(length / parts + u64::from(part < length % parts));
                    RoadPiece { at: a.toward(b, share), length, class }
                })
            })
        })
    }
}
