//! Other terms than a problem has, one at a time: what would have to be different for a visit to be made.

use super::problem::{Offer, Shift, ShiftId, TimeWindow, VisitId};
use crate::units::Seconds;

/// Nobody would make a change of more minutes.
pub(super) const MINUTES_MOST: u32 = 240;

/// Other terms than a problem has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The shift ends later.
    Shift {
        /// Which one.
        shift: ShiftId,
        /// By how much.
        minutes: u32,
    },
    /// The pause may begin earlier.
    PauseEarlier {
        /// Of which shift.
        shift: ShiftId,
        /// By how much.
        minutes: u32,
    },
    /// The pause may begin later.
    PauseLater {
        /// Of which shift.
        shift: ShiftId,
        /// By how much.
        minutes: u32,
    },
    /// More travel is allowed.
    Travel {
        /// In which shift.
        shift: ShiftId,
        /// How much more.
        minutes: u32,
    },
    /// A visit may begin before its first moment.
    Earlier {
        /// In which shift.
        shift: ShiftId,
        /// Which one.
        visit: VisitId,
        /// How much before.
        minutes: u32,
    },
    /// A visit may begin after its last moment.
    Later {
        /// In which shift.
        shift: ShiftId,
        /// Which one.
        visit: VisitId,
        /// How much after.
        minutes: u32,
    },
    /// One more visit is allowed than the most.
    OneMoreVisit {
        /// In which shift.
        shift: ShiftId,
    },
}

impl Change {
    /// The same change by so much.
    pub(super) fn with_minutes(self, minutes: u32) -> Self {
        match self {
            Self::Shift { shift, .. } => Self::Shift { shift, minutes },
            Self::PauseEarlier { shift, .. } => Self::PauseEarlier { shift, minutes },
            Self::PauseLater { shift, .. } => Self::PauseLater { shift, minutes },
            Self::Travel { shift, .. } => Self::Travel { shift, minutes },
            Self::Earlier { shift, visit, .. } => Self::Earlier { shift, visit, minutes },
            Self::Later { shift, visit, .. } => Self::Later { shift, visit, minutes },
            Self::OneMoreVisit { .. } => self,
        }
    }

    /// By how much; `None` for one that is not counted in minutes.
    pub fn minutes(self) -> Option<u32> {
        match self {
            Self::Shift { minutes, .. }
            | Self::PauseEarlier { minutes, .. }
            | Self::PauseLater { minutes, .. }
            | Self::Travel { minutes, .. }
            | Self::Earlier { minutes, .. }
            | Self::Later { minutes, .. } => Some(minutes),
            Self::OneMoreVisit { .. } => None,
        }
    }

    /// In which shift.
    pub fn shift(self) -> ShiftId {
        match self {
            Self::Shift { shift, .. }
            | Self::PauseEarlier { shift, .. }
            | Self::PauseLater { shift, .. }
            | Self::Travel { shift, .. }
            | Self::Earlier { shift, .. }
            | Self::Later { shift, .. }
            | Self::OneMoreVisit { shift } => shift,
        }
    }

    /// Gives `shift`, which is number `id`, its other terms.
    pub(super) fn apply(self, id: ShiftId, shift: &mut Shift) {
        if self.shift() != id {
            return;
        }
        let time = Seconds::from_minutes(self.minutes().unwrap_or(0));
        match self {
            Self::Shift { .. } => shift.window.end += time,
            Self::PauseEarlier { .. } => {
                if let Some(pause) = &mut shift.pause {
                    pause.start.start = pause.start.start.saturating_sub(time);
                }
            }
            Self::PauseLater { .. } => {
                if let Some(pause) = &mut shift.pause {
                    pause.start.end += time;
                }
            }
            Self::Travel { .. } => shift.travel_max = shift.travel_max.map(|most| most + time),
            Self::OneMoreVisit { .. } => shift.visits_max = shift.visits_max.saturating_add(1),
            Self::Earlier { .. } | Self::Later { .. } => {}
        }
    }

    /// The windows of `offer`, which is of `visit`, on the other terms.
    pub(super) fn windows(self, visit: VisitId, offer: &Offer) -> Vec<TimeWindow> {
        let (earlier, later) = match self {
            Self::Earlier { shift, visit: of, .. } | Self::Later { shift, visit: of, .. }
                if (shift, of) == (offer.shift, visit) =>
            {
                self.at_the_door()
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

    /// How much earlier and how much later its visit may begin.
    pub(super) fn at_the_door(self) -> (Seconds, Seconds) {
        match self {
            Self::Earlier { minutes, .. } => (Seconds::from_minutes(minutes), Seconds::ZERO),
            Self::Later { minutes, .. } => (Seconds::ZERO, Seconds::from_minutes(minutes)),
            _ => (Seconds::ZERO, Seconds::ZERO),
        }
    }
}
