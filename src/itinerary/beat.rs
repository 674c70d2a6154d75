//! Beats: the run of one rep on one day.

use jiff::civil::Date;

use super::Leg;
use crate::call_plan::Due;
use crate::prospects::ProspectId;
use crate::solver::BreakSide;
use crate::territory::RepId;
use crate::units::{Prize, Seconds};

/// The run of one rep on one day, from home (or the position of a rep underway) to home. Times count from local midnight.
#[derive(Debug, Clone, PartialEq)]
pub struct Beat {
    /// The rep.
    pub rep: RepId,
    /// The day.
    pub date: Date,
    /// Time when the rep sets out.
    pub leave: Seconds,
    /// Time when the rep is back home.
    pub back: Seconds,
    /// Stops in order, at least one.
    pub stops: Vec<Stop>,
    /// Legs: one to each stop, and one home.
    pub legs: Vec<Leg>,
    /// Lunch, if the beat has one.
    pub lunch: Option<PlannedLunch>,
}

/// A visit within a beat.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// The prospect.
    pub prospect: ProspectId,
    /// Number of the visit among those to this prospect in the plan, from 1.
    pub visit_number: u32,
    /// Arrival at the door; the rep may wait or have lunch between it and `start`.
    pub arrival: Seconds,
    /// Begin of the visit.
    pub start: Seconds,
    /// End of the visit.
    pub end: Seconds,
    /// Reason and prize.
    pub due: Due,
    /// Travel saved without the stop, if the rep drove on to the next place at the same time.
    pub detour: Seconds,
    /// Points the plan would lose without the stop; `None` if the day would be infeasible without it.
    pub net_worth: Option<f64>,
}

/// Lunch within a beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedLunch {
    /// Begin.
    pub start: Seconds,
    /// End.
    pub end: Seconds,
    /// Number of stops before it.
    pub after_stops: usize,
    /// Side of the following drive on which it is taken.
    pub side: BreakSide,
}

impl Beat {
    /// Travel time, including walks and parking: the sum of the legs in whole seconds.
    pub fn travel(&self) -> Seconds {
        self.legs.iter().map(|leg| leg.time.to_seconds_ceil()).sum()
    }

    /// Part of the travel time for walks between road and door, and from door to door.
    pub fn walking(&self) -> Seconds {
        self.legs.iter().map(|leg| leg.walking).sum()
    }

    /// Part of the travel time for parking.
    pub fn parking(&self) -> Seconds {
        self.legs.iter().map(|leg| leg.parking).sum()
    }

    /// Time at outlets.
    pub fn visiting(&self) -> Seconds {
        self.stops.iter().map(|stop| stop.end - stop.start).sum()
    }

    /// Distance walked, in metres.
    pub fn walked_m(&self) -> f64 {
        self.legs.iter().map(|leg| leg.walked.metres()).sum()
    }

    /// Distance driven and walked, in metres.
    pub fn distance_m(&self) -> f64 {
        self.legs.iter().map(|leg| leg.distance.metres()).sum()
    }

    /// Time when the rep leaves for the stop at this index, or for home after the last one.
    pub fn departure(&self, leg: usize) -> Seconds {
        let lunch_at_home = self.lunch_on(leg, BreakSide::AfterArriving);
        let arrival = self.stops.get(leg).map_or(self.back - lunch_at_home, |stop| stop.arrival);
        arrival - self.legs[leg].time.to_seconds_ceil()
    }

    /// Total waiting time without lunch.
    pub fn waiting(&self) -> Seconds {
        (0..self.stops.len()).map(|stop| self.wait_at(stop)).sum()
    }

    /// Waiting time for the visit of the stop at this index: at its door, or at the place before it.
    pub fn wait_at(&self, stop: usize) -> Seconds {
        let lunch_there = self.lunch_on(stop, BreakSide::AfterArriving);
        let at_the_door = self.stops[stop].start - self.stops[stop].arrival;
        at_the_door.saturating_sub(lunch_there) + self.linger_before(stop)
    }

    /// Waiting time at the place before a stop, so that the rep does not arrive too early.
    pub fn linger_before(&self, stop: usize) -> Seconds {
        let Some(before) = stop.checked_sub(1) else { return Seconds::ZERO };
        let busy_until = self.stops[before].end + self.lunch_on(stop, BreakSide::BeforeLeaving);
        self.departure(stop).saturating_sub(busy_until)
    }

    /// Id of the route in files: territory, date and number of the rep from 1, as in `north/2026-11-25/1`.
    pub fn route_id(&self, territory: &str) -> String {
        format!("{territory}/{}/{}", self.date, self.rep.0 + 1)
    }

    /// Sum of the prizes.
    pub fn prize(&self) -> Prize {
        Prize(self.stops.iter().map(|stop| stop.due.prize.0).sum())
    }

    /// Duration of lunch at one end of a leg; 0 if it is elsewhere.
    fn lunch_on(&self, leg: usize, side: BreakSide) -> Seconds {
        let lunch = self.lunch.filter(|lunch| lunch.after_stops == leg && lunch.side == side);
        lunch.map_or(Seconds::ZERO, |lunch| lunch.end - lunch.start)
    }
}
