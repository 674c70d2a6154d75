//! Reads market days (赶集), on which outlets have no time for visits.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::week::Workdays;

/// Days on which a market is held, given by day of the week or by the last digit of the day of the
/// month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarketDays {
    /// The market is held on these days of every week.
    Weekly(Workdays),
    /// The market is held on the days of the Gregorian month whose number ends in one of these
    /// digits (逢一六: the 1st, 6th, 11th, …), except the 31st.
    Monthly([bool; 10]),
}

impl MarketDays {
    /// Returns whether there is a market on `date`.
    pub fn falls_on(&self, date: Date) -> bool {
        match self {
            Self::Weekly(days) => days.contains(date),
            Self::Monthly(digits) => {
                let digit = usize::try_from(date.day() % 10).unwrap_or(0);
                digits[digit] && date.day() != 31
            }
        }
    }
}

/// Error of a text that does not name market days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MarketDaysError {
    /// The text names days of the lunar month, which are not supported.
    #[error(
        "days of the lunar month are not supported; name days of the week, or leave the cell blank"
    )]
    Lunar,
    /// The text cannot be read.
    #[error(
        "days of the week such as \"Tu,Sa\" or \"周二\", or last digits of the day of the month such as \"1,6\" or \"逢一六\""
    )]
    Unknown,
}

impl FromStr for MarketDays {
    type Err = MarketDaysError;

    fn from_str(text: &str) -> Result<Self, MarketDaysError> {
        if ["农历", "阴历", "旧历", "lunar"].iter().any(|word| text.to_lowercase().contains(word))
        {
            return Err(MarketDaysError::Lunar);
        }
        if let Ok(days) = text.parse() {
            return Ok(Self::Weekly(days));
        }
        let plain: String = text.chars().map(folded).collect();
        let plain = plain.replace("every", "");
        if let Some(days) = chinese_weekdays(&plain) {
            return Ok(Self::Weekly(days));
        }
        let mut digits = [false; 10];
        let meant = plain
            .trim_start_matches("阳历")
            .trim_start_matches(['逢', '每'])
            .trim_end_matches(['日', '集', '赶']);
        for c in meant.chars().filter(|c| !matches!(c, ',' | ' ' | '.' | '/' | '和')) {
            let digit = c.to_digit(10).or_else(|| {
                "十一二三四五六七八九".chars().position(|d| d == c).map(|at| at as u32)
            });
            *digits
                .get_mut(digit.ok_or(MarketDaysError::Unknown)? as usize)
                .ok_or(MarketDaysError::Unknown)? = true;
        }
        // Two digits without a separator are ambiguous: they may be one day of the month or two
        // last digits.
        let is_one_number = meant
            .chars()
            .collect::<Vec<_>>()
            .windows(2)
            .any(|two| two.iter().all(char::is_ascii_digit));
        if is_one_number || !digits.contains(&true) {
            return Err(MarketDaysError::Unknown);
        }
        Ok(Self::Monthly(digits))
    }
}

fn folded(c: char) -> char {
    match c {
        '０'..='９' => {
            char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c)
        }
        '，' | '、' | ';' | '；' => ',',
        c => c,
    }
}

/// Reads `周二、周六` and `星期二,六`.
fn chinese_weekdays(text: &str) -> Option<Workdays> {
    let text = text.trim_start_matches(['逢', '每']).replace("星期", "周").replace("礼拜", "周");
    let rest = text.strip_prefix('周')?;
    let mut names = Vec::new();
    for c in rest.chars().filter(|c| !matches!(c, ',' | ' ' | '周' | '和')) {
        let at =
            if c == '天' { 6 } else { "一二三四五六日".chars().position(|day| day == c)? };
        names.push(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"][at]);
    }
    names.join(",").parse().ok()
}

/// Writes market days such as `Tu,Sa` or `1,6`.
impl fmt::Display for MarketDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekly(days) => days.fmt(f),
            Self::Monthly(digits) => {
                let named = (0..10).filter(|digit| digits[*digit]).map(|digit| digit.to_string());
                f.write_str(&named.collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl Serialize for MarketDays {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn market_days_are_weekdays_or_last_digits() {
        let read = |text: &str| text.parse::<MarketDays>().map(|days| days.to_string());
        for text in ["1,6", "逢一六", "逢一、六", "１，６", "每逢1、6", "阳历逢1,6"]
        {
            assert_eq!(read(text), Ok("1,6".to_owned()), "{text}");
        }
        assert_eq!(read("逢五十"), Ok("0,5".to_owned()));
        for text in ["Tu,Sa", "周二、周六", "星期二,六", "逢周二六"] {
            assert_eq!(read(text), Ok("Tu,Sa".to_owned()), "{text}");
        }
        assert_eq!(read("农历逢一六"), Err(MarketDaysError::Lunar));
        for text in ["16", "初一", "often", ",", "周"] {
            assert_eq!(read(text), Err(MarketDaysError::Unknown), "{text}");
        }
    }

    #[test]
    fn a_market_by_last_digit_comes_six_times_a_month() {
        let days: MarketDays = "1,6".parse().unwrap();
        let on: Vec<i8> = (1..=31).filter(|day| days.falls_on(date(2026, 12, *day))).collect();
        assert_eq!(on, [1, 6, 11, 16, 21, 26]);
        let weekly: MarketDays = "Tu".parse().unwrap();
        assert!(weekly.falls_on(date(2026, 11, 24)) && !weekly.falls_on(date(2026, 11, 25)));
    }
}
