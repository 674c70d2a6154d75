//! Re-checks a written plan from what stands in its files, and against the inputs it names.
//!
//! Takes the folder that `beatplan plan` wrote; returns a [`Report`] of what was checked, what is wrong, and what could not
//! be checked. Nothing here is shared with the stages that make and write a plan: times, sums and decisions are derived
//! again from the files, opening hours from the lists, legs from shortest paths on a network built from the map.
//!
//! One file a group of checks. `written` and `summary` read; `numbering`, `decisions`, `times`,
//! `working_day`, `prizes`, `sums`, `mandatory`, `forcing`, `course`, `datum` and `changes` need the plan's files alone; `inputs` finds the inputs;
//! `lists`, `carried`, `urgency`, `worth`, `doors`, `phone_calls`, `roads`, `networks`, `approaches` and `drawing` hold the plan against them.

mod approaches;
mod carried;
mod changes;
mod course;
mod datum;
mod decisions;
mod doors;
mod drawing;
mod forcing;
mod inputs;
mod lists;
mod mandatory;
mod networks;
mod numbering;
mod phone_calls;
mod prizes;
mod report;
mod roads;
mod summary;
mod sums;
mod times;
mod urgency;
mod working_day;
mod worth;
mod written;

use std::path::Path;

pub use report::{Check, Report, Unchecked, Violation};
pub use written::ReadError;

use crate::progress::Progress;
use inputs::Inputs;
use lists::Lists;
use written::WrittenPlan;

/// Checks the plan in `folder`.
///
/// The inputs are looked for as the plan names them: from the current directory, then from `folder` and each folder above
/// it. One that is not found, or no longer has the fingerprint it had, is no fault of the plan: the report lists what could
/// not be checked for want of it.
///
/// Reads the plan and its lists; where the map is there, builds the networks of every mode that is travelled and searches
/// paths for every leg and detour.
///
/// # Errors
/// The folder does not hold a plan that can be read: with all faults of all its files.
///
/// # Example
///
/// ```no_run
/// let report = beatplan::verify::verify("plan".as_ref(), &beatplan::progress::Silent)?;
/// assert!(report.is_sound(), "{report}");
/// # Ok::<(), beatplan::verify::ReadError>(())
/// ```
pub fn verify(folder: &Path, progress: &dyn Progress) -> Result<Report, ReadError> {
    let plan = WrittenPlan::read(folder)?;
    let mut report = Report::default();
    report.add(numbering::check(&plan));
    report.add(decisions::check(&plan));
    report.add(times::check(&plan));
    report.add(working_day::check(&plan));
    report.add(prizes::check(&plan));
    report.add(sums::check(&plan));
    report.add(mandatory::check(&plan));
    report.add(forcing::check(&plan));
    report.add(course::check(&plan));
    if let Some(changes) = &plan.summary.changes {
        report.add(changes::check(&plan, changes));
    }
    if let Some(datum) = plan.summary.datum_out {
        report.add(datum::check(folder, &plan, datum)?);
    }
    if plan.zone().is_none() {
        report.leave("offsets of all times from UTC", "summary.json names no known time zone");
    }

    let inputs = Inputs::locate(folder, &plan.summary.inputs);
    let lists = Lists::read(&inputs, &plan, progress, &mut report);
    report.add(lists::check(&plan, &lists));
    report.add(urgency::check(&plan, &lists));
    report.add(doors::check(&plan, &lists));
    report.add(phone_calls::check(&plan, &lists));
    roads::check(&plan, &inputs, &lists, progress, &mut report);
    Ok(report)
}
