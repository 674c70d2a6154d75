//! Finds the settlements of a territory and their figures, and those that have people and no
//! outlet.

use rayon::prelude::*;

use super::areas::Areas;
use super::figures::Figures;
use super::nearness::Nearness;
use super::people::{self, PlacedPiece, SettlementKind};
use super::{OutletPlace, Settlement};
use crate::ids::Id;
use crate::lonlat::Ruler;
use crate::osm::Place;
use crate::prospects::{Prospect, ProspectId, ProspectIndex, Status};
use crate::units::Millimetres;

/// Length of residential streets from which a settlement counts as inhabited if its population is
/// not known.
const LIVED_IN: Millimetres = Millimetres(300_000);

/// Distance in metres between a settlement and an outlet within which no outlet is missing in the
/// settlement. The outlet may be on the other side of a border.
const ROUND_THE_CORNER_M: f64 = 500.0;

/// A settlement in the territory, with its areas.
pub(super) struct Settled<'e> {
    pub(super) place: &'e Place,
    pub(super) kind: SettlementKind,
    /// Indices of the areas that contain the settlement, the largest first.
    pub(super) around: Vec<usize>,
    /// Index of the smallest of these areas that has the same name as the settlement. Both have the
    /// same population.
    pub(super) namesake: Option<usize>,
}

/// Returns the settlements of the territory, those with the most people first.
pub(super) fn settled<'e>(places: &'e [Place], areas: &Areas<'_>) -> Vec<Settled<'e>> {
    let mut settled: Vec<Settled<'_>> = places
        .iter()
        .filter_map(|place| {
            let kind = people::kind(&place.tags)?;
            let (is_inside, around) = areas.around(place.at);
            let name = place.tags.get("name");
            let bears_its_name = |area: &usize| areas.all[*area].boundary.tags.get("name") == name;
            let namesake = around.iter().copied().rfind(bears_its_name).filter(|_| name.is_some());
            is_inside.then_some(Settled { place, kind, around, namesake })
        })
        .collect();
    settled.sort_by_key(|settled| std::cmp::Reverse(people::population(&settled.place.tags)));
    settled
}

/// Returns the figures of each settlement. If an area has the name of the settlement, they are the
/// figures of this area. Else they count the outlets within the radius of the settlement; `add`
/// adds an outlet to the figures.
pub(super) fn figures(
    settled: &[Settled<'_>],
    prospects: &[Prospect],
    places: &[OutletPlace],
    of_areas: &[Figures],
    add: impl Fn(&mut Figures, ProspectId) + Sync,
) -> Vec<Figures> {
    let index = ProspectIndex::new(prospects);
    let of = |settled: &Settled<'_>| {
        let population = people::population(&settled.place.tags);
        if let Some(own) = settled.namesake {
            return Figures {
                population: population.or(of_areas[own].population),
                ..of_areas[own].clone()
            };
        }
        let mut figures = Figures { population, ..Figures::default() };
        let near = index.within(settled.place.at, settled.kind.radius_m);
        let mut near: Vec<ProspectId> = near.into_iter().map(|(id, _)| id).collect();
        near.retain(|id| places[id.index()].is_inside);
        // Outlets are added in the order of the lists, so that sums are the same to the last digit.
        near.sort_unstable();
        near.into_iter().for_each(|id| add(&mut figures, id));
        figures
    };
    settled.par_iter().map(of).collect()
}

/// Returns the settlements with their figures and with their travel times from `near`.
pub(super) fn settlements(
    prospects: &[Prospect],
    settled: &[Settled<'_>],
    placed: &[PlacedPiece<'_>],
    figures: Vec<Figures>,
    near: &mut impl Iterator<Item = Nearness>,
) -> Vec<Settlement> {
    let is_trading = |(prospect, _): &(&Prospect, u32)| prospect.status == Status::Open;
    let trading: Vec<(&Prospect, u32)> = prospects.iter().zip(0..).filter(is_trading).collect();
    let index = ProspectIndex::of_places(trading.iter().map(|(prospect, _)| prospect.at).collect());
    let is_lived_in = |settled: &Settled<'_>| {
        let ruler = Ruler::at(settled.place.at.lat);
        let houses = placed.iter().filter(|placed| {
            matches!(placed.piece.class, "residential" | "living_street")
                && ruler.distance_m(placed.piece.at, settled.place.at) <= settled.kind.radius_m
        });
        houses.map(|placed| placed.piece.length.0).sum::<u64>() >= LIVED_IN.0
    };
    let peopled: Vec<bool> = settled
        .par_iter()
        .zip(&figures)
        .map(|(settled, figures)| {
            figures.population.map_or_else(|| is_lived_in(settled), |people| people > 0)
        })
        .collect();
    settled
        .iter()
        .zip(figures)
        .zip(peopled)
        .map(|((settled, figures), is_peopled)| {
            let Settled { place, kind, .. } = settled;
            let at = place.at;
            let nearest = index.nearest(at);
            let nearest_outlet =
                nearest.map(|(nth, metres)| (ProspectId(trading[nth.index()].1), metres));
            Settlement {
                id: place.osm_id.clone(),
                name: place.tags.get("name").map_or_else(|| place.osm_id.clone(), str::to_owned),
                place: kind.name,
                at,
                nearest_outlet,
                is_unserved: place.tags.get("name").is_some()
                    && figures.outlets == 0
                    && nearest_outlet.is_none_or(|(_, metres)| metres > ROUND_THE_CORNER_M)
                    && is_peopled,
                nearness: near.next().unwrap_or_default(),
                figures,
            }
        })
        .collect()
}
