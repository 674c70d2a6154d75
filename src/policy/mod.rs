//! Defines the policy: the numbers for prizes, intervals and durations of visits, and for the
//! working day.
//!
//! [`Policy::default`] holds the default values. The table `[policy]` of a territory file overrides
//! them, and a row of a list overrides both. This module reads no files and no clock.

pub(crate) mod numbers;
mod parameters;
mod urgency;
mod words;
mod working_day;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use parameters::{
    ConversionIntervals, Intervals, MarketDayRule, MinGaps, ParkMinutes, PhoneIntervals,
    ServiceIntervals, TierShares, TierWeights, VisitLengths, VisitMinutes,
};
pub use urgency::{Urgency, UrgencyCause, UrgencyInput, urgency};
pub(crate) use urgency::{days_after, days_between};
pub use words::{Objection, Objections, Objectives, OutcomeRule, Outcomes};
pub use working_day::{Lunch, parse_time_window};

pub use crate::week::{Workdays, parse_time_of_day};

use crate::prospects::{
    FollowupType, Grade, OpeningHours, OutletType, Prospect, Stage, Tier, TimesOfDay,
};
use crate::solver::TimeWindow;
use crate::units::Seconds;

/// All rules for visits, with their values. The table `[policy]` of the territory file sets each
/// field by its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Weight of each tier, in points: the value of a visit with all other factors equal to 1.
    pub tier_weight: TierWeights,
    /// Number of days from one visit to the next.
    pub interval_days: Intervals,
    /// Minimum number of days between two visits.
    pub min_gap_days: MinGaps,
    /// Fraction of the interval after which a visit is due.
    #[serde(deserialize_with = "numbers::share")]
    pub due_after: f64,
    /// Maximum urgency of an overdue visit.
    #[serde(deserialize_with = "numbers::multiplier")]
    pub urgency_cap: f64,
    /// Minimum urgency of a visit from its promised date on.
    #[serde(deserialize_with = "numbers::multiplier")]
    pub promise_urgency: f64,
    /// Factor by which the prize falls for each day that a due visit waits, in a plan of several
    /// days.
    #[serde(deserialize_with = "numbers::share")]
    pub promptness: f64,
    /// Number of days before an occasion from which the occasion counts.
    #[serde(deserialize_with = "numbers::days")]
    pub occasion_days: u32,
    /// Urgency that an occasion adds to a visit.
    #[serde(deserialize_with = "numbers::weight")]
    pub occasion_urgency: f64,
    /// Shares of revenue that divide the tiers, in percent.
    pub tier_share: TierShares,
    /// Number of days from one telephone call to the next.
    pub phone_interval_days: PhoneIntervals,
    /// Duration of visits, in minutes.
    pub visit_minutes: VisitMinutes,
    /// Opening hours for each outlet type, for rows that state no hours. A type that has no entry
    /// is always open.
    pub default_hours: BTreeMap<OutletType, OpeningHours>,
    /// Preferred hours for each outlet type. Visits are made during these hours if the outlet is
    /// open long enough then.
    pub preferred_hours: BTreeMap<OutletType, TimesOfDay>,
    /// Avoided hours for each outlet type. Visits are made during these hours only if no other time
    /// of the day is possible.
    pub avoided_hours: BTreeMap<OutletType, TimesOfDay>,
    /// Effect of a market day on visits.
    pub market_days: MarketDayRule,
    /// Leeway after an appointment in minutes, for rows that state no leeway.
    #[serde(deserialize_with = "numbers::minutes")]
    pub leeway_minutes: u32,
    /// Maximum time that a rep may arrive before an appointment, in minutes.
    #[serde(deserialize_with = "numbers::minutes")]
    pub earliness_minutes: u32,
    /// Maximum number of visits in a shift.
    #[serde(deserialize_with = "numbers::count")]
    pub visits_max: u32,
    /// Maximum travel time in a shift, in minutes; `None` for no limit.
    #[serde(deserialize_with = "numbers::minutes_if_any", skip_serializing_if = "Option::is_none")]
    pub travel_max_minutes: Option<u32>,
    /// Cost of an hour of travel, in points.
    #[serde(deserialize_with = "numbers::weight")]
    pub travel_cost_per_hour: f64,
    /// Price of uneven work: points for the square of a shift's hours of travel and visits. If it
    /// is above 0, reps share the work more evenly.
    #[serde(deserialize_with = "numbers::weight")]
    pub balance: f64,
    /// Cost of a change to a visit of an earlier plan, in points. The visit is moved or dropped
    /// only if the new plan gains more.
    #[serde(deserialize_with = "numbers::weight")]
    pub move_cost: f64,
    /// Maximum distance between an outlet and a road that the rep may use, in metres.
    #[serde(deserialize_with = "numbers::metres")]
    pub snap_radius_m: f64,
    /// Lowest [`position_quality`](Prospect::position_quality) of an outlet that is visited.
    /// Outlets with a lower quality are listed and get no visits.
    pub geocode_quality: Grade,
    /// Maximum distance between due outlets that share an approach, in metres; 0 if outlets never
    /// share one.
    #[serde(deserialize_with = "numbers::metres_on_foot")]
    pub co_located_m: f64,
    /// Minutes for parking at an outlet, by the density of the roads around it. They apply to
    /// travel modes that need parking.
    pub park_minutes: ParkMinutes,
    /// Length of a walk divided by the length of the straight line; 0 for no walks.
    #[serde(deserialize_with = "numbers::detour_on_foot")]
    pub walk_detour: f64,
    /// Working hours, from leaving home to the return.
    #[serde(with = "working_day::time_window_text")]
    pub shift: TimeWindow,
    /// Lunch break of the reps.
    pub lunch: Lunch,
    /// Days of the week on which reps work.
    pub workdays: Workdays,
    /// Effects of the outcomes of visits on outlets.
    pub outcomes: Outcomes,
    /// Talking points for answering objections.
    pub objections: Objections,
    /// Objectives of visits.
    pub objectives: Objectives,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            tier_weight: TierWeights::default(),
            interval_days: Intervals::default(),
            min_gap_days: MinGaps::default(),
            due_after: 0.7,
            urgency_cap: 3.0,
            promise_urgency: 3.0,
            promptness: 0.98,
            occasion_days: 3,
            occasion_urgency: 0.5,
            tier_share: TierShares::default(),
            phone_interval_days: PhoneIntervals::default(),
            visit_minutes: VisitMinutes::default(),
            default_hours: BTreeMap::new(),
            preferred_hours: BTreeMap::new(),
            avoided_hours: BTreeMap::new(),
            market_days: MarketDayRule::default(),
            leeway_minutes: 0,
            earliness_minutes: 10,
            visits_max: 15,
            travel_max_minutes: None,
            travel_cost_per_hour: 1.0,
            balance: 0.0,
            move_cost: 2.0,
            snap_radius_m: 200.0,
            geocode_quality: Grade::Street,
            co_located_m: 50.0,
            park_minutes: ParkMinutes::default(),
            walk_detour: 1.2,
            shift: TimeWindow { start: Seconds::from_hours(9), end: Seconds::from_hours(18) },
            lunch: Lunch::default(),
            workdays: Workdays::default(),
            outcomes: Outcomes::default(),
            objections: Objections::default(),
            objectives: Objectives::default(),
        }
    }
}

/// Applies the rules to one prospect: the row of the list first, then the policy.
impl Policy {
    /// Returns the follow-up type that the row states, or that follows from the stage.
    ///
    /// It is "service" for customers, "long-term" for the stages "not soon" and "never", and
    /// "conversion" for all others.
    pub fn followup_type(&self, prospect: &Prospect) -> FollowupType {
        prospect.followup_type.unwrap_or(match prospect.stage {
            Stage::Customer => FollowupType::Service,
            Stage::NotSoon | Stage::Never => FollowupType::LongTerm,
            Stage::Blank | Stage::Interested | Stage::Hesitating | Stage::Quoted | Stage::Lost => {
                FollowupType::Conversion
            }
        })
    }

    /// Returns the number of days from one visit to `prospect` to the next. The stage `never`
    /// overrides the follow-up type.
    pub fn interval_days(&self, prospect: &Prospect) -> u32 {
        let by_rule = || {
            let intervals = &self.interval_days;
            match (prospect.stage, self.followup_type(prospect)) {
                (Stage::Never, _) => intervals.never,
                (_, FollowupType::LongTerm) => intervals.long_term,
                (_, FollowupType::Service) => match prospect.tier {
                    Some(Tier::A) => intervals.service.a,
                    Some(Tier::B) => intervals.service.b,
                    Some(Tier::C) => intervals.service.c,
                    None => intervals.service.untiered,
                },
                (stage, FollowupType::Conversion) => match stage {
                    Stage::Interested => intervals.conversion.interested,
                    Stage::Quoted => intervals.conversion.quoted,
                    Stage::Hesitating => intervals.conversion.hesitating,
                    _ => intervals.conversion.other,
                },
            }
        };
        prospect.interval_days.unwrap_or_else(by_rule)
    }

    /// Returns the minimum number of days between two visits to `prospect`.
    ///
    /// If the row states an interval and no minimum gap, the gap of the policy is limited to this
    /// interval.
    pub fn min_gap_days(&self, prospect: &Prospect) -> u32 {
        let by_rule = || {
            let gaps = &self.min_gap_days;
            let gap = match (prospect.stage, self.followup_type(prospect)) {
                (Stage::Never, _) => gaps.never,
                (_, FollowupType::LongTerm) => gaps.long_term,
                (_, FollowupType::Service) => gaps.service,
                (_, FollowupType::Conversion) => gaps.conversion,
            };
            prospect.interval_days.map_or(gap, |interval| gap.min(interval))
        };
        prospect.min_gap_days.unwrap_or_else(by_rule)
    }

    /// Returns the number of days from one telephone call to `prospect` to the next; `None` for no
    /// calls. The stage `never` overrides the follow-up type.
    pub fn phone_interval_days(&self, prospect: &Prospect) -> Option<u32> {
        let intervals = &self.phone_interval_days;
        let days = match (prospect.stage, self.followup_type(prospect)) {
            (Stage::Never, _) => intervals.never,
            (_, FollowupType::LongTerm) => intervals.long_term,
            (_, FollowupType::Service) => intervals.service,
            (_, FollowupType::Conversion) => intervals.conversion,
        };
        (days > 0).then_some(days)
    }

    /// Returns the objective of a visit to `prospect`.
    pub fn objective(&self, prospect: &Prospect) -> &str {
        self.objectives.of(prospect.stage, self.followup_type(prospect))
    }

    /// Returns the talking point for the objection of `prospect`; `None` if the kind of the
    /// objection is not known.
    pub fn talking_point(&self, prospect: &Prospect) -> Option<&str> {
        let (_, objection) = self.objections.find(prospect.objection.as_deref()?)?;
        Some(&objection.talking_point)
    }

    /// Returns the minimum number of days between two visits to `prospect` in one plan. It is the
    /// minimum gap, or the number of days until a visit is due if that is more, and at least one.
    pub fn spacing_days(&self, prospect: &Prospect) -> u32 {
        let due_after = urgency::first_day_at(self.due_after, self.interval_days(prospect).max(1));
        due_after.max(self.min_gap_days(prospect)).max(1)
    }

    /// Returns the quality of the position of `prospect` if it is too low for a visit; `None` if it
    /// is not.
    pub fn uncertain_position(&self, prospect: &Prospect) -> Option<Grade> {
        prospect.position_quality.filter(|quality| *quality > self.geocode_quality)
    }

    /// Returns the points for the tier of `prospect`.
    pub fn tier_weight(&self, prospect: &Prospect) -> f64 {
        match prospect.tier {
            Some(Tier::A) => self.tier_weight.a,
            Some(Tier::B) => self.tier_weight.b,
            Some(Tier::C) => self.tier_weight.c,
            None => self.tier_weight.untiered,
        }
    }

    /// Returns the duration of a visit to `prospect`. A first call is a visit to an outlet in the
    /// stage `blank` that was never visited.
    pub fn visit_duration(&self, prospect: &Prospect) -> Seconds {
        let first_call = prospect.stage == Stage::Blank && prospect.visited_on.is_none();
        if !first_call {
            return self.known_visit_duration(prospect);
        }
        let by_rule = self.visit_minutes.of(prospect.outlet_type).first_call;
        Seconds::from_minutes(prospect.visit_minutes.unwrap_or(by_rule))
    }

    /// Returns the duration of a visit to `prospect` after the first call.
    pub fn known_visit_duration(&self, prospect: &Prospect) -> Seconds {
        let by_rule = self.visit_minutes.of(prospect.outlet_type).known;
        Seconds::from_minutes(prospect.visit_minutes.unwrap_or(by_rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lonlat::LonLat;

    fn prospect(stage: Stage) -> Prospect {
        Prospect { stage, ..Prospect::new("P1", "Pharmacy", LonLat { lon: 14.4, lat: 35.9 }) }
    }

    #[test]
    fn intervals_follow_stage_and_tier() {
        let policy = Policy::default();
        let days = |stage, tier| policy.interval_days(&Prospect { tier, ..prospect(stage) });
        assert_eq!(days(Stage::Customer, Some(Tier::A)), 7);
        assert_eq!(days(Stage::Customer, Some(Tier::B)), 14);
        assert_eq!(days(Stage::Customer, Some(Tier::C)), 28);
        assert_eq!(days(Stage::Customer, None), 14);
        assert_eq!(days(Stage::Interested, Some(Tier::A)), 3);
        assert_eq!(days(Stage::Quoted, None), 5);
        assert_eq!(days(Stage::Hesitating, None), 7);
        assert_eq!(days(Stage::Blank, None), 7);
        assert_eq!(days(Stage::Lost, None), 7);
        assert_eq!(days(Stage::NotSoon, None), 21);
        assert_eq!(days(Stage::Never, Some(Tier::A)), 60);
    }

    #[test]
    fn a_stage_of_never_goes_before_the_followup_type() {
        let never = Prospect {
            followup_type: Some(FollowupType::Service),
            tier: Some(Tier::A),
            ..prospect(Stage::Never)
        };
        let policy = Policy::default();
        assert_eq!((policy.interval_days(&never), policy.min_gap_days(&never)), (60, 30));
    }

    #[test]
    fn the_row_goes_before_the_rules() {
        let policy = Policy::default();
        let row = Prospect {
            interval_days: Some(10),
            visit_minutes: Some(45),
            ..prospect(Stage::NotSoon)
        };
        assert_eq!(policy.interval_days(&row), 10);
        assert_eq!(policy.min_gap_days(&row), 10, "the usual 14 would defeat the stated interval");
        assert_eq!(policy.min_gap_days(&Prospect { min_gap_days: Some(12), ..row.clone() }), 12);
        assert_eq!(policy.visit_duration(&row), Seconds::from_minutes(45));
    }

    #[test]
    fn a_walk_is_never_shorter_than_the_straight_line() {
        let of = |text: &str| toml::from_str::<Policy>(text).map(|policy| policy.walk_detour);
        assert_eq!(of("walk_detour = 0"), Ok(0.0));
        assert_eq!(of("walk_detour = 1.3"), Ok(1.3));
        let refused = of("walk_detour = 0.5").unwrap_err();
        assert!(refused.message().contains("0, or a number from 1 to 3"), "{refused}");
    }

    #[test]
    fn minutes_to_park_that_are_not_stated_keep_their_defaults() {
        let policy: Policy = toml::from_str("park_minutes = { urban = 4.5 }").unwrap();
        assert_eq!(policy.park_minutes, ParkMinutes { urban: 4.5, ..ParkMinutes::default() });
        let refused = toml::from_str::<Policy>("park_minutes = 4").unwrap_err();
        assert!(refused.message().contains("{ rural = 1, suburban = 2, urban = 3 }"), "{refused}");
    }

    #[test]
    fn the_first_call_is_shorter_than_a_visit_to_someone_known() {
        let policy = Policy::default();
        assert_eq!(policy.visit_duration(&prospect(Stage::Blank)), Seconds::from_minutes(15));
        assert_eq!(policy.visit_duration(&prospect(Stage::Customer)), Seconds::from_minutes(20));
    }

    #[test]
    fn a_policy_replaces_only_the_values_it_states() {
        let policy: Policy = toml::from_str(
            "tier_weight = { A = 7 }\nvisits_max = 12\n[visit_minutes.by_outlet_type]\nclinic = { known = 30 }\n\
             [default_hours]\npharmacy = \"Mo-Sa 08:00-20:00\"",
        )
        .unwrap();
        assert_eq!((policy.tier_weight.a, policy.tier_weight.b), (7.0, 2.0));
        assert_eq!(policy.visits_max, 12);
        let clinic = Prospect { outlet_type: OutletType::Clinic, ..prospect(Stage::Customer) };
        assert_eq!(policy.visit_duration(&clinic), Seconds::from_minutes(30));
        assert_eq!(policy.visit_duration(&prospect(Stage::Customer)), Seconds::from_minutes(20));
        assert!(policy.default_hours.contains_key(&OutletType::Pharmacy));
    }

    #[test]
    fn a_policy_written_out_reads_back_the_same() {
        let policy = Policy { due_after: 0.5, ..Policy::default() };
        let text = toml::to_string(&policy).unwrap();
        assert_eq!(toml::from_str::<Policy>(&text).unwrap(), policy);
    }
}
