//! Reads opening hours from seven columns, one for each day of the week.

use super::cells::Cells;
use super::{Column, OpeningHours};

/// Reads the columns `hours_mo` to `hours_su`, see [`OpeningHours::of_week`]. `None` if all are
/// blank or if one cannot be read; each of those is a fault.
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
