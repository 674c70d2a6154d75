//! Makes tables and words that several commands print.

use beatplan::prospects::{Tier, name_of};
use beatplan::units::and_more;
use comfy_table::{Cell, CellAlignment, LineStyle, Table, TableStyle};
use serde::Serialize;

/// Returns the name of an enum value, such as a stage or a status, as words.
pub(super) fn in_words(value: impl Serialize) -> String {
    name_of(value).replace('_', " ")
}

pub(super) fn tier_name(tier: Option<Tier>) -> &'static str {
    match tier {
        Some(Tier::A) => "A",
        Some(Tier::B) => "B",
        Some(Tier::C) => "C",
        None => "–",
    }
}

/// Returns a share in percent, such as `30 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Returns the line of [`and_more`] with `hint` at its end. Returns an empty text if all items are
/// listed.
pub(super) fn rest_line(count: usize, listed: usize, hint: &str) -> String {
    and_more(count, listed, hint).map_or_else(String::new, |line| line + "\n")
}

/// Returns a right-aligned cell.
pub(super) fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

pub(crate) fn new_table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    // Tables have one line under the header and no other lines, so that a day fits on a screen.
    let rule = LineStyle::new('─', '─', '─', '─');
    table.load_style(TableStyle::new().header_separator(rule)).set_header(header);
    table
}
