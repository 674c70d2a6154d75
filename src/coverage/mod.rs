//! Coverage of a territory by administrative area, hexagon and settlement.
//!
//! [`Survey::map`] takes the map, the roads, the outlets and the call plan. It returns the figures
//! and travel times of every area and hexagon, and the settlements with people and without an
//! outlet. Only the boundary of a territory is read from a file.

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

/// The figures of a territory, area by area.
#[derive(Debug, Clone)]
pub struct CoverageMap {
    /// The day.
    pub date: Date,
    /// The outline of the territory.
    pub outline: Outline,
    /// The figures of the whole territory.
    pub whole: Figures,
    /// Its administrative areas, the largest first.
    pub areas: Vec<AreaCoverage>,
    /// H3 resolution of its hexagons.
    pub resolution: u8,
    /// Its hexagons, in order of their numbers.
    pub cells: Vec<CellCoverage>,
    /// Its settlements, those with most people first.
    pub settlements: Vec<Settlement>,
    /// By prospect: its place.
    pub places: Vec<OutletPlace>,
    /// Neighbouring areas: level and name.
    pub neighbours: Vec<(u8, String)>,
    /// Remarks.
    pub remarks: Vec<Remark>,
}

/// An administrative area.
#[derive(Debug, Clone)]
pub struct AreaCoverage {
    /// `relation/123`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Administrative level in the map, higher for smaller areas.
    pub admin_level: u8,
    /// The whole area in degrees, with its parts outside the territory.
    pub shape: MultiPolygon,
    /// Destination of travel times: the settlement of its name, else a point inside.
    pub middle: LonLat,
    /// Index of the smallest area around it.
    pub parent: Option<usize>,
    /// True if it contains no other area of the territory.
    pub is_smallest: bool,
    /// True if most of its surface lies in the territory, so that layers show it.
    pub is_shown: bool,
    /// True if the map gives its population, and not only that of its parts.
    pub is_population_stated: bool,
    /// Its figures.
    pub figures: Figures,
    /// Travel times of its middle.
    pub nearness: Nearness,
}

/// A hexagon, or its part in the territory.
#[derive(Debug, Clone)]
pub struct CellCoverage {
    /// Number in the H3 grid, hexadecimal.
    pub id: String,
    /// In degrees.
    pub shape: MultiPolygon,
    /// Its figures.
    pub figures: Figures,
    /// Travel times of the road nearest to its centre.
    pub nearness: Nearness,
}

/// A place where people live.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// `node/123` and the like.
    pub id: String,
    /// Name.
    pub name: String,
    /// `town`, `village` and the like.
    pub place: &'static str,
    /// Position.
    pub at: LonLat,
    /// The nearest trading outlet and its distance in metres, if there is one.
    pub nearest_outlet: Option<(ProspectId, f64)>,
    /// True if people live there and no outlet is known, so that it should be searched.
    pub is_unserved: bool,
    /// Travel times.
    pub nearness: Nearness,
    /// Its figures, without size and roads.
    pub figures: Figures,
}

/// The place of an outlet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutletPlace {
    /// True if it lies in the territory.
    pub is_inside: bool,
    /// Index of the smallest area around it.
    pub area: Option<usize>,
    /// Index of the settlement it is near.
    pub settlement: Option<usize>,
    /// Index of its hexagon.
    pub cell: Option<usize>,
    /// Travel times.
    pub nearness: Nearness,
}

/// The white space of one area or around one settlement.
#[derive(Debug, Clone, PartialEq)]
pub struct WhiteSpace {
    /// Name.
    pub name: String,
    /// Index of the area, if it is an area.
    pub area: Option<usize>,
    /// Gap score of the area or settlement.
    pub gap_score: f64,
    /// Its outlets that can be reached by road.
    pub outlets: Vec<ProspectId>,
}

impl CoverageMap {
    /// Returns the settlements with people and without a known outlet: the widest gap first, those
    /// without a known population last, by name.
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

    /// Returns the white space of the territory, the widest gap first: by smallest area; outside
    /// all areas by the nearest settlement; elsewhere as "the countryside".
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
