//! Divides opening hours in plain form into tokens. The words for days and times may be English,
//! Chinese, German or French.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A day: 0 (Monday) to 6 (Sunday), or 7 (public holidays).
    Day(u8),
    /// Several days that one word names, such as "weekdays".
    Days([bool; 8]),
    Time(Clock),
    /// The character `-`, or a word with its meaning, such as "to".
    Dash,
    /// A separator between two times or two days.
    Comma,
    Semicolon,
    Closed,
    AllDay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// Minutes since midnight, up to 1440.
    pub(super) minutes: u16,
    /// True if a word says that the time is after noon, false if it is before noon; `None` if there
    /// is no such word.
    pub(super) half: Option<bool>,
    /// True if the time is written without minutes.
    pub(super) is_whole_hour: bool,
}

const WEEKDAYS: [bool; 8] = [true, true, true, true, true, false, false, false];
const WEEKEND: [bool; 8] = [false, false, false, false, false, true, true, false];
const EVERY_DAY: [bool; 8] = [true, true, true, true, true, true, true, false];

/// Meaning of a word.
#[derive(Clone, Copy)]
enum Word {
    Is(Token),
    /// The part of the day to which the following times belong.
    Part(PartOfDay),
    /// The word has no meaning for the hours.
    Filler,
}

use PartOfDay::{Afternoon, Evening, Morning, Night, Noon};
use Word::{Filler, Is, Part};

/// The part of the day that a time on a 12-hour clock belongs to.
#[derive(Clone, Copy)]
enum PartOfDay {
    Night,
    Morning,
    Noon,
    Afternoon,
    Evening,
}

impl PartOfDay {
    /// Returns the hour on a 24-hour clock. Twelve o'clock in the evening is 24, twelve o'clock at
    /// night is 0.
    fn hour(self, hour: u16) -> u16 {
        match (self, hour) {
            (Night, 12) => 0,
            (Noon, 0..=9) | (Afternoon, 0..=11) | (Evening, 5..=12) => hour + 12,
            _ => hour,
        }
    }

    fn is_after_noon(self, hour: u16) -> bool {
        match self {
            Night | Morning => false,
            Noon => self.hour(hour) >= 12,
            Afternoon | Evening => true,
        }
    }
}

/// All words that the lexer knows. If several words match, the longest of them counts.
#[rustfmt::skip]
const WORDS: &[(&str, Word)] = &[
    ("monday", Is(Token::Day(0))), ("mondays", Is(Token::Day(0))), ("mon", Is(Token::Day(0))), ("mo", Is(Token::Day(0))),
    ("tuesday", Is(Token::Day(1))), ("tuesdays", Is(Token::Day(1))), ("tues", Is(Token::Day(1))), ("tue", Is(Token::Day(1))), ("tu", Is(Token::Day(1))),
    ("wednesday", Is(Token::Day(2))), ("wednesdays", Is(Token::Day(2))), ("wed", Is(Token::Day(2))), ("we", Is(Token::Day(2))),
    ("thursday", Is(Token::Day(3))), ("thursdays", Is(Token::Day(3))), ("thurs", Is(Token::Day(3))), ("thur", Is(Token::Day(3))), ("thu", Is(Token::Day(3))), ("th", Is(Token::Day(3))),
    ("friday", Is(Token::Day(4))), ("fridays", Is(Token::Day(4))), ("fri", Is(Token::Day(4))), ("fr", Is(Token::Day(4))),
    ("saturday", Is(Token::Day(5))), ("saturdays", Is(Token::Day(5))), ("sat", Is(Token::Day(5))), ("sa", Is(Token::Day(5))),
    ("sunday", Is(Token::Day(6))), ("sundays", Is(Token::Day(6))), ("sun", Is(Token::Day(6))), ("su", Is(Token::Day(6))),
    ("ph", Is(Token::Day(7))), ("public holidays", Is(Token::Day(7))), ("holidays", Is(Token::Day(7))), ("bank holidays", Is(Token::Day(7))),
    ("montag", Is(Token::Day(0))), ("dienstag", Is(Token::Day(1))), ("di", Is(Token::Day(1))), ("mittwoch", Is(Token::Day(2))), ("mi", Is(Token::Day(2))),
    ("donnerstag", Is(Token::Day(3))), ("do", Is(Token::Day(3))), ("freitag", Is(Token::Day(4))), ("samstag", Is(Token::Day(5))), ("sonnabend", Is(Token::Day(5))),
    ("sonntag", Is(Token::Day(6))), ("so", Is(Token::Day(6))), ("feiertags", Is(Token::Day(7))), ("feiertage", Is(Token::Day(7))),
    ("lundi", Is(Token::Day(0))), ("lun", Is(Token::Day(0))), ("mardi", Is(Token::Day(1))), ("mar", Is(Token::Day(1))), ("mercredi", Is(Token::Day(2))), ("mer", Is(Token::Day(2))),
    ("jeudi", Is(Token::Day(3))), ("jeu", Is(Token::Day(3))), ("vendredi", Is(Token::Day(4))), ("ven", Is(Token::Day(4))), ("samedi", Is(Token::Day(5))), ("sam", Is(Token::Day(5))),
    ("dimanche", Is(Token::Day(6))), ("dim", Is(Token::Day(6))), ("jours fériés", Is(Token::Day(7))),
    ("weekdays", Is(Token::Days(WEEKDAYS))), ("weekends", Is(Token::Days(WEEKEND))), ("weekend", Is(Token::Days(WEEKEND))), ("werktags", Is(Token::Days(WEEKDAYS))),
    ("工作日", Is(Token::Days(WEEKDAYS))), ("周末", Is(Token::Days(WEEKEND))), ("双休日", Is(Token::Days(WEEKEND))),
    ("法定节假日", Is(Token::Day(7))), ("节假日", Is(Token::Day(7))),
    ("daily", Is(Token::Days(EVERY_DAY))), ("every day", Is(Token::Days(EVERY_DAY))), ("everyday", Is(Token::Days(EVERY_DAY))), ("täglich", Is(Token::Days(EVERY_DAY))),
    ("tous les jours", Is(Token::Days(EVERY_DAY))), ("每天", Is(Token::Days(EVERY_DAY))), ("每日", Is(Token::Days(EVERY_DAY))), ("天天", Is(Token::Days(EVERY_DAY))),
    ("closed", Is(Token::Closed)), ("off", Is(Token::Closed)), ("geschlossen", Is(Token::Closed)), ("ruhetag", Is(Token::Closed)), ("fermé", Is(Token::Closed)), ("ferme", Is(Token::Closed)),
    ("休息", Is(Token::Closed)), ("不营业", Is(Token::Closed)), ("关门", Is(Token::Closed)), ("休", Is(Token::Closed)),
    ("24/7", Is(Token::AllDay)), ("24h", Is(Token::AllDay)), ("24 h", Is(Token::AllDay)), ("24 hours", Is(Token::AllDay)), ("24小时", Is(Token::AllDay)), ("二十四小时", Is(Token::AllDay)),
    ("全天", Is(Token::AllDay)), ("全日", Is(Token::AllDay)), ("all day", Is(Token::AllDay)),
    ("上午", Part(Morning)), ("早上", Part(Morning)), ("早", Part(Morning)), ("凌晨", Part(Night)), ("下午", Part(Afternoon)), ("晚上", Part(Evening)), ("晚", Part(Evening)), ("中午", Part(Noon)),
    ("to", Is(Token::Dash)), ("until", Is(Token::Dash)), ("bis", Is(Token::Dash)), ("à", Is(Token::Dash)), ("至", Is(Token::Dash)), ("到", Is(Token::Dash)), ("-", Is(Token::Dash)),
    ("and", Is(Token::Comma)), ("und", Is(Token::Comma)), ("et", Is(Token::Comma)), ("和", Is(Token::Comma)), ("及", Is(Token::Comma)),
    (",", Is(Token::Comma)), ("/", Is(Token::Comma)), ("&", Is(Token::Comma)), ("+", Is(Token::Comma)), (";", Is(Token::Semicolon)), ("|", Is(Token::Semicolon)), ("\n", Is(Token::Semicolon)),
    ("uhr", Filler), ("von", Filler), ("from", Filler), ("open", Filler), ("hours", Filler), ("营业时间", Filler), ("营业", Filler), ("开门", Filler), ("(", Filler), (")", Filler),
    ("le", Filler), ("de", Filler), ("du", Filler), ("am", Filler),
];

/// Returns the tokens of `text`, each with the position of its first character, counted from 1.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, String> {
    let chars: Vec<char> = text.chars().map(folded).collect();
    let mut tokens: Vec<(Token, usize)> = Vec::new();
    let mut part = None;
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let last = tokens.last().map(|(token, _)| *token);
        let is_after_day = matches!(last, Some(Token::Day(_) | Token::Days(_)));
        if rest[0] == ' ' || (is_after_day && matches!(rest[0], ':' | '.')) {
            at += 1;
        } else if let Some((day, len)) = chinese_day(rest, &tokens) {
            tokens.push((Token::Day(day), at + 1));
            at += len;
        } else if let Some((word, len)) = word(rest) {
            match word {
                Is(token) => tokens.push((token, at + 1)),
                Part(of_day) => part = Some(of_day),
                Filler => {}
            }
            at += len;
        } else if let Some((clock, len)) = clock(rest, part) {
            // A word for a part of the day applies up to the end of the range.
            let ends_range = matches!(last, Some(Token::Dash));
            tokens.push((Token::Time(clock), at + 1));
            part = part.filter(|_| !ends_range);
            at += len;
        } else {
            let rest: String = text.chars().skip(at).collect();
            return Err(format!("not understood from character {} on: \"{rest}\"", at + 1));
        }
    }
    Ok(tokens)
}

/// Converts full-width characters, dashes and Chinese punctuation to ASCII, and letters to lower
/// case.
fn folded(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            let plain = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
            folded(plain)
        }
        '–' | '—' | '−' | '‐' | '‑' | '~' | '〜' | '―' => '-',
        '、' => ',',
        '。' => '.',
        '\u{3000}' | '\t' | '\r' | '\u{a0}' => ' ',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Reads a Chinese day such as `周一` or `星期日`, or the last `五` of `周一至五` or `周一、三、五`.
fn chinese_day(rest: &[char], before: &[(Token, usize)]) -> Option<(u8, usize)> {
    let day =
        |c: &char| "一二三四五六日".chars().position(|day| day == *c).or((*c == '天').then_some(6));
    let prefix = [&['周'][..], &['星', '期'], &['礼', '拜'], &['週']]
        .into_iter()
        .find(|p| rest.starts_with(p));
    if let Some(prefix) = prefix {
        let day = day(rest.get(prefix.len())?)?;
        return Some((u8::try_from(day).ok()?, prefix.len() + 1));
    }
    let follows_day = matches!(
        before,
        [.., (Token::Day(_), _), (Token::Dash | Token::Comma, _)] | [.., (Token::Day(_), _)]
    );
    let day = day(rest.first()?).filter(|_| follows_day)?;
    Some((u8::try_from(day).ok()?, 1))
}

/// Returns the longest known word at the start of `rest`, with its length. A letter must not follow
/// a word in Latin script.
fn word(rest: &[char]) -> Option<(Word, usize)> {
    let fits = |word: &str| {
        let len = word.chars().count();
        let is_same = rest.len() >= len && word.chars().zip(rest).all(|(a, b)| a == *b);
        let is_latin =
            |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && u32::from(c) < 0x250);
        let goes_on = is_latin(word.chars().last()) && is_latin(rest.get(len).copied());
        (is_same && !goes_on).then_some(len)
    };
    let found = WORDS.iter().filter_map(|(text, word)| Some((*word, fits(text)?)));
    // In `24h-…`, `24h` is a time; elsewhere it means the whole day.
    found
        .filter(|(word, len)| !matches!(word, Is(Token::AllDay)) || rest.get(*len) != Some(&'-'))
        .max_by_key(|(_, len)| *len)
}

/// Reads a time of day: `9`, `9:30`, `9.30`, `9h30`, `0930`, `9点半`, `9:30am`.
fn clock(rest: &[char], part: Option<PartOfDay>) -> Option<(Clock, usize)> {
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let number =
        |from: usize, to: usize| rest.get(from..to)?.iter().collect::<String>().parse::<u16>().ok();
    let two_digits = |from: usize| {
        let is_two =
            rest.get(from..from + 2).is_some_and(|two| two.iter().all(char::is_ascii_digit))
                && !rest.get(from + 2).is_some_and(char::is_ascii_digit);
        if is_two { number(from, from + 2) } else { None }
    };
    let (hour, mut minute, mut len) = match digits {
        1 | 2 => (number(0, digits)?, None, digits),
        4 => (number(0, 2)?, Some(number(2, 4)?), 4),
        _ => return None,
    };
    match rest.get(len) {
        Some(':' | '.' | 'h' | '点' | '时')
            if minute.is_none() && two_digits(len + 1).is_some() =>
        {
            minute = two_digits(len + 1);
            len += 3;
            len += usize::from(rest.get(len) == Some(&'分'));
        }
        Some('点' | '时') if minute.is_none() => {
            len += 1;
            len += usize::from(rest.get(len) == Some(&'整'));
            if rest.get(len) == Some(&'半') {
                minute = Some(30);
                len += 1;
            }
        }
        Some('h')
            if minute.is_none() && !rest.get(len + 1).is_some_and(|c| c.is_alphanumeric()) =>
        {
            len += 1
        }
        _ => {}
    }
    // `13:00:14` is not a time of day.
    if rest.get(len) == Some(&':') {
        return None;
    }
    let (suffix, suffix_len) = meridiem(&rest[len..]);
    let half_of_day = suffix.or(part.map(|part| part.is_after_noon(hour)));
    let hour = match (suffix, part) {
        (Some(is_later), _) if (1..=12).contains(&hour) => {
            hour % 12 + if is_later { 12 } else { 0 }
        }
        (Some(_), _) => return None,
        (None, Some(part)) => part.hour(hour),
        (None, None) => hour,
    };
    let minutes = hour * 60 + minute.unwrap_or(0);
    let is_time = minute.unwrap_or(0) < 60 && minutes <= 24 * 60;
    let clock = Clock { minutes, half: half_of_day, is_whole_hour: minute.is_none() };
    is_time.then_some((clock, len + suffix_len))
}

/// Reads `am`, `pm`, `a.m.` or `p.m.` after optional spaces. Returns whether the word means after
/// noon, and its length in characters; `None` if there is no such word.
fn meridiem(rest: &[char]) -> (Option<bool>, usize) {
    let blanks = rest.iter().take_while(|c| **c == ' ').count();
    let text: String = rest[blanks..].iter().take(4).collect();
    for (word, is_later) in [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)] {
        let goes_on = rest.get(blanks + word.len()).is_some_and(char::is_ascii_alphanumeric);
        if text.starts_with(word) && !goes_on {
            return (Some(is_later), blanks + word.len());
        }
    }
    (None, 0)
}
