//! Reads shifts and lunch breaks in the form in which files state them.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::numbers;
use crate::solver::{Break, TimeWindow};
use crate::units::Seconds;
use crate::week::parse_time_of_day;

/// Parses a window of time such as `"09:00-18:00"`. Returns `None` unless it ends after it starts,
/// on the same day.
pub fn parse_time_window(text: &str) -> Option<TimeWindow> {
    let (start, end) = text.split_once(['-', '–'])?;
    let window = TimeWindow { start: parse_time_of_day(start)?, end: parse_time_of_day(end)? };
    (window.start < window.end).then_some(window)
}

/// Reads and writes a window of time as `"09:00-18:00"`.
pub(crate) mod time_window_text {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(window: &TimeWindow, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}-{}", window.start, window.end))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TimeWindow, D::Error> {
        let text = String::deserialize(from)?;
        parse_time_window(&text).ok_or_else(|| {
            D::Error::custom(format_args!(
                "found \"{text}\", expected a start and a later end of the same day such as \"09:00-18:00\""
            ))
        })
    }
}

/// A lunch break of fixed duration within a window of time. A duration of 0 means no lunch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "LunchText", into = "LunchText")]
pub struct Lunch {
    duration: Seconds,
    between: TimeWindow,
}

impl Lunch {
    /// Returns a lunch of `duration` that begins and ends within `between`; `None` if it does not
    /// fit.
    pub fn new(duration: Seconds, between: TimeWindow) -> Option<Self> {
        (between.start + duration <= between.end).then_some(Self { duration, between })
    }

    /// Returns the duration of the lunch.
    pub fn duration(&self) -> Seconds {
        self.duration
    }

    /// Returns the lunch as the break of a shift; `None` if there is no lunch, or if the shift has
    /// no room for it.
    pub fn break_in(&self, shift: TimeWindow) -> Option<Break> {
        let start = self.between.start.max(shift.start);
        let end = self.between.end.min(shift.end).saturating_sub(self.duration);
        (self.duration > Seconds::ZERO && start <= end)
            .then_some(Break { duration: self.duration, start: TimeWindow { start, end } })
    }
}

/// Returns a lunch of one hour that begins between 11:30 and 13:00.
impl Default for Lunch {
    fn default() -> Self {
        let between =
            TimeWindow { start: Seconds::from_minutes(690), end: Seconds::from_minutes(840) };
        Self { duration: Seconds::from_minutes(60), between }
    }
}

/// A [`Lunch`] in the form in which files state it: `{ minutes = 60, between = "11:30-14:00" }`.
#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LunchText {
    #[serde(deserialize_with = "numbers::minutes")]
    minutes: u32,
    #[serde(with = "time_window_text")]
    between: TimeWindow,
}

impl Default for LunchText {
    fn default() -> Self {
        Lunch::default().into()
    }
}

impl From<Lunch> for LunchText {
    fn from(lunch: Lunch) -> Self {
        Self { minutes: lunch.duration.0 / 60, between: lunch.between }
    }
}

impl TryFrom<LunchText> for Lunch {
    type Error = String;

    fn try_from(text: LunchText) -> Result<Self, String> {
        Lunch::new(Seconds::from_minutes(text.minutes), text.between).ok_or_else(|| {
            format!(
                "a lunch of {} minutes does not fit between {} and {}; make it shorter or the window wider",
                text.minutes, text.between.start, text.between.end
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> TimeWindow {
        parse_time_window(text).unwrap()
    }

    #[test]
    fn a_window_that_does_not_end_after_its_start_is_none() {
        assert_eq!(parse_time_window("18:00-09:00"), None);
        assert_eq!(parse_time_window("09:00-09:00"), None);
        assert_eq!(window("09:00 - 18:00").end, Seconds::from_hours(18));
    }

    #[test]
    fn lunch_ends_within_its_window() {
        let lunch = Lunch::default().break_in(window("09:00-18:00")).unwrap();
        assert_eq!(lunch.start, window("11:30-13:00"));
        assert_eq!(lunch.duration, Seconds::from_minutes(60));
    }

    #[test]
    fn a_shift_cuts_the_window_of_its_lunch() {
        let lunch = Lunch::default();
        assert_eq!(lunch.break_in(window("12:00-18:00")).unwrap().start, window("12:00-13:00"));
        assert_eq!(lunch.break_in(window("13:30-18:00")), None);
        assert_eq!(
            Lunch::new(Seconds::ZERO, window("11:00-12:00"))
                .unwrap()
                .break_in(window("09:00-18:00")),
            None
        );
    }

    #[test]
    fn a_lunch_longer_than_its_window_is_refused() {
        assert_eq!(Lunch::new(Seconds::from_minutes(61), window("11:00-12:00")), None);
        let fault = toml::from_str::<Lunch>("minutes = 200").unwrap_err();
        assert!(fault.message().contains("does not fit between 11:30 and 14:00"), "{fault}");
    }
}
