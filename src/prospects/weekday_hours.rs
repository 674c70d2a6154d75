//! Reads opening hours from seven columns, one for each day of the week.

use super::cells::Cells;
use super::{Column, OpeningHours};

/// Reads opening hours from the columns `hours_mo` to `hours_su`, see [`OpeningHours::of_week`].
/// Returns `None` if all seven cells are blank or if one of them cannot be read. Each cell that
/// cannot be read is a fault.
pub(super) fn weekday_hours(cells: &mut Cells<'_>) -> Option<OpeningHours> {
    match OpeningHours::of_week(Column::WEEKDAY_HOURS.map(|column| cells.text(column))) {
        Ok(hours) => hours,
        Err(errors) => {
            for error in errors {
                let expected =
                    format!("hours such as 09:00-12:00,14:00-18:00, or closed ({error})");
                cells.fault(Column::WEEKDAY_HOURS[error.day], &expected);
            }
            None
        }
    }
}
