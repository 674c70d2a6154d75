//! Finds white space on the way: outlets without our business near a planned beat. For each,
//! computes the detour, and whether the day has time for a visit.
//!
//! The beats become tours of the solver's problem for that day, in which the outlets are additional
//! visits. The solver's [`Explainer`] then computes the exact detour and obstacle for every
//! position in a tour, rush hours and lunch included.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::day_route::DayRoute;
use crate::call_plan::{CallPlan, CallPlanEntry, Decision, Due, DueReason, NotDue, PrizeParts};
use crate::ids::ById;
use crate::networks::Networks;
use crate::planning::{PlanError, ProblemInput, ProblemMap, Underway, follow, places};
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId};
use crate::solver::{
    Explainer, Insertion, Obstacle, Shift, ShiftId, TimeWindow, Tour, Tours, VisitId, VisitProblem,
};
use crate::territory::{RepId, Territory};
use crate::units::{Prize, Seconds};

/// An outlet near a route.
#[derive(Debug, Clone, PartialEq)]
pub struct OnTheWay {
    /// The outlet on the way.
    pub prospect: ProspectId,
    /// Index of the route.
    pub route: usize,
    /// Number of stops of the route before the outlet; 0 if the outlet comes before the first stop.
    pub after_stops: usize,
    /// Additional travel time of the day.
    pub detour: Seconds,
    /// Duration of a visit to the outlet.
    pub visit: Seconds,
    /// Prize of a visit on that day; `None` if no visit is due.
    pub prize: Option<Prize>,
    /// Reason why the visit does not fit into the day; `None` if it fits.
    pub obstacle: Option<DayObstacle>,
}

/// Reason why a visit does not fit into a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayObstacle {
    /// The call plan has no visit on that day, because the outlet is not due or is closed.
    NotDue,
    /// The rep arrives after the last moment at which the visit may begin.
    ClosedThen,
    /// The day already has as many visits as the rep may make.
    VisitsFull,
    /// The rep would travel longer than allowed on a day.
    TravelFull,
    /// A later visit of the day would begin too late.
    LaterVisit,
    /// Lunch would begin too late.
    Lunch,
    /// The rep would return after the end of the shift.
    BackTooLate,
}

impl DayObstacle {
    /// Returns the reason as one clause.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotDue => "not due or closed that day",
            Self::ClosedThen => "not open then",
            Self::VisitsFull => "the day has the maximum number of visits",
            Self::TravelFull => "the day has the maximum travel",
            Self::LaterVisit => "a later visit would begin too late",
            Self::Lunch => "lunch would be too late",
            Self::BackTooLate => "back too late",
        }
    }
}

/// Returns the white space that no route visits and that a route can reach with a detour of at most
/// `detour_max`.
///
/// White space means outlets that trade and are no customers. The result has each outlet once: at
/// the position with the smallest detour of those at which the visit fits, or else at the position
/// with the smallest detour. It is sorted by route, position and detour.
///
/// A visit fits if the rep can make it without changing the order of the others and all of them
/// keep their opening hours and appointments, lunch begins in time, and the rep is back by the end
/// of the shift with no more visits and travel than allowed. Travel times are those of a
/// [`plan`](crate::planning::plan()): whole seconds, by the hour, with the shared approaches of the planned stops. Routes of
/// days for which `networks` are not made, and of reps who do not work on their day, are skipped.
///
/// # Errors
/// [`PlanError`] if no road is near the home of a rep.
pub fn on_the_way(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    networks: &Networks,
    routes: &[DayRoute],
    detour_max: Seconds,
    progress: &dyn Progress,
) -> Result<Vec<OnTheWay>, PlanError> {
    let planned: BTreeSet<ProspectId> =
        routes.iter().flat_map(|route| &route.stops).flatten().copied().collect();
    let is_white = |id: &ProspectId| {
        let prospect = &prospects[*id];
        prospect.is_white_space()
            && territory.policy.uncertain_position(prospect).is_none()
            && !planned.contains(id)
    };
    let white: BTreeSet<ProspectId> = prospects.ids().filter(is_white).collect();
    let dates: BTreeSet<Date> = routes.iter().map(|route| route.date).collect();
    let rank = |on: &OnTheWay| (on.obstacle.is_some(), on.detour, on.route, on.after_stops);
    let mut best: BTreeMap<ProspectId, OnTheWay> = BTreeMap::new();
    for date in dates {
        let mut working = territory.reps_working_on(date);
        if !working.all(|(_, rep)| networks.of(&rep.mode).is_for(date)) {
            continue;
        }
        let day = Day::new(territory, prospects, networks, date, routes, &white, progress)?;
        let found = white.iter().filter_map(|id| day.beside(*id, detour_max));
        for found in found {
            match best.get(&found.prospect) {
                Some(known) if rank(known) <= rank(&found) => {}
                _ => {
                    best.insert(found.prospect, found);
                }
            }
        }
    }
    let mut all: Vec<OnTheWay> = best.into_values().collect();
    all.sort_by_key(|on| (on.route, on.after_stops, on.detour, on.prospect));
    Ok(all)
}

/// The routes of one day, as tours of the solver.
struct Day<'a> {
    territory: &'a Territory,
    routes: &'a [DayRoute],
    call_plan: CallPlan,
    map: ProblemMap,
    /// For each shift: the index of its route, and a tour of its visits that are still possible.
    tours: ById<ShiftId, Option<(usize, Tour)>>,
    explainer: Explainer,
    /// Explainers of the same tours if lunch could begin a day later, and if the shift could also
    /// end a day later. They are computed only when they are needed, which is rare.
    late_lunch: OnceCell<Explainer>,
    late_home: OnceCell<Explainer>,
}

impl<'a> Day<'a> {
    fn new(
        territory: &'a Territory,
        prospects: &ById<ProspectId, Prospect>,
        networks: &Networks,
        date: Date,
        routes: &'a [DayRoute],
        white: &BTreeSet<ProspectId>,
        progress: &dyn Progress,
    ) -> Result<Self, PlanError> {
        let call_plan = CallPlan::new(prospects, territory.visit_rules(), &[date]);
        let of_the_day = || routes.iter().filter(|route| route.date == date);
        let stops: BTreeSet<ProspectId> =
            of_the_day().flat_map(|route| &route.stops).flatten().copied().collect();
        // A visit that is planned although it is not due stays; one beside a route has its detour
        // all the same.
        let mut visits = call_plan.clone();
        for (id, entry) in prospects.ids().zip(visits.entries.iter_mut()) {
            if !white.contains(&id) && !stops.contains(&id) {
                entry.decisions = vec![Decision::NotDue(NotDue::Done)];
            } else if !is_due(territory, date, entry) {
                entry.decisions = vec![Decision::Due(at_any_time(entry))];
            }
        }
        let underway: Vec<Underway> =
            of_the_day().filter_map(|route| route.underway.clone()).collect();
        let input = ProblemInput {
            territory,
            networks,
            prospects,
            call_plan: &visits,
            underway: &underway,
            others: None,
            // An outlet on the way shares the approach of a stop near it, and none of other outlets beside the route.
            leading: Some(&stops),
        };
        let places = places(territory, networks, prospects, &underway)?;
        let map = ProblemMap::new(input, places, progress);
        let tour = |(shift, (rep, _)): (ShiftId, &(RepId, _))| {
            let is_its = |route: &DayRoute| route.date == date && route.rep == *rep;
            let at = routes.iter().position(is_its)?;
            let stops = routes[at].stops.iter().flatten();
            let stops = stops.filter_map(|id| map.visit_of[*id]);
            Some((at, follow(&map.problem, shift, stops, routes[at].lunch_after)))
        };
        let tours: ById<ShiftId, _> = map.shifts.iter_with_id().map(tour).collect();
        Ok(Self {
            explainer: explainer(&map.problem, &tours),
            late_lunch: OnceCell::new(),
            late_home: OnceCell::new(),
            territory,
            routes,
            call_plan,
            map,
            tours,
        })
    }

    /// Returns the best position for a visit to `prospect`; `None` if each position has a detour of
    /// more than `detour_max`.
    fn beside(&self, prospect: ProspectId, detour_max: Seconds) -> Option<OnTheWay> {
        let visit = self.map.visit_of[prospect]?;
        let entry = self.call_plan.entry(prospect);
        let found = self.explainer.positions(visit).filter_map(|position| {
            let (route, tour) = self.tours[position.shift].as_ref()?;
            let detour = Seconds(u32::try_from(position.extra_travel).unwrap_or(0));
            if detour > detour_max {
                return None;
            }
            let DayRoute { rep, stops, .. } = &self.routes[*route];
            let due = entry.decisions[0].due();
            let terms =
                due.and_then(|due| due.at_pace(self.territory.reps[*rep].visit_minutes_share));
            let visits_max = self.map.problem.shift(position.shift).visits_max;
            let obstacle = match terms {
                None => Some(DayObstacle::NotDue),
                Some(_) if tour.visits.len() >= visits_max as usize => {
                    Some(DayObstacle::VisitsFull)
                }
                Some(_) => self.obstacle(visit, &position),
            };
            let before = position.after.checked_sub(1).map(|at| tour.visits[at]);
            let before = before.map(|visit| Some(self.map.visits[visit]));
            let is_before = |stop: &Option<ProspectId>| Some(*stop) == before;
            Some(OnTheWay {
                prospect,
                route: *route,
                after_stops: stops.iter().position(is_before).map_or(0, |at| at + 1),
                detour,
                visit: terms.map_or(entry.visit_duration, |(duration, _)| duration),
                prize: due.map(|due| due.prize),
                obstacle,
            })
        });
        found.min_by_key(|on| (on.obstacle.is_some(), on.detour, on.route, on.after_stops))
    }

    fn obstacle(&self, visit: VisitId, position: &Insertion) -> Option<DayObstacle> {
        let later = |hours_too: bool| {
            let longer = with_shifts(&self.map.problem, |shift| {
                if let Some(lunch) = &mut shift.required_break {
                    lunch.start.end += DAY;
                }
                if hours_too {
                    shift.window.end += DAY;
                }
            });
            explainer(&longer, &self.tours)
        };
        let fits = |explainer: &Explainer| {
            let is_same = |p: &Insertion| (p.shift, p.after) == (position.shift, position.after);
            let there = explainer.positions(visit).find(is_same);
            there.is_some_and(|p| {
                !matches!(p.obstacle, Obstacle::NoTime { .. } | Obstacle::BreakTooLate)
            })
        };
        Some(match position.obstacle {
            Obstacle::Nothing | Obstacle::NotWorthTravel { .. } => return None,
            Obstacle::VisitsMax => DayObstacle::VisitsFull,
            Obstacle::TravelMax { .. } => DayObstacle::TravelFull,
            _ if position.closed => DayObstacle::ClosedThen,
            _ if fits(self.late_lunch.get_or_init(|| later(false))) => DayObstacle::Lunch,
            _ if fits(self.late_home.get_or_init(|| later(true))) => DayObstacle::BackTooLate,
            _ => DayObstacle::LaterVisit,
        })
    }
}

const DAY: Seconds = Seconds::from_hours(24);

/// Returns the explainer of the tours of a day.
fn explainer(problem: &VisitProblem, tours: &ById<ShiftId, Option<(usize, Tour)>>) -> Explainer {
    let all = tours.iter_with_id().map(|(shift, tour)| match tour {
        Some((_, tour)) => tour.clone(),
        None => Tour::empty(shift),
    });
    Explainer::new(problem, &Tours(all.collect())).expect("tours that were followed break no rule")
}

/// Returns whether the call plan has a visit on `date` that a rep who works on that day could make.
fn is_due(territory: &Territory, date: Date, entry: &CallPlanEntry) -> bool {
    entry.decisions[0].due().is_some_and(|due| {
        let mut working = territory.reps_working_on(date);
        working.any(|(_, rep)| due.at_pace(rep.visit_minutes_share).is_some())
    })
}

/// Returns the terms of a visit that has no prize and may begin at any time.
fn at_any_time(entry: &CallPlanEntry) -> Due {
    Due {
        prize: Prize(0),
        prize_parts: PrizeParts {
            tier_weight: 0.0,
            urgency: 0.0,
            occasion: 0.0,
            potential: 0.0,
            promptness: 0.0,
        },
        reason: DueReason::NeverVisited,
        visit_duration: entry.visit_duration,
        windows: vec![TimeWindow { start: Seconds::ZERO, end: DAY }],
        earliness: None,
        mandatory: false,
    }
}

/// Returns the same problem with its shifts changed by `change`.
fn with_shifts(problem: &VisitProblem, change: impl Fn(&mut Shift)) -> VisitProblem {
    let (tables, mut shifts) = (problem.tables().to_vec(), problem.shifts().to_vec());
    shifts.iter_mut().for_each(change);
    VisitProblem::new(tables, shifts, problem.visits().to_vec(), problem.travel_cost_per_hour())
        .expect("longer shifts and later lunches leave a problem sound")
}
