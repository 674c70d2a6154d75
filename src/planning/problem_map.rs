//! States the problem for the solver, and maps its ids to reps, days and prospects.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Underway;
use super::approach::TourPlace;
use super::others::Others;
use super::paces::{Pace, PaceSlot, pace_slots, paces_of_modes};
use super::places::{Places, home_place, off_the_roads, snap_remarks};
use super::request::DayId;
use super::wanted::Wanted;
use crate::call_plan::CallPlan;
use crate::ids::{ById, Id};
use crate::itinerary::{Beat, PlannedLunch, Stop};
use crate::learned::DensityShares;
use crate::networks::Networks;
use crate::policy::days_between;
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::Remark;
use crate::road::{Apart, SnapFailure};
use crate::solver::{
    Explainer, PlaceId, Schedule, Shift, ShiftId, Solution, Tour, TravelSlot, TravelTimes, VisitId,
    VisitProblem, objective_points, schedule,
};
use crate::territory::{RepId, Territory};
use crate::units::{Prize, Seconds};

/// The data from which a problem is made.
#[derive(Clone, Copy)]
pub(crate) struct ProblemInput<'a> {
    pub(crate) territory: &'a Territory,
    pub(crate) networks: &'a Networks,
    pub(crate) prospects: &'a ById<ProspectId, Prospect>,
    pub(crate) call_plan: &'a CallPlan,
    /// Reps who are underway on the first day.
    pub(crate) underway: &'a [Underway],
    /// Reps whose first day stays as in the earlier plan; `None` if there are none.
    pub(crate) others: Option<Others<'a>>,
    /// The only prospects whose approach other prospects may share; `None` if there is no such
    /// limit.
    pub(crate) leading: Option<&'a BTreeSet<ProspectId>>,
}

/// The problem for the solver, and the meaning of its ids.
pub(crate) struct ProblemMap {
    pub(crate) problem: VisitProblem,
    /// Rep and day of each shift.
    pub(crate) shifts: ById<ShiftId, (RepId, DayId)>,
    /// Prospect of each visit.
    pub(crate) visits: ById<VisitId, ProspectId>,
    /// Number of each visit among the visits to the same prospect, counted from 1.
    visit_numbers: ById<VisitId, u32>,
    /// First visit to each prospect; `None` if no visit to the prospect is possible.
    pub(crate) visit_of: ById<ProspectId, Option<VisitId>>,
    /// Reason why a prospect is on no road of any mode; `None` if it is on a road.
    pub(super) off_the_roads: ById<ProspectId, Option<SnapFailure>>,
    pub(super) remarks: Vec<Remark>,
    pub(super) dates: ById<DayId, Date>,
    /// Travel mode of each rep.
    modes: ById<RepId, String>,
    /// For each shift that begins in the middle of the day: index of its start in
    /// [`ModePlaces::starts`].
    starts: ById<ShiftId, Option<usize>>,
    /// Paces of each shift.
    paces: ById<ShiftId, Vec<PaceSlot>>,
    places: Places,
}

impl ProblemMap {
    /// Computes the travel times between all due prospects at `places` and states the problem.
    pub(crate) fn new(
        input: ProblemInput<'_>,
        mut places: Places,
        progress: &dyn Progress,
    ) -> Self {
        let ProblemInput { territory, networks, prospects, call_plan, underway, others, leading } =
            input;
        let off_the_roads = off_the_roads(territory, prospects, &places);
        let is_due =
            |id: &ProspectId| call_plan.entry(*id).decisions.iter().any(|d| d.due().is_some());
        let is_on_road = |id: &ProspectId| off_the_roads[*id].is_none();
        let due: Vec<ProspectId> = prospects.ids().filter(is_due).filter(is_on_road).collect();
        let may_lead = |id: ProspectId| leading.is_none_or(|leading| leading.contains(&id));
        for (mode, places) in &mut places {
            let network = networks.of(mode).any();
            places.find_approaches(prospects, &due, may_lead, network, &territory.policy);
        }
        let first_place = territory.reps.len() + underway.len();
        let paces = paces_of_modes(territory, networks, &call_plan.dates);
        let (tables, table_of) =
            travel_tables(networks, &places, &paces, (&due, first_place + due.len()), progress);
        let Shifts { shifts, starts, terms, paces } = shifts(input, &table_of);

        let mut wanted = Wanted::new(prospects.len());
        for (at, &id) in due.iter().enumerate() {
            let place = PlaceId::from_index(first_place + at);
            let prospect = &prospects[id];
            let entry = call_plan.entry(id);
            let theirs = others.and_then(|others| others.whose(prospect, &entry.decisions));
            let pace = |visit_number, rep: RepId, day: DayId| {
                let theirs = theirs.filter(|_| visit_number == 1);
                let is_free = others.is_none_or(|others| others.allow(theirs, rep, day));
                let rep = &territory.reps[rep];
                let may_go = is_free && prospect.may_be_visited_by(&rep.name);
                may_go.then_some(rep.visit_minutes_share)
            };
            wanted.add(id, place, entry, &shifts, pace);
        }
        let cost = Prize::from_points(territory.policy.travel_cost_per_hour);
        let problem = VisitProblem::new(tables, terms, wanted.visits, cost)
            .and_then(|problem| problem.with_series(wanted.series))
            .expect("territory and call plan make sound problems")
            .with_balance(Prize::from_points(territory.policy.balance));
        Self {
            problem,
            shifts,
            visits: wanted.prospects,
            visit_numbers: wanted.numbers,
            visit_of: wanted.visit_of,
            remarks: snap_remarks(prospects, &places, &off_the_roads),
            off_the_roads,
            dates: call_plan.dates.clone().into(),
            modes: territory.reps.iter().map(|rep| rep.mode.clone()).collect(),
            starts,
            paces,
            places,
        }
    }

    /// Returns the visits that are wanted to a prospect, in their order.
    pub(super) fn visits_to(&self, prospect: ProspectId) -> impl Iterator<Item = VisitId> {
        let first = self.visit_of[prospect].map_or(self.visits.len(), Id::index);
        let own = self.visits.iter_with_id().skip(first);
        own.take_while(move |(_, of)| **of == prospect).map(|(visit, _)| visit)
    }

    /// Returns the obstacle between the place of a visit and the home of the first rep who could
    /// make the visit.
    pub(super) fn apart(&self, networks: &Networks, visit: VisitId) -> Option<Apart> {
        let offer = self.problem.visit(visit).offers.first()?;
        let (rep, _) = self.shifts[offer.shift];
        let places = &self.places[&self.modes[rep]];
        let place = places.tour_place(self.visits[visit])?.road;
        networks.of(&self.modes[rep]).any().apart(places.homes[rep].as_ref()?, place)
    }

    /// Returns the tours of the solver as beats, with times of day and with the roads between the
    /// stops. Leaves out tours without visits.
    pub(crate) fn beats(
        &self,
        solution: &Solution,
        call_plan: &CallPlan,
        networks: &Networks,
        explainer: &Explainer,
    ) -> Vec<Beat> {
        let driven = solution.tours.0.iter().filter(|tour| !tour.visits.is_empty());
        driven.map(|tour| self.beat(tour, call_plan, networks, explainer)).collect()
    }

    fn beat(
        &self,
        tour: &Tour,
        call_plan: &CallPlan,
        networks: &Networks,
        explainer: &Explainer,
    ) -> Beat {
        let (rep, day) = self.shifts[tour.shift];
        let date = self.dates[day];
        let times = schedule(&self.problem, tour.shift, tour)
            .expect("a plan that passed its check has a schedule");
        let roads = networks.of(&self.modes[rep]);
        let route = self.route(tour);
        let legs = route.windows(2).zip(&times.legs).map(|(pair, leg)| {
            let network = roads.at(date, leg.depart);
            let slot = self.paces[tour.shift].iter().rfind(|slot| slot.from <= leg.depart);
            let shares = slot.expect("the first pace begins at midnight").pace.shares;
            let leg = pair[0].leg(pair[1], (network, shares), leg.travel());
            leg.expect("a tour's legs have a way")
        });
        let stops = times.stops.iter().enumerate().map(|(at, stop)| {
            let prospect = self.visits[stop.visit];
            let visit_number = self.visit_numbers[stop.visit];
            let due = call_plan.entry(prospect).due(visit_number, day.index());
            let removal = explainer.removal(stop.visit);
            Stop {
                prospect,
                visit_number,
                arrival: stop.arrival,
                start: stop.begin,
                end: stop.end,
                due: due.expect("only who is due is visited").clone(),
                detour: self.detour(tour, &times, at),
                net_worth: removal.map(|removal| objective_points(-removal.change)),
            }
        });
        let lunch = times.break_times.map(|times| PlannedLunch {
            start: times.begin,
            end: times.end,
            after_stops: times.after,
            side: times.side,
        });
        let (stops, legs) = (stops.collect(), legs.collect());
        Beat { rep, date, leave: times.leave, back: times.back, stops, legs, lunch }
    }

    /// Returns the places of a tour, from the place where the rep starts to the rep's home.
    fn route(&self, tour: &Tour) -> Vec<TourPlace<'_>> {
        let (rep, _) = self.shifts[tour.shift];
        let places = &self.places[&self.modes[rep]];
        let home = places.homes[rep].as_ref().expect("a rep's home is on the rep's network");
        let start = self.starts[tour.shift].map(|at| places.starts[at].as_ref());
        let start = start.map_or(home, |at| at.expect("a rep underway is on the rep's network"));
        let stop = |visit: &VisitId| {
            let place = places.tour_place(self.visits[*visit]);
            place.expect("only prospects on the network are visited")
        };
        let by_itself = |road| TourPlace { road, door: None };
        let stops = tour.visits.iter().map(stop);
        std::iter::once(by_itself(start)).chain(stops).chain([by_itself(home)]).collect()
    }

    /// Returns the distance of each prospect from its road, in metres, for the first mode whose
    /// roads reach it.
    pub(super) fn snap_distance_m(&self) -> ById<ProspectId, Option<f64>> {
        let distance = |id: ProspectId| {
            let mut snaps =
                self.places.values().filter_map(|mode| mode.prospects[id].as_ref().ok());
            snaps.next().map(|snap| snap.distance_m)
        };
        self.visit_of.ids().map(distance).collect()
    }

    /// Returns the travel that a tour would save without its visit number `at`: the rep would drive
    /// from the visit before directly to the one after.
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

/// The index of a table by mode and pace.
type TableOf<'a> = BTreeMap<(&'a str, Pace), usize>;

/// Returns the travel-time tables of all modes and paces, and the index of each. A table holds
/// `places_a_table` places: homes, starts and the prospects `due`.
fn travel_tables<'a>(
    networks: &Networks,
    places: &Places,
    paces: &BTreeMap<&'a str, BTreeSet<Pace>>,
    (due, places_a_table): (&[ProspectId], usize),
    progress: &dyn Progress,
) -> (Vec<TravelTimes>, TableOf<'a>) {
    let metrics_used =
        |own: &BTreeSet<Pace>| own.iter().map(|pace| pace.metric).collect::<BTreeSet<usize>>();
    let count: usize = paces.values().map(|own| metrics_used(own).len()).sum();
    progress.begin("measuring travel times", (count * places_a_table) as u64);
    let mut tables = Vec::new();
    let mut table_of = BTreeMap::new();
    for (mode, own) in paces {
        for metric in metrics_used(own) {
            let alike: Vec<Pace> =
                own.iter().filter(|pace| pace.metric == metric).copied().collect();
            let shares: Vec<DensityShares> = alike.iter().map(|pace| pace.shares).collect();
            let network = &networks.of(mode).metrics()[metric];
            table_of.extend(
                alike.into_iter().zip(tables.len()..).map(|(pace, at)| ((*mode, pace), at)),
            );
            tables.extend(places[*mode].travel_times(network, due, &shares, progress));
        }
    }
    progress.end();
    (tables, table_of)
}

/// The shifts of a problem: for each, the rep and the day, its start in the middle of a day, and
/// its terms.
struct Shifts {
    shifts: ById<ShiftId, (RepId, DayId)>,
    starts: ById<ShiftId, Option<usize>>,
    terms: Vec<Shift>,
    paces: ById<ShiftId, Vec<PaceSlot>>,
}

/// Returns one shift for each day on which a rep works, in the order of days, then of reps.
fn shifts(input: ProblemInput<'_>, table_of: &TableOf<'_>) -> Shifts {
    let ProblemInput { territory, networks, call_plan, underway, .. } = input;
    let dates = &call_plan.dates;
    let (mut shifts, mut starts, mut terms) = (Vec::new(), Vec::new(), Vec::new());
    let mut paces: ById<ShiftId, Vec<PaceSlot>> = ById::default();
    for (day, date) in dates.iter().enumerate() {
        for (id, rep) in territory.reps_working_on(*date) {
            let home = home_place(id);
            let start = underway.iter().position(|underway| day == 0 && underway.rep == id);
            let rest = start.map(|at| &underway[at]);
            let slots = pace_slots(territory, networks, rep, *date);
            let travel = slots.iter().map(|slot| TravelSlot {
                from: slot.from,
                table: table_of[&(rep.mode.as_str(), slot.pace)],
            });
            let travel = travel.collect();
            paces.push(slots);
            shifts.push((id, DayId::from_index(day)));
            starts.push(start);
            terms.push(Shift {
                day: days_between(dates[0], *date),
                travel,
                start_place: start
                    .map_or(home, |at| PlaceId::from_index(territory.reps.len() + at)),
                end_place: home,
                window: rest.map_or(rep.shift, |rest| rest.rest_of(rep.shift)),
                required_break: rest.map_or(rep.lunch, |rest| rest.break_to_come(rep.lunch)),
                visits_max: rest.map_or(rep.visits_max, |rest| rest.visits_left(rep.visits_max)),
                travel_max: rep.travel_max,
            });
        }
    }
    Shifts { shifts: shifts.into(), starts: starts.into(), terms, paces }
}
