//! All roads as short straight pieces, for whoever counts roads by area.

use super::graph::{FERRY, segment_length};
use super::ids::StretchId;
use super::network::RoadNetwork;
use crate::lonlat::LonLat;
use crate::units::Millimetres;

/// A short straight piece of a road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadPiece<'n> {
    /// Its middle.
    pub at: LonLat,
    /// Its length.
    pub length: Millimetres,
    /// `highway=*` of its way.
    pub class: &'n str,
}

impl RoadNetwork {
    /// The pieces of all roads that are open to the mode, each road once, ferries not at all; none is longer than `most`,
    /// and their lengths sum up to that of the roads.
    pub fn pieces(&self, most: Millimetres) -> impl Iterator<Item = RoadPiece<'_>> {
        let graph = &self.base.graph;
        let ferry = graph.labels.find(FERRY);
        let stretches = (0..).map(StretchId).zip(graph.stretches.iter());
        let roads = stretches.filter(move |(_, road)| road.is_open() && Some(road.class) != ferry);
        roads.flat_map(move |(id, road)| {
            let class = graph.labels.get(road.class);
            graph.shape(id).windows(2).flat_map(move |pair| {
                let length = segment_length(pair[0], pair[1]).0;
                let parts = length.div_ceil(most.0.max(1)).max(1);
                let [a, b] = [pair[0], pair[1]].map(LonLat::from);
                (0..parts).map(move |part| {
                    let share = (part as f64 + 0.5) / parts as f64;
                    let at = LonLat {
                        lon: a.lon + share * (b.lon - a.lon),
                        lat: a.lat + share * (b.lat - a.lat),
                    };
                    // What does not divide evenly goes to the first pieces.
                    let length = Millimetres(length / parts + u64::from(part < length % parts));
                    RoadPiece { at, length, class }
                })
            })
        })
    }
}
