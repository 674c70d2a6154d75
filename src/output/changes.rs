//! The parts of `summary.json` on planning anew: who is underway, and what changed.

use serde::Serialize;

use super::Written;
use crate::planning::{Change, Changes, RepDay, Underway};

/// A rep of whose first day only the rest was planned.
#[derive(Serialize)]
pub(super) struct UnderwayFigures<'a> {
    rep: &'a str,
    date: String,
    at: String,
    from_lon: f64,
    from_lat: f64,
    lunch_taken: bool,
    /// Whom the rep has visited that day, by id.
    done: Vec<&'a str>,
}

/// What is different from an earlier plan.
#[derive(Serialize)]
pub(super) struct ChangeFigures<'a> {
    move_cost: f64,
    price: f64,
    changes_max: Option<usize>,
    counted: usize,
    kept: usize,
    done: usize,
    new: Vec<ChangeFigure<'a>>,
    gone: Vec<ChangeFigure<'a>>,
    moved: Vec<ChangeFigure<'a>>,
}

#[derive(Serialize)]
struct ChangeFigure<'a> {
    id: &'a str,
    name: &'a str,
    from_rep: Option<&'a str>,
    from_date: Option<String>,
    rep: Option<&'a str>,
    date: Option<String>,
    reason_code: &'a str,
    reason: &'a str,
    counts: bool,
}

pub(super) fn underway_figures<'a>(
    written: Written<'a>,
    underway: &Underway,
) -> UnderwayFigures<'a> {
    let done = underway.done.iter();
    UnderwayFigures {
        rep: &written.territory.reps[underway.rep].name,
        date: written.plan.dates[0].to_string(),
        at: underway.at.to_string(),
        from_lon: underway.from.lon,
        from_lat: underway.from.lat,
        lunch_taken: underway.lunch_taken,
        done: done.map(|id| written.plan.prospects[*id].id.as_str()).collect(),
    }
}

pub(super) fn change_figures(changes: &Changes, move_cost: f64) -> ChangeFigures<'_> {
    let of_kind = |is_kind: fn(&Change) -> bool| {
        changes.list.iter().filter(|change| is_kind(change)).map(change_figure).collect()
    };
    ChangeFigures {
        move_cost,
        price: changes.price.points(),
        changes_max: changes.changes_max,
        counted: changes.counted(),
        kept: changes.kept.len(),
        done: changes.done.len(),
        new: of_kind(|change| change.from.is_none()),
        gone: of_kind(|change| change.to.is_none()),
        moved: of_kind(|change| change.from.is_some() && change.to.is_some()),
    }
}

fn change_figure(change: &Change) -> ChangeFigure<'_> {
    let date = |at: &Option<RepDay>| at.as_ref().map(|at| at.date.to_string());
    ChangeFigure {
        id: &change.id,
        name: &change.name,
        from_rep: change.from.as_ref().map(|from| from.rep.as_str()),
        from_date: date(&change.from),
        rep: change.to.as_ref().map(|to| to.rep.as_str()),
        date: date(&change.to),
        reason_code: change.reason_code,
        reason: &change.reason,
        counts: change.counts,
    }
}
