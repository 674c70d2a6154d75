//! Rules for all prospects of a territory.

use crate::calendar::Calendar;
use crate::policy::Policy;

/// Policy and calendar of a territory.
#[derive(Debug, Clone, Copy)]
pub struct VisitRules<'a> {
    /// Policy.
    pub policy: &'a Policy,
    /// Holidays and swapped working days.
    pub calendar: &'a Calendar,
}
