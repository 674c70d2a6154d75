//! The players of a problem: which shift, place and visit of the solver is which rep, day and prospect.

use std::collections::BTreeMap;
use std::ops::Range;

use geo::Intersects;
use jiff::civil::Date;

use super::wanted::Wanted;
use super::{Networks, PlanError};
use crate::call_plan::CallPlan;
use crate::itinerary::{Beat, Break, Leg, Stop};
use crate::policy::days_between;
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId, looks_swapped};
use crate::remark::Remark;
use crate::road::{Apart, Matrix, RoadNetwork, Snap, SnapFailure};
use crate::solver::{
    Explainer, PlaceId, Schedule, Shift, Solution, Tour, TravelSlot, TravelTimes, VisitId,
    VisitProblem, schedule,
};
use crate::territory::{Lists, Territory};
use crate::units::{Prize, Seconds};

/// The problem of the day, and what its numbers stand for.
pub(super) struct Cast {
    pub(super) problem: VisitProblem,
    /// By shift: the rep, and the day as an index into the dates.
    pub(super) shifts: Vec<(usize, usize)>,
    /// By visit: the prospect.
    pub(super) visits: Vec<ProspectId>,
    /// By visit: which of the visits wanted of its prospect it is, from 1.
    visit_numbers: Vec<u32>,
    /// By prospect: the first visit, if there is one to be had.
    pub(super) visit_of: Vec<Option<VisitId>>,
    /// By prospect: why it is on no road of any mode, if it is on none.
    pub(super) off_the_roads: Vec<Option<SnapFailure>>,
    pub(super) remarks: Vec<Remark>,
    pub(super) dates: Vec<Date>,
    /// By rep: the mode.
    modes: Vec<String>,
    /// By mode: where its places are.
    snaps: BTreeMap<String, ModeSnaps>,
}

/// The places of one mode: the homes of all reps, then all prospects.
struct ModeSnaps {
    homes: Vec<Option<Snap>>,
    prospects: Vec<Result<Snap, SnapFailure>>,
}

impl Cast {
    /// Snaps everybody, measures the roads between those who are due, and states the problem.
    pub(super) fn new(
        territory: &Territory,
        networks: &Networks,
        lists: &Lists,
        call_plan: &CallPlan,
        progress: &dyn Progress,
    ) -> Result<Self, PlanError> {
        let prospects = &lists.prospects[..];
        let snaps = snap_all(territory, networks, prospects)?;
        let off_the_roads: Vec<Option<SnapFailure>> = (0..prospects.len())
            .map(|at| {
                let mut modes = snaps.values().map(|mode| mode.prospects[at].as_ref().err());
                // On no road of any mode: the first mode's reason stands for all.
                let first = modes.next().flatten()?;
                modes.all(|failure| failure.is_some()).then(|| first.clone())
            })
            .collect();
        let is_swapped = |own: &Range<usize>| {
            let looks_swapped =
                |n: &RoadNetwork| looks_swapped(&prospects[own.clone()], n.bounds());
            off_the_roads[own.clone()].iter().all(Option::is_some)
                && networks.by_mode.values().any(|mode| looks_swapped(mode.any()))
        };
        let swapped = lists.files.iter().filter(|(_, own)| is_swapped(own));
        let swapped: Vec<String> = swapped.map(|(file, _)| file.clone()).collect();
        if !swapped.is_empty() {
            return Err(PlanError::SwappedAxes { lists: swapped });
        }

        let due: Vec<ProspectId> = (0..prospects.len())
            .filter(|at| {
                let is_due = call_plan.entries[*at].decisions.iter().any(|d| d.due().is_some());
                is_due && off_the_roads[*at].is_none()
            })
            .map(|at| ProspectId(at as u32))
            .collect();
        let metrics = |mode: &String| networks.of(mode).metrics();
        let count: usize = snaps.keys().map(|mode| metrics(mode).len()).sum();
        progress
            .begin("measuring travel times", (count * (territory.reps.len() + due.len())) as u64);
        let mut tables = Vec::new();
        // By mode: where its tables begin.
        let mut first_table = BTreeMap::new();
        for (mode, snaps) in &snaps {
            first_table.insert(mode, tables.len());
            let of_network = |network| travel_times(network, snaps, &due, progress);
            tables.extend(metrics(mode).iter().map(of_network));
        }
        progress.end();

        let mut shifts = Vec::new();
        let mut terms = Vec::new();
        for (day, date) in call_plan.dates.iter().enumerate() {
            for (rep_at, rep) in territory.reps_working_on(*date) {
                let home = PlaceId(rep_at as u32);
                shifts.push((rep_at, day));
                terms.push(Shift {
                    day: days_between(call_plan.dates[0], *date),
                    travel: networks
                        .of(&rep.mode)
                        .slots(*date)
                        .iter()
                        .map(|slot| TravelSlot {
                            from: slot.from,
                            table: first_table[&rep.mode] + slot.metric,
                        })
                        .collect(),
                    start_place: home,
                    end_place: home,
                    window: rep.shift,
                    pause: rep.lunch,
                    visits_max: rep.visits_max,
                    travel_max: rep.travel_max,
                });
            }
        }
        let mut wanted = Wanted::new(prospects.len());
        for (at, prospect) in due.iter().enumerate() {
            let place = PlaceId((territory.reps.len() + at) as u32);
            let belongs_to = &prospects[prospect.0 as usize].reps;
            let share_of = |rep: usize| {
                let rep = &territory.reps[rep];
                let may_go = belongs_to.is_empty() || belongs_to.contains(&rep.name);
                may_go.then_some(rep.visit_minutes_share)
            };
            wanted.add(*prospect, place, call_plan.entry(*prospect), &shifts, share_of);
        }
        let cost = Prize::from_points(territory.policy.travel_cost_per_hour);
        let problem = VisitProblem::new(tables, terms, wanted.visits, cost)
            .and_then(|problem| problem.with_series(wanted.series))
            .expect("territory and call plan make sound problems")
            .with_balance(Prize::from_points(territory.policy.balance));

        let remarks = snap_remarks(prospects, &snaps, &off_the_roads);
        Ok(Self {
            problem,
            shifts,
            visits: wanted.prospects,
            visit_numbers: wanted.numbers,
            visit_of: wanted.visit_of,
            off_the_roads,
            remarks,
            dates: call_plan.dates.clone(),
            modes: territory.reps.iter().map(|rep| rep.mode.clone()).collect(),
            snaps,
        })
    }

    /// What separates a visit's place from the home of the first rep who could make it.
    pub(super) fn apart(&self, networks: &Networks, visit: VisitId) -> Option<Apart> {
        let offer = self.problem.visit(visit).offers.first()?;
        let (rep, _) = self.shifts[offer.shift.0 as usize];
        let snaps = &self.snaps[&self.modes[rep]];
        let place = snaps.prospects[self.visits[visit.0 as usize].0 as usize].as_ref().ok()?;
        networks.of(&self.modes[rep]).any().apart(snaps.homes[rep].as_ref()?, place)
    }

    /// The solver's tours as beats: with clock times, and with the roads between the stops.
    pub(super) fn beats(
        &self,
        solution: &Solution,
        call_plan: &CallPlan,
        networks: &Networks,
        explainer: &Explainer,
    ) -> Vec<Beat> {
        let driven = solution.tours.0.iter().filter(|tour| !tour.visits.is_empty());
        driven
            .map(|tour| {
                let (rep, day) = self.shifts[tour.shift.0 as usize];
                let times = schedule(&self.problem, tour.shift, tour)
                    .expect("a plan that passed its check has a schedule");
                let date = self.dates[day];
                let roads = networks.of(&self.modes[rep]);
                let snaps = &self.snaps[&self.modes[rep]];
                let home = snaps.homes[rep].as_ref().expect("a rep's home is on the rep's network");
                let at = |visit: &VisitId| {
                    snaps.prospects[self.visits[visit.0 as usize].0 as usize]
                        .as_ref()
                        .expect("only what is on the network is visited")
                };
                let places: Vec<&Snap> =
                    std::iter::once(home).chain(tour.visits.iter().map(at)).chain([home]).collect();
                let legs = places
                    .windows(2)
                    .zip(&times.legs)
                    .map(|(pair, leg)| {
                        let path = roads.at(date, leg.depart).path(pair[0], pair[1]);
                        Leg::new(path.expect("a tour's legs have a way"), leg.travel())
                    })
                    .collect();
                let stops = times
                    .stops
                    .iter()
                    .enumerate()
                    .map(|(at, stop)| {
                        let prospect = self.visits[stop.visit.0 as usize];
                        let visit_number = self.visit_numbers[stop.visit.0 as usize];
                        let due = call_plan.entry(prospect).due(visit_number, day);
                        Stop {
                            prospect,
                            visit_number,
                            arrival: stop.arrival,
                            start: stop.begin,
                            end: stop.end,
                            due: due.expect("only who is due is visited").clone(),
                            detour: self.detour(tour, &times, at),
                            net_worth: explainer
                                .removal(stop.visit)
                                .map(|removal| -removal.change as f64 / 3_600_000.0),
                        }
                    })
                    .collect();
                let lunch = times.pause.map(|pause| Break {
                    start: pause.begin,
                    end: pause.end,
                    after_stops: pause.after,
                    side: pause.side,
                });
                Beat { rep, date, leave: times.leave, back: times.back, stops, legs, lunch }
            })
            .collect()
    }

    /// How far each prospect is from its road, on the first mode that reaches it.
    pub(super) fn snap_distance_m(&self) -> Vec<Option<f64>> {
        let distance = |at: usize| {
            let mut snaps = self.snaps.values().filter_map(|mode| mode.prospects[at].as_ref().ok());
            snaps.next().map(|snap| snap.distance_m)
        };
        (0..self.visit_of.len()).map(distance).collect()
    }

    /// Travel that a tour would save without its visit number `at`, by driving straight on to the next.
    fn detour(&self, tour: &Tour, times: &Schedule, at: usize) -> Seconds {
        let terms = self.problem.shift(tour.shift);
        let place = |visit: &VisitId| self.problem.visit(*visit).place;
        let before = at.checked_sub(1).map_or(terms.start_place, |at| place(&tour.visits[at]));
        let after = tour.visits.get(at + 1).map_or(terms.end_place, place);
        let depart = times.legs[at].depart;
        let straight = self.problem.travel(tour.shift).arrival(before, after, depart);
        let with = times.legs[at].travel() + times.legs[at + 1].travel();
        straight.map_or(Seconds::ZERO, |arrival| with.saturating_sub(arrival - depart))
    }
}

fn snap_all(
    territory: &Territory,
    networks: &Networks,
    prospects: &[Prospect],
) -> Result<BTreeMap<String, ModeSnaps>, PlanError> {
    let radius_m = territory.policy.snap_radius_m;
    let mut snaps = BTreeMap::new();
    for (mode, roads) in &networks.by_mode {
        let network = roads.any();
        let mut homes = Vec::new();
        for rep in &territory.reps {
            homes.push(match network.snap(rep.home, radius_m) {
                Ok(snap) => Some(snap),
                Err(_) if rep.mode != *mode => None,
                Err(failure) => {
                    let exchanged = geo::coord! { x: rep.home.lat, y: rep.home.lon };
                    return Err(PlanError::Home {
                        territory: territory.name.clone(),
                        rep: rep.name.clone(),
                        mode: mode.clone(),
                        lon: rep.home.lon,
                        lat: rep.home.lat,
                        failure: Box::new(failure),
                        exchanged: network.bounds().intersects(&exchanged),
                    });
                }
            });
        }
        let prospects = prospects.iter().map(|p| network.snap(p.at, radius_m)).collect();
        snaps.insert(mode.clone(), ModeSnaps { homes, prospects });
    }
    Ok(snaps)
}

/// A network's table over all homes, then all prospects that are due.
fn travel_times(
    network: &RoadNetwork,
    snaps: &ModeSnaps,
    due: &[ProspectId],
    progress: &dyn Progress,
) -> TravelTimes {
    let places = snaps
        .homes
        .iter()
        .map(Option::as_ref)
        .chain(due.iter().map(|prospect| snaps.prospects[prospect.0 as usize].as_ref().ok()));
    // Places that are not on this mode's roads have no row in the matrix.
    let mut on_roads: Vec<Snap> = Vec::new();
    let rows: Vec<Option<usize>> = places
        .map(|place| {
            on_roads.push(place?.clone());
            Some(on_roads.len() - 1)
        })
        .collect();
    let matrix: Matrix = network.matrix(&on_roads, progress);
    TravelTimes::new(rows.len(), |from, to| {
        let (from, to) = (rows[from.0 as usize]?, rows[to.0 as usize]?);
        Some(matrix.get(from, to)?.time().to_seconds_ceil())
    })
}

/// Who is on no road, and who was put on a road although a nearer one is cut off.
fn snap_remarks(
    prospects: &[Prospect],
    snaps: &BTreeMap<String, ModeSnaps>,
    off_the_roads: &[Option<SnapFailure>],
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (prospect, failure) in prospects.iter().zip(off_the_roads) {
        if let Some(failure) = failure {
            let message = format!("{} ({}) is left out: {failure}", prospect.id, prospect.name);
            remarks.push(Remark::new("off_the_roads", message));
        }
    }
    for (mode, snaps) in snaps {
        for (prospect, snap) in prospects.iter().zip(&snaps.prospects) {
            if let Ok(snap) = snap
                && let Some(nearer) = &snap.passed_over
            {
                let message = format!(
                    "{} ({}) is reached by {mode} from a road at {:.0} m, because its nearest, {} at {:.0} m, is cut off \
                     from the network",
                    prospect.id, prospect.name, snap.distance_m, nearer.road, nearer.distance_m
                );
                remarks.push(Remark::new("nearest_road_cut_off", message));
            }
        }
    }
    remarks
}
