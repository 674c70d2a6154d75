//! Lists the outlets on the map.
//!
//! [`discover`] selects the outlets of an [`Extract`] by kind and area and returns each outlet
//! once, even if the map has it as a point and as a building. [`crate::output`] writes the list.

use std::collections::BTreeMap;

use geo::Contains;

use super::identity::same_outlet_by_name;
use super::{OutletType, ProspectIndex};
use crate::ids::Id;
use crate::lonlat::LonLat;
use crate::osm::{Boundary, Extract, Outlet, Tags};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::spelling::fold;
use crate::suggest::nearest;
use crate::units::counted;

/// Largest distance in metres between a point and a building that count as one outlet because they
/// have the same name.
const SAME_NAME_M: f64 = 300.0;

/// Largest distance in metres between a point and a building that count as one outlet although one
/// of them has no name.
const NAMELESS_M: f64 = 25.0;

/// Kinds of outlets that are listed only if the request names them.
const ON_REQUEST: &[&str] = &["dentist", "optometrist", "optician", "veterinary"];

/// Kinds and area of the outlets to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiscoverRequest {
    /// Kinds of outlets to list: `pharmacy`, `clinic`, `doctors`, `hospital`, `chemist`, or another
    /// value of `healthcare=*` such as `dentist`. If empty, all kinds except dentists,
    /// optometrists, opticians and vets.
    pub kinds: Vec<String>,
    /// Name of the administrative area to search; `None` to search the whole extract.
    pub within: Option<String>,
}

/// One outlet on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MappedOutlet {
    /// Id of the object on the map: `node/123`, `way/123` or `relation/123`.
    pub osm_id: String,
    /// Ids of other objects on the map that are the same outlet.
    pub also_mapped_as: Vec<String>,
    /// Position of the outlet.
    pub at: LonLat,
    /// Kind of outlet on the map: `pharmacy`, `doctors`, `physiotherapist`, ….
    pub kind: String,
    /// Type of outlet in our lists.
    pub outlet_type: OutletType,
    /// All tags of the object on the map.
    pub tags: Tags,
}

/// Result of [`discover`].
#[derive(Debug, Clone, PartialEq)]
pub struct Discovery {
    /// Outlets in the order of the extract.
    pub outlets: Vec<MappedOutlet>,
    /// Date of the map data, if the extract states it.
    pub as_of: Option<jiff::civil::Date>,
    /// Remarks about outlets that were left out.
    pub remarks: Vec<Remark>,
}

/// Error of [`discover`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message shows each field")]
pub enum DiscoverError {
    /// No closed boundary of the map has this name.
    #[error("the map has no administrative area \"{name}\"{}; its areas are {}", hint(nearest.as_deref()), list_some(known, 12))]
    UnknownArea { name: String, nearest: Option<String>, known: Vec<String> },
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean \"{nearest}\"?"))
}

/// Lists the outlets of `extract` that match `request`. O(n log n + n · k) for n outlets and an
/// area with k corners.
///
/// # Errors
/// The map has no area with the requested name.
pub fn discover(extract: &Extract, request: &DiscoverRequest) -> Result<Discovery, DiscoverError> {
    let areas = request.within.as_deref().map(|name| areas(extract, name)).transpose()?;
    let is_inside = |at: LonLat| {
        let point = geo::Point::new(at.lon, at.lat);
        let contains =
            |boundary: &&Boundary| boundary.area.as_ref().is_some_and(|a| a.contains(&point));
        areas.as_ref().is_none_or(|areas| areas.iter().any(contains))
    };
    let (mut outlets, mut out_of_use) = (Vec::new(), 0);
    let mut unlisted: BTreeMap<String, usize> = BTreeMap::new();
    for Outlet { osm_id, at, tags } in extract.outlets.iter().filter(|outlet| is_inside(outlet.at))
    {
        let kind = kind(tags);
        if !is_wanted(&kind, &request.kinds) {
            *unlisted.entry(kind).or_default() += 1;
        } else if is_out_of_use(tags) {
            out_of_use += 1;
        } else {
            outlets.push(MappedOutlet {
                osm_id: osm_id.clone(),
                also_mapped_as: Vec::new(),
                at: *at,
                outlet_type: outlet_type(&kind),
                kind,
                tags: tags.clone(),
            });
        }
    }
    let before = outlets.len();
    let outlets = once_each(outlets);
    let mut remarks = Vec::new();
    if out_of_use > 0 {
        remarks.push(Remark::new(
            RemarkCode::OutOfUse,
            format!(
                "{} disused or abandoned on the map and left out",
                counted(out_of_use, "outlet is", "outlets are")
            ),
        ));
    }
    if before > outlets.len() {
        remarks.push(Remark::new(
            RemarkCode::MappedTwice,
            format!(
                "{} on the map as a point and as a building; each is listed once",
                counted(before - outlets.len(), "outlet is", "outlets are")
            ),
        ));
    }
    if !unlisted.is_empty() {
        let kinds: Vec<String> =
            unlisted.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        remarks.push(Remark::new(
            RemarkCode::KindsNotListed,
            format!("outlets of other kinds were left out: {}", list_some(&kinds, 12)),
        ));
    }
    let as_of = extract.timestamp.as_deref().and_then(|moment| moment.get(..10)?.parse().ok());
    Ok(Discovery { outlets, as_of, remarks })
}

/// Returns the closed boundaries that have the name `name` in any language.
fn areas<'a>(extract: &'a Extract, name: &str) -> Result<Vec<&'a Boundary>, DiscoverError> {
    let closed = || extract.boundaries.iter().filter(|boundary| boundary.area.is_some());
    let wanted = fold(name.trim());
    let names = |boundary: &'a Boundary| {
        let of_name = |(key, _): &(&str, &str)| *key == "name" || key.starts_with("name:");
        boundary.tags.iter().filter(of_name).map(|(_, name)| name)
    };
    let found: Vec<&Boundary> =
        closed().filter(|boundary| names(boundary).any(|name| fold(name) == wanted)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut known: Vec<String> =
        closed().filter_map(|boundary| boundary.tags.get("name")).map(str::to_owned).collect();
    known.sort();
    known.dedup();
    let nearest = nearest(name, closed().flat_map(names)).map(str::to_owned);
    Err(DiscoverError::UnknownArea { name: name.to_owned(), nearest, known })
}

fn kind(tags: &Tags) -> String {
    let amenity = tags.get("amenity").filter(|value| {
        matches!(*value, "pharmacy" | "clinic" | "doctors" | "hospital" | "dentist" | "veterinary")
    });
    let shop = tags.get("shop").filter(|value| matches!(*value, "chemist" | "optician"));
    let kind = amenity.or(shop).or(tags.get("healthcare")).unwrap_or("other");
    match kind {
        "doctor" => "doctors".to_owned(),
        "yes" => "other".to_owned(),
        kind => kind.to_owned(),
    }
}

fn outlet_type(kind: &str) -> OutletType {
    match kind {
        "pharmacy" => OutletType::Pharmacy,
        "clinic" | "centre" => OutletType::Clinic,
        "doctors" => OutletType::Doctors,
        "hospital" => OutletType::Hospital,
        "chemist" => OutletType::Chemist,
        "health_post" | "community_health_worker" | "health_station" => OutletType::HealthStation,
        _ => OutletType::Other,
    }
}

fn is_wanted(kind: &str, kinds: &[String]) -> bool {
    let is_asked_for = |wanted: &String| fold(wanted.trim()).replace([' ', '-'], "_") == kind;
    if kinds.is_empty() { !ON_REQUEST.contains(&kind) } else { kinds.iter().any(is_asked_for) }
}

fn is_out_of_use(tags: &Tags) -> bool {
    ["disused", "abandoned"].iter().any(|key| tags.get(key).is_some_and(|value| value != "no"))
}

/// Joins the objects that are one outlet, see [`is_same_object`]. The first object keeps its tags
/// and takes the tags that it lacks from the others.
fn once_each(outlets: Vec<MappedOutlet>) -> Vec<MappedOutlet> {
    let index = ProspectIndex::of_places(outlets.iter().map(|outlet| outlet.at).collect());
    let mut stands_for: Vec<usize> = (0..outlets.len()).collect();
    for (a, b) in index.pairs_within(SAME_NAME_M) {
        let (a, b) = (a.index(), b.index());
        if is_same_object(&outlets[a], &outlets[b]) && stands_for[b] == b {
            stands_for[b] = stands_for[a];
        }
    }
    let mut kept: BTreeMap<usize, MappedOutlet> = BTreeMap::new();
    for (outlet, first) in outlets.into_iter().zip(stands_for) {
        match kept.get_mut(&first) {
            Some(first) => {
                let tags = outlet.tags.iter().chain(first.tags.iter());
                first.tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
                first.also_mapped_as.push(outlet.osm_id);
            }
            None => {
                kept.insert(first, outlet);
            }
        }
    }
    kept.into_values().collect()
}

/// Returns whether two objects are one outlet. They must have the same kind, and at least one of
/// them must be an area. They must also have the same name or, if one of them has no name, be at
/// most [`NAMELESS_M`] apart.
fn is_same_object(a: &MappedOutlet, b: &MappedOutlet) -> bool {
    let is_point = |outlet: &MappedOutlet| outlet.osm_id.starts_with("node/");
    if a.kind != b.kind || (is_point(a) && is_point(b)) {
        return false;
    }
    match (a.name(), b.name()) {
        (Some(one), Some(other)) => same_outlet_by_name(one, other),
        _ => a.at.distance_m(b.at) <= NAMELESS_M,
    }
}

impl MappedOutlet {
    /// Returns the name of the outlet; if it has none, its brand or operator.
    pub fn name(&self) -> Option<&str> {
        ["name", "name:zh", "name:en", "brand", "operator"]
            .iter()
            .find_map(|key| self.tags.get(key))
    }

    /// Returns the street and house number in the local order; `None` if the map has neither.
    pub fn address(&self) -> Option<String> {
        let tag = |key| self.tags.get(key);
        if let Some(full) = tag("addr:full") {
            return Some(full.to_owned());
        }
        let street = tag("addr:street").or(tag("addr:place"));
        let number = tag("addr:housenumber").or(tag("addr:housename"));
        match (street, number) {
            (Some(street), Some(number)) => Some(street_and_number(street, number)),
            (street, number) => street.or(number).map(str::to_owned),
        }
    }

    /// Returns the town or village of the outlet.
    pub fn city(&self) -> Option<&str> {
        ["addr:city", "addr:town", "addr:village", "addr:suburb", "addr:hamlet"]
            .iter()
            .find_map(|key| self.tags.get(key))
    }

    /// Returns the telephone number of the outlet.
    pub fn phone(&self) -> Option<&str> {
        ["phone", "contact:phone", "mobile", "contact:mobile"]
            .iter()
            .find_map(|key| self.tags.get(key))
    }

    /// Returns the website of the outlet.
    pub fn website(&self) -> Option<&str> {
        ["website", "contact:website", "url"].iter().find_map(|key| self.tags.get(key))
    }
}

/// Writes a street and house number in the local order: `12 High Street`, `Hauptstraße 12` or
/// `科技园路12号`.
fn street_and_number(street: &str, number: &str) -> String {
    const NUMBER_FIRST: &[&str] = &[
        "street", "road", "avenue", "lane", "drive", "terrace", "parade", "place", "square",
        "close", "way",
    ];
    let folded = fold(street);
    if street.chars().any(crate::spelling::is_han) {
        let end = if number.ends_with(|c: char| c.is_ascii_digit()) { "号" } else { "" };
        format!("{street}{number}{end}")
    } else if folded.split(' ').next_back().is_some_and(|last| NUMBER_FIRST.contains(&last)) {
        format!("{number} {street}")
    } else {
        format!("{street} {number}")
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn outlet(osm_id: &str, lon: f64, tags: &[(&str, &str)]) -> Outlet {
        let tags =
            tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Outlet { osm_id: osm_id.to_owned(), at: LonLat { lon, lat: 36.0 }, tags }
    }

    fn found(outlets: Vec<Outlet>, kinds: &[&str]) -> Discovery {
        let extract = Extract {
            outlets,
            timestamp: Some("2024-03-13T21:20:50Z".into()),
            ..Extract::default()
        };
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        discover(&extract, &DiscoverRequest { kinds, within: None }).unwrap()
    }

    fn ids(discovery: &Discovery) -> Vec<&str> {
        discovery.outlets.iter().map(|outlet| &*outlet.osm_id).collect()
    }

    #[test]
    fn a_point_inside_its_building_is_one_outlet() {
        let pharmacy = ("amenity", "pharmacy");
        let discovery = found(
            vec![
                outlet("node/1", 14.0, &[pharmacy, ("name", "Alpha Pharmacy"), ("phone", "1")]),
                outlet("node/2", 14.0001, &[pharmacy, ("name", "Alpha Pharmacy")]),
                outlet("node/3", 14.01, &[pharmacy]),
                outlet(
                    "way/4",
                    14.0002,
                    &[pharmacy, ("name", "ALPHA"), ("phone", "2"), ("website", "w")],
                ),
                outlet("way/5", 14.01, &[pharmacy, ("name", "Beta")]),
                outlet("way/6", 14.01, &[("shop", "chemist")]),
            ],
            &[],
        );
        assert_eq!(ids(&discovery), ["node/1", "node/2", "node/3", "way/6"]);
        let first = &discovery.outlets[0];
        assert_eq!((first.phone(), first.website()), (Some("1"), Some("w")));
        assert_eq!(first.also_mapped_as, ["way/4"]);
        assert_eq!(discovery.outlets[2].name(), Some("Beta"));
        assert_eq!(discovery.as_of, Some(jiff::civil::date(2024, 3, 13)));
    }

    #[test]
    fn outlets_left_out_are_counted() {
        let outlets = vec![
            outlet("node/1", 14.0, &[("amenity", "dentist")]),
            outlet("node/2", 14.0, &[("healthcare", "physiotherapist")]),
            outlet("node/3", 14.0, &[("amenity", "pharmacy"), ("disused", "yes")]),
            outlet("node/4", 14.0, &[("healthcare", "doctor"), ("abandoned", "no")]),
        ];
        let discovery = found(outlets.clone(), &[]);
        assert_eq!(ids(&discovery), ["node/2", "node/4"]);
        let messages: Vec<&str> = discovery.remarks.iter().map(|remark| &*remark.message).collect();
        assert_snapshot!(messages.join("\n"), @r"
        1 outlet is disused or abandoned on the map and left out
        outlets of other kinds were left out: dentist 1
        ");
        assert_eq!(ids(&found(outlets, &["Dentist"])), ["node/1"]);
    }

    #[test]
    fn addresses_are_written_as_people_there_write_them() {
        let address = |street, number| {
            let tags = [("addr:street", street), ("addr:housenumber", number)];
            let outlet = outlet("node/1", 14.0, &[("amenity", "pharmacy"), tags[0], tags[1]]);
            found(vec![outlet], &[]).outlets[0].address()
        };
        assert_eq!(address("High Street", "12").as_deref(), Some("12 High Street"));
        assert_eq!(address("Hauptstraße", "12a").as_deref(), Some("Hauptstraße 12a"));
        assert_eq!(address("科技园路", "12").as_deref(), Some("科技园路12号"));
    }

    #[test]
    fn an_unknown_area_is_reported_with_the_areas_of_the_map() {
        let request = DiscoverRequest { kinds: vec![], within: Some("Gozo".into()) };
        let error = discover(&Extract::default(), &request).unwrap_err();
        assert_snapshot!(error, @r#"the map has no administrative area "Gozo"; its areas are "#);
    }
}
