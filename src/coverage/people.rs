//! Computes the population of areas and settlements from the map, and counts each person once.
//!
//! An area contains other areas and settlements, and suburbs belong to towns. The map may state the
//! population of each. If the people of an area are not all in parts whose population is known, the
//! other people are distributed over the rest of the area. All numbers are whole, and the parts add
//! up to the whole.

use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use crate::lonlat::{LonLat, Ruler};
use crate::osm::Tags;
use crate::road::RoadPiece;

/// A kind of settlement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SettlementKind {
    /// Value of the tag `place`.
    pub(super) name: &'static str,
    /// Radius of a settlement of this kind, in metres.
    pub(super) radius_m: f64,
    /// True if such a settlement is a part of a larger one.
    pub(super) is_part: bool,
}

#[rustfmt::skip]
const KINDS: [SettlementKind; 9] = [
    SettlementKind { name: "city", radius_m: 4000.0, is_part: false },
    SettlementKind { name: "town", radius_m: 2000.0, is_part: false },
    SettlementKind { name: "village", radius_m: 1000.0, is_part: false },
    SettlementKind { name: "hamlet", radius_m: 500.0, is_part: false },
    SettlementKind { name: "isolated_dwelling", radius_m: 300.0, is_part: false },
    SettlementKind { name: "borough", radius_m: 1500.0, is_part: true },
    SettlementKind { name: "suburb", radius_m: 1000.0, is_part: true },
    SettlementKind { name: "quarter", radius_m: 700.0, is_part: true },
    SettlementKind { name: "neighbourhood", radius_m: 500.0, is_part: true },
];

/// Returns the kind of settlement that `tags` describe; `None` if the place is no settlement.
pub(super) fn kind(tags: &Tags) -> Option<SettlementKind> {
    let place = tags.get("place")?;
    KINDS.into_iter().find(|kind| kind.name == place)
}

/// Returns the population in `tags`, such as `1234`, `1,234` or `1 234`; `None` if it is not a
/// number.
pub(super) fn population(tags: &Tags) -> Option<u64> {
    let text: String = tags
        .get("population")?
        .chars()
        .filter(|c| !matches!(c, ',' | ' ' | '\'' | '\u{a0}'))
        .collect();
    // A number larger than the population of the world is an error.
    text.parse().ok().filter(|people| *people < 10_000_000_000)
}

/// An area and its population. Areas come after the areas that contain them.
#[derive(Debug, Clone)]
pub(super) struct PeopledArea {
    /// Index of the smallest other area that contains this one.
    pub(super) parent: Option<usize>,
    /// Population that the map states; `None` if it states none.
    pub(super) stated: Option<u64>,
}

/// A settlement and its population.
#[derive(Debug, Clone)]
pub(super) struct PeopledPlace {
    pub(super) kind: SettlementKind,
    pub(super) at: LonLat,
    /// Population that the map states; `None` if it states none.
    pub(super) stated: Option<u64>,
    /// Index of the smallest area that contains the settlement.
    pub(super) area: Option<usize>,
}

/// The people of one part of the territory. Each person belongs to one group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) people: u64,
    pub(super) region: Region,
}

/// The part of the territory in which the people of a group live.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Region {
    /// The area with this index, without those of its parts whose population is known.
    Area(usize),
    /// The surroundings of a place, inside the smallest area that contains the place.
    Around { at: LonLat, radius_m: f64, area: Option<usize> },
}

/// The people of the territory.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct People {
    /// For each area: number of its people, with the people of its parts; `None` if not known.
    pub(super) by_area: Vec<Option<u64>>,
    /// Groups that together are all people of the territory.
    pub(super) groups: Vec<Group>,
    /// Number of all people; `None` if the map states no population.
    pub(super) total: Option<u64>,
    /// Indices of the areas for which the map states fewer people than for their parts. For these,
    /// the numbers of the parts are used.
    pub(super) less_than_parts: Vec<usize>,
}

/// Returns the people of all areas and settlements.
pub(super) fn people(areas: &[PeopledArea], places: &[PeopledPlace]) -> People {
    let mut people = People { by_area: vec![None; areas.len()], ..People::default() };
    for at in (0..areas.len()).rev() {
        let parts = |other: &usize| areas[*other].parent == Some(at);
        let known = (0..areas.len()).filter(parts).filter_map(|part| people.by_area[part]);
        let of_parts: Vec<u64> = known.collect();
        let is_plain = of_parts.is_empty();
        let of_places = settlements(places, Some(at), is_plain, &mut people.groups);
        let known = of_parts.iter().sum::<u64>() + of_places.unwrap_or(0);
        let is_known = !is_plain || of_places.is_some();
        let total = match areas[at].stated {
            Some(stated) if stated >= known => Some(stated),
            Some(_) => {
                people.less_than_parts.push(at);
                Some(known)
            }
            None => is_known.then_some(known),
        };
        if let Some(rest) = total.map(|total| total - known).filter(|rest| *rest > 0) {
            people.groups.push(Group { people: rest, region: Region::Area(at) });
        }
        people.by_area[at] = total;
    }
    let roots = areas.iter().zip(&people.by_area).filter(|(area, _)| area.parent.is_none());
    let of_areas: Vec<u64> = roots.filter_map(|(_, total)| *total).collect();
    let elsewhere = settlements(places, None, false, &mut people.groups);
    let is_known = !of_areas.is_empty() || elsewhere.is_some();
    people.total = is_known.then(|| of_areas.iter().sum::<u64>() + elsewhere.unwrap_or(0));
    people
}

/// Adds the people of the settlements that are in `area` and in none of its parts to `groups`.
/// Returns their number; `None` if it is not known. The people of a suburb belong to the nearest
/// settlement that is not a suburb. If an area that `is_plain` has only one settlement, this
/// settlement fills the area.
fn settlements(
    places: &[PeopledPlace],
    area: Option<usize>,
    is_plain: bool,
    groups: &mut Vec<Group>,
) -> Option<u64> {
    let own = || places.iter().filter(|place| place.area == area && place.stated.is_some());
    let towns: Vec<&PeopledPlace> = own().filter(|place| !place.kind.is_part).collect();
    let parts: Vec<&PeopledPlace> = own().filter(|place| place.kind.is_part).collect();
    let around =
        |place: &PeopledPlace| Region::Around { at: place.at, radius_m: place.kind.radius_m, area };
    let mut in_parts = vec![0; towns.len()];
    for part in &parts {
        let people = part.stated.unwrap_or(0);
        let distance = |town: usize| towns[town].at.distance_m(part.at);
        if let Some(town) = (0..towns.len()).min_by(|a, b| distance(*a).total_cmp(&distance(*b))) {
            in_parts[town] += people;
        }
        groups.push(Group { people, region: around(part) });
    }
    let mut total =
        if towns.is_empty() { parts.iter().filter_map(|part| part.stated).sum() } else { 0 };
    for (town, in_parts) in towns.iter().zip(in_parts) {
        let people = town.stated.unwrap_or(0).max(in_parts);
        let is_alone = is_plain && towns.len() == 1 && parts.is_empty();
        let region = area.filter(|_| is_alone).map_or_else(|| around(town), Region::Area);
        groups.push(Group { people: people - in_parts, region });
        total += people;
    }
    (!towns.is_empty() || !parts.is_empty()).then_some(total)
}

/// A piece of road, with the area and the hexagon that contain it.
pub(super) struct PlacedPiece<'n> {
    pub(super) piece: RoadPiece<'n>,
    /// Index of the smallest area that contains the piece.
    pub(super) area: Option<usize>,
    /// Index of the hexagon that contains the piece.
    pub(super) cell: usize,
}

/// Returns the number of people along a road of this class, relative to other classes.
fn lived_along(class: &str) -> u64 {
    match class {
        "residential" | "living_street" | "pedestrian" => 20,
        "unclassified" | "tertiary" | "secondary" | "road" => 4,
        _ => 1,
    }
}

/// Returns the number of people in each of `cells` hexagons. The people of a group are distributed
/// along the roads of their part of the territory, in proportion to the length of each road,
/// multiplied by the weight of its class. A group without roads lives in the hexagon that `cell_at`
/// returns. The sum over all hexagons is the sum over all groups.
pub(super) fn by_cell(
    people: &People,
    areas: &[PeopledArea],
    pieces: &[PlacedPiece<'_>],
    cells: usize,
    cell_at: impl Fn(&Region) -> Option<usize>,
) -> Vec<u64> {
    let weight = |piece: &PlacedPiece<'_>| piece.piece.length.0 * lived_along(piece.piece.class);
    // For a piece of road, the first area with a known population counts: the search goes from the
    // smallest area that contains the piece to the larger ones.
    let mut in_area: Vec<Vec<u32>> = vec![Vec::new(); areas.len()];
    for (at, piece) in (0..).zip(pieces) {
        let mut outwards = std::iter::successors(piece.area, |area| areas[*area].parent);
        let known = outwards.find(|area| people.by_area[*area].is_some());
        known.into_iter().for_each(|area| in_area[area].push(at));
    }
    let by_place = RTree::bulk_load(
        (0..)
            .zip(pieces)
            .map(|(at, piece): (u32, _)| {
                GeomWithData::new([piece.piece.at.lon, piece.piece.at.lat], at)
            })
            .collect(),
    );
    let mut counts = vec![0; cells];
    for group in people.groups.iter().filter(|group| group.people > 0) {
        let mut own: Vec<u32> = match &group.region {
            Region::Area(area) => in_area[*area].clone(),
            Region::Around { at, radius_m, area } => {
                let ruler = Ruler::at(at.lat);
                let (dx, dy) = (radius_m / ruler.lon_m, radius_m / ruler.lat_m);
                let square =
                    AABB::from_corners([at.lon - dx, at.lat - dy], [at.lon + dx, at.lat + dy]);
                by_place
                    .locate_in_envelope(square)
                    .map(|piece| piece.data)
                    .filter(|piece| {
                        let piece = &pieces[*piece as usize];
                        piece.area == *area && ruler.distance_m(piece.piece.at, *at) <= *radius_m
                    })
                    .collect()
            }
        };
        own.sort_unstable();
        let mut weights: Vec<(usize, u64)> = own
            .iter()
            .map(|at| &pieces[*at as usize])
            .map(|piece| (piece.cell, weight(piece)))
            .collect();
        weights.sort_unstable();
        weights.dedup_by(|next, one| {
            let is_same = next.0 == one.0;
            if is_same {
                one.1 += next.1;
            }
            is_same
        });
        weights.retain(|(_, weight)| *weight > 0);
        if weights.is_empty() {
            weights.extend(cell_at(&group.region).map(|cell| (cell, 1)));
        }
        for (cell, people) in shared_out(group.people, &weights) {
            counts[cell] += people;
        }
    }
    counts
}

/// Divides `whole` in proportion to the weights. The results are whole numbers that add up to
/// `whole`; those with the largest remainders are rounded up.
fn shared_out(whole: u64, weights: &[(usize, u64)]) -> Vec<(usize, u64)> {
    let sum: u128 = weights.iter().map(|(_, weight)| u128::from(*weight)).sum();
    if sum == 0 {
        return Vec::new();
    }
    let exact = |weight: u64| u128::from(whole) * u128::from(weight);
    let mut shares: Vec<(usize, u64)> =
        weights.iter().map(|(to, weight)| (*to, (exact(*weight) / sum) as u64)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(exact(weights[*at].1) % sum), *at));
    let left = whole - shares.iter().map(|(_, share)| share).sum::<u64>();
    order.iter().take(left as usize).for_each(|at| shares[*at].1 += 1);
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(name: &str, stated: u64, area: Option<usize>) -> PeopledPlace {
        let tags: Tags = [("place", name)].into_iter().collect();
        let at = LonLat { lon: 14.4, lat: 35.9 };
        PeopledPlace { kind: kind(&tags).unwrap(), at, stated: Some(stated), area }
    }

    fn area(parent: Option<usize>, stated: Option<u64>) -> PeopledArea {
        PeopledArea { parent, stated }
    }

    #[test]
    fn nobody_is_counted_twice() {
        // A county of 1000 with a town of 400, whose suburb has 150, and a township of its own that
        // says nothing but holds a village of 100.
        let areas = [area(None, Some(1000)), area(Some(0), None)];
        let places = [
            place("town", 400, Some(0)),
            place("suburb", 150, Some(0)),
            place("village", 100, Some(1)),
        ];
        let people = people(&areas, &places);
        assert_eq!(people.by_area, [Some(1000), Some(100)]);
        assert_eq!(people.total, Some(1000));
        let mut groups: Vec<u64> = people.groups.iter().map(|group| group.people).collect();
        groups.sort_unstable();
        assert_eq!(groups, [100, 150, 250, 500]);
    }

    #[test]
    fn the_sum_of_the_parts_counts_if_the_whole_has_fewer_people() {
        let found = people(&[area(None, Some(300))], &[place("town", 400, Some(0))]);
        assert_eq!((found.by_area, found.less_than_parts), (vec![Some(400)], vec![0]));
        let nothing = people(&[area(None, None)], &[]);
        assert_eq!((nothing.total, nothing.groups.len()), (None, 0));
    }

    #[test]
    fn a_population_is_a_number_however_its_thousands_are_set_apart() {
        let read = |text: &str| population(&[("population", text)].into_iter().collect());
        let texts = ["75049", "12,345", "12 345", "about 500", "", "99999999999"];
        assert_eq!(texts.map(read), [Some(75_049), Some(12_345), Some(12_345), None, None, None]);
    }

    proptest! {
        #![proptest_config(crate::testing::cases(256))]
        #[test]
        fn shares_add_up_and_follow_the_weights(
            whole in 0_u64..100_000,
            weights in prop::collection::vec(0_u64..1_000_000, 1..20),
        ) {
            let weights: Vec<(usize, u64)> = weights.into_iter().enumerate().collect();
            let sum: u64 = weights.iter().map(|(_, weight)| weight).sum();
            let shares = shared_out(whole, &weights);
            prop_assert_eq!(shares.iter().map(|(_, share)| share).sum::<u64>(), if sum == 0 { 0 } else { whole });
            for ((_, weight), (_, share)) in weights.iter().zip(&shares) {
                let exact = whole as f64 * *weight as f64 / sum as f64;
                prop_assert!((*share as f64 - exact).abs() <= 1.0);
            }
        }
    }
}
