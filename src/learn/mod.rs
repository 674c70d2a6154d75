//! Learns times from a visit log: minutes of visits, shares of the travel time, minutes to park.
//!
//! [`learn`] takes a territory, its lists and its log, and returns a [`Learning`]: each estimate with
//! its observations and the error on days left out, and the [`LearnedTimes`] that reduce that error.
//! [`Learning::file_text`] is the file that a territory can name as `learned`. Nothing uses the
//! times unless a territory file says so. The result depends on the log and the day alone.

mod evidence;
mod file_text;
mod hops;
mod observe;
mod real_hours;
mod robust;
mod stays;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

pub use evidence::Evidence;
pub use hops::Hop;
pub use observe::{NotUsed, Observations};
pub use real_hours::{HoursFigures, RealHours};
pub use stays::Stay;

use crate::ids::ById;
use crate::itinerary::Approach;
use crate::learned::{
    LearnedLengths, LearnedMinutes, LearnedParking, LearnedTimes, TravelShare, VisitShare,
};
use crate::networks::{ModeNetworks, Networks};
use crate::prospects::{LoggedVisit, Prospect, ProspectId, name_of};
use crate::road::Snap;
use crate::territory::Territory;
use crate::units::Seconds;
use hops::TravelEstimates;
use observe::{Drive, Trip, observe};
use stays::VisitEstimates;

/// The times that a log teaches, and the evidence for them.
#[derive(Debug, Clone, Serialize)]
pub struct Learning {
    /// Name of the territory.
    pub territory: String,
    /// Last day of the log that counts.
    pub as_of: Date,
    /// Number of visits with a duration that was used.
    pub visits: usize,
    /// Number of drives that were used.
    pub drives: usize,
    /// Number of times left out, by reason.
    pub not_used: BTreeMap<NotUsed, usize>,
    /// All estimates: types, reps, outlets, then travel.
    pub estimates: Vec<Estimate>,
    /// Error of the minutes of all visits, without and with everything that is kept.
    pub visit_error: Evidence,
    /// Error of the minutes of all drives, without and with everything that is kept.
    pub drive_error: Evidence,
    /// The estimates that are kept.
    pub learned: LearnedTimes,
}

/// The quantity that an estimate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Minutes of a visit to an outlet type.
    VisitMinutes,
    /// Minutes of a visit to an outlet.
    OutletVisitMinutes,
    /// Share of the usual minutes of a visit, of a rep.
    VisitMinutesShare,
    /// Minutes to park.
    ParkMinutes,
    /// Share of the travel time, of all drives, a density, or a part of the day.
    TravelTimeShare,
    /// Share of the travel time of a rep.
    RepTravelTimeShare,
}

/// One estimate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Its quantity.
    pub quantity: Quantity,
    /// Its key: an outlet type, rep, id of an outlet, density or part of the day.
    pub of: String,
    /// Name of the outlet; `None` for other keys.
    pub name: Option<String>,
    /// Value without the estimate: of list, policy, or the estimate above.
    pub stated: f64,
    /// Value learned.
    pub learned: f64,
    /// Observations, and error on days left out.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// True if it is kept, because it reduces the error.
    pub is_kept: bool,
}

/// Returns the days up to `as_of` for whose hours [`learn`] needs networks: those of visits with
/// clock times.
pub fn days(log: &[LoggedVisit], as_of: Date) -> Vec<Date> {
    let timed = log.iter().filter(|visit| visit.arrived_at.is_some() && visit.left_at.is_some());
    let days: BTreeSet<Date> =
        timed.map(|visit| visit.visited_on).filter(|day| *day <= as_of).collect();
    days.into_iter().collect()
}

/// Learns from `log` as it stands on `as_of`.
///
/// `territory` is [read without learned times](Territory::read_unlearned), `prospects` are its lists
/// without the log, `networks` those of the [`days`] of the log; without them there are no drives.
pub fn learn(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    log: &[LoggedVisit],
    networks: Option<&Networks>,
    as_of: Date,
) -> Learning {
    let _stage = tracing::info_span!("learn").entered();
    let roads = networks.map(|networks| Roads::new(territory, prospects, log, networks));
    let drive = |trip| roads.as_ref().and_then(|roads| roads.drive(trip));
    let found = observe(territory, prospects, log, as_of, &drive);
    of_observations(territory, prospects, found, as_of)
}

/// Learns from visits and drives.
pub fn of_observations(
    territory: &Territory,
    prospects: &ById<ProspectId, Prospect>,
    found: Observations,
    as_of: Date,
) -> Learning {
    let Observations { stays, hops, not_used } = found;
    let (of_visits, of_travel) = (stays::estimate(&stays), hops::estimate(&hops));
    let mut learning = Learning {
        territory: territory.name.clone(),
        as_of,
        visits: stays.len(),
        drives: hops.len(),
        not_used,
        estimates: Vec::new(),
        visit_error: of_visits.whole,
        drive_error: of_travel.whole,
        learned: LearnedTimes::default(),
    };
    learning.add_visits(territory, prospects, &stays, of_visits);
    learning.add_travel(territory, of_travel);
    learning
}

impl Learning {
    /// Returns true if any estimate is kept.
    pub fn has_learned(&self) -> bool {
        self.estimates.iter().any(|estimate| estimate.is_kept)
    }

    fn add(
        &mut self,
        quantity: Quantity,
        of: String,
        [stated, learned]: [f64; 2],
        evidence: Evidence,
    ) {
        let is_kept = evidence.is_kept();
        let name = None;
        self.estimates.push(Estimate { quantity, of, name, stated, learned, evidence, is_kept });
    }

    fn add_visits(
        &mut self,
        territory: &Territory,
        prospects: &ById<ProspectId, Prospect>,
        stays: &[Stay],
        found: VisitEstimates,
    ) {
        let lengths = &territory.policy.visit_minutes;
        for ((outlet_type, is_first_call), (minutes, evidence)) in &found.types {
            let stated = lengths.of(*outlet_type);
            let stated = if *is_first_call { stated.first_call } else { stated.known };
            let call = if *is_first_call { " (first call)" } else { "" };
            let of = format!("{}{call}", name_of(outlet_type));
            self.add(Quantity::VisitMinutes, of, [stated, *minutes].map(f64::from), *evidence);
            if evidence.is_kept() {
                let own = &mut self.learned.visit_minutes.by_outlet_type;
                let own: &mut LearnedLengths = own.entry(*outlet_type).or_default();
                let field = if *is_first_call { &mut own.first_call } else { &mut own.known };
                *field = Some(LearnedMinutes(*minutes));
            }
        }
        for (rep, (share, evidence)) in &found.reps {
            let rep = &territory.reps[*rep];
            let values = [rep.visit_minutes_share, *share];
            self.add(Quantity::VisitMinutesShare, rep.name.clone(), values, *evidence);
            if evidence.is_kept() {
                let own = &mut self.learned.visit_minutes_share;
                own.insert(rep.name.clone(), VisitShare(*share));
            }
        }
        for (prospect, (minutes, evidence)) in &found.outlets {
            let row = &prospects[*prospect];
            let of_type = found.types.get(&(row.outlet_type, false));
            let of_type = of_type.filter(|(_, evidence)| evidence.is_kept());
            let stay = stays.iter().find(|stay| stay.prospect == *prospect && !stay.is_first_call);
            let stated = of_type.map(|(minutes, _)| *minutes).or(stay.map(|own| own.usual_minutes));
            let values = [stated.unwrap_or(*minutes), *minutes].map(f64::from);
            self.add(Quantity::OutletVisitMinutes, row.id.clone(), values, *evidence);
            if let Some(last) = self.estimates.last_mut() {
                last.name = Some(row.name.clone());
            }
            if evidence.is_kept() {
                let own = &mut self.learned.visit_minutes.by_outlet;
                own.insert(row.id.clone(), LearnedMinutes(*minutes));
            }
        }
    }

    fn add_travel(&mut self, territory: &Territory, found: TravelEstimates) {
        let share = |share: TravelShare| share.value();
        for (density, (minutes, evidence)) in &found.parking {
            let values = [territory.policy.park_minutes.of(*density), *minutes];
            self.add(Quantity::ParkMinutes, density.to_string(), values, *evidence);
            if evidence.is_kept() {
                self.learned.park_minutes.insert(*density, LearnedParking(*minutes));
            }
        }
        let usual = found.usual.filter(|(_, evidence)| evidence.is_kept()).map(|(usual, _)| usual);
        let travel = &mut self.learned.travel_time_share;
        travel.usual = usual;
        let above = |found: &TravelEstimates, density| {
            let own = found.densities.get(density).filter(|(_, evidence)| evidence.is_kept());
            own.map(|(own, _)| *own).or(usual).unwrap_or_default()
        };
        for (density, (own, evidence)) in &found.densities {
            if evidence.is_kept() {
                travel.by_density.entry(*density).or_default().all_day = Some(*own);
            }
        }
        for ((density, part), (own, evidence)) in &found.parts {
            if evidence.is_kept() {
                let of_density = travel.by_density.entry(*density).or_default();
                of_density.by_part_of_day.insert(*part, *own);
            }
        }
        for (rep, (own, evidence)) in &found.reps {
            if evidence.is_kept() {
                travel.by_rep.insert(territory.reps[*rep].name.clone(), *own);
            }
        }
        let quantity = Quantity::TravelTimeShare;
        if let Some((own, evidence)) = found.usual {
            self.add(quantity, "all drives".to_owned(), [1.0, share(own)], evidence);
        }
        for (density, (own, evidence)) in &found.densities {
            let values = [usual.unwrap_or_default(), *own].map(share);
            self.add(quantity, density.to_string(), values, *evidence);
        }
        for ((density, part), (own, evidence)) in &found.parts {
            let values = [above(&found, density), *own].map(share);
            self.add(quantity, format!("{density}, {part}"), values, *evidence);
        }
        for (rep, (own, evidence)) in &found.reps {
            let rep = territory.reps[*rep].name.clone();
            self.add(Quantity::RepTravelTimeShare, rep, [1.0, share(*own)], *evidence);
        }
    }
}

/// Networks with the outlets of a log on them.
struct Roads<'a> {
    territory: &'a Territory,
    prospects: &'a ById<ProspectId, Prospect>,
    modes: BTreeMap<&'a str, (&'a ModeNetworks, BTreeMap<ProspectId, Snap>)>,
}

impl<'a> Roads<'a> {
    fn new(
        territory: &'a Territory,
        prospects: &'a ById<ProspectId, Prospect>,
        log: &[LoggedVisit],
        networks: &'a Networks,
    ) -> Self {
        let ids = Prospect::by_any_id(prospects.as_slice());
        let timed = log.iter().filter(|visit| visit.arrived_at.is_some());
        let visited: BTreeSet<ProspectId> =
            timed.filter_map(|visit| ids.get(&visit.id)).map(|at| ProspectId(*at as u32)).collect();
        let modes = networks.by_mode.iter().map(|(mode, roads)| {
            let snap = |id: &ProspectId| {
                let at = prospects[*id].at;
                let snap = roads.any().snap(at, territory.policy.snap_radius_m).ok()?;
                Some((*id, snap))
            };
            (mode.as_str(), (roads, visited.iter().filter_map(snap).collect()))
        });
        Self { territory, prospects, modes: modes.collect() }
    }

    /// Computes a trip as a plan without learned times would.
    fn drive(&self, trip: Trip) -> Option<Drive> {
        let policy = &self.territory.policy;
        let rep = &self.territory.reps[trip.rep];
        let (roads, snaps) = self.modes.get(rep.mode.as_str())?;
        let network =
            if roads.is_for(trip.date) { roads.at(trip.date, trip.time) } else { roads.any() };
        let (from, to) = (snaps.get(&trip.from)?, snaps.get(&trip.to)?);
        let path = network.path(from, to)?;
        let density = network.density(to);
        let profile = &network.info().profile;
        let parking = if profile.has_to_park() { policy.park_minutes.of(density) } else { 0.0 };
        let park_seconds = Seconds((parking * 60.0).round() as u32);
        let approach = |snap: &Snap, outlet: ProspectId| {
            let row = &self.prospects[outlet];
            let approach = Approach::new(snap.at, row.at, park_seconds, policy.walk_detour);
            let stated = row.approach_minutes.map(Seconds::from_minutes);
            stated.map_or(approach, |stated| approach.taking(stated))
        };
        let is_stated = self.prospects[trip.to].approach_minutes.is_some();
        let minutes = |seconds: Seconds| f64::from(seconds.0) / 60.0;
        let (back, there) = (approach(from, trip.from), approach(to, trip.to));
        let of_approach = if is_stated { there.time() } else { there.walk.time };
        Some(Drive {
            drive_minutes: path.cost.time().seconds() / 60.0,
            walk_minutes: minutes(back.walk.time) + minutes(of_approach),
            park_minutes: (profile.has_to_park() && !is_stated).then_some(parking),
            metres: path.cost.distance().metres(),
            speed_max_kmh: profile.speed_max_kmh,
            density,
        })
    }
}
