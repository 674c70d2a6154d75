//! Reads opening hours in plain form: `8-12,14-18`, `9am-5:30pm`, `周一至周五 8:30-12:00`, `Mo-Fr 9.00 -
//! 17.30 Uhr`.
//!
//! Ambiguous texts are errors. An example is `9-5`, which may end in the morning or in the
//! afternoon.

use super::lexer::{Clock, Token, tokens};
use super::week::{DayHours, Week};

/// Set of days: Monday to Sunday, then public holidays. The value of a day is true if the set
/// contains it.
type Days = [bool; 8];

const ALL_DAYS: Days = [true, true, true, true, true, true, true, false];

/// Reads the opening hours of a week.
///
/// Hours without days apply to every day. If a day has several ranges of hours, all of them count;
/// `closed` removes the hours of a day. A day without hours is closed.
pub(super) fn parse(text: &str) -> Result<Week, String> {
    let week = parse_days(text)?;
    if !week.is_ever_open() && !week.is_closed_every_day() {
        return Err("it has closed days but no opening hours".to_owned());
    }
    Ok(week)
}

/// Does the same as [`parse`], and also accepts a text that states only closed days.
pub(super) fn parse_days(text: &str) -> Result<Week, String> {
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens: &tokens, at: 0, week: Week::default(), group: None };
    while reader.at < tokens.len() {
        reader.step()?;
    }
    reader.finish()
}

/// Days to which the following hours apply.
#[derive(Clone, Copy)]
struct Group {
    days: Days,
    has_hours: bool,
}

struct Reader<'a> {
    tokens: &'a [(Token, usize)],
    at: usize,
    week: Week,
    group: Option<Group>,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).map(|(token, _)| *token)
    }

    fn step(&mut self) -> Result<(), String> {
        match self.tokens[self.at].0 {
            Token::Comma | Token::Semicolon => self.at += 1,
            Token::Day(_) | Token::Days(_) => self.days()?,
            Token::Closed => {
                self.at += 1;
                self.closed()?;
            }
            Token::AllDay => {
                self.at += 1;
                self.add((0, 24 * 60))?;
            }
            Token::Time(start) => {
                let (Some(Token::Dash), Some(Token::Time(end))) = (self.peek(1), self.peek(2))
                else {
                    return Err(
                        self.not_understood("expected a start and an end such as 09:00-12:00")
                    );
                };
                let range = range(start, end).map_err(|why| self.not_understood(why))?;
                self.at += 3;
                self.add(range)?;
            }
            Token::Dash => {
                return Err(self.not_understood("a dash must be between two times or two days"));
            }
        }
        Ok(())
    }

    /// Reads a day, a range of days, or a word that names several days.
    fn days(&mut self) -> Result<(), String> {
        let mut days = [false; 8];
        match (self.tokens[self.at].0, self.peek(1), self.peek(2)) {
            (Token::Day(first), Some(Token::Dash), Some(Token::Day(last)))
                if first.max(last) < 7 =>
            {
                for step in 0..=(last + 7 - first) % 7 {
                    days[usize::from((first + step) % 7)] = true;
                }
                self.at += 3;
            }
            (Token::Day(day), ..) => {
                days[usize::from(day)] = true;
                self.at += 1;
            }
            (Token::Days(several), ..) => {
                days = several;
                self.at += 1;
            }
            _ => unreachable!("only called at a day"),
        }
        match &mut self.group {
            Some(group) if !group.has_hours => {
                for (own, more) in group.days.iter_mut().zip(days) {
                    *own |= more;
                }
            }
            _ => self.group = Some(Group { days, has_hours: false }),
        }
        Ok(())
    }

    /// Reads the word `closed`, which stands after its days, before its days, or alone.
    fn closed(&mut self) -> Result<(), String> {
        let stands_behind_days = self.group.is_some_and(|group| !group.has_hours);
        if !stands_behind_days && matches!(self.peek(0), Some(Token::Day(_) | Token::Days(_))) {
            self.group = None;
            while matches!(self.peek(0), Some(Token::Day(_) | Token::Days(_) | Token::Comma)) {
                if self.peek(0) == Some(Token::Comma) {
                    self.at += 1;
                } else {
                    self.days()?;
                }
            }
        }
        let days = match &mut self.group {
            Some(group) if !group.has_hours => {
                group.has_hours = true;
                group.days
            }
            _ if self.week == Week::default() && self.at == self.tokens.len() => ALL_DAYS,
            _ => {
                self.at -= 1;
                return Err(self.not_understood("\"closed\" needs its days"));
            }
        };
        self.week.set(days, &DayHours::default());
        Ok(())
    }

    fn add(&mut self, range: (u16, u16)) -> Result<(), String> {
        let group = self.group.get_or_insert(Group { days: ALL_DAYS, has_hours: false });
        group.has_hours = true;
        let days = group.days;
        self.week.add(days, range)
    }

    fn finish(self) -> Result<Week, String> {
        if self.group.is_some_and(|group| !group.has_hours) {
            return Err("days without hours".to_owned());
        }
        if self.week == Week::default() {
            return Err("there are no hours".to_owned());
        }
        Ok(self.week)
    }

    fn not_understood(&self, why: &str) -> String {
        let column = self.tokens.get(self.at).map_or(0, |(_, column)| *column);
        format!("not understood from character {column} on: {why}")
    }
}

/// Returns the start and the end of a range, in minutes since midnight. An end before the start is
/// on the next day. Refuses such a range if a time without minutes may be in the morning or in the
/// afternoon, as in `9-5`.
fn range(start: Clock, end: Clock) -> Result<(u16, u16), &'static str> {
    let mut from = start.minutes;
    let mut to = end.minutes;
    // "2-5pm" starts at 14:00 and "9-5pm" at 9:00. "下午2点到6点" ends at 18:00.
    match (start.half, end.half) {
        (None, Some(_)) if from < 12 * 60 && to >= 12 * 60 && from + 12 * 60 < to => {
            from += 12 * 60
        }
        (Some(true), None) if to < 12 * 60 && to + 12 * 60 > from => to += 12 * 60,
        _ => {}
    }
    if from == to {
        return Err("start and end are the same");
    }
    let is_vague = |clock: Clock| clock.is_whole_hour && clock.half != Some(true);
    if to < from && (is_vague(end) || is_vague(start)) && from.max(to) <= 12 * 60 {
        return Err("morning or afternoon? write it as in 09:00-17:00");
    }
    Ok((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match parse(text) {
            Ok(week) => week.to_string(),
            Err(why) => format!("! {why}"),
        }
    }

    #[test]
    fn reads_the_forms_that_lists_have() {
        let table = [
            ("8-12,14-18", "Mo-Su 08:00-12:00,14:00-18:00"),
            ("9.00 - 17.30", "Mo-Su 09:00-17:30"),
            ("9am-5:30pm", "Mo-Su 09:00-17:30"),
            ("9-5pm", "Mo-Su 09:00-17:00"),
            ("2-5 p.m.", "Mo-Su 14:00-17:00"),
            ("12am-12pm", "Mo-Su 00:00-12:00"),
            ("0830-1700", "Mo-Su 08:30-17:00"),
            ("08:30–12:00 / 14:00–17:30", "Mo-Su 08:30-12:00,14:00-17:30"),
            ("8h30-12h, 14h-18h30", "Mo-Su 08:30-12:00,14:00-18:30"),
            ("08:00 to 18:00", "Mo-Su 08:00-18:00"),
            ("周一至周五 8:30-12:00", "Mo-Fr 08:30-12:00; Sa,Su off"),
            (
                "周一至五８：３０－１２：００，１４：００－１７：３０",
                "Mo-Fr 08:30-12:00,14:00-17:30; Sa,Su off",
            ),
            (
                "星期一到星期六 上午8点到12点，下午2点到6点半",
                "Mo-Sa 08:00-12:00,14:00-18:30; Su off",
            ),
            ("上午8点到12点", "Mo-Su 08:00-12:00"),
            ("早上8点至晚上10点", "Mo-Su 08:00-22:00"),
            ("早8点到晚12点", "Mo-Su 08:00-24:00"),
            ("中午11点半到下午2点", "Mo-Su 11:30-14:00"),
            ("凌晨12点到凌晨6点", "Mo-Su 00:00-06:00"),
            ("每天 8:00～21:00", "Mo-Su 08:00-21:00"),
            ("全天", "Mo-Su 00:00-24:00"),
            ("24小时营业", "Mo-Su 00:00-24:00"),
            ("周一、三、五 9:00-12:00", "Mo,We,Fr 09:00-12:00; Tu,Th,Sa,Su off"),
            ("8:00-20:00，周日休息", "Mo-Sa 08:00-20:00; Su off"),
            (
                "工作日 8:00-18:00；周末 9:00-17:00；节假日休息",
                "Mo-Fr 08:00-18:00; Sa,Su 09:00-17:00; PH off",
            ),
            (
                "Montag bis Freitag 8-18 Uhr, Samstag 9-12 Uhr",
                "Mo-Fr 08:00-18:00; Sa 09:00-12:00; Su off",
            ),
            (
                "Lun-Ven 9h-12h et 14h-19h ; Dimanche fermé",
                "Mo-Fr 09:00-12:00,14:00-19:00; Sa,Su off",
            ),
            ("Mon: 9:00-17:00, Tue: 9:00-13:00", "Mo 09:00-17:00; Tu 09:00-13:00; We-Su off"),
            ("Mo-Fr 9-18", "Mo-Fr 09:00-18:00; Sa,Su off"),
            ("Daily 10:00-22:00, closed Sundays", "Mo-Sa 10:00-22:00; Su off"),
            ("CLOSED", "Mo-Su off"),
            ("休息", "Mo-Su off"),
            ("Fr-Mo 20:00-02:00", "Mo,Fr-Su 20:00-02:00; Tu-Th off"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn says_what_it_does_not_take() {
        insta::assert_snapshot!(
            [
                "9-5", "上午8点到5点", "08:30-13:00:14:00-17:30", "9:00", "25:00-26:00", "Mo-Fr", "周日休息", "9-", "by appointment",
                "8:00-12:00,11:00-13:00", "9-9", "x", "", "9:75-12", "12:00-13:00 closed",
            ]
            .map(|text| format!("{text}: {}", read(text)))
            .join("\n"),
            @r#"
9-5: ! not understood from character 1 on: morning or afternoon? write it as in 09:00-17:00
上午8点到5点: ! not understood from character 3 on: morning or afternoon? write it as in 09:00-17:00
08:30-13:00:14:00-17:30: ! not understood from character 7 on: "13:00:14:00-17:30"
9:00: ! not understood from character 1 on: expected a start and an end such as 09:00-12:00
25:00-26:00: ! not understood from character 1 on: "25:00-26:00"
Mo-Fr: ! days without hours
周日休息: ! it has closed days but no opening hours
9-: ! not understood from character 1 on: expected a start and an end such as 09:00-12:00
by appointment: ! not understood from character 1 on: "by appointment"
8:00-12:00,11:00-13:00: ! 08:00-12:00 and 11:00-13:00 overlap
9-9: ! not understood from character 1 on: start and end are the same
x: ! not understood from character 1 on: "x"
: ! there are no hours
9:75-12: ! not understood from character 1 on: "9:75-12"
12:00-13:00 closed: ! not understood from character 13 on: "closed" needs its days
"#
        );
    }
}
