//! Words and figures as people read them, and text from files made fit to be shown.

use jiff::civil::Date;
use unicode_width::UnicodeWidthChar;

use crate::units::grouped;

/// `text` on one line, without what controls a terminal or the direction of writing; if it is longer than `columns_max`,
/// its middle gives way to an ellipsis, as a fault begins with where it is and ends with what to do.
///
/// Every character counts as one column at least, those of double width as two.
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

/// How a character is shown, if it is.
fn visible(char: char) -> Option<char> {
    match char {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        _ if char.is_control() => Some(' '),
        _ => Some(char),
    }
}

/// As many of `chars` as fit.
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

/// How many columns of a terminal the text takes, at most.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// `1,204 visits`, `1 visit`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count as u64), if count == 1 { one } else { many })
}

/// `3 territories`.
pub(super) fn territories(count: usize) -> String {
    counted(count, "territory", "territories")
}

/// `Wednesday 25 November 2026`; of several days the first and the last.
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

/// `16 min 3 s`.
pub(super) fn duration(seconds: f64) -> String {
    // A float-to-int `as` cast saturates.
    let whole = seconds.round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, min, s) => format!("{min} min {s} s"),
        (h, min, _) => format!("{h} h {min} min"),
    }
}

/// A whole number of kilometres, hours or points.
pub(super) fn whole(value: f64) -> String {
    grouped(value.round() as u64)
}
