//! Defines the decision on a prospect and a day, with its reason in words and as a code.

use std::fmt;

use jiff::civil::{Date, DateTime, Weekday};

use crate::prospects::{Grade, Status};
use crate::solver::TimeWindow;
use crate::units::{Prize, Seconds};

/// The decision whether a visit to a prospect is due on a day.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// A visit is possible, or even mandatory.
    Due(Due),
    /// A visit is not due or not possible.
    NotDue(NotDue),
}

impl Decision {
    /// Returns the terms of the visit; `None` if no visit is due.
    pub fn due(&self) -> Option<&Due> {
        match self {
            Self::Due(due) => Some(due),
            Self::NotDue(_) => None,
        }
    }

    /// Returns the code of the reason, in snake_case. Codes never change.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Due(due) => due.reason.code(),
            Self::NotDue(reason) => reason.code(),
        }
    }
}

/// Writes the reason as one clause: `"3 days overdue"`, `"closed for good"`.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Due(due) => due.reason.fmt(f),
            Self::NotDue(reason) => reason.fmt(f),
        }
    }
}

/// Terms of a visit on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// Prize of the visit, which is the product of `prize_parts`.
    pub prize: Prize,
    /// Factors of the prize.
    pub prize_parts: PrizeParts,
    /// Reason why the visit is due.
    pub reason: DueReason,
    /// Duration of the visit.
    pub visit_duration: Seconds,
    /// Windows of time in which the visit may **begin**: at least one, in order, without overlap.
    ///
    /// A visit that begins in a window ends before the outlet closes. An appointment has one
    /// window, from the agreed time to the end of the leeway.
    pub windows: Vec<TimeWindow>,
    /// Maximum time between the arrival at the door and the begin of the visit; `None` for no
    /// limit.
    pub earliness: Option<Seconds>,
    /// True if the visit must be in the plan.
    pub mandatory: bool,
}

/// Factors of a prize.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrizeParts {
    /// Tier weight, in points.
    pub tier_weight: f64,
    /// Urgency without that of an occasion, see [`urgency`](crate::policy::urgency).
    pub urgency: f64,
    /// Additional urgency because of an occasion.
    pub occasion: f64,
    /// Multiplier that the list states for the prospect.
    pub potential: f64,
    /// Promptness, in a plan of several days: factor for the days of waiting since the due date. If
    /// the first possible day is later than the due date, it counts from that day.
    pub promptness: f64,
}

impl PrizeParts {
    /// Returns the urgency, including that of an occasion.
    pub fn urgency_in_all(&self) -> f64 {
        self.urgency + self.occasion
    }

    /// Returns the prize, which is the product of the factors.
    pub fn prize(&self) -> Prize {
        let urgency = self.urgency_in_all();
        Prize::from_points(self.tier_weight * urgency * self.potential * self.promptness)
    }
}

/// Reason why a visit is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueReason {
    /// The outlet has an appointment on that day.
    Appointment {
        /// Time of day of the appointment.
        at: Seconds,
    },
    /// The visit is pinned to that day.
    Pinned {
        /// Pinned time of day; `None` if only the day is pinned.
        at: Option<Seconds>,
        /// Maximum difference from the pinned time.
        leeway: Seconds,
    },
    /// The list states that the outlet must be visited.
    MustVisit,
    /// The promised date of the next visit has come.
    Promised {
        /// Promised date.
        on: Date,
    },
    /// The outlet has never been visited.
    NeverVisited,
    /// The interval is nearly over, and the policy allows a visit before the due date.
    Soon {
        /// Due date of the visit.
        due_date: Date,
    },
    /// The interval since the last visit is over.
    Overdue {
        /// Number of days since the due date; 0 on the due date.
        days: u32,
    },
    /// The only reason is an occasion.
    Occasion {
        /// Day of the occasion.
        on: Date,
    },
    /// The interval since an earlier visit of the same plan is over.
    Again {
        /// Due date of the visit.
        due_date: Date,
    },
}

impl DueReason {
    /// Returns whether a visit for this reason is mandatory.
    pub fn is_mandatory(&self) -> bool {
        matches!(self, Self::Appointment { .. } | Self::Pinned { .. } | Self::MustVisit)
    }

    /// Returns the code of the reason, in snake_case. Codes never change.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Appointment { .. } => "appointment",
            Self::Pinned { .. } => "pinned",
            Self::MustVisit => "must_visit",
            Self::Promised { .. } => "promised",
            Self::NeverVisited => "never_visited",
            Self::Soon { .. } => "due_soon",
            Self::Overdue { days: 0 } => "due",
            Self::Overdue { .. } => "overdue",
            Self::Occasion { .. } => "occasion",
            Self::Again { .. } => "due_again",
        }
    }
}

/// Writes the reason as one clause.
impl fmt::Display for DueReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Appointment { at } => write!(f, "appointment at {at}"),
            Self::Pinned { at: None, .. } => f.write_str("pinned to that day"),
            Self::Pinned { at: Some(at), .. } => write!(f, "pinned to {at}"),
            Self::MustVisit => f.write_str("must be visited"),
            Self::Promised { on } => write!(f, "promised for {on}"),
            Self::NeverVisited => f.write_str("never visited"),
            Self::Soon { due_date } => write!(f, "due on {due_date}"),
            Self::Overdue { days: 0 } => f.write_str("due that day"),
            Self::Overdue { days: 1 } => f.write_str("1 day overdue"),
            Self::Overdue { days } => write!(f, "{days} days overdue"),
            Self::Occasion { on } => write!(f, "an occasion on {on}"),
            Self::Again { due_date } => write!(f, "due again on {due_date}"),
        }
    }
}

/// Reason why no visit is due or possible on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDue {
    /// The outlet is closed, suspended or does not cooperate.
    Status(Status),
    /// The outlet was already visited on that day.
    Done,
    /// A visit was attempted on that day, and the rep met nobody.
    NotIn,
    /// The position of the outlet is not exact enough.
    UncertainPosition {
        /// Quality of the position.
        quality: Grade,
    },
    /// The day is in the call block of the outlet.
    CallBlock {
        /// Last day of the call block; `None` if it has no end.
        until: Option<Date>,
    },
    /// The outlet has an appointment on another day, which replaces the visit.
    AppointmentElsewhen {
        /// Time of the appointment.
        at: DateTime,
    },
    /// The visit is pinned to another day.
    PinnedElsewhen {
        /// Day to which the visit is pinned.
        on: Date,
    },
    /// The outlet is closed at the pinned time.
    ClosedWhenPinned {
        /// Pinned time of day.
        time: Seconds,
    },
    /// The last visit was too recent: the interval is not nearly over.
    NotYet {
        /// First day on which a visit is due.
        from: Date,
        /// Due date: the date of the last visit plus the interval.
        due_date: Date,
    },
    /// The minimum gap since the last visit is not over.
    MinGap {
        /// First day after the minimum gap.
        until: Date,
    },
    /// The list excludes this day of the week.
    NotThatWeekday {
        /// Day of the week that is excluded.
        weekday: Weekday,
    },
    /// The outlet has no time, because it is a market day.
    MarketDay,
    /// The outlet is closed on the whole day.
    ClosedThatDay,
    /// The outlet is open, but for a shorter time than a visit takes.
    OpeningTooShort {
        /// Duration of a visit.
        visit_duration: Seconds,
    },
}

impl NotDue {
    /// Returns the code of the reason, in snake_case. Codes never change.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Status(Status::Open) => "open",
            Self::Status(Status::Uncooperative) => "uncooperative",
            Self::Status(Status::Suspended) => "suspended",
            Self::Status(Status::Closed) => "closed",
            Self::Done => "done",
            Self::NotIn => "not_in",
            Self::UncertainPosition { .. } => "uncertain_position",
            Self::CallBlock { .. } => "call_block",
            Self::AppointmentElsewhen { .. } => "appointment_other_day",
            Self::PinnedElsewhen { .. } => "pinned_other_day",
            Self::ClosedWhenPinned { .. } => "closed_when_pinned",
            Self::NotYet { .. } => "not_due",
            Self::MinGap { .. } => "min_gap",
            Self::NotThatWeekday { .. } => "not_that_weekday",
            Self::MarketDay => "market_day",
            Self::ClosedThatDay => "closed_that_day",
            Self::OpeningTooShort { .. } => "opening_too_short",
        }
    }
}

/// Writes the reason as one clause.
impl fmt::Display for NotDue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(Status::Open) => f.write_str("trades as usual"),
            Self::Status(Status::Uncooperative) => f.write_str("will not work with us"),
            Self::Status(Status::Suspended) => f.write_str("closed for a while"),
            Self::Status(Status::Closed) => f.write_str("closed for good"),
            Self::Done => f.write_str("visited that day"),
            Self::NotIn => f.write_str("tried that day, and nobody was in"),
            Self::UncertainPosition { quality } => {
                write!(f, "its position is known only to {} ({})", quality.what(), quality.name())
            }
            Self::CallBlock { until: Some(until) } => write!(f, "call block until {until}"),
            Self::CallBlock { until: None } => f.write_str("call block without an end"),
            Self::AppointmentElsewhen { at } => {
                write!(f, "has an appointment on {}", at.strftime("%F at %H:%M"))
            }
            Self::PinnedElsewhen { on } => write!(f, "pinned to {on}"),
            Self::ClosedWhenPinned { time } => {
                write!(f, "pinned to {time}, when it is not open for a visit")
            }
            Self::NotYet { from, due_date } => {
                write!(f, "not due until {due_date}, may be visited from {from}")
            }
            Self::MinGap { until } => write!(f, "visited lately, left in peace until {until}"),
            Self::NotThatWeekday { weekday } => {
                write!(f, "not visited on a {weekday:?}")
            }
            Self::MarketDay => f.write_str("market day"),
            Self::ClosedThatDay => f.write_str("closed that day"),
            Self::OpeningTooShort { visit_duration } => {
                write!(f, "never open for the {} minutes a visit takes", visit_duration.0 / 60)
            }
        }
    }
}
