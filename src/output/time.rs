//! Moments as GIS programs like them: ISO 8601 with the offset of the place.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::units::Seconds;

/// Turns dates and times of day into moments of one time zone.
pub(super) struct Clock<'a> {
    zone: &'a TimeZone,
}

impl<'a> Clock<'a> {
    pub(super) fn new(zone: &'a TimeZone) -> Self {
        Self { zone }
    }

    /// `2026-11-25T09:14:00+01:00`. A time that the clocks skip or repeat that day is taken as jiff's "compatible" rule says.
    pub(super) fn moment(&self, date: Date, time: Seconds) -> String {
        let midnight = date.to_datetime(jiff::civil::Time::midnight());
        let local = midnight.saturating_add(jiff::SignedDuration::from_secs(i64::from(time.0)));
        match self.zone.to_zoned_datetime(local) {
            Ok(zoned) => zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            // Only at the ends of the calendar, ten thousand years away.
            Err(_) => local.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_moment_carries_the_offset_of_its_place_and_season() {
        let zone = TimeZone::get("Europe/Malta").unwrap();
        let clock = Clock::new(&zone);
        let nine = Seconds::from_hours(9);
        assert_eq!(clock.moment(date(2026, 11, 25), nine), "2026-11-25T09:00:00+01:00");
        assert_eq!(clock.moment(date(2026, 7, 1), nine), "2026-07-01T09:00:00+02:00");
    }
}
