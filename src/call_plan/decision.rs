//! What can be decided about a prospect on a day, with the reason in words and as a code.

use std::fmt;

use jiff::civil::{Date, DateTime, Weekday};

use crate::prospects::{Grade, Status};
use crate::solver::TimeWindow;
use crate::units::{Prize, Seconds};

/// What is decided about one prospect on one day.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// It may, or must, be visited.
    Due(Due),
    /// It is not to be visited.
    NotDue(NotDue),
}

impl Decision {
    /// The terms of the visit, where there is to be one.
    pub fn due(&self) -> Option<&Due> {
        match self {
            Self::Due(due) => Some(due),
            Self::NotDue(_) => None,
        }
    }

    /// Why it is or is not to be visited, in snake_case, stable for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Due(due) => due.reason.code(),
            Self::NotDue(reason) => reason.code(),
        }
    }
}

/// Why it is or is not to be visited, as one clause: `"3 days overdue"`, `"closed for good"`.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Due(due) => due.reason.fmt(f),
            Self::NotDue(reason) => reason.fmt(f),
        }
    }
}

/// The terms of a visit on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// What it is worth: the product of `prize_parts`.
    pub prize: Prize,
    /// Why it is worth that.
    pub prize_parts: PrizeParts,
    /// Why it is due.
    pub reason: DueReason,
    /// How long it takes.
    pub visit_duration: Seconds,
    /// When it may **begin**: at least one window, in order, apart from one another.
    ///
    /// A visit begun in one of them ends before the outlet closes; an appointment has one window, from the agreed time to
    /// the end of its leeway.
    pub windows: Vec<TimeWindow>,
    /// How long before it begins the rep may be at the door at most; `None`: as early as they like.
    pub earliness: Option<Seconds>,
    /// Whether it must be part of the plan.
    pub mandatory: bool,
}

/// The factors of a prize.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PrizeParts {
    /// Points for the tier.
    pub tier_weight: f64,
    /// The urgency that counts, see [`urgency`](crate::policy::urgency), without what an occasion adds.
    pub urgency: f64,
    /// What an occasion adds to it.
    pub occasion: f64,
    /// The row's own multiplier.
    pub potential: f64,
    /// In a plan of several days, what is left for having waited since its due date, or since the first day on which it
    /// could have been made if that is later.
    pub promptness: f64,
}

impl PrizeParts {
    /// The urgency with what an occasion adds.
    pub fn urgency_in_all(&self) -> f64 {
        self.urgency + self.occasion
    }

    /// Their product.
    pub fn prize(&self) -> Prize {
        let urgency = self.urgency_in_all();
        Prize::from_points(self.tier_weight * urgency * self.potential * self.promptness)
    }
}

/// Why a visit is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueReason {
    /// A time is agreed.
    Appointment {
        /// Time of day.
        at: Seconds,
    },
    /// It may not be moved from that day.
    Pinned {
        /// Nor from about this time of day, if one is given …
        at: Option<Seconds>,
        /// … by more than this.
        leeway: Seconds,
    },
    /// The list says so.
    MustVisit,
    /// A promised date is reached or passed.
    Promised {
        /// The promised date.
        on: Date,
    },
    /// Nobody has been there.
    NeverVisited,
    /// The interval is nearly over.
    Soon {
        /// When it will be.
        due_date: Date,
    },
    /// The interval is over.
    Overdue {
        /// For how many days; 0 on the due date.
        days: u32,
    },
    /// Nothing of these, but there is an occasion.
    Occasion {
        /// Its day.
        on: Date,
    },
    /// After an earlier visit of the plan the interval will be over again.
    Again {
        /// When it will be.
        due_date: Date,
    },
}

impl DueReason {
    /// Whether a visit for this reason must be part of the plan.
    pub fn is_mandatory(&self) -> bool {
        matches!(self, Self::Appointment { .. } | Self::Pinned { .. } | Self::MustVisit)
    }

    /// The reason in snake_case, stable for machines.
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

/// Why there is to be no visit on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDue {
    /// It does not trade, or not with us.
    Status(Status),
    /// Somebody has been there that day.
    Done,
    /// Somebody has been there that day, and met nobody.
    NotIn,
    /// It is not known exactly enough where it is.
    UncertainPosition {
        /// How it is known.
        quality: Grade,
    },
    /// No visits for a while.
    CallBlock {
        /// The last day of the block; `None` where no end is known.
        until: Option<Date>,
    },
    /// An appointment stands for the visit.
    AppointmentElsewhen {
        /// When it is.
        at: DateTime,
    },
    /// It is pinned to another day.
    PinnedElsewhen {
        /// To which.
        on: Date,
    },
    /// It is pinned to a time at which it is not open for a visit.
    ClosedWhenPinned {
        /// The time of day.
        time: Seconds,
    },
    /// Too little of the interval is over.
    NotYet {
        /// First day on which a visit counts as due.
        from: Date,
        /// Last visit + interval.
        due_date: Date,
    },
    /// The last visit was too recent to come again.
    MinGap {
        /// First day after the gap.
        until: Date,
    },
    /// By the list it is not visited on that day of the week.
    NotThatWeekday {
        /// The day of the week.
        weekday: Weekday,
    },
    /// There is a market that day.
    MarketDay,
    /// Not open on that day of the week or year.
    ClosedThatDay,
    /// Open, but never long enough for a visit.
    OpeningTooShort {
        /// How long a visit takes.
        visit_duration: Seconds,
    },
}

impl NotDue {
    /// The reason in snake_case, stable for machines.
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
