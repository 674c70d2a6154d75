//! Opening hours in seven columns, one a weekday.

use super::OpeningHours;
use super::cells::Cells;

const DAYS: [(&str, &str); 7] = [
    ("hours_mo", "Mo"),
    ("hours_tu", "Tu"),
    ("hours_we", "We"),
    ("hours_th", "Th"),
    ("hours_fr", "Fr"),
    ("hours_sa", "Sa"),
    ("hours_su", "Su"),
];

/// The hours of the week that the columns `hours_mo` to `hours_su` tell, as one expression; `None` where all are blank, or
/// with a fault for every day that is not understood. A day that is blank or says "closed" is closed.
pub(super) fn weekday_hours(cells: &mut Cells<'_>) -> Option<OpeningHours> {
    let mut rules = Vec::new();
    for (column, day) in DAYS {
        let Some(text) = cells.text(column) else {
            rules.push(format!("{day} off"));
            continue;
        };
        let is_closed = ["closed", "off", "休息", "休"].contains(&text.to_lowercase().as_str());
        let rule = format!("{day} {}", if is_closed { "off" } else { text });
        match rule.parse::<OpeningHours>() {
            Ok(_) => rules.push(rule),
            Err(_) => cells.fault(column, "hours such as 09:00-12:00,14:00-18:00, or closed"),
        }
    }
    let says_something = DAYS.iter().any(|(column, _)| cells.text(column).is_some());
    if says_something && cells.faults.is_empty() { rules.join("; ").parse().ok() } else { None }
}
