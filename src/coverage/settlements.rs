//! The settlements of a territory: what is counted in each, and where people live who have no outlet.

use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::areas::Areas;
use super::figures::Figures;
use super::nearness::Nearness;
use super::people::{self, PlacedPiece, SettlementKind};
use super::survey::Survey;
use super::{OutletPlace, Settlement};
use crate::lonlat::{LonLat, Ruler};
use crate::osm::Place;
use crate::prospects::{ProspectId, Status};
use crate::units::Millimetres;

/// Where the map gives no population, people live if there is so much road with houses around.
const LIVED_IN: Millimetres = Millimetres(300_000);

/// Nobody searches in a place that has an outlet so near, even if across its border.
const ROUND_THE_CORNER_M: f64 = 500.0;

/// A settlement in the territory.
pub(super) struct Settled<'e> {
    pub(super) place: &'e Place,
    pub(super) kind: SettlementKind,
    /// The areas around it, the largest first.
    pub(super) around: Vec<usize>,
    /// The smallest of them that bears its name: what is said of the one holds for the other.
    pub(super) namesake: Option<usize>,
}

impl Survey<'_> {
    /// The settlements of the territory, those with most people first.
    pub(super) fn settled(&self, areas: &Areas<'_>) -> Vec<Settled<'_>> {
        let mut settled: Vec<Settled<'_>> = self
            .extract
            .places
            .iter()
            .filter_map(|place| {
                let kind = people::kind(&place.tags)?;
                let (is_inside, around) = areas.around(place.at);
                let name = place.tags.get("name");
                let bears_its_name =
                    |area: &usize| areas.all[*area].boundary.tags.get("name") == name;
                let namesake =
                    around.iter().copied().rfind(bears_its_name).filter(|_| name.is_some());
                is_inside.then_some(Settled { place, kind, around, namesake })
            })
            .collect();
        settled.sort_by_key(|settled| std::cmp::Reverse(people::population(&settled.place.tags)));
        settled
    }

    /// What is counted in each settlement: in the area that bears its name, else within its radius.
    pub(super) fn figures_of(
        &self,
        settled: &[Settled<'_>],
        places: &[OutletPlace],
        of_areas: &[Figures],
    ) -> Vec<Figures> {
        let date = self.call_plan.dates[0];
        let of = |settled: &Settled<'_>| {
            let population = people::population(&settled.place.tags);
            if let Some(own) = settled.namesake {
                return Figures {
                    population: population.or(of_areas[own].population),
                    ..of_areas[own].clone()
                };
            }
            let ruler = Ruler::at(settled.place.at.lat);
            let mut figures = Figures { population, ..Figures::default() };
            let outlets = self.prospects.iter().zip(&self.call_plan.entries).zip(places);
            for ((prospect, entry), _) in outlets.filter(|(_, place)| place.is_inside) {
                if ruler.distance_m(prospect.at, settled.place.at) <= settled.kind.radius_m {
                    figures.add(prospect, entry, self.policy, date);
                }
            }
            figures
        };
        settled.par_iter().map(of).collect()
    }

    /// The settlements with all there is to say of them; `near` says how far each is.
    pub(super) fn settlements(
        &self,
        settled: &[Settled<'_>],
        placed: &[PlacedPiece<'_>],
        figures: Vec<Figures>,
        near: &mut impl Iterator<Item = Nearness>,
    ) -> Vec<Settlement> {
        let trading =
            self.prospects.iter().zip(0..).filter(|(prospect, _)| prospect.status == Status::Open);
        let trading = trading.map(|(prospect, at)| {
            GeomWithData::new([prospect.at.lon, prospect.at.lat], ProspectId(at))
        });
        let trading = RTree::bulk_load(trading.collect());
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
                // Nearest in degrees first, then a few to measure.
                let candidates = trading.nearest_neighbor_iter([at.lon, at.lat]).take(8);
                let measured = candidates.map(|outlet| {
                    let [lon, lat] = *outlet.geom();
                    (outlet.data, at.distance_m(LonLat { lon, lat }))
                });
                let nearest_outlet = measured.min_by(|a, b| a.1.total_cmp(&b.1));
                Settlement {
                    id: place.osm_id.clone(),
                    name: place
                        .tags
                        .get("name")
                        .map_or_else(|| place.osm_id.clone(), str::to_owned),
                    place: kind.name,
                    at,
                    population: figures.population,
                    outlets: figures.outlets,
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
}
