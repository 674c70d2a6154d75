//! Computes the figures of a plan for the entry of its territory.

use super::{Load, TerritoryFigures, TerritoryStatus, Unserved, WorkTotals};
use crate::insight::Capacity;
use crate::networks::Networks;
use crate::plan_files::{PlanTotals, SolverFigures};
use crate::planning::Plan;
use crate::progress::Progress;
use crate::territory::Territory;

impl TerritoryFigures {
    /// Returns the figures of a plan of `territory`.
    pub fn of(territory: &Territory, plan: &Plan) -> Self {
        let totals = PlanTotals::of(plan);
        let work = WorkTotals {
            reps: territory.reps.len(),
            prospects: totals.prospects,
            due: totals.due,
            visits: totals.visits,
            phone_calls: totals.phone_calls,
            prize: totals.prize,
            distance_km: totals.distance_km,
            travel_minutes: totals.travel_minutes,
        };
        let SolverFigures { gap_percent, stopped_early, .. } = SolverFigures::of(plan);
        Self { work, gap_percent, stopped_early }
    }
}

impl Load {
    /// Returns the load of `territory` in the [`Capacity::CYCLE_DAYS`] days from the first day of
    /// `plan`.
    pub fn of(
        territory: &Territory,
        networks: &Networks,
        plan: &Plan,
        progress: &dyn Progress,
    ) -> Self {
        let cycle = (plan.dates[0], Capacity::CYCLE_DAYS);
        let capacity = Capacity::new(territory, &plan.prospects, networks, cycle, progress);
        let Capacity { utilization_percent, reps_needed, .. } = capacity;
        Self { utilization_percent, reps_needed }
    }
}

impl Unserved {
    /// Returns the mandatory visits that `plan` does not contain, in the order of the lists.
    pub fn of(plan: &Plan) -> Vec<Self> {
        let unserved = plan.unserved().map(|(prospect, reason)| Self {
            id: prospect.id.clone(),
            name: prospect.name.clone(),
            reason,
        });
        unserved.collect()
    }
}

impl TerritoryStatus {
    /// Returns the status of a territory with a new `plan`.
    pub fn of(plan: &Plan) -> Self {
        if plan.needs_a_person() { Self::NeedsAPerson } else { Self::Planned }
    }
}
