//! Looks up addresses in an extract, without the internet.
//!
//! [`Geocoder::new`] indexes the outlets, house numbers, streets, settlements and administrative
//! areas of an extract. [`Geocoder::find`] returns the best hit for an address with its grade.
//! [`GeocodedList`] looks up all rows of a list. `gazetteer` makes an entry of each object of the
//! map, and `index` proposes entries for an address. This module compares each proposed entry with
//! the address, so the grade and the score of a hit do not depend on the arithmetic of the index.

mod gazetteer;
mod index;
mod list;

use crate::address::{Address, street_key};
use crate::lonlat::LonLat;
use crate::osm::Extract;
pub use crate::prospects::Grade;
use crate::prospects::ListedProspect;
use crate::prospects::identity::{name_core_and_branch, name_likeness};
use gazetteer::{Entry, Kind};
pub use list::{GeocodeFigures, GeocodedList, RowPosition};

/// Lowest likeness of two spellings of the name of one street.
const ALIKE: f64 = 0.85;

/// Lowest likeness of two spellings of the name of one outlet. It is high, because the names of
/// neighbouring outlets often differ in only one character.
const SAME_NAME: f64 = 0.94;

/// Distance in metres from which two entries are different answers.
const APART_M: f64 = 400.0;

/// Largest difference of two house numbers between which a position is interpolated.
const BETWEEN_NUMBERS: u32 = 20;

/// Largest distance in metres of two house numbers between which a position is interpolated.
const BETWEEN_M: f64 = 300.0;

/// An address to look up. Parts that are unknown are empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct GeocodeQuery<'a> {
    /// Name of the outlet.
    pub name: &'a str,
    /// Street and house number, with or without places.
    pub address: &'a str,
    /// Names of places from other columns: township, city, county.
    pub places: &'a [&'a str],
    /// Id of a map object to ignore; used to test the look-up with objects of the map itself.
    pub except: Option<&'a str>,
}

/// Result of looking up an address.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Position in WGS-84 coordinates.
    pub at: LonLat,
    /// Quality of the position.
    pub grade: Grade,
    /// Agreement between the address and the map object, from 0 to 1.
    pub score: f64,
    /// Name of the map object that was found.
    pub matched: String,
    /// Number of other positions that fit equally well. A street or a house number with such rivals
    /// gets the grade [`Grade::Place`].
    pub rivals: usize,
}

/// Index of all names and addresses in an extract.
pub struct Geocoder {
    entries: Vec<Entry>,
    index: index::Index,
}

impl Geocoder {
    /// Indexes `extract`, which should have been read with [`crate::osm::read_with_addresses`]. The
    /// same extract always gives the same index.
    pub fn new(extract: &Extract) -> Self {
        let entries = gazetteer::entries(extract);
        let index = index::Index::new(&entries);
        Self { entries, index }
    }

    /// Returns the best hit for the name, the address and the places of a prospect; `None` if there
    /// is none.
    pub fn find_prospect(&self, prospect: &ListedProspect) -> Option<Hit> {
        let places = [&prospect.township, &prospect.city, &prospect.county];
        let places = places.map(|place| place.as_deref().unwrap_or_default());
        self.find(&GeocodeQuery {
            // If a prospect has no name, its id is stored as its name.
            name: if prospect.name == prospect.id { "" } else { &prospect.name },
            address: prospect.address.as_deref().unwrap_or_default(),
            places: &places,
            except: None,
        })
    }

    /// Returns the best hit for an address; `None` if there is none. Looks for an outlet with the
    /// name, then for the house number, a position between two house numbers, the street, a
    /// settlement, and an administrative area.
    pub fn find(&self, query: &GeocodeQuery<'_>) -> Option<Hit> {
        let mut address = Address::new(query.address);
        address.places.extend(
            query.places.iter().map(|place| street_key(place)).filter(|place| !place.is_empty()),
        );
        let (core, branch) = name_core_and_branch(query.name);
        let is_area = |place: &&String| {
            let named = |entry: &Entry| entry.name == **place || alike_places(&entry.name, place);
            let found = self.index.search(Kind::Admin, place);
            found.into_iter().any(|at| named(&self.entries[at]))
        };
        let areas = address.places.iter().filter(is_area).cloned().collect();
        let parsed = ParsedQuery { core, branch, address, areas, except: query.except };
        self.outlet(&parsed)
            .or_else(|| self.on_street(&parsed, Kind::Address))
            .or_else(|| self.between_numbers(&parsed))
            .or_else(|| self.on_street(&parsed, Kind::Street))
            .or_else(|| self.place(&parsed, Kind::Place))
            .or_else(|| self.place(&parsed, Kind::Admin))
    }

    /// Finds an outlet with the name of the query; `None` if several outlets fit.
    fn outlet(&self, query: &ParsedQuery<'_>) -> Option<Hit> {
        if query.core.is_empty() {
            return None;
        }
        let fits = |entry: &Entry| {
            let street_differs = query.address.has_street()
                && !entry.street.is_empty()
                && name_likeness(&entry.street, &query.address.street) < ALIKE;
            let same_branch = entry.branch == query.branch;
            let score = name_likeness(&entry.name, &query.core) * query.agreement(entry)?;
            (!street_differs && same_branch && score >= SAME_NAME).then_some(score)
        };
        let (best, rivals) = self.best(query, Kind::Outlet, &query.core, fits)?;
        (rivals == 0).then(|| self.hit(best, Grade::Outlet, 0))
    }

    fn on_street(&self, query: &ParsedQuery<'_>, kind: Kind) -> Option<Hit> {
        let Address { number, street, .. } = &query.address;
        if street.is_empty() || (kind == Kind::Address && number.is_empty()) {
            return None;
        }
        let fits = |entry: &Entry| {
            let score = name_likeness(&entry.street, street) * query.agreement(entry)?;
            let same_number = kind == Kind::Street || entry.number == *number;
            (same_number && score >= ALIKE).then_some(score)
        };
        let words =
            if kind == Kind::Address { format!("{street} #{number}") } else { street.clone() };
        let (best, rivals) = self.best(query, kind, &words, fits)?;
        let grade = match kind {
            _ if rivals > 0 => Grade::Place,
            Kind::Address => Grade::Address,
            _ => Grade::Street,
        };
        Some(self.hit(best, grade, rivals))
    }

    /// Interpolates a position between the next lower and the next higher house number on the same
    /// side of the street, if the two are close together.
    fn between_numbers(&self, query: &ParsedQuery<'_>) -> Option<Hit> {
        let digits = |text: &str| {
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            text[..end].parse::<u32>().ok()
        };
        let wanted = digits(&query.address.number)?;
        let street = &query.address.street;
        let mut known: Vec<(u32, usize)> = self
            .index
            .search(Kind::Address, street)
            .into_iter()
            .filter(|at| query.allows(&self.entries[*at]))
            .filter(|at| {
                let entry = &self.entries[*at];
                query.agreement(entry) == Some(1.0) && name_likeness(&entry.street, street) >= ALIKE
            })
            .filter_map(|at| Some((digits(&self.entries[at].number)?, at)))
            .filter(|(number, _)| number % 2 == wanted % 2)
            .collect();
        known.sort_unstable();
        let after = known.partition_point(|(number, _)| *number < wanted);
        let ((low, a), (high, b)) = (*known.get(after.checked_sub(1)?)?, *known.get(after)?);
        let (from, to) = (self.entries[a].at, self.entries[b].at);
        if high - low > BETWEEN_NUMBERS || from.distance_m(to) > BETWEEN_M {
            return None;
        }
        let share = f64::from(wanted - low) / f64::from((high - low).max(1));
        let between = |one: f64, other: f64| one + (other - one) * share;
        Some(Hit {
            at: LonLat { lon: between(from.lon, to.lon), lat: between(from.lat, to.lat) },
            grade: Grade::Interpolated,
            score: 0.9,
            matched: format!("{} between {} and {}", self.entries[a].label, low, high),
            rivals: 0,
        })
    }

    /// Finds a settlement or an area that the address names. The smallest one is preferred: it is
    /// the last in a Chinese address and the first in other addresses.
    fn place(&self, query: &ParsedQuery<'_>, kind: Kind) -> Option<Hit> {
        let named: Vec<&String> = query.address.places.iter().collect();
        let is_han = |text: &String| text.chars().any(crate::spelling::is_han);
        let in_order: Vec<&String> = if named.iter().any(|place| is_han(place)) {
            named.into_iter().rev().collect()
        } else {
            named
        };
        in_order.into_iter().find_map(|place| {
            let fits = |entry: &Entry| {
                let named = entry.name == *place || alike_places(&entry.name, place);
                (named && query.areas.iter().all(|area| entry.is_in_or_is(area))).then_some(1.0)
            };
            let (best, rivals) = self.best(query, kind, place, fits)?;
            let grade = if kind == Kind::Place { Grade::Place } else { Grade::Admin };
            Some(self.hit(best, grade, rivals))
        })
    }

    /// Returns the score and the index of the best entry that the index proposes, and the number of
    /// rivals. A rival is an entry that fits equally well and is more than [`APART_M`] away.
    fn best(
        &self,
        query: &ParsedQuery<'_>,
        kind: Kind,
        words: &str,
        fits: impl Fn(&Entry) -> Option<f64>,
    ) -> Option<((f64, usize), usize)> {
        let mut found: Vec<(f64, usize)> = self
            .index
            .search(kind, words)
            .into_iter()
            .filter(|at| query.allows(&self.entries[*at]))
            .filter_map(|at| Some((fits(&self.entries[at])?, at)))
            .collect();
        // If several entries have the same score, the first of them counts.
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let best = *found.first()?;
        let at = self.entries[best.1].at;
        let rivals = found[1..]
            .iter()
            .filter(|(score, other)| {
                *score >= best.0 - 0.02 && self.entries[*other].at.distance_m(at) > APART_M
            })
            .count();
        Some((best, rivals))
    }

    fn hit(&self, (score, at): (f64, usize), grade: Grade, rivals: usize) -> Hit {
        let entry = &self.entries[at];
        Hit { at: entry.at, grade, score, matched: entry.label.clone(), rivals }
    }
}

struct ParsedQuery<'a> {
    core: String,
    branch: String,
    address: Address,
    /// Places of the address that have a boundary on the map.
    areas: Vec<String>,
    except: Option<&'a str>,
}

impl ParsedQuery<'_> {
    fn allows(&self, entry: &Entry) -> bool {
        self.except.is_none_or(|except| entry.osm_id != except)
    }

    /// Compares the places of the address with those of the entry. Returns 1 if they agree, and
    /// 0.95 if the address or the entry has no places. Returns `None` if they contradict each
    /// other: they share no place, or the entry lies outside an area that the address names.
    fn agreement(&self, entry: &Entry) -> Option<f64> {
        if self.address.places.is_empty() || entry.places.is_empty() {
            return Some(0.95);
        }
        let fits = self.address.places.iter().any(|place| entry.is_in(place))
            && self.areas.iter().all(|area| entry.is_in(area));
        fits.then_some(1.0)
    }
}

impl Entry {
    /// Returns whether the entry lies in a place with the name `place`.
    fn is_in(&self, place: &str) -> bool {
        self.places.iter().any(|own| own == place || alike_places(own, place))
    }

    /// Returns whether the entry lies in a place with the name `place`, or is this place.
    fn is_in_or_is(&self, place: &str) -> bool {
        self.is_in(place) || self.name == place || alike_places(&self.name, place)
    }
}

/// Returns whether two names mean the same place, such as `青溪` and `青溪县`.
fn alike_places(one: &str, other: &str) -> bool {
    let bare =
        |text: &str| text.trim_end_matches(['省', '市', '区', '县', '镇', '乡', '村']).to_owned();
    // 邵阳县 lies in 邵阳市 and is a different place. If both names have a suffix, the suffixes must be
    // equal.
    let have_suffixes = bare(one) != one && bare(other) != other;
    if have_suffixes {
        return one == other;
    }
    let (one, other) = (bare(one), bare(other));
    !one.is_empty()
        && (one == other
            || one.len() > 5
                && name_likeness(&one, &other) >= 0.9
                && !one.contains(&*other)
                && !other.contains(&*one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::{
        Boundary, HouseNumber, OsmNodeId, OsmRelationId, OsmWayId, Outlet, Place, Way,
    };

    fn at(lon: f64) -> LonLat {
        LonLat { lon, lat: 36.0 }
    }

    fn tags(pairs: &[(&str, &str)]) -> crate::osm::Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    /// Two towns 20 km apart, each with a Church Road (numbers 2 and 6 in Mosta), and 科技园路 in 粤海镇.
    ///
    ///     Mosta 14.00 ── Church Road ── 14.01        Balzan 14.20 ── Church Road ── 14.21        粤海镇 14.40
    fn geocoder() -> Geocoder {
        let place = |id: &str, lon, name| Place {
            osm_id: id.to_owned(),
            at: at(lon),
            tags: tags(&[("place", "town"), ("name", name)]),
        };
        let road = |id, from, name| Way {
            id: OsmWayId(id),
            nodes: vec![OsmNodeId(from), OsmNodeId(from + 1)],
            tags: tags(&[("highway", "residential"), ("name", name)]),
        };
        let house = |id: &str, lon, number, street| HouseNumber {
            osm_id: id.to_owned(),
            at: at(lon),
            tags: tags(&[("addr:housenumber", number), ("addr:street", street)]),
        };
        Geocoder::new(&Extract {
            nodes: [14.0, 14.01, 14.2, 14.21, 14.4, 14.401]
                .iter()
                .zip(1..)
                .map(|(lon, id)| (OsmNodeId(id), at(*lon)))
                .collect(),
            ways: vec![
                road(1, 1, "Church Road"),
                road(2, 3, "Church Road"),
                road(3, 5, "科技园路"),
            ],
            places: vec![
                place("node/91", 14.0, "Mosta"),
                place("node/92", 14.2, "Balzan"),
                place("node/93", 14.4, "粤海镇"),
            ],
            addresses: vec![
                house("node/51", 14.001, "2", "Church Road"),
                house("node/52", 14.003, "6", "Church Road"),
                house("node/53", 14.4, "12", "科技园路"),
            ],
            outlets: vec![Outlet {
                osm_id: "node/61".to_owned(),
                at: at(14.205),
                tags: tags(&[("amenity", "pharmacy"), ("name", "Alpha Pharmacy")]),
            }],
            ..Extract::default()
        })
    }

    fn ask(name: &str, address: &str) -> Option<(Grade, f64, usize)> {
        let query = GeocodeQuery { name, address, ..GeocodeQuery::default() };
        geocoder()
            .find(&query)
            .map(|hit| (hit.grade, (hit.at.lon * 1000.0).round() / 1000.0, hit.rivals))
    }

    #[test]
    fn a_hit_has_the_grade_of_what_it_rests_on() {
        for (name, address, expected) in [
            ("Alpha Apotheke", "Balzan", Some((Grade::Outlet, 14.205, 0))),
            ("", "6 Church Rd, Mosta", Some((Grade::Address, 14.003, 0))),
            ("", "4 Church Road, Mosta", Some((Grade::Interpolated, 14.002, 0))),
            ("", "Church Road, Balzan", Some((Grade::Street, 14.2, 0))),
            ("", "Church Road, Mosta", Some((Grade::Street, 14.0, 0))),
            ("", "Nowhere Lane, Balzan", Some((Grade::Place, 14.2, 0))),
            ("", "Atlantis", None),
        ] {
            assert_eq!(ask(name, address), expected, "{name}, {address}");
        }
    }

    #[test]
    fn a_street_in_two_towns_is_no_better_than_a_place_without_the_town() {
        assert_eq!(
            ask("", "Church Road").map(|(grade, _, rivals)| (grade, rivals)),
            Some((Grade::Place, 1))
        );
    }

    #[test]
    fn chinese_addresses_are_found_by_street_and_number_or_by_town() {
        assert_eq!(ask("", "粤海镇科技园路12号"), Some((Grade::Address, 14.4, 0)));
        assert_eq!(ask("", "粤海镇三门村"), Some((Grade::Place, 14.4, 0)));
    }

    #[test]
    fn another_branch_of_the_chain_is_another_outlet() {
        let outlet = |id: &str, lon, name| Outlet {
            osm_id: id.to_owned(),
            at: at(lon),
            tags: tags(&[("amenity", "pharmacy"), ("name", name)]),
        };
        let branches = vec![
            outlet("node/1", 14.1, "康源大药房第85分店"),
            outlet("node/2", 14.2, "康源大药房第7分店"),
        ];
        let geocoder = Geocoder::new(&Extract { outlets: branches, ..Extract::default() });
        let find = |name| geocoder.find(&GeocodeQuery { name, ..GeocodeQuery::default() });
        assert_eq!(find("康源大药房连锁有限公司第7分店").map(|hit| hit.at), Some(at(14.2)));
        assert_eq!(find("康源大药房连锁有限公司第57分店"), None);
    }

    #[test]
    fn a_street_of_the_same_county_but_another_town_is_no_hit() {
        let square = |west: f64, width: f64| {
            let (east, south, north) = (west + width, 35.9, 36.1);
            let ring =
                vec![(west, south), (east, south), (east, north), (west, north), (west, south)];
            geo::MultiPolygon(vec![geo::Polygon::new(ring.into(), Vec::new())])
        };
        let boundary = |id, level, name, area| Boundary {
            id: OsmRelationId(id),
            admin_level: level,
            area: Some(area),
            tags: tags(&[("name", name)]),
        };
        let geocoder = Geocoder::new(&Extract {
            nodes: vec![(OsmNodeId(1), at(14.05)), (OsmNodeId(2), at(14.06))],
            ways: vec![Way {
                id: OsmWayId(1),
                nodes: vec![OsmNodeId(1), OsmNodeId(2)],
                tags: tags(&[("highway", "residential"), ("name", "解放路")]),
            }],
            boundaries: vec![
                boundary(1, 6, "青溪县", square(14.0, 0.4)),
                boundary(2, 8, "白水镇", square(14.0, 0.1)),
                boundary(3, 8, "南坪镇", square(14.2, 0.1)),
            ],
            ..Extract::default()
        });
        let grade = |address| {
            let query = GeocodeQuery { address, ..GeocodeQuery::default() };
            geocoder.find(&query).map(|hit| hit.grade)
        };
        assert_eq!(grade("青溪县白水镇解放路34号"), Some(Grade::Street));
        assert_eq!(grade("青溪县南坪镇解放路34号"), Some(Grade::Admin));
    }

    #[test]
    fn a_county_is_not_the_city_of_its_name() {
        assert!(alike_places("青溪", "青溪县") && alike_places("青溪县", "青溪县"));
        assert!(!alike_places("邵阳县", "邵阳市") && !alike_places("青溪镇", "青溪县"));
        assert!(alike_places("st pauls bay", "st paul s bay"));
    }

    #[test]
    fn an_object_that_is_left_out_does_not_answer_for_itself() {
        let query = GeocodeQuery {
            address: "6 Church Road, Mosta",
            except: Some("node/52"),
            ..GeocodeQuery::default()
        };
        assert_eq!(geocoder().find(&query).map(|hit| hit.grade), Some(Grade::Street));
    }
}
