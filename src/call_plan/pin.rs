//! Finds pins: visits that must not move when a plan is made again.

use crate::prospects::{Pin, Prospect};
use crate::solver::TimeWindow;
use crate::units::Seconds;

/// Returns the pin of `prospect`; `None` if there is none, or if a visit was made on its day or
/// later.
pub(super) fn open_pin(prospect: &Prospect) -> Option<Pin> {
    let visited_on = prospect.visited_on;
    prospect.pinned.filter(|pin| visited_on.is_none_or(|visited_on| visited_on < pin.date))
}

/// Returns the parts of `windows` that are at most `leeway` from `time`.
pub(super) fn around(time: Seconds, leeway: Seconds, windows: &[TimeWindow]) -> Vec<TimeWindow> {
    let (first, last) = (time.saturating_sub(leeway), time + leeway);
    let cut = |window: &TimeWindow| {
        let window = TimeWindow { start: window.start.max(first), end: window.end.min(last) };
        (window.start <= window.end).then_some(window)
    };
    windows.iter().filter_map(cut).collect()
}
