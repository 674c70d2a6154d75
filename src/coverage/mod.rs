//! Computes the coverage of a territory: by administrative area, hexagon and settlement.
//!
//! [`Survey::map`] takes the map, the roads, the outlets and the call plan. It returns the figures
//! and travel times of all areas and hexagons, and the settlements that have people and no outlet.
//! The only file that it reads is the boundary of the territory.

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
pub use cells::CellResolution;
pub use figures::Figures;
pub use nearness::{HomeRoads, Nearness};
pub use survey::Survey;

use crate::lonlat::LonLat;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::Remark;

/// The figures of a territory and of each area in it.
#[derive(Debug, Clone)]
pub struct CoverageMap {
    /// Day for which the coverage is computed.
    pub date: Date,
    /// Boundary of the territory.
    pub outline: Outline,
    /// Figures of the whole territory.
    pub whole: Figures,
    /// Administrative areas of the territory, the largest first.
    pub areas: Vec<AreaCoverage>,
    /// Resolution of the hexagons in the H3 grid.
    pub resolution: u8,
    /// Hexagons of the territory, in the order of their numbers.
    pub cells: Vec<CellCoverage>,
    /// Settlements of the territory, those with the most people first.
    pub settlements: Vec<Settlement>,
    /// For each prospect: the area, settlement and hexagon that contain it.
    pub places: Vec<OutletPlace>,
    /// Level and name of each neighbouring area.
    pub neighbours: Vec<(u8, String)>,
    /// Remarks about the result.
    pub remarks: Vec<Remark>,
}

/// An administrative area.
#[derive(Debug, Clone)]
pub struct AreaCoverage {
    /// Id of the area on the map, such as `relation/123`.
    pub id: String,
    /// Name of the area.
    pub name: String,
    /// Administrative level on the map; smaller areas have higher levels.
    pub admin_level: u8,
    /// Shape of the whole area in degrees, including its parts outside the territory.
    pub shape: MultiPolygon,
    /// Place to which travel times are measured: the settlement with the name of the area, or a
    /// point inside the area.
    pub middle: LonLat,
    /// Index of the smallest other area that contains this one; `None` if no area does.
    pub parent: Option<usize>,
    /// True if the area contains no other area of the territory.
    pub is_smallest: bool,
    /// True if most of the area's surface lies in the territory. Only then do map layers show it.
    pub is_shown: bool,
    /// True if the map states the population of the area itself, not only that of its parts.
    pub is_population_stated: bool,
    /// Figures of the area.
    pub figures: Figures,
    /// Travel times to [`middle`](Self::middle).
    pub nearness: Nearness,
}

/// A hexagon of the H3 grid, or its part inside the territory.
#[derive(Debug, Clone)]
pub struct CellCoverage {
    /// Number of the hexagon in the H3 grid, hexadecimal.
    pub id: String,
    /// Shape of the hexagon, in degrees.
    pub shape: MultiPolygon,
    /// Figures of the hexagon.
    pub figures: Figures,
    /// Travel times to the road that is nearest to the centre of the hexagon.
    pub nearness: Nearness,
}

/// A place where people live.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Id of the settlement on the map, such as `node/123`.
    pub id: String,
    /// Name of the settlement.
    pub name: String,
    /// Kind of settlement on the map, such as `town` or `village`.
    pub place: &'static str,
    /// Position of the settlement.
    pub at: LonLat,
    /// Trading outlet nearest to the settlement, and its distance in metres; `None` if there are no
    /// outlets.
    pub nearest_outlet: Option<(ProspectId, f64)>,
    /// True if people live in the settlement and no outlet is known there, so that a rep should
    /// look for one.
    pub is_unserved: bool,
    /// Travel times to the settlement.
    pub nearness: Nearness,
    /// Figures of the settlement, without its size and its roads.
    pub figures: Figures,
}

/// The areas in which an outlet lies, and its travel times.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutletPlace {
    /// True if the outlet lies in the territory.
    pub is_inside: bool,
    /// Index of the smallest area that contains the outlet.
    pub area: Option<usize>,
    /// Index of the settlement near the outlet.
    pub settlement: Option<usize>,
    /// Index of the hexagon that contains the outlet.
    pub cell: Option<usize>,
    /// Travel times to the outlet.
    pub nearness: Nearness,
}

/// The white space of one area or around one settlement.
#[derive(Debug, Clone, PartialEq)]
pub struct WhiteSpace {
    /// Name of the area or settlement.
    pub name: String,
    /// Index of the area; `None` if the white space is not that of an area.
    pub area: Option<usize>,
    /// Gap score of the area or settlement.
    pub gap_score: f64,
    /// Outlets of the white space that a rep can reach by road.
    pub outlets: Vec<ProspectId>,
}

impl CoverageMap {
    /// Returns the settlements that have people and no known outlet, in falling order of their gap
    /// scores. Settlements whose population is not known come last, in the order of their names.
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

    /// Returns the white space of the territory, in falling order of the gap scores. An outlet
    /// belongs to the smallest area that contains it; outside all areas, to the nearest settlement;
    /// without a settlement, to "the countryside".
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
