//! The command `beatplan verify`, which checks the files of a plan.

use std::path::PathBuf;

use beatplan::verify::verify;
use clap::Args;

use super::Done;
use super::print::Printer;

#[derive(Args)]
#[command(after_help = "Example:\n  beatplan verify plan\n\n\
                  Times, sums, prizes and lines are computed again from the plan's files. Opening hours and legs are \
                  compared with the lists and the map, if these still exist unchanged under the names in the plan. The \
                  report lists checks that were not possible.\n\n\
                  Exit codes: 0 no violations; 1 violations; 2 no readable plan.")]
pub(crate) struct VerifyArgs {
    /// Folder of the plan, written by `beatplan plan`
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) fn run(args: &VerifyArgs, printer: &Printer) -> anyhow::Result<Done> {
    let bars = printer.bars();
    let report = verify(&args.folder, &bars)?;
    printer.report(&report, || report.to_string())?;
    Ok(if report.is_sound() { Done::Well } else { Done::NeedsAPerson })
}
