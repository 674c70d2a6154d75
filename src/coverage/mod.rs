//! Where we are and where we are not: a territory by administrative area, by hexagon and by settlement.
//!
//! [`Survey::map`] takes the map, the roads, the outlets and who is due; it gives figures for every area and hexagon, how far
//! each is from home and from the outlets served, and where people live who have no outlet. Nothing here reads a file but
//! the boundary of a territory.

mod adherence;
mod areas;
mod boundary;
mod cells;
mod figures;
mod locate;
mod nearness;
mod people;
mod settlements;
mod survey;

use std::collections::BTreeMap;

use geo::MultiPolygon;
use jiff::civil::Date;

pub use adherence::{Adherence, AdherenceFigures, AdherenceStatus, Kept, PlannedVisit};
pub(crate) use boundary::around;
pub use boundary::{Outline, OutlineError, outline};
pub use figures::Figures;
pub use h3o::Resolution;
pub use nearness::{HomeRoads, Nearness};
pub use survey::Survey;

use crate::lonlat::LonLat;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::Remark;

/// The territory, area by area.
#[derive(Debug, Clone)]
pub struct CoverageMap {
    /// The day it is for.
    pub date: Date,
    /// How far it reaches.
    pub outline: Outline,
    /// The figures of all of it.
    pub whole: Figures,
    /// Its administrative areas, the largest first.
    pub areas: Vec<AreaCoverage>,
    /// The size of its hexagons, as H3 counts.
    pub resolution: u8,
    /// Its hexagons, in order of their numbers.
    pub cells: Vec<CellCoverage>,
    /// Its settlements, those with most people first.
    pub settlements: Vec<Settlement>,
    /// By prospect: where it is.
    pub places: Vec<OutletPlace>,
    /// Areas beside it: level, name.
    pub neighbours: Vec<(u8, String)>,
    /// What a person should know.
    pub remarks: Vec<Remark>,
}

/// An administrative area.
#[derive(Debug, Clone)]
pub struct AreaCoverage {
    /// `relation/123`.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its level in the map: the higher, the smaller.
    pub admin_level: u8,
    /// In degrees; all of it, even where it reaches beyond the territory.
    pub shape: MultiPolygon,
    /// Where in it travel is measured to: the settlement of its name, else a point inside.
    pub middle: LonLat,
    /// The smallest area around it: an index.
    pub parent: Option<usize>,
    /// Whether it has no other area of the territory in it.
    pub is_smallest: bool,
    /// Whether most of it lies in the territory by surface too, so that it is worth drawing.
    pub is_shown: bool,
    /// Whether its population is its own in the map, and not only that of its parts.
    pub is_population_stated: bool,
    /// What is counted in it.
    pub figures: Figures,
    /// How far its middle is.
    pub nearness: Nearness,
}

/// A hexagon, or its part in the territory.
#[derive(Debug, Clone)]
pub struct CellCoverage {
    /// Its number in the H3 grid, hexadecimal.
    pub id: String,
    /// In degrees.
    pub shape: MultiPolygon,
    /// What is counted in it.
    pub figures: Figures,
    /// How far the road nearest to its centre is.
    pub nearness: Nearness,
}

/// A place where people live.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// `node/123` and the like.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `town`, `village` and the like.
    pub place: &'static str,
    /// Where it is.
    pub at: LonLat,
    /// The nearest trading outlet, if there is any, and how far it is in metres.
    pub nearest_outlet: Option<(ProspectId, f64)>,
    /// Whether people live there, as far as anybody can tell, and no outlet is known: the place to search.
    pub is_unserved: bool,
    /// How far it is.
    pub nearness: Nearness,
    /// What is counted in it; neither size nor roads.
    pub figures: Figures,
}

/// Where an outlet is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutletPlace {
    /// Whether it is in the territory.
    pub is_inside: bool,
    /// The smallest area around it: an index.
    pub area: Option<usize>,
    /// The settlement it is near: an index.
    pub settlement: Option<usize>,
    /// Its hexagon: an index.
    pub cell: Option<usize>,
    /// How far it is.
    pub nearness: Nearness,
}

/// White space that is looked at together: the outlets without our business of one area or around one settlement.
#[derive(Debug, Clone, PartialEq)]
pub struct WhiteSpace {
    /// What it is called.
    pub name: String,
    /// The area, as an index, if it is one.
    pub area: Option<usize>,
    /// The gap score of the area, or of the settlement.
    pub gap_score: f64,
    /// Its outlets that trade, are no customers and can be reached.
    pub outlets: Vec<ProspectId>,
}

impl CoverageMap {
    /// Settlements where people live and no outlet is known, the widest gap first; those of unknown population last, by name.
    pub fn unserved(&self) -> impl Iterator<Item = &Settlement> {
        let mut all: Vec<&Settlement> =
            self.settlements.iter().filter(|place| place.is_unserved).collect();
        let score = |place: &Settlement| place.figures.gap_score(&place.nearness);
        all.sort_by(|a, b| {
            let by_gap =
                score(b).total_cmp(&score(a)).then(b.figures.population.cmp(&a.figures.population));
            by_gap.then_with(|| (&a.name, &a.id).cmp(&(&b.name, &b.id)))
        });
        all.into_iter()
    }

    /// The white space of the territory, the widest gap first: by smallest area, elsewhere by the settlement that is near, and
    /// what is near none as "the countryside".
    pub fn white_space(&self, prospects: &[Prospect]) -> Vec<WhiteSpace> {
        let mut groups: BTreeMap<(Option<usize>, Option<usize>), Vec<ProspectId>> = BTreeMap::new();
        for (at, (prospect, place)) in (0..).zip(prospects.iter().zip(&self.places)) {
            if prospect.is_white_space() && place.is_inside && place.nearness.home.is_some() {
                let settlement = place.settlement.filter(|_| place.area.is_none());
                groups.entry((place.area, settlement)).or_default().push(ProspectId(at));
            }
        }
        let mut all: Vec<WhiteSpace> = groups
            .into_iter()
            .map(|((area, settlement), outlets)| {
                let of_area =
                    area.map(|at| &self.areas[at]).map(|a| (&a.name, &a.figures, &a.nearness));
                let settlement = settlement.map(|at| &self.settlements[at]);
                let found = of_area.or(settlement.map(|s| (&s.name, &s.figures, &s.nearness)));
                let (name, gap_score) = found
                    .map_or(("the countryside".to_owned(), 0.0), |(name, figures, nearness)| {
                        (name.clone(), figures.gap_score(nearness))
                    });
                WhiteSpace { name, area, gap_score, outlets }
            })
            .collect();
        all.sort_by(|a, b| b.gap_score.total_cmp(&a.gap_score).then_with(|| a.name.cmp(&b.name)));
        all
    }
}
