//! Changes since an earlier plan, in short lines.

use std::fmt::Write;

use beatplan::planning::{Changes, RepDay, VisitChange};
use beatplan::territory::Territory;
use beatplan::units::and_more;

/// Maximum number of changes per rep on the terminal; `summary.json` holds all.
pub(crate) const LISTED: usize = 12;

/// Returns a summary line, then for each rep at most `listed` changes: new (`+`), gone (`−`) or moved (`→`).
pub(crate) fn text(territory: &Territory, changes: &Changes, listed: usize) -> String {
    let Changes { kept, done, list, .. } = changes;
    let count = |is_kind: fn(&VisitChange) -> bool| list.iter().filter(|c| is_kind(c)).count();
    let mut text = format!("Since the earlier plan: {} stay", kept.len());
    let others = [
        (done.len(), "done"),
        (count(|change| change.from.is_none()), "new"),
        (count(|change| change.to.is_none()), "gone"),
        (count(|change| change.from.is_some() && change.to.is_some()), "moved"),
    ];
    for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, ", {count} {what}");
    }
    text.push('\n');
    for rep in changes.reps(territory) {
        let own: Vec<&VisitChange> = list.iter().filter(|change| change.rep() == rep).collect();
        if !own.is_empty() && territory.reps.len() > 1 {
            let _ = writeln!(text, "{rep}");
        }
        for change in own.iter().take(listed) {
            let _ = writeln!(text, "  {}", line(change, rep));
        }
        if let Some(rest) = and_more(own.len(), listed, " in summary.json") {
            let _ = writeln!(text, "  {rest}");
        }
    }
    text.push('\n');
    text
}

fn line(change: &VisitChange, rep: &str) -> String {
    let VisitChange { name, reason, .. } = change;
    match (&change.from, &change.to) {
        (None, _) => format!("+ {name}: {reason}"),
        (Some(_), None) => format!("− {name}: {reason}"),
        (Some(from), Some(to)) => format!("→ {name}: {}, {reason}", moved_to(from, to, rep)),
    }
}

/// Returns only the differences: `to Ġorġ`, `to Thursday`, `to Ġorġ on Thursday`.
fn moved_to(from: &RepDay, to: &RepDay, rep: &str) -> String {
    let day = to.date.strftime("%A");
    match (to.rep == rep, to.date == from.date) {
        (true, _) => format!("to {day}"),
        (false, true) => format!("to {}", to.rep),
        (false, false) => format!("to {} on {day}", to.rep),
    }
}
