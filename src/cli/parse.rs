//! Parses dates, moments and positions on the command line.

use anyhow::Context;
use beatplan::lonlat::LonLat;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Returns `days` consecutive dates. The first one is `text`: a date, or `today` or `tomorrow` at
/// the moment `now` in the time zone `zone`.
pub(super) fn dates(
    text: &str,
    days: u16,
    zone: &TimeZone,
    now: Timestamp,
) -> anyhow::Result<Vec<Date>> {
    let today = || zone.to_datetime(now).date();
    let first: Date = match text {
        "today" => today(),
        "tomorrow" => today().tomorrow()?,
        _ => text.parse().ok().with_context(|| {
            format!(
                "--date: found \"{text}\", expected a date such as 2026-11-25, today or tomorrow"
            )
        })?,
    };
    let mut dates = vec![first];
    while dates.len() < usize::from(days) {
        let next = dates[dates.len() - 1].tomorrow();
        dates.push(next.with_context(|| {
            format!("--days: {days} days from {first} run past the end of the calendar")
        })?);
    }
    Ok(dates)
}

/// Parses a day and a time of day such as `2026-11-25T09:00`.
pub(super) fn parse_moment(text: &str) -> Result<DateTime, String> {
    let has_time = text.contains(['T', 't', ' ']);
    text.parse().ok().filter(|_| has_time).ok_or_else(|| {
        format!("found \"{text}\", expected a local date and time such as 2026-11-25T09:00")
    })
}

/// Parses a position `LON,LAT` in degrees.
pub(super) fn parse_lonlat(text: &str) -> Result<LonLat, String> {
    let expected =
        || format!("found \"{text}\", expected LON,LAT in degrees, such as 116.40,39.90");
    let (lon, lat) = text.split_once(',').ok_or_else(expected)?;
    let number = |s: &str| s.trim().parse().map_err(|_| expected());
    LonLat::new(number(lon)?, number(lat)?).ok_or_else(|| {
        format!(
            "{}; longitude goes from -180 to 180 and comes first, latitude from -90 to 90",
            expected()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_date_and_a_time() {
        let moment = jiff::civil::date(2026, 11, 25).at(9, 0, 0, 0);
        for text in ["2026-11-25T09:00", "2026-11-25 09:00", "2026-11-25T09:00:00"] {
            assert_eq!(parse_moment(text), Ok(moment), "{text}");
        }
        for text in ["2026-11-25", "09:00", "tomorrow", "2026-11-25T25:00", ""] {
            assert!(parse_moment(text).unwrap_err().contains("2026-11-25T09:00"), "{text}");
        }
    }

    #[test]
    fn a_position_is_longitude_first() {
        assert_eq!(parse_lonlat("14.5, 35.9"), Ok(LonLat { lon: 14.5, lat: 35.9 }));
        assert!(parse_lonlat("35.9,114.5").unwrap_err().contains("comes first"));
        assert!(parse_lonlat("14.5").unwrap_err().contains("expected LON,LAT"));
    }
}
