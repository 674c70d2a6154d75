//! A moment of a visit as a log has it: a clock time, perhaps with its offset from UTC.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// A date and time of day, with the offset from UTC if the log has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockMoment {
    /// Date and time on the clock of whoever wrote it, to the second.
    pub at: DateTime,
    /// Offset of that clock from UTC; `None` for the clock of the territory.
    pub offset: Option<Offset>,
}

impl ClockMoment {
    /// The moment `at` on the clock of the territory.
    pub fn local(at: DateTime) -> Self {
        Self { at, offset: None }
    }

    /// Returns date and time on a clock of `zone`.
    pub fn on_clock_of(self, zone: &TimeZone) -> DateTime {
        let moment = self.offset.and_then(|offset| offset.to_timestamp(self.at).ok());
        moment.map_or(self.at, |moment| zone.to_datetime(moment))
    }
}

/// Writes `2026-11-24 10:30`, with seconds and offset if they are not zero.
impl fmt::Display for ClockMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.at.second() == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        write!(f, "{}", self.at.strftime(form))?;
        self.offset.map_or(Ok(()), |offset| write!(f, "{offset}"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    #[test]
    fn a_moment_with_an_offset_is_moved_to_the_clock_of_the_territory() {
        let noon = datetime(2026, 11, 24, 12, 0, 0, 0);
        let zone = TimeZone::fixed(Offset::constant(8));
        assert_eq!(ClockMoment::local(noon).on_clock_of(&zone), noon);
        let utc = ClockMoment { at: noon, offset: Some(Offset::UTC) };
        assert_eq!(utc.on_clock_of(&zone), datetime(2026, 11, 24, 20, 0, 0, 0));
        assert_eq!(utc.to_string(), "2026-11-24 12:00+00");
    }
}
