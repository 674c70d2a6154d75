//! Price of visiting a prospect that is left out.

use jiff::civil::Date;

use crate::territory::RepId;

/// Price of one more visit, to a prospect that is left out of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Forcing {
    /// The rep who would make the visit.
    pub rep: RepId,
    /// Day of the visit.
    pub date: Date,
    /// Number of stops before it.
    pub after_stops: usize,
    /// Points the plan would lose if the visit replaced those of `instead_of`; negative if it would gain. `None` if no one to
    /// three neighbouring visits can be replaced.
    pub costs: Option<f64>,
    /// Names of the prospects it would replace.
    pub instead_of: Vec<String>,
    /// Sum of their prizes, in points.
    pub prize_lost: f64,
    /// The least change that would admit the visit beside all others; `None` if even four hours would not.
    pub admission: Option<Admission>,
}

/// A change of terms that would admit a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Code of the change, in snake_case.
    pub code: &'static str,
    /// Amount in minutes, for changes counted in minutes.
    pub minutes: Option<u32>,
    /// The change in words: "if the shift of Maria on 2026-11-25 ended 12 min later".
    pub words: String,
}
