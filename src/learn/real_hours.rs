//! Planned against real hours: what visits were to take, what they took, and the drives between them.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::observe::{HOP_MINUTES_MAX, Observations, Timed, days, minutes_between, visits};
use super::robust::median;
use crate::ids::ById;
use crate::prospects::{LoggedVisit, Prospect, ProspectId};
use crate::territory::{RepId, Territory};

/// Number of days that count, up to the day of the figures.
const DAYS: i64 = 28;

/// Hours of the last four weeks by the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RealHours {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Figures of all visits with clock times.
    pub all: HoursFigures,
    /// Figures of each rep with such visits, in the order of the territory.
    pub reps: Vec<HoursFigures>,
}

/// Hours of one rep, or of all.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HoursFigures {
    /// The rep; `None` for the total.
    pub rep: Option<String>,
    /// Number of visits with arrival and departure.
    pub visits: usize,
    /// Minutes that the plan gives to these visits, by list, policy and learned times.
    pub planned_minutes: f64,
    /// Minutes that these visits took.
    pub real_minutes: f64,
    /// Number of drives from one of these visits to the next of the day, of at most 90 minutes.
    pub drives: usize,
    /// Minutes between these visits: drives with parking and walks, and any other pause.
    pub drive_minutes: f64,
    /// Number of visits with a planned arrival.
    pub timed_visits: usize,
    /// Median of arrival − planned arrival, in minutes; `None` without planned arrivals.
    pub late_minutes: Option<f64>,
}

impl RealHours {
    /// Returns the hours of the four weeks up to `to`; `None` if no visit in them has clock times.
    ///
    /// `prospects` are those of a plan, with the minutes learned if the territory uses them.
    pub fn new(
        territory: &Territory,
        prospects: &ById<ProspectId, Prospect>,
        log: &[LoggedVisit],
        to: Date,
    ) -> Option<Self> {
        let from = to.saturating_sub((DAYS - 1).days());
        let mut left = Observations::default();
        let mut timed: Vec<Timed> = visits(prospects, log, to, &mut left)
            .into_iter()
            .filter(|(at, _)| log[*at].visited_on >= from)
            .filter_map(|(at, prospect)| Timed::new(territory, log, at, prospect).ok())
            .collect();
        let days = days(&mut timed, &mut Default::default(), &mut left);
        let mut all = Sums::default();
        let mut by_rep: BTreeMap<RepId, Sums> = BTreeMap::new();
        for visit in &timed {
            let usual =
                f64::from(territory.policy.known_visit_duration(&prospects[visit.prospect]).0);
            let share = visit.rep.map_or(1.0, |rep| territory.reps[rep].visit_minutes_share);
            let planned_minutes = usual / 60.0 * share;
            let of_rep = visit.rep.map(|rep| by_rep.entry(rep).or_default());
            for sums in [Some(&mut all), of_rep].into_iter().flatten() {
                sums.figures.visits += 1;
                sums.figures.planned_minutes += planned_minutes;
                sums.figures.real_minutes += visit.minutes();
                sums.late.extend(visit.planned.map(|at| minutes_between(at, visit.arrived)));
            }
        }
        for ((_, rep), visits) in days {
            for pair in visits.windows(2) {
                let minutes = minutes_between(pair[0].left, pair[1].arrived);
                if (0.0..=HOP_MINUTES_MAX).contains(&minutes) {
                    for sums in [&mut all, by_rep.entry(rep).or_default()] {
                        sums.figures.drives += 1;
                        sums.figures.drive_minutes += minutes;
                    }
                }
            }
        }
        let named = by_rep.into_iter().filter(|(_, sums)| sums.figures.visits > 0);
        let reps = named.map(|(rep, sums)| sums.figures(Some(territory.reps[rep].name.clone())));
        (all.figures.visits > 0).then(|| Self {
            from,
            to,
            all: all.figures(None),
            reps: reps.collect(),
        })
    }
}

#[derive(Default)]
struct Sums {
    figures: HoursFigures,
    late: Vec<f64>,
}

impl Sums {
    fn figures(self, rep: Option<String>) -> HoursFigures {
        let tenths = |minutes: f64| (minutes * 10.0).round() / 10.0;
        HoursFigures {
            rep,
            planned_minutes: tenths(self.figures.planned_minutes),
            real_minutes: tenths(self.figures.real_minutes),
            drive_minutes: tenths(self.figures.drive_minutes),
            timed_visits: self.late.len(),
            late_minutes: median(self.late).map(tenths),
            ..self.figures
        }
    }
}
