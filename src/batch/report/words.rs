//! Writes figures in words, and makes texts from files safe for a terminal or a page.

use jiff::civil::Date;
use unicode_width::UnicodeWidthChar;

use super::JSON;
use crate::units::{self, counted, grouped};

/// Returns `text` on one line, without control characters and without marks of the writing
/// direction. If the text is wider than `columns_max`, an ellipsis replaces its middle, because a
/// fault begins with its place and ends with the remedy.
///
/// Every character counts as at least one column; wide characters count as two.
pub(super) fn shown(text: &str, columns_max: usize) -> String {
    let text: String = text.trim().chars().filter_map(visible).collect();
    if columns(&text) <= columns_max {
        return text;
    }
    let room = columns_max.saturating_sub(1);
    let end_columns = room / 3;
    let start = fitting(text.chars(), room - end_columns);
    let end: Vec<char> = fitting(text.chars().rev(), end_columns).chars().rev().collect();
    format!("{}…{}", start.trim_end(), String::from_iter(end).trim_start())
}

/// Returns the character to show instead of `char`; `None` for marks of the writing direction.
fn visible(char: char) -> Option<char> {
    match char {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        _ if char.is_control() => Some(' '),
        _ => Some(char),
    }
}

/// Breaks a text from [`shown`] into at most `lines_max` lines of at most `columns_max` columns.
/// Breaks between words if that is possible.
pub(super) fn folded(text: &str, columns_max: usize, lines_max: usize) -> Vec<String> {
    let mut room = columns_max * lines_max;
    loop {
        let lines = fold(&shown(text, room), columns_max);
        if lines.len() <= lines_max {
            return lines;
        }
        // Breaks between words leave some columns at the ends of lines empty.
        room -= 1;
    }
}

fn fold(text: &str, columns_max: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word_columns = columns(word);
        // A word that is wider than a line starts on the present line.
        let can_move = word_columns <= columns_max || columns(&line) + 2 > columns_max;
        if can_move && !line.is_empty() && columns(&line) + 1 + word_columns > columns_max {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for char in word.chars() {
            if columns(&line) + width(char) > columns_max {
                lines.push(std::mem::take(&mut line));
            }
            line.push(char);
        }
    }
    lines.extend(Some(line).filter(|line| !line.is_empty()));
    lines
}

/// Returns the first characters of `chars` that fit into `columns_max` columns.
fn fitting(chars: impl Iterator<Item = char>, columns_max: usize) -> String {
    let mut columns = 0;
    chars
        .take_while(|char| {
            columns += width(*char);
            columns <= columns_max
        })
        .collect()
}

fn width(char: char) -> usize {
    char.width().unwrap_or_default().max(1)
}

/// Returns the maximum number of terminal columns of a text.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Returns the number of territories in words, such as `3 territories`.
pub(super) fn territories(count: usize) -> String {
    counted(count, "territory", "territories")
}

/// Returns a pointer to the complete report, such as `… and 12 more in batch-report.json`; `None`
/// if `count` is zero.
pub(super) fn and_more(count: usize) -> Option<String> {
    units::and_more(count, 0, &format!(" in {JSON}"))
}

/// Returns a day such as `Wednesday 25 November 2026`; for several days, the first and the last.
/// Returns `None` without a day.
pub(super) fn days(dates: &[Date]) -> Option<String> {
    let long = |date: &Date| date.strftime("%A %-d %B %Y").to_string();
    match dates {
        [] => None,
        [only] => Some(long(only)),
        [first, .., last] if first.year() == last.year() => {
            Some(format!("{} to {}", first.strftime("%A %-d %B"), long(last)))
        }
        [first, .., last] => Some(format!("{} to {}", long(first), long(last))),
    }
}

/// Returns a duration in words, such as `16 min 3 s`.
pub(super) fn duration(seconds: f64) -> String {
    // A conversion with `as` from float to integer saturates.
    let whole = seconds.round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, min, s) => format!("{min} min {s} s"),
        (h, min, _) => format!("{h} h {min} min"),
    }
}

/// Returns a number of kilometres, hours or points, rounded to a whole number.
pub(super) fn whole(value: f64) -> String {
    grouped(value.round() as u64)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_ellipsis_replaces_the_middle_of_a_long_text() {
        assert_eq!(shown("abc", 3), "abc");
        assert_eq!(shown(" a\tb\u{202e} ", 3), "a b");
        assert_eq!(shown("abcdefghijkl", 7), "abcd…kl");
        assert_eq!(shown("药房药房药房", 7), "药房…房");
        assert_eq!(shown("abc", 1), "…");
        assert_eq!(shown("", 0), "");
    }

    #[test]
    fn lines_break_between_words_or_where_they_must() {
        assert_eq!(folded("one two three", 7, 9), ["one two", "three"]);
        assert_eq!(folded("abcdefghij", 4, 9), ["abcd", "efgh", "ij"]);
        assert_eq!(folded("药房药房", 5, 9), ["药房", "药房"]);
        assert_eq!(folded("one 药房药房", 7, 9), ["one 药", "房药房"]);
        assert_eq!(folded("", 5, 9), [""; 0]);
        assert_eq!(folded("one two three four", 7, 2), ["one two", "t…four"]);
    }

    #[test]
    fn days_are_written_in_full() {
        let (first, last) = (date(2026, 12, 30), date(2027, 1, 2));
        assert_eq!(days(&[]), None);
        assert_eq!(days(&[first]).unwrap(), "Wednesday 30 December 2026");
        assert_eq!(
            days(&[first, first.tomorrow().unwrap()]).unwrap(),
            "Wednesday 30 December to Thursday 31 December 2026"
        );
        assert_eq!(
            days(&[first, last]).unwrap(),
            "Wednesday 30 December 2026 to Saturday 2 January 2027"
        );
    }

    #[test]
    fn durations_have_two_units_at_most() {
        let told = [0.4, 59.6, 3599.0, 3600.0, 90_061.0].map(duration);
        assert_eq!(told, ["0 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "25 h 1 min"]);
    }
}
