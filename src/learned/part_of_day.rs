//! Parts of a working day in which roads are differently busy.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::units::Seconds;

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartOfDay {
    /// Before 9:00.
    #[serde(rename = "before_09")]
    Before9,
    /// From 9:00 to 12:00.
    #[serde(rename = "from_09")]
    From9,
    /// From 12:00 to 14:00.
    #[serde(rename = "from_12")]
    From12,
    /// From 14:00 to 17:00.
    #[serde(rename = "from_14")]
    From14,
    /// From 17:00 on.
    #[serde(rename = "from_17")]
    From17,
}

impl PartOfDay {
    /// All parts, in their order.
    pub const ALL: [Self; 5] =
        [Self::Before9, Self::From9, Self::From12, Self::From14, Self::From17];

    /// Time of day at which the part begins.
    pub const fn start(self) -> Seconds {
        Seconds::from_hours(match self {
            Self::Before9 => 0,
            Self::From9 => 9,
            Self::From12 => 12,
            Self::From14 => 14,
            Self::From17 => 17,
        })
    }

    /// Returns the part at `time`.
    pub fn at(time: Seconds) -> Self {
        let begun = Self::ALL.into_iter().rfind(|part| part.start() <= time);
        begun.unwrap_or(Self::Before9)
    }
}

/// Writes `before 9:00`, `9:00-12:00` or `from 17:00`.
impl fmt::Display for PartOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Before9 => "before 9:00",
            Self::From9 => "9:00-12:00",
            Self::From12 => "12:00-14:00",
            Self::From14 => "14:00-17:00",
            Self::From17 => "from 17:00",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_in_one_part() {
        let at = |hour: u32, minute: u32| PartOfDay::at(Seconds((hour * 60 + minute) * 60));
        assert_eq!([at(0, 0), at(8, 59)], [PartOfDay::Before9; 2]);
        assert_eq!([at(9, 0), at(11, 59)], [PartOfDay::From9; 2]);
        assert_eq!([at(12, 0), at(14, 0)], [PartOfDay::From12, PartOfDay::From14]);
        assert_eq!([at(17, 0), at(25, 0)], [PartOfDay::From17; 2]);
    }
}
