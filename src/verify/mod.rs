//! Verification of a written plan from its files and from the inputs that it names.
//!
//! [`verify()`] takes the folder that `beatplan plan` wrote and returns a [`Report`]: the checks,
//! the violations, and the parts that could not be checked. This module does not call the stages
//! that make and write a plan. It derives times, sums and decisions again from the files, opening
//! hours from the lists, and legs from shortest paths on a network built from the map.
//!
//! Each file holds one group of checks. `written` and `summary` read the plan. `numbering`,
//! `decisions`, `times`, `working_day`, `prizes`, `sums`, `mandatory`, `forcing`, `course`, `datum`
//! and `changes` need only the files of the plan. `inputs` finds the inputs. `learned`, `lists`, `carried`,
//! `urgency`, `worth`, `doors`, `phone_calls`, `roads`, `networks`, `approaches` and `drawing`
//! compare the plan with the inputs.

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
mod learned;
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
/// The plan states a path for each input. The function tries this path in the current directory,
/// then in `folder`, then in each folder above it, and takes the first file with the right
/// fingerprint. A missing input, or an input with another
/// fingerprint, is not a fault of the plan: the report then lists the checks that were not
/// possible.
///
/// The function reads the plan and its lists. If the map is available, it builds the networks of
/// all modes in use and searches a shortest path for each leg and each detour.
///
/// # Errors
/// Returns all faults of all files if the folder does not hold a readable plan.
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
    if let Some(times) = &plan.summary.learned {
        let checking = learned::check(&plan, times, &inputs, &mut report);
        report.add(checking);
    }
    let lists = Lists::read(&inputs, &plan, progress, &mut report);
    report.add(lists::check(&plan, &lists));
    report.add(urgency::check(&plan, &lists));
    report.add(doors::check(&plan, &lists));
    report.add(phone_calls::check(&plan, &lists));
    roads::check(&plan, &inputs, &lists, progress, &mut report);
    Ok(report)
}
