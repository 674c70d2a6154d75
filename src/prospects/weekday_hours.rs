//! Opening hours in seven columns, one a weekday.

use super::OpeningHours;
use super::cells::Cells;

/// From Monday to Sunday.
const COLUMNS: [&str; 7] =
    ["hours_mo", "hours_tu", "hours_we", "hours_th", "hours_fr", "hours_sa", "hours_su"];

/// The hours of the week that the columns `hours_mo` to `hours_su` tell, see [`OpeningHours::of_week`]; `None` where all are
/// blank, or with a fault for every day that is not understood.
pub(super) fn weekday_hours(cells: &mut Cells<'_>) -> Option<OpeningHours> {
    match OpeningHours::of_week(COLUMNS.map(|column| cells.text(column))) {
        Ok(hours) => hours,
        Err(errors) => {
            for error in errors {
                let expected =
                    format!("hours such as 09:00-12:00,14:00-18:00, or closed ({error})");
                cells.fault(COLUMNS[error.day], &expected);
            }
            None
        }
    }
}
