//! Pins: visits that may not move when a plan is made anew.

use super::decision::NotDue;
use crate::prospects::{Pin, Prospect};
use crate::solver::TimeWindow;
use crate::units::Seconds;

/// The pin of `prospect`, unless somebody has been there on its day or after.
pub(super) fn open_pin(prospect: &Prospect) -> Option<Pin> {
    let visited_on = prospect.visited_on;
    prospect.pinned.filter(|pin| visited_on.is_none_or(|visited_on| visited_on < pin.date))
}

/// Those parts of `windows` in which a visit begins no more than `leeway` from the pinned time, if there is one.
pub(super) fn around(
    pin: Pin,
    leeway: Seconds,
    windows: Vec<TimeWindow>,
) -> Result<Vec<TimeWindow>, NotDue> {
    let Some(time) = pin.time else { return Ok(windows) };
    let (first, last) = (time.saturating_sub(leeway), time + leeway);
    let cut = |window: TimeWindow| {
        let window = TimeWindow { start: window.start.max(first), end: window.end.min(last) };
        (window.start <= window.end).then_some(window)
    };
    let windows: Vec<TimeWindow> = windows.into_iter().filter_map(cut).collect();
    if windows.is_empty() { Err(NotDue::ClosedWhenPinned { time }) } else { Ok(windows) }
}
