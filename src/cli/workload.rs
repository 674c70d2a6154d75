//! Makes tables of the workload of reps, and of planned visits compared with the visits made.

use beatplan::coverage::Adherence;
use beatplan::insight::Balance;
use beatplan::units::counted;
use comfy_table::Cell;

use super::table::{new_table, percent, right};

/// Returns a table with the load of each rep, and the proposal that makes the loads even.
pub(super) fn balance(balance: &Balance) -> String {
    let mut table = new_table([
        "rep",
        "outlets",
        "visits",
        "at outlets",
        "on the road",
        "capacity",
        "load",
        "nearer to others",
        "proposed",
        "load after",
    ]);
    for rep in &balance.reps {
        table.add_row(vec![
            Cell::new(&rep.rep),
            right(rep.outlets.to_string()),
            right(format!("{:.0}", rep.visits)),
            right(format!("{:.0} h", rep.visit_hours)),
            right(format!("{:.0} h", rep.travel_hours)),
            right(format!("{:.0} h", rep.capacity_hours)),
            right(share(rep.utilization)),
            right(rep.nearer_to_another.to_string()),
            right(rep.outlets_proposed.to_string()),
            right(share(rep.utilization_proposed)),
        ]);
    }
    let days = balance.options.cycle_days;
    let missing = match balance.overload_reps {
        Some(reps) if reps >= 0.05 => format!("; {reps:.1} reps too few"),
        Some(reps) if reps <= -0.05 => format!("; {:.1} reps more than needed", -reps),
        _ => String::new(),
    };
    format!(
        "Work in {days} days: {:.0} h of {:.0} h, {}{missing}\n{table}\n{}\n",
        balance.hours,
        balance.capacity_hours,
        share(balance.utilization),
        proposal(balance)
    )
}

fn proposal(balance: &Balance) -> String {
    let percent = balance.options.tolerance * 100.0;
    let outlets = |count: usize| counted(count, "outlet", "outlets");
    let held = match balance.held {
        0 => String::new(),
        held => format!("; {} must stay with their rep", outlets(held)),
    };
    match (balance.moves, balance.is_even) {
        // A single rep has nobody with whom to share the load.
        _ if balance.reps.len() == 1 => String::new(),
        (0, true) => format!("All loads are within {percent:.0} % of the mean{held}"),
        (0, false) => {
            format!(
                "No reassignment brings the loads closer to within {percent:.0} % of the mean{held}"
            )
        }
        (moves, is_even) => {
            let comes_to = if is_even { "brings all" } else { "brings loads closer, but not" };
            let fewest = if is_even && moves == balance.moves_at_least {
                "; fewer are not enough".to_owned()
            } else if is_even {
                format!("; at least {} are needed", balance.moves_at_least)
            } else {
                String::new()
            };
            format!(
                "Giving {} to another rep {comes_to} within {percent:.0} % of the mean{fewest}{held}",
                outlets(moves)
            )
        }
    }
}

/// Returns a table with the planned visits of each rep: made, missed or open.
pub(super) fn adherence(adherence: &Adherence) -> String {
    let mut table = new_table([
        "rep",
        "planned",
        "done",
        "on another day",
        "missed",
        "open",
        "adherence",
        "unplanned",
    ]);
    let total = adherence.reps.len() > 1;
    for own in adherence.reps.iter().chain(Some(&adherence.all).filter(|_| total)) {
        let is_all = std::ptr::eq(own, &adherence.all);
        let name = own.rep.as_deref().unwrap_or(if is_all { "all" } else { "unknown" });
        let counts = [own.planned, own.done, own.done_other_day, own.missed, own.open];
        let mut row = vec![Cell::new(name)];
        row.extend(counts.map(|count| right(count.to_string())));
        row.extend([right(share(own.adherence)), right(own.unplanned.to_string())]);
        table.add_row(row);
    }
    format!("Planned visits:\n{table}\n")
}

fn share(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), percent)
}
