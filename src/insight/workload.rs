//! Computes the workload: the demand of outlets in a cycle, and the average day of a rep. Capacity
//! and balance both use it.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::ids::ById;
use crate::learned::PartOfDay;
use crate::networks::Networks;
use crate::planning::{Approaches, Door, OnRoad, time_at_ends, walk_between};
use crate::progress::Progress;
use crate::prospects::{Prospect, ProspectId, Status, Tier};
use crate::road::{Density, Snap};
use crate::territory::{Rep, RepId, Territory};
use crate::units::Seconds;

/// The visits and the time that one outlet needs from one rep.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    pub(super) prospect: ProspectId,
    pub(super) rep: RepId,
    /// True if the rep may visit the outlet.
    pub(super) may_go: bool,
    pub(super) tier: Option<Tier>,
    pub(super) weight: f64,
    /// Number of visits that the outlet needs in a cycle.
    pub(super) visits: f64,
    pub(super) visit_minutes: f64,
    /// Average travel time to and from the nearest outlets, parking and walks included.
    pub(super) hop_minutes: f64,
    /// Average travel time to and from the home of the rep, parking and walks included.
    pub(super) home_minutes: f64,
}

/// The average day of a rep.
pub(super) struct RepDay {
    pub(super) working_minutes: f64,
    pub(super) visit_minutes: f64,
    pub(super) travel_minutes: f64,
    pub(super) visits: f64,
}

/// A row of a travel-time table, and the door of the outlet there; a home has no door.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    door: Option<Door>,
}

impl RepDay {
    pub(super) fn new(rep: &Rep, own: &[&Demand]) -> Self {
        let lunch = rep.lunch.map_or(0, |lunch| lunch.duration.0);
        let working_minutes = f64::from(rep.shift.end.0 - rep.shift.start.0 - lunch) / 60.0;
        let visits: f64 = own.iter().map(|demand| demand.visits).sum();
        let mean = |of: fn(&Demand) -> f64| {
            let sum: f64 = own.iter().map(|demand| demand.visits * of(demand)).sum();
            if visits > 0.0 { sum / visits } else { 0.0 }
        };
        let visit_minutes = mean(|demand| demand.visit_minutes);
        let (hop, home) = (mean(|demand| demand.hop_minutes), mean(|demand| demand.home_minutes));
        let each = (visit_minutes + hop).max(1.0);
        let fitting = (working_minutes + hop - 2.0 * home) / each;
        let visits = fitting.clamp(1.0, f64::from(rep.visits_max));
        let travel_minutes = ((visits - 1.0) * hop + 2.0 * home) / visits;
        Self { working_minutes, visit_minutes, travel_minutes, visits }
    }
}

/// Returns the demand of each reachable outlet on each rep, the nearest rep first. The result
/// includes reps who may not visit the outlet.
///
/// The calculation keeps one travel-time table per mode: O(n²) memory for n outlets.
pub(super) fn demands(
    territory: &Territory,
    prospects: &[Prospect],
    networks: &Networks,
    (from, cycle_days): (Date, u32),
    progress: &dyn Progress,
) -> Vec<Vec<Demand>> {
    let policy = &territory.policy;
    let trading = trading(territory, prospects);
    let mut all: Vec<Vec<Demand>> = trading.iter().map(|_| Vec::new()).collect();
    for mode in networks.by_mode.keys() {
        let network = networks.setting_out(territory, mode, from);
        let reps: Vec<(RepId, &Rep)> =
            territory.reps.iter_with_id().filter(|(_, rep)| rep.mode == *mode).collect();
        let on_roads: BTreeMap<ProspectId, Snap> = trading
            .iter()
            .filter_map(|(id, own)| Some((*id, network.snap(own.at, policy.snap_radius_m).ok()?)))
            .collect();
        let approaches = Approaches::new(
            prospects,
            &trading.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            |_| true,
            |id| Some(OnRoad::new(on_roads.get(&id)?, network, policy)),
            policy,
        );
        let mut snaps: Vec<Snap> = Vec::new();
        let mut place = |snap: Option<Snap>, door| {
            snaps.push(snap?);
            Some(Place { row: snaps.len() - 1, door })
        };
        let home = |rep: &Rep| network.snap(rep.home, policy.snap_radius_m).ok();
        let homes: Vec<Option<Place>> =
            reps.iter().map(|(_, rep)| place(home(rep), None)).collect();
        let places: Vec<Option<Place>> = trading
            .iter()
            .map(|(id, _)| {
                let road = on_roads.get(&approaches.leader(*id)).cloned();
                place(road, approaches.door(*id))
            })
            .collect();
        progress.begin("measuring travel times", snaps.len() as u64);
        let matrix =
            tracing::info_span!("travel_times").in_scope(|| network.matrix(&snaps, progress));
        progress.end();
        let setting_out = reps.iter().map(|(_, rep)| rep.shift.start).min();
        let part = PartOfDay::at(setting_out.unwrap_or(Seconds::ZERO));
        let shares = territory.usual_travel_shares(part);
        let densities: Vec<Density> = snaps.iter().map(|snap| network.density(snap)).collect();
        let a_day: usize = reps.iter().map(|(_, rep)| rep.visits_max as usize).sum();
        let neighbours = places.iter().flatten().count().div_ceil(a_day.max(1)).max(1);
        // Mean of the travel times in both directions.
        let minutes = |a: Place, b: Place| {
            let one_way = |from: Place, to: Place| {
                let drive = || {
                    let computed = matrix.get(from.row, to.row)?.time();
                    let on_road = shares.to(densities[to.row]).of(computed).seconds();
                    Some(on_road + f64::from(time_at_ends(from.door, to.door).0))
                };
                let walk = walk_between(from.door, to.door);
                walk.map(|walk| f64::from(walk.0)).or_else(drive)
            };
            Some((one_way(a, b)? + one_way(b, a)?) / 120.0)
        };
        for (at, (id, prospect)) in trading.iter().enumerate() {
            let Some(own) = places[at] else { continue };
            let mut hops: Vec<f64> = places
                .iter()
                .flatten()
                .filter(|other| other.row != own.row)
                .filter_map(|other| minutes(own, *other))
                .collect();
            if hops.len() > neighbours {
                hops.select_nth_unstable_by(neighbours, f64::total_cmp);
                hops.truncate(neighbours);
            }
            // The values are sorted so that they are always added in the same order. Another order
            // may change the last bit of the sum.
            hops.sort_unstable_by(f64::total_cmp);
            let hop_minutes = hops.iter().sum::<f64>() / hops.len().max(1) as f64;
            for ((rep_at, rep), home) in reps.iter().zip(&homes) {
                let home_minutes = home.and_then(|home| minutes(home, own));
                let Some(home_minutes) = home_minutes else { continue };
                let days = policy.interval_days(prospect).max(policy.spacing_days(prospect));
                let visit_minutes = f64::from(policy.known_visit_duration(prospect).0) / 60.0;
                all[at].push(Demand {
                    prospect: *id,
                    rep: *rep_at,
                    may_go: prospect.may_be_visited_by(&rep.name),
                    tier: prospect.tier,
                    weight: policy.tier_weight(prospect),
                    visits: f64::from(cycle_days) / f64::from(days),
                    visit_minutes: visit_minutes * rep.visit_minutes_share,
                    hop_minutes,
                    home_minutes,
                });
            }
        }
    }
    all.retain(|choices| !choices.is_empty());
    for choices in &mut all {
        choices.sort_by(|a, b| a.home_minutes.total_cmp(&b.home_minutes));
    }
    all
}

/// Returns the open outlets whose positions are exact enough.
pub(super) fn trading<'p>(
    territory: &Territory,
    prospects: &'p [Prospect],
) -> Vec<(ProspectId, &'p Prospect)> {
    let is_visited = |(_, prospect): &(ProspectId, &Prospect)| {
        prospect.status == Status::Open && territory.policy.uncertain_position(prospect).is_none()
    };
    (0..).map(ProspectId).zip(prospects).filter(is_visited).collect()
}

/// Returns the number of working days of each rep in the cycle.
pub(super) fn days_worked(
    territory: &Territory,
    (from, cycle_days): (Date, u32),
) -> ById<RepId, f64> {
    let days: Vec<Date> =
        (0..cycle_days).map(|day| from.saturating_add(i64::from(day).days())).collect();
    let worked = territory.reps.iter().map(|rep| {
        days.iter().filter(|day| rep.works_on(**day, &territory.calendar)).count() as f64
    });
    worked.collect()
}
