//! Blank spots on the way: outlets without our business within a few minutes of a route, with the detour by road.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::day_route::{DayLunch, DayRoute};
use crate::call_plan::{CallPlan, Due};
use crate::ids::ById;
use crate::lonlat::LonLat;
use crate::networks::Networks;
use crate::progress::{Progress, Silent};
use crate::prospects::{Prospect, ProspectId};
use crate::road::{RoadNetwork, Snap};
use crate::solver::{BreakSide, TimeWindow};
use crate::territory::Territory;
use crate::units::{Millis, Prize, Seconds};

/// An outlet beside a route.
#[derive(Debug, Clone, PartialEq)]
pub struct OnTheWay {
    /// Whom.
    pub prospect: ProspectId,
    /// The route: an index.
    pub route: usize,
    /// After how many of its stops: 0 on the way from home to the first.
    pub after_stops: usize,
    /// Travel it adds: t(a→p) + t(p→b) − t(a→b).
    pub detour: Millis,
    /// How long the visit takes.
    pub visit: Seconds,
    /// What it is worth that day; `None` if it is not due.
    pub prize: Option<Prize>,
    /// Why it does not fit into the day as it is; `None`: it fits.
    pub obstacle: Option<DayObstacle>,
}

/// Why a visit does not fit into a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayObstacle {
    /// By the call plan it is not due that day, or closed.
    NotDue,
    /// It is not open when the rep comes by.
    ClosedThen,
    /// The day has its most visits.
    VisitsFull,
    /// A later visit would begin too late.
    LaterVisit,
    /// Lunch would begin too late.
    Lunch,
    /// The rep would be back after the shift.
    BackTooLate,
}

impl DayObstacle {
    /// As one clause.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotDue => "not due or closed that day",
            Self::ClosedThen => "not open then",
            Self::VisitsFull => "the day has its most visits",
            Self::LaterVisit => "a later visit would begin too late",
            Self::Lunch => "lunch would be too late",
            Self::BackTooLate => "back too late",
        }
    }
}

/// The white space that no route visits and that lies at most `most` of detour beside one, each outlet once: where it fits, with
/// the least detour, else where that is least. By route, then in the order of its stops, then by detour.
///
/// White space are outlets that trade and are no customers; only a rep who may visit one passes it. The detour is that of the
/// quickest ways between the doors in the hour in which the leg begins, exact to the millisecond.
///
/// A visit fits if the rep can make it without changing the order of the others: it begins when the outlet is open; the rest of
/// the day moves back by detour and visit, less what waiting there is; then no later visit begins after its opening hours or the
/// leeway of its appointment, lunch begins in time, and the rep is back by the end of the shift and has no more than the most
/// visits. `networks` are made for the days of the routes.
///
/// Beside routes of days that `networks` are not made for nothing is found.
///
/// Outlets that are too far from a leg as the crow flies, at the speed of the network's quickest road, are never looked up.
pub fn on_the_way(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    networks: &Networks,
    routes: &[DayRoute],
    most: Millis,
    progress: &dyn Progress,
) -> Vec<OnTheWay> {
    let planned: BTreeSet<ProspectId> =
        routes.iter().flat_map(|route| &route.stops).filter_map(|stop| stop.prospect).collect();
    let is_white = |id: &ProspectId| {
        let prospect = &prospects[*id];
        prospect.is_white_space()
            && territory.policy.uncertain_position(prospect).is_none()
            && !planned.contains(id)
    };
    let white: Vec<ProspectId> =
        (0..prospects.len() as u32).map(ProspectId).filter(is_white).collect();
    let mut call_plans: BTreeMap<Date, CallPlan> = BTreeMap::new();
    for route in routes {
        let date = [route.date];
        let plan = || CallPlan::new(prospects, territory.visit_rules(), &date);
        call_plans.entry(route.date).or_insert_with(plan);
    }
    let mut best: BTreeMap<ProspectId, OnTheWay> = BTreeMap::new();
    for (at, route) in routes.iter().enumerate() {
        let day = Day { territory, prospects, route, call_plan: &call_plans[&route.date] };
        for found in day.beside(at, &white, networks, most, progress) {
            let rank = |on: &OnTheWay| (on.obstacle.is_some(), on.detour, on.route, on.after_stops);
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
    all
}

/// One route with the rules of its day.
struct Day<'a> {
    territory: &'a Territory,
    prospects: &'a ById<ProspectId, Prospect>,
    route: &'a DayRoute,
    call_plan: &'a CallPlan,
}

impl Day<'_> {
    fn beside(
        &self,
        route: usize,
        white: &[ProspectId],
        networks: &Networks,
        most: Millis,
        progress: &dyn Progress,
    ) -> Vec<OnTheWay> {
        let rep = &self.territory.reps[self.route.rep];
        let roads = networks.of(&rep.mode);
        if !roads.is_for(self.route.date) {
            return Vec::new();
        }
        // By network: the legs that are left while it applies.
        let mut legs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for leg in 0..=self.route.stops.len() {
            legs.entry(roads.metric_at(self.route.date, self.free_at(leg))).or_default().push(leg);
        }
        let radius_m = self.territory.policy.snap_radius_m;
        let snap = |at: LonLat| roads.any().snap(at, radius_m).ok();
        let places: Vec<Option<Snap>> = std::iter::once(self.route.from)
            .chain(self.route.stops.iter().map(|stop| stop.at))
            .chain([rep.home])
            .map(snap)
            .collect();
        let mut found = Vec::new();
        for (metric, legs) in legs {
            let network = &roads.metrics()[metric];
            let way = |leg: &usize| {
                let ends = [places[*leg].clone()?, places[leg + 1].clone()?];
                let [a, b] = &ends;
                let straight =
                    network.table(std::slice::from_ref(a), std::slice::from_ref(b), &Silent);
                Some((*leg, straight.get(0, 0)?.time(), ends))
            };
            let ways: Vec<(usize, Millis, [Snap; 2])> = legs.iter().filter_map(way).collect();
            let near = self.near(white, network, &ways, most, snap);
            if near.is_empty() {
                continue;
            }
            let (from, to): (Vec<Snap>, Vec<Snap>) =
                ways.iter().map(|(_, _, [a, b])| (a.clone(), b.clone())).unzip();
            let between: Vec<Snap> = near.iter().map(|(_, snap)| snap.clone()).collect();
            let there = network.table(&from, &between, progress);
            let onward = network.table(&between, &to, progress);
            for (at, (leg, straight, _)) in ways.iter().enumerate() {
                for (nth, (prospect, _)) in near.iter().enumerate() {
                    let (Some(there), Some(onward)) = (there.get(at, nth), onward.get(nth, at))
                    else {
                        continue;
                    };
                    let (there, onward) = (there.time(), onward.time());
                    let detour = Millis((there.0 + onward.0).saturating_sub(straight.0));
                    if detour <= most {
                        found.push(self.visit(route, *leg, *prospect, (there, onward), detour));
                    }
                }
            }
        }
        found
    }

    /// Those of `white` that the rep may visit and that are not too far from a leg for any road, with where they are on the roads.
    fn near(
        &self,
        white: &[ProspectId],
        network: &RoadNetwork,
        ways: &[(usize, Millis, [Snap; 2])],
        most: Millis,
        snap: impl Fn(LonLat) -> Option<Snap>,
    ) -> Vec<(ProspectId, Snap)> {
        let speed = network.speed_max();
        let name = &self.territory.reps[self.route.rep].name;
        let near = white.iter().filter_map(|id| {
            let prospect = &self.prospects[*id];
            if !prospect.may_be_visited_by(name) {
                return None;
            }
            let on_road = snap(prospect.at)?;
            let is_near = ways.iter().any(|(_, straight, [a, b])| {
                let metres = a.at.distance_m(on_road.at) + on_road.at.distance_m(b.at);
                metres <= speed * (straight.seconds() + most.seconds())
            });
            is_near.then_some((*id, on_road))
        });
        near.collect()
    }

    fn visit(
        &self,
        route: usize,
        leg: usize,
        prospect: ProspectId,
        (there, onward): (Millis, Millis),
        detour: Millis,
    ) -> OnTheWay {
        let due = self.call_plan.entry(prospect).decisions[0].due();
        let share = self.territory.reps[self.route.rep].visit_minutes_share;
        let terms = due.and_then(|due| due.at_pace(share));
        let usual = self.call_plan.entry(prospect).visit_duration;
        let visit = terms.as_ref().map_or(usual, |(duration, _)| *duration);
        let obstacle = match &terms {
            None => Some(DayObstacle::NotDue),
            Some((_, windows)) => {
                let there = self.free_at(leg) + there.to_seconds_ceil();
                self.obstacle(leg, there, (visit, windows), onward.to_seconds_ceil())
            }
        };
        let prize = due.map(|due| due.prize);
        OnTheWay { prospect, route, after_stops: leg, detour, visit, prize, obstacle }
    }

    /// When the rep is free to set out on a leg, lunch being over if it is taken before that.
    fn free_at(&self, leg: usize) -> Seconds {
        let free =
            leg.checked_sub(1).map_or(self.route.free_from, |at| self.route.stops[at].time.end);
        let lunch = self
            .route
            .lunch
            .filter(|lunch| lunch.after_stops == leg && lunch.side == BreakSide::BeforeLeaving);
        lunch.map_or(free, |lunch| lunch.time.end)
    }

    /// What stands against a visit on `leg` at an outlet that is reached at `arrival` and left for a drive of `onward`.
    fn obstacle(
        &self,
        leg: usize,
        arrival: Seconds,
        (visit, windows): (Seconds, &[TimeWindow]),
        onward: Seconds,
    ) -> Option<DayObstacle> {
        let DayRoute { rep, stops, lunch, back, .. } = self.route;
        let rep = &self.territory.reps[*rep];
        if stops.len() >= rep.visits_max as usize {
            return Some(DayObstacle::VisitsFull);
        }
        let Some(window) = windows.iter().find(|window| arrival <= window.end) else {
            return Some(DayObstacle::ClosedThen);
        };
        let mut ready = arrival.max(window.start) + visit + onward;
        let lunch_on = |at: usize| lunch.filter(|lunch| lunch.after_stops == at);
        let after_arriving = |lunch: &DayLunch| lunch.side == BreakSide::AfterArriving;
        let latest_lunch = rep.lunch.map(|lunch| lunch.start.end);
        let is_late = |begin: Seconds| latest_lunch.is_some_and(|latest| begin > latest);
        if let Some(own) = lunch_on(leg).filter(after_arriving) {
            if is_late(ready) {
                return Some(DayObstacle::Lunch);
            }
            ready += own.time.end - own.time.start;
        }
        // How much later than planned the rep is ready for what comes next.
        let mut delay = Seconds::ZERO;
        for (at, stop) in stops.iter().enumerate().skip(leg) {
            if at == leg {
                delay = ready.saturating_sub(stop.time.start);
            } else {
                if let Some(own) = lunch_on(at)
                    && is_late(own.time.start + delay)
                {
                    return Some(DayObstacle::Lunch);
                }
                delay = delay.saturating_sub(stop.wait);
            }
            if delay == Seconds::ZERO {
                return None;
            }
            if !self.may_begin(stop.prospect, stop.time.start + delay) {
                return Some(DayObstacle::LaterVisit);
            }
        }
        let home = if leg == stops.len() { ready } else { *back + delay };
        let is_lunch_to_come = lunch.is_some_and(|lunch| lunch.after_stops == stops.len());
        if let Some(own) = lunch.filter(|_| is_lunch_to_come && leg < stops.len())
            && is_late(own.time.start + delay)
        {
            return Some(DayObstacle::Lunch);
        }
        // Who was to be home before lunch had to begin has had none.
        if lunch.is_none() && !is_late(*back) && is_late(home) {
            return Some(DayObstacle::Lunch);
        }
        (home > rep.shift.end).then_some(DayObstacle::BackTooLate)
    }

    /// Whether a planned visit may begin at `time` instead; one that is no longer due stands against nothing.
    fn may_begin(&self, prospect: Option<ProspectId>, time: Seconds) -> bool {
        let due = prospect.and_then(|id| self.call_plan.entry(id).decisions[0].due());
        let share = self.territory.reps[self.route.rep].visit_minutes_share;
        let terms = |due: &Due| due.at_pace(share);
        due.and_then(terms).is_none_or(|(_, windows)| {
            windows.iter().any(|window| (window.start..=window.end).contains(&time))
        })
    }
}
