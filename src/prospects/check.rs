//! Checks the rows of a list one by one, without making a plan.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use rayon::prelude::*;

use super::list::{FileKind, List, ListColumn, ListOptions, ListRow};
use super::suspicions::{central_area, swapped_rows};
use super::{Column, ListSettings, OutletType, ReadOptions, RowFault, TableError, uscc};
use crate::datum::Datum;
use crate::lonlat::LonLat;
use crate::remark::Remark;

/// Result of checking a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListCheck {
    /// Path of the list.
    pub file: String,
    /// Kind of file that the list comes from.
    pub kind: FileKind,
    /// Row number of the header.
    pub header_row: u64,
    /// Columns from left to right.
    pub columns: Vec<ListColumn>,
    /// Datum set for the list.
    pub datum: Datum,
    /// Number of rows without a fault.
    pub good: usize,
    /// Number of rows with a fault.
    pub faulty: usize,
    /// Row numbers of the rows that hold totals.
    pub sums: Vec<u64>,
    /// Number of rows without a fault that have no position.
    pub without_position: usize,
    /// Number of rows without a fault for each outlet type.
    pub outlet_types: BTreeMap<OutletType, usize>,
    /// First and last date in the column `visited_on`.
    pub visited_on: Option<(Date, Date)>,
    /// Faults of rows, in the order of the rows.
    pub faults: Vec<RowFault>,
    /// Doubtful contents of rows without a fault, in the order of the rows.
    pub doubts: Vec<RowFault>,
    /// Remarks about the list as a whole.
    pub remarks: Vec<Remark>,
    /// Row number and position (WGS-84) of each row that has a position and no fault.
    pub positions: Vec<(u64, LonLat)>,
}

/// Checks the list `file`. `reps` are the names that the column `rep` may contain; `None` allows
/// any name.
///
/// O(rows) time, on all threads. Needs 24 bytes per row in addition to the list.
///
/// # Errors
/// The file cannot be read as a list.
pub fn check_list(
    file: &Path,
    settings: &ListSettings,
    reps: Option<&[String]>,
) -> Result<ListCheck, TableError> {
    let list = List::read(file, &ListOptions::of(settings))?;
    Ok(check(list, settings, reps))
}

/// Does the same as [`check_list`], for a list in memory.
pub(super) fn check(mut list: List, settings: &ListSettings, reps: Option<&[String]>) -> ListCheck {
    let options = ReadOptions { reps, ..ReadOptions::of(settings) };
    let rows = list.par_rows().fold(Tally::default, |tally, row| tally.with(row, &options));
    let mut tally = rows.reduce(Tally::default, Tally::joined);
    let broken = list.faults.len();
    tally.faults.append(&mut list.faults);
    tally.faults.sort_by_key(|fault| fault.row);
    if let Some(area) = central_area(&tally.positions) {
        for row in swapped_rows(&tally.positions, area) {
            tally.doubts.push(RowFault {
                row,
                column: None,
                found: "a position far from the others".to_owned(),
                expected: "one near them; are lon and lat swapped in this row?".to_owned(),
            });
        }
        tally.doubts.sort_by_key(|doubt| doubt.row);
    }
    ListCheck {
        file: list.file,
        kind: list.kind,
        header_row: list.header_row,
        columns: list.columns,
        datum: settings.datum,
        good: tally.good,
        faulty: tally.faulty + broken,
        sums: list.sums,
        without_position: tally.good - tally.positions.len(),
        outlet_types: tally.outlet_types,
        visited_on: tally.visited_on,
        faults: tally.faults,
        doubts: tally.doubts,
        remarks: list.remarks,
        positions: tally.positions,
    }
}

/// Result of checking some of the rows.
#[derive(Default)]
struct Tally {
    good: usize,
    faulty: usize,
    outlet_types: BTreeMap<OutletType, usize>,
    visited_on: Option<(Date, Date)>,
    faults: Vec<RowFault>,
    doubts: Vec<RowFault>,
    positions: Vec<(u64, LonLat)>,
}

impl Tally {
    fn with(mut self, row: ListRow<'_>, options: &ReadOptions<'_>) -> Self {
        match row.prospect(options) {
            Ok(outlet) => {
                self.good += 1;
                *self.outlet_types.entry(outlet.outlet_type).or_default() += 1;
                let day = outlet.visited_on.map(|day| (day, day));
                self.visited_on = widened(self.visited_on, day);
                self.positions.extend(outlet.at.map(|at| (row.number(), at)));
                self.doubts.extend(doubts(row));
            }
            Err(mut faults) => {
                self.faulty += 1;
                self.faults.append(&mut faults);
            }
        }
        self
    }

    /// Joins this result with that of the rows that follow.
    fn joined(mut self, mut next: Self) -> Self {
        self.good += next.good;
        self.faulty += next.faulty;
        for (outlet_type, count) in next.outlet_types {
            *self.outlet_types.entry(outlet_type).or_default() += count;
        }
        self.visited_on = widened(self.visited_on, next.visited_on);
        self.faults.append(&mut next.faults);
        self.doubts.append(&mut next.doubts);
        self.positions.append(&mut next.positions);
        self
    }
}

/// Returns the smallest range of days that contains both ranges.
fn widened(a: Option<(Date, Date)>, b: Option<(Date, Date)>) -> Option<(Date, Date)> {
    match (a, b) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, other) => one.or(other),
    }
}

fn doubts(row: ListRow<'_>) -> impl Iterator<Item = RowFault> {
    let is_nameless = row.cell(Column::Name).is_none();
    let nameless = is_nameless
        .then(|| doubt(row, Column::Name, format!("a name; its id {} is used instead", row.id())));
    nameless.into_iter().chain(code_doubt(row))
}

/// Returns the reason for doubt if the credit code of the row is not valid.
pub(super) fn code_doubt(row: ListRow<'_>) -> Option<RowFault> {
    Some(doubt(row, Column::Uscc, uscc::fault(row.cell(Column::Uscc)?)?))
}

fn doubt(row: ListRow<'_>, column: Column, expected: String) -> RowFault {
    RowFault {
        row: row.number(),
        column: Some(row.list().header(column).to_owned()),
        found: row.cell(column).unwrap_or_default().to_owned(),
        expected,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jiff::civil::date;

    use super::*;

    fn checked(text: &str) -> ListCheck {
        let settings = ListSettings::default();
        let bytes = encoding_rs::GB18030.encode(text).0.into_owned();
        check(List::parse("终端.csv", bytes, &ListOptions::of(&settings)).unwrap(), &settings, None)
    }

    const COUNTY: &str = "\
某县零售药店名单,,,,,,,
编号,药店名称,地址,经度,纬度,统一社会信用代码,医院类型,最近拜访
Ｐ１,北京同仁堂,人民路1号,116.40,39.90,91350100M000100Y43,零售药店,2026年1月5日
P2,老百姓大药房,,116.41,39.91,91350100M000100Y44,连锁,2026/11/3
P3,东村卫生室,X镇东村,,,,村卫生室,
P4,错误药店,,116.4O,39.9,9.14201E+17,药摊,昨天
编号,药店名称,地址,经度,纬度,统一社会信用代码,医院类型,最近拜访
P5,少一格
合计,4家,,,,,,
";

    #[test]
    fn a_chinese_list_is_reported_in_full() {
        let check = checked(COUNTY);
        assert_eq!(check.kind, FileKind::Text { encoding: "gb18030", delimiter: ',' });
        assert_eq!((check.header_row, check.good, check.faulty), (2, 3, 2));
        assert_eq!((check.without_position, check.sums.as_slice()), (1, &[9][..]));
        assert_eq!(check.outlet_types[&OutletType::Pharmacy], 2);
        assert_eq!(check.outlet_types[&OutletType::HealthStation], 1);
        assert_eq!(check.visited_on, Some((date(2026, 1, 5), date(2026, 11, 3))));
        let lines = |faults: &[RowFault]| {
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        assert_snapshot!(lines(&check.faults), @r#"
        row 6, column "经度": found "116.4O", expected a decimal degree such as 14.51
        row 6, column "医院类型": found "药摊", expected one of pharmacy, clinic, doctors, hospital, chemist, health_station, other
        row 6, column "统一社会信用代码": found "9.14201E+17", expected the whole number: a spreadsheet has rounded this one; format the column as text and enter it again
        row 6, column "最近拜访": found "昨天", expected a date such as 2026-11-24
        row 8: found 2 cells, expected 8 as in the header; quote cells that contain ","
        "#);
        assert_snapshot!(lines(&check.doubts), @r#"row 4, column "统一社会信用代码": found "91350100M000100Y44", expected a code that ends in 3; one of its characters is wrong"#);
        let remarks: Vec<&str> = check.remarks.iter().map(|remark| &*remark.message).collect();
        assert_snapshot!(remarks.join("\n"), @r#"
        终端.csv is not UTF-8; it was read as gb18030
        终端.csv: the header is row 2; row 1 above it ("某县零售药店名单") was not read
        终端.csv: row 9 holds totals and was ignored
        终端.csv: row 7 repeats the header and was ignored
        "#);
    }

    #[test]
    fn a_row_with_swapped_axes_among_others_is_doubted() {
        let mut text = "id,name,lon,lat\n".to_owned();
        for n in 0..20 {
            text += &format!("P{n},Pharmacy {n},14.{n:02},35.9\n");
        }
        text += "P20,Turned,35.9,14.4\nP21,Elsewhere,2.3,48.9\n";
        let check = checked(&text);
        let rows: Vec<u64> = check.doubts.iter().map(|doubt| doubt.row).collect();
        assert_eq!(rows, [22]);
    }

    #[test]
    fn the_order_of_faults_does_not_depend_on_threads() {
        let rows: String = (0..2000).map(|n| format!("P{n},Shop,x,{n}\n")).collect();
        let text = format!("id,name,lon,lat\n{rows}");
        let in_pool = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| checked(&text))
        };
        assert_eq!(in_pool(1), in_pool(4));
        let rows: Vec<u64> = in_pool(4).faults.iter().map(|fault| fault.row).collect();
        assert!(rows.is_sorted() && rows.len() >= 2000);
    }
}
