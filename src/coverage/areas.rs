//! Selects the administrative areas of a territory, which are nested in one another.

use geo::{BooleanOps, BoundingRect, InteriorPoint, Intersects, MultiPolygon, Rect};
use rayon::prelude::*;

use super::locate::Locator;
use crate::area::area_m2;
use crate::lonlat::LonLat;
use crate::osm::Boundary;
use crate::road::RoadPiece;
use crate::units::Millimetres;

/// An administrative area that has most of its roads in the territory.
pub(super) struct Area<'e> {
    pub(super) boundary: &'e Boundary,
    pub(super) shape: &'e MultiPolygon,
    pub(super) area_m2: f64,
    /// A point inside the area.
    pub(super) inside: LonLat,
    /// Index of the smallest other area that contains this one; `None` if no area does.
    pub(super) parent: Option<usize>,
    /// True if most of the surface of the area also lies in the territory. A country may consist
    /// mostly of sea.
    pub(super) is_shown: bool,
}

/// The administrative areas of a territory.
pub(super) struct Areas<'e> {
    /// The areas, the largest first. Each area comes after the areas that contain it.
    pub(super) all: Vec<Area<'e>>,
    /// Areas beside the territory, in the order of their level and name. Some of their roads lie in
    /// the territory, or they share a boundary with it.
    pub(super) neighbours: Vec<&'e Boundary>,
    locator: Locator,
    /// For each number in the locator: the index of the area in `all`; `None` if the area is not
    /// there.
    number: Vec<Option<usize>>,
}

impl<'e> Areas<'e> {
    /// Selects the areas in `boundaries` that belong to the territory with the boundary `outline`.
    /// The roads `pieces` decide this.
    pub(super) fn new(
        boundaries: &'e [Boundary],
        outline: &MultiPolygon,
        pieces: &[RoadPiece<'_>],
    ) -> Self {
        let bounds = outline.bounding_rect();
        let is_near = |shape: &MultiPolygon| {
            bounds.zip(shape.bounding_rect()).is_some_and(|(own, other)| own.intersects(&other))
        };
        let candidates: Vec<(&Boundary, &MultiPolygon)> = boundaries
            .iter()
            .filter_map(|boundary| Some((boundary, boundary.area.as_ref()?)))
            .filter(|(_, shape)| is_near(shape))
            .collect();
        // Number 0 of the locator is the territory.
        let shapes = std::iter::once(outline).chain(candidates.iter().map(|(_, shape)| *shape));
        let locator = Locator::new(shapes);
        let around: Vec<Vec<u32>> =
            pieces.par_iter().map(|piece| locator.containing(piece.at)).collect();
        let mut roads = vec![[Millimetres(0); 2]; candidates.len()];
        for (piece, around) in pieces.iter().zip(&around) {
            let is_inside = around.first() == Some(&0);
            for area in around.iter().filter(|area| **area > 0) {
                let [all, inside] = &mut roads[*area as usize - 1];
                all.0 += piece.length.0;
                inside.0 += if is_inside { piece.length.0 } else { 0 };
            }
        }
        let all = candidates.par_iter().zip(&roads).map(|((boundary, shape), roads)| {
            let inside = shape.interior_point()?;
            let inside = LonLat { lon: inside.x(), lat: inside.y() };
            let [all, own] = roads.map(|length| length.0);
            let is_own = if all > 0 {
                own * 2 >= all
            } else {
                locator.containing(inside).first() == Some(&0)
            };
            let area_m2 = area_m2(shape);
            let overlap = || self::area_m2(&shape.intersection(outline));
            let is_shown = is_own && overlap() * 2.0 >= area_m2;
            is_own.then_some(Area { boundary, shape, area_m2, inside, parent: None, is_shown })
        });
        let all: Vec<Option<Area<'e>>> = all.collect();

        let mut order: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_some()).collect();
        let size = |at: &usize| all[*at].as_ref().map_or(0.0, |area| area.area_m2);
        let level = |at: &usize| candidates[*at].0.admin_level;
        order.sort_by(|a, b| {
            size(b).total_cmp(&size(a)).then(level(a).cmp(&level(b))).then(a.cmp(b))
        });
        let mut number = vec![None; candidates.len() + 1];
        for (at, candidate) in order.iter().enumerate() {
            number[candidate + 1] = Some(at);
        }
        let neighbours = neighbours(&candidates, &number, &roads, bounds);
        let mut all = all;
        let all: Vec<Area<'e>> = order.iter().filter_map(|at| all[*at].take()).collect();
        let mut areas = Self { all, neighbours, locator, number };
        let parents: Vec<Option<usize>> = (0..areas.all.len())
            .map(|at| areas.around(areas.all[at].inside).1.into_iter().rfind(|other| *other < at))
            .collect();
        areas.all.iter_mut().zip(parents).for_each(|(area, parent)| area.parent = parent);
        areas
    }

    /// Returns the index of `area` and of all areas that contain it, the smallest first.
    pub(super) fn outwards(&self, area: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(area, |area| self.all[*area].parent)
    }

    /// Returns whether `at` lies in the territory, and the indices of its areas that contain `at`,
    /// the largest first.
    pub(super) fn around(&self, at: LonLat) -> (bool, Vec<usize>) {
        let around = self.locator.containing(at);
        let mut areas: Vec<usize> =
            around.iter().filter_map(|number| self.number[*number as usize]).collect();
        areas.sort_unstable();
        (around.first() == Some(&0), areas)
    }
}

/// Returns the areas of one level beside the territory. They are partly in it, or their boundary
/// has at least two corners in common with that of one of its areas.
fn neighbours<'e>(
    candidates: &[(&'e Boundary, &'e MultiPolygon)],
    number: &[Option<usize>],
    roads: &[[Millimetres; 2]],
    bounds: Option<Rect>,
) -> Vec<&'e Boundary> {
    use geo::CoordsIter;
    let is_own = |at: usize| number[at + 1].is_some();
    let levels: Vec<u8> = (0..candidates.len())
        .filter(|at| is_own(*at))
        .map(|at| candidates[at].0.admin_level)
        .collect();
    let corner = |at: geo::Coord| ((at.x * 1e7).round() as i64, (at.y * 1e7).round() as i64);
    let own: std::collections::HashSet<(i64, i64)> = (0..candidates.len())
        .filter(|at| is_own(*at))
        .flat_map(|at| candidates[at].1.coords_iter().map(corner))
        .collect();
    let mut found: Vec<&Boundary> = (0..candidates.len())
        .filter(|at| {
            !is_own(*at) && bounds.is_some() && levels.contains(&candidates[*at].0.admin_level)
        })
        .filter(|at| {
            let shared = || {
                candidates[*at]
                    .1
                    .coords_iter()
                    .filter(|at| own.contains(&corner(*at)))
                    .take(2)
                    .count()
            };
            roads[*at][1].0 > 0 || shared() == 2
        })
        .map(|at| candidates[at].0)
        .collect();
    found.sort_by_key(|boundary| (boundary.admin_level, boundary.tags.get("name"), boundary.id.0));
    found
}
