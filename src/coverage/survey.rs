//! From the map, the roads and the outlets to the coverage map.

use geo::MultiPolygon;
use h3o::{CellIndex, Resolution};
use rayon::prelude::*;

use super::areas::Areas;
use super::boundary::Outline;
use super::cells;
use super::figures::Figures;
use super::nearness::{HomeRoads, Nearness, nearness};
use super::people::{self, People, PeopledArea, PeopledPlace, PlacedPiece, Region};
use super::settlements::Settled;
use super::{AreaCoverage, CellCoverage, CoverageMap, OutletPlace};
use crate::area::area_m2;
use crate::call_plan::CallPlan;
use crate::lonlat::{LonLat, Ruler};
use crate::osm::Extract;
use crate::policy::Policy;
use crate::prospects::{Prospect, Status};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::road::RoadPiece;
use crate::units::Millimetres;

/// A piece of road is at most so long, so that it lies in one area and one hexagon.
const PIECE_MAX: Millimetres = Millimetres(100_000);

/// An outlet is near a settlement that is at most so far away.
const NEAR_M: f64 = 5_000.0;

/// What a coverage map is made from.
pub struct Survey<'a> {
    /// The map.
    pub extract: &'a Extract,
    /// How far the territory reaches.
    pub outline: Outline,
    /// The roads of each travel mode; those of the first are counted.
    pub roads: &'a [HomeRoads<'a>],
    /// All outlets.
    pub prospects: &'a [Prospect],
    /// Who of them is due, on the first day of the plan.
    pub call_plan: &'a CallPlan,
    /// The house rules.
    pub policy: &'a Policy,
    /// The size of hexagons as H3 counts, the higher, the smaller; `None`: by the size of the territory.
    pub resolution: Option<Resolution>,
}

/// The hexagons, to look places up in.
struct Grid {
    resolution: Resolution,
    cells: Vec<(CellIndex, MultiPolygon)>,
}

impl Grid {
    fn find(&self, at: LonLat) -> Option<usize> {
        let cell = cells::cell_of(at, self.resolution)?;
        self.cells.binary_search_by_key(&cell, |(cell, _)| *cell).ok()
    }

    /// The hexagon around `at`, or the nearest.
    fn nearest(&self, at: LonLat) -> Option<usize> {
        let distance = |cell: &usize| cells::centre(self.cells[*cell].0).distance_m(at);
        let all = || (0..self.cells.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        self.find(at).or_else(all)
    }
}

/// What is counted of the territory, of each of its areas and of each hexagon.
struct Counted {
    whole: Figures,
    areas: Vec<Figures>,
    cells: Vec<Figures>,
}

impl Survey<'_> {
    /// The coverage map.
    ///
    /// O(r · log e + n) for r pieces of road, e edges of areas and n outlets, and one search through the roads a home.
    pub fn map(self) -> CoverageMap {
        let pieces: Vec<RoadPiece<'_>> =
            self.roads.first().map_or(Vec::new(), |mode| mode.network.pieces(PIECE_MAX).collect());
        let areas = Areas::new(&self.extract.boundaries, &self.outline.shape, &pieces);
        let whole_m2 = area_m2(&self.outline.shape);
        let resolution = self.resolution.unwrap_or_else(|| cells::resolution_for(whole_m2));
        let grid = Grid { resolution, cells: cells::cells(&self.outline.shape, resolution) };
        let settled = self.settled(&areas);
        let placed: Vec<PlacedPiece<'_>> = pieces
            .par_iter()
            .filter_map(|piece| {
                let (is_inside, around) = areas.around(piece.at);
                let cell = is_inside.then(|| grid.nearest(piece.at))??;
                Some(PlacedPiece { piece: *piece, area: around.last().copied(), cell })
            })
            .collect();
        let (people, people_of_cells) = peopled(&areas, &settled, &placed, &grid);
        let mut places = self.outlet_places(&areas, &settled, &grid);
        let living = grid.cells.iter().zip(people_of_cells).map(|((_, shape), people_here)| {
            Figures::of(area_m2(shape), people.total.map(|_| people_here))
        });
        let mut counted = Counted {
            whole: Figures::of(whole_m2, people.total),
            cells: living.collect(),
            areas: areas
                .all
                .iter()
                .zip(&people.by_area)
                .map(|(area, people)| Figures::of(area.area_m2, *people))
                .collect(),
        };
        self.count(&mut counted, &areas, &placed, &places);
        let Counted { whole, cells: of_cells, areas: of_areas } = counted;

        let mut middles: Vec<LonLat> = areas.all.iter().map(|area| area.inside).collect();
        // Of several of that name the one with most people is the last to say so.
        for settled in settled.iter().rev() {
            settled.namesake.into_iter().for_each(|area| middles[area] = settled.place.at);
        }
        let of_settlements = self.figures_of(&settled, &places, &of_areas);
        let outlet_radius_m = self.policy.snap_radius_m;
        let edge_m = resolution.edge_length_m().max(outlet_radius_m);
        let asked: Vec<(LonLat, f64)> = middles
            .iter()
            .map(|at| (*at, f64::INFINITY))
            .chain(grid.cells.iter().map(|(cell, _)| (cells::centre(*cell), edge_m)))
            .chain(settled.iter().map(|settled| (settled.place.at, settled.kind.radius_m)))
            .chain(self.prospects.iter().map(|prospect| (prospect.at, outlet_radius_m)))
            .collect();
        let served = self.prospects.iter().filter(|prospect| prospect.is_served());
        let served: Vec<LonLat> = served.map(|prospect| prospect.at).collect();
        let mut near = nearness(self.roads, &asked, &served, outlet_radius_m).into_iter();

        let mut shown: Vec<AreaCoverage> = areas
            .all
            .iter()
            .zip(of_areas)
            .zip(&middles)
            .map(|((area, figures), middle)| AreaCoverage {
                id: area.boundary.osm_id(),
                name: area.boundary.name_or_id(),
                admin_level: area.boundary.admin_level,
                shape: area.shape.clone(),
                middle: *middle,
                parent: area.parent,
                is_smallest: true,
                is_shown: area.is_shown,
                is_population_stated: people::population(&area.boundary.tags)
                    .is_some_and(|stated| figures.population == Some(stated)),
                figures,
                nearness: near.next().unwrap_or_default(),
            })
            .collect();
        for at in 0..shown.len() {
            shown[at].parent.into_iter().for_each(|parent| shown[parent].is_smallest = false);
        }
        let cells: Vec<CellCoverage> = grid
            .cells
            .into_iter()
            .zip(of_cells)
            .map(|((cell, shape), figures)| CellCoverage {
                id: cell.to_string(),
                shape,
                figures,
                nearness: near.next().unwrap_or_default(),
            })
            .collect();
        let mut settlements = self.settlements(&settled, &placed, of_settlements, &mut near);
        for settlement in &mut settlements {
            settlement.figures.expect(whole.outlets_per_head());
        }
        places.iter_mut().zip(near).for_each(|(place, near)| place.nearness = near);
        let remarks = self.remarks(&areas, &people, &places);
        let neighbours =
            areas.neighbours.iter().map(|boundary| (boundary.admin_level, boundary.name_or_id()));
        CoverageMap {
            date: self.call_plan.dates[0],
            neighbours: neighbours.collect(),
            outline: self.outline,
            whole,
            areas: shown,
            resolution: resolution.into(),
            cells,
            settlements,
            places,
            remarks,
        }
    }

    /// Counts roads and outlets, each in the whole, its areas and its hexagon; then what outlets to expect.
    fn count(
        &self,
        counted: &mut Counted,
        areas: &Areas<'_>,
        placed: &[PlacedPiece<'_>],
        places: &[OutletPlace],
    ) {
        let Counted { whole, areas: of_areas, cells: of_cells } = counted;
        for PlacedPiece { piece, area, cell } in placed {
            whole.road.0 += piece.length.0;
            of_cells[*cell].road.0 += piece.length.0;
            areas.outwards(*area).for_each(|area| of_areas[area].road.0 += piece.length.0);
        }
        let date = self.call_plan.dates[0];
        let outlets = self.prospects.iter().zip(&self.call_plan.entries).zip(places);
        for ((prospect, entry), place) in outlets.filter(|(_, place)| place.is_inside) {
            let add = |figures: &mut Figures| figures.add(prospect, entry, self.policy, date);
            add(whole);
            place.cell.iter().for_each(|cell| add(&mut of_cells[*cell]));
            areas.outwards(place.area).for_each(|area| add(&mut of_areas[area]));
        }
        // As many outlets to so many people as in the whole territory.
        let per_head = whole.outlets_per_head();
        for figures in of_areas.iter_mut().chain(of_cells).chain([whole]) {
            figures.expect(per_head);
        }
    }

    /// Where each outlet is, but for how far.
    fn outlet_places(
        &self,
        areas: &Areas<'_>,
        settled: &[Settled<'_>],
        grid: &Grid,
    ) -> Vec<OutletPlace> {
        let place = |prospect: &Prospect| {
            let (is_inside, around) = areas.around(prospect.at);
            let ruler = Ruler::at(prospect.at.lat);
            // A suburb is nearer than the middle of its town, and says more.
            let settlement = settled
                .iter()
                .enumerate()
                .map(|(at, settled)| (ruler.distance_m(settled.place.at, prospect.at), at))
                .filter(|(distance_m, _)| *distance_m <= NEAR_M)
                .min_by(|a, b| a.0.total_cmp(&b.0));
            OutletPlace {
                is_inside,
                area: around.last().copied(),
                settlement: settlement.map(|(_, at)| at),
                cell: is_inside.then(|| grid.nearest(prospect.at)).flatten(),
                nearness: Nearness::default(),
            }
        };
        self.prospects.par_iter().map(place).collect()
    }

    fn remarks(&self, areas: &Areas<'_>, people: &People, places: &[OutletPlace]) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let open: Vec<&str> = self
            .extract
            .boundaries
            .iter()
            .filter(|boundary| boundary.area.is_none())
            .map(|boundary| boundary.tags.get("name").unwrap_or("without a name"))
            .collect();
        if !open.is_empty() {
            let message = format!(
                "the boundaries of {} administrative areas do not close in this map, and are not counted: {}",
                open.len(),
                list_some(&open, 8)
            );
            remarks.push(Remark::new(RemarkCode::BoundaryOpen, message));
        }
        let outside: Vec<&str> = self
            .prospects
            .iter()
            .zip(places)
            .filter(|(prospect, place)| !place.is_inside && prospect.status == Status::Open)
            .map(|(prospect, _)| &*prospect.id)
            .collect();
        if !outside.is_empty() {
            let message = format!(
                "{} outlets lie outside the territory and are counted in no area: {}",
                outside.len(),
                list_some(&outside, 8)
            );
            remarks.push(Remark::new(RemarkCode::OutsideTerritory, message));
        }
        for area in &people.less_than_parts {
            let area = areas.all[*area].boundary;
            let message = format!(
                "the map gives {} fewer people than the places in it; these were counted",
                area.tags.get("name").unwrap_or("an area")
            );
            remarks.push(Remark::new(RemarkCode::PopulationContradicts, message));
        }
        if people.total.is_none() {
            let message =
                "the map gives no population here: where outlets are missing cannot be told";
            remarks.push(Remark::new(RemarkCode::PopulationUnknown, message));
        }
        remarks
    }
}

/// Who lives where, and how many in each hexagon.
fn peopled(
    areas: &Areas<'_>,
    settled: &[Settled<'_>],
    placed: &[PlacedPiece<'_>],
    grid: &Grid,
) -> (People, Vec<u64>) {
    let mut in_areas: Vec<PeopledArea> = areas
        .all
        .iter()
        .map(|area| PeopledArea {
            parent: area.parent,
            stated: people::population(&area.boundary.tags),
        })
        .collect();
    for settled in settled {
        if let Some(area) = settled.namesake {
            let stated = &mut in_areas[area].stated;
            *stated = stated.or(people::population(&settled.place.tags));
        }
    }
    let elsewhere = settled.iter().filter(|settled| settled.namesake.is_none());
    let in_places = elsewhere.map(|settled| PeopledPlace {
        kind: settled.kind,
        at: settled.place.at,
        stated: people::population(&settled.place.tags),
        area: settled.around.last().copied(),
    });
    let people = people::people(&in_areas, &in_places.collect::<Vec<_>>());
    let in_cells = people::by_cell(&people, &in_areas, placed, grid.cells.len(), |region| {
        grid.nearest(match region {
            Region::Area(area) => areas.all[*area].inside,
            Region::Around { at, .. } => *at,
        })
    });
    (people, in_cells)
}
