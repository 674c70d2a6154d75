//! Computes the capacity of a territory: the visits that are wanted, the visits that are possible,
//! and the number of reps needed.

use jiff::civil::Date;
use serde::Serialize;

use super::workload::{Demand, RepDay, days_worked, demands, trading};
use crate::ids::ById;
use crate::networks::Networks;
use crate::progress::Progress;
use crate::prospects::{Prospect, Tier};
use crate::territory::{RepId, Territory};

/// The load of a territory over a cycle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Capacity {
    /// First day of the cycle.
    pub from: Date,
    /// Length of the cycle in days.
    pub cycle_days: u32,
    /// Number of trading outlets that can be reached.
    pub outlets: usize,
    /// Number of trading outlets that no rep who may visit them can reach. The other figures do not
    /// include these outlets.
    pub unreachable: usize,
    /// Working days of all reps in the cycle.
    pub rep_days: u32,
    /// Number of visits wanted in a cycle, from the intervals of all outlets.
    pub visits_wanted: f64,
    /// Number of visits possible in a cycle.
    pub capacity: f64,
    /// Visits wanted in percent of the capacity; `None` if no rep works in the cycle.
    pub utilization_percent: Option<f64>,
    /// Number of reps.
    pub reps: usize,
    /// Number of reps needed for all visits, each with the average working time; `None` if no rep
    /// works in the cycle.
    pub reps_needed: Option<f64>,
    /// Average time at the outlet per visit, in minutes.
    pub visit_minutes: f64,
    /// Average travel time per visit, in minutes, including the travel from and to home.
    pub travel_minutes: f64,
    /// Average number of visits per rep and day.
    pub visits_per_day: f64,
    /// The load of each tier, the tier with the greatest weight first.
    pub tiers: Vec<TierLoad>,
}

/// The load of one tier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TierLoad {
    /// The tier; `None` for outlets without one.
    pub tier: Option<Tier>,
    /// Number of outlets.
    pub outlets: usize,
    /// Number of visits wanted in a cycle.
    pub visits_wanted: f64,
    /// Number of wanted visits for which a cycle has no time, if reps visit the most valuable tiers
    /// first.
    pub visits_lost: f64,
}

impl Capacity {
    /// Default length of a cycle in days (four weeks).
    pub const CYCLE_DAYS: u32 = 28;

    /// Estimates the load of `territory` in the cycle of `cycle_days` days from `from` on.
    ///
    /// An outlet wants `cycle ÷ interval` visits, or `cycle ÷ spacing` if the spacing of its visits
    /// is longer than the interval. The rep with the shortest travel time from home makes them. If
    /// this rep has too many visits, outlets go to the next rep with time left, those with the
    /// smallest increase in travel time first.
    ///
    /// The model uses three averages over the visits: `t` is the travel time from one outlet to the
    /// next, `h` is the travel time to or from home, and `v` is the length of a visit. A rep whose
    /// working day has `T` minutes without lunch makes `n = (T + t − 2h) ÷ (v + t)` visits, at most
    /// `visits_max`. The day has `n` visits, `n − 1` legs between them and two legs from and to
    /// home.
    ///
    /// All travel times include parking and walks. `t` is the mean over the `k` nearest outlets. All reps together can visit one `k`-th of the
    /// outlets on one day, so the next visit is about equally likely at each of these outlets.
    /// Travel times are those at the hour at which the first rep sets out. The estimate ignores
    /// opening hours, appointments and days off of outlets.
    ///
    /// The calculation keeps one travel-time table per mode: O(n²) memory for n outlets.
    pub fn new(
        territory: &Territory,
        prospects: &[Prospect],
        networks: &Networks,
        (from, cycle_days): (Date, u32),
        progress: &dyn Progress,
    ) -> Self {
        let trading = trading(territory, prospects);
        let worked = days_worked(territory, (from, cycle_days));
        let mut choices = demands(territory, prospects, networks, (from, cycle_days), progress);
        for own in &mut choices {
            own.retain(|demand| demand.may_go);
        }
        choices.retain(|own| !own.is_empty());
        let demands = shared_out(choices, territory, &worked);

        let (mut minutes_needed, mut minutes_there, mut rep_days) = (0.0, 0.0, 0);
        let (mut most_visits, mut day_visits, mut travel) = (0.0, 0.0, 0.0);
        for (id, rep) in territory.reps.iter_with_id() {
            let worked = worked[id];
            let own: Vec<&Demand> = demands.iter().filter(|demand| demand.rep == id).collect();
            let day = RepDay::new(rep, &own);
            let visits: f64 = own.iter().map(|demand| demand.visits).sum();
            minutes_needed += visits * (day.visit_minutes + day.travel_minutes);
            travel += visits * day.travel_minutes;
            minutes_there += worked * day.working_minutes;
            most_visits += worked * f64::from(rep.visits_max);
            day_visits += worked * day.visits;
            rep_days += worked as u32;
        }
        let visits_wanted: f64 = demands.iter().map(|demand| demand.visits).sum();
        let at_outlets: f64 = demands.iter().map(|d| d.visits * d.visit_minutes).sum();
        let mean = |sum: f64| if visits_wanted > 0.0 { sum / visits_wanted } else { 0.0 };
        let per_visit = mean(minutes_needed);
        let by_time = if per_visit > 0.0 { minutes_there / per_visit } else { most_visits };
        let capacity = by_time.min(most_visits);
        let utilization = (rep_days > 0).then(|| visits_wanted / capacity);
        let reps = territory.reps.len();
        Self {
            from,
            cycle_days,
            outlets: demands.len(),
            unreachable: trading.len() - demands.len(),
            rep_days,
            visits_wanted: tenths(visits_wanted),
            capacity: tenths(capacity),
            utilization_percent: utilization.map(|share| tenths(share * 100.0)),
            reps,
            reps_needed: utilization.map(|share| tenths(share * reps as f64)),
            visit_minutes: tenths(mean(at_outlets)),
            travel_minutes: tenths(mean(travel)),
            visits_per_day: tenths(if rep_days > 0 {
                day_visits / f64::from(rep_days)
            } else {
                0.0
            }),
            tiers: by_tier(&demands, visits_wanted - capacity),
        }
    }
}

/// Returns one choice for each outlet. It is the nearest rep; if this rep has too many visits, it
/// is the next rep who has time left.
fn shared_out(
    mut all: Vec<Vec<Demand>>,
    territory: &Territory,
    worked: &ById<RepId, f64>,
) -> Vec<Demand> {
    let mut chosen = vec![0; all.len()];
    for rep_at in territory.reps.ids() {
        let spare = |chosen: &[usize], of: RepId| {
            let own =
                all.iter().zip(chosen).map(|(choices, at)| &choices[*at]).filter(|d| d.rep == of);
            let own: Vec<&Demand> = own.collect();
            let wanted: f64 = own.iter().map(|demand| demand.visits).sum();
            worked[of] * RepDay::new(&territory.reps[of], &own).visits - wanted
        };
        let mut left: ById<RepId, f64> =
            territory.reps.ids().map(|of| spare(&chosen, of)).collect();
        // Outlets of this rep that could go to another rep, each with its additional travel time.
        let mut movable: Vec<(f64, usize)> = Vec::new();
        for (outlet, choices) in all.iter().enumerate() {
            let at: usize = chosen[outlet];
            if choices[at].rep == rep_at && at + 1 < choices.len() {
                movable.push((choices[at + 1].home_minutes - choices[at].home_minutes, outlet));
            }
        }
        movable.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        for (_, outlet) in movable {
            let next = &all[outlet][chosen[outlet] + 1];
            if left[rep_at] >= 0.0 {
                break;
            }
            if left[next.rep] >= next.visits {
                left[rep_at] += next.visits;
                left[next.rep] -= next.visits;
                chosen[outlet] += 1;
            }
        }
    }
    all.iter_mut().zip(chosen).map(|(choices, at)| choices.swap_remove(at)).collect()
}

/// Returns the load of each tier. `too_many` is the number of lost visits; they are taken from the
/// tiers with the least weight.
fn by_tier(demands: &[Demand], too_many: f64) -> Vec<TierLoad> {
    let mut tiers: Vec<(f64, TierLoad)> = Vec::new();
    for tier in [Some(Tier::A), Some(Tier::B), Some(Tier::C), None] {
        let own = || demands.iter().filter(|demand| demand.tier == tier);
        let Some(first) = own().next() else { continue };
        let visits_wanted = own().map(|demand| demand.visits).sum();
        let load = TierLoad { tier, outlets: own().count(), visits_wanted, visits_lost: 0.0 };
        tiers.push((first.weight, load));
    }
    tiers.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let mut left = too_many.max(0.0);
    for (_, load) in tiers.iter_mut().rev() {
        let lost = left.min(load.visits_wanted);
        left -= lost;
        load.visits_lost = tenths(lost);
        load.visits_wanted = tenths(load.visits_wanted);
    }
    tiers.into_iter().map(|(_, load)| load).collect()
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prospects::ProspectId;

    fn demand(tier: Option<Tier>, weight: f64, visits: f64) -> Demand {
        Demand {
            prospect: ProspectId(0),
            rep: RepId(0),
            may_go: true,
            tier,
            weight,
            visits,
            visit_minutes: 20.0,
            hop_minutes: 10.0,
            home_minutes: 30.0,
        }
    }

    #[test]
    fn visits_without_time_are_those_of_least_worth() {
        let demands = [
            demand(Some(Tier::A), 5.0, 40.0),
            demand(Some(Tier::B), 2.0, 20.0),
            demand(Some(Tier::C), 3.0, 30.0),
        ];
        let lost = |too_many| {
            by_tier(&demands, too_many)
                .iter()
                .map(|load| (load.tier, load.visits_lost))
                .collect::<Vec<_>>()
        };
        let (a, b, c) = (Some(Tier::A), Some(Tier::B), Some(Tier::C));
        assert_eq!(lost(25.0), [(a, 0.0), (c, 5.0), (b, 20.0)]);
        assert_eq!(lost(-25.0), [(a, 0.0), (c, 0.0), (b, 0.0)]);
    }

    #[test]
    fn a_day_has_as_many_visits_as_fit_with_the_ways_between_and_home() {
        let rep = Territory::from_parts(crate::territory::TerritoryParts {
            osm: "x.osm.pbf".into(),
            prospects: vec![],
            visits: None,
            home: crate::lonlat::LonLat { lon: 14.4, lat: 35.9 },
            mode: "car".into(),
            timezone: jiff::tz::TimeZone::UTC,
            shift: crate::policy::Policy::default().shift,
        })
        .reps[RepId(0)]
        .clone();
        let of = |home_minutes| {
            RepDay::new(&rep, &[&Demand { home_minutes, ..demand(None, 2.0, 10.0) }])
        };
        // Nine hours minus one hour of lunch: 480 = 20 n + 10 (n − 1) + 2 × 30.
        let day = of(30.0);
        assert!((day.visits - 430.0 / 30.0).abs() < 1e-9, "{}", day.visits);
        assert!((day.visits * (20.0 + day.travel_minutes) - 480.0).abs() < 1e-9);
        assert_eq!(of(0.0).visits, 15.0, "not more than the most visits");
    }
}
