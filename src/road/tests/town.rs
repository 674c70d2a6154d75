//! Small hand-made maps for tests.

use crate::lonlat::LonLat;
use crate::osm::{
    Barrier, Extract, OsmNodeId, OsmRelationId, OsmWayId, Restriction, RestrictionMember, Tags, Way,
};
use crate::road::{BuildOptions, Period, Profile, RoadNetwork, Snap, SpeedSource};

/// A town on a grid of 100 m near the equator, drawn as text: every letter or digit is a node.
pub(super) struct Town {
    extract: Extract,
    names: Vec<char>,
    periods: Vec<Period>,
}

/// 100 m at the equator of the ellipsoid, in degrees of longitude and latitude.
const STEP_DEGREES: (f64, f64) = (100.0 / 111_319.490_793, 100.0 / 110_574.275_822);

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (*k, *v)).collect()
}

impl Town {
    pub(super) fn drawn(picture: &str) -> Self {
        let mut found: Vec<(char, LonLat)> = Vec::new();
        for (row, line) in picture.lines().enumerate() {
            for (column, c) in line.chars().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
                let lon = column as f64 * STEP_DEGREES.0 / 2.0;
                let lat = -(row as f64) * STEP_DEGREES.1;
                found.push((c, LonLat { lon, lat }));
            }
        }
        found.sort_by_key(|(c, _)| *c);
        let nodes =
            found.iter().enumerate().map(|(at, (_, p))| (OsmNodeId(at as i64), *p)).collect();
        Self {
            extract: Extract { nodes, ..Extract::default() },
            names: found.iter().map(|(c, _)| *c).collect(),
            periods: Vec::new(),
        }
    }

    fn node(&self, name: char) -> OsmNodeId {
        let at = self.names.iter().position(|n| *n == name);
        OsmNodeId(at.unwrap_or_else(|| panic!("the town has no node {name}")) as i64)
    }

    pub(super) fn place(&self, name: char) -> LonLat {
        self.extract.position(self.node(name)).unwrap()
    }

    /// Adds a way along the nodes of `course`; ways are numbered from 0.
    pub(super) fn way(mut self, course: &str, with: &[(&str, &str)]) -> Self {
        let id = OsmWayId(self.extract.ways.len() as i64);
        let nodes = course.chars().map(|c| self.node(c)).collect();
        let is_ferry = with.iter().any(|(key, _)| *key == "route");
        let class = (!is_ferry && !with.iter().any(|(k, _)| *k == "highway"))
            .then_some(("highway", "residential"));
        let tags = with.iter().copied().chain(class).collect();
        self.extract.ways.push(Way { id, nodes, tags });
        self
    }

    pub(super) fn street(self, course: &str) -> Self {
        self.way(course, &[])
    }

    pub(super) fn barrier(mut self, node: char, with: &[(&str, &str)]) -> Self {
        self.extract.barriers.push(Barrier { node: self.node(node), tags: tags(with) });
        self
    }

    /// Adds a restriction from way `from` via a node into way `to`.
    pub(super) fn restriction(self, from: i64, via: char, to: i64, with: &[(&str, &str)]) -> Self {
        let via = vec![RestrictionMember::Node(self.node(via))];
        self.relation(&[from], via, &[to], with)
    }

    /// Adds a restriction from ways `from` via nodes into ways `to`.
    pub(super) fn wide_restriction(self, from: &[i64], via: &str, to: &[i64], kind: &str) -> Self {
        let via = via.chars().map(|node| RestrictionMember::Node(self.node(node))).collect();
        self.relation(from, via, to, &[("restriction", kind)])
    }

    /// Adds a restriction from way `from` via ways into way `to`.
    pub(super) fn way_restriction(self, from: i64, via: &[i64], to: i64, kind: &str) -> Self {
        let via = via.iter().map(|w| RestrictionMember::Way(OsmWayId(*w))).collect();
        self.relation(&[from], via, &[to], &[("restriction", kind)])
    }

    fn relation(
        mut self,
        from: &[i64],
        via: Vec<RestrictionMember>,
        to: &[i64],
        with: &[(&str, &str)],
    ) -> Self {
        self.extract.restrictions.push(Restriction {
            id: OsmRelationId(self.extract.restrictions.len() as i64),
            from: from.iter().copied().map(OsmWayId).collect(),
            via,
            to: to.iter().copied().map(OsmWayId).collect(),
            tags: tags(with),
        });
        self
    }

    pub(super) fn during(mut self, period: Period) -> Self {
        self.periods.push(period);
        self
    }

    pub(super) fn build(&self, profile: &str) -> Streets<'_> {
        self.build_for(&Profile::built_in(profile).unwrap())
    }

    /// Builds the network with speeds by class, because a town lies in no country.
    pub(super) fn build_for(&self, profile: &Profile) -> Streets<'_> {
        let by_class = Profile {
            speeds: SpeedSource::Class,
            maxspeed_share: profile.maxspeed_share.or(Some(1.0)),
            ..profile.clone()
        };
        let profile = if profile.speeds == SpeedSource::Measured { &by_class } else { profile };
        let options = BuildOptions { periods: self.periods.clone(), ..BuildOptions::default() };
        let network = RoadNetwork::build(&self.extract, profile, &options);
        let remarks = network.info().remarks.iter().map(|r| r.code.to_string()).collect();
        Streets { town: self, network, remarks }
    }
}

pub(super) struct Streets<'a> {
    town: &'a Town,
    pub(super) network: RoadNetwork,
    pub(super) remarks: Vec<String>,
}

impl Streets<'_> {
    /// Snaps the midpoint of two nodes to the road.
    pub(super) fn between(&self, a: char, b: char) -> Snap {
        let (a, b) = (self.town.place(a), self.town.place(b));
        let middle = LonLat { lon: (a.lon + b.lon) / 2.0, lat: (a.lat + b.lat) / 2.0 };
        self.network.snap(middle, 20.0).unwrap()
    }

    /// Returns the metres between the middles of two blocks; `None` if there is no path.
    pub(super) fn metres(&self, from: (char, char), to: (char, char)) -> Option<f64> {
        let (from, to) = (self.between(from.0, from.1), self.between(to.0, to.1));
        let path = self.network.path(&from, &to);
        let cell = self.network.matrix(&[from, to], &crate::progress::Silent).get(0, 1);
        assert_eq!(path.as_ref().map(|p| p.cost), cell, "path and matrix differ");
        path.map(|p| p.cost.distance().metres().round())
    }
}
