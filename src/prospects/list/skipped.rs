//! Recognises rows that are not prospects: totals and repeated headers.

use csv::StringRecord;

use super::ListColumn;
use crate::prospects::columns::{Column, normalised};

/// Words for a total, normalised. Chinese words are written without spaces.
const SUMS: [&str; 12] = [
    "合计",
    "总计",
    "小计",
    "共计",
    "总和",
    "合计数",
    "total",
    "totals",
    "grand_total",
    "subtotal",
    "sub_total",
    "sum",
];

/// Columns that are always blank in a row of totals.
const NEVER_SUMMED: [Column; 9] = [
    Column::OsmId,
    Column::Lon,
    Column::Lat,
    Column::Address,
    Column::Phone,
    Column::LicenseNo,
    Column::Uscc,
    Column::Postcode,
    Column::OpeningHours,
];

/// Returns whether the row repeats the header.
pub(super) fn is_header_again(cells: &StringRecord, columns: &[ListColumn]) -> bool {
    let mut named = 0;
    for (cell, column) in cells.iter().zip(columns) {
        let cell = cell.trim();
        if !cell.is_empty() && cell != column.header {
            return false;
        }
        named += usize::from(!cell.is_empty() && column.column.is_some());
    }
    named >= 2 || (named == 1 && columns.len() == 1)
}

/// Returns whether the row holds totals. In such a row the first filled cell is a word for a total,
/// all other filled cells are numbers, and the columns [`NEVER_SUMMED`] are blank.
pub(super) fn is_sum(cells: &StringRecord, columns: &[ListColumn]) -> bool {
    let mut filled =
        cells.iter().enumerate().map(|(at, cell)| (at, cell.trim())).filter(|(_, c)| !c.is_empty());
    let Some((_, first)) = filled.next() else { return false };
    is_word_for_sum(first)
        && filled.all(|(at, cell)| {
            let column = columns.get(at).and_then(|column| column.column);
            column.is_none_or(|column| !NEVER_SUMMED.contains(&column)) && is_figure(cell)
        })
}

fn is_word_for_sum(text: &str) -> bool {
    let plain = normalised(text);
    let word: String = if plain.is_ascii() { plain } else { plain.replace('_', "") };
    if SUMS.contains(&word.as_str()) {
        return true;
    }
    // Examples: "合计：120家", "共计 35 家".
    SUMS.iter().filter(|sum| !sum.is_ascii()).any(|sum| {
        word.strip_prefix(sum).is_some_and(|rest| is_figure(rest.trim_start_matches([':', ','])))
    })
}

/// Returns whether `text` is a number, alone or with a unit of one character after it.
fn is_figure(text: &str) -> bool {
    let plain = normalised(text);
    let mut rest = plain.chars().rev().peekable();
    rest.next_if(|last| !last.is_ascii_alphanumeric());
    let mut digits = 0;
    let all = rest.all(|c| {
        digits += usize::from(c.is_ascii_digit());
        c.is_ascii_digit() || matches!(c, '.' | ',' | '¥' | '-' | '%' | '_')
    });
    all && digits > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<ListColumn> {
        let column =
            |name: &&str| ListColumn { header: (*name).to_owned(), column: Column::named(name) };
        names.iter().map(column).collect()
    }

    fn sum(cells: &[&str]) -> bool {
        is_sum(
            &StringRecord::from(cells.to_vec()),
            &columns(&["id", "name", "address", "revenue", "x"]),
        )
    }

    #[test]
    fn a_sum_is_distinguished_from_an_outlet() {
        for row in [
            &["合计", "", "", "12500", ""][..],
            &["", "总 计：", "", "￥12,500.00", "１２家"],
            &["合计：120家"],
            &["Grand total", "35", "", "1", ""],
            &["小计", "", "", "", ""],
        ] {
            assert!(sum(row), "{row:?}");
        }
        for row in [
            &["P9", "Total", "", "12500", ""][..],
            &["", "Total", "Main Street 1", "", ""],
            &["", "合计药店", "", "12500", ""],
            &["", "Total", "", "", "closed on Mondays"],
            &["1", "合计", "", "", ""],
            &["", "", "", "12500", ""],
        ] {
            assert!(!sum(row), "{row:?}");
        }
    }

    #[test]
    fn a_header_repeated_in_the_midst_of_a_list_is_known() {
        let again = |cells: &[&str]| {
            is_header_again(&StringRecord::from(cells.to_vec()), &columns(&["id", "name", "x"]))
        };
        assert!(again(&["id", "name", "x"]) && again(&["id", " name", ""]));
        assert!(
            !again(&["id", "P1", "x"]) && !again(&["", "name", ""]) && !again(&["id", "name", "y"])
        );
    }
}
