//! Reads dates and times of day.

use jiff::civil::{Date, DateTime, Time};

use super::Pin;
use crate::units::Seconds;

/// Reads `2026-11-24`, `2026/1/5`, `2026.1.5` or `2026年1月5日`; ignores a time of day after it.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    split_date_time(text).map(|(date, _)| date)
}

/// Reads a date that is followed by a time of day.
pub(super) fn parse_date_time(text: &str) -> Option<DateTime> {
    split_date_time(text).and_then(|(date, time)| Some(date.to_datetime(time?)))
}

pub(super) fn parse_pin(text: &str) -> Option<Pin> {
    let (date, time) = split_date_time(text)?;
    let midnight = Time::midnight();
    let seconds = |time: Time| u32::try_from(time.duration_since(midnight).as_secs()).ok();
    Some(Pin { date, time: time.and_then(seconds).map(Seconds) })
}

fn split_date_time(text: &str) -> Option<(Date, Option<Time>)> {
    if let Some((date, time)) = text.split_once('日') {
        let date = calendar_date(&date.replace(['年', '月'], "-").replace(' ', ""))?;
        let time = time.trim_start();
        return Some((date, if time.is_empty() { None } else { Some(clock_time(time)?) }));
    }
    match text.split_once([' ', 'T']) {
        Some((date, time)) => Some((calendar_date(date)?, Some(clock_time(time.trim_start())?))),
        None => Some((calendar_date(text)?, None)),
    }
}

fn calendar_date(text: &str) -> Option<Date> {
    let [year, month, day] = numbers(text, ['-', '/', '.'])?;
    let is_year = text.bytes().take_while(u8::is_ascii_digit).count() == 4;
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    date.ok().filter(|_| is_year)
}

fn clock_time(text: &str) -> Option<Time> {
    let padded = if text.matches(':').count() == 1 { format!("{text}:0") } else { text.to_owned() };
    let [hour, minute, second] = numbers(&padded, [':', ':', ':'])?;
    let part = |number: u16| i8::try_from(number).ok();
    Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()
}

/// Reads three numbers of one to four digits, with one of `separators` after each.
fn numbers(text: &str, separators: [char; 3]) -> Option<[u16; 3]> {
    let mut parts = text.split(separators).map(|part| {
        let all_digits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| all_digits)
    });
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, datetime};

    use super::*;

    #[test]
    fn reads_dates_year_first() {
        let day = Some(date(2026, 1, 5));
        for text in [
            "2026-01-05",
            "2026/1/5",
            "2026.01.05",
            "2026-01-05 00:00:00",
            "2026-1-5T9:30",
            "2026年1月5日",
            "2026年01月05日 9:30",
        ] {
            assert_eq!(parse_date(text), day, "{text}");
        }
        for text in [
            "05/01/2026",
            "2026-13-01",
            "2026-02-30",
            "2026-01",
            "26-01-05",
            "2026-01-05 x",
            "45000",
            "2026年1月",
            "1月5日",
            "2026-01-05-06",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn an_appointment_needs_a_time() {
        let at = Some(datetime(2026, 11, 24, 10, 30, 0, 0));
        for text in
            ["2026-11-24 10:30", "2026-11-24T10:30:00", "2026/11/24  10:30", "2026年11月24日 10:30"]
        {
            assert_eq!(parse_date_time(text), at, "{text}");
        }
        for text in ["2026-11-24", "10:30", "2026-11-24 25:00", "2026-11-24 10:30 pm"] {
            assert_eq!(parse_date_time(text), None, "{text}");
        }
    }
}
