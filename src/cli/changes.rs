//! Shows the changes since an earlier plan in short lines.

use std::fmt::Write;

use beatplan::batch::{Since, SinceChange};
use beatplan::planning::{Changes, VisitChange};
use beatplan::territory::Territory;
use beatplan::units::and_more;

/// Maximum number of changes that are shown for a rep on the terminal; `summary.json` has all of
/// them.
pub(crate) const LISTED: usize = 12;

/// Returns a line with the numbers of changes, then for each rep at most `listed` changes: new
/// (`+`), gone (`−`) or moved (`→`).
pub(crate) fn text(territory: &Territory, changes: &Changes, listed: usize) -> String {
    let figures = Since::of(territory, changes).figures();
    let mut text = format!("Since the earlier plan: {figures}\n");
    for rep in changes.reps(territory) {
        let own: Vec<&VisitChange> =
            changes.list.iter().filter(|change| change.rep() == rep).collect();
        if !own.is_empty() && territory.reps.len() > 1 {
            let _ = writeln!(text, "{rep}");
        }
        for change in own.iter().map(|change| SinceChange::of(change)).take(listed) {
            let _ = writeln!(text, "  {} {}: {}", change.sign(), change.name, change.what());
        }
        if let Some(rest) = and_more(own.len(), listed, " in summary.json") {
            let _ = writeln!(text, "  {rest}");
        }
    }
    text.push('\n');
    text
}
