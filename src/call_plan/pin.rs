//! Pins: visits that re-planning must not move.

use crate::prospects::{Pin, Prospect};
use crate::solver::TimeWindow;
use crate::units::Seconds;

/// The pin of `prospect`; `None` after a visit on its day or later.
pub(super) fn open_pin(prospect: &Prospect) -> Option<Pin> {
    let visited_on = prospect.visited_on;
    prospect.pinned.filter(|pin| visited_on.is_none_or(|visited_on| visited_on < pin.date))
}

/// The parts of `windows` at most `leeway` from `time`.
pub(super) fn around(time: Seconds, leeway: Seconds, windows: &[TimeWindow]) -> Vec<TimeWindow> {
    let (first, last) = (time.saturating_sub(leeway), time + leeway);
    let cut = |window: &TimeWindow| {
        let window = TimeWindow { start: window.start.max(first), end: window.end.min(last) };
        (window.start <= window.end).then_some(window)
    };
    windows.iter().filter_map(cut).collect()
}
