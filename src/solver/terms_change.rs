//! Defines changes of the terms of a problem, one at a time, that allow a visit to be made.

use super::shift::{Shift, ShiftId, TimeWindow};
use super::visit::{Offer, VisitId};
use crate::units::Seconds;

/// Largest change that the program proposes, in minutes.
pub(super) const MINUTES_MOST: u32 = 240;

/// One change of the terms of a shift, or of a visit in this shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermsChange {
    /// Shift in which the terms change.
    pub shift: ShiftId,
    /// Kind of the change.
    pub kind: TermsChangeKind,
    /// Size of the change in minutes; zero for [`TermsChangeKind::OneMoreVisit`].
    pub minutes: u32,
}

/// Kind of a [`TermsChange`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TermsChangeKind {
    /// The shift ends later.
    LongerShift,
    /// The break may begin earlier.
    EarlierBreak,
    /// The break may begin later.
    LaterBreak,
    /// The limit of the travel time is higher.
    MoreTravel,
    /// The windows in which this visit may begin start earlier.
    EarlierVisit(VisitId),
    /// The windows in which this visit may begin end later.
    LaterVisit(VisitId),
    /// The shift may have one more visit.
    OneMoreVisit,
}

impl TermsChange {
    /// Returns a change of the same kind with the size `minutes`.
    pub(super) fn with_minutes(self, minutes: u32) -> Self {
        Self { minutes, ..self }
    }

    /// Applies the change to `shift`, which is the shift `id`. If the change is for another shift,
    /// `shift` stays as it is.
    pub(super) fn apply(self, id: ShiftId, shift: &mut Shift) {
        if self.shift != id {
            return;
        }
        let time = Seconds::from_minutes(self.minutes);
        match self.kind {
            TermsChangeKind::LongerShift => shift.window.end += time,
            TermsChangeKind::EarlierBreak => {
                if let Some(terms) = &mut shift.required_break {
                    terms.start.start = terms.start.start.saturating_sub(time);
                }
            }
            TermsChangeKind::LaterBreak => {
                if let Some(terms) = &mut shift.required_break {
                    terms.start.end += time;
                }
            }
            TermsChangeKind::MoreTravel => {
                shift.travel_max = shift.travel_max.map(|most| most + time);
            }
            TermsChangeKind::OneMoreVisit => {
                shift.visits_max = shift.visits_max.saturating_add(1);
            }
            TermsChangeKind::EarlierVisit(_) | TermsChangeKind::LaterVisit(_) => {}
        }
    }

    /// Returns the windows of `offer`, an offer of `visit`, after the change.
    ///
    /// If two windows overlap after the change, they become one.
    pub(super) fn windows(self, visit: VisitId, offer: &Offer) -> Vec<TimeWindow> {
        let (earlier, later) = match self.kind {
            TermsChangeKind::EarlierVisit(of) | TermsChangeKind::LaterVisit(of)
                if (self.shift, of) == (offer.shift, visit) =>
            {
                self.window_shifts()
            }
            _ => return offer.windows.clone(),
        };
        let mut wider: Vec<TimeWindow> = Vec::new();
        for window in &offer.windows {
            let start = window.start.saturating_sub(earlier);
            let end = window.end + later;
            match wider.last_mut() {
                Some(last) if last.end >= start => last.end = last.end.max(end),
                _ => wider.push(TimeWindow { start, end }),
            }
        }
        wider
    }

    /// Returns two times: how much earlier the windows of the visit start, and how much later they
    /// end.
    pub(super) fn window_shifts(self) -> (Seconds, Seconds) {
        let time = Seconds::from_minutes(self.minutes);
        match self.kind {
            TermsChangeKind::EarlierVisit(_) => (time, Seconds::ZERO),
            TermsChangeKind::LaterVisit(_) => (Seconds::ZERO, time),
            _ => (Seconds::ZERO, Seconds::ZERO),
        }
    }
}
