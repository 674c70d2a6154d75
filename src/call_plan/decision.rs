//! Decisions on a prospect and day, with the reason in words and as a code.

use std::fmt;

use jiff::civil::{Date, DateTime, Weekday};

use crate::prospects::{Grade, Status};
use crate::solver::TimeWindow;
use crate::units::{Prize, Seconds};

/// Decision on one prospect and day.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// A visit is possible, or mandatory.
    Due(Due),
    /// No visit.
    NotDue(NotDue),
}

impl Decision {
    /// Terms of the visit; `None` if no visit is due.
    pub fn due(&self) -> Option<&Due> {
        match self {
            Self::Due(due) => Some(due),
            Self::NotDue(_) => None,
        }
    }

    /// Code of the reason, in snake_case; it never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Due(due) => due.reason.code(),
            Self::NotDue(reason) => reason.code(),
        }
    }
}

/// The reason as one clause: `"3 days overdue"`, `"closed for good"`.
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
    /// Prize: the product of `prize_parts`.
    pub prize: Prize,
    /// Factors of the prize.
    pub prize_parts: PrizeParts,
    /// Reason why the visit is due.
    pub reason: DueReason,
    /// Duration of the visit.
    pub visit_duration: Seconds,
    /// Windows in which the visit may **begin**: at least one, in order, disjoint.
    ///
    /// A visit that begins in a window ends before the outlet closes. An appointment has one window, from the agreed time to
    /// the end of its leeway.
    pub windows: Vec<TimeWindow>,
    /// Maximum time at the door before the visit begins; `None` for no limit.
    pub earliness: Option<Seconds>,
    /// True if the visit is mandatory.
    pub mandatory: bool,
}

/// Factors of a prize.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrizeParts {
    /// Tier weight, in points.
    pub tier_weight: f64,
    /// Urgency without an occasion, see [`urgency`](crate::policy::urgency).
    pub urgency: f64,
    /// Urgency added by an occasion.
    pub occasion: f64,
    /// Multiplier of the row.
    pub potential: f64,
    /// In a plan of several days: the factor for waiting since the due date, or since the first possible day if that is
    /// later.
    pub promptness: f64,
}

impl PrizeParts {
    /// Urgency including an occasion.
    pub fn urgency_in_all(&self) -> f64 {
        self.urgency + self.occasion
    }

    /// Product of the factors.
    pub fn prize(&self) -> Prize {
        let urgency = self.urgency_in_all();
        Prize::from_points(self.tier_weight * urgency * self.potential * self.promptness)
    }
}

/// Reason why a visit is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueReason {
    /// An appointment.
    Appointment {
        /// Time of day.
        at: Seconds,
    },
    /// The visit is pinned to that day.
    Pinned {
        /// Pinned time of day.
        at: Option<Seconds>,
        /// Tolerance around the pinned time.
        leeway: Seconds,
    },
    /// A must-visit of the list.
    MustVisit,
    /// A promised date has come.
    Promised {
        /// Promised date.
        on: Date,
    },
    /// The outlet has never been visited.
    NeverVisited,
    /// The interval is nearly over; the visit may be early.
    Soon {
        /// Due date.
        due_date: Date,
    },
    /// The interval is over.
    Overdue {
        /// Days overdue; 0 on the due date.
        days: u32,
    },
    /// Only an occasion.
    Occasion {
        /// Day of the occasion.
        on: Date,
    },
    /// The interval after an earlier visit of the plan is over.
    Again {
        /// Due date.
        due_date: Date,
    },
}

impl DueReason {
    /// Returns `true` if a visit for this reason is mandatory.
    pub fn is_mandatory(&self) -> bool {
        matches!(self, Self::Appointment { .. } | Self::Pinned { .. } | Self::MustVisit)
    }

    /// Code of the reason, in snake_case; it never changes.
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

/// The reason as one clause.
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

/// Reason why no visit is due on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDue {
    /// The outlet is closed, suspended or does not cooperate.
    Status(Status),
    /// The outlet has been visited that day.
    Done,
    /// A visit was attempted that day and nobody was met.
    NotIn,
    /// The position is too coarse.
    UncertainPosition {
        /// Quality of the position.
        quality: Grade,
    },
    /// A call block.
    CallBlock {
        /// Last day of the block; `None` without an end.
        until: Option<Date>,
    },
    /// An appointment on another day takes the place of the visit.
    AppointmentElsewhen {
        /// Time of the appointment.
        at: DateTime,
    },
    /// The visit is pinned to another day.
    PinnedElsewhen {
        /// That day.
        on: Date,
    },
    /// The outlet is closed at the pinned time.
    ClosedWhenPinned {
        /// Pinned time of day.
        time: Seconds,
    },
    /// Too soon within the interval.
    NotYet {
        /// First day on which a visit is due.
        from: Date,
        /// Last visit + interval.
        due_date: Date,
    },
    /// Within the minimum gap.
    MinGap {
        /// First day after the gap.
        until: Date,
    },
    /// The list excludes that day of the week.
    NotThatWeekday {
        /// Day of the week.
        weekday: Weekday,
    },
    /// A market day.
    MarketDay,
    /// Closed all day.
    ClosedThatDay,
    /// Open, but too briefly for a visit.
    OpeningTooShort {
        /// Duration of a visit.
        visit_duration: Seconds,
    },
}

impl NotDue {
    /// Code of the reason, in snake_case; it never changes.
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

/// The reason as one clause.
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
