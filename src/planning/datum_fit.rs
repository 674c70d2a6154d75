//! Tests the datum of a list: counts the places of the list that lie at a road under each datum.

use std::fmt;

use rayon::prelude::*;

use crate::datum::{Datum, is_mainland};
use crate::lonlat::LonLat;
use crate::networks::Networks;
use crate::prospects::{Prospect, swapped_rows};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::road::RoadNetwork;
use crate::territory::{Lists, Territory};

/// Largest distance in metres between a place and a road at which the place lies. The door of an
/// outlet is on a street. Under a wrong datum, places move by hundreds of metres; then few of them
/// are this close to a road, even in a city.
const AT_A_ROAD_M: f64 = 25.0;

/// Maximum number of places that are tested. They are spread evenly over the list.
const TESTED_MAX: usize = 400;

/// Number of places of a list that lie at a road under each datum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatumFit {
    /// Datum that the settings of the list state.
    pub stated: Datum,
    /// Number of places that were tested.
    pub tested: usize,
    /// Number of places within 25 m of a road under each datum, in the order of [`Datum::ALL`].
    pub at_a_road: [usize; 3],
    /// Datum under which clearly more places lie at a road than under the stated one; `None` if
    /// there is none.
    pub better: Option<Datum>,
}

/// Tests up to 400 of `positions` on the roads of `networks`. The positions are in WGS-84,
/// converted from the datum `stated`.
///
/// Compares two datums by the places that lie at a road under only one of them. A datum is clearly
/// better if it wins by three standard deviations and by at least six places (McNemar, 1947,
/// doi:10.1007/BF02295996).
///
/// Returns `None` for a list that has no places in mainland China, because all datums are equal
/// elsewhere. Costs 1,200 snaps, about 20 ms.
pub fn datum_fit(
    positions: &[LonLat],
    stated: Datum,
    networks: &[&RoadNetwork],
) -> Option<DatumFit> {
    let shifted: Vec<LonLat> = positions.iter().copied().filter(|at| is_mainland(*at)).collect();
    let step = shifted.len().div_ceil(TESTED_MAX).max(1);
    let tested: Vec<[bool; 3]> = shifted
        .par_iter()
        .step_by(step)
        .map(|at| {
            let as_listed = stated.from_wgs84(*at);
            let is_at_a_road = |datum: Datum| {
                let place = datum.to_wgs84(as_listed);
                networks.iter().any(|network| network.snap(place, AT_A_ROAD_M).is_ok())
            };
            Datum::ALL.map(is_at_a_road)
        })
        .collect();
    if tested.is_empty() {
        return None;
    }
    let count = |datum: usize| tested.iter().filter(|fits| fits[datum]).count();
    let at_a_road = [count(0), count(1), count(2)];
    let own = index(stated);
    let is_clearly_better = |other: &usize| {
        let only = |one: usize, not: usize| tested.iter().filter(|f| f[one] && !f[not]).count();
        let (wins, losses) = (only(*other, own), only(own, *other));
        let lead = wins.saturating_sub(losses);
        lead >= 6 && lead * lead >= 9 * (wins + losses)
    };
    let better = (0..3).filter(is_clearly_better).max_by_key(|other| at_a_road[*other]);
    let better = better.map(|at| Datum::ALL[at]);
    Some(DatumFit { stated, tested: tested.len(), at_a_road, better })
}

fn index(datum: Datum) -> usize {
    Datum::ALL.iter().position(|known| *known == datum).expect("all datums are among all")
}

impl DatumFit {
    /// Returns the number of places that lie at a road under `datum`.
    pub fn of(&self, datum: Datum) -> usize {
        self.at_a_road[index(datum)]
    }

    /// Returns the share of places that lie at a road under `datum`, in percent.
    pub fn percent(&self, datum: Datum) -> f64 {
        100.0 * self.of(datum) as f64 / self.tested as f64
    }

    /// Returns a remark about `file` if clearly more places lie at a road under another datum.
    pub fn remark(&self, file: &str) -> Option<Remark> {
        let better = self.better?;
        let message = format!(
            "{file}: its places fit the roads clearly better as {better} than as {}: {self}; if that is so, set datum = \"{}\" for it",
            self.stated,
            better.code()
        );
        Some(Remark::new(RemarkCode::DatumDoubtful, message))
    }
}

/// Writes the result, such as `of 120 places 97 % lie within 25 m of a road as GCJ-02, 31 % as
/// WGS-84, 29 % as BD-09`.
impl fmt::Display for DatumFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut datums = Datum::ALL;
        datums.sort_by_key(|datum| std::cmp::Reverse(self.of(*datum)));
        write!(f, "of {} places ", self.tested)?;
        for (at, datum) in datums.into_iter().enumerate() {
            let (comma, what) = match at {
                0 => ("", " lie within 25 m of a road"),
                _ => (", ", ""),
            };
            write!(f, "{comma}{:.0} %{what} as {datum}", self.percent(datum))?;
        }
        Ok(())
    }
}

/// Returns remarks on lists for which another datum is clearly better, and on rows whose longitude
/// and latitude are exchanged.
pub(super) fn remarks(territory: &Territory, networks: &Networks, lists: &Lists) -> Vec<Remark> {
    let roads: Vec<&RoadNetwork> = networks.by_mode.values().map(|mode| mode.any()).collect();
    let mut remarks = Vec::new();
    for ((file, own), source) in lists.files.iter().zip(&territory.prospects) {
        let own = &lists.prospects.as_slice()[own.clone()];
        // If a position was found by address on the map, it does not show the datum of the list.
        let own: Vec<&Prospect> = own.iter().filter(|p| p.position_quality.is_none()).collect();
        let places: Vec<LonLat> = own.iter().map(|prospect| prospect.at).collect();
        let fit = datum_fit(&places, source.settings.datum, &roads);
        remarks.extend(fit.and_then(|fit| fit.remark(file)));
        let numbered: Vec<(u64, LonLat)> = (0..).zip(places).collect();
        let swapped = roads.iter().map(|network| swapped_rows(&numbered, network.bounds()));
        // The maps of two travel modes differ only at their edges.
        let swapped = swapped.min_by_key(Vec::len).unwrap_or_default();
        let ids: Vec<&str> = swapped.iter().map(|at| own[*at as usize].id.as_str()).collect();
        remarks.extend(swapped_remark(file, &ids));
    }
    remarks
}

/// Returns a remark on the prospects `ids` of `file`, which lie on the map only if longitude and
/// latitude are exchanged.
fn swapped_remark(file: &str, ids: &[&str]) -> Option<Remark> {
    let message = format!(
        "{file}: on the map only with longitude and latitude exchanged: {}; are they swapped there?",
        list_some(ids, 10)
    );
    (!ids.is_empty()).then(|| Remark::new(RemarkCode::SwappedRows, message))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use insta::assert_snapshot;

    use super::*;
    use crate::progress::Silent;
    use crate::road::{BuildOptions, Profile};

    /// The roads of an extract, and places as outlets lie there: 8 m beside a road.
    fn roads_and_places(extract: &Path) -> (RoadNetwork, Vec<LonLat>) {
        let extract = crate::osm::read(extract, &Silent).unwrap();
        let car = Profile::built_in("car").unwrap();
        let network = RoadNetwork::build(&extract, &car, &BuildOptions::default());
        let bounds = network.bounds();
        let mut places = Vec::new();
        // A grid over the map, each point drawn to its nearest road and then 8 m to the north-east.
        for x in 0..30 {
            for y in 0..30 {
                let place = LonLat {
                    lon: bounds.min().x + bounds.width() * f64::from(x) / 30.0,
                    lat: bounds.min().y + bounds.height() * f64::from(y) / 30.0,
                };
                if let Ok(snap) = network.snap(place, 300.0) {
                    places.push(LonLat { lon: snap.at.lon + 5.5e-5, lat: snap.at.lat + 5.1e-5 });
                }
            }
        }
        assert!(places.len() > 100, "{}", places.len());
        (network, places)
    }

    /// Fit of a list in `actual` that is stated to be in `stated`.
    fn fit(network: &RoadNetwork, places: &[LonLat], actual: Datum, stated: Datum) -> DatumFit {
        let as_read: Vec<LonLat> =
            places.iter().map(|at| stated.to_wgs84(actual.from_wgs84(*at))).collect();
        datum_fit(&as_read, stated, &[network]).unwrap()
    }

    #[test]
    fn only_a_list_in_another_datum_than_stated_gets_a_remark() {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        check_all_pairs_of_datums(&repository.join("data/county/county.osm.pbf"));
    }

    fn check_all_pairs_of_datums(extract: &Path) {
        let (network, places) = roads_and_places(extract);
        for actual in Datum::ALL {
            for stated in Datum::ALL {
                for count in [20, places.len()] {
                    let step = places.len() / count;
                    let some: Vec<LonLat> = places.iter().copied().step_by(step).collect();
                    let fit = fit(&network, &some, actual, stated);
                    let expected = (actual != stated).then_some(actual);
                    assert_eq!(fit.better, expected, "{actual} said to be {stated}: {fit}");
                }
            }
        }
    }

    #[test]
    fn the_warning_gives_figures_and_says_what_to_do() {
        let fit = DatumFit {
            stated: Datum::Wgs84,
            tested: 120,
            at_a_road: [37, 116, 35],
            better: Some(Datum::Gcj02),
        };
        assert_snapshot!(fit.remark("shops.csv").unwrap().message, @r#"shops.csv: its places fit the roads clearly better as GCJ-02 than as WGS-84: of 120 places 97 % lie within 25 m of a road as GCJ-02, 31 % as WGS-84, 29 % as BD-09; if that is so, set datum = "gcj02" for it"#);
        assert_eq!(DatumFit { better: None, ..fit }.remark("shops.csv"), None);
    }

    mod needs_shared {
        use super::check_all_pairs_of_datums;
        use crate::testing::shared;

        #[test]
        #[ignore = "needs ../shared: an extract that may not be shipped"]
        fn the_same_holds_on_the_dense_roads_of_shenzhen() {
            check_all_pairs_of_datums(&shared("data/extracts/shenzhen-nanshan.osm.pbf"));
        }
    }
}
