//! Reads dates and times of day.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::Offset;
use jiff::{SignedDuration, ToSpan};

use super::Pin;
use super::clock_moment::ClockMoment;
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

/// Reads the moment of something that happened on `day`: `9:30`, `09:30:15`, `9点30分`, a date with
/// one of these, the same with `T`, fractions of seconds and an offset from UTC, or the number of a
/// spreadsheet (0.4375, 46350.4375). A time of day alone is on `day`.
pub(super) fn parse_clock_moment(text: &str, day: Date) -> Option<ClockMoment> {
    if let Some(at) = spreadsheet_moment(text, day) {
        return Some(ClockMoment { at, offset: None });
    }
    let text = text.replace(['点', '时'], ":").replace('秒', "");
    let text = if text.contains('分') && !text.ends_with('分') {
        text.replace('分', ":")
    } else {
        text.replace('分', "")
    };
    let text = text.strip_suffix(':').map_or_else(|| text.clone(), |hour| format!("{hour}:00"));
    let (text, offset) = split_offset(&text)?;
    let text = split_fraction(text)?;
    let at = match clock_time(text) {
        Some(time) => day.to_datetime(time),
        None => parse_date_time(text)?,
    };
    Some(ClockMoment { at, offset })
}

/// Reads a number as spreadsheets keep moments: days since 1899-12-30, or a fraction of a day.
/// Whole numbers are no moments. Rounds to a second.
fn spreadsheet_moment(text: &str, day: Date) -> Option<DateTime> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let days: f64 = text.parse().ok().filter(|_| is_number && text.contains('.'))?;
    let seconds = SignedDuration::from_secs((days.fract() * 86_400.0).round() as i64);
    let start = match days.trunc() as i64 {
        0 => day,
        // From 1954 to 2119; other numbers are something else.
        whole @ 20_000..=80_000 => date(1899, 12, 30).checked_add(whole.days()).ok()?,
        _ => return None,
    };
    start.to_datetime(Time::midnight()).checked_add(seconds).ok()
}

/// Divides `2026-11-24T10:30:00+08:00` before its offset from UTC.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(utc) = text.strip_suffix(['Z', 'z']) {
        return Some((utc.trim_end(), Some(Offset::UTC)));
    }
    // A sign after the first colon belongs to the offset; earlier ones divide the date.
    let colon = text.find(':').unwrap_or(text.len());
    let Some(sign) = text[colon..].find(['+', '-']).map(|at| colon + at) else {
        return Some((text, None));
    };
    let (own, offset) = text.split_at(sign);
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = match digits.len() {
        2 if all_digits => (digits.parse::<i32>().ok()?, 0),
        4 if all_digits => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    let seconds = (hours * 60 + minutes) * 60 * if offset.starts_with('-') { -1 } else { 1 };
    Some((own.trim_end(), Some(Offset::from_seconds(seconds).ok()?)))
}

/// Removes `.123` after the seconds; `None` if other characters follow the point.
fn split_fraction(text: &str) -> Option<&str> {
    let colon = text.rfind(':').unwrap_or(text.len());
    match text[colon..].split_once('.') {
        Some((own, rest)) if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()) => {
            Some(&text[..colon + own.len()])
        }
        Some(_) => None,
        None => Some(text),
    }
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
    fn a_moment_of_a_visit_is_read_as_people_and_programs_write_it() {
        let day = date(2026, 11, 24);
        let moment = |text| parse_clock_moment(text, day);
        let at = |hour, minute, second| datetime(2026, 11, 24, hour, minute, second, 0);
        for text in [
            "9:30",
            "09:30",
            "09:30:00",
            "9点30分",
            "9时30分",
            "2026-11-24 09:30",
            "2026-11-24T09:30:00",
            "2026-11-24T09:30:00.250",
            "2026/11/24 9:30",
            "2026年11月24日 9:30",
            "2026年11月24日9时30分",
            "0.395833333333333",
            "46350.3958333333",
        ] {
            let expected = ClockMoment { at: at(9, 30, 0), offset: None };
            assert_eq!(moment(text), Some(expected), "{text}");
        }
        assert_eq!(moment("9点").unwrap().at, at(9, 0, 0));
        assert_eq!(moment("9点30分15秒").unwrap().at, at(9, 30, 15));
        assert_eq!(moment("0.0").unwrap().at, at(0, 0, 0));
        for (text, hours) in [
            ("2026-11-24T09:30:00+08:00", 8),
            ("2026-11-24T09:30:00-0500", -5),
            ("2026-11-24 09:30:00 +02", 2),
            ("2026-11-24T09:30:00.5Z", 0),
        ] {
            let offset = Offset::constant(hours);
            let expected = ClockMoment { at: at(9, 30, 0), offset: Some(offset) };
            assert_eq!(moment(text), Some(expected), "{text}");
        }
        for text in [
            "25:00",
            "930",
            "9",
            "soon",
            "9:30 pm",
            "2026-11-24",
            "09:30.",
            "09:30+1",
            "9:30+99:00",
            "1.5",
            "-0.5",
            "99999.5",
            "2026-13-24T09:30",
            "点",
            "1e-1",
            "NaN",
            ":",
            "T",
            "+08:00",
        ] {
            assert_eq!(moment(text), None, "{text}");
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
