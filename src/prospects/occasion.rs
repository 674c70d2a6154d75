//! Occasions that make a visit more urgent, such as birthdays and anniversaries.

use jiff::ToSpan;
use jiff::civil::Date;

/// A day to remember, in one year or in every year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// Year of an occasion that happens only once; `None` if it happens every year.
    pub year: Option<i16>,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month, 1 to 31. If it is the 29th of February, the 28th counts in years without a
    /// 29th.
    pub day: i8,
    /// Description of the occasion; may be empty.
    pub what: String,
}

impl Occasion {
    /// Returns the first date of the occasion that is not before `from`.
    pub fn next(&self, from: Date) -> Option<Date> {
        let in_year = |year: i16| {
            let day = Date::new(year, self.month, self.day);
            day.or_else(|_| Date::new(year, self.month, self.day - 1)).ok()
        };
        let years = match self.year {
            Some(year) => vec![year],
            None => vec![from.year(), from.year().saturating_add(1)],
        };
        years.into_iter().filter_map(in_year).find(|day| *day >= from)
    }

    /// Reads a birthday and ignores its year.
    pub(super) fn birthday(text: &str) -> Option<Self> {
        let (day, rest) = day(text)?;
        rest.trim().is_empty().then(|| Self { year: None, what: "birthday".to_owned(), ..day })
    }

    /// Reads occasions that are separated by semicolons, such as `05-20 birthday of the owner;
    /// 2026-12-24 anniversary`. Returns `None` if one of them has no date.
    pub(super) fn several(text: &str) -> Option<Vec<Self>> {
        let parts = text.split([';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let occasion = |part| {
            let (day, what) = day(part)?;
            Some(Self {
                what: what.trim_start_matches([' ', ':', '：', ',']).trim().to_owned(),
                ..day
            })
        };
        parts.map(occasion).collect()
    }
}

/// Returns the first occasion that is on `date` or up to `days` days later, and for which no visit
/// was made yet.
///
/// A visit counts for an occasion if it was made on the date of the occasion or up to `days` days
/// before.
pub fn occasion_near(
    occasions: &[Occasion],
    date: Date,
    days: u32,
    visited_on: Option<Date>,
) -> Option<(Date, &Occasion)> {
    let days = i64::from(days).days();
    let near = occasions.iter().filter_map(|occasion| {
        let on = occasion.next(date)?;
        let is_near = date.saturating_add(days) >= on;
        let is_open = visited_on.is_none_or(|visited_on| visited_on < on.saturating_sub(days));
        (is_near && is_open).then_some((on, occasion))
    });
    near.min_by_key(|(on, _)| *on)
}

/// Reads the date at the start of `text` (`05-20`, `2026-12-24`, `5/20`, `5月20日`). Returns an
/// occasion on this date without a description, and the rest of the text.
fn day(text: &str) -> Option<(Occasion, &str)> {
    let text = text.trim();
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || "-/.月日年".contains(c))).unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    let parts: Vec<&str> =
        day.split(['-', '/', '.', '月', '日', '年']).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (Some(year.parse().ok()?), month, day),
        [month, day] => (None, month, day),
        _ => return None,
    };
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // 2024 is a leap year: it has all 366 dates.
    Date::new(year.unwrap_or(2024), month, day).ok()?;
    Some((Occasion { year, month, day, what: String::new() }, rest))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn occasions_come_every_year_or_once() {
        let all =
            Occasion::several("05-20 birthday of the owner；2026-12-24: anniversary; 2月29日")
                .unwrap();
        let told: Vec<String> =
            all.iter().map(|o| format!("{:?} {}-{} {}", o.year, o.month, o.day, o.what)).collect();
        assert_eq!(
            told,
            ["None 5-20 birthday of the owner", "Some(2026) 12-24 anniversary", "None 2-29 "]
        );
        assert_eq!(all[0].next(date(2026, 5, 20)), Some(date(2026, 5, 20)));
        assert_eq!(all[0].next(date(2026, 5, 21)), Some(date(2027, 5, 20)));
        assert_eq!(all[1].next(date(2026, 12, 25)), None);
        assert_eq!(all[2].next(date(2026, 1, 1)), Some(date(2026, 2, 28)));
        assert_eq!(Occasion::several("soon"), None);
        assert_eq!(Occasion::several("13-01 x"), None);
        assert_eq!(Occasion::birthday("1975-05-20").map(|day| day.year), Some(None));
    }

    #[test]
    fn an_occasion_is_near_until_somebody_has_been_there_for_it() {
        let all = Occasion::several("12-24 anniversary").unwrap();
        let near =
            |day, visited_on| occasion_near(&all, date(2026, 12, day), 3, visited_on).is_some();
        assert_eq!([20, 21, 24, 25].map(|day| near(day, None)), [false, true, true, false]);
        assert!(near(23, Some(date(2026, 12, 20))));
        assert!(!near(23, Some(date(2026, 12, 21))), "for this occasion");
    }
}
