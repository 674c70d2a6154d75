//! What it would take to visit somebody who is left out.

use jiff::civil::Date;

use crate::territory::RepId;

/// The price of visiting a prospect that could be visited and is not, all else being planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Forcing {
    /// Who would best go: an index into the territory's reps.
    pub rep: RepId,
    /// On which day.
    pub date: Date,
    /// After how many stops of that day.
    pub after_stops: usize,
    /// By how many points the plan's worth would fall, with the visits of `instead_of` left out for it; below zero if it
    /// would rise. `None` if no up to three visits next to one another could give way.
    pub costs: Option<f64>,
    /// Whom it would replace, by name.
    pub instead_of: Vec<String>,
    /// Their prizes, in points.
    pub prize_lost: f64,
    /// The least single change that would admit it beside all others, if one of up to four hours would.
    pub admission: Option<Admission>,
}

/// A change that would make room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// What kind of change, in snake_case.
    pub code: &'static str,
    /// How much of it, where it is counted in minutes.
    pub minutes: Option<u32>,
    /// The same in words: "if the shift of Maria on 2026-11-25 ended 12 min later".
    pub words: String,
}
