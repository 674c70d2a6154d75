//! Outcome of a prospect, with the reason in words and as a code.

use std::fmt;

use crate::call_plan::NotDue;
use crate::road::{Apart, SnapFailure};
use crate::solver::Infeasibility;
use crate::units::Seconds;

/// Outcome of a prospect.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The prospect is visited.
    Visited {
        /// Index of the beat of the first visit.
        beat: usize,
        /// Index of the stop in that beat.
        stop: usize,
        /// Number of visits in the plan.
        visits: usize,
    },
    /// The prospect is left out.
    LeftOut(LeftOut),
}

/// Reason why a prospect is left out.
#[derive(Debug, Clone, PartialEq)]
pub enum LeftOut {
    /// No visit is due, or none is wanted.
    NotDue(NotDue),
    /// The prospect is not on the road network.
    OffTheRoads(SnapFailure),
    /// No rep who may visit it works then.
    NobodyWorks {
        /// Reps it belongs to; empty if any rep may visit it.
        reps: Vec<String>,
    },
    /// The reps who could visit it follow the earlier plan, which does not have it.
    DayKept {
        /// Names of these reps, at least one.
        reps: Vec<String>,
    },
    /// No home has a path there and back.
    Unreachable {
        /// Obstacle between it and the first rep who could go.
        apart: Option<Apart>,
    },
    /// The visit does not fit even into an empty shift.
    TooFarForADay {
        /// Cause.
        alone: Option<Infeasibility>,
        /// Changes in words that would make it possible, smallest first.
        remedies: Vec<String>,
    },
    /// Not all mandatory visits can be made together.
    MandatoryConflict {
        /// Names of the others. The visit fits if any one of them is left out.
        with: Vec<String>,
        /// True if all orders were tried, so that the conflict is proven.
        is_proven: bool,
        /// Remedies in words, smallest first.
        remedies: Vec<String>,
    },
    /// The visit fits, but its prize is less than the cost of the drive.
    NotWorthTheDrive {
        /// Additional travel.
        extra_travel: Seconds,
    },
    /// The shift has the maximum number of visits.
    VisitsFull {
        /// Names of the visits it could replace at the least loss; empty if there are none.
        instead_of: Vec<String>,
    },
    /// The shift would exceed its maximum travel.
    TravelFull {
        /// Excess travel.
        over: Seconds,
    },
    /// The shift is too short.
    NoTime {
        /// Missing time.
        missing: Seconds,
        /// Additional travel.
        extra_travel: Seconds,
    },
    /// Lunch would begin too late.
    BreakTooLate,
}

impl Outcome {
    /// Number of visits in the plan.
    pub fn visits(&self) -> usize {
        match self {
            Self::Visited { visits, .. } => *visits,
            Self::LeftOut(_) => 0,
        }
    }

    /// `"visit"`, or the code of the reason, in snake_case; it never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Visited { .. } => "visit",
            Self::LeftOut(reason) => reason.code(),
        }
    }

    /// Returns `true` if the prospect has already been visited that day.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::LeftOut(LeftOut::NotDue(NotDue::Done)))
    }
}

impl LeftOut {
    /// Code of the reason, in snake_case; it never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotDue(reason) => reason.code(),
            Self::OffTheRoads(SnapFailure::CutOff { .. }) => "cut_off",
            Self::OffTheRoads(SnapFailure::Closed { .. }) => "road_closed",
            Self::OffTheRoads(SnapFailure::NoStopping { .. }) => "no_stopping",
            Self::OffTheRoads(_) => "off_the_roads",
            Self::NobodyWorks { .. } => "nobody_works",
            Self::DayKept { .. } => "day_kept",
            Self::Unreachable { .. } => "unreachable",
            Self::TooFarForADay { .. } => "too_far_for_a_day",
            Self::MandatoryConflict { .. } => "mandatory_conflict",
            Self::NotWorthTheDrive { .. } => "not_worth_the_drive",
            Self::VisitsFull { .. } => "visits_full",
            Self::TravelFull { .. } => "travel_full",
            Self::NoTime { .. } => "no_time",
            Self::BreakTooLate => "break_too_late",
        }
    }

    /// Additional travel of the best insertion, for reasons that state it.
    pub fn extra_travel(&self) -> Option<Seconds> {
        match self {
            Self::NotWorthTheDrive { extra_travel } | Self::NoTime { extra_travel, .. } => {
                Some(*extra_travel)
            }
            _ => None,
        }
    }

    /// Missing time, for reasons that state it.
    pub fn missing(&self) -> Option<Seconds> {
        match self {
            Self::NoTime { missing, .. } => Some(*missing),
            _ => None,
        }
    }
}

/// The reason as one clause: `"no time: 23 min more would be needed"`.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = |s: &Seconds| s.0.div_ceil(60);
        match self {
            Self::NotDue(reason) => reason.fmt(f),
            Self::OffTheRoads(failure) => failure.fmt(f),
            Self::NobodyWorks { reps } => match &reps[..] {
                [] => f.write_str("nobody works then"),
                [rep] => write!(f, "{rep}, who visits it, does not work then"),
                reps => write!(f, "{}, who visit it, do not work then", reps.join(" and ")),
            },
            Self::DayKept { reps } => match &reps[..] {
                [rep] => write!(f, "the day of {rep} stays as it was planned"),
                reps => write!(f, "the days of {} stay as they were planned", reps.join(" and ")),
            },
            Self::Unreachable { apart: None } => f.write_str("there is no way there and back"),
            Self::Unreachable { apart: Some(apart) } => {
                write!(f, "there is no way there and back: {apart}")
            }
            Self::TooFarForADay { alone, remedies } => {
                match alone {
                    Some(Infeasibility::TooLate { earliest, last, .. }) => write!(
                        f,
                        "cannot be reached before {}, {} min after it can last begin ({last})",
                        up_to_the_minute(*earliest),
                        minutes(&(*earliest - *last))
                    ),
                    Some(Infeasibility::BackTooLate { back, end, .. }) => write!(
                        f,
                        "even with nothing else the rep would be back at {}, {} min too late",
                        up_to_the_minute(*back),
                        minutes(&(*back - *end))
                    ),
                    _ => f.write_str(
                        "too far, or closed too early: does not fit even into an empty day",
                    ),
                }?;
                what_helps(f, remedies)
            }
            Self::MandatoryConflict { with, is_proven, remedies } => {
                let found = if *is_proven { "cannot" } else { "it seems it cannot" };
                write!(f, "{found} be kept together with {}", with.join(" and "))?;
                what_helps(f, remedies)
            }
            Self::NotWorthTheDrive { extra_travel } => {
                write!(f, "not worth {} min more travel", minutes(extra_travel))
            }
            Self::VisitsFull { instead_of } if instead_of.is_empty() => {
                f.write_str("the day has the maximum number of visits")
            }
            Self::VisitsFull { instead_of } => {
                let names = instead_of.join(" and ");
                write!(f, "the day has the maximum number of visits; it would displace {names}")
            }
            Self::TravelFull { over } => {
                write!(f, "the day has the maximum travel; {} min too much with it", minutes(over))
            }
            Self::NoTime { missing, .. } => {
                write!(f, "no time: {} min more would be needed", minutes(missing))
            }
            Self::BreakTooLate => f.write_str("no time: the lunch break would come too late"),
        }
    }
}

/// Writes the first few remedies.
fn what_helps(f: &mut fmt::Formatter<'_>, remedies: &[String]) -> fmt::Result {
    const NAMED: usize = 3;
    match remedies {
        [] => Ok(()),
        _ => {
            let named: Vec<&str> = remedies.iter().take(NAMED).map(String::as_str).collect();
            write!(f, "; possible {}", named.join(", or "))
        }
    }
}

/// Rounds up to a whole minute.
fn up_to_the_minute(moment: Seconds) -> Seconds {
    Seconds(moment.0.div_ceil(60) * 60)
}
