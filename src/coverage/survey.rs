//! Computes the coverage of a territory from the map, the roads and the outlets.

use geo::MultiPolygon;
use h3o::CellIndex;
use rayon::prelude::*;

use super::areas::{Area, Areas};
use super::boundary::Outline;
use super::cells::{self, CellResolution};
use super::figures::Figures;
use super::nearness::{HomeRoads, Nearness, nearness};
use super::people::{self, People, PeopledArea, PeopledPlace, PlacedPiece, Region};
use super::settlements::{self, Settled};
use super::{AreaCoverage, CellCoverage, CoverageMap, OutletPlace};
use crate::area::area_m2;
use crate::call_plan::CallPlan;
use crate::ids::Id;
use crate::lonlat::{LonLat, Ruler};
use crate::osm::Extract;
use crate::policy::Policy;
use crate::prospects::{Prospect, ProspectId, Status};
use crate::remark::{Remark, RemarkCode, list_some};
use crate::road::RoadPiece;
use crate::units::{Millimetres, counted};

/// Maximum length of a piece of road. It is short enough for most pieces to lie in one area and one
/// hexagon.
const PIECE_MAX: Millimetres = Millimetres(100_000);

/// Maximum distance in metres between an outlet and the settlement to which it belongs.
const NEAR_M: f64 = 5_000.0;

/// The data from which a coverage map is computed.
pub struct Survey<'a> {
    /// The map, which has areas and settlements.
    pub extract: &'a Extract,
    /// Boundary of the territory.
    pub outline: Outline,
    /// Roads of each travel mode. The lengths of the roads are those of the first mode.
    pub roads: &'a [HomeRoads<'a>],
    /// All outlets of the territory.
    pub prospects: &'a [Prospect],
    /// Call plan, whose first day decides which outlets are due.
    pub call_plan: &'a CallPlan,
    /// Policy of the territory.
    pub policy: &'a Policy,
    /// Resolution of the hexagons in the H3 grid; a higher resolution gives smaller hexagons.
    /// `None`: the size of the territory decides.
    pub resolution: Option<CellResolution>,
}

/// The hexagons, prepared for finding the hexagon of a place.
struct Grid {
    resolution: h3o::Resolution,
    cells: Vec<(CellIndex, MultiPolygon)>,
}

impl Grid {
    fn find(&self, at: LonLat) -> Option<usize> {
        let cell = cells::cell_of(at, self.resolution)?;
        self.cells.binary_search_by_key(&cell, |(cell, _)| *cell).ok()
    }

    /// Returns the index of the hexagon that contains `at`, or of the nearest one.
    fn nearest(&self, at: LonLat) -> Option<usize> {
        let distance = |cell: &usize| cells::centre(self.cells[*cell].0).distance_m(at);
        let all = || (0..self.cells.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        self.find(at).or_else(all)
    }
}

/// Figures of the whole territory, of each area and of each hexagon.
struct Counted {
    whole: Figures,
    areas: Vec<Figures>,
    cells: Vec<Figures>,
}

impl Survey<'_> {
    /// Computes the coverage map.
    ///
    /// O(r · log e + n) for r pieces of road, e edges of areas and n outlets, and one search on the
    /// roads for each home.
    pub fn map(self) -> CoverageMap {
        let pieces: Vec<RoadPiece<'_>> =
            self.roads.first().map_or(Vec::new(), |mode| mode.network.pieces(PIECE_MAX).collect());
        let areas = Areas::new(&self.extract.boundaries, &self.outline.shape, &pieces);
        let whole_m2 = area_m2(&self.outline.shape);
        let resolution =
            self.resolution.map_or_else(|| cells::resolution_for(whole_m2), |own| own.0);
        let grid = Grid { resolution, cells: cells::cells(&self.outline.shape, resolution) };
        let settled = settlements::settled(&self.extract.places, &areas);
        let placed = placed(&pieces, &areas, &grid);
        let (people, people_of_cells) = peopled(&areas, &settled, &placed, &grid);
        let mut places = self.outlet_places(&areas, &settled, &grid);
        let mut counted = Counted::of_people(whole_m2, &areas, &grid, &people, people_of_cells);
        self.count(&mut counted, &areas, &placed, &places);
        let Counted { whole, cells: of_cells, areas: of_areas } = counted;
        let add = |figures: &mut Figures, id| self.add(figures, id);
        let mut of_settlements =
            settlements::figures(&settled, self.prospects, &places, &of_areas, add);
        for figures in &mut of_settlements {
            figures.expect(whole.outlets_per_head());
        }
        let middles = middles(&areas, &settled);
        let mut near = self.nearness(&middles, &grid, &settled).into_iter();
        let areas_covered = area_coverage(&areas, &middles, of_areas, &mut near);
        let cells = grid.cells.into_iter().zip(of_cells).zip(near.by_ref());
        let cells = cells.map(|(((cell, shape), figures), nearness)| CellCoverage {
            id: cell.to_string(),
            shape,
            figures,
            nearness,
        });
        let cells = cells.collect();
        let settlements =
            settlements::settlements(self.prospects, &settled, &placed, of_settlements, &mut near);
        places.iter_mut().zip(near).for_each(|(place, near)| place.nearness = near);
        let remarks = self.remarks(&areas, &people, &places);
        let neighbours =
            areas.neighbours.iter().map(|boundary| (boundary.admin_level, boundary.name_or_id()));
        CoverageMap {
            date: self.call_plan.dates[0],
            neighbours: neighbours.collect(),
            outline: self.outline,
            whole,
            areas: areas_covered,
            resolution: resolution.into(),
            cells,
            settlements,
            places,
            remarks,
        }
    }

    /// Adds an outlet to `figures`.
    fn add(&self, figures: &mut Figures, id: ProspectId) {
        let (prospect, entry) = (&self.prospects[id.index()], self.call_plan.entry(id));
        figures.add(prospect, entry, self.policy, self.call_plan.dates[0]);
    }

    /// Returns the travel times to the middles of the areas, then to the hexagons, the settlements
    /// and the outlets.
    fn nearness(&self, middles: &[LonLat], grid: &Grid, settled: &[Settled<'_>]) -> Vec<Nearness> {
        let outlet_radius_m = self.policy.snap_radius_m;
        let edge_m = grid.resolution.edge_length_m().max(outlet_radius_m);
        let asked: Vec<(LonLat, f64)> = middles
            .iter()
            .map(|at| (*at, f64::INFINITY))
            .chain(grid.cells.iter().map(|(cell, _)| (cells::centre(*cell), edge_m)))
            .chain(settled.iter().map(|settled| (settled.place.at, settled.kind.radius_m)))
            .chain(self.prospects.iter().map(|prospect| (prospect.at, outlet_radius_m)))
            .collect();
        let served = self.prospects.iter().filter(|prospect| prospect.is_served());
        let served: Vec<LonLat> = served.map(|prospect| prospect.at).collect();
        nearness(self.roads, &asked, &served, outlet_radius_m)
    }

    /// Counts each road and outlet for the whole territory, for the areas that contain it and for
    /// its hexagon. Then sets the expected numbers of outlets.
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
        let outlets = (0..).map(ProspectId).zip(places);
        for (id, place) in outlets.filter(|(_, place)| place.is_inside) {
            self.add(whole, id);
            place.cell.iter().for_each(|cell| self.add(&mut of_cells[*cell], id));
            areas.outwards(place.area).for_each(|area| self.add(&mut of_areas[area], id));
        }
        // An area is expected to have the same number of outlets for each person as the whole
        // territory.
        let per_head = whole.outlets_per_head();
        for figures in of_areas.iter_mut().chain(of_cells).chain([whole]) {
            figures.expect(per_head);
        }
    }

    /// Returns the areas in which each outlet lies, without travel times.
    fn outlet_places(
        &self,
        areas: &Areas<'_>,
        settled: &[Settled<'_>],
        grid: &Grid,
    ) -> Vec<OutletPlace> {
        let place = |prospect: &Prospect| {
            let (is_inside, around) = areas.around(prospect.at);
            let ruler = Ruler::at(prospect.at.lat);
            // The outlet belongs to the nearest settlement; a suburb is more precise than its town.
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
                "{} outside the territory and counted in no area: {}",
                counted(outside.len(), "outlet is", "outlets are"),
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
                "the map gives no population here, so missing outlets cannot be estimated";
            remarks.push(Remark::new(RemarkCode::PopulationUnknown, message));
        }
        remarks
    }
}

impl Counted {
    /// Returns figures with sizes and numbers of people, before outlets and roads are counted.
    fn of_people(
        whole_m2: f64,
        areas: &Areas<'_>,
        grid: &Grid,
        people: &People,
        people_of_cells: Vec<u64>,
    ) -> Self {
        let of_area =
            |(area, people): (&Area<'_>, &Option<u64>)| Figures::of(area.area_m2, *people);
        let of_cell = |((_, shape), people_here): (&(CellIndex, MultiPolygon), u64)| {
            Figures::of(area_m2(shape), people.total.map(|_| people_here))
        };
        Self {
            whole: Figures::of(whole_m2, people.total),
            areas: areas.all.iter().zip(&people.by_area).map(of_area).collect(),
            cells: grid.cells.iter().zip(people_of_cells).map(of_cell).collect(),
        }
    }
}

/// Returns the pieces of road inside the territory, each with its smallest area and its hexagon.
fn placed<'p>(pieces: &[RoadPiece<'p>], areas: &Areas<'_>, grid: &Grid) -> Vec<PlacedPiece<'p>> {
    let placed = |piece: &RoadPiece<'p>| {
        let (is_inside, around) = areas.around(piece.at);
        let cell = is_inside.then(|| grid.nearest(piece.at))??;
        Some(PlacedPiece { piece: *piece, area: around.last().copied(), cell })
    };
    pieces.par_iter().filter_map(placed).collect()
}

/// Returns the place of each area to which travel times are measured.
fn middles(areas: &Areas<'_>, settled: &[Settled<'_>]) -> Vec<LonLat> {
    let mut middles: Vec<LonLat> = areas.all.iter().map(|area| area.inside).collect();
    // If several settlements have the name of an area, the one with the most people is used,
    // because it comes last.
    for settled in settled.iter().rev() {
        settled.namesake.into_iter().for_each(|area| middles[area] = settled.place.at);
    }
    middles
}

fn area_coverage(
    areas: &Areas<'_>,
    middles: &[LonLat],
    figures: Vec<Figures>,
    near: &mut impl Iterator<Item = Nearness>,
) -> Vec<AreaCoverage> {
    let all = areas.all.iter().zip(figures).zip(middles).zip(near);
    let mut shown: Vec<AreaCoverage> = all
        .map(|(((area, figures), middle), nearness)| AreaCoverage {
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
            nearness,
        })
        .collect();
    for at in 0..shown.len() {
        shown[at].parent.into_iter().for_each(|parent| shown[parent].is_smallest = false);
    }
    shown
}

/// Returns the people of areas and settlements, and the number of people in each hexagon.
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
