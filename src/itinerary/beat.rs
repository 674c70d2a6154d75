//! One rep's run of one day.

use jiff::civil::Date;

use super::Leg;
use crate::call_plan::Due;
use crate::prospects::ProspectId;
use crate::solver::PauseSide;
use crate::units::{Prize, Seconds};

/// One rep's run of one day, from home, or from where a rep is who is underway, to home. Times of day count from local midnight.
#[derive(Debug, Clone, PartialEq)]
pub struct Beat {
    /// The rep, an index into the territory's reps.
    pub rep: usize,
    /// The day.
    pub date: Date,
    /// When the rep sets out.
    pub leave: Seconds,
    /// When the rep is back.
    pub back: Seconds,
    /// The visits, in order; at least one.
    pub stops: Vec<Stop>,
    /// One to each stop, and one home; one more than there are stops.
    pub legs: Vec<Leg>,
    /// The lunch break, if one is taken.
    pub lunch: Option<Break>,
}

/// One visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// Whom.
    pub prospect: ProspectId,
    /// Which of the visits that are wanted of them within the plan: 1 for the first.
    pub visit_number: u32,
    /// When the rep gets there.
    pub arrival: Seconds,
    /// When the visit begins.
    pub start: Seconds,
    /// When it is over.
    pub end: Seconds,
    /// Why, and what it is worth.
    pub due: Due,
    /// Travel that would be saved without it: by driving on from where the leg to it begins, at the same time.
    pub detour: Seconds,
}

/// The lunch break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// When it begins.
    pub start: Seconds,
    /// When it is over.
    pub end: Seconds,
    /// How many stops come before it.
    pub after_stops: usize,
    /// Whether it is taken before the drive that follows these stops, or after it.
    pub side: PauseSide,
}

impl Beat {
    /// Time on the road, whole seconds a leg.
    pub fn travel(&self) -> Seconds {
        self.legs.iter().map(|leg| leg.time.to_seconds_ceil()).sum()
    }

    /// Road driven, in metres.
    pub fn distance_m(&self) -> f64 {
        self.legs.iter().map(|leg| leg.distance.metres()).sum()
    }

    /// Time in front of closed doors: between arriving and beginning, lunch not counted.
    pub fn waiting(&self) -> Seconds {
        self.stops.iter().enumerate().map(|(at, stop)| self.wait_before(at, stop)).sum()
    }

    /// Waiting at one stop, an index into `stops`.
    pub fn wait_at(&self, stop: usize) -> Seconds {
        self.wait_before(stop, &self.stops[stop])
    }

    /// Sum of the prizes.
    pub fn prize(&self) -> Prize {
        Prize(self.stops.iter().map(|stop| stop.due.prize.0).sum())
    }

    fn wait_before(&self, at: usize, stop: &Stop) -> Seconds {
        let lunch_there = self
            .lunch
            .filter(|lunch| lunch.after_stops == at && lunch.side == PauseSide::AfterArriving);
        let busy = lunch_there.map_or(Seconds::ZERO, |lunch| lunch.end - lunch.start);
        (stop.start - stop.arrival).saturating_sub(busy)
    }
}
