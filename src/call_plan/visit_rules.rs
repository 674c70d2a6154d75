//! What holds for all prospects of a territory.

use crate::calendar::Calendar;
use crate::policy::Policy;

/// The rules of the rules and the calendar of its country.
#[derive(Debug, Clone, Copy)]
pub struct VisitRules<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// Holidays and swapped working days.
    pub calendar: &'a Calendar,
}
