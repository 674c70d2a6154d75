//! Reads opening hours from seven cells, one for each day of the week.

use super::week::{DAY_NAMES, DayHours, Week};
use super::{HoursError, OpeningHours, plain};

/// Error of one of the seven cells with opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct WeekHoursError {
    /// Day of the cell: 0 (Monday) to 6 (Sunday).
    pub day: usize,
    /// Reason why the cell cannot be read.
    pub reason: String,
}

impl OpeningHours {
    /// Reads opening hours from seven cells, one for each day from Monday to Sunday. Returns `None`
    /// if all cells are blank.
    ///
    /// A cell holds hours in any plain form, `24 hours`, or a word for closed. If some cells are
    /// filled, a blank cell means that the outlet is closed on that day.
    ///
    /// # Errors
    /// At least one cell cannot be read. The error names all such cells.
    ///
    /// ```
    /// use beatplan::prospects::OpeningHours;
    ///
    /// let weekday = Some("08:30-13:00,14:00-17:30");
    /// let cells = [weekday, weekday, weekday, weekday, weekday, Some("CLOSED"), None];
    /// let hours = OpeningHours::of_week(cells)?.expect("some cells are not blank");
    /// assert_eq!(hours.as_str(), "Mo-Fr 08:30-13:00,14:00-17:30; Sa,Su off");
    /// # Ok::<(), Vec<beatplan::prospects::WeekHoursError>>(())
    /// ```
    pub fn of_week(cells: [Option<&str>; 7]) -> Result<Option<Self>, Vec<WeekHoursError>> {
        let cells = cells.map(|cell| cell.map(str::trim).filter(|text| !text.is_empty()));
        if cells.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut week = Week::default();
        let mut errors = Vec::new();
        for (day, cell) in cells.into_iter().enumerate() {
            let hours = cell.map_or(Ok(DayHours::new()), |text| {
                if matches!(text, "-" | "–" | "—" | "/") {
                    Ok(DayHours::new())
                } else {
                    hours_of(text, day)
                }
            });
            match hours {
                Ok(hours) => week.0[day] = Some(hours),
                Err(reason) => errors.push(WeekHoursError { day, reason }),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let hours = week.to_string().parse();
        hours.map(Some).map_err(|HoursError { reason }| vec![WeekHoursError { day: 0, reason }])
    }
}

/// Reads the hours of `day` from its cell. The cell may name no day, or several days that include
/// this one.
fn hours_of(text: &str, day: usize) -> Result<DayHours, String> {
    plain::parse_days(text)?.0[day].take().ok_or_else(|| {
        format!("hours of other days; expected hours of {} in this column", DAY_NAMES[day])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_cells_make_one_week() {
        let hours =
            |cells| OpeningHours::of_week(cells).map(|hours| hours.map(|hours| hours.to_string()));
        let day = Some("9.00-12.30, 14-18");
        assert_eq!(
            hours([day, day, Some("closed"), day, day, Some("09:00-12:30"), None]),
            Ok(Some("Mo,Tu,Th,Fr 09:00-12:30,14:00-18:00; We,Su off; Sa 09:00-12:30".to_owned()))
        );
        assert_eq!(hours([None, Some(" "), None, None, None, None, None]), Ok(None));
        assert_eq!(hours([Some("-"); 7]), Ok(Some("Mo-Su off".to_owned())));
    }

    #[test]
    fn a_cell_may_name_the_day_of_its_column_and_no_other() {
        let week = |saturday| {
            OpeningHours::of_week([None, None, None, None, None, Some(saturday), None])
                .map(|hours| hours.unwrap().to_string())
                .map_err(|errors| errors[0].to_string())
        };
        assert_eq!(week("Sat 9:00-12:00"), Ok("Mo-Fr,Su off; Sa 09:00-12:00".to_owned()));
        assert_eq!(week("周六 休息"), Ok("Mo-Su off".to_owned()));
        insta::assert_snapshot!(week("Mo-Fr 9:00-12:00").unwrap_err(), @"hours of other days; expected hours of Sa in this column");
    }

    #[test]
    fn every_cell_at_fault_is_named() {
        let cells =
            [Some("8-12"), Some("noon"), None, Some("08:30-13:00:14:00-17:30"), None, None, None];
        let faults = OpeningHours::of_week(cells).unwrap_err();
        let messages: Vec<String> =
            faults.iter().map(|fault| format!("{}: {fault}", fault.day)).collect();
        insta::assert_snapshot!(messages.join("\n"), @r#"
1: not understood from character 1 on: "noon"
3: not understood from character 7 on: "13:00:14:00-17:30"
"#);
    }
}
