//! The figures of an area: a township, a hexagon or the whole territory.

use super::Nearness;
use crate::call_plan::CallPlanEntry;
use crate::policy::Policy;
use crate::prospects::{Prospect, Status};
use crate::units::{Millimetres, Prize};

/// The figures of one area. Only outlets that trade count.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Area in square metres.
    pub area_m2: f64,
    /// Number of people; `None` if the map does not give it.
    pub population: Option<u64>,
    /// Length of the roads.
    pub road: Millimetres,
    /// Number of known outlets.
    pub outlets: u32,
    /// Of these, customers.
    pub customers: u32,
    /// Of these, visited at least once.
    pub reached: u32,
    /// Of these, visited within their interval.
    pub visited_in_interval: u32,
    /// Of these, past their due date.
    pub overdue: u32,
    /// Total worth of the due visits.
    pub prize_waiting: Prize,
    /// Weight of the white space: sum of tier weight ÷ weight of an outlet without a tier ×
    /// potential.
    pub white_space_weight: f64,
    /// Number of outlets that as many people have in the whole territory.
    pub outlets_expected: Option<f64>,
}

impl Figures {
    /// Returns the figures of an area before outlets and roads are counted.
    pub(super) fn of(area_m2: f64, population: Option<u64>) -> Self {
        Self { area_m2, population, ..Self::default() }
    }

    /// Counts `prospect`, whose entry in the call plan is `entry`, on the first day of that plan.
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

    /// Outlets ÷ people; `None` without known people.
    pub(super) fn outlets_per_head(&self) -> Option<f64> {
        let people = self.population.filter(|people| *people > 0)?;
        Some(f64::from(self.outlets) / people as f64)
    }

    /// Sets the expected number of outlets, given the outlets per person.
    pub(super) fn expect(&mut self, outlets_per_head: Option<f64>) {
        self.outlets_expected =
            self.population.zip(outlets_per_head).map(|(people, each)| people as f64 * each);
    }

    /// Outlets − customers.
    pub fn white_space(&self) -> u32 {
        self.outlets - self.customers
    }

    /// Customers ÷ outlets; `None` without outlets.
    pub fn coverage(&self) -> Option<f64> {
        share(self.customers, self.outlets)
    }

    /// Outlets visited at least once ÷ outlets; `None` without outlets.
    pub fn reach(&self) -> Option<f64> {
        share(self.reached, self.outlets)
    }

    /// People ÷ outlets.
    pub fn population_per_outlet(&self) -> Option<f64> {
        let people = self.population? as f64;
        (self.outlets > 0).then(|| people / f64::from(self.outlets))
    }

    /// Number of outlets that could be won, reduced by their distance from home:
    ///
    /// `(white_space_weight + max(0, outlets_expected − outlets)) · 60 ÷ (60 + minutes from the
    /// nearest home)`.
    ///
    /// Outlets an hour away count half. 0 without a way from any home.
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
