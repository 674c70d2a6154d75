//! Defines the rules that apply to all prospects of a territory.

use crate::calendar::Calendar;
use crate::policy::Policy;

/// The policy and the calendar of a territory.
#[derive(Debug, Clone, Copy)]
pub struct VisitRules<'a> {
    /// Policy of the territory.
    pub policy: &'a Policy,
    /// Holidays and swapped working days.
    pub calendar: &'a Calendar,
}
