//! `beatplan verify`: is a written plan sound?

use std::path::PathBuf;

use beatplan::verify::verify;
use clap::Args;

use super::Done;
use super::print::Printer;
use super::terminal::Bars;

#[derive(Args)]
#[command(after_help = "Example:\n  beatplan verify plan\n\n\
                  Times, sums, prizes and lines are worked out again from the plan's files. Opening hours and legs are held \
                  against the lists and the map, where they are found as the plan names them, and unchanged; what could \
                  not be checked is listed.\n\
                  Exit codes: 0 sound; 1 violations; 2 no plan that can be read.")]
pub(crate) struct VerifyArgs {
    /// The folder that `beatplan plan` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) fn run(args: &VerifyArgs, printer: &Printer) -> anyhow::Result<Done> {
    let bars = Bars::new(printer.shows_progress());
    let report = verify(&args.folder, &bars)?;
    if printer.json() {
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        printer.table(&report.to_string())?;
    }
    Ok(if report.is_sound() { Done::Well } else { Done::NeedsAPerson })
}
