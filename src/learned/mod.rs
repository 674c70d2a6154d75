//! Times learned from the visit log, as `beatplan learn` writes them and a plan uses them.
//!
//! [`LearnedTimes`] is the contents of the file that a territory names as `learned`. It holds no more
//! than the plan needs: minutes of visits, the pace of reps at outlets, shares of the travel time and
//! minutes to park. `learn` estimates them; this module only looks them up.

mod part_of_day;
mod travel_share;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use part_of_day::PartOfDay;
pub use travel_share::{DensityShares, TravelShare};

use crate::policy::{Policy, numbers};
use crate::prospects::{OutletType, Prospect};
use crate::road::Density;
use crate::units::counted;

/// Times learned from a visit log. An empty one changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnedTimes {
    /// Minutes of visits.
    pub visit_minutes: LearnedVisitMinutes,
    /// Duration of a rep's visits as a share of the usual duration, by name.
    pub visit_minutes_share: BTreeMap<String, VisitShare>,
    /// Shares of the travel time.
    pub travel_time_share: TravelTimeShares,
    /// Minutes to park, by density of the roads around the outlet.
    pub park_minutes: BTreeMap<Density, LearnedParking>,
}

/// Learned minutes of visits. The minutes of an outlet replace those of its type.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnedVisitMinutes {
    /// Minutes by outlet type.
    pub by_outlet_type: BTreeMap<OutletType, LearnedLengths>,
    /// Minutes by the id of the outlet.
    pub by_outlet: BTreeMap<String, LearnedMinutes>,
}

/// Learned minutes of visits to one outlet type; `None` keeps those of the policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnedLengths {
    /// Outlet that has been visited before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<LearnedMinutes>,
    /// First call at a blank outlet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_call: Option<LearnedMinutes>,
}

/// Minutes of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LearnedMinutes(#[serde(deserialize_with = "numbers::minutes_from_one")] pub u32);

/// Share of the usual duration of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VisitShare(#[serde(deserialize_with = "numbers::share_of_usual")] pub f64);

/// Minutes to park, with decimals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LearnedParking(#[serde(deserialize_with = "numbers::minutes_to_park")] pub f64);

/// Shares of the travel time on the roads: real time ÷ computed time.
///
/// A drive takes the share of the density where it ends, at the part of the day in which it begins,
/// times the share of its rep.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TravelTimeShares {
    /// Share of all drives without a share of their density.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<TravelShare>,
    /// Shares by density of the roads around the end of the drive.
    pub by_density: BTreeMap<Density, SharesOfDay>,
    /// Shares by the name of the rep; they multiply the others.
    pub by_rep: BTreeMap<String, TravelShare>,
}

/// Shares of one density.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SharesOfDay {
    /// Share at all hours without a share of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all_day: Option<TravelShare>,
    /// Shares by part of the day.
    pub by_part_of_day: BTreeMap<PartOfDay, TravelShare>,
}

impl TravelTimeShares {
    /// Returns the shares for drives of `rep` that begin in `part`, by density of their end; `None`
    /// for a rep without a share.
    ///
    /// A product beyond [`TravelShare::RANGE`] is limited to it.
    pub fn of(&self, rep: Option<&str>, part: PartOfDay) -> DensityShares {
        let of_rep = rep.and_then(|rep| self.by_rep.get(rep)).copied().unwrap_or_default();
        let usual = self.usual.unwrap_or_default();
        DensityShares(Density::ALL.map(|density| {
            let own = self.by_density.get(&density);
            let share = own.and_then(|own| own.by_part_of_day.get(&part).copied().or(own.all_day));
            share.unwrap_or(usual).times(of_rep)
        }))
    }

    /// Returns whether no drive changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl LearnedTimes {
    /// Puts the learned minutes of outlet types and of parking into `policy`.
    pub fn apply_to_policy(&self, policy: &mut Policy) {
        for (outlet_type, learned) in &self.visit_minutes.by_outlet_type {
            let mut lengths = policy.visit_minutes.of(*outlet_type);
            lengths.known = learned.known.map_or(lengths.known, |minutes| minutes.0);
            lengths.first_call = learned.first_call.map_or(lengths.first_call, |minutes| minutes.0);
            policy.visit_minutes.by_outlet_type.insert(*outlet_type, lengths);
        }
        for (density, minutes) in &self.park_minutes {
            policy.park_minutes.set(*density, minutes.0);
        }
    }

    /// Returns the learned minutes of visits to `prospect`; `None` if its row states them, or if
    /// none were learned. Former ids count too.
    pub fn minutes_of(&self, prospect: &Prospect) -> Option<u32> {
        if prospect.visit_minutes.is_some() {
            return None;
        }
        let learned = &self.visit_minutes.by_outlet;
        let by_former_id = || prospect.former_ids().find_map(|id| learned.get(id));
        learned.get(&prospect.id).or_else(by_former_id).map(|minutes| minutes.0)
    }

    /// Puts the learned minutes of outlets into the rows that state none; returns their number.
    pub fn apply_to_prospects<'p>(
        &self,
        prospects: impl Iterator<Item = &'p mut Prospect>,
    ) -> usize {
        let mut count = 0;
        for prospect in prospects {
            if let Some(minutes) = self.minutes_of(prospect) {
                prospect.visit_minutes = Some(minutes);
                count += 1;
            }
        }
        count
    }

    /// Describes what is used, for a person: `minutes of visits to 2 outlet types and 31 outlets, …`.
    /// `outlets` is the number of outlets of the territory with learned minutes.
    pub fn description(&self, outlets: usize) -> String {
        let mut parts = Vec::new();
        let types = self.visit_minutes.by_outlet_type.len();
        if types + outlets > 0 {
            let types = counted(types, "outlet type", "outlet types");
            parts.push(format!(
                "minutes of visits to {types} and {}",
                counted(outlets, "outlet", "outlets")
            ));
        }
        for (rep, share) in &self.visit_minutes_share {
            parts.push(format!("visits of {rep} × {}", share.0));
        }
        let travel = &self.travel_time_share;
        if let Some(usual) = travel.usual {
            parts.push(format!("travel × {usual}"));
        }
        for (density, shares) in &travel.by_density {
            let own = shares.all_day.iter().map(|share| format!("× {share}"));
            let of_part =
                shares.by_part_of_day.iter().map(|(part, share)| format!("{part} × {share}"));
            let all: Vec<String> = own.chain(of_part).collect();
            parts.push(format!("{density} travel {}", all.join(", ")));
        }
        for (rep, share) in &travel.by_rep {
            parts.push(format!("travel of {rep} × {share}"));
        }
        for (density, minutes) in &self.park_minutes {
            parts.push(format!("{} min to park on {density} roads", minutes.0));
        }
        if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") }
    }
}
