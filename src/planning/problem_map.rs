//! The players of a problem: which shift, place and visit of the solver is which rep, day and prospect.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::approach::TourPlace;
use super::datum_fit;
use super::others::Others;
use super::places::{ModePlaces, home_place, places, snap_remarks};
use super::wanted::Wanted;
use super::{PlanError, Request};
use crate::call_plan::CallPlan;
use crate::itinerary::{Beat, PlannedLunch, Stop};
use crate::networks::Networks;
use crate::policy::days_between;
use crate::progress::Progress;
use crate::prospects::{ProspectId, looks_swapped};
use crate::remark::Remark;
use crate::road::{Apart, RoadNetwork, SnapFailure};
use crate::solver::{
    Explainer, PlaceId, Schedule, Shift, Solution, Tour, TravelSlot, VisitId, VisitProblem,
    objective_points, schedule,
};
use crate::territory::{Lists, Territory};
use crate::units::{Prize, Seconds};

/// The problem of the day, and what its numbers stand for.
pub(crate) struct ProblemMap {
    pub(crate) problem: VisitProblem,
    /// By shift: the rep, and the day as an index into the dates.
    pub(super) shifts: Vec<(usize, usize)>,
    /// By visit: the prospect.
    pub(crate) visits: Vec<ProspectId>,
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
    /// By shift: which of the starts in the midst of the day it begins with, if with one.
    starts: Vec<Option<usize>>,
    /// By mode: where its places are.
    places: BTreeMap<String, ModePlaces>,
}

impl ProblemMap {
    /// Snaps everybody, measures the roads between those who are due, and states the problem.
    pub(crate) fn new(
        territory: &Territory,
        networks: &Networks,
        lists: &Lists,
        call_plan: &CallPlan,
        request: &Request,
        progress: &dyn Progress,
    ) -> Result<Self, PlanError> {
        let prospects = &lists.prospects[..];
        let underway = &request.underway[..];
        let mut places = places(territory, networks, prospects, underway)?;
        let off_the_roads: Vec<Option<SnapFailure>> = (0..prospects.len())
            .map(|at| {
                // Nobody is sent to a place that is not known exactly enough.
                if territory.policy.uncertain_position(&prospects[at]).is_some() {
                    return None;
                }
                let mut modes = places.values().map(|mode| mode.prospects[at].as_ref().err());
                // On no road of any mode: the first mode's reason stands for all.
                let first = modes.next().flatten()?;
                modes.all(|failure| failure.is_some()).then(|| first.clone())
            })
            .collect();
        let is_swapped = |own: &Range<usize>| {
            let looks_swapped =
                |n: &RoadNetwork| looks_swapped(&prospects[own.clone()], n.bounds());
            let is_off = |at: usize| off_the_roads[at].is_some();
            let mut given = own.clone().filter(|at| prospects[*at].position_quality.is_none());
            own.clone().any(is_off)
                && given.all(is_off)
                && networks.by_mode.values().any(|mode| looks_swapped(mode.any()))
        };
        let swapped = lists.files.iter().filter(|(_, own)| is_swapped(own));
        let swapped: Vec<String> = swapped.map(|(file, _)| file.clone()).collect();
        if !swapped.is_empty() {
            return Err(PlanError::SwappedAxes { lists: swapped });
        }

        let mut remarks = datum_fit::remarks(territory, networks, lists);

        let due: Vec<ProspectId> = (0..prospects.len())
            .filter(|at| {
                let is_due = call_plan.entries[*at].decisions.iter().any(|d| d.due().is_some());
                is_due && off_the_roads[*at].is_none()
            })
            .map(|at| ProspectId(at as u32))
            .collect();
        for places in places.values_mut() {
            places.share_approaches(prospects, &due, territory.policy.co_located_m);
        }

        let metrics = |mode: &String| networks.of(mode).metrics();
        let count: usize = places.keys().map(|mode| metrics(mode).len()).sum();
        let first_place = territory.reps.len() + underway.len();
        progress.begin("measuring travel times", (count * (first_place + due.len())) as u64);
        let mut tables = Vec::new();
        // By mode: where its tables begin.
        let mut first_table = BTreeMap::new();
        for (mode, places) in &places {
            first_table.insert(mode, tables.len());
            let of_network = metrics(mode).iter();
            tables.extend(of_network.map(|network| places.travel_times(network, &due, progress)));
        }
        progress.end();

        let mut shifts = Vec::new();
        let mut starts = Vec::new();
        let mut terms = Vec::new();
        for (day, date) in call_plan.dates.iter().enumerate() {
            for (rep_at, rep) in territory.reps_working_on(*date) {
                let home = home_place(rep_at);
                let start = underway.iter().position(|u| day == 0 && u.rep == rep_at);
                let rest = start.map(|at| &underway[at]);
                shifts.push((rep_at, day));
                starts.push(start);
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
                    start_place: start.map_or(home, |at| home_place(territory.reps.len() + at)),
                    end_place: home,
                    window: rest.map_or(rep.shift, |rest| rest.rest_of(rep.shift)),
                    required_break: rest.map_or(rep.lunch, |rest| rest.break_to_come(rep.lunch)),
                    visits_max: rest
                        .map_or(rep.visits_max, |rest| rest.visits_left(rep.visits_max)),
                    travel_max: rep.travel_max,
                });
            }
        }
        let others = Others::new(territory, request);
        let mut wanted = Wanted::new(prospects.len());
        for (at, prospect) in due.iter().enumerate() {
            let place = PlaceId((first_place + at) as u32);
            let row = &prospects[prospect.0 as usize];
            let entry = call_plan.entry(*prospect);
            let theirs = others.whose(row, &entry.decisions);
            let share_of = |visit_number, (rep, day): &(usize, usize)| {
                let is_free = others.allow(theirs.filter(|_| visit_number == 1), *rep, *day);
                let rep = &territory.reps[*rep];
                let may_go = is_free && row.may_be_visited_by(&rep.name);
                may_go.then_some(rep.visit_minutes_share)
            };
            wanted.add(*prospect, place, entry, &shifts, share_of);
        }
        let cost = Prize::from_points(territory.policy.travel_cost_per_hour);
        let problem = VisitProblem::new(tables, terms, wanted.visits, cost)
            .and_then(|problem| problem.with_series(wanted.series))
            .expect("territory and call plan make sound problems")
            .with_balance(Prize::from_points(territory.policy.balance));

        remarks.extend(snap_remarks(prospects, &places, &off_the_roads));
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
            starts,
            places,
        })
    }

    /// The visits wanted of a prospect, in their order.
    pub(super) fn visits_to(&self, prospect: ProspectId) -> impl Iterator<Item = VisitId> {
        let first = self.visit_of[prospect.0 as usize];
        let all = first.map_or(0..0, |first| first.0..self.visits.len() as u32);
        all.map(VisitId).take_while(move |visit| self.visits[visit.0 as usize] == prospect)
    }

    /// What separates a visit's place from the home of the first rep who could make it.
    pub(super) fn apart(&self, networks: &Networks, visit: VisitId) -> Option<Apart> {
        let offer = self.problem.visit(visit).offers.first()?;
        let (rep, _) = self.shifts[offer.shift.0 as usize];
        let places = &self.places[&self.modes[rep]];
        let place = places.tour_place(self.visits[visit.0 as usize])?.road;
        networks.of(&self.modes[rep]).any().apart(places.homes[rep].as_ref()?, place)
    }

    /// The solver's tours as beats: with clock times, and with the roads between the stops.
    pub(crate) fn beats(
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
                let places = &self.places[&self.modes[rep]];
                let home = places.homes[rep].as_ref();
                let home = home.expect("a rep's home is on the rep's network");
                let start = self.starts[tour.shift.0 as usize].map(|at| places.starts[at].as_ref());
                let start = start.map_or(home, |at| at.expect("so is where the rep sets out"));
                let at = |visit: &VisitId| {
                    let place = places.tour_place(self.visits[visit.0 as usize]);
                    place.expect("only what is on the network is visited")
                };
                let by_itself = |road| TourPlace { road, door: None };
                let by: Vec<TourPlace> = std::iter::once(by_itself(start))
                    .chain(tour.visits.iter().map(at))
                    .chain([by_itself(home)])
                    .collect();
                let legs = by
                    .windows(2)
                    .zip(&times.legs)
                    .map(|(pair, leg)| {
                        let network = roads.at(date, leg.depart);
                        let leg = pair[0].leg(pair[1], network, leg.travel());
                        leg.expect("a tour's legs have a way")
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
                                .map(|removal| objective_points(-removal.change)),
                        }
                    })
                    .collect();
                let lunch = times.break_times.map(|times| PlannedLunch {
                    start: times.begin,
                    end: times.end,
                    after_stops: times.after,
                    side: times.side,
                });
                Beat { rep, date, leave: times.leave, back: times.back, stops, legs, lunch }
            })
            .collect()
    }

    /// How far each prospect is from its road, on the first mode that reaches it.
    pub(super) fn snap_distance_m(&self) -> Vec<Option<f64>> {
        let distance = |at: usize| {
            let mut snaps =
                self.places.values().filter_map(|mode| mode.prospects[at].as_ref().ok());
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
