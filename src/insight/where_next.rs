//! Finds the areas to visit next: white space in the order of the worth of a half-day there.

use jiff::civil::Date;
use rayon::prelude::*;

use super::half_day::{HalfDay, HalfDays};
use crate::coverage::WhiteSpace;
use crate::lonlat::{LonLat, Ruler, wrap_degrees};
use crate::planning::PlanError;
use crate::progress::{Progress, Silent};
use crate::prospects::ProspectId;
use crate::road::Snap;
use crate::solver::StopCriterion;
use crate::territory::RepId;
use crate::units::Millis;

/// An area of white space with its best half-day.
#[derive(Debug, Clone, PartialEq)]
pub struct Next {
    /// Index of the area in the white space.
    pub white_space: usize,
    /// Best half-day in the area.
    pub half_day: HalfDay,
}

/// Number of reps that are tried for each area. They are those whose homes are nearest by road.
const REPS_ASKED: usize = 2;

/// Maximum number of outlets beside the way to the area that a half-day may also visit.
const BESIDE_MAX: usize = 40;

impl HalfDays<'_> {
    /// Returns the best half-day on `date` or later for each of `areas`; the half-day with the
    /// highest worth comes first.
    ///
    /// The function tries the two reps with the shortest travel time from home to the middle outlet
    /// of an area, among the reps who may visit any of its outlets. It keeps the better half-day,
    /// or that of the nearer rep if both are equal. The remaining time goes to white space of the
    /// other `areas`: the forty outlets with the smallest distance from the straight line between
    /// home and the middle outlet. The result is in the order of worth, then gap score, then name.
    /// The worth is the prizes of the visits inside minus the cost of travel for only these visits.
    /// The result leaves out areas without a due visit that is worth its travel.
    ///
    /// Areas are solved in parallel; the result does not depend on the number of threads. Each area
    /// advances `progress` by one.
    ///
    /// # Errors
    /// [`PlanError`] if the home of a rep is not near any road.
    pub fn where_next(
        &self,
        areas: &[WhiteSpace],
        date: Date,
        stop: &dyn StopCriterion,
        progress: &dyn Progress,
    ) -> Result<Vec<Next>, PlanError> {
        progress.begin("solving half-days", areas.len() as u64);
        let nearest = self.nearest_reps(areas, date);
        let best: Vec<Result<Option<Next>, PlanError>> = (0..areas.len())
            .into_par_iter()
            .map(|area| {
                let best = self.best_of(areas, area, &nearest[area], date, stop);
                progress.advance(1);
                best
            })
            .collect();
        progress.end();
        let found: Vec<Option<Next>> = best.into_iter().collect::<Result<_, _>>()?;
        let mut all: Vec<Next> = found.into_iter().flatten().collect();
        all.sort_by(|a, b| {
            let (of_a, of_b) = (&areas[a.white_space], &areas[b.white_space]);
            let by_worth = b.half_day.worth_inside.total_cmp(&a.half_day.worth_inside);
            by_worth
                .then_with(|| of_b.gap_score.total_cmp(&of_a.gap_score))
                .then_with(|| of_a.name.cmp(&of_b.name))
                .then(a.white_space.cmp(&b.white_space))
        });
        Ok(all)
    }

    fn best_of(
        &self,
        areas: &[WhiteSpace],
        area: usize,
        reps: &[RepId],
        date: Date,
        stop: &dyn StopCriterion,
    ) -> Result<Option<Next>, PlanError> {
        let mut best: Option<HalfDay> = None;
        for rep in reps {
            let beside = self.beside(areas, area, *rep);
            let outlets = (&*areas[area].outlets, &*beside);
            let found = self.best(*rep, date, outlets, stop)?;
            let is_better =
                |new: &HalfDay| best.as_ref().is_none_or(|old| new.worth_inside > old.worth_inside);
            if let Some(found) = found.filter(is_better) {
                best = Some(found);
            }
        }
        Ok(best.map(|half_day| Next { white_space: area, half_day }))
    }

    /// Returns the reps to try for each area; the nearest rep comes first.
    fn nearest_reps(&self, areas: &[WhiteSpace], date: Date) -> Vec<Vec<RepId>> {
        let mut reps: Vec<Vec<(Millis, RepId)>> = vec![Vec::new(); areas.len()];
        let radius_m = self.territory.policy.snap_radius_m;
        for mode in self.networks.by_mode.keys() {
            let network = self.networks.setting_out(self.territory, mode, date);
            let snap = |at: LonLat| network.snap(at, radius_m).ok();
            let own = self.territory.reps.iter_with_id().filter(|(_, rep)| rep.mode == *mode);
            let homes: Vec<(RepId, Snap)> =
                own.filter_map(|(at, rep)| Some((at, snap(rep.home)?))).collect();
            let middles: Vec<(usize, Snap)> = (0..areas.len())
                .filter_map(|area| Some((area, snap(self.middle(&areas[area])?)?)))
                .collect();
            let (from, to): (Vec<Snap>, Vec<Snap>) = (
                homes.iter().map(|(_, snap)| snap.clone()).collect(),
                middles.iter().map(|(_, snap)| snap.clone()).collect(),
            );
            let table = network.table(&from, &to, &Silent);
            for (row, (rep, _)) in homes.iter().enumerate() {
                for (column, (area, _)) in middles.iter().enumerate() {
                    if let Some(cost) = table.get(row, column)
                        && self.may_go(*rep, &areas[*area])
                    {
                        reps[*area].push((cost.time(), *rep));
                    }
                }
            }
        }
        let nearest = reps.into_iter().map(|mut all| {
            all.sort_unstable();
            all.into_iter().take(REPS_ASKED).map(|(_, rep)| rep).collect()
        });
        nearest.collect()
    }

    fn may_go(&self, rep: RepId, area: &WhiteSpace) -> bool {
        let name = &self.territory.reps[rep].name;
        area.outlets.iter().any(|id| self.prospects[*id].may_be_visited_by(name))
    }

    /// Returns the position of the outlet nearest to the mean position of all outlets.
    fn middle(&self, area: &WhiteSpace) -> Option<LonLat> {
        let places = || area.outlets.iter().map(|id| self.prospects[*id].at);
        let first = places().next()?;
        let count = area.outlets.len() as f64;
        // Longitudes are relative to the first outlet, so that the mean is correct across the
        // antimeridian.
        let off = |lon: f64| wrap_degrees(lon - first.lon);
        let mean = LonLat {
            lon: first.lon + places().map(|at| off(at.lon)).sum::<f64>() / count,
            lat: places().map(|at| at.lat).sum::<f64>() / count,
        };
        places().min_by(|a, b| a.distance_m(mean).total_cmp(&b.distance_m(mean)))
    }

    /// Returns the white space of other areas with the smallest distance from the straight line
    /// between home and the middle outlet.
    fn beside(&self, areas: &[WhiteSpace], area: usize, rep: RepId) -> Vec<ProspectId> {
        let Some(middle) = self.middle(&areas[area]) else { return Vec::new() };
        let home = self.territory.reps[rep].home;
        let ruler = Ruler::at(middle.lat);
        let others = areas.iter().enumerate().filter(|(other, _)| *other != area);
        let mut beside: Vec<(f64, ProspectId)> = others
            .flat_map(|(_, other)| &other.outlets)
            .map(|id| {
                let at = self.prospects[*id].at;
                (ruler.distance_m(home, at) + ruler.distance_m(at, middle), *id)
            })
            .collect();
        beside.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        beside.truncate(BESIDE_MAX);
        beside.into_iter().map(|(_, id)| id).collect()
    }
}
