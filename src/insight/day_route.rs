//! Reads the beats of a plan from its folder, with prospects and reps as indices.

use jiff::civil::Date;

use crate::ids::ById;
use crate::plan_files::EarlierPlan;
use crate::planning::Underway;
use crate::prospects::{Prospect, ProspectId};
use crate::territory::{RepId, Territory};

/// A beat of an earlier plan.
#[derive(Debug, Clone, PartialEq)]
pub struct DayRoute {
    /// Id of the route, `route_id` in the layers of the plan.
    pub route_id: String,
    /// Rep of the beat.
    pub rep: RepId,
    /// Day of the beat.
    pub date: Date,
    /// Outlet of each visit, in order; `None` if the outlet is no longer in any list.
    pub stops: Vec<Option<ProspectId>>,
    /// Number of stops before lunch; `None` without lunch.
    pub lunch_after: Option<usize>,
    /// Position and time of the rep, if only the rest of the day was planned.
    pub underway: Option<Underway>,
}

impl DayRoute {
    /// Returns the beats of `plan`. Leaves out the beats of reps whom the territory no longer has.
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
