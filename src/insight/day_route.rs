//! A beat of a plan that was read back, with prospects and reps as indices.

use jiff::civil::Date;

use crate::ids::ById;
use crate::plan_files::EarlierPlan;
use crate::planning::Underway;
use crate::prospects::{Prospect, ProspectId};
use crate::territory::{RepId, Territory};

/// A beat of an earlier plan.
#[derive(Debug, Clone, PartialEq)]
pub struct DayRoute {
    /// The `route_id` of the plan's layers.
    pub route_id: String,
    /// The rep.
    pub rep: RepId,
    /// Day of the beat.
    pub date: Date,
    /// Visits in order; `None` if no list has the outlet any more.
    pub stops: Vec<Option<ProspectId>>,
    /// Number of stops before lunch; `None` without lunch.
    pub lunch_after: Option<usize>,
    /// Position and time of the rep, if the plan is one for the rest of the day.
    pub underway: Option<Underway>,
}

impl DayRoute {
    /// Returns the beats of `plan`, except those of reps whom the territory no longer has.
    pub fn of_earlier_plan(
        territory: &Territory,
        prospects: &ById<ProspectId, Prospect>,
        plan: &EarlierPlan,
    ) -> Vec<Self> {
        let ids = Prospect::by_any_id(prospects);
        let routes = plan.beats.iter().filter_map(|beat| {
            let rep = territory.reps.id_where(|rep| rep.name == beat.rep)?;
            let own = plan.stops.iter().filter(|s| s.rep == beat.rep && s.date == beat.date);
            let stops = own.map(|stop| ids.get(&stop.id).map(|at| ProspectId(*at as u32)));
            let underway = Underway::in_earlier_plan(territory, prospects, beat.date, plan);
            Some(Self {
                route_id: beat.route_id.clone(),
                rep,
                date: beat.date,
                stops: stops.collect(),
                lunch_after: plan.lunch_after(&beat.rep, beat.date),
                underway: underway.into_iter().find(|underway| underway.rep == rep),
            })
        });
        routes.collect()
    }
}
