//! Writes the report for people: one page without scripts, to read on a telephone or in a mail.
//!
//! [`Digest`] and [`Page::line`] shorten all texts that come from files; the template escapes them.

use std::io::{self, Write};

use askama::Template;
use jiff::ZonedDateTime;

use super::words::{and_more, duration, shown, whole};
use super::{Digest, JSON, Run};
use crate::output::ATTRIBUTION;
use crate::remark::list_some;
use crate::units::grouped;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Maximum width of a note on the run, in columns; and maximum number of notes, names, reasons and
/// stages that the page lists.
const LINE_COLUMNS: usize = 400;
const LISTED: usize = 20;

/// Maximum number of changed territories for which the page shows the details at once.
const OPEN_MAX: usize = 10;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    headline: &'a str,
    run: &'a Run,
    digest: &'a Digest,
}

/// Writes the page.
pub(super) fn write(file: &mut dyn Write, run: &Run, digest: &Digest) -> io::Result<()> {
    let page = Page { headline: &digest.headline(), run, digest };
    page.write_into(&mut { file })
}

impl Page<'_> {
    /// Returns the style class of the headline.
    fn urgency(&self) -> &'static str {
        let totals = &self.digest.totals;
        match (totals.failed + totals.not_reached, totals.needs_a_person) {
            (0, 0) => "good",
            (0, _) => "look",
            _ => "bad",
        }
    }

    fn needs_attention(&self) -> bool {
        let totals = &self.digest.totals;
        self.digest.needs_a_person() || totals.must_visits_not_served + totals.overloaded > 0
    }

    fn has_plans(&self) -> bool {
        self.digest.totals.planned + self.digest.totals.needs_a_person > 0
    }

    fn number(&self, count: &usize) -> String {
        grouped(*count as u64)
    }

    fn plural<'t>(&self, count: &usize, one: &'t str, many: &'t str) -> &'t str {
        if *count == 1 { one } else { many }
    }

    fn line(&self, text: impl AsRef<str>) -> String {
        shown(text.as_ref(), LINE_COLUMNS)
    }

    fn travel_hours(&self) -> f64 {
        self.digest.totals.work.travel_minutes / 60.0
    }

    fn moment(&self, moment: &ZonedDateTime) -> String {
        moment.strftime("%A %-d %B %Y, %H:%M:%S").to_string()
    }

    fn retried(&self) -> String {
        self.line(list_some(&self.run.retried, LISTED))
    }

    /// Returns the reasons for changes with their numbers, such as `became due 40, done 12`. The
    /// most frequent reason comes first.
    fn reasons(&self) -> String {
        let mut reasons: Vec<_> = self.digest.totals.reasons.iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(a.1));
        let reasons = reasons.into_iter().map(|(code, count)| {
            format!("{} {}", shown(&code.replace('_', " "), 60), grouped(*count as u64))
        });
        list_some(&reasons.collect::<Vec<_>>(), LISTED)
    }

    /// Returns the stages with their shares of the time. The longest stage comes first.
    fn stages(&self) -> Vec<(String, String)> {
        let mut stages: Vec<_> = self.digest.seconds_by_stage.iter().collect();
        stages.sort_by(|a, b| b.1.total_cmp(a.1));
        let sum: f64 = stages.iter().map(|(_, seconds)| **seconds).sum();
        let stages = stages.into_iter().filter(|(_, seconds)| **seconds > 0.0);
        let in_words = |(stage, seconds): (&String, &f64)| {
            let share = format!("{:.0} %, {}", seconds / sum * 100.0, duration(*seconds));
            (shown(&stage.replace('_', " "), 60), share)
        };
        stages.take(LISTED).map(in_words).collect()
    }
}
