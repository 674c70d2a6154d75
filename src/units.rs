//! Units of time, distance and prize, and the conversions between them.
//!
//! All are whole numbers, so that results are the same on every machine. [`Millis`] and
//! [`Millimetres`] measure roads, [`Seconds`] shifts and visits, a [`Prize`] the value of a visit.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// Rounds `value` to three decimals. Adding zero turns −0.0, which is the sum of an empty list,
/// into 0.0.
pub(crate) fn thousandths(value: f64) -> f64 {
    rounded(value, 3) + 0.0
}

/// Rounds `value` to `decimals` decimals.
pub fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

/// Writes `number` with commas between the thousands, such as `417,432`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}

/// Returns a number with its noun, such as `1 visit` or `1,204 visits`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { one } else { many })
}

/// Returns the last line of a list that shows `listed` of `count` items, such as `… and 1,204 more
/// in outlets.geojson`. `hint` is the end of the line. Returns `None` if the list shows all items.
pub fn and_more(count: usize, listed: usize, hint: &str) -> Option<String> {
    let more = count.checked_sub(listed).filter(|more| *more > 0)?;
    Some(format!("… and {} more{hint}", grouped(more as u64)))
}

/// Whole seconds: a duration, or a time of day counted from local midnight.
///
/// It is printed as hours and minutes, `HH:MM`, without the seconds.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seconds(pub u32);

impl Seconds {
    /// Zero seconds, or midnight.
    pub const ZERO: Self = Self(0);

    /// Converts a number of minutes.
    pub const fn from_minutes(minutes: u32) -> Self {
        Self(minutes * 60)
    }

    /// Converts a number of hours.
    pub const fn from_hours(hours: u32) -> Self {
        Self(hours * 3600)
    }

    /// Returns `self - other`, or zero if that is negative.
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Seconds {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Seconds {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Seconds {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for Seconds {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|s| s.0).sum())
    }
}

/// Writes a time of day as `HH:MM`, rounded down to the minute. Hours may exceed 24.
impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 3600, self.0 / 60 % 60)
    }
}

/// Travel time on roads in whole milliseconds.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub u32);

impl Millis {
    /// Converts to whole seconds, rounded up, so that a plan never arrives before the road allows.
    pub const fn to_seconds_ceil(self) -> Seconds {
        Seconds(self.0.div_ceil(1000))
    }

    /// Converts to seconds, exact to the millisecond.
    pub fn seconds(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

/// Distance on roads in whole millimetres.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millimetres(pub u64);

impl Millimetres {
    /// Converts to metres.
    pub fn metres(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

/// Value of a visit in thousandths of a point, rounded.
///
/// In points it is the tier's weight × urgency × potential × promptness; the factors are in `PrizeParts` of the call plan.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Prize(pub u32);

impl Prize {
    /// Rounds `points` to the nearest thousandth; negative values and NaN become zero.
    pub fn from_points(points: f64) -> Self {
        // The cast saturates and maps NaN to zero.
        Self((points * 1000.0).round() as u32)
    }

    /// Converts to points.
    pub fn points(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_separates_thousands() {
        assert_eq!(
            [0, 999, 1000, 417_432, 1_000_000].map(grouped),
            ["0", "999", "1,000", "417,432", "1,000,000"]
        );
    }

    #[test]
    fn travel_is_rounded_up_to_whole_seconds() {
        assert_eq!(Millis(0).to_seconds_ceil(), Seconds(0));
        assert_eq!(Millis(1).to_seconds_ceil(), Seconds(1));
        assert_eq!(Millis(1000).to_seconds_ceil(), Seconds(1));
        assert_eq!(Millis(1001).to_seconds_ceil(), Seconds(2));
    }

    #[test]
    fn a_prize_that_is_negative_or_not_a_number_is_zero() {
        assert_eq!(Prize::from_points(f64::NAN), Prize(0));
        assert_eq!(Prize::from_points(-3.0), Prize(0));
        assert_eq!(Prize::from_points(2.5), Prize(2500));
    }

    #[test]
    fn a_time_of_day_reads_as_hours_and_minutes() {
        assert_eq!(Seconds(9 * 3600 + 5 * 60 + 59).to_string(), "09:05");
    }
}
