//! The areas where half a day pays best, on the demo territories.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::kit::{NETWORKS, repository};
use beatplan::call_plan::{CallPlan, Due};
use beatplan::coverage::WhiteSpace;
use beatplan::insight::{
    Balance, BalanceOptions, Capacity, DayObstacle, DayRoute, HalfDay, HalfDayOptions, HalfDays,
    Next, half_day_dates, on_the_way,
};
use beatplan::itinerary::{Beat, Stop};
use beatplan::lonlat::LonLat;
use beatplan::networks::{Networks, networks};
use beatplan::output::{Sharing, Written, write_plan};
use beatplan::plan_files::EarlierPlan;
use beatplan::planning::{Effort, Plan, Request, plan};
use beatplan::progress::Silent;
use beatplan::prospects::{Prospect, ProspectId, Stage, Status};
use beatplan::road::{Density, Snap};
use beatplan::solver::{NoLimit, TimeWindow};
use beatplan::territory::{Lists, RepId, Territory, load_prospects};
use beatplan::units::Seconds;
use jiff::civil::{Date, date};

const WEDNESDAY: Date = date(2026, 11, 25);

struct Demo {
    territory: Territory,
    lists: Lists,
    networks: Networks,
}

const DETOUR_MAX: Seconds = Seconds::from_minutes(5);

fn demo(name: &str) -> Demo {
    demo_at(&repository(&format!("data/{name}/territory.toml")))
}

fn demo_at(territory: &Path) -> Demo {
    let territory = Territory::read(territory).unwrap();
    let lists = load_prospects(&territory, WEDNESDAY, &Silent).unwrap();
    let dates = half_day_dates(&territory, WEDNESDAY);
    let networks = networks(&territory, &dates, &NETWORKS, &Silent).unwrap();
    Demo { territory, lists, networks }
}

impl Demo {
    fn half_days(&self) -> HalfDays<'_> {
        HalfDays {
            territory: &self.territory,
            prospects: &self.lists.prospects,
            networks: &self.networks,
            options: HalfDayOptions::default(),
        }
    }

    fn prospect(&self, id: ProspectId) -> &Prospect {
        &self.lists.prospects[id]
    }

    /// White space in squares of about three kilometres.
    fn white_space(&self) -> Vec<WhiteSpace> {
        let mut squares: BTreeMap<(i64, i64), Vec<ProspectId>> = BTreeMap::new();
        for (prospect, id) in self.lists.prospects.iter().zip(0..) {
            if prospect.status == Status::Open && prospect.stage != Stage::Customer {
                let square = |degrees: f64| (degrees / 0.03).floor() as i64;
                let square = (square(prospect.at.lon), square(prospect.at.lat));
                squares.entry(square).or_default().push(ProspectId(id));
            }
        }
        let area = |(square, outlets): ((i64, i64), Vec<ProspectId>)| WhiteSpace {
            name: format!("{square:?}"),
            area: None,
            gap_score: outlets.len() as f64,
            outlets,
        };
        squares.into_iter().map(area).collect()
    }
}

fn next_in(demo: &Demo, areas: &[WhiteSpace]) -> Vec<Next> {
    demo.half_days().where_next(areas, WEDNESDAY, &NoLimit, &Silent).unwrap()
}

#[test]
fn areas_are_ranked_by_what_half_a_day_there_is_worth() {
    let malta = demo("malta");
    let areas = malta.white_space();
    let next = next_in(&malta, &areas);
    assert!(next.len() > 10, "{}", next.len());
    assert!(next.is_sorted_by(|a, b| a.half_day.worth_inside >= b.half_day.worth_inside));
    for Next { white_space, half_day } in &next {
        let HalfDay { beat, worth, inside, worth_inside } = half_day;
        let rep = &malta.territory.reps[beat.rep];
        assert!(beat.leave >= rep.shift.start);
        assert!(beat.back.0 <= rep.shift.start.0 + 4 * 3600);
        let outlets = &areas[*white_space].outlets;
        let is_inside = |stop: &&Stop| outlets.contains(&stop.prospect);
        assert_eq!(beat.stops.iter().filter(is_inside).count(), *inside);
        assert!(*inside > 0 && beat.lunch.is_none());
        let is_white = |stop: &Stop| malta.prospect(stop.prospect).stage != Stage::Customer;
        assert!(beat.stops.iter().all(is_white));
        let cost =
            malta.territory.policy.travel_cost_per_hour * f64::from(beat.travel().0) / 3600.0;
        assert!((beat.prize().points() - cost - worth).abs() < 1e-3);
        // Outlets beside the way take nothing from the area.
        let alone = malta.half_days().best(beat.rep, WEDNESDAY, (outlets, &[]), &NoLimit).unwrap();
        let alone = alone.unwrap();
        assert!(alone.worth <= *worth + 1e-9);
        // To a few seconds on the road: an outlet beside the way may lend one inside its approach.
        assert_eq!(alone.worth, alone.worth_inside);
        assert!((alone.worth - worth_inside).abs() < 0.05, "{} {worth_inside}", alone.worth);
        assert_eq!(alone.inside, *inside);
    }
    let with_one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(with_one_thread.install(|| next_in(&malta, &areas)), next);
}

/// The walk from a road to the door at `door`, in seconds.
fn walk_s(demo: &Demo, door: LonLat, road: &Snap) -> u32 {
    let metres = door.distance_m(road.at) * demo.territory.policy.walk_detour;
    ((metres * 1000.0).round() / 1250.0).ceil() as u32
}

/// The time to park there, in seconds; for territories with one travel mode.
fn park_s(demo: &Demo, snap: &Snap) -> u32 {
    let (mode, networks) = demo.networks.by_mode.iter().next().unwrap();
    let park_minutes = demo.territory.policy.park_minutes;
    let minutes = match (mode.as_str(), networks.any().density(snap)) {
        ("car", Density::Rural) => park_minutes.rural,
        ("car", Density::Suburban) => park_minutes.suburban,
        ("car", Density::Urban) => park_minutes.urban,
        _ => 0.0,
    };
    (minutes * 60.0) as u32
}

/// The worth of the best order of any of `outlets` that fits into four hours, tried one by one.
fn best_by_trying_all(demo: &Demo, outlets: &[ProspectId]) -> f64 {
    struct Tried<'a> {
        terms: Vec<(f64, u32, &'a [TimeWindow])>,
        travel: Vec<Vec<u32>>,
        end: u32,
        cost: f64,
        best: f64,
    }
    impl Tried<'_> {
        fn go(&mut self, at: usize, time: u32, worth: f64, seen: &mut Vec<bool>) {
            let home = self.terms.len();
            let back = self.travel[at][home];
            if time + back > self.end {
                return;
            }
            self.best = self.best.max(worth - self.cost * f64::from(back) / 3600.0);
            for next in 0..home {
                let (prize, duration, windows) = self.terms[next];
                let arrival = time + self.travel[at][next];
                let Some(window) = windows.iter().find(|w| arrival <= w.end.0) else { continue };
                if !seen[next] {
                    seen[next] = true;
                    let worth =
                        worth + prize - self.cost * f64::from(self.travel[at][next]) / 3600.0;
                    self.go(next, arrival.max(window.start.0) + duration, worth, seen);
                    seen[next] = false;
                }
            }
        }
    }
    let (rep, policy) = (&demo.territory.reps[RepId(0)], &demo.territory.policy);
    let network = demo.networks.by_mode[&rep.mode].any();
    let prospects: Vec<Prospect> = outlets.iter().map(|id| demo.prospect(*id).clone()).collect();
    let call_plan = CallPlan::new(&prospects, demo.territory.visit_rules(), &[WEDNESDAY]);
    let due: Vec<(&Prospect, &Due)> = prospects
        .iter()
        .zip(&call_plan.entries)
        .filter_map(|(prospect, entry)| Some((prospect, entry.decisions[0].due()?)))
        .collect();
    let places = due.iter().map(|(prospect, _)| prospect.at).chain([rep.home]);
    let snaps: Vec<(LonLat, Snap)> =
        places.map(|at| (at, network.snap(at, policy.snap_radius_m).unwrap())).collect();
    let seconds = |from: &(LonLat, Snap), to: &(LonLat, Snap)| {
        let Some(path) = network.path(&from.1, &to.1) else { return u32::MAX / 4 };
        let walk_back = if from.0 == rep.home { 0 } else { walk_s(demo, from.0, &from.1) };
        let approach = match to.0 == rep.home {
            true => 0,
            false => park_s(demo, &to.1) + walk_s(demo, to.0, &to.1),
        };
        path.cost.time().to_seconds_ceil().0 + walk_back + approach
    };
    let mut tried = Tried {
        terms: due
            .iter()
            .map(|(_, due)| (due.prize.points(), due.visit_duration.0, &*due.windows))
            .collect(),
        travel: snaps.iter().map(|a| snaps.iter().map(|b| seconds(a, b)).collect()).collect(),
        end: rep.shift.start.0 + 4 * 3600,
        cost: policy.travel_cost_per_hour,
        best: 0.0,
    };
    let home = due.len();
    tried.go(home, rep.shift.start.0, 0.0, &mut vec![false; home]);
    tried.best
}

#[test]
fn a_half_day_is_the_best_of_all_orders() {
    let mut gozo = demo("gozo");
    gozo.territory.policy.co_located_m = 0.0;
    let all: Vec<ProspectId> =
        gozo.white_space().into_iter().flat_map(|area| area.outlets).collect();
    for outlets in all.chunks(6) {
        let found = gozo.half_days().best(RepId(0), WEDNESDAY, (outlets, &[]), &NoLimit).unwrap();
        let worth = found.map_or(0.0, |half_day| half_day.worth);
        let expected = best_by_trying_all(&gozo, outlets);
        assert!((worth - expected).abs() < 2e-3, "{worth} {expected}");
    }
}

#[test]
fn a_rep_who_does_not_work_that_day_goes_on_the_next_working_day() {
    let mut gozo = demo("gozo");
    gozo.territory.reps[RepId(0)].days_off = vec![WEDNESDAY];
    let thursday = WEDNESDAY.tomorrow().unwrap();
    assert_eq!(half_day_dates(&gozo.territory, WEDNESDAY), [WEDNESDAY, thursday]);
    let dates = half_day_dates(&gozo.territory, WEDNESDAY);
    gozo.networks = networks(&gozo.territory, &dates, &NETWORKS, &Silent).unwrap();
    let next = next_in(&gozo, &gozo.white_space());
    assert!(!next.is_empty() && next.iter().all(|next| next.half_day.beat.date == thursday));
}

/// A plan in which travel is dear, so that many are left out although there is time.
fn planned(mut demo: Demo) -> (Demo, Request, Plan) {
    demo.territory.policy.travel_cost_per_hour = 60.0;
    demo.territory.policy.co_located_m = 0.0;
    let request = Request { effort: Effort::Quick, ..Request::new(vec![WEDNESDAY]) };
    let lists = demo.lists.clone();
    let plan = plan(&demo.territory, lists, &demo.networks, &request, &NoLimit, &Silent).unwrap();
    (demo, request, plan)
}

/// The routes of `plan`, written and read back.
fn routes(demo: &Demo, request: &Request, plan: &Plan) -> Vec<DayRoute> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("plan");
    let written = Written {
        territory: &demo.territory,
        networks: &demo.networks,
        request,
        plan,
        sharing: Sharing::default(),
    };
    write_plan(&folder, written).unwrap();
    let name = &demo.territory.name;
    let read = EarlierPlan::read_any_day(&folder, name, &plan.prospects).unwrap();
    DayRoute::of_earlier_plan(&demo.territory, &plan.prospects, &read)
}

#[test]
fn outlets_on_the_way_are_those_that_measuring_every_leg_finds() {
    let (malta, request, plan) = planned(demo("malta"));
    let (territory, prospects) = (&malta.territory, &plan.prospects);
    let routes = routes(&malta, &request, &plan);
    let found =
        on_the_way(territory, prospects, &malta.networks, &routes, DETOUR_MAX, &Silent).unwrap();
    let network = malta.networks.by_mode["car"].any();
    let homes: Vec<LonLat> = territory.reps.iter().map(|rep| rep.home).collect();
    let time = |a: LonLat, b: LonLat| {
        let [from, to] = [a, b].map(|at| network.snap(at, territory.policy.snap_radius_m).unwrap());
        let drive = network.path(&from, &to)?.cost.time().to_seconds_ceil().0;
        let walk_back = if homes.contains(&a) { 0 } else { walk_s(&malta, a, &from) };
        let approach = match homes.contains(&b) {
            true => 0,
            false => park_s(&malta, &to) + walk_s(&malta, b, &to),
        };
        Some(walk_back + drive + approach)
    };
    let visited: Vec<ProspectId> =
        routes.iter().flat_map(|route| &route.stops).flatten().copied().collect();
    let mut fitting = 0;
    for (prospect, id) in prospects.iter().zip(0..) {
        let own = found.iter().find(|on| on.prospect == ProspectId(id));
        let is_white = prospect.status == Status::Open
            && prospect.stage != Stage::Customer
            && !visited.contains(&ProspectId(id));
        let mut detours = Vec::new();
        for (at, route) in routes.iter().enumerate().filter(|_| is_white) {
            let home = territory.reps[route.rep].home;
            let stops = route.stops.iter().map(|stop| malta.prospect(stop.unwrap()).at);
            let places: Vec<LonLat> = std::iter::once(home).chain(stops).chain([home]).collect();
            for (leg, pair) in places.windows(2).enumerate() {
                let (Some(there), Some(onward)) =
                    (time(pair[0], prospect.at), time(prospect.at, pair[1]))
                else {
                    continue;
                };
                let straight = time(pair[0], pair[1]).unwrap();
                detours.push(((there + onward).saturating_sub(straight), at, leg));
            }
        }
        let least = detours.iter().min().filter(|(detour, ..)| *detour <= DETOUR_MAX.0);
        assert_eq!(own.is_some(), least.is_some(), "{}", prospect.id);
        let (Some(own), Some(least)) = (own, least) else { continue };
        assert!(detours.contains(&(own.detour.0, own.route, own.after_stops)), "{own:?}");
        if own.obstacle.is_some() {
            assert_eq!((own.detour.0, own.route, own.after_stops), *least);
        } else {
            fitting += 1;
            // The solver would have visited it if it were worth the drive.
            assert_eq!(
                plan.itinerary.outcomes[ProspectId(id)].code(),
                "not_worth_the_drive",
                "{own:?}"
            );
        }
    }
    assert!(fitting > 0 && fitting < found.len(), "{fitting} of {}", found.len());
}

#[test]
fn a_plan_read_back_has_the_routes_it_had_in_memory() {
    let (malta, request, plan) = planned(demo("malta"));
    let of_beat = |beat: &Beat| DayRoute {
        route_id: beat.route_id(&malta.territory.name),
        rep: beat.rep,
        date: beat.date,
        stops: beat.stops.iter().map(|stop| Some(stop.prospect)).collect(),
        lunch_after: beat.lunch.map(|lunch| lunch.after_stops),
        underway: None,
    };
    let expected: Vec<DayRoute> = plan.itinerary.beats.iter().map(of_beat).collect();
    assert!(expected.iter().any(|route| route.lunch_after.is_some()));
    assert_eq!(routes(&malta, &request, &plan), expected);
}

/// Gozo by an e-bike that takes twice as long from 10:00 to 11:00 and from 14:00 to 15:00, without lunch.
fn rush_hours() -> (Demo, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    for name in ["gozo.osm.pbf", "prospects.csv"] {
        fs::copy(repository("data/gozo").join(name), home.path().join(name)).unwrap();
    }
    let territory = fs::read_to_string(repository("data/gozo/territory.toml")).unwrap();
    let path = home.path().join("territory.toml");
    fs::write(&path, territory.replace("\"ebike\"", "\"slow.toml\"")).unwrap();
    let ebike = fs::read_to_string(repository("src/road/profiles/ebike.toml")).unwrap();
    let rush = |between| {
        format!("\n[[rush_hours]]\ndays = \"Mo-Fr\"\nbetween = \"{between}\"\nspeed_share = 0.5\n")
    };
    let slow = format!("{ebike}{}{}", rush("10:00-11:00"), rush("14:00-15:00"));
    fs::write(home.path().join("slow.toml"), slow).unwrap();
    let mut rush = demo_at(&path);
    rush.territory.reps[RepId(0)].lunch = None;
    // Walks to the doors are no slower in a rush hour.
    rush.territory.policy.walk_detour = 0.0;
    (rush, home)
}

/// The arrival of a drive that takes `usual` seconds outside the rush hours.
fn arrival(depart: u32, usual: u32) -> u32 {
    let (mut time, mut half_seconds) = (depart, 2 * usual);
    while half_seconds > 0 {
        let is_rush = [10, 14].contains(&(time / 3600));
        half_seconds = half_seconds.saturating_sub(if is_rush { 1 } else { 2 });
        time += 1;
    }
    time
}

/// Seconds by which the tightest visit, or the way home, has time to spare; negative if it is late.
fn slack(gozo: &Demo, call_plan: &CallPlan, visits: &[ProspectId]) -> i64 {
    let rep = &gozo.territory.reps[RepId(0)];
    let network = gozo.networks.by_mode[&rep.mode].any();
    let snap = |at| network.snap(at, gozo.territory.policy.snap_radius_m).unwrap();
    let usual = |a, b| network.path(&snap(a), &snap(b)).unwrap().cost.time().to_seconds_ceil().0;
    let (mut at, mut time, mut slack) = (rep.home, rep.shift.start.0, i64::MAX);
    for id in visits {
        let due = call_plan.entry(*id).decisions[0].due().unwrap();
        let next = gozo.prospect(*id).at;
        time = arrival(time, usual(at, next));
        let window =
            due.windows.iter().find(|w| time <= w.end.0 || *w == due.windows.last().unwrap());
        let window = window.unwrap();
        slack = slack.min(i64::from(window.end.0) - i64::from(time));
        time = time.max(window.start.0) + due.visit_duration.0;
        at = next;
    }
    slack.min(i64::from(rep.shift.end.0) - i64::from(arrival(time, usual(at, rep.home))))
}

#[test]
fn in_rush_hours_a_visit_on_the_way_fits_if_the_day_with_it_is_in_time() {
    let (mut fitting, mut late) = (0, 0);
    for end in [11, 12, 13, 18] {
        let (mut gozo, _home) = rush_hours();
        gozo.territory.reps[RepId(0)].shift.end = Seconds::from_hours(end);
        let (gozo, request, plan) = planned(gozo);
        let routes = routes(&gozo, &request, &plan);
        let (territory, hour) = (&gozo.territory, Seconds::from_hours(1));
        let found = on_the_way(territory, &plan.prospects, &gozo.networks, &routes, hour, &Silent);
        for on in found.unwrap() {
            let mut visits: Vec<ProspectId> = routes[0].stops.iter().map(|s| s.unwrap()).collect();
            visits.insert(on.after_stops, on.prospect);
            match on.obstacle {
                None => {
                    let slack = slack(&gozo, &plan.call_plan, &visits);
                    assert!(slack > -60, "{on:?} {slack}");
                    fitting += 1;
                }
                Some(
                    DayObstacle::ClosedThen | DayObstacle::LaterVisit | DayObstacle::BackTooLate,
                ) => {
                    let slack = slack(&gozo, &plan.call_plan, &visits);
                    assert!(slack < 60, "{on:?} {slack}");
                    late += 1;
                }
                Some(_) => {}
            }
        }
    }
    assert!(fitting > 0 && late > 0, "{fitting} fit, {late} do not");
}

#[test]
fn the_work_of_all_reps_adds_up_and_a_move_makes_it_even() {
    let malta = demo("malta");
    let (territory, prospects) = (&malta.territory, &malta.lists.prospects);
    // The ferry makes the work longer, so that the present mean cannot be met closely.
    let options =
        BalanceOptions { tolerance: 0.2, farther_minutes_max: 240.0, ..BalanceOptions::default() };
    let balance =
        Balance::new(territory, prospects, &malta.networks, (WEDNESDAY, options), &Silent);
    let capacity = Capacity::new(territory, prospects, &malta.networks, (WEDNESDAY, 28), &Silent);
    assert_eq!(balance.outlets.len(), capacity.outlets);
    let visits: f64 = balance.reps.iter().map(|rep| rep.visits).sum();
    assert!((visits - capacity.visits_wanted).abs() < 0.1);
    let counted = |rep: u32| balance.outlets.iter().filter(move |o| o.rep_now == RepId(rep));
    for (at, rep) in (0..).zip(&balance.reps) {
        let hours: f64 = counted(at).map(|outlet| outlet.hours_per_cycle).sum();
        assert!((hours - rep.visit_hours - rep.travel_hours).abs() < 0.01);
        assert!(rep.travel_hours > 0.0 && rep.nearer_to_another == 0);
    }
    assert!(
        balance.is_even && balance.moves > 0 && balance.moves >= balance.moves_at_least,
        "{} moves, at least {}: {:?}",
        balance.moves,
        balance.moves_at_least,
        balance.reps
    );
    let moves = balance.outlets.iter().filter(|outlet| outlet.is_move()).count();
    assert_eq!(moves, balance.moves);
}

#[test]
fn an_outlet_of_one_rep_stays_there_and_is_reported_as_nearer_to_another() {
    let mut malta = demo("malta");
    for prospect in &mut malta.lists.prospects {
        prospect.reps = vec!["Maria".to_owned()];
    }
    let balance = Balance::new(
        &malta.territory,
        &malta.lists.prospects,
        &malta.networks,
        (WEDNESDAY, BalanceOptions::default()),
        &Silent,
    );
    assert_eq!((balance.moves, balance.held), (0, balance.outlets.len()));
    assert!(!balance.is_even && balance.reps[0].nearer_to_another > 0);
}
