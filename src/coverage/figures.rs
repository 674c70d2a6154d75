//! Computes the figures of an area: a township, a hexagon or the whole territory.

use super::Nearness;
use crate::call_plan::CallPlanEntry;
use crate::policy::Policy;
use crate::prospects::{Prospect, Status};
use crate::units::{Millimetres, Prize};

/// The figures of one area. Only trading outlets count.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Size of the area, in square metres.
    pub area_m2: f64,
    /// Number of people in the area; `None` if the map does not state it.
    pub population: Option<u64>,
    /// Length of the roads in the area.
    pub road: Millimetres,
    /// Number of known outlets in the area.
    pub outlets: u32,
    /// Number of the outlets that are customers.
    pub customers: u32,
    /// Number of the outlets that were visited at least once.
    pub reached: u32,
    /// Number of the outlets whose last visit is not longer ago than their interval.
    pub visited_in_interval: u32,
    /// Number of the outlets that are past their due date.
    pub overdue: u32,
    /// Sum of the prizes of all visits that are due.
    pub prize_waiting: Prize,
    /// Weight of the white space: the sum over its outlets of the tier weight ÷ the weight of an
    /// outlet without a tier × the potential.
    pub white_space_weight: f64,
    /// Number of outlets that the same number of people has on average in the whole territory.
    pub outlets_expected: Option<f64>,
}

impl Figures {
    /// Returns the figures of an area, in which no outlets and roads are counted yet.
    pub(super) fn of(area_m2: f64, population: Option<u64>) -> Self {
        Self { area_m2, population, ..Self::default() }
    }

    /// Adds `prospect` to the figures, as it is on the first day of the call plan. `entry` is its
    /// entry in the call plan.
    pub(super) fn add(
        &mut self,
        prospect: &Prospect,
        entry: &CallPlanEntry,
        policy: &Policy,
        on: jiff::civil::Date,
    ) {
        if prospect.status != Status::Open {
            return;
        }
        self.outlets += 1;
        self.reached += u32::from(prospect.visited_on.is_some());
        self.visited_in_interval += u32::from(entry.due_date.is_some_and(|due| due >= on));
        self.overdue += u32::from(entry.days_overdue(on) > 0);
        if let Some(due) = entry.decisions.first().and_then(|decision| decision.due()) {
            self.prize_waiting = Prize(self.prize_waiting.0 + due.prize.0);
        }
        if prospect.is_served() {
            self.customers += 1;
        } else {
            let untiered = policy.tier_weight.untiered;
            let weight = if untiered > 0.0 { policy.tier_weight(prospect) / untiered } else { 1.0 };
            self.white_space_weight += weight * prospect.potential;
        }
    }

    /// Returns outlets ÷ people; `None` if the number of people is not known.
    pub(super) fn outlets_per_head(&self) -> Option<f64> {
        let people = self.population.filter(|people| *people > 0)?;
        Some(f64::from(self.outlets) / people as f64)
    }

    /// Sets the expected number of outlets. `outlets_per_head` is the number of outlets for each
    /// person.
    pub(super) fn expect(&mut self, outlets_per_head: Option<f64>) {
        self.outlets_expected =
            self.population.zip(outlets_per_head).map(|(people, each)| people as f64 * each);
    }

    /// Returns the number of outlets that are not customers.
    pub fn white_space(&self) -> u32 {
        self.outlets - self.customers
    }

    /// Returns customers ÷ outlets; `None` if there are no outlets.
    pub fn coverage(&self) -> Option<f64> {
        share(self.customers, self.outlets)
    }

    /// Returns outlets visited at least once ÷ outlets; `None` if there are no outlets.
    pub fn reach(&self) -> Option<f64> {
        share(self.reached, self.outlets)
    }

    /// Returns people ÷ outlets; `None` if one of them is not known.
    pub fn population_per_outlet(&self) -> Option<f64> {
        let people = self.population? as f64;
        (self.outlets > 0).then(|| people / f64::from(self.outlets))
    }

    /// Returns the gap score: the number of outlets that could be won, reduced by their distance
    /// from home.
    ///
    /// `(white_space_weight + max(0, outlets_expected − outlets)) · 60 ÷ (60 + minutes from the
    /// nearest home)`.
    ///
    /// Outlets at a distance of one hour count half. The score is 0 if no way leads from a home to
    /// the area.
    pub fn gap_score(&self, nearness: &Nearness) -> f64 {
        let Some((home, _)) = nearness.home else { return 0.0 };
        let unknown =
            self.outlets_expected.map_or(0.0, |expected| expected - f64::from(self.outlets));
        let there = self.white_space_weight + unknown.max(0.0);
        there * 60.0 / (60.0 + home.seconds() / 60.0)
    }
}

fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::territory::RepId;
    use crate::units::Millis;

    #[test]
    fn a_gap_an_hour_away_counts_half() {
        let figures = Figures {
            outlets: 2,
            customers: 1,
            white_space_weight: 1.5,
            outlets_expected: Some(4.5),
            ..Figures::default()
        };
        let away = |minutes: u32| Nearness {
            home: Some((Millis(minutes * 60_000), RepId(0))),
            served: None,
        };
        assert_eq!(figures.gap_score(&away(0)), 4.0);
        assert_eq!(figures.gap_score(&away(60)), 2.0);
        assert_eq!(figures.gap_score(&Nearness::default()), 0.0);
        assert_eq!((figures.coverage(), figures.white_space()), (Some(0.5), 1));
    }
}
