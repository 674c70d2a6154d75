//! Collects the objects of an extract that an address can name. Such an object becomes an entry.

use std::collections::BTreeMap;

use geo::{BoundingRect, Centroid, Contains, Point, Rect};

use crate::address::{Address, street_key};
use crate::ids::Id;
use crate::lonlat::LonLat;
use crate::osm::{Boundary, Extract, Tags};
use crate::prospects::ProspectIndex;
use crate::prospects::identity::name_core_and_branch;

/// Largest distance in metres between two ways with the same name that belong to one street.
const SAME_STREET_M: f64 = 500.0;

/// Largest distance in metres from which an object belongs to a settlement.
const PLACE_M: f64 = 2500.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Outlet,
    Address,
    Street,
    Place,
    Admin,
}

/// An object of the map with a position. Its texts are normalised; a text is empty if the object
/// has none.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) osm_id: String,
    pub(super) at: LonLat,
    /// Name of the place, or core of the name of the outlet, see [`crate::prospects::identity`].
    pub(super) name: String,
    /// Branch of the chain, if the outlet belongs to one.
    pub(super) branch: String,
    pub(super) street: String,
    pub(super) number: String,
    /// Names of the towns, villages and areas that contain the object.
    pub(super) places: Vec<String>,
    /// Name of the object on the map, as it is written there.
    pub(super) label: String,
}

/// Returns the entries of all objects, in the order of their kinds.
pub(super) fn entries(extract: &Extract) -> Vec<Entry> {
    let surroundings = Surroundings::new(extract);
    let mut entries = Vec::new();
    for outlet in &extract.outlets {
        let Some(name) = ["name", "brand", "operator"].iter().find_map(|key| outlet.tags.get(key))
        else {
            continue;
        };
        let (core, branch) = name_core_and_branch(name);
        entries.push(Entry {
            name: core,
            branch,
            label: name.to_owned(),
            ..addressed(Kind::Outlet, &outlet.osm_id, outlet.at, &outlet.tags, &surroundings)
        });
    }
    for house in &extract.addresses {
        let entry = addressed(Kind::Address, &house.osm_id, house.at, &house.tags, &surroundings);
        if !entry.street.is_empty() {
            entries.push(entry);
        }
    }
    streets(extract, &surroundings, &mut entries);
    for place in &extract.places {
        for name in names(&place.tags) {
            entries.push(named(Kind::Place, &place.osm_id, place.at, name, &surroundings));
        }
    }
    for boundary in &extract.boundaries {
        let Some(centre) = boundary.area.as_ref().and_then(Centroid::centroid) else { continue };
        let at = LonLat { lon: centre.x(), lat: centre.y() };
        for name in names(&boundary.tags) {
            entries.push(named(
                Kind::Admin,
                &format!("relation/{}", boundary.id.0),
                at,
                name,
                &surroundings,
            ));
        }
    }
    entries
}

fn names(tags: &Tags) -> Vec<&str> {
    let mut names: Vec<&str> =
        ["name", "name:zh", "name:en", "alt_name"].iter().filter_map(|key| tags.get(key)).collect();
    names.dedup();
    names
}

fn named(
    kind: Kind,
    osm_id: &str,
    at: LonLat,
    name: &str,
    surroundings: &Surroundings<'_>,
) -> Entry {
    Entry {
        kind,
        osm_id: osm_id.to_owned(),
        at,
        name: street_key(name),
        branch: String::new(),
        street: String::new(),
        number: String::new(),
        places: surroundings.of(at),
        label: name.to_owned(),
    }
}

/// Returns the entry of an object with the address that its tags state.
fn addressed(
    kind: Kind,
    osm_id: &str,
    at: LonLat,
    tags: &Tags,
    surroundings: &Surroundings<'_>,
) -> Entry {
    let text = |key| tags.get(key).unwrap_or_default();
    let street = tags.get("addr:street").or(tags.get("addr:place")).unwrap_or_default();
    let number = text("addr:housenumber");
    let parsed = Address::new(&format!("{street} {number}"));
    let mut places = surroundings.of(at);
    let own = ["addr:city", "addr:suburb", "addr:village", "addr:town", "addr:district"].map(text);
    places.extend(own.iter().map(|place| street_key(place)).filter(|place| !place.is_empty()));
    Entry {
        kind,
        osm_id: osm_id.to_owned(),
        at,
        name: String::new(),
        branch: String::new(),
        street: street_key(street),
        number: if parsed.number.is_empty() { number.to_lowercase() } else { parsed.number },
        places,
        label: format!("{number} {street}").trim().to_owned(),
    }
}

/// Adds an entry for each street. A street is a group of ways that have the same name and are close
/// together. Its position is the node nearest to its middle.
fn streets(extract: &Extract, surroundings: &Surroundings<'_>, entries: &mut Vec<Entry>) {
    type Line = Vec<LonLat>;
    let mut ways_of: BTreeMap<(String, &str), Vec<(i64, Line)>> = BTreeMap::new();
    for way in &extract.ways {
        let Some(name) = way.tags.get("name").filter(|_| way.tags.get("highway").is_some()) else {
            continue;
        };
        let line: Vec<LonLat> =
            way.nodes.iter().filter_map(|node| extract.position(*node)).collect();
        if !line.is_empty() {
            ways_of.entry((street_key(name), name)).or_default().push((way.id.0, line));
        }
    }
    for ((key, name), ways) in ways_of {
        let middles: Vec<LonLat> = ways.iter().map(|(_, line)| line[line.len() / 2]).collect();
        let mut groups = ProspectIndex::of_places(middles).co_located(SAME_STREET_M);
        let grouped: Vec<u32> = groups.iter().flatten().map(|id| id.0).collect();
        let alone = (0..ways.len() as u32).filter(|at| !grouped.contains(at));
        groups.extend(alone.map(|at| vec![crate::prospects::ProspectId(at)]));
        for group in groups {
            let points: Vec<LonLat> =
                group.iter().flat_map(|id| ways[id.index()].1.iter().copied()).collect();
            let mean =
                |of: fn(&LonLat) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
            let middle = LonLat { lon: mean(|p| p.lon), lat: mean(|p| p.lat) };
            let nearest =
                points.iter().min_by(|a, b| a.distance_m(middle).total_cmp(&b.distance_m(middle)));
            let Some(&at) = nearest else { continue };
            let id = group.iter().map(|id| ways[id.index()].0).min().unwrap_or_default();
            entries.push(Entry {
                street: key.clone(),
                name: String::new(),
                ..named(Kind::Street, &format!("way/{id}"), at, name, surroundings)
            });
        }
    }
}

/// Areas and settlements of the map, from which the places of an object are found.
struct Surroundings<'a> {
    areas: Vec<(Rect<f64>, &'a Boundary, Vec<String>)>,
    settlements: ProspectIndex,
    names: Vec<Vec<String>>,
}

impl<'a> Surroundings<'a> {
    fn new(extract: &'a Extract) -> Self {
        let keys = |tags: &Tags| names(tags).into_iter().map(street_key).collect::<Vec<_>>();
        let areas = extract.boundaries.iter().filter(|boundary| boundary.admin_level > 2);
        let areas = areas
            .filter_map(|boundary| {
                Some((boundary.area.as_ref()?.bounding_rect()?, boundary, keys(&boundary.tags)))
            })
            .collect();
        Self {
            areas,
            settlements: ProspectIndex::of_places(
                extract.places.iter().map(|place| place.at).collect(),
            ),
            names: extract.places.iter().map(|place| keys(&place.tags)).collect(),
        }
    }

    /// Returns the names of all areas that contain `at`, and of up to four settlements near it.
    fn of(&self, at: LonLat) -> Vec<String> {
        let point = Point::new(at.lon, at.lat);
        let inside = self.areas.iter().filter(|(rect, boundary, _)| {
            rect.contains(&point)
                && boundary.area.as_ref().is_some_and(|area| area.contains(&point))
        });
        let near = self.settlements.within(at, PLACE_M);
        let near = near.iter().take(4).flat_map(|(id, _)| &self.names[id.index()]);
        let mut places: Vec<String> =
            inside.flat_map(|(.., names)| names).chain(near).cloned().collect();
        places.sort();
        places.dedup();
        places
    }
}
