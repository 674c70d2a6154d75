//! What became of a prospect, with the reason in words and as a code.

use std::fmt;

use crate::call_plan::NotDue;
use crate::road::{Apart, SnapFailure};
use crate::solver::Infeasibility;
use crate::units::Seconds;

/// What became of one prospect.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is visited.
    Visited {
        /// Index of the beat of the first visit.
        beat: usize,
        /// Index of the stop in it.
        stop: usize,
        /// How many visits there are.
        visits: usize,
    },
    /// It is not.
    LeftOut(LeftOut),
}

/// Why a prospect is not visited.
#[derive(Debug, Clone, PartialEq)]
pub enum LeftOut {
    /// No visit is due, or none is wanted.
    NotDue(NotDue),
    /// It is not on the road network.
    OffTheRoads(SnapFailure),
    /// No rep who may visit it works then.
    NobodyWorks {
        /// The reps it belongs to; none if it is anybody's.
        reps: Vec<String>,
    },
    /// Those who could make it go as in the earlier plan, in which it is not.
    DayKept {
        /// These reps, by name; at least one.
        reps: Vec<String>,
    },
    /// There is no way there and back from any home.
    Unreachable {
        /// What separates it from the network of the first rep who might go there.
        apart: Option<Apart>,
    },
    /// There is a way, but not within a shift, even with nothing else to do.
    TooFarForADay {
        /// What stands against it.
        alone: Option<Infeasibility>,
        /// What would make it possible, the least first, in words.
        remedies: Vec<String>,
    },
    /// It must be visited, but so must others, and all of them cannot be.
    MandatoryConflict {
        /// The others, by name; without any one of them it could be visited.
        with: Vec<String>,
        /// Whether all orders were tried.
        is_proven: bool,
        /// What would make room for all, or whom to leave out, the least first, in words.
        remedies: Vec<String>,
    },
    /// It would fit, but is worth less than the drive.
    NotWorthTheDrive {
        /// Travel it would add.
        extra_travel: Seconds,
    },
    /// It would fit in time, but the shift has its most visits.
    VisitsFull {
        /// The visits, by name, whose place it could take at the least loss; empty if there are none.
        instead_of: Vec<String>,
    },
    /// It would fit in time, but the shift has its most travel.
    TravelFull {
        /// Travel too much.
        over: Seconds,
    },
    /// It would fit if the rep had so much more time.
    NoTime {
        /// What is missing.
        missing: Seconds,
        /// Travel it would add.
        extra_travel: Seconds,
    },
    /// With it the break would come too late.
    BreakTooLate,
}

impl Outcome {
    /// How many visits there are.
    pub fn visits(&self) -> usize {
        match self {
            Self::Visited { visits, .. } => *visits,
            Self::LeftOut(_) => 0,
        }
    }

    /// `"visit"`, or the code of why not; in snake_case, stable for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Visited { .. } => "visit",
            Self::LeftOut(reason) => reason.code(),
        }
    }

    /// Whether it is not visited because it has been visited that day.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::LeftOut(LeftOut::NotDue(NotDue::Done)))
    }
}

impl LeftOut {
    /// The reason in snake_case, stable for machines.
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

    /// Travel that a visit would add where the plan is best able to take it, if that is the point.
    pub fn extra_travel(&self) -> Option<Seconds> {
        match self {
            Self::NotWorthTheDrive { extra_travel } | Self::NoTime { extra_travel, .. } => {
                Some(*extra_travel)
            }
            _ => None,
        }
    }

    /// Time that is missing for the visit, if that is the point.
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
                [rep] => write!(f, "{rep}, whose it is, does not work then"),
                reps => write!(f, "{}, whose it is, do not work then", reps.join(" and ")),
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
                f.write_str("the day has its most visits")
            }
            Self::VisitsFull { instead_of } => {
                let names = instead_of.join(" and ");
                write!(f, "the day has its most visits; it would displace {names}")
            }
            Self::TravelFull { over } => {
                write!(f, "the day has its most travel; {} min too much with it", minutes(over))
            }
            Self::NoTime { missing, .. } => {
                write!(f, "no time: {} min more would be needed", minutes(missing))
            }
            Self::BreakTooLate => f.write_str("no time: the lunch break would come too late"),
        }
    }
}

/// The first few of what would help.
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

/// A moment that is not over before it is reached.
fn up_to_the_minute(moment: Seconds) -> Seconds {
    Seconds(moment.0.div_ceil(60) * 60)
}
