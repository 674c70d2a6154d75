//! Who is to be seen when: for every prospect and every day, whether a visit is due, what it is worth, and when it may
//! begin.
//!
//! Takes prospects and the [`Policy`]; returns a [`CallPlan`] of plain data. Roads, reps and the order of visits are for
//! others.

mod decision;
mod entry;
mod windows;

pub use decision::{Decision, Due, DueReason, NotDue, PrizeParts};
pub use entry::Entry;

use jiff::civil::Date;

use crate::policy::Policy;
use crate::prospects::{Prospect, ProspectId};
use crate::remark::Remark;

/// The decision for every prospect on every day of the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct CallPlan {
    /// The days of the horizon, as they were given.
    pub dates: Vec<Date>,
    /// One entry a prospect, in the order of the prospects: a [`ProspectId`] is an index into them.
    pub entries: Vec<Entry>,
    /// Must-visits and appointments that cannot be kept, and what else looks wrong.
    pub remarks: Vec<Remark>,
}

impl CallPlan {
    /// Decides for all `prospects` on all `dates`, in that order.
    ///
    /// On each day the first of these that applies decides:
    ///
    /// 1. An outlet that is closed, suspended or will not work with us is not visited, nor is one inside its call block:
    ///    not even for an appointment or as a must-visit (a remark says so).
    /// 2. On the day of its appointment it must be visited, then and only then, opening hours or not.
    /// 3. An appointment on another day holds it back: on any other day of the horizon; and before the horizon reaches the
    ///    appointment, on days less than one interval ahead of it. Appointments of days gone by that nobody kept count
    ///    as promises (see [`urgency`](crate::policy::urgency)).
    /// 4. A must-visit must be visited, due or not, when it is open.
    /// 5. Everybody else may be visited if due, when open.
    ///
    /// The prize is `tier_weight × urgency × potential`; a must-visit counts with an urgency of at least 1, an appointment
    /// with that of a promise, so that where not all can be kept the most valuable are.
    pub fn new(prospects: &[Prospect], policy: &Policy, dates: &[Date]) -> Self {
        let mut remarks = Vec::new();
        let entries: Vec<Entry> = prospects
            .iter()
            .map(|prospect| Entry::new(prospect, policy, dates, &mut remarks))
            .collect();
        Self { dates: dates.to_vec(), entries, remarks }
    }

    /// The entry of one prospect.
    pub fn entry(&self, id: ProspectId) -> &Entry {
        &self.entries[id.0 as usize]
    }
}
