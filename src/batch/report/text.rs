//! Writes the report for one screen.

use std::path::Path;

use super::digest::{Failed, Listed, MustVisit, Needing, Overloaded};
use super::words::{and_more, columns, duration, folded, shown, territories, whole};
use super::{Digest, Run};
use crate::units::{counted, grouped};

/// Maximum number of lines of the report, which fit on a screen; and of columns, which fit into a
/// mail.
const LINES_MAX: usize = 24;
const COLUMNS: usize = 80;
/// Maximum width of a name in columns. It leaves room for the text after the name.
const NAME_COLUMNS: usize = 30;
/// Maximum number of notes on the run that are listed.
const NOTES_LISTED: usize = 2;

/// Returns the report in at most 24 lines of 80 columns. The first line is the result in one
/// sentence; the worst results follow.
///
/// `page` is the path of [`HTML`](super::HTML); `None` if that file was not written. The path is
/// never shortened, so a very long path adds lines.
pub fn text(run: &Run, digest: &Digest, page: Option<&Path>) -> String {
    let head = head(run, digest);
    let foot = foot(run, page);
    let sections = sections(digest);
    // The number of blank lines around the sections: one before them and one after them.
    let around = head.len() + lines_on_screen(&foot) + if sections.is_empty() { 1 } else { 2 };
    let sections = as_they_fit(&sections, LINES_MAX.saturating_sub(around));
    let blocks = [head, sections, foot].into_iter().filter(|block| !block.is_empty());
    blocks.map(|block| block.join("\n") + "\n").collect::<Vec<_>>().join("\n")
}

fn head(run: &Run, digest: &Digest) -> Vec<String> {
    let totals = &digest.totals;
    let mut lines = folded(&digest.headline(), COLUMNS, 2);
    if run.interrupted {
        lines.push("The batch was stopped before it was complete.".to_owned());
    }
    if totals.planned + totals.needs_a_person > 0 {
        let figures = format!(
            "{}, {}; {} {} km in {} h.",
            counted(totals.work.visits, "visit", "visits"),
            counted(totals.work.phone_calls, "telephone call", "telephone calls"),
            counted(totals.work.reps, "rep travels", "reps travel"),
            whole(totals.work.distance_km),
            whole(totals.work.travel_minutes / 60.0),
        );
        lines.extend(folded(&figures, COLUMNS, 2));
    }
    if totals.compared > 0 {
        let changes = format!("Since the earlier plans: {}.", totals.since);
        lines.extend(folded(&changes, COLUMNS, 2));
    }
    lines
}

fn foot(run: &Run, page: Option<&Path>) -> Vec<String> {
    let mut lines = Vec::new();
    for note in run.notes.iter().take(NOTES_LISTED) {
        lines.extend(folded(&format!("Note: {note}"), COLUMNS, 2));
    }
    lines.extend(and_more(run.notes.len().saturating_sub(NOTES_LISTED)));
    let kept = match run.kept_from_before {
        0 => String::new(),
        kept => format!(", {} kept from an earlier run", grouped(kept as u64)),
    };
    lines.push(format!(
        "{} in {}{kept}.",
        counted(run.planned_now, "territory processed", "territories processed"),
        duration(run.seconds)
    ));
    lines
        .extend(page.map(|page| format!("Report: {}", shown(&page.to_string_lossy(), usize::MAX))));
    lines
}

fn lines_on_screen(lines: &[String]) -> usize {
    lines.iter().map(|line| columns(line).div_ceil(COLUMNS).max(1)).sum()
}

/// The items of one kind that need a person.
struct Section {
    title: String,
    items: Vec<Vec<String>>,
    count: usize,
}

/// Returns the sections that have items. The worst kind comes first.
fn sections(digest: &Digest) -> Vec<Section> {
    let all = [
        failed(&digest.failed),
        needing(&digest.needing),
        unserved(&digest.unserved),
        overloaded(&digest.overloaded),
        not_reached(&digest.not_reached),
    ];
    all.into_iter().filter(|section| section.count > 0).collect()
}

fn failed(failed: &Listed<Failed>) -> Section {
    let item = |failed: &Failed| {
        let title = format!("{}: {}", name(&failed.territory), failed.file);
        let mut lines = vec![shown(&title, COLUMNS - 2)];
        let fault = folded(&first_of(&failed.faults), COLUMNS - 4, 2);
        lines.extend(fault.into_iter().map(|line| format!("  {line}")));
        lines
    };
    let title =
        format!("No new plan for {}; an earlier plan is unchanged", territories(failed.count));
    Section::new(title, failed, item)
}

fn needing(needing: &Listed<Needing>) -> Section {
    let item = |needing: &Needing| {
        let needs = format!("{}: {}", name(&needing.territory), first_of(&needing.needs));
        vec![shown(&needs, COLUMNS - 2)]
    };
    Section::new(format!("Plans of {} need you", territories(needing.count)), needing, item)
}

fn unserved(unserved: &Listed<MustVisit>) -> Section {
    let item = |visit: &MustVisit| {
        let MustVisit { territory, id, name: outlet, reason } = visit;
        let text = format!("{}: {} ({}): {reason}", name(territory), name(outlet), name(id));
        vec![shown(&text, COLUMNS - 2)]
    };
    let visits = counted(unserved.count, "mandatory visit is", "mandatory visits are");
    Section::new(format!("{visits} in no plan"), unserved, item)
}

fn overloaded(overloaded: &Listed<Overloaded>) -> Section {
    let item =
        |overloaded: &Overloaded| vec![format!("{}: {overloaded}", name(&overloaded.territory))];
    let title =
        format!("{} overloaded", counted(overloaded.count, "territory is", "territories are"));
    Section::new(title, overloaded, item)
}

fn not_reached(not_reached: &Listed<String>) -> Section {
    let title = format!("{} not reached", counted(not_reached.count, "territory", "territories"));
    Section::new(title, not_reached, |territory| vec![shown(territory, COLUMNS - 2)])
}

fn name(name: &str) -> String {
    shown(name, NAME_COLUMNS)
}

/// Returns the first of `lines`, and the number of the other lines.
fn first_of(lines: &Listed<String>) -> String {
    let first = lines.items.first().cloned().unwrap_or_default();
    match lines.count.saturating_sub(1) {
        0 => first,
        more => format!("{first} (and {} more)", grouped(more as u64)),
    }
}

impl Section {
    fn new<T>(title: String, listed: &Listed<T>, item: impl Fn(&T) -> Vec<String>) -> Self {
        // A screen never shows more items.
        let items = listed.items.iter().take(LINES_MAX).map(item).collect();
        Self { title, items, count: listed.count }
    }

    /// Returns the title, the first `most` items, and the number of the other items. If `most` is
    /// zero, returns only the title.
    fn lines(&self, most: usize) -> Vec<String> {
        if most == 0 {
            return vec![self.title.clone()];
        }
        let mut lines = vec![format!("{}:", self.title)];
        let items = self.items.iter().take(most).flatten();
        lines.extend(items.map(|line| format!("  {line}")));
        lines.extend(and_more(self.count.saturating_sub(most)).map(|line| format!("  {line}")));
        lines
    }
}

/// Returns the lines of all sections. Adds one item to each section in turn while there is room.
fn as_they_fit(sections: &[Section], lines_max: usize) -> Vec<String> {
    let lines = |shown: &[usize]| -> Vec<String> {
        sections.iter().zip(shown).flat_map(|(section, most)| section.lines(*most)).collect()
    };
    let mut shown = vec![0; sections.len()];
    let mut before = None;
    while before.as_ref() != Some(&shown) {
        before = Some(shown.clone());
        for (at, section) in sections.iter().enumerate() {
            let mut more = shown.clone();
            more[at] += 1;
            if more[at] <= section.items.len() && lines(&more).len() <= lines_max {
                shown = more;
            }
        }
    }
    lines(&shown)
}
