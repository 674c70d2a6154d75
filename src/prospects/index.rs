//! Finds prospects by distance.

use petgraph::unionfind::UnionFind;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::{Prospect, ProspectId};
use crate::lonlat::LonLat;

/// Index of the positions of prospects (an R-tree). Distances are those of [`LonLat::distance_m`],
/// in metres.
///
/// The tree holds points in space, in metres from the centre of the earth, on the WGS-84 ellipsoid.
/// At 150 km, the straight line between two such points differs from the distance on the ground by
/// one part in 10⁵. This holds at every latitude and across the antimeridian. The tree selects
/// points with a margin of 0.2 %, then the exact distance decides.
#[derive(Debug, Clone)]
pub struct ProspectIndex {
    tree: RTree<GeomWithData<[f64; 3], u32>>,
    at: Vec<LonLat>,
}

/// Largest ratio between the distance in the tree and the exact distance, in either direction.
const MARGIN: f64 = 1.002;

impl ProspectIndex {
    /// Builds the index. A [`ProspectId`] is an index into `prospects`. O(n log n).
    pub fn new(prospects: &[Prospect]) -> Self {
        Self::of_places(prospects.iter().map(|prospect| prospect.at).collect())
    }

    /// Builds the index. A [`ProspectId`] is an index into `at`. O(n log n).
    pub fn of_places(at: Vec<LonLat>) -> Self {
        let points = at.iter().zip(0..).map(|(at, id)| GeomWithData::new(in_space(*at), id));
        Self { tree: RTree::bulk_load(points.collect()), at }
    }

    /// Returns the prospect nearest to `place` and its distance in metres. If several prospects are
    /// equally near, returns the one with the lowest id. `None` if there are no prospects. Usually
    /// O(log n).
    pub fn nearest(&self, place: LonLat) -> Option<(ProspectId, f64)> {
        let mut best: Option<(ProspectId, f64)> = None;
        for (point, distance_2) in self.tree.nearest_neighbor_iter_with_distance_2(in_space(place))
        {
            if best.is_some_and(|(_, metres)| distance_2.sqrt() > metres * MARGIN) {
                break;
            }
            let found = self.with_distance(point.data, place);
            if best.is_none_or(|best| is_before(found, best)) {
                best = Some(found);
            }
        }
        best
    }

    /// Returns the prospects that are at most `metres` from `place`, each with its distance in
    /// metres. The nearest prospect is first; equally near ones are in the order of their ids.
    /// O(log n + k log k) for k results.
    pub fn within(&self, place: LonLat, metres: f64) -> Vec<(ProspectId, f64)> {
        let reach = metres * MARGIN;
        let mut found: Vec<(ProspectId, f64)> = self
            .tree
            .locate_within_distance(in_space(place), reach * reach)
            .map(|point| self.with_distance(point.data, place))
            .filter(|(_, distance)| *distance <= metres)
            .collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }

    /// Returns the pairs of prospects that are at most `metres` apart, in order. The lower id of a
    /// pair is first.
    pub fn pairs_within(&self, metres: f64) -> Vec<(ProspectId, ProspectId)> {
        let mut pairs: Vec<(ProspectId, ProspectId)> = Vec::new();
        for (at, id) in self.at.iter().zip(0..) {
            let neighbours = self.within(*at, metres).into_iter().map(|(neighbour, _)| neighbour);
            pairs.extend(
                neighbours.filter(|other| other.0 > id).map(|other| (ProspectId(id), other)),
            );
        }
        pairs.sort_unstable();
        pairs
    }

    /// Returns groups of prospects that stand close together, such as in one mall. Each member is
    /// at most `metres` from another member of its group. Ids are in rising order; groups are in
    /// the order of their first ids.
    pub fn co_located(&self, metres: f64) -> Vec<Vec<ProspectId>> {
        let mut union = UnionFind::<u32>::new(self.at.len());
        for (a, b) in self.pairs_within(metres) {
            union.union(a.0, b.0);
        }
        let mut groups: Vec<Vec<ProspectId>> = vec![Vec::new(); self.at.len()];
        let mut first_of_root: Vec<Option<usize>> = vec![None; self.at.len()];
        for (at, root) in union.into_labeling().into_iter().enumerate() {
            let first = *first_of_root[root as usize].get_or_insert(at);
            groups[first].push(ProspectId(at as u32));
        }
        groups.retain(|group| group.len() > 1);
        groups
    }

    fn with_distance(&self, id: u32, place: LonLat) -> (ProspectId, f64) {
        (ProspectId(id), self.at[id as usize].distance_m(place))
    }
}

fn is_before(a: (ProspectId, f64), b: (ProspectId, f64)) -> bool {
    a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)).is_lt()
}

/// Returns the coordinates in space of a place at height zero, in metres (earth-centred,
/// earth-fixed).
fn in_space(place: LonLat) -> [f64; 3] {
    const EQUATORIAL_RADIUS_M: f64 = 6_378_137.0;
    const FLATTENING: f64 = 1.0 / 298.257_223_563;
    const ECCENTRICITY_SQUARED: f64 = FLATTENING * (2.0 - FLATTENING);
    let (lon, lat) = (place.lon.to_radians(), place.lat.to_radians());
    let (sin_lat, cos_lat) = (libm::sin(lat), libm::cos(lat));
    let normal_m = EQUATORIAL_RADIUS_M / (1.0 - ECCENTRICITY_SQUARED * sin_lat * sin_lat).sqrt();
    [
        normal_m * cos_lat * libm::cos(lon),
        normal_m * cos_lat * libm::sin(lon),
        normal_m * (1.0 - ECCENTRICITY_SQUARED) * sin_lat,
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn prospects(places: &[(f64, f64)]) -> Vec<Prospect> {
        let prospect = |(at, (lon, lat)): (usize, &(f64, f64))| {
            Prospect::new(format!("P{at}"), "Pharmacy", LonLat { lon: *lon, lat: *lat })
        };
        places.iter().enumerate().map(prospect).collect()
    }

    #[test]
    fn an_empty_list_has_no_nearest() {
        let index = ProspectIndex::new(&[]);
        assert_eq!(index.nearest(LonLat::default()), None);
        assert!(index.within(LonLat::default(), 1e7).is_empty());
        assert!(index.co_located(50.0).is_empty());
    }

    #[test]
    fn finds_neighbours_across_the_antimeridian() {
        let index = ProspectIndex::new(&prospects(&[(179.9995, -19.0), (-179.0, -19.0)]));
        let (id, metres) = index.nearest(LonLat { lon: -179.9995, lat: -19.0 }).unwrap();
        assert_eq!(id, ProspectId(0));
        assert!((100.0..110.0).contains(&metres), "{metres}");
    }

    #[test]
    fn groups_those_that_stand_together() {
        // About 40 m a step along the parallel at 36° N; the last stands alone.
        let step = 0.000_44;
        let row = [
            (14.0, 36.0),
            (14.2, 36.0),
            (14.0 + step, 36.0),
            (14.2, 36.0),
            (14.0 + 2.0 * step, 36.0),
            (15.0, 36.0),
        ];
        let index = ProspectIndex::new(&prospects(&row));
        let ids = |ids: &[u32]| ids.iter().copied().map(ProspectId).collect::<Vec<_>>();
        assert_eq!(index.co_located(50.0), [ids(&[0, 2, 4]), ids(&[1, 3])]);
        assert_eq!(index.co_located(10.0), [ids(&[1, 3])]);
    }

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn agrees_with_measuring_every_distance(
            places in prop::collection::vec((-1.0..1.0, -1.0..1.0), 1..60),
            centre_lon in prop::sample::select(vec![0.0, 14.4, 116.4, 179.9]),
            centre_lat in prop::sample::select(vec![-60.0, 0.0, 35.9, 69.0]),
            metres in 1.0..200_000.0,
        ) {
            let wrapped = |lon: f64| if lon > 180.0 { lon - 360.0 } else { lon };
            let places: Vec<(f64, f64)> =
                places.iter().map(|(x, y)| (wrapped(centre_lon + x), centre_lat + y)).collect();
            let prospects = prospects(&places);
            let index = ProspectIndex::new(&prospects);
            let place = LonLat { lon: centre_lon, lat: centre_lat };

            let mut expected: Vec<(ProspectId, f64)> =
                prospects.iter().zip(0..).map(|(p, id)| (ProspectId(id), p.at.distance_m(place))).collect();
            expected.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            prop_assert_eq!(index.nearest(place), expected.first().copied());
            expected.retain(|(_, distance)| *distance <= metres);
            prop_assert_eq!(index.within(place, metres), expected);
        }
    }
}
