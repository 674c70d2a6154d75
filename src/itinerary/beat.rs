//! One rep's run of one day.

use jiff::civil::Date;

use super::Leg;
use crate::call_plan::Due;
use crate::prospects::ProspectId;
use crate::solver::BreakSide;
use crate::territory::RepId;
use crate::units::{Prize, Seconds};

/// One rep's run of one day, from home, or from where a rep is who is underway, to home. Times of day count from local midnight.
#[derive(Debug, Clone, PartialEq)]
pub struct Beat {
    /// The rep, an index into the territory's reps.
    pub rep: RepId,
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
    pub lunch: Option<PlannedLunch>,
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
    /// By how many points the plan's worth would fall without it; `None` if the day would not work then.
    pub net_worth: Option<f64>,
}

/// The lunch break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedLunch {
    /// When it begins.
    pub start: Seconds,
    /// When it is over.
    pub end: Seconds,
    /// How many stops come before it.
    pub after_stops: usize,
    /// Whether it is taken before the drive that follows these stops, or after it.
    pub side: BreakSide,
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

    /// When the rep leaves for the stop of this number, or for home after the last one.
    pub fn departure(&self, leg: usize) -> Seconds {
        let lunch_at_home = self.lunch_on(leg, BreakSide::AfterArriving);
        let arrival = self.stops.get(leg).map_or(self.back - lunch_at_home, |stop| stop.arrival);
        arrival - self.legs[leg].time.to_seconds_ceil()
    }

    /// All waiting, lunch not counted.
    pub fn waiting(&self) -> Seconds {
        (0..self.stops.len()).map(|stop| self.wait_at(stop)).sum()
    }

    /// Waiting for the visit of one stop, an index into `stops`: at its door, or at the place before so as not to be there
    /// too early.
    pub fn wait_at(&self, stop: usize) -> Seconds {
        let lunch_there = self.lunch_on(stop, BreakSide::AfterArriving);
        let at_the_door = self.stops[stop].start - self.stops[stop].arrival;
        at_the_door.saturating_sub(lunch_there) + self.linger_before(stop)
    }

    /// How long the rep stays at the place before a stop, visit and lunch being over, so as not to be too early.
    pub fn linger_before(&self, stop: usize) -> Seconds {
        let Some(before) = stop.checked_sub(1) else { return Seconds::ZERO };
        let busy_until = self.stops[before].end + self.lunch_on(stop, BreakSide::BeforeLeaving);
        self.departure(stop).saturating_sub(busy_until)
    }

    /// What files call its route in the territory of that name: `north/2026-11-25/1`, the rep counted from 1.
    pub fn route_id(&self, territory: &str) -> String {
        format!("{territory}/{}/{}", self.date, self.rep.0 + 1)
    }

    /// Sum of the prizes.
    pub fn prize(&self) -> Prize {
        Prize(self.stops.iter().map(|stop| stop.due.prize.0).sum())
    }

    /// How long lunch takes at that end of a leg.
    fn lunch_on(&self, leg: usize, side: BreakSide) -> Seconds {
        let lunch = self.lunch.filter(|lunch| lunch.after_stops == leg && lunch.side == side);
        lunch.map_or(Seconds::ZERO, |lunch| lunch.end - lunch.start)
    }
}
